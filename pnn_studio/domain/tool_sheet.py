"""The whole network on the grid of a schematic editor: what xschem and KiCad files are written of.

One unit is 1.27 mm in KiCad and 10 in xschem. Every pin lies on the grid.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from pnn_studio.domain.cells import CircuitName

Spot = tuple[int, int]
SymbolName = Literal["resistor", "ptanh", "negation"]
PinName = Literal["p", "n", "a", "y", "vdd", "vss"]

# pins of each symbol in the order of its netlist, from its middle; y downwards
PINS: Mapping[SymbolName, tuple[tuple[PinName, Spot], ...]] = {
    "resistor": (("p", (-3, 0)), ("n", (3, 0))),
    "ptanh": (("a", (0, -4)), ("y", (0, 4)), ("vdd", (4, -2)), ("vss", (4, 2))),
    "negation": (("a", (-4, 0)), ("y", (4, 0)), ("vdd", (0, -4)), ("vss", (0, 4))),
}


@dataclass(frozen=True)
class ToolPart:
    """A part with its middle.

    Attributes
    ----------
    ref, label : str
        Its names, see `circuit.wiring`.
    symbol : str
        Which symbol stands for it.
    x, y : int
        Its middle.
    nets : tuple of str
        What its pins are on, in the order of `PINS`.
    values : mapping of str to float
        Ohm and metre; ``R`` of a resistor, else component values of the circuit.
    """

    ref: str
    label: str
    symbol: SymbolName
    x: int
    y: int
    nets: tuple[str, ...]
    values: Mapping[str, float]

    @property
    def pins(self) -> tuple[tuple[str, int, int], ...]:
        """Net and place of each pin."""
        return tuple(
            (net, self.x + x, self.y + y)
            for net, (_, (x, y)) in zip(self.nets, PINS[self.symbol], strict=True)
        )


@dataclass(frozen=True)
class Label:
    """A text at a point, mostly the name of a net; it goes to the left or to the right of it."""

    text: str
    x: int
    y: int
    leftwards: bool


@dataclass(frozen=True)
class ToolSheet:
    """All of it.

    Attributes
    ----------
    parts : tuple of ToolPart
        Crossbar resistors and nonlinear circuits.
    wires : tuple of (net, start, end)
        Straight pieces between pins, joints and corners.
    joints : tuple of Spot
        Where three wires meet.
    labels : tuple of Label
        They join nets of the same name.
    ports : tuple of (net, bool)
        Nets that a test bench drives or reads (True: an output).
    circuits : tuple of str
        Which circuits there are.
    notes : tuple of Label
        What people call nodes, one line below the label of their net.
    width, height : int
        Extent.
    """

    parts: tuple[ToolPart, ...]
    wires: tuple[tuple[str, Spot, Spot], ...]
    joints: tuple[Spot, ...]
    labels: tuple[Label, ...]
    ports: tuple[tuple[str, bool], ...]
    circuits: tuple[CircuitName, ...]
    notes: tuple[Label, ...]
    width: int
    height: int
