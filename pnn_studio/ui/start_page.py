"""What the Layout tab shows before there are data: the data sets that ship, and one's own."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from pnn_studio.ui.controls import describe, label
from pnn_studio.ui.studio import Studio
from pnn_studio.ui.theme import Appearance

_CARDS = (
    (
        "iris",
        "Iris",
        "4 inputs, 3 classes",
        "Three species told apart by their petals. The quick one.",
    ),
    (
        "balance-scale",
        "Balance scale",
        "4 inputs, 3 classes",
        "Weights and distances of a scale: which way does it tip?",
    ),
    (
        "",
        "Bring your own CSV",
        "one row a sample, one column the class",
        "Scaling and split are proposed. Values end up as 0…1 V.",
    ),
)


class _Card(QPushButton):
    """An example to start from."""

    def __init__(self, title: str, facts: str, words: str) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFixedHeight(132)
        self.setMinimumWidth(168)
        self.setMaximumWidth(256)
        describe(self, f"{title}: {facts}", words)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(6)
        lines = (label(title, "title"), label(facts, "caption"), label(words, "label"))
        for line in lines:
            line.setWordWrap(True)
            line.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            column.addWidget(line)
        column.addStretch()


class StartPage(QWidget):
    """Three ways to begin, each one click."""

    wants_file = Signal()

    def __init__(self, studio: Studio, appearance: Appearance) -> None:
        super().__init__()
        self._studio = studio
        row = QHBoxLayout()
        row.setSpacing(16)
        for source, title, facts, words in _CARDS:
            card = _Card(title, facts, words)
            card.setObjectName(f"start-{source or 'file'}")
            card.clicked.connect(self._choose)
            row.addWidget(card, 1)
        row.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(40, 48, 40, 24)
        column.setSpacing(8)
        column.addWidget(label("Design a printed analog neural network", "start"))
        intro = label(
            "Pick an example or your own data. Everything after this can be undone.", "label"
        )
        intro.setWordWrap(True)
        column.addWidget(intro)
        column.addSpacing(20)
        column.addLayout(row)
        column.addStretch()

    @Slot()
    def _choose(self) -> None:
        source = self.sender().objectName().removeprefix("start-")
        if source == "file":
            self.wants_file.emit()
        else:
            self._studio.load_data(source)
