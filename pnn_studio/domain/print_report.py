"""What is known of the prints of a design: the answer of a yield run."""

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from pnn_studio.domain.board import Group
from pnn_studio.domain.printing import Spread
from pnn_studio.domain.units import format_percent
from pnn_studio.domain.yields import Limit, Yield

FaultKind = Literal["open", "short", "dead"]
FAULT_WORDS = {
    "open": "resistor open",
    "short": "resistor shorted",
    "dead": "transistor dead",
}


@dataclass(frozen=True)
class YieldPlan:
    """What is asked of a yield run.

    Attributes
    ----------
    prints : int
        How many are computed.
    limit : Limit
        What a print must keep.
    variation : float or None
        Spread of every printed resistor, W and L, as a share; None for that of the technology.
    spice : int
        How many of the first prints are simulated in ngspice, too.
    seed : int
        Of the draws.
    """

    prints: int = 10_000
    limit: Limit = field(default_factory=Limit)
    variation: float | None = None
    spice: int = 0
    seed: int = 0

    @property
    def spread_words(self) -> str:
        """Say what prints are drawn from, for example ``10.0 %``."""
        return "technology" if self.variation is None else format_percent(self.variation)


@dataclass(frozen=True)
class DesignYield:
    """The yield of one of many designs on test samples, by the exact solve.

    Attributes
    ----------
    share : float
        Of prints that keep the limit.
    prints : int
        How many were computed.
    variation : str
        ``technology``, or a share such as ``10 %``.
    """

    share: float
    prints: int
    variation: str


@dataclass(frozen=True)
class PartHarm:
    """What a part has to do with prints that fail.

    Attributes
    ----------
    ref : str
        As in the component table; ``resistors``, ``rails`` and ``inputs`` are common to a print.
    group : {"crossbar", "negation", "activation", "common"}
        What it belongs to.
    share : float
        Of the lost yield.
    sensitivity : float
        Change of the accuracy on test samples when it is 10 % off, on the worse side.
    """

    ref: str
    group: Group
    share: float
    sensitivity: float


@dataclass(frozen=True)
class Fault:
    """A broken part and what it does.

    Attributes
    ----------
    ref : str
        Of the part.
    kind : {"open", "short", "dead"}
        What is wrong with it.
    group : str
        What it belongs to.
    changed : int
        Answers on test samples that differ from those of the drawn design.
    accuracy : float
        On test samples; 0 where the circuit has no solution.
    """

    ref: str
    kind: FaultKind
    group: Group
    changed: int
    accuracy: float


@dataclass(frozen=True)
class SpiceProof:
    """The first prints of a run, simulated in ngspice from the same draws.

    Attributes
    ----------
    prints : int
        How many were simulated.
    failed : int
        How many more ngspice could not simulate.
    kept : int
        Prints that keep the limit in ngspice, on test samples.
    decisions, equal : int
        Decisions on validation and test samples, and how many of them are those of the model.
    largest : float
        Volt by which an output differs at most.
    seconds : float
        How long it took.
    """

    prints: int
    failed: int
    kept: int
    decisions: int
    equal: int
    largest: float
    seconds: float

    @property
    def share(self) -> float:
        """Yield in ngspice."""
        return self.kept / max(self.prints, 1)

    @property
    def agreement(self) -> float:
        """Share of equal decisions."""
        return self.equal / max(self.decisions, 1)


@dataclass(frozen=True)
class SpreadPoint:
    """Accuracy of prints on test samples at a spread: mean, and the middle 90 % of them.

    `factor` is what the spread of the run was multiplied by, `resistor` its deviation of ln R.
    """

    factor: float
    resistor: float
    mean: float
    low: float
    high: float


@dataclass(frozen=True, eq=False)
class Answers:
    """What prints answer.

    Attributes
    ----------
    chosen : int8 array, shape (prints, samples)
        The class of the highest output; -1 throughout where a print has no solution.
    power : array, shape (prints,)
        Watt; nan where there is no solution.
    """

    chosen: NDArray[np.int8]
    power: NDArray[np.float64]

    @property
    def unsolved(self) -> int:
        """How many prints have no solution; they count as lost."""
        return int(np.isnan(self.power).sum())

    def and_then(self, others: "Answers") -> "Answers":
        """Join those of prints that follow."""
        return Answers(
            np.concatenate([self.chosen, others.chosen]),
            np.concatenate([self.power, others.power]),
        )


@dataclass(frozen=True, eq=False)
class PrintReport:
    """All that a yield run found; source is the exact solve, but where it says ngspice.

    Attributes
    ----------
    variation : str
        ``technology``, or a share such as ``10 %``.
    spread : Spread
        What was drawn from.
    seed : int
        Of the draws.
    asked : int
        Prints that were asked for; fewer are there where the run was ended.
    test, valid : Yield
        On test samples, which are told; on validation samples, by which designs are chosen.
    unsolved : int
        Prints without a solution; they count as lost.
    power : float
        Mean power of the prints in watt, over validation and test samples.
    harm : tuple of PartHarm
        By falling share.
    orders : int
        Orders of repair that the shares are the mean of.
    faults : tuple of Fault
        In the order of the component table.
    curve : tuple of SpreadPoint
        By rising spread.
    spice : SpiceProof or None
        None where no print was simulated.
    seconds : float
        How long the prints took to compute.
    answers : Answers or None
        What to go on from where the run was ended early.
    """

    variation: str
    spread: Spread
    seed: int
    asked: int
    test: Yield
    valid: Yield
    unsolved: int
    power: float
    harm: tuple[PartHarm, ...]
    orders: int
    faults: tuple[Fault, ...]
    curve: tuple[SpreadPoint, ...]
    spice: SpiceProof | None
    seconds: float
    answers: Answers | None = None

    @property
    def stopped(self) -> bool:
        """Whether it was ended before all prints were computed."""
        return self.test.prints < self.asked

    @property
    def harmless_faults(self) -> int:
        """How many single faults change no answer on test samples."""
        return sum(each.changed == 0 for each in self.faults)

    def group_share(self, group: Group) -> float:
        """Share of the lost yield of all parts of a group."""
        return float(np.sum([each.share for each in self.harm if each.group == group]))
