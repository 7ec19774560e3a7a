"""The inspector at the right: what is selected, its values, and what can be done next."""

from PySide6.QtCore import QElapsedTimer, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QPushButton, QScrollArea, QVBoxLayout, QWidget

from pnn_studio.app.inspector.results import inspect
from pnn_studio.app.inspector.sheet import EMPTY, Step
from pnn_studio.app.session.selection import DesignItem, Item
from pnn_studio.ui.controllers.studio import Studio
from pnn_studio.ui.inspector.sheet_view import SheetView
from pnn_studio.ui.widgets.controls import describe
from pnn_studio.ui.widgets.theme import Appearance

WIDTH, LEAST_WIDTH = 296, 248
_STEPS = 3
_SOON_MS, _LATER_MS = 20, 66
_DRAGGED_MS = 160  # as often as figures can be read while the slider moves


class Inspector(QScrollArea):
    """Shows the selected item; without one, the design where the Trade-off tab is shown.

    Notes
    -----
    Signal `asked` (Step) for one of its buttons, or a row that does more than select.
    """

    asked = Signal(object)

    def __init__(self, studio: Studio, appearance: Appearance) -> None:
        super().__init__()
        self._studio = studio
        self._default: Item | None = None
        self._steps: tuple[Step, ...] = EMPTY.steps
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setProperty("ground", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMinimumWidth(LEAST_WIDTH)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.view = SheetView(appearance)
        self.buttons = [QPushButton() for _ in range(_STEPS)]
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 12)
        column.setSpacing(0)
        column.addWidget(self.view)
        row = QVBoxLayout()
        row.setContentsMargins(16, 4, 16, 0)
        row.setSpacing(8)
        for button in self.buttons:
            button.setProperty("kind", "outline")
            button.clicked.connect(self._ask)
            row.addWidget(button)
        column.addLayout(row)
        column.addStretch()
        self.setWidget(inside)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(_LATER_MS)
        self._later.timeout.connect(self.refresh)
        self._since = QElapsedTimer()  # it was refreshed
        self._since.start()
        self.view.chosen.connect(self._select)
        self.view.asked.connect(self.asked)
        self.view.pointed.connect(studio.hint)
        studio.selection.changed.connect(self.refresh)
        studio.changed.connect(self._take_change)
        studio.sample_changed.connect(self.refresh)
        self.refresh()

    def set_default(self, item: Item | None) -> None:
        """Show this where nothing is selected."""
        self._default = item
        self.refresh()

    @Slot(object)
    def _select(self, item: Item) -> None:
        self._studio.selection.select(item)

    @Slot()
    def _ask(self) -> None:
        index = self.buttons.index(self.sender())  # type: ignore[arg-type]
        if index < len(self._steps):
            self.asked.emit(self._steps[index])

    @Slot(str)
    def _take_change(self, change: str) -> None:
        # A little after the canvases, so that no turn of the event loop paints everything.
        if change == "verification":
            self.refresh()
        elif not self._later.isActive():
            waits = _SOON_MS if change == "settings" else _LATER_MS
            self._later.start(max(waits, _DRAGGED_MS - self._since.elapsed()))

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what happened while it was hidden."""
        super().showEvent(event)
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        """Show what is known now; nothing while hidden."""
        if not self.isVisible():
            return
        self._since.restart()
        session, sample = self._studio.session, self._studio.sample
        item, technology = self._studio.selection.item, session.technology
        sheet = inspect(session, item or self._default, sample, technology)
        if not sheet.kicker and self._default is not None and not isinstance(item, DesignItem):
            sheet = inspect(session, self._default, sample, technology)
        self.view.show_sheet(sheet)
        self._steps = sheet.steps[:_STEPS]
        for index, button in enumerate(self.buttons):
            button.setVisible(index < len(self._steps))
            if index < len(self._steps):
                button.setText(self._steps[index].text)
                describe(button, self._steps[index].text)
