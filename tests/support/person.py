"""A person at the window, for programs of their own: waits until something is there, then acts.

What a person does is a generator that yields conditions: it goes on once the last one holds. All
runs in the event loop of the window that is used, as its clicks and keys would.
"""

import time
import traceback

from PySide6.QtCore import QCoreApplication, QObject, Qt, QTimer, Slot
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication

from pnn_studio.ui.shell.main_window import MainWindow

STEP_MS = 5
PATIENCE_S = 120


class Person(QObject):
    """Goes through steps; ends the program with code 1 where the window does not answer."""

    def __init__(self, steps):
        super().__init__()
        self._steps = steps
        self._until = lambda: True
        self._since = time.monotonic()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(STEP_MS)
        self._timer.timeout.connect(self._go_on)
        self._timer.start()

    @Slot()
    def _go_on(self):
        try:
            if not self._until():
                waited = time.monotonic() - self._since
                assert waited < PATIENCE_S, f"the window does not answer: {place(self._steps)}"
                return
            self._since = time.monotonic()
            self._until = next(self._steps)
        except StopIteration:
            self._timer.stop()
        except BaseException:  # noqa: BLE001 - Qt would print it and wait for ever
            self._timer.stop()
            traceback.print_exc()
            QCoreApplication.exit(1)


def activate(window):
    """Have a window take the keys; where nobody manages windows, none does by itself."""
    window.activateWindow()
    yield window.isActiveWindow


def press(key, modifiers=Qt.KeyboardModifier.NoModifier):
    """Press a key where the focus is."""
    focused = QApplication.focusWidget() or QApplication.activeWindow()
    assert focused is not None, "no window takes the keys"
    QTest.keyClick(focused, key, modifiers)


def place(steps):
    """Say where a generator waits, from the outermost to the innermost."""
    places = []
    while steps is not None:
        places.append(f"{steps.__name__}:{steps.gi_frame.f_lineno}")
        steps = steps.gi_yieldfrom
    return " in ".join(reversed(places))


def main_window():
    """Return the window that is open; None without one."""
    windows = [each for each in QApplication.topLevelWidgets() if isinstance(each, MainWindow)]
    return next((each for each in windows if each.isVisible()), None)


def after(seconds):
    """Return a condition that holds after so many seconds."""
    end = time.monotonic() + seconds
    return lambda: time.monotonic() >= end


def button(window, name):
    """Return the button of that name that can be seen."""
    buttons = [each for each in window.findChildren(QAbstractButton) if each.isVisible()]
    return next(each for each in buttons if each.accessibleName() == name)


def click(widget, place=None):
    """Click a widget, by default in its middle."""
    QTest.mouseClick(
        widget, Qt.MouseButton.LeftButton, pos=widget.rect().center() if place is None else place
    )
