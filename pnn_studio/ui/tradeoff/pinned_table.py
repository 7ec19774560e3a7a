"""The table that compares the current design with the pinned ones."""

import math

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal, Slot
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QFrame, QHBoxLayout, QHeaderView, QPushButton, QVBoxLayout

from pnn_studio.app.session.pins import PinnedRow
from pnn_studio.domain.dataset import Split
from pnn_studio.domain.figures import figures_in
from pnn_studio.ui.controllers import status_texts
from pnn_studio.ui.widgets import theme as looks
from pnn_studio.ui.widgets.colormap import alpha_color
from pnn_studio.ui.widgets.controls import describe, label
from pnn_studio.ui.widgets.plain_table import PlainTable
from pnn_studio.ui.widgets.theme import Appearance, Theme

_ROW = 28
_Index = QModelIndex | QPersistentModelIndex


class PinnedModel(QAbstractTableModel):
    """Designs as rows, the current one first."""

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self._appearance = appearance
        self.rows: tuple[PinnedRow, ...] = ()
        self._split: Split = "test"

    def show_rows(self, rows: tuple[PinnedRow, ...], split: Split) -> None:
        """Take other designs."""
        self.beginResetModel()
        self.rows, self._split = rows, split
        self.endResetModel()

    @property
    def _head(self) -> tuple[str, ...]:
        figures = figures_in("table", self._split)
        return ("", *(each.head or each.name for each in figures), "to current")

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """Count the designs."""
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
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
                return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None

    def data(  # noqa: PLR0911 - one answer a role
        self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """Write a cell."""
        row, theme = self.rows[index.row()], self._appearance.theme
        first, current = index.column() == 0, not row.letter
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return _texts(row)[index.column()]
            case Qt.ItemDataRole.TextAlignmentRole:
                return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            case Qt.ItemDataRole.FontRole if current:
                return looks.font(looks.BASE_PX, bold=True)
            case Qt.ItemDataRole.BackgroundRole if current:
                return theme.color("soft")
            case Qt.ItemDataRole.DecorationRole if first:
                return _badge(row, theme)
            case Qt.ItemDataRole.AccessibleTextRole if first:
                return "Current design" if current else f"Design {row.letter}"
            case Qt.ItemDataRole.ToolTipRole:
                of_run = " of another run" if row.other_run else ""
                return f"Show the design of α {row.alpha:.2f}, seed {row.seed}{of_run}"
        return None


def _texts(row: PinnedRow) -> tuple[str, ...]:
    return (
        "",
        *(each.text for each in row.figures if "table" in each.figure.views),
        "—" if math.isnan(row.to_current) else status_texts.signed_percent(row.to_current),
    )


def _badge(row: PinnedRow, theme: Theme) -> QPixmap:
    """Paint the letter, or a ring for the current design, and a dot in the colour of its alpha."""
    pixmap = QPixmap(88, 32)
    pixmap.setDevicePixelRatio(2)
    pixmap.fill(QColor(0, 0, 0, 0))
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if row.letter:
        painter.setPen(QPen(theme.color("control"), 1))
        painter.setBrush(theme.color("tip"))
        painter.drawRoundedRect(1, 1, 14, 14, 3, 3)
        painter.setFont(looks.font(looks.CAPTION_PX, bold=True))
        painter.setPen(theme.color("text"))
        painter.drawText(1, 1, 14, 14, int(Qt.AlignmentFlag.AlignCenter), row.letter)
    else:
        painter.setPen(QPen(theme.color("text"), 1.6))
        painter.drawEllipse(2, 2, 12, 12)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(alpha_color(row.alpha, theme))
    painter.drawEllipse(28, 4, 9, 9)
    painter.end()
    return pixmap


class PinnedTable(PlainTable):
    """The table, one row a design.

    Notes
    -----
    Signal `chosen` (a `DesignRef`) for a row that was clicked, or entered by key.
    """

    chosen = Signal(object)

    def __init__(self, appearance: Appearance) -> None:
        super().__init__(appearance, _ROW)
        self.designs = PinnedModel(appearance)
        self.designs.setParent(self)
        self.setModel(self.designs)
        self.setAccessibleName("Pinned designs")
        head = self.horizontalHeader()
        head.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        head.setMinimumSectionSize(40)
        for column, width in ((0, 56), (1, 44), (2, 44)):
            head.setSectionResizeMode(column, QHeaderView.ResizeMode.Fixed)
            head.resizeSection(column, width)
        self.clicked.connect(self._choose)
        self.activated.connect(self._choose)

    @Slot(QModelIndex)
    def _choose(self, index: QModelIndex) -> None:
        row = self.designs.rows[index.row()]
        self.chosen.emit(row.ref)


_HEAD, _ROW = 26, 28


class PinnedSection(QFrame):
    """Head and table; nothing where nothing is pinned."""

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self.table = PinnedTable(appearance)
        self.copy = QPushButton("Copy table")
        describe(self.copy, "Copy table", "Copy the table as tab-separated values")
        self.clear = QPushButton("Clear pins")
        describe(self.clear, "Clear pins", "Take all pins away")
        head = QHBoxLayout()
        head.addWidget(label("Pinned designs", "heading"))
        head.addStretch()
        for button in (self.clear, self.copy):
            button.setProperty("kind", "outline")
            head.addWidget(button)
        self.setProperty("edge", "top")
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 8, 16, 8)
        column.setSpacing(4)
        column.addLayout(head)
        column.addWidget(self.table)

    def show_rows(self, rows: tuple[PinnedRow, ...], split: Split) -> None:
        """Show these, the current one first."""
        self.table.designs.show_rows(rows, split)
        # Where there is no room for all, it is the table that scrolls.
        self.table.setMinimumHeight(_HEAD + _ROW)
        self.table.setMaximumHeight(_HEAD + _ROW * max(len(rows), 1))
        self.setVisible(len(rows) > 1)
