"""The Schematic tab: the crossbar of a layer with its component values and voltages."""

from PySide6.QtCore import QRectF, Qt, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from pnn_studio.app.selection import layer_of
from pnn_studio.circuit.schematic import layer_schematic
from pnn_studio.domain.design import TrainedDesign
from pnn_studio.domain.layout import Crossbar
from pnn_studio.domain.operating_point import LayerState
from pnn_studio.domain.schematic import Symbol
from pnn_studio.domain.units import format_si
from pnn_studio.ui import words
from pnn_studio.ui.canvas_view import ZoomControls
from pnn_studio.ui.controls import ElidedLabel, Segments, label
from pnn_studio.ui.empty_state import EmptyState
from pnn_studio.ui.hover_card import Facts, HoverCard
from pnn_studio.ui.sample_picker import SamplePicker
from pnn_studio.ui.schematic_view import SchematicView, item_of, stands_for
from pnn_studio.ui.studio import Studio
from pnn_studio.ui.theme import Appearance

_CROSSBARS: tuple[Crossbar, ...] = ("modified", "original")


def facts(
    design: TrainedDesign, layer_index: int, state: LayerState | None, sample: int, symbol: Symbol
) -> Facts:
    """Tell value, voltage, current and power of a component for one sample."""
    layer = design.layers[layer_index]
    row, column = symbol.row, symbol.column
    if symbol.kind == "resistor" and row is not None and column is not None:
        values = [format_si(symbol.value, "Ω")]
        if state is not None:
            plain, negated = state.rows[sample, row], state.negated[sample, row]
            high = float(negated if layer.theta[row, column] < 0 else plain)
            across = high - float(state.columns[sample, column])
            current = across / symbol.value
            values += [
                format_si(across, "V"),
                format_si(current, "A"),
                format_si(across * current, "W"),
            ]
        return Facts(symbol.ref, f"to column {column}", tuple(values))
    cell = layer.ptanh if symbol.kind == "ptanh" else layer.negation
    values = [f"{format_si(cell.power, 'W')} on average"]
    if state is not None and symbol.kind == "ptanh" and column is not None:
        values += [
            f"z {format_si(float(state.columns[sample, column]), 'V')}",
            f"out {format_si(float(state.outputs[sample, column]), 'V')}",
        ]
    elif state is not None and row is not None:
        values += [
            f"in {format_si(float(state.rows[sample, row]), 'V')}",
            f"out {format_si(float(state.negated[sample, row]), 'V')}",
        ]
    name = "ptanh circuit" if symbol.kind == "ptanh" else "negation circuit"
    return Facts(symbol.ref, name, tuple(values))


class SchematicTab(QWidget):
    """Chooses layer, structure and sample, and shows the crossbar."""

    def __init__(self, studio: Studio, appearance: Appearance) -> None:
        super().__init__()
        self._studio = studio
        self._layer, self._crossbar = 0, 0
        self._follows: str | None = None
        self._drawn: tuple[object, ...] = ()
        self.view = SchematicView(appearance)
        self.card = HoverCard(self.view.viewport())
        self.layers = Segments("Layer")
        self.structure = Segments("Crossbar structure")
        self.samples = SamplePicker(studio, appearance)
        self.costs = ElidedLabel("caption")
        self.costs.setFixedHeight(26)
        self._pages = QStackedWidget()
        self._pages.addWidget(EmptyState(appearance, words.NOT_TRAINED))
        self._pages.addWidget(self._make_page(appearance))
        page = QVBoxLayout(self)
        page.setContentsMargins(0, 0, 0, 0)
        page.addWidget(self._pages)
        self.layers.chosen.connect(self._take_layer)
        self.structure.chosen.connect(self._take_structure)
        self.view.hovered.connect(self._show_card)
        self.view.chosen.connect(self._choose)
        studio.picks.changed.connect(self._follow_selection)
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
        strip.addWidget(label("negations", "label"))
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
        foot.addWidget(self.costs)
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

    @property
    def _state(self) -> LayerState | None:
        design = self._studio.session.design
        states = self._studio.session.operating_point(design) if design else None
        return states[self._layer] if states else None

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
        self.costs.set_whole(words.structure_costs(design, self._layer))
        drawn = (design, self._layer, self._crossbar, self._studio.sample)
        if drawn != self._drawn:
            self._drawn = drawn
            self._draw(design)
        self._ring()

    def _draw(self, design: TrainedDesign) -> None:
        self.card.hide()
        schematic = layer_schematic(
            design,
            self._layer,
            crossbar=_CROSSBARS[self._crossbar],
            state=self._state,
            sample=self._studio.sample,
        )
        self.view.item.show_schematic(schematic)
        self.view.show_extent(QRectF(0, 0, schematic.width, schematic.height))
        self.view.setAccessibleDescription(schematic.title)

    @Slot(object)
    def _choose(self, symbol: Symbol | None) -> None:
        item = item_of(symbol, self._layer + 1) if symbol is not None else None
        self._studio.picks.select(*(() if item is None else (item,)))

    @Slot()
    def _follow_selection(self) -> None:
        """Go to the layer of what was selected elsewhere, and ring it."""
        item, design = self._studio.picks.item, self._studio.session.design
        layer = layer_of(item) if item is not None else None
        if layer is not None and design is not None and 1 <= layer <= len(design.layers):
            self._layer = layer - 1
        self.refresh()

    def _ring(self) -> None:
        items, layer = self._studio.picks.items, self._layer + 1
        picked = frozenset(
            symbol.ref
            for symbol in self.view.item.symbols
            if symbol.ref and any(stands_for(symbol, layer, item) for item in items)
        )
        if picked != self.view.item.picked:
            self.view.item.picked = picked
            self.view.item.update()

    @Slot(object)
    def _show_card(self, symbol: Symbol | None) -> None:
        design = self._studio.session.design
        if symbol is None or design is None:
            self.card.hide()
            self._studio.hint.emit("")
            return
        told = facts(design, self._layer, self._state, self._studio.sample, symbol)
        self.card.show_facts(told, self.view.place_of(symbol))
        self._studio.hint.emit(f"{told.title} {told.place}: {', '.join(told.values)}")
