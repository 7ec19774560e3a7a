"""Swatches with their names."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from pnn_studio.ui.widgets import theme as looks
from pnn_studio.ui.widgets.theme import Appearance

_SWATCH, _GAP, _NEXT = 12, 5, 12


class Legend(QWidget):
    """One line: a bar of 12 x 3 in the colour of a role, its name, the next one."""

    def __init__(self, appearance: Appearance, entries: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self._appearance = appearance
        self._entries = tuple(entries)
        self.setFont(looks.font(looks.CAPTION_PX))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Legend: " + ", ".join(name for name, _ in entries))
        appearance.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        """As wide as its names."""
        metrics = self.fontMetrics()
        names = sum(metrics.horizontalAdvance(name) for name, _ in self._entries)
        between = _NEXT * max(len(self._entries) - 1, 0)
        return QSize(names + (_SWATCH + _GAP) * len(self._entries) + between + 2, 16)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw swatches and names."""
        painter = QPainter(self)
        painter.setFont(self.font())
        x, theme = 0, self._appearance.theme
        for name, role in self._entries:
            painter.fillRect(QRectF(x, 7, _SWATCH, 3), theme.color(role))
            x += _SWATCH + _GAP
            width = painter.fontMetrics().horizontalAdvance(name)
            painter.setPen(theme.color("text2"))
            painter.drawText(QRectF(x, 0, width + 2, 16), Qt.AlignmentFlag.AlignVCenter, name)
            x += width + _NEXT
        painter.end()
