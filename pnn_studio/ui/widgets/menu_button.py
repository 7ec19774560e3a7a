"""A button of the toolbar that opens a menu."""

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QMenu, QToolButton


class MenuButton(QToolButton):
    """Words with an arrow and an icon, and the menu that a click opens.

    Parameters
    ----------
    text : str
        Its word.
    """

    def __init__(self, text: str) -> None:
        super().__init__()
        self.setText(f"{text}  ▾")
        self.setProperty("kind", "tool")
        self.setProperty("plain", "true")
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setIconSize(QSize(16, 16))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.menu_ = QMenu(self)
        self.menu_.setToolTipsVisible(True)
        self.menu_.aboutToHide.connect(self._look_for_pointer)
        self.setMenu(self.menu_)

    @Slot()
    def _look_for_pointer(self) -> None:
        # Where a command opens a dialog, Qt never says that the pointer has left: the button
        # would stay hovered for good.
        over = self.rect().contains(self.mapFromGlobal(QCursor.pos()))
        self.setAttribute(Qt.WidgetAttribute.WA_UnderMouse, over)
        self.update()
