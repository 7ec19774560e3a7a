"""How far apart the parts of a layout stand, so that they fill the room that there is."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

LARGEST = 2.0  # scale up to which a small layout grows
MARGIN = 16.0  # px that a fit leaves free
_COLUMNS = (190.0, 640.0)  # least and largest distance of columns
_SIDES = (150.0, 260.0)  # room for names beside the first and the last column
_SIDE_SHARE = 0.17
_INPUTS, _NEURONS, _DENSE = 64.0, 80.0, 32.0  # distance of nodes where there is room
_FEW = 12  # more nodes in a column stand densely
_LOOSEST = 1.4
# of more nodes in a column some are left out, and of fewer where there were more edges than that
_MOST_WHOLE, _MOST_EDGES = 32, 450
_LEAST_SLOTS, _MOST_SLOTS, _SLOT, _LAST = 11, 13, 16.0, 2
_RADIUS, _NAMED_RADIUS, _LEAST_RADIUS = 20.0, 14.0, 2.5
_RADIUS_SHARE = 0.375
_UNDER = 20.0  # what a name under a node takes
_TOP, _SUPPLY, _END = 74.0, 36.0, 24.0
_LEAST_SPAN = 90.0


@dataclass(frozen=True)
class Stage:
    """A column: which nodes are drawn (-1 stands for those left out), how far apart, how large."""

    shown: tuple[int, ...]
    pitch: float
    radius: float

    @property
    def span(self) -> float:
        """From the first to the last."""
        return (len(self.shown) - 1) * self.pitch


@dataclass(frozen=True)
class Placing:
    """Distances in scene units.

    Attributes
    ----------
    stages : tuple of Stage
        From the inputs on.
    side, column_pitch : float
        Where the first column stands, and how far apart all of them.
    tallest : float
        Height of the tallest column.
    foot : float
        From the last node of a column to its buttons.
    """

    stages: tuple[Stage, ...]
    side: float
    column_pitch: float
    tallest: float
    foot: float

    @property
    def top(self) -> float:
        """Where the tallest column begins."""
        return _TOP

    @property
    def bias(self) -> float:
        """Where the rows of bias stand."""
        return _TOP + self.tallest + self.foot + _SUPPLY

    @property
    def ground(self) -> float:
        """Where the rows of ground stand."""
        return self.bias + _SUPPLY

    @property
    def width(self) -> float:
        """Of the whole picture."""
        return 2 * self.side + (len(self.stages) - 1) * self.column_pitch

    @property
    def height(self) -> float:
        """Of the whole picture."""
        return self.ground + _END


def _natural(count: int, stage: int) -> float:
    if count > _FEW:
        return _DENSE
    return _INPUTS if stage == 0 else _NEURONS


def _shown(count: int, span: float, *, whole: bool) -> tuple[int, ...]:
    """Choose the indices that are drawn: all, or as many as have room for a name each."""
    if whole:
        return tuple(range(count))
    slots = min(max(int(span / _SLOT) + 1, _LEAST_SLOTS), _MOST_SLOTS, count)
    return (*range(slots - _LAST - 1), -1, *range(count - _LAST, count))


def _whole(sizes: Sequence[int]) -> tuple[bool, ...]:
    """Choose which stages are drawn whole: not the largest where there were too many edges."""
    drawn = [count if count <= _MOST_WHOLE else _MOST_SLOTS for count in sizes]

    def edges() -> int:
        return sum((rows + 2) * columns for rows, columns in pairwise(drawn))

    while edges() > _MOST_EDGES and max(drawn) > _MOST_SLOTS:
        drawn[drawn.index(max(drawn))] = _MOST_SLOTS
    return tuple(shown == count for shown, count in zip(drawn, sizes, strict=True))


def _stage(count: int, stage: int, last: int, span: float, *, whole: bool) -> Stage:
    shown = _shown(count, span, whole=whole)
    gaps = max(len(shown) - 1, 1)
    pitch = min(_natural(count, stage) * _LOOSEST, span / gaps)
    radius = min(_RADIUS, _RADIUS_SHARE * pitch)
    under = (pitch - _UNDER) / 2
    if 0 < stage < last and under >= _NAMED_RADIUS:
        radius = min(_RADIUS, under)
    return Stage(shown, pitch, max(radius, _LEAST_RADIUS))


def _foot(radius: float) -> float:
    return radius + (42.0 if radius >= _NAMED_RADIUS else 24.0)


def place(sizes: Sequence[int], room: tuple[float, float]) -> Placing:
    """Distribute a network over a canvas.

    A small one grows to twice its size; a tall one has its nodes closer together rather than its
    names smaller, and one with many layers its columns.

    Parameters
    ----------
    sizes : sequence of int
        Nodes of each stage, from the inputs on.
    room : tuple of two floats
        Width and height of the canvas in px.

    Examples
    --------
    >>> place((30, 6, 10), (860, 460)).height <= 460
    True
    """
    wide, high = max(room[0] - MARGIN, 300.0), max(room[1] - MARGIN, 200.0)
    last = len(sizes) - 1
    scale = min(LARGEST, wide / (2 * _SIDES[0] + last * _COLUMNS[0]))
    whole = _whole(sizes)
    natural = max(
        ((count if whole[stage] else _MOST_SLOTS) - 1) * _natural(count, stage)
        for stage, count in enumerate(sizes)
    )
    above = _TOP + 2 * _SUPPLY + _END
    scale = min(scale, max(high / (above + natural + _foot(_RADIUS)), 1.0))
    foot = _foot(_RADIUS)
    for _ in range(2):  # smaller nodes leave more room for their distances
        span = max(high / scale - above - foot, _LEAST_SPAN)
        stages = tuple(
            _stage(count, at, last, span, whole=whole[at]) for at, count in enumerate(sizes)
        )
        foot = max(_foot(each.radius) for each in stages)
    tallest = max(each.span for each in stages)
    scale = min(scale, high / (above + foot + tallest))
    side = min(max(_SIDE_SHARE * wide / scale, _SIDES[0]), _SIDES[1])
    column_pitch = (wide / scale - 2 * side) / last
    column_pitch = min(max(column_pitch, _COLUMNS[0]), _COLUMNS[1])
    return Placing(stages, side, column_pitch, tallest, foot)
