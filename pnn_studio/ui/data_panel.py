"""The left panel: data, layers, and what is trained."""

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QRectF, Qt, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from pnn_studio.domain.dataset import SHIPPED_DATASETS, SPLITS, Dataset
from pnn_studio.domain.layout import MAX_NEURONS
from pnn_studio.ui import words
from pnn_studio.ui.controls import (
    Combo,
    ElidedLabel,
    IconButton,
    Segments,
    Spin,
    clear_layout,
    describe,
    label,
)
from pnn_studio.ui.icons import icon
from pnn_studio.ui.studio import Studio
from pnn_studio.ui.theme import Appearance

_CROSSBARS = ("modified", "original")
_CROSSBAR_TIPS = (
    "One negation circuit for each row that has a negative weight (Zhao et al., ICCAD 2023)",
    "One negation circuit for each negative weight",
)
_LABEL_WIDTH = 96


class _SplitBar(QWidget):
    """How the samples are split: three bars as long as their shares."""

    _SHADES = ("control", "disabled", "border")

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self._appearance = appearance
        self._counts = (1, 1, 1)
        self.setFixedHeight(8)
        appearance.changed.connect(self.update)

    def show_counts(self, counts: tuple[int, int, int]) -> None:
        self._counts = counts
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        usable, x = self.width() - 4, 0.0
        for count, shade in zip(self._counts, self._SHADES, strict=True):
            width = usable * count / max(sum(self._counts), 1)
            painter.fillRect(QRectF(x, 0, width, 8), self._appearance.theme.color(shade))
            x += width + 2
        painter.end()


class _Section(QFrame):
    """A heading, a note at its right, and rows under them."""

    def __init__(self, title: str, *, last: bool = False) -> None:
        super().__init__()
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        if not last:
            self.setProperty("edge", "bottom")
        self.note = label("", "caption")
        head = QHBoxLayout()
        head.addWidget(label(title, "heading"))
        head.addStretch()
        head.addWidget(self.note)
        self.rows = QVBoxLayout(self)
        self.rows.setContentsMargins(16, 12, 16, 14)
        self.rows.setSpacing(8)
        self.rows.addLayout(head)

    def add_field(self, name: str, *fields: QWidget) -> None:
        """Add a row of controls behind a name."""
        row = QHBoxLayout()
        row.setSpacing(8)
        caption = label(name, "label")
        caption.setFixedWidth(_LABEL_WIDTH)
        caption.setBuddy(fields[0])
        row.addWidget(caption)
        for field in fields:
            row.addWidget(field, 1 if len(fields) == 1 else 0)
        self.rows.addLayout(row)


class _DataSection(_Section):
    """Which data, and how they are split."""

    def __init__(self, studio: Studio, appearance: Appearance) -> None:
        super().__init__("Data")
        self._studio, self._appearance = studio, appearance
        self.combo = Combo(appearance)
        self.combo.setPlaceholderText("Choose a data set")
        describe(self.combo, "Data set", "Data sets that come with the program, and opened files")
        for key, title in SHIPPED_DATASETS.items():
            self.combo.addItem(title, key)
        self.combo.setCurrentIndex(-1)
        self._open = IconButton(appearance, "folder")
        describe(
            self._open, "Open a CSV file", "Open a CSV file: a header, one row a sample (Ctrl+O)"
        )
        self._open.setShortcut("Ctrl+O")
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.combo, 1)
        row.addWidget(self._open)
        self.rows.addLayout(row)
        self._what = ElidedLabel("label")
        self._bar = _SplitBar(appearance)
        self._counts = [label("", "caption") for _ in SPLITS]
        counts = QHBoxLayout()
        for index, each in enumerate(self._counts):
            if index:
                counts.addStretch()
            counts.addWidget(each)
        self.rows.addWidget(self._what)
        self.rows.addWidget(self._bar)
        self.rows.addLayout(counts)
        self.combo.activated.connect(self._choose)
        self._open.clicked.connect(self.ask_for_file)

    @Slot(int)
    def _choose(self, index: int) -> None:
        self._studio.load_data(str(self.combo.itemData(index)))

    @Slot()
    def ask_for_file(self) -> None:
        """Ask for a CSV file and read it."""
        dialog = QFileDialog(self, "Open data")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter("Comma-separated values (*.csv *.tsv *.txt)")
        dialog.fileSelected.connect(self._studio.load_data)
        dialog.open()

    def refresh(self) -> None:
        dataset, loading = self._studio.session.dataset, self._studio.loading
        shown = loading or (dataset.reference if dataset else None)
        source = shown.source if shown else ""
        if source and self.combo.findData(source) < 0:
            self.combo.addItem(Path(source).name, source)
        self.combo.setCurrentIndex(self.combo.findData(source) if source else -1)
        known = dataset is not None and loading is None
        self._bar.setVisible(known)
        for each in self._counts:
            each.setVisible(known)
        if dataset is not None and known:
            self._show(dataset)
        else:
            self._what.set_whole("Reading…" if loading else words.NO_DATA)

    def _show(self, dataset: Dataset) -> None:
        counts = dataset.counts
        inputs, classes = len(dataset.input_names), len(dataset.class_names)
        self._what.set_whole(f"{inputs} inputs, {classes} classes, {len(dataset.classes)} samples")
        self._bar.show_counts((counts["train"], counts["valid"], counts["test"]))
        for each, split in zip(self._counts, SPLITS, strict=True):
            each.setText(f"{split} {counts[split]}")


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
        name = label(f"Layer {number}")
        name.setMinimumWidth(58)
        row.addWidget(name)
        row.addWidget(label("ptanh", "caption"), 1)
        row.addWidget(self._out)
        row.addWidget(self._less)
        row.addWidget(self.size_box)
        row.addWidget(self._more)
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

    def _change(self, by: int) -> None:
        neurons = self._studio.session.settings.hidden[self._index]
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
        self.size_box = label("", "heading")
        self.size_box.setFixedWidth(26)
        self.size_box.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.size_box.setToolTip("Follows from the data")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 28, 0)
        row.setSpacing(4)
        row.addWidget(self.name)
        row.addWidget(label(what, "caption"), 1)
        row.addWidget(self.size_box)
        self.setFixedHeight(24)


