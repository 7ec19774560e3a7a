"""Windows for tests: every one is closed and deleted, and leaves nothing behind."""

import functools
import gc
import queue
import time

import pytest
import shiboken6
from PySide6.QtWidgets import QApplication

from pnn_studio.app.jobs.process import WorkerGone, WorkerProcess
from pnn_studio.app.jobs.protocol import Control, Done, Ready
from pnn_studio.ui.controllers import retraining
from pnn_studio.ui.controllers.studio import Studio
from pnn_studio.ui.shell.main_window import MainWindow
from pnn_studio.ui.widgets import theme as looks
from pnn_studio.ui.widgets.theme import Appearance
from tests.support.stillness import Stillness


class ScriptedWorker:
    """Answers each job as `script` says, without a process."""

    def __init__(self, script=lambda job: [Done()], ready=True):
        self.sent = []
        self.closed = False
        self._script = script
        self._replies = queue.Queue()
        if ready:
            self._replies.put(Ready("ngspice 39"))

    pid = 0

    def send(self, message):
        self.sent.append(message)
        if not isinstance(message, Control):
            for reply in self._script(message):
                self._replies.put(reply)

    def say(self, reply):
        self._replies.put(reply)

    def receive(self):
        reply = self._replies.get()
        if isinstance(reply, WorkerGone):
            self._replies.put(reply)  # one that serves both lanes ends for either
            raise reply
        return reply

    def die(self, code):
        self._replies.put(WorkerGone(code))

    def hang_up(self):
        pass

    def close(self):
        self.closed = True
        self._replies.put(WorkerGone(0))

    @property
    def jobs(self):
        return [each for each in self.sent if not isinstance(each, Control)]


@pytest.fixture(scope="module", autouse=True)
def loaded_before():
    """Keep what is loaded already out of the collector's way, which looks for what windows left."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.fixture(autouse=True)
def user_folder(tmp_path, monkeypatch):
    """Keep projects, their list, and what the window remembers out of the user's own folders."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "user"))
    return tmp_path / "user" / "pnn-studio"


@pytest.fixture(autouse=True)
def no_retraining(monkeypatch):
    """Have nothing trained that a test did not ask for."""
    monkeypatch.setattr(retraining, "QUICK_S", 0.0)


@pytest.fixture
def qtbot(qtbot):
    """Wait for a minute, as a busy machine may need, where a test names no time."""
    for wait in ("waitUntil", "waitSignal"):
        setattr(qtbot, wait, functools.partial(getattr(qtbot, wait), timeout=60_000))
    return qtbot


@pytest.fixture
def application(qapp):
    qapp.setStyle("Fusion")
    qapp.setFont(looks.font())
    return qapp


@pytest.fixture
def open_window(application, qtbot):
    """Return what opens a window over a worker; all are closed and deleted at the end."""
    opened = []

    def open_one(start_worker=WorkerProcess, size=(1280, 800)):
        appearance = Appearance()
        studio = Studio(start_worker)
        window = MainWindow(studio, appearance)
        window.appearance = appearance
        window.resize(*size)
        window.show()
        qtbot.waitExposed(window)
        studio.bridge.start()
        opened.append((window, studio, appearance))
        return window

    yield open_one
    for window, studio, appearance in opened:
        window.close()
        for each in (window, studio, appearance):
            shiboken6.delete(each)
    opened.clear()
    gc.collect()
    left = [each for each in QApplication.topLevelWidgets() if each.parent() is None]
    assert left == []


def settle(qtbot, window):
    """Wait until a window shows all that it was told."""
    qtbot.waitUntil(Stillness(window))


def worker_pids(bridge):
    """List the process numbers of the workers that there are."""
    workers = [queue._worker for queue in bridge._queues]
    return tuple(worker.pid for worker in workers if worker is not None)


def process_exists(pid):
    try:
        with open(f"/proc/{pid}/stat") as stat:  # noqa: PTH123 - a file of the kernel
            return stat.read().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def wait_for_end(pid, seconds=60):
    """Wait until a process is gone; returns how long it took."""
    begin = time.monotonic()
    while process_exists(pid):
        assert time.monotonic() - begin < seconds, f"process {pid} is still there"
        time.sleep(0.01)
    return time.monotonic() - begin
