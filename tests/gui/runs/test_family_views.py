"""The dock shows the family: a map of its designs, clouds behind the curves, and keeps its pace."""

import time
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt

from pnn_studio.app.session.selection import DesignItem
from pnn_studio.ui.runs.family_plots import shown_columns
from pnn_studio.ui.shell.main_window import LAYOUT_TAB
from pnn_studio.ui.widgets.theme import DARK
from tests.gui.conftest import ScriptedWorker
from tests.support.pace import slowness
from tests.support.runs import sample_dataset, sample_family, sample_record, start_run

LEFT = Qt.MouseButton.LeftButton


def train(open_window, alphas, seeds, epochs):
    window = open_window(lambda: ScriptedWorker(lambda job: []), (1440, 900))
    window.tabs.setCurrentIndex(LAYOUT_TAB)
    session = window.studio.session
    session.choose_data(sample_dataset())
    window.studio.edit(replace(session.recipe, alphas=alphas, seeds=seeds))
    plan = session.plan()
    start_run(session, plan)
    for epoch in range(epochs):
        session.take_record(sample_record(plan, epoch))
    session.take_family(sample_family(plan))
    window.dock.draw()
    return window


def click_family(window, qtbot):
    button = window.dock.whose.buttons()[1]
    qtbot.mouseClick(button, LEFT)
    assert window.dock.family.isVisible()


def test_a_click_on_the_map_of_power_limits_shows_that_design(open_window, qtbot):
    window = train(open_window, 3, 2, 0)
    session = window.studio.session
    limits = tuple(limit for limit in (1e-3, 2e-3, 3e-3) for _ in range(2))
    plan = replace(session.plan(), alphas=(0.0,) * 6, limits=limits)
    session.set_run_state("finished")
    start_run(session, plan)
    session.take_record(sample_record(plan, 10))
    session.take_family(sample_family(plan))
    window.dock.draw()
    click_family(window, qtbot)
    family_map = window.dock.family.map
    cell = family_map._cell(1, 2).center().toPoint()
    qtbot.mouseClick(family_map, LEFT, pos=cell)
    assert session.design_index == 5
    assert window.inspector.view.sheet.title == "limit 3.00 mW, seed 1"


def test_a_click_on_the_map_moves_the_slider_to_that_design(open_window, qtbot):
    window = train(open_window, 5, 3, 10)
    click_family(window, qtbot)
    family_map, session = window.dock.family.map, window.studio.session
    cell = family_map._cell(2, 4).center().toPoint()
    hints = []
    window.studio.hint.connect(hints.append)
    qtbot.mouseMove(family_map, cell - QPoint(1, 0))
    qtbot.mouseMove(family_map, cell)
    qtbot.waitUntil(lambda: bool(hints))
    assert hints[-1].startswith("α 1.00, seed 2:")
    qtbot.mouseClick(family_map, LEFT, pos=cell)
    assert session.shown.alpha == 1.0
    assert session.design.seed == 2
    assert window.studio.selection.item == DesignItem(session.design_ref)
    family_map.setFocus()
    qtbot.keyClick(family_map, Qt.Key.Key_Left)
    assert session.shown.alpha == 0.75
    qtbot.keyClick(family_map, Qt.Key.Key_Down)
    assert session.design.seed == 1
    window.commands["undo"].trigger()
    assert session.design.seed == 2
    qtbot.mouseClick(window.dock.whose.buttons()[0], LEFT)
    assert window.dock.plots.isVisible()


def test_the_power_axis_holds_every_design_of_the_family(open_window):
    window = train(open_window, 3, 2, 4)
    session = window.studio.session
    record = sample_record(session.run.plan, 5)
    power = record.power.copy()
    power[-1] *= 7
    session.take_record(replace(record, power=power))
    window.dock.draw()
    top = window.dock.plots.power.ranges[1][1]
    assert top >= power.sum(axis=1).max() * 1e3
    assert window.dock.plots.power.note.text() == ""


def test_tab_reaches_the_map_of_the_family_before_the_runs(open_window):
    window = train(open_window, 3, 2, 20)
    dock = window.dock
    dock.whose.buttons()[1].click()
    here, passed = dock.whose.buttons()[1], []
    while here is not dock.family.map:
        here = here.nextInFocusChain()
        passed.append(here)
        assert len(passed) < 1000
    assert not any(window.runs.isAncestorOf(each) for each in passed)


def test_every_plot_shows_the_newest_however_quickly_news_follow(open_window, qtbot):
    window = train(open_window, 3, 1, 4)
    dock, session = window.dock, window.studio.session
    drawn = []
    draw = dock.plots.show_curves

    def show_curves(curves, whole, parts, *, live):
        drawn.append((tuple(parts), curves.epochs[-1]))
        if len(drawn) == 2:  # news, while one plot of three waits
            session.take_record(sample_record(session.run.plan, 9))
        draw(curves, whole, parts, live=live)

    dock.plots.show_curves = show_curves
    session.take_record(sample_record(session.run.plan, 5))
    qtbot.waitUntil(lambda: not dock._redraw.isActive())
    last = {part: epoch for parts, epoch in drawn for part in parts}
    assert last == {0: 9, 1: 9, 2: 9}


def test_a_cloud_is_drawn_anew_once_its_training_is_3_percent_longer_and_at_its_end(open_window):
    window = train(open_window, 3, 2, 90)
    session, cloud = window.studio.session, window.dock.plots._clouds[0]
    plan = session.run.plan
    window.dock.draw()
    begin = cloud._epoch
    for epoch in (90, 91):
        session.take_record(sample_record(plan, epoch))
        window.dock.draw()
    assert cloud._epoch == begin
    session.take_record(sample_record(plan, 94))
    window.dock.draw()
    assert cloud._epoch == 94
    session.take_record(sample_record(plan, 95))
    session.set_run_state("finished")
    window.dock.draw()
    assert cloud._epoch == 95


def test_power_is_drawn_at_four_alphas_at_most(open_window):
    for alphas in (1, 5, 51):
        window = train(open_window, alphas, 1, 2)
        window.dock._take_whose(1)
        grid = window.dock.family.map._grid
        columns = shown_columns(grid)
        assert 1 <= len(columns) <= 5
        assert set(columns) <= set(range(alphas))
        assert columns[0] == 0


@pytest.mark.parametrize("whose", [0, 1])
def test_a_family_of_51_by_10_is_redrawn_within_a_frame(open_window, qtbot, capsys, whose):
    window = train(open_window, 51, 10, 60)
    window.appearance.use(DARK)
    dock, session = window.dock, window.studio.session
    plan = session.run.plan
    dock._take_whose(whose)
    qtbot.wait(30)
    took = []
    for epoch in range(60, 84):
        session.take_record(sample_record(plan, epoch))
        begin = time.thread_time()  # other programs must not be counted
        dock._draw((epoch % 3,))
        (dock.family if whose else dock.plots).layout().itemAt(epoch % 3).widget().repaint()
        took.append(1e3 * (time.thread_time() - begin))
    with capsys.disabled():
        print(f"\nredraw of a 51 x 10 family, {('design', 'family')[whose]}: "
              f"median {np.median(took):.1f} ms, max {max(took):.1f} ms")  # fmt: skip
    assert np.median(took) < 16 * slowness()
