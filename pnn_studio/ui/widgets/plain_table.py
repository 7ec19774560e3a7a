"""A table without grid or frame."""

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QAbstractItemView, QFrame, QTableView

from pnn_studio.ui.widgets.theme import Appearance


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

    @Slot()
    def _redraw(self) -> None:
        self.viewport().update()
