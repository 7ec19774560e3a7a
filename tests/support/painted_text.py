"""Every text that a window paints, with its place: whatever paints it, and however."""

from dataclasses import dataclass
from html import unescape

from PySide6.QtCore import QEvent, QPoint, QRectF
from PySide6.QtGui import QFontMetricsF, QHelpEvent, QPaintDevice, QPaintEngine, QRegion
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QApplication,
    QLabel,
    QToolTip,
    QWidget,
)

from pnn_studio.ui.widgets.controls import ElidedLabel


@dataclass(frozen=True)
class PaintedText:
    """A text as it was painted.

    Attributes
    ----------
    widget : QWidget
        Which painted it.
    text : str
        What was painted.
    ink : QRectF
        What it covers, in the coordinates of the widget.
    clip : QRectF or None
        To what the painter was clipped, in the coordinates of the widget.
    """

    widget: QWidget
    text: str
    ink: QRectF
    clip: QRectF | None

    def __repr__(self):
        x, y, width, height = (round(each) for each in self.ink.getRect())
        kind, name = type(self.widget).__name__, self.widget.accessibleName()
        return f"{self.text!r} at {x},{y} {width}x{height} in {kind} {name[:30]!r}"


class _Engine(QPaintEngine):
    def __init__(self):
        super().__init__(QPaintEngine.PaintEngineFeature.AllFeatures)
        self.widget, self.texts = None, []

    def begin(self, device):
        return True

    def end(self):
        return True

    def type(self):
        return QPaintEngine.Type.User

    def updateState(self, state):
        pass

    def drawTextItem(self, place, item):
        if not item.text().strip():
            return
        painter = self.painter()
        to_widget = painter.combinedTransform()
        ink = QFontMetricsF(item.font()).tightBoundingRect(item.text()).translated(place)
        clip = to_widget.mapRect(painter.clipBoundingRect()) if painter.hasClipping() else None
        text = PaintedText(self.widget, item.text(), to_widget.mapRect(ink), clip)
        self.texts.append(text)

    def drawPixmap(self, *what):
        pass

    def drawImage(self, *what):
        pass

    def drawPath(self, *what):
        pass

    def drawPolygon(self, *what):
        pass


class _Device(QPaintDevice):
    """A sheet that keeps the texts and nothing else."""

    def __init__(self, width, height):
        super().__init__()
        self._engine, self._size = _Engine(), (width, height)

    def paintEngine(self):
        return self._engine

    def metric(self, which):
        metric = QPaintDevice.PaintDeviceMetric
        known = {
            metric.PdmWidth: self._size[0],
            metric.PdmHeight: self._size[1],
            metric.PdmWidthMM: self._size[0] // 4,
            metric.PdmHeightMM: self._size[1] // 4,
            metric.PdmNumColors: 1 << 24,
            metric.PdmDepth: 32,
            metric.PdmDevicePixelRatio: 1,
            metric.PdmDevicePixelRatioScaled: 1 << 16,
        }
        return known.get(which, 96)


def painted_texts(window):
    """Have every visible widget of a window paint itself, and return the texts."""
    device = _Device(window.width(), window.height())
    engine = device.paintEngine()
    for widget in (window, *window.findChildren(QWidget)):
        tip = widget.isWindow() and widget is not window  # what was told of a text before
        if widget.isVisible() and not tip and not widget.visibleRegion().isEmpty():
            engine.widget = widget
            widget.render(device, QPoint(), QRegion(), QWidget.RenderFlag(0))
    return engine.texts


def _scrolls(widget):
    """Return the scroll area that `widget` lies in or is the viewport of, or None."""
    while widget is not None and not widget.isWindow():
        parent = widget.parentWidget()
        if isinstance(parent, QAbstractScrollArea) and widget is parent.viewport():
            return parent
        widget = parent
    return None


def is_cut(text, tolerance=1.0):
    """Whether some of a text lies beyond what is shown of its widget."""
    shown = QRectF(text.widget.visibleRegion().boundingRect())
    if text.clip is not None:
        shown &= text.clip
    if not shown.intersects(text.ink):
        return False  # scrolled out, as a whole
    ink = QRectF(text.ink)
    area = _scrolls(text.widget)
    if area is not None and area.verticalScrollBar().maximum() > 0:
        ink.setTop(max(ink.top(), shown.top()))
        ink.setBottom(min(ink.bottom(), shown.bottom()))
    if area is not None and area.horizontalScrollBar().maximum() > 0:
        ink.setLeft(max(ink.left(), shown.left()))
        ink.setRight(min(ink.right(), shown.right()))
    return not shown.adjusted(-tolerance, -tolerance, tolerance, tolerance).contains(ink)


def _tip(text):
    """Return what the pointer is told over a text."""
    widget, place = text.widget, text.ink.center().toPoint()
    QToolTip.hideText()
    help_event = QHelpEvent(QEvent.Type.ToolTip, place, widget.mapToGlobal(place))
    QApplication.sendEvent(widget, help_event)
    return unescape(QToolTip.text())


def is_lost(text):
    """Whether a text ends in … for want of room, and can be read whole nowhere."""
    begin = text.text.removesuffix("…")
    if begin == text.text:
        return False
    widget = text.widget
    written = widget.text() if isinstance(widget, QAbstractButton | QLabel) else ""
    meant = text.text == written and not isinstance(widget, ElidedLabel)
    return not meant and begin not in _tip(text)


def overlapping(texts, window, tolerance=1.0):
    """Return the pairs of texts that lie on one another, as far as both are shown."""
    placed = []
    for text in texts:
        shown = QRectF(text.widget.visibleRegion().boundingRect())
        ink = text.ink & shown & (text.clip or shown)
        if ink.isEmpty():
            continue
        corner = text.widget.mapTo(window, QPoint())
        area = ink.translated(corner).adjusted(tolerance, tolerance, -tolerance, -tolerance)
        placed.append((area, text))
    placed.sort(key=lambda each: each[0].top())
    found = []
    for number, (area, text) in enumerate(placed):
        for other, another in placed[number + 1 :]:
            if other.top() > area.bottom():
                break
            if area.intersects(other):
                found.append((text, another))
    return found
