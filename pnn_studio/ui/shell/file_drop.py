"""Files that are dropped on the window, and what is shown while they are held over it."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QDropEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QGraphicsView, QWidget

from pnn_studio.app.project.openable import Openable, as_rows, what_to_open
from pnn_studio.ui.widgets import theme as looks
from pnn_studio.ui.widgets.icons import paint_icon
from pnn_studio.ui.widgets.theme import Appearance

_MARGIN, _PADDING, _ICON = 16, 20, 16
_BOX_HEIGHT = 64
_VEIL = 0.82  # how much of the window is covered, so that the words are read


class FileDrop(QWidget):
    """Takes files that are dropped on a window; covers it while they are held over it.

    A table can be two things where a design is there: data to import, in the left half of the
    window, or rows that the design answers to, in the right half.

    Parameters
    ----------
    window : QWidget
        On which they are dropped.
    appearance : Appearance
        Colours the cover.
    predicts : callable
        Names the design that would predict; empty where there is none.

    Notes
    -----
    Signal `dropped` (Openable), also where nothing can be done with the files: that has words.
    """

    dropped = Signal(object)

    def __init__(
        self, window: QWidget, appearance: Appearance, predicts: Callable[[], str]
    ) -> None:
        super().__init__(window)
        self._window, self._appearance, self._predicts = window, appearance, predicts
        self.shown = Openable("", None, "")
        self._choices: tuple[Openable, ...] = (self.shown,)
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
            found = what_to_open([each.toLocalFile() for each in event.mimeData().urls()])
            rows = as_rows(found, self._predicts())
            self._choices = (found,) if rows is None else (found, rows)
            self.shown = self._choices[self._side(event.position())]
            event.acceptProposedAction()
            if event.type() == QEvent.Type.Drop:
                self.hide()
                self.dropped.emit(self.shown)
            else:
                self._cover()
            return True
        return super().eventFilter(watched, event)

    def _side(self, place: QPointF) -> int:
        """Return the number of the choice that a place of the window stands for."""
        return int(len(self._choices) > 1 and place.x() > self._window.width() / 2)

    def _cover(self) -> None:
        others = [each.words for each in self._choices if each is not self.shown]
        words = "".join(f"; elsewhere in the window: {each}" for each in others)
        self.setAccessibleDescription(f"{self.shown.words}{words}")
        self.resize(self._window.size())
        self.raise_()
        self.show()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Veil the window, and write what will be done into a box in the middle of each side."""
        theme, painter = self._appearance.theme, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), theme.color("window", _VEIL))
        width = self.width() / len(self._choices)
        for number, choice in enumerate(self._choices):
            side = QRectF(number * width, 0, width, self.height())
            self._paint_choice(painter, choice, side.adjusted(_MARGIN, _MARGIN, -_MARGIN, -_MARGIN))
        painter.end()

    def _paint_choice(self, painter: QPainter, choice: Openable, frame: QRectF) -> None:
        theme, able = self._appearance.theme, bool(choice.kind)
        role = "error" if not able else "accent" if choice is self.shown else "control"
        line = Qt.PenStyle.DashLine if able else Qt.PenStyle.SolidLine
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(theme.color(role), 2, line))
        painter.drawRoundedRect(frame, 4, 4)
        painter.setFont(looks.font(looks.TITLE_PX, bold=True))
        text = painter.fontMetrics().horizontalAdvance(choice.words) + 4
        width = min(text + 2 * _PADDING + _ICON + 10, frame.width() - 2 * _MARGIN)
        box = QRectF(frame.center().x() - width / 2, frame.center().y() - _BOX_HEIGHT / 2,
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
        painter.drawText(inside, int(flags), choice.words)
