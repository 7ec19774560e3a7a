"""Seed choice and inspector, through real events."""

import time
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt

from pnn_studio.app.analysis.design_choice import choose_design
from pnn_studio.app.session.selection import CircuitItem, LayerItem, NeuronItem, ResistorItem
from pnn_studio.ui.shell.main_window import SCHEMATIC_TAB, TRADEOFF_TAB
from tests.gui.conftest import ScriptedWorker
from tests.support.runs import sample_dataset, sample_family, start_run

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def window(open_window):
    window = open_window(lambda: ScriptedWorker(lambda job: []), (1440, 900))
    session = window.studio.session
    session.choose_data(sample_dataset())
    # of the ideal model, whose circuits take what the family says
    window.studio.edit(replace(session.recipe, alphas=3, seeds=5, model="ideal"))
    plan = session.plan()
    start_run(session, plan)
    session.take_family(sample_family(plan))
    session.set_run_state("finished")
    return window


def test_the_seed_is_chosen_by_keyboard_and_can_be_undone(window, qtbot):
    combo, session = window.alpha_bar.seed, window.studio.session
    family = session.run.family
    assert combo.currentText() == f"{session.design.seed}, best"
    combo.setFocus()
    qtbot.keyClick(combo, Qt.Key.Key_Down)
    assert session.shown.seed == "median"
    assert session.design_index == choose_design(family, 0.5, "median")
    qtbot.keyClick(combo, Qt.Key.Key_End)
    assert session.design.seed == 4
    assert combo.currentText() == "4"
    window.commands["undo"].trigger()
    window.commands["undo"].trigger()
    assert combo.currentText().endswith(", best")


def test_the_inspector_takes_its_time_while_the_slider_moves_and_ends_at_its_design(
    window, qtbot, monkeypatch
):
    window.studio.selection.select(None)
    window.tabs.setCurrentIndex(TRADEOFF_TAB)
    qtbot.wait(200)
    sheets = []
    show = window.inspector.view.show_sheet
    monkeypatch.setattr(
        window.inspector.view, "show_sheet", lambda sheet: (sheets.append(sheet), show(sheet))
    )
    began = time.monotonic()
    while time.monotonic() - began < 1.0:
        for alpha in (0.0, 0.5, 1.0):
            window.studio.set_alpha(alpha)
            qtbot.wait(1)
    seconds = time.monotonic() - began
    qtbot.wait(400)
    assert 2 <= len(sheets) <= 2 + seconds / 0.15
    assert "1.00" in sheets[-1].title
    assert sheets[-1].title == window.inspector.view.sheet.title


def test_the_inspector_follows_the_selection_and_its_rows_select(window, qtbot):
    view = window.inspector.view
    assert view.sheet.title == "Inspector"
    window.studio.selection.select(NeuronItem(1, 1))
    assert view.sheet.title == "h1.1"
    view.grab()
    row = view._targets[0]
    qtbot.mouseClick(view, LEFT, pos=row.rect.center().toPoint())
    assert window.studio.selection.item == row.item == ResistorItem(1, 0, 1)
    assert view.sheet.kicker == "Resistor in layer 1"


def test_the_rows_of_the_inspector_are_reached_by_keyboard(window, qtbot):
    view = window.inspector.view
    window.studio.selection.select(NeuronItem(2, 0))
    view.grab()
    view.setFocus()
    qtbot.keyClick(view, Qt.Key.Key_Down)
    qtbot.keyClick(view, Qt.Key.Key_Down)
    qtbot.keyClick(view, Qt.Key.Key_Return)
    assert window.studio.selection.item == ResistorItem(2, 1, 0)


def show_design(window, qtbot):
    window.tabs.setCurrentIndex(TRADEOFF_TAB)
    qtbot.wait(60)
    window.inspector.view.grab()
    return window.inspector.view


