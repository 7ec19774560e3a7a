"""The nonlinear circuits drawn down to their transistors, as insets under the layers."""

from collections.abc import Mapping, Sequence
from itertools import groupby, pairwise

from pnn_studio.circuit.figure.drawing import (
    CAP,
    CHANNEL,
    CLEAR,
    RAIL,
    RING,
    STROKE,
    TEXT,
    Drawing,
    Wire,
)
from pnn_studio.circuit.wiring import LayerWiring, PlacedCell, within_layer
from pnn_studio.domain.cell_plans import GATE, PLANS, CellPlan, PlannedPart
from pnn_studio.domain.cells import CELLS, ResistorPart
from pnn_studio.domain.letters import wrapped
from pnn_studio.domain.sheet import DrawnPart, Line
from pnn_studio.domain.technology import Technology
from pnn_studio.domain.units import MINUS, format_si

UNIT = 1.27  # mm of a grid unit
BODY = (2.2, 6.4)
_GATE_AT, _CHANNEL_AT, _SPREAD, _LEG = 2.2, 1.6, 1.7, 1.2  # units left of the axis, and up
_TITLE_LINE = 3.2  # mm
_MICRO = 1e6


def cell_drawings(
    wiring: Sequence[LayerWiring], technology: Technology, *, alone: bool
) -> tuple[Drawing, ...]:
    """Draw every circuit once: activations and negations with the same values are one drawing.

    Parameters
    ----------
    wiring : sequence of LayerWiring
        Layers that are shown.
    technology : Technology
        Rails, and what the design leaves at its default.
    alone : bool
        Whether labels do without the layer.
    """
    drawings = []
    for role in ("activations", "negations"):
        cells = [cell for layer in wiring for cell in getattr(layer, role)]
        # equal circuits share one inset, wherever they stand
        found: dict[tuple[tuple[str, float], ...], list[PlacedCell]] = {}
        for cell in cells:
            found.setdefault(tuple(cell.values(technology).items()), []).append(cell)
        drawings += [_draw(same, technology, alone=alone) for same in found.values()]
    return tuple(drawings)


def _draw(cells: Sequence[PlacedCell], technology: Technology, *, alone: bool) -> Drawing:
    cell = cells[0]
    plan, circuit = PLANS[cell.circuit], technology.circuit(cell.circuit)
    inner = Drawing()
    net = {name: f"{cell.circuit}.{name}" for name in ("in", "out", "vdd", "vss")}
    wires: list[Wire] = [
        (net.get(node, node), tuple((x * UNIT, y * UNIT) for x, y in points), "plain")
        for node, points in plan.wires
    ]
    uprights = [(name, Line((points[0], points[-1]), STROKE)) for name, points in _uprights(wires)]
    inner.wires(wires, uprights)
    for node, x, y in plan.joints:
        inner.dot(net.get(node, node), x * UNIT, y * UNIT)
    volts = {"vdd": circuit.vdd, "vss": circuit.vss}
    for node, start, end, y in plan.rails:
        ends = ((start * UNIT, y * UNIT), (end * UNIT, y * UNIT))
        inner.lines.append(Line(ends, RAIL, net=net[node]))
        said = f"{volts[node]:+g} V".replace("-", MINUS)
        inner.write(start * UNIT - CLEAR, y * UNIT + CAP / 2, said, "end")
    _ports(inner, plan, cell)
    values = cell.values(technology)
    for part in plan.parts:
        _part(inner, part, cell, values, net)
    left = min(plan.left * UNIT, plan.rails[0][1] * UNIT - 6.5)
    across = (plan.right - plan.left) * UNIT
    title = wrapped(_title(cells, alone=alone), across, TEXT)
    drawing = Drawing(
        across,
        len(title) * _TITLE_LINE + 2 + plan.bottom * UNIT + CAP,
    )
    for number, line in enumerate(title):
        drawing.write(0.0, CAP + 0.3 + number * _TITLE_LINE, line)
    drawing.put(inner, -left, len(title) * _TITLE_LINE + 2)
    return drawing


def _uprights(wires: Sequence[Wire]) -> list[tuple[str, tuple[tuple[float, float], ...]]]:
    """Return the upright pieces of wires, the upper end first."""
    return [
        (net, tuple(sorted((a, b), key=lambda point: point[1])))
        for net, points, _ in wires
        for a, b in pairwise(points)
        if a[0] == b[0]
    ]


