"""The Schematic tab: the crossbar of a layer with its component values and voltages."""

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from pnn_studio.app.session.names import names_of
from pnn_studio.app.session.selection import NeuronItem, layer_of
from pnn_studio.circuit.schematic import layer_schematic
from pnn_studio.domain.design import TrainedDesign
from pnn_studio.domain.evaluation import LayerEvaluation
from pnn_studio.domain.layout import Crossbar
from pnn_studio.domain.nodes import NodeNames, activation_node
from pnn_studio.domain.schematic import Symbol
from pnn_studio.ui.controllers import status_texts
from pnn_studio.ui.controllers.studio import Studio
from pnn_studio.ui.design_bar.sample_picker import SamplePicker
from pnn_studio.ui.schematic.facts import facts, item_of, stands_for
from pnn_studio.ui.schematic.view import SchematicView
from pnn_studio.ui.widgets.canvas.canvas_view import ZoomControls
from pnn_studio.ui.widgets.controls import ElidedLabel, Segments, label
from pnn_studio.ui.widgets.empty_state import EmptyState
from pnn_studio.ui.widgets.hover_card import HoverCard
from pnn_studio.ui.widgets.legend import Legend
from pnn_studio.ui.widgets.theme import Appearance

_LEGEND = (
    ("plain", "positive_fill"),
    ("negated", "negative_fill"),
    ("negation", "negation_fill"),
)
_ROOMY = 800  # px
_CROSSBARS: tuple[Crossbar, ...] = ("modified", "original")


