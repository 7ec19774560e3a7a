"""Check boxes and entries of quantities and names, painted in the theme."""

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QCheckBox, QLineEdit, QWidget

from pnn_studio.app.session.layout_edits import MAX_NAME
from pnn_studio.domain.units import format_si, parse_si
from pnn_studio.errors import PnnError
from pnn_studio.ui.widgets.controls import HEIGHT
from pnn_studio.ui.widgets.theme import Appearance

_BOX = 14


class CheckBox(QCheckBox):
    """A check box whose mark follows the theme."""

    def __init__(self, appearance: Appearance, text: str, tip: str) -> None:
        super().__init__(text)
        self._appearance = appearance
        self.setFixedHeight(HEIGHT)
        self.setAccessibleName(text)
        self.setToolTip(tip)
        appearance.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        """As wide as box and text."""
        return QSize(_BOX + 10 + self.fontMetrics().horizontalAdvance(self.text()), HEIGHT)

    def minimumSizeHint(self) -> QSize:
        """As wide as box and text."""
        return self.sizeHint()

    def hitButton(self, place: object) -> bool:
        """Take a click anywhere on it."""
        return True

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw box, mark and text."""
        theme, painter = self._appearance.theme, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(1.5, (self.height() - _BOX) / 2 + 0.5, _BOX - 1, _BOX - 1)
        on, enabled = self.isChecked(), self.isEnabled()
        if self.hasFocus():
            painter.setPen(QPen(theme.color("accent", 0.5), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 4, 4)
        outline = "accent" if on else ("text2" if self.underMouse() else "control")
        painter.setPen(QPen(theme.color(outline if enabled else "border"), 1))
        painter.setBrush(theme.color("accent" if on and enabled else "panel"))
        painter.drawRoundedRect(box, 3, 3)
        if on:
            painter.setPen(QPen(theme.color("on_accent" if enabled else "disabled"), 1.6))
            x, y = box.left(), box.top()
            painter.drawPolyline(
                [QPointF(x + 3, y + 6.8), QPointF(x + 5.6, y + 9.4), QPointF(x + 10, y + 3.8)]
            )
        painter.setPen(theme.color("text" if enabled else "disabled"))
        inside = QRectF(_BOX + 7, 0, self.width(), self.height())
        painter.drawText(inside, Qt.AlignmentFlag.AlignVCenter, self.text())
        painter.end()


class TextEntry(QLineEdit):
    """An entry of text with an outline that follows the theme."""

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self._appearance = appearance
        self.setFixedHeight(HEIGHT)
        self.setFrame(False)
        self.setTextMargins(8, 0, 8, 0)
        appearance.changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the outline under the text."""
        theme, painter = self._appearance.theme, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        focused = self.hasFocus()
        outline = "accent" if focused else ("text2" if self.underMouse() else "control")
        width = 2.0 if focused else 1.0
        painter.setPen(QPen(theme.color(outline if self.isEnabled() else "border"), width))
        painter.setBrush(theme.color("panel"))
        inset = width / 2
        rect = QRectF(self.rect()).adjusted(inset, inset, -inset, -inset)
        painter.drawRoundedRect(rect, 4, 4)
        painter.end()
        super().paintEvent(event)


class QuantityEntry(TextEntry):
    """An entry of a quantity such as ``5 mW``; empty means none.

    Notes
    -----
    Signals: `entered` (float or None) when a quantity was typed, `refused` (why) when what was
    typed is none; the entry shows the old one again.
    """

    entered = Signal(object)
    refused = Signal(str)

    def __init__(self, appearance: Appearance, unit: str) -> None:
        super().__init__(appearance)
        self._unit = unit
        self._value: float | None = None
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.editingFinished.connect(self._take)

    @property
    def value(self) -> float | None:
        """The quantity that was typed or shown last."""
        return self._value

    def show_value(self, value: float | None) -> None:
        """Show a quantity without telling; not while the person types."""
        self._value = value
        if not self.isModified() or not self.hasFocus():
            self.setText("" if value is None else format_si(value, self._unit))

    @Slot()
    def _take(self) -> None:
        if not self.isModified():
            return
        self.setModified(False)
        text = self.text().strip()
        try:
            value = parse_si(text, self._unit) if text else None
        except PnnError as error:
            self.show_value(self._value)
            self.refused.emit(str(error))
            return
        self._value = value
        self.show_value(value)
        self.entered.emit(value)


class NameBox(QLineEdit):
    """Asks for a name; Return or leaving takes it, Escape leaves the old one.

    Parameters
    ----------
    parent : QWidget
        Over which it is shown.
    longest : int
        Characters that can be typed.

    Notes
    -----
    Signals: `named` (item, text), `left` when it has gone, named or not.
    """

    named = Signal(object, str)
    left = Signal()

    def __init__(self, parent: QWidget, longest: int = MAX_NAME) -> None:
        super().__init__(parent)
        self._item: object = None
        self.setMaxLength(longest)
        self.setAccessibleName("Name")
        self.setProperty("kind", "rename")
        self.hide()
        self.editingFinished.connect(self._take)

    def ask(self, item: object, place: QPoint, shown: str, width: int = 140) -> None:
        """Ask for the name of an item, in the middle of a place."""
        self._item = item
        self.setText(shown)
        self.selectAll()
        self.setGeometry(place.x() - width // 2, place.y() - 13, width, 26)
        self.show()
        self.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave the old name on Escape."""
        if event.key() == Qt.Key.Key_Escape:
            self.drop()
        else:
            super().keyPressEvent(event)
            event.accept()  # of its parent, Return would ask for something else

    def drop(self) -> None:
        """Leave the old name."""
        self._item = None
        self._take()

    @Slot()
    def _take(self) -> None:
        item, self._item = self._item, None
        if not self.isHidden():
            self.hide()
            self.left.emit()
        if item is not None:
            self.named.emit(item, self.text())


def take_what_is_typed() -> None:
    """Take what stands in the field that is typed in, as when it is left.

    Keys and buttons of a tool bar leave the focus where it is.
    """
    field = QApplication.focusWidget()
    if isinstance(field, QAbstractSpinBox):
        field.interpretText()
    elif isinstance(field, TextEntry):
        field.editingFinished.emit()
