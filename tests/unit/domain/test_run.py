from dataclasses import replace

import numpy as np
import pytest

from pnn_studio.domain.layout import Layout
from pnn_studio.domain.run import DIVERGED, MAX_DESIGNS, FamilyPlan
from pnn_studio.errors import UsageError
from tests.support.runs import sample_family, small_plan

LAYOUT = Layout(4, (3,), 3)


def test_a_grid_spreads_alpha_evenly_and_repeats_it_for_every_seed():
    plan = FamilyPlan.grid(LAYOUT, 3, 2)
    assert plan.alphas == (0, 0, 0.5, 0.5, 1, 1)
    assert plan.seeds == (0, 1, 0, 1, 0, 1)


def test_the_papers_51_alphas_are_round_numbers():
    alphas = FamilyPlan.grid(LAYOUT, 51, 1).alphas
    assert alphas == tuple(round(0.02 * step, 2) for step in range(51))


@pytest.mark.parametrize("alpha", [-0.01, 1.01, float("nan")])
def test_alpha_lies_between_0_and_1(alpha):
    with pytest.raises(UsageError, match="alpha"):
        FamilyPlan(LAYOUT, (0.5, alpha), (0, 1))


@pytest.mark.parametrize("seed", [-1, 2**31])
def test_a_seed_is_a_whole_number_that_every_generator_takes(seed):
    with pytest.raises(UsageError, match="seed"):
        FamilyPlan(LAYOUT, (0.5,), (seed,))


def test_a_plan_is_refused_before_it_is_built_where_it_is_too_large():
    with pytest.raises(UsageError, match=str(MAX_DESIGNS)):
        FamilyPlan.grid(LAYOUT, 10**9, 10**9)
    with pytest.raises(UsageError, match="one alpha and one seed"):
        FamilyPlan(LAYOUT, (), ())


def test_a_design_of_a_family_carries_its_own_row_of_everything():
    family = sample_family(small_plan(3, 2))
    for index in range(6):
        design = family.design(index)
        assert (design.alpha, design.seed) == (family.plan.alphas[index], family.plan.seeds[index])
        for layer, theta in zip(design.layers, family.theta, strict=True):
            np.testing.assert_array_equal(layer.theta, theta[index])
        assert design.metrics.accuracy["test"] == family.test_accuracy[index]
        assert design.metrics.power.total == pytest.approx(family.total_power[index])


def test_circuits_belong_to_the_network_or_to_each_layer():
    layout = replace(LAYOUT, sharing="layer")
    family = sample_family(small_plan(1, 1, layout))
    family.omega["ptanh"][0, 1, 0] = 7e3
    one, two = family.design(0).layers
    assert (one.activation.omega["R1"], two.activation.omega["R1"]) == (12e3, 7e3)
    shared = sample_family(small_plan(1, 1)).design(0).layers
    assert shared[0].activation == shared[1].activation


@pytest.mark.parametrize(("alpha", "nearest"), [(0.0, 0), (0.24, 0), (0.26, 0.5), (2.0, 1)])
def test_the_nearest_trained_alpha_answers(alpha, nearest):
    family = sample_family(small_plan(3, 2))
    assert {family.plan.alphas[index] for index in family.at_alpha(alpha)} == {nearest}


def test_a_diverged_design_is_never_taken():
    family = sample_family(small_plan(3, 2))
    family.status[2:4] = DIVERGED
    assert set(family.at_alpha(0.45)) == {0, 1}
    family.status[:] = DIVERGED
    assert not len(family.at_alpha(0.45))
