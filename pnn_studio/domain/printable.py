"""Which values of a design a process cannot print."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from pnn_studio.domain.cells import CellRole
from pnn_studio.domain.design import TrainedDesign
from pnn_studio.domain.nodes import resistor_ref, row_node
from pnn_studio.domain.printing import Grid, is_on
from pnn_studio.domain.technology import Technology
from pnn_studio.domain.units import format_si
from pnn_studio.errors import TechnologyError

_ROLES: tuple[CellRole, ...] = ("activation", "negation")


@dataclass(frozen=True)
class Violation:
    """A value that cannot be printed.

    Attributes
    ----------
    ref : str
        The crossbar resistor (``R1_x3_0``), or layer and component of a circuit that is shared
        (``layer 1, ptanh, W1``).
    value : float
        Ohm or metre.
    unit : str
        ``"Ω"`` or ``"m"``.
    why : str
        In words, for example ``is not in E24``.
    is_outside : bool
        Whether it lies outside the range, and not only off the grid.
    layer : int
        In which layer it is, from 1 on.
    role : {"activation", "negation"} or None
        Of the circuit that it belongs to; None for a crossbar resistor.
    row, column : int
        Of a crossbar resistor.
    """

    ref: str
    value: float
    unit: str
    why: str
    is_outside: bool
    layer: int = 0
    role: CellRole | None = None
    row: int = 0
    column: int = 0

    def __str__(self) -> str:
        """On one line."""
        return f"{self.ref}: {format_si(self.value, self.unit)} {self.why}"


def grid_of(technology: Technology) -> Grid:
    """Return the grid of a technology.

    Raises
    ------
    TechnologyError
        Where its file states none.
    """
    if technology.printing is None:
        raise TechnologyError(
            f"The technology {technology.id!r} states no printable values; add a table "
            "[printing.grid] to its file, as in negt.toml."
        )
    return technology.printing.grid


def violations(design: TrainedDesign, technology: Technology) -> tuple[Violation, ...]:
    """List all values that cannot be printed: those outside a range first.

    Raises
    ------
    TechnologyError, UsageError
        Where the technology states no grid, or one without a value in a range.
    """
    found = [*_of_crossbars(design, technology), *_of_circuits(design, technology)]
    return tuple(sorted(found, key=lambda each: not each.is_outside))


def _of_crossbars(design: TrainedDesign, technology: Technology) -> Iterator[Violation]:
    grid = grid_of(technology)
    low, high = 1 / technology.g_max, 1 / technology.g_min
    printable = grid.resistors(low, high)
    for number, layer in enumerate(design.layers, start=1):
        conductances, inputs = layer.conductances(design.g_min), layer.theta.shape[0] - 2
        for row, column in zip(*layer.printed.nonzero(), strict=True):
            ref = resistor_ref(number, row_node(number, int(row), inputs), int(column))
            ohm = float(1 / conductances[row, column])
            on = is_on(ohm, printable)
            for each in _look(ref, ohm, "Ω", (low, high), is_on=on, grid=grid):
                yield replace(each, layer=number, row=int(row), column=int(column))


def _of_circuits(design: TrainedDesign, technology: Technology) -> Iterator[Violation]:
    grid = grid_of(technology)
    for number, layer in enumerate(design.layers, start=1):
        shared = design.layout.sharing == "network"
        if shared and number > 1:
            return
        where = "all layers" if shared else f"layer {number}"
        for role in _ROLES:
            circuit = technology.circuit(layer.kind(role).name)
            values = circuit.defaults | dict(layer.cell(role).omega)
            for each in circuit.components:
                printable = grid.component(each.name, each.low, each.high)
                value = values[each.name]
                ref = f"{where}, {circuit.name}, {each.name}"
                ends = each.low, each.high
                on = is_on(value, printable)
                for found in _look(ref, value, each.unit, ends, is_on=on, grid=grid):
                    yield replace(found, layer=number, role=role)


def _look(
    ref: str, value: float, unit: str, ends: tuple[float, float], *, is_on: bool, grid: Grid
) -> Iterator[Violation]:
    low, high = ends
    if not low * (1 - 1e-9) <= value <= high * (1 + 1e-9):
        side, end = ("below", low) if value < low else ("above", high)
        why = f"lies {side} what can be printed, {format_si(end, unit)}"
        yield Violation(ref, value, unit, why, is_outside=True)
    elif not is_on:
        yield Violation(ref, value, unit, f"is not on the grid ({grid.words})", is_outside=False)
