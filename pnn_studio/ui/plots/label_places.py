"""Where a label may stand on a plot: how crowded each place is, and the least crowded one."""

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
Rect = tuple[float, float, float, float]  # left, top, width, height

_CELL = 6.0  # px
# where a label is tried: in 16 directions at each of these distances of px
_ANGLES = 2 * np.pi * (np.arange(16) + 0.5) / 16
_DISTANCES = np.array([14.0, 30.0, 52.0, 80.0, 116.0, 160.0, 220.0])
_AWAY = np.repeat(_DISTANCES, len(_ANGLES))
_RIGHT, _DOWN = (np.tile(part, len(_DISTANCES)) for part in (np.cos(_ANGLES), np.sin(_ANGLES)))
_PER_PX = 0.02  # what a px of distance weighs against a design that is covered
_WRITTEN = 50.0  # weight of a place with a label
_CROSSED, _HIDDEN = 40.0, 6.0  # cost of a line that runs over labels, and over anything at all
_STAY = 1.0  # what a label gains by staying where it was, so that panning does not shake it


class FreeSpace:
    """A grid of cells over an area, each with the weight of what stands there.

    Parameters
    ----------
    left, top, width, height : float
        The area in px; labels stay inside it.
    """

    def __init__(self, left: float, top: float, width: float, height: float) -> None:
        self._left, self._top, self._width, self._height = left, top, width, height
        self._shape = (max(math.ceil(height / _CELL), 1), max(math.ceil(width / _CELL), 1))
        self._weights = np.zeros(self._shape)
        self._sums: Array | None = None

    def add_points(self, x: ArrayLike, y: ArrayLike, weight: float = 1.0) -> None:
        """Note points in px; those outside of the area are none."""
        column = np.floor((np.asarray(x, float) - self._left) / _CELL).astype(int)
        row = np.floor((np.asarray(y, float) - self._top) / _CELL).astype(int)
        inside = (column >= 0) & (column < self._shape[1]) & (row >= 0) & (row < self._shape[0])
        flat = row[inside] * self._shape[1] + column[inside]
        counts = np.bincount(flat, minlength=self._shape[0] * self._shape[1])
        self._weights += weight * counts.reshape(self._shape)
        self._sums = None

    def add_line(self, x: ArrayLike, y: ArrayLike, weight: float = 1.0) -> None:
        """Note a polyline in px, a point every cell."""
        xs, ys = np.asarray(x, float), np.asarray(y, float)
        length = np.concatenate([[0.0], np.cumsum(np.hypot(np.diff(xs), np.diff(ys)))])
        at = np.arange(0.0, length[-1] + _CELL, _CELL)
        self.add_points(np.interp(at, length, xs), np.interp(at, length, ys), weight)

    def add_rect(self, rect: Rect, weight: float = _WRITTEN) -> None:
        """Note that something stands in a rectangle."""
        top, bottom, left, right = self._cells(rect)
        self._weights[top:bottom, left:right] += weight
        self._sums = None

    def _cells(self, rect: Rect) -> tuple[int, int, int, int]:
        left, top, width, height = rect
        rows, columns = self._shape
        return (
            min(max(math.floor((top - self._top) / _CELL), 0), rows),
            min(max(math.ceil((top + height - self._top) / _CELL), 0), rows),
            min(max(math.floor((left - self._left) / _CELL), 0), columns),
            min(max(math.ceil((left + width - self._left) / _CELL), 0), columns),
        )

    def _crowds(self, left: Array, top: Array, width: float, height: float) -> Array:
        """Return the weight of all that stands in each of many rectangles inside the area."""
        if self._sums is None:
            self._sums = np.zeros((self._shape[0] + 1, self._shape[1] + 1))
            self._sums[1:, 1:] = self._weights.cumsum(axis=0).cumsum(axis=1)
        first_row = np.floor((top - self._top) / _CELL).astype(int)
        last_row = np.ceil((top + height - self._top) / _CELL).astype(int)
        first = np.floor((left - self._left) / _CELL).astype(int)
        last = np.ceil((left + width - self._left) / _CELL).astype(int)
        sums = self._sums
        return np.asarray(
            sums[last_row, last] - sums[first_row, last]
            - sums[last_row, first] + sums[first_row, first]
        )  # fmt: skip

    def place(
        self, x: float, y: float, size: tuple[float, float], before: tuple[float, float] | None
    ) -> Rect:
        """Find where a label of a point covers least, near it if it can, and take that place.

        Parameters
        ----------
        x, y : float
            The point in px.
        size : tuple of float
            Width and height of the label in px.
        before : tuple of float or None
            Where its corner stood from the point when it was placed last.
        """
        width, height = size
        left = _RIGHT * (_AWAY + width / 2) - width / 2
        top = _DOWN * (_AWAY + height / 2) - height / 2
        bonus = np.zeros(len(left))
        if before is not None:
            left, top = np.append(left, before[0]), np.append(top, before[1])
            bonus = np.append(bonus, -_STAY)
        away = np.hypot(left + width / 2, top + height / 2)
        left, top = left + x, top + y
        inside = (left >= self._left) & (left + width <= self._left + self._width)
        inside &= (top >= self._top) & (top + height <= self._top + self._height)
        if inside.any():
            left, top = left[inside], top[inside]
            cost = self._crowds(left, top, width, height) + _PER_PX * away[inside] + bonus[inside]
            cost += self._crossings(x, y, left, top, size)
            best = int(np.argmin(cost))
            found = (float(left[best]), float(top[best]), width, height)
        else:
            found = self._pushed_in(x + 14, y - height - 14, width, height)
        self.add_rect(found)
        near = min(max(x, found[0]), found[0] + width), min(max(y, found[1]), found[1] + height)
        self.add_line([x, near[0]], [y, near[1]], 2.0)
        return found

    def _crossings(
        self, x: float, y: float, left: Array, top: Array, size: tuple[float, float]
    ) -> Array:
        """Return what it costs that lines from a point to labels run over what stands there."""
        near_x, near_y = np.clip(x, left, left + size[0]), np.clip(y, top, top + size[1])
        along = np.linspace(0.15, 1.0, 12)[
            :, None
        ]  # what stands around the point itself is its own
        column = np.floor((x + along * (near_x - x) - self._left) / _CELL).astype(int)
        row = np.floor((y + along * (near_y - y) - self._top) / _CELL).astype(int)
        column, row = (
            np.clip(column, 0, self._shape[1] - 1),
            np.clip(row, 0, self._shape[0] - 1),
        )
        weights = self._weights[row, column]
        hidden, written = (weights > 0).mean(axis=0), (weights >= _WRITTEN).mean(axis=0)
        return np.asarray(_HIDDEN * hidden + _CROSSED * written)

    def _pushed_in(self, left: float, top: float, width: float, height: float) -> Rect:
        right, bottom = self._left + self._width - width, self._top + self._height - height
        return max(min(left, right), self._left), max(min(top, bottom), self._top), width, height
