"""Confusion matrices side by side."""

import math
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QHelpEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from pnn_studio.app.analysis.confusion import Confusion
from pnn_studio.domain.units import count_of, format_percent
from pnn_studio.ui.widgets import theme as looks
from pnn_studio.ui.widgets.colormap import share_color
from pnn_studio.ui.widgets.controls import plain_tip
from pnn_studio.ui.widgets.theme import Appearance

_NAMES, _HEAD, _CELL, _FOOT, _BETWEEN = 74, 44, 36, 18, 16
_MOST_NAMES = 110
_MOST_HIGH = 5 * _CELL
_RECALL = 40
_LEAST_SIDE, _LEAST_SHARED = 20.0, 12.0  # px; narrower ones share the names of their rows
_SIZES = (looks.BASE_PX, looks.CAPTION_PX, 10, 9)  # px of numbers, the first that fits
_NARROW = 26.0
_LEAST_ERROR = 0.15  # of the colour of errors, that a single wrong answer has at least
_ON_FILL = "#14121F"
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_MIDDLE = int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextDontClip)
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True)
class _Matrix:
    """Where a matrix stands: its corner, room for names, side of a cell, width, recalls."""

    left: float
    top: float
    names: float
    side: float
    width: float
    recall: float


def _told(title: str, confusion: Confusion, names: tuple[str, ...]) -> str:
    """Say in words what a matrix shows."""
    recalls = ", ".join(
        f"{name} {'no samples' if np.isnan(each) else format_percent(float(each))}"
        for name, each in zip(names, confusion.recalls, strict=True)
    )
    return (
        f"{title}: {format_percent(confusion.accuracy)} right, balanced accuracy "
        f"{format_percent(confusion.balanced_accuracy)}; recall: {recalls}."
    )


