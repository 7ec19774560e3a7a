"""The nodes of a printed network, and the one name that each of them has in every view.

A node is a value. Its `net` is its name in a netlist, built from indices alone; `NodeNames` gives
the name that people read, with what the data and the person call it:

============  ===============  ===========  =======================  ======================
node          net              short        full                     part that drives it
============  ===============  ===========  =======================  ======================
input         ``x3``           x3           x3 petal width           the data
bias, ground  ``bias``, ``0``  bias         bias                     the supply
negation      ``l1_n3``        −x3          −x3 petal width          ``N1_x3``
of bias       ``l1_n4``        −bias 1      −bias 1                  ``N1_b``
of a weight   ``l1_n3_0``      −x3 to h1.0  −x3 petal width to h1.0  ``N1_x3_0`` (original)
column        ``l1_z2``        z1.2         z1.2, column of h1.2     the crossbar
activation    ``l1_h2``        h1.2         h1.2                     ``A1_2``, hidden layer
activation    ``l2_h0``        y0           y0 setosa                ``A2_0``, output layer
============  ===============  ===========  =======================  ======================

Layers are written from 1 on, rows and columns from 0. A neuron that was given a name is called by
it, and its column and negation with it.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Literal

from pnn_studio.domain.cells import CellRole
from pnn_studio.domain.design import TrainedDesign
from pnn_studio.domain.layout import Crossbar, Layout
from pnn_studio.domain.units import MINUS

NodeKind = Literal["input", "bias", "ground", "negation", "column", "activation"]

# names that layers ("1") and neurons ("1.0") were given, by their place
Given = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Node:
    """A node of the network.

    Attributes
    ----------
    layer : int
        1 is the first; 0 for inputs, bias and ground, which are before all layers.
    kind : str
        What it is: the output of a negation or an activation circuit, or what the others say.
    row : int or None
        Which input, or which row of the crossbar is negated.
    column : int or None
        Which column; of a negation only where it serves a single weight (original crossbar).
    """

    layer: int
    kind: NodeKind
    row: int | None = None
    column: int | None = None

    @property
    def net(self) -> str:
        """Name in the netlist.

        Examples
        --------
        >>> Node(1, "negation", 2).net, Node(1, "negation", 2, 0).net, BIAS.net, GROUND.net
        ('l1_n2', 'l1_n2_0', 'bias', '0')
        """
        match self.kind:
            case "input":
                return f"x{self.row}"
            case "bias":
                return "bias"
            case "ground":
                return "0"
            case "column":
                return f"l{self.layer}_z{self.column}"
            case "activation":
                return f"l{self.layer}_h{self.column}"
        single = "" if self.column is None else f"_{self.column}"
        return f"l{self.layer}_n{self.row}{single}"

    @property
    def in_ref(self) -> str:
        """What stands for it, as the row of a crossbar, in references of parts.

        Examples
        --------
        >>> [node.in_ref for node in (Node(0, "input", 3), activation_node(1, 0), BIAS, GROUND)]
        ['x3', 'h0', 'b', 'g']
        """
        if self.kind in ("bias", "ground"):
            return self.kind[0]
        return f"x{self.row}" if self.kind == "input" else f"h{self.column}"


BIAS, GROUND = Node(0, "bias"), Node(0, "ground")


def row_node(layer: int, row: int, inputs: int) -> Node:
    """Return the node that a plain row of a crossbar is.

    Parameters
    ----------
    layer : int
        1 is the first.
    row : int
        0 to ``inputs + 1``; the last two are bias and ground.
    inputs : int
        Inputs of this layer.

    Examples
    --------
    >>> [row_node(1, row, 2).net for row in range(4)], row_node(2, 0, 2).net
    (['x0', 'x1', 'bias', '0'], 'l1_h0')
    """
    if row >= inputs:
        return BIAS if row == inputs else GROUND
    return Node(0, "input", row) if layer == 1 else activation_node(layer - 1, row)


def column_node(layer: int, column: int) -> Node:
    """Return the node of a column, which is the input of its activation circuit."""
    return Node(layer, "column", None, column)


def activation_node(layer: int, column: int) -> Node:
    """Return the output of the activation circuit of a column: what a neuron answers."""
    return Node(layer, "activation", None, column)


def negation_node(crossbar: Crossbar, layer: int, row: int, column: int) -> Node:
    """Return what a negative weight hangs on: one node for its row, or its own (original)."""
    return Node(layer, "negation", row, None if crossbar == "modified" else column)


def resistor_ref(layer: int, row: Node, column: int) -> str:
    """Name the crossbar resistor between a row and a column, for example ``R1_x3_0``."""
    return f"R{layer}_{row.in_ref}_{column}"


def negation_ref(layer: int, row: Node, column: int | None) -> str:
    """Name the negation of a row, or of one weight where `column` is given (original crossbar)."""
    single = "" if column is None else f"_{column}"
    return f"N{layer}_{row.in_ref}{single}"


def activation_ref(layer: int, column: int) -> str:
    """Name the activation circuit of a column."""
    return f"A{layer}_{column}"


@lru_cache(maxsize=8)
def nodes_by_net(layout: Layout) -> Mapping[str, Node]:
    """Return every node that a network of this layout can have, by its name in the netlist."""
    nodes = [BIAS, GROUND, *(Node(0, "input", row) for row in range(layout.inputs))]
    for layer, (rows, columns) in enumerate(layout.shapes, start=1):
        served = range(columns) if layout.crossbar == "original" else (0,)
        nodes += [
            negation_node(layout.crossbar, layer, row, column)
            for row in range(rows - 1)  # ground needs none
            for column in served
        ]
        nodes += [column_node(layer, column) for column in range(columns)]
        nodes += [activation_node(layer, column) for column in range(columns)]
    return {node.net: node for node in nodes}


def hidden_name(layer: int, neuron: int) -> str:
    """Name a hidden neuron that was given no name; layer 1 is the first."""
    return f"h{layer}.{neuron}"


@dataclass(frozen=True)
class NodeNames:
    """What people read for the nodes of a network: the same in every view.

    Attributes
    ----------
    layout : Layout
        The network.
    input_names, class_names : tuple of str
        As in the data.
    given : tuple of (str, str)
        Names that hidden layers (``1``) and neurons (``1.0``) were given.
    """

    layout: Layout
    input_names: tuple[str, ...]
    class_names: tuple[str, ...]
    given: Given = ()

    @staticmethod
    def of(design: TrainedDesign, given: Given = ()) -> "NodeNames":
        """Return the names of a design's nodes."""
        return _kept(design.layout, design.input_names, design.class_names, given)

    @cached_property
    def _given(self) -> Mapping[str, str]:
        return dict(self.given)

    @cached_property
    def _neurons(self) -> tuple[tuple[str, ...], ...]:
        """Names of the neurons by layer; where two would be called alike their place is added."""
        inner = [
            [(hidden_name(layer, index), self._given.get(f"{layer}.{index}", ""))
             for index in range(count)]
            for layer, count in enumerate(self.layout.hidden, start=1)
        ]  # fmt: skip
        outputs = tuple(f"y{index}" for index in range(self.layout.outputs))
        used = Counter(name or place for layer in inner for place, name in layer)
        used.update((*outputs, *(f"x{index}" for index in range(self.layout.inputs))))
        used.update(("bias", "ground"))
        named = [
            tuple(
                place if not name else name if used[name] == 1 else f"{name} ({place})"
                for place, name in layer
            )
            for layer in inner
        ]
        return (*named, outputs)

    @cached_property
    def _rows(self) -> tuple[tuple[str, ...], ...]:
        """Names of the rows by layer, whole; a large crossbar asks for them at each resistor."""
        return tuple(
            tuple(self.full(self.row(layer, row)) for row in range(rows))
            for layer, (rows, _) in enumerate(self.layout.shapes, start=1)
        )

    @property
    def last(self) -> int:
        """Number of the output layer."""
        return len(self.layout.hidden) + 1

    def at(self, stage: int, index: int) -> Node:
        """Return a neuron or an input (stage 0), beyond the last one bias and ground."""
        return row_node(stage + 1, index, self.layout.sizes[stage])

    def row(self, layer: int, row: int) -> Node:
        """Return the node of a plain row of a layer's crossbar."""
        return row_node(layer, row, self.layout.sizes[layer - 1])

    def short(self, node: Node) -> str:
        """Name a node shortly: ``x0``, ``−x0``, ``z1.2``, ``h1.2``, ``y0``, ``bias``."""
        match node.kind:
            case "input":
                return f"x{node.row}"
            case "bias" | "ground":
                return node.kind
            case "column":
                return f"z{node.layer}.{node.column}"
            case "activation":
                assert node.column is not None
                return self._neurons[node.layer - 1][node.column]
        return self._negation(node, self.short(self._negated(node)))

    def full(self, node: Node) -> str:
        """Name a node with what the data call it, and a column by its neuron."""
        short = self.short(node)
        match node.kind:
            case "input":
                assert node.row is not None
                return f"{short} {self.input_names[node.row]}"
            case "activation" if node.layer == self.last:
                assert node.column is not None
                return f"{short} {self.class_names[node.column]}"
            case "column":
                assert node.column is not None
                return f"{short}, column of {self.full(activation_node(node.layer, node.column))}"
            case "negation":
                return self._negation(node, self.full(self._negated(node)))
        return short

    def _negated(self, node: Node) -> Node:
        assert node.row is not None
        return self.row(node.layer, node.row)

    def _negation(self, node: Node, row: str) -> str:
        if node.column is not None:
            return f"{MINUS}{row} to {self.short(activation_node(node.layer, node.column))}"
        # every layer negates its own bias; all else belongs to one layer
        return f"{MINUS}{row} {node.layer}" if row == "bias" else f"{MINUS}{row}"

    def resistor(self, layer: int, row: int, column: int) -> str:
        """Name the place of a crossbar resistor."""
        return f"{self._rows[layer - 1][row]} to {self._neurons[layer - 1][column]}"

    def cell(
        self, layer: int, role: CellRole, index: int, column: int | None = None, *, brief: str = ""
    ) -> str:
        """Name a nonlinear circuit after its neuron, or after what it negates.

        Parameters
        ----------
        layer, index, column
            The column of an activation; row, and column where there is one, of a negation.
        role : {"activation", "negation"}
            What the circuit is for.
        brief : str, optional
            What to call it instead, for example ``ptanh``.
        """
        if role == "activation":
            owner = self.full(activation_node(layer, index))
        else:
            owner = self.full(self.row(layer, index))
            if column is not None:
                owner += f" to {self.short(activation_node(layer, column))}"
        return f"{brief or role} of {owner}"

    def layer(self, number: int) -> str:
        """Title a layer; 0 stands for the inputs."""
        if number == 0:
            return "Inputs"
        if number == self.last:
            return f"Layer {number}, outputs"
        return self._given.get(f"{number}") or f"Layer {number}"


@lru_cache(maxsize=8)
def _kept(
    layout: Layout, input_names: tuple[str, ...], class_names: tuple[str, ...], given: Given
) -> NodeNames:
    """Keep names for the next draw: while a slider moves they are those of one network."""
    return NodeNames(layout, input_names, class_names, given)
