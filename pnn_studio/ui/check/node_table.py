"""A table of the nodes of a check, the worst one first."""

from PySide6.QtCore import QModelIndex, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHeaderView

from pnn_studio.domain.units import format_si
from pnn_studio.ui.check.figures import NodeFigures
from pnn_studio.ui.widgets.controls import plain_tip
from pnn_studio.ui.widgets.plain_table import Index, PlainRows, PlainTable, swatch
from pnn_studio.ui.widgets.theme import Appearance

_HEAD = ("node", "what", "rms", "largest", "cause", "sample")
_LEFT = (0, 1, 4)  # columns of words
_CAUSE, _SAMPLE = 4, 5
_MEASURED = 40  # rows beyond those that are in view by which columns are as wide as they need
_ROOMY, _NARROW = 420, 350  # px
_ROLES = {"negation": "negation_fill", "column": "crossbar_fill", "activation": "activation_fill"}
_ROW = 26


class NodeModel(PlainRows):
    """Figures as rows."""

    rows: tuple[NodeFigures, ...]

    def __init__(self, appearance: Appearance) -> None:
        super().__init__(_HEAD, _LEFT)
        self._appearance = appearance

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Write a cell."""
        figures = self.rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return (
                figures.name,
                figures.what,
                format_si(figures.rms, "V"),
                ("+" if figures.largest > 0 else "") + format_si(figures.largest, "V"),
                figures.cause,
                str(figures.sample + 1),
            )[index.column()]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self.alignment(index.column())
        if role == Qt.ItemDataRole.ToolTipRole:
            named = "" if figures.what == figures.kind else f" of {figures.what}"
            what = f"{figures.name}: {figures.kind}{named} in layer {figures.layer}"
            return plain_tip(f"{what}. {figures.sentence}.")
        if role == Qt.ItemDataRole.DecorationRole and index.column() == 0:
            return swatch(self._appearance.theme.color(_ROLES[figures.kind]))
        return None


class NodeTable(PlainTable):
    """The table, one row a node.

    Notes
    -----
    Signal `chosen` (NodeFigures) for a row that was clicked or reached by key.
    """

    chosen = Signal(object)

    def __init__(self, appearance: Appearance) -> None:
        super().__init__(appearance, _ROW)
        self._nodes = NodeModel(appearance)
        self._nodes.setParent(self)
        self.setModel(self._nodes)
        self.setAccessibleName("Nodes, worst first")
        head = self.horizontalHeader()
        head.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        head.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        head.setResizeContentsPrecision(_MEASURED)
        head.setMinimumSectionSize(52)
        self.clicked.connect(self._tell)
        self.selectionModel().currentRowChanged.connect(self._tell_by_key)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave sample and cause to the tooltip where there is little room."""
        super().resizeEvent(event)
        self.setColumnHidden(_CAUSE, self.width() < _NARROW)
        self.setColumnHidden(_SAMPLE, self.width() < _ROOMY)

    @Slot(QModelIndex)
    def _tell(self, index: QModelIndex) -> None:
        self.chosen.emit(self._nodes.rows[index.row()])

    @Slot(QModelIndex)
    def _tell_by_key(self, index: QModelIndex) -> None:
        if self.hasFocus() and index.isValid():
            self._tell(index)

    def choose(self, node: NodeFigures | None) -> None:
        """Mark the row of a node, without telling."""
        figures = self._nodes.rows
        row = figures.index(node) if node in figures else -1
        self.mark_row(row)
        if row >= 0:
            self.scrollTo(self._nodes.index(row, 0))

    def show_figures(self, figures: tuple[NodeFigures, ...]) -> None:
        """Show these."""
        self._nodes.take(figures)
