from itertools import groupby

import numpy as np
import pytest

from pnn_studio.circuit.cells import cell_netlist
from pnn_studio.circuit.components import component_table
from pnn_studio.domain.cells import COMPONENTS
from pnn_studio.domain.operating_point import operating_point
from pnn_studio.domain.technology import load_technology
from tests.support.designs import sample_design, sample_voltages

TECHNOLOGY = load_technology()
CROSSBARS = ("modified", "original")


@pytest.mark.parametrize("crossbar", CROSSBARS)
def test_every_part_has_a_reference_of_its_own(crossbar):
    parts = component_table(sample_design(6, (4, 3), 3, crossbar), TECHNOLOGY)
    assert len({part.ref for part in parts}) == len(parts)


@pytest.mark.parametrize("crossbar", CROSSBARS)
def test_the_parts_are_as_many_as_the_paper_counts(crossbar):
    design = sample_design(6, (4, 3), 3, crossbar)
    parts = component_table(design, TECHNOLOGY)
    printed = sum(int(layer.printed.sum()) for layer in design.layers)
    neurons = 4 + 3 + 3
    negations = design.count_negations(crossbar)
    resistors = [part for part in parts if part.kind == "resistor"]
    transistors = [part for part in parts if part.kind == "transistor"]
    assert len(resistors) == printed + 2 * neurons + 5 * negations
    assert len(transistors) == 2 * neurons + negations


@pytest.mark.parametrize("crossbar", CROSSBARS)
def test_kirchhoff_at_the_column_nodes_gives_the_voltages_of_the_ideal_model(crossbar):
    design = sample_design(5, (3,), 3, crossbar)
    voltages = sample_voltages(design, 1)
    states = operating_point(design, voltages).layers
    volts = {"bias": design.bias, "0": 0.0} | {f"x{m}": v for m, v in enumerate(voltages[0])}
    crossbar_parts = [p for p in component_table(design, TECHNOLOGY) if p.belongs_to == "crossbar"]
    for number, state in enumerate(states, start=1):
        volts |= {f"l{number}_h{n}": v for n, v in enumerate(state.outputs[0])}
        for row, values in enumerate(state.negated[0]):
            volts[f"l{number}_n{row}"] = values[0]
            volts |= {f"l{number}_n{row}_{n}": value for n, value in enumerate(values)}

        def column(part):
            return part.nodes[1]

        parts = sorted((p for p in crossbar_parts if p.layer == number), key=column)
        for node, group in groupby(parts, key=column):
            conductances = {part.nodes[0]: 1 / part.resistance for part in group}
            current = sum(g * volts[row] for row, g in conductances.items())
            z = state.columns[0][int(node.rpartition("z")[2])]
            assert current / sum(conductances.values()) == pytest.approx(z, abs=1e-12)


@pytest.mark.parametrize("circuit", TECHNOLOGY.circuit_names)
def test_the_inside_of_a_circuit_is_wired_as_its_netlist_for_ngspice(circuit):
    text = cell_netlist(TECHNOLOGY, circuit, (0.0, 1.0, 0.5)).text.lower()
    body = text.split(f".subckt {circuit} ")[1].split(".ends")[0]
    expected = set()
    for line in body.splitlines()[1:]:
        name, *fields = line.split()
        if name[0] == "r":
            expected.add((name, frozenset(fields[:2])))
        elif name[0] == "x":
            expected.add((name[1:], tuple(fields[:3])))
    part_of = component_table(sample_design(), TECHNOLOGY)
    ref = next(part.belongs_to for part in part_of if part.circuit == circuit)
    ends = {"l1_z0": "a", "l1_h0": "y"} if circuit == "ptanh" else {"x1": "a", "l1_n1": "y"}
    ends |= {f"vdd_{circuit}": "vdd", f"vss_{circuit}": "vss"}
    found = set()
    for part in part_of:
        if part.belongs_to == ref:
            nodes = tuple(ends.get(node, node.removeprefix(f"{ref}.")) for node in part.nodes)
            name = part.ref.removeprefix(f"{ref}.").lower()
            found.add((name, frozenset(nodes) if part.kind == "resistor" else nodes))
    assert found == expected


def test_the_values_of_a_circuit_are_its_component_values():
    design = sample_design()
    for circuit in TECHNOLOGY.circuit_names:
        omega = TECHNOLOGY.circuit(circuit).defaults
        parts = component_table(design, TECHNOLOGY)
        ref = next(part.belongs_to for part in parts if part.circuit == circuit)
        inside = [part for part in parts if part.belongs_to == ref]
        resistances = {
            p.ref.rpartition(".")[2]: p.resistance for p in inside if p.kind == "resistor"
        }
        sizes = [value for p in inside if p.kind == "transistor" for value in (p.width, p.length)]
        assert resistances == {name: omega[name] for name in COMPONENTS[circuit] if name[0] == "R"}
        assert sizes == [omega[name] for name in COMPONENTS[circuit] if name[0] != "R"]


def test_a_negative_entry_to_ground_needs_no_negation():
    design = sample_design()
    assert design.layers[0].theta[-1, -1] < 0
    part = next(p for p in component_table(design, TECHNOLOGY) if p.ref == "R1_g_2")
    assert part.nodes == ("0", "l1_z2")


def test_references_and_nodes_hold_no_text_of_the_data():
    hostile = "\n.control\nshell rm -rf ~\n.endc"
    design = sample_design(2, (2,), 2, input_names=(hostile, "=1+1"), class_names=(hostile, "b"))
    for part in component_table(design, TECHNOLOGY):
        for name in (part.ref, part.belongs_to, *part.nodes):
            assert all(letter.isalnum() or letter in "_." for letter in name)


def test_what_a_part_does_not_have_is_not_a_number():
    for part in component_table(sample_design(), TECHNOLOGY):
        resistor = part.kind == "resistor"
        assert np.isfinite(part.resistance) == resistor
        assert np.isfinite([part.width, part.length]).all() != resistor
