"""The curves of a family while it trains: a bounded buffer that can be saved and taken up again."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from pnn_studio.domain.family import History
from pnn_studio.domain.thinning import thinned

POINTS = 400


class Recorder:
    """Figures of all designs: the newest for reports, and those at a stride for the history.

    The stride doubles when the buffer is full. It depends on epochs alone, never on the clock, so a
    training that was interrupted has the same history as one that was not.

    Parameters
    ----------
    designs : int
        Number of designs.
    """

    COLUMNS = 7  # train loss, valid loss, train accuracy, valid accuracy, power by part

    def __init__(self, designs: int) -> None:
        self.newest = np.full((designs, self.COLUMNS), np.nan)
        # apart from `newest`, which follows the clock of the reports
        self._held = np.full((designs, self.COLUMNS), np.nan, dtype=np.float32)
        self._points: list[NDArray[np.float32]] = []
        self._stride = 1

    def wants(self, epoch: int) -> bool:
        """Whether the figures of `epoch` belong into the history."""
        return epoch % self._stride == 0

    def take(self, epoch: int, designs: NDArray[np.int64], figures: NDArray[np.float64]) -> None:
        """Take figures of an epoch, shape (len(designs), 7); other designs keep their last ones."""
        self.newest[designs] = figures
        if self.wants(epoch):
            self._held[designs] = figures
            self._points.append(self._held.copy())
            rows, step = thinned(len(self._points), POINTS)
            if step > 1:
                self._points = [self._points[row] for row in rows]
                self._stride *= step

    def history(self) -> History:
        """Return the curves so far."""
        points = np.stack(self._points) if self._points else self.newest[None].astype(np.float32)
        epochs = np.arange(len(points), dtype=np.int64) * self._stride
        loss, accuracy, power = points[..., :2], points[..., 2:4], points[..., 4:]
        return History(epochs, coarse(loss), coarse(accuracy), coarse(power * 1e3) / 1e3)

    def state(self) -> dict[str, NDArray[np.float64]]:
        """Return all of it as arrays."""
        points = np.zeros((0, *self.newest.shape)) if not self._points else np.stack(self._points)
        return {
            "newest": self.newest.copy(),
            "held": self._held.astype(np.float64),
            "points": points.astype(np.float64),
            "stride": np.array([self._stride], dtype=np.float64),
        }

    def restore(self, state: Mapping[str, NDArray[np.float64]]) -> None:
        """Go on from what `state` returned."""
        self.newest = state["newest"].copy()
        self._held = state["held"].astype(np.float32)
        self._points = list(state["points"].astype(np.float32))
        self._stride = int(state["stride"][0])


def coarse(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Round to three digits, as a sweep file keeps them in half precision (volt, share, mW)."""
    return values.astype(np.float16).astype(np.float32)
