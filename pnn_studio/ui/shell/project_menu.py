"""The Project menu of the toolbar: new, open, recent ones, save as, revert, quit."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QFileDialog

from pnn_studio.domain.formats import IMPORTS
from pnn_studio.errors import one_line
from pnn_studio.ui.controllers.project import ProjectController
from pnn_studio.ui.widgets.controls import describe, plain_tip
from pnn_studio.ui.widgets.icons import icon
from pnn_studio.ui.widgets.menu_button import MenuButton
from pnn_studio.ui.widgets.theme import Appearance

_KIND = IMPORTS["project"]


class ProjectButton(MenuButton):
    """Opens the Project menu; its shortcuts work everywhere in the window.

    Notes
    -----
    Signal `wants_to_quit`.
    """

    wants_to_quit = Signal()

    def __init__(self, project: ProjectController, appearance: Appearance) -> None:
        super().__init__("Project")
        self._project, self._appearance = project, appearance
        describe(
            self, "Project", "Open projects and save them under a name; changes save themselves"
        )
        self._add("New", "Ctrl+N", "Begin an empty project").triggered.connect(self._new)
        self._add("Open…", "Ctrl+O", "Open a project").triggered.connect(self._ask_to_open)
        self.recent = self.menu_.addMenu("Open recent")
        self.menu_.addSeparator()
        save = self._add("Save As…", "Ctrl+Shift+S", "Save under another name and go on there")
        save.triggered.connect(self.ask_to_save)
        revert = self._add("Revert", "", "Go back to the project as it was opened")
        revert.triggered.connect(self._revert)
        self.menu_.addSeparator()
        leave = self._add("Quit", "Ctrl+Q", "Close the window; everything is saved")
        leave.triggered.connect(self.wants_to_quit)
        self.menu_.aboutToShow.connect(self._list_recent)
        project.task.changed.connect(self._draw)
        appearance.changed.connect(self._draw)
        self._draw()

    def _add(self, text: str, keys: str, tip: str) -> QAction:
        action = QAction(text, self)
        action.setObjectName(f"project-{text.rstrip('…').lower().replace(' ', '-')}")
        if keys:
            action.setShortcut(QKeySequence(keys))
        action.setToolTip(tip)
        self.menu_.addAction(action)
        self.addAction(action)
        return action

    @Slot()
    def _list_recent(self) -> None:
        self.recent.clear()
        for each in self._project.recent:
            name = one_line(each.path.name).replace("&", "&&")
            action = self.recent.addAction(name if each.there else f"{name}, not found")
            action.setEnabled(each.there)
            action.setToolTip(plain_tip(str(each.path)))
            action.setData(str(each.path))
            action.triggered.connect(self._open_recent)
        self.recent.setEnabled(not self.recent.isEmpty())

    @Slot()
    def _open_recent(self) -> None:
        action = self.sender()
        assert isinstance(action, QAction)
        self._project.open_file(str(action.data()))

    @Slot()
    def _new(self) -> None:
        self._project.new()

    @Slot()
    def _revert(self) -> None:
        self._project.revert()

    @Slot()
    def _ask_to_open(self) -> None:
        dialog = QFileDialog(self, "Open project")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter(_KIND.filter)
        dialog.fileSelected.connect(self._open)
        dialog.open()

    @Slot(str)
    def _open(self, path: str) -> None:
        if path:
            self._project.open_file(path)

    @Slot()
    def ask_to_save(self) -> None:
        """Ask under which name the project is to be saved."""
        dialog = QFileDialog(self, "Save project as")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter(_KIND.filter)
        dialog.setDefaultSuffix(_KIND.endings[0].removeprefix("."))
        dialog.selectFile(
            str(self._project.path or Path(f"{self._project.title}{_KIND.endings[0]}"))
        )
        dialog.fileSelected.connect(self._save)
        dialog.open()

    @Slot(str)
    def _save(self, path: str) -> None:
        if path:
            self._project.save_as(path)

    @Slot()
    def _draw(self) -> None:
        name = "busy" if self._project.task.words else "folder"
        self.setIcon(icon(name, self._appearance.theme))
