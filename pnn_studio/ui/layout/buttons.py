"""The − and + of the layout canvas."""

from collections.abc import Iterator

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import (
    QGraphicsObject,
    QGraphicsSceneHoverEvent,
    QGraphicsSceneMouseEvent,
    QStyleOptionGraphicsItem,
    QWidget,
)

from pnn_studio.domain.layout import MAX_HIDDEN_LAYERS, MAX_NEURONS, Layout
from pnn_studio.ui.layout.picture import LayoutPicture
from pnn_studio.ui.widgets.icons import paint_icon
from pnn_studio.ui.widgets.theme import Appearance


class CanvasButton(QGraphicsObject):
    """A small outlined button on the canvas; the data and layout panel has the same by keyboard."""

    pressed = Signal(str, int)

    def __init__(self, appearance: Appearance, icon: str, action: tuple[str, int]) -> None:
        super().__init__()
        self._appearance, self._icon = appearance, icon
        self._action, self._stage = action
        self._hovered = False
        self.setAcceptHoverEvents(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def boundingRect(self) -> QRectF:
        """Cover a square of 26 with its outline."""
        return QRectF(-14, -14, 28, 28)

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Draw outline and icon."""
        theme, enabled = self._appearance.theme, self.isEnabled()
        outline = ("text2" if self._hovered else "control") if enabled else "border"
        painter.setPen(QPen(theme.color(outline), 1))
        painter.setBrush(theme.color("hover" if self._hovered and enabled else "panel"))
        painter.drawRoundedRect(QRectF(-12.5, -12.5, 25, 25), 4, 4)
        paint_icon(painter, self._icon, -8, -8, theme.color("text" if enabled else "disabled"))

    def mousePressEvent(self, event: QGraphicsSceneMouseEvent) -> None:
        """Take the click."""
        event.accept()

    def mouseReleaseEvent(self, event: QGraphicsSceneMouseEvent) -> None:
        """Do what it is for where the pointer is still on it."""
        if self.boundingRect().contains(event.pos()):
            self.pressed.emit(self._action, self._stage)

    def hoverEnterEvent(self, event: QGraphicsSceneHoverEvent) -> None:
        """Light up."""
        self._hovered = True
        self.update()

    def hoverLeaveEvent(self, event: QGraphicsSceneHoverEvent) -> None:
        """Go dark."""
        self._hovered = False
        self.update()


def made_buttons(
    appearance: Appearance, layout: Layout, picture: LayoutPicture
) -> Iterator[CanvasButton]:
    """Make the buttons of a layout, each at its place: neurons less and more, layers between."""

    def made(icon: str, action: tuple[str, int], tip: str, *, enabled: bool) -> CanvasButton:
        button = CanvasButton(appearance, icon, action)
        button.setToolTip(tip)
        button.setEnabled(enabled)
        return button

    for column in picture.columns:
        if column.resizable:
            neurons, number = layout.hidden[column.stage - 1], column.stage
            less = made("minus", ("less", number), f"One neuron less in layer {number}",
                        enabled=neurons > 1)  # fmt: skip
            more = made("plus", ("more", number), f"One neuron more in layer {number}",
                        enabled=neurons < MAX_NEURONS)  # fmt: skip
            less.setPos(column.x - 18, column.foot)
            more.setPos(column.x + 18, column.foot)
            yield from (less, more)
    for left, right in zip(picture.columns, picture.columns[1:], strict=False):
        add = made("plus", ("add", left.stage), "Insert a layer here",
                   enabled=len(layout.hidden) < MAX_HIDDEN_LAYERS)  # fmt: skip
        add.setPos((left.x + right.x) / 2, 22)
        yield add
