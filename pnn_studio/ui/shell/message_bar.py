"""The one place where the window tells of failures: a bar under the alpha bar, never a dialog."""

import platform

from PySide6.QtCore import QSize, QSysInfo, Qt, Signal, Slot, qVersion
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton

from pnn_studio.app.session.messages import Message
from pnn_studio.ui.controllers.studio import Studio
from pnn_studio.ui.widgets.controls import IconButton, describe, label, restyle
from pnn_studio.ui.widgets.icons import icon
from pnn_studio.ui.widgets.theme import Appearance

_MOST_REMEDIES = 3


class MessageBar(QFrame):
    """Shows the latest message until it is closed or the next command succeeds.

    Notes
    -----
    Signal `wanted` (`Remedy`) where what helps needs more of the window than this bar.
    """

    wanted = Signal(object)

    def __init__(self, studio: Studio, appearance: Appearance) -> None:
        super().__init__()
        self._studio, self._appearance = studio, appearance
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
        self.remedies = [QPushButton() for _ in range(_MOST_REMEDIES)]
        for number, button in enumerate(self.remedies):
            button.setProperty("kind", "outline")
            button.setObjectName(str(number))
            button.clicked.connect(self._help)
            row.addWidget(button)
        row.addWidget(self._copy)
        row.addWidget(self._close)
        self._copy.clicked.connect(self._copy_details)
        self._close.clicked.connect(self.hide)
        studio.message.connect(self.show_message)
        studio.recalled.connect(self._recall)
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
            self._copy.setVisible(bool(message.details) or message.tone == "error")
            for number, button in enumerate(self.remedies):
                button.setVisible(number < len(message.remedies))
                if number < len(message.remedies):
                    button.setText(message.remedies[number].text)
                    describe(button, message.remedies[number].text)
            restyle(self, bar=message.tone)
            self._draw()

    @Slot(object)
    def _recall(self, message: Message) -> None:
        if message is self._message:
            self.show_message(None)

    @Slot()
    def _help(self) -> None:
        """Do what the button offers."""
        message, number = self._message, int(self.sender().objectName())
        if message is None or number >= len(message.remedies):
            return
        remedy = message.remedies[number]
        if remedy.do in ("retry", "resume", "edit", "show"):
            self.show_message(None)
            self._studio.remedy(remedy)
        else:
            self.wanted.emit(remedy)

    @Slot()
    def _draw(self) -> None:
        if self._message is not None:
            name, role = ("warn", "error") if self._message.tone == "error" else ("info", "accent")
            made = icon(name, self._appearance.theme, role)
            self._icon.setPixmap(made.pixmap(QSize(16, 16), self.devicePixelRatio()))

    @Slot()
    def _copy_details(self) -> None:
        if self._message is None:
            return
        # takes longer to load than this module and is wanted after a failure
        from pnn_studio.domain.provenance import program_version

        system = (
            f"pnn-studio {program_version()}, Qt {qVersion()}, Python "
            f"{platform.python_version()}, {QSysInfo.prettyProductName()}"
        )
        parts = (self._message.text, self._message.details, system)
        QGuiApplication.clipboard().setText("\n\n".join(filter(None, parts)))
