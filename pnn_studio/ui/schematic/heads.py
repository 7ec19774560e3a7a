"""Headings of a crossbar that stay in view: names of its rows, feet of its columns."""

import math
from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QHelpEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QToolTip, QWidget

from pnn_studio.domain.schematic import Schematic
from pnn_studio.ui.widgets import theme as looks
from pnn_studio.ui.widgets.canvas.drawing_room import named_slots
from pnn_studio.ui.widgets.controls import plain_tip
from pnn_studio.ui.widgets.theme import Appearance

_NAME_PITCH, _NOTE_PITCH, _HALF = 13.0, 27.0, 7.0
_WIDEST = 200.0
_UPRIGHT_PITCH = 40.0  # narrower columns have their names turned
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_CENTER = Qt.AlignmentFlag.AlignCenter


class Heading(QWidget):
    """A strip over an edge of the canvas.

    `place` gives where a row or column lies in it, in px, by its index; `whole` are the names, of
    which the pointer is told the one that it is at.

    Notes
    -----
    Signals: `pointed` (index, -1 for none), `chosen` (index).
    """

    pointed = Signal(int)
    chosen = Signal(int)

    def __init__(
        self, appearance: Appearance, view: QWidget, place: Callable[[int], float]
    ) -> None:
        super().__init__(view)
        self._appearance, self._place = appearance, place
        self._schematic: Schematic | None = None
        self._marked: frozenset[int] = frozenset()
        self._at = -1
        self.whole: Sequence[str] = ()
        self.setMouseTracking(True)
        self.setCursor(Qt.CursorShape.ArrowCursor)
        appearance.changed.connect(self.update)

    def show_schematic(self, schematic: Schematic) -> None:
        """Name the rows or columns of this one."""
        self._schematic = schematic
        self.update()

    def mark(self, indices: frozenset[int]) -> None:
        """Write these in the colour of what is selected."""
        if indices != self._marked:
            self._marked = indices
            self.update()

    def _count(self) -> int:
        raise NotImplementedError

    def _along(self, place: QPointF) -> float:
        raise NotImplementedError

    @property
    def _pitch(self) -> float:
        count = self._count()
        return abs(self._place(1) - self._place(0)) if count > 1 else float(self.height())

    def _index_at(self, place: QPointF) -> int:
        along = self._along(place)
        count = self._count()
        if not count:
            return -1
        nearest = min(range(count), key=lambda index: abs(self._place(index) - along))
        return nearest if abs(self._place(nearest) - along) <= max(self._pitch / 2, 8) else -1

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Tell what is under the pointer."""
        at = self._index_at(event.position())
        if at != self._at:
            self._at = at
            self.update()
            self.pointed.emit(at)

    def event(self, event: QEvent) -> bool:
        """Tell a name whole."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            at = self._index_at(QPointF(event.pos()))
            text = self.whole[at] if 0 <= at < len(self.whole) else ""
            QToolTip.showText(event.globalPos(), plain_tip(text), self)
            return True
        return super().event(event)

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is."""
        super().leaveEvent(event)
        self._at = -1
        self.update()
        self.pointed.emit(-1)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Keep a press from the canvas below."""
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Choose what was clicked."""
        at = self._index_at(event.position())
        if at >= 0:
            self.chosen.emit(at)

    def _tone(self, index: int, otherwise: str) -> str:
        return "accent" if self._over(index) else otherwise

    def _over(self, index: int) -> bool:
        """Whether a name is written rather than those beside it."""
        return index in self._marked or index == self._at

    def _begin(self) -> QPainter:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._appearance.theme.color("canvas"))
        painter.setPen(QPen(self._appearance.theme.color("border"), 1))
        return painter

    def _write(
        self, painter: QPainter, rect: QRectF, text: str, role: str, flags: Qt.AlignmentFlag,
        *, bold: bool = False,
    ) -> None:  # fmt: skip
        painter.setFont(looks.font(looks.CAPTION_PX, bold=bold))
        painter.setPen(self._appearance.theme.color(role))
        short = painter.fontMetrics().elidedText(
            text, Qt.TextElideMode.ElideRight, int(rect.width())
        )
        painter.drawText(rect, int(flags | Qt.TextFlag.TextDontClip), short)

    def _named(self, pitch: float) -> frozenset[int]:
        """Return what is named; what is marked or pointed at before what is beside it."""
        first = [index for index in range(self._count()) if self._over(index)]
        return named_slots(range(self._count()), pitch, first, _NAME_PITCH)


class RowNames(Heading):
    """Names of the rows, and their voltages where there is room."""

    def _count(self) -> int:
        return len(self._schematic.rows) if self._schematic else 0

    def _along(self, place: QPointF) -> float:
        return place.y()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Write them."""
        painter = self._begin()
        right = self.width() - 0.5
        painter.drawLine(QPointF(right, 0), QPointF(right, self.height()))
        rows = self._schematic.rows if self._schematic else ()
        places = [self._place(row.index) for row in rows]
        ends = [*places[1:], math.inf]
        pitch = min((b - a for a, b in zip(places, ends, strict=True)), default=math.inf)
        named, room = self._named(pitch), self.width() - 14.0
        for row, y, end in zip(rows, places, ends, strict=True):
            if row.index not in named or not _HALF <= y <= self.height() - _HALF:
                continue  # not there, or not whole
            role = self._tone(row.index, "text" if row.printed else "disabled")
            noted = bool(row.note) and end - y >= _NOTE_PITCH
            noted = noted and 2 * _HALF <= y <= self.height() - 2 * _HALF
            rect = QRectF(4, y - (14 if noted else 7), room, 14)
            bold = row.index in self._marked
            self._write(painter, rect, row.name, role, _RIGHT, bold=bold)
            if noted:
                note = QRectF(4, y, room, 14)
                self._write(painter, note, row.note, "text2" if row.printed else role, _RIGHT)
        painter.end()


