"""The canvas of the schematic: levels by scale, what is under the pointer, going by key."""

from collections.abc import Sequence
from typing import Literal

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QResizeEvent, QWheelEvent

from pnn_studio.domain.schematic import Schematic, Symbol, Text
from pnn_studio.ui.schematic.heads import ColumnFeet, RowNames
from pnn_studio.ui.schematic.item import SchematicItem
from pnn_studio.ui.schematic.levels import (
    CELL,
    FEET_HEIGHT,
    LEAST,
    MOST,
    NAMES_WIDTH,
    Extents,
    Level,
    index_at,
    value_at,
)
from pnn_studio.ui.schematic.map import MapItem
from pnn_studio.ui.widgets.canvas.canvas_view import CanvasView, FocusFrame
from pnn_studio.ui.widgets.controls import plain_tip
from pnn_studio.ui.widgets.theme import Appearance

_Lines = tuple[list[float], list[float]]
_CLICK = 4.0
_MARGIN = 16.0
_ARROWS = {
    Qt.Key.Key_Left: (-1.0, 0.0),
    Qt.Key.Key_Right: (1.0, 0.0),
    Qt.Key.Key_Up: (0.0, -1.0),
    Qt.Key.Key_Down: (0.0, 1.0),
}


class SchematicView(CanvasView):
    """Tells which component is under the pointer, and which one was chosen.

    Notes
    -----
    Signals: `hovered` (Symbol or None), `chosen` (Symbol or None), `row_chosen` (index of a row
    whose name was clicked), `opened` (Return was pressed on what is chosen).
    """

    hovered = Signal(object)
    chosen = Signal(object)
    row_chosen = Signal(int)
    opened = Signal()

    def __init__(self, appearance: Appearance) -> None:
        self._extents: Extents | None = None
        self._whole_names: tuple[str, ...] = ()
        self._scaled: Literal["opening", "fit", "by hand"] = "opening"
        self._map_lines: _Lines = ([0.0], [0.0])
        self._wire_lines: _Lines = ([0.0], [0.0])
        self._anchor: QPointF | None = None
        self._pressed: QPointF | None = None
        super().__init__(appearance, "Schematic")
        self.setTransformationAnchor(self.ViewportAnchor.NoAnchor)
        self.item, self.map = SchematicItem(appearance), MapItem(appearance)
        for each in (self.item, self.map):
            self.canvas.addItem(each)
        self.names = RowNames(appearance, self, self._y_of_row)
        self.feet = ColumnFeet(appearance, self, self._x_of_column)
        self._focus = FocusFrame(appearance, self)
        self.names.setAccessibleName("Names of the rows")
        self.feet.setAccessibleName("Feet of the columns")
        self.names.chosen.connect(self.row_chosen)
        self.feet.pointed.connect(self._point_at_foot)
        self.feet.chosen.connect(self._choose_foot)

    # --- what is shown -------------------------------------------------------------------------

    def show_schematic(
        self,
        schematic: Schematic,
        whole_names: tuple[Sequence[str], Sequence[str]] = ((), ()),
        *,
        anew: bool,
    ) -> None:
        """Show a schematic; `anew` opens it at the scale that suits its size.

        The names of its rows and of its columns may be shortened in it; `whole_names` are not.
        """
        self._whole_names = (*whole_names[0], *whole_names[1])
        self.names.whole, self.feet.whole = whole_names
        extents = Extents.of(schematic)
        for part in (self.item, self.map, self.names, self.feet):
            part.show_schematic(schematic)
        self._map_lines = (
            [(at + 0.5) * CELL for at in range(len(schematic.rows))],
            [(at + 0.5) * CELL for at in range(len(schematic.columns))],
        )
        self._wire_lines = [row.y for row in schematic.rows], [each.x for each in schematic.columns]
        changed, self._extents = extents != self._extents, extents
        if anew:
            self._scaled = "opening"
        if anew or changed:
            self._refit()

    @property
    def level(self) -> Level:
        """How much is drawn now."""
        return self._extents.level(self.scale_now) if self._extents else "full"

    @property
    def marked(self) -> frozenset[str]:
        """References of what is selected."""
        return self.item.picked

    def mark(self, picked: frozenset[str]) -> None:
        """Ring what is selected, and its row and column."""
        if picked == self.item.picked:
            return
        self.item.picked = self.map.picked = picked
        chosen = [each for each in self.item.symbols if each.ref in picked]
        self.names.mark(frozenset(each.row for each in chosen if each.row is not None))
        self.feet.mark(frozenset(each.column for each in chosen if each.column is not None))
        self.item.update()
        self.map.update()

    # --- scale ---------------------------------------------------------------------------------

    def _refit(self) -> None:
        room_x = self.viewport().width() - _MARGIN
        room_y = self.viewport().height() - _MARGIN
        if self._extents is None or self._scaled == "by hand" or min(room_x, room_y) < _MARGIN:
            self._arrange()
            return
        scale = (self._extents.opening if self._scaled == "opening" else self._extents.fitting)(
            room_x, room_y
        )
        self._set_scale(scale)
        left, top, width, height = self._extents.extent(self.level)
        wide, high = scale * width > room_x, scale * height > room_y
        x = left + self.viewport().width() / 2 / scale if wide else left + width / 2
        y = top + self.viewport().height() / 2 / scale if high else top + height / 2
        shift = self._headings
        x -= (0 if not wide else _MARGIN / 2 + shift[0]) / scale
        y -= (0 if not high else _MARGIN / 2) / scale
        self.centerOn(QPointF(x, y))
        self._arrange()
        self.zoomed.emit(scale)

    @property
    def _headings(self) -> tuple[float, float]:
        """Width and height that headings always take at this level."""
        return (0.0, 0.0) if self.level == "full" else (NAMES_WIDTH, FEET_HEIGHT)

    def _set_scale(self, scale: float) -> None:
        """Take a scale: what is drawn at it, and how far it can be scrolled."""
        assert self._extents is not None
        self.resetTransform()
        self.scale(scale, scale)
        level = self.level
        self.item.setVisible(level != "map")
        self.map.setVisible(level == "map")
        self.item.values = level == "full"
        beside = Qt.AlignmentFlag.AlignHCenter if level == "full" else Qt.AlignmentFlag.AlignLeft
        self.setAlignment(beside | Qt.AlignmentFlag.AlignVCenter)
        names, feet = self._headings
        left, top, width, height = self._extents.extent(level)
        margin = _MARGIN / 2 / scale
        extent = QRectF(left, top, width, height)
        self.setSceneRect(
            extent.adjusted(-margin - names / scale, -margin, margin, margin + feet / scale)
        )

    @Slot()
    def fit(self) -> None:
        """Show everything, at the largest level at which it fits."""
        self._scaled = "fit"
        self._refit()

    def _zoom(self, factor: float) -> None:
        if self._extents is not None:
            center = QPointF(self.viewport().rect().center())
            self._zoom_to(self.scale_now * factor, self._anchor or center)

    def _zoom_to(self, scale: float, at: QPointF, cell: tuple[float, float] | None = None) -> None:
        """Take a scale, so that what lies at a place of the view stays there."""
        cell = cell or self._cell_of(self.mapToScene(at.toPoint()))
        self._scaled = "by hand"
        self._set_scale(min(max(scale, LEAST), MOST))
        center = QPointF(self.viewport().rect().center())
        self.centerOn(self._point_of(*cell) + (center - at) / self.scale_now)
        self._arrange()
        self.item.update()
        self.zoomed.emit(self.scale_now)

    def _lines(self) -> _Lines:
        """Return y of the rows and x of the columns, in scene units of this level."""
        return self._map_lines if self.level == "map" else self._wire_lines

    def _cell_of(self, point: QPointF) -> tuple[float, float]:
        """Return row and column at a point, fractions between the lines."""
        rows, columns = self._lines()
        return index_at(rows, point.y()), index_at(columns, point.x())

    def _point_of(self, row: float, column: float) -> QPointF:
        rows, columns = self._lines()
        return QPointF(value_at(columns, column), value_at(rows, row))

    def _y_of_row(self, row: int) -> float:
        return float(self.mapFromScene(QPointF(0, self._lines()[0][row])).y())

    def _x_of_column(self, column: int) -> float:
        return float(self.mapFromScene(QPointF(self._lines()[1][column], 0)).x())

    # --- headings ------------------------------------------------------------------------------

    def _arrange(self) -> None:
        """Put headings over the edges where the drawing's own names are small or out of view."""
        width, height = self.viewport().width(), self.viewport().height()
        shown = self._extents is not None
        small = shown and self.level != "full"
        left = self.mapToScene(0, 0).x()
        below = self.mapToScene(0, height).y()
        away = self._extents is not None and left > max(self._extents.left - NAMES_WIDTH, 1.0)
        deeper = self._extents is not None and below < self._extents.height - FEET_HEIGHT
        self.names.setVisible(bool(small or away))
        self.feet.setVisible(bool(small or deeper))
        feet = int(FEET_HEIGHT) if self.feet.isVisibleTo(self) else 0
        self.names.setGeometry(0, 0, int(NAMES_WIDTH), height - feet)
        self.feet.setGeometry(0, height - int(FEET_HEIGHT), width, int(FEET_HEIGHT))
        self.feet.left = NAMES_WIDTH if self.names.isVisibleTo(self) else 0.0
        self.names.update()
        self.feet.update()
        self._focus.setGeometry(0, 0, width, height)

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        """Move the headings along."""
        super().scrollContentsBy(dx, dy)
        if self._extents is not None:
            self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the headings to the edges anew."""
        super().resizeEvent(event)
        self._arrange()

    def _foot(self, column: int) -> Symbol | None:
        return next(
            (
                each
                for each in self.item.symbols
                if each.kind == "activation" and each.column == column
            ),
            None,
        )

    @Slot(int)
    def _point_at_foot(self, column: int) -> None:
        self._hover(self._foot(column))

    @Slot(int)
    def _choose_foot(self, column: int) -> None:
        self.chosen.emit(self._foot(column))

    def _texts(self) -> list[tuple[Text, QRectF]]:
        """Return the texts of the drawing that are in view, with their places in px."""
        seen = self.mapToScene(self.viewport().rect()).boundingRect()
        return [
            (text, QRectF(self.mapFromScene(place).boundingRect()))
            for text, place in self.item.text_places(seen, self.scale_now)
        ]

    def labels(self) -> list[QRectF]:
        """Return where something is written, in the drawing and in the headings."""
        heads = (each for each in (self.names, self.feet) if each.isVisibleTo(self))
        return [*(place for _, place in self._texts()), *(QRectF(e.geometry()) for e in heads)]

    def tip_at(self, place: QPoint) -> tuple[str, QRectF] | None:
        """Return a name whole where there was no room for all of it."""
        for text, about in self._texts():
            begin = text.text.removesuffix("…")
            if begin != text.text and about.contains(QPointF(place)):
                told = (each for each in self._whole_names if each.startswith(begin))
                return plain_tip(next(told, begin)), about
        return None

    # --- pointer -------------------------------------------------------------------------------

    def _symbol_at(self, place: QPointF) -> Symbol | None:
        point = self.mapToScene(place.toPoint())
        return (self.map if self.level == "map" else self.item).symbol_at(point)

    def _hover(self, symbol: Symbol | None) -> None:
        if symbol != self.item.hovered:
            self.item.hovered = self.map.hovered = symbol
            self.item.update()
            self.map.update()
            self.hovered.emit(symbol)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a click, or a drag that pans."""
        self._pressed = event.position()
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Find what is under the pointer."""
        super().mouseMoveEvent(event)
        dragging = event.buttons() != Qt.MouseButton.NoButton
        self._hover(None if dragging else self._symbol_at(event.position()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Choose what was clicked."""
        pressed, self._pressed = self._pressed, None
        super().mouseReleaseEvent(event)
        if pressed is not None and (event.position() - pressed).manhattanLength() < _CLICK:
            self.chosen.emit(self._symbol_at(event.position()))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Show the cell under the pointer at 100 %."""
        if self._extents is not None:
            symbol = self._symbol_at(event.position())
            cell = None
            if symbol is not None and symbol.row is not None and symbol.column is not None:
                cell = (symbol.row, symbol.column)
            self._zoom_to(1.0, QPointF(self.viewport().rect().center()), cell)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom about the pointer."""
        self._anchor = event.position()
        super().wheelEvent(event)
        self._anchor = None

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is under the pointer any more."""
        super().leaveEvent(event)
        self._hover(None)

    # --- keys ----------------------------------------------------------------------------------

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Frame the canvas where it was reached by key."""
        super().focusInEvent(event)
        self._focus.show_for(event.reason())

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Take the frame away."""
        super().focusOutEvent(event)
        self._focus.hide()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go by arrows from component to component, open by Return; Escape chooses none."""
        key = Qt.Key(event.key())
        if key in _ARROWS and not event.modifiers():
            self._step(*_ARROWS[key])
        elif key == Qt.Key.Key_Escape:
            self.chosen.emit(None)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.item.picked:
            self.opened.emit()
        else:
            super().keyPressEvent(event)

    def _step(self, right: float, down: float) -> None:
        """Choose the nearest component in a direction."""
        symbols = [each for each in self.item.symbols if each.ref]
        here = next((each for each in symbols if each.ref in self.item.picked), None)
        if here is None:
            if symbols:
                self.chosen.emit(symbols[0])
                self.reveal(symbols[0])
            return
        best, least = None, float("inf")
        for each in symbols:
            dx, dy = each.x - here.x, each.y - here.y
            ahead, aside = dx * right + dy * down, abs(dx * down) + abs(dy * right)
            if ahead > 1 and ahead + 3 * aside < least:
                best, least = each, ahead + 3 * aside
        if best is not None:
            self.chosen.emit(best)
            self.reveal(best)

    def reveal(self, symbol: Symbol) -> None:
        """Scroll a component into view, clear of the headings."""
        names, feet = self.names.isVisibleTo(self), self.feet.isVisibleTo(self)
        self.ensureVisible(
            self._rect_of(symbol),
            int(NAMES_WIDTH) + 24 if names else 40,
            int(FEET_HEIGHT) + 24 if feet else 40,
        )

    def _rect_of(self, symbol: Symbol) -> QRectF:
        if self.level == "map":
            place = self.map.place_of(symbol)
            if place is not None:
                return place
            column = symbol.column or 0
            return QRectF(column * CELL, self.map.boundingRect().bottom(), CELL, CELL)
        width, height = symbol.width + 20, symbol.height + 16
        return QRectF(symbol.x - width / 2, symbol.y - height / 2, width, height)

    def place_of(self, symbol: Symbol) -> QRectF:
        """Return where a component stands in the view."""
        return QRectF(self.mapFromScene(self._rect_of(symbol)).boundingRect())
