"""The trade-off as a value: what is drawn, compared and said of a limit."""

from dataclasses import replace

import numpy as np
import pytest

from pnn_studio.app.analysis.design_choice import at_design, choose_design
from pnn_studio.app.analysis.limit_choice import limit_answer
from pnn_studio.app.analysis.tradeoff import Only, show_only, tradeoff, tradeoff_in_ngspice
from pnn_studio.app.session.session import Session
from pnn_studio.domain.pareto import best95
from pnn_studio.domain.run import DIVERGED, FINISHED, IMPROVING
from tests.support.runs import (
    sample_dataset,
    sample_family,
    sample_verification,
    small_plan,
    start_run,
)


def family_of(alphas=5, seeds=4, **changes):
    family = sample_family(small_plan(alphas, seeds))
    rng = np.random.default_rng(1)
    power = family.power * rng.uniform(0.2, 2.0, (len(family.power), 1))
    return replace(family, power=power, **changes)


def test_the_front_is_what_a_search_over_all_pairs_finds():
    view = tradeoff(family_of(), "test")
    front = show_only(view, Only()).front
    power, accuracy = view.cloud.power, view.cloud.accuracy
    by_hand = [
        place
        for place in range(len(power))
        if not np.any(
            (power <= power[place])
            & (accuracy >= accuracy[place])
            & ((power < power[place]) | (accuracy > accuracy[place]))
        )
    ]
    assert sorted(front) == by_hand
    assert np.all(np.diff(power[front]) > 0)


def test_diverged_designs_are_not_drawn_and_those_that_train_are_not_on_the_front():
    status = np.full(20, FINISHED, np.int8)
    status[3], status[7:] = DIVERGED, IMPROVING
    view = tradeoff(family_of(status=status), "valid")
    assert 3 not in view.cloud.designs
    assert view.training
    assert not view.cloud.improving[show_only(view, Only()).front].any()


def test_in_ngspice_checked_designs_are_where_it_has_them_and_the_others_where_their_model_has():
    family = family_of()
    checked = {each: sample_verification(family.design(each), 20) for each in (3, 8)}
    view = tradeoff_in_ngspice(family, checked, sample_dataset())
    assert view.cloud.designs.tolist() == list(range(20)), "none is gone"
    for point, design in enumerate(view.cloud.designs.tolist()):
        if design in checked:
            assert view.source_of(point) == "ngspice"
            assert view.cloud.power[point] == checked[design].spice_power.total
        else:
            assert view.cloud.modelled[point]
            assert view.source_of(point) == family.plan.model
            assert view.cloud.power[point] == family.total_power[design]
    assert set(show_only(view, Only()).front) <= {3, 8}, "no front of two sources"
    assert not show_only(tradeoff_in_ngspice(family, {}), Only()).front.size


def test_means_are_those_of_the_chosen_split():
    family = family_of()
    view = tradeoff(family, "valid")
    chosen = np.asarray(family.plan.alphas) == view.means[2, 0]
    assert view.means[2, 2] == pytest.approx(family.accuracy[chosen, 1].mean())


def test_the_95_percent_point_is_that_of_validation_samples_and_lies_on_a_mean_that_is_drawn():
    family = family_of()
    views = [tradeoff(family, split) for split in ("valid", "test")]
    assert views[0].best95 == views[1].best95 == best95(family)
    for view in views:
        row = view.means[:, 0] == view.best95.alpha
        assert view.accuracy95 == view.means[row, 2]
    assert views[1].accuracy95 == best95(family).accuracy


def test_a_limit_tells_what_is_within_and_by_how_much_the_current_design_is_over():
    family = family_of()
    power = family.total_power
    limit = float(np.median(power))
    current = int(np.argmax(power))
    answer = limit_answer(family, limit, current)
    assert answer.within == int((power <= limit).sum())
    assert answer.over == pytest.approx(power[current] - limit)
    within = np.flatnonzero(power <= limit)
    valid = family.accuracy[:, 1]
    assert answer.best is None, "none is checked"
    assert valid[answer.likely] == valid[within].max()
    assert answer.candidates[0] == answer.likely
    nothing = limit_answer(family, float(power.min()) / 2, current)
    assert nothing.best is nothing.likely is None
    assert nothing.candidates == ()
    assert nothing.least == power.min()
    assert power[nothing.least_design] == power.min()


def test_only_designs_within_the_limit_are_shown_and_their_front_is_the_rest_of_the_whole_one():
    view = tradeoff(family_of(), "test")
    limit = float(np.median(view.cloud.power))
    whole, shown = show_only(view, Only()), show_only(view, Only(within=limit))
    assert shown.text == f"{int((view.cloud.power <= limit).sum())} of 20 designs shown"
    assert whole.text == "20 designs"
    assert list(shown.front) == [each for each in whole.front if view.cloud.power[each] <= limit]


def test_only_checked_designs_are_shown_and_of_them_none_that_another_one_beats_is_on_the_front():
    view = tradeoff(family_of(), "test")
    shown = show_only(view, Only(checked=True), {4, 7, 11})
    assert set(view.cloud.designs[shown.mask]) == {4, 7, 11}
    assert len(shown.front)
    assert set(shown.front) <= {4, 7, 11}
    assert show_only(view, Only(checked=True)).text == "0 of 20 designs shown"


def test_the_seed_is_the_best_the_median_or_the_one_of_that_number():
    family = family_of(1, 5)
    order = np.argsort(family.valid_loss)
    assert choose_design(family, 0.5, "best") == order[0]
    assert choose_design(family, 0.5, "median") == order[2]
    assert choose_design(family, 0.5, 3) == 3
    assert choose_design(family, 0.5, 77) == order[0]


def test_choosing_a_design_moves_alpha_and_seed_as_one_step_of_undo():
    session = Session()
    session.choose_data(sample_dataset())
    session.edit(replace(session.recipe, alphas=5, seeds=4))
    plan = session.plan()
    start_run(session, plan)
    session.take_family(sample_family(plan))
    before = session.settings
    session.edit(at_design(session.shown, plan, 13))
    assert session.design_index == 13
    session.undo()
    assert session.settings == before
