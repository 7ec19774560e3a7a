"""Files that are dropped on the window, and what is shown while they are held over it."""

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, Signal
from PySide6.QtGui import QDropEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QGraphicsView, QWidget

from pnn_studio.app.project.openable import Openable, what_to_open
from pnn_studio.ui.widgets import theme as looks
from pnn_studio.ui.widgets.icons import paint_icon
from pnn_studio.ui.widgets.theme import Appearance

_MARGIN, _PADDING, _ICON = 16, 20, 16
_BOX_HEIGHT = 64
_VEIL = 0.82  # how much of the window is covered, so that the words are read


class FileDrop(QWidget):
    """Takes files that are dropped on a window; covers it while they are held over it.

    Notes
    -----
    Signal `dropped` (Openable), also where nothing can be done with the files: that has words.
    """

    dropped = Signal(object)

    def __init__(self, window: QWidget, appearance: Appearance) -> None:
        super().__init__(window)
        self._window, self._appearance = window, appearance
        self.shown = Openable("", None, "")
        self.setAccessibleName("What is dropped")
        # the window goes on to be what is under the pointer
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        for view in window.findChildren(QGraphicsView):
            view.viewport().setAcceptDrops(False)  # it would take the file, and do nothing with it
        window.setAcceptDrops(True)
        window.installEventFilter(self)
        self.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take files, and say what becomes of them; leave everything else that is dragged alone."""
        if event.type() == QEvent.Type.DragLeave:
            self.hide()
        elif event.type() == QEvent.Type.Resize:
            self.resize(self._window.size())
        elif isinstance(event, QDropEvent) and event.mimeData().hasUrls():
            self.shown = what_to_open([each.toLocalFile() for each in event.mimeData().urls()])
            event.acceptProposedAction()
            if event.type() == QEvent.Type.Drop:
                self.hide()
                self.dropped.emit(self.shown)
            else:
                self._cover()
            return True
        return super().eventFilter(watched, event)

    def _cover(self) -> None:
        self.setAccessibleDescription(self.shown.words)
        self.resize(self._window.size())
        self.raise_()
        self.show()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Veil the window, and write what will be done into a box in its middle."""
        theme, able = self._appearance.theme, bool(self.shown.kind)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), theme.color("window", _VEIL))
        role = "accent" if able else "error"
        frame = QRectF(self.rect()).adjusted(_MARGIN, _MARGIN, -_MARGIN, -_MARGIN)
        painter.setPen(QPen(theme.color(role), 2, Qt.PenStyle.DashLine if able else
                            Qt.PenStyle.SolidLine))  # fmt: skip
        painter.drawRoundedRect(frame, 4, 4)
        painter.setFont(looks.font(looks.TITLE_PX, bold=True))
        text = painter.fontMetrics().horizontalAdvance(self.shown.words)
        width = min(text + 2 * _PADDING + _ICON + 10, self.width() - 4 * _MARGIN)
        box = QRectF((self.width() - width) / 2, (self.height() - _BOX_HEIGHT) / 2,
                     width, _BOX_HEIGHT)  # fmt: skip
        painter.setPen(QPen(theme.color(role), 1))
        painter.setBrush(theme.color("tip"))
        painter.drawRoundedRect(box, 4, 4)
        y = box.center().y() - _ICON / 2
        paint_icon(painter, "folder" if able else "warn", box.left() + _PADDING, y,
                   theme.color(role))  # fmt: skip
        painter.setPen(theme.color("text"))
        inside = box.adjusted(_PADDING + _ICON + 10, 0, -_PADDING, 0)
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextWordWrap
        painter.drawText(inside, int(flags), self.shown.words)
        painter.end()