class ConfusionView(QWidget):
    """Rows are the true class, columns the answer; the diagonal is right."""

    def __init__(self, appearance: Appearance, least_width: int = 250) -> None:
        super().__init__()
        self._appearance = appearance
        self._matrices: tuple[tuple[str, Confusion], ...] = ()
        self._names: tuple[str, ...] = ()
        self._foot: tuple[str, ...] = ()
        self.setMinimumWidth(least_width)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        appearance.changed.connect(self.update)

    def show_answers(
        self,
        matrices: tuple[tuple[str, Confusion], ...],
        names: tuple[str, ...],
        foot: tuple[str, ...] = (),
    ) -> None:
        """Show matrices with their titles, the names of the classes, and lines under them."""
        self._matrices, self._names, self._foot = matrices, names, foot
        self._take_height()
        told = [_told(title, each, names) for title, each in matrices]
        self.setAccessibleName("Confusion matrices. " + " ".join((*told, *foot)))
        whole = [*told, *foot, "rows: true class, columns: answer"]
        self.setToolTip(plain_tip("\n".join(whole)))
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Be as high as the cells are."""
        super().resizeEvent(event)
        self._take_height()

    def _take_height(self) -> None:
        ends = [each.top + _HEAD + each.side * len(self._names) for each in self._placed()]
        high = math.ceil(max(ends, default=0.0) + 6 + _FOOT * len(self._foot))
        if high != self.height():
            self.setFixedHeight(high)

    # --- where everything stands ---------------------------------------------------------------

    def _placed(self) -> list[_Matrix]:
        """Place the matrices beside each other; narrow ones share the names of their rows."""
        count, classes = max(len(self._matrices), 1), max(len(self._names), 1)
        width = (self.width() - _BETWEEN * (count - 1)) / count
        most = min(_CELL, _MOST_HIGH / classes)
        names = min(_NAMES, 0.34 * width)
        own = (width - names) / classes
        if own >= min(_LEAST_SIDE, most) or count == 1:
            recall = _RECALL if (width - names - _RECALL) / classes >= _LEAST_SIDE else 0
            side = min((width - names - recall) / classes, most)
            lefts = [at * (width + _BETWEEN) for at in range(count)]
            return [_Matrix(left, 0.0, names, side, width, recall) for left in lefts]
        names = min(_MOST_NAMES, 0.26 * self.width())
        side = (self.width() - names - _BETWEEN * (count - 1)) / (classes * count)
        if side < _LEAST_SHARED:  # one under the other
            names = min(_MOST_NAMES, 0.34 * self.width())
            side = min((self.width() - names) / classes, most)
            high = _HEAD + side * classes + _BETWEEN
            return [
                _Matrix(0.0, at * high, names, side, float(self.width()), 0) for at in range(count)
            ]
        side = min(side, most)
        wide = classes * side
        placed = [_Matrix(0.0, 0.0, names, side, names + wide, 0)]
        placed += [
            _Matrix(names + at * (wide + _BETWEEN), 0.0, 0.0, side, wide, 0)
            for at in range(1, count)
        ]
        return placed

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw all."""
        painter, theme = QPainter(self), self._appearance.theme
        for matrix, (title, confusion) in zip(self._placed(), self._matrices, strict=False):
            self._paint(painter, matrix, title, confusion)
        painter.setFont(looks.font(looks.CAPTION_PX))
        painter.setPen(theme.color("text2"))
        for line, text in enumerate(self._foot):
            top = self.height() - _FOOT * (len(self._foot) - line)
            foot = QRectF(0, top, self.width(), _FOOT)
            short = painter.fontMetrics().elidedText(
                text, Qt.TextElideMode.ElideRight, int(foot.width())
            )
            painter.drawText(foot, _LEFT, short)
        painter.end()

    def _paint(self, painter: QPainter, at: _Matrix, title: str, confusion: Confusion) -> None:
        theme, count, side = self._appearance.theme, len(self._names), at.side
        line = QRectF(at.left, at.top, at.width, 20)
        painter.setFont(looks.font())
        painter.setPen(theme.color("text"))
        accuracy = format_percent(confusion.accuracy)
        painter.drawText(line, _RIGHT, accuracy)
        line.setWidth(line.width() - painter.fontMetrics().horizontalAdvance(accuracy) - 6)
        painter.setFont(looks.font(bold=True))
        short = painter.fontMetrics().elidedText(
            title, Qt.TextElideMode.ElideRight, int(line.width())
        )
        painter.drawText(line, _LEFT, short)
        painter.setFont(looks.font(looks.CAPTION_PX))
        painter.setPen(theme.color("text2"))
        left = at.left + at.names
        self._paint_names(painter, at)
        shares, recalls = confusion.shares, confusion.recalls
        if at.recall:
            head = QRectF(left + count * side + 2, at.top + 22, at.recall - 2, 20)
            painter.drawText(head, _RIGHT, "recall")
        for row in range(count):
            top = at.top + _HEAD + row * side
            if at.recall:
                place = QRectF(left + count * side, top, at.recall, side)
                text = "—" if np.isnan(recalls[row]) else f"{100 * recalls[row]:.0f} %"
                painter.setFont(looks.font(looks.CAPTION_PX))
                painter.setPen(theme.color("text2"))
                painter.drawText(place, _RIGHT, text)
            for column in range(count):
                cell = QRectF(left + column * side, top, side, side)
                number = int(confusion.counts[row, column])
                inside = cell.adjusted(1, 1, -1, -1) if side >= _NARROW else cell.adjusted(
                    0.5, 0.5, -0.5, -0.5
                )  # fmt: skip
                self._paint_cell(
                    painter, inside, number, float(shares[row, column]), right=row == column
                )

    def _paint_names(self, painter: QPainter, at: _Matrix) -> None:
        """Write the classes at rows and columns: numbered where columns are narrow."""
        metrics = painter.fontMetrics()
        widest = max((metrics.horizontalAdvance(name) for name in self._names), default=0)
        numbered = widest > at.side - 2 and at.side < _NARROW
        for index, name in enumerate(self._names):
            head = QRectF(at.left + at.names + index * at.side, at.top + 22, at.side, 20)
            if numbered:
                small = at.side < metrics.horizontalAdvance("10") + 2
                painter.setFont(looks.font(_SIZES[-1] if small else looks.CAPTION_PX))
                painter.drawText(head, _MIDDLE, str(index + 1))
                painter.setFont(looks.font(looks.CAPTION_PX))
            else:
                short = metrics.elidedText(name, Qt.TextElideMode.ElideRight, int(at.side) - 1)
                painter.drawText(head, Qt.AlignmentFlag.AlignCenter, short)
            if at.names:
                told = f"{index + 1} {name}" if numbered else name
                place = QRectF(at.left, at.top + _HEAD + index * at.side, at.names - 6, at.side)
                short = metrics.elidedText(told, Qt.TextElideMode.ElideRight, int(place.width()))
                painter.drawText(place, int(_RIGHT | Qt.TextFlag.TextDontClip), short)

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
        text = str(number)
        for size in _SIZES:
            painter.setFont(looks.font(size, bold=bool(number)))
            ink = painter.fontMetrics().tightBoundingRect(text)
            if ink.width() <= cell.width() and ink.height() <= cell.height():
                painter.drawText(cell, _MIDDLE, text)
                break

    def event(self, event: QEvent) -> bool:
        """Tell a cell in words, and all of it beside the cells."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            told = self._told_at(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), plain_tip(told) or self.toolTip(), self)
            return True
        return super().event(event)

    def _told_at(self, place: QPointF) -> str:
        """Say what the cell at a place counts, or name a class; empty beside all that."""
        classes = len(self._names)
        for at, (title, confusion) in zip(self._placed(), self._matrices, strict=False):
            column = int((place.x() - at.left - at.names) // at.side)
            row = int((place.y() - at.top - _HEAD) // at.side)
            if 0 <= column < classes and 0 <= row < classes:
                number = count_of(int(confusion.counts[row, column]), "sample")
                taken = "answered rightly" if row == column else f"taken for {self._names[column]}"
                return f"{title}: {number} of {self._names[row]} {taken}"
            named = row if at.left <= place.x() < at.left + at.names else column
            if 0 <= named < classes and (row < 0 or named == row):
                return f"{named + 1} {self._names[named]}"
        return ""
