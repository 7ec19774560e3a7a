"""Which data, and how they are split."""

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QRectF, Qt, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QWidget

from pnn_studio.domain.dataset import SHIPPED_DATASETS, SPLITS, DataReference, Dataset
from pnn_studio.domain.formats import IMPORTS
from pnn_studio.ui.controllers import status_texts
from pnn_studio.ui.controllers.studio import Studio
from pnn_studio.ui.panel.import_panel import ImportPanel
from pnn_studio.ui.widgets.controls import Combo, ElidedLabel, IconButton, describe, label
from pnn_studio.ui.widgets.panel_section import PanelSection
from pnn_studio.ui.widgets.theme import Appearance


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


class DataSection(PanelSection):
    """Which data, and how they are split."""

    def __init__(self, studio: Studio, appearance: Appearance) -> None:
        super().__init__("Data")
        self._studio, self._appearance = studio, appearance
        # files with the choices of their import, so that choosing one again keeps them
        self._imported: dict[str, DataReference] = {}
        self.panel: ImportPanel | None = None
        self.combo = Combo(appearance)
        self.combo.setPlaceholderText("Choose a data set")
        describe(self.combo, "Data set", "Data sets that come with the program, and opened files")
        for key, title in SHIPPED_DATASETS.items():
            self.combo.addItem(title, key)
        self.combo.setCurrentIndex(-1)
        self._open = IconButton(appearance, "folder")
        describe(
            self._open,
            "Open a data file",
            "Open a CSV, ARFF, XLSX or ODS file: one row a sample (Ctrl+I)",
        )
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
        self._clipped = self.add_words()
        self.combo.activated.connect(self._choose)
        self._open.clicked.connect(self.ask_for_file)

    @Slot(int)
    def _choose(self, index: int) -> None:
        source = str(self.combo.itemData(index))
        self._studio.load_reference(self._imported.get(source, DataReference(source)))

    @Slot()
    def ask_for_file(self) -> None:
        """Ask for a file and show how it would be imported."""
        dialog = QFileDialog(self, "Open data")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters([IMPORTS["data"].filter, "All files (*)"])
        self._studio.project.folders.begin(dialog, "data")
        dialog.fileSelected.connect(self.open_import)
        dialog.open()

    @Slot(str)
    def open_import(self, path: str) -> None:
        """Show how a file would be imported; it is chosen there."""
        if self.panel is not None:
            self.panel.reject()
        reference = self._imported.get(path, DataReference(path))
        self.panel = ImportPanel(self._studio, self._appearance, reference, self.window())
        self.panel.chosen.connect(self._studio.load_reference)
        self.panel.finished.connect(self._forget_panel)
        self.panel.open()

    @Slot(int)
    def _forget_panel(self, _result: int) -> None:
        self.panel = None

    def refresh(self) -> None:
        """Show what is true now."""
        dataset, loading = self._studio.session.dataset, self._studio.loading
        shown = loading or (dataset.reference if dataset else None)
        if dataset is not None and dataset.reference.is_file:
            self._imported[dataset.reference.source] = replace(
                dataset.reference, fingerprint="", columns=()
            )
        source = shown.source if shown else ""
        if source and self.combo.findData(source) < 0:
            self.combo.addItem(Path(source).name, source)
        self.combo.setCurrentIndex(self.combo.findData(source) if source else -1)
        known = dataset is not None and loading is None
        self._bar.setVisible(known)
        for each in self._counts:
            each.setVisible(known)
        self._clipped.setVisible(known)
        if dataset is not None and known:
            self._show(dataset)
        else:
            self._what.set_whole("Reading…" if loading else status_texts.NO_DATA)

    def _show(self, dataset: Dataset) -> None:
        counts = dataset.counts
        inputs, classes = len(dataset.input_names), len(dataset.class_names)
        self._what.set_whole(f"{inputs} inputs, {classes} classes, {len(dataset.classes)} samples")
        self._bar.show_counts((counts["train"], counts["valid"], counts["test"]))
        self._clipped.setText(dataset.clipped_words)
        self._clipped.setVisible(bool(dataset.clipped))
        for each, split in zip(self._counts, SPLITS, strict=True):
            each.setText(f"{split} {counts[split]}")
