"""A plot that is painted by hand and can be panned and zoomed: axes, grid, and the pointer."""

from PySide6.QtCore import QPointF, QRectF, Qt, Slot
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from pnn_studio.ui.plots.scales import Range, linear_ticks
from pnn_studio.ui.widgets import theme as looks
from pnn_studio.ui.widgets.theme import Appearance

_MOST_X, _MOST_Y = 8, 6
_CLICK = 4  # a pointer that moved less than this has clicked


class PannedPlot(QWidget):
    """Axes with a grid; drag pans, the wheel zooms x (Shift: y), a double click fits again.

    Subclasses paint into `area` with `x_of` and `y_of`, and override `fitted` and what clicks and
    moves of the pointer mean.
    """

    MARGINS = (56.0, 36.0, 16.0, 48.0)  # left, top, right, bottom

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self._appearance = appearance
        self._x: Range = (0.0, 1.0)
        self._y: Range = (0.0, 1.0)
        self._moved_by_hand = False
        self._pressed: QPointF | None = None
        self._grabbed: tuple[Range, Range] | None = None
        self.x_title, self.y_title, self.note = "", "", ""
        self.setMouseTracking(True)
        self.setMinimumSize(320, 200)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        appearance.changed.connect(self.redraw)

    # --- positions -----------------------------------------------------------------------------

    @property
    def area(self) -> QRectF:
        """The plot inside its axes."""
        left, top, right, bottom = self.MARGINS
        return QRectF(left, top, self.width() - left - right, self.height() - top - bottom)

    def x_of(self, value: float) -> float:
        """Return the pixel of a value of the x axis."""
        area, (low, high) = self.area, self._x
        return area.left() + (value - low) / (high - low) * area.width()

    def y_of(self, value: float) -> float:
        """Return the pixel of a value of the y axis."""
        area, (low, high) = self.area, self._y
        return area.bottom() - (value - low) / (high - low) * area.height()

    def value_at(self, x: float) -> float:
        """Return the value of the x axis at a pixel."""
        area, (low, high) = self.area, self._x
        return low + (x - area.left()) / area.width() * (high - low)

    @property
    def ranges(self) -> tuple[Range, Range]:
        """What is shown of x and y."""
        return self._x, self._y

    def fitted(self) -> tuple[Range, Range]:
        """Return the ranges that show everything."""
        return self._x, self._y

    @Slot()
    def fit(self) -> None:
        """Show everything again."""
        self._moved_by_hand = False
        self.set_ranges(*self.fitted())

    def set_ranges(self, x: Range, y: Range) -> None:
        """Show these ranges."""
        if (x, y) != (self._x, self._y):
            self._x, self._y = x, y
            self.redraw()

    def refit(self) -> None:
        """Follow what is shown, unless the person has chosen what to see."""
        if not self._moved_by_hand:
            self.set_ranges(*self.fitted())

    @Slot()
    def redraw(self) -> None:
        """Paint anew."""
        self.update()

    # --- the pointer ---------------------------------------------------------------------------

    def clicked_at(self, position: QPointF) -> None:
        """Take a click."""

    def pointed_at(self, position: QPointF | None) -> None:
        """Take a move of the pointer; None when it has left."""

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a drag, or a click."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed, self._grabbed = event.position(), (self._x, self._y)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Pan while the button is held, else point."""
        if self._pressed is None or self._grabbed is None:
            self.pointed_at(event.position())
            return
        moved = event.position() - self._pressed
        if not self._moved_by_hand and moved.manhattanLength() < _CLICK:
            return
        self._moved_by_hand = True
        (left, right), (low, high) = self._grabbed
        by_x = -moved.x() / self.area.width() * (right - left)
        by_y = moved.y() / self.area.height() * (high - low)
        self.set_ranges((left + by_x, right + by_x), (low + by_y, high + by_y))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End a drag, or click."""
        pressed, self._pressed = self._pressed, None
        if pressed is not None and (event.position() - pressed).manhattanLength() < _CLICK:
            self.clicked_at(event.position())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Show everything again."""
        self.fit()

    def leaveEvent(self, event: object) -> None:
        """Nothing is under the pointer any more."""
        self.pointed_at(None)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom one axis about the pointer."""
        turned = event.angleDelta().y() or event.angleDelta().x()  # Shift turns the wheel
        factor, at, area = 1.0015 ** (-turned), event.position(), self.area
        self._moved_by_hand = True
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            share = (area.bottom() - at.y()) / area.height()
            self.set_ranges(self._x, _zoomed(self._y, share, factor))
        else:
            share = (at.x() - area.left()) / area.width()
            self.set_ranges(_zoomed(self._x, share, factor), self._y)
        event.accept()

    # --- painting ------------------------------------------------------------------------------

    def paint_inside(self, painter: QPainter) -> None:
        """Paint what is shown, clipped to the area."""

    def paint_over(self, painter: QPainter) -> None:
        """Paint what may reach out of the area."""

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint ground, grid, contents and axes."""
        painter, theme, area = QPainter(self), self._appearance.theme, self.area
        painter.fillRect(area, theme.color("plot"))
        x_ticks = linear_ticks(*self._x, most=_MOST_X)
        y_ticks = linear_ticks(*self._y, most=_MOST_Y)
        painter.setPen(QPen(theme.color("grid"), 1))
        for value, _ in x_ticks:
            x = round(self.x_of(value)) + 0.5
            painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
        for value, _ in y_ticks:
            y = round(self.y_of(value)) + 0.5
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
        painter.save()
        painter.setClipRect(area)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.paint_inside(painter)
        painter.restore()
        painter.setPen(QPen(theme.color("control"), 1))
        left, bottom = round(area.left()) + 0.5, round(area.bottom()) + 0.5
        painter.drawLine(QPointF(left, area.top()), QPointF(left, bottom))
        painter.drawLine(QPointF(left, bottom), QPointF(area.right(), bottom))
        painter.setFont(looks.font(looks.CAPTION_PX))
        painter.setPen(theme.color("text2"))
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for value, text in y_ticks:
            rect = QRectF(0, self.y_of(value) - 9, area.left() - 7, 18)
            painter.drawText(rect, right, text)
        for value, text in x_ticks:
            rect = QRectF(self.x_of(value) - 30, area.bottom() + 5, 60, 16)
            painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, text)
        line = QRectF(area.left(), area.bottom() + 22, area.width(), 16)
        painter.drawText(line, right, self.x_title)
        line.setWidth(area.width() - painter.fontMetrics().horizontalAdvance(self.x_title) - 16)
        note = painter.fontMetrics().elidedText(
            self.note, Qt.TextElideMode.ElideRight, int(line.width())
        )
        painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, note)
        title = QRectF(8, 2, area.width(), 16)
        painter.drawText(title, Qt.AlignmentFlag.AlignLeft, self.y_title)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.paint_over(painter)
        painter.end()


def _zoomed(shown: Range, share: float, factor: float) -> Range:
    low, high = shown
    center = low + share * (high - low)
    return center - (center - low) * factor, center + (high - center) * factor
