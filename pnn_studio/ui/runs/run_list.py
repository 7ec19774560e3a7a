"""The history of runs at the right of the dock: choose, train again, delete."""

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QMenu,
    QStackedWidget,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from pnn_studio.app.session import history
from pnn_studio.app.session.selection import RunItem
from pnn_studio.domain.dataset import SHIPPED_DATASETS
from pnn_studio.domain.design_ref import RunId
from pnn_studio.ui.controllers.studio import Studio
from pnn_studio.ui.widgets import theme as looks
from pnn_studio.ui.widgets.controls import ElidedLabel, label, plain_tip
from pnn_studio.ui.widgets.theme import Appearance

HEAD = 32
_ROW = 40
_ENTRY = int(Qt.ItemDataRole.UserRole)


class _Delegate(QStyledItemDelegate):
    """Paints a run as its title and what came of it."""

    def __init__(self, appearance: Appearance, parent: QWidget) -> None:
        super().__init__(parent)
        self._appearance = appearance

    def sizeHint(self, option: QStyleOptionViewItem, index: object) -> QSize:
        """As high as two lines."""
        return QSize(160, _ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: object) -> None:
        """Paint both lines."""
        entry: history.RunEntry = index.data(_ENTRY)  # type: ignore[attr-defined]
        theme, rect = self._appearance.theme, QRectF(option.rect).adjusted(8, 1, -8, -1)
        state = option.state
        hovered = bool(state & QStyle.StateFlag.State_MouseOver)
        focused = bool(state & QStyle.StateFlag.State_HasFocus)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        if entry.shown or hovered:
            painter.setBrush(theme.color("soft" if entry.shown else "hover"))
            painter.drawRoundedRect(rect, 4, 4)
        if focused:
            painter.setPen(theme.color("accent"))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), 4, 4)
        lines = (
            (3, looks.font(bold=entry.shown), "accent" if entry.shown else "text", entry.title),
            (20, looks.font(looks.CAPTION_PX), "accent" if entry.running else "text2",
             entry.detail),
        )  # fmt: skip
        for top, font, role, text in lines:
            painter.setFont(font)
            painter.setPen(theme.color(role))
            place = QRectF(rect.left() + 8, rect.top() + top, rect.width() - 16, 16)
            short = painter.fontMetrics().elidedText(
                text, Qt.TextElideMode.ElideRight, int(place.width())
            )
            painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, short)


class RunList(QWidget):
    """Head and list.

    Notes
    -----
    Signal `again` (id of a run) to train it anew.
    """

    again = Signal(int)

    def __init__(self, studio: Studio, appearance: Appearance) -> None:
        super().__init__()
        self._studio = studio
        self._entries: tuple[history.RunEntry, ...] = ()
        self._shown: int | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("ground", "panel")
        self.setProperty("edge", "left")
        self.setMinimumWidth(180)
        self._line = ElidedLabel("caption")
        self._line.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        head = QWidget()
        head.setFixedHeight(HEAD)
        row = QHBoxLayout(head)
        row.setContentsMargins(16, 0, 16, 0)
        row.addWidget(label("Runs", "title"))
        row.addWidget(self._line, 1)
        self.list = _List(self)
        self.list.setItemDelegate(_Delegate(appearance, self.list))
        self._empty = label("No runs yet. Each training is kept here.", "label")
        self._empty.setWordWrap(True)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._empty.setContentsMargins(16, 4, 16, 0)
        self._pages = QStackedWidget()
        self._pages.addWidget(self._empty)
        self._pages.addWidget(self.list)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(head)
        column.addWidget(self._pages, 1)
        appearance.changed.connect(self._redraw)
        studio.changed.connect(self._take_change)
        self.refresh()

    @Slot()
    def _redraw(self) -> None:
        self.list.viewport().update()

    @property
    def _shown_id(self) -> RunId | None:
        run = self._studio.session.run
        return None if run is None else run.id

    @Slot(str)
    def _take_change(self, change: str) -> None:
        # With its first designs a run becomes the one that is shown.
        begun = change == "family" and self._shown_id != self._shown
        if begun or change in ("settings", "run"):
            self.refresh()

    def set_open(self, shown: bool) -> None:
        """Show the list or only the head."""
        self._pages.setVisible(shown)
        self._line.setVisible(not shown)

    @Slot()
    def refresh(self) -> None:
        """List the runs as they are now."""
        entries = history.entries(self._studio.session)
        self._shown = self._shown_id
        if entries == self._entries:
            return
        self._entries = entries
        self._line.set_whole(next((each.title for each in entries if each.shown), ""))
        self._pages.setCurrentIndex(1 if entries else 0)
        blocked = self.list.blockSignals(True)
        self.list.clear()
        for entry in entries:
            made = QListWidgetItem(entry.title)
            made.setData(_ENTRY, entry)
            made.setData(Qt.ItemDataRole.AccessibleTextRole, f"{entry.title}, {entry.detail}")
            made.setToolTip(plain_tip(f"{entry.title}: {entry.detail}"))
            self.list.addItem(made)
            if entry.shown:
                self.list.setCurrentItem(made)
        self.list.blockSignals(blocked)

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

    def ask(self, run: RunId, at: QPoint) -> None:
        """Offer what applies to a run."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction("Show this run", lambda: self.show_run(run))
        entry = next((each for each in self._entries if each.run == run), None)
        if entry is not None and entry.resumable:
            menu.addAction("Resume", lambda: self._studio.trainings.resume(run))
        if run >= 0:  # an added design comes without the plan that it was trained by
            menu.addAction("Train it again", lambda: self.again.emit(run))
        queued = entry is not None and entry.queued
        remove = "Remove from the queue\tDel" if queued else "Delete\tDel"
        menu.addAction(remove, lambda: self.delete(run))
        menu.popup(at)


class _List(QListWidget):
    """The list itself: click or Return shows, Delete deletes."""

    def __init__(self, runs: RunList) -> None:
        super().__init__()
        self._runs = runs
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setAccessibleName("Runs")
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._ask)
        self.itemClicked.connect(self._show)

    @Slot(QListWidgetItem)
    def _show(self, item: QListWidgetItem) -> None:
        entry: history.RunEntry = item.data(_ENTRY)
        self._runs.show_run(entry.run)

    @Slot(QPoint)
    def _ask(self, at: QPoint) -> None:
        item = self.itemAt(at) or self.currentItem()
        if item is not None:
            entry: history.RunEntry = item.data(_ENTRY)
            self._runs.ask(entry.run, self.viewport().mapToGlobal(at))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Show or delete the run that has the focus."""
        entry = self._current()
        if entry is not None and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._runs.show_run(entry.run)
        elif entry is not None and event.key() == Qt.Key.Key_Delete:
            self._runs.delete(entry.run)
        else:
            super().keyPressEvent(event)

    def _current(self) -> history.RunEntry | None:
        items = self.selectedItems()
        entry: history.RunEntry | None = items[0].data(_ENTRY) if items else None
        return entry
