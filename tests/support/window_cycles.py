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
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from pnn_studio.storage.project_open import read_project
from pnn_studio.ui.shell.app import make_application, run_window
from tests.support.person import Person, button, click, main_window
from tests.support.process_tree import children, marked, open_files, resident_bytes, threads

MARK = "PNN_SOAK_MARK"
ENDINGS = ("finished", "running", "paused", "import panel", "at once")
# the tiny plan, and one that is still at work when the window is closed
TINY = {"alphas": 2, "seeds": 1, "max_epochs": 3}
LONG = {"alphas": 3, "seeds": 2, "max_epochs": 100_000}
TABLES = Path(__file__).resolve().parents[1] / "data" / "csv"


def use(dataset, ending):
    """Work with a window, and close it as `ending` says."""
    yield lambda: main_window() is not None
    window = main_window()
    session = window.studio.session
    session.choose_data(dataset)
    plan = LONG if ending in ("running", "paused") else TINY
    window.studio.edit(replace(session.recipe, **plan))
    if ending == "import panel":
        window.panel.data.open_import(str(next(TABLES.glob("*.csv"))))
        yield lambda: window.panel.data.panel.preview is not None
    elif ending != "at once":
        click(window.toolbar.train)
        yield lambda: session.run is not None and session.run.family is not None
        if ending == "paused":
            click(button(window, "Pause"))
            yield lambda: session.run.state == "paused"
        elif ending == "finished":
            yield lambda: session.run.state == "finished"
    window.close()


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
        person = Person(use(dataset, ending))
        assert run_window(application) == 0
        shiboken6.delete(person)
        del person  # it remembers the window
        seconds = time.monotonic() - began
        print(json.dumps({"ending": ending, "seconds": seconds} | what_is_left()), flush=True)


if __name__ == "__main__":
    main()
