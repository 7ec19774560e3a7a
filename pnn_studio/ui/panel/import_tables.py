"""The two tables of the import panel: rows of a file, and its columns with choices."""

import bisect

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal, Slot
from PySide6.QtGui import QIcon, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QTableWidget,
    QTableWidgetItem,
)

from pnn_studio.app.session.import_edits import USES, limits_of, told, use_of
from pnn_studio.domain.importing import ColumnSummary, ImportOptions, Preview, Problem
from pnn_studio.errors import one_line
from pnn_studio.ui.widgets.controls import Combo, describe, order_tabs, plain_tip
from pnn_studio.ui.widgets.icons import icon
from pnn_studio.ui.widgets.theme import Appearance

_ROW = 26
_WITH_CHOICES = 200  # columns; more of them are chosen for on the command line
_HEAD = ("column", "use", "missing", "different", "values", "scaled from..to")
_USE, _VALUES, _LIMITS = 1, 4, 5
_TEXT = Qt.ItemDataRole.DisplayRole
_TINT = 0.14
_Index = QModelIndex | QPersistentModelIndex


def problem_icon(problem: Problem, appearance: Appearance) -> QIcon:
    """Return the sign of a problem that stands in the way, or is worth a look."""
    name, role = ("warn", "error") if problem.blocking else ("info", "warn")
    made = icon(name, appearance.theme, role)
    # as it is on a selected row, too
    made.addPixmap(made.pixmap(16), QIcon.Mode.Selected)
    return made


class _Rows(QAbstractTableModel):
    """The first rows and those that problems are in, cells with a problem marked."""

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self._appearance = appearance
        self._preview: Preview | None = None
        self._marks: dict[tuple[int, str], Problem] = {}
        self._names: dict[str, Problem] = {}
        self.current: Problem | None = None

    def show_preview(self, preview: Preview | None) -> None:
        """Take another file."""
        self.beginResetModel()
        self._preview, self.current = preview, None
        self._marks, self._names = {}, {}
        # of two problems of one cell the first that stands in the way is told
        found = preview.problems if preview is not None else ()
        for problem in sorted(found, key=lambda each: not each.blocking):
            for line in problem.lines:
                self._marks.setdefault((line, problem.column), problem)
            if problem.column:
                self._names.setdefault(problem.column, problem)
        self.endResetModel()

    def go_to(self, problem: Problem | None) -> QModelIndex:
        """Point out a problem; returns its first cell, or that of its column."""
        self.current = problem
        if self._preview is None or problem is None or not problem.line:
            return QModelIndex()
        names = [each.name for each in self._preview.columns]
        column = names.index(problem.column) if problem.column in names else 0
        lines = self._preview.lines
        row = bisect.bisect_left(lines, problem.line)
        found = row < len(lines) and lines[row] == problem.line
        return self.index(row if found else 0, column)

    def is_pointed_out(self, row: int, problem: Problem) -> bool:
        """Whether a problem is the current one, and this its first row."""
        lines = self._preview.lines if self._preview is not None else ()
        return problem == self.current and lines[row] == problem.line

    def problem_at(self, row: int, column: int) -> Problem | None:
        """Return what is wrong with a cell, or with its whole row."""
        if self._preview is None:
            return None
        line, name = self._preview.lines[row], self._preview.columns[column].name
        return self._marks.get((line, name)) or self._marks.get((line, ""))

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """Count the rows."""
        return 0 if parent.isValid() or self._preview is None else len(self._preview.rows)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """Count the columns."""
        return 0 if parent.isValid() or self._preview is None else len(self._preview.columns)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """Name a column, with a sign if something is wrong with it, or the line of a row."""
        if self._preview is None:
            return None
        if orientation == Qt.Orientation.Vertical:
            return str(self._preview.lines[section]) if role == _TEXT else None
        name = self._preview.columns[section].name
        problem = self._names.get(name)
        if role == _TEXT:
            return one_line(name)
        if problem is not None and role == Qt.ItemDataRole.DecorationRole:
            return problem_icon(problem, self._appearance)
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(one_line(told(problem) if problem is not None else name))
        return None

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Write a cell, and say what is wrong with it."""
        if self._preview is None:
            return None
        row, column = index.row(), index.column()
        if role == _TEXT:
            return one_line(self._preview.rows[row][column])
        problem = self.problem_at(row, column)
        if problem is not None and role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(one_line(told(problem)))
        if problem is not None and role == Qt.ItemDataRole.AccessibleDescriptionRole:
            return one_line(told(problem))
        return None


class _Cell(QStyledItemDelegate):
    """Outlines cells with a problem, the one that is pointed out more so."""

    def __init__(self, rows: _Rows, appearance: Appearance) -> None:
        super().__init__()
        self._rows, self._appearance = rows, appearance

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Tint the cell and draw an outline over it; a whole row has one together."""
        problem, theme = self._rows.problem_at(index.row(), index.column()), self._appearance.theme
        if problem is None:
            super().paint(painter, option, index)
            return
        tinted = theme.blend("error", "canvas", _TINT)
        painter.fillRect(option.rect, tinted if problem.blocking else theme.color("warn_ground"))
        super().paint(painter, option, index)
        current = self._rows.is_pointed_out(index.row(), problem)
        rect = option.rect.adjusted(0, 0, -1, -1)
        sides = [(rect.topLeft(), rect.topRight()), (rect.bottomLeft(), rect.bottomRight())]
        if problem.column or index.column() == 0:
            sides.append((rect.topLeft(), rect.bottomLeft()))
        if problem.column or index.column() == self._rows.columnCount() - 1:
            sides.append((rect.topRight(), rect.bottomRight()))
        painter.save()
        pen = QPen(theme.color("error" if problem.blocking else "warn"), 3 if current else 1)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        painter.setPen(pen)
        painter.setClipRect(option.rect)
        for begin, end in sides:
            painter.drawLine(begin, end)
        painter.restore()


