"""The program opens and ends its window in an orderly way."""

import gc
import os
import signal
import subprocess
import sys
import time

import pytest
from PySide6.QtWidgets import QApplication

from pnn_studio.errors import UsageError
from pnn_studio.storage.project_open import create_project
from pnn_studio.ui.shell.app import open_window, require_display
from pnn_studio.ui.shell.main_window import MainWindow
from tests.support.projects import full_project

# the program, which says when its window takes events
OPEN = """
import sys
from PySide6.QtCore import QTimer
from pnn_studio.ui.shell import app
make = app.make_application
def make_application(arguments):
    made = make(arguments)
    QTimer.singleShot(0, lambda: print("up", flush=True))
    return made
app.make_application = make_application
sys.exit(app.open_window())
"""


def test_without_a_display_the_way_without_a_window_is_named(monkeypatch):
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(sys, "platform", "linux")
    with pytest.raises(UsageError, match="There is no display"):
        require_display()


def test_the_window_opens_with_the_file_that_the_command_names(monkeypatch, application, tmp_path):
    create_project(tmp_path / "mine.pnn", full_project()).close()
    titles = []

    class Program:
        def exec(self):
            (window,) = [w for w in QApplication.topLevelWidgets() if isinstance(w, MainWindow)]
            titles.append(window.windowTitle())
            assert QApplication.focusWidget() in (None, window)
            window.close()
            return 0

    monkeypatch.setattr("pnn_studio.ui.shell.app.make_application", lambda arguments: Program())
    monkeypatch.setattr(gc, "freeze", lambda: None)  # the other tests go on
    assert open_window(tmp_path / "mine.pnn") == 0
    assert titles == ["mine \N{EM DASH} pNN Studio"]


# the program, which says what is loaded when its window has been painted, and a while after
LOADED = """
import gc, sys
from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication
from pnn_studio.main import run
from pnn_studio.ui.shell.main_window import MainWindow

class Looking(QObject):
    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint and isinstance(watched, MainWindow):
            QApplication.instance().removeEventFilter(self)
            self.window = watched
            QTimer.singleShot(0, self.tell)
        return False

    def tell(self):
        names = ("pyqtgraph", "pnn_studio.ui.runs.family_plots")
        print([name in sys.modules for name in names], gc.isenabled(), flush=True)
        if gc.isenabled():
            self.window.close()
        else:
            QTimer.singleShot(200, self.tell)

class Application(QApplication):
    def __init__(self, arguments):
        super().__init__(arguments)
        self.looking = Looking()
        self.installEventFilter(self.looking)

from pnn_studio.ui.shell import app
app.QApplication = Application
run([])
"""


def test_the_window_is_painted_before_what_draws_curves_is_loaded(tmp_path):
    places = {"XDG_DATA_HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", LOADED],
        env=os.environ | places | {"QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    first, *_, last = done.stdout.splitlines()
    assert (first, last) == ("[False, False] False", "[True, True] True"), done.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_closes_the_window_and_its_worker(number):
    process = subprocess.Popen(
        [sys.executable, "-c", OPEN],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    assert process.stdout.readline() == b"up\n"
    children = []
    end = time.monotonic() + 60
    while not children and time.monotonic() < end:
        time.sleep(0.1)
        found = subprocess.run(
            ["pgrep", "-P", str(process.pid)], capture_output=True, text=True, check=False
        )
        children = found.stdout.split()
    os.kill(process.pid, number)
    _, errors = process.communicate(timeout=100)
    assert process.returncode == 0, errors.decode()
    assert b"Traceback" not in errors
    assert children
    for child in children:
        with pytest.raises(ProcessLookupError):
            os.kill(int(child), 0)
