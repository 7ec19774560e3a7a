"""What is painted over the designs of the trade-off: means, front, ring, pins, limit, scale."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QLinearGradient, QPainter, QPainterPath, QPen, QPolygonF

from pnn_studio.domain.units import format_percent, format_si
from pnn_studio.ui import theme as looks
from pnn_studio.ui.colormap import alpha_color

if TYPE_CHECKING:
    from pnn_studio.ui.theme import Theme
    from pnn_studio.ui.tradeoff_plot import TradeoffPlot

_MEAN, _RING, _PIN, _DIAMOND = 5.0, 8.0, 6.5, 10.0
_LINE = 15.0


def paint_marks(painter: QPainter, plot: TradeoffPlot, theme: Theme) -> None:
    """Paint means, front, the 95 % point, pins and the current design, the most telling on top."""
    view, marks = plot.view, plot.marks
    if view is None:
        return
    if marks.limit is not None:
        x = plot.x_of(marks.limit * 1e3)
        side = QRectF(x, plot.area.top(), max(plot.area.right() - x, 0), plot.area.height())
        painter.fillRect(side, theme.color("text", 0.045))
    if marks.front:
        _paint_front(painter, plot, theme)
    if marks.means:
        _paint_means(painter, plot, theme)
    taken: list[QRectF] = []
    if marks.current is not None:
        taken.append(_around(plot.xy_of(marks.current), _RING + 2))
    if marks.limit is not None:
        taken.append(QRectF(plot.x_of(marks.limit * 1e3) - 4, 0, 8, plot.height()))
    taken += [_around(plot.xy_of(place), 14) for _, place in marks.pins]
    if marks.best95 and view.best95 is not None:
        _paint_best95(painter, plot, theme, taken)
    for letter, place in marks.pins:
        _paint_pin(painter, plot, theme, letter, place)
    _paint_pointed(painter, plot, theme)
    if marks.current is not None:
        _paint_current(painter, plot, theme, taken)


def _paint_means(painter: QPainter, plot: TradeoffPlot, theme: Theme) -> None:
    if plot.view is None:
        return
    painter.setPen(QPen(theme.color("plot"), 1.2))
    for alpha, power, accuracy in plot.view.means:
        if math.isfinite(power):  # nothing where all diverged
            painter.setBrush(alpha_color(float(alpha), theme))
            at = QPointF(plot.x_of(power * 1e3), plot.y_of(accuracy * 100))
            painter.drawEllipse(at, _MEAN, _MEAN)


def _paint_pointed(painter: QPainter, plot: TradeoffPlot, theme: Theme) -> None:
    if plot.view is None or plot.under_pointer is None:
        return
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(theme.color("accent"), 1.5))
    y = plot.y_of(float(plot.view.cloud.spread[plot.under_pointer]) * 100)
    painter.drawEllipse(QPointF(plot.xy_of(plot.under_pointer).x(), y), 5.5, 5.5)


def _around(at: QPointF, reach: float) -> QRectF:
    return QRectF(at.x() - reach, at.y() - reach, 2 * reach, 2 * reach)


def _paint_front(painter: QPainter, plot: TradeoffPlot, theme: Theme) -> None:
    view = plot.view
    if view is None or not len(view.front):
        return
    points = [plot.xy_of(int(place)) for place in view.front]
    path = QPainterPath(QPointF(points[0].x(), plot.area.bottom() + 2))
    for at in points:
        path.lineTo(QPointF(at.x(), path.currentPosition().y()))
        path.lineTo(at)
    path.lineTo(QPointF(plot.area.right() + 2, points[-1].y()))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for pen in (QPen(theme.color("plot", 0.8), 4), QPen(theme.color("text"), 1.5)):
        painter.setPen(pen)
        painter.drawPath(path)


def _write(
    painter: QPainter, plot: TradeoffPlot, theme: Theme, at: QPointF, lines: list[tuple[str, str]],
    taken: list[QRectF],
) -> None:  # fmt: skip
    """Write lines (text, role) near a point with a line to it, where nothing else stands."""
    bold, plain = looks.font(looks.CAPTION_PX, bold=True), looks.font(looks.CAPTION_PX)
    painter.setFont(bold)
    width = max(painter.fontMetrics().horizontalAdvance(text) for text, _ in lines) + 8.0
    height = _LINE * len(lines) + 2
    inside = plot.area.adjusted(4, 2, -4, -4)
    places = [
        QRectF(at.x() + dx if dx >= 0 else at.x() + dx - width, at.y() + dy, width, height)
        for dx, dy in (
            (26, -52), (26, 24), (-26, -52), (-26, 24), (40, 60), (-40, 60), (40, -90), (-40, -90),
            (60, 110), (60, -150),
        )
    ]  # fmt: skip
    free = [
        rect for rect in places
        if inside.contains(rect) and not any(rect.intersects(each) for each in taken)
    ]  # fmt: skip
    rect = free[0] if free else places[0]
    if not free:
        rect.moveLeft(min(max(rect.left(), inside.left()), inside.right() - width))
        rect.moveTop(min(max(rect.top(), inside.top()), inside.bottom() - height))
    taken.append(rect)
    painter.setPen(QPen(theme.color("text2"), 1))
    near = QPointF(
        min(max(at.x(), rect.left()), rect.right()), min(max(at.y(), rect.top()), rect.bottom())
    )
    painter.drawLine(at, near)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color("plot", 0.86))
    painter.drawRoundedRect(rect, 3, 3)
    for row, (text, role) in enumerate(lines):
        painter.setFont(plain if role == "text2" else bold)
        painter.setPen(theme.color(role))
        line = QRectF(rect.left() + 4, rect.top() + 1 + _LINE * row, width, _LINE)
        painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, text)


def _paint_best95(painter: QPainter, plot: TradeoffPlot, theme: Theme, taken: list[QRectF]) -> None:
    best = plot.view.best95 if plot.view else None
    if best is None:
        return
    at = QPointF(plot.x_of(best.power * 1e3), plot.y_of(best.accuracy * 100))
    taken.append(_around(at, _DIAMOND + 2))
    lines = [
        (f"best95: α {best.alpha:.2f}", "text"),
        (f"{format_percent(best.accuracy)}, {format_si(best.power, 'W')}", "text"),
        (f"{best.saving:.1f} × less than α 0", "text2"),
    ]
    _write(painter, plot, theme, at, lines, taken)
    corners = [(0, -_DIAMOND), (_DIAMOND, 0), (0, _DIAMOND), (-_DIAMOND, 0)]
    diamond = QPolygonF([at + QPointF(dx, dy) for dx, dy in corners])
    painter.setPen(QPen(theme.color("text"), 1.5))
    painter.setBrush(theme.color("plot"))
    painter.drawPolygon(diamond)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(alpha_color(best.alpha, theme))
    painter.drawEllipse(at, _MEAN, _MEAN)


def _paint_pin(
    painter: QPainter, plot: TradeoffPlot, theme: Theme, letter: str, place: int
) -> None:
    assert plot.view is not None
    at = plot.xy_of(place)
    painter.setPen(QPen(theme.color("text"), 1.5))
    painter.setBrush(alpha_color(float(plot.view.cloud.alpha[place]), theme))
    painter.drawEllipse(at, _PIN, _PIN)
    up = at.y() - 30 > plot.area.top()
    flag = QRectF(at.x() - 8, at.y() - 27 if up else at.y() + 11, 16, 16)
    painter.setPen(QPen(theme.color("control"), 1))
    painter.setBrush(theme.color("tip"))
    painter.drawRoundedRect(flag, 3, 3)
    painter.setPen(theme.color("text"))
    painter.setFont(looks.font(looks.CAPTION_PX, bold=True))
    painter.drawText(flag, Qt.AlignmentFlag.AlignCenter, letter)


def _paint_current(
    painter: QPainter, plot: TradeoffPlot, theme: Theme, taken: list[QRectF]
) -> None:
    view, place = plot.view, plot.marks.current
    if view is None or place is None:
        return
    at, cloud = plot.xy_of(place), view.cloud
    text = (
        f"current: {format_percent(float(cloud.accuracy[place]))}, "
        f"{format_si(float(cloud.power[place]), 'W')}"
    )
    if view.training:
        text += ", still improving" if cloud.improving[place] else ", finished"
    _write(painter, plot, theme, at, [(text, "text")], taken)
    painter.setBrush(theme.color("plot"))
    painter.setPen(QPen(theme.color("plot"), 5))
    painter.drawEllipse(at, _RING, _RING)
    painter.setPen(QPen(theme.color("text"), 2))
    painter.drawEllipse(at, _RING, _RING)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(alpha_color(float(cloud.alpha[place]), theme))
    painter.drawEllipse(at, _MEAN, _MEAN)


def paint_limit(painter: QPainter, plot: TradeoffPlot, theme: Theme, *, dragged: bool) -> None:
    """Paint the line of the power limit with a flag over it, or at the edge it lies beyond."""
    limit = plot.marks.limit
    if limit is None:
        return
    area, x = plot.area, plot.x_of(limit * 1e3)
    text = f"limit {format_si(limit, 'W')}"
    painter.setFont(looks.font(looks.CAPTION_PX, bold=True))
    width = painter.fontMetrics().horizontalAdvance(text) + 20.0
    if area.left() <= x <= area.right():
        painter.setPen(QPen(theme.color("accent"), 2.5 if dragged else 1.5))
        painter.drawLine(QPointF(x, area.top() - 6), QPointF(x, area.bottom()))
        painter.setPen(QPen(theme.color("accent"), 1.5))
        middle = area.center().y()
        for dx in (-5, 5):
            painter.drawLine(QPointF(x + dx, middle - 7), QPointF(x + dx, middle + 7))
    left = min(max(x - width / 2, 4.0), plot.width() - width - 4.0)
    flag = QRectF(left, area.top() - 26, width, 20)
    if plot.hasFocus():
        painter.setPen(QPen(theme.color("accent", 0.6), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(flag.adjusted(-3, -3, 3, 3), 6, 6)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color("accent"))
    painter.drawRoundedRect(flag, 4, 4)
    painter.setPen(theme.color("on_accent"))
    painter.drawText(flag, Qt.AlignmentFlag.AlignCenter, text)


def paint_color_bar(painter: QPainter, plot: TradeoffPlot, theme: Theme) -> None:
    """Paint the scale of alpha at the right."""
    area = plot.area
    bar = QRectF(area.right() + 24, area.top() + 22, 11, max(area.height() - 44, 60))
    ramp = QLinearGradient(bar.bottomLeft(), bar.topLeft())
    for step in range(17):
        ramp.setColorAt(step / 16, alpha_color(step / 16, theme))
    painter.fillRect(bar, ramp)
    painter.setFont(looks.font(looks.CAPTION_PX))
    painter.setPen(theme.color("text2"))
    painter.drawText(QPointF(bar.left() + 1, bar.top() - 8), "α")
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        rect = QRectF(bar.right() + 6, bar.bottom() - share * bar.height() - 8, 30, 16)
        painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter, f"{share:.2f}")
