"""What is painted over the designs of the trade-off: means, front, ring, pins, limit, scale."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QLinearGradient, QPainter, QPen, QPolygonF

from pnn_studio.domain.dataset import SPLITS
from pnn_studio.domain.units import format_percent, format_si
from pnn_studio.domain.verification import seriously
from pnn_studio.ui.tradeoff.crowds import DOT, paint_mark
from pnn_studio.ui.tradeoff.labels import Labels, free_space, front_path
from pnn_studio.ui.widgets import theme as looks
from pnn_studio.ui.widgets.colormap import alpha_color

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pnn_studio.ui.plots.label_places import FreeSpace
    from pnn_studio.ui.tradeoff.scene import PinMark, TradeoffScene
    from pnn_studio.ui.widgets.theme import Theme

_MEAN, _RING, _PIN, _DIAMOND = 5.0, 8.0, 6.5, 10.0
_APART = 8.0  # px, from which a place of a model and one of ngspice are told apart


def paint_ground(painter: QPainter, plot: TradeoffScene) -> None:
    """Paint what lies under the designs: the forbidden side of the limit, and the front."""
    marks, theme = plot.marks, plot.theme
    if marks.limit is not None:
        x = plot.x_of(marks.limit * 1e3)
        side = QRectF(x, plot.area.top(), max(plot.area.right() - x, 0), plot.area.height())
        painter.fillRect(side, theme.color("text", 0.045))
    if marks.front:
        _paint_front(painter, plot)


def paint_marks(
    painter: QPainter, plot: TradeoffScene, labels: Labels, beside: Sequence[Sequence[QPointF]]
) -> FreeSpace:
    """Paint means, the 95 % point, pins and the current design, the most telling on top.

    `beside` are the fronts of other runs, which labels keep off.

    Returns
    -------
    FreeSpace
        Where there is room for more labels.
    """
    view, marks = plot.view, plot.marks
    if view is None:
        return free_space(plot, beside)
    if marks.means:
        _paint_means(painter, plot)
    _paint_checked(painter, plot)
    _paint_yields(painter, plot)
    space = free_space(plot, beside)
    _paint_model_places(painter, plot, space, labels)
    if marks.current is not None:
        space.add_rect(_around(plot.mark_of(marks.current)[0], _RING + 4))
    if marks.best95 and view.best95 is not None:
        _paint_best95(painter, plot, space, labels)
    for pin in marks.pins:
        _paint_pin(painter, plot, pin)
    _paint_pointed(painter, plot)
    if marks.current is not None:
        _paint_current(painter, plot, space, labels)
    return space


def _paint_means(painter: QPainter, plot: TradeoffScene) -> None:
    theme = plot.theme
    if plot.view is None:
        return
    painter.setPen(QPen(theme.color("plot"), 1.2))
    means = plot.view.means[np.isfinite(plot.view.means).all(axis=1)]  # nan where all diverged
    for alpha, x, y in zip(means[:, 0], *plot.pixels(means[:, 1:] * (1e3, 100)), strict=True):
        painter.setBrush(alpha_color(float(alpha), theme))
        painter.drawEllipse(QPointF(x, y), _MEAN, _MEAN)


def _paint_pointed(painter: QPainter, plot: TradeoffScene) -> None:
    theme = plot.theme
    if plot.view is None or plot.under_pointer is None:
        return
    at, crowd = plot.mark_of(plot.under_pointer)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(theme.color("accent"), 1.5))
    reach = 2.5 + (crowd.radius if crowd is not None else DOT)
    painter.drawEllipse(at, reach, reach)


def _paint_model_places(
    painter: QPainter, plot: TradeoffScene, space: FreeSpace, labels: Labels
) -> None:
    """Join what ngspice says of a design with what its model said: of the one under the pointer.

    And of the one with the least power on the front, where a model that leaves something out errs
    most; where the two agree there is nothing to be joined.
    """
    view, shown, theme = plot.view, plot.shown, plot.theme
    if view is None or shown is None or not view.simulated or not plot.marks.designs:
        return
    frugal = int(shown.front[0]) if plot.marks.front and len(shown.front) else None
    family, tested = view.family, SPLITS.index("test")
    for point in dict.fromkeys((plot.under_pointer, frugal)):
        if point is None or view.cloud.modelled[point]:
            continue
        design = int(view.cloud.designs[point])
        accuracy, power = family.accuracy[design, tested], family.total_power[design]
        told, found = plot.at(float(power), float(accuracy)), plot.xy_of(point)
        if (told - found).manhattanLength() < _APART:
            continue
        painter.save()
        painter.setClipRect(plot.area.adjusted(-6, -6, 6, 6))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(theme.color("text2"), 1.2, Qt.PenStyle.DotLine))
        painter.drawLine(told, found)
        paint_mark(painter, told, 1, theme.color("text2"), theme, 2)
        painter.restore()
        if point == frugal and plot.area.contains(told):
            figures = f"{format_percent(float(accuracy))}, {format_si(float(power), 'W')}"
            text = f"{family.plan.model} says {figures}"
            labels.write(painter, plot, space, "model", told, ((text, "text2"),))


def _paint_checked(painter: QPainter, plot: TradeoffScene) -> None:
    """Tick the designs whose answers ngspice gives, too; at the others, how many it does not.

    Of those that share a mark the worst one is told.
    """
    if plot.view is None or plot.shown is None or not plot.marks.designs:
        return
    theme, reach = plot.theme, plot.area.adjusted(-8, -8, 8, 8)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    worst: dict[int, tuple[int, int]] = {}  # by the mark: how many answers differ, of which design
    for point, differ in plot.marks.checked:
        mark = plot.crowds.of_point.get(point)
        if mark is not None:
            worst[mark] = max(worst.get(mark, (0, point)), (differ, point))
    for differ, point in worst.values():
        at, crowd = plot.mark_of(point)
        if crowd is not None and reach.contains(at):
            corner = at + QPointF(crowd.radius + 2, -crowd.radius - 2)
            paint_verdict(painter, corner, theme, differ, plot.marks.samples)


def _paint_yields(painter: QPainter, plot: TradeoffScene) -> None:
    """Draw an arc around the designs whose yield is known, all around for 100 %.

    Of those that share a mark the highest one is told.
    """
    if plot.view is None or plot.shown is None or not plot.marks.designs:
        return
    best: dict[int, tuple[float, int]] = {}
    for point, share in plot.marks.yields:
        mark = plot.crowds.of_point.get(point)
        if mark is not None:
            best[mark] = max(best.get(mark, (share, point)), (share, point))
    for share, point in best.values():
        at, crowd = plot.mark_of(point)
        if crowd is not None:
            paint_yield(painter, at, crowd.radius + 4, share, plot.theme)


def paint_yield(painter: QPainter, at: QPointF, radius: float, share: float, theme: Theme) -> None:
    """Paint the share of an arc that begins at the top, over the whole one."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    box = QRectF(at.x() - radius, at.y() - radius, 2 * radius, 2 * radius)
    for color, width, part in (
        (theme.color("plot"), 5.0, 1.0),
        (theme.color("border"), 2.0, 1.0),
        (theme.color("ok"), 2.5, share),
    ):
        pen = QPen(color, width)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        painter.setPen(pen)
        painter.drawArc(box, 90 * 16, -round(part * 360 * 16))


