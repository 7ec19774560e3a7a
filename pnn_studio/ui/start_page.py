"""What the Layout tab shows before there are data: examples, and one's own data."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from pnn_studio.app.example import EXAMPLES
from pnn_studio.domain.dataset import SHIPPED_DATASETS
from pnn_studio.ui.controls import describe, label
from pnn_studio.ui.example_runner import ExampleRunner
from pnn_studio.ui.studio import Studio
from pnn_studio.ui.theme import Appearance


class _Card(QPushButton):
    """An example to start from."""

    def __init__(self, title: str, facts: str, words: str, does: str) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFixedHeight(156)
        self.setMinimumWidth(160)
        self.setMaximumWidth(264)
        describe(self, f"{title}: {facts}", f"{words} {does}")
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(6)
        lines = [label(title, "title"), label(facts, "caption"), label(words, "label")]
        for line in lines:
            line.setWordWrap(True)
            line.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            column.addWidget(line)
        column.addStretch()
        what = label(does, "heading")
        what.setProperty("tone", "accent")
        what.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        column.addWidget(what)


class StartPage(QWidget):
    """Three examples, each one click to a trained and checked design; other data under them.

    Notes
    -----
    Signal `wants_file` for data of one's own.
    """

    wants_file = Signal()

    def __init__(self, studio: Studio, appearance: Appearance) -> None:
        super().__init__()
        self._studio = studio
        self.runner = ExampleRunner(studio, self)
        cards = QHBoxLayout()
        cards.setSpacing(16)
        for place, example in enumerate(EXAMPLES):
            card = _Card(example.title, example.facts, example.words, "Train and check")
            card.setObjectName(f"example-{place}")
            card.clicked.connect(self._start)
            cards.addWidget(card, 1)
        cards.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(40, 36, 40, 24)
        column.setSpacing(8)
        column.addWidget(label("Design a printed analog neural network", "start"))
        intro = label(
            "Pick an example or your own data. Everything after this can be undone.", "label"
        )
        intro.setWordWrap(True)
        column.addWidget(intro)
        column.addSpacing(16)
        column.addLayout(cards)
        column.addSpacing(16)
        column.addWidget(label("Only load data, and draw the layout yourself", "heading"))
        column.addLayout(self._make_links())
        column.addStretch()

    def _make_links(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setSpacing(8)
        entries = [*SHIPPED_DATASETS.items(), ("file", "Your own CSV file…")]
        for place, (source, title) in enumerate(entries):
            link = QPushButton(title)
            link.setObjectName(f"start-{source}")
            link.setProperty("kind", "outline")
            link.setCursor(Qt.CursorShape.PointingHandCursor)
            describe(link, f"Load {title}", "A header, one row a sample, one column the class"
                     if source == "file" else f"Load the data set {title}")  # fmt: skip
            link.clicked.connect(self._choose)
            grid.addWidget(link, place // 3, place % 3)
        grid.setColumnStretch(3, 1)
        return grid

    @Slot()
    def _start(self) -> None:
        place = int(self.sender().objectName().removeprefix("example-"))
        self.runner.start(EXAMPLES[place])

    @Slot()
    def _choose(self) -> None:
        source = self.sender().objectName().removeprefix("start-")
        if source == "file":
            self.wants_file.emit()
        else:
            self._studio.load_data(source)
