"""A short tour of the window: a callout beside one part after the other; nothing waits for it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QKeySequence, QPainter, QPaintEvent, QPen, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from pnn_studio.ui.widgets.controls import IconButton, describe, label
from pnn_studio.ui.widgets.theme import Appearance

_WIDTH, _GAP, _MARGIN = 320, 12, 8


@dataclass(frozen=True)
class Callout:
    """A part of the window that the tour points at.

    Attributes
    ----------
    title, words : str
        What it is, and what is done there.
    targets : callable
        Returns the widgets that it is made of; one that is hidden is left out.
    prepare : callable, optional
        Brings it into view.
    """

    title: str
    words: str
    targets: Callable[[], Sequence[QWidget]]
    prepare: Callable[[], None] | None = None


class _Ring(QWidget):
    """An outline around the part that is pointed at; the part itself goes on to work."""

    def __init__(self, window: QWidget, appearance: Appearance) -> None:
        super().__init__(window)
        self._appearance = appearance
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint a line of 2 px."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._appearance.theme.color("accent"), 2))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 4, 4)
        painter.end()


def beside(target: QRect, size: QRect, window: QRect) -> QPoint:
    """Return where a callout of `size` stands: under, over, right or left of `target`, inside."""
    inner = window.adjusted(_MARGIN, _MARGIN, -_MARGIN, -_MARGIN)
    center = target.center()
    x, y = center.x() - size.width() // 2, center.y() - size.height() // 2
    places = (
        QPoint(x, target.bottom() + _GAP),
        QPoint(x, target.top() - _GAP - size.height()),
        QPoint(target.right() + _GAP, y),
        QPoint(target.left() - _GAP - size.width(), y),
    )
    moved = []
    for place in places:
        left = min(max(place.x(), inner.left()), max(inner.right() - size.width(), inner.left()))
        top = min(max(place.y(), inner.top()), max(inner.bottom() - size.height(), inner.top()))
        moved.append(QPoint(left, top))
    free = [each for each in moved if not QRect(each, size.size()).intersects(target)]
    return free[0] if free else moved[0]


class Tour(QFrame):
    """The callout with its words and buttons.

    Parameters
    ----------
    window : QWidget
        Over which it floats.
    stops : sequence of Callout
        In their order.

    Notes
    -----
    Signal `ended`: it was gone through, or dismissed.
    """

    ended = Signal()

    def __init__(self, window: QWidget, appearance: Appearance, stops: Sequence[Callout]) -> None:
        super().__init__(window)
        self._window, self._stops, self._at = window, tuple(stops), 0
        self._before: QWidget | None = None
        self.ring = _Ring(window, appearance)
        self.setProperty("kind", "card")
        self.setAccessibleName("Tour")
        self.setFixedWidth(_WIDTH)
        self.title, self.words = label("", "title"), label("")
        self.count = label("", "caption")
        self.words.setWordWrap(True)
        close = IconButton(appearance, "close", "icon")
        describe(close, "Close the tour", "Close the tour (Esc); Help shows it again")
        self.dismiss, self.back, self.next = (
            QPushButton("Don't show again"),
            QPushButton("Back"),
            QPushButton("Next"),
        )
        describe(self.dismiss, "Don't show the tour again", "Help shows it again")
        describe(self.back, "Back", "The part before")
        self.back.setProperty("kind", "outline")
        self.next.setProperty("kind", "outline")
        for each in (self.dismiss, self.back, self.next):
            each.setAutoDefault(True)  # Return presses it, as Space does
        head, foot = QHBoxLayout(), QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(self.count)
        head.addWidget(close)
        foot.addWidget(self.dismiss)
        foot.addStretch()
        foot.addWidget(self.back)
        foot.addWidget(self.next)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 10, 12, 12)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(self.words)
        column.addLayout(foot)
        escape = QShortcut(QKeySequence(Qt.Key.Key_Escape), self)
        escape.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        for signal, slot in (
            (escape.activated, self.end),
            (close.clicked, self.end),
            (self.dismiss.clicked, self.end),
            (self.back.clicked, self._go_back),
            (self.next.clicked, self._go_on),
        ):
            signal.connect(slot)
        appearance.changed.connect(self.ring.update)
        window.installEventFilter(self)
        self.hide()

    @Slot()
    def start(self) -> None:
        """Begin at the first part."""
        self._before = self._window.focusWidget()
        self._at = 0
        self.show()
        self._point()

    @Slot()
    def end(self) -> None:
        """Take it away, and give the focus back."""
        if not self.isVisible():
            return
        self.hide()
        self.ring.hide()
        (self._before or self._window).setFocus()
        self.ended.emit()

    @Slot()
    def _go_back(self) -> None:
        self._at = max(self._at - 1, 0)
        self._point()

    @Slot()
    def _go_on(self) -> None:
        self._at += 1
        if self._at == len(self._stops):
            self.end()
        else:
            self._point()

    def _point(self) -> None:
        stop, last = self._stops[self._at], self._at == len(self._stops) - 1
        if stop.prepare is not None:
            stop.prepare()
        self.title.setText(stop.title)
        self.words.setText(stop.words)
        self.count.setText(f"{self._at + 1} of {len(self._stops)}")
        self.back.setEnabled(self._at > 0)
        self.next.setText("Done" if last else "Next")
        describe(self.next, "End the tour" if last else "Next", "The next part")
        self.setAccessibleDescription(f"{stop.title}. {stop.words}")
        self._place()
        self.next.setFocus()

    def _place(self) -> None:
        around = QRect()
        for each in self._stops[self._at].targets():
            if each.isVisible():
                around |= QRect(each.mapTo(self._window, QPoint()), each.size())
        self.ring.setVisible(around.isValid())
        self.ring.setGeometry(around.adjusted(-4, -4, 4, 4) & self._window.rect())
        self.adjustSize()
        target = self.ring.geometry() if around.isValid() else QRect()
        self.move(beside(target, self.rect(), self._window.rect()))
        self.ring.raise_()
        self.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay beside the part when the window changes its size."""
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return super().eventFilter(watched, event)
