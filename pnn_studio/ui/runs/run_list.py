"""The history of runs: choose, compare, rename, tag, filter, train again, delete; and the queue."""

from PySide6.QtCore import QPoint, QRect, Qt, Signal, Slot
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QMenu,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from pnn_studio.app.session import history
from pnn_studio.app.session.messages import Message
from pnn_studio.app.session.selection import RunItem
from pnn_studio.domain.dataset import SHIPPED_DATASETS
from pnn_studio.domain.design_ref import RunId
from pnn_studio.domain.run_label import MAX_NAME, MAX_TAG, MAX_TAGS, fits
from pnn_studio.errors import PnnError
from pnn_studio.ui.controllers.compared import toggle_drawn
from pnn_studio.ui.controllers.studio import Studio
from pnn_studio.ui.runs.queue_list import QueueList
from pnn_studio.ui.runs.run_row import ENTRY, TEXT_LEFT, RunDelegate, is_on_box
from pnn_studio.ui.widgets.controls import ElidedLabel, IconButton, describe, label, plain_tip
from pnn_studio.ui.widgets.fields import NameBox, TextEntry
from pnn_studio.ui.widgets.theme import Appearance

HEAD = 32
_NONE, _LIST, _NOT_FOUND = range(3)  # pages


class RunList(QWidget):
    """Head with a filter, the queue, and the list.

    Notes
    -----
    Signals: `again` (id of a run) to train it anew, `toggled` (open) after it was opened or closed
    by its button.
    """

    again = Signal(int)
    toggled = Signal(bool)

    def __init__(self, studio: Studio, appearance: Appearance) -> None:
        super().__init__()
        self._studio = studio
        self._entries: tuple[history.RunEntry, ...] = ()
        self._wanted = ""
        self._shown: int | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("ground", "panel")
        self.setProperty("edge", "left")
        self.setMinimumWidth(180)
        self._chevron = IconButton(appearance, "right", "icon")
        describe(self._chevron, "Show or hide the runs", "Show or hide the runs (F6)")
        self._line = ElidedLabel("caption")
        self._line.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.count = label("", "caption")
        self.filter = TextEntry(appearance)
        self.filter.setPlaceholderText("name or tag")
        describe(
            self.filter, "Filter runs", "Only runs with these words in name or tags; Esc shows all"
        )
        self.queue = QueueList(studio)
        self.list = _List(self)
        self.list.setItemDelegate(RunDelegate(appearance, self.list))
        self._appearance = appearance
        self._lay_out()
        self._chevron.clicked.connect(self.toggle)
        self.filter.textChanged.connect(self._filter)
        appearance.changed.connect(self._redraw)
        studio.changed.connect(self._take_change)
        self.refresh()

    def _lay_out(self) -> None:
        head = QWidget()
        head.setFixedHeight(HEAD)
        row = QHBoxLayout(head)
        row.setContentsMargins(6, 0, 12, 0)
        row.setSpacing(8)
        for widget in (self._chevron, label("Runs", "title"), self.count):
            row.addWidget(widget)
        row.addWidget(self._line, 1)
        row.addWidget(self.filter, 1)
        self._pages = QStackedWidget()
        for words in ("No runs yet. Each training is kept here.", None, "No run fits the filter."):
            if words is None:
                self._pages.addWidget(self.list)
                continue
            empty = label(words, "label")
            empty.setWordWrap(True)
            empty.setAlignment(Qt.AlignmentFlag.AlignTop)
            empty.setContentsMargins(16, 4, 16, 0)
            self._pages.addWidget(empty)
        self._body = QWidget()
        column = QVBoxLayout(self._body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.queue)
        column.addWidget(self._pages, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(1, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(head)
        whole.addWidget(self._body, 1)

    @Slot()
    def _redraw(self) -> None:
        self.list.viewport().update()

    @property
    def _shown_id(self) -> RunId | None:
        run = self._studio.session.run
        return None if run is None else run.id

    @Slot(str)
    def _take_change(self, change: str) -> None:
        if change == "project":
            self.filter.clear()
            self.list.name.drop()
        # With its first designs a run becomes the one that is shown.
        begun = change == "family" and self._shown_id != self._shown
        if begun or change in ("settings", "run", "verification"):
            self.refresh()

    @property
    def is_open(self) -> bool:
        """Whether the list is shown."""
        return not self._body.isHidden()

    def set_open(self, shown: bool) -> None:
        """Show the list or only the head."""
        self._body.setVisible(shown)
        self._line.setVisible(not shown)
        self._chevron.set_icon("down" if shown else "right")
        self._show_filter()

    @Slot()
    def toggle(self) -> None:
        """Open or close it."""
        self.toggled.emit(not self.is_open)

    def _show_filter(self) -> None:
        self.filter.setVisible(self.is_open and len(self._entries) > 1)
        self.count.setVisible(self.is_open and bool(self._entries))

    @Slot()
    def _filter(self) -> None:
        self._wanted = self.filter.text()
        self._fill()

    @Slot()
    def refresh(self) -> None:
        """List the runs as they are now."""
        entries = history.entries(self._studio.session)
        self._shown = self._shown_id
        if entries != self._entries:
            self._entries = entries
            self._line.set_whole(next((each.title for each in entries if each.shown), ""))
            self._fill()

    def _fill(self) -> None:
        found = [each for each in self._entries if fits(self._wanted, each.title, each.tags)]
        whole = len(self._entries)
        self.count.setText(f"{len(found)} of {whole}" if self._wanted.strip() else f"{whole}")
        self._pages.setCurrentIndex(_LIST if found else _NOT_FOUND if whole else _NONE)
        self._show_filter()
        before = self.list.entry
        blocked = self.list.blockSignals(True)
        self.list.clear()
        for entry in found:
            made = QListWidgetItem(entry.title)
            made.setData(ENTRY, entry)
            drawn = ", drawn" if entry.place is not None else ""
            made.setData(Qt.ItemDataRole.AccessibleTextRole, f"{entry.words}{drawn}")
            made.setToolTip(plain_tip(entry.words))
            self.list.addItem(made)
            # the keys stay where they were, unless another run is shown since
            kept = before is not None and before.run == entry.run and before.shown == entry.shown
            if kept or (entry.shown and self.list.entry is None):
                self.list.setCurrentItem(made)
        self.list.blockSignals(blocked)

    # --- what is done with a run ---------------------------------------------------------------

    def show_run(self, run: RunId) -> None:
        """Show a run in the whole window; data that ship are loaded where they are missing."""
        session = self._studio.session
        missing = history.missing_data(session, run)
        self._studio.edit(history.show(session, run))
        self._studio.selection.select(RunItem(run))
        if missing is not None and missing.source in SHIPPED_DATASETS:
            self._studio.load_reference(missing)
        elif missing is not None:
            name = missing.source.rpartition("/")[2]
            self._studio.status.emit(f"{name} is not in this project: open it to see voltages.")

    def delete(self, run: RunId) -> None:
        """Take a run out of the queue and the history; one that trains is stopped first."""
        entry = next((each for each in self._entries if each.run == run), None)
        if entry is None:
            return
        if entry.running:
            self._studio.status.emit("Stop the training before its run is deleted.")
            return
        if entry.queued:
            self._studio.trainings.remove(run)
        self._studio.edit(self._studio.session.shown.without_run(run))
        self._studio.selection.select()
        self._studio.status.emit(f"Deleted {entry.title}; Ctrl+Z brings it back")

    def draw_run(self, run: RunId, at: QPoint) -> None:
        """Draw the front of a run in the trade-off, or draw it no more."""
        toggle_drawn(self._studio, run, self, at)

    def take_words(self, what: str, run: RunId, text: str) -> None:
        """Give a run the name or the tags that were typed."""
        session = self._studio.session
        found = session.find_run(run)
        if found is None:
            return
        try:
            if what == "tags":
                shown = history.tagged(session, run, text)
            else:
                shown = history.renamed(session, run, "" if text == found.name else text)
        except PnnError as error:
            self._studio.message.emit(Message("error", str(error)))
            return
        if what == "name" and text == found.name:
            return
        self._studio.edit(shown)

    def ask(self, run: RunId, at: QPoint) -> None:
        """Offer what applies to a run."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction("Show this run\tReturn", lambda: self.show_run(run))
        entry = next((each for each in self._entries if each.run == run), None)
        if entry is not None and entry.drawable and not entry.shown:
            draws = "Draw it in the Trade-off" if entry.place is None else "Do not draw it"
            menu.addAction(f"{draws}\tSpace", lambda: self.draw_run(run, at))
        menu.addAction("Rename…\tF2", lambda: self.list.ask_for("name"))
        menu.addAction("Tags…\tShift+F2", lambda: self.list.ask_for("tags"))
        if entry is not None and entry.resumable:
            menu.addAction("Resume", lambda: self._studio.trainings.resume(run))
        if run >= 0:  # an added design comes without the plan that it was trained by
            menu.addAction("Train it again", lambda: self.again.emit(run))
        queued = entry is not None and entry.queued
        remove = "Remove from the queue\tDel" if queued else "Delete\tDel"
        menu.addAction(remove, lambda: self.delete(run))
        menu.popup(at)

    def take_keys(self) -> None:
        """Have the keys act on the list."""
        self.list.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def ask_for_filter(self) -> None:
        """Have a filter typed."""
        self.filter.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.filter.selectAll()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Show all runs again by Esc; from the filter, go to the list by Return or Down."""
        key = event.key()
        if key == Qt.Key.Key_Escape and self._wanted:
            self.filter.clear()
            self.take_keys()
        elif self.filter.hasFocus() and key in (
            Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Down,
        ):  # fmt: skip
            self.take_keys()
        else:
            super().keyPressEvent(event)


class _List(QListWidget):
    """The list itself: what its keys and clicks ask for is done by `RunList`."""

    def __init__(self, runs: RunList) -> None:
        super().__init__()
        self._runs = runs
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setAccessibleName("Runs")
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.name = NameBox(self.viewport(), max(MAX_NAME, MAX_TAGS * (MAX_TAG + 2)))
        self.name.named.connect(self._take_words)
        self.name.left.connect(self.setFocus)

    @property
    def entry(self) -> history.RunEntry | None:
        """The run that the keys act on."""
        index = self.currentIndex()
        entry: history.RunEntry | None = index.data(ENTRY) if index.isValid() else None
        return entry

    def _rect(self) -> QRect:
        return self.visualRect(self.currentIndex())

    def ask_for(self, what: str) -> None:
        """Have the name or the tags of the run typed that the keys act on."""
        entry = self.entry
        if entry is None:
            return
        self.scrollToItem(self.currentItem())
        rect = self._rect()
        width = rect.width() - TEXT_LEFT - 8
        middle = QPoint(TEXT_LEFT + width // 2, rect.top() + (15 if what == "name" else 32))
        describe(self.name, "Name" if what == "name" else "Tags, between commas")
        self.name.setPlaceholderText("" if what == "name" else "tags, between commas")
        shown = entry.title if what == "name" else ", ".join(entry.tags)
        self.name.ask((what, entry.run), middle, shown, width)

    @Slot(object, str)
    def _take_words(self, item: tuple[str, RunId], text: str) -> None:
        self._runs.take_words(*item, text)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Draw the run whose check box was clicked, show the one whose row was."""
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        if event.button() != Qt.MouseButton.LeftButton or not index.isValid():
            return
        entry: history.RunEntry = index.data(ENTRY)
        if entry.drawable and is_on_box(event.position().x()):
            self._runs.draw_run(entry.run, event.globalPosition().toPoint())
        else:
            self._runs.show_run(entry.run)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer what applies to the run under the pointer, or with the focus."""
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        index = self.indexAt(event.pos())
        if index.isValid() and not by_key:
            self.setCurrentIndex(index)
        if self.entry is not None:
            at = self.viewport().mapToGlobal(self._rect().center()) if by_key else event.globalPos()
            self._runs.ask(self.entry.run, at)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Act on the run that has the focus."""
        entry, key = self.entry, event.key()
        if entry is None:
            super().keyPressEvent(event)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._runs.show_run(entry.run)
        elif key == Qt.Key.Key_Delete:
            self._runs.delete(entry.run)
        elif key == Qt.Key.Key_Space:
            at = self.viewport().mapToGlobal(self._rect().bottomLeft())
            self._runs.draw_run(entry.run, at)
        elif key == Qt.Key.Key_F2:
            tags = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
            self.ask_for("tags" if tags else "name")
        else:
            super().keyPressEvent(event)
