"""The curves of a training: a bounded buffer that grows with the epoch records of a family.

The one mutable value of a session. A frozen tuple of records would be copied at every record and
would grow without bound; here a record costs one copy of its numbers, and a long run is thinned
out evenly, so that 30 minutes of training take no more memory than the first minute.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from pnn_studio.domain.family import Family
from pnn_studio.domain.run import DIVERGED, IMPROVING, EpochRecord
from pnn_studio.domain.thinning import thinned

Array = NDArray[np.float32]
Quantity = Literal["loss", "accuracy", "power"]

# Columns: train loss, valid loss, train accuracy, valid accuracy, power by part, epoch.
_COLUMNS = 8
_QUANTITIES: Mapping[Quantity, int] = {"loss": 1, "accuracy": 3}
_LEAST_POINTS, _MOST_POINTS = 128, 2048
_SETTLED_POINTS = 256
_MEMORY_LIMIT = 64 << 20


@dataclass(frozen=True, eq=False)
class DesignCurves:
    """Curves of one design, or the median of a family, over its epochs.

    Attributes
    ----------
    epochs : array, shape (points,)
        Epoch of each point.
    train_loss, valid_loss : arrays, shape (points,)
        Volt.
    train_accuracy, valid_accuracy : arrays, shape (points,)
        Shares.
    power : array, shape (points, 3)
        Watt: crossbar, activation, negation.
    """

    epochs: Array
    train_loss: Array
    valid_loss: Array
    train_accuracy: Array
    valid_accuracy: Array
    power: Array

    @property
    def losses(self) -> tuple[Array, Array]:
        """Train and valid."""
        return self.train_loss, self.valid_loss

    @property
    def accuracies(self) -> tuple[Array, Array]:
        """Train and valid."""
        return self.train_accuracy, self.valid_accuracy

    @staticmethod
    def of_columns(epochs: Array, values: Array) -> "DesignCurves":
        """Name the columns of `values`, shape (points, 8)."""
        train_loss, valid_loss, train_accuracy, valid_accuracy = values.T[:4]
        return DesignCurves(
            epochs, train_loss, valid_loss, train_accuracy, valid_accuracy, values[:, 4:7]
        )


class Curves:
    """Epoch records of one family, thinned out to a bounded number of points.

    Parameters
    ----------
    designs : int
        Number of designs in the family.
    """

    def __init__(self, designs: int) -> None:
        row_bytes = designs * _COLUMNS * np.dtype(np.float32).itemsize
        fitting = _MEMORY_LIMIT // row_bytes
        self._limit = int(min(max(fitting, _LEAST_POINTS), _MOST_POINTS)) // 2 * 2
        self._values = np.empty((min(_LEAST_POINTS, self._limit), designs, _COLUMNS), np.float32)
        self._median = np.empty((self._limit, _COLUMNS), np.float32)
        self._epochs = np.empty(self._limit, np.float32)
        self._points = 0
        self._stride = 1
        self._taken = 0
        self.latest: EpochRecord | None = None

    def __len__(self) -> int:
        """Count the points kept."""
        return self._points

    @staticmethod
    def of_family(family: Family) -> "Curves":
        """Return the curves that a family kept of its training."""
        history, designs = family.history, family.plan.designs
        curves = Curves(designs)
        for point, epoch in enumerate(history.epochs):
            loss, accuracy = (
                history.loss[point].astype(float),
                history.accuracy[point].astype(float),
            )
            curves.append(
                EpochRecord(
                    epoch=int(epoch),
                    seconds=family.seconds,
                    design_epochs=family.design_epochs,
                    train_loss=loss[:, 0],
                    valid_loss=loss[:, 1],
                    train_accuracy=accuracy[:, 0],
                    valid_accuracy=accuracy[:, 1],
                    power=history.power[point].astype(float),
                    status=family.status,
                    progress=float(np.mean(family.status != IMPROVING)),
                    epochs=np.minimum(family.epochs, int(epoch)),
                )
            )
        return curves

    def append(self, record: EpochRecord) -> None:
        """Take a record; the newest is always the last point.

        A training that goes on from an earlier state takes its curves back to there.
        """
        if self.latest is not None and record.epoch < self.latest.epoch:
            self._rewind(record.epoch)
        self.latest = record
        if self._taken and (self._taken - 1) % self._stride:
            self._points -= 1  # the newest point moves on until it falls on the stride
        self._taken += 1
        rows, step = thinned(self._points, self._limit - 1)
        if step > 1:  # there is no room for another
            self._keep(rows)
            self._stride *= step
        if self._points == len(self._values):
            larger = np.empty(
                (min(2 * len(self._values), self._limit), *self._values.shape[1:]), np.float32
            )
            larger[: self._points] = self._values[: self._points]
            self._values = larger
        row = self._values[self._points]
        row[:, 0], row[:, 1] = record.train_loss, record.valid_loss
        row[:, 2], row[:, 3] = record.train_accuracy, record.valid_accuracy
        row[:, 4:7] = record.power
        row[:, 7] = record.epochs
        # Designs that have not begun yet have no values, and those that began much later would
        # bend the median back.
        behind = (record.status == IMPROVING) & (2 * record.epochs < record.epoch)
        usable = (record.status != DIVERGED) & ~behind & np.isfinite(row).all(axis=1)
        self._median[self._points] = np.median(row[usable], axis=0) if usable.any() else np.nan
        self._epochs[self._points] = record.epoch
        self._points += 1

    def _rewind(self, epoch: int) -> None:
        """Forget the points from `epoch` on."""
        self._points = int(np.searchsorted(self._epochs[: self._points], epoch))
        self._taken = max(0, (self._points - 1) * self._stride + 1)

    def _keep(self, rows: NDArray[np.int64]) -> None:
        """Forget all points but these, and keep the room."""
        for array in (self._values, self._median, self._epochs):
            array[: len(rows)] = array[rows]
        self._points = len(rows)

    def settle(self) -> None:
        """Keep what a run that is over is looked at with: fewer points, and no room for more.

        Of a long session, most memory would be the curves of runs that ended long ago.
        """
        if not self._points:
            return
        rows, step = thinned(self._points, _SETTLED_POINTS)
        last = self._points - 1
        self._keep(np.append(rows[rows < last], last))
        self._stride *= step
        self._values = self._values[: self._points].copy()

    def design(self, index: int) -> DesignCurves:
        """Return the curves of one design over its own epochs, until it is done.

        Parts of a family need not keep step: a design that began later has its own clock.
        """
        values = self._values[: self._points, index]
        epochs = values[:, 7]
        moved = (np.diff(epochs, prepend=-1.0) > 0) & np.isfinite(values[:, 0])
        return DesignCurves.of_columns(epochs[moved], values[moved])

    def cloud(self, what: Quantity, points: int) -> tuple[Array, Array]:
        """Return one quantity of every design, thinned out to at most `points` points.

        Returns
        -------
        epochs, values : arrays, shape (points, designs)
            Epochs of each design by its own clock; volt (validation loss), share (validation
            accuracy) or watt. Nan before a design has begun; a design that is done stands still.
        """
        rows = self._spread(points)
        epochs = self._values[rows, :, 7]
        if what == "power":
            crossbar, activation, negation = (self._values[rows, :, at] for at in (4, 5, 6))
            return epochs, crossbar + activation + negation
        return epochs, self._values[rows, :, _QUANTITIES[what]]

    def median_power(self, designs: Sequence[int], points: int) -> tuple[Array, Array]:
        """Return epochs, and the median over some designs of their power in watt."""
        rows = self._spread(points)
        cells = np.ix_(rows, np.asarray(designs, dtype=int), np.arange(4, 7))
        watts = self._values[cells].sum(axis=2)
        return self._epochs[rows], np.asarray(np.median(watts, axis=1))

    def _spread(self, points: int) -> NDArray[np.int64]:
        """Choose at most `points` points that are drawn, the first and the newest among them."""
        wanted = min(points, self._points)
        return np.unique(np.linspace(0, self._points - 1, wanted).astype(np.int64))

    @property
    def median(self) -> DesignCurves:
        """Median over the designs that have begun and did not diverge."""
        return DesignCurves.of_columns(self._epochs[: self._points], self._median[: self._points])


def density(
    x: Array,
    y: Array,
    x_range: tuple[float, float],
    y_range: tuple[float, float],
    size: tuple[int, int],
) -> NDArray[np.int64]:
    """Count how many points fall into each cell of a picture.

    Parameters
    ----------
    x, y : arrays of the same shape
        Points; those that are not finite or lie outside are left out.
    x_range, y_range : (low, high)
        What the picture shows.
    size : (width, height)
        Cells of the picture.

    Returns
    -------
    int array, shape (height, width)
        The first row is the lowest y.
    """
    width, height = size
    (left, right), (low, high) = x_range, y_range
    with np.errstate(invalid="ignore"):
        columns = (x - left) * (width / (right - left))
        rows = (y - low) * (height / (high - low))
        inside = (columns >= 0) & (columns <= width) & (rows >= 0) & (rows <= height)
    at_x = np.minimum(columns[inside].astype(np.int64), width - 1)
    at_y = np.minimum(rows[inside].astype(np.int64), height - 1)
    counts = np.bincount(at_y * width + at_x, minlength=width * height)
    return counts.reshape(height, width)
