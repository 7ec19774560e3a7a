import pytest

from pnn_studio.domain.layout import Layout
from pnn_studio.domain.nodes import (
    BIAS,
    GROUND,
    Node,
    NodeNames,
    activation_node,
    column_node,
    negation_node,
    nodes_by_net,
)
from pnn_studio.domain.units import MINUS

LAYOUT = Layout(2, (3, 2), 2)
INPUTS, CLASSES = ("width", "length"), ("no", "yes")


def names(*given, layout=LAYOUT):
    return NodeNames(layout, INPUTS, CLASSES, given)


@pytest.mark.parametrize("crossbar", ["modified", "original"])
def test_every_node_of_a_layout_is_found_by_its_net(crossbar):
    layout = Layout(2, (3, 2), 2, crossbar)
    nodes = nodes_by_net(layout)
    assert all(node.net == net for net, node in nodes.items())
    negations = sum(node.kind == "negation" for node in nodes.values())
    assert negations == sum(layout.most_negations)
    assert len(nodes) == 2 + 2 + negations + 2 * (3 + 2 + 2)


def test_names_that_no_node_has_are_none():
    assert not {"l1_n3", "l4_z0", "l1_h3", "l01_z0", "vdd", ""} & nodes_by_net(LAYOUT).keys()


def test_rows_of_a_layer_are_what_the_layer_before_gives():
    of = names()
    assert [of.row(1, row) for row in range(4)] == [
        Node(0, "input", 0), Node(0, "input", 1), BIAS, GROUND,
    ]  # fmt: skip
    assert of.row(2, 2) == activation_node(1, 2) == of.at(1, 2)


def test_a_renamed_neuron_gives_its_name_to_its_column_and_its_negation():
    of = names(("1.2", "edge"))
    assert of.short(activation_node(1, 2)) == "edge"
    assert of.full(column_node(1, 2)) == "z1.2, column of edge"
    assert of.short(negation_node("modified", 2, 2, 0)) == f"{MINUS}edge"
    assert of.short(negation_node("original", 2, 2, 1)) == f"{MINUS}edge to h2.1"
    assert of.resistor(2, 2, 1) == "edge to h2.1"
    assert of.cell(1, "activation", 2, brief="ptanh") == "ptanh of edge"


def test_each_layer_has_a_negation_of_bias_of_its_own():
    assert names().short(negation_node("modified", 1, 2, 0)) == f"{MINUS}bias 1"
    assert names().short(negation_node("modified", 2, 3, 0)) == f"{MINUS}bias 2"


@pytest.mark.parametrize("taken", ["edge", "h2.0", "x1", "y0", "bias"])
def test_two_that_are_called_alike_are_told_apart(taken):
    of = names(("1.0", taken), ("1.2", "edge" if taken == "edge" else "other"))
    assert of.short(activation_node(1, 0)) == f"{taken} (h1.0)"
    nodes = nodes_by_net(LAYOUT).values()
    assert len({of.short(node) for node in nodes}) == len(nodes)


def test_inputs_and_outputs_are_called_by_the_data_and_not_renamed():
    of = names(("3.0", "mine"), ("0.1", "mine"), ("3", "end"))
    assert of.full(Node(0, "input", 1)) == "x1 length"
    assert of.full(activation_node(3, 0)) == "y0 no"
    assert of.layer(3) == "Layer 3, outputs"


def test_a_layer_that_was_named_is_titled_so():
    of = names(("2", "decision"))
    assert [of.layer(number) for number in range(4)] == [
        "Inputs", "Layer 1", "decision", "Layer 3, outputs",
    ]  # fmt: skip
