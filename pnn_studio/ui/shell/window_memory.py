"""What the window remembers from one start to the next: where it was, its parts, its colours."""

from pathlib import Path

from PySide6.QtCore import QRect, QSettings, QSize
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QStyle, QWidget

from pnn_studio.ui.shell.arrangement import (
    Arrangement,
    Rectangle,
    centred,
    on_a_screen,
    read_arrangement,
    read_rectangle,
    under_title,
)
from pnn_studio.ui.shell.workbench import Workbench
from pnn_studio.ui.widgets.theme import COLOUR_WORDS, Colours

_PLACE, _MAXIMIZED, _TAB = "window/place", "window/maximized", "tabs/{}"
_COLOURS, _TOUR, _SIMULATOR, _FOLDERS = "colours", "tour-seen", "simulator", "folders"
_EXPORTS, _CLUSTER = "exports", "cluster"


def _rectangle(rect: QRect) -> Rectangle:
    return Rectangle(rect.x(), rect.y(), rect.width(), rect.height())


class WindowMemory:
    """A settings file; what is missing or unreadable in it is as it is at the first start.

    Parameters
    ----------
    path : Path
        The file; a folder that cannot be written to is no failure, nothing is remembered then.
    """

    def __init__(self, path: Path) -> None:
        self._settings = QSettings(str(path), QSettings.Format.IniFormat)

    def _text(self, key: str) -> str:
        value = self._settings.value(key, "")
        return value if isinstance(value, str) else ""

    def restore(self, window: QWidget, bench: Workbench) -> None:
        """Put window and parts where they were, within the screens that there are."""
        place = read_rectangle(self._text(_PLACE))
        main = QGuiApplication.primaryScreen()
        # no window manager says how high a title bar is before it has drawn one
        title = window.style().pixelMetric(QStyle.PixelMetric.PM_TitleBarHeight)
        screens = [main, *(each for each in QGuiApplication.screens() if each is not main)]
        usable = [under_title(_rectangle(each.availableGeometry()), title) for each in screens]
        least = window.minimumSize()
        window.setMinimumSize(least.boundedTo(QSize(usable[0].width, usable[0].height)))
        if place is None:
            fitted = centred(Rectangle(0, 0, window.width(), window.height()), usable[0])
        else:
            fitted = on_a_screen(place, usable)
        window.setGeometry(QRect(fitted.x, fitted.y, fitted.width, fitted.height))
        if self._text(_MAXIMIZED) == "yes":
            window.setWindowState(window.windowState().WindowMaximized)
        bench.arrange(
            [
                read_arrangement(self._text(_TAB.format(tab)), each)
                for tab, each in enumerate(bench.arrangements)
            ]
        )

    def keep(self, window: QWidget, bench: Workbench) -> None:
        """Note where window and parts are."""
        maximized = window.isMaximized() or window.isFullScreen()
        place = window.normalGeometry() if maximized else window.geometry()
        if place.isValid():
            self._settings.setValue(_PLACE, _rectangle(place).text())
        self._settings.setValue(_MAXIMIZED, "yes" if maximized else "no")
        for tab, each in enumerate(bench.arrangements):
            self._keep_tab(tab, each)
        self._settings.sync()

    def _keep_tab(self, tab: int, arrangement: Arrangement) -> None:
        self._settings.setValue(_TAB.format(tab), arrangement.text())

    @property
    def colours(self) -> Colours:
        """Which colours were chosen."""
        return next((each for each in COLOUR_WORDS if each == self._text(_COLOURS)), "system")

    def keep_colours(self, choice: Colours) -> None:
        """Note which colours are chosen."""
        self._settings.setValue(_COLOURS, choice)
        self._settings.sync()

    @property
    def simulator(self) -> str:
        """The ngspice that was chosen; empty for the one on the PATH."""
        return self._text(_SIMULATOR)

    def keep_simulator(self, path: str) -> None:
        """Note which ngspice is chosen."""
        self._settings.setValue(_SIMULATOR, path)
        self._settings.sync()

    @property
    def cluster(self) -> str:
        """Where trainings are computed; empty for this machine."""
        return self._text(_CLUSTER)

    def keep_cluster(self, address: str) -> None:
        """Note where trainings are computed."""
        self._settings.setValue(_CLUSTER, address)
        self._settings.sync()

    @property
    def exports(self) -> str:
        """What was chosen for exports, as the dialog wrote it."""
        return self._text(_EXPORTS)

    def keep_exports(self, choices: str) -> None:
        """Note what is chosen for exports."""
        self._settings.setValue(_EXPORTS, choices)
        self._settings.sync()

    @property
    def folders(self) -> dict[str, str]:
        """In which folder the last file of each kind was chosen."""
        self._settings.beginGroup(_FOLDERS)
        kinds = self._settings.childKeys()
        self._settings.endGroup()
        return {each: self._text(f"{_FOLDERS}/{each}") for each in kinds}

    def keep_folder(self, kind: str, folder: str) -> None:
        """Note in which folder a file was chosen."""
        self._settings.setValue(f"{_FOLDERS}/{kind}", folder)
        self._settings.sync()

    @property
    def tour_seen(self) -> bool:
        """Whether the tour need not be shown at the start."""
        return self._text(_TOUR) == "yes"

    def keep_tour_seen(self) -> None:
        """Note that the tour is not to be shown again at the start."""
        self._settings.setValue(_TOUR, "yes")
        self._settings.sync()
