"""The designs of the trade-off as one image: painted once, moved while the plot is panned."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QImage, QPainter

from pnn_studio.ui.tradeoff.crowds import paint_mark, paint_ticks, rows_with_room
from pnn_studio.ui.widgets.colormap import alpha_color

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from pnn_studio.ui.plots.scales import Range
    from pnn_studio.ui.tradeoff.scene import TradeoffScene
    from pnn_studio.ui.widgets.theme import Theme

MARGIN = 0.5  # of the area, that is painted beyond it to pan without painting anew
_SPRITE = 10


class Cloud:
    """The painted image, and the scale that it is of."""

    def __init__(self, scene: TradeoffScene) -> None:
        self._at: tuple[Range, Range] = scene.ranges
        self._theme = scene.theme
        self._image = self._paint(scene)

    def fits(self, scene: TradeoffScene) -> bool:
        """Whether it only needs to be moved."""
        (left, right), (low, high) = scene.ranges
        (left0, right0), (low0, high0) = self._at
        same_scale = math.isclose(right - left, right0 - left0, rel_tol=1e-9) and math.isclose(
            high - low, high0 - low0, rel_tol=1e-9
        )
        near = abs(left - left0) < MARGIN * (right - left) and (
            abs(low - low0) < MARGIN * (high - low)
        )
        return same_scale and near and self._theme is scene.theme

    def draw(self, painter: QPainter, scene: TradeoffScene) -> None:
        """Draw it where it belongs now."""
        area, (left0, _), (low0, _) = scene.area, *self._at
        (left, right), (low, high) = scene.ranges
        x = area.left() - (left - left0) / (right - left) * area.width()
        y = area.top() + (low - low0) / (high - low) * area.height()
        x -= area.width() * MARGIN
        y -= area.height() * MARGIN
        painter.drawImage(QPointF(round(x), round(y)), self._image)

    def _paint(self, scene: TradeoffScene) -> QImage:
        area, ratio = scene.area, scene.devicePixelRatioF()
        width, height = area.width() * (1 + 2 * MARGIN), area.height() * (1 + 2 * MARGIN)
        image = QImage(
            round(width * ratio), round(height * ratio), QImage.Format.Format_ARGB32_Premultiplied
        )
        image.setDevicePixelRatio(ratio)
        image.fill(Qt.GlobalColor.transparent)
        if scene.view is None:
            return image
        corner = np.array(
            [area.left() - area.width() * MARGIN, area.top() - area.height() * MARGIN]
        )

        def placed(
            mw_percent: NDArray[np.float64],
        ) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.bool_]]:
            """Return where points are in the image, and which are seen there."""
            x, y = scene.pixels(mw_percent)
            x, y = x - corner[0], y - corner[1]
            seen = (x > -_SPRITE) & (x < width + _SPRITE) & (y > -_SPRITE) & (y < height + _SPRITE)
            return x, y, seen

        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        alpha, crowds = scene.view.cloud.alpha, scene.crowds
        points = np.array(sorted(crowds.of_point), dtype=int)
        if len(points):
            low, high = scene.ranges[1]
            percent = scene.mw_percent[points, 1]
            rows = rows_with_room(percent, area.height() / (high - low))
            x, y, seen = placed(scene.mw_percent[points])
            seen &= np.isin(np.round(percent, 6), rows)
            paint_ticks(painter, x[seen], y[seen], alpha[points][seen], scene.theme)
        sprites: dict[tuple[int, int], QImage] = {}
        shades = np.round(alpha * 255).astype(int)
        x, y, seen = placed(crowds.places)
        for number in np.flatnonzero(seen):
            crowd = crowds.all[number]
            middle = crowd.points[len(crowd.points) // 2]
            key = (int(shades[middle]), crowd.kind)
            color = alpha_color(key[0] / 255, scene.theme)
            at = QPointF(x[number], y[number])
            if len(crowd.points) > 1:
                paint_mark(painter, at, len(crowd.points), color, scene.theme, crowd.kind)
                continue
            if key not in sprites:
                sprites[key] = _sprite(color, scene.theme, kind=crowd.kind, ratio=ratio)
            painter.drawImage(at - QPointF(_SPRITE / 2, _SPRITE / 2), sprites[key])
        painter.end()
        return image


def _sprite(color: QColor, theme: Theme, *, kind: int, ratio: float) -> QImage:
    """Paint one design: a dot, or a ring while it is still improving or where it is not checked."""
    size = math.ceil(_SPRITE * ratio)
    image = QImage(size, size, QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(ratio)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    color = QColor(color)
    if not kind:
        color.setAlphaF(0.55)
    paint_mark(painter, QPointF(_SPRITE / 2, _SPRITE / 2), 1, color, theme, kind)
    painter.end()
    return image