class _LayersSection(_Section):
    """The layers from the inputs to the outputs."""

    def __init__(self, studio: Studio, appearance: Appearance) -> None:
        super().__init__("Layout")
        self._studio, self._appearance = studio, appearance
        self._empty = label(words.NO_LAYERS, "label")
        self._inputs = _FixedRow("Inputs", "0…1 V")
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
        self._add.setShortcut("Ctrl+L")
        for widget in (self._empty, self._inputs, self._hidden, self._outputs, self._add):
            self.rows.addWidget(widget)
        self._add.clicked.connect(self._add_layer)
        appearance.changed.connect(self._draw)
        self._draw()

    @Slot()
    def _draw(self) -> None:
        self._add.setIcon(icon("plus", self._appearance.theme))

    @Slot()
    def _add_layer(self) -> None:
        self._studio.add_layer()

    def refresh(self) -> None:
        layout = self._studio.session.layout
        for widget in (self._inputs, self._hidden, self._outputs, self._add):
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
        for row, neurons in zip(self._layers, layout.hidden, strict=True):
            row.refresh(neurons, len(layout.hidden))
        self._inputs.size_box.setText(str(layout.inputs))
        self._outputs.size_box.setText(str(layout.outputs))
        self._outputs.name.setText(f"Layer {len(layout.hidden) + 1}")


class _FamilySection(_Section):
    """Which crossbar, how many designs, how long."""

    def __init__(self, studio: Studio, appearance: Appearance) -> None:
        super().__init__("Process and family", last=True)
        self._studio = studio
        self._crossbar = Segments("Crossbar", _CROSSBARS, _CROSSBAR_TIPS)
        self._alphas = Spin(appearance, 1, 201)
        describe(self._alphas, "Number of alphas", "Values of alpha, evenly spread over 0…1")
        self._seeds = Spin(appearance, 1, 100)
        describe(
            self._seeds, "Number of seeds", "Initialisations for each alpha; the best one counts"
        )
        self._epochs = Spin(appearance, 1, 1_000_000, 100)
        describe(self._epochs, "Epochs at most", "Bound for every design; most end earlier")
        self.add_field("Crossbar", self._crossbar)
        times = label("×", "label")
        self.add_field("Alphas × seeds", self._alphas, times, self._seeds)
        self.add_field("Epochs, at most", self._epochs)
        self._designs = label("", "caption")
        self.rows.addWidget(self._designs)
        self._crossbar.chosen.connect(self._take_crossbar)
        for spin in (self._alphas, self._seeds, self._epochs):
            spin.valueChanged.connect(self._take)

    @Slot(int)
    def _take_crossbar(self, index: int) -> None:
        self._studio.set_crossbar("original" if index else "modified")

    @Slot()
    def _take(self) -> None:
        settings = self._studio.session.settings
        self._studio.edit(
            replace(
                settings,
                alphas=self._alphas.value(),
                seeds=self._seeds.value(),
                max_epochs=self._epochs.value(),
            )
        )

    def refresh(self) -> None:
        settings = self._studio.session.settings
        self._crossbar.choose(_CROSSBARS.index(settings.crossbar))
        self._alphas.show_value(settings.alphas)
        self._seeds.show_value(settings.seeds)
        self._epochs.show_value(settings.max_epochs)
        designs = settings.alphas * settings.seeds
        self._designs.setText("1 design" if designs == 1 else f"{designs} designs")


class DataPanel(QScrollArea):
    """Data, layout, process and family, one under the other."""

    def __init__(self, studio: Studio, appearance: Appearance) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setProperty("ground", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setMinimumWidth(248)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.data = _DataSection(studio, appearance)
        self._sections = (
            self.data,
            _LayersSection(studio, appearance),
            _FamilySection(studio, appearance),
        )
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for section in self._sections:
            column.addWidget(section)
        column.addStretch()
        self.setWidget(inside)
        studio.changed.connect(self._refresh)
        self._refresh("settings")

    @Slot(str)
    def _refresh(self, change: str) -> None:
        if change == "settings":
            for section in self._sections:
                section.refresh()
