"""Opens the window, trains, closes it, again and again in one process; says what is left each time.

``python -m tests.support.window_cycles COUNT PROJECT``: one JSON line a cycle, with the data of
the project. A cycle is the program's own
`run_window`; clicks are real events. How the window is closed goes round: after the training,
while it runs, while it is paused, with a panel over it, and before the worker is ready.
"""

import gc
import json
import os
import sys
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

import shiboken6
from PySide6.QtCore import QObject, Qt, QTimer, Slot
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication

from pnn_studio.domain.dataset import Dataset
from pnn_studio.storage.project_open import read_project
from pnn_studio.ui.app import make_application, run_window
from pnn_studio.ui.main_window import MainWindow
from tests.support.process_tree import children, marked, open_files, resident_bytes, threads

MARK = "PNN_SOAK_MARK"
ENDINGS = ("finished", "running", "paused", "import panel", "at once")
# the tiny plan, and one that is still at work when the window is closed
TINY = {"alphas": 2, "seeds": 1, "max_epochs": 3}
LONG = {"alphas": 3, "seeds": 2, "max_epochs": 100_000}
TABLE = Path(__file__).resolve().parents[1] / "data" / "csv"
STEP_MS = 15
PATIENCE_S = 120


class Person(QObject):
    """Uses the window that opens: waits until something is there, clicks, and closes."""

    def __init__(self, dataset: Dataset, ending: str):
        super().__init__()
        self._steps = self._use(dataset, ending)
        self._until = lambda: True
        self._since = time.monotonic()
        self._timer = QTimer(self)
        self._timer.setInterval(STEP_MS)
        self._timer.timeout.connect(self._go_on)
        self._timer.start()

    @Slot()
    def _go_on(self):
        assert time.monotonic() - self._since < PATIENCE_S, "the window does not answer"
        if not self._until():
            return
        self._since = time.monotonic()
        try:
            self._until = next(self._steps)
        except StopIteration:
            self._timer.stop()

    def _use(self, dataset, ending):
        yield lambda: any(isinstance(each, MainWindow) for each in shown_windows())
        window = next(each for each in shown_windows() if isinstance(each, MainWindow))
        session = window.studio.session
        session.choose_data(dataset)
        plan = LONG if ending in ("running", "paused") else TINY
        window.studio.edit(replace(session.settings, **plan))
        if ending == "import panel":
            window.panel.data.open_import(str(next(TABLE.glob("*.csv"))))
            yield lambda: window.panel.data.panel.preview is not None
        elif ending != "at once":
            QTest.mouseClick(window.toolbar.train, Qt.MouseButton.LeftButton)
            yield lambda: session.run is not None and session.run.family is not None
            if ending == "paused":
                click(window, "Pause")
                yield lambda: session.run.state == "paused"
            elif ending == "finished":
                yield lambda: session.run.state == "finished"
        window.close()


def shown_windows():
    """List the top-level widgets that can be seen."""
    return [each for each in QApplication.topLevelWidgets() if each.isVisible()]


def click(window, name):
    """Click the button of that name."""
    buttons = [each for each in window.findChildren(QAbstractButton) if each.isVisible()]
    QTest.mouseClick(
        next(each for each in buttons if each.accessibleName() == name), Qt.MouseButton.LeftButton
    )


def what_is_left():
    """Count what a closed window may not leave behind."""
    gc.unfreeze()  # the window keeps what it has loaded out of the collector's way
    gc.collect()
    wrappers = [each for each in shiboken6.getAllValidWrappers() if isinstance(each, QObject)]
    others = [pid for pid in marked(MARK, os.environ[MARK]) if pid != os.getpid()]
    return {
        "widgets": len(QApplication.allWidgets()),
        "windows": len(QApplication.topLevelWidgets()),
        "objects": len(wrappers),
        "kinds": Counter(type(each).__name__ for each in wrappers),
        "python": len(gc.get_objects()),
        "processes": sorted({*others, *children(os.getpid())}),
        "files": open_files(),
        "threads": threads(),
        "none": sys.getrefcount(None),
        "bytes": resident_bytes(),
    }


def main():
    """Go through so many cycles with the data of a project."""
    count, project = int(sys.argv[1]), Path(sys.argv[2])
    dataset = read_project(project).datasets[0]
    application = make_application(["cycles"])
    application.setQuitOnLastWindowClosed(True)
    for number in range(count):
        began = time.monotonic()
        ending = ENDINGS[number % len(ENDINGS)]
        person = Person(dataset, ending)
        assert run_window(application) == 0
        shiboken6.delete(person)
        del person  # it remembers the window
        seconds = time.monotonic() - began
        print(json.dumps({"ending": ending, "seconds": seconds} | what_is_left()), flush=True)


if __name__ == "__main__":
    main()
