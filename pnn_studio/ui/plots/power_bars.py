"""Powers by part, as bars on one scale."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from pnn_studio.domain.design import Power
from pnn_studio.domain.units import format_si
from pnn_studio.ui.widgets import theme as looks
from pnn_studio.ui.widgets.theme import Appearance

_NAME, _TOTAL = 64, 76
_BAR, _PITCH = 20, 32
_PARTS = ("negation", "activation", "crossbar")
_ON_FILL = "#14121F"


class PowerBars(QWidget):
    """Stacked bars with their names and totals."""

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self._appearance = appearance
        self._bars: tuple[tuple[str, Power], ...] = ()
        self.setMinimumWidth(240)
        appearance.changed.connect(self.update)

    def show_powers(self, bars: tuple[tuple[str, Power], ...]) -> None:
        """Show these, each with its name."""
        self._bars = bars
        self.setFixedHeight(max(len(bars), 1) * _PITCH)
        told = [
            f"{name} {format_si(power.total, 'W')}: "
            + ", ".join(f"{part} {format_si(getattr(power, part), 'W')}" for part in _PARTS)
            for name, power in self._bars
        ]
        self.setAccessibleName("; ".join(told))
        self.setToolTip("\n".join(told))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the bars."""
        painter, theme = QPainter(self), self._appearance.theme
        largest = max((power.total for _, power in self._bars), default=1.0)
        scale = (self.width() - _NAME - _TOTAL) / largest
        for row, (name, power) in enumerate(self._bars):
            y, x = row * _PITCH + 6, float(_NAME)
            painter.setFont(looks.font(looks.BASE_PX))
            painter.setPen(theme.color("text2"))
            right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(QRectF(0, y, _NAME - 10, _BAR), right, name)
            for part in _PARTS:
                watts = getattr(power, part)
                width = watts * scale
                painter.fillRect(QRectF(x, y, width, _BAR), theme.color(f"{part}_fill"))
                text = format_si(watts, "W")
                if width > painter.fontMetrics().horizontalAdvance(text) + 12:
                    painter.setPen(QColor(_ON_FILL))
                    inside = QRectF(x + 6, y, width, _BAR)
                    painter.drawText(inside, Qt.AlignmentFlag.AlignVCenter, text)
                x += width + 1
            painter.setFont(looks.font(looks.BASE_PX, bold=True))
            painter.setPen(theme.color("text"))
            total = QRectF(x + 5, y, _TOTAL, _BAR)
            painter.drawText(total, Qt.AlignmentFlag.AlignVCenter, format_si(power.total, "W"))
        painter.end()
