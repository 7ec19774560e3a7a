"""Tells when a window shows all that it was told, however busy the machine is."""

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget


class Stillness:
    """Asked between turns of the event loop: whether nothing has moved in the last of them.

    A timer that rings once and has not yet rung moves something, too.
    """

    def __init__(self, window):
        self._window = window
        self._seen = []

    def __call__(self):
        """Whether three looks in succession have shown the same."""
        timers = self._window.findChildren(QTimer)
        if any(each.isSingleShot() and each.isActive() for each in timers):
            self._seen.clear()
            return False
        widgets = self._window.findChildren(QWidget)
        self._seen.append([(each, each.isVisible(), each.geometry()) for each in widgets])
        return len(self._seen) > 2 and self._seen[-3] == self._seen[-2] == self._seen[-1]
