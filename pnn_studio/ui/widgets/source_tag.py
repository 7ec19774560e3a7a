"""The tag that says what a figure is of: ngspice, a model, or the design itself."""

from collections.abc import Mapping

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from pnn_studio.domain.circuit_model import MODELS
from pnn_studio.ui.widgets import theme as looks
from pnn_studio.ui.widgets.theme import Appearance, Theme

TAG_PX, HEIGHT = 10, 16
_PAD, _MARK = 5.0, 10.0
_CHECKED = "ngspice"
TIPS: Mapping[str, str] = {
    _CHECKED: "Simulated in ngspice: the whole circuit, over all test samples",
    "design": "Counted in the circuit itself; no model has a say in it",
    **{name: f"Not checked in ngspice. {what}" for name, what in MODELS.items()},
}


def tag_width(source: str) -> float:
    """Return how wide the tag of a source is, in px."""
    words = QFontMetricsF(looks.font(TAG_PX)).horizontalAdvance(source)
    return float(round(words + 2 * _PAD + (_MARK if source == _CHECKED else 0)))


def paint_tag(painter: QPainter, left: float, middle: float, source: str, theme: Theme) -> None:
    """Paint a tag at its left edge, centred on a line."""
    checked = source == _CHECKED
    rect = QRectF(left + 0.5, round(middle) - HEIGHT / 2 + 0.5, tag_width(source) - 1, HEIGHT - 1)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(theme.color("ok" if checked else "control"), 1))
    painter.setBrush(theme.color("ok_ground") if checked else Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(rect, 3, 3)
    role = "ok" if checked else "text2"
    if checked:
        pen = QPen(theme.color(role), 1.4)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        x, y = rect.left() + _PAD - 0.5, rect.center().y()
        painter.drawPolyline([QPointF(x, y), QPointF(x + 2, y + 2.4), QPointF(x + 6, y - 2.6)])
    painter.setPen(theme.color(role))
    painter.setFont(looks.font(TAG_PX))
    words = rect.adjusted(_PAD - 0.5 + (_MARK if checked else 0), -0.5, 4, -0.5)
    painter.drawText(words, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, source)
    painter.restore()


class SourceTag(QWidget):
    """The tag as a widget; gone where there is no source."""

    def __init__(self, appearance: Appearance, source: str = "") -> None:
        super().__init__()
        self._appearance = appearance
        self.source = ""
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        appearance.changed.connect(self.update)
        self.show_source(source)

    def show_source(self, source: str) -> None:
        """Show another source; empty for none."""
        # one that stands nowhere yet would come up as a window of its own
        if not source or self.parentWidget() is not None:
            self.setHidden(not source)
        if source != self.source:
            self.source = source
            self.setAccessibleName(f"Source: {source}" if source else "")
            self.setToolTip(TIPS.get(source, source))
            self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:
        """As wide as its word."""
        return QSize(int(tag_width(self.source)), HEIGHT)

    def minimumSizeHint(self) -> QSize:
        """As wide as its word."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint it."""
        if self.source:
            painter = QPainter(self)
            paint_tag(painter, 0, self.height() / 2, self.source, self._appearance.theme)
            painter.end()
