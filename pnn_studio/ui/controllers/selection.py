"""What is selected in the window: one value that every view shows and sets."""

from PySide6.QtCore import QObject, Signal

from pnn_studio.app.session.selection import Item


class SelectionController(QObject):
    """The selection; the last item is the one that the inspector shows.

    Notes
    -----
    Signals: `changed` after another selection.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._items: tuple[Item, ...] = ()

    @property
    def items(self) -> tuple[Item, ...]:
        """All that is selected, in the order in which it was."""
        return self._items

    @property
    def item(self) -> Item | None:
        """The item that was selected last."""
        return self._items[-1] if self._items else None

    def select(self, *items: Item) -> None:
        """Select these and nothing else."""
        if items != self._items:
            self._items = items
            self.changed.emit()

    def toggle(self, item: Item) -> None:
        """Add an item of the same kind, or take it away where it is."""
        if item in self._items:
            self.select(*(each for each in self._items if each != item))
        else:
            same = (each for each in self._items if type(each) is type(item))
            self.select(*same, item)
