"""Confusion matrices side by side."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from pnn_studio.app.analysis.confusion import Confusion
from pnn_studio.domain.units import format_percent
from pnn_studio.ui.widgets import theme as looks
from pnn_studio.ui.widgets.colormap import share_color
from pnn_studio.ui.widgets.controls import plain_tip
from pnn_studio.ui.widgets.theme import Appearance

_NAMES, _HEAD, _CELL, _FOOT, _BETWEEN = 74, 44, 36, 20, 16
_LEAST_ERROR = 0.15  # of the colour of errors, that a single wrong answer has at least
_LEAST_WRITTEN = 14  # px of a cell that can hold its number
_ON_FILL = "#14121F"
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class ConfusionView(QWidget):
    """Rows are the true class, columns the answer; the diagonal is right."""

    def __init__(self, appearance: Appearance, least_width: int = 250) -> None:
        super().__init__()
        self._appearance = appearance
        self._matrices: tuple[tuple[str, Confusion], ...] = ()
        self._names: tuple[str, ...] = ()
        self._foot = ""
        self.setMinimumWidth(least_width)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        appearance.changed.connect(self.update)

    def show_answers(
        self, matrices: tuple[tuple[str, Confusion], ...], names: tuple[str, ...], foot: str = ""
    ) -> None:
        """Show matrices with their titles, the names of the classes, and a line under them."""
        self._matrices, self._names, self._foot = matrices, names, foot
        self.setFixedHeight(_HEAD + min(_CELL * len(names), 5 * _CELL) + (_FOOT if foot else 0))
        told = [f"{name}: {format_percent(each.accuracy)} right" for name, each in matrices]
        self.setAccessibleName("Confusion matrices. " + "; ".join(told) + f". {foot}")
        whole = [*told, f"Classes: {', '.join(names)}", foot, "rows: true class, columns: answer"]
        self.setToolTip(plain_tip("\n".join(filter(None, whole))))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw all."""
        painter, theme = QPainter(self), self._appearance.theme
        count = len(self._matrices)
        width = (self.width() - _BETWEEN * (count - 1)) / max(count, 1)
        for index, (title, confusion) in enumerate(self._matrices):
            self._paint(painter, QRectF(index * (width + _BETWEEN), 0, width, self.height()),
                        title, confusion)  # fmt: skip
        painter.setFont(looks.font(looks.CAPTION_PX))
        painter.setPen(theme.color("text2"))
        foot = QRectF(0, self.height() - _FOOT, self.width(), _FOOT)
        short = painter.fontMetrics().elidedText(
            self._foot, Qt.TextElideMode.ElideRight, int(foot.width())
        )
        painter.drawText(foot, _LEFT, short)
        painter.end()

    def _paint(self, painter: QPainter, rect: QRectF, title: str, confusion: Confusion) -> None:
        theme, count = self._appearance.theme, len(self._names)
        painter.setFont(looks.font(bold=True))
        painter.setPen(theme.color("text"))
        painter.drawText(QRectF(rect.left(), 0, rect.width(), 20), _LEFT, title)
        painter.setFont(looks.font())
        accuracy = format_percent(confusion.accuracy)
        painter.drawText(QRectF(rect.left(), 0, rect.width(), 20), _RIGHT, accuracy)
        names = min(_NAMES, rect.width() * 0.34)
        side = min((rect.width() - names) / count, min(_CELL * count, 5 * _CELL) / count)
        painter.setFont(looks.font(looks.CAPTION_PX))
        metrics = painter.fontMetrics()
        left = rect.left() + names
        shares = confusion.shares
        for column, name in enumerate(self._names):
            head = QRectF(left + column * side, 22, side, 20)
            painter.setPen(theme.color("text2"))
            short = metrics.elidedText(name, Qt.TextElideMode.ElideRight, int(side) - 2)
            painter.drawText(head, Qt.AlignmentFlag.AlignCenter, short)
            row_name = QRectF(rect.left(), _HEAD + column * side, names - 6, side)
            short = metrics.elidedText(name, Qt.TextElideMode.ElideRight, int(names) - 6)
            painter.drawText(row_name, _RIGHT, short)
            for row in range(count):
                cell = QRectF(left + column * side, _HEAD + row * side, side, side)
                number = int(confusion.counts[row, column])
                self._paint_cell(painter, cell.adjusted(1, 1, -1, -1), number,
                                 float(shares[row, column]), right=row == column)  # fmt: skip

    def _paint_cell(
        self, painter: QPainter, cell: QRectF, number: int, share: float, *, right: bool
    ) -> None:
        theme = self._appearance.theme
        painter.setPen(QPen(theme.color("border"), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if number and right:
            painter.fillRect(cell, share_color(share))
            painter.setPen(QColor(_ON_FILL if share > 0.5 else "#FFFFFF"))  # noqa: PLR2004
        elif number:  # one wrong answer of many is not what most of a class is
            weight = _LEAST_ERROR + (1 - _LEAST_ERROR) * share
            painter.fillRect(cell, theme.blend("error", "panel", weight))
            painter.setPen(theme.color("on_accent" if weight > 0.5 else "text"))  # noqa: PLR2004
        else:
            painter.drawRect(cell)
            painter.setPen(theme.color("text2"))
        if cell.width() >= _LEAST_WRITTEN:
            painter.setFont(looks.font(bold=bool(number)))
            painter.drawText(cell, Qt.AlignmentFlag.AlignCenter, str(number))
        painter.setFont(looks.font(looks.CAPTION_PX))
