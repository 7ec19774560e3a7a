"""The trade-off between accuracy and power: fronts, limits and the paper's 95 % point.

What is chosen (an alpha, a design within a limit) is chosen by validation samples, and told with
its accuracy on test samples, which then is a figure that nothing was chosen by: the best of dozens
of test accuracies is a lucky one. So whoever chooses gives a whole `Family`, not accuracies. Power
needs no such care: it knows no right answers, and is that on the test split.
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

    Parameters
    ----------
    power : array, shape (designs,)
        Watt, less is better.
    accuracy : array, shape (designs,)
        Share, more is better. A design with a value that is not finite takes part in nothing.

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


def best_within(family: Family, limit: float) -> int | None:
    """Return the best design within `limit` watt by validation samples; None where there is none.

    Of equal ones that of least power, then the first.
    """
    power, accuracy = family.total_power, _on(family, "valid")
    usable = np.isfinite(power) & np.isfinite(accuracy) & (family.status != DIVERGED)
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
    seen_accuracy : float or None
        Mean accuracy there on the samples that it was chosen by, those of validation; None where
        that were the test samples themselves.
    """

    alpha: float
    accuracy: float
    power: float
    saving: float
    seen_accuracy: float | None = None


def _on(family: Family, split: Split) -> Array:
    return np.asarray(family.accuracy[:, SPLITS.index(split)])


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
            for values in (_on(family, split), family.total_power)
        )
    return goals, accuracy, power


def best95(family: Family) -> Best95 | None:
    """Find the 95 % point of a family by validation samples.

    Both the reference, the least alpha that has a value, and what keeps 95 % of it are told by the
    means over seeds on the validation split.

    Returns
    -------
    Best95 or None
        None where nothing was trained to the end at all.
    """
    alphas, seen, power = seed_means(family, "valid")
    row, saving = _cheapest_good(alphas, seen, power)
    if row is None:
        return None
    accuracy = seed_means(family, "test")[1]
    return Best95(
        float(alphas[row]), float(accuracy[row]), float(power[row]), saving, float(seen[row])
    )


def best95_by_test(alphas: Array, accuracy: Array, power: Array) -> Best95 | None:
    """Find the 95 % point of seed means by the test samples that it is told by, too.

    For comparison with the paper alone: its own rule is not known, and of what was published there
    are no other means.

    Parameters
    ----------
    alphas, accuracy, power : arrays, shape (alphas,)
        As `seed_means` returns them of the test split.
    """
    row, saving = _cheapest_good(alphas, accuracy, power)
    if row is None:
        return None
    return Best95(float(alphas[row]), float(accuracy[row]), float(power[row]), saving)


def _cheapest_good(alphas: Array, accuracy: Array, power: Array) -> tuple[int | None, float]:
    """Find the row of least power with 95 % of the accuracy at the least alpha, and its saving."""
    usable = np.flatnonzero(np.isfinite(accuracy) & np.isfinite(power))
    if not len(usable):
        return None, 1.0
    start = usable[np.argmin(alphas[usable])]
    good = usable[accuracy[usable] >= KEPT_ACCURACY * accuracy[start]]
    best = int(good[np.lexsort((alphas[good], power[good]))[0]])
    return best, float(power[start] / power[best])
