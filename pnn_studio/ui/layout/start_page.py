"""What the Layout tab shows before there are data: examples, recent projects, own data."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from pnn_studio.app.analysis.example import EXAMPLES
from pnn_studio.domain.dataset import SHIPPED_DATASETS
from pnn_studio.ui.controllers.example import ExampleRunner
from pnn_studio.ui.controllers.studio import Studio
from pnn_studio.ui.layout.recent_list import RecentList
from pnn_studio.ui.widgets.controls import describe, label
from pnn_studio.ui.widgets.theme import Appearance

_WIDEST = 960  # px, beyond which lines are too long


class _Card(QPushButton):
    """An example to start from."""

    def __init__(self, title: str, facts: str, words: str, does: str) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFixedHeight(156)
        self.setMinimumWidth(160)
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


class StartPage(QScrollArea):
    """Three examples, each one click to a trained and checked design; recent projects; other data.

    Notes
    -----
    Signal `wants_file` for data of one's own.
    """

    wants_file = Signal()

    def __init__(self, studio: Studio, appearance: Appearance) -> None:
        super().__init__()
        self._studio = studio
        self.runner = ExampleRunner(studio, self)
        self.recent = RecentList(studio.project, appearance)
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        cards = QHBoxLayout()
        cards.setSpacing(16)
        for place, example in enumerate(EXAMPLES):
            card = _Card(example.title, example.facts, example.words, "Train and check")
            card.setObjectName(f"example-{place}")
            card.clicked.connect(self._start)
            cards.addWidget(card, 1)
        inside = QWidget()
        inside.setMaximumWidth(_WIDEST)
        column = QVBoxLayout(inside)
        column.setContentsMargins(32, 28, 32, 24)
        column.setSpacing(8)
        column.addWidget(label("Design a printed analog neural network", "start"))
        intro = label(
            "Pick an example or your own data. Everything after this can be undone.", "label"
        )
        intro.setWordWrap(True)
        column.addWidget(intro)
        column.addSpacing(8)
        column.addLayout(cards)
        column.addSpacing(16)
        below = QHBoxLayout()
        below.setSpacing(32)
        below.addLayout(_titled("Recent projects", self.recent), 1)
        links = QWidget()
        links.setLayout(self._make_links())
        below.addLayout(_titled("Only load data, and draw the layout yourself", links))
        column.addLayout(below)
        column.addStretch()
        whole = QWidget()
        row = QHBoxLayout(whole)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(inside, 1)
        self.setWidget(whole)

    def _make_links(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(8)
        entries = [*SHIPPED_DATASETS.items(), ("file", "Your own file…")]
        for place, (source, title) in enumerate(entries):
            link = QPushButton(title)
            link.setObjectName(f"start-{source}")
            link.setProperty("kind", "outline")
            link.setCursor(Qt.CursorShape.PointingHandCursor)
            describe(link, f"Load {title}", "A CSV, ARFF, XLSX or ODS file; it can be dropped here"
                     if source == "file" else f"Load the data set {title}")  # fmt: skip
            link.clicked.connect(self._choose)
            grid.addWidget(link, place // 2, place % 2)
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


def _titled(title: str, widget: QWidget) -> QVBoxLayout:
    column = QVBoxLayout()
    column.setSpacing(8)
    column.addWidget(label(title, "heading"))
    column.addWidget(widget)
    column.addStretch()
    return column
