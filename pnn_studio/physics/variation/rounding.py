"""A design in printable values, chosen by the exact solve.

Every column keeps its most resistive element at the largest printable resistor: high-ohmic columns
load least and take least power. The other resistors go to the values of the series that keep their
ratios best, circuits to the nearest values of theirs. Then all values are moved along the grid, one
after the other, as long as the outputs come nearer to those of the design as it was on training
samples: so what the rounding of the circuits shifts is taken back by the crossbars, and nothing is
left to luck. (To let the loss of training decide instead fits the training samples: means of test
accuracy fell by up to 0.02.) Of the states after each round the nearest on validation samples is
taken.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from pnn_studio.domain.board import Board
from pnn_studio.domain.cells import CellRole
from pnn_studio.domain.design import LayerDesign, TrainedDesign
from pnn_studio.domain.printable import grid_of
from pnn_studio.domain.technology import Circuit, Technology
from pnn_studio.errors import NotSolved
from pnn_studio.physics.variation.solver import PrintSolver

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

# steps along the grid that are tried of each value, and how often all are gone through
_STEPS = (1, -1, 3, -3)
_ROUNDS = 12
# training samples that a move is judged by
_SAMPLES = 240
# volt, the least lead that outputs are measured in
_LEAD = 0.1
# by how much the outputs must come nearer in a round for another one
_LEAST_GAIN = 1e-6
_ROLES: tuple[CellRole, ...] = ("activation", "negation")


@dataclass(frozen=True, eq=False)
class _Value:
    """One value that is moved: as drawn, its places on the board, and what it can be.

    A value of a circuit that is nowhere printed has no places: it is rounded all the same.
    """

    drawn: float
    places: list[int]
    printable: Floats
    column: tuple[int, int] | None
    component: tuple[int, str, str] | None  # group, circuit, name


@dataclass(frozen=True, eq=False)
class Samples:
    """What moves are judged by: input voltages (samples, inputs)."""

    voltages: Floats


def round_design(
    design: TrainedDesign,
    technology: Technology,
    train: Samples,
    valid: Samples,
    follow: Callable[[float], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> TrainedDesign:
    """Return the design in printable values; its metrics and curves are still those before.

    Parameters
    ----------
    design, technology
        What is printed, and on what process.
    train, valid : Samples
        Of training, some hundred of which judge moves, and of validation.
    follow : callable, optional
        Told the share that is done.
    cancelled : callable, optional
        Asked whether to be content with what is found.

    Raises
    ------
    TechnologyError, UsageError
        Where the technology states no grid or no transistor, or a range without a printable value.
    NotSolved
        Where the design has no solution.
    """
    rounding = _Rounding(design, technology, train)
    state = kept = rounding.nearest()
    best, least = rounding.objective(state), rounding.objective(state, valid)
    rng = np.random.default_rng(0)
    for number in range(_ROUNDS):
        if cancelled is not None and cancelled():
            break
        before = best
        for index in rng.permutation(len(rounding.values)).tolist():
            state, best = rounding.improved(state, index, best)
        if (found := rounding.objective(state, valid)) < least:
            kept, least = state, found
        if follow is not None:
            follow((number + 1) / _ROUNDS)
        if best > before - _LEAST_GAIN:
            break
    return rounding.design_of(kept)


class _Rounding:
    """The values of a design, and what they are worth."""

    def __init__(self, design: TrainedDesign, technology: Technology, train: Samples) -> None:
        grid, self._technology = grid_of(technology), technology
        crossbar = grid.resistors(1 / technology.g_max, 1 / technology.g_min)
        self._least = 1 / float(crossbar[-1])
        # the largest printable resistor may lie below the largest one of the design
        self._design = replace(design, g_min=self._least)
        self._board = Board.of(self._design, technology)
        self._drawn = Board.of(design, technology)
        self._solver = PrintSolver(self._board, technology, design.layout)
        count = len(train.voltages)
        chosen = np.linspace(0, count - 1, min(_SAMPLES, count))
        some = np.unique(chosen.astype(int))
        self._train = Samples(train.voltages[some])
        self._wanted = self._wanted_of(self._train)
        self.values = [
            _Value(
                float(self._board.nominal[each.place]),
                [each.place],
                crossbar,
                (each.layer, each.column),
                None,
            )
            for each in self._board.resistors
        ]
        groups = range(1 if design.layout.sharing == "network" else len(design.layers))
        for group in groups:
            for role in _ROLES:
                circuit = technology.circuit(design.layers[group].kind(role).name)
                omega = circuit.defaults | dict(design.layers[group].cell(role).omega)
                cells = [
                    each
                    for each in self._board.cells
                    if each.role == role and (len(groups) == 1 or each.layer == group)
                ]
                for each in circuit.components:
                    printable = grid.component(each.name, each.low, each.high)
                    places = [cell.places[each.name] for cell in cells]
                    what = group, circuit.name, each.name
                    self.values.append(_Value(omega[each.name], places, printable, None, what))

    def nearest(self) -> Ints:
        """Return the places on the grid that are nearest, by ratio, shape (values,)."""
        state = np.zeros(len(self.values), np.int64)
        for index, value in enumerate(self.values):
            state[index] = np.abs(np.log(value.printable / value.drawn)).argmin()
        return self._within_constraints(state)

    def _within_constraints(self, state: Ints) -> Ints:
        """Move values that rounding took over a constraint of their circuit by a step."""
        moving = [index for index, value in enumerate(self.values) if value.component]
        for index in moving:
            tried = [self.moved(state, index, step) for step in (1, -1)]
            better = [each for each in tried if each is not None]
            if better and not self._holds(state, index):
                state = better[0]
        return state

    def moved(self, state: Ints, index: int, step: int) -> Ints | None:
        """Return the state with one value moved along the grid; None where it may not."""
        value = self.values[index]
        place = state[index] + step
        if not 0 <= place < len(value.printable):
            return None
        moved = state.copy()
        moved[index] = place
        if value.column is not None:
            top = len(value.printable) - 1
            column = [
                moved[other]
                for other, each in enumerate(self.values)
                if each.column == value.column
            ]
            # the most resistive element sets the column's scale
            return moved if max(column) == top else None
        return moved if self._holds(moved, index) else None

    def _holds(self, state: Ints, index: int) -> bool:
        """Whether the circuit of a value meets its constraints."""
        component = self.values[index].component
        assert component is not None
        circuit = self._circuit(component[1])
        omega = self._omega(state, component[0], component[1])
        return all(each.holds(omega) for each in circuit.constraints)

    def _circuit(self, name: str) -> Circuit:
        return next(each for each in self._technology.circuits if each.name == name)

    def _omega(self, state: Ints, group: int, circuit: str) -> dict[str, float]:
        """Component values of the circuits of a group."""
        found = {
            value.component[2]: float(value.printable[state[index]])
            for index, value in enumerate(self.values)
            if value.component and value.component[:2] == (group, circuit)
        }
        return self._circuit(circuit).defaults | found

    def _printed(self, state: Ints) -> Floats:
        printed = np.array(self._board.nominal)
        for index, value in enumerate(self.values):
            printed[value.places] = value.printable[state[index]]
        return printed

    def _wanted_of(self, samples: Samples) -> Floats:
        """Return the outputs of the design before it is rounded."""
        found = self._solver.solve(np.array(self._drawn.nominal), samples.voltages)
        if found is None:
            raise NotSolved("The design", 1, 0, "check its component values.")
        return found[0]

    def improved(self, state: Ints, index: int, best: float) -> tuple[Ints, float]:
        """Return the state with one value moved where that is better than `best`, and its worth."""
        for step in _STEPS:
            moved = self.moved(state, index, step)
            if moved is not None and (found := self.objective(moved)) < best:
                return moved, found
        return state, best

    def objective(self, state: Ints, samples: Samples | None = None) -> float:
        """Return how far the outputs are from those before, rms; on training samples.

        In units of the lead of the answer over the next one, to which `_LEAD` is added: what may
        change an answer counts most.
        """
        some = samples or self._train
        found = self._solver.solve(self._printed(state), some.voltages)
        if found is None:
            return np.inf
        wanted = self._wanted if samples is None else self._wanted_of(samples)
        highest = np.sort(wanted, axis=1)
        lead = highest[:, -1] - highest[:, -2] + _LEAD
        return float(np.sqrt(np.mean(((found[0] - wanted) / lead[:, None]) ** 2)))

    def design_of(self, state: Ints) -> TrainedDesign:
        """Return the design of a state."""
        layers = []
        at = iter(zip(self._board.resistors, state, strict=False))
        ohms = {
            (each.layer, each.row, each.column): float(self.values[0].printable[place])
            for each, place in at
        }
        shared = self._design.layout.sharing == "network"
        for number, layer in enumerate(self._design.layers):
            theta = np.zeros(layer.theta.shape)
            least = np.where(layer.printed, np.abs(layer.theta), np.inf).min(axis=0)
            for row, column in np.argwhere(layer.printed).tolist():
                ratio = 1 / (ohms[number, row, column] * self._least)
                theta[row, column] = np.copysign(least[column] * ratio, layer.theta[row, column])
            cells = {}
            for role in _ROLES:
                name = layer.kind(role).name
                omega = self._omega(state, 0 if shared else number, name)
                cells[role] = replace(layer.cell(role), omega=omega)
            layers.append(
                LayerDesign(
                    theta,
                    cells["activation"],
                    cells["negation"],
                    layer.activation_circuit,
                    layer.negation_circuit,
                )
            )
        return replace(self._design, layers=tuple(layers))
