"""How sure a share of right answers is."""

import math

_Z = 1.959964  # quantile of the normal distribution that leaves 2.5 % beyond it at either side


def wilson(right: int, samples: int) -> tuple[float, float]:
    """Return the 95 % interval of a share.

    Wilson's score interval (J. Am. Stat. Assoc. 22, 1927), which stays within 0..1 and also holds
    for few samples and for all or none of them right.

    Parameters
    ----------
    right, samples : int
        How many of how many; at least one sample.

    Examples
    --------
    >>> [round(end, 3) for end in wilson(30, 31)]
    [0.838, 0.994]
    >>> [round(end, 3) for end in wilson(31, 31)]
    [0.89, 1.0]
    """
    share, weight = right / samples, _Z**2 / samples
    middle = (share + weight / 2) / (1 + weight)
    half = _Z * math.sqrt(share * (1 - share) / samples + weight / (4 * samples)) / (1 + weight)
    return max(middle - half, 0.0), min(middle + half, 1.0)
