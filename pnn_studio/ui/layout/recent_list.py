"""The recent projects of the start page: each one click, those that are gone marked as such."""

from datetime import datetime
from pathlib import Path

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from pnn_studio.app.project.recent import RecentProject, when
from pnn_studio.errors import one_line
from pnn_studio.ui.controllers.project import ProjectController
from pnn_studio.ui.widgets.controls import (
    ElidedLabel,
    IconButton,
    clear_layout,
    describe,
    label,
    order_tabs,
)
from pnn_studio.ui.widgets.theme import Appearance

_ROW, _MOST = 44, 5


def _folder(path: Path) -> str:
    try:
        return f"~/{path.parent.relative_to(Path.home())}".removesuffix("/.")
    except ValueError:
        return str(path.parent)


class _Row(QPushButton):
    """A project: its name, what is in it, where it is, and when it was open."""

    def __init__(self, recent: RecentProject) -> None:
        super().__init__()
        self.path = recent.path
        self.setProperty("kind", "row")
        self.setFixedHeight(_ROW)
        self.setEnabled(recent.there)
        if recent.there:
            self.setCursor(Qt.CursorShape.PointingHandCursor)
        name, folder = one_line(recent.path.stem), one_line(_folder(recent.path))
        moment = when(recent.opened, datetime.now().astimezone())
        gone = "" if recent.there else "not found"
        describe(
            self,
            ", ".join(filter(None, ("Open project " + name, gone, recent.words, folder, moment))),
            one_line(str(recent.path)),
        )
        self.title, self.facts = ElidedLabel("heading"), ElidedLabel("caption")
        self.place, self.moment = ElidedLabel("caption"), label(moment, "caption")
        self.title.set_whole(name)
        self.facts.set_whole(gone or one_line(recent.words))
        if gone:
            self.facts.setProperty("tone", "warn")
        self.place.set_whole(folder)
        self.moment.setAlignment(Qt.AlignmentFlag.AlignRight)
        for each in (self.title, self.facts, self.place, self.moment):
            each.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        left, right = QVBoxLayout(), QVBoxLayout()
        for column, lines in ((left, (self.title, self.facts)), (right, (self.moment, self.place))):
            column.setSpacing(1)
            column.addStretch()
            for line in lines:
                column.addWidget(line)
            column.addStretch()
        self.place.setAlignment(Qt.AlignmentFlag.AlignRight)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 0, 8, 0)
        row.setSpacing(12)
        row.addLayout(left, 3)
        row.addLayout(right, 2)


class RecentList(QWidget):
    """Lists the projects that were open lately."""

    def __init__(self, project: ProjectController, appearance: Appearance) -> None:
        super().__init__()
        self._project, self._appearance = project, appearance
        self._listed: tuple[RecentProject, ...] | None = None
        self.rows: list[_Row] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        project.changed.connect(self.refresh)

    def showEvent(self, event: QShowEvent) -> None:
        """Look which of them are still there."""
        super().showEvent(event)
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        """List them as they are now."""
        if not self.isVisible():
            return
        listed = self._project.recent[:_MOST]
        if listed == self._listed:
            return
        self._listed = listed
        clear_layout(self)
        column = self.layout()
        assert column is not None
        self.rows = [_Row(each) for each in listed]
        for recent, row in zip(listed, self.rows, strict=True):
            row.clicked.connect(self._open)
            column.addWidget(row if recent.there else self._with_removal(row))
        order_tabs(self, self.findChildren(QAbstractButton))
        if not listed:
            column.addWidget(label("No projects yet. Ctrl+O opens one.", "label"))

    def _with_removal(self, row: _Row) -> QWidget:
        line = QWidget()
        across = QHBoxLayout(line)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(4)
        remove = IconButton(self._appearance, "close", "icon")
        remove.setObjectName(str(row.path))
        name = one_line(row.path.stem)
        describe(remove, f"Take {name} off the list", "Take it off this list")
        remove.clicked.connect(self._remove)
        across.addWidget(row, 1)
        across.addWidget(remove)
        return line

    @Slot()
    def _open(self) -> None:
        row = self.sender()
        assert isinstance(row, _Row)
        self._project.open_file(row.path)

    @Slot()
    def _remove(self) -> None:
        self._project.forget(Path(self.sender().objectName()))
