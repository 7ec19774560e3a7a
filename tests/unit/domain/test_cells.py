import pytest

from pnn_studio.domain.cells import CELLS, CIRCUITS, PORTS, ResistorPart, in_roles
from pnn_studio.domain.technology import load_technology
from pnn_studio.errors import TechnologyError
from tests.support.technologies import NEGT


@pytest.mark.parametrize("name", CIRCUITS)
def test_every_node_of_a_circuit_joins_parts(name):
    kind = CELLS[name]
    named = [node for part in kind.parts for node in part.nodes]
    assert set(PORTS) <= set(named)
    assert all(named.count(node) > 1 for node in kind.inner_nodes)


@pytest.mark.parametrize("name", CIRCUITS)
def test_no_component_is_named_twice_and_ratios_are_of_components(name):
    kind = CELLS[name]
    assert len(set(kind.components)) == len(kind.components)
    assert all(set(ratio.split("/")) <= set(kind.components) for ratio in kind.ratios)


@pytest.mark.parametrize("name", CIRCUITS)
def test_parts_of_a_drawing_stand_apart_and_inside_its_field(name):
    places = []
    for part in CELLS[name].parts:
        ends = part.ends if isinstance(part, ResistorPart) else (part.drain, part.source)
        assert all(0 <= x <= 264 and 24 <= y <= 244 for x, y in ends)
        places.append(ends)
    assert len(set(places)) == len(places)


def test_the_current_into_a_circuit_flows_through_what_hangs_on_its_input():
    assert (CELLS["ptanh"].input_resistor, CELLS["negation"].input_resistor) == (None, "R4")


def test_roles_are_found_among_the_names_of_a_file():
    assert in_roles(["theta", "negation", "ptanh"]) == ("ptanh", "negation")
    assert in_roles([]) == ("ptanh", "negation")


def test_a_technology_is_asked_only_for_circuits_that_it_describes():
    technology = load_technology()
    assert [each.kind.role for each in technology.circuits] == ["activation", "negation"]
    for circuit in technology.circuits:
        assert circuit.kind.components == tuple(each.name for each in circuit.components)
    with pytest.raises(TechnologyError, match="describes no relu circuit, but ptanh and negation"):
        technology.circuit("relu")


def test_a_technology_without_an_activation_names_the_one_that_is_missing(tmp_path):
    path = tmp_path / "lab.toml"
    path.write_text(NEGT.read_text("utf-8").replace("[ptanh", "[tanh"), "utf-8")
    with pytest.raises(TechnologyError, match="ptanh: is missing"):
        load_technology(path)
