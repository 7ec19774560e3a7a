"""Edits the limits of a technology, and writes it as a file of one's own."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from pnn_studio.app.session.own_technology import Limits, Part, surrogate_words, write_own
from pnn_studio.domain.formats import IMPORTS
from pnn_studio.domain.print_process import PrintProcess
from pnn_studio.domain.technology import Technology
from pnn_studio.domain.units import format_si
from pnn_studio.errors import PnnError
from pnn_studio.ui.widgets.controls import describe, label, restyle
from pnn_studio.ui.widgets.fields import QuantityEntry, TextEntry
from pnn_studio.ui.widgets.last_folders import LastFolders
from pnn_studio.ui.widgets.theme import Appearance

_SIZE = (560, 640)


class TechnologyDialog(QDialog):
    """Asks for least and largest R and for the ranges of the cells.

    Notes
    -----
    Signal `written` (path) once there is a file to be chosen.
    """

    written = Signal(str)

    def __init__(
        self,
        parent: QWidget,
        appearance: Appearance,
        print_process: PrintProcess,
        technology: Technology,
        folders: LastFolders,
    ) -> None:
        super().__init__(parent)
        self._process, self._technology, self._folders = print_process, technology, folders
        self._limits = Limits.of(technology)
        self._appearance = appearance
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("ground", "panel")
        self.setWindowTitle("A technology of your own")
        self.resize(*_SIZE)
        self.title = TextEntry(appearance)
        self.title.setText(f"{technology.title}, own"[:60])
        describe(self.title, "Name", "What the technology is called")
        self.entries: dict[tuple[Part, int], QuantityEntry] = {}
        self.least = self._entry("Least R", "Ω", self._limits.least_r, "Least printed resistor")
        self.largest = self._entry(
            "Largest R", "Ω", self._limits.largest_r, "Largest printed resistor"
        )
        self.words = label("", "label")
        self.words.setWordWrap(True)
        self.refusal = label("")
        self.refusal.setWordWrap(True)
        self.refusal.hide()
        restyle(self.refusal, tone="error")
        self.save, cancel = QPushButton("Save as…"), QPushButton("Cancel")
        describe(self.save, "Save as", "Write a technology file, and choose it for the next run")
        describe(cancel, "Cancel", "Change nothing (Esc)")
        foot = QHBoxLayout()
        foot.addStretch()
        for button in (cancel, self.save):
            button.setProperty("kind", "outline")
            foot.addWidget(button)
        self.save.setDefault(True)
        cancel.setAutoDefault(False)
        inside = QWidget()
        inside.setLayout(self._grid())
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setWidget(inside)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 12)
        column.setSpacing(12)
        column.addWidget(area, 1)
        column.addWidget(self.words)
        column.addWidget(self.refusal)
        column.addLayout(foot)
        self.save.clicked.connect(self._ask)
        cancel.clicked.connect(self.reject)
        self.title.setFocus()
        self._tell()

    def _entry(self, name: str, unit: str, value: float, tip: str) -> QuantityEntry:
        made = QuantityEntry(self._appearance, unit)
        made.show_value(value)
        describe(made, name, tip)
        made.entered.connect(self._tell)
        made.refused.connect(self._refuse)
        return made

    def _grid(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 8, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(2, 1)
        grid.addWidget(label("Name", "label"), 0, 0)
        grid.addWidget(self.title, 0, 1, 1, 2)
        grid.addWidget(label("least", "caption"), 1, 1)
        grid.addWidget(label("largest", "caption"), 1, 2)
        grid.addWidget(label("Crossbar R", "label"), 2, 0)
        grid.addWidget(self.least, 2, 1)
        grid.addWidget(self.largest, 2, 2)
        row = 3
        for circuit in self._technology.circuits:
            grid.addWidget(label(circuit.name, "heading"), row, 0, 1, 3)
            row += 1
            for each in circuit.components:
                grid.addWidget(label(each.name, "label"), row, 0)
                for end, value in enumerate((each.low, each.high)):
                    which = ("least", "largest")[end]
                    name = f"{circuit.name} {each.name}, {which}"
                    drawn = format_si(each.default, each.unit)
                    tip = f"{name.capitalize()}; the described circuit has {drawn}"
                    made = self._entry(name, each.unit, value, tip)
                    self.entries[(circuit.name, each.name), end] = made
                    grid.addWidget(made, row, 1 + end)
                row += 1
        grid.setRowStretch(row, 1)
        return grid

    @property
    def limits(self) -> Limits:
        """What stands in the fields; an empty one is as it was."""
        was = self._limits
        ranges = {
            part: tuple(_or(self.entries[part, end], ends[end]) for end in (0, 1))
            for part, ends in was.ranges.items()
        }
        return Limits(
            self.title.text().strip() or was.title,
            _or(self.least, was.least_r),
            _or(self.largest, was.largest_r),
            ranges,  # type: ignore[arg-type]  # of two
        )

    @Slot()
    def _tell(self) -> None:
        """Say what these limits do to the surrogates."""
        self.refusal.hide()
        self.words.setText(surrogate_words(self.limits, self._process, self._technology))

    @Slot(str)
    def _refuse(self, why: str) -> None:
        self.refusal.setText(why)
        self.refusal.show()

    @Slot()
    def _ask(self) -> None:
        dialog = QFileDialog(self, "Save the technology")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter(IMPORTS["technology"].filter)
        dialog.setDefaultSuffix("toml")
        self._folders.begin(dialog, "Open a technology")  # where one is looked for
        dialog.selectFile(f"{self._technology.id}-own.toml")
        dialog.fileSelected.connect(self._write)
        dialog.open()

    @Slot(str)
    def _write(self, path: str) -> None:
        try:
            write_own(self._process.technology, self.limits, Path(path))
        except PnnError as error:
            self._refuse(str(error))
            return
        self.written.emit(path)
        self.accept()


def _or(entry: QuantityEntry, value: float) -> float:
    return value if entry.value is None else entry.value
