"""Every single quantity of a printed network that can come out other than drawn.

A board lists them in one order: what a print is drawn from, the solver solves, a netlist is written
of and harm is counted by. Six ptanh are six circuits here, each with components of its own.

====================  =================================================================
place                 quantity
====================  =================================================================
0                     common factor of all resistors of a print
1 to 4                rails: activation vdd and vss, negation vdd and vss, in volt
5                     bias, in volt
then                  printed crossbar resistors in ohm: by layer, row, column
then, by layer        negations by row (and column), then activations by column: resistors,
                      then for each transistor W, L, Vt and kp
====================  =================================================================
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from pnn_studio.domain.cells import CELLS, CellRole, CircuitName
from pnn_studio.domain.circuit_model import why_not_loaded
from pnn_studio.domain.design import TrainedDesign
from pnn_studio.domain.nodes import (
    activation_ref,
    negation_node,
    negation_ref,
    resistor_ref,
    row_node,
)
from pnn_studio.domain.printing import Spread
from pnn_studio.domain.technology import Technology
from pnn_studio.errors import TechnologyError

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Group = Literal["crossbar", "negation", "activation", "common"]

COMMON, RAILS, BIAS, FIRST_RESISTOR = 0, 1, 5, 6
# kinds of quantities, each with a deviation of its own
_COMMON, _RAIL, _RESISTOR, _WIDTH, _LENGTH, _VT, _KP = range(7)
_SIZES = ("W", "L", "Vt", "kp")


@dataclass(frozen=True)
class BoardPart:
    """A component, or what is common to a print, and its quantities.

    Attributes
    ----------
    ref : str
        As in the component table (``R1_x3_0``, ``A1_0.T1``); ``resistors`` and ``rails`` of what is
        common.
    group : {"crossbar", "negation", "activation", "common"}
        What it belongs to.
    kind : {"resistor", "transistor", "common"}
        What it is.
    first, count : int
        Its places on the board.
    """

    ref: str
    group: Group
    kind: Literal["resistor", "transistor", "common"]
    first: int
    count: int = 1

    @property
    def places(self) -> slice:
        """Its places on the board."""
        return slice(self.first, self.first + self.count)


@dataclass(frozen=True)
class BoardResistor:
    """A crossbar resistor: its place on the board, where it stands, and the sign of its theta."""

    ref: str
    place: int
    layer: int
    row: int
    column: int
    sign: int


@dataclass(frozen=True)
class BoardCell:
    """One nonlinear circuit with components of its own.

    Attributes
    ----------
    ref : str
        ``N1_x3``, ``A1_0``.
    circuit : str
        Which circuit it is.
    layer : int
        From 0 on.
    row, column : int or None
        A negation's row, and its column where it serves a single weight; an activation's column.
    places : mapping of str to int
        Where its components stand: ``R1``, ``W1``, ``L1``; ``Vt`` and ``kp`` of a transistor as
        ``T1.Vt`` and ``T1.kp``.
    """

    ref: str
    circuit: CircuitName
    layer: int
    row: int | None
    column: int | None
    places: Mapping[str, int]

    @property
    def role(self) -> CellRole:
        """What it is for."""
        return CELLS[self.circuit].role


@dataclass(frozen=True, eq=False)
class Board:
    """All quantities of a design, in one order.

    Attributes
    ----------
    nominal : array, shape (quantities,)
        As drawn: 1 for the common factor, volt, ohm, metre, A/V².
    kinds : int array, shape (quantities,)
        Which deviation each has.
    parts : tuple of BoardPart
        Which together have all quantities.
    resistors : tuple of BoardResistor
        Of the crossbars.
    cells : tuple of BoardCell
        The nonlinear circuits.
    """

    nominal: Floats
    kinds: Ints
    parts: tuple[BoardPart, ...]
    resistors: tuple[BoardResistor, ...]
    cells: tuple[BoardCell, ...]

    @staticmethod
    def of(design: TrainedDesign, technology: Technology) -> "Board":
        """List what is printed of a design.

        Raises
        ------
        TechnologyError
            Where the technology does not state its transistor, or has other circuits.
        """
        reason = why_not_loaded(technology)
        if reason or technology.transistor is None:
            raise TechnologyError(
                f"The technology {technology.id!r} states no transistor, so its prints cannot be "
                "computed; add a [transistor] table to its file."
            )
        return _Maker(design, technology).board()

    @property
    def quantities(self) -> int:
        """How many there are."""
        return len(self.nominal)

    @cached_property
    def _is_resistor(self) -> NDArray[np.bool_]:
        return np.asarray(self.kinds == _RESISTOR)

    def deviations(self, spread: Spread) -> Floats:
        """Return the standard deviation of each quantity: of its logarithm, or in volt."""
        table = np.array(
            [
                spread.resistor_global.value,
                spread.rail.value,
                spread.resistor_local.value,
                spread.width.value,
                spread.length.value,
                spread.vt.value,
                spread.kp.value,
            ]
        )
        return np.asarray(table[self.kinds])

    def printed(self, normals: Floats, deviations: Floats) -> Floats:
        """Turn standard normal draws into what is printed.

        Parameters
        ----------
        normals : array, shape (quantities,)
            0 is as drawn.
        deviations : array, shape (quantities,)
            As `deviations` returns them.

        Returns
        -------
        array, shape (quantities,)
            Resistors, W, L and kp are lognormal with the drawn value as their median, Vt and
            rails are normal.
        """
        steps = deviations * normals
        values = self.nominal * np.exp(steps)
        added = self.kinds == _VT
        values[added] = self.nominal[added] + steps[added]
        rails = self.kinds == _RAIL
        values[rails] = self.nominal[rails] * (1 + steps[rails])
        values[self._is_resistor] *= values[COMMON]
        return values


class _Maker:
    """Puts a board together."""

    def __init__(self, design: TrainedDesign, technology: Technology) -> None:
        assert technology.transistor is not None
        self._design, self._technology = design, technology
        self._transistor = technology.transistor
        self._values: list[float] = []
        self._kinds: list[int] = []
        self._parts: list[BoardPart] = []

    def _add(self, value: float, kind: int) -> int:
        self._values.append(value)
        self._kinds.append(kind)
        return len(self._values) - 1

    def board(self) -> Board:
        self._add(1.0, _COMMON)
        for circuit in self._technology.circuits:
            self._add(circuit.vdd, _RAIL)
            self._add(circuit.vss, _RAIL)
        self._add(self._design.bias, _RAIL)
        self._parts.append(BoardPart("resistors", "common", "common", COMMON))
        self._parts.append(BoardPart("rails", "common", "common", RAILS, FIRST_RESISTOR - RAILS))
        resistors = tuple(self._resistors())
        cells = tuple(self._cells())
        nominal, kinds = np.array(self._values), np.array(self._kinds, np.int64)
        nominal.setflags(write=False)
        kinds.setflags(write=False)
        return Board(nominal, kinds, tuple(self._parts), resistors, cells)

    def _resistors(self) -> Iterator[BoardResistor]:
        for index, layer in enumerate(self._design.layers):
            conductances, inputs = layer.conductances(self._design.g_min), layer.theta.shape[0] - 2
            for row, column in np.argwhere(layer.printed).tolist():
                place = self._add(1 / float(conductances[row, column]), _RESISTOR)
                ref = resistor_ref(index + 1, row_node(index + 1, row, inputs), column)
                self._parts.append(BoardPart(ref, "crossbar", "resistor", place))
                sign = -1 if layer.theta[row, column] < 0 else 1
                yield BoardResistor(ref, place, index, row, column, sign)

    def _cells(self) -> Iterator[BoardCell]:
        crossbar = self._design.layout.crossbar
        for index, layer in enumerate(self._design.layers):
            number, inputs = index + 1, layer.theta.shape[0] - 2
            seen: set[str] = set()
            for row, column in np.argwhere(layer.negated).tolist():
                own = negation_node(crossbar, number, row, column).column
                ref = negation_ref(number, row_node(number, row, inputs), own)
                if ref not in seen:
                    seen.add(ref)
                    yield self._cell(ref, "negation", index, row, own)
            for column in range(layer.theta.shape[1]):
                yield self._cell(activation_ref(number, column), "activation", index, None, column)

    def _cell(
        self, ref: str, role: CellRole, index: int, row: int | None, column: int | None
    ) -> BoardCell:
        layer = self._design.layers[index]
        kind = layer.kind(role)
        values = self._technology.circuit(kind.name).defaults | dict(layer.cell(role).omega)
        places = {}
        for part in kind.resistors:
            place = places[part.name] = self._add(values[part.name], _RESISTOR)
            self._parts.append(BoardPart(f"{ref}.{part.name}", role, "resistor", place))
        for transistor in kind.transistors:
            name = transistor.name
            first = places[transistor.width] = self._add(values[transistor.width], _WIDTH)
            places[transistor.length] = self._add(values[transistor.length], _LENGTH)
            places[f"{name}.Vt"] = self._add(self._transistor.vt, _VT)
            places[f"{name}.kp"] = self._add(self._transistor.kp, _KP)
            part_ref = f"{ref}.{name}"
            self._parts.append(BoardPart(part_ref, role, "transistor", first, len(_SIZES)))
        return BoardCell(ref, kind.name, index, row, column, places)


def draw(seed: int, number: int, quantities: int) -> Floats:
    """Draw the standard normals of one print, shape (quantities,).

    NumPy's Philox counter generator (Salmon et al., SC 2011) keyed by the seed and twice the number
    of the print: a print is the same whichever prints are drawn before, beside or without it.
    """
    return _generator(seed, 2 * int(number)).standard_normal(quantities)


def draw_noise(seed: int, number: int, shape: tuple[int, int]) -> Floats:
    """Draw the standard normals of a print's inputs, shape (samples, inputs).

    As `draw`, from the key next to that of the print.
    """
    return _generator(seed, 2 * int(number) + 1).standard_normal(shape)


def _generator(seed: int, stream: int) -> np.random.Generator:
    return np.random.Generator(np.random.Philox(key=(stream << 64) | seed))
