"""What waits for the workers, over the list of runs: reordered by keys or menu, and dropped."""

from PySide6.QtCore import QPoint, Qt, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListWidget, QListWidgetItem, QMenu

from pnn_studio.ui.controllers import waiting
from pnn_studio.ui.controllers.studio import Studio
from pnn_studio.ui.controllers.waiting import Waiting
from pnn_studio.ui.widgets.controls import plain_tip

_ROW, _MOST = 24, 4  # px; rows that are shown at a time


class QueueList(QListWidget):
    """A line for each job that runs or waits; hidden while none waits."""

    def __init__(self, studio: Studio) -> None:
        super().__init__()
        self._studio = studio
        self._entries: tuple[Waiting, ...] = ()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setProperty("kind", "queue")
        self.setAccessibleName("Queue")
        self.setToolTip("What runs and waits: Alt+Up and Alt+Down move, Del drops")
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._ask)
        self.hide()
        studio.changed.connect(self._take_change)
        studio.activity.connect(self.refresh)

    @Slot(str)
    def _take_change(self, change: str) -> None:
        if change in ("run", "settings"):
            self.refresh()

    @Slot()
    def refresh(self) -> None:
        """List what there is now."""
        entries, before = waiting.waiting(self._studio), self._entries
        told = [(each.words, each.turn) for each in entries]
        self._entries = entries
        if told == [(each.words, each.turn) for each in before]:
            return
        row = max(self.currentRow(), 0)
        self.clear()
        for each in entries:
            made = QListWidgetItem(f"{each.state}: {each.words}")
            made.setToolTip(plain_tip(each.words))
            self.addItem(made)
        self.setFixedHeight(min(len(entries), _MOST) * _ROW + 4)
        self.setCurrentRow(min(row, len(entries) - 1))
        had_focus = self.hasFocus()
        self.setVisible(bool(entries))
        if had_focus and not entries and self.parentWidget() is not None:
            self.focusNextChild()

    @property
    def entry(self) -> Waiting | None:
        """The job that the keys act on."""
        row = self.currentRow()
        return self._entries[row] if 0 <= row < len(self._entries) else None

    def move_by(self, by: int) -> None:
        """Let the job that has the focus come earlier or later."""
        entry = self.entry
        if entry is not None and waiting.move(self._studio, entry, by):
            self.refresh()
            rows = (row for row, each in enumerate(self._entries)
                    if (each.run, each.job) == (entry.run, entry.job))  # fmt: skip
            self.setCurrentRow(next(rows, self.currentRow()))

    def drop(self) -> None:
        """Take the job that has the focus out of its queue."""
        if self.entry is not None:
            waiting.drop(self._studio, self.entry)
            self.refresh()

    @Slot(QPoint)
    def _ask(self, at: QPoint) -> None:
        item = self.itemAt(at)
        if item is not None:
            self.setCurrentItem(item)
        entry = self.entry
        if entry is None:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for words, act in (
            ("Earlier\tAlt+Up", lambda: self.move_by(-1)),
            ("Later\tAlt+Down", lambda: self.move_by(1)),
            ("Drop\tDel", self.drop),
        ):
            menu.addAction(words, act).setEnabled(bool(entry.turn))
        menu.popup(self.viewport().mapToGlobal(at))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move or drop the job that has the focus."""
        alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        if alt and event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.move_by(-1 if event.key() == Qt.Key.Key_Up else 1)
        elif event.key() == Qt.Key.Key_Delete:
            self.drop()
        else:
            super().keyPressEvent(event)
