"""What is selected: one value for the whole window, in terms of the network and not of a view.

Layers are numbered from the inputs (0) to the outputs; rows and neurons from 0. In a layer of n
inputs row n is the bias and row n + 1 ground.
"""

from dataclasses import dataclass

from pnn_studio.domain.cells import CellRole
from pnn_studio.domain.design_ref import DesignRef, RunId
from pnn_studio.domain.nodes import Node, activation_node


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
    """A nonlinear circuit by its role: the activation of a column, or the negation of a row.

    `column` is given for the negation of a single resistor (original structure).
    """

    layer: int
    circuit: CellRole
    index: int
    column: int | None = None


@dataclass(frozen=True)
class DesignItem:
    """A design; None for the one that is shown, whichever that is."""

    ref: DesignRef | None = None


@dataclass(frozen=True)
class RunItem:
    """A run of the history."""

    run: RunId


@dataclass(frozen=True)
class NodeItem:
    """A node that the check compares."""

    node: Node


Item = LayerItem | NeuronItem | ResistorItem | CircuitItem | DesignItem | RunItem | NodeItem


def owner_of(node: Node) -> CircuitItem | NeuronItem | None:
    """Return what drives a node: a circuit, or the neuron of a column; None for a supply."""
    match node:
        case Node(kind="column", column=int(column)):
            return NeuronItem(node.layer, column)
        case Node(kind="activation", column=int(column)):
            return CircuitItem(node.layer, "activation", column)
        case Node(kind="negation", row=int(row)):
            return CircuitItem(node.layer, "negation", row, node.column)
        case Node(kind="input", row=int(row)):
            return NeuronItem(0, row)
    return None


def node_of(item: Item) -> Node | None:
    """Return the node that a check compares and an item drives; None where it drives none."""
    match item:
        case NodeItem():
            return item.node
        case NeuronItem() if item.layer > 0:
            return activation_node(item.layer, item.index)
        case CircuitItem(circuit="activation"):
            return activation_node(item.layer, item.index)
        case CircuitItem():
            return Node(item.layer, "negation", item.index, item.column)
    return None


def layer_of(item: Item) -> int | None:
    """Return the layer whose crossbar an item belongs to, 1 is the first; None for none."""
    match item:
        case LayerItem() | NeuronItem():
            return max(item.layer, 1)
        case ResistorItem() | CircuitItem():
            return item.layer
        case NodeItem():
            owner = owner_of(item.node)
            return layer_of(owner) if owner else None
    return None


def neuron_of(item: Item) -> NeuronItem | None:
    """Return the node of the layout that an item is drawn at."""
    match item:
        case NeuronItem():
            return item
        case CircuitItem():
            if item.circuit == "activation":
                return NeuronItem(item.layer, item.index)
            return NeuronItem(item.layer - 1, item.index)
        case NodeItem():
            owner = owner_of(item.node)
            return neuron_of(owner) if owner else None
    return None
