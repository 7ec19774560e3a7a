"""Two to four pinned designs side by side, with what differs between them."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from pnn_studio.app.session.comparison import Column, ComparedFigure, Comparison, save_comparison
from pnn_studio.app.session.messages import Message
from pnn_studio.circuit.schematic import layer_schematic
from pnn_studio.domain.formats import EXPORTS
from pnn_studio.errors import PnnError
from pnn_studio.ui.controllers.studio import Studio
from pnn_studio.ui.plots.confusion_view import ConfusionView
from pnn_studio.ui.plots.power_bars import PowerBars
from pnn_studio.ui.schematic.thumbnail import Thumbnail
from pnn_studio.ui.widgets.controls import (
    ElidedLabel,
    describe,
    label,
    order_tabs,
    plain_tip,
    restyle,
)
from pnn_studio.ui.widgets.fields import CheckBox
from pnn_studio.ui.widgets.source_tag import SourceTag
from pnn_studio.ui.widgets.theme import Appearance

_NAMES = 116  # px of the column of names
_CAPTION = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop


class _Head(QFrame):
    """Letter, name and run of a design, with what can be done with it."""

    def __init__(self, column: Column) -> None:
        super().__init__()
        self.letter = column.pinned.letter
        name, run = ElidedLabel("heading"), ElidedLabel("caption")
        name.set_whole(f"{self.letter}   {column.name}")
        run.set_whole(column.pinned.run.name)
        self.show_it, self.unpin = QPushButton("Show"), QPushButton("Unpin")
        describe(self.show_it, f"Show {self.letter}", "Show this design in the whole window")
        describe(self.unpin, f"Unpin {self.letter}", "Take this design out of the comparison")
        buttons = QHBoxLayout()
        buttons.setSpacing(4)
        self.buttons = (self.show_it, self.unpin)
        for button in self.buttons:
            button.setProperty("kind", "outline")
            buttons.addWidget(button)
        buttons.addStretch()
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 4)
        rows.setSpacing(4)
        rows.addWidget(name)
        rows.addWidget(run)
        rows.addLayout(buttons)


class _Row:
    """A figure of every design: bold where they differ, grey where they are equal."""

    def __init__(
        self, appearance: Appearance, figure: ComparedFigure, grid: QGridLayout, at: int
    ) -> None:
        self.figure = figure
        self.cells: list[QLabel] = [label(figure.name, "label")]
        if figure.help:
            self.cells[0].setToolTip(plain_tip(figure.help))
        self.tags: list[SourceTag] = []
        self._places: list[QWidget] = [self.cells[0]]
        for text, source in zip(figure.cells, figure.sources, strict=True):
            value, tag, place = ElidedLabel(), SourceTag(appearance, source or ""), QWidget()
            value.set_whole(text)
            row = QHBoxLayout(place)
            row.setContentsMargins(0, 0, 0, 0)
            row.setSpacing(4)
            row.addWidget(value, 1)
            row.addWidget(tag)
            self.cells.append(value)
            self.tags.append(tag)
            self._places.append(place)
        for at_column, (place, cell) in enumerate(zip(self._places, self.cells, strict=True)):
            rank = "heading" if figure.differs else "label"
            restyle(cell, rank=rank if at_column else "label")
            cell.setFixedHeight(22)
            grid.addWidget(place, at, at_column)

    def show_if(self, shown: bool) -> None:
        for place in self._places:
            place.setVisible(shown)


class ComparisonView(QWidget):
    """A page of the Trade-off tab.

    Notes
    -----
    Signals: `back`, `shown` and `unpinned` (a `DesignRef`), `opened` (a `DesignRef`, layer from 1)
    for a schematic.
    """

    back = Signal()
    shown = Signal(object)
    unpinned = Signal(object)
    opened = Signal(object, int)

    def __init__(self, studio: Studio, appearance: Appearance) -> None:
        super().__init__()
        self._studio, self._appearance = studio, appearance
        self.comparison: Comparison | None = None
        self.rows: list[_Row] = []
        self.heads: list[_Head] = []
        self.pictures: list[Thumbnail] = []
        self._titles: list[tuple[str, QWidget]] = []
        self.return_ = QPushButton("Back to the plot")
        describe(self.return_, "Back to the plot", "Back to the plot of all designs (Esc)")
        self.only = CheckBox(
            appearance, "differences only", "Hide the figures in which all designs are equal"
        )
        self.save = QPushButton("Save CSV…")
        describe(self.save, "Save CSV", "Write the figures to a CSV file, in SI units")
        self._note = label("", "label")
        self._note.setWordWrap(True)
        restyle(self._note, tone="warn")
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._lay_out()
        self.return_.clicked.connect(self.back)
        self.only.toggled.connect(self._show_rows)
        self.save.clicked.connect(self._ask_for_file)

    def _lay_out(self) -> None:
        strip = QHBoxLayout()
        strip.setContentsMargins(16, 0, 16, 0)
        strip.setSpacing(12)
        for button in (self.return_, self.save):
            button.setProperty("kind", "outline")
        strip.addWidget(self.return_)
        strip.addWidget(label("Pinned designs, side by side", "heading"))
        strip.addStretch()
        strip.addWidget(self.only)
        strip.addWidget(self.save)
        head = QWidget()
        head.setFixedHeight(48)
        head.setLayout(strip)
        self._note.setContentsMargins(16, 0, 16, 8)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(head)
        column.addWidget(self._note)
        column.addWidget(self._scroll, 1)

    # --- what is shown -------------------------------------------------------------------------

    def show_comparison(self, comparison: Comparison) -> None:
        """Show another comparison."""
        had_focus = any(each.hasFocus() for head in self.heads for each in head.buttons)
        self.comparison = comparison
        self._note.setText(" ".join(comparison.notes))
        self._note.setVisible(bool(comparison.notes))
        inside = QWidget()
        grid = QGridLayout(inside)
        grid.setContentsMargins(16, 0, 16, 12)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(0)
        grid.setColumnMinimumWidth(0, _NAMES)
        for at_column in range(len(comparison.columns)):
            grid.setColumnStretch(at_column + 1, 1)
        self._fill(grid, comparison)
        grid.setRowStretch(grid.rowCount(), 1)
        self._scroll.setWidget(inside)
        buttons = [button for head in self.heads for button in head.buttons]
        order_tabs(self._scroll, [*buttons, *self.pictures])
        self._show_rows()
        self.mark_current()
        if had_focus:
            self.return_.setFocus()

    def _fill(self, grid: QGridLayout, comparison: Comparison) -> None:
        self.rows, self._titles, self.heads, self.pictures = [], [], [], []
        for at_column, column in enumerate(comparison.columns):
            head = _Head(column)
            head.show_it.clicked.connect(self._show_design)
            head.unpin.clicked.connect(self._unpin)
            self.heads.append(head)
            grid.addWidget(head, 0, at_column + 1)
        group = ""
        for figure in comparison.figures:
            if figure.group != group:
                if group == "Power":
                    self._add_bars(grid, comparison)
                group = figure.group
                self._titles.append((group, self._add_title(grid, group)))
            self.rows.append(_Row(self._appearance, figure, grid, grid.rowCount()))
        self._add_answers(grid, comparison)
        self._add_pictures(grid, comparison)

    def _add_title(self, grid: QGridLayout, text: str) -> QWidget:
        title = label(text, "heading")
        title.setContentsMargins(0, 12, 0, 2)
        grid.addWidget(title, grid.rowCount(), 0, 1, -1)
        return title

    def _add_bars(self, grid: QGridLayout, comparison: Comparison) -> None:
        bars = PowerBars(self._appearance)
        bars.show_powers(
            tuple(
                (f"{each.pinned.letter} {each.source}", each.power) for each in comparison.columns
            )
        )
        at = grid.rowCount()
        grid.addWidget(bars, at, 0, 1, len(comparison.columns) + 1)

    def _add_answers(self, grid: QGridLayout, comparison: Comparison) -> None:
        self._add_title(grid, "Answers on the test split, rows: true class")
        at = grid.rowCount()
        for at_column, column in enumerate(comparison.columns, start=1):
            if column.confusion is None:
                missing = label("Load its data to see them.", "label")
                missing.setWordWrap(True)
                grid.addWidget(missing, at, at_column, _CAPTION)
                continue
            matrix = ConfusionView(self._appearance, least_width=90)
            named = ((f"{column.pinned.letter} {column.source}", column.confusion),)
            matrix.show_answers(named, column.design.class_names)
            grid.addWidget(matrix, at, at_column, Qt.AlignmentFlag.AlignTop)

    def _add_pictures(self, grid: QGridLayout, comparison: Comparison) -> None:
        self._add_title(grid, "Schematic")
        first = grid.rowCount()
        for layer in range(max(len(each.design.layers) for each in comparison.columns)):
            grid.addWidget(label(f"layer {layer + 1}", "label"), first + layer, 0, _CAPTION)
            grid.setRowMinimumHeight(first + layer, 104)
            for at_column, column in enumerate(comparison.columns, start=1):
                if layer >= len(column.design.layers):
                    grid.addWidget(label("—", "label"), first + layer, at_column, _CAPTION)
                    continue
                drawing = layer_schematic(
                    column.design, layer, crossbar=column.design.layout.crossbar
                )
                name = f"{column.pinned.letter}, layer {layer + 1}"
                picture = Thumbnail(self._appearance, drawing, name)
                picture.setObjectName(f"{at_column - 1},{layer + 1}")
                picture.clicked.connect(self._open)
                self.pictures.append(picture)
                grid.addWidget(picture, first + layer, at_column, Qt.AlignmentFlag.AlignTop)

    @Slot()
    def _show_rows(self) -> None:
        only = self.only.isChecked()
        for row in self.rows:
            row.show_if(row.figure.differs or not only)
        for group, title in self._titles:
            of_group = [row.figure for row in self.rows if row.figure.group == group]
            title.setVisible(not only or any(figure.differs for figure in of_group))

    def mark_current(self) -> None:
        """Say which of them is the design that the window shows."""
        current = self._studio.session.design_ref
        for head in self.heads:
            shown = self._column_of(head).pinned.ref == current
            head.show_it.setText("Shown" if shown else "Show")
            restyle(head.show_it, on="true" if shown else "false")

    # --- what the person does ------------------------------------------------------------------

    def _column_of(self, head: _Head) -> Column:
        assert self.comparison is not None
        return self.comparison.columns[self.heads.index(head)]

    @Slot()
    def _show_design(self) -> None:
        head = next(each for each in self.heads if each.show_it is self.sender())
        pinned = self._column_of(head).pinned
        self.shown.emit(pinned.ref)

    @Slot()
    def _unpin(self) -> None:
        head = next(each for each in self.heads if each.unpin is self.sender())
        self.unpinned.emit(self._column_of(head).pinned.ref)

    @Slot()
    def _open(self) -> None:
        if self.comparison is not None:
            at, layer = (int(part) for part in self.sender().objectName().split(","))
            pinned = self.comparison.columns[at].pinned
            self.opened.emit(pinned.ref, layer)

    @Slot()
    def _ask_for_file(self) -> None:
        dialog = QFileDialog(self, "Save comparison")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter(EXPORTS["csv"].filter)
        dialog.setDefaultSuffix("csv")
        self._studio.project.folders.begin(dialog, "comparison")
        dialog.selectFile("comparison.csv")
        dialog.fileSelected.connect(self.write)
        dialog.open()

    @Slot(str)
    def write(self, path: str) -> None:
        """Write the comparison that is shown to a file."""
        if self.comparison is None or not path:
            return
        try:
            save_comparison(Path(path), self.comparison)
        except PnnError as error:
            self._studio.message.emit(Message("error", str(error)))
        else:
            self._studio.status.emit(f"Wrote {path}")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go back by Escape."""
        if event.key() == Qt.Key.Key_Escape:
            self.back.emit()
        else:
            super().keyPressEvent(event)
