"""The box in which a layer or a neuron is renamed, at its place on the canvas."""

from PySide6.QtCore import QPoint, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from pnn_studio.app.session.layout_edits import MAX_NAME
from pnn_studio.app.session.selection import Item


class RenameBox(QLineEdit):
    """Asks for a name; Return or leaving takes it, Escape leaves the old one.

    Notes
    -----
    Signals: `named` (item, text), `left` when it has gone, named or not.
    """

    named = Signal(object, str)
    left = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._item: Item | None = None
        self.setMaxLength(MAX_NAME)
        self.setAccessibleName("Name")
        self.setProperty("kind", "rename")
        self.hide()
        self.editingFinished.connect(self._take)

    def ask(self, item: Item, place: QPoint, shown: str) -> None:
        """Ask for the name of an item at a place of the canvas."""
        self._item = item
        self.setText(shown)
        self.selectAll()
        self.setGeometry(place.x() - 70, place.y() - 13, 140, 26)
        self.show()
        self.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave the old name on Escape."""
        if event.key() == Qt.Key.Key_Escape:
            self._item = None
            self._take()
        else:
            super().keyPressEvent(event)

    @Slot()
    def _take(self) -> None:
        item, self._item = self._item, None
        if not self.isHidden():
            self.hide()
            self.left.emit()
        if item is not None:
            self.named.emit(item, self.text())
