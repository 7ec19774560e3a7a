"""What is selected: one value for the whole window, in terms of the network and not of a view.

Layers are numbered from the inputs (0) to the outputs; rows and neurons from 0. In a layer of n
inputs row n is the bias and row n + 1 ground.
"""

import re
from dataclasses import dataclass

from pnn_studio.domain.technology import CircuitName

# Names of nodes in a netlist: l1_n0 and l1_n0_2 (negation), l1_z0 (column), l1_h0 (ptanh).
_NODE = re.compile(r"l(\d+)_([nzh])(\d+)(?:_(\d+))?")


@dataclass(frozen=True)
class LayerItem:
    """A layer; 0 stands for the inputs."""

    layer: int


@dataclass(frozen=True)
class NeuronItem:
    """A neuron of a layer, or an input (layer 0); beyond the last one bias and ground."""

    layer: int
    index: int


@dataclass(frozen=True)
class ResistorItem:
    """A place of a crossbar resistor in layer 1, 2 ..."""

    layer: int
    row: int
    column: int


@dataclass(frozen=True)
class CircuitItem:
    """A nonlinear circuit: the ptanh of a column, or the negation of a row.

    `column` is given for the negation of a single resistor (original structure).
    """

    layer: int
    circuit: CircuitName
    index: int
    column: int | None = None


@dataclass(frozen=True)
class DesignItem:
    """A design of the family that is shown."""

    design: int


@dataclass(frozen=True)
class RunItem:
    """A run of the history, by its place in it."""

    run: int


@dataclass(frozen=True)
class NodeItem:
    """A node of the netlist that the check compares."""

    node: str


Item = LayerItem | NeuronItem | ResistorItem | CircuitItem | DesignItem | RunItem | NodeItem


def circuit_of_node(node: str) -> CircuitItem | NeuronItem | None:
    """Return what drives a node of the netlist: a circuit, or the neuron of a column."""
    match = _NODE.fullmatch(node)
    if match is None:
        return None
    layer, letter, index, column = match.groups()
    if letter == "z":
        return NeuronItem(int(layer), int(index))
    place = int(column) if column is not None else None
    return CircuitItem(int(layer), "ptanh" if letter == "h" else "negation", int(index), place)


def node_of(item: Item) -> str | None:
    """Return the node of the netlist that an item drives; None where it drives none."""
    match item:
        case NodeItem():
            return item.node
        case NeuronItem() if item.layer > 0:
            return f"l{item.layer}_h{item.index}"
        case CircuitItem():
            letter = "h" if item.circuit == "ptanh" else "n"
            single = "" if item.column is None else f"_{item.column}"
            return f"l{item.layer}_{letter}{item.index}{single}"
    return None


def layer_of(item: Item) -> int | None:
    """Return the layer whose crossbar an item belongs to, 1 is the first; None for none."""
    match item:
        case LayerItem() | NeuronItem():
            return max(item.layer, 1)
        case ResistorItem() | CircuitItem():
            return item.layer
        case NodeItem():
            owner = circuit_of_node(item.node)
            return owner.layer if owner else None
    return None


def neuron_of(item: Item) -> NeuronItem | None:
    """Return the node of the layout that an item is drawn at."""
    match item:
        case NeuronItem():
            return item
        case CircuitItem():
            if item.circuit == "ptanh":
                return NeuronItem(item.layer, item.index)
            return NeuronItem(item.layer - 1, item.index)
        case NodeItem():
            owner = circuit_of_node(item.node)
            return neuron_of(owner) if owner else None
    return None
