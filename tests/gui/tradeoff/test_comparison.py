"""Pinned designs side by side, through real events."""

from dataclasses import replace
from itertools import pairwise

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from pnn_studio.app.session.pins import pinned
from pnn_studio.app.session.selection import LayerItem
from pnn_studio.ui.shell.arrangement import Arrangement
from pnn_studio.ui.shell.main_window import SCHEMATIC_TAB, TRADEOFF_TAB
from tests.gui.conftest import ScriptedWorker
from tests.support.runs import sample_dataset, sample_family, start_run

LEFT = Qt.MouseButton.LeftButton
BOTH = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def window(open_window, qtbot):
    window = open_window(lambda: ScriptedWorker(lambda job: []), (1280, 720))
    session = window.studio.session
    session.choose_data(sample_dataset())
    window.studio.edit(replace(session.recipe, alphas=5, seeds=2))
    train(window)
    window.tabs.setCurrentIndex(TRADEOFF_TAB)
    qtbot.wait(30)
    return window


def train(window):
    session = window.studio.session
    plan = session.plan()
    start_run(session, plan)
    session.take_family(sample_family(plan))
    session.set_run_state("finished")


def pin(window, *designs):
    for design in designs:
        window.tradeoff_tab.choose(design)
        window.tradeoff_tab.toggle_pin()


def compare(window, qtbot):
    qtbot.mouseClick(window.tradeoff_tab.strip.compare, LEFT)
    view = window.tradeoff_tab.comparison
    assert view.isVisible()
    return view


def test_two_pinned_designs_are_compared_by_key_and_escape_leads_back(window, qtbot):
    tab = window.tradeoff_tab
    assert not tab.strip.compare.isEnabled()
    qtbot.keyClick(window, Qt.Key.Key_D, BOTH)
    assert not tab.comparison.isVisible()
    pin(window, 1, 6)
    assert tab.strip.compare.isEnabled()
    qtbot.keyClick(window, Qt.Key.Key_D, BOTH)
    assert tab.comparison.isVisible()
    assert tab.comparison.return_.hasFocus()
    qtbot.keyClick(tab.comparison.return_, Qt.Key.Key_Escape)
    assert tab.plot.isVisible()


def test_show_leads_the_whole_window_to_a_design_also_of_an_older_run(window, qtbot):
    session = window.studio.session
    pin(window, 1)
    older = session.run
    window.studio.edit(replace(session.recipe, hidden=(4,)))
    train(window)
    pin(window, 6)
    view = compare(window, qtbot)
    assert [head.show_it.text() for head in view.heads] == ["Show", "Shown"]
    qtbot.mouseClick(view.heads[0].show_it, LEFT)
    assert session.run is older
    assert session.design_index == 1
    assert view.isVisible()
    assert [head.show_it.text() for head in view.heads] == ["Shown", "Show"]


def test_unpinning_keeps_the_comparison_until_one_design_is_left(window, qtbot):
    pin(window, 1, 6, 8)
    view = compare(window, qtbot)
    view.heads[0].unpin.setFocus()
    qtbot.keyClick(view.heads[0].unpin, Qt.Key.Key_Space)
    assert [head.letter for head in view.heads] == ["A", "B"]
    assert view.return_.hasFocus()
    qtbot.mouseClick(view.heads[0].unpin, LEFT)
    assert window.tradeoff_tab.plot.isVisible()
    window.commands["undo"].trigger()
    assert len(window.studio.session.shown.pins) == 2


def test_equal_figures_are_hidden_where_only_differences_are_wanted(window, qtbot):
    pin(window, 1, 6)
    view = compare(window, qtbot)
    assert all(row.cells[1].isVisible() for row in view.rows)
    qtbot.mouseClick(view.only, LEFT)
    for row in view.rows:
        assert row.cells[1].isVisible() == row.figure.differs
    assert any(not row.figure.differs for row in view.rows)


def test_a_schematic_opens_its_layer_of_its_design(window, qtbot):
    pin(window, 1, 6)
    view = compare(window, qtbot)
    assert len(view.pictures) == 4
    picture = view.pictures[2]  # layer 2 of A
    picture.setFocus()
    qtbot.keyClick(picture, Qt.Key.Key_Space)
    assert window.studio.session.design_index == 1
    assert window.studio.selection.item == LayerItem(2)
    assert window.tabs.currentIndex() == SCHEMATIC_TAB


def test_no_text_is_cut_with_four_designs_in_a_small_window(window, qtbot):
    pin(window, 1, 4, 6, 8)
    view = compare(window, qtbot)
    QApplication.processEvents()
    for row in view.rows:
        for cell, text in zip(row.cells[1:], row.figure.cells, strict=True):
            assert cell.text() == text
    for head in view.heads:
        for button in (head.show_it, head.unpin):
            assert button.width() >= button.sizeHint().width()
            assert button.accessibleName().endswith(head.letter)
    view.grab()


def test_the_palette_offers_comparison_and_filters_once_they_apply(window, qtbot):
    def offered(text):
        return next(each for each in window.entries() if each.text.startswith(text))

    assert not offered("Compare pinned").enabled
    assert not offered("Show only designs within").enabled
    pin(window, 1, 6)
    window.studio.edit(replace(window.studio.session.shown, limit=1e-3))
    offered("Compare pinned").run()
    assert window.tradeoff_tab.comparison.isVisible()
    offered("Compare pinned").run()
    offered("Show only designs within").run()
    offered("Show only checked").run()
    assert window.tradeoff_tab.strip.count.text() == "0 of 10 designs shown"


def test_a_file_that_cannot_be_written_is_told_in_the_message_bar(window, qtbot, tmp_path):
    pin(window, 1, 6)
    view = compare(window, qtbot)
    view.write(str(tmp_path / "none" / "a.csv"))
    assert "cannot be written" in window.messages.text.text()
    view.write(str(tmp_path / "a.csv"))
    assert (tmp_path / "a.csv").read_text().startswith('figure,"A α')


def test_one_key_pins_design_after_design_and_takes_a_pin_away(window, qtbot):
    tab, control = window.tradeoff_tab, Qt.KeyboardModifier.ControlModifier
    for design in (1, 4, 6):
        tab.choose(design)
        qtbot.keyClick(window, Qt.Key.Key_D, control)
    assert [each.design for each in pinned(window.studio.session)] == [1, 4, 6]
    qtbot.keyClick(window, Qt.Key.Key_D, control)
    assert [each.design for each in pinned(window.studio.session)] == [1, 4]


def test_four_pins_leave_the_plot_and_its_legend_their_room_in_a_small_window(window, qtbot):
    window.workbench.arrange([Arrangement(dock=True)] * 4)
    window.resize(1280, 720)
    pin(window, 1, 4, 6, 8)
    qtbot.wait(30)
    tab = window.tradeoff_tab
    parts = [tab.strip, tab.plot, tab.legend, tab.pinned]
    for above, below in pairwise(parts):
        bottom = above.mapTo(tab, above.rect().bottomLeft()).y()
        assert bottom < below.mapTo(tab, below.rect().topLeft()).y()
    assert tab.pinned.rect().contains(tab.pinned.table.geometry())
    assert tab.pinned.table.verticalScrollBar().maximum() > 0
