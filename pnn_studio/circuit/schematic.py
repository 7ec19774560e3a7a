"""Placement of one layer's crossbar as a drawing.

Rows are horizontal wires on slots of 56 px, columns vertical ones every 192 px. A row whose inputs
are negated takes two slots, the plain wire and under it the negated one. A resistor hangs under its
row: a dot on the row's wire, 24 px down, the body, a dot on the column. A row's wire ends at its
last dot and is interrupted where it crosses a column, so only dots join.
"""

import unicodedata
from dataclasses import dataclass

import numpy as np

from pnn_studio.domain.design import TrainedDesign
from pnn_studio.domain.evaluation import LayerEvaluation
from pnn_studio.domain.layout import Crossbar
from pnn_studio.domain.nodes import (
    NodeNames,
    activation_node,
    activation_ref,
    column_node,
    negation_node,
    negation_ref,
    resistor_ref,
)
from pnn_studio.domain.schematic import (
    ColumnPlace,
    Dot,
    Point,
    Role,
    RowPlace,
    Schematic,
    Symbol,
    SymbolKind,
    Text,
    Wire,
)
from pnn_studio.domain.units import format_si

# Distances in px at 100 %.
SLOT = 56.0
PITCH = 192.0
FIRST_SLOT = 40.0
TERMINAL_X = 148.0
FORK_X = TERMINAL_X + 28  # where a plain row turns down to its negation
NEGATION_X = TERMINAL_X + 76
FIRST_COLUMN = TERMINAL_X + 300
TAP = 112.0  # a resistor leaves its row this far left of its column
DROP = 24.0  # from the row's wire down to the body's axis
GAP = 3.5  # on each side of a column that is crossed
RING = 4.0  # radius of a terminal
FOOT = 76.0  # from the last row to the middle of the activation
OUTPUT = 44.0  # from there to the output terminal
STUB = 112.0  # length of the dotted wire of a row that is not printed
MARGIN = 60.0
RESISTOR = (40.0, 13.0)
NEGATION = (48.0, 32.0)
WEIGHT_NEGATION = (24.0, 16.0)  # of a single weight, in the original crossbar
WEIGHT_NEGATION_X = 18.0  # its middle, right of the tap
ACTIVATION = (72.0, 40.0)
LABEL_GAP = 12.0  # between a terminal's middle and its label
NAME_SIZE = 12
VALUE_SIZE = 11
VALUE_BELOW = 20.0  # its baseline under the axis of the resistor
NAME_WIDTH = TERMINAL_X - LABEL_GAP - 8
NEGATION_NAME_WIDTH = 2 * (NEGATION_X - FORK_X) - 10
MAX_NAME = 18
CURVE_POINTS = 25


@dataclass(frozen=True)
class _Row:
    """A row on its slots: which columns hang on the plain wire, which on the negated one."""

    index: int
    y: float
    plain: tuple[int, ...]
    negated: tuple[int, ...]

    @property
    def printed(self) -> bool:
        return bool(self.plain or self.negated)


def layer_schematic(
    design: TrainedDesign,
    layer_index: int,
    *,
    crossbar: Crossbar | None = None,
    state: LayerEvaluation | None = None,
    sample: int = 0,
    names: NodeNames | None = None,
) -> Schematic:
    """Place one layer.

    Parameters
    ----------
    design : TrainedDesign
        What is drawn.
    layer_index : int
        0 is the first layer.
    crossbar : {"modified", "original"}, optional
        Which structure to draw; the design's own if left out.
    state : LayerEvaluation, optional
        Voltages of this layer, to be written beside the nodes.
    sample : int
        Which sample of `state`.
    names : NodeNames, optional
        What the nodes are called; by the data alone if left out.

    Returns
    -------
    Schematic
        No two symbols or texts overlap. References are those of the component table.
    """
    structure = crossbar or design.layout.crossbar
    sketch = _Sketch(design, layer_index, structure, state, sample, names or NodeNames.of(design))
    sketch.draw()
    return sketch.finish()


