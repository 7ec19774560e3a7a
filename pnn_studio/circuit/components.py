"""The component table of a design, and the names that its parts and nodes carry everywhere.

A layer is written from 1 on, rows and columns from 0. ``R1_x3_0`` is the crossbar resistor of
layer 1 between input 3 and column 0 (``h3`` in later layers, ``b`` bias, ``g`` ground), ``N1_x3``
the negation of that row (``N1_x3_0`` that of one weight in the original crossbar), ``A1_0`` the
ptanh of column 0, ``A1_0.T1`` a part of it. Names are built from indices alone: no text of a file
is in them.
"""

from collections.abc import Iterator, Mapping

from pnn_studio.domain.components import PrintedPart
from pnn_studio.domain.design import TrainedDesign
from pnn_studio.domain.layout import Crossbar
from pnn_studio.domain.technology import CircuitName, Technology

NAN = float("nan")

# Parts of the two circuits, as in the cells of the netlist: resistors with their two nodes,
# transistors with drain, gate, source and the names of their width and length. "in" and "out" are
# the circuit's input and output, "vdd" and "vss" its rails; the other nodes lie inside.
_RESISTORS: Mapping[CircuitName, Mapping[str, tuple[str, str]]] = {
    "ptanh": {"R1": ("vdd", "m"), "R2": ("vdd", "out")},
    "negation": {
        "R1": ("vdd", "s"),
        "R2": ("s", "vss"),
        "R3": ("g", "vss"),
        "R4": ("in", "g"),
        "R5": ("vdd", "out"),
    },
}
_TRANSISTORS: Mapping[CircuitName, Mapping[str, tuple[tuple[str, str, str], str, str]]] = {
    "ptanh": {
        "T1": (("m", "in", "vss"), "W1", "L1"),
        "T2": (("out", "m", "vss"), "W2", "L2"),
    },
    "negation": {"T1": (("out", "g", "s"), "W", "L")},
}


def row_name(layer: int, row: int, inputs: int) -> str:
    """Name a row of a crossbar inside references.

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
    >>> [row_name(1, row, 2) for row in range(4)], row_name(2, 0, 2)
    (['x0', 'x1', 'b', 'g'], 'h0')
    """
    if row < inputs:
        return f"{'x' if layer == 1 else 'h'}{row}"
    return "b" if row == inputs else "g"


def row_node(layer: int, row: int, inputs: int) -> str:
    """Name the node that a plain row is, with the arguments of `row_name`.

    Examples
    --------
    >>> [row_node(1, row, 2) for row in range(4)], row_node(2, 0, 2)
    (['x0', 'x1', 'bias', '0'], 'l1_h0')
    """
    if row < inputs:
        return f"x{row}" if layer == 1 else f"l{layer - 1}_h{row}"
    return "bias" if row == inputs else "0"


def resistor_ref(layer: int, row: str, column: int) -> str:
    """Name the crossbar resistor between a row (see `row_name`) and a column."""
    return f"R{layer}_{row}_{column}"


def negation_ref(layer: int, row: str, column: int | None) -> str:
    """Name the negation of a row, or of one weight where `column` is given (original crossbar)."""
    return f"N{layer}_{row}" if column is None else f"N{layer}_{row}_{column}"


def ptanh_ref(layer: int, column: int) -> str:
    """Name the ptanh of a column."""
    return f"A{layer}_{column}"


def negated_node(layer: int, row: int, column: int | None) -> str:
    """Name the output of the negation of a row, or of one weight where `column` is given."""
    return f"l{layer}_n{row}" if column is None else f"l{layer}_n{row}_{column}"


def column_node(layer: int, column: int) -> str:
    """Name the node of a column, which is the input of its ptanh."""
    return f"l{layer}_z{column}"


def output_node(layer: int, column: int) -> str:
    """Name the output of the ptanh of a column."""
    return f"l{layer}_h{column}"


def component_table(design: TrainedDesign, technology: Technology) -> tuple[PrintedPart, ...]:
    """List every printed part once.

    Parameters
    ----------
    design : TrainedDesign
        Gives the crossbar structure, too.
    technology : Technology
        Gives those component values that the design leaves at their defaults.

    Returns
    -------
    tuple of PrintedPart
        Layer by layer: the crossbar's resistors by row and column, then the parts of the negation
        circuits, then those of the ptanh circuits. Resistances are ``1 / g_printed``.
    """
    parts: list[PrintedPart] = []
    for number, layer in enumerate(design.layers, start=1):
        inputs = layer.theta.shape[0] - 2
        conductances = layer.conductances(design.g_min)
        negations: dict[tuple[int, int | None], None] = {}  # a set that keeps the order
        for row, column in zip(*layer.printed.nonzero(), strict=True):
            node = row_node(number, int(row), inputs)
            if layer.negated[row, column]:
                place = negation_place(design.layout.crossbar, int(row), int(column))
                negations[place] = None
                node = negated_node(number, *place)
            ref = resistor_ref(number, row_name(number, int(row), inputs), int(column))
            nodes = (node, column_node(number, int(column)))
            resistance = float(1 / conductances[row, column])
            parts.append(
                PrintedPart(ref, "resistor", number, "crossbar", None, nodes, resistance, NAN, NAN)
            )
        values = dict(technology.negation.defaults) | dict(layer.negation.omega)
        for place in negations:
            ref = negation_ref(number, row_name(number, place[0], inputs), place[1])
            ends = {"in": row_node(number, place[0], inputs), "out": negated_node(number, *place)}
            parts.extend(_circuit_parts("negation", ref, number, ends, values))
        values = dict(technology.ptanh.defaults) | dict(layer.ptanh.omega)
        for column in range(layer.theta.shape[1]):
            ends = {"in": column_node(number, column), "out": output_node(number, column)}
            parts.extend(_circuit_parts("ptanh", ptanh_ref(number, column), number, ends, values))
    return tuple(parts)


def negation_place(crossbar: Crossbar, row: int, column: int) -> tuple[int, int | None]:
    """Say which negation serves a negative weight: that of its row, or its own (original)."""
    return (row, None) if crossbar == "modified" else (row, column)


def _circuit_parts(
    circuit: CircuitName, ref: str, layer: int, ends: Mapping[str, str], values: Mapping[str, float]
) -> Iterator[PrintedPart]:
    """List the parts of one nonlinear circuit; its inner nodes carry its reference."""
    rails = {rail: f"{rail}_{circuit}" for rail in ("vdd", "vss")}

    def named(nodes: tuple[str, ...]) -> tuple[str, ...]:
        return tuple((rails | dict(ends)).get(node, f"{ref}.{node}") for node in nodes)

    for name, nodes in _RESISTORS[circuit].items():
        yield PrintedPart(f"{ref}.{name}", "resistor", layer, ref, circuit, named(nodes),
                          values[name], NAN, NAN)  # fmt: skip
    for name, (terminals, width, length) in _TRANSISTORS[circuit].items():
        yield PrintedPart(f"{ref}.{name}", "transistor", layer, ref, circuit, named(terminals),
                          NAN, values[width], values[length])  # fmt: skip
