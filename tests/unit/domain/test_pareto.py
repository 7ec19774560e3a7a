import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pnn_studio.domain.pareto import best95, best_within, pareto_front, seed_means
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


@given(designs, st.sampled_from([-1.0, 0.0, 0.25, 1.0, np.nan]))
def test_the_best_within_a_limit_is_the_most_accurate_that_it_allows(designs, limit):
    power, accuracy = designs
    allowed = [i for i in usable(power, accuracy) if power[i] <= limit]
    found = best_within(power, accuracy, limit)
    if not allowed:
        assert found is None
    else:
        assert found == min(allowed, key=lambda i: (-accuracy[i], power[i], i))


@given(designs)
def test_the_95_percent_point_is_the_cheapest_that_is_accurate_enough(designs):
    power, accuracy = (np.asarray(each) + 0.1 for each in designs)
    alphas = np.linspace(0, 1, len(power))
    those = usable(power, accuracy)
    found = best95(alphas, accuracy, power)
    if not those:
        assert found is None
        return
    start = those[0]
    enough = [i for i in those if accuracy[i] >= 0.95 * accuracy[start]]
    best = min(enough, key=lambda i: (power[i], alphas[i]))
    assert (found.alpha, found.power) == (alphas[best], power[best])
    assert found.saving == pytest.approx(power[start] / power[best])
    assert found.saving >= 1


def test_the_reference_of_the_95_percent_is_the_least_alpha_whatever_the_order():
    alphas = np.array([1.0, 0.0, 0.5])
    accuracy, power = np.array([0.5, 0.9, 0.9]), np.array([0.1, 4.0, 1.0])
    found = best95(alphas, accuracy, power)
    assert (found.alpha, found.saving) == (0.5, 4.0)


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