def _title(cells: Sequence[PlacedCell], *, alone: bool) -> str:
    """Say which circuits these are, ``A1 to A3: ptanh, W/L in µm``."""
    labels = [within_layer(cell.label) if alone else cell.label for cell in cells]
    runs = [
        [label for _, label in run]
        for _, run in groupby(zip(cells, labels, strict=True), key=lambda pair: pair[1][:2])
    ]
    if alone:
        runs = [labels]
    said = [run[0] if len(run) == 1 else f"{run[0]} to {run[-1]}" for run in runs]
    return f"{', '.join(said)}: {cells[0].circuit}, W/L in µm"


def _ports(drawing: Drawing, plan: CellPlan, cell: PlacedCell) -> None:
    """Draw where it hangs in the network; what these nodes are called is said generally."""
    words = ("z", "h") if cell.role == "activation" else ("x", f"{MINUS}x")
    for name, word, (x, y) in zip(("in", "out"), words, (plan.input, plan.output), strict=True):
        drawing.ring(f"{cell.circuit}.{name}", x * UNIT, y * UNIT)
        drawing.write(x * UNIT, y * UNIT - RING - STROKE - CLEAR, word, "middle")


def _part(
    drawing: Drawing, part: PlannedPart, cell: PlacedCell, values: Mapping[str, float],
    net: Mapping[str, str],
) -> None:  # fmt: skip
    kind = CELLS[cell.circuit]
    x, y = part.x * UNIT, part.y * UNIT
    described = kind.part(part.name)
    if isinstance(described, ResistorPart):
        value, lines = format_si(values[part.name], "Ω"), _resistor(part)
        half = [each / 2 for each in (BODY if part.way == "upright" else BODY[::-1])]
        box = (x - half[0], y - half[1], x + half[0], y + half[1])
    else:
        size = (values[described.width] * _MICRO, values[described.length] * _MICRO)
        value, lines = "/".join(f"{each:#.3g}".rstrip(".") for each in size), _transistor(x, y)
        reach = _SPREAD * UNIT
        box = (x - GATE * UNIT, y - reach, x, y + reach)
    pins = tuple((net.get(node, node), a * UNIT, b * UNIT) for node, a, b in part.pins(kind))
    title = f"{part.name} of {cell.circuit}, {value}"
    across, upper, lower, anchor = part.text
    drawing.parts.append(DrawnPart(f"{cell.circuit}.{part.name}", part.name, title, box, value,
                                   pins, lines))  # fmt: skip
    for words, down in ((part.name, upper), (value, lower)):
        drawing.write(x + across * UNIT, y + down * UNIT, words, anchor)


def _resistor(part: PlannedPart) -> tuple[Line, ...]:
    """Draw body and leads."""
    x, y = part.x * UNIT, part.y * UNIT
    reach, (width, height) = 3 * UNIT, BODY
    ends = (((x, y - reach), (x, y - height / 2)), ((x, y + height / 2), (x, y + reach)))
    if part.way == "lying":
        width, height = height, width
        ends = (((x - reach, y), (x - width / 2, y)), ((x + width / 2, y), (x + reach, y)))
    left, top, right, bottom = x - width / 2, y - height / 2, x + width / 2, y + height / 2
    corners = ((left, top), (right, top), (right, bottom), (left, bottom))
    return (Line(corners, STROKE, closed=True), *(Line(end, STROKE) for end in ends))


def _transistor(x: float, y: float) -> tuple[Line, ...]:
    """Draw gate, channel and legs."""
    gate, channel = x - _GATE_AT * UNIT, x - _CHANNEL_AT * UNIT
    spread, leg, reach = _SPREAD * UNIT, _LEG * UNIT, 3 * UNIT
    return (
        Line(((x - GATE * UNIT, y), (gate, y)), STROKE),
        Line(((gate, y - leg), (gate, y + leg)), STROKE),
        Line(((channel, y - spread), (channel, y + spread)), CHANNEL),
        Line(((channel, y - leg), (x, y - leg), (x, y - reach)), STROKE),
        Line(((channel, y + leg), (x, y + leg), (x, y + reach)), STROKE),
    )
