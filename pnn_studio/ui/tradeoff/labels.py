"""Labels of the trade-off: written where they cover least, with a line to what they name."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QImage, QPainter, QPainterPath, QPen

from pnn_studio.ui.plots.label_places import FreeSpace
from pnn_studio.ui.tradeoff.crowds import MARK
from pnn_studio.ui.widgets import theme as looks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pnn_studio.ui.tradeoff.scene import TradeoffScene
    from pnn_studio.ui.widgets.theme import Theme

Lines = tuple[tuple[str, str], ...]  # text and role of each
_LINE = 15.0
_HALO = 4.0
_BELOW = 8.0  # px over the axis where a design that lies below it is marked


def free_space(plot: TradeoffScene, beside: Sequence[Sequence[QPointF]] = ()) -> FreeSpace:
    """Note all that stands on the plot: designs, means, limit, pins, and fronts.

    `beside` are the corners in px of the fronts of other runs.
    """
    area = plot.area.adjusted(4, 4, -4, -12)
    space = FreeSpace(area.left(), area.top(), area.width(), area.height())
    view, marks, shown = plot.view, plot.marks, plot.shown
    if view is None or shown is None:
        return space
    if marks.designs:
        space.add_points(*plot.pixels(plot.crowds.places), MARK)
        space.add_points(*plot.pixels(plot.beside_mw_percent))
    if marks.means:
        means = view.means[np.isfinite(view.means).all(axis=1), 1:]
        space.add_points(*plot.pixels(means * (1e3, 100)), 3.0)
    for path in (front_path(plot), *beside) if marks.front else ():
        if path:
            space.add_line([at.x() for at in path], [at.y() for at in path], 2.0)
    if marks.limit is not None:
        x = plot.x_of(marks.limit * 1e3)
        space.add_line([x, x], [area.top(), area.bottom()], 3.0)
    for pin in marks.pins:
        at = plot.at(pin.power, pin.accuracy)
        space.add_rect((at.x() - 10, at.y() - 28, 20, 46))
    return space


def front_path(plot: TradeoffScene) -> list[QPointF]:
    """Return the corners of the front, from the axis to the right edge, in px."""
    if plot.shown is None or not len(plot.shown.front):
        return []
    points = [plot.xy_of(int(point)) for point in plot.shown.front]
    path = [QPointF(points[0].x(), plot.area.bottom() + 2)]
    for at in points:
        path += [QPointF(at.x(), path[-1].y()), at]
    return [*path, QPointF(plot.area.right() + 2, points[-1].y())]


class Labels:
    """The labels of one plot, and where they stood.

    A label stays where it was as long as that is nearly as good, and is painted into an image once:
    Qt spreads large strokes over threads and waits for them, which takes many frames' time while a
    training has all cores.
    """

    def __init__(self) -> None:
        self._offsets: dict[str, tuple[float, float]] = {}  # from the point that they name

    def forget_positions(self) -> None:
        """Look for room anew: the plot has another scale."""
        self._offsets.clear()

    def write(
        self, painter: QPainter, plot: TradeoffScene, space: FreeSpace, name: str, at: QPointF,
        lines: Lines,
    ) -> None:  # fmt: skip
        """Write the label called `name` near a point, where least stands, with a line to it.

        A point over or under the plot is meant at its edge; one beside it has no label.
        """
        area = plot.area
        if not area.left() <= at.x() <= area.right():
            return
        at = QPointF(at.x(), min(max(at.y(), area.top()), area.bottom() - _BELOW))
        image = _label_image(lines, plot.theme, plot.devicePixelRatioF())
        size = image.deviceIndependentSize()
        box = space.place(at.x(), at.y(), (size.width(), size.height()), self._offsets.get(name))
        rect = QRectF(*box)
        self._offsets[name] = (rect.left() - at.x(), rect.top() - at.y())
        near = QPointF(
            min(max(at.x(), rect.left()), rect.right()), min(max(at.y(), rect.top()), rect.bottom())
        )
        _paint_leader(painter, at, near, plot.theme)
        painter.drawImage(rect.topLeft(), image)


def _paint_leader(painter: QPainter, start: QPointF, end: QPointF, theme: Theme) -> None:
    """Paint a line of 1 px with a halo; of lines of 1 px each, which need no stroke."""
    for offset, role in ((-1.5, "plot"), (1.5, "plot"), (-0.75, "plot"), (0.75, "plot"),
                         (0.0, "text2")):  # fmt: skip
        painter.setPen(QPen(theme.color(role), 1))
        level = abs(end.x() - start.x()) > abs(end.y() - start.y())
        by = QPointF(0, offset) if level else QPointF(offset, 0)
        painter.drawLine(start + by, end + by)


@lru_cache(maxsize=128)  # the slider comes by the same designs again and again
def _label_image(lines: Lines, theme: Theme, ratio: float) -> QImage:
    """Write lines over a halo in the colour of the plot, so that they are read over anything."""
    fonts = [looks.font(looks.CAPTION_PX, bold=role != "text2") for _, role in lines]
    texts = list(zip(lines, fonts, strict=True))
    width = 8 + max(QFontMetricsF(font).horizontalAdvance(text) for (text, _), font in texts)
    height = _LINE * len(lines) + 2
    image = QImage(
        math.ceil(width * ratio), math.ceil(height * ratio),
        QImage.Format.Format_ARGB32_Premultiplied,
    )  # fmt: skip
    image.setDevicePixelRatio(ratio)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    halo = QPen(theme.color("plot"), _HALO)
    halo.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    placed = []
    for row, ((text, role), font) in enumerate(texts):
        metrics = QFontMetricsF(font)
        middle = 1 + _LINE * (row + 0.5) + (metrics.ascent() - metrics.descent()) / 2
        placed.append((QPointF(4, round(middle)), text, role, font))
    painter.setPen(halo)
    for position, text, _, font in placed:
        path = QPainterPath()
        path.addText(position, font, text)
        painter.drawPath(path)
    for position, text, role, font in placed:
        painter.setFont(font)
        painter.setPen(theme.color(role))
        painter.drawText(position, text)
    painter.end()
    return image
