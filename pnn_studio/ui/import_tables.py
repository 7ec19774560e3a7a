"""The two tables of the import panel: the first rows of a file, and its columns with choices."""

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QTableView,
    QTableWidget,
    QTableWidgetItem,
)

from pnn_studio.app.import_edits import USES, limits_of, use_of
from pnn_studio.domain.importing import ColumnSummary, ImportOptions, Preview
from pnn_studio.errors import one_line
from pnn_studio.ui.controls import Combo, describe, plain_tip
from pnn_studio.ui.theme import Appearance

_ROW = 26
_WITH_CHOICES = 200  # columns; more of them are chosen for on the command line
_HEAD = ("column", "use", "missing", "different", "values", "scaled from..to")
_USE, _VALUES, _LIMITS = 1, 4, 5
_Index = QModelIndex | QPersistentModelIndex


class _Rows(QAbstractTableModel):
    """The first rows, cells with a problem marked."""

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self._appearance = appearance
        self._preview: Preview | None = None
        self._wrong: dict[tuple[int, str], str] = {}

    def show_preview(self, preview: Preview | None) -> None:
        """Take another file."""
        self.beginResetModel()
        self._preview = preview
        found = preview.problems if preview is not None else ()
        self._wrong = {(each.line, each.column): one_line(str(each)) for each in found}
        self.endResetModel()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """Count the rows."""
        return 0 if parent.isValid() or self._preview is None else len(self._preview.rows)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """Count the columns."""
        return 0 if parent.isValid() or self._preview is None else len(self._preview.columns)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """Name a column, or the line of a row."""
        if role != Qt.ItemDataRole.DisplayRole or self._preview is None:
            return None
        if orientation == Qt.Orientation.Horizontal:
            return one_line(self._preview.columns[section].name)
        return str(self._preview.lines[section])

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Write a cell."""
        if self._preview is None:
            return None
        row, column = index.row(), index.column()
        place = (self._preview.lines[row], self._preview.columns[column].name)
        if role == Qt.ItemDataRole.DisplayRole:
            return one_line(self._preview.rows[row][column])
        if role == Qt.ItemDataRole.BackgroundRole and place in self._wrong:
            return self._appearance.theme.color("warn_ground")
        if role == Qt.ItemDataRole.ToolTipRole and place in self._wrong:
            return plain_tip(self._wrong[place])
        return None


class RowsTable(QTableView):
    """The first rows of a file."""

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self._rows = _Rows(appearance)
        self._rows.setParent(self)
        self.setModel(self._rows)
        self.setAccessibleName("First rows")
        self.setToolTip("First rows of the file, with their lines")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.verticalHeader().setDefaultSectionSize(_ROW)
        self.horizontalHeader().setMinimumSectionSize(52)
        self.horizontalHeader().setMaximumSectionSize(220)

    def show_preview(self, preview: Preview | None) -> None:
        """Show these rows."""
        self._rows.show_preview(preview)
        self.resizeColumnsToContents()

    def go_to(self, name: str, line: int) -> None:
        """Bring the cell of a problem into view, as far as it is among the first rows."""
        for column in range(self._rows.columnCount()):
            if self._rows.headerData(column, Qt.Orientation.Horizontal) == one_line(name):
                lines = [
                    self._rows.headerData(row, Qt.Orientation.Vertical)
                    for row in range(self._rows.rowCount())
                ]
                row = lines.index(str(line)) if str(line) in lines else 0
                self.scrollTo(self._rows.index(row, column))


class ColumnsTable(QTableWidget):
    """The columns of a file: what they are taken for, and what is chosen for each.

    Notes
    -----
    Signals: `use_chosen` (column, one of `USES`), `limits_typed` (column, text).
    """

    use_chosen = Signal(str, str)
    limits_typed = Signal(str, str)

    def __init__(self, appearance: Appearance) -> None:
        super().__init__(0, len(_HEAD))
        self._appearance = appearance
        self._names: tuple[str, ...] = ()
        self.setHorizontalHeaderLabels(_HEAD)
        self.setAccessibleName("Columns")
        self.setToolTip("Columns of the file, and how each is used")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(_ROW)
        head = self.horizontalHeader()
        head.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        head.setSectionResizeMode(_USE, QHeaderView.ResizeMode.Fixed)
        head.setSectionResizeMode(_VALUES, QHeaderView.ResizeMode.Stretch)
        head.resizeSection(_USE, 116)
        head.setMinimumSectionSize(60)
        head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.itemChanged.connect(self._take_limits)

    def show_columns(self, columns: tuple[ColumnSummary, ...], options: ImportOptions) -> None:
        """Show these columns with what is chosen for them."""
        shown = columns[:_WITH_CHOICES]
        blocked = self.blockSignals(True)
        self.setRowCount(len(shown))
        self._names = tuple(column.name for column in shown)
        for row, column in enumerate(shown):
            texts = (one_line(column.name), "", str(column.missing), str(column.distinct))
            for place, text in enumerate((*texts, one_line(column.detail))):
                self._set(row, place, text, editable=False)
            self._set(row, _LIMITS, limits_of(options, column.name), editable=_is_input(column))
            self._set_use(row, column, options)
        self.blockSignals(blocked)

    def _set(self, row: int, place: int, text: str, *, editable: bool) -> None:
        item = QTableWidgetItem(text)
        if not editable:
            item.setFlags(Qt.ItemFlag.ItemIsEnabled)
        self.setItem(row, place, item)

    def _set_use(self, row: int, column: ColumnSummary, options: ImportOptions) -> None:
        if column.kind in ("label", "split"):
            self.removeCellWidget(row, _USE)
            self._set(row, _USE, column.kind, editable=False)
            return
        combo = Combo(self._appearance)
        describe(combo, f"Use of column {row + 1}", "How this column becomes inputs")
        for use in USES:
            combo.addItem(use or _detected(column), use)
        combo.setCurrentIndex(USES.index(use_of(options, column.name)))
        combo.setObjectName(str(row))
        combo.activated.connect(self._choose)
        self.setCellWidget(row, _USE, combo)

    @Slot(int)
    def _choose(self, index: int) -> None:
        self.use_chosen.emit(self._names[int(self.sender().objectName())], USES[index])

    @Slot(QTableWidgetItem)
    def _take_limits(self, item: QTableWidgetItem) -> None:
        if item.column() == _LIMITS:
            self.limits_typed.emit(self._names[item.row()], item.text())


def _is_input(column: ColumnSummary) -> bool:
    return column.kind in ("number", "category")


def _detected(column: ColumnSummary) -> str:
    """Say what is done with a column for which nothing is chosen."""
    return "detect" if column.kind in ("left out", "category") else column.kind