def paint_verdict(
    painter: QPainter, at: QPointF, theme: Theme, differ: int, samples: int = 0
) -> None:
    """Paint a small tick; where answers differ how many, the more of all samples the redder."""
    if differ:
        role = "error" if seriously(differ, samples) else "warn"
        painter.setFont(looks.font(9, bold=True))
        text = f"{differ}\N{NOT EQUAL TO}"
        width = painter.fontMetrics().horizontalAdvance(text)
        box = QRectF(at.x() - 3, at.y() - 6, width + 2, 12)
        painter.fillRect(box, theme.color("plot", 0.85))
        painter.setPen(theme.color(role))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
        return
    line = [at + QPointF(x, y) for x, y in ((-3.0, 0.0), (-0.8, 2.4), (3.4, -3.2))]
    for pen in (QPen(theme.color("plot"), 4.4), QPen(theme.color("ok"), 1.8)):
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        painter.drawPolyline(line)


def _around(at: QPointF, reach: float) -> tuple[float, float, float, float]:
    return at.x() - reach, at.y() - reach, 2 * reach, 2 * reach


def _paint_front(painter: QPainter, plot: TradeoffScene) -> None:
    """Paint the steps as filled rectangles: a stroke of that size would wait for threads of Qt."""
    corners = [at.toPoint() for at in front_path(plot)]
    for role, width in (("plot", 6), ("text", 2)):
        color = plot.theme.color(role)
        for start, end in itertools.pairwise(corners):
            line = QRect(start, end).normalized()
            line.adjust(-width // 2, -width // 2, (width - 1) // 2, (width - 1) // 2)
            painter.fillRect(line, color)


def _paint_best95(painter: QPainter, plot: TradeoffScene, space: FreeSpace, labels: Labels) -> None:
    best, theme = plot.view.best95 if plot.view else None, plot.theme
    if best is None:
        return
    accuracy = plot.view.accuracy95 if plot.view else best.accuracy
    at = plot.at(best.power, accuracy)
    space.add_rect(_around(at, _DIAMOND + 2))
    simulated = plot.view is not None and plot.view.simulated
    source = plot.view.source if plot.view is not None else ""
    name = "best95 in ngspice" if simulated else "best95"
    last = "chosen without test samples" if simulated else f"{best.saving:.1f} × less than α 0"
    lines = (
        (f"{name}: α {best.alpha:.2f}", "text"),
        (f"{format_percent(accuracy)}, {format_si(best.power, 'W')} ({source})", "text"),
        (last, "text2"),
    )
    labels.write(painter, plot, space, "best95", at, lines)
    corners = [(0, -_DIAMOND), (_DIAMOND, 0), (0, _DIAMOND), (-_DIAMOND, 0)]
    diamond = QPolygonF([at + QPointF(dx, dy) for dx, dy in corners])
    painter.setPen(QPen(theme.color("text"), 1.5))
    painter.setBrush(theme.color("plot"))
    painter.drawPolygon(diamond)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(alpha_color(best.alpha, theme))
    painter.drawEllipse(at, _MEAN, _MEAN)


def _paint_pin(painter: QPainter, plot: TradeoffScene, pin: PinMark) -> None:
    theme, at = plot.theme, plot.at(pin.power, pin.accuracy)
    painter.setPen(QPen(theme.color("text2" if pin.hollow else "text"), 1.5))
    painter.setBrush(theme.color("plot") if pin.hollow else alpha_color(pin.alpha, theme))
    painter.drawEllipse(at, _PIN, _PIN)
    up = at.y() - 30 > plot.area.top()
    flag = QRectF(at.x() - 8, at.y() - 27 if up else at.y() + 11, 16, 16)
    painter.setPen(QPen(theme.color("control"), 1))
    painter.setBrush(theme.color("tip"))
    painter.drawRoundedRect(flag, 3, 3)
    painter.setPen(theme.color("text"))
    painter.setFont(looks.font(looks.CAPTION_PX, bold=True))
    painter.drawText(flag, Qt.AlignmentFlag.AlignCenter, pin.letter)


def _paint_current(
    painter: QPainter, plot: TradeoffScene, space: FreeSpace, labels: Labels
) -> None:
    view, point, theme = plot.view, plot.marks.current, plot.theme
    if view is None or point is None:
        return
    (at, crowd), cloud = plot.mark_of(point), view.cloud
    figures = (
        f"{format_percent(float(cloud.accuracy[point]))}, "
        f"{format_si(float(cloud.power[point]), 'W')}"
    )
    source = view.source_of(point)
    text = f"current: {figures} ({source})"
    if view.training:
        text += ", still improving" if cloud.improving[point] else ", finished"
    lines = [(text, "text")]
    if cloud.modelled[point]:
        lines = [("current: not checked in ngspice", "text"), (f"{figures} ({source})", "text2")]
    count = len(crowd.points) if crowd is not None else 1
    if count > 1:
        lines.append((f"{count} designs here", "text2"))
    labels.write(painter, plot, space, "current", at, tuple(lines))
    ring = _RING if count == 1 else _RING + 2
    painter.setBrush(theme.color("plot"))
    painter.setPen(QPen(theme.color("plot"), 5))
    painter.drawEllipse(at, ring, ring)
    painter.setPen(QPen(theme.color("text"), 2))
    painter.drawEllipse(at, ring, ring)
    color = alpha_color(float(cloud.alpha[point]), theme)
    if count > 1:
        paint_mark(painter, at, count, color, theme, 2 if cloud.modelled[point] else 0)
    elif cloud.modelled[point]:
        painter.setPen(QPen(theme.color("text2"), 1.4))
        painter.drawEllipse(at, _MEAN - 1, _MEAN - 1)
    else:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color)
        painter.drawEllipse(at, _MEAN, _MEAN)


def paint_limit(painter: QPainter, plot: TradeoffScene, *, dragged: bool) -> None:
    """Paint the line of the power limit with a flag over it, or at the edge it lies beyond."""
    limit, theme = plot.marks.limit, plot.theme
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


def paint_color_bar(painter: QPainter, plot: TradeoffScene) -> None:
    """Paint the scale of alpha at the right."""
    area, theme = plot.area, plot.theme
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
