"""What a command of the window is, and the actions that menus, buttons, keys and palette share."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from pnn_studio.ui.shell.parts import Parts
from pnn_studio.ui.widgets.command_palette import PaletteEntry
from pnn_studio.ui.widgets.fields import take_what_is_typed
from pnn_studio.ui.widgets.icons import icon
from pnn_studio.ui.widgets.theme import Appearance


def always(parts: Parts) -> bool:
    """Say that a command can be done at any time."""
    return True


@dataclass(frozen=True)
class Command:
    """What a person can do.

    Attributes
    ----------
    id : str
        Name in code.
    text : str
        What it is called on its button and in its menu.
    tip : str
        What it does.
    keys : tuple of str
        Key sequences that work everywhere in the window; the first one is shown.
    icon : str
        Name in `icons`; empty for none.
    enabled : callable
        Whether it can be done now.
    run : callable or None
        Does it; None where only its keys are told, which a view listens to while it has the focus.
    menu : str
        Menu that lists it; empty for none.
    title : str
        Its name in the palette, where that is another than menu and text.
    told : str
        Keys as they are written, where a part of the window listens to them itself.
    """

    id: str
    text: str
    tip: str = ""
    keys: tuple[str, ...] = ()
    icon: str = ""
    enabled: Callable[[Parts], bool] = always
    run: Callable[[Parts], object] | None = None
    menu: str = ""
    title: str = ""
    told: str = ""

    @property
    def name(self) -> str:
        """Its name in the palette."""
        return self.title or (f"{self.menu}: {self.text}" if self.menu else self.text)


class CommandAction(QAction):
    """A command as an action that follows the theme; it does nothing until it is given the parts.

    Parameters
    ----------
    command : Command
        What it does.
    appearance : Appearance
        Colours its icon.
    parent : QObject
        Owns it.
    """

    def __init__(self, command: Command, appearance: Appearance, parent: QObject) -> None:
        super().__init__(command.text, parent)
        self.command = command
        self.parts: Parts | None = None
        self._appearance, self._icon = appearance, command.icon
        self.setObjectName(command.id)
        self.setShortcuts([QKeySequence(keys) for keys in command.keys])
        # a menu writes the keys beside it
        told = f" ({self.keys})" if self.keys and not command.menu else ""
        self.setToolTip(f"{command.tip or command.name}{told}")
        self.setEnabled(False)
        self.triggered.connect(self.run)
        if command.icon:
            appearance.changed.connect(self._draw)
            self._draw()

    @property
    def keys(self) -> str:
        """Its first keys as they are written."""
        return self.command.told or self.shortcut().toString(QKeySequence.SequenceFormat.NativeText)

    @Slot()
    def run(self) -> None:
        """Do it."""
        if self.parts is not None and self.command.run is not None:
            take_what_is_typed()
            self.command.run(self.parts)

    def set_icon(self, name: str) -> None:
        """Show another icon."""
        if name != self._icon:
            self._icon = name
            self._draw()

    @Slot()
    def _draw(self) -> None:
        role = "text"
        if self.command.id == "train":
            role = "on_accent" if self._icon == self.command.icon else "accent"
        self.setIcon(icon(self._icon, self._appearance.theme, role))


class Actions(QObject):
    """The actions of all commands, by their names.

    Buttons and menus are made of them, and the parts that they act on come after: `serve`.

    Parameters
    ----------
    commands : sequence of Command
        In the order of the palette.
    appearance : Appearance
        Colours icons.
    window : QWidget
        Where their keys work.
    """

    def __init__(
        self, commands: Sequence[Command], appearance: Appearance, window: QWidget
    ) -> None:
        super().__init__(window)
        self._actions = {each.id: CommandAction(each, appearance, self) for each in commands}
        self._parts: Parts | None = None
        # many ask the same, and are enabled together
        self._alike: dict[Callable[[Parts], bool], list[CommandAction]] = {}
        for each in self._actions.values():
            self._alike.setdefault(each.command.enabled, []).append(each)
        window.addActions(list(self._actions.values()))

    def __getitem__(self, name: str) -> CommandAction:
        """Return the action of that name."""
        return self._actions[name]

    def values(self) -> list[CommandAction]:
        """List all."""
        return list(self._actions.values())

    def of_menu(self, menu: str) -> list[CommandAction]:
        """List those of a menu."""
        return [each for each in self._actions.values() if each.command.menu == menu]

    def serve(self, parts: Parts) -> None:
        """Act on these parts from now on."""
        self._parts = parts
        for each in self._actions.values():
            each.parts = parts
        parts.studio.changed.connect(self._refresh)
        parts.studio.activity.connect(self._refresh)
        self._refresh()

    def entries(self) -> list[PaletteEntry]:
        """List what the palette offers now; with its keys it is the list of shortcuts."""
        return [
            PaletteEntry(
                each.command.name,
                each.keys,
                each.run if each.command.run is not None else None,
                self._parts is not None and each.command.enabled(self._parts),
            )
            for each in self._actions.values()
        ]

    @Slot()
    @Slot(str)
    def _refresh(self, change: str = "") -> None:
        if change == "records" or self._parts is None:
            return
        for asked, alike in self._alike.items():
            can = asked(self._parts)
            if can != alike[0].isEnabled():
                for each in alike:
                    each.setEnabled(can)
