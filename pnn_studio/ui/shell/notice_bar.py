"""Questions and facts about the project, in a bar that stays until they are answered or closed."""

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton

from pnn_studio.ui.controllers.project import Notice, ProjectController
from pnn_studio.ui.widgets.controls import IconButton, describe, label, restyle
from pnn_studio.ui.widgets.icons import icon
from pnn_studio.ui.widgets.theme import Appearance

_MOST_ANSWERS = 2


class NoticeBar(QFrame):
    """Shows the most urgent notice of the project."""

    def __init__(self, project: ProjectController, appearance: Appearance) -> None:
        super().__init__()
        self._project, self._appearance = project, appearance
        self._notice: Notice | None = None
        self.setProperty("bar", "note")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._icon = QLabel()
        self.text = label()
        self.text.setWordWrap(True)
        self.text.setTextFormat(Qt.TextFormat.PlainText)
        self.answers = [QPushButton() for _ in range(_MOST_ANSWERS)]
        self._close = IconButton(appearance, "close", "icon")
        describe(self._close, "Close this notice")
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 8, 12, 8)
        row.setSpacing(10)
        row.addWidget(self._icon)
        row.addWidget(self.text, 1)
        for number, button in enumerate(self.answers):
            button.setProperty("kind", "outline")
            button.setObjectName(str(number))
            button.clicked.connect(self._answer)
            row.addWidget(button)
        row.addWidget(self._close)
        self._close.clicked.connect(self._dismiss)
        project.changed.connect(self._refresh)
        appearance.changed.connect(self._draw)
        self._refresh()

    @Slot()
    def _refresh(self) -> None:
        notice = next(iter(self._project.notices), None)
        self.setVisible(notice is not None)
        if notice is self._notice or notice is None:
            self._notice = notice
            return
        self._notice = notice
        self.text.setText(notice.text)
        self.setAccessibleName(notice.text)
        for number, button in enumerate(self.answers):
            button.setVisible(number < len(notice.answers))
            if number < len(notice.answers):
                button.setText(notice.answers[number].text)
                describe(button, notice.answers[number].text)
        restyle(self, bar=notice.tone)
        self._draw()

    @Slot()
    def _answer(self) -> None:
        notice, number = self._notice, int(self.sender().objectName())
        if notice is not None and number < len(notice.answers):
            self._project.dismiss(notice)
            notice.answers[number].run()

    @Slot()
    def _dismiss(self) -> None:
        if self._notice is not None:
            self._project.dismiss(self._notice)

    @Slot()
    def _draw(self) -> None:
        if self._notice is not None:
            name, role = ("warn", "error") if self._notice.tone == "error" else ("info", "accent")
            made = icon(name, self._appearance.theme, role)
            self._icon.setPixmap(made.pixmap(QSize(16, 16), self.devicePixelRatio()))
