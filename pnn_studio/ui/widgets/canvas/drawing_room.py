"""Room on a drawing: which names are written, and where something floats that covers none."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSizeF

_GAP, _EDGE = 8.0, 4.0  # px
_STEP = 12.0
_Places = NDArray[np.float64]


def free_place(size: QSizeF, beside: QRectF, taken: Sequence[QRectF], ground: QSizeF) -> QPointF:
    """Find the place nearest to right and below something where nothing is covered.

    Parameters
    ----------
    size : QSizeF
        Of what floats, in px.
    beside : QRectF
        What it is about, which it never covers.
    taken : sequence of QRectF
        What should not be covered either, such as labels.
    ground : QSizeF
        Of the drawing; what floats stays within it.

    Returns
    -------
    QPointF
        Its left upper corner. Where every place covers something, the one that covers least.
    """
    wide, high = size.width(), size.height()
    most_x = max(ground.width() - wide - _EDGE, _EDGE)
    most_y = max(ground.height() - high - _EDGE, _EDGE)
    wished = beside.right() + _GAP, beside.bottom() + _GAP
    sides = wished[0], beside.left() - _GAP - wide
    heights = wished[1], beside.top() - _GAP - high
    xs = np.concatenate([np.clip(sides, _EDGE, most_x), np.arange(_EDGE, most_x + 1, _STEP)])
    ys = np.concatenate([np.clip(heights, _EDGE, most_y), np.arange(_EDGE, most_y + 1, _STEP)])
    x, y = (each.ravel() for each in np.meshgrid(xs, ys))
    far = np.hypot(x - wished[0], y - wished[1])
    order = np.argsort(far, kind="stable")
    x, y = x[order], y[order]
    about = beside.adjusted(-_GAP / 2, -_GAP / 2, _GAP / 2, _GAP / 2)
    off = ~_crosses(x, y, wide, high, about)
    if not off.any():
        return QPointF(float(x[0]), float(y[0]))
    x, y = x[off], y[off]
    covered = np.zeros(len(x), dtype=int)
    for each in taken:
        covered += _crosses(x, y, wide, high, each)
    best = int(np.argmin(covered))
    return QPointF(float(x[best]), float(y[best]))


def _crosses(x: _Places, y: _Places, wide: float, high: float, other: QRectF) -> NDArray[np.bool_]:
    across = (x < other.right()) & (x + wide > other.left())
    return np.asarray(across & (y < other.bottom()) & (y + high > other.top()))


def named_slots(
    slots: Sequence[int], pitch: float, first: Sequence[int], line: float = 14.0
) -> frozenset[int]:
    """Choose which places of a row are named, so that no name lies on another.

    Parameters
    ----------
    slots : sequence of int
        Places in the row that have a name.
    pitch : float
        From one place to the next in px.
    first : sequence of int
        Places that are named before others, for they are pointed at or selected.
    line : float
        What a name takes, in px.

    Examples
    --------
    >>> sorted(named_slots(range(6), 20.0, ())), sorted(named_slots(range(6), 8.0, [3]))
    ([0, 1, 2, 3, 4, 5], [1, 3, 5])
    """
    stride = max(1, math.ceil(line / max(pitch, 0.1)))
    chosen: list[int] = []
    begin = first[0] % stride if first else 0
    for slot in (*first, *(each for each in slots if each % stride == begin)):
        if all(abs(slot - other) >= stride for other in chosen):
            chosen.append(slot)
    return frozenset(chosen)
