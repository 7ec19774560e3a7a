"""The problems of an import: each shows its cell, and goes by a click where that helps."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from pnn_studio.app.session import import_edits
from pnn_studio.domain.importing import Help, ImportOptions, Problem
from pnn_studio.domain.units import count_of
from pnn_studio.errors import one_line
from pnn_studio.ui.panel.import_tables import problem_icon
from pnn_studio.ui.widgets.controls import describe, label, plain_tip
from pnn_studio.ui.widgets.theme import Appearance

_MOST_HELPS = 4
_SHOWN = 500  # more problems than that are told with their number
_NONE = "None: the file can be imported as it is."


class ProblemsView(QWidget):
    """A list of problems, and buttons for what helps with the current one.

    Notes
    -----
    Signals: `gone_to` (Problem or None) when another one is current, `helped` (Problem, Help) when
    something is to be done about it.
    """

    gone_to = Signal(object)
    helped = Signal(object, str)

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self._appearance = appearance
        self._problems: tuple[Problem, ...] = ()
        self._options = ImportOptions()
        self._offered: tuple[Help, ...] = ()
        self.list = QListWidget()
        self.list.setWordWrap(True)
        self.list.setProperty("kind", "problems")
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setIconSize(QSize(16, 16))
        self.list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        describe(self.list, "Problems", "What stands in the way, and what can be done")
        self.count = label("", "label")
        self.buttons = [QPushButton() for _ in range(_MOST_HELPS)]
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.count)
        for number, button in enumerate(self.buttons):
            button.setProperty("kind", "outline")
            button.setObjectName(str(number))
            button.setAutoDefault(False)  # Return imports
            button.clicked.connect(self._help)
            row.addWidget(button)
        row.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.list, 1)
        column.addLayout(row)
        self.list.currentRowChanged.connect(self._take_current)
        appearance.changed.connect(self._draw)
        self._take_current(-1)

    @property
    def current(self) -> Problem | None:
        """The problem that is pointed out."""
        row = self.list.currentRow()
        return self._problems[row] if 0 <= row < len(self._problems) else None

    def show_problems(self, problems: Sequence[Problem], options: ImportOptions) -> None:
        """Show these; the first that stands in the way is current."""
        self._problems, self._options = tuple(problems[:_SHOWN]), options
        blocked = self.list.blockSignals(True)
        self.list.clear()
        for problem in self._problems:
            item = QListWidgetItem(one_line(import_edits.told(problem)))
            item.setToolTip(plain_tip(item.text()))
            self.list.addItem(item)
        more = len(problems) - len(self._problems)
        if more > 0 or not problems:
            self.list.addItem(f"… and {more} problems more" if problems else _NONE)
        first = next((row for row, each in enumerate(self._problems) if each.blocking), 0)
        self.list.setCurrentRow(first if self._problems else -1)
        self.list.blockSignals(blocked)
        self._draw()
        self._take_current(self.list.currentRow())

    def go_to(self, problem: Problem) -> None:
        """Make a problem the current one."""
        if problem in self._problems:
            self.list.setCurrentRow(self._problems.index(problem))

    @Slot()
    def _draw(self) -> None:
        for row, problem in enumerate(self._problems):
            self.list.item(row).setIcon(problem_icon(problem, self._appearance))

    @Slot(int)
    def _take_current(self, _row: int) -> None:
        problem = self.current
        self._offered = import_edits.helps_for(problem, self._options) if problem else ()
        self.count.setVisible(bool(problem and problem.line))
        if problem is not None:
            self.count.setText(f"{count_of(problem.rows, 'row')}:")
        for number, button in enumerate(self.buttons):
            button.setVisible(number < len(self._offered))
            if number < len(self._offered):
                text, tip = import_edits.HELPS[self._offered[number]]
                button.setText(text)
                describe(button, text, tip)
        self.gone_to.emit(problem)

    @Slot()
    def _help(self) -> None:
        number, problem = int(self.sender().objectName()), self.current
        if problem is not None and number < len(self._offered):
            self.list.setFocus()  # the button goes; Return is to import, not to cancel
            self.helped.emit(problem, self._offered[number])
