"""What a figure is gathered in, and the line widths and sizes of `tokens` for print."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from pnn_studio.domain.schematic import Role
from pnn_studio.domain.sheet import Anchor, Disc, DrawnPart, Line, Point, Writing

TEXT = 7.0  # pt; the title block has 8
STROKE, RAIL, CHANNEL = 0.25, 0.35, 0.45  # mm
DOT, RING = 0.5, 0.6  # radii
GAP = 0.7  # on each side of a crossing
CLEAR = 0.6  # between text and any line
CAP = 1.85  # height of capitals and digits at 7 pt

Wire = tuple[str, tuple[Point, ...], Role]  # net, points, role


@dataclass
class Drawing:
    """Parts, wires and texts of a block, from (0, 0) on; `width` and `height` are its size."""

    width: float = 0.0
    height: float = 0.0
    parts: list[DrawnPart] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    discs: list[Disc] = field(default_factory=list)
    texts: list[Writing] = field(default_factory=list)

    def write(
        self, x: float, y: float, text: str, anchor: Anchor = "start", role: Role = "plain",
        size: float = TEXT, *, bold: bool = False,
    ) -> None:  # fmt: skip
        """Write a line of text on a baseline."""
        self.texts.append(Writing(x, y, text, size, anchor, role, bold))

    def ring(self, net: str, x: float, y: float, role: Role = "plain") -> None:
        """Draw a terminal."""
        self.discs.append(Disc(x, y, RING, role, filled=False, net=net))

    def dot(self, net: str, x: float, y: float, role: Role = "plain") -> None:
        """Draw a joint of three wires."""
        self.discs.append(Disc(x, y, DOT, role, net=net))

    def wires(self, wires: Iterable[Wire], columns: Sequence[tuple[str, Line]] = ()) -> None:
        """Draw wires; horizontal ones are broken where they cross an upright one of `columns`.

        Parameters
        ----------
        wires : iterable of (net, points, role)
            Horizontal and vertical pieces.
        columns : sequence of (net, Line)
            Upright wires of two points, the upper one first.
        """
        for net, points, role in wires:
            for piece in _broken(net, points, columns):
                self.lines.append(Line(piece, STROKE, role, net=net))

    def put(self, other: "Drawing", x: float, y: float) -> None:
        """Take over what is drawn in another, moved to (x, y)."""
        self.parts += [_moved_part(each, x, y) for each in other.parts]
        self.lines += [_moved_line(each, x, y) for each in other.lines]
        self.discs += [replace(each, x=each.x + x, y=each.y + y) for each in other.discs]
        self.texts += [replace(each, x=each.x + x, y=each.y + y) for each in other.texts]


def _moved_line(line: Line, x: float, y: float) -> Line:
    return replace(line, points=tuple((a + x, b + y) for a, b in line.points))


def _moved_part(part: DrawnPart, x: float, y: float) -> DrawnPart:
    left, top, right, bottom = part.box
    return replace(
        part,
        box=(left + x, top + y, right + x, bottom + y),
        pins=tuple((net, a + x, b + y) for net, a, b in part.pins),
        lines=tuple(_moved_line(each, x, y) for each in part.lines),
        texts=tuple(replace(each, x=each.x + x, y=each.y + y) for each in part.texts),
    )


def _broken(
    net: str, points: tuple[Point, ...], columns: Sequence[tuple[str, Line]]
) -> list[tuple[Point, ...]]:
    """Cut a polyline where it crosses an upright wire of another node."""
    pieces: list[list[Point]] = [[points[0]]]
    for (xa, ya), (xb, yb) in pairwise(points):
        if ya == yb:
            crossed = sorted(
                (line.points[0][0] for other, line in columns
                 if other != net and min(xa, xb) < line.points[0][0] < max(xa, xb)
                 and line.points[0][1] < ya < line.points[1][1]),
                reverse=xb < xa,
            )  # fmt: skip
            side = GAP if xa < xb else -GAP
            for x in crossed:
                pieces[-1].append((x - side, ya))
                pieces.append([(x + side, ya)])
        pieces[-1].append((xb, yb))
    return [tuple(piece) for piece in pieces]
