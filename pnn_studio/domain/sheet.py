"""A sheet of a printed schematic as a value: lines, discs and texts in millimetres.

`circuit.figure` places it, `storage` writes it as SVG, PDF and PNG, all three the same drawing.
"""

from dataclasses import dataclass
from typing import Literal

from pnn_studio.domain.schematic import Role

Point = tuple[float, float]
Box = tuple[float, float, float, float]  # left, top, right, bottom
Anchor = Literal["start", "middle", "end"]

POINT_MM = 25.4 / 72


@dataclass(frozen=True)
class Line:
    """A polyline, `width` mm thick; a closed one may be filled with its ink.

    `net` names the node of a wire; empty for what is no wire.
    """

    points: tuple[Point, ...]
    width: float
    role: Role = "plain"
    closed: bool = False
    filled: bool = False
    dotted: bool = False
    net: str = ""


@dataclass(frozen=True)
class Disc:
    """A dot where three wires meet (filled), or the ring of a terminal."""

    x: float
    y: float
    radius: float
    role: Role = "plain"
    filled: bool = True
    net: str = ""


@dataclass(frozen=True)
class Writing:
    """A line of text, `size` points high; `anchor` says which point of its baseline (x, y) is."""

    x: float
    y: float
    text: str
    size: float = 7.0
    anchor: Anchor = "start"
    role: Role = "plain"
    bold: bool = False


@dataclass(frozen=True)
class DrawnPart:
    """What belongs to one component: a group of the drawing with a name.

    Attributes
    ----------
    ref, label : str
        Its reference in netlist and component table, and its short designator.
    title : str
        What a viewer shows under the pointer.
    box : Box
        What its body takes.
    value : str
        As in the netlist.
    pins : tuple of (net, x, y)
        Where wires end at it.
    lines, texts : tuples
        Its body.
    """

    ref: str
    label: str
    title: str
    box: Box
    value: str
    pins: tuple[tuple[str, float, float], ...]
    lines: tuple[Line, ...]
    texts: tuple[Writing, ...] = ()


@dataclass(frozen=True)
class Sheet:
    """One sheet, cropped to what is on it.

    Attributes
    ----------
    name : str
        What it shows, for example ``layer 1 of 2``.
    width, height : float
        Of the sheet in mm.
    colour : bool
        Whether roles are drawn in their colours or in black.
    parts, lines, discs, texts : tuples
        What is drawn, wires first.
    """

    name: str
    width: float
    height: float
    colour: bool
    parts: tuple[DrawnPart, ...]
    lines: tuple[Line, ...]
    discs: tuple[Disc, ...]
    texts: tuple[Writing, ...]

    @property
    def writings(self) -> tuple[Writing, ...]:
        """All texts, those of parts first."""
        return (*(text for part in self.parts for text in part.texts), *self.texts)
