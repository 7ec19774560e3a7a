"""A canvas that pans by drag, zooms by wheel and keys, and fits itself until it is zoomed."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSizeF, Qt, Signal, Slot
from PySide6.QtGui import (
    QFontMetrics,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import (
    QFrame,
    QGraphicsScene,
    QGraphicsView,
    QHBoxLayout,
    QToolTip,
    QWidget,
)

from pnn_studio.ui.widgets.canvas.drawing_room import free_place
from pnn_studio.ui.widgets.controls import IconButton, describe, label
from pnn_studio.ui.widgets.theme import Appearance

_STEP = 1.25
_LEAST, _MOST = 0.1, 4.0
_MARGIN = 16
_TIP_AT = QPoint(2, 16)  # where Qt puts a tooltip, seen from the place that it is given
_TIP_EDGE = 4.0


class CanvasView(QGraphicsView):
    """Shows a scene, fitted until the person zooms.

    Notes
    -----
    Signal `zoomed` (scale) after every change of scale.
    """

    zoomed = Signal(float)

    def __init__(self, appearance: Appearance, name: str, largest_fit: float = 2.0) -> None:
        super().__init__()
        self._appearance = appearance
        self._fits = True
        self._largest_fit = largest_fit
        self.canvas = QGraphicsScene(self)
        self.setScene(self.canvas)
        self.setAccessibleName(name)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.setDragMode(QGraphicsView.DragMode.ScrollHandDrag)
        self.viewport().setCursor(Qt.CursorShape.ArrowCursor)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.AnchorUnderMouse)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)
        appearance.changed.connect(self._draw)
        self._draw()

    @Slot()
    def _draw(self) -> None:
        self.setBackgroundBrush(self._appearance.theme.color("canvas"))
        self.viewport().update()

    @property
    def scale_now(self) -> float:
        """Pixels for each scene unit."""
        return self.transform().m11()

    def show_extent(self, extent: QRectF) -> None:
        """Take the extent of what is shown, and fit it if the person has not zoomed."""
        if extent != self.sceneRect():
            self.setSceneRect(extent)
            self._refit()

    @property
    def is_fitted(self) -> bool:
        """Whether the canvas fits itself, for the person has not zoomed."""
        return self._fits

    def labels(self) -> Sequence[QRectF]:
        """Return where something is written, in px of the view: what floats does not cover it."""
        return ()

    def tip_at(self, place: QPoint) -> tuple[str, QRectF] | None:
        """Return what the pointer is told at a place of the view, and where that stands."""
        item = next((each for each in self.items(place) if each.toolTip()), None)
        if item is None:
            return None
        about = self.mapFromScene(item.mapToScene(item.shape())).boundingRect()
        return item.toolTip(), QRectF(about)

    def viewportEvent(self, event: QEvent) -> bool:
        """Put a tooltip where it covers no label."""
        if not isinstance(event, QHelpEvent) or event.type() != QEvent.Type.ToolTip:
            return super().viewportEvent(event)
        found = self.tip_at(event.pos())
        if found is None:
            QToolTip.hideText()
            return True
        text, about = found
        bounds = QRectF(QFontMetrics(QToolTip.font()).boundingRect(QRect(), 0, text))
        size = QSizeF(bounds.width() + 2 * _TIP_EDGE, bounds.height() + 2 * _TIP_EDGE)
        at = free_place(size, about, self.labels(), QSizeF(self.viewport().size()))
        QToolTip.showText(
            self.viewport().mapToGlobal(at.toPoint() - _TIP_AT), text, self.viewport()
        )
        return True

    @Slot()
    def fit(self) -> None:
        """Show everything, as large as fits."""
        self._fits = True
        self._refit()

    @Slot()
    def zoom_in(self) -> None:
        """Show less, larger."""
        self._zoom(_STEP)

    @Slot()
    def zoom_out(self) -> None:
        """Show more, smaller."""
        self._zoom(1 / _STEP)

    def _refit(self) -> None:
        extent = self.sceneRect()
        if not self._fits or extent.isEmpty() or self.viewport().width() < 2 * _MARGIN:
            return
        width = (self.viewport().width() - _MARGIN) / extent.width()
        height = (self.viewport().height() - _MARGIN) / extent.height()
        scale = min(max(min(width, height), _LEAST), self._largest_fit)
        self.resetTransform()
        self.scale(scale, scale)
        self.centerOn(extent.center())
        self.zoomed.emit(scale)

    def _zoom(self, factor: float) -> None:
        wanted = min(max(self.scale_now * factor, _LEAST), _MOST)
        self._fits = False
        self.scale(wanted / self.scale_now, wanted / self.scale_now)
        self.zoomed.emit(self.scale_now)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom about the pointer."""
        self._zoom(1.0015 ** event.angleDelta().y())
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End a drag; the pointer is an arrow again."""
        super().mouseReleaseEvent(event)
        self.viewport().setCursor(Qt.CursorShape.ArrowCursor)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Zoom by + and -, fit by 0, pan by arrows."""
        match event.key():
            case Qt.Key.Key_Plus | Qt.Key.Key_Equal:
                self.zoom_in()
            case Qt.Key.Key_Minus:
                self.zoom_out()
            case Qt.Key.Key_0:
                self.fit()
            case _:
                super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the canvas anew."""
        super().resizeEvent(event)
        self._refit()


class ZoomControls(QWidget):
    """Minus, the scale, plus, and fit."""

    def __init__(self, view: CanvasView, appearance: Appearance) -> None:
        super().__init__()
        buttons = {name: IconButton(appearance, name) for name in ("minus", "plus", "fit")}
        for name, tip in (("minus", "Zoom out (−)"), ("plus", "Zoom in (+)"), ("fit", "Fit (0)")):
            describe(buttons[name], tip)
        self._scale = label("100 %", "label")
        self._scale.setFixedWidth(48)
        self._scale.setAlignment(Qt.AlignmentFlag.AlignCenter)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        for widget in (buttons["minus"], self._scale, buttons["plus"]):
            row.addWidget(widget)
        row.addSpacing(4)
        row.addWidget(buttons["fit"])
        buttons["minus"].clicked.connect(view.zoom_out)
        buttons["plus"].clicked.connect(view.zoom_in)
        buttons["fit"].clicked.connect(view.fit)
        view.zoomed.connect(self._show)

    @Slot(float)
    def _show(self, scale: float) -> None:
        self._scale.setText(f"{scale * 100:.0f} %")


_BY_KEY = (
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
)


class FocusFrame(QWidget):
    """Lies over its parent, and lets every event through."""

    def __init__(self, appearance: Appearance, parent: QWidget) -> None:
        super().__init__(parent)
        self._appearance = appearance
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        appearance.changed.connect(self.update)
        self.hide()

    def show_for(self, reason: Qt.FocusReason) -> None:
        """Show it where the focus came by key."""
        self.setVisible(reason in _BY_KEY)
        self.raise_()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the frame."""
        painter = QPainter(self)
        painter.setPen(QPen(self._appearance.theme.color("accent"), 2))
        painter.drawRect(QRectF(self.rect()).adjusted(1, 1, -1, -1))
        painter.end()
