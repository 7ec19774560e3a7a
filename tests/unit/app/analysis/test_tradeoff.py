"""The trade-off as a value: what is drawn, compared and said of a limit."""

from dataclasses import replace

import numpy as np
import pytest

from pnn_studio.app.analysis.design_choice import at_design, choose_design
from pnn_studio.app.analysis.tradeoff import (
    Only,
    limit_answer,
    show_only,
    tradeoff,
)
from pnn_studio.app.session.session import Session
from pnn_studio.domain.pareto import best95
from pnn_studio.domain.run import DIVERGED, FINISHED, IMPROVING
from tests.support.runs import sample_dataset, sample_family, small_plan, start_run


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


def test_equal_accuracies_are_spread_by_less_than_half_a_sample_and_never_moved_by_more():
    dataset = sample_dataset()
    view = tradeoff(family_of(), "test", dataset)
    moved = np.abs(view.cloud.spread - view.cloud.accuracy)
    assert moved.max() == pytest.approx(0.25 / dataset.counts["test"])


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
    assert valid[answer.best] == valid[within].max()
    nothing = limit_answer(family, float(power.min()) / 2, current)
    assert nothing.best is None
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
