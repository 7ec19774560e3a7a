"""The exact solve beside flat ngspice and beside closed forms."""

from dataclasses import replace

import numpy as np
import pytest

from pnn_studio.circuit.check import dissipated
from pnn_studio.circuit.network import check_netlist
from pnn_studio.circuit.ngspice import run_netlist
from pnn_studio.circuit.wiring import wire_up
from pnn_studio.domain.layout import Layout
from pnn_studio.domain.technology import load_technology
from pnn_studio.errors import NotSolved, TechnologyError
from pnn_studio.physics.loaded import exact
from pnn_studio.physics.loaded.exact import evaluate, solve
from pnn_studio.physics.loaded.printed import PrintedNetworks
from tests.support import closed_form
from tests.support.designs import sample_voltages
from tests.support.random_networks import random_design, random_networks, scaled_to

LAYOUTS = [
    Layout(4, (3,), 3),
    Layout(3, (4,), 2, "original"),
    Layout(5, (4, 3), 3, "modified", "layer"),
    Layout(4, (3, 2), 3, "original", "layer"),
    Layout(3, (3, 2, 3), 3, "modified", "layer"),
    Layout(4, (2, 3, 2), 2, "original"),
]


@pytest.fixture(scope="module")
def technology():
    return load_technology("negt")


@pytest.mark.parametrize("layout", LAYOUTS, ids=str)
@pytest.mark.parametrize("seed", range(5))
def test_thirty_random_networks_do_what_they_do_in_ngspice(technology, layout, seed):
    design = random_design(layout, technology, seed)
    if seed % 2:
        # columns 30 times as conductive as printing demands: the rows carry a load that counts
        design = replace(design, g_min=30 * design.g_min)
    voltages = sample_voltages(design, 12, seed)
    solved = solve(PrintedNetworks.of_design(design, technology), technology, voltages)
    signals = run_netlist(check_netlist(design, technology, voltages), 60).values
    wiring = wire_up(design)
    for layer, state in zip(wiring, solved, strict=True):
        columns = [signals[cell.input.net] for cell in layer.activations]
        outputs = [signals[cell.output.net] for cell in layer.activations]
        # ngspice itself is free to err by 1e-5 of a voltage
        np.testing.assert_allclose(state.columns[0], columns, rtol=0, atol=3e-5)
        np.testing.assert_allclose(state.outputs[0], outputs, rtol=0, atol=3e-5)
        negations = sorted(layer.negations, key=_place)
        mine = state.negations[0][state.negations[0].any(axis=1)]
        assert len(mine) == len(negations)
        for volts, cell in zip(mine, negations, strict=True):
            np.testing.assert_allclose(volts, signals[cell.output.net], rtol=0, atol=3e-5)
    power = dissipated(wiring, technology, signals)
    mine = sum(layer.power[0] for layer in solved)
    wanted = [power.crossbar, power.activation, power.negation]
    np.testing.assert_allclose(mine, wanted, rtol=1e-6, atol=1e-12)


def _place(cell):
    """Row and column of a negation."""
    return cell.output.row, cell.output.column or 0


@pytest.mark.parametrize("crossbar", ["modified", "original"])
@pytest.mark.parametrize("largest", [None, 1e-5, 1e-4])
def test_component_values_at_the_corners_of_their_ranges_converge(technology, crossbar, largest):
    layout = Layout(5, (4, 7, 3), 3, crossbar, "layer")
    printed = random_networks(layout, technology, 120, 7, corners=True)
    if largest is not None:
        printed = scaled_to(printed, largest)
    rng = np.random.default_rng(0)
    voltages = np.concatenate([np.zeros((1, 5)), np.ones((1, 5)), rng.random((4, 5))])
    layers = solve(printed, technology, voltages)
    for signed, layer in zip(printed.conductances, layers, strict=True):
        assert (np.abs(_excess_current(crossbar, signed, layer)) < 1e-12).all()
        assert layer.power.min() >= 0


def _excess_current(crossbar, signed, layer):
    """Ampere that the nodes' voltages leave over at each column, (D, N, S)."""
    plain, negated = np.maximum(signed, 0)[:, :-1], np.maximum(-signed, 0)[:, :-1]
    rows, columns = plain.shape[1:]
    total = np.einsum("dmn,dms->dns", plain, layer.rows)
    if crossbar == "modified":
        total += np.einsum("dmn,dms->dns", negated, layer.negations)
    else:
        each = layer.negations.reshape(len(negated), rows, columns, -1)
        total += np.einsum("dmn,dmns->dns", negated, each)
    return total - np.abs(signed).sum(axis=1)[..., None] * layer.columns


