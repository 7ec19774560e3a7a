"""Paints a sheet of the inspector; its rows can be selected by mouse and keyboard."""

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QFocusEvent,
    QFontMetricsF,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from pnn_studio.app.inspector.results import describe
from pnn_studio.app.inspector.sheet import (
    EMPTY,
    Burner,
    Figure,
    Line,
    PowerFigure,
    Sheet,
    SheetSection,
    Step,
)
from pnn_studio.app.session.selection import Item
from pnn_studio.ui.inspector.sheet_figures import figure_height, paint_figure, table_columns
from pnn_studio.ui.inspector.sheet_power import TAG_COLUMN, TAG_GAP, segments, told
from pnn_studio.ui.widgets import theme as looks
from pnn_studio.ui.widgets.controls import plain_tip
from pnn_studio.ui.widgets.source_tag import paint_tag
from pnn_studio.ui.widgets.theme import Appearance

_PAD, _PITCH, _HEAD = 16, 22, 64
_ROLES = {
    "plain": "text",
    "bold": "text",
    "muted": "disabled",
    "positive": "positive_ink",
    "negative": "negative_ink",
    "warn": "warn",
}
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_WRAP = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap)


@dataclass(frozen=True)
class _Target:
    """What can be clicked: a row of a table, or a segment of a bar; `line` counts downwards."""

    rect: QRectF
    line: int
    item: Item | None
    burner: Burner | None = None
    text: str = ""
    step: Step | None = None


