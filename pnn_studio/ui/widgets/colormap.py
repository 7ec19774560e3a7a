"""Viridis for alpha, cut at the end that would sink into the ground of the theme."""

from functools import cache

import numpy as np
from PySide6.QtGui import QColor

from pnn_studio.ui.widgets.theme import Theme

_PARTS = {"light": (0.0, 0.8), "dark": (0.25, 1.0)}


@cache
def _table(low: float, high: float) -> tuple[QColor, ...]:
    # late, see there
    from pnn_studio.ui.widgets.graph_items import pg

    steps = pg.colormap.get("viridis").map(np.linspace(low, high, 256), mode="byte")
    return tuple(QColor(int(red), int(green), int(blue)) for red, green, blue, _ in steps)


def alpha_color(alpha: float, theme: Theme) -> QColor:
    """Return the colour of an alpha of 0..1."""
    return _table(*_PARTS[theme.name])[min(max(round(alpha * 255), 0), 255)]


def share_color(share: float) -> QColor:
    """Return the ground of a cell of a confusion matrix that holds `share` of its row."""
    return _table(0.12, 0.72)[min(max(round(share * 255), 0), 255)]
