"""What the trade-off shows of a session: a pure value, made anew whenever a family comes."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pnn_studio.app.analysis.front_check import best95_in_ngspice
from pnn_studio.domain.dataset import SPLITS, Dataset, Split
from pnn_studio.domain.family import Family
from pnn_studio.domain.figures import Source
from pnn_studio.domain.pareto import Best95, best95, pareto_front, seed_means
from pnn_studio.domain.run import DIVERGED, IMPROVING
from pnn_studio.domain.verification import Verification

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class DesignCloud:
    """All designs that did not diverge.

    Attributes
    ----------
    designs : int array, shape (points,)
        Index of each in its family.
    alpha, power, accuracy : arrays, shape (points,)
        Weight of power, watt on the test split, share on the chosen split.
    improving : bool array, shape (points,)
        Whether it still trains.
    modelled : bool array, shape (points,)
        Whether, in a view of ngspice, it is not checked: power and accuracy are those of its model.
    """

    designs: NDArray[np.int64]
    alpha: Array
    power: Array
    accuracy: Array
    improving: NDArray[np.bool_]
    modelled: NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Tradeoff:
    """Everything that is drawn.

    Attributes
    ----------
    family : Family
        What it is of.
    split : str
        Whose accuracy is meant.
    cloud : DesignCloud
        The designs.
    means : array, shape (alphas, 3)
        Alpha, mean power, mean accuracy over the seeds of each alpha.
    best95 : Best95 or None
        The 95 % point, chosen by validation samples whatever is shown; None where there is but one
        alpha.
    samples : int
        Samples of the split; 0 where the data are not at hand.
    training : bool
        Whether some designs still improve.
    simulated : bool
        Whether accuracy and power are those in ngspice, of the designs that were checked; the
        others stand where their model has them (`DesignCloud.modelled`). Then `best95` is the
        design that ngspice picks, with a saving of 1.
    """

    family: Family
    split: Split
    cloud: DesignCloud
    means: Array
    best95: Best95 | None
    samples: int
    training: bool
    simulated: bool = False

    @property
    def on_the_front(self) -> NDArray[np.bool_]:
        """Which designs may be on a front: the finished ones, or all while none is finished."""
        improving = self.cloud.improving
        if self.simulated:  # a front of figures of two sources would be one of neither
            return np.asarray(~improving & ~self.cloud.modelled)
        return np.asarray(~improving if np.any(~improving) else improving)

    def source_of(self, point: int) -> Source:
        """Say what power and accuracy of a point of the cloud are of."""
        if self.simulated and not self.cloud.modelled[point]:
            return "ngspice"
        return self.family.plan.model

    @property
    def source(self) -> Source:
        """What the axes are of."""
        return "ngspice" if self.simulated else self.family.plan.model

    @property
    def accuracy95(self) -> float:
        """Accuracy of the 95 % point as it is drawn: on the split that is shown."""
        if self.best95 is None:
            return np.nan
        here = self.means[self.means[:, 0] == self.best95.alpha, 2]
        return float(here[0]) if len(here) else self.best95.accuracy

    def point_of(self, design: int | None) -> int | None:
        """Return the point of a design in the cloud; None where it diverged."""
        if design is None:
            return None
        at = np.flatnonzero(self.cloud.designs == design)
        return int(at[0]) if len(at) else None


@dataclass(frozen=True)
class Only:
    """What the designs that are shown have in common.

    Attributes
    ----------
    checked : bool
        ngspice has simulated them as they are now.
    within : float or None
        They need no more than so many watts.
    """

    checked: bool = False
    within: float | None = None


@dataclass(frozen=True, eq=False)
class Shown:
    """The designs of a cloud that are shown.

    Attributes
    ----------
    mask : bool array, shape (points,)
        Which ones.
    front : int array, shape (front,)
        Points of the cloud on their front, by ascending power: the front answers which of the
        designs that are left to choose from no other one beats. While some train, it is that of
        the finished ones. The 95 % point stays that of all designs, because a mean over a selection
        of seeds would say nothing of alpha.
    """

    mask: NDArray[np.bool_]
    front: NDArray[np.int64]

    @property
    def text(self) -> str:
        """How many are shown, in words."""
        count, whole = int(self.mask.sum()), len(self.mask)
        noun = "design" if whole == 1 else "designs"
        return f"{whole} {noun}" if count == whole else f"{count} of {whole} {noun} shown"


def tradeoff(family: Family, split: Split, dataset: Dataset | None = None) -> Tradeoff:
    """Work out what the trade-off of a family looks like.

    Parameters
    ----------
    family : Family
        Trained so far.
    split : {"test", "valid", "train"}
        Whose accuracy stands at the left.
    dataset : Dataset, optional
        Gives the number of samples of the split.
    """
    designs = np.flatnonzero(family.status != DIVERGED)
    accuracy = family.accuracy[designs, SPLITS.index(split)]
    power = family.total_power[designs]
    samples = dataset.counts[split] if dataset else 0
    improving = family.status[designs] == IMPROVING
    alphas, mean_accuracy, mean_power = seed_means(family, split)
    is_swept = len(alphas) > 1 and family.plan.limits is None  # it compares with another alpha
    cloud = DesignCloud(
        designs,
        np.asarray(family.plan.alphas)[designs],
        power,
        accuracy,
        improving,
        np.zeros(len(designs), dtype=bool),
    )
    return Tradeoff(
        family,
        split,
        cloud,
        np.stack([alphas, mean_power, mean_accuracy], axis=1),
        best95(family) if is_swept else None,
        samples,
        bool(improving.any()),
    )


def tradeoff_in_ngspice(
    family: Family, checked: Mapping[int, Verification], dataset: Dataset | None = None
) -> Tradeoff:
    """Work out what the trade-off of a family looks like in ngspice.

    Designs that are not checked stand where their model has them, and are marked.

    Parameters
    ----------
    family : Family
        Trained so far.
    checked : mapping of int to Verification
        What ngspice says of its designs, by index.
    dataset : Dataset, optional
        Gives the number of samples of the test split.
    """
    designs = np.flatnonzero(family.status != DIVERGED)
    accuracy = family.accuracy[designs, SPLITS.index("test")].copy()
    power = family.total_power[designs].copy()
    known = np.array([each in checked for each in designs.tolist()], dtype=bool)
    for point in np.flatnonzero(known):
        found = checked[int(designs[point])]
        accuracy[point], power[point] = found.spice_accuracy, found.spice_power.total
    samples = dataset.counts["test"] if dataset else 0
    alphas = np.asarray(family.plan.alphas)
    improving = family.status[designs] == IMPROVING
    cloud = DesignCloud(designs, alphas[designs], power, accuracy, improving, ~known)
    best, means = best95_in_ngspice(family, checked), np.zeros((0, 3))
    return Tradeoff(family, "test", cloud, means, best, samples, training=False, simulated=True)


def show_only(view: Tradeoff, only: Only, checked: Collection[int] = ()) -> Shown:
    """Choose the designs that are shown, and their front.

    Parameters
    ----------
    view : Tradeoff
        All designs.
    only : Only
        What the shown ones have in common.
    checked : collection of int
        Designs (of the family) that were checked.
    """
    cloud = view.cloud
    mask = np.ones(len(cloud.designs), dtype=bool)
    if only.checked:
        mask &= np.isin(cloud.designs, list(checked))
    if only.within is not None:
        mask &= cloud.power <= only.within
    power = np.where(mask & view.on_the_front, cloud.power, np.nan)
    return Shown(mask, pareto_front(power, cloud.accuracy))
