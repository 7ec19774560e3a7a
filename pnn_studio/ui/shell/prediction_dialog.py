"""What a design answers to new rows: a table beside the window, to be saved as CSV."""

from pathlib import Path

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Slot,
)
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QFileDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from pnn_studio.domain.prediction import Predictions
from pnn_studio.domain.units import count_of, format_percent, format_si
from pnn_studio.ui.controllers.files import FileController, Predicted
from pnn_studio.ui.widgets.controls import describe, label, plain_tip
from pnn_studio.ui.widgets.plain_table import PlainTable
from pnn_studio.ui.widgets.theme import Appearance

_ROW, _WIDTH, _LINE_WIDTH = 26, 104, 64  # px
_FIRST = 3  # columns before the outputs
_Index = QModelIndex | QPersistentModelIndex
_INVALID = QModelIndex()
_MEASURABLE = (
    "Whether the answer can be read off with a plain instrument: its output reaches {}, and all "
    "others are at most 0 V"
)


class PredictionTable(QAbstractTableModel):
    """A row for each row of the file: its line, the answer, whether it is measurable, outputs."""

    def __init__(self, predictions: Predictions, parent: QObject) -> None:
        super().__init__(parent)
        self._of = predictions

    def rowCount(self, parent: _Index = _INVALID) -> int:
        """Count the rows."""
        return 0 if parent.isValid() else len(self._of.lines)

    def columnCount(self, parent: _Index = _INVALID) -> int:
        """Count the columns."""
        return 0 if parent.isValid() else _FIRST + len(self._of.class_names)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> object:
        """Name a column."""
        if orientation == Qt.Orientation.Vertical:
            return None
        names = ("line", "class", "measurable")
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _side(section)
        if role == Qt.ItemDataRole.DisplayRole:
            return names[section] if section < _FIRST else self._of.class_names[section - _FIRST]
        if role == Qt.ItemDataRole.ToolTipRole:
            if section == names.index("measurable"):
                return _MEASURABLE.format(format_si(self._of.threshold, "V"))
            if section >= _FIRST:
                return plain_tip(f"Output of the class {self._of.class_names[section - _FIRST]}")
        return None

    def data(self, index: _Index, role: int = 0) -> object:
        """Write a cell."""
        row, column, of = index.row(), index.column(), self._of
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _side(column)
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return None
        if column >= _FIRST:
            return format_si(float(of.outputs[row, column - _FIRST]), "V")
        answer = of.class_names[int(of.classes[row])]
        return (str(of.lines[row]), answer, "yes" if of.measurable[row] else "no")[column]


def _side(column: int) -> int:
    """Return where a column is aligned: numbers at the right."""
    side = Qt.AlignmentFlag.AlignRight if column >= _FIRST else Qt.AlignmentFlag.AlignLeft
    return int(side | Qt.AlignmentFlag.AlignVCenter)


class PredictionDialog(QDialog):
    """Shows the answers that were predicted last; deleted when it is closed."""

    def __init__(
        self, parent: QWidget, files: FileController, told: Predicted, appearance: Appearance
    ) -> None:
        super().__init__(parent)
        self._files, self._told = files, told
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(False)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("ground", "panel")
        self.setWindowTitle(f"Predictions for {told.predictions.title}")
        self.resize(640, 520)
        self.words = label(f"{words_of(told.predictions)}.")
        self.source = label(f"Answers of {told.name}, computed by {told.design.model}.", "label")
        for each in (self.words, self.source):
            each.setWordWrap(True)
        self.table = PlainTable(appearance, _ROW)
        self.table.setAccessibleName("Answer to each row")
        self.table.setModel(PredictionTable(told.predictions, self))
        self.table.horizontalHeader().setDefaultSectionSize(_WIDTH)
        self.table.setColumnWidth(0, _LINE_WIDTH)
        save, close = QPushButton("Save as CSV…"), QPushButton("Close")
        describe(save, "Save as CSV", "Write every answer, as predict --out does (Ctrl+S)")
        describe(close, "Close", "Close these predictions (Esc)")
        foot = QHBoxLayout()
        foot.addStretch()
        for button in (save, close):
            button.setProperty("kind", "outline")
            button.setAutoDefault(False)
            foot.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(8)
        column.addWidget(self.words)
        column.addWidget(self.source)
        column.addWidget(self.table, 1)
        column.addLayout(foot)
        save.clicked.connect(self._ask)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Save), self).activated.connect(self._ask)
        close.clicked.connect(self.close)
        files.forgotten.connect(self.close)
        files.predicted.connect(self._give_way)
        self.table.setFocus()
        self.table.selectRow(0)

    @Slot(object)
    def _give_way(self, told: Predicted) -> None:
        if told is not self._told:
            self.close()

    @Slot()
    def _ask(self) -> None:
        dialog = QFileDialog(self, "Save predictions")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter("CSV table (*.csv)")
        dialog.setDefaultSuffix("csv")
        self._files.folders.begin(dialog, "predictions")
        dialog.selectFile(f"{Path(self._told.path).stem}-predicted.csv")
        dialog.fileSelected.connect(self._save)
        dialog.open()

    @Slot(str)
    def _save(self, path: str) -> None:
        if path:
            self._files.save(path)


def words_of(predictions: Predictions) -> str:
    """Say how many rows there are, how many answers are measurable, and what was clipped."""
    rows = len(predictions.lines)
    share = format_percent(float(predictions.measurable.mean())) if rows else "none"
    clipped = ""
    if predictions.clipped:
        values = count_of(predictions.clipped, "value")
        clipped = f"; {values} outside the range of the training data, clipped to it"
    return f"{count_of(rows, 'row')}, {share} with a measurable answer{clipped}"
