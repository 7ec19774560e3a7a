"""The trade-off between accuracy and power: fronts, limits and the paper's 95 % point.

All functions take `power` (watt, less is better) and `accuracy` (share, more is better) as arrays
of one shape (designs,). A design with a value that is not finite takes part in nothing.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pnn_studio.domain.dataset import SPLITS, Split
from pnn_studio.domain.family import Family
from pnn_studio.domain.run import DIVERGED

Array = NDArray[np.float64]

KEPT_ACCURACY = 0.95  # the share that a saving may cost (Zhao et al., ICCAD 2023)


def pareto_front(power: Array, accuracy: Array) -> NDArray[np.int64]:
    """Return the designs that no other design dominates, by ascending power.

    One design dominates another if it is no worse in both and better in one. Of designs that are
    equal in both, the first stands for all.

    Examples
    --------
    >>> pareto_front(np.array([2.0, 1.0, 3.0, 1.0]), np.array([0.9, 0.8, 0.9, 0.8])).tolist()
    [1, 0]
    """
    usable = np.flatnonzero(np.isfinite(power) & np.isfinite(accuracy))
    # by power, then best accuracy first, then index: who beats all before is on the front
    order = usable[np.lexsort((usable, -accuracy[usable], power[usable]))]
    best_before = np.maximum.accumulate(np.concatenate([[-np.inf], accuracy[order]]))[:-1]
    return np.asarray(order[accuracy[order] > best_before])


def best_within(power: Array, accuracy: Array, limit: float) -> int | None:
    """Return the most accurate design within `limit` watt; of equal ones that of least power."""
    usable = np.isfinite(power) & np.isfinite(accuracy)
    within = np.flatnonzero(usable & (power <= limit))
    if not len(within):
        return None
    return int(within[np.lexsort((within, power[within], -accuracy[within]))[0]])


@dataclass(frozen=True)
class Best95:
    """The lowest mean power that keeps 95 % of the mean accuracy at the least alpha (alpha 0).

    Attributes
    ----------
    alpha, accuracy, power : float
        Where it is, mean test accuracy and mean power (watt) over the seeds there.
    saving : float
        How many times less power that is than at alpha 0.
    """

    alpha: float
    accuracy: float
    power: float
    saving: float


def seed_means(family: Family, split: Split = "test") -> tuple[Array, Array, Array]:
    """Return alphas (or power limits), and mean accuracy and power (watt) over their seeds.

    The accuracy is that on `split`, the power is always that on the test split.

    Diverged designs are left out; an alpha at which all diverged has nan.
    """
    usable = family.status != DIVERGED
    goals, group = np.unique(family.goals, return_inverse=True)
    count = np.bincount(group[usable], minlength=len(goals)).astype(float)
    with np.errstate(invalid="ignore"):
        accuracy, power = (
            np.bincount(group[usable], values[usable], minlength=len(goals)) / count
            for values in (family.accuracy[:, SPLITS.index(split)], family.total_power)
        )
    return goals, accuracy, power


def best95(alphas: Array, accuracy: Array, power: Array) -> Best95 | None:
    """Find the 95 % point of seed means; None where nothing was trained to the end at all.

    Parameters
    ----------
    alphas, accuracy, power : arrays, shape (alphas,)
        As `seed_means` returns them; the reference is the least alpha that has a value.
    """
    usable = np.flatnonzero(np.isfinite(accuracy) & np.isfinite(power))
    if not len(usable):
        return None
    start = usable[np.argmin(alphas[usable])]
    good = usable[accuracy[usable] >= KEPT_ACCURACY * accuracy[start]]
    best = good[np.lexsort((alphas[good], power[good]))[0]]
    saving = float(power[start] / power[best])
    return Best95(float(alphas[best]), float(accuracy[best]), float(power[best]), saving)
