"""Solves prints exactly: one design, each circuit with component values of its own."""

import numpy as np

from pnn_studio.domain.board import BIAS, RAILS, Board
from pnn_studio.domain.cells import CELLS, COMPONENTS
from pnn_studio.domain.layout import Layout
from pnn_studio.domain.technology import Technology
from pnn_studio.physics.loaded.device import transistor_of
from pnn_studio.physics.loaded.kernel import exact_cells as x
from pnn_studio.physics.loaded.kernel.exact import ROW_KINDS, Circuits, solve_design
from pnn_studio.physics.loaded.kernel.exact_cells import Doubles


class PrintSolver:
    """Solves the prints of a board, one after the other; a thread needs one of its own.

    Parameters
    ----------
    board : Board
        What is printed.
    technology : Technology
        Gives the rest of the transistor.
    layout : Layout
        Sizes and crossbar structure.
    """

    def __init__(self, board: Board, technology: Technology, layout: Layout) -> None:
        self._original = layout.crossbar == "original"
        self._layout = layout
        device = transistor_of(technology)
        spread = 2 * device.n * device.ut
        widest, columns = max(max(shape) for shape in layout.shapes), sum(layout.sizes[1:])
        firsts = np.cumsum([0, *layout.sizes[1:]])
        table = [
            [rows - 2, outputs, firsts[number]]
            for number, (rows, outputs) in enumerate(layout.shapes)
        ]
        resistors = board.resistors
        self._columns = np.array([firsts[each.layer] + each.column for each in resistors])
        self._rows = np.array([each.row for each in resistors])
        self._ohms = np.array([each.place for each in resistors])
        self._signs = np.array([float(each.sign) for each in resistors])
        ptanh = np.zeros(columns, np.int64)
        negation = np.zeros((columns, widest), np.int64)
        # what a circuit has no component for is 1
        self._omega_at = np.full((len(board.cells), x.VALUES), board.quantities)
        gains = []
        for number, cell in enumerate(board.cells):
            first, last = firsts[cell.layer], firsts[cell.layer + 1]
            if cell.role == "activation":
                ptanh[first + (cell.column or 0)] = number
            elif cell.column is None:
                negation[first:last, cell.row] = number
            else:
                negation[first + cell.column, cell.row] = number
            names = COMPONENTS[cell.circuit]
            for at, name in enumerate(names):
                self._omega_at[number, at] = cell.places[name]
            for at, part in enumerate(CELLS[cell.circuit].transistors):
                self._omega_at[number, x.VT1 + at] = cell.places[f"{part.name}.Vt"]
                gains.append((number, names.index(part.width), cell.places[f"{part.name}.kp"]))
        self._gain_cells, self._gain_places, self._gains_at = np.array(gains).T
        self._kp = device.kp
        rails = np.zeros(BIAS - RAILS + 1)
        head = [1 / spread, 0.5 * device.kp * spread**2, device.lam]
        self._work = Circuits(
            np.array(table, np.int64),
            ptanh,
            negation,
            np.zeros((columns, widest)),
            np.ones((len(board.cells), x.VALUES)),
            np.array([*head, *rails]),
            np.zeros((ROW_KINDS, widest)),
            np.zeros((4 * columns, widest)),
            np.zeros((3, columns)),
            np.zeros((columns, max(layout.sizes[1:]))),
            np.zeros((len(layout.shapes), 3)),
        )

    def solve(self, values: Doubles, volts: Doubles) -> tuple[Doubles, float] | None:
        """Solve a print at volts (samples, inputs).

        Parameters
        ----------
        values : array, shape (quantities,)
            What is printed, as `Board.printed` returns it.
        volts : array, shape (samples, inputs)
            Input voltages.

        Returns
        -------
        tuple of array and float, or None
            Outputs (samples, classes) in volt, and the mean power in watt. None where the circuit
            has no solution.
        """
        work = self._work
        work.siemens[self._columns, self._rows] = self._signs / values[self._ohms]
        work.omega[:] = np.append(values, 1.0)[self._omega_at]
        # kp and W count as their product alone
        work.omega[self._gain_cells, self._gain_places] *= values[self._gains_at] / self._kp
        work.constants[x.PTANH_VDD :] = values[RAILS : BIAS + 1]
        work.columns[0] = 0.0
        outputs = np.zeros((len(volts), self._layout.outputs))
        # for arrays that cannot be written, as those that were sent, all would be compiled anew
        volts = np.require(volts, requirements="W")
        solved = solve_design(work, self._original, volts, outputs)
        if solved < len(volts) or not np.isfinite(work.power).all():
            return None
        return outputs, float(work.power.sum()) / len(volts)
