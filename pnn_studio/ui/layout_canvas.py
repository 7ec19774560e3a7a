"""The Layout tab: the network as it would be trained, and its conductances once it is."""

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QRectF, Qt, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QGraphicsItem, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from pnn_studio.domain.layout import MAX_HIDDEN_LAYERS, MAX_NEURONS, Layout
from pnn_studio.ui.canvas_view import CanvasView, ZoomControls
from pnn_studio.ui.controls import ElidedLabel
from pnn_studio.ui.layout_items import CanvasButton, ColumnItem, EdgesItem, NodeItem
from pnn_studio.ui.layout_picture import LayoutPicture, layout_picture
from pnn_studio.ui.legend import Legend
from pnn_studio.ui.start_page import StartPage
from pnn_studio.ui.studio import Studio
from pnn_studio.ui.theme import Appearance

_Item = TypeVar("_Item", bound=QGraphicsItem)
_LEGEND = (("positive", "positive_fill"), ("negative", "negative_fill"))


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
        self._built_for: Layout | None = None
        self.trained = False

    def refresh(self) -> None:
        """Draw the layout as it is now."""
        session = self._studio.session
        layout, dataset = session.layout, session.dataset
        if layout is None or dataset is None:
            return
        design = session.design
        if design is not None and (design.layout != layout or design.data != dataset.reference):
            design = None  # trained before the last edit; its weights belong to another network
        self.trained = design is not None
        states = session.operating_point(design) if design is not None else None
        self._show(layout, layout_picture(layout, dataset, design, states, self._studio.sample))

    def _show(self, layout: Layout, picture: LayoutPicture) -> None:
        extent = QRectF(0, 0, picture.width, picture.height)
        self._match(self._nodes, NodeItem, len(picture.nodes))
        for item, node in zip(self._nodes, picture.nodes, strict=True):
            item.show_node(node)
        self._match(self._columns, ColumnItem, len(picture.columns))
        for title, column in zip(self._columns, picture.columns, strict=True):
            title.show_column(column)
        self._edges.show_edges(picture.edges, extent)
        if layout.sizes != (self._built_for.sizes if self._built_for else ()):
            self._built_for = layout
            self._place_buttons(layout, picture)
        self.show_extent(extent)

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
        for column in picture.columns:
            if column.resizable:
                neurons, number = layout.hidden[column.stage - 1], column.stage
                less = CanvasButton(self._appearance, "minus", ("less", number))
                less.setToolTip(f"One neuron less in layer {number}")
                less.setEnabled(neurons > 1)
                more = CanvasButton(self._appearance, "plus", ("more", number))
                more.setToolTip(f"One neuron more in layer {number}")
                more.setEnabled(neurons < MAX_NEURONS)
                self._place(less, column.x - 18, column.foot)
                self._place(more, column.x + 18, column.foot)
        for left, right in zip(picture.columns, picture.columns[1:], strict=False):
            add = CanvasButton(self._appearance, "plus", ("add", left.stage))
            add.setToolTip("Insert a layer here")
            add.setEnabled(len(layout.hidden) < MAX_HIDDEN_LAYERS)
            self._place(add, (left.x + right.x) / 2, 22)

    def _place(self, button: CanvasButton, x: float, y: float) -> None:
        button.setPos(x, y)
        # Queued: the edit takes away the very button that tells of it.
        button.pressed.connect(self._take, Qt.ConnectionType.QueuedConnection)
        self.canvas.addItem(button)
        self._buttons.append(button)

    @Slot(str, int)
    def _take(self, action: str, stage: int) -> None:
        if action == "add":
            self._studio.add_layer(stage)
            return
        neurons = self._studio.session.settings.hidden[stage - 1]
        self._studio.set_neurons(stage - 1, neurons + (1 if action == "more" else -1))


class LayoutTab(QWidget):
    """The canvas with its strip, or what to do first."""

    def __init__(self, studio: Studio, appearance: Appearance) -> None:
        super().__init__()
        self._studio = studio
        self.canvas = LayoutCanvas(studio, appearance)
        self._note = ElidedLabel("label")
        self._legend = Legend(appearance, _LEGEND)
        strip = QHBoxLayout()
        strip.setContentsMargins(16, 0, 16, 0)
        strip.setSpacing(12)
        strip.addWidget(self._note, 1)
        strip.addWidget(self._legend)
        strip.addWidget(ZoomControls(self.canvas, appearance))
        drawn = QWidget()
        column = QVBoxLayout(drawn)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        head = QWidget()
        head.setFixedHeight(48)
        head.setLayout(strip)
        column.addWidget(head)
        column.addWidget(self.canvas, 1)
        self._pages = QStackedWidget()
        self.start = StartPage(studio, appearance)
        self._pages.addWidget(self.start)
        self._pages.addWidget(drawn)
        page = QVBoxLayout(self)
        page.setContentsMargins(0, 0, 0, 0)
        page.addWidget(self._pages)
        studio.changed.connect(self._refresh)
        studio.sample_changed.connect(self._refresh)
        self._refresh()

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what happened while another tab was shown."""
        super().showEvent(event)
        self._refresh()

    @Slot()
    @Slot(str)
    def _refresh(self, change: str = "") -> None:
        if change in ("records", "verification") or not self.isVisible():
            return
        self._pages.setCurrentIndex(0 if self._studio.session.layout is None else 1)
        self.canvas.refresh()
        trained = self.canvas.trained
        self._legend.setVisible(trained)
        self._note.set_whole(_note(self._studio, trained=trained))


def _note(studio: Studio, *, trained: bool) -> str:
    if trained:
        return "width: weight in the column; triangle: negation circuit of the row"
    if studio.session.design is not None:
        return "Edited since the training: train again to see its conductances"
    return "Every line is a place for a printed resistor; training decides which are printed"
