"""The check of a whole front: which designs of a family it simulates, and which one it picks.

The ideal model misses loading, and training exploits that: the most frugal designs are right in the
model alone. So many designs are simulated, and one is chosen by what ngspice says of samples of the
training and the validation split (`samples_to_choose_by`), which every check simulates too, for a
fraction of a second: chosen by its test accuracy it would be the luckiest of dozens. What is told
of it is its test accuracy, by which nothing was chosen. Power needs no such care: it knows no right
answers.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from pnn_studio.app.analysis.design_choice import goal_name, goal_of
from pnn_studio.domain.dataset import SPLITS, Split
from pnn_studio.domain.family import Family
from pnn_studio.domain.pareto import KEPT_ACCURACY, Best95, pareto_front
from pnn_studio.domain.run import DIVERGED
from pnn_studio.domain.units import count_of, format_percent, format_si
from pnn_studio.domain.verification import Verification

MOST_DESIGNS = 100
# simulated in all, some 1.5 ms each for a small network: bounds time, and memory of what is kept
_MOST_SAMPLES, _LEAST_DESIGNS = 200_000, 10


def front_candidates(family: Family, samples: int = 1) -> tuple[int, ...]:
    """List the designs of a family that a check of its front simulates, most power first.

    Of each alpha (or power limit) the seed of the best validation loss, and every design that no
    other beats in power and accuracy, on the validation or on the test split: the front that is
    shown. Those that diverged or were never trained are left out. In this order the best accuracy
    is known early: a check that is ended picks a good design, if not the most frugal one.

    Parameters
    ----------
    family : Family
        All designs.
    samples : int
        Samples that the check of one design simulates. Of more than `MOST_DESIGNS` designs, or
        fewer where the data are large, some are taken evenly by power.
    """
    most = min(max(_MOST_SAMPLES // max(samples, 1), _LEAST_DESIGNS), MOST_DESIGNS)
    found = _thinned(family, _by_validation(family), most)
    found |= _thinned(family, lucky_designs(family), most - len(found))
    return tuple(_by_power(family, found))


def lucky_designs(family: Family) -> frozenset[int]:
    """List the designs that a check of the front simulates for their test accuracy alone.

    They are looked at, and never picked: test samples would have chosen.
    """
    return _front(family, "test") - _by_validation(family)


def _by_validation(family: Family) -> frozenset[int]:
    """List the candidates that no test sample has chosen."""
    chosen = set(_front(family, "valid"))
    goals, group = np.unique(family.goals, return_inverse=True)
    for number in range(len(goals)):
        same = np.flatnonzero(_usable(family) & (group == number))
        if len(same):
            chosen.add(int(same[np.argmin(family.valid_loss[same])]))
    return frozenset(chosen)


def _front(family: Family, split: Split) -> frozenset[int]:
    power = np.where(_usable(family), family.total_power, np.nan)
    front = pareto_front(power, family.accuracy[:, SPLITS.index(split)])
    return frozenset(int(each) for each in front)


def _usable(family: Family) -> NDArray[np.bool_]:
    return np.asarray((family.status != DIVERGED) & (family.epochs > 0))


def _by_power(family: Family, designs: Iterable[int]) -> list[int]:
    return sorted(designs, key=lambda each: (-family.total_power[each], each))


def _thinned(family: Family, designs: Collection[int], most: int) -> set[int]:
    """Take at most so many designs, evenly by power."""
    found = _by_power(family, designs)
    if len(found) <= most:
        return set(found)
    return {found[each] for each in np.linspace(0, len(found) - 1, most).round().astype(int)}


def pick_of_family(family: Family, checked: Mapping[int, Verification]) -> int | None:
    """Pick as `pick_by_ngspice` does, and none of the `lucky_designs`."""
    lucky = lucky_designs(family)
    return pick_by_ngspice({each: found for each, found in checked.items() if each not in lucky})


def best95_in_ngspice(family: Family, checked: Mapping[int, Verification]) -> Best95 | None:
    """Return what `pick_of_family` picks as a point of the trade-off; see `FrontCheck.best95`."""
    picked = pick_of_family(family, checked)
    if picked is None or family.plan.limits is not None:
        return None
    found = checked[picked]
    alpha = float(family.plan.alphas[picked])
    return Best95(alpha, found.spice_accuracy, found.spice_power.total, 1.0, found.seen_accuracy)


def pick_by_ngspice(checked: Mapping[int, Verification]) -> int | None:
    """Pick the checked design of least power that keeps 95 % of the best accuracy, in ngspice.

    The accuracy is that on samples that training has seen. Of designs of equal power the more
    accurate one is picked, then the first.

    Returns
    -------
    int or None
        Its index; None where no check tells of those samples.
    """
    known = {
        design: (found.seen_accuracy, found.spice_power.total)
        for design, found in checked.items()
        if found.seen_accuracy is not None
    }
    least = KEPT_ACCURACY * max((accuracy for accuracy, _ in known.values()), default=0.0)
    # compared with a tolerance: 19 of 20 are 95 %, whatever the last bit says
    good = {each: of for each, of in known.items() if of[0] >= least - 1e-9}
    return min(good, key=lambda each: (good[each][1], -good[each][0], each), default=None)


@dataclass(frozen=True, eq=False)
class FrontCheck:
    """What a check of a front came to.

    Attributes
    ----------
    family : Family
        Whose front it is.
    checked : mapping of int to Verification
        Its designs that ngspice has simulated, by index.
    failed : mapping of int to str
        Those that it could not simulate, and why.
    stopped : bool
        Whether the check was ended before its last design.
    netlists : mapping of int to str
        What ngspice was given where it failed.
    """

    family: Family
    checked: Mapping[int, Verification]
    failed: Mapping[int, str] = field(default_factory=dict)
    stopped: bool = False
    netlists: Mapping[int, str] = field(default_factory=dict)

    @cached_property
    def design(self) -> int | None:
        """The design that ngspice picks; None where it cannot tell."""
        return pick_of_family(self.family, self.checked)

    @property
    def best95(self) -> Best95 | None:
        """The picked design as a point of the trade-off in ngspice; None for power limits.

        Accuracy and power are those on the test split, by which nothing is chosen. It is not
        compared with another alpha: its saving is 1.
        """
        return best95_in_ngspice(self.family, self.checked)

    @property
    def by_power(self) -> tuple[int, ...]:
        """The checked designs by ascending power in ngspice."""
        checked = self.checked
        return tuple(sorted(checked, key=lambda each: (checked[each].spice_power.total, each)))

    @property
    def words(self) -> str:
        """All of it on one line, for people."""
        text = f"{count_of(len(self.checked), 'design')} checked"
        if self.stopped:
            text = f"Stopped, {text}"
        if self.failed:
            text += f", {len(self.failed)} could not be simulated"
        if self.design is not None:
            found, plan = self.checked[self.design], self.family.plan
            name = goal_name(plan, goal_of(plan, self.design)[0])
            accuracy, power = format_percent(found.spice_accuracy), found.spice_power.total
            text += (
                f"; least power within 95 % in ngspice: {name}, {accuracy}, {format_si(power, 'W')}"
            )
        return text
