"""The canvas on which a layout is drawn by mouse and keyboard."""

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Slot
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem, QGraphicsView, QMenu

from pnn_studio.app.inspector.results import inspect
from pnn_studio.app.session.names import layout_names
from pnn_studio.app.session.selection import Item, LayerItem, NeuronItem, ResistorItem, neuron_of
from pnn_studio.domain.layout import Layout
from pnn_studio.ui.controllers.studio import Studio
from pnn_studio.ui.layout.buttons import CanvasButton, made_buttons
from pnn_studio.ui.layout.commands import LayoutCommands
from pnn_studio.ui.layout.drops import drop_line, drop_target
from pnn_studio.ui.layout.edges import EdgesItem
from pnn_studio.ui.layout.items import ColumnItem, NodeItem, write_names
from pnn_studio.ui.layout.overview import Overview
from pnn_studio.ui.layout.picture import Edge, LayoutPicture, layout_picture
from pnn_studio.ui.widgets.canvas.canvas_view import CanvasView
from pnn_studio.ui.widgets.fields import NameBox
from pnn_studio.ui.widgets.hover_card import Facts, HoverCard
from pnn_studio.ui.widgets.theme import Appearance

_Item = TypeVar("_Item", bound=QGraphicsItem)
_DRAG, _REACH = 7.0, 6.0
_CARD_LINES = ("resistance", "across", "current", "power")
_ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


