"""A table without grid or frame, and what its rows have in common."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Slot
from PySide6.QtGui import QColor, QIcon, QPixmap
from PySide6.QtWidgets import QAbstractItemView, QFrame, QTableView

from pnn_studio.ui.widgets.theme import Appearance

Index = QModelIndex | QPersistentModelIndex


class PlainRows(QAbstractTableModel):
    """Values as rows below a head; columns stand at the right, those of words at the left.

    Parameters
    ----------
    head : sequence of str
        Names of the columns.
    left : sequence of int
        Columns of words.
    """

    rows: tuple[Any, ...] = ()

    def __init__(self, head: Sequence[str], left: Sequence[int] = ()) -> None:
        super().__init__()
        self._head, self._left = tuple(head), tuple(left)

    def take(self, rows: tuple[Any, ...], head: Sequence[str] | None = None) -> None:
        """Show other rows, under another head where one is given."""
        self.beginResetModel()
        self.rows = rows
        self._head = self._head if head is None else tuple(head)
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """Count the rows."""
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """Count the columns."""
        return 0 if parent.isValid() else len(self._head)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """Name a column."""
        if orientation == Qt.Orientation.Horizontal:
            if role == Qt.ItemDataRole.DisplayRole:
                return self._head[section]
            if role == Qt.ItemDataRole.TextAlignmentRole:
                return self.alignment(section)
        return None

    def alignment(self, column: int) -> Qt.AlignmentFlag:
        """Say where the cells of a column stand."""
        left = column in self._left
        side = Qt.AlignmentFlag.AlignLeft if left else Qt.AlignmentFlag.AlignRight
        return side | Qt.AlignmentFlag.AlignVCenter


def swatch(color: QColor) -> QIcon:
    """Paint the square before a row that says what it is of: the same in a row that is selected."""
    pixmap, made = QPixmap(10, 10), QIcon()
    pixmap.fill(color)
    for mode in (QIcon.Mode.Normal, QIcon.Mode.Selected):
        made.addPixmap(pixmap, mode)
    return made


class PlainTable(QTableView):
    """A table without grid or frame, whose rows are selected whole."""

    def __init__(self, appearance: Appearance, row: int) -> None:
        super().__init__()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.verticalHeader().setMinimumSectionSize(row)
        self.verticalHeader().setDefaultSectionSize(row)
        self.horizontalHeader().setHighlightSections(False)
        appearance.changed.connect(self._redraw)

    def mark_row(self, row: int) -> None:
        """Select a row without telling that it was; a negative one for none."""
        model = self.selectionModel()
        blocked = model.blockSignals(True)
        if row < 0:
            self.clearSelection()
        else:
            self.selectRow(row)
        model.blockSignals(blocked)
        self.viewport().update()

    @Slot()
    def _redraw(self) -> None:
        self.viewport().update()
