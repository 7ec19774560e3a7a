"""A placed crossbar as a value: parts, wires and joints, in whatever unit its geometry has.

`circuit.placement` fills it from the list of parts; figures and the files for other schematic
editors are drawn from it, so that all of them show the same wires.
"""

from dataclasses import dataclass
from typing import Literal

from pnn_studio.domain.nodes import Node
from pnn_studio.domain.schematic import Role

Point = tuple[float, float]
TerminalKind = Literal["row", "ground", "negated", "output"]
PartKind = Literal["resistor", "negation", "weight_negation", "activation"]


@dataclass(frozen=True)
class Pin:
    """Where the wires of a node end at a part."""

    net: str
    x: float
    y: float


@dataclass(frozen=True)
class PlacedPart:
    """A part of the crossbar, centred at (x, y).

    Attributes
    ----------
    ref, label : str
        Names of the part, see `circuit.wiring`.
    kind : str
        What to draw; a weight negation serves a single weight (original crossbar).
    row, column : int or None
        Place in the crossbar, from 0 on.
    pins : tuple of Pin
        Of a resistor the left and the right one; of a circuit input and output.
    negative : bool
        Of a resistor, whether it hangs on a negated row.
    """

    ref: str
    label: str
    kind: PartKind
    x: float
    y: float
    row: int | None
    column: int | None
    pins: tuple[Pin, Pin]
    negative: bool = False


@dataclass(frozen=True)
class PlacedWire:
    """A polyline of one node; horizontal and vertical pieces alone."""

    net: str
    points: tuple[Point, ...]
    role: Role = "plain"


@dataclass(frozen=True)
class Joint:
    """A point where three wires of one node meet."""

    net: str
    x: float
    y: float
    role: Role = "plain"


@dataclass(frozen=True)
class Terminal:
    """Where a node enters or leaves the drawing: a row at the left, an output at the foot."""

    node: Node
    kind: TerminalKind
    x: float
    y: float


@dataclass(frozen=True)
class IdleRow:
    """A row of which nothing is printed."""

    node: Node
    y: float


@dataclass(frozen=True)
class PlacedLayer:
    """A layer, or some columns of it.

    Attributes
    ----------
    number : int
        Of the layer, 1 is the first.
    columns : range
        Which of its columns are here.
    parts, wires, joints, terminals, idle : tuples
        What is placed.
    width, height : float
        From the terminals to the last column, and from the top to the output terminals.
    """

    number: int
    columns: range
    parts: tuple[PlacedPart, ...]
    wires: tuple[PlacedWire, ...]
    joints: tuple[Joint, ...]
    terminals: tuple[Terminal, ...]
    idle: tuple[IdleRow, ...]
    width: float
    height: float