class RowsTable(QTableView):
    """The first rows of a file, and those that problems are in.

    Notes
    -----
    Signals: `problem_clicked` (Problem).
    """

    problem_clicked = Signal(object)

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self._rows = _Rows(appearance)
        self._rows.setParent(self)
        self._cell = _Cell(self._rows, appearance)
        self.setModel(self._rows)
        self.setItemDelegate(self._cell)
        self.setAccessibleName("Rows")
        self.setTabKeyNavigation(False)
        self.setToolTip("First rows of the file and those with a problem, with their lines")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.verticalHeader().setDefaultSectionSize(_ROW)
        self.horizontalHeader().setMinimumSectionSize(52)
        self.horizontalHeader().setMaximumSectionSize(220)
        self.clicked.connect(self._take_click)

    def show_preview(self, preview: Preview | None) -> None:
        """Show these rows."""
        self._rows.show_preview(preview)
        self.resizeColumnsToContents()
        self.scrollToTop()

    @Slot(object)
    def go_to(self, problem: Problem | None) -> None:
        """Bring the cell of a problem into view, and point it out."""
        index = self._rows.go_to(problem)
        if index.isValid():
            self.scrollTo(index, QAbstractItemView.ScrollHint.PositionAtCenter)
        self.viewport().update()

    @Slot(QModelIndex)
    def _take_click(self, index: QModelIndex) -> None:
        problem = self._rows.problem_at(index.row(), index.column())
        if problem is not None:
            self.problem_clicked.emit(problem)


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
        self._shown: tuple[Preview, ImportOptions] | None = None
        self.setHorizontalHeaderLabels(_HEAD)
        self.setAccessibleName("Columns")
        self.setTabKeyNavigation(False)  # arrows go from cell to cell
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
        appearance.changed.connect(self._draw)

    def show_preview(self, preview: Preview, options: ImportOptions) -> None:
        """Show the columns of a file with what is chosen for them, and which have a problem."""
        self._shown = (preview, options)
        shown = preview.columns[:_WITH_CHOICES]
        wrong: dict[str, Problem] = {}
        for problem in sorted(preview.problems, key=lambda each: not each.blocking):
            wrong.setdefault(problem.column, problem)
        blocked = self.blockSignals(True)
        self.setRowCount(len(shown))
        self._names = tuple(column.name for column in shown)
        for row, column in enumerate(shown):
            texts = (one_line(column.name), "", str(column.missing), str(column.distinct))
            for place, text in enumerate((*texts, one_line(column.detail))):
                self._set(row, place, text, editable=False)
            self._set(row, _LIMITS, limits_of(options, column.name), editable=_is_input(column))
            self._set_use(row, column, options)
            if column.name in wrong:
                self._mark(row, wrong[column.name])
        uses = [self.cellWidget(row, _USE) for row in range(self.rowCount())]
        order_tabs(self, list(filter(None, uses)))  # a label column has none
        self.blockSignals(blocked)

    @Slot()
    def _draw(self) -> None:
        if self._shown is not None:
            self.show_preview(*self._shown)

    def _mark(self, row: int, problem: Problem) -> None:
        named = self.item(row, 0)
        assert named is not None
        named.setIcon(problem_icon(problem, self._appearance))
        named.setToolTip(plain_tip(one_line(told(problem))))

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
