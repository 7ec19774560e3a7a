"""The layers from the inputs to the outputs."""

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from pnn_studio.app.session.selection import LayerItem
from pnn_studio.app.session.technologies import input_range
from pnn_studio.domain.layout import MAX_NEURONS
from pnn_studio.ui.controllers import status_texts
from pnn_studio.ui.controllers.studio import Studio
from pnn_studio.ui.widgets.controls import (
    IconButton,
    clear_layout,
    describe,
    label,
    order_tabs,
    restyle,
)
from pnn_studio.ui.widgets.icons import icon
from pnn_studio.ui.widgets.panel_section import PanelSection
from pnn_studio.ui.widgets.theme import Appearance


class _LayerRow(QWidget):
    """One layer: its size with − and +, and × to take it out."""

    def __init__(self, studio: Studio, appearance: Appearance, index: int) -> None:
        super().__init__()
        self._studio, self._index = studio, index
        number = index + 1
        self._less = IconButton(appearance, "minus")
        self._more = IconButton(appearance, "plus")
        self._out = IconButton(appearance, "close", "icon")
        self.size_box = label("", "heading")
        self.size_box.setFixedWidth(26)
        self.size_box.setAlignment(Qt.AlignmentFlag.AlignCenter)
        describe(self._less, f"One neuron less in layer {number}")
        describe(self._more, f"One neuron more in layer {number}")
        describe(self._out, f"Remove layer {number}")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        self._name = label(f"Layer {number}")
        self._name.setMinimumWidth(58)
        row.addWidget(self._name)
        row.addWidget(label("ptanh", "caption"), 1)
        row.addWidget(self._out)
        row.addWidget(self._less)
        row.addWidget(self.size_box)
        row.addWidget(self._more)
        self.controls = (self._out, self._less, self._more)  # from left to right
        self._less.clicked.connect(self._take_one)
        self._more.clicked.connect(self._add_one)
        self._out.clicked.connect(self._remove)

    def refresh(self, neurons: int, layers: int) -> None:
        """Show a size."""
        self.size_box.setText(str(neurons))
        self.size_box.setAccessibleName(f"Neurons of layer {self._index + 1}: {neurons}")
        self._less.setEnabled(neurons > 1)
        self._more.setEnabled(neurons < MAX_NEURONS)
        self._out.setVisible(layers > 1)
        place = LayerItem(self._index + 1)
        restyle(self._name, tone=self._studio.faults.roles.get(place, ""))

    def _change(self, by: int) -> None:
        neurons = self._studio.session.recipe.hidden[self._index]
        self._studio.set_neurons(self._index, neurons + by)

    @Slot()
    def _take_one(self) -> None:
        self._change(-1)

    @Slot()
    def _add_one(self) -> None:
        self._change(1)

    @Slot()
    def _remove(self) -> None:
        self._studio.remove_layer(self._index)


class _FixedRow(QWidget):
    """A layer whose size follows from the data."""

    def __init__(self, name: str, what: str) -> None:
        super().__init__()
        self.name = label(name)
        self.name.setMinimumWidth(58)
        self.what = label(what, "caption")
        self.size_box = label("", "heading")
        self.size_box.setFixedWidth(26)
        self.size_box.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.size_box.setToolTip("Follows from the data")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 28, 0)
        row.setSpacing(4)
        row.addWidget(self.name)
        row.addWidget(self.what, 1)
        row.addWidget(self.size_box)
        self.setFixedHeight(24)


class LayersSection(PanelSection):
    """The layers from the inputs to the outputs."""

    def __init__(self, studio: Studio, appearance: Appearance) -> None:
        super().__init__("Layout")
        self._studio, self._appearance = studio, appearance
        self._empty = label(status_texts.NO_LAYERS, "label")
        self._inputs = _FixedRow("Inputs", "")
        self._outputs = _FixedRow("Layer 2", "ptanh, outputs")
        self._hidden = QWidget()
        self._layers: list[_LayerRow] = []
        column = QVBoxLayout(self._hidden)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        self._add = QPushButton("Add a layer")
        self._add.setProperty("kind", "outline")
        self._add.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        describe(self._add, "Add a layer", "Add a hidden layer of 3 before the outputs (Ctrl+L)")
        self.which = QPushButton()
        self.which.setProperty("kind", "outline")
        self.which.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        for widget in (self._empty, self._inputs, self._hidden, self._outputs, self._add):
            self.rows.addWidget(widget)
        self.rows.addWidget(self.which)
        self._add.clicked.connect(self._add_layer)
        self.which.clicked.connect(self._ask_which)
        studio.activity.connect(self._show_which)
        self._show_which()
        appearance.changed.connect(self._draw)
        self._draw()

    @Slot()
    def _draw(self) -> None:
        self._add.setIcon(icon("plus", self._appearance.theme))

    @Slot()
    def _add_layer(self) -> None:
        self._studio.add_layer()

    @Slot()
    def _ask_which(self) -> None:
        layouts = self._studio.layouts
        if layouts.is_going:
            layouts.cancel()
        else:
            layouts.begin()
        self._show_which()

    @Slot()
    def _show_which(self) -> None:
        if self._studio.layouts.is_going:
            words, tip = "Stop training layouts", "Keep what is trained; asked again it goes on"
        else:
            words = "Which layout should I draw?"
            tip = "Train hidden layers of 2, 3, 5 and 8, and compare their fronts"
        self.which.setText(words)
        describe(self.which, words, tip)

    def refresh(self) -> None:
        """Show what is true now."""
        layout = self._studio.session.layout
        self._show_which()
        for widget in (self._inputs, self._hidden, self._outputs, self._add, self.which):
            widget.setVisible(layout is not None)
        self._empty.setVisible(layout is None)
        self.note.setText(f"{layout.resistor_sites} resistor sites" if layout else "")
        if layout is None:
            return
        if len(self._layers) != len(layout.hidden):
            clear_layout(self._hidden)
            self._layers = [
                _LayerRow(self._studio, self._appearance, index)
                for index in range(len(layout.hidden))
            ]
            column = self._hidden.layout()
            assert column is not None
            for row in self._layers:
                column.addWidget(row)
            order_tabs(self._add, [each for row in self._layers for each in row.controls])
        for row, neurons in zip(self._layers, layout.hidden, strict=True):
            row.refresh(neurons, len(layout.hidden))
        session = self._studio.session
        technology = session.technologies.of_design(None, session.recipe.print_process)
        self._inputs.what.setText(input_range(technology) if technology else "")
        self._inputs.size_box.setText(str(layout.inputs))
        self._outputs.size_box.setText(str(layout.outputs))
        self._outputs.name.setText(f"Layer {len(layout.hidden) + 1}")
