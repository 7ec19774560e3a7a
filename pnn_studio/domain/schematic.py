"""A schematic as a value: placed symbols, wires and texts in scene units (px at 100 %).

`circuit.schematic` places it, the window paints it, `storage` writes it as SVG.
"""

from dataclasses import dataclass
from typing import Literal

SymbolKind = Literal["resistor", "negation", "activation", "terminal", "open_terminal"]
# what a thing stands for; the painter chooses the colour (label: text of second rank,
# muted: not printed)
Role = Literal["plain", "label", "negative", "positive", "negation", "activation", "muted"]
Point = tuple[float, float]


@dataclass(frozen=True)
class Symbol:
    """A placed component, centred at (x, y).

    Attributes
    ----------
    kind : str
        What to draw.
    ref : str
        Reference in the netlist and the component table, for example ``R1_x3_1``; empty for
        terminals.
    x, y, width, height : float
        Centre and size of the body.
    role : str
        Colour role.
    row, column : int or None
        Place in the crossbar; None where it has none.
    value : float
        Ohm for a resistor, else 0.
    curve : tuple of float
        Transfer curve of an activation, to draw inside its body: output in volt at evenly spaced
        inputs of -1..1 V; else empty.
    name : str
        What people call it; empty for terminals.
    """

    kind: SymbolKind
    ref: str
    x: float
    y: float
    width: float
    height: float
    role: Role
    row: int | None = None
    column: int | None = None
    value: float = 0.0
    curve: tuple[float, ...] = ()
    name: str = ""


@dataclass(frozen=True)
class Wire:
    """A polyline of one net."""

    points: tuple[Point, ...]
    role: Role = "plain"
    dotted: bool = False


@dataclass(frozen=True)
class Dot:
    """A joint of wires."""

    x: float
    y: float
    role: Role = "plain"


@dataclass(frozen=True)
class Text:
    """A line of text; (x, y) is the baseline point that `anchor` names.

    Where `hangs` is true it stands under something: letters that are larger than the drawing grow
    down.
    """

    x: float
    y: float
    text: str
    size: int = 11
    anchor: Literal["start", "middle", "end"] = "start"
    bold: bool = False
    role: Role = "plain"
    hangs: bool = False


@dataclass(frozen=True)
class RowPlace:
    """Where a row of the crossbar lies, and what stands beside it.

    Attributes
    ----------
    index : int
        In the crossbar; bias and ground are the last two.
    y : float
        Of its plain wire.
    name, note : str
        Its name; its voltage as far as it is known, and whether anything hangs on it.
    negated : bool
        Whether it has a negation circuit of its own.
    printed : bool
        Whether anything hangs on it.
    """

    index: int
    y: float
    name: str
    note: str
    negated: bool
    printed: bool


@dataclass(frozen=True)
class ColumnPlace:
    """Where a column lies, and what stands at its foot.

    Attributes
    ----------
    index : int
        In the crossbar.
    x : float
        Of its wire.
    name, column : str
        Of its output, and of the column itself.
    z, output : str
        Voltages of the column and of its output, empty where they are not known.
    """

    index: int
    x: float
    name: str
    column: str
    z: str
    output: str


@dataclass(frozen=True)
class Schematic:
    """One layer's crossbar, drawn.

    Attributes
    ----------
    title : str
        What is shown.
    width, height : float
        Extent of the scene.
    symbols, wires, dots, texts : tuples
        What to draw. Wires cross columns with a gap already cut into them.
    rows, columns : tuples
        Their places, for headings that stay in view.
    left : float
        Where the crossbar begins: what lies further left are names.
    """

    title: str
    width: float
    height: float
    symbols: tuple[Symbol, ...]
    wires: tuple[Wire, ...]
    dots: tuple[Dot, ...]
    texts: tuple[Text, ...]
    rows: tuple[RowPlace, ...] = ()
    columns: tuple[ColumnPlace, ...] = ()
    left: float = 0.0
