"""A layer's crossbar, drawn for paper: the symbols around the wires of `circuit.placement`."""

from dataclasses import dataclass

import numpy as np

from pnn_studio.circuit.figure.drawing import (
    CAP,
    CLEAR,
    RING,
    STROKE,
    TEXT,
    Drawing,
)
from pnn_studio.circuit.placement import Geometry, place_layer
from pnn_studio.circuit.wiring import LayerWiring, within_layer
from pnn_studio.domain.design import TrainedDesign
from pnn_studio.domain.evaluation import LayerEvaluation
from pnn_studio.domain.letters import fitted, text_width
from pnn_studio.domain.nodes import Node, NodeNames
from pnn_studio.domain.placement import IdleRow, PlacedLayer, PlacedPart, Terminal
from pnn_studio.domain.schematic import Role
from pnn_studio.domain.sheet import DrawnPart, Line, Point, Writing
from pnn_studio.domain.units import MINUS, exponent_number, format_si

PITCH = 19.6  # of columns
LEFT = 1.5  # of the terminals
FIRST_COLUMN = 41.3  # from the terminals on
RESISTOR = (6.4, 2.2)
NEGATION = (7.0, 6.8)
WEIGHT_NEGATION = (3.6, 4.0)
ACTIVATION = (9.6, 6.0)
CURVE = (0.9, 2.9, 4.0)  # of an activation: from its left edge, width and height
CURVE_POINTS = 25
NAME_AT, NAME_END = 4.4, 1.1  # in an activation, from its left and right edge
ABOVE = STROKE / 2 + CLEAR + 0.62  # from a wire up to the baseline of a name with descenders
BELOW = STROKE / 2 + CLEAR + CAP  # from a wire down to the baseline of a value
STUB = 12.0  # dotted, of a row that is not printed
_MODIFIED = Geometry(
    row=10.4, column=PITCH, first_row=3.8, first_column=FIRST_COLUMN, tap=15.0, drop=5.0, body=7.5,
    half=3.2, fork=17.2, negation=22.1, negation_half=3.5, weight=2.7, weight_half=1.8,
    negated_body=9.6, foot=15.6, activation_half=3.0, output=6.2, stub=4.0,
)  # fmt: skip
_ORIGINAL = Geometry(
    row=10.4, column=PITCH, first_row=3.8, first_column=FIRST_COLUMN, tap=17.0, drop=5.0, body=8.5,
    half=3.2, fork=17.2, negation=22.1, negation_half=3.5, weight=2.7, weight_half=1.8,
    negated_body=9.6, foot=15.6, activation_half=3.0, output=6.2, stub=4.0,
)  # fmt: skip


@dataclass(frozen=True)
class LayerFigure:
    """What a layer is drawn from.

    Attributes
    ----------
    design : TrainedDesign
        In the structure to draw.
    wiring : LayerWiring
        Its parts.
    number : int
        1 is the first.
    names : NodeNames
        What the nodes are called.
    alone : bool
        Whether labels do without the layer.
    state : LayerEvaluation or None
        Voltages to write, of `sample`.
    """

    design: TrainedDesign
    wiring: LayerWiring
    number: int
    names: NodeNames
    alone: bool
    state: LayerEvaluation | None = None
    sample: int = 0

    def label(self, label: str) -> str:
        """Write the label of a part."""
        return within_layer(label) if self.alone else label

    @property
    def count(self) -> int:
        """How many columns it has."""
        return len(self.wiring.activations)

    @property
    def box_width(self) -> float:
        """Width of its activations, which hold their labels."""
        longest = max(text_width(self.label(cell.label), TEXT) for cell in self.wiring.activations)
        return max(ACTIVATION[0], NAME_AT + longest + NAME_END)

    def width(self, columns: int) -> float:
        """Return how wide it is with so many columns."""
        return LEFT + FIRST_COLUMN + (columns - 1) * PITCH + self.box_width / 2 + STROKE / 2

    def columns_in(self, width: float) -> int:
        """Return how many columns fit, at least one."""
        fitting = 1
        while fitting < self.count and self.width(fitting + 1) <= width:
            fitting += 1
        return fitting

    def draw(self, columns: range | None = None) -> Drawing:
        """Draw it, or some of its columns."""
        return _LayerDrawing(self, columns or range(self.count)).draw()


