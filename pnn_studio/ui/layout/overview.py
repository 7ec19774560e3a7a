"""The whole layout in a corner of the canvas, where the canvas shows a part of it."""

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QWidget

from pnn_studio.ui.widgets.canvas.canvas_view import CanvasView
from pnn_studio.ui.widgets.theme import Appearance, Theme

_LARGEST = QSize(168, 112)
_FROM_CORNER = 12
_ALL_OF_IT = 0.98  # share that is as good as all


class Overview(QWidget):
    """Frames what the canvas shows; a click or a drag in it goes there."""

    def __init__(self, view: CanvasView, appearance: Appearance) -> None:
        super().__init__(view)
        self._view, self._appearance = view, appearance
        self._picture: tuple[object, ...] = ()
        self._pixmap = QPixmap()
        self.setAccessibleName("Overview of the layout")
        self.setToolTip("The whole layout; click where to go (0 shows all of it)")
        self.hide()
        view.zoomed.connect(self.arrange)
        view.horizontalScrollBar().valueChanged.connect(self.update)
        view.verticalScrollBar().valueChanged.connect(self.update)
        view.viewport().installEventFilter(self)
        appearance.changed.connect(self.forget)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay in the corner."""
        if event.type() == QEvent.Type.Resize:
            self.arrange()
        return False

    @property
    def _shown(self) -> QRectF:
        """What the canvas shows, in scene units."""
        view = self._view
        return view.mapToScene(view.viewport().rect()).boundingRect()

    @Slot()
    def arrange(self) -> None:
        """Show it where a part of the layout is out of view."""
        extent, ground = self._view.sceneRect(), self._view.viewport()
        seen = extent & self._shown
        whole = min(seen.width() / max(extent.width(), 1), seen.height() / max(extent.height(), 1))
        size = extent.size().scaled(_LARGEST, Qt.AspectRatioMode.KeepAspectRatio).toSize()
        self.resize(size)
        self.move(
            ground.width() - size.width() - _FROM_CORNER,
            ground.height() - size.height() - _FROM_CORNER,
        )
        self.setVisible(whole < _ALL_OF_IT and not size.isEmpty())

    @Slot()
    def forget(self) -> None:
        """Draw it anew: something else is shown, or in other colours."""
        self._picture = ()
        self.update()

    def _drawn(self, theme: Theme) -> QPixmap:
        wanted = theme, self._view.sceneRect(), self.size(), self.devicePixelRatio()
        if wanted != self._picture:
            ratio = self.devicePixelRatio()
            self._pixmap = QPixmap(self.size() * ratio)
            self._pixmap.setDevicePixelRatio(ratio)
            self._pixmap.fill(theme.color("panel"))
            painter = QPainter(self._pixmap)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._view.canvas.render(painter, QRectF(self.rect()), self._view.sceneRect())
            painter.end()
            self._picture = wanted
        return self._pixmap

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the layout and the frame."""
        painter, theme = QPainter(self), self._appearance.theme
        painter.drawPixmap(0, 0, self._drawn(theme))
        painter.setPen(QPen(theme.color("border"), 1))
        painter.drawRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5))
        extent = self._view.sceneRect()
        scale = self.width() / max(extent.width(), 1)
        seen = self._shown & extent
        corner = (seen.topLeft() - extent.topLeft()) * scale
        frame = QRectF(corner, seen.size() * scale).adjusted(1, 1, -1, -1)
        painter.setPen(QPen(theme.color("accent"), 2))
        painter.drawRect(frame)
        painter.end()

    def _go(self, at: QPointF) -> None:
        extent = self._view.sceneRect()
        scale = extent.width() / max(self.width(), 1)
        self._view.centerOn(extent.topLeft() + at * scale)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go there."""
        self._go(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go along."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._go(event.position())