def test_a_click_on_a_segment_of_the_power_bars_selects_what_burns_it(window, qtbot):
    view = show_design(window, qtbot)
    told = []
    window.studio.hint.connect(told.append)
    wanted = next(each for each in view._targets if each.item == CircuitItem(2, "activation", 1))
    place = wanted.rect.center().toPoint()
    qtbot.mouseMove(view, place)
    view._mark(view._target_at(wanted.rect.center()))
    assert told[-1].startswith("ptanh of y1 class 1: 500 µW")
    qtbot.mouseClick(view, LEFT, pos=place)
    assert window.studio.selection.item == CircuitItem(2, "activation", 1)
    assert view.sheet.title == "ptanh of y1 class 1"


def test_the_segments_are_gone_through_by_arrow_keys_and_chosen_by_return(window, qtbot):
    view = show_design(window, qtbot)
    view.setFocus()
    qtbot.keyClick(view, Qt.Key.Key_Down)
    first = view._pointed
    qtbot.keyClick(view, Qt.Key.Key_Right)
    second = view._pointed
    assert (first.line, second.line) == (0, 0)
    assert second.rect.left() > first.rect.left()
    qtbot.keyClick(view, Qt.Key.Key_Down)
    assert view._pointed.line == 1
    for _ in range(30):
        qtbot.keyClick(view, Qt.Key.Key_Right)  # stays at the end of its bar
    assert view._pointed.item == LayerItem(2)
    qtbot.keyClick(view, Qt.Key.Key_Return)
    assert window.studio.selection.item == LayerItem(2)
    view.grab()
    assert any(isinstance(each.item, ResistorItem) for each in view._targets)


def test_its_buttons_show_the_part_in_another_view(window, qtbot):
    window.studio.selection.select(NeuronItem(1, 1))
    qtbot.mouseClick(window.inspector.buttons[0], LEFT)
    assert window.tabs.currentIndex() == SCHEMATIC_TAB
    assert window.inspector.view.sheet.title == "ptanh of h1.1"


def test_without_a_selection_the_trade_off_shows_the_design_and_the_limit(window, qtbot):
    window.tabs.setCurrentIndex(TRADEOFF_TAB)
    window.studio.edit(replace(window.studio.session.shown, limit=1.0))
    view = window.inspector.view

    def titles():
        return [section.title for section in view.sheet.sections]

    # the inspector follows a little later
    qtbot.waitUntil(lambda: "Best within 1.00 W, not checked" in titles())
    assert view.sheet.kicker == "Design"


@pytest.mark.parametrize("by_key", [False, True])
def test_the_design_that_is_proposed_within_a_limit_is_led_to_by_its_name(window, qtbot, by_key):
    session, view = window.studio.session, window.inspector.view
    window.tabs.setCurrentIndex(TRADEOFF_TAB)
    window.studio.edit(replace(session.shown, limit=1.0))
    qtbot.waitUntil(lambda: view.sheet.sections[1].title.startswith("Best within"))
    line = view.sheet.sections[1].lines[0]
    wanted = line.step.item.ref.index
    assert (line.name, wanted) != ("design", session.design_index)
    view.grab()
    target = next(each for each in view._targets if each.step == line.step)
    if by_key:
        view.setFocus()
        for _ in range(target.line + 1):
            qtbot.keyClick(view, Qt.Key.Key_Down)
        qtbot.keyClick(view, Qt.Key.Key_Return)
    else:
        qtbot.mouseClick(view, LEFT, pos=target.rect.center().toPoint())
    assert session.design_index == wanted
    qtbot.waitUntil(lambda: view.sheet.sections[1].lines[0].step is None)


def test_f10_hides_the_inspector_and_a_narrow_window_has_room_for_one_side(window, qtbot):
    assert window.inspector.isVisible()
    qtbot.keyClick(window, Qt.Key.Key_F10)
    assert not window.inspector.isVisible()
    qtbot.keyClick(window, Qt.Key.Key_F10)
    window.resize(1024, 700)
    qtbot.wait(20)
    assert window.panel.isVisible()
    assert not window.inspector.isVisible()
    qtbot.keyClick(window, Qt.Key.Key_F10)
    assert window.inspector.isVisible()
    assert not window.panel.isVisible()
