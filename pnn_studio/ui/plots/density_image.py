"""The curves of a whole family behind those of one design: a picture of how many pass where."""

import numpy as np
from PySide6.QtCore import QRectF

from pnn_studio.app.session.curves import Array, Curves, Quantity, density
from pnn_studio.ui.plots.curve_plot import Plot
from pnn_studio.ui.widgets.graph_items import pg
from pnn_studio.ui.widgets.theme import Appearance

# A cell of the picture is so many px wide and high.
_CELL = (2, 1)
_POINTS = 160
# What is faint need not follow every epoch.
_GROWTH = 1.03
_FAINTEST, _FAINT = 0.16, 0.62


class DensityImage:
    """One quantity of every design of a family, faint, in a plot.

    Parameters
    ----------
    appearance : Appearance
        Gives the colour.
    plot : Plot
        Where.
    what : str
        Which quantity.
    """

    def __init__(self, appearance: Appearance, plot: Plot, what: Quantity) -> None:
        self._appearance, self._plot, self._what = appearance, plot, what
        self._drawn: tuple[object, ...] = ()
        self._latest: object = None
        self._epoch = 0
        self._item = pg.ImageItem(axisOrder="row-major")
        self._item.setZValue(-5)
        plot.add_item(self._item)
        self.beyond = 0

    def _scaled(self, values: Array) -> Array:
        if self._what == "loss":
            with np.errstate(invalid="ignore", divide="ignore"):
                return np.log10(values)
        return values * np.float32(100 if self._what == "accuracy" else 1e3)

    def show_family(self, curves: Curves, *, live: bool) -> None:
        """Draw what falls into the ranges of the plot; `beyond` counts designs that reach above.

        A `live` one is still growing: it is drawn anew once it is longer by 3 %.
        """
        x_range, y_range = self._plot.ranges
        theme, latest = self._appearance.theme, curves.latest
        if latest is None:
            return
        drawn = (id(curves), x_range, y_range, theme.name, self._plot.pixels)
        short = live and latest.epoch < _GROWTH * self._epoch
        if drawn == self._drawn and (latest is self._latest or short):
            return
        self._drawn, self._latest, self._epoch = drawn, latest, latest.epoch
        epochs, values = curves.cloud(self._what, min(_POINTS, self._plot.pixels // _CELL[0]))
        values = self._scaled(values)
        with np.errstate(invalid="ignore"):
            self.beyond = int((values > y_range[1]).any(axis=0).sum())
        last = float(np.nanmax(epochs)) if len(epochs) else 0.0
        shown = (x_range[0], min(max(last, 1e-6), x_range[1]))
        # As many columns as there are points: with more there would be gaps between them.
        within = int((np.nanmax(epochs, axis=1) <= shown[1]).sum()) if len(epochs) else 0
        columns = max(min(within, self._plot.pixels // _CELL[0]), 1)
        rows = max(self._plot.pixels_high // _CELL[1], 20)
        counts = _without_gaps(density(epochs, values, shown, y_range, (columns, rows)))
        self._item.setImage(self._tint(counts), levels=None, autoLevels=False)
        height = y_range[1] - y_range[0]
        self._item.setRect(QRectF(shown[0], y_range[0], shown[1] - shown[0], height))

    def _tint(self, counts: np.ndarray) -> np.ndarray:
        color = self._appearance.theme.color("control")
        share = np.log1p(counts) / np.log1p(max(int(counts.max()), 1))
        opacity = np.where(counts > 0, _FAINTEST + (_FAINT - _FAINTEST) * share, 0.0)
        image = np.empty((*counts.shape, 4), dtype=np.uint8)
        image[..., 0], image[..., 1], image[..., 2] = color.red(), color.green(), color.blue()
        image[..., 3] = np.rint(255 * opacity)
        return image


def _without_gaps(counts: np.ndarray) -> np.ndarray:
    """Repeat the column before where far fewer points fall into one than into the others."""
    points = counts.sum(axis=0)
    full = points > 0.5 * np.median(points[points > 0]) if points.any() else points > 0
    before = np.maximum.accumulate(np.where(full, np.arange(counts.shape[1]), 0))
    return np.asarray(np.maximum(counts, counts[:, before]))
