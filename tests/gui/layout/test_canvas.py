"""Layouts are drawn by mouse and by keyboard, and every edit can be undone."""

import time
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QMenu

from pnn_studio.app.session.selection import LayerItem, NeuronItem, ResistorItem
from pnn_studio.domain.layout import Layout
from pnn_studio.ui.layout.buttons import CanvasButton
from tests.gui.conftest import ScriptedWorker
from tests.support.pace import slowness
from tests.support.runs import sample_dataset, sample_family, start_run

LEFT = Qt.MouseButton.LeftButton
CTRL, ALT, SHIFT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.AltModifier,
    Qt.KeyboardModifier.ShiftModifier,
)


@pytest.fixture
def window(open_window):
    window = open_window(lambda: ScriptedWorker(lambda job: []), (1440, 900))
    session = window.studio.session
    session.choose_data(replace(sample_dataset(), classes=np.arange(30) // 3 % 3))
    window.studio.edit(replace(session.recipe, alphas=3, seeds=2))
    return window


def train(window):
    session = window.studio.session
    plan = session.plan()
    start_run(session, plan)
    session.take_family(sample_family(plan))
    session.set_run_state("finished")


def place(window, item):
    canvas = window.layout_tab.canvas
    drawn = canvas._drawn(item)
    below = QPoint(0, 14) if isinstance(item, LayerItem) else QPoint(0, 0)
    return canvas.mapFromScene(drawn.scenePos() + below)


def click(qtbot, window, item, modifiers=Qt.KeyboardModifier.NoModifier):
    viewport = window.layout_tab.canvas.viewport()
    qtbot.mouseClick(viewport, LEFT, modifiers, place(window, item))


def drag(qtbot, window, item, to):
    viewport, at = window.layout_tab.canvas.viewport(), place(window, item)
    qtbot.mousePress(viewport, LEFT, pos=at)
    for step in (0.2, 0.6, 1.0):
        qtbot.mouseMove(viewport, at + (to - at) * step)
    window.layout_tab.canvas.grab()
    qtbot.mouseRelease(viewport, LEFT, pos=to)


def press(qtbot, window, key, modifiers=Qt.KeyboardModifier.NoModifier):
    qtbot.keyClick(window.layout_tab.canvas, key, modifiers)


def hidden(window):
    return window.studio.session.recipe.hidden


def canvas_button(qtbot, window, tip):
    canvas = window.layout_tab.canvas
    found = next(
        each
        for each in canvas.canvas.items()
        if isinstance(each, CanvasButton) and each.toolTip() == tip
    )
    qtbot.mouseClick(canvas.viewport(), LEFT, pos=canvas.mapFromScene(found.scenePos()))
    qtbot.wait(20)


def test_a_layout_drawn_by_mouse_is_undone_whole_and_redone_to_the_same(window, qtbot):
    start = window.studio.session.settings
    canvas_button(qtbot, window, "One neuron more in layer 1")
    canvas_button(qtbot, window, "One neuron more in layer 1")
    assert str(window.studio.session.layout) == "4-5-3"
    canvas_button(qtbot, window, "Insert a layer here")
    drag(qtbot, window, LayerItem(1), place(window, LayerItem(2)))
    drawn = window.studio.session.settings
    while window.studio.session.settings != start:
        window.commands["undo"].trigger()
    while window.studio.session.can_redo:
        window.commands["redo"].trigger()
    assert window.studio.session.settings == drawn


def test_a_click_selects_for_the_whole_window_and_free_ground_selects_nothing(window, qtbot):
    train(window)
    click(qtbot, window, NeuronItem(1, 1))
    assert window.studio.selection.items == (NeuronItem(1, 1),)
    assert window.inspector.view.sheet.title == "h1.1"
    click(qtbot, window, NeuronItem(1, 2), CTRL)
    assert window.studio.selection.items == (NeuronItem(1, 1), NeuronItem(1, 2))
    qtbot.mouseClick(window.layout_tab.canvas.viewport(), LEFT, pos=QPoint(12, 12))
    assert window.studio.selection.items == ()


def test_several_neurons_in_a_frame_are_removed_as_one_step(window, qtbot):
    window.studio.set_neurons(0, 5)
    viewport = window.layout_tab.canvas.viewport()
    first, last = place(window, NeuronItem(1, 1)), place(window, NeuronItem(1, 3))
    qtbot.mousePress(viewport, LEFT, SHIFT, first - QPoint(50, 25))
    qtbot.mouseMove(viewport, first)
    qtbot.mouseMove(viewport, last + QPoint(50, 20))
    qtbot.mouseRelease(viewport, LEFT, SHIFT, last + QPoint(50, 20))
    assert len(window.studio.selection.items) == 3
    press(qtbot, window, Qt.Key.Key_Delete)
    assert hidden(window) == (2,)
    window.commands["undo"].trigger()
    assert hidden(window) == (5,)


def test_all_of_it_by_keyboard_alone(window, qtbot):
    window.layout_tab.canvas.setFocus()
    press(qtbot, window, Qt.Key.Key_Right)
    assert window.studio.selection.item == NeuronItem(1, 0)
    press(qtbot, window, Qt.Key.Key_Insert)
    assert hidden(window) == (4,)
    press(qtbot, window, Qt.Key.Key_Up)
    press(qtbot, window, Qt.Key.Key_Delete)
    assert hidden(window) == (3,)
    press(qtbot, window, Qt.Key.Key_Right)
    press(qtbot, window, Qt.Key.Key_Up)
    assert window.studio.selection.item == LayerItem(1)
    press(qtbot, window, Qt.Key.Key_C, CTRL)
    press(qtbot, window, Qt.Key.Key_V, CTRL)
    press(qtbot, window, Qt.Key.Key_Insert)
    assert hidden(window) == (3, 3, 3)
    press(qtbot, window, Qt.Key.Key_X, CTRL)
    assert hidden(window) == (3, 3)


def test_a_name_is_typed_at_its_place_and_moves_with_its_neuron(window, qtbot):
    canvas = window.layout_tab.canvas
    click(qtbot, window, NeuronItem(1, 0))
    press(qtbot, window, Qt.Key.Key_F2)
    assert canvas.name.isVisible()
    qtbot.keyClicks(canvas.name, "petals")
    qtbot.keyClick(canvas.name, Qt.Key.Key_Return)
    assert not canvas.name.isVisible()
    qtbot.waitUntil(lambda: window.inspector.view.sheet.title == "petals")
    press(qtbot, window, Qt.Key.Key_Down, ALT)
    assert dict(window.studio.session.recipe.names)["1.1"] == "petals"
    drag(qtbot, window, NeuronItem(1, 1), place(window, NeuronItem(1, 2)))
    assert dict(window.studio.session.recipe.names)["1.2"] == "petals"


def test_escape_leaves_the_old_name(window, qtbot):
    canvas = window.layout_tab.canvas
    qtbot.mouseDClick(canvas.viewport(), LEFT, pos=place(window, LayerItem(1)))
    assert canvas.name.isVisible()
    qtbot.keyClicks(canvas.name, "nothing")
    qtbot.keyClick(canvas.name, Qt.Key.Key_Escape)
    assert not canvas.name.isVisible()
    assert window.studio.session.recipe.names == ()


def test_inputs_and_outputs_cannot_be_removed_and_it_is_said_why(window, qtbot):
    click(qtbot, window, NeuronItem(0, 1))
    press(qtbot, window, Qt.Key.Key_Delete)
    assert "follow from the data" in window.messages.text.text()
    click(qtbot, window, NeuronItem(1, 0))
    for _ in range(3):
        press(qtbot, window, Qt.Key.Key_Right)
        press(qtbot, window, Qt.Key.Key_Left)
        press(qtbot, window, Qt.Key.Key_A, CTRL)
    press(qtbot, window, Qt.Key.Key_Delete)
    assert hidden(window) == (3,)
    assert window.layout_tab.fault.text.text().startswith("Layer 1 has no neuron")


def test_the_context_menu_offers_what_applies(window, qtbot):
    canvas = window.layout_tab.canvas
    click(qtbot, window, NeuronItem(1, 0))
    texts = [text for text, _, _ in canvas.commands.menu_for(window.studio.selection.item)]
    assert "Move up\tAlt+Up" in texts
    enabled = {text: on for text, _, on in canvas.commands.menu_for(LayerItem(1))}
    assert not enabled["Remove\tDel"]
    assert canvas.findChildren(QMenu) == []


def test_the_card_at_an_edge_tells_its_resistor_and_a_click_selects_it(window, qtbot):
    train(window)
    canvas = window.layout_tab.canvas
    edge = canvas._picture.edges[0]
    x, y = edge.start
    at = canvas.mapFromScene(x + 6, y)
    qtbot.mouseMove(canvas.viewport(), QPoint(5, 5))
    qtbot.mouseMove(canvas.viewport(), at)
    qtbot.waitUntil(canvas.card.isVisible)
    qtbot.mouseClick(canvas.viewport(), LEFT, pos=at)
    picked = window.studio.selection.item
    assert isinstance(picked, ResistorItem)
    assert (picked.layer, picked.row) == (edge.layer, edge.row)


def test_samples_are_stepped_through_wrong_answers_first(window, qtbot):
    train(window)
    qtbot.wait(20)
    picker, studio = window.layout_tab.samples, window.studio
    told = picker._answers()
    studio.set_sample(int(told.order[0]))
    for step in range(1, 5):
        qtbot.keyClick(window, Qt.Key.Key_BracketRight)
        assert studio.sample == told.order[step]
    assert "taken for" in picker.what.toolTip()
    qtbot.mouseClick(picker.back, LEFT)
    assert studio.sample == told.order[3]


def pan(canvas):
    """Pan over 40 steps; return what 95 % of the frames take at most, in seconds."""
    bar, took = canvas.horizontalScrollBar(), []
    for step in range(40):
        begin = time.thread_time()  # other programs must not be counted
        bar.setValue(bar.minimum() + 3 * step)
        canvas.viewport().repaint()
        took.append(time.thread_time() - begin)
    QApplication.processEvents()
    return float(np.percentile(took, 95))


@pytest.mark.alone
def test_64_inputs_and_32_neurons_pan_at_thirty_frames_a_second(window, qtbot, capsys):
    session = window.studio.session
    session.choose_data(sample_dataset(64, 3, 60))
    window.studio.edit(replace(session.recipe, hidden=(32,)))
    assert window.studio.session.layout == Layout(64, (32,), 3)
    train(window)
    qtbot.wait(50)
    canvas = window.layout_tab.canvas
    canvas.zoom_in()
    slowest = min(pan(canvas) for _ in range(3))
    with capsys.disabled():
        print(f"\n64-32-3: a frame of panning takes {slowest * 1e3:.1f} ms (95 %)")
    assert slowest < 1 / 30 * slowness()
