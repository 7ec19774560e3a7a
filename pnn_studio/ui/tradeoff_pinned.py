"""The current design over the pinned ones, under the plot of the trade-off."""

from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout

from pnn_studio.app.pins import PinnedRow
from pnn_studio.ui.controls import describe, label
from pnn_studio.ui.pinned_table import PinnedTable
from pnn_studio.ui.theme import Appearance

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

    def show_rows(self, rows: tuple[PinnedRow, ...], split: str) -> None:
        """Show these, the current one first."""
        self.table.designs.show_rows(rows, split)
        # Where there is no room for all, it is the table that scrolls.
        self.table.setMinimumHeight(_HEAD + _ROW)
        self.table.setMaximumHeight(_HEAD + _ROW * max(len(rows), 1))
        self.setVisible(len(rows) > 1)
