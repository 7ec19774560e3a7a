"""The import panel: how a file is read, what is in it, and what stands in the way."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from pnn_studio.app.jobs.protocol import Failed, Job, PreviewData
from pnn_studio.app.session import import_edits
from pnn_studio.domain.dataset import DataReference
from pnn_studio.domain.importing import Help, ImportOptions, Preview, Problem
from pnn_studio.domain.units import format_percent
from pnn_studio.errors import PnnError, one_line
from pnn_studio.ui.controllers.studio import Studio
from pnn_studio.ui.panel.class_choice import ClassChoice
from pnn_studio.ui.panel.import_layout import READING, USING, LayoutFields
from pnn_studio.ui.panel.import_problems import ProblemsView
from pnn_studio.ui.panel.import_tables import ColumnsTable, RowsTable
from pnn_studio.ui.widgets.controls import Combo, ElidedLabel, describe, label
from pnn_studio.ui.widgets.fields import TextEntry
from pnn_studio.ui.widgets.panel_section import PanelSection
from pnn_studio.ui.widgets.spins import Spin
from pnn_studio.ui.widgets.theme import Appearance

_TEXT_ONLY = ("encoding", "delimiter", "comment")  # a workbook has none of them
_SIZE, _CHOICES_WIDTH = (1000, 660), 296
_SHOWN_CLASSES = 6


class ImportPanel(QDialog):
    """Shows a file as the worker reads it; each choice has it read again.

    Notes
    -----
    Signals: `chosen` (DataReference) when the file is to be imported.
    """

    chosen = Signal(object)

    def __init__(
        self, studio: Studio, appearance: Appearance, reference: DataReference, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._studio, self._appearance = studio, appearance
        self.reference = reference
        self.preview: Preview | None = None
        self._job: PreviewData | None = None
        self._fields: dict[str, tuple[Combo, tuple[Any, ...], dict[Any, str]]] = {}
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("ground", "window")
        self.setWindowTitle(f"Import {one_line(Path(reference.source).name)}")
        self.resize(*_SIZE)
        self.columns, self.rows = ColumnsTable(appearance), RowsTable(appearance)
        self.problems = ProblemsView(appearance)
        self._rows_title = label("First rows", "heading")
        self.status, self.classes = ElidedLabel("label"), ElidedLabel("label")
        self.label_column, self.split_column = Combo(appearance), Combo(appearance)
        self.class_choice = ClassChoice(appearance)
        self.limits, self.ratio = TextEntry(appearance), TextEntry(appearance)
        self.seed = Spin(appearance, 0, 2**31 - 1)
        self.accept_button = QPushButton("Import")
        self._put_together()
        self._connect()
        self._read()

    # --- how it looks ------------------------------------------------------------------------

    def _put_together(self) -> None:
        for widget, name, tip in (
            (self.label_column, "Label column", "The column with the classes"),
            (self.split_column, "Split column", "The column with train, valid and test"),
            (self.limits, "Limits", "Raw values that become the ends of the input range: 0..5"),
            (self.ratio, "Ratio", "Shares of training, validation and test: 60/20/20"),
            (self.seed, "Split seed", "Seed of the split"),
        ):
            describe(widget, name, tip)
        self.limits.setPlaceholderText("training values")
        choices = QWidget()
        column = QVBoxLayout(choices)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        reading, using, split = (
            PanelSection("Reading"),
            PanelSection("Columns"),
            PanelSection("Split", last=True),
        )
        self._add_fields(reading, READING)
        self.table_layout = LayoutFields(self._appearance, reading)
        using.add_field("Label", self.label_column)
        using.add_field("Classes used", self.class_choice)
        self._add_fields(using, USING[:-1])
        using.add_field("Limits", self.limits)
        split.add_field("From column", self.split_column)
        split.add_field("Ratio", self.ratio)
        self._add_fields(split, USING[-1:])
        split.add_field("Seed", self.seed)
        for section in (reading, using, split):
            column.addWidget(section)
        column.addStretch()
        scroll = QScrollArea()
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # it scrolls to the control with the focus
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFixedWidth(_CHOICES_WIDTH)
        scroll.setWidget(choices)
        found = QVBoxLayout()
        found.setContentsMargins(16, 12, 16, 12)
        found.setSpacing(8)
        found.addWidget(self.status)
        found.addWidget(self.classes)
        found.addWidget(label("Columns", "heading"))
        found.addWidget(self.columns, 3)
        found.addWidget(self._rows_title)
        found.addWidget(self.rows, 3)
        found.addWidget(label("Problems", "heading"))
        found.addWidget(self.problems, 2)
        found.addLayout(self._make_buttons())
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(scroll)
        whole.addLayout(found, 1)

    def _add_fields(
        self, section: PanelSection, fields: Sequence[tuple[str, str, str, dict[Any, str]]]
    ) -> None:
        for name, tip, field, values in fields:
            combo = Combo(self._appearance)
            describe(combo, name, tip)
            combo.addItems(list(values.values()))
            combo.setObjectName(field)
            combo.activated.connect(self._choose)
            section.add_field(name, combo)
            self._fields[field] = (combo, tuple(values), values)

    def _make_buttons(self) -> QHBoxLayout:
        cancel = QPushButton("Cancel")
        describe(cancel, "Cancel", "Close without importing (Esc)")
        describe(self.accept_button, "Import", "Read the file with these choices (Return)")
        self.accept_button.setDefault(True)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addStretch()
        for button in (cancel, self.accept_button):
            button.setProperty("kind", "outline")
            row.addWidget(button)
        cancel.clicked.connect(self.reject)
        self.accept_button.clicked.connect(self.accept)
        return row

    def _connect(self) -> None:
        bridge = self._studio.bridge
        bridge.preview.connect(self._take_preview)
        bridge.progress.connect(self._take_progress)
        bridge.failed.connect(self._take_failure)
        bridge.lost.connect(self._take_loss)
        self.columns.use_chosen.connect(self._use)
        self.columns.limits_typed.connect(self._limit)
        self.class_choice.toggled.connect(self._toggle_class)
        self.label_column.activated.connect(self._choose_label)
        self.split_column.activated.connect(self._choose_split)
        self.limits.editingFinished.connect(self._type_limits)
        self.ratio.editingFinished.connect(self._type_ratio)
        self.seed.valueChanged.connect(self._choose_seed)
        self.table_layout.chosen.connect(self._take_choice)
        self.table_layout.refused.connect(self._refuse)
        self.seed.refused.connect(self.status.set_whole)
        self.problems.gone_to.connect(self.rows.go_to)
        self.problems.helped.connect(self._help)
        self.rows.problem_clicked.connect(self.problems.go_to)

    # --- choices -----------------------------------------------------------------------------

    def _read(self) -> None:
        """Have the file read as it is chosen now."""
        if self._job is not None:
            self._studio.bridge.withdraw(self._job)
        self._job = PreviewData(
            self.reference, self._studio.session.recipe.print_process.technology
        )
        self.accept_button.setEnabled(False)
        waits = not self._studio.bridge.submit(self._job)
        self.status.set_whole("Waits for the job that runs…" if waits else "Reading…")

    def _edit(self, options: ImportOptions) -> None:
        self._refer(replace(self.reference, options=options))

    def _refer(self, reference: DataReference) -> None:
        if reference != self.reference:
            self.reference = reference
            self._read()

    @Slot(object)
    def _refuse(self, error: PnnError) -> None:
        self.status.set_whole(str(error))
        self._show_choices()

    @Slot(int)
    def _choose(self, index: int) -> None:
        field = self.sender().objectName()
        self._take_choice(field, self._fields[field][1][index])

    @Slot(str, object)
    def _take_choice(self, field: str, value: object) -> None:
        try:
            self._edit(replace(self.reference.options, **{field: value}))  # type: ignore[arg-type]  # the field's own
        except PnnError as error:
            self._refuse(error)

    @Slot(str, str)
    def _use(self, column: str, use: str) -> None:
        self._edit(import_edits.with_use(self.reference.options, column, use))

    @Slot(str)
    def _toggle_class(self, name: str) -> None:
        self._edit(import_edits.with_class(self.reference.options, name))

    @Slot(str, str)
    def _limit(self, column: str, text: str) -> None:
        try:
            self._edit(import_edits.with_limits(self.reference.options, column, text))
        except PnnError as error:
            self._refuse(error)

    @Slot(object, str)
    def _help(self, problem: Problem, chosen: Help) -> None:
        """Do something about a problem, as its button says."""
        decimal = self.preview.options.decimal if self.preview is not None else "."
        self._edit(import_edits.with_help(self.reference.options, problem, chosen, decimal))

    @Slot()
    def _type_limits(self) -> None:
        self._limit("", self.limits.text())

    @Slot()
    def _type_ratio(self) -> None:
        try:
            ratio = import_edits.parse_ratio(self.ratio.text())
            self._edit(replace(self.reference.options, ratio=ratio))
        except PnnError as error:
            self._refuse(error)

    @Slot(int)
    def _choose_label(self, index: int) -> None:
        self._refer(replace(self.reference, label=self.label_column.itemData(index)))

    @Slot(int)
    def _choose_split(self, index: int) -> None:
        column = self.split_column.itemData(index) or ""
        self._edit(replace(self.reference.options, split_column=column))

    @Slot(int)
    def _choose_seed(self, seed: int) -> None:
        self._refer(replace(self.reference, split_seed=seed))

    # --- what was found ----------------------------------------------------------------------

    @Slot(object, float)
    def _take_progress(self, job: Job | None, share: float) -> None:
        if job is self._job and job is not None:
            self.status.set_whole(f"Reading, {format_percent(round(share, 2))}")

    @Slot(object, object)
    def _take_preview(self, job: Job | None, preview: Preview) -> None:
        if job is not self._job or job is None:
            return  # another choice was made in the meantime
        self._job = None
        self.preview = preview
        samples, inputs = preview.samples, preview.inputs
        dropped = f", {preview.dropped} rows left out" if preview.dropped else ""
        clipped = f"; {preview.clipped_words}" if preview.clipped else ""
        self.status.set_whole(f"{samples} samples{dropped}, {inputs} inputs{clipped}")
        shares = [
            f"{one_line(name):.30} {count} ({format_percent(count / max(samples, 1))})"
            for name, count in preview.classes[:_SHOWN_CLASSES]
        ]
        more = len(preview.classes) - _SHOWN_CLASSES
        others = [f"{more} more"] if more > 0 else []
        self.classes.set_whole(f"Classes: {', '.join([*shares, *others])}")
        self.columns.show_preview(preview, self.reference.options)
        self.rows.show_preview(preview)
        told = any(problem.lines for problem in preview.problems)
        self._rows_title.setText("First rows, and those with a problem" if told else "First rows")
        self.problems.show_problems(preview.problems, self.reference.options)
        self._show_choices()
        self.accept_button.setEnabled(preview.importable)

    def _show_choices(self) -> None:
        """Show what is chosen, and beside it what was detected."""
        options, found = self.reference.options, self.preview and self.preview.options
        for field, (combo, values, names) in self._fields.items():
            combo.setCurrentIndex(values.index(getattr(options, field)))
            if values[0] in ("", None):
                detected = names.get(getattr(found, field)) if found is not None else ""
                combo.setItemText(0, f"detected: {detected or 'none'}" if found else "detect")
            combo.setEnabled(not (field in _TEXT_ONLY and self.preview and self.preview.sheets))
        self.table_layout.show_choices(options, self.preview)
        for entry, text in (
            (self.limits, import_edits.limits_of(options, "")),
            (self.ratio, "/".join(f"{share:g}" for share in options.ratio)),
        ):
            entry.setText(text)
        self.class_choice.show_classes(self.preview, options)
        self._show_names(self.label_column, "label", self.reference.label)
        self._show_names(self.split_column, "split", options.split_column or None)
        blocked = self.seed.blockSignals(True)
        self.seed.setValue(self.reference.split_seed)
        self.seed.blockSignals(blocked)

    def _show_names(self, combo: Combo, kind: str, chosen: str | None) -> None:
        columns = self.preview.columns if self.preview is not None else ()
        detected = next((one_line(each.name) for each in columns if each.kind == kind), "none")
        combo.clear()
        combo.addItem(detected if chosen else f"detected: {detected}", None)
        for each in columns:
            combo.addItem(one_line(each.name), each.name)
        names = [each.name for each in columns]
        combo.setCurrentIndex(names.index(chosen) + 1 if chosen in names else 0)
        if chosen:
            combo.setItemText(0, "detect")

    @Slot(object, object)
    def _take_failure(self, job: Job | None, failed: Failed) -> None:
        if job is self._job and job is not None:
            self._job = None
            problem = Problem(0, "", failed.message.removesuffix("."))
            self.problems.show_problems([problem], self.reference.options)
            self.status.set_whole("The file cannot be read so.")
            self._show_choices()

    @Slot(object, str)
    def _take_loss(self, job: Job | None, text: str) -> None:
        if job is self._job and job is not None:
            self._job = None
            self.status.set_whole(text)

    # --- how it ends -------------------------------------------------------------------------

    def accept(self) -> None:
        """Import the file as it is chosen; not while it is read or something stands in the way."""
        if self._job is None and self.preview is not None and self.preview.importable:
            self.chosen.emit(self.reference)
            super().accept()

    def done(self, result: int) -> None:
        """Take a reading that still waits out of the queue."""
        if self._job is not None:
            self._studio.bridge.withdraw(self._job)
            self._job = None
        super().done(result)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Close as Cancel does."""
        self.reject()
        event.accept()
