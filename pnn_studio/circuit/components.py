"""The component table of a design: every printed part with its reference, nodes and values.

``R1_x3_0`` is the crossbar resistor of layer 1 between input 3 and column 0 (``h3`` in later
layers, ``b`` bias, ``g`` ground), ``N1_x3`` the negation of that row (``N1_x3_0`` that of one
weight in the original crossbar), ``A1_0`` the activation circuit of column 0, ``A1_0.T1`` a part of
it. References and nodes are built from indices alone (`domain.nodes`): no text of a file is in
them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pnn_studio.domain.cells import CellKind, ResistorPart, TransistorPart
from pnn_studio.domain.components import PrintedPart
from pnn_studio.domain.design import TrainedDesign
from pnn_studio.domain.nodes import (
    Node,
    NodeNames,
    activation_node,
    activation_ref,
    column_node,
    negation_node,
    negation_ref,
    resistor_ref,
    row_node,
)
from pnn_studio.domain.technology import Technology

NAN = float("nan")


def component_table(
    design: TrainedDesign, technology: Technology, names: NodeNames | None = None
) -> tuple[PrintedPart, ...]:
    """List every printed part once.

    Parameters
    ----------
    design : TrainedDesign
        Gives the crossbar structure, too.
    technology : Technology
        Gives those component values that the design leaves at their defaults.
    names : NodeNames, optional
        What people call the nodes; those of the data if left out.

    Returns
    -------
    tuple of PrintedPart
        Layer by layer: the crossbar's resistors by row and column, then the parts of the negation
        circuits, then those of the activation circuits. Resistances are ``1 / g_printed``.
    """
    names = names or NodeNames.of(design)
    parts: list[PrintedPart] = []
    for number, layer in enumerate(design.layers, start=1):
        inputs = layer.theta.shape[0] - 2
        conductances = layer.conductances(design.g_min)
        negations: dict[Node, Node] = {}  # output -> input, in order
        for at, column in zip(*layer.printed.nonzero(), strict=True):
            row = node = row_node(number, int(at), inputs)
            if layer.negated[at, column]:
                node = negation_node(design.layout.crossbar, number, int(at), int(column))
                negations[node] = row
            ends = (node, column_node(number, int(column)))
            resistance = float(1 / conductances[at, column])
            parts.append(
                PrintedPart(
                    resistor_ref(number, row, int(column)),
                    "resistor",
                    number,
                    "crossbar",
                    None,
                    tuple(each.net for each in ends),
                    resistance,
                    NAN,
                    NAN,
                    tuple(names.short(each) for each in ends),
                )
            )
        values = dict(technology.negation.defaults) | dict(layer.negation.omega)
        for output, row in negations.items():
            ref = negation_ref(number, row, output.column)
            place = _Place(ref, number, row, output, names)
            parts.extend(_circuit_parts(layer.kind("negation"), place, values))
        values = dict(technology.activation.defaults) | dict(layer.activation.omega)
        for column in range(layer.theta.shape[1]):
            ref = activation_ref(number, column)
            output = activation_node(number, column)
            place = _Place(ref, number, column_node(number, column), output, names)
            parts.extend(_circuit_parts(layer.kind("activation"), place, values))
    return tuple(parts)


@dataclass(frozen=True)
class _Place:
    """Where a nonlinear circuit stands, and what its nodes are called."""

    ref: str
    layer: int
    input: Node
    output: Node
    names: NodeNames

    def nets(self, kind: CellKind) -> Mapping[str, str]:
        """Name its nodes in the netlist; those inside carry its reference."""
        inside = {node: f"{self.ref}.{node}" for node in kind.inner_nodes}
        rails = {rail: f"{rail}_{kind.name}" for rail in ("vdd", "vss")}
        return inside | rails | {"in": self.input.net, "out": self.output.net}

    def words(self, kind: CellKind) -> Mapping[str, str]:
        """Name them for people."""
        ends = {"in": self.names.short(self.input), "out": self.names.short(self.output)}
        return dict(self.nets(kind)) | ends


def _circuit_parts(
    kind: CellKind, place: _Place, values: Mapping[str, float]
) -> Iterator[PrintedPart]:
    """List the parts of one nonlinear circuit."""
    nets, words = place.nets(kind), place.words(kind)
    parts: tuple[ResistorPart | TransistorPart, ...] = (*kind.resistors, *kind.transistors)
    for part in parts:
        yield PrintedPart(
            f"{place.ref}.{part.name}",
            "resistor" if isinstance(part, ResistorPart) else "transistor",
            place.layer,
            place.ref,
            kind.name,
            tuple(nets[node] for node in part.nodes),
            values[part.name] if isinstance(part, ResistorPart) else NAN,
            values[part.width] if isinstance(part, TransistorPart) else NAN,
            values[part.length] if isinstance(part, TransistorPart) else NAN,
            tuple(words[node] for node in part.nodes),
        )