class ColumnFeet(Heading):
    """Names of the outputs, with the voltages of column and output where there is room.

    What lies left of `left` px is not written.
    """

    left = 0.0

    def _count(self) -> int:
        return len(self._schematic.columns) if self._schematic else 0

    def _along(self, place: QPointF) -> float:
        return place.x()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Write them; turned where columns are narrow."""
        painter = self._begin()
        painter.drawLine(QPointF(0, 0.5), QPointF(self.width(), 0.5))
        painter.setClipRect(QRectF(self.left, 0, self.width() - self.left, self.height()))
        columns = self._schematic.columns if self._schematic else ()
        pitch = self._pitch if len(columns) > 1 else 200.0
        named = self._named(pitch if pitch < _UPRIGHT_PITCH else math.inf)
        metrics = QFontMetricsF(looks.font(looks.CAPTION_PX, bold=True))
        for column in columns:
            x, index = self._place(column.index), column.index
            lines = [(f"{column.column} {column.z}".strip(), "text2"), (column.name, "text"),
                     (column.output, "text2")]  # fmt: skip
            widest = max(metrics.horizontalAdvance(text) for text, _ in lines)
            room = min(pitch, _WIDEST) - 6
            half = _HALF if pitch < _UPRIGHT_PITCH else min(widest, room) / 2
            if index not in named or not self.left + half <= x <= self.width() - half:
                continue  # not there, or not whole
            role, bold = self._tone(index, "text"), index in self._marked
            if pitch < _UPRIGHT_PITCH:
                painter.save()
                painter.translate(x, 6)
                painter.rotate(90)
                place = QRectF(0, -7, self.height() - 10, 14)
                flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
                self._write(painter, place, column.name, role, flags, bold=bold)
                painter.restore()
                continue
            for line, (text, tone) in enumerate(lines):
                rect = QRectF(x - room / 2, 6 + 18 * line, room, 16)
                named_line = line == 1
                tone = role if named_line else tone
                self._write(painter, rect, text, tone, _CENTER, bold=bold and named_line)
        painter.end()
