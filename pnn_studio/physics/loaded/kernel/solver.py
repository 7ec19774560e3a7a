"""Solves printed designs exactly, one after the other."""

import numpy as np

from pnn_studio.domain.layout import Layout
from pnn_studio.domain.technology import Technology
from pnn_studio.physics.loaded.cells import CIRCUITS
from pnn_studio.physics.loaded.device import transistor_of
from pnn_studio.physics.loaded.kernel.exact import OUTPUTS, ROW_KINDS, Circuits, solve_design
from pnn_studio.physics.loaded.kernel.exact_cells import VALUES, VT1, Doubles
from pnn_studio.physics.loaded.printed import PrintedNetworks


def _constants_of(technology: Technology, bias: float) -> Doubles:
    """Return `Circuits.constants`."""
    device = transistor_of(technology)
    spread = 2 * device.n * device.ut
    rails = [technology.activation, technology.negation]
    ends = [each for circuit in rails for each in (circuit.vdd, circuit.vss)]
    gain = 0.5 * device.kp * spread**2
    return np.array([1 / spread, gain, device.lam, *ends, bias])


class ExactSolver:
    """Solves printed networks of one layout, one after the other.

    Parameters
    ----------
    technology : Technology
        Rails and transistor.
    layout : Layout
        Sizes, crossbar structure, sharing of circuits.
    """

    def __init__(self, technology: Technology, layout: Layout) -> None:
        self._original = layout.crossbar == "original"
        groups = len(layout.shapes) if layout.sharing == "layer" else 1
        widest, columns = max(max(shape) for shape in layout.shapes), sum(layout.sizes[1:])
        firsts = np.cumsum([0, *layout.sizes[1:]])
        table = [
            [rows - 2, outputs, firsts[number]]
            for number, (rows, outputs) in enumerate(layout.shapes)
        ]
        group = np.repeat(np.arange(len(layout.shapes)) % groups, layout.sizes[1:])
        omega = np.ones((2 * groups, VALUES))
        omega[:, VT1:] = transistor_of(technology).vt
        self._work = Circuits(
            np.array(table, np.int64),
            group.astype(np.int64),
            np.repeat(groups + group[:, None], widest, axis=1).astype(np.int64),
            np.zeros((columns, widest)),
            omega,
            _constants_of(technology, technology.bias),
            np.zeros((ROW_KINDS, widest)),
            np.zeros((4 * columns, widest)),
            np.zeros((3, columns)),
            np.zeros((columns, max(layout.sizes[1:]))),
            np.zeros((len(layout.shapes), 3)),
        )

    def solve(
        self, printed: PrintedNetworks, design: int, volts: Doubles
    ) -> tuple[Doubles, Doubles] | None:
        """Solve a design at volts (samples, inputs).

        Returns
        -------
        tuple of arrays, or None
            Outputs (samples, classes) in volt, and the mean power (layers, 3) in watt: crossbar,
            activation, negation. None where the circuit has no solution.
        """
        work, column = self._work, 0
        for signed in printed.conductances:
            rows, outputs = signed.shape[1:]
            work.siemens[column : column + outputs, :rows] = signed[design].T
            column += outputs
        row = 0
        for name in CIRCUITS:
            for values in printed.omega[name][design]:
                work.omega[row, : len(values)] = values
                row += 1
        outputs = np.zeros((len(volts), work.layers[-1, OUTPUTS]))
        work.columns[0] = 0.0
        solved = solve_design(work, self._original, volts, outputs)
        if solved < len(volts) or not np.isfinite(work.power).all():
            return None
        return outputs, work.power / len(volts)
