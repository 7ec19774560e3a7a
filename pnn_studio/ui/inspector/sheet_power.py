"""The power bars of the inspector: a segment for each circuit or resistor, and what is under it."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from pnn_studio.app.inspector.sheet import Burner, PowerBar, PowerFigure
from pnn_studio.domain.units import format_percent, format_si
from pnn_studio.ui.widgets import theme as looks
from pnn_studio.ui.widgets.source_tag import paint_tag
from pnn_studio.ui.widgets.theme import Theme

PARTS = ("negation", "activation", "crossbar")
_BAR, _CAPTION, _NEXT, _TOLD, _LEGEND = 14, 18, 8, 20, 22
TAG_COLUMN, TAG_GAP = 58.0, 8.0  # px from the right edge to where tags start, and before them
_GAP, _LEAST = 1.0, 2.0  # px between segments, and of the smallest one
_INVITATION = "Click a part to go to it"
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


def power_height(figure: PowerFigure) -> int:
    """Return how many px the figure needs."""
    bars = len(figure.bars) * (_CAPTION + _BAR + _NEXT) + _TOLD if figure.bars else _BAR + 10
    return bars + len(PARTS) * _LEGEND


def told(figure: PowerFigure, burner: Burner) -> str:
    """Say what a segment is: name, power, and its share of the whole."""
    share = burner.watts / figure.power.total if figure.power.total else 0.0
    text = f"{burner.name}: {format_si(burner.watts, 'W')}, {format_percent(share)}"
    return f"{text} ({figure.bars_source})" if figure.bars_source else text


def segments(figure: PowerFigure, rect: QRectF) -> list[list[tuple[QRectF, Burner]]]:
    """Return where the segments of each bar are."""
    y, found = rect.top() + _CAPTION, []
    for bar in figure.bars:
        found.append(_segments_of(bar, QRectF(rect.left(), y, rect.width(), _BAR)))
        y += _BAR + _NEXT + _CAPTION
    return found


def _segments_of(bar: PowerBar, rect: QRectF) -> list[tuple[QRectF, Burner]]:
    room = max(rect.width() * bar.share, _LEAST * len(bar.burners))
    room = min(room, rect.width()) - _GAP * max(len(bar.burners) - 1, 0)
    total = sum(max(each.watts, 0.0) for each in bar.burners) or 1.0
    widths = [max(max(each.watts, 0.0) / total * room, _LEAST) for each in bar.burners]
    squeeze = min(room / max(sum(widths), _LEAST), 1.0)
    x, found = rect.left(), []
    for burner, width in zip(bar.burners, widths, strict=True):
        found.append((QRectF(x, rect.top(), max(width * squeeze, 0.5), rect.height()), burner))
        x += width * squeeze + _GAP
    return found


def paint_power(
    painter: QPainter, figure: PowerFigure, rect: QRectF, theme: Theme, pointed: Burner | None
) -> None:
    """Paint the bars, what is under the pointer or the keys, and the power of each part."""
    if figure.bars:
        y = _paint_bars(painter, figure, rect, theme, pointed)
    else:
        y = _paint_whole(painter, figure, rect, theme)
    for part in PARTS:
        painter.fillRect(QRectF(rect.left(), y + 6, 10, 10), theme.color(f"{part}_fill"))
        line = QRectF(rect.left() + 18, y, rect.width() - 18, _LEGEND)
        painter.setFont(looks.font())
        painter.setPen(theme.color("text2"))
        painter.drawText(line, _LEFT, part)
        painter.setPen(theme.color("text"))
        value = _beside_tag(painter, line, figure.source, theme)
        painter.setFont(looks.font(bold=figure.source == "ngspice"))
        painter.drawText(value, _RIGHT, format_si(float(getattr(figure.power, part)), "W"))
        y += _LEGEND


def _beside_tag(painter: QPainter, line: QRectF, source: str, theme: Theme) -> QRectF:
    """Paint a tag at the right of a line; returns what is left of the line."""
    if not source:
        return line
    paint_tag(painter, line.right() - TAG_COLUMN, line.center().y(), source, theme)
    return line.adjusted(0, 0, -TAG_COLUMN - TAG_GAP, 0)


def _paint_whole(painter: QPainter, figure: PowerFigure, rect: QRectF, theme: Theme) -> float:
    """Paint one bar of the three parts."""
    scale = (rect.width() - 2 * len(PARTS)) / max(figure.power.total, 1e-15)
    x = rect.left()
    for part in PARTS:
        width = max(float(getattr(figure.power, part)) * scale, 2.0)
        painter.fillRect(QRectF(x, rect.top(), width, _BAR), theme.color(f"{part}_fill"))
        x += width + 1
    return rect.top() + _BAR + 8


def _paint_bars(
    painter: QPainter, figure: PowerFigure, rect: QRectF, theme: Theme, pointed: Burner | None
) -> float:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
    y = rect.top()
    for bar, placed in zip(figure.bars, segments(figure, rect), strict=True):
        caption = QRectF(rect.left(), y, rect.width(), _CAPTION - 2)
        painter.setFont(looks.font(looks.CAPTION_PX))
        painter.setPen(theme.color("text2"))
        painter.drawText(caption, _LEFT, bar.name)
        value = _beside_tag(painter, caption, figure.bars_source, theme)
        painter.drawText(value, _RIGHT, bar.total)
        for place, burner in placed:
            painter.fillRect(place, theme.color(f"{burner.part}_fill"))
        for place, burner in placed:
            if burner is pointed:
                painter.setPen(QPen(theme.color("accent"), 2))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRect(place.adjusted(-2, -2, 2, 2))
        y += _CAPTION + _BAR + _NEXT
    line = QRectF(rect.left(), y - 4, rect.width(), _TOLD - 2)
    painter.setFont(looks.font(looks.CAPTION_PX))
    painter.setPen(theme.color("text" if pointed is not None else "text2"))
    text = told(figure, pointed) if pointed is not None else _INVITATION
    metrics = painter.fontMetrics()
    short = metrics.elidedText(text, Qt.TextElideMode.ElideMiddle, int(line.width()))
    painter.drawText(line, _LEFT, short)
    return y + _TOLD - 4
