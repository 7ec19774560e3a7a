"""A timer that notes how late it is called."""

import time

from PySide6.QtCore import QObject, Qt, QTimer, Slot

INTERVAL_MS = 10


class Clock(QObject):
    """A precise timer of 10 ms.

    `late_ms` has how late each call was, `busy_ms` how long this thread worked since the last one:
    what makes a call late where nothing else runs.
    """

    def __init__(self):
        super().__init__()
        self.late_ms, self.busy_ms = [], []
        self._worked = 0.0
        self._due = 0.0
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(INTERVAL_MS)
        self._timer.timeout.connect(self.tick)

    def start(self):
        """Begin."""
        self._due = time.perf_counter() + INTERVAL_MS / 1000
        self._worked = time.thread_time()
        self._timer.start()

    def stop(self):
        """End."""
        self._timer.stop()

    @Slot()
    def tick(self):
        """Note how late this is."""
        now = time.perf_counter()
        self.late_ms.append(max(0.0, (now - self._due) * 1000))
        self._due = now + INTERVAL_MS / 1000
        worked = time.thread_time()
        self.busy_ms.append((worked - self._worked) * 1000)
        self._worked = worked
