"""What a power limit means for a family: which design to print within it, and how sure that is.

Only a design that ngspice has simulated is proposed: its power there is within the limit, and it
is chosen by its answers there on samples of training and validation (`front_check` says why not by
those on test samples). Before any is simulated, those that are worth it are named.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pnn_studio.app.analysis.front_check import lucky_designs
from pnn_studio.domain.dataset import SPLITS
from pnn_studio.domain.family import Family
from pnn_studio.domain.figures import Source
from pnn_studio.domain.pareto import best_within
from pnn_studio.domain.run import DIVERGED
from pnn_studio.domain.units import format_si
from pnn_studio.domain.verification import Verification

MOST_CANDIDATES = 10  # designs that are simulated before one is proposed; takes a second or two


@dataclass(frozen=True)
class LimitAnswer:
    """What a power limit means for a family.

    Attributes
    ----------
    limit : float
        Watt.
    within, designs : int
        Designs within the limit, and in all. Powers are those in ngspice of designs that are
        checked, else those of the model.
    over : float
        By how many watt the current design is over it; 0 or less where it is within.
    over_source : str
        What that is of.
    best : int or None
        The design that is proposed; None where none that is checked stays within the limit.
    likely : int or None
        By the model the best design within it, on validation samples; None where there is none.
    candidates : tuple of int
        Designs to check before one is proposed, the best first; empty once all are.
    least : float
        Least power of any design in watt.
    least_design : int or None
        The design that needs it.
    least_source : str
        What that is of.
    """

    limit: float
    within: int
    designs: int
    over: float
    over_source: Source
    best: int | None
    likely: int | None
    candidates: tuple[int, ...]
    least: float
    least_design: int | None
    least_source: Source

    @property
    def proposed(self) -> int | None:
        """The best design that is checked; before there is one, the likely one."""
        return self.best if self.best is not None else self.likely


def limit_answer(
    family: Family,
    limit: float,
    current: int | None,
    checked: Mapping[int, Verification] | None = None,
) -> LimitAnswer:
    """Say what a power limit means for the designs of a family.

    Parameters
    ----------
    family : Family
        Trained so far.
    limit : float
        Watt.
    current : int or None
        The design that is shown.
    checked : mapping of int to Verification, optional
        What ngspice says of its designs, by index.
    """
    known = checked or {}
    power = family.total_power.copy()
    for design, found in known.items():
        power[design] = found.spice_power.total
    usable = family.status != DIVERGED
    designs = np.flatnonzero(usable & np.isfinite(power))
    within = designs[power[designs] <= limit]
    least = int(designs[np.argmin(power[designs])]) if len(designs) else None

    def source(design: int | None) -> Source:
        return "ngspice" if design in known else family.plan.model

    own = power[current] if current is not None and usable[current] else np.nan
    return LimitAnswer(
        limit,
        len(within),
        len(designs),
        float(own - limit),
        source(current),
        _proposed(family, within, known),
        best_within(family, limit),
        _candidates(family, power, within, known),
        np.inf if least is None else float(power[least]),
        least,
        source(least),
    )


def _proposed(
    family: Family, within: NDArray[np.int64], checked: Mapping[int, Verification]
) -> int | None:
    """Choose the checked design of the most right answers in ngspice, of equal ones least power.

    None that its test accuracy alone has put among those that are checked.
    """
    lucky = lucky_designs(family)
    known = {
        int(each): checked[int(each)]
        for each in within
        if int(each) in checked and int(each) not in lucky
    }
    told = {
        design: (-found.seen_accuracy, found.spice_power.total, design)
        for design, found in known.items()
        if found.seen_accuracy is not None
    }
    return min(told, key=lambda each: told[each], default=None)


def _candidates(
    family: Family,
    power: NDArray[np.float64],
    within: NDArray[np.int64],
    checked: Mapping[int, Verification],
) -> tuple[int, ...]:
    """List what is not checked of the best designs within a limit, on validation samples.

    Those that turn out to be over it make room for the next ones.
    """
    trained = within[family.epochs[within] > 0]
    accuracy = family.accuracy[trained, SPLITS.index("valid")]
    order = np.lexsort((trained, family.valid_loss[trained], power[trained], -accuracy))
    best = [int(each) for each in trained[order][:MOST_CANDIDATES]]
    return tuple(
        each for each in best if each not in checked or checked[each].seen_accuracy is None
    )


def limit_words(answer: LimitAnswer) -> str:
    """Say that no design is within a limit, and the least power there is, or that one is over it.

    Empty where the current design is within it.
    """
    if not answer.within:
        limit, least = format_si(answer.limit, "W"), format_si(answer.least, "W")
        return f"No design stays within {limit}; the least is {least} ({answer.least_source})."
    if answer.over > 0:
        over = format_si(answer.over, "W")
        return f"The current design is {over} over the limit ({answer.over_source})."
    return ""
