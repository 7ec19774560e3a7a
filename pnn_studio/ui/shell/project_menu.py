"""The Project menu of the toolbar: new, open, recent ones, save as, revert, quit."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from pnn_studio.domain.formats import IMPORTS
from pnn_studio.errors import one_line
from pnn_studio.ui.controllers.files import FileController
from pnn_studio.ui.controllers.project import ProjectController
from pnn_studio.ui.widgets.controls import describe, plain_tip
from pnn_studio.ui.widgets.icons import icon
from pnn_studio.ui.widgets.menu_button import MenuButton
from pnn_studio.ui.widgets.theme import Appearance

_KIND = IMPORTS["project"]


def ask_to_open(parent: QWidget, project: ProjectController) -> None:
    """Ask which project is to be opened."""
    dialog = QFileDialog(parent, "Open project")
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.setNameFilter(_KIND.filter)
    project.folders.begin(dialog, _KIND.id)
    dialog.fileSelected.connect(lambda path: project.open_file(path) if path else None)
    dialog.open()


def ask_to_save(parent: QWidget, project: ProjectController) -> None:
    """Ask under which name the project is to be saved."""
    dialog = QFileDialog(parent, "Save project as")
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setNameFilter(_KIND.filter)
    dialog.setDefaultSuffix(_KIND.endings[0].removeprefix("."))
    project.folders.begin(dialog, _KIND.id)
    dialog.selectFile(str(project.path or Path(f"{project.title}{_KIND.endings[0]}")))
    dialog.fileSelected.connect(lambda path: project.save_as(path) if path else None)
    dialog.open()


def ask_to_add(parent: QWidget, files: FileController) -> None:
    """Ask which design or sweep is to be added to the project."""
    dialog = QFileDialog(parent, "Open design or sweep")
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    kinds = IMPORTS["design"].endings + IMPORTS["sweep"].endings
    dialog.setNameFilter(f"Designs and sweeps ({' '.join(f'*{each}' for each in kinds)})")
    files.folders.begin(dialog, "trained")
    files.folders.begin(dialog, IMPORTS["design"].id)
    dialog.fileSelected.connect(lambda path: files.open_trained(path) if path else None)
    dialog.open()


def ask_for_study(parent: QWidget, files: FileController) -> None:
    """Ask for the folder of a study, whose sweeps are to be added to the project."""
    dialog = QFileDialog(parent, "Open study")
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    files.folders.begin(dialog, "study")
    dialog.fileSelected.connect(lambda path: files.open_study(path) if path else None)
    dialog.open()


def ask_to_predict(parent: QWidget, files: FileController) -> None:
    """Ask for the table whose rows are to be classified."""
    dialog = QFileDialog(parent, "Predict new rows")
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.setNameFilter(IMPORTS["data"].filter)
    files.folders.begin(dialog, "new rows")
    files.folders.begin(dialog, "rows")
    dialog.fileSelected.connect(lambda path: files.predict(path) if path else None)
    dialog.open()


class ProjectButton(MenuButton):
    """Opens the Project menu, made of the commands of that menu."""

    def __init__(
        self, project: ProjectController, appearance: Appearance, actions: Sequence[QAction]
    ) -> None:
        super().__init__("Project")
        self._project, self._appearance = project, appearance
        describe(
            self, "Project", "Open projects and save them under a name; changes save themselves"
        )
        self.recent = QMenu("Open recent", self.menu_)
        for action in actions:
            if action.objectName() in ("project-add", "project-save-as", "project-quit"):
                self.menu_.addSeparator()
            self.menu_.addAction(action)
            if action.objectName() == "project-open":
                self.menu_.addMenu(self.recent)
        self.menu_.aboutToShow.connect(self._list_recent)
        project.task.changed.connect(self._draw)
        appearance.changed.connect(self._draw)
        self._draw()

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
    def _draw(self) -> None:
        name = "busy" if self._project.task.words else "folder"
        self.setIcon(icon(name, self._appearance.theme))