class SchematicTab(QWidget):
    """Chooses layer, structure and sample, and shows the crossbar."""

    def __init__(self, studio: Studio, appearance: Appearance) -> None:
        super().__init__()
        self._studio = studio
        self._layer, self._crossbar = 0, 0
        self._follows: str | None = None
        self._drawn: tuple[object, ...] = ()
        self._place: tuple[object, ...] = ()
        self.view = SchematicView(appearance)
        self.card = HoverCard(self.view.viewport())
        self.layers = Segments("Layer")
        self.structure = Segments("Crossbar structure")
        self.samples = SamplePicker(studio, appearance)
        self.costs = ElidedLabel("caption")
        self.costs.setFixedHeight(26)
        self._word, self._legend = label("negations", "label"), Legend(appearance, _LEGEND)
        self._pages = QStackedWidget()
        self._pages.addWidget(EmptyState(appearance, status_texts.NOT_TRAINED))
        self._pages.addWidget(self._make_page(appearance))
        page = QVBoxLayout(self)
        page.setContentsMargins(0, 0, 0, 0)
        page.addWidget(self._pages)
        self.layers.chosen.connect(self._take_layer)
        self.structure.chosen.connect(self._take_structure)
        self.view.hovered.connect(self._show_card)
        self.view.chosen.connect(self._choose)
        self.view.row_chosen.connect(self._choose_row)
        studio.selection.changed.connect(self._follow_selection)
        studio.changed.connect(self._take_change)
        studio.sample_changed.connect(self.refresh)
        self.refresh()

    def _make_page(self, appearance: Appearance) -> QWidget:
        head = QWidget()
        head.setFixedHeight(48)
        head.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        head.setProperty("edge", "bottom")
        strip = QHBoxLayout(head)
        strip.setContentsMargins(16, 0, 16, 0)
        strip.setSpacing(8)
        strip.addWidget(label("layer", "label"))
        strip.addWidget(self.layers)
        strip.addSpacing(8)
        strip.addWidget(self._word)
        strip.addWidget(self.structure)
        strip.addSpacing(8)
        strip.addWidget(self.samples, 1)
        strip.addWidget(ZoomControls(self.view, appearance))
        drawn = QWidget()
        column = QVBoxLayout(drawn)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(head)
        column.addWidget(self.view, 1)
        foot = QHBoxLayout()
        foot.setContentsMargins(16, 0, 16, 0)
        foot.addWidget(self.costs, 1)
        foot.addWidget(self._legend)
        column.addLayout(foot)
        return drawn

    @Slot(int)
    def _take_layer(self, index: int) -> None:
        self._layer = index
        self.refresh()

    @Slot(int)
    def _take_structure(self, index: int) -> None:
        self._crossbar = index
        self.refresh()

    @Slot(str)
    def _take_change(self, change: str) -> None:
        if change not in ("records", "verification"):
            self.refresh()

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what happened while another tab was shown."""
        super().showEvent(event)
        self._follow_selection()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave out what explains itself where the controls need the room."""
        super().resizeEvent(event)
        self._word.setVisible(self.width() >= _ROOMY)
        self._legend.setVisible(self.width() >= _ROOMY)

    @property
    def _state(self) -> LayerEvaluation | None:
        design = self._studio.session.design
        evaluation = self._studio.session.evaluation(design) if design else None
        return evaluation.layers[self._layer] if evaluation else None

    @Slot()
    def refresh(self) -> None:
        """Draw the layer, structure and sample that are chosen; nothing while hidden."""
        if not self.isVisible():
            return
        design = self._studio.session.design
        self._pages.setCurrentIndex(0 if design is None else 1)
        if design is None:
            return
        self._layer = min(self._layer, len(design.layers) - 1)
        if design.layout.crossbar != self._follows:  # a new choice in the settings leads
            self._follows = design.layout.crossbar
            self._crossbar = _CROSSBARS.index(design.layout.crossbar)
        self.layers.set_texts([str(number + 1) for number in range(len(design.layers))])
        self.layers.choose(self._layer)
        layer = design.layers[self._layer]
        self.structure.set_texts(
            [f"{name}, {layer.negations(name)}" for name in _CROSSBARS],
            [f"Draw the {name} crossbar of this layer" for name in _CROSSBARS],
        )
        self.structure.choose(self._crossbar)
        self.samples.refresh()
        self.costs.set_whole(status_texts.structure_costs(design, self._layer))
        names = names_of(self._studio.session, design)
        drawn = (design, self._layer, self._crossbar, self._studio.sample, names.given)
        if drawn != self._drawn:
            self._drawn = drawn
            self._draw(design, names)
        self._ring()

    def _draw(self, design: TrainedDesign, names: NodeNames) -> None:
        self.card.hide()
        schematic = layer_schematic(
            design,
            self._layer,
            crossbar=_CROSSBARS[self._crossbar],
            state=self._state,
            sample=self._studio.sample,
            names=names,
        )
        place = (design.layout, self._layer)
        number = self._layer + 1
        rows, columns = names.layout.shapes[self._layer]
        whole = (
            tuple(names.full(names.row(number, row)) for row in range(rows)),
            tuple(names.full(activation_node(number, column)) for column in range(columns)),
        )
        self.view.show_schematic(schematic, whole, anew=place != self._place)
        self._place = place
        self.view.setAccessibleDescription(schematic.title)

    @Slot(object)
    def _choose(self, symbol: Symbol | None) -> None:
        item = item_of(symbol, self._layer + 1) if symbol is not None else None
        self._studio.selection.select(*(() if item is None else (item,)))

    @Slot(int)
    def _choose_row(self, row: int) -> None:
        self._studio.selection.select(NeuronItem(self._layer, row))

    @Slot()
    def _follow_selection(self) -> None:
        """Go to the layer of what was selected elsewhere, and ring it."""
        item, design = self._studio.selection.item, self._studio.session.design
        layer = layer_of(item) if item is not None else None
        if layer is not None and design is not None and 1 <= layer <= len(design.layers):
            self._layer = layer - 1
        self.refresh()

    def _ring(self) -> None:
        items, layer = self._studio.selection.items, self._layer + 1
        picked = frozenset(
            symbol.ref
            for symbol in self.view.item.symbols
            if symbol.ref and any(stands_for(symbol, layer, item) for item in items)
        )
        self.view.mark(picked)

    @Slot(object)
    def _show_card(self, symbol: Symbol | None) -> None:
        design = self._studio.session.design
        if symbol is None or design is None:
            self.card.hide()
            self._studio.hint.emit("")
            return
        names = names_of(self._studio.session, design)
        told = facts(design, self._layer, self._state, self._studio.sample, symbol, names)
        self.card.show_facts(told, self.view.place_of(symbol), self.view.labels())
        self._studio.hint.emit(f"{told.title} {told.place}: {', '.join(told.values)}")
