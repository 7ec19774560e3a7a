"""Means over seeds in ngspice, with what ngspice says made by hand."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from pnn_studio.app.commands.in_ngspice import Aim, FamilyInNgspice
from pnn_studio.domain.design import Power
from pnn_studio.domain.run import DIVERGED
from pnn_studio.errors import Cancelled, SimulationFailed
from tests.support.one_by_one import one_by_one
from tests.support.runs import sample_family, small_plan

# five alphas with two seeds; power falls with alpha, and the model says that alphas up to 0.75 keep
# 95 % of the accuracy on validation samples
ALPHAS = (0.0, 0.25, 0.5, 0.75, 1.0)
VALID = dict(zip(ALPHAS, (1.0, 0.99, 0.98, 0.97, 0.5), strict=True))


@pytest.fixture
def family():
    made = sample_family(small_plan(5, 2))
    power = np.zeros((10, 3))
    power[:, 2] = 1e-3 * (10 - 9 * made.goals)
    accuracy = np.stack([np.ones(10), [VALID[each] for each in made.goals], np.full(10, 0.4)], 1)
    return replace(made, power=power, accuracy=accuracy)


class Ngspice:
    """Says of the designs of each alpha what share it gets right; two seeds lie beside it."""

    def __init__(self, *seen, test=0.9):
        self.seen = dict(zip(ALPHAS, seen, strict=True))
        self.test, self.asked = test, []

    def __call__(self, design, _technology, _dataset, *, cancelled=None):
        self.asked.append((design.alpha, design.seed))
        off = 0.02 * (design.seed - 0.5)
        power = Power(0.0, 0.0, 2e-3 * (10 - 9 * design.alpha) * (1 + off))
        return SimpleNamespace(
            seen_accuracy=self.seen[design.alpha] + off,
            spice_accuracy=self.test + off,
            spice_power=power,
        )


def measure(family, ngspice, aim=None, **more):
    return FamilyInNgspice(family, None, None, check=one_by_one(ngspice), **more).measure(aim)


def test_where_the_model_is_right_two_alphas_are_simulated(family):
    ngspice = Ngspice(1.0, 0.99, 0.98, 0.97, 0.5)
    found = measure(family, ngspice)
    assert sorted(set(ngspice.asked)) == [(alpha, seed) for alpha in (0.0, 0.75) for seed in (0, 1)]
    assert len(ngspice.asked) == 4
    assert (found.start.alpha, found.kept.alpha) == (0.0, 0.75)
    assert found.start.accuracy == pytest.approx(0.9)
    assert found.start.accuracy_std == pytest.approx(0.01)
    assert found.start.power_w == pytest.approx(20e-3)
    assert found.start.power_std_w == pytest.approx(0.2e-3)
    assert found.power == pytest.approx(2e-3 * (10 - 9 * 0.75))
    assert found.saving == pytest.approx(10 / (10 - 9 * 0.75))


def test_where_the_model_is_wrong_the_next_alphas_are_tried_until_one_keeps_95_percent(family):
    ngspice = Ngspice(1.0, 0.96, 0.90, 0.70, 0.5)
    found = measure(family, ngspice)
    assert found.kept.alpha == 0.25
    assert {alpha for alpha, _ in ngspice.asked} == {0.0, 0.25, 0.5, 0.75}


def test_what_never_keeps_95_percent_of_what_another_model_does_needs_infinite_power(family):
    found = measure(family, Ngspice(0.9, 0.9, 0.9, 0.9, 0.5), Aim(1.0, 1.0))
    assert found.kept is None
    assert found.power == np.inf
    assert found.saving == 0
    assert found.summary()["kept_95"] is None
    assert found.aim == Aim(1.0, pytest.approx(0.9)), "what it sets as an aim for others"


def test_a_model_that_promises_less_than_it_is_asked_for_is_tried_all_the_same(family):
    low = replace(family, accuracy=family.accuracy * 0.5)
    found = measure(low, Ngspice(1.0, 0.99, 0.98, 0.97, 0.5), Aim(1.0, 1.0))
    assert found.kept.alpha == 0.75


def test_test_accuracies_have_no_say_in_what_is_chosen(family):
    seen = (1.0, 0.96, 0.90, 0.70, 0.5)
    chosen = [measure(family, Ngspice(*seen, test=test)).kept for test in (0.1, 0.9)]
    assert chosen[0].alpha == chosen[1].alpha
    assert chosen[0].accuracy == pytest.approx(chosen[1].accuracy - 0.8)


def test_what_is_known_is_not_simulated_again_and_a_family_that_was_trained_anew_is(
    family, tmp_path
):
    kept = tmp_path / "ngspice.json"
    told = []
    ngspice = Ngspice(1.0, 0.96, 0.90, 0.70, 0.5)
    first = measure(family, ngspice, kept=kept, follow=lambda *each: told.append(each))
    assert told[-1] == (8, 10)
    nothing = Ngspice(0, 0, 0, 0, 0)
    assert measure(family, nothing, kept=kept) == first
    assert nothing.asked == []
    other = replace(family, theta=tuple(1.5 * each for each in family.theta))
    again = Ngspice(1.0, 0.99, 0.98, 0.97, 0.5)
    assert measure(other, again, kept=kept).kept.alpha == 0.75
    assert len(again.asked) == 4
    kept.write_text("[1, 2")
    broken = Ngspice(1.0, 0.99, 0.98, 0.97, 0.5)
    measure(other, broken, kept=kept)
    assert len(broken.asked) == 4


def test_what_was_simulated_before_it_is_ended_is_kept(family, tmp_path):
    kept = tmp_path / "ngspice.json"
    ngspice = Ngspice(1.0, 0.96, 0.90, 0.70, 0.5)

    def until(design, *rest, **more):
        if design.alpha == 0.75:
            raise Cancelled("Ctrl-C")
        return ngspice(design, *rest, **more)

    with pytest.raises(Cancelled):
        measure(family, until, kept=kept)
    assert measure(family, ngspice, kept=kept).kept.alpha == 0.25
    assert len(ngspice.asked) == len(set(ngspice.asked)), "alpha 0 was known"


def test_a_design_that_cannot_be_simulated_is_counted_and_left_out(family):
    ngspice = Ngspice(1.0, 0.99, 0.98, 0.97, 0.5)

    def fails_for(alpha, seeds):
        def check(design, *rest, **more):
            if design.alpha == alpha and design.seed in seeds:
                raise SimulationFailed("no convergence")
            return ngspice(design, *rest, **more)

        return check

    found = measure(family, fails_for(0.75, {1}))
    assert (found.kept.designs, found.kept.failed) == (1, 1)
    assert found.kept.accuracy == pytest.approx(0.89)
    assert measure(family, fails_for(0.75, {0, 1})).kept.alpha == 0.5
    with pytest.raises(SimulationFailed, match="least alpha"):
        measure(family, fails_for(0.0, {0, 1}))


def test_designs_that_diverged_are_not_simulated(family):
    status = family.status.copy()
    status[[0, 6]] = DIVERGED
    ngspice = Ngspice(1.0, 0.99, 0.98, 0.97, 0.5)
    found = measure(replace(family, status=status), ngspice)
    assert sorted(ngspice.asked) == [(0.0, 1), (0.75, 1)]
    assert (found.start.designs, found.start.failed) == (1, 0)
