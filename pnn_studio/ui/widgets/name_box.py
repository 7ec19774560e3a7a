"""The box in which something is renamed, at its place."""

from PySide6.QtCore import QPoint, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from pnn_studio.app.session.layout_edits import MAX_NAME


class NameBox(QLineEdit):
    """Asks for a name; Return or leaving takes it, Escape leaves the old one.

    Parameters
    ----------
    parent : QWidget
        Over which it is shown.
    longest : int
        Characters that can be typed.

    Notes
    -----
    Signals: `named` (item, text), `left` when it has gone, named or not.
    """

    named = Signal(object, str)
    left = Signal()

    def __init__(self, parent: QWidget, longest: int = MAX_NAME) -> None:
        super().__init__(parent)
        self._item: object = None
        self.setMaxLength(longest)
        self.setAccessibleName("Name")
        self.setProperty("kind", "rename")
        self.hide()
        self.editingFinished.connect(self._take)

    def ask(self, item: object, place: QPoint, shown: str, width: int = 140) -> None:
        """Ask for the name of an item, in the middle of a place."""
        self._item = item
        self.setText(shown)
        self.selectAll()
        self.setGeometry(place.x() - width // 2, place.y() - 13, width, 26)
        self.show()
        self.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave the old name on Escape."""
        if event.key() == Qt.Key.Key_Escape:
            self.drop()
        else:
            super().keyPressEvent(event)
            event.accept()  # of its parent, Return would ask for something else

    def drop(self) -> None:
        """Leave the old name."""
        self._item = None
        self._take()

    @Slot()
    def _take(self) -> None:
        item, self._item = self._item, None
        if not self.isHidden():
            self.hide()
            self.left.emit()
        if item is not None:
            self.named.emit(item, self.text())
