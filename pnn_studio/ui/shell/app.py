"""Opens the window: one application, one studio, and an orderly end."""

import gc
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

from PySide6.QtCore import QCoreApplication, QEvent, QTimer
from PySide6.QtWidgets import QApplication

from pnn_studio.app.jobs.ends import INTERRUPTIONS
from pnn_studio.app.project.openable import what_to_open
from pnn_studio.app.project.places import window_settings
from pnn_studio.errors import UsageError
from pnn_studio.ui.controllers.studio import Studio
from pnn_studio.ui.shell.main_window import MainWindow
from pnn_studio.ui.shell.preload import Preload
from pnn_studio.ui.shell.window_memory import WindowMemory
from pnn_studio.ui.widgets import theme as looks
from pnn_studio.ui.widgets.theme import Appearance

# Python handles signals only between its own steps, so it is given one this often.
_SIGNALS_MS = 200


def require_display() -> None:
    """Refuse to start where Qt would abort the process.

    Raises
    ------
    UsageError
        Where there is no display.
    """
    if not sys.platform.startswith("linux"):
        return
    if not any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")):
        raise UsageError(
            "There is no display. Run `pnn-studio demo --out DIR` for a session without a window "
            "(`scripts/run demo --out DIR` in a checkout)."
        )


def make_application(arguments: Sequence[str]) -> QApplication:
    """Make the application in the window's looks."""
    QCoreApplication.setApplicationName("pNN Studio")
    application = QApplication(list(arguments))
    application.setStyle("Fusion")
    application.setFont(looks.font())
    return application


def _let_python_run() -> None:
    """Do nothing: being called is enough for Python to handle signals."""


def open_window(file: Path | None = None, arguments: Sequence[str] = ()) -> int:
    """Show the window until it is closed.

    Parameters
    ----------
    file : Path, optional
        A project to open, or a table to import; that it cannot be is told in the window.
    arguments : sequence of str
        Options for Qt, such as ``-platform``.

    Returns
    -------
    int
        Exit code, 0 where nothing went wrong.

    Raises
    ------
    UsageError
        Where there is no display.
    """
    require_display()
    return run_window(make_application(["pnn-studio", *arguments]), file)


def run_window(application: QApplication, file: Path | None = None) -> int:
    """Show a window of an application until it is closed, and end what belongs to it.

    Parameters
    ----------
    application : QApplication
        As `make_application` makes it; serves one window after the other.
    file : Path, optional
        As for `open_window`.

    Returns
    -------
    int
        Exit code, 0 where nothing went wrong.
    """
    gc.disable()  # what is made now stays; `Preload` enables it
    appearance = Appearance()
    studio = Studio()
    memory = WindowMemory(window_settings())
    window = MainWindow(studio, appearance, memory)

    def close(number: int, frame: FrameType | None) -> None:
        window.close()

    before = {number: signal.signal(number, close) for number in INTERRUPTIONS}
    ticking = QTimer()
    ticking.timeout.connect(_let_python_run)
    ticking.start(_SIGNALS_MS)
    try:
        studio.bridge.start()
        studio.project.start()
        window.show()
        Preload(window)
        if file is not None:
            window.take_files(what_to_open([str(file.absolute())]))
        elif not memory.tour_seen:
            QTimer.singleShot(0, window.tour, window.tour.start)  # once all parts have their place
        return application.exec()
    finally:
        gc.enable()
        studio.close()
        for number, handler in before.items():
            signal.signal(number, handler)
        window.deleteLater()
        appearance.deleteLater()  # else it would follow the colours of the system for nobody
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
