"""The line of the Check tab over a design of the ideal model: what is wrong, and what helps."""

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton

from pnn_studio.app.session import history
from pnn_studio.ui.controllers.studio import Studio
from pnn_studio.ui.widgets.controls import describe, label
from pnn_studio.ui.widgets.icons import icon
from pnn_studio.ui.widgets.theme import Appearance

_WHAT_IS_WRONG = "The ideal model leaves out loads and misses curves, so ngspice differs."
_WHY = (
    "Its circuits are ideal voltage sources, which no load pulls down, and a tanh stands for their "
    "curves"
)


class IdealLine(QFrame):
    """Says why ngspice differs from an ideal design, and trains the same with loaded."""

    def __init__(self, studio: Studio, appearance: Appearance) -> None:
        super().__init__()
        self._studio, self._appearance = studio, appearance
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("edge", "bottom")
        self._icon = QLabel()
        self.words = label(_WHAT_IS_WRONG, "label")
        self.words.setWordWrap(True)
        self.words.setToolTip(_WHY)
        self.train = QPushButton("Train the same with loaded")
        self.train.setProperty("kind", "outline")
        describe(
            self.train,
            "Train the same with loaded",
            "Choose what this run was started with, and the loaded model, and train that",
        )
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 6, 16, 6)
        row.setSpacing(8)
        row.addWidget(self._icon)
        row.addWidget(self.words, 1)
        row.addWidget(self.train)
        self.train.clicked.connect(self._train)
        appearance.changed.connect(self._draw)
        self._draw()
        self.hide()

    def refresh(self) -> None:
        """Show it over an ideal design, with the button where a loaded one can be trained."""
        session = self._studio.session
        design = session.design
        self.setVisible(design is not None and design.model == "ideal")
        self.train.setVisible(history.again_loaded(session) is not None)

    @Slot()
    def _train(self) -> None:
        session = self._studio.session
        chosen = history.again_loaded(session)
        if chosen is None:
            return
        self._studio.edit(chosen)
        if session.recipe == chosen.recipe:  # else it was refused, and the window says why
            self._studio.train()

    @Slot()
    def _draw(self) -> None:
        made = icon("warn", self._appearance.theme, "warn")
        self._icon.setPixmap(made.pixmap(QSize(16, 16), self.devicePixelRatio()))
