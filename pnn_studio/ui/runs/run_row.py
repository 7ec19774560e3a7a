"""A row of the list of runs: check box, how its front is drawn, name, tags, and what came of it."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPolygonF
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from pnn_studio.app.session.history import RunEntry
from pnn_studio.ui.plots.run_marks import BOX, SWATCH, paint_box, paint_swatch
from pnn_studio.ui.widgets import theme as looks
from pnn_studio.ui.widgets.colormap import alpha_color
from pnn_studio.ui.widgets.theme import Appearance, Theme

ENTRY = int(Qt.ItemDataRole.UserRole)
ROW = 48
_PILL = 15
_LEFT = 8 + 8  # of the row and its ground
TEXT_LEFT = _LEFT + BOX + 8 + SWATCH + 8


def is_on_box(x: float) -> bool:
    """Whether a place in a row belongs to its check box."""
    return x < _LEFT + BOX + 6


class RunDelegate(QStyledItemDelegate):
    """Paints a run."""

    def __init__(self, appearance: Appearance, parent: QWidget) -> None:
        super().__init__(parent)
        self._appearance = appearance

    def sizeHint(self, option: QStyleOptionViewItem, index: object) -> QSize:
        """As high as two lines."""
        return QSize(160, ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: object) -> None:
        """Paint ground, check box, swatch and both lines."""
        entry: RunEntry = index.data(ENTRY)  # type: ignore[attr-defined]
        theme, rect = self._appearance.theme, QRectF(option.rect).adjusted(8, 1, -8, -1)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        if entry.shown or hovered:
            painter.setBrush(theme.color("soft" if entry.shown else "hover"))
            painter.drawRoundedRect(rect, 4, 4)
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(theme.color("accent"))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), 4, 4)
        left, first = rect.left() + 8, rect.top() + 14
        if entry.drawable:
            paint_box(painter, left, first, theme, on=entry.place is not None,
                      fixed=entry.shown)  # fmt: skip
        if entry.place is not None:
            color, fill = theme.color("text"), alpha_color(0.5, theme)
            paint_swatch(painter, left + BOX + 8, first, entry.place, color, fill)
        self._write(painter, entry, rect, theme)

    def _write(self, painter: QPainter, entry: RunEntry, rect: QRectF, theme: Theme) -> None:
        left = rect.left() - 8 + TEXT_LEFT
        right, font = rect.right() - 8, looks.font(bold=entry.shown)
        small = QFontMetricsF(looks.font(looks.CAPTION_PX))
        pills = [(tag, small.horizontalAdvance(tag) + 12) for tag in entry.tags]
        wanted = QFontMetricsF(font).horizontalAdvance(entry.title)
        # the name comes first; of the tags as many are shown as there is room for
        room = right - left - min(wanted, 0.6 * (right - left))
        shown = []
        for tag, width in pills:
            room -= width + 6
            if room < 0:
                break
            shown.append((tag, width))
        taken = sum(width + 6 for _, width in shown)
        painter.setFont(font)
        painter.setPen(theme.color("accent" if entry.shown else "text"))
        place = QRectF(left, rect.top() + 5, right - left - taken, 18)
        name = painter.fontMetrics().elidedText(
            entry.title, Qt.TextElideMode.ElideRight, int(place.width())
        )
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, name)
        x = left + painter.fontMetrics().horizontalAdvance(name) + 6
        painter.setFont(looks.font(looks.CAPTION_PX))
        for tag, width in shown:
            pill = QRectF(x, rect.top() + 14 - _PILL / 2, width, _PILL)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("border"))
            painter.drawRoundedRect(pill, _PILL / 2, _PILL / 2)
            painter.setPen(theme.color("text"))
            painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, tag)
            x += width + 6
        line = QRectF(left, rect.top() + 24, right - left, 16)
        if entry.caution:
            line.setRight(self._write_caution(painter, entry.caution, line, theme) - 6)
        painter.setPen(theme.color("accent" if entry.running else "text2"))
        said = painter.fontMetrics().elidedText(
            entry.line, Qt.TextElideMode.ElideRight, int(line.width())
        )
        painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, said)

    @staticmethod
    def _write_caution(painter: QPainter, text: str, line: QRectF, theme: Theme) -> float:
        """Paint a chip at the end of a line; returns where it begins."""
        width = painter.fontMetrics().horizontalAdvance(text) + 26
        chip = QRectF(line.right() - width, line.top() + 0.5, width, 15)
        painter.setPen(theme.color("warn"))
        painter.setBrush(theme.color("warn_ground"))
        painter.drawRoundedRect(chip.adjusted(0.5, 0, -0.5, 0), 3, 3)
        top = QPointF(chip.left() + 11, chip.top() + 3)
        corners = [top, top + QPointF(5, 9), top + QPointF(-5, 9)]
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolygon(QPolygonF(corners))
        painter.drawLine(top + QPointF(0, 3.5), top + QPointF(0, 5.5))
        painter.drawPoint(top + QPointF(0, 7.2))
        painter.drawText(chip.adjusted(20, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, text)
        return float(chip.left())
