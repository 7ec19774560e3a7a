"""How curves are kept bounded: evenly thinned out, however long a training takes."""

import numpy as np
from numpy.typing import NDArray


def thinned(points: int, most: int) -> tuple[NDArray[np.int64], int]:
    """Choose which of evenly spaced points to keep, so that at most `most` are left.

    Parameters
    ----------
    points : int
        How many there are.
    most : int
        How many may be left; 1 or more.

    Returns
    -------
    rows : int array
        Places of those that stay; the first is one of them, the last need not be.
    step : int
        By how much the distance between neighbours grows; 1 where all stay.

    Examples
    --------
    >>> rows, step = thinned(7, 4)
    >>> rows.tolist(), step
    ([0, 2, 4, 6], 2)
    >>> thinned(4, 4)[1]
    1
    """
    step = max(-(-points // most), 1)
    return np.arange(0, points, step), step
