"""The Help menu of the toolbar: shortcuts, the tour, and the colours."""

from PySide6.QtCore import Slot
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu, QToolButton

from pnn_studio.ui.shell.actions import Actions
from pnn_studio.ui.widgets.controls import IconButton, describe
from pnn_studio.ui.widgets.theme import Appearance


class HelpButton(IconButton):
    """Opens the Help menu, made of commands."""

    def __init__(self, appearance: Appearance, actions: Actions) -> None:
        super().__init__(appearance, "help", "icon")
        self._look = appearance
        self.setFixedSize(32, 32)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        describe(self, "Help", "Help: shortcuts, the tour, light and dark")
        menu = QMenu(self)
        menu.addAction(actions["shortcuts"])
        menu.addAction(actions["tour"])
        colours = menu.addMenu("Colours")
        self._group = QActionGroup(self)
        for action in actions.of_menu("Colours"):
            action.setCheckable(True)
            self._group.addAction(action)
            colours.addAction(action)
        self.setMenu(menu)
        menu.aboutToShow.connect(self._check)

    @Slot()
    def _check(self) -> None:
        for action in self._group.actions():
            action.setChecked(action.objectName() == f"colours-{self._look.choice}")
