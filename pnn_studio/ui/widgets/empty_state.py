"""What an empty tab says: one line on what to do next."""

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from pnn_studio.ui.widgets.controls import label
from pnn_studio.ui.widgets.icons import icon
from pnn_studio.ui.widgets.theme import Appearance


class EmptyState(QWidget):
    """An icon and a line in the middle of nothing."""

    def __init__(self, appearance: Appearance, text: str) -> None:
        super().__init__()
        self._appearance = appearance
        self._icon = QLabel()
        self._icon.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.text = label(text, "label")
        self.text.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.text.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(8)
        column.addStretch()
        column.addWidget(self._icon)
        column.addWidget(self.text)
        column.addStretch()
        appearance.changed.connect(self._draw)
        self._draw()

    @Slot()
    def _draw(self) -> None:
        made = icon("info", self._appearance.theme, "text2")
        self._icon.setPixmap(made.pixmap(QSize(16, 16), self.devicePixelRatio()))
