"""The one place where the window tells of failures: a bar under the alpha bar, never a dialog."""

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton

from pnn_studio.app.messages import Message
from pnn_studio.ui.controls import IconButton, describe, label, restyle
from pnn_studio.ui.icons import icon
from pnn_studio.ui.studio import Studio
from pnn_studio.ui.theme import Appearance


class MessageBar(QFrame):
    """Shows the latest message until it is closed or the next command succeeds."""

    def __init__(self, studio: Studio, appearance: Appearance) -> None:
        super().__init__()
        self._appearance = appearance
        self._message: Message | None = None
        self.setProperty("bar", "error")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._icon = QLabel()
        self.text = label()
        self.text.setWordWrap(True)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._copy = QPushButton("Copy details")
        self._copy.setProperty("kind", "outline")
        describe(self._copy, "Copy details", "Copy the message and its details for a report")
        self._close = IconButton(appearance, "close", "icon")
        describe(self._close, "Close this message")
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 8, 12, 8)
        row.setSpacing(10)
        row.addWidget(self._icon)
        row.addWidget(self.text, 1)
        row.addWidget(self._copy)
        row.addWidget(self._close)
        self._copy.clicked.connect(self._copy_details)
        self._close.clicked.connect(self.hide)
        studio.message.connect(self.show_message)
        appearance.changed.connect(self._draw)
        self.hide()

    @Slot(object)
    def show_message(self, message: Message | None) -> None:
        """Show a message; None takes the bar away."""
        self._message = message
        self.setVisible(message is not None)
        if message is not None:
            self.text.setText(message.text)
            self.setAccessibleName(message.text)
            self._copy.setVisible(bool(message.details))
            restyle(self, bar=message.tone)
            self._draw()

    @Slot()
    def _draw(self) -> None:
        if self._message is not None:
            name, role = ("warn", "error") if self._message.tone == "error" else ("info", "accent")
            made = icon(name, self._appearance.theme, role)
            self._icon.setPixmap(made.pixmap(QSize(16, 16), self.devicePixelRatio()))

    @Slot()
    def _copy_details(self) -> None:
        if self._message is not None:
            text = f"{self._message.text}\n\n{self._message.details}"
            QGuiApplication.clipboard().setText(text)
