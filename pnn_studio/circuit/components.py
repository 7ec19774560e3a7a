"""The component table of a design: every printed part with its reference, nodes and values.

``R1_x3_0`` is the crossbar resistor of layer 1 between input 3 and column 0 (``h3`` in later
layers, ``b`` bias, ``g`` ground), ``N1_x3`` the negation of that row (``N1_x3_0`` that of one
weight in the original crossbar), ``A1_0`` the activation circuit of column 0, ``A1_0.T1`` a part of
it. References and nodes are built from indices alone (`circuit.wiring`): no text of a file is in
them. ``R1.41`` is the same part's label in a drawing.
"""

from collections.abc import Iterator, Mapping

from pnn_studio.circuit.wiring import PlacedCell, wire_up
from pnn_studio.domain.cells import CELLS, PORTS, ResistorPart, TransistorPart
from pnn_studio.domain.components import PrintedPart
from pnn_studio.domain.design import TrainedDesign
from pnn_studio.domain.nodes import NodeNames
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
    for number, layer in enumerate(wire_up(design), start=1):
        for resistor in layer.resistors:
            parts.append(
                PrintedPart(
                    resistor.ref,
                    "resistor",
                    number,
                    "crossbar",
                    None,
                    resistor.nets,
                    resistor.resistance,
                    NAN,
                    NAN,
                    (names.short(resistor.node), names.short(resistor.column)),
                    resistor.label,
                )
            )
        for cell in layer.cells:
            parts.extend(_circuit_parts(cell, number, names, cell.values(technology)))
    return tuple(parts)


def inner_nets(cell: PlacedCell) -> Mapping[str, str]:
    """Name the nodes of a nonlinear circuit in the netlist; those inside carry its reference."""
    kind = CELLS[cell.circuit]
    inside = {node: f"{cell.ref}.{node}" for node in kind.inner_nodes}
    return inside | dict(zip(PORTS, cell.nets, strict=True))


def _circuit_parts(
    cell: PlacedCell, layer: int, names: NodeNames, values: Mapping[str, float]
) -> Iterator[PrintedPart]:
    """List the parts of one nonlinear circuit."""
    kind, nets = CELLS[cell.circuit], inner_nets(cell)
    words = dict(nets) | {"in": names.short(cell.input), "out": names.short(cell.output)}
    parts: tuple[ResistorPart | TransistorPart, ...] = (*kind.resistors, *kind.transistors)
    for part in parts:
        yield PrintedPart(
            f"{cell.ref}.{part.name}",
            "resistor" if isinstance(part, ResistorPart) else "transistor",
            layer,
            cell.ref,
            kind.name,
            tuple(nets[node] for node in part.nodes),
            values[part.name] if isinstance(part, ResistorPart) else NAN,
            values[part.width] if isinstance(part, TransistorPart) else NAN,
            values[part.length] if isinstance(part, TransistorPart) else NAN,
            tuple(words[node] for node in part.nodes),
            f"{cell.label}.{part.name}",
        )
