"""The choices of the import panel: how a file is written, and where in it its table stands."""

from typing import Any

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from pnn_studio.app.session.import_edits import parse_count
from pnn_studio.domain.importing import (
    COMMENTS,
    DECIMALS,
    DELIMITERS,
    ENCODINGS,
    THOUSANDS,
    ImportOptions,
    Preview,
)
from pnn_studio.errors import PnnError, one_line
from pnn_studio.ui.widgets.controls import Combo, describe
from pnn_studio.ui.widgets.fields import TextEntry
from pnn_studio.ui.widgets.panel_section import PanelSection
from pnn_studio.ui.widgets.theme import Appearance

_SIGNS = {",": "comma ,", ";": "semicolon ;", "\t": "tab", "|": "bar |", " ": "space"}
_NUMERIC = {",": "comma 1,5", ".": "point 1.5"}
_GROUPS = {",": "comma 1,234", ".": "point 1.234", "'": "apostrophe 1'234", " ": "space 1 234"}

# name, tooltip, field of ImportOptions, its values with their names; the first one is detected
READING: tuple[tuple[str, str, str, dict[Any, str]], ...] = (
    ("Encoding", "How characters are written as bytes", "encoding",
     {"": "", **{each: each for each in ENCODINGS}}),
    ("Delimiter", "What stands between cells", "delimiter",
     {"": "", **{each: _SIGNS[each] for each in DELIMITERS}}),
    ("Decimal sign", "What stands before the fraction", "decimal",
     {"": "", **{each: _NUMERIC[each] for each in DECIMALS}}),
    ("Thousands", "What stands between thousands", "thousands",
     {"": "", **{each: _GROUPS[each] for each in THOUSANDS}}),
    ("Header", "Whether the first line names the columns", "header",
     {None: "", True: "first line", False: "none"}),
    ("Comments", "How lines begin that are no rows", "comment",
     {"": "", **{each: each for each in COMMENTS}}),
)  # fmt: skip
USING: tuple[tuple[str, str, str, dict[Any, str]], ...] = (
    ("Missing values", "What becomes of rows that lack a value", "missing",
     {"refuse": "refuse", "drop": "drop rows", "median": "fill in median"}),
    ("Unreadable", "What becomes of rows with something that cannot be read", "unreadable",
     {"refuse": "refuse", "drop": "drop rows"}),
    ("Scaling", "Which columns are scaled to the span of their training values", "scaling",
     {"fit": "where needed", "train": "all columns"}),
    ("Classes", "Whether every part of the split gets its share of every class", "stratified",
     {True: "in every part", False: "at random"}),
)  # fmt: skip


class LayoutFields(QObject):
    """A choice of sheets, there for workbooks only, and an entry of lines to skip.

    Notes
    -----
    Signals: `chosen` (field of ImportOptions, value), `refused` (PnnError) where what was typed is
    no number.
    """

    chosen = Signal(str, object)
    refused = Signal(object)

    def __init__(self, appearance: Appearance, section: PanelSection) -> None:
        super().__init__(section)
        self.sheet, self.skip_lines = Combo(appearance), TextEntry(appearance)
        describe(self.sheet, "Sheet", "Which sheet of the workbook is read")
        describe(self.skip_lines, "Skip lines", "How many lines come before the table")
        section.add_field("Skip lines", self.skip_lines)
        self._row = QWidget()
        inside = PanelSection.field_row("Sheet", self.sheet)
        inside.setContentsMargins(0, 0, 0, 0)
        self._row.setLayout(inside)
        self._row.hide()
        section.rows.insertWidget(1, self._row)
        self.sheet.activated.connect(self._choose_sheet)
        self.skip_lines.editingFinished.connect(self._type_lines)

    def show_choices(self, options: ImportOptions, preview: Preview | None) -> None:
        """Show what is chosen, and beside it what was detected."""
        sheets = preview.sheets if preview is not None else ()
        self._row.setVisible(bool(sheets))
        self.sheet.clear()
        for place, name in enumerate(sheets):
            self.sheet.addItem(one_line(name), name if place else "")
        if preview is not None and preview.options.sheet in sheets:
            self.sheet.setCurrentIndex(sheets.index(preview.options.sheet))
        found = preview.options.skip_lines if preview is not None else None
        self.skip_lines.setPlaceholderText("detect" if found is None else f"detected: {found}")
        chosen = options.skip_lines
        self.skip_lines.setText("" if chosen is None else str(chosen))

    @Slot(int)
    def _choose_sheet(self, index: int) -> None:
        self.chosen.emit("sheet", self.sheet.itemData(index))

    @Slot()
    def _type_lines(self) -> None:
        try:
            self.chosen.emit("skip_lines", parse_count(self.skip_lines.text()))
        except PnnError as error:
            self.refused.emit(error)
