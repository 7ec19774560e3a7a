from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from pnn_studio.circuit.cells import cell_netlist, instance_parameters
from pnn_studio.circuit.ngspice import run_netlist
from pnn_studio.errors import ProjectFileError, SimulatorMissing
from tests.support import closed_form

GOLDEN = Path(__file__).parent / "golden"
# ngspice 39, reltol 1e-5, V_in = 0, 0.2 ... 1 V; worked out independently of this program
GOLDEN_VOLTS = {
    "ptanh": [0.025368, 0.565557, 0.775478, 0.862085, 0.909085, 0.937590],
    "negation": [0.032937, -0.162364, -0.366300, -0.577636, -0.794172, -0.955276],
}
CELLS = ("ptanh", "negation")


@pytest.mark.parametrize("name", CELLS)
def test_the_default_cell_gives_the_golden_voltages(technology, name):
    result = run_netlist(cell_netlist(technology, name, (0.0, 1.0, 0.2)), 30)
    np.testing.assert_allclose(result.values["v_out"], GOLDEN_VOLTS[name], atol=1e-4)


@pytest.mark.parametrize("name", CELLS)
def test_the_cell_obeys_kirchhoff_and_the_transistor_equation(technology, name):
    result = run_netlist(cell_netlist(technology, name, (-2.0, 2.0, 0.25)), 30)
    omega = technology.circuit(name).defaults
    solve = closed_form.ptanh if name == "ptanh" else closed_form.negation
    expected = [solve(technology, omega, float(v))[0] for v in result.values["v_in"]]
    np.testing.assert_allclose(result.values["v_out"], expected, atol=1e-4)


@pytest.mark.parametrize("name", CELLS)
def test_the_netlist_of_a_cell_is_the_golden_file(technology, name):
    text = cell_netlist(technology, name, (-2.0, 2.0, 0.05)).text
    assert text == (GOLDEN / f"{name}.cir").read_text(encoding="ascii")


def test_another_technology_gives_another_netlist(technology):
    transistor = replace(technology.transistor, kp=3.21e-4, vt=0.123, n=1.5, lam=0.07, ut=0.03)
    other = replace(
        technology,
        transistor=transistor,
        activation=replace(technology.activation, vdd=1.25, vss=-0.75),
    )
    text = cell_netlist(other, "ptanh", (0.0, 1.0, 0.5)).text
    assert ".param kp=321u vto=123m nss=1.5 ut=30m lam=70m" in text
    assert "Vdd vdd 0 dc 1.25" in text
    assert "Vss vss 0 dc -750m" in text


def test_a_technology_without_a_transistor_has_nothing_to_simulate(technology):
    with pytest.raises(SimulatorMissing, match="negt has no transistor"):
        cell_netlist(replace(technology, transistor=None), "ptanh", (0.0, 1.0, 0.5))


@pytest.mark.parametrize("value", [0.0, -4e3, float("nan"), float("inf"), None])
def test_a_component_value_that_cannot_be_printed_is_refused(technology, value):
    omega = dict(technology.activation.defaults) | {"R2": value}
    if value is None:
        del omega["R2"]
    with pytest.raises(ProjectFileError, match="R2 of the ptanh circuit"):
        instance_parameters("ptanh", omega)