def test_the_last_layer_is_the_unloaded_cell_of_the_closed_form(technology):
    layout = Layout(2, (2,), 2)
    printed = random_networks(layout, technology, 2, 3)
    last = solve(printed, technology, np.array([[0.2, 0.9]]))[-1]
    for design in range(2):
        names = [each.name for each in technology.activation.components]
        omega = dict(zip(names, printed.omega["ptanh"][design, 0].tolist(), strict=True))
        for column in range(2):
            z = float(last.columns[design, column, 0])
            volts, watts = closed_form.ptanh(technology, omega, z)
            assert last.outputs[design, column, 0] == pytest.approx(volts, abs=1e-9)
            assert last.activation_power[design, column, 0] == pytest.approx(watts, rel=1e-8)


def test_a_column_without_negation_is_the_divider_of_ideal_inputs(technology):
    printed = random_networks(Layout(3, (2,), 2), technology, 1, 0)
    first = np.abs(printed.conductances[0])
    printed = replace(printed, conductances=(first, printed.conductances[1]))
    voltages = np.array([[0.1, 0.8, 0.4], [1.0, 0.0, 0.3]])
    layer = solve(printed, technology, voltages)[0]
    rows = np.concatenate([voltages, np.ones((2, 1)), np.zeros((2, 1))], axis=1)
    wanted = rows @ first[0] / first[0].sum(axis=0)
    np.testing.assert_allclose(layer.columns[0].T, wanted, atol=1e-12)
    across = rows[:, :, None] - wanted[:, None, :]
    lost = (first[0] * across**2).sum(axis=(1, 2))
    np.testing.assert_allclose(layer.crossbar_power[0], lost, rtol=1e-9)
    assert not layer.negation_power.any()


def test_a_design_is_solved_alone_as_it_is_among_others_and_in_chunks(technology, monkeypatch):
    layout = Layout(4, (3,), 3, "original", "layer")
    printed = random_networks(layout, technology, 7, 5)
    voltages = np.random.default_rng(1).random((30, 4))
    whole = solve(printed, technology, voltages)
    monkeypatch.setattr(exact, "_CHUNK", 200)
    found = evaluate(printed, technology, voltages)
    np.testing.assert_allclose(found.outputs, whole[-1].outputs, atol=1e-9)
    wanted = np.stack([layer.power for layer in whole], axis=1)
    np.testing.assert_allclose(found.power, wanted, rtol=1e-7)
    alone = solve(printed.part(slice(3, 4)), technology, voltages)
    np.testing.assert_allclose(alone[-1].outputs[0], whole[-1].outputs[3], atol=1e-9)


@pytest.mark.parametrize(
    "layout",
    [Layout(4, (3,), 3), Layout(4, (3, 5), 3, "original", "layer"), Layout(7, (8,), 6)],
    ids=str,
)
def test_companions_do_not_change_a_bit_of_a_design(technology, layout):
    printed = random_networks(layout, technology, 9, 3)
    voltages = np.random.default_rng(2).random((40, layout.inputs))
    whole = evaluate(printed, technology, voltages)
    for first, last in ((0, 1), (4, 6), (8, 9)):
        some = evaluate(printed.part(slice(first, last)), technology, voltages)
        np.testing.assert_array_equal(some.outputs, whole.outputs[first:last])
        np.testing.assert_array_equal(some.power, whole.power[first:last])


def test_what_is_not_solved_is_named(technology):
    printed = random_networks(Layout(3, (2,), 2), technology, 4, 0)
    omega = {name: values.copy() for name, values in printed.omega.items()}
    omega["ptanh"][2] = np.nan
    with pytest.raises(NotSolved, match=r"Layer 2 of design 2 has no solution at sample 0"):
        evaluate(replace(printed, omega=omega), technology, np.zeros((2, 3)))


def test_a_technology_without_a_transistor_is_refused(technology):
    printed = random_networks(Layout(3, (2,), 2), technology, 1, 0)
    with pytest.raises(TechnologyError, match="states no transistor"):
        evaluate(printed, replace(technology, transistor=None), np.zeros((1, 3)))
