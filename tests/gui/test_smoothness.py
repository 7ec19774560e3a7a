"""The window stays responsive while iris trains, and redraws for ever without losing None."""

import gc
import sys
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QObject, QTimer, Slot

from pnn_studio.app.session.selection import NeuronItem
from pnn_studio.ui.shell.main_window import LAYOUT_TAB, SCHEMATIC_TAB, TRADEOFF_TAB
from tests.gui.conftest import ScriptedWorker
from tests.support.clock import Clock
from tests.support.pace import slowness
from tests.support.runs import sample_dataset, sample_family, sample_record, start_run


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

    def stop(self):
        self._timer.stop()

    @Slot()
    def move_on(self):
        self._steps += 1
        self._studio.set_alpha(round(0.2 + 0.01 * self._steps, 2))


@pytest.mark.slow
@pytest.mark.alone
@pytest.mark.parametrize("tab", [LAYOUT_TAB, SCHEMATIC_TAB, TRADEOFF_TAB])
def test_no_turn_of_the_event_loop_takes_long_while_iris_trains_and_the_slider_moves(
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
    studio.selection.select(NeuronItem(1, 1))
    qtbot.wait(200)
    gc.collect()
    gc.freeze()  # as open_window does; the objects of other tests are not the window's
    clock, hand = Clock(), Hand(studio)
    slow = [slowness()]
    clock.start()
    hand.start()
    qtbot.wait(5000)
    clock.stop()
    hand.stop()
    slow.append(slowness())
    gc.unfreeze()
    late, busy = np.array(clock.late_ms), np.array(clock.busy_ms)
    with capsys.disabled():
        name = window.tabs.tabText(tab)
        print(f"\n10 ms timer while iris trains, {name}: p99 {np.percentile(late, 99):.1f} ms, max "
              f"{late.max():.1f} ms late; busy p99 {np.percentile(busy, 99):.1f} ms, max "
              f"{busy.max():.1f} ms; a machine {max(slow):.2f} times as slow")  # fmt: skip
    # The target, 16 and 50 ms late on two idle cores, is measured by scripts/benchmark --window.
    # Here the machine may be slow and do other work: what counts is the time that the window itself
    # takes, and several turns come between two calls where it has to wait for a core. Something
    # that blocks it, as reading a file or simulating would, takes hundreds of milliseconds.
    assert np.percentile(busy, 99) < 75 * max(slow)
    assert busy.max() < 200 * max(slow)


@pytest.mark.slow
def test_curves_are_redrawn_1500_times_and_the_references_to_none_do_not_fall(open_window, qtbot):
    window = open_window(ScriptedWorker)
    session = window.studio.session
    session.choose_data(sample_dataset())
    window.studio.edit(replace(session.recipe, alphas=5, seeds=2))
    plan = session.plan()
    start_run(session, plan)
    session.take_family(sample_family(plan))
    for epoch in range(400):
        session.take_record(sample_record(plan, epoch))
    window.dock.draw()
    qtbot.wait(50)
    before = sys.getrefcount(None)
    for epoch in range(400, 1900):
        session.take_record(sample_record(plan, epoch))
        window.dock.draw()
        if epoch % 3 == 0:
            window.dock.plots.grab()
    qtbot.wait(50)
    # Since Python 3.12 None is immortal and the count says nothing; then it must not change.
    assert sys.getrefcount(None) >= before - 100
