"""The window in a process of its own, used by a person who measures: one scenario a process.

``python -m tests.benchmark.window_use SCENARIO PROJECT BEGAN MINUTES``: BEGAN is when the process
was started (CLOCK_MONOTONIC). Prints one JSON object.
"""

# ruff: noqa: E402 - what is loaded after `gc.disable` is loaded as the program does
import gc
import json
import sys
import time
from pathlib import Path

gc.disable()

import numpy as np
from PySide6.QtCore import QEvent, QObject, QTimer, Slot
from PySide6.QtWidgets import QApplication, QPushButton

import pnn_studio.main  # noqa: F401 - what the program loads before its window
from pnn_studio.domain.run import FINISHED
from pnn_studio.ui.shell.app import make_application, run_window
from pnn_studio.ui.shell.main_window import CHECK_TAB, MainWindow
from tests.benchmark.window_day import a_day
from tests.support.clock import Clock
from tests.support.drag import Drag, view_is_drawn_at_once
from tests.support.person import Person, after, button, click, main_window
from tests.support.process_tree import resident_bytes

HEAVY = ("torch", "PySpice", "sklearn", "scipy", "pandas", "matplotlib")
DRAG_S = 6.0
PACE_AT_MOST_S = 1200


class FirstPaint(QObject):
    """Notes when the main window has been painted for the first time, whole."""

    def __init__(self, application):
        super().__init__()
        self.at = None
        self._application = application
        application.installEventFilter(self)

    def eventFilter(self, watched, event):  # noqa: N802 - as Qt names it
        """Wait for the end of the turn that paints the window."""
        if event.type() == QEvent.Type.Paint and isinstance(watched, MainWindow):
            self._application.removeEventFilter(self)
            QTimer.singleShot(0, self._note)
        return False

    @Slot()
    def _note(self):
        self.at = time.monotonic()


class CurvePaint(QObject):
    """Notes when a curve with at least two points has been painted."""

    def __init__(self, window):
        super().__init__()
        self.at = None
        self._session, self._plots = window.studio.session, window.dock.plots
        QApplication.instance().installEventFilter(self)

    def eventFilter(self, watched, event):  # noqa: N802 - as Qt names it
        """Wait for the end of the turn that paints it."""
        if event.type() == QEvent.Type.Paint and self.at is None and self._has_curve():
            QApplication.instance().removeEventFilter(self)
            QTimer.singleShot(0, self._note)
        return False

    def _has_curve(self):
        curves = self._session.design_curves
        return self._plots.isVisible() and curves is not None and len(curves.epochs) > 1

    @Slot()
    def _note(self):
        self.at = self.at or time.monotonic()


def start(began, paint, _minutes, answer):
    """Be painted, and end."""
    yield lambda: paint.at is not None
    answer["painted_s"] = paint.at - began
    answer["heavy"] = [name for name in HEAVY if name in sys.modules]
    answer["bytes"] = resident_bytes()
    main_window().close()


def train_at_once(began, paint, _minutes, answer):
    """Click on Train as soon as the window is there, while the workers still load torch."""
    yield lambda: paint.at is not None
    window = main_window()
    yield lambda: window.toolbar.train.isEnabled()
    yield from _train(window, answer, began)
    window.close()


def train_in_peace(began, paint, _minutes, answer):
    """Click on Train a while after the start, as most do."""
    yield lambda: paint.at is not None
    yield after(5)
    window = main_window()
    yield from _train(window, answer, began)
    window.close()


def example(began, paint, _minutes, answer):
    """Click on the first example of the start page, and wait until its design is checked."""
    yield lambda: paint.at is not None
    window = main_window()
    session = window.studio.session
    clicked = time.monotonic()
    click(window.findChild(QPushButton, "example-0"))
    yield lambda: session.run is not None and session.run.state == "finished"
    answer["trained_s"] = time.monotonic() - clicked
    answer["plan"] = f"{session.recipe.alphas} x {session.recipe.seeds}"
    yield lambda: session.verification(session.design) is not None
    answer["checked_s"] = time.monotonic() - clicked
    window.close()


