"""Prints, checks and circuits are on a cluster what they are here."""

from dataclasses import replace

import numpy as np
import pytest

from pnn_studio.app.cluster.pieces import ClusterWork
from pnn_studio.app.commands.front_run import check_front
from pnn_studio.circuit.characterise import characterise
from pnn_studio.domain.printing import Spread
from pnn_studio.domain.technology import load_technology
from pnn_studio.errors import SimulationFailed
from pnn_studio.physics.variation.monte_carlo import Lot, run_prints
from pnn_studio.training.compiled.warm_up import warm_up_exact
from tests.support.runs import sample_dataset, sample_family, small_plan
from tests.support.values import same

FAMILY = sample_family(small_plan(2, 2))
NEGT = load_technology("negt")


@pytest.fixture
def work(cluster):
    return ClusterWork(cluster)


def test_prints_of_a_design_are_the_same(work):
    warm_up_exact(NEGT)
    lot = Lot(FAMILY.design(0), NEGT, Spread.of_share(0.1), np.zeros((3, 4)), 3)
    told = []
    # one unit, for each worker that solves prints has to load what solves them
    here, there = run_prints(lot, 30, 1), work.run_prints(lot, 30, 1, follow=told.append)
    assert same(here, there)
    assert told == [30]
    later = run_prints(lot, 10, 1, first=20)
    assert np.array_equal(later.chosen, here.chosen[20:])
    assert np.array_equal(later.power, here.power[20:])


def test_the_check_of_a_front_is_the_same(work):
    told = []
    here, there = (
        check_front(FAMILY, NEGT, sample_dataset(), **more)
        for more in (
            {},
            {"check": work.check_designs, "follow": lambda *each: told.append(each)},
        )
    )
    assert tuple(here.checked) == tuple(there.checked)
    for one, other in zip(here.checked.values(), there.checked.values(), strict=True):
        assert same(replace(one, seconds=0.0), replace(other, seconds=0.0))
    assert told[-1] == (len(here.checked), len(here.checked))


def test_a_design_that_ngspice_fails_at_comes_back_with_its_netlist(work):
    ((number, found),) = work.check_designs(
        {7: lambda: FAMILY.design(0)}, NEGT, sample_dataset(), timeout_s=0.001
    )
    assert number == 7
    assert isinstance(found, SimulationFailed)
    assert found.netlist.startswith("*") or ".title" in found.netlist


def test_circuits_for_a_surrogate_are_the_same(work):
    here = characterise(NEGT, "ptanh", 40, seed=5)
    seen = []
    there = characterise(
        NEGT, "ptanh", 40, 5, elsewhere=work.simulate, progress=lambda *each: seen.append(each)
    )
    assert np.array_equal(here.v_out, there.v_out)
    assert same(here, there)
    assert seen[-1] == (40, 40)
