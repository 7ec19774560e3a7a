"""How many prints of a design do what it was designed to do, and how well that is known.

The yield is the share of prints whose accuracy keeps a limit: a share of the accuracy of the design
as it is drawn, or an accuracy. Designs are chosen by the yield on validation samples; what is told
to people is the yield on test samples.
"""

import math
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from pnn_studio.domain.units import format_percent
from pnn_studio.errors import UsageError

Right = NDArray[np.bool_]

# the two-sided 95 % quantile of the normal distribution
_Z = 1.959963984540054
# test sets that are drawn anew from the one there is
_SETS = 400
# counts of samples are compared, which products of float32 hold exactly up to far less than this
_ROUNDING = 1e-3
_BLOCK = 2048


@dataclass(frozen=True)
class Limit:
    """What a print must keep.

    Attributes
    ----------
    share : float
        Of the accuracy as drawn; 0 where `accuracy` is given.
    accuracy : float
        At least so much, whatever the drawn one has.
    """

    share: float = 0.95
    accuracy: float = 0.0

    def __post_init__(self) -> None:
        """Refuse what no print or every print keeps."""
        if not 0 < (self.share or self.accuracy) <= 1:
            raise UsageError("What prints must keep lies above 0 % and at most at 100 %.")

    def samples(self, right: float, count: float) -> float:
        """Return how many of `count` samples must be right, where `right` are so as drawn."""
        return self.share * right if self.share else self.accuracy * count

    @property
    def words(self) -> str:
        """Say it, for example ``95.0 % of the accuracy as drawn``."""
        if self.share:
            return f"{format_percent(self.share)} of the accuracy as drawn"
        return f"an accuracy of {format_percent(self.accuracy)}"


@dataclass(frozen=True, eq=False)
class Yield:
    """Accuracies of prints on the samples of one split, and what share of them keeps a limit.

    Attributes
    ----------
    right : bool array, shape (prints, samples)
        Whether a print's answer is right.
    as_drawn : bool array, shape (samples,)
        Whether the answer of the design as it is drawn is.
    limit : Limit
        What a print must keep.
    """

    right: Right
    as_drawn: Right
    limit: Limit

    def __post_init__(self) -> None:
        """Refuse a yield of nothing."""
        if self.right.ndim != 2 or 0 in self.right.shape:  # noqa: PLR2004 - prints by samples
            raise UsageError("A yield needs at least one print and one sample.")

    @cached_property
    def counts(self) -> NDArray[np.int64]:
        """Right samples of each print, shape (prints,)."""
        return np.asarray(self.right.sum(axis=1))

    @property
    def prints(self) -> int:
        """How many were computed."""
        return len(self.right)

    @property
    def samples(self) -> int:
        """How many samples there are."""
        return int(self.right.shape[1])

    @property
    def nominal(self) -> float:
        """Accuracy as drawn."""
        return float(self.as_drawn.mean())

    @property
    def least_count(self) -> int:
        """How many samples must be right."""
        needed = self.limit.samples(float(self.as_drawn.sum()), self.samples)
        return math.ceil(needed - _ROUNDING)

    @property
    def least(self) -> float:
        """The accuracy that prints must reach."""
        return self.limit.samples(float(self.as_drawn.sum()), self.samples) / self.samples

    @cached_property
    def kept(self) -> Right:
        """Which prints keep the limit, shape (prints,)."""
        return np.asarray(self.counts >= self.least_count)

    @property
    def share(self) -> float:
        """The yield."""
        return float(self.kept.mean())

    @property
    def mean(self) -> float:
        """Mean accuracy of the prints."""
        return float(self.counts.mean()) / self.samples

    @property
    def worst(self) -> int:
        """The print with the fewest right answers, the first of them."""
        return int(self.counts.argmin())

    @property
    def median(self) -> int:
        """A print whose accuracy is the median one, the first of them."""
        middle = np.sort(self.counts)[(self.prints - 1) // 2]
        return int(np.flatnonzero(self.counts == middle)[0])

    def accuracy(self, number: int) -> float:
        """Accuracy of a print."""
        return float(self.counts[number]) / self.samples

    @property
    def histogram(self) -> NDArray[np.int64]:
        """Count prints by how many samples are right, shape (samples + 1,)."""
        return np.bincount(self.counts, minlength=self.samples + 1)

    @property
    def interval_of_prints(self) -> tuple[float, float]:
        """95 % interval (Wilson) of the yield on these very samples: it covers the prints alone."""
        return wilson(self.share, self.prints, _Z)

    @cached_property
    def interval(self) -> tuple[float, float]:
        """95 % interval of the yield with other prints AND another test set of the same size.

        The variance of the yield between test sets is that between sets drawn anew, with
        replacement, from the one there is, the limit moving along; that between prints is added.
        Both go into a Wilson interval as the number of prints that would be as uncertain (Korn and
        Graubard, Survey Methodology 24, 1998), with Student's quantile for so many samples.
        """
        samples = self.samples
        sets = _sets_of(samples)
        as_drawn = self.as_drawn.astype(np.float32) @ sets
        needed = np.array([self.limit.samples(float(each), samples) for each in as_drawn])
        kept = np.zeros(_SETS)
        for first in range(0, self.prints, _BLOCK):
            right = self.right[first : first + _BLOCK].astype(np.float32) @ sets
            kept += (right >= needed - _ROUNDING).sum(axis=0)
        found, share = kept / self.prints, self.share
        alone = share * (1 - share)
        variance = float(found.var(ddof=1)) + alone / self.prints
        mean = float(found.mean())
        # a yield of 100 % may still fall below it on another test set
        largest = max(alone, mean * (1 - mean))
        as_many = min(largest / variance, self.prints) if variance > 0 else float(self.prints)
        return wilson(share, as_many, _student(samples - 1))


@lru_cache(maxsize=4)
def _sets_of(samples: int) -> NDArray[np.float32]:
    """Draw test sets anew: how often each of them has each sample, shape (samples, sets)."""
    rng = np.random.default_rng(0)
    weights = rng.multinomial(samples, np.full(samples, 1 / samples), size=_SETS)
    return np.ascontiguousarray(weights.T, np.float32)


def wilson(share: float, count: float, z: float = _Z) -> tuple[float, float]:
    """Return Wilson's interval of a share of so many trials.

    Examples
    --------
    >>> [round(end, 3) for end in wilson(0.5, 100)]
    [0.404, 0.596]
    """
    centre = (share + z * z / (2 * count)) / (1 + z * z / count)
    half = z / (1 + z * z / count) * math.sqrt(share * (1 - share) / count + (z / count / 2) ** 2)
    return max(centre - half, 0.0), min(centre + half, 1.0)


def _student(degrees: int) -> float:
    """Student's two-sided 95 % quantile (Abramowitz and Stegun 26.7.5)."""
    n = max(degrees, 2)
    first = (_Z**3 + _Z) / (4 * n)
    return _Z + first + (5 * _Z**5 + 16 * _Z**3 + 3 * _Z) / (96 * n * n)


INTERVAL_COVERS = (
    "95 % interval of the yield with other prints and another test set of the same size: it covers "
    "both the prints that were drawn and the test samples that there are"
)