class _LayerDrawing:
    def __init__(self, figure: LayerFigure, columns: range) -> None:
        self.figure, self.names = figure, figure.names
        self.layer = figure.design.layers[figure.number - 1]
        self.inputs = self.layer.theta.shape[0] - 2
        crossbar = figure.design.layout.crossbar
        geometry = _MODIFIED if crossbar == "modified" else _ORIGINAL
        self.placed: PlacedLayer = place_layer(
            figure.wiring, figure.number, self.inputs, crossbar, geometry, columns
        )
        self.tap = FIRST_COLUMN - geometry.tap  # of the first column
        self.ohm = {each.ref: each.resistance for each in figure.wiring.resistors}
        # x of a triangle's left corner by the height of its wire
        self.triangles = {
            part.pins[0].y: part.pins[0].x for part in self.placed.parts if part.kind == "negation"
        }
        self.drawing = Drawing(
            figure.width(len(columns)),
            self.placed.height + RING + STROKE + (BELOW if figure.state is not None else CLEAR),
        )

    def draw(self) -> Drawing:
        drawing, placed = Drawing(), self.placed
        self.inner = drawing
        uprights = [
            (wire.net, Line(wire.points, STROKE))
            for wire in placed.wires
            if len(wire.points) == 2 and wire.points[0][0] == wire.points[1][0]  # noqa: PLR2004 - two ends
        ]
        drawing.wires(((wire.net, wire.points, wire.role) for wire in placed.wires), uprights)
        for joint in placed.joints:
            drawing.dot(joint.net, joint.x, joint.y, joint.role)
        for terminal in placed.terminals:
            self._terminal(terminal)
        for idle in placed.idle:
            self._idle(idle)
        for part in placed.parts:
            drawing.parts.append(self._part(part))
        self.drawing.put(drawing, LEFT, 0.0)
        return self.drawing

    # what stands at the ends of wires

    def _terminal(self, terminal: Terminal) -> None:
        node, x, y = terminal.node, terminal.x, terminal.y
        if terminal.kind == "ground":
            self._ground(x, y)
        else:
            self.inner.ring(node.net, x, y)
        if terminal.kind == "output":
            self._output(node, x, y)
        elif x > 0:  # of a negation that serves other columns alone
            room = FIRST_COLUMN - x - RING - 3 * CLEAR
            word = fitted(self.names.short(node), room, TEXT)
            self.inner.write(x + RING + CLEAR, y + CAP / 2, word)
        else:
            # up to the triangle of the same wire, or to the first tap
            room = self.triangles.get(y, self.tap) - CLEAR + LEFT - 0.3
            self.inner.write(0.3 - LEFT, y - ABOVE, fitted(self._name(node), room, TEXT))
            if self.figure.state is not None and node.kind not in ("bias", "ground"):
                self.inner.write(RING + CLEAR, y + BELOW, self._row_volts(node), role="label")

    def _name(self, node: Node) -> str:
        """Name a node, and one that a negation drives elsewhere by that negation."""
        if node.kind == "negation":
            labels = (each.label for each in self.figure.wiring.negations if each.output == node)
            return f"{self.figure.label(next(labels))}, {self.names.full(node)}"
        if node.kind == "bias":
            return f"bias, {self.figure.design.bias:g} V".replace("-", MINUS)
        return self.names.full(node)

    def _ground(self, x: float, y: float) -> None:
        bars = ((0.0, 1.2), (0.6, 0.8), (1.2, 0.4))
        self.inner.lines.append(Line(((x, y), (x, y + 1.2)), STROKE, net="0"))
        for down, half in bars:
            height = y + 1.2 + down
            self.inner.lines.append(Line(((x - half, height), (x + half, height)), STROKE))

    def _output(self, node: Node, x: float, y: float) -> None:
        end, baseline = x - RING - CLEAR, y + CAP / 2
        room = PITCH - 2 * RING - 3 * CLEAR
        self.inner.write(end, baseline, fitted(self._name(node), room, TEXT), "end")
        if self.figure.state is not None and node.column is not None:
            volts = self.figure.state.outputs[self.figure.sample, node.column]
            said = format_si(float(volts), "V")
            self.inner.write(end, baseline + CAP + CLEAR, said, "end", "label")

    def _row_volts(self, node: Node) -> str:
        state, sample = self.figure.state, self.figure.sample
        assert state is not None
        if node.kind == "negation":
            assert node.row is not None
            return format_si(float(state.negation_output(node.row)[sample]), "V")
        index = node.column if node.kind == "activation" else node.row
        return format_si(float(state.rows[sample, index or 0]), "V")

    def _idle(self, idle: IdleRow) -> None:
        points = ((RING, idle.y), (STUB, idle.y))
        self.inner.lines.append(Line(points, STROKE, "muted", dotted=True))
        self.inner.ring("", 0.0, idle.y, "muted")
        words = fitted(f"{self._name(idle.node)}, not printed", FIRST_COLUMN - CLEAR, TEXT)
        self.inner.write(0.3 - LEFT, idle.y - ABOVE, words, role="muted")

    # parts

    def _part(self, part: PlacedPart) -> DrawnPart:
        if part.kind == "resistor":
            return self._resistor(part)
        if part.kind == "activation":
            return self._activation(part)
        return self._negation(part)

    def _drawn(
        self, part: PlacedPart, size: Point, role: Role, value: str, lines: tuple[Line, ...],
        texts: tuple[Writing, ...],
    ) -> DrawnPart:  # fmt: skip
        half_width, half_height = size[0] / 2, size[1] / 2
        box = (part.x - half_width, part.y - half_height, part.x + half_width, part.y + half_height)
        return DrawnPart(
            part.ref, self.figure.label(part.label), self._title(part, value), box, value,
            tuple((pin.net, pin.x, pin.y) for pin in part.pins), lines, texts,
        )  # fmt: skip

    def _title(self, part: PlacedPart, value: str) -> str:
        if part.kind == "resistor":
            assert part.row is not None
            assert part.column is not None
            place = self.names.resistor(self.figure.number, part.row, part.column)
            return f"{part.ref}, {place}, {format_si(float(value), 'Ω')}"
        cells = self.figure.wiring.cells
        return f"{part.ref}, {self.names.full(next(c.output for c in cells if c.ref == part.ref))}"

    def _resistor(self, part: PlacedPart) -> DrawnPart:
        role: Role = "negative" if part.negative else "positive"
        ohm, (width, height) = self.ohm[part.ref], RESISTOR
        label = self.figure.label(part.label)
        texts = (
            Writing(part.x, part.y - height / 2 - STROKE / 2 - CLEAR, label, TEXT, "middle"),
            Writing(part.x, part.y + height / 2 + BELOW, format_si(ohm, "Ω"), TEXT, "middle"),
        )
        body = (_rectangle(part.x, part.y, width, height, role),)
        return self._drawn(part, RESISTOR, role, exponent_number(ohm), body, texts)

    def _negation(self, part: PlacedPart) -> DrawnPart:
        large = part.kind == "negation"
        width, height = NEGATION if large else WEIGHT_NEGATION
        left, right = part.x - width / 2, part.x + width / 2
        corners = ((left, part.y - height / 2), (left, part.y + height / 2), (right, part.y))
        texts: tuple[Writing, ...] = ()
        if large:
            under = part.y + height / 2 + BELOW
            name = self.figure.label(part.label)
            state, end = self.figure.state, right + STROKE
            if state is not None:
                volts = format_si(
                    float(state.negation_output(part.row or 0)[self.figure.sample]), "V"
                )
                name = f"{name} {volts}"
            below = Writing(part.x, under, name, TEXT, "middle", "negation")
            if state is not None:
                below = Writing(end, under, name, TEXT, "end", "negation")
            texts = (
                Writing(left + 0.55, part.y + CAP / 2, f"{MINUS}1", TEXT, "start", "negation"),
                below,
            )
        body = (Line(corners, STROKE, "negation", closed=True),)
        return self._drawn(
            part, (width, height), "negation", self.layer.negation_circuit, body, texts
        )

    def _activation(self, part: PlacedPart) -> DrawnPart:
        width, height = self.figure.box_width, ACTIVATION[1]
        left = part.x - width / 2
        grid = np.linspace(-1.0, 1.0, CURVE_POINTS)
        volts = np.clip(self.layer.activation.tanh(grid), -1.0, 1.0)
        start, across, up = CURVE
        curve = tuple(
            (left + start + across * step / (CURVE_POINTS - 1), part.y - float(each) * up / 2)
            for step, each in enumerate(volts)
        )
        name, column = self.figure.label(part.label), part.column or 0
        node = self.figure.wiring.activations[column].input
        z = self.names.short(node)
        if self.figure.state is not None:
            there = self.figure.state.columns[self.figure.sample, column]
            z = f"{z} {format_si(float(there), 'V')}"
        top = part.y - height / 2 - STROKE / 2 - CLEAR
        texts = (
            Writing(left + NAME_AT, part.y + CAP / 2, name, TEXT, "start", "activation"),
            Writing(part.x - STROKE / 2 - CLEAR, top, z, TEXT, "end"),
        )
        body = (
            _rectangle(part.x, part.y, width, height, "activation"),
            Line(curve, STROKE, "activation"),
        )
        return self._drawn(
            part, (width, height), "activation", self.layer.activation_circuit, body, texts
        )


def _rectangle(x: float, y: float, width: float, height: float, role: Role) -> Line:
    a, b, c, d = x - width / 2, y - height / 2, x + width / 2, y + height / 2
    return Line(((a, b), (c, b), (c, d), (a, d)), STROKE, role, closed=True)
