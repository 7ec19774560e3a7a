"""Plan, progress and outcome of a training: a family of designs that are trained as one batch."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from pnn_studio.domain.dataset import SPLITS, DataReference
from pnn_studio.domain.design import Cell, LayerDesign, Metrics, Power, TrainedDesign
from pnn_studio.domain.layout import Layout
from pnn_studio.domain.technology import CIRCUITS, COMPONENTS, CircuitName
from pnn_studio.errors import UsageError

Array = NDArray[np.float64]

# status of a design in a family
IMPROVING, FINISHED, DIVERGED = 0, 1, 2
MAX_DESIGNS = 20_000


@dataclass(frozen=True)
class Schedule:
    """When the learning rate of a design falls, and when the design is done.

    Adam; the rate falls after `patience` epochs without a gain in the validation objective (the
    best weights are reloaded and Adam's moments restart), and the design is done below `stop_rate`.
    The state of the best validation objective is kept, however small its gain was.

    Attributes
    ----------
    learning_rate : float
        First rate of Adam.
    patience : int
        Epochs without a gain before the rate falls.
    factor : float
        What the rate is multiplied by.
    stop_rate : float
        Rate below which a design is finished.
    max_epochs : int
        Bound for every design.
    least_gain : float
        What counts as a gain, as a share of the objective (of 1 V where that is larger).
    starts : int
        Random starts of each design; after `start_epochs` the best one goes on.
    start_epochs : int
        How long the starts race.
    """

    learning_rate: float = 0.1
    patience: int = 100
    factor: float = 0.5
    stop_rate: float = 1e-4
    max_epochs: int = 30_000
    least_gain: float = 0.0
    starts: int = 1
    start_epochs: int = 150

    @staticmethod
    def paper() -> "Schedule":
        """Return the schedule of Zhao et al., ICCAD 2023: one start, any gain counts."""
        return Schedule()


@dataclass(frozen=True)
class FamilyPlan:
    """What to train: one column a design.

    Attributes
    ----------
    layout : Layout
        The same for all designs.
    alphas : tuple of float
        Weight of power in each design's loss, 0..1.
    seeds : tuple of int
        Seed of each design's initialisation.
    schedule : Schedule
        The same for all designs.
    limits : tuple of float or None, or None
        Power limit of each design in watt; where one is given, the design is trained for the best
        accuracy within it and its alpha is not looked at.
    """

    layout: Layout
    alphas: tuple[float, ...]
    seeds: tuple[int, ...]
    schedule: Schedule = Schedule()
    limits: tuple[float | None, ...] | None = None

    def __post_init__(self) -> None:
        """Refuse what cannot be trained."""
        if len(self.alphas) != len(self.seeds) or not self.alphas:
            raise UsageError("A plan needs one alpha and one seed for each design.")
        if len(self.alphas) > MAX_DESIGNS:
            raise UsageError(
                f"{len(self.alphas)} designs; at most {MAX_DESIGNS} are trained at once."
            )
        for alpha in self.alphas:
            if not 0 <= alpha <= 1:
                raise UsageError(f"alpha weighs power and lies in 0..1, not {alpha:g}.")
        if self.limits is not None and len(self.limits) != len(self.alphas):
            raise UsageError("A plan needs one power limit, or none, for each design.")
        for limit in self.limits or ():
            if limit is not None and not 0 < limit < math.inf:
                raise UsageError(f"A power limit is a positive number of watts, not {limit:g}.")
        for seed in self.seeds:
            if not 0 <= seed < 2**31:
                raise UsageError(f"A seed is a whole number from 0 to 2147483647, not {seed}.")

    @property
    def designs(self) -> int:
        """Number of designs."""
        return len(self.alphas)

    @staticmethod
    def grid(
        layout: Layout, alphas: int, seeds: int, schedule: Schedule = Schedule()
    ) -> "FamilyPlan":
        """Plan `alphas` evenly spread values in 0..1 times `seeds` seeds, seeds fastest."""
        if alphas < 1 or seeds < 1:
            raise UsageError("A sweep needs at least one alpha and one seed.")
        if alphas * seeds > MAX_DESIGNS:
            raise UsageError(
                f"{alphas * seeds} designs; at most {MAX_DESIGNS} are trained at once."
            )
        values = (
            [round(float(alpha), 6) for alpha in np.linspace(0.0, 1.0, alphas)]
            if alphas > 1
            else [0.5]
        )
        return FamilyPlan(
            layout,
            tuple(alpha for alpha in values for _ in range(seeds)),
            tuple(seed for _ in values for seed in range(seeds)),
            schedule,
        )


@dataclass(frozen=True, eq=False)
class EpochRecord:
    """How a family stands after an epoch. Arrays lead with the design axis.

    Attributes
    ----------
    epoch : int
        Epochs of the batch so far.
    seconds : float
        Training time so far, pauses left out.
    design_epochs : int
        Epochs summed over designs.
    train_loss, valid_loss : arrays, shape (designs,)
        L in volt on either split, without the power term.
    train_accuracy, valid_accuracy : arrays, shape (designs,)
        Shares of right answers.
    power : array, shape (designs, 3)
        Watt on the training split: crossbar, activation, negation.
    status : int8 array, shape (designs,)
        IMPROVING, FINISHED or DIVERGED. A design that is done keeps its last values.
    progress : float
        Estimated share of the work that is done, 0..1.
    """

    epoch: int
    seconds: float
    design_epochs: int
    train_loss: Array
    valid_loss: Array
    train_accuracy: Array
    valid_accuracy: Array
    power: Array
    status: NDArray[np.int8]
    progress: float


@dataclass(frozen=True, eq=False)
class Family:
    """All designs of a plan, each in the state of its best validation loss.

    Attributes
    ----------
    plan : FamilyPlan
        What was trained.
    data : DataReference
        On what.
    technology, technology_fingerprint : str
        For which technology.
    g_min, bias : float
        Siemens and volt, as in `TrainedDesign`.
    input_names, class_names, low, high : tuples
        As in `TrainedDesign`.
    theta : tuple of arrays, shape (designs, inputs + 2, outputs)
        Printed, signed theta of each layer; 0 is not printed.
    omega : mapping of circuit to array, shape (designs, groups, components)
        Component values; one group for the whole network, or one a layer.
    eta : mapping of circuit to array, shape (designs, groups, 4)
        tanh parameters.
    cell_power : mapping of circuit to array, shape (designs, groups)
        Watt of one circuit.
    accuracy, measurable_accuracy : arrays, shape (designs, 3)
        Train, valid, test.
    power : array, shape (designs, 3)
        Watt on the test split: crossbar, activation, negation.
    valid_loss : array, shape (designs,)
        Best L' on the validation split, power included.
    epochs : int array, shape (designs,)
        Epochs of each design.
    status : int8 array, shape (designs,)
        IMPROVING, FINISHED or DIVERGED.
    seconds : float
        Training time of the family.
    design_epochs : int
        Epochs summed over designs and their starts.
    """

    plan: FamilyPlan
    data: DataReference
    technology: str
    technology_fingerprint: str
    g_min: float
    bias: float
    input_names: tuple[str, ...]
    class_names: tuple[str, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    theta: tuple[Array, ...]
    omega: Mapping[CircuitName, Array]
    eta: Mapping[CircuitName, Array]
    cell_power: Mapping[CircuitName, Array]
    accuracy: Array
    measurable_accuracy: Array
    power: Array
    valid_loss: Array
    epochs: NDArray[np.int64]
    status: NDArray[np.int8]
    seconds: float
    design_epochs: int

    @property
    def test_accuracy(self) -> Array:
        """Accuracy on the test split, shape (designs,)."""
        return self.accuracy[:, SPLITS.index("test")]

    @property
    def total_power(self) -> Array:
        """Watt on the test split, shape (designs,)."""
        return np.asarray(self.power.sum(axis=1))

    @cached_property
    def alphas(self) -> Array:
        """The distinct values of alpha, ascending."""
        return np.unique(np.asarray(self.plan.alphas))

    def at_alpha(self, alpha: float) -> NDArray[np.int64]:
        """Return the designs trained at the alpha nearest to `alpha`, diverged ones left out.

        Returns
        -------
        int array
            Indices; empty only where every design diverged.
        """
        usable = self.status != DIVERGED
        if not usable.any():
            return np.zeros(0, dtype=np.int64)
        distance = np.where(usable, np.abs(np.asarray(self.plan.alphas) - alpha), np.inf)
        return np.flatnonzero(np.isclose(distance, distance.min(), rtol=0, atol=1e-9) & usable)

    def best_at(self, alpha: float) -> int | None:
        """Return the design nearest to `alpha` with the best validation loss, if there is one."""
        near = self.at_alpha(alpha)
        return int(near[np.argmin(self.valid_loss[near])]) if len(near) else None

    def _cell(self, circuit: CircuitName, index: int, layer: int) -> Cell:
        group = layer if self.plan.layout.sharing == "layer" else 0
        values = self.omega[circuit][index, group]
        eta1, eta2, eta3, eta4 = (float(value) for value in self.eta[circuit][index, group])
        return Cell(
            {name: float(value) for name, value in zip(COMPONENTS[circuit], values, strict=True)},
            (eta1, eta2, eta3, eta4),
            float(self.cell_power[circuit][index, group]),
        )

    def design(self, index: int) -> TrainedDesign:
        """Take one design out of the family."""
        ptanh, negation = CIRCUITS
        layers = tuple(
            LayerDesign(
                np.asarray(theta[index], dtype=float).copy(),
                self._cell(ptanh, index, layer),
                self._cell(negation, index, layer),
            )
            for layer, theta in enumerate(self.theta)
        )
        shares = [
            dict(zip(SPLITS, (float(value) for value in each[index]), strict=True))
            for each in (self.accuracy, self.measurable_accuracy)
        ]
        crossbar, activation, negated = (float(value) for value in self.power[index])
        return TrainedDesign(
            layout=self.plan.layout,
            layers=layers,
            g_min=self.g_min,
            bias=self.bias,
            technology=self.technology,
            technology_fingerprint=self.technology_fingerprint,
            input_names=self.input_names,
            class_names=self.class_names,
            data=self.data,
            low=self.low,
            high=self.high,
            alpha=self.plan.alphas[index],
            seed=self.plan.seeds[index],
            metrics=Metrics(
                accuracy=shares[0],
                measurable_accuracy=shares[1],
                power=Power(crossbar, activation, negated),
                epochs=int(self.epochs[index]),
                seconds=self.seconds,
            ),
        )