def _train(window, answer, began):
    session = window.studio.session
    curve = CurvePaint(window)
    answer["plan"] = f"{session.recipe.alphas} x {session.recipe.seeds}"
    clicked = time.monotonic()
    click(window.toolbar.train)
    yield lambda: curve.at is not None
    answer["curve_s"] = curve.at - clicked
    yield lambda: session.design is not None
    answer["design_s"] = time.monotonic() - clicked
    yield lambda: np.any(session.run.family.status == FINISHED)
    answer["trained_s"] = time.monotonic() - clicked
    answer["trained_from_start_s"] = time.monotonic() - began


def drag(began, paint, _minutes, answer):
    """Drag the slider over its whole range on every tab, while it trains and after."""
    yield lambda: paint.at is not None
    window = main_window()
    session = window.studio.session
    yield after(3)
    answer["training"], answer["trained"], answer["at_once"] = {}, {}, {}
    for place in range(window.tabs.count()):
        click(window.toolbar.train)  # one run for each tab: a run may be over in 20 s
        yield lambda: session.is_training and session.design is not None
        yield after(1.5)
        yield from _drag(window, place, answer["training"])
        assert session.is_training, "the training was over before the drag was"
        click(button(window, "Stop"))
        yield lambda: not session.is_training
    yield lambda: not session.is_training
    stops = (0.2, 0.8)
    yield from _check(window, stops)
    yield after(1)
    for place in range(window.tabs.count()):
        yield from _drag(window, place, answer["trained"], stops)
    for place in range(window.tabs.count()):
        window.tabs.setCurrentIndex(place)
        yield after(0.5)
        shown = yield from view_is_drawn_at_once(window, stops[place % 2])
        answer["at_once"][window.tabs.tabText(place)] = shown
    window.close()


def _drag(window, place, answer, stops=()):
    window.tabs.setCurrentIndex(place)
    yield after(0.5)
    moving = Drag(window, DRAG_S, stops if place == CHECK_TAB else ())
    yield lambda: moving.done
    answer[window.tabs.tabText(place)] = moving.late_ms


def _check(window, alphas):
    session = window.studio.session
    for alpha in alphas:
        window.studio.set_alpha(alpha)
        window.studio.check()
        yield lambda: not window.studio.is_checking
        assert session.verification(session.design) is not None, window.messages.text.text()


def pace(began, paint, _minutes, answer):
    """Watch a whole training of 51 x 10 designs with its curves, and do nothing."""
    yield lambda: paint.at is not None
    window = main_window()
    session = window.studio.session
    yield after(3)
    clock = Clock()
    yield from _train(window, answer, began)
    yield after(1)  # from here on the curves move
    began_at = time.monotonic()
    clock.start()
    yield lambda: not session.is_training or time.monotonic() - began_at > PACE_AT_MOST_S
    clock.stop()
    answer["seconds"] = time.monotonic() - began_at
    answer["late_ms"] = clock.late_ms
    answer["state"] = session.run.state
    window.close()


def use(began, paint, minutes, answer):
    """Work as on a whole day, in a hurry, and measure the memory."""
    yield lambda: paint.at is not None
    window = main_window()
    yield after(3)
    yield from a_day(window, minutes, answer)
    window.close()


SCENARIOS = {
    each.__name__: each for each in (start, train_at_once, train_in_peace, example, drag, pace, use)
}


def main():
    """Go through a scenario."""
    scenario, project, began, minutes = sys.argv[1:]
    application = make_application(["pnn-studio"])
    paint, answer = FirstPaint(application), {}
    steps = SCENARIOS[scenario](float(began), paint, float(minutes), answer)
    person = Person(steps)
    code = run_window(application, Path(project) if project else None)
    del person
    print(json.dumps(answer))
    return code


if __name__ == "__main__":
    sys.exit(main())
