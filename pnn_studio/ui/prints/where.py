"""Where a part of the Yield tab is: its layer as a small picture, the part ringed."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from pnn_studio.app.session.names import names_of
from pnn_studio.app.session.selection import layer_of
from pnn_studio.circuit.schematic import layer_schematic
from pnn_studio.domain.design import TrainedDesign
from pnn_studio.ui.controllers.studio import Studio
from pnn_studio.ui.schematic.facts import stands_for
from pnn_studio.ui.schematic.thumbnail import Thumbnail
from pnn_studio.ui.widgets.theme import Appearance

_HEIGHT = 168


class WhereItIs(QWidget):
    """The picture of the layer that the selection is in; the first one where nothing is selected.

    Notes
    -----
    Signal `opened` where the picture was clicked.
    """

    opened = Signal()

    def __init__(self, studio: Studio, appearance: Appearance) -> None:
        super().__init__()
        self._studio, self._appearance = studio, appearance
        self.picture: Thumbnail | None = None
        self._shown: tuple[TrainedDesign, int] | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self.setFixedHeight(_HEIGHT)

    def refresh(self) -> str:
        """Show the selected part; returns in words where it is."""
        session, selection = self._studio.session, self._studio.selection
        design = session.design
        if design is None:
            return ""
        item = selection.item
        found = layer_of(item) if item is not None else None
        layer = min(max(found or 1, 1), len(design.layers))
        if self._shown is None or self._shown[0] is not design or self._shown[1] != layer:
            self._shown = design, layer
            self._show(design, layer)
        assert self.picture is not None
        picked = frozenset(
            each.ref
            for each in self.picture.symbols
            if each.ref and any(stands_for(each, layer, other) for other in selection.items)
        )
        self.picture.mark(picked)
        return f"layer {layer}" if picked else f"layer {layer}, nothing selected in it"

    def _show(self, design: TrainedDesign, layer: int) -> None:
        if self.picture is not None:
            self._column.removeWidget(self.picture)
            self.picture.deleteLater()
        names = names_of(self._studio.session, design)
        drawing = layer_schematic(design, layer - 1, names=names)
        self.picture = Thumbnail(self._appearance, drawing, f"layer {layer}", _HEIGHT)
        self.picture.clicked.connect(self.opened)
        self._column.addWidget(self.picture)
