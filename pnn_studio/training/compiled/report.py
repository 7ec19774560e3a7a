"""What compiled training tells of a family: records, history, and the family itself."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from pnn_studio.domain.dataset import SPLITS, Dataset
from pnn_studio.domain.family import Family, History
from pnn_studio.domain.run import IMPROVING, FamilyPlan
from pnn_studio.domain.technology import Technology
from pnn_studio.physics.ideal.exact import evaluate
from pnn_studio.physics.kernels import arrays as a
from pnn_studio.physics.kernels.arrays import Exact, Floats
from pnn_studio.physics.kernels.packing import Packing
from pnn_studio.training.compiled import design as d
from pnn_studio.training.compiled.design import Design
from pnn_studio.training.recorder import coarse

Doubles = NDArray[np.float64]


def figures_of(design: Design) -> Doubles:
    """Figures of the last epoch of a design's best start, see `design.FIGURES`."""
    return design.starts[d.best_start(design), d.FIGURES :].copy()


def share_of(design: Design) -> float:
    """Estimate how much of its work a design has done, from its rate and its epochs."""
    if design.clock[d.STATUS] != IMPROVING:
        return 1.0
    setup, start = design.setup, design.starts[d.best_start(design)]
    factor = np.log(setup[d.FACTOR])
    steps = np.floor(np.log(setup[d.STOP_RATE] / setup[d.LEARNING_RATE]) / factor) + 1
    taken = np.log(start[d.RATE] / setup[d.LEARNING_RATE]) / factor
    share = (taken + start[d.WAITED] / (setup[d.PATIENCE] + 1)) / steps
    return float(min(max(share, design.clock[d.EPOCH] / setup[d.MAX_EPOCHS]), 1.0))


def history_of(designs: Sequence[Design | None]) -> History:
    """Put the curves of all designs on the coarsest of their strides; None has not begun."""
    begun = [design for design in designs if design is not None and design.clock[d.KEPT] > 0]
    stride = max((int(design.clock[d.STRIDE]) for design in begun), default=1)
    last = [(design.clock[d.KEPT] - 1) * design.clock[d.STRIDE] for design in begun]
    points = int(max(last, default=0)) // stride + 1
    epochs = np.arange(points, dtype=np.int64) * stride
    whole = np.full((points, len(designs), d.FIGURE_COUNT), np.nan, np.float32)
    for index, design in enumerate(designs):
        if design is not None and design.clock[d.KEPT] > 0:
            rows = np.minimum(epochs // design.clock[d.STRIDE], design.clock[d.KEPT] - 1)
            whole[:, index] = design.history[rows]
    loss, accuracy, power = whole[..., :2], whole[..., 2:4], whole[..., 4:]
    return History(epochs, coarse(loss), coarse(accuracy), coarse(power * 1e3) / 1e3)


class Evaluation:
    """Evaluates designs in double precision, one at a time.

    Parameters
    ----------
    plan, dataset, technology
        As for `CompiledTraining`.
    packing : Packing
        Of the plan.
    """

    def __init__(
        self, plan: FamilyPlan, dataset: Dataset, technology: Technology, packing: Packing
    ) -> None:
        self._plan, self._dataset, self._technology = plan, dataset, technology
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

    def evaluate(self, index: int, parameters: Floats) -> None:
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

    def family(
        self, designs: Sequence[Design | None], seconds: float, epochs: NDArray[np.int64]
    ) -> Family:
        """Return all designs as they were evaluated last."""
        plan, dataset, technology = self._plan, self._dataset, self._technology
        begun = [(number, each) for number, each in enumerate(designs) if each is not None]
        status = np.full(plan.designs, IMPROVING, np.int8)
        loss = np.full(plan.designs, np.inf)
        for number, design in begun:
            status[number] = design.clock[d.STATUS]
            loss[number] = design.starts[:, d.BEST_LOSS].min()
        return Family(
            plan=plan,
            data=dataset.reference,
            technology=technology.id,
            technology_fingerprint=technology.fingerprint,
            g_min=technology.g_min,
            bias=technology.bias,
            input_names=dataset.input_names,
            class_names=dataset.class_names,
            low=tuple(float(each) for each in dataset.low),
            high=tuple(float(each) for each in dataset.high),
            theta=tuple(theta.copy() for theta in self._theta),
            omega={name: each.copy() for name, each in self._omega.items()},
            eta={name: each.copy() for name, each in self._eta.items()},
            cell_power={name: each.copy() for name, each in self._watt.items()},
            accuracy=self._figures[:, 0].copy(),
            measurable_accuracy=self._figures[:, 1].copy(),
            power=self._figures[:, 2].copy(),
            valid_loss=loss,
            epochs=epochs.copy(),
            status=status,
            seconds=seconds,
            design_epochs=sum(int(design.clock[d.WORK]) for _, design in begun),
            history=history_of(designs),
        )
