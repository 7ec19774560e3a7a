"""How the nonlinear circuits are drawn on a grid: for paper and for other schematic editors.

One unit is the 1.27 mm of such editors. Pins lie three units from the middle of a resistor and of
a transistor's channel, its gate four units left of its axis. `domain.cells` says what the parts
are; a test follows the wires and finds the same nodes.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from pnn_studio.domain.cells import CellKind, CircuitName, ResistorPart
from pnn_studio.domain.sheet import Anchor

Spot = tuple[int, int]
Way = Literal["upright", "lying", "transistor"]
PIN, GATE = 3, 4
TOP = 0  # of the positive rail
NET_NAMES: Mapping[str, str] = {"in": "a", "out": "y"}  # what nodes are called in netlists


@dataclass(frozen=True)
class PlannedPart:
    """A part with its middle; a transistor stands on its axis, drain above source.

    `text` is where its name and value stand: x from its axis, heights of both baselines from its
    middle, and the anchor.
    """

    name: str
    x: int
    y: int
    way: Way
    text: tuple[float, float, float, Anchor]

    def pins(self, kind: CellKind) -> tuple[tuple[str, int, int], ...]:
        """Return node and place of each pin, in the order of the part's nodes."""
        part = kind.part(self.name)
        if isinstance(part, ResistorPart):
            ends = (self.x, self.y - PIN), (self.x, self.y + PIN)
            if self.way == "lying":
                ends = (self.x - PIN, self.y), (self.x + PIN, self.y)
            return tuple((node, *end) for node, end in zip(part.nodes, ends, strict=True))
        drain, gate, source = part.nodes
        return (
            (drain, self.x, self.y - PIN),
            (gate, self.x - GATE, self.y),
            (source, self.x, self.y + PIN),
        )


@dataclass(frozen=True)
class CellPlan:
    """A circuit on the grid.

    Attributes
    ----------
    parts : tuple of PlannedPart
        All parts of its kind.
    wires : tuple of (node, points)
        Horizontal and vertical pieces.
    joints : tuple of (node, x, y)
        Where three wires meet.
    rails : tuple of (node, from x, to x, y)
        The positive and the negative one.
    input, output : Spot
        Terminals.
    left, right, bottom : int
        Extent, texts included; the top is 0.
    """

    parts: tuple[PlannedPart, ...]
    wires: tuple[tuple[str, tuple[Spot, ...]], ...]
    joints: tuple[tuple[str, int, int], ...]
    rails: tuple[tuple[str, int, int, int], ...]
    input: Spot
    output: Spot
    left: int
    right: int
    bottom: int

    def pieces(self) -> Iterator[tuple[str, Spot, Spot]]:
        """Give wires and rails cut at their corners and joints, each with its net's name.

        A rail ends where the last part hangs on it.
        """
        every = [*self.wires]
        for node, start, _, y in self.rails:
            last = max(x for name, x, height in self.joints if (name, height) == (node, y))
            every.append((node, ((start, y), (last, y))))
        for node, points in every:
            for a, b in pairwise(points):
                on = [
                    (x, y)
                    for _, x, y in self.joints
                    if min(a[0], b[0]) <= x <= max(a[0], b[0])
                    and min(a[1], b[1]) <= y <= max(a[1], b[1])
                ]
                for piece in pairwise(sorted({a, b, *on}, reverse=a > b)):
                    yield NET_NAMES.get(node, node), *piece

    @property
    def dots(self) -> tuple[Spot, ...]:
        """Where three of the pieces meet."""
        ends = Counter(spot for _, *piece in self.pieces() for spot in piece)
        return tuple(spot for spot, count in ends.items() if count > 2)  # noqa: PLR2004

    @property
    def terminals(self) -> tuple[tuple[str, Spot], ...]:
        """Where input, output and rails of the circuit leave it, in the order of its ports."""
        rails = {node: (start, y) for node, start, _, y in self.rails}
        return (
            ("a", self.input), ("y", self.output), ("vdd", rails["vdd"]), ("vss", rails["vss"]),
        )  # fmt: skip

    def named(self, nodes: tuple[str, ...]) -> tuple[tuple[str, Spot], ...]:
        """Return a point on a wire of each of these inner nodes, where its name fits."""
        points = {node: wire[0] for node, wire in self.wires if node in nodes}
        return tuple((node, points[node]) for node in nodes)


_RIGHT: tuple[float, float, float, Anchor] = (1.4, -0.5, 1.6, "start")
_LEFT: tuple[float, float, float, Anchor] = (-1.4, -0.5, 1.6, "end")
_UNDER_TRANSISTOR: tuple[float, float, float, Anchor] = (0.9, 2.2, 4.3, "start")

PLANS: Mapping[CircuitName, CellPlan] = {
    "ptanh": CellPlan(
        parts=(
            PlannedPart("R1", 7, 6, "upright", _RIGHT),
            PlannedPart("T1", 7, 18, "transistor", _UNDER_TRANSISTOR),
            PlannedPart("R2", 21, 6, "upright", _RIGHT),
            PlannedPart("T2", 21, 18, "transistor", _UNDER_TRANSISTOR),
        ),
        wires=(
            ("vdd", ((7, 0), (7, 3))),
            ("vdd", ((21, 0), (21, 3))),
            ("m", ((7, 9), (7, 15))),
            ("m", ((7, 12), (14, 12), (14, 18), (17, 18))),
            ("out", ((21, 9), (21, 15))),
            ("out", ((21, 12), (26, 12))),
            ("in", ((0, 18), (3, 18))),
            ("vss", ((7, 21), (7, 26))),
            ("vss", ((21, 21), (21, 26))),
        ),
        joints=(
            ("vdd", 7, 0), ("vdd", 21, 0), ("m", 7, 12), ("out", 21, 12), ("vss", 7, 26),
            ("vss", 21, 26),
        ),
        rails=(("vdd", 6, 23, 0), ("vss", 6, 23, 26)),
        input=(0, 18), output=(26, 12), left=-1, right=32, bottom=26,
    ),
    "negation": CellPlan(
        parts=(
            PlannedPart("R1", 26, 6, "upright", _LEFT),
            PlannedPart("R2", 15, 24, "upright", _RIGHT),
            PlannedPart("R4", 4, 15, "lying", (0.0, -3.8, -1.7, "middle")),
            PlannedPart("R3", 8, 22, "upright", _LEFT),
            PlannedPart("R5", 15, 6, "upright", _LEFT),
            PlannedPart("T1", 15, 15, "transistor", (0.9, -0.5, 1.6, "start")),
        ),
        wires=(
            ("vdd", ((15, 0), (15, 3))),
            ("vdd", ((26, 0), (26, 3))),
            ("out", ((15, 9), (15, 12))),
            ("out", ((15, 11), (29, 11))),
            ("s", ((15, 18), (15, 21))),
            ("s", ((26, 9), (26, 20), (15, 20))),
            ("in", ((-1, 15), (1, 15))),
            ("g", ((7, 15), (11, 15))),
            ("g", ((8, 15), (8, 19))),
            ("vss", ((8, 25), (8, 30))),
            ("vss", ((15, 27), (15, 30))),
        ),
        joints=(
            ("vdd", 15, 0), ("vdd", 26, 0), ("out", 15, 11), ("s", 15, 20), ("g", 8, 15),
            ("vss", 8, 30), ("vss", 15, 30),
        ),
        rails=(("vdd", 14, 28, 0), ("vss", 7, 17, 30)),
        input=(-1, 15), output=(29, 11), left=-2, right=30, bottom=30,
    ),
}  # fmt: skip
