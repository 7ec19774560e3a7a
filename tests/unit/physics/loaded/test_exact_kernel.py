"""The compiled exact solve, held to the one that the window uses."""

import numpy as np
import pytest

from pnn_studio.domain.layout import Layout
from pnn_studio.domain.technology import load_technology
from pnn_studio.physics.loaded.exact import evaluate
from pnn_studio.physics.loaded.kernel.solver import ExactSolver
from tests.support.random_networks import random_networks, scaled_to

LAYOUTS = [
    Layout(4, (3,), 3),
    Layout(4, (3,), 3, "original"),
    Layout(5, (4, 3), 3, "modified", "layer"),
    Layout(3, (3, 3, 2), 2, "original", "layer"),
    Layout(20, (9,), 7),
]


@pytest.fixture(scope="module")
def technology():
    return load_technology("negt")


@pytest.mark.parametrize("layout", LAYOUTS, ids=str)
def test_the_compiled_solve_finds_what_the_one_of_the_window_finds(technology, layout):
    volts = np.random.default_rng(3).random((17, layout.inputs))
    printed = random_networks(layout, technology, 8, 1)
    # the second half prints low-ohmic, where loads decide
    for networks in (printed, scaled_to(printed, 2e-6)):
        wanted = evaluate(networks, technology, volts)
        solver = ExactSolver(technology, layout)
        for design in range(networks.designs):
            outputs, power = solver.solve(networks, design, volts)
            np.testing.assert_allclose(outputs.T, wanted.outputs[design], rtol=0, atol=1e-9)
            np.testing.assert_allclose(power, wanted.power[design], rtol=1e-7, atol=1e-15)


def test_a_design_is_solved_alone_as_after_others(technology):
    layout = LAYOUTS[4]
    volts = np.random.default_rng(3).random((9, layout.inputs))
    networks = random_networks(layout, technology, 3, 1)
    solver = ExactSolver(technology, layout)
    among = [solver.solve(networks, design, volts) for design in range(3)]
    alone = ExactSolver(technology, layout).solve(networks, 2, volts)
    for one, other in zip(among[2], alone, strict=True):
        np.testing.assert_array_equal(one, other)


def test_a_design_without_a_solution_is_told(technology):
    layout = LAYOUTS[0]
    networks = random_networks(layout, technology, 1, 1)
    networks.omega["ptanh"][:] = np.nan
    assert ExactSolver(technology, layout).solve(networks, 0, np.ones((2, 4))) is None
