"""What the trade-off shows and where it lies: the plot draws it, labels and marks find room."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF

from pnn_studio.ui.plots.panned_plot import PannedPlot
from pnn_studio.ui.tradeoff.crowds import Crowd, Crowds
from pnn_studio.ui.widgets.theme import Appearance, Theme

if TYPE_CHECKING:
    from pnn_studio.app.analysis.tradeoff import Shown, Tradeoff

Array = NDArray[np.float64]


@dataclass(frozen=True)
class PinMark:
    """A pinned design: its letter, watt, share of right answers, alpha, and whether it is hollow.

    It is where its figures are not of the source that the plot shows.
    """

    letter: str
    power: float
    accuracy: float
    alpha: float
    hollow: bool = False


@dataclass(frozen=True)
class Marks:
    """What is drawn over the designs, and which kinds are shown at all.

    Attributes
    ----------
    current : int or None
        Point of the current design in the cloud.
    pins : tuple of PinMark
        The pinned designs.
    checked : tuple of (int, int)
        Point of each design that was checked, and on how many samples ngspice answers otherwise.
    samples : int
        Of so many.
    limit : float or None
        Watt.
    yields : tuple of (int, float)
        Point of each design whose yield is known, and that share.
    designs, means, front, best95 : bool
        Which kinds are shown.
    """

    current: int | None = None
    pins: tuple[PinMark, ...] = ()
    checked: tuple[tuple[int, int], ...] = ()
    samples: int = 0
    limit: float | None = None
    yields: tuple[tuple[int, float], ...] = ()
    designs: bool = True
    means: bool = True
    front: bool = True
    best95: bool = True


class TradeoffScene(PannedPlot):
    """A plot of accuracy over power that knows where each design lies.

    x is in milliwatt, y in percent.
    """

    MARGINS = (56.0, 44.0, 78.0, 46.0)

    def __init__(self, appearance: Appearance) -> None:
        super().__init__(appearance)
        self.view: Tradeoff | None = None
        self.shown: Shown | None = None
        self.marks = Marks()
        self.beside_mw_percent = np.zeros((0, 2))  # designs of other runs that are drawn
        self.under_pointer: int | None = None
        self.mw_percent = np.zeros((0, 2))
        self.crowds = Crowds((), np.zeros((0, 2)), {})

    @property
    def theme(self) -> Theme:
        """The colours that it is painted in."""
        return self._appearance.theme

    def xy_of(self, point: int) -> QPointF:
        """Return where the design at a point of the cloud is."""
        assert self.view is not None
        cloud = self.view.cloud
        return self.at(float(cloud.power[point]), float(cloud.accuracy[point]))

    def mark_of(self, point: int) -> tuple[QPointF, Crowd | None]:
        """Return where the mark of a design stands, and with which others it shares that."""
        crowd = self.crowds.of(point) if self.marks.designs else None
        if crowd is None:
            return self.xy_of(point), None
        return QPointF(self.x_of(crowd.mw), self.y_of(crowd.percent)), crowd

    def at(self, power: float, accuracy: float) -> QPointF:
        """Return where a power in watt and a share of right answers are."""
        return QPointF(self.x_of(power * 1e3), self.y_of(accuracy * 100))

    def pixels(self, mw_percent: NDArray[np.float64]) -> tuple[Array, Array]:
        """Return where many points are, given in milliwatt and percent, shape (points, 2)."""
        area, ((left, right), (low, high)) = self.area, self.ranges
        x = area.left() + (mw_percent[:, 0] - left) / (right - left) * area.width()
        y = area.bottom() - (mw_percent[:, 1] - low) / (high - low) * area.height()
        return x, y
