"""The slider that weighs power against accuracy; its ticks are the trained values of alpha."""

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSlider

from pnn_studio.ui.widgets.theme import Appearance

STEPS = 100
_MARGIN = 9
_AXIS = 14


class AlphaSlider(QSlider):
    """A horizontal slider of 0..1 in steps of 0.01.

    Notes
    -----
    Signals: `moved` (alpha) at every move of the person, `released` when a drag or a key ends.
    """

    moved = Signal(float)
    released = Signal()

    def __init__(self, appearance: Appearance) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._appearance = appearance
        self._ringed = False
        self._ticks: tuple[tuple[float, float], ...] = ()
        self.setRange(0, STEPS)
        self.setSingleStep(2)
        self.setPageStep(10)
        self.setFixedHeight(32)
        self.setMinimumWidth(184)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.valueChanged.connect(self._tell)
        appearance.changed.connect(self.update)

    def _tell(self, value: int) -> None:
        self.moved.emit(value / STEPS)

    def show_alpha(self, alpha: float) -> None:
        """Stand at `alpha`, without telling."""
        value = round(alpha * STEPS)
        if value != self.value():
            blocked = self.blockSignals(True)
            self.setValue(value)
            self.blockSignals(blocked)
            self.update()

    def show_ticks(self, ticks: tuple[tuple[float, float], ...]) -> None:
        """Mark trained alphas; each with the share of its seeds that are finished."""
        if ticks != self._ticks:
            self._ticks = ticks
            self.update()

    def _x(self, alpha: float) -> float:
        return _MARGIN + alpha * (self.width() - 2 * _MARGIN)

    def _jump(self, event: QMouseEvent) -> None:
        share = (event.position().x() - _MARGIN) / max(self.width() - 2 * _MARGIN, 1)
        self.setValue(round(float(np.clip(share, 0, 1)) * STEPS))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take the handle to the pointer."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.setSliderDown(True)
            self._jump(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag the handle."""
        if self.isSliderDown():
            self._jump(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End the drag: one step of undo."""
        self.setSliderDown(False)
        self.released.emit()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """End a move by key."""
        super().keyReleaseEvent(event)
        if not event.isAutoRepeat():
            self.released.emit()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show a ring to those who came by key."""
        super().focusInEvent(event)
        self._ringed = event.reason() in (
            Qt.FocusReason.TabFocusReason,
            Qt.FocusReason.BacktabFocusReason,
        )

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """End whatever move there was."""
        super().focusOutEvent(event)
        self._ringed = False
        self.released.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw track, ticks and handle."""
        theme, enabled = self._appearance.theme, self.isEnabled()
        painter = QPainter(self)
        if enabled:
            for alpha, share in self._ticks:
                x = round(self._x(alpha)) + 0.5
                painter.setPen(QPen(theme.color("accent" if share >= 1 else "control"), 1))
                painter.drawLine(QPointF(x, 24), QPointF(x, 27 + 5 * share))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        left, right, here = self._x(0), self._x(1), self._x(self.value() / STEPS)
        painter.setBrush(theme.color("border"))
        painter.drawRoundedRect(QRectF(left, _AXIS - 1.5, right - left, 3), 1.5, 1.5)
        if enabled:
            painter.setBrush(theme.color("accent"))
            painter.drawRoundedRect(QRectF(left, _AXIS - 1.5, here - left, 3), 1.5, 1.5)
        center = QPointF(here, _AXIS)
        if self._ringed:
            painter.setBrush(theme.color("accent", 0.25))
            painter.drawEllipse(center, 12, 12)
        painter.setPen(QPen(theme.color("accent" if enabled else "disabled"), 2))
        painter.setBrush(theme.color("accent" if self.isSliderDown() else "panel"))
        radius = 8.0 if self.underMouse() and enabled else 7.0
        painter.drawEllipse(center, radius, radius)
        if enabled and not self.isSliderDown():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("accent"))
            painter.drawEllipse(center, 2.5, 2.5)
        painter.end()
