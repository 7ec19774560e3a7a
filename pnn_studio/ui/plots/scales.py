"""Ranges of an axis, its ticks, and as many points of a curve as its pixels can show."""

import math

import numpy as np
from numpy.typing import NDArray

from pnn_studio.domain.units import MINUS

Array = NDArray[np.floating]
Range = tuple[float, float]

_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)


def nice_step(span: float, most: int) -> float:
    """Return the smallest of 1, 2, 2.5, 5 times a power of ten that gives at most `most` steps.

    Examples
    --------
    >>> nice_step(1640, 4), nice_step(12, 4), nice_step(0.9, 5)
    (500.0, 5.0, 0.2)
    """
    if span <= 0 or not math.isfinite(span):
        return 1.0
    power = 10.0 ** math.floor(math.log10(span / most))
    return next(step * power for step in _STEPS if step * power * most >= span * (1 - 1e-9))


def nice_ceiling(value: float, most: int = 4) -> float:
    """Return the first tick at or above `value`: axes that end in it grow in steps.

    Examples
    --------
    >>> nice_ceiling(1480), nice_ceiling(6.2)
    (1500.0, 8.0)
    """
    step = nice_step(value, most)
    return step * math.ceil(value / step - 1e-9)


def linear_ticks(
    low: float, high: float, most: int = 4, step: float = 0.0
) -> list[tuple[float, str]]:
    """Choose ticks of a linear axis with their texts."""
    step = step or nice_step(high - low, most)
    first = math.ceil(low / step - 1e-6)
    last = math.floor(high / step + 1e-6)
    values = [index * step for index in range(first, last + 1)]
    digits = max(0, -math.floor(math.log10(step) + 1e-9)) if step < 1 else 0
    if step * 10**digits % 1 > 1e-6:  # noqa: PLR2004 - a step of 2.5 needs one more digit
        digits += 1
    return [(value, f"{value:.{digits}f}".replace("-", MINUS)) for value in values]


def decade_ticks(low: float, high: float) -> list[tuple[float, str]]:
    """Choose ticks of an axis of exponents, one a decade or every second one."""
    first, last = math.ceil(low - 1e-9), math.floor(high + 1e-9)
    every = 1 if last - first <= 4 else 2  # noqa: PLR2004 - at most five fit
    return [(float(power), _power_text(power)) for power in range(first, last + 1, every)]


def _power_text(power: int) -> str:
    return f"{10.0**power:g}" if power >= -3 else f"1e{MINUS}{-power}"  # noqa: PLR2004


def decimate(x: Array, y: Array, pixels: int) -> tuple[Array, Array]:
    """Keep the least and the largest of what falls on one pixel.

    Parameters
    ----------
    x, y : arrays, shape (points,)
        A curve.
    pixels : int
        Width that it is drawn on.

    Returns
    -------
    tuple of arrays
        At most ``2 * pixels`` points that look the same.
    """
    each = len(x) // max(pixels, 1)
    if each < 3:  # noqa: PLR2004 - nothing is gained below
        return x, y
    whole = len(x) // each * each
    bins = y[:whole].reshape(-1, each)
    extremes = np.stack([bins.min(axis=1), bins.max(axis=1)], axis=1).reshape(-1)
    positions = np.repeat(x[:whole:each], 2)
    return np.append(positions, x[whole:]), np.append(extremes, y[whole:])
