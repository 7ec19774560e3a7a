"""Plan and progress of a training: a family of designs that are trained as one batch."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from pnn_studio.domain.circuit_model import ModelName
from pnn_studio.domain.layout import Layout
from pnn_studio.domain.variation import Variation
from pnn_studio.errors import UsageError

Array = NDArray[np.float64]

# status of a design in a family
IMPROVING, FINISHED, DIVERGED = 0, 1, 2
MAX_DESIGNS = 20_000
# theta of all designs takes a GiB then
MAX_SITES = 1 << 27
# of the epochs in which starts race, see `Schedule.drawn_epochs`
_DRAWN_SHARE = 0.6


@dataclass(frozen=True)
class Schedule:
    """When the learning rate of a design falls, and when the design is done.

    Adam; the rate falls after `patience` epochs without a gain in the validation objective (the
    best weights are reloaded and Adam's moments restart), and the design is done below `stop_rate`.
    The state of the best validation objective is kept, however small its gain was.

    The defaults bound the schedule of the paper, in which a few designs drag on for 30,000 epochs
    with gains that nobody sees. On the paper's 8 data sets, 51 x 10 designs each, the hypervolume
    of the front of the seed means is 0.99 to 1.03 times that of `paper`, in a third to a fifth of
    the time (``resources/reproduction/schedules.md``). Tried with 26 x 5 designs: patience 50 with
    factor 0.3 (0.96 on acute inflammation, 0.83 on vertebral column), patience 40 (0.60 on
    tic-tac-toe), a cosine over 800 to 1,600 epochs for all (0.95 on acute inflammation), factor
    0.35 (0.98 there); a `stop_rate` of 1e-4 gives the same fronts for a quarter more epochs.

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
    stop_rate: float = 2e-3
    max_epochs: int = 5000
    least_gain: float = 5e-4
    starts: int = 3
    start_epochs: int = 150

    @property
    def drawn_epochs(self) -> int:
        """Epochs that learn from the design as drawn, where those that follow learn from prints.

        One as drawn costs a sixth, so starts race as drawn for most of their time. The rest decides
        between them, for the best as drawn may be poor in print. Objectives of iris and seeds
        (3 alphas x 3 seeds, spread of 10 %) are 0.162 and 0.285 V on average; 0.176 and 0.286 where
        the whole race has prints, 0.186 and 0.335 where nothing of it has, and 0.191 and 0.346
        going on, at half the rate, from designs that are done as drawn.
        """
        return min(int(_DRAWN_SHARE * self.start_epochs), self.max_epochs // 2)

    @staticmethod
    def paper() -> "Schedule":
        """Return the schedule of Zhao et al., ICCAD 2023: one start, any gain counts."""
        return Schedule(stop_rate=1e-4, max_epochs=30_000, least_gain=0.0, starts=1)


def check_grid(alphas: int, seeds: int) -> None:
    """Refuse a family of no designs, or of more than are trained at once."""
    if alphas < 1 or seeds < 1:
        raise UsageError("A sweep needs at least one alpha and one seed.")
    if alphas * seeds > MAX_DESIGNS:
        raise UsageError(f"{alphas * seeds} designs; at most {MAX_DESIGNS} are trained at once.")


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
        Power limit of each design in watt; None: none. A limit holds beside alpha, so alpha 0 asks
        for the best accuracy within it.
    model : str
        The circuit model that they are trained with; plans of older versions name none.
    power_reference : float or None
        P_ref of the loss in watt, what alpha weighs power against; None, as in older plans, for
        that of the technology, whatever the layout is.
    variation : Variation or None
        The prints that the loss is the mean over, of the loaded model; None: the design as drawn.
    """

    layout: Layout
    alphas: tuple[float, ...]
    seeds: tuple[int, ...]
    schedule: Schedule = Schedule()
    limits: tuple[float | None, ...] | None = None
    model: ModelName = "ideal"
    power_reference: float | None = None
    variation: Variation | None = None

    def __post_init__(self) -> None:
        """Refuse what cannot be trained."""
        if len(self.alphas) != len(self.seeds) or not self.alphas:
            raise UsageError("A plan needs one alpha and one seed for each design.")
        most = min(MAX_DESIGNS, MAX_SITES // self.layout.resistor_sites)
        if len(self.alphas) > most:
            raise UsageError(
                f"{len(self.alphas)} designs; at most {most} of {self.layout} are trained at once."
            )
        for alpha in self.alphas:
            if not 0 <= alpha <= 1:
                raise UsageError(f"alpha weighs power and lies in 0..1, not {alpha:g}.")
        if self.limits is not None and len(self.limits) != len(self.alphas):
            raise UsageError("A plan needs one power limit, or none, for each design.")
        for watts in (*(self.limits or ()), self.power_reference):
            if watts is not None and not 0 < watts < math.inf:
                raise UsageError(
                    f"A power limit, and P_ref, is a positive number of watts, not {watts:g}."
                )
        for seed in self.seeds:
            if not 0 <= seed < 2**31:
                raise UsageError(f"A seed is a whole number from 0 to 2147483647, not {seed}.")
        self._check_variation()

    def _check_variation(self) -> None:
        if self.variation is not None and self.model != "loaded":
            raise UsageError(
                "Prints are known to the loaded model alone; train for variation with the model "
                "loaded, or without it."
            )

    @property
    def designs(self) -> int:
        """Number of designs."""
        return len(self.alphas)

    @property
    def trained_by(self) -> str:
        """The model, and the prints that are trained for: ``loaded, 10 % variation``."""
        return self.model if self.variation is None else f"{self.model}, {self.variation.words}"

    @property
    def goals(self) -> tuple[float, ...]:
        """Alpha of each design, or its power limit in watt; nan for one without a limit."""
        if self.limits is None:
            return self.alphas
        return tuple(math.nan if limit is None else limit for limit in self.limits)

    @property
    def aims(self) -> tuple[tuple[float, float | None, int], ...]:
        """Alpha, power limit and seed of each design: no two of a grid have the same."""
        limits = self.limits or (None,) * self.designs
        return tuple(zip(self.alphas, limits, self.seeds, strict=True))

    def is_like(self, other: "FamilyPlan") -> bool:
        """Whether a design that both have is trained in the same way."""
        return self == replace(other, alphas=self.alphas, seeds=self.seeds, limits=self.limits)

    def part(self, designs: Sequence[int]) -> "FamilyPlan":
        """Return a plan of some of the designs."""
        return replace(
            self,
            alphas=tuple(self.alphas[design] for design in designs),
            seeds=tuple(self.seeds[design] for design in designs),
            limits=None if self.limits is None else tuple(self.limits[each] for each in designs),
        )

    @staticmethod
    def grid(
        layout: Layout,
        alphas: int,
        seeds: int,
        schedule: Schedule = Schedule(),
        model: ModelName = "ideal",
        power_reference: float | None = None,
    ) -> "FamilyPlan":
        """Plan `alphas` evenly spread values in 0..1 times `seeds` seeds, seeds fastest."""
        check_grid(alphas, seeds)
        values = (
            [round(float(alpha), 6) for alpha in np.linspace(0.0, 1.0, alphas)]
            if alphas > 1
            else [0.5]
        )
        one = FamilyPlan(
            layout, (0.0,), (0,), schedule, model=model, power_reference=power_reference
        )
        return one.over(values, range(seeds))

    def over(self, alphas: Sequence[float], seeds: Sequence[int]) -> "FamilyPlan":
        """Plan the same for each alpha with all of the seeds, seeds fastest."""
        return replace(
            self,
            alphas=tuple(alpha for alpha in alphas for _ in seeds),
            seeds=tuple(seeds) * len(alphas),
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
    epochs : int array, shape (designs,)
        Epochs of each design so far; parts of a family need not keep step.
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
    epochs: NDArray[np.int64]


def merge_records(designs: int, parts: Sequence[tuple[Sequence[int], EpochRecord]]) -> EpochRecord:
    """Put a record of `designs` designs together of those of its parts.

    Parameters
    ----------
    designs : int
        Number of designs of the whole.
    parts : sequence of (designs, EpochRecord)
        Which designs each part has; designs that no part has are waiting.
    """

    def whole(name: str, like: Array) -> Array:
        array = np.full((designs, *like.shape[1:]), np.nan)
        for indices, record in parts:
            array[list(indices)] = getattr(record, name)
        return array

    first = parts[0][1]
    status = np.full(designs, IMPROVING, dtype=np.int8)
    epochs = np.zeros(designs, dtype=np.int64)
    for indices, record in parts:
        status[list(indices)], epochs[list(indices)] = record.status, record.epochs
    names = ("train_loss", "valid_loss", "train_accuracy", "valid_accuracy", "power")
    return EpochRecord(
        epoch=max(record.epoch for _, record in parts),
        seconds=max(record.seconds for _, record in parts),
        design_epochs=sum(record.design_epochs for _, record in parts),
        **{name: whole(name, getattr(first, name)) for name in names},
        status=status,
        progress=sum(len(indices) * record.progress for indices, record in parts) / designs,
        epochs=epochs,
    )
