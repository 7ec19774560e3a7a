"""The nonlinear circuits, each written once: role, parts, nodes, and how it is drawn.

Netlist, component table, opened circuit, characterisation and files read this. Layers name their
circuits by role; which circuit a role is played by, its values, limits and constraints are the
technology's. After Zhao et al., ICCAD 2023:

``ptanh``
    Two common-source stages. R1 and T1 set the centre eta3; R2 and T2 set swing, floor and output
    resistance (about R2).
``negation``
    R1/R2 bias the source (linearity), R4/R3 attenuate and shift the gate, R5 and T1 set the gain;
    R5 is about the output resistance, R3 + R4 the input resistance.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

CellRole = Literal["activation", "negation"]
ROLES: tuple[CellRole, ...] = ("activation", "negation")
CircuitName = Literal["ptanh", "negation"]

# "in" and "out" are the input and the output of every circuit, "vdd" and "vss" its rails
PORTS = ("in", "out", "vdd", "vss")

# An opened circuit is drawn in a square field, its rails across at these heights.
FIELD = 264.0
HIGH_RAIL, LOW_RAIL = 24.0, 244.0

Point = tuple[float, float]


@dataclass(frozen=True)
class ResistorPart:
    """A resistor between two nodes, drawn upright or lying between two places.

    What hangs on the input has it first, for that is how its current is counted.
    """

    name: str
    nodes: tuple[str, str]
    ends: tuple[Point, Point]


@dataclass(frozen=True)
class TransistorPart:
    """A transistor: drain, gate, source; the components that are its width and its length.

    It is drawn between the places of drain and source, its gate to the left.
    """

    name: str
    nodes: tuple[str, str, str]
    width: str
    length: str
    drain: Point
    source: Point
    gate: Point


@dataclass(frozen=True)
class CellKind:
    """A nonlinear circuit, as it is whatever its component values are.

    Attributes
    ----------
    name : str
        In netlists, files, names of folders, and for people.
    role : {"activation", "negation"}
        What a layer uses it for. A negation answers with minus its tanh form.
    parts : tuple of ResistorPart and TransistorPart
        In the order of the netlist.
    ratios : tuple of str
        Ratios of components that divide a voltage or set a gain; a surrogate reads them.
    half_near_default : bool
        Whether every other sample of a characterisation is drawn around the default circuit,
        because the whole range hardly holds a usable one.
    wires, dots : tuple
        Of the drawing, beside its parts and rails.
    input, output : Point
        Terminals of the drawing.
    """

    name: CircuitName
    role: CellRole
    parts: tuple[ResistorPart | TransistorPart, ...]
    ratios: tuple[str, ...]
    half_near_default: bool
    wires: tuple[tuple[Point, ...], ...]
    dots: tuple[Point, ...]
    input: Point
    output: Point

    def part(self, name: str) -> ResistorPart | TransistorPart:
        """Return a part that there is, by its name."""
        return next(part for part in self.parts if part.name == name)

    @property
    def resistors(self) -> tuple[ResistorPart, ...]:
        """The resistors, by name."""
        found = (part for part in self.parts if isinstance(part, ResistorPart))
        return tuple(sorted(found, key=lambda part: part.name))

    @property
    def transistors(self) -> tuple[TransistorPart, ...]:
        """The transistors, by name."""
        found = (part for part in self.parts if isinstance(part, TransistorPart))
        return tuple(sorted(found, key=lambda part: part.name))

    @property
    def components(self) -> tuple[str, ...]:
        """Names of what is learned: resistances, then width and length of each transistor.

        Examples
        --------
        >>> CELLS["ptanh"].components
        ('R1', 'R2', 'W1', 'L1', 'W2', 'L2')
        """
        sizes = (name for part in self.transistors for name in (part.width, part.length))
        return (*(part.name for part in self.resistors), *sizes)

    @property
    def inner_nodes(self) -> tuple[str, ...]:
        """Nodes that lie inside, in the order in which the parts name them."""
        named = (node for part in self.parts for node in part.nodes)
        return tuple(dict.fromkeys(node for node in named if node not in PORTS))

    @property
    def input_resistor(self) -> str | None:
        """The resistor that carries the input's current; None where only gates hang on it."""
        return next((part.name for part in self.resistors if part.nodes[0] == "in"), None)

    @property
    def sign(self) -> int:
        """What its tanh form is multiplied by to give its output."""
        return -1 if self.role == "negation" else 1


