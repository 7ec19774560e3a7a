"""Placement of a layer's crossbar for paper and for other schematic editors.

Rows are horizontal wires, columns vertical ones. A resistor hangs under its row, left of its
column. In the modified crossbar a row with negative weights has one negation: in its wire where
all its weights are negative, else in a branch under it. In the original one each negative weight
has a negation of its own in its stub. Wires end at their last tap; only joints join.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from pnn_studio.circuit.wiring import CrossbarResistor, LayerWiring, PlacedCell
from pnn_studio.domain.layout import Crossbar
from pnn_studio.domain.nodes import Node, row_node
from pnn_studio.domain.placement import (
    IdleRow,
    Joint,
    Pin,
    PlacedLayer,
    PlacedPart,
    PlacedWire,
    Point,
    Terminal,
    TerminalKind,
)
from pnn_studio.domain.schematic import Role


@dataclass(frozen=True)
class Geometry:
    """Distances of a placement, in one unit; x counts from the terminals, y from the top.

    Attributes
    ----------
    row, column : float
        Pitches.
    first_row, first_column : float
        Of the first wires.
    tap : float
        A resistor leaves its row this far left of its column.
    drop : float
        From the wire of a row down to the axis of its resistors.
    body, half : float
        From the tap to the middle of a resistor, and from there to its pins.
    fork : float
        Where a branch to a negation leaves a row.
    negation, negation_half : float
        Middle of a row's negation, and from there to its pins.
    weight, weight_half : float
        The same of a weight's negation, from the tap.
    negated_body : float
        From the tap to the middle of a resistor behind a weight's negation.
    foot : float
        From the last row to the middle of the activations.
    activation_half, output : float
        From there to their pins, and to the output terminals.
    stub : float
        Length of the wire of a terminal that nothing else is drawn of.
    """

    row: float
    column: float
    first_row: float
    first_column: float
    tap: float
    drop: float
    body: float
    half: float
    fork: float
    negation: float
    negation_half: float
    weight: float
    weight_half: float
    negated_body: float
    foot: float
    activation_half: float
    output: float
    stub: float


def place_layer(
    wiring: LayerWiring,
    number: int,
    inputs: int,
    crossbar: Crossbar,
    geometry: Geometry,
    columns: range | None = None,
) -> PlacedLayer:
    """Place a layer, or some of its columns.

    Parameters
    ----------
    wiring : LayerWiring
        Its parts.
    number : int
        1 is the first.
    inputs : int
        Rows without bias and ground.
    crossbar : {"modified", "original"}
        The structure that `wiring` is of.
    geometry : Geometry
        Distances.
    columns : range, optional
        Which columns; all if left out. Negations of rows are drawn with the first ones: further
        columns begin at terminals of the negated nodes.
    """
    return _Placing(wiring, number, inputs, crossbar, geometry, columns).place()


@dataclass
class _Placing:
    wiring: LayerWiring
    number: int
    inputs: int
    crossbar: Crossbar
    geometry: Geometry
    chosen: range | None
    parts: list[PlacedPart] = field(default_factory=list)
    wires: list[PlacedWire] = field(default_factory=list)
    joints: list[Joint] = field(default_factory=list)
    terminals: list[Terminal] = field(default_factory=list)
    idle: list[IdleRow] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.columns = self.chosen or range(len(self.wiring.activations))
        self.first = self.columns.start == 0
        self.shared = {
            cell.line: cell for cell in self.wiring.negations if self.crossbar == "modified"
        }
        self.own = {
            (cell.line, cell.column): cell
            for cell in self.wiring.negations
            if self.crossbar == "original"
        }
        # by column: where its resistors join it
        self.ends: dict[int, list[float]] = {column: [] for column in self.columns}

    def place(self) -> PlacedLayer:
        y, last = self.geometry.first_row, self.geometry.first_row
        for row in range(self.inputs + 2):
            for slots in self._place_row(row, y):
                last = y + (slots - 1) * self.geometry.row
                y = last + self.geometry.row
        middle = last + self.geometry.foot
        for column in self.columns:
            self._place_column(column, middle)
        return PlacedLayer(
            self.number, self.columns, tuple(self.parts), tuple(self.wires), tuple(self.joints),
            tuple(self.terminals), tuple(self.idle),
            self._column_x(self.columns[-1]), middle + self.geometry.output,
        )  # fmt: skip

    def _column_x(self, column: int) -> float:
        return self.geometry.first_column + (column - self.columns.start) * self.geometry.column

    def _tap_x(self, column: int) -> float:
        return self._column_x(column) - self.geometry.tap

    def _place_row(self, row: int, y: float) -> Iterator[int]:
        """Place what hangs on a row; yield how many slots it takes, nothing where none."""
        node = row_node(self.number, row, self.inputs)
        every = [each for each in self.wiring.resistors if each.row == row]
        here = [each for each in every if each.line in self.columns]
        negation = self.shared.get(row)
        plain = [each for each in here if not (negation and each.negative)]
        negated = [each for each in here if negation and each.negative]
        if not every:
            if self.first:
                self.idle.append(IdleRow(node, y))
                yield 1
            return
        if negation is not None and self.first:
            yield self._place_negated(node, y, negation, plain, negated)
            return
        if plain:
            self._terminal(node, y, "ground" if node.kind == "ground" else "row")
            self._row_wire(node.net, (0.0, y), plain, "plain")
            yield 1
        if negated and negation is not None:
            below = y + self.geometry.row * bool(plain)
            self._terminal(negation.output, below, "negated")
            self._row_wire(negation.output.net, (0.0, below), negated, "negative")
            yield 1

    def _terminal(self, node: Node, y: float, kind: TerminalKind, x: float = 0.0) -> None:
        self.terminals.append(Terminal(node, kind, x, y))

    def _place_negated(
        self,
        node: Node,
        y: float,
        cell: PlacedCell,
        plain: list[CrossbarResistor],
        negated: list[CrossbarResistor],
    ) -> int:
        geometry = self.geometry
        left = geometry.negation - geometry.negation_half
        right = geometry.negation + geometry.negation_half
        self._terminal(node, y, "row")
        below = y
        if plain:
            below, fork = y + geometry.row, geometry.fork
            self._row_wire(node.net, (0.0, y), plain, "plain")
            self.joints.append(Joint(node.net, fork, y))
            self.wires.append(PlacedWire(node.net, ((fork, y), (fork, below), (left, below))))
        else:
            self.wires.append(PlacedWire(node.net, ((0.0, y), (left, y))))
        pins = (Pin(node.net, left, below), Pin(cell.output.net, right, below))
        self.parts.append(
            PlacedPart(
                cell.ref, cell.label, "negation", geometry.negation, below, cell.line, None, pins
            )
        )
        if negated:
            self._row_wire(cell.output.net, (right, below), negated, "negative")
        else:  # all that it serves stands in other columns
            end = right + geometry.stub
            self.wires.append(
                PlacedWire(cell.output.net, ((right, below), (end, below)), "negative")
            )
            self._terminal(cell.output, below, "negated", end)
        return 2 if plain else 1

    def _row_wire(self, net: str, start: Point, hung: list[CrossbarResistor], role: Role) -> None:
        """Draw a wire to its last tap, and what hangs on it."""
        ordered = sorted(hung, key=lambda each: each.line)
        y = start[1]
        self.wires.append(PlacedWire(net, (start, (self._tap_x(ordered[-1].line), y)), role))
        for resistor in ordered:
            tap = self._tap_x(resistor.line)
            if resistor is not ordered[-1]:
                self.joints.append(Joint(net, tap, y, role))
            self._resistor(resistor, net, tap, y)

    def _resistor(self, resistor: CrossbarResistor, row: str, tap: float, y: float) -> None:
        geometry = self.geometry
        role: Role = "negative" if resistor.negative else "positive"
        axis, column = y + geometry.drop, self._column_x(resistor.line)
        own = self.own.get((resistor.row, resistor.line)) if resistor.negative else None
        middle = tap + (geometry.body if own is None else geometry.negated_body)
        left, right = middle - geometry.half, middle + geometry.half
        stub: tuple[Point, ...] = ((tap, y), (tap, axis))
        if own is None:
            self.wires.append(PlacedWire(row, (*stub, (left, axis)), role))
        else:
            x, reach = tap + geometry.weight, geometry.weight_half
            pins = (Pin(row, x - reach, axis), Pin(own.output.net, x + reach, axis))
            self.parts.append(
                PlacedPart(
                    own.ref, own.label, "weight_negation", x, axis, own.line, own.column, pins
                )
            )
            self.wires.append(PlacedWire(row, (*stub, (x - reach, axis)), role))
            self.wires.append(PlacedWire(own.output.net, ((x + reach, axis), (left, axis)), role))
        node, end = resistor.nets
        self.wires.append(PlacedWire(end, ((right, axis), (column, axis)), role))
        self.ends[resistor.line].append(axis)
        self.parts.append(
            PlacedPart(
                resistor.ref, resistor.label, "resistor", middle, axis, resistor.row,
                resistor.line, (Pin(node, left, axis), Pin(end, right, axis)), resistor.negative,
            )
        )  # fmt: skip

    def _place_column(self, column: int, middle: float) -> None:
        geometry, cell = self.geometry, self.wiring.activations[column]
        x, ends = self._column_x(column), self.ends[column]
        top, bottom = middle - geometry.activation_half, middle + geometry.activation_half
        net, out, end = cell.input.net, cell.output.net, middle + geometry.output
        self.wires.append(PlacedWire(net, ((x, min(ends)), (x, top))))
        self.joints += [Joint(net, x, y) for y in ends if y > min(ends)]
        pins = (Pin(net, x, top), Pin(out, x, bottom))
        self.parts.append(
            PlacedPart(cell.ref, cell.label, "activation", x, middle, None, column, pins)
        )
        self.wires.append(PlacedWire(out, ((x, bottom), (x, end))))
        self._terminal(cell.output, end, "output", x)
