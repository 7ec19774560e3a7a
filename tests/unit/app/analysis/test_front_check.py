"""Which designs a check of a front simulates, and which one it picks, on families made by hand."""

from dataclasses import replace

import numpy as np
import pytest

from pnn_studio.app.analysis.front_check import (
    FrontCheck,
    front_candidates,
    lucky_designs,
    pick_by_ngspice,
)
from pnn_studio.domain.design import Power
from pnn_studio.domain.family import family_of_design
from pnn_studio.domain.run import DIVERGED, FINISHED
from tests.support.designs import sample_design
from tests.support.runs import sample_family, sample_verification, small_plan


def made(alphas, seeds, milliwatts, valid, test, loss):
    """Make a family with these figures, alpha by alpha; shares of right answers in percent."""
    family = sample_family(small_plan(alphas, seeds))
    accuracy = np.stack([np.ones(alphas * seeds), np.array(valid) / 100, np.array(test) / 100], 1)
    power = np.zeros((alphas * seeds, 3))
    power[:, 2] = np.array(milliwatts) * 1e-3
    return replace(family, accuracy=accuracy, power=power, valid_loss=np.array(loss, dtype=float))


def said(milliwatts, seen, test=1.0):
    """Make a check that found this power, and these accuracies in ngspice."""
    found = sample_verification(sample_design(), samples=10, shift=0.0)
    outputs = found.model_outputs.copy()
    wrong = 10 - round(test * 10)
    outputs[:wrong] = -outputs[:wrong]
    power = Power(0.0, 0.0, milliwatts * 1e-3)
    return replace(found, spice_outputs=outputs, spice_power=power, seen_accuracy=seen)


# three alphas with three seeds; 4 beats all on the test split, 7 on the validation split
FAMILY = made(
    3, 3,
    milliwatts=[9, 8, 7, 6, 5, 5.5, 4, 3, 2],
    valid=[90, 90, 90, 80, 80, 90, 70, 92, 50],
    test=[90, 90, 90, 95, 99, 90, 70, 70, 50],
    loss=[1, 2, 3, 1, 2, 3, 1, 2, 3],
)  # fmt: skip


def test_the_best_seed_of_each_alpha_and_all_that_no_other_beats_are_checked_most_power_first():
    # the best seeds are 0, 3 and 6; on the fronts are 4, 6, 7, 8: 6 ties with 7, which needs less
    assert front_candidates(FAMILY) == (0, 3, 4, 6, 7, 8)


def test_a_design_that_test_samples_alone_speak_for_is_checked_and_never_picked():
    assert lucky_designs(FAMILY) == {4}
    front = FrontCheck(FAMILY, {0: said(9, 0.98), 4: said(5, 1.0)})
    assert front.design == 0
    assert FrontCheck(FAMILY, {4: said(5, 1.0)}).best95 is None


def test_the_best_in_ngspice_does_not_move_when_test_labels_are_shuffled():
    rng = np.random.default_rng(0)
    count, seeds = 70, 3  # more than are checked at most
    figures = rng.uniform(1, 9, count * seeds), rng.integers(60, 99, count * seeds)
    loss = rng.random(count * seeds)
    seen = rng.uniform(0.8, 1, count * seeds)
    found = set()
    for _ in range(8):
        test = rng.integers(60, 99, count * seeds)
        family = made(count, seeds, *figures, test, loss)
        candidates = front_candidates(family)
        assert len(candidates) <= 100
        checked = {each: said(figures[0][each], seen[each], rng.random()) for each in candidates}
        best = FrontCheck(family, checked).best95
        found.add((best.alpha, best.power))
    assert len(found) == 1


def test_the_best_in_ngspice_is_the_picked_design_on_test_samples_and_none_for_power_limits():
    checked = {0: said(9, 1.0), 3: said(6, 0.95, test=0.8)}
    best = FrontCheck(FAMILY, checked).best95
    assert (best.alpha, best.accuracy, best.power) == (0.5, 0.8, pytest.approx(6e-3))
    limits = (1e-3,) * 3 + (5e-3,) * 3 + (9e-3,) * 3
    limited = replace(FAMILY, plan=replace(FAMILY.plan, alphas=(0.0,) * 9, limits=limits))
    front = FrontCheck(limited, checked)
    assert front.design == 3
    assert front.best95 is None


