"""The whole program without a screen, for tests that kill it: edits at random while a sweep runs.

``python -m tests.support.window_program MODE PROJECT LOG SEED``: MODE ``work`` trains (or goes on)
and edits until it is killed, ``finish`` goes on with what was interrupted and ends.
"""

import json
import os
import random
import sys
import time
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QObject, QTimer, Slot

from pnn_studio.domain.codec import encode
from pnn_studio.ui.controllers.studio import Studio


def state(settings, current):
    """Return what identifies a state of the settings, as JSON values."""
    return [encode(settings)[0], current]


class Program(QObject):
    """Works on a project as a person at a window would."""

    def __init__(self, mode, path, log, seed):
        super().__init__()
        self._mode = mode
        self._log = Path(log).open("a")
        self._random = random.Random(seed)
        self.studio = Studio()
        self.studio.project.failed.connect(self._fail)
        self.studio.project.open_file(path)
        self.studio.bridge.ready.connect(self._begin)
        self.studio.bridge.done.connect(self._end)
        self.studio.bridge.failed.connect(self._fail)
        self.studio.bridge.start()

    @Slot(str)
    def _begin(self, simulator):
        session = self.studio.session
        if session.resumable:
            self.studio.resume()
        elif not session.runs:
            self.studio.train()
        elif self._mode == "finish":
            self._end()
        if self._mode == "work":
            self._edit()

    @Slot()
    def _edit(self):
        session = self.studio.session
        project = session.project()
        before, chance = project.settings, self._random.random()
        if chance < 0.2 and session.can_undo:
            self._say(project.steps[project.current - 1], project.current - 1)
            self.studio.undo()
        elif chance < 0.3 and session.can_redo:
            self._say(project.steps[project.current + 1], project.current + 1)
            self.studio.redo()
        else:
            hidden = tuple(self._random.randint(1, 9) for _ in range(self._random.randint(1, 3)))
            shown = replace(before.shown, alpha=self._random.random())
            after = before.taking(replace(before.recipe, hidden=hidden)).taking(shown)
            self._say(after, min(project.current + 1, 500))
            self.studio.edit(after)
        QTimer.singleShot(self._random.choice((1, 20, 200, 900)), self._edit)

    def _say(self, settings, current):
        self._log.write(json.dumps([time.time(), state(settings, current)]) + "\n")
        self._log.flush()
        os.fsync(self._log.fileno())

    @Slot()
    def _end(self, *answer):
        if self._mode == "finish":
            self.studio.close()
            QCoreApplication.exit(0)

    @Slot()
    def _fail(self, *what):
        print("failed:", *what, file=sys.stderr)
        self.studio.close()
        QCoreApplication.exit(1)


def main():
    """Run until killed, or until what was interrupted is done."""
    application = QCoreApplication(sys.argv)
    program = Program(*sys.argv[1:])
    code = application.exec()
    del program
    return code


if __name__ == "__main__":
    sys.exit(main())
