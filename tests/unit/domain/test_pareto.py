from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pnn_studio.app.analysis.design_choice import design95
from pnn_studio.app.analysis.limit_choice import limit_answer
from pnn_studio.domain.pareto import best95, best95_by_test, best_within, pareto_front, seed_means
from pnn_studio.domain.run import DIVERGED, FINISHED
from tests.support.runs import sample_family, small_plan

# few distinct values, so that ties are common; nan and inf stand for designs that diverged
values = st.sampled_from([0.0, 0.1, 0.2, 0.3, 0.5, 0.8, 1.0, np.nan, np.inf])
designs = st.lists(st.tuples(values, values), max_size=12).map(
    lambda pairs: tuple(np.array(pairs, dtype=float).reshape(-1, 2).T)
)


def usable(power, accuracy):
    return [i for i in range(len(power)) if np.isfinite(power[i]) and np.isfinite(accuracy[i])]


def dominates(power, accuracy, a, b):
    no_worse = power[a] <= power[b] and accuracy[a] >= accuracy[b]
    return no_worse and (power[a] < power[b] or accuracy[a] > accuracy[b])


@given(designs)
def test_the_front_is_what_nothing_dominates(designs):
    power, accuracy = designs
    front = pareto_front(power, accuracy).tolist()
    those = usable(power, accuracy)
    best = [b for b in those if not any(dominates(power, accuracy, a, b) for a in those)]
    first_of_equals = {}
    for index in best:
        first_of_equals.setdefault((power[index], accuracy[index]), index)
    assert sorted(front) == sorted(first_of_equals.values())
    assert power[front].tolist() == sorted(power[front].tolist())


def family_of(power, valid, test=None, seeds=1):
    """Make a family of these figures, one alpha for each `seeds` designs."""
    family = sample_family(small_plan(len(power) // seeds, seeds))
    test = np.full(len(power), 0.5) if test is None else test
    accuracy = np.stack([np.full(len(power), 0.5), valid, test], axis=1)
    watts = np.zeros((len(power), 3))
    watts[:, 2] = power
    return replace(family, power=watts, accuracy=accuracy)


some = designs.filter(lambda pair: len(pair[0]) > 0)


@given(some, st.sampled_from([-1.0, 0.0, 0.25, 1.0, np.nan]))
def test_the_best_within_a_limit_is_the_most_accurate_on_validation_samples(designs, limit):
    power, valid = designs
    allowed = [i for i in usable(power, valid) if power[i] <= limit]
    found = best_within(family_of(power, valid), limit)
    if not allowed:
        assert found is None
    else:
        assert found == min(allowed, key=lambda i: (-valid[i], power[i], i))


@given(some)
def test_the_95_percent_point_is_the_cheapest_that_is_accurate_enough(designs):
    power, valid = (np.asarray(each) + 0.1 for each in designs)
    test = np.linspace(0.3, 0.9, len(power))
    family = family_of(power, valid, test)
    alphas = family.goals
    those = usable(power, valid)
    found = best95(family)
    by_test = best95_by_test(alphas, valid, power)
    if not those:
        assert found is None
        assert by_test is None
        return
    start = those[0]
    enough = [i for i in those if valid[i] >= 0.95 * valid[start]]
    best = min(enough, key=lambda i: (power[i], alphas[i]))
    assert (found.alpha, found.power, found.seen_accuracy) == (
        alphas[best], power[best], valid[best],
    )  # fmt: skip
    assert found.accuracy == test[best], "what is told is its accuracy on test samples"
    assert found.saving == pytest.approx(power[start] / power[best])
    assert found.saving >= 1
    assert (by_test.alpha, by_test.accuracy) == (found.alpha, valid[best])


shares = st.sampled_from([0.2, 0.6, 0.8, 0.9, 0.95, 1.0])


@given(
    st.lists(st.tuples(st.sampled_from([1.0, 2.0, 3.0, 5.0]), shares), min_size=8, max_size=8),
    st.lists(shares, min_size=16, max_size=16),
    st.sampled_from([0.5, 2.0, 4.0, 9.0]),
)
def test_no_choice_moves_when_test_labels_are_shuffled(figures, tested, limit):
    # with other labels every design has another accuracy on test samples, and nothing else
    power, valid = (np.array(each) for each in zip(*figures, strict=True))
    chosen = []
    for test in (tested[:8], tested[8:]):
        family = family_of(power, valid, np.array(test), seeds=2)
        best = best95(family)
        chosen.append(
            (best.alpha, best.power, best.saving, best.seen_accuracy, design95(family),
             best_within(family, limit), limit_answer(family, limit, 3).likely,
             limit_answer(family, limit, 3).candidates)
        )  # fmt: skip
    assert chosen[0] == chosen[1]


def test_the_reference_of_the_95_percent_is_the_least_alpha_whatever_the_order():
    alphas = np.array([1.0, 0.0, 0.5])
    accuracy, power = np.array([0.5, 0.9, 0.9]), np.array([0.1, 4.0, 1.0])
    found = best95_by_test(alphas, accuracy, power)
    assert (found.alpha, found.saving) == (0.5, 4.0)


def test_a_design_that_diverged_is_not_the_best_within_a_limit():
    family = family_of(np.array([1.0, 2.0]), np.array([0.9, 0.8]))
    family.status[0] = DIVERGED
    assert best_within(family, 5.0) == 1


def test_means_over_seeds_leave_out_what_diverged():
    family = sample_family(small_plan(3, 2))
    family.status[:] = FINISHED
    family.status[[1, 4, 5]] = DIVERGED
    family.accuracy[1] = family.power[1] = np.nan
    alphas, accuracy, power = seed_means(family)
    assert alphas.tolist() == [0, 0.5, 1]
    assert accuracy[0] == family.test_accuracy[0]
    assert accuracy[1] == pytest.approx(family.test_accuracy[2:4].mean())
    assert power[1] == pytest.approx(family.total_power[2:4].mean())
    assert np.isnan([accuracy[2], power[2]]).all()