class SheetView(QWidget):
    """The sheet, as high as it needs to be.

    Notes
    -----
    Signals: `chosen` (item) for a row or a segment that was clicked or entered by key, `pointed`
    (text) for a segment under the pointer or the keys, `asked` (Step) for a row that does one.
    """

    chosen = Signal(object)
    asked = Signal(object)
    pointed = Signal(str)

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self._appearance = appearance
        self.sheet: Sheet = EMPTY
        self._targets: list[_Target] = []
        self._at = -1
        self._cut: list[tuple[QRectF, str]] = []  # texts that end in … as they are whole, and help
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Inspector")
        appearance.changed.connect(self.update)

    def show_sheet(self, sheet: Sheet) -> None:
        """Show another sheet."""
        if sheet.title != self.sheet.title or sheet.kicker != self.sheet.kicker:
            self._at = -1
        self.sheet = sheet
        self.setAccessibleDescription(describe(sheet))
        self._measure()
        by_key = Qt.FocusPolicy.StrongFocus if self.has_rows else Qt.FocusPolicy.NoFocus
        self.setFocusPolicy(by_key)
        self.update()

    @property
    def has_rows(self) -> bool:
        """Whether there is something to go through by key."""
        return any(
            each.rows
            or any(line.step for line in each.lines)
            or (isinstance(each.figure, PowerFigure) and each.figure.bars)
            for each in self.sheet.sections
        )

    def _measure(self) -> None:
        height = float(_HEAD if self.sheet.kicker else 40)
        height += sum(self._height_of(each) for each in self.sheet.sections)
        self.setFixedHeight(int(height) + 8)

    def _height_of(self, section: SheetSection) -> float:
        height = 14.0
        height += 24 if section.title else 0
        for figure in (section.figure, section.after):
            height += figure_height(figure) + 6 if figure is not None else 0
        height += _PITCH * (len(section.lines) + len(section.rows))
        height += 20 if section.head else 0
        return height + (self._text_height(section) if section.text else 0) + 6

    def _text_height(self, section: SheetSection) -> float:
        box = section.text_tone == "warn"
        width = int(self.width() - 2 * _PAD - (24 if box else 0))
        metrics = QFontMetricsF(looks.font())
        bound = metrics.boundingRect(QRectF(0, 0, max(width, 80), 2000), _WRAP, section.text)
        return bound.height() + (18 if box else 4)

    def sizeHint(self) -> QSize:
        """As high as its contents."""
        return QSize(264, self.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Wrap texts anew."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._measure()

    # --- rows and segments ---------------------------------------------------------------------

    def _target_at(self, place: QPointF) -> int:
        return next((at for at, each in enumerate(self._targets) if each.rect.contains(place)), -1)

    @property
    def _pointed(self) -> _Target | None:
        return self._targets[self._at] if 0 <= self._at < len(self._targets) else None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Mark what is under the pointer."""
        self._mark(self._target_at(event.position()))

    def leaveEvent(self, event: object) -> None:
        """Mark nothing."""
        self._mark(-1)

    def _mark(self, at: int) -> None:
        if at != self._at:
            self._at = at
            self.pointed.emit(self._pointed.text if self._pointed is not None else "")
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Select what is under the pointer."""
        self._mark(self._target_at(event.position()))
        self._choose()

    def _choose(self) -> None:
        if self._pointed is not None and self._pointed.step is not None:
            self.asked.emit(self._pointed.step)
        elif self._pointed is not None and self._pointed.item is not None:
            self.chosen.emit(self._pointed.item)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go from row to row and from segment to segment, and select by Return."""
        here, key = self._pointed, event.key()
        if not self._targets:
            super().keyPressEvent(event)
        elif key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self._step_line(1 if key == Qt.Key.Key_Down else -1)
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right) and here is not None:
            at = self._at + (1 if key == Qt.Key.Key_Right else -1)
            if 0 <= at < len(self._targets) and self._targets[at].line == here.line:
                self._mark(at)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and here is not None:
            self._choose()
        else:
            super().keyPressEvent(event)

    def _step_line(self, by: int) -> None:
        """Go to the first row or segment of the next line; a line further there is none."""
        here = self._pointed
        line = here.line + by if here is not None else 0
        at = next((at for at, each in enumerate(self._targets) if each.line == line), self._at)
        self._mark(at)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Mark none."""
        super().focusOutEvent(event)
        self._mark(-1)

    def event(self, event: QEvent) -> bool:
        """Tell the whole of a text that had no room."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            under = [text for rect, text in self._cut if rect.contains(event.pos())]
            QToolTip.showText(event.globalPos(), plain_tip("\n".join(under)), self)
            return True
        return super().event(event)

    # --- painting ------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint head and sections."""
        painter, sheet, theme = QPainter(self), self.sheet, self._appearance.theme
        width = self.width() - 2 * _PAD
        self._cut = []
        y = 10.0
        if sheet.kicker:
            self._write(painter, QRectF(_PAD, y, width, 16), sheet.kicker, "text2",
                        looks.CAPTION_PX)  # fmt: skip
            y += 18
        noted = self._write(painter, QRectF(_PAD, y, width, 24), sheet.note, "text2", right=True)
        title = QRectF(_PAD, y, width - noted - 8, 24)
        size = looks.READOUT_PX if sheet.kicker else looks.TITLE_PX
        self._write(painter, title, sheet.title, "text", size, bold=True)
        y = float(_HEAD if sheet.kicker else 40)
        self._targets = []
        for section in sheet.sections:
            if sheet.kicker:
                painter.setPen(QPen(theme.color("border"), 1))
                painter.drawLine(QPointF(0, round(y) + 0.5), QPointF(self.width(), round(y) + 0.5))
            self._paint_section(painter, section, y)
            y += self._height_of(section)
        painter.end()

    def _write(
        self,
        painter: QPainter,
        rect: QRectF,
        text: str,
        role: str,
        size: int = looks.BASE_PX,
        *,
        bold: bool = False,
        right: bool = False,
    ) -> float:
        """Write one line, elided where it does not fit; returns its width."""
        painter.setFont(looks.font(size, bold=bold))
        painter.setPen(self._appearance.theme.color(role))
        metrics = painter.fontMetrics()
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, int(rect.width()) + 1)
        if shown != text:
            self._cut.append((QRectF(rect), text))
        painter.drawText(rect, _RIGHT if right else _LEFT, shown)
        return float(metrics.horizontalAdvance(shown))

    def _paint_section(self, painter: QPainter, section: SheetSection, top: float) -> None:
        width, y = self.width() - 2.0 * _PAD, top + 14
        if section.title:
            head = QRectF(_PAD, y - 4, width, 20)
            if section.source:
                self._paint_tag(painter, head, section.source)
            noted = self._write(painter, head, section.note, "text2", right=True)
            head.setWidth(head.width() - noted - 8)
            self._write(painter, head, section.title, "text", bold=True)
            y += 24
        if section.figure is not None:
            height = figure_height(section.figure)
            rect = QRectF(_PAD, y, width, height)
            burner = self._note_segments(section.figure, rect)
            paint_figure(painter, section.figure, rect, self._appearance.theme, burner)
            y += height + 6
        if section.text:
            self._paint_text(painter, section, y)
            y += self._text_height(section)
        tagged = any(line.source for line in section.lines)
        for line in section.lines:
            self._paint_line(painter, line, y, tagged=tagged)
            y += _PITCH
        if section.after is not None:
            height = figure_height(section.after)
            rect = QRectF(_PAD, y + 2, width, height)
            paint_figure(painter, section.after, rect, self._appearance.theme)
            y += height + 6
        if section.rows:
            self._paint_table(painter, section, y)

    @property
    def _next_line(self) -> int:
        return self._targets[-1].line + 1 if self._targets else 0

    def _note_segments(self, figure: Figure, rect: QRectF) -> Burner | None:
        """Note where the segments of bars are; returns the one that is marked."""
        if not isinstance(figure, PowerFigure):
            return None
        for placed in segments(figure, rect):
            line = self._next_line
            for place, burner in placed:
                reach = place.adjusted(-0.5, -4, 0.5, 4)
                target = _Target(reach, line, burner.item, burner, told(figure, burner))
                self._targets.append(target)
        return self._pointed.burner if self._pointed is not None else None

    def _paint_text(self, painter: QPainter, section: SheetSection, y: float) -> None:
        theme = self._appearance.theme
        rect = QRectF(_PAD, y, self.width() - 2 * _PAD, self._text_height(section))
        if section.text_tone == "warn":
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("warn_ground"))
            painter.drawRoundedRect(rect.adjusted(0, 0, 0, -4), 4, 4)
            rect.adjust(12, 6, -12, 0)
        painter.setFont(looks.font())
        painter.setPen(theme.color("text" if section.text_tone == "warn" else "text2"))
        painter.drawText(rect, _WRAP, section.text)

    def _paint_tag(self, painter: QPainter, rect: QRectF, source: str) -> None:
        """Paint a tag in the column of tags, and take its room from the line."""
        left = rect.right() - TAG_COLUMN
        if source:
            paint_tag(painter, left, rect.center().y(), source, self._appearance.theme)
        rect.setRight(left - TAG_GAP)

    def _paint_line(self, painter: QPainter, line: Line, y: float, *, tagged: bool) -> None:
        """Write name, value and source; the tags of a section share one column."""
        rect = QRectF(_PAD, y, self.width() - 2 * _PAD, _PITCH)
        if line.step is not None:
            self._paint_ground(painter, y, None, line.step)
        if line.help:
            self._cut.append((QRectF(rect), line.help))
        if tagged:
            self._paint_tag(painter, rect, line.source)
        bold, value = line.tone == "bold", line.value
        metrics = QFontMetricsF(looks.font(bold=bold))
        room = rect.width() - QFontMetricsF(looks.font()).horizontalAdvance(line.name) - 8
        if line.short and metrics.horizontalAdvance(value) > room:
            self._cut.append((QRectF(rect), f"{line.name}: {value}"))
            value = line.short
        role = "accent" if line.step is not None else _ROLES[line.tone]
        told = self._write(painter, rect, value, role, bold=bold, right=True)
        rect.setWidth(rect.width() - told - 8)
        self._write(painter, rect, line.name, "text2")

    def _paint_ground(
        self, painter: QPainter, y: float, item: Item | None, step: Step | None
    ) -> QRectF:
        """Note that what is written there can be clicked; returns its rectangle."""
        whole = QRectF(_PAD - 8, y, self.width() - 2 * _PAD + 16, _PITCH)
        if len(self._targets) == self._at and (item is not None or step is not None):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._appearance.theme.color("hover"))
            painter.drawRoundedRect(whole, 4, 4)
        self._targets.append(_Target(whole, self._next_line, item, step=step))
        return whole

    def _paint_table(self, painter: QPainter, section: SheetSection, y: float) -> None:
        columns = table_columns(section, self.width() - 2.0 * _PAD, _PAD)
        for text, (left, width) in zip(section.head, columns, strict=True):
            rect = QRectF(left, y, width, 18)
            self._write(painter, rect, text, "text2", looks.CAPTION_PX, right=left > _PAD)
        y += 20
        for row in section.rows:
            whole = self._paint_ground(painter, y, row.item, row.step)
            if row.tip:
                self._cut.append((whole, row.tip))
            for index, (text, (left, width)) in enumerate(zip(row.cells, columns, strict=True)):
                tone = row.tone if index == 0 or row.tone == "muted" else "plain"
                rect = QRectF(left, y, width, _PITCH)
                if row.tone == "muted" and index == len(columns) - 1:
                    rect.setLeft(columns[1][0])  # over the columns that are empty in such a row
                self._write(painter, rect, text, _ROLES[tone], right=left > _PAD)
            y += _PITCH

    @Slot()
    def redraw(self) -> None:
        """Paint anew."""
        self.update()
