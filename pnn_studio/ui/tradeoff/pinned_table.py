"""The table that compares the current design with the pinned ones."""

import math

from PySide6.QtCore import (
    QModelIndex,
    QObject,
    QRectF,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
)

from pnn_studio.app.session.pins import PinnedRow
from pnn_studio.domain.dataset import Split
from pnn_studio.domain.figures import DesignFigure, figures_in
from pnn_studio.ui.controllers import status_texts
from pnn_studio.ui.widgets import theme as looks
from pnn_studio.ui.widgets.colormap import alpha_color
from pnn_studio.ui.widgets.controls import describe, label
from pnn_studio.ui.widgets.plain_table import Index, PlainRows, PlainTable
from pnn_studio.ui.widgets.source_tag import TIPS, paint_tag
from pnn_studio.ui.widgets.theme import Appearance, Theme

_ROW = 28
_ROOMY = 720  # px of the table from which the parts of the power are shown
SOURCE_ROLE = Qt.ItemDataRole.UserRole + 1
TAG_ROOM = 58


class PinnedModel(PlainRows):
    """Designs as rows, the current one first."""

    rows: tuple[PinnedRow, ...]

    def __init__(self, appearance: Appearance) -> None:
        self._split: Split = "test"
        super().__init__(_head(self._split))
        self._appearance = appearance

    def show_rows(self, rows: tuple[PinnedRow, ...], split: Split) -> None:
        """Take other designs."""
        self._split = split
        self.take(rows, _head(split))

    def data(  # noqa: PLR0911 - one answer a role
        self, index: Index, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """Write a cell."""
        row, theme = self.rows[index.row()], self._appearance.theme
        first, current = index.column() == 0, not row.letter
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return _texts(row)[index.column()]
            case Qt.ItemDataRole.TextAlignmentRole:
                return self.alignment(index.column())
            case Qt.ItemDataRole.FontRole if current:
                return looks.font(looks.BASE_PX, bold=True)
            case Qt.ItemDataRole.BackgroundRole if current:
                return theme.color("soft")
            case Qt.ItemDataRole.DecorationRole if first:
                return _badge(row, theme)
            case Qt.ItemDataRole.AccessibleTextRole if first:
                return "Current design" if current else f"Design {row.letter}"
            case Qt.ItemDataRole.AccessibleTextRole:
                source = self.source_of(index.row(), index.column())
                told = f" ({source})" if source else ""
                return f"{_texts(row)[index.column()]}{told}"
            case Qt.ItemDataRole.ToolTipRole:
                of_run = " of another run" if row.other_run else ""
                source = self.source_of(index.row(), index.column())
                told = f"{TIPS[source]}. " if source else ""
                return f"{told}Show the design of α {row.alpha:.2f}, seed {row.seed}{of_run}"
            case _ if role == SOURCE_ROLE:
                tagged = index.column() in self.columns_of_tags()
                return self.source_of(index.row(), index.column()) if tagged else ""
        return None

    def _figures(self) -> tuple[tuple[int, DesignFigure], ...]:
        """List the figures with the columns that show them."""
        return tuple(enumerate(figures_in("table", self._split), start=1))

    def columns_of_parts(self) -> tuple[int, ...]:
        """List the columns of the parts of the power, which give way where there is no room."""
        tagged = self.columns_of_tags()
        return tuple(
            column
            for column, each in self._figures()
            if each.group == "Power" and column not in tagged
        )

    def columns_of_tags(self) -> tuple[int, ...]:
        """List the columns whose cells have a tag; that of the power is that of its parts, too."""
        keys = (f"accuracy_{self._split}", "power_total_w")
        return tuple(column for column, each in self._figures() if each.key in keys)

    def source_of(self, row: int, column: int) -> str:
        """Say what the figure in a cell is of; empty where that is nobody's."""
        figure = dict(self._figures()).get(column)
        known = {each.figure.key: each.source for each in self.rows[row].figures}
        return str(known.get(figure.key) or "") if figure is not None else ""


def _head(split: Split) -> tuple[str, ...]:
    figures = figures_in("table", split)
    return ("", *(each.head or each.name for each in figures), "to current")


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


class _TaggedCells(QStyledItemDelegate):
    """Paints a cell with the tag of its source at its right edge."""

    def __init__(self, appearance: Appearance, parent: QObject) -> None:
        super().__init__(parent)
        self._appearance = appearance

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint ground, value and tag."""
        source = index.data(SOURCE_ROLE)
        if not source:
            super().paint(painter, option, index)
            return
        cell = QStyleOptionViewItem(option)
        self.initStyleOption(cell, index)
        text, cell.text = cell.text, ""
        cell.widget.style().drawControl(
            QStyle.ControlElement.CE_ItemViewItem, cell, painter, cell.widget
        )
        rect, theme = QRectF(cell.rect).adjusted(0, 0, -4, 0), self._appearance.theme
        left = rect.right() - TAG_ROOM
        paint_tag(painter, left, rect.center().y(), source, theme)
        painter.save()
        painter.setFont(looks.font(bold=source == "ngspice"))
        painter.setPen(theme.color("text"))
        side = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(rect.adjusted(0, 0, -TAG_ROOM - 6, 0), side, text)
        painter.restore()


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
        self.setItemDelegate(_TaggedCells(appearance, self))
        self.designs.modelReset.connect(self._make_room)
        self.clicked.connect(self._choose)
        self.activated.connect(self._choose)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the parts of the power out where there is no room for them."""
        super().resizeEvent(event)
        self._make_room()

    @Slot()
    def _make_room(self) -> None:
        head, roomy = self.horizontalHeader(), self.viewport().width() >= _ROOMY
        for column in self.designs.columns_of_parts():
            self.setColumnHidden(column, not roomy)
        for column in self.designs.columns_of_tags():
            head.setSectionResizeMode(column, QHeaderView.ResizeMode.Fixed)
            head.resizeSection(column, 124)

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