def shorten(text: str, width: float = NAME_WIDTH) -> str:
    """Make a name from a file fit to be drawn: one line of printable letters, elided at the end.

    It takes at most `width` px.

    Examples
    --------
    >>> shorten("sepal length"), shorten("mean concave points of the cells")
    ('sepal length', 'mean concave poin…')
    """
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    if len(line) <= MAX_NAME and _width(line) <= width:
        return line
    line = line[: MAX_NAME - 1]
    while _width(line) > width - NAME_SIZE:
        line = line[:-1]
    return f"{line.rstrip()}…"


def _width(name: str) -> float:
    """Estimate the width of a name in px, on the safe side; no font is loaded here."""
    ems = 0.0
    for letter in name:
        if unicodedata.east_asian_width(letter) in "WF":
            ems += 1.0
        elif letter in "MWmw@%":
            ems += 0.9
        else:
            ems += 0.68 if letter.isupper() else 0.54
    return ems * NAME_SIZE


class _Sketch:
    """Collects what is drawn of one layer."""

    def __init__(
        self,
        design: TrainedDesign,
        index: int,
        crossbar: Crossbar,
        state: LayerEvaluation | None,
        sample: int,
        names: NodeNames,
    ) -> None:
        self.design, self.layer, self.number = design, design.layers[index], index + 1
        self.crossbar, self.state, self.sample, self.names = crossbar, state, sample, names
        self.inputs, self.outputs = self.layer.theta.shape[0] - 2, self.layer.theta.shape[1]
        self.nodes = [names.row(self.number, row) for row in range(self.inputs + 2)]
        self.conductances = self.layer.conductances(design.g_min)
        self.symbols: list[Symbol] = []
        self.wires: list[Wire] = []
        self.dots: list[Dot] = []
        self.texts: list[Text] = []
        self.rows = self._place_rows()
        # a column reaches from its highest resistor down to the activation
        self.tops = [
            min(self._body_y(row, n) for row in self.rows if n in (*row.plain, *row.negated))
            for n in range(self.outputs)
        ]
        self.foot = self._lowest(self.rows[-1]) + FOOT

    def _place_rows(self) -> tuple[_Row, ...]:
        rows, y = [], FIRST_SLOT
        for index in range(self.inputs + 2):
            printed = np.flatnonzero(self.layer.printed[index])
            shared = self.layer.negated[index] & (self.crossbar == "modified")
            plain = tuple(int(n) for n in printed if not shared[n])
            negated = tuple(int(n) for n in printed if shared[n])
            rows.append(_Row(index, y, plain, negated))
            y += 2 * SLOT if negated else SLOT
        return tuple(rows)

    @staticmethod
    def _lowest(row: _Row) -> float:
        return row.y + SLOT if row.negated else row.y

    @staticmethod
    def _body_y(row: _Row, column: int) -> float:
        return row.y + DROP + (SLOT if column in row.negated else 0)

    @staticmethod
    def _column_x(column: int) -> float:
        return FIRST_COLUMN + column * PITCH

    def draw(self) -> None:
        for row in self.rows:
            self._draw_row(row)
        for column in range(self.outputs):
            self._draw_column(column)

    def finish(self) -> Schematic:
        count = self.layer.negations(self.crossbar)
        title = (
            f"{self._layer_name()} of {len(self.design.layers)}: {_plural(self.inputs, 'input')}, "
            f"{_plural(self.outputs, 'output')}, {self.crossbar} crossbar, "
            f"{_plural(count, 'negation circuit')}"
        )
        return Schematic(
            title,
            self._column_x(self.outputs - 1) + MARGIN,
            self.foot + OUTPUT + MARGIN / 2,
            tuple(self.symbols),
            tuple(self.wires),
            tuple(self.dots),
            tuple(self.texts),
            tuple(
                RowPlace(row.index, row.y, self._row_title(row.index), self._row_note(row),
                         bool(row.negated), row.printed)
                for row in self.rows
            ),
            tuple(
                ColumnPlace(column, self._column_x(column), self._output_name(column),
                            self._column_name(column), *self._column_volts(column))
                for column in range(self.outputs)
            ),
            TERMINAL_X - 2 * RING,
        )  # fmt: skip

    def _layer_name(self) -> str:
        place, name = f"Layer {self.number}", self.names.layer(self.number)
        return place if name.startswith(place) else f"{shorten(name)}, layer {self.number}"

    # rows

    def _draw_row(self, row: _Row) -> None:
        role: Role = "plain" if row.printed else "muted"
        kind: SymbolKind = "terminal" if row.printed else "open_terminal"
        self.symbols.append(
            Symbol(kind, "", TERMINAL_X, row.y, 2 * RING, 2 * RING, role, row=row.index)
        )
        title, note = self._row_title(row.index), self._row_note(row)
        self._label(TERMINAL_X - LABEL_GAP, row.y, title, note, muted=not row.printed)
        start = (TERMINAL_X + RING, row.y)
        if not row.printed:
            self.wires.append(Wire((start, (TERMINAL_X + STUB, row.y)), "muted", dotted=True))
            return
        if row.plain:
            self._draw_row_wire(start, self._column_x(row.plain[-1]) - TAP, "plain")
        if row.negated:
            self._draw_negated_row(row, start)
        for column in (*row.plain, *row.negated):
            self._draw_resistor(row, column)

    def _draw_negated_row(self, row: _Row, start: Point) -> None:
        below = row.y + SLOT
        left, right = NEGATION_X - NEGATION[0] / 2, NEGATION_X + NEGATION[0] / 2
        fork = (FORK_X, row.y)
        if row.plain:
            self.dots.append(Dot(*fork))
            self.wires.append(Wire((fork, (FORK_X, below), (left, below))))
        else:
            self.wires.append(Wire((start, fork, (FORK_X, below), (left, below))))
        node = negation_node("modified", self.number, row.index, 0)
        ref = negation_ref(self.number, self.nodes[row.index], None)
        self.symbols.append(
            Symbol("negation", ref, NEGATION_X, below, *NEGATION, "negation", row=row.index,
                   name=self.names.full(node))
        )  # fmt: skip
        top, name = below - NEGATION[1] / 2, shorten(self.names.short(node), NEGATION_NAME_WIDTH)
        self.texts.append(
            Text(NEGATION_X, top - 5, name, VALUE_SIZE, "middle", bold=True, role="negation")
        )
        if self.state is not None:
            volts = format_si(float(self.state.negation_output(row.index)[self.sample]), "V")
            self.texts.append(Text(right + 8, below - 6, volts, VALUE_SIZE, role="negative"))
        self._draw_row_wire((right, below), self._column_x(row.negated[-1]) - TAP, "negative")

    def _draw_row_wire(self, start: Point, end_x: float, role: Role) -> None:
        """Draw a row's wire to its last dot, interrupted at every column that it crosses."""
        x, y = start
        for column, top in enumerate(self.tops):
            crossing = self._column_x(column)
            if x < crossing < end_x and top < y:
                self.wires.append(Wire(((x, y), (crossing - GAP, y)), role))
                x = crossing + GAP
        self.wires.append(Wire(((x, y), (end_x, y)), role))

    def _draw_resistor(self, row: _Row, column: int) -> None:
        negative = bool(self.layer.negated[row.index, column])
        role: Role = "negative" if negative else "positive"
        end, y = self._column_x(column), self._body_y(row, column)
        tap, middle, half = end - TAP, end - TAP / 2, RESISTOR[0] / 2
        node = self.nodes[row.index]
        stub: list[Point] = [(tap, y - DROP), (tap, y)]
        if negative and self.crossbar == "original":
            x, reach = tap + WEIGHT_NEGATION_X, WEIGHT_NEGATION[0] / 2
            ref = negation_ref(self.number, node, column)
            named = self.names.full(negation_node("original", self.number, row.index, column))
            self.symbols.append(
                Symbol("negation", ref, x, y, *WEIGHT_NEGATION, "negation", row.index, column,
                       name=named)
            )  # fmt: skip
            self.wires.append(Wire((*stub, (x - reach, y)), role))
            stub = [(x + reach, y)]
        self.wires.append(Wire((*stub, (middle - half, y)), role))
        self.wires.append(Wire(((middle + half, y), (end, y)), role))
        self.dots += [Dot(tap, y - DROP, role), Dot(end, y)]
        ohm = float(1 / self.conductances[row.index, column])
        ref = resistor_ref(self.number, node, column)
        named = self.names.resistor(self.number, row.index, column)
        self.symbols.append(
            Symbol("resistor", ref, middle, y, *RESISTOR, role, row.index, column, ohm, name=named)
        )
        value = format_si(ohm, "Ω")
        self.texts.append(Text(middle, y + VALUE_BELOW, value, VALUE_SIZE, "middle", hangs=True))

    def _row_title(self, row: int) -> str:
        return shorten(self.names.full(self.nodes[row]))

    def _row_note(self, row: _Row) -> str:
        """Voltage of a row, as far as it is known, and whether anything hangs on it."""
        notes = []
        if row.index >= self.inputs:
            notes.append(format_si(self.design.bias if row.index == self.inputs else 0.0, "V"))
        elif self.state is not None:
            notes.append(format_si(float(self.state.rows[self.sample, row.index]), "V"))
        return ", ".join(notes if row.printed else [*notes, "not printed"])

    # columns

    def _draw_column(self, column: int) -> None:
        x, foot = self._column_x(column), self.foot
        half_width, half_height = ACTIVATION[0] / 2, ACTIVATION[1] / 2
        self.wires.append(Wire(((x, self.tops[column]), (x, foot - half_height))))
        grid = np.linspace(-1.0, 1.0, CURVE_POINTS)
        curve = tuple(float(volts) for volts in self.layer.activation.tanh(grid))
        ref, output = activation_ref(self.number, column), activation_node(self.number, column)
        self.symbols.append(
            Symbol("activation", ref, x, foot, *ACTIVATION, "activation", column=column,
                   curve=curve, name=self.names.full(output))
        )  # fmt: skip
        end = foot + OUTPUT
        self.wires.append(Wire(((x, foot + half_height), (x, end - RING))))
        self.symbols.append(
            Symbol("terminal", "", x, end, 2 * RING, 2 * RING, "plain", column=column)
        )
        z, h = self._column_volts(column)
        self._label(x - half_width - 8, foot, self._column_name(column), z, VALUE_SIZE)
        self._label(x - LABEL_GAP, end, self._output_name(column), h)

    def _output_name(self, column: int) -> str:
        return shorten(self.names.full(activation_node(self.number, column)))

    def _column_name(self, column: int) -> str:
        return self.names.short(column_node(self.number, column))

    def _column_volts(self, column: int) -> tuple[str, str]:
        """Write the voltages of a column and of its output; empty where they are not known."""
        if self.state is None:
            return "", ""
        z, h = self.state.columns[self.sample, column], self.state.outputs[self.sample, column]
        return format_si(float(z), "V"), format_si(float(h), "V")

    def _label(
        self, x: float, y: float, name: str, note: str, size: int = NAME_SIZE, muted: bool = False
    ) -> None:
        """Write a name and under it a note, right-aligned and centred on `y` together."""
        baseline = y - 3 if note else y + 4
        self.texts.append(Text(x, baseline, name, size, "end", role="muted" if muted else "plain"))
        if note:
            role: Role = "muted" if muted else "label"
            self.texts.append(Text(x, y + 12, note, VALUE_SIZE, "end", role=role, hangs=True))


def _plural(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
