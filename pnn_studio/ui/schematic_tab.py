"""The Schematic tab: the crossbar of a layer with its component values and voltages."""

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPoint, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QMouseEvent, QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from pnn_studio.circuit.schematic import layer_schematic
from pnn_studio.domain.design import TrainedDesign
from pnn_studio.domain.layout import Crossbar
from pnn_studio.domain.operating_point import LayerState
from pnn_studio.domain.schematic import Symbol
from pnn_studio.domain.units import format_si
from pnn_studio.ui import words
from pnn_studio.ui.canvas_view import CanvasView, ZoomControls
from pnn_studio.ui.controls import ElidedLabel, Segments, Spin, describe, label
from pnn_studio.ui.empty_state import EmptyState
from pnn_studio.ui.schematic_item import SchematicItem
from pnn_studio.ui.studio import Studio
from pnn_studio.ui.theme import Appearance

_CARD_WIDTH = 196
_CROSSBARS: tuple[Crossbar, ...] = ("modified", "original")


@dataclass(frozen=True)
class Facts:
    """What the hover card says of a component."""

    title: str
    place: str
    values: tuple[str, ...]


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


class _HoverCard(QFrame):
    """Floats beside the component under the pointer."""

    def __init__(self, ground: QWidget) -> None:
        super().__init__(ground)
        self._ground = ground
        self.setProperty("kind", "card")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._title, self._place = label("", "heading"), label("", "caption")
        self._values = [label("") for _ in range(4)]
        grid = QGridLayout(self)
        grid.setContentsMargins(10, 7, 10, 8)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(2)
        grid.addWidget(self._title, 0, 0)
        grid.addWidget(self._place, 0, 1, Qt.AlignmentFlag.AlignRight)
        for index, value in enumerate(self._values):
            side = Qt.AlignmentFlag.AlignRight if index % 2 else Qt.AlignmentFlag.AlignLeft
            grid.addWidget(value, 1 + index // 2, index % 2, side)
        self.setMinimumWidth(_CARD_WIDTH)
        self.hide()

    def show_facts(self, told: Facts, beside: QRectF) -> None:
        """Show at the right and below, flipped where there is no room."""
        self._title.setText(told.title)
        self._place.setText(told.place)
        for index, value in enumerate(self._values):
            value.setText(told.values[index] if index < len(told.values) else "")
        self.adjustSize()
        x, y = beside.right() + 8, beside.bottom() + 8
        if x + self.width() > self._ground.width():
            x = beside.left() - 8 - self.width()
        if y + self.height() > self._ground.height():
            y = beside.top() - 8 - self.height()
        self.move(QPoint(int(max(x, 4)), int(max(y, 4))))
        self.show()
        self.raise_()


class SchematicView(CanvasView):
    """The canvas; tells which component is under the pointer.

    Notes
    -----
    Signal `hovered` (Symbol or None).
    """

    hovered = Signal(object)

    def __init__(self, appearance: Appearance) -> None:
        super().__init__(appearance, "Schematic", largest_fit=1.0)
        self.item = SchematicItem(appearance)
        self.canvas.addItem(self.item)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Find what is under the pointer."""
        super().mouseMoveEvent(event)
        dragging = event.buttons() != Qt.MouseButton.NoButton
        symbol = (
            None if dragging else self.item.symbol_at(self.mapToScene(event.position().toPoint()))
        )
        if symbol is not self.item.selected:
            self.item.selected = symbol
            self.item.update()
            self.hovered.emit(symbol)

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is under the pointer any more."""
        super().leaveEvent(event)
        self.item.selected = None
        self.item.update()
        self.hovered.emit(None)

    def place_of(self, symbol: Symbol) -> QRectF:
        """Return where a component stands in the view."""
        rect = QRectF(
            symbol.x - symbol.width / 2 - 10,
            symbol.y - symbol.height / 2 - 8,
            symbol.width + 20,
            symbol.height + 16,
        )
        return QRectF(self.mapFromScene(rect).boundingRect())


class SchematicTab(QWidget):
    """Chooses layer, structure and sample, and shows the crossbar."""

    def __init__(self, studio: Studio, appearance: Appearance) -> None:
        super().__init__()
        self._studio = studio
        self._layer, self._crossbar = 0, 0
        self._follows: str | None = None
        self._drawn: tuple[object, ...] = ()
        self.view = SchematicView(appearance)
        self.card = _HoverCard(self.view.viewport())
        self.layers = Segments("Layer")
        self.structure = Segments("Crossbar structure")
        self._sample = Spin(appearance, 1, 1)
        self._sample.setFixedWidth(92)
        describe(self._sample, "Test sample", "Whose voltages are written")
        self._class = ElidedLabel("label")
        self._pages = QStackedWidget()
        self._pages.addWidget(EmptyState(appearance, words.NOT_TRAINED))
        self._pages.addWidget(self._make_page(appearance))
        page = QVBoxLayout(self)
        page.setContentsMargins(0, 0, 0, 0)
        page.addWidget(self._pages)
        self.layers.chosen.connect(self._take_layer)
        self.structure.chosen.connect(self._take_structure)
        self._sample.valueChanged.connect(self._take_sample)
        self.view.hovered.connect(self._show_card)
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
        strip.addWidget(label("sample", "label"))
        strip.addWidget(self._sample)
        strip.addWidget(self._class, 1)
        strip.addWidget(ZoomControls(self.view, appearance))
        drawn = QWidget()
        column = QVBoxLayout(drawn)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(head)
        column.addWidget(self.view, 1)
        return drawn

    @Slot(int)
    def _take_layer(self, index: int) -> None:
        self._layer = index
        self.refresh()

    @Slot(int)
    def _take_structure(self, index: int) -> None:
        self._crossbar = index
        self.refresh()

    @Slot(int)
    def _take_sample(self, number: int) -> None:
        self._studio.set_sample(number - 1)

    @Slot(str)
    def _take_change(self, change: str) -> None:
        if change not in ("records", "verification"):
            self.refresh()

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what happened while another tab was shown."""
        super().showEvent(event)
        self.refresh()

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
        self._show_sample(design)
        drawn = (design, self._layer, self._crossbar, self._studio.sample)
        if drawn != self._drawn:
            self._drawn = drawn
            self._draw(design)

    def _show_sample(self, design: TrainedDesign) -> None:
        samples, sample = self._studio.samples, self._studio.sample
        dataset = self._studio.shown_data
        self._sample.setEnabled(samples > 0)
        blocked = self._sample.blockSignals(True)
        self._sample.setRange(1, max(samples, 1))
        self._sample.setSuffix(f" of {samples}")
        self._sample.setValue(sample + 1)
        self._sample.blockSignals(blocked)
        if dataset is not None and samples:
            truth = int(dataset.part("test")[1][sample])
            self._class.set_whole(design.class_names[truth])

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
    def _show_card(self, symbol: Symbol | None) -> None:
        design = self._studio.session.design
        if symbol is None or design is None:
            self.card.hide()
            self._studio.hint.emit("")
            return
        told = facts(design, self._layer, self._state, self._studio.sample, symbol)
        self.card.show_facts(told, self.view.place_of(symbol))
        self._studio.hint.emit(f"{told.title} {told.place}: {', '.join(told.values)}")
