"""The window stays responsive while iris trains, and redraws for ever without losing None."""

import gc
import sys
import time
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QObject, Qt, QTimer, Slot

from pnn_studio.app.selection import NeuronItem
from pnn_studio.ui.main_window import LAYOUT_TAB, SCHEMATIC_TAB, TRADEOFF_TAB
from tests.gui.conftest import ScriptedWorker
from tests.support.runs import sample_dataset, sample_family, sample_record

INTERVAL_MS = 10


class Clock(QObject):
    """A precise timer that notes how late it is called."""

    def __init__(self):
        super().__init__()
        self.late_ms = []
        self._due = 0.0
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(INTERVAL_MS)
        self._timer.timeout.connect(self.tick)

    def start(self):
        self._due = time.perf_counter() + INTERVAL_MS / 1000
        self._timer.start()

    @Slot()
    def tick(self):
        now = time.perf_counter()
        self.late_ms.append(max(0.0, (now - self._due) * 1000))
        self._due = now + INTERVAL_MS / 1000


class Hand(QObject):
    """Moves the slider ten times a second."""

    def __init__(self, studio):
        super().__init__()
        self._studio, self._steps = studio, 0
        self._timer = QTimer(self)
        self._timer.setInterval(100)
        self._timer.timeout.connect(self.move_on)

    def start(self):
        self._timer.start()

    @Slot()
    def move_on(self):
        self._steps += 1
        self._studio.set_alpha(round(0.2 + 0.01 * self._steps, 2))


@pytest.mark.slow
@pytest.mark.parametrize("tab", [LAYOUT_TAB, SCHEMATIC_TAB, TRADEOFF_TAB])
def test_a_10_ms_timer_is_hardly_late_while_iris_trains_and_the_slider_moves(
    open_window, qtbot, capsys, tab
):
    window = open_window(size=(1440, 900))
    studio = window.studio
    studio.load_data("iris")
    qtbot.waitUntil(lambda: studio.session.dataset is not None, timeout=60_000)
    studio.train()
    session = studio.session
    qtbot.waitUntil(
        lambda: session.run is not None and session.run.family is not None, timeout=60_000
    )
    window.tabs.setCurrentIndex(tab)
    studio.picks.select(NeuronItem(1, 1))
    qtbot.wait(200)
    gc.collect()
    gc.freeze()  # as open_window does; the objects of other tests are not the window's
    clock, hand = Clock(), Hand(studio)
    clock.start()
    hand.start()
    qtbot.wait(6000)
    gc.unfreeze()
    late = np.array(clock.late_ms)
    p99 = float(np.percentile(late, 99))
    with capsys.disabled():
        name = window.tabs.tabText(tab)
        print(f"\n10 ms timer while iris trains, {name}: "
              f"p99 {p99:.1f} ms, max {late.max():.1f} ms late")  # fmt: skip
    # The target is 16 and 50 ms on two idle cores; here other tests may run beside.
    assert p99 < 50
    assert late.max() < 250


@pytest.mark.slow
def test_curves_are_redrawn_3000_times_and_the_references_to_none_do_not_fall(open_window, qtbot):
    window = open_window(ScriptedWorker)
    session = window.studio.session
    session.choose_data(sample_dataset())
    window.studio.edit(replace(session.settings, alphas=5, seeds=2))
    plan = session.plan()
    session.start_run(plan)
    session.take_family(sample_family(plan))
    for epoch in range(400):
        session.take_record(sample_record(plan, epoch))
    window.dock.draw()
    qtbot.wait(50)
    before = sys.getrefcount(None)
    for epoch in range(400, 3400):
        session.take_record(sample_record(plan, epoch))
        window.dock.draw()
        if epoch % 3 == 0:
            window.dock.plots.grab()
    qtbot.wait(50)
    # Since Python 3.12 None is immortal and the count says nothing; then it must not change.
    assert sys.getrefcount(None) >= before - 100