_KINDS = (
    CellKind(
        name="ptanh",
        role="activation",
        parts=(
            ResistorPart("R1", ("vdd", "m"), ((92, 24), (92, 132))),
            TransistorPart("T1", ("m", "in", "vss"), "W1", "L1", (92, 132), (92, 244), (62, 188)),
            ResistorPart("R2", ("vdd", "out"), ((196, 24), (196, 132))),
            TransistorPart(
                "T2", ("out", "m", "vss"), "W2", "L2", (196, 132), (196, 244), (166, 188)
            ),
        ),
        ratios=("R2/R1", "W1/L1", "W2/L2"),
        half_near_default=False,
        wires=(
            ((92, 132), (150, 132), (150, 188), (166, 188)),
            ((44, 188), (62, 188)),
            ((196, 132), (240, 132)),
        ),
        dots=((92, 132), (196, 132), (92, 24), (196, 24), (92, 244), (196, 244)),
        input=(40, 188),
        output=(244, 132),
    ),
    CellKind(
        name="negation",
        role="negation",
        parts=(
            ResistorPart("R1", ("vdd", "s"), ((130, 30), (130, 100))),
            ResistorPart("R2", ("s", "vss"), ((196, 172), (196, 244))),
            ResistorPart("R4", ("in", "g"), ((40, 132), (92, 132))),
            ResistorPart("R3", ("g", "vss"), ((92, 140), (92, 244))),
            ResistorPart("R5", ("vdd", "out"), ((196, 24), (196, 100))),
            TransistorPart("T1", ("out", "g", "s"), "W", "L", (196, 100), (196, 164), (156, 132)),
        ),
        ratios=("R4/R3", "R2/R1", "W/L"),
        half_near_default=True,
        wires=(
            ((196, 100), (240, 100)),
            ((196, 164), (196, 172)),
            ((130, 24), (130, 60)),
            ((130, 100), (130, 172), (196, 172)),
            ((24, 132), (40, 132)),
            ((92, 132), (126, 132)),
            ((134, 132), (166, 132)),
            ((92, 132), (92, 142)),
        ),
        dots=(
            (92, 132), (196, 100), (196, 172), (196, 24), (130, 24), (92, 244), (196, 244),
        ),
        input=(20, 132),
        output=(244, 100),
    ),
)  # fmt: skip

CELLS: Mapping[CircuitName, CellKind] = {kind.name: kind for kind in _KINDS}
CIRCUITS: tuple[CircuitName, ...] = tuple(CELLS)
COMPONENTS: Mapping[CircuitName, tuple[str, ...]] = {kind.name: kind.components for kind in _KINDS}


def circuits_of(role: CellRole) -> tuple[CircuitName, ...]:
    """Return the circuits that can play a role.

    Examples
    --------
    >>> circuits_of("activation"), circuits_of("negation")
    (('ptanh',), ('negation',))
    """
    return tuple(kind.name for kind in _KINDS if kind.role == role)


def in_roles(names: Iterable[str]) -> tuple[CircuitName, CircuitName]:
    """Return the activation and the negation among names, such as the keys of a file.

    The first circuit of a role stands for one that is not among them, so that whoever reads it
    says what is missing.
    """
    known = set(names)
    activation, negation = (
        next((name for name in circuits_of(role) if name in known), circuits_of(role)[0])
        for role in ROLES
    )
    return activation, negation