class LayoutCanvas(CanvasView):
    """Layers as columns, neurons as nodes, resistors as edges."""

    def __init__(self, studio: Studio, appearance: Appearance) -> None:
        super().__init__(appearance, "Layout canvas")
        self._studio = studio
        self._edges = EdgesItem(appearance)
        self.canvas.addItem(self._edges)
        self._nodes: list[NodeItem] = []
        self._columns: list[ColumnItem] = []
        self._buttons: list[CanvasButton] = []
        self._built_for: object = None
        self._sizes: tuple[int, ...] = ()
        self._room = (0, 0)
        self._picture: LayoutPicture | None = None
        self._pressed: tuple[QPointF, Item | None] | None = None
        self._drop: tuple[QPointF, QPointF] | None = None
        self.trained = False
        self.commands = LayoutCommands(studio, self)
        self.card = HoverCard(self.viewport())
        self.name = NameBox(self.viewport())
        self.name.named.connect(self.commands.take_name)
        self.name.left.connect(self.setFocus)
        self.commands.wants_name.connect(self._ask_name)
        studio.selection.changed.connect(self.show_selection)
        self.zoomed.connect(self._write_names)
        self.overview = Overview(self, appearance)

    # --- what is drawn -------------------------------------------------------------------------

    def refresh(self) -> None:
        """Draw the layout as it is now."""
        session = self._studio.session
        layout, dataset = session.layout, session.dataset
        if layout is None or dataset is None:
            return
        design = session.drawn_design
        self.trained = design is not None
        evaluation = session.evaluation(design) if design is not None else None
        names = layout_names(session)
        technology = session.technologies.of_design(None, session.recipe.print_process)
        sample = self._studio.sample
        if self.is_fitted or self._picture is None or layout.sizes != self._sizes:
            self._room = self.viewport().width(), self.viewport().height()
        self._show(
            layout,
            layout_picture(
                layout, dataset, design, evaluation, sample, names, technology, self._room
            ),
        )

    def _show(self, layout: Layout, picture: LayoutPicture) -> None:
        self._picture = picture
        self._match(self._nodes, NodeItem, len(picture.nodes))
        for item, node in zip(self._nodes, picture.nodes, strict=True):
            item.show_node(node)
        self._match(self._columns, ColumnItem, len(picture.columns))
        roles = self._studio.faults.roles
        for title, column in zip(self._columns, picture.columns, strict=True):
            title.show_column(column)
            title.mark_fault(roles.get(LayerItem(column.stage), ""))
        columns = picture.columns
        if (layout.sizes, columns[0].room, columns[0].foot) != self._built_for:
            self._built_for = layout.sizes, columns[0].room, columns[0].foot
            self._place_buttons(layout, picture)
        self._sizes = layout.sizes
        self.show_selection()
        self.show_extent(QRectF(0, 0, picture.width, picture.height))
        self.overview.forget()

    def _refit(self) -> None:
        """Draw it anew for the room that there is, and fit that."""
        if self.is_fitted and self._room != (self.viewport().width(), self.viewport().height()):
            self.refresh()
        super()._refit()

    @Slot()
    def _write_names(self) -> None:
        write_names(self._nodes, self._columns, self.scale_now)

    def labels(self) -> list[QRectF]:
        """Return where names and titles stand."""
        named: list[NodeItem | ColumnItem] = [*self._nodes, *self._columns]
        return [
            QRectF(self.mapFromScene(each.mapToScene(each.name_rect)).boundingRect())
            for each in named
            if not each.name_rect.isEmpty()
        ]

    @Slot()
    def show_selection(self) -> None:
        """Ring what is selected, and let the edges stand out that belong to it."""
        picture = self._picture
        if picture is None or not self.isVisible():
            return
        items = self._studio.selection.items
        neurons = {found for each in items if (found := neuron_of(each)) is not None}
        layers = {each.layer for each in items if isinstance(each, LayerItem)}
        for item in self._nodes:
            node = item.node
            neuron = NeuronItem(node.stage, node.index) if node else None
            item.mark(selected=neuron in neurons, hovered=False)
        for title in self._columns:
            column = title.column
            title.mark(selected=column is not None and column.stage in layers)
        resistors = {each for each in items if isinstance(each, ResistorItem)}
        related = frozenset(
            (edge.layer, edge.row, edge.column)
            for edge in (picture.edges if items else ())
            if NeuronItem(edge.layer - 1, edge.row) in neurons
            or NeuronItem(edge.layer, edge.column) in neurons
            or ResistorItem(edge.layer, edge.row, edge.column) in resistors
        )
        extent = QRectF(0, 0, picture.width, picture.height)
        self._edges.show_edges(picture.edges, extent, related)
        self._write_names()

    def _match(self, items: list[_Item], kind: Callable[[Appearance], _Item], count: int) -> None:
        """Make items or take some away until there are `count`."""
        while len(items) < count:
            items.append(kind(self._appearance))
            self.canvas.addItem(items[-1])
        while len(items) > count:
            self.canvas.removeItem(items.pop())

    def _place_buttons(self, layout: Layout, picture: LayoutPicture) -> None:
        for button in self._buttons:
            self.canvas.removeItem(button)
            button.deleteLater()
        self._buttons = []
        for button in made_buttons(self._appearance, layout, picture):
            # Queued: the edit takes away the very button that tells of it.
            button.pressed.connect(self._take, Qt.ConnectionType.QueuedConnection)
            self.canvas.addItem(button)
            self._buttons.append(button)

    @Slot(str, int)
    def _take(self, action: str, stage: int) -> None:
        if action == "add":
            self._studio.add_layer(stage)
            return
        neurons = self._studio.session.recipe.hidden[stage - 1]
        self._studio.set_neurons(stage - 1, neurons + (1 if action == "more" else -1))

    def drawForeground(self, painter: QPainter, rect: QRectF | object) -> None:
        """Show where what is dragged would go."""
        if self._drop is not None:
            painter.setPen(QPen(self._appearance.theme.color("accent"), 3))
            painter.drawLine(*self._drop)

    def _drawn(self, item: Item) -> ColumnItem | NodeItem | None:
        """Return what a layer or a neuron is drawn as."""
        if isinstance(item, LayerItem):
            same = (each for each in self._columns if each.column)
            return next((each for each in same if each.column.stage == item.layer), None)  # type: ignore[union-attr]
        for each in self._nodes:
            if each.node and item == NeuronItem(each.node.stage, each.node.index):
                return each
        return None

    # --- the pointer ---------------------------------------------------------------------------

    def _edge_at(self, position: QPointF) -> Edge | None:
        return self._edges.edge_at(self.mapToScene(position.toPoint()), _REACH / self.scale_now)

    def _part_at(self, position: QPointF) -> Item | CanvasButton | None:
        for item in self.items(position.toPoint()):
            if isinstance(item, CanvasButton):
                return item
            if isinstance(item, NodeItem) and item.node and item.node.kind != "gap":
                return NeuronItem(item.node.stage, item.node.index)
            if isinstance(item, ColumnItem) and item.column:
                return LayerItem(item.column.stage)
        return None

    def item_at(self, position: QPointF) -> Item | None:
        """Return the neuron, layer or resistor under the pointer."""
        part = self._part_at(position)
        if isinstance(part, CanvasButton):
            return None
        edge = None if part is not None else self._edge_at(position)
        return ResistorItem(edge.layer, edge.row, edge.column) if edge else part

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of a part; on free ground pan, or with Shift draw a frame of selection."""
        position = event.position()
        part = self._part_at(position)
        if isinstance(part, CanvasButton) or event.button() != Qt.MouseButton.LeftButton:
            super().mousePressEvent(event)
            return
        self.card.hide()
        self._pressed = (position, part)
        if part is None:
            framed = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            modes = QGraphicsView.DragMode
            self.setDragMode(modes.RubberBandDrag if framed else modes.ScrollHandDrag)
            super().mousePressEvent(event)
        else:
            self.setFocus(Qt.FocusReason.MouseFocusReason)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag a part, pan, or tell what is under the pointer."""
        if self._pressed is not None and self._pressed[1] is not None:
            if (event.position() - self._pressed[0]).manhattanLength() >= _DRAG:
                self._show_drop(self._pressed[1], event.position())
            return
        super().mouseMoveEvent(event)
        if self._pressed is None:
            self._point_at(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Drop what was dragged, or select what was clicked."""
        pressed, self._pressed = self._pressed, None
        dropped, self._drop = self._drop, None
        frame = self.rubberBandRect()
        super().mouseReleaseEvent(event)
        self.setDragMode(QGraphicsView.DragMode.ScrollHandDrag)
        self.viewport().setCursor(Qt.CursorShape.ArrowCursor)
        if pressed is None:
            return
        position, part = pressed
        if dropped is not None:
            self.viewport().update()
            self._drop_at(part, event.position())
        elif not frame.isEmpty():
            found = (each.node for each in self._nodes if each in self.items(frame))
            inside = (NeuronItem(node.stage, node.index) for node in found if node)
            self._studio.selection.select(
                *(each for each in inside if self.commands.is_neuron(each))
            )
        elif (event.position() - position).manhattanLength() < _DRAG:
            self._click(position, event.modifiers())

    def _click(self, position: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        item = self.item_at(position)
        more = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
        if item is None:
            self._studio.selection.select()
        elif modifiers & more:
            self._studio.selection.toggle(item)
        else:
            self._studio.selection.select(item)

    def _target(self, item: Item | None, position: QPointF) -> int | None:
        at = self.mapToScene(position.toPoint())
        return drop_target(item, at, self.commands, self._nodes, self._columns)

    def _show_drop(self, item: Item, position: QPointF) -> None:
        target = self._target(item, position)
        if target is None:
            return
        if isinstance(item, LayerItem):
            drawn, here = self._drawn(LayerItem(target)), item.layer
        elif isinstance(item, NeuronItem):
            drawn, here = self._drawn(NeuronItem(item.layer, target)), item.index
        if drawn is not None:
            self._drop = drop_line(drawn, (target > here) - (target < here))
            self.viewport().update()

    def _drop_at(self, item: Item | None, position: QPointF) -> None:
        target = self._target(item, position)
        if target is not None and isinstance(item, LayerItem):
            self.commands.move_layer(item.layer, target)
        elif target is not None and isinstance(item, NeuronItem):
            self.commands.move_neuron(item, target)

    def _point_at(self, position: QPointF) -> None:
        item = self.item_at(position)
        for each in self._nodes:
            over = each.node and item == NeuronItem(each.node.stage, each.node.index)
            each.mark(selected=each.is_selected, hovered=bool(over))
        self._write_names()
        edge = self._edge_at(position) if isinstance(item, ResistorItem) else None
        if edge is not self._edges.marked:
            self._edges.marked = edge
            self._edges.update()
        if edge is None or not isinstance(item, ResistorItem):
            self.card.hide()
            return
        session = self._studio.session
        sheet = inspect(session, item, self._studio.sample, session.technology)
        lines = {line.name: line.value for each in sheet.sections for line in each.lines}
        values = tuple(lines[name] for name in _CARD_LINES if name in lines) or ("not trained yet",)
        told = Facts(sheet.title, f"layer {item.layer}", values, sheet.source)
        about = QRectF(position.x() - 6, position.y() - 6, 12, 12)
        self.card.show_facts(told, about, self.labels())
        self._studio.hint.emit(f"{sheet.title}: {', '.join(values)}; click to select")

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is under the pointer any more."""
        super().leaveEvent(event)
        self.card.hide()
        if self._edges.marked is not None:
            self._edges.marked = None
            self._edges.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Rename the layer or neuron under the pointer; on a button it is one more click."""
        if isinstance(self._part_at(event.position()), CanvasButton):
            super().mousePressEvent(event)
            return
        item = self.item_at(event.position())
        if item is not None:
            self._studio.selection.select(item)
            self.commands.rename()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer what applies to what is under the pointer, or to the selection by key."""
        item = self._studio.selection.item
        if event.reason() == QContextMenuEvent.Reason.Mouse:
            item = self.item_at(QPointF(event.pos()))
            if item not in self._studio.selection.items:
                self._studio.selection.select(*(() if item is None else (item,)))
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for text, run, enabled in self.commands.menu_for(item):
            action = menu.addAction(text)
            action.setEnabled(enabled)
            action.triggered.connect(run)
        menu.popup(event.globalPos())

    # --- the keyboard --------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go, move, add, remove, rename, cut, copy and paste; the rest zooms and pans."""
        key, modifiers, commands = event.key(), event.modifiers(), self.commands
        if key in _ARROWS:
            if modifiers & Qt.KeyboardModifier.AltModifier:
                commands.move(*_ARROWS[Qt.Key(key)])
            else:
                commands.step(*_ARROWS[Qt.Key(key)])
            return
        plain: dict[int, Callable[[], None]] = {
            Qt.Key.Key_Delete: commands.delete,
            Qt.Key.Key_Backspace: commands.delete,
            Qt.Key.Key_Insert: commands.insert,
            Qt.Key.Key_F2: commands.rename,
            Qt.Key.Key_Escape: self._studio.selection.select,
        }
        control: dict[int, Callable[[], None]] = {
            Qt.Key.Key_A: commands.select_all,
            Qt.Key.Key_C: commands.copy,
            Qt.Key.Key_X: commands.cut,
            Qt.Key.Key_V: commands.paste,
        }
        known = control if modifiers & Qt.KeyboardModifier.ControlModifier else plain
        if key in known:
            known[key]()
        else:
            super().keyPressEvent(event)

    @Slot(object)
    def _ask_name(self, item: Item) -> None:
        names = dict(self._studio.session.recipe.names)
        drawn = self._drawn(item)
        if isinstance(item, LayerItem):
            key, below = f"{item.layer}", 14
        elif isinstance(item, NeuronItem):
            key, below = f"{item.layer}.{item.index}", 32
        if drawn is None:
            return
        at, shown = drawn.pos() + QPointF(0, below), names.get(key, "")
        self.name.ask(item, self.mapFromScene(at), shown)