def test_what_diverged_or_was_never_trained_is_not_checked():
    status = FAMILY.status.copy()
    epochs = FAMILY.epochs.copy()
    status[[0, 8]], epochs[4] = DIVERGED, 0
    # in their places: the next seed at alpha 0, and what 4 alone had beaten on the test split
    found = front_candidates(replace(FAMILY, status=status, epochs=epochs))
    assert found == (1, 3, 5, 6, 7)
    dead = replace(FAMILY, status=np.full(9, DIVERGED, np.int8))
    assert front_candidates(dead) == ()
    assert front_candidates(replace(dead, status=np.full(9, FINISHED), epochs=0 * epochs)) == ()


def test_a_family_of_power_limits_is_checked_limit_by_limit():
    limits = (1e-3,) * 3 + (5e-3,) * 3 + (9e-3,) * 3
    family = replace(FAMILY, plan=replace(FAMILY.plan, alphas=(0.0,) * 9, limits=limits))
    assert front_candidates(family) == front_candidates(FAMILY)
    free = replace(family.plan, limits=(None,) * 3 + limits[3:])
    assert front_candidates(replace(family, plan=free)) == front_candidates(FAMILY)


def test_a_design_alone_is_its_own_front():
    assert front_candidates(family_of_design(sample_design())) == (0,)


def test_no_more_than_a_hundred_are_checked_and_fewer_where_the_data_are_large():
    count = 300
    figures = dict.fromkeys(("valid", "test"), np.linspace(50, 99, count))
    family = made(count, 1, np.linspace(1, 9, count), **figures, loss=np.ones(count))
    assert len(front_candidates(family)) == 100
    few = front_candidates(family, samples=5_000)
    assert len(few) == 40
    assert (few[0], few[-1]) == (299, 0), "from the dearest to the most frugal"
    assert len(front_candidates(family, samples=10**6)) == 10


def test_the_least_power_that_keeps_95_percent_in_ngspice_is_picked():
    checked = {0: said(9, 1.0), 3: said(6, 0.95), 4: said(5, 0.94), 8: said(2, 0.5)}
    assert pick_by_ngspice(checked) == 3


def test_of_equal_powers_the_more_accurate_one_is_picked_then_the_first():
    assert pick_by_ngspice({0: said(5, 0.96), 1: said(5, 0.98), 2: said(6, 1.0)}) == 1
    assert pick_by_ngspice({4: said(5, 0.98), 1: said(5, 0.98)}) == 1


def test_no_design_is_picked_by_its_test_accuracy():
    lucky, sound = said(2, 0.80, test=1.0), said(5, 0.98, test=0.9)
    assert pick_by_ngspice({0: lucky, 1: sound}) == 1


def test_a_check_that_does_not_tell_of_seen_samples_picks_nothing():
    assert pick_by_ngspice({}) is None
    assert pick_by_ngspice({0: said(5, None)}) is None
    assert pick_by_ngspice({0: said(5, None), 1: said(6, 0.9)}) == 1


@pytest.mark.parametrize(
    ("front", "words"),
    [
        (
            FrontCheck(FAMILY, {0: said(9, 1.0), 3: said(4.86, 0.98, test=0.9)}),
            "2 designs checked; least power within 95 % in ngspice: α 0.50, 90.0 %, 4.86 mW",
        ),
        (
            FrontCheck(FAMILY, {0: said(9, 1.0)}, {3: "no convergence"}, stopped=True),
            "Stopped, 1 design checked, 1 could not be simulated; least power within 95 % in "
            "ngspice: α 0.00, 100 %, 9.00 mW",
        ),
        (FrontCheck(FAMILY, {}, {3: "x", 4: "x"}), "0 designs checked, 2 could not be simulated"),
    ],
)
def test_what_it_came_to_is_said_on_one_line(front, words):
    assert front.words == words
