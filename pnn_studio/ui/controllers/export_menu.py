"""The context menu of a plot: what of it can be exported."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QObject, QPoint, Qt, Slot
from PySide6.QtWidgets import QMenu, QWidget

from pnn_studio.domain.export_kinds import KINDS
from pnn_studio.ui.controllers.exports import ExportController


class ExportMenu(QObject):
    """Offers kinds of exports at a right click on a widget, or at the menu key.

    Parameters
    ----------
    widget : QWidget
        What is clicked; owns this.
    exports : ExportController
        Is asked for the dialog.
    kinds : sequence of str
        What is offered, by id.
    """

    def __init__(self, widget: QWidget, exports: ExportController, kinds: Sequence[str]) -> None:
        super().__init__(widget)
        self._widget, self._exports, self._kinds = widget, exports, tuple(kinds)
        widget.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        widget.customContextMenuRequested.connect(self._open)

    @Slot(QPoint)
    def _open(self, place: QPoint) -> None:
        subject = self._exports.subject()
        menu = QMenu(self._widget)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for each in self._kinds:
            kind = KINDS[each]
            lack = "No design yet" if subject is None else kind.lacks(subject)
            words = f" ({lack.lower()})" if lack else ""
            action = menu.addAction(f"Export {kind.name.lower()}…{words}")
            action.setEnabled(not lack)
            action.triggered.connect(partial(self._exports.wanted.emit, each))
        menu.popup(self._widget.mapToGlobal(place))
