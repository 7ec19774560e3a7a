"""Spin boxes in the looks of the theme, which read numbers as every other field does."""

from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QEvent, QLocale, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QValidator, QWheelEvent
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QDoubleSpinBox,
    QSpinBox,
    QStyle,
    QStyleOptionSpinBox,
)

from pnn_studio.domain.units import parse_si, read_count
from pnn_studio.errors import PnnError
from pnn_studio.ui.widgets.controls import HEIGHT, chevron, paint_frame
from pnn_studio.ui.widgets.theme import Appearance

# The mixin stands before a spin box; what it calls is a spin box's.
if TYPE_CHECKING:
    _SpinBox = QAbstractSpinBox
else:
    _SpinBox = object


class _SpinLooks(_SpinBox):
    """How spin boxes of either kind look and read, and that they take an edit when it is complete.

    What is typed is never blocked: a key that does nothing tells nobody why. When the field is
    left, it is read by the one reader of the program; what cannot be read is told, and the old
    value stays.
    """

    _appearance: Appearance
    _told = ""

    def dress(self, appearance: Appearance) -> None:
        """Take the looks of the theme, and follow it."""
        self._appearance = appearance
        self.setFixedHeight(HEIGHT)
        self.setKeyboardTracking(False)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        appearance.changed.connect(self._tone)
        self._tone()

    def _tone(self) -> None:
        """Colour the text; rules of the window's stylesheet do not reach inside a spin box."""
        theme = self._appearance.theme
        color = theme.text if self.isEnabled() else theme.disabled
        self.lineEdit().setStyleSheet(f"background: transparent; border: none; color: {color};")

    def changeEvent(self, event: QEvent) -> None:
        """Dim the text of a disabled box."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.EnabledChange:
            self._tone()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the panel unless the box is being edited."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw outline and the two arrows; the text is the line edit's."""
        option = QStyleOptionSpinBox()
        self.initStyleOption(option)
        painter = QPainter(self)
        paint_frame(painter, self, self._appearance)
        none = QAbstractSpinBox.StepEnabledFlag.StepNone
        enabled = self.stepEnabled() if self.isEnabled() else none
        arrows = (
            (QStyle.SubControl.SC_SpinBoxUp, QAbstractSpinBox.StepEnabledFlag.StepUpEnabled, -1),
            (QStyle.SubControl.SC_SpinBoxDown, QAbstractSpinBox.StepEnabledFlag.StepDownEnabled, 1),
        )
        for part, flag, sign in arrows:
            rect = self.style().subControlRect(QStyle.ComplexControl.CC_SpinBox, option, part, self)
            role = "text2" if enabled & flag else "disabled"
            painter.setPen(QPen(self._appearance.theme.color(role), 1.3))
            x, y = rect.center().x() + 0.5, self.height() / 2 + sign * 4.5
            painter.drawPolyline(chevron(x, y, sign))
        painter.end()

    def _read(self, text: str) -> float:
        """Read what was typed; raises what `domain.units` does."""
        return parse_si(text, "")

    def _write(self, value: float) -> str:
        """Write a value as the field shows it."""
        raise NotImplementedError

    @property
    def _box(self) -> "Spin | AlphaSpin":
        return cast("Spin | AlphaSpin", self)

    def _typed(self, text: str) -> str:
        return text.removeprefix(self._box.prefix()).removesuffix(self._box.suffix()).strip()

    def _why_not(self, text: str) -> str:
        """Say why what was typed is no value of this field; empty: it is one."""
        try:
            value = self._read(self._typed(text))
        except PnnError as error:
            return str(error)
        box = self._box
        if box.minimum() <= value <= box.maximum():
            return ""
        low, high = self._write(box.minimum()), self._write(box.maximum())
        return f"{self.accessibleName()} lies in {low}..{high}, not {self._typed(text)}."

    def validate(self, text: str, place: int) -> tuple[QValidator.State, str, int]:
        """Let everything be typed; only what can be read is taken."""
        state = QValidator.State
        return state.Intermediate if self._why_not(text) else state.Acceptable, text, place

    def fixup(self, text: str) -> str:
        """Tell why what was typed is not taken, once; the old value comes back."""
        why = self._why_not(text) if self._typed(text) else ""
        if why and self._told != text:
            self._box.refused.emit(why)
        self._told = text
        return self._box.prefix() + self._write(self._box.value()) + self._box.suffix()


class Spin(_SpinLooks, QSpinBox):
    """A spin box of whole numbers in the looks of the theme.

    Notes
    -----
    Signal `refused` (why) when what was typed is no number of it.
    """

    refused = Signal(str)

    def __init__(self, appearance: Appearance, low: int, high: int, step: int = 1) -> None:
        super().__init__()
        self.setRange(low, high)
        self.setSingleStep(step)
        self.dress(appearance)

    def _read(self, text: str) -> int:
        return read_count(text)

    def _write(self, value: float) -> str:
        return self.textFromValue(round(value))

    def valueFromText(self, text: str) -> int:
        """Read what was typed."""
        return self._read(self._typed(text))

    def show_value(self, value: int) -> None:
        """Show a value without telling."""
        blocked = self.blockSignals(True)
        self.setValue(value)
        self.blockSignals(blocked)


class AlphaSpin(_SpinLooks, QDoubleSpinBox):
    """A spin box of 0.00..1.00 in the looks of the theme.

    Notes
    -----
    Signal `refused` (why) when what was typed is no number of it.
    """

    refused = Signal(str)

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self.setRange(0.0, 1.0)
        self.setDecimals(2)
        self.setSingleStep(0.02)
        # a point on every system, as in all other numbers of the window
        self.setLocale(QLocale.c())
        self.setFixedWidth(72)
        self.dress(appearance)

    def _write(self, value: float) -> str:
        return self.textFromValue(value)

    def valueFromText(self, text: str) -> float:
        """Read what was typed, with comma or point."""
        return self._read(self._typed(text))

    def show_alpha(self, alpha: float) -> None:
        """Show a value without telling."""
        blocked = self.blockSignals(True)
        self.setValue(alpha)
        self.blockSignals(blocked)
