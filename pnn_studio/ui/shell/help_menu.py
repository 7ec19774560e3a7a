"""The Help menu of the toolbar: shortcuts, the tour, and the colours."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QToolButton

from pnn_studio.ui.widgets.controls import IconButton, describe
from pnn_studio.ui.widgets.theme import COLOUR_WORDS, Appearance


class HelpButton(IconButton):
    """Opens the Help menu.

    Notes
    -----
    Signals: `wants_shortcuts`, `wants_tour`.
    """

    wants_shortcuts = Signal()
    wants_tour = Signal()

    def __init__(self, appearance: Appearance) -> None:
        super().__init__(appearance, "help", "icon")
        self._look = appearance
        self.setFixedSize(32, 32)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        describe(self, "Help", "Help: shortcuts, the tour, light and dark")
        menu = QMenu(self)
        menu.addAction("Keyboard shortcuts (F1)").triggered.connect(self.wants_shortcuts)
        menu.addAction("Show the tour").triggered.connect(self.wants_tour)
        colours = menu.addMenu("Colours")
        self._group = QActionGroup(self)
        for choice, words in COLOUR_WORDS.items():
            action = QAction(words.capitalize(), self._group)
            action.setCheckable(True)
            action.setData(choice)
            colours.addAction(action)
        self._group.triggered.connect(self._choose)
        self.setMenu(menu)
        menu.aboutToShow.connect(self._check)

    @Slot(QAction)
    def _choose(self, action: QAction) -> None:
        self._look.choose(action.data())

    @Slot()
    def _check(self) -> None:
        for action in self._group.actions():
            action.setChecked(action.data() == self._look.choice)
