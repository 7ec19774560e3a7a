"""The distribution of an input: bars of test, validation and training samples on each other."""

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from pnn_studio.app.inspector.sheet import HistogramFigure
from pnn_studio.domain.dataset import SPLITS
from pnn_studio.ui.widgets import theme as looks
from pnn_studio.ui.widgets.theme import Theme

HEIGHT = 132
_HEAD, _FOOT = 18.0, 34.0
_SHADES = ("text2", "control", "border")  # train, valid, test
_SWATCH = 10.0
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


def paint_histogram(painter: QPainter, figure: HistogramFigure, rect: QRectF, theme: Theme) -> None:
    """Paint it with the ends of the scale under it."""
    area = rect.adjusted(0, _HEAD, 0, -_FOOT)
    painter.fillRect(area, theme.color("plot"))
    highest = max(int(figure.counts.sum(axis=0).max()), 1)
    wide = area.width() / figure.counts.shape[1]
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
    base = np.zeros(figure.counts.shape[1])
    for shade, counts in zip(_SHADES, figure.counts, strict=True):
        color = theme.color(shade)
        for at in np.flatnonzero(counts).tolist():
            low = area.bottom() - base[at] / highest * area.height()
            high = counts[at] / highest * area.height()
            painter.fillRect(QRectF(area.left() + at * wide, low - high, wide - 1, high), color)
        base += counts
    painter.setPen(QPen(theme.color("control"), 1))
    painter.drawLine(area.bottomLeft(), area.bottomRight())
    painter.setFont(looks.font(looks.CAPTION_PX))
    _paint_legend(painter, rect, theme, highest)
    painter.setPen(theme.color("text2"))
    low_end, high_end = (f"{each:.4g}" for each in (figure.edges[0], figure.edges[-1]))
    line = QRectF(rect.left(), area.bottom() + 2, rect.width(), 16)
    painter.drawText(line, _LEFT, low_end)
    painter.drawText(line, _RIGHT, high_end)
    line.translate(0, 15)
    metrics = painter.fontMetrics()
    painter.drawText(
        line,
        Qt.AlignmentFlag.AlignCenter,
        metrics.elidedText(figure.scale, Qt.TextElideMode.ElideRight, int(line.width())),
    )


def _paint_legend(painter: QPainter, rect: QRectF, theme: Theme, highest: int) -> None:
    """Name the shades, and how many samples the highest bar has."""
    x, middle = rect.left(), rect.top() + 8
    for shade, split in zip(_SHADES, SPLITS, strict=True):
        painter.fillRect(QRectF(x, middle - 2, _SWATCH, 4), theme.color(shade))
        painter.setPen(theme.color("text2"))
        wide = painter.fontMetrics().horizontalAdvance(split)
        painter.drawText(QPointF(x + _SWATCH + 4, middle + 4), split)
        x += _SWATCH + 4 + wide + 12
    painter.drawText(QRectF(x, middle - 8, rect.right() - x, 16), _RIGHT, f"at most {highest}")
