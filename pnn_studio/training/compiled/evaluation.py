"""Figures of trained designs in double precision, one design after the other."""

import numpy as np
from numpy.typing import NDArray

from pnn_studio.domain.dataset import SPLITS, Dataset
from pnn_studio.domain.run import FamilyPlan
from pnn_studio.domain.technology import Technology
from pnn_studio.physics.ideal.exact import evaluate
from pnn_studio.physics.ideal.kernel_packing import IdealPacking
from pnn_studio.physics.kernels import arrays as a
from pnn_studio.physics.kernels.arrays import Exact, Floats
from pnn_studio.training.outcome import Outcome


class IdealEvaluation:
    """Evaluates designs of the ideal model that have changed since they were evaluated last.

    Parameters
    ----------
    plan, dataset, technology
        As for `CompiledTraining`.
    packing : IdealPacking
        Of the plan.
    """

    def __init__(
        self, plan: FamilyPlan, dataset: Dataset, technology: Technology, packing: IdealPacking
    ) -> None:
        self._plan, self._technology = plan, technology
        groups = len(plan.layout.shapes) if plan.layout.sharing == "layer" else 1
        self._exact: Exact = packing.exact([dataset.part(split) for split in SPLITS])
        designs = plan.designs
        self._theta = [np.zeros((designs, *shape)) for shape in plan.layout.shapes]
        self._omega = {
            circuit.name: np.zeros((designs, groups, len(circuit.components)))
            for circuit in technology.circuits
        }
        self._eta = {name: np.zeros((designs, groups, 4)) for name in technology.circuit_names}
        self._watt = {name: np.zeros((designs, groups)) for name in technology.circuit_names}
        self._figures = np.zeros((designs, 3, 3))
        self._loss = np.full(designs, np.nan)

    def outcome(
        self, states: Floats, loss: NDArray[np.float64], _status: NDArray[np.int8]
    ) -> Outcome:
        """Evaluate the best states; see `Engine.outcome`."""
        for index in np.flatnonzero(loss != self._loss).tolist():
            self._evaluate(index, states[index, 0])
        self._loss = loss.copy()
        return Outcome(
            theta=tuple(theta.copy() for theta in self._theta),
            omega={name: each.copy() for name, each in self._omega.items()},
            eta={name: each.copy() for name, each in self._eta.items()},
            cell_power={name: each.copy() for name, each in self._watt.items()},
            accuracy=self._figures[:, 0].copy(),
            measurable_accuracy=self._figures[:, 1].copy(),
            power=self._figures[:, 2].copy(),
            valid_loss=loss.copy(),
            unsolved=np.zeros(len(loss), dtype=bool),
        )

    def _evaluate(self, index: int, parameters: Floats) -> None:
        """Evaluate a design of parameters (parameter rows, row length)."""
        doubles, exact = parameters.astype(np.float64), self._exact
        evaluate(exact, doubles, self._technology.measurable)
        places, column = exact.ints[a.SMALL], 0
        for theta, (rows, columns) in zip(self._theta, self._plan.layout.shapes, strict=True):
            of = slice(column, column + columns)
            size = exact.small[places[a.SIZE] :][of, :rows]
            theta[index] = np.where(doubles[of, :rows] < 0, -size, size).T
            column += columns
        cells = exact.small[places[a.CELLS] :]
        row = 0
        for name in self._technology.circuit_names:
            omega, eta, watt = self._omega[name], self._eta[name], self._watt[name]
            for group in range(omega.shape[1]):
                omega[index, group] = cells[row + a.OMEGA, : omega.shape[2]]
                eta[index, group] = cells[row + a.CURVE, :4]
                watt[index, group] = cells[row + a.CURVE, a.POWER]
                row += a.CELL_ROWS
        self._figures[index] = exact.figures
