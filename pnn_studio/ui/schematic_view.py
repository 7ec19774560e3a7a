"""The canvas of the schematic: what is under the pointer, what is selected, going by key."""

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent

from pnn_studio.app.selection import (
    CircuitItem,
    Item,
    NeuronItem,
    NodeItem,
    ResistorItem,
    circuit_of_node,
)
from pnn_studio.domain.schematic import Symbol
from pnn_studio.ui.canvas_view import CanvasView
from pnn_studio.ui.schematic_item import SchematicItem
from pnn_studio.ui.theme import Appearance

_CLICK = 4.0
_ARROWS = {
    Qt.Key.Key_Left: (-1.0, 0.0),
    Qt.Key.Key_Right: (1.0, 0.0),
    Qt.Key.Key_Up: (0.0, -1.0),
    Qt.Key.Key_Down: (0.0, 1.0),
}


def item_of(symbol: Symbol, layer: int) -> Item | None:
    """Return what a symbol of layer 1, 2 ... stands for; None for a terminal."""
    row, column = symbol.row, symbol.column
    if symbol.kind == "resistor" and row is not None and column is not None:
        return ResistorItem(layer, row, column)
    if symbol.kind == "ptanh" and column is not None:
        return CircuitItem(layer, "ptanh", column)
    if symbol.kind == "negation" and row is not None:
        return CircuitItem(layer, "negation", row, column)
    return None


def stands_for(symbol: Symbol, layer: int, item: Item) -> bool:
    """Whether an item is drawn as this symbol of layer 1, 2 ..."""
    if isinstance(item, NodeItem):
        owner = circuit_of_node(item.node)
        return owner is not None and stands_for(symbol, layer, owner)
    drawn = item_of(symbol, layer)
    if isinstance(item, NeuronItem):
        return drawn == CircuitItem(item.layer, "ptanh", item.index)
    if isinstance(item, CircuitItem) and isinstance(drawn, CircuitItem):
        same = (drawn.layer, drawn.circuit, drawn.index) == (item.layer, item.circuit, item.index)
        return same and (None in (drawn.column, item.column) or drawn.column == item.column)
    return drawn is not None and drawn == item


class SchematicView(CanvasView):
    """Tells which component is under the pointer, and which one was chosen.

    Notes
    -----
    Signals: `hovered` (Symbol or None), `chosen` (Symbol or None).
    """

    hovered = Signal(object)
    chosen = Signal(object)

    def __init__(self, appearance: Appearance) -> None:
        super().__init__(appearance, "Schematic", largest_fit=1.0)
        self.item = SchematicItem(appearance)
        self._pressed: QPointF | None = None
        self.canvas.addItem(self.item)

    def _symbol_at(self, place: QPointF) -> Symbol | None:
        return self.item.symbol_at(self.mapToScene(place.toPoint()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a click, or a drag that pans."""
        self._pressed = event.position()
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Find what is under the pointer."""
        super().mouseMoveEvent(event)
        dragging = event.buttons() != Qt.MouseButton.NoButton
        symbol = None if dragging else self._symbol_at(event.position())
        if symbol is not self.item.hovered:
            self.item.hovered = symbol
            self.item.update()
            self.hovered.emit(symbol)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Choose what was clicked."""
        pressed, self._pressed = self._pressed, None
        super().mouseReleaseEvent(event)
        if pressed is not None and (event.position() - pressed).manhattanLength() < _CLICK:
            self.chosen.emit(self._symbol_at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is under the pointer any more."""
        super().leaveEvent(event)
        self.item.hovered = None
        self.item.update()
        self.hovered.emit(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go by arrows from component to component; Escape chooses none."""
        if event.key() in _ARROWS and not event.modifiers():
            self._step(*_ARROWS[Qt.Key(event.key())])
        elif event.key() == Qt.Key.Key_Escape:
            self.chosen.emit(None)
        else:
            super().keyPressEvent(event)

    def _step(self, right: float, down: float) -> None:
        """Choose the nearest component in a direction."""
        symbols = [each for each in self.item.symbols if each.ref]
        here = next((each for each in symbols if each.ref in self.item.picked), None)
        if here is None:
            if symbols:
                self.chosen.emit(symbols[0])
            return
        best, least = None, float("inf")
        for each in symbols:
            dx, dy = each.x - here.x, each.y - here.y
            ahead, aside = dx * right + dy * down, abs(dx * down) + abs(dy * right)
            if ahead > 1 and ahead + 3 * aside < least:
                best, least = each, ahead + 3 * aside
        if best is not None:
            self.chosen.emit(best)
            self.ensureVisible(self._rect_of(best), 40, 40)

    @staticmethod
    def _rect_of(symbol: Symbol) -> QRectF:
        width, height = symbol.width + 20, symbol.height + 16
        return QRectF(symbol.x - width / 2, symbol.y - height / 2, width, height)

    def place_of(self, symbol: Symbol) -> QRectF:
        """Return where a component stands in the view."""
        return QRectF(self.mapFromScene(self._rect_of(symbol)).boundingRect())
