"""A wrong layout is marked where it is wrong, with the reason and a button that helps."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt

from pnn_studio.app.jobs.protocol import Done
from pnn_studio.app.session.selection import LayerItem
from pnn_studio.domain.print_process import PrintProcess
from pnn_studio.ui.layout.items import ColumnItem
from tests.gui.conftest import ScriptedWorker
from tests.support.runs import sample_dataset

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def window(open_window):
    data = replace(sample_dataset(), classes=np.arange(30) // 3 % 3)
    window = open_window(lambda: ScriptedWorker(lambda job: [data, Done("Read")]), (1280, 720))
    window.studio.session.choose_data(data)
    return window


def edit(window, **changed):
    window.studio.edit(replace(window.studio.session.recipe, **changed))


def outlined(window):
    items = window.layout_tab.canvas.canvas.items()
    columns = (each for each in items if isinstance(each, ColumnItem))
    return {each.column.stage: each._fault for each in columns if each._fault}


def test_a_layer_of_one_is_marked_and_set_right_with_one_click(window, qtbot):
    line = window.layout_tab.fault
    assert not line.isVisible()
    edit(window, hidden=(1,))
    assert line.isVisible()
    assert line.text.text().startswith("Layer 1 has 1 neuron but the data have 3 classes")
    assert outlined(window) == {1: "warn"}
    qtbot.mouseClick(line.cure, LEFT)
    assert window.studio.session.recipe.hidden == (3,)
    assert not line.isVisible()
    assert outlined(window) == {}
    # the cure is one step like any other edit
    window.commands["undo"].trigger()
    assert window.studio.session.recipe.hidden == (1,)
    assert line.isVisible()


def test_an_edit_that_cannot_be_is_refused_at_its_place_and_offers_what_can(window, qtbot):
    line, canvas = window.layout_tab.fault, window.layout_tab.canvas
    edit(window, hidden=(3, 2, 4, 3, 3))
    window.studio.selection.select(*(LayerItem(each) for each in range(1, 6)))
    qtbot.keyClick(canvas, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(canvas, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert line.text.text() == "10 hidden layers; at most 8 are possible."
    assert window.studio.session.recipe.hidden == (3, 2, 4, 3, 3)
    assert not window.messages.isVisible()
    line.cure.setFocus()
    qtbot.keyClick(line.cure, Qt.Key.Key_Space)
    assert len(window.studio.session.recipe.hidden) == 8
    assert not line.isVisible()


def test_a_refusal_is_dismissed_or_gone_with_the_next_edit(window, qtbot):
    line = window.layout_tab.fault
    edit(window, hidden=())
    assert outlined(window) == {1: "error"}
    qtbot.mouseClick(line._close, LEFT)
    assert not line.isVisible()
    assert outlined(window) == {}
    edit(window, hidden=())
    window.studio.set_alpha(0.7)
    assert not line.isVisible()


def test_on_another_tab_the_message_bar_tells_and_helps(window, qtbot):
    window.tabs.setCurrentIndex(1)
    edit(window, alphas=201, seeds=100)
    assert "at most 20000 are trained at once" in window.messages.text.text()
    qtbot.mouseClick(window.messages.remedies[0], LEFT)
    recipe = window.studio.session.recipe
    assert (recipe.alphas, recipe.seeds) == (201, 99)
    assert not window.messages.isVisible()


def test_too_many_designs_are_told_under_their_field(window):
    edit(window, alphas=201, seeds=100)
    words = window.panel.family._fault
    assert words.isVisibleTo(window.panel)
    assert words.text() == "20100 designs; at most 20000 are trained at once."
    assert window.studio.session.recipe.alphas == 51


def test_what_cannot_be_trained_is_told_at_its_field_and_when_train_is_pressed(
    window, qtbot, tmp_path
):
    session = window.studio.session
    # as a project is opened whose technology file is gone
    session.edit(replace(session.recipe, print_process=PrintProcess(str(tmp_path / "gone.toml"))))
    words = window.panel.technology._words["technology"]
    assert "cannot be read" in words.text()
    assert words.property("tone") == "error"
    window.commands["train"].trigger()
    assert session.runs == ()
    assert "cannot be read" in window.messages.text.text()
    window.messages.remedies[0].click()
    # which inputs the data were read for is not known any more: they are read again
    qtbot.waitUntil(lambda: session.recipe.print_process == PrintProcess())
    assert "Resistors of" in words.text()


def test_a_largest_resistor_out_of_reach_is_told_under_its_field(window):
    window.studio.choose_process(PrintProcess(largest_r=1e8))
    words = window.panel.technology._words["largest R"]
    assert (words.property("tone"), words.isVisibleTo(window.panel)) == ("warn", True)
    window.layout_tab.fault.cure.click()
    assert window.studio.session.recipe.print_process == PrintProcess()
    assert not words.isVisibleTo(window.panel)
