"""The commands of the window as data; menus, toolbar and shortcuts are made from this one table."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction, QKeySequence

from pnn_studio.ui.controllers.studio import Studio
from pnn_studio.ui.widgets.icons import icon
from pnn_studio.ui.widgets.theme import Appearance


@dataclass(frozen=True)
class Command:
    """What a person can do.

    Attributes
    ----------
    id : str
        Name in code.
    text, tip : str
        What it is called and what it does.
    shortcuts : tuple of str
        Key sequences, the first one is shown.
    icon : str
        Name in `icons`.
    enabled : callable
        Whether it can be done now.
    run : callable
        Does it.
    """

    id: str
    text: str
    tip: str
    shortcuts: tuple[str, ...]
    icon: str
    enabled: Callable[[Studio], bool]
    run: Callable[[Studio], None]


COMMANDS: tuple[Command, ...] = (
    Command(
        "undo", "Undo", "Take the last edit back", ("Ctrl+Z",), "undo",
        lambda studio: studio.session.can_undo, Studio.undo,
    ),
    Command(
        "redo", "Redo", "Do the edit again that was taken back", ("Ctrl+Shift+Z", "Ctrl+Y"), "redo",
        lambda studio: studio.session.can_redo, Studio.redo,
    ),
    Command(
        "train", "Train", "Train a design for every alpha and seed", ("Ctrl+T",), "play",
        lambda studio: studio.session.layout is not None, Studio.train,
    ),
    Command(
        "pause", "Pause", "Pause the training after its epoch, or go on", ("Ctrl+P",), "pause",
        lambda studio: studio.session.is_training, Studio.toggle_pause,
    ),
    Command(
        "stop", "Stop", "End the training and keep what is trained", ("Ctrl+.",), "stop",
        lambda studio: studio.is_training, Studio.stop,
    ),
    Command(
        "check", "Check with ngspice", "Simulate this design over the test split in ngspice",
        ("F7",), "check",
        lambda studio: studio.session.design is not None and not studio.is_checking, Studio.check,
    ),
    Command(
        "check-front", "Check the front",
        "Simulate the best designs of every α in ngspice, and find the most frugal good one",
        ("Shift+F7",), "check", lambda studio: studio.checks.front.can_check,
        lambda studio: studio.checks.front.check(),
    ),
)  # fmt: skip


class CommandAction(QAction):
    """A command as an action that enables itself and follows the theme."""

    def __init__(
        self, command: Command, studio: Studio, appearance: Appearance, parent: QObject
    ) -> None:
        super().__init__(command.text, parent)
        self._command, self._studio, self._appearance = command, studio, appearance
        self._icon = command.icon
        self.setObjectName(command.id)
        self.setShortcuts([QKeySequence(keys) for keys in command.shortcuts])
        self.setToolTip(f"{command.tip} ({command.shortcuts[0]})")
        self.triggered.connect(self._run)
        studio.changed.connect(self._refresh)
        studio.activity.connect(self._refresh)
        appearance.changed.connect(self._draw)
        self._draw()
        self._refresh()

    @Slot()
    def _run(self) -> None:
        self._command.run(self._studio)

    @Slot()
    @Slot(str)
    def _refresh(self, change: str = "") -> None:
        if change != "records":
            self.setEnabled(self._command.enabled(self._studio))

    def set_icon(self, name: str) -> None:
        """Show another icon."""
        if name != self._icon:
            self._icon = name
            self._draw()

    @Slot()
    def _draw(self) -> None:
        role = "text"
        if self._command.id == "train":
            role = "on_accent" if self._icon == self._command.icon else "accent"
        self.setIcon(icon(self._icon, self._appearance.theme, role))


def make_actions(
    studio: Studio, appearance: Appearance, parent: QObject
) -> Mapping[str, CommandAction]:
    """Make the action of every command, by its name."""
    return {command.id: CommandAction(command, studio, appearance, parent) for command in COMMANDS}
