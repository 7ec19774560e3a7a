"""Drags the slider by the mouse and measures when the window has answered each move.

A move is due every 16 ms whether or not the window is ready for it; it counts from the moment when
it was due, so a window that is busy cannot hide how late it is. It is answered when the read-out of
the power and the view of the tab have been painted with the design that it leads to, and the turn
of the event loop that painted them is over.
"""

import time

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer, Slot
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QSlider

from pnn_studio.ui.shell.parts import CHECK_TAB, LAYOUT_TAB, SCHEMATIC_TAB, TRADEOFF_TAB
from tests.support.person import after

MOVE_MS = 16
SWEEP_S = 2.5  # from one end of the slider to the other
_MARGIN = 9  # px, of the slider before alpha 0 and after alpha 1


class Drag(QObject):
    """Moves the slider for some seconds; `late_ms` has how long each answer took.

    Parameters
    ----------
    window : MainWindow
        On the tab that is measured.
    seconds : float
        How long.
    stops : sequence of float, optional
        Only these alphas, one after the other, instead of the whole range.
    """

    def __init__(self, window, seconds, stops=()):
        super().__init__(window)
        self.window, self.stops = window, tuple(stops)
        self.late_ms = []
        self.moves = 0
        self.done = False
        self._seconds = seconds
        self._slider = window.alpha_bar.findChild(QSlider)
        self._readout = window.alpha_bar.power.value
        self._view = view_of(window)
        self._pending = {self._readout: [], self._view: []}
        self._painted = set()
        for widget in self._pending:
            widget.installEventFilter(self)
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(MOVE_MS)
        self._timer.timeout.connect(self._move)
        self._began = self._due = time.perf_counter()
        QTest.mousePress(self._slider, Qt.MouseButton.LeftButton, pos=self._place(0.0))
        self._timer.start()

    def _alpha(self, elapsed):
        if self.stops:
            return self.stops[int(elapsed / 0.12) % len(self.stops)]
        share = elapsed / SWEEP_S % 2
        return share if share <= 1 else 2 - share

    def _place(self, elapsed):
        usable = self._slider.width() - 2 * _MARGIN
        return QPoint(round(_MARGIN + self._alpha(elapsed) * usable), 14)

    @Slot()
    def _move(self):
        now, due = time.perf_counter(), self._due
        elapsed = now - self._began
        # what was missed comes in one: as from a window system, of several moves the last is given
        self._due = max(due + MOVE_MS / 1000, now)
        if elapsed > self._seconds:
            self._end(elapsed)
            return
        before, text = self._state(), self._readout.text()
        QTest.mouseMove(self._slider, self._place(elapsed))
        self.moves += 1
        if self._readout.text() != text:
            self._pending[self._readout].append(due)
        if self._state() != before and self._view is not self._readout:
            self._pending[self._view].append(due)

    def _state(self):
        session = self.window.studio.session
        run = session.run
        return session.design_index, id(run.family) if run is not None else 0

    def _end(self, elapsed):
        self._timer.stop()
        QTest.mouseRelease(self._slider, Qt.MouseButton.LeftButton, pos=self._place(elapsed))
        QTimer.singleShot(300, self._finish)

    @Slot()
    def _finish(self):
        for widget, owed in self._pending.items():
            widget.removeEventFilter(self)
            now = time.perf_counter()
            self.late_ms += [1000 * (now - due) for due in owed]  # never answered
        self.done = True

    def eventFilter(self, watched, event):  # noqa: N802 - as Qt names it
        """Note paints; what was painted is on the screen once this turn of the loop is over."""
        if event.type() == QEvent.Type.Paint and self._pending.get(watched):
            if not self._painted:
                QTimer.singleShot(0, self._count)
            self._painted.add(watched)
        return False

    @Slot()
    def _count(self):
        now = time.perf_counter()
        for widget in self._painted:
            self.late_ms += [1000 * (now - due) for due in self._pending[widget]]
            self._pending[widget].clear()
        self._painted.clear()


def view_is_drawn_at_once(window, alpha):
    """Return whether a move of the slider leaves nothing of the view to be drawn later.

    On that rests what `Drag` takes for an answer: any paint after a move shows what it leads to.
    Yields conditions to wait for, and returns the answer.
    """
    slider, view = window.alpha_bar.findChild(QSlider), view_of(window)
    place = QPoint(round(_MARGIN + alpha * (slider.width() - 2 * _MARGIN)), 14)
    QTest.mousePress(slider, Qt.MouseButton.LeftButton, pos=place)
    at_once = view.grab().toImage()
    QTest.mouseRelease(slider, Qt.MouseButton.LeftButton, pos=place)
    yield after(0.6)
    return view.grab().toImage() == at_once


def view_of(window):
    """Return the widget that paints the design on the tab that is shown.

    Check and Yield have a figure only of designs that were computed; else their page says so.
    """
    tab = window.tabs.currentIndex()
    if tab == LAYOUT_TAB:
        return window.layout_tab.canvas.viewport()
    if tab == SCHEMATIC_TAB:
        return window.schematic_tab.view.viewport()
    if tab == TRADEOFF_TAB:
        return window.tradeoff_tab.plot
    shown = window.check_tab.answers if tab == CHECK_TAB else window.yield_tab.histogram
    return shown if shown.isVisible() else window.alpha_bar.power.value
