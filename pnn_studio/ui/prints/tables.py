"""Tables of the Yield tab: components by harm, and single faults."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from pnn_studio.ui.widgets.controls import plain_tip
from pnn_studio.ui.widgets.plain_table import Index, PlainRows, PlainTable, swatch
from pnn_studio.ui.widgets.theme import Appearance

_ROW, _BAR, _FIGURE = 24, 36, 54
_ROLES = {"crossbar": "crossbar_fill", "negation": "negation_fill", "activation": "activation_fill"}
_SHARE = Qt.ItemDataRole.UserRole


@dataclass(frozen=True)
class Row:
    """A row: its texts, what it is of, and how long its bar is.

    Attributes
    ----------
    texts : tuple of str
        One for each column.
    group : str
        Gives the colour of its swatch.
    share : float
        Of the longest bar; negative without one.
    key : str
        Reference of the part that it tells of.
    tip : str
        What it says at length.
    """

    texts: tuple[str, ...]
    group: str
    share: float
    key: str
    tip: str = ""


class _Rows(PlainRows):
    rows: tuple[Row, ...]

    def __init__(self, appearance: Appearance, head: Sequence[str], left: Sequence[int]) -> None:
        super().__init__(head, left)
        self._appearance = appearance

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row = self.rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return row.texts[index.column()]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self.alignment(index.column())
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(row.tip)
        if role == _SHARE:
            return row.share
        if role == Qt.ItemDataRole.DecorationRole and index.column() == 0:
            return swatch(self._appearance.theme.color(_ROLES.get(row.group, "control")))
        return None


class _Bar(QStyledItemDelegate):
    """A bar before the text of a cell."""

    def __init__(self, appearance: Appearance, role: str, parent: PlainTable) -> None:
        super().__init__(parent)
        self._appearance, self._role = appearance, role

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw the cell, and its bar."""
        super().paint(painter, option, index)
        share = index.data(_SHARE)
        if share < 0:
            return
        rect, theme = option.rect, self._appearance.theme
        place = QRectF(rect.left() + 4, rect.center().y() - 2, _BAR, 6)
        painter.fillRect(place, theme.color("border"))
        place.setWidth(_BAR * share)
        painter.fillRect(place, theme.color(self._role))


class PartTable(PlainTable):
    """Rows that tell of parts, with a bar in one column.

    Notes
    -----
    Signal `chosen` (reference of a part) for a row that was clicked or reached by key.
    """

    chosen = Signal(str)

    def __init__(
        self,
        appearance: Appearance,
        name: str,
        head: Sequence[str],
        left: Sequence[int],
        bar: tuple[int, str],
        widest: int = 0,
    ) -> None:
        super().__init__(appearance, _ROW)
        self._rows = _Rows(appearance, head, left)
        self._rows.setParent(self)
        self.setModel(self._rows)
        self.setAccessibleName(name)
        sections = self.horizontalHeader()
        sections.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        sections.setSectionResizeMode(widest, QHeaderView.ResizeMode.Stretch)
        sections.setSectionResizeMode(bar[0], QHeaderView.ResizeMode.Fixed)
        sections.resizeSection(bar[0], _BAR + _FIGURE)
        self.setItemDelegateForColumn(bar[0], _Bar(appearance, bar[1], self))
        self.clicked.connect(self._tell)
        self.selectionModel().currentRowChanged.connect(self._tell_by_key)

    @property
    def rows(self) -> tuple[Row, ...]:
        """What is shown."""
        return self._rows.rows

    def show_rows(self, rows: tuple[Row, ...]) -> None:
        """Show these."""
        self._rows.take(rows)

    def mark(self, key: str) -> None:
        """Mark the row of a part, without telling."""
        row = next((at for at, each in enumerate(self.rows) if key and each.key == key), -1)
        self.mark_row(row)

    @Slot(QModelIndex)
    def _tell(self, index: QModelIndex) -> None:
        self.chosen.emit(self.rows[index.row()].key)

    @Slot(QModelIndex)
    def _tell_by_key(self, index: QModelIndex) -> None:
        if self.hasFocus() and index.isValid():
            self._tell(index)
