"""The layout canvas under real events: pan, zoom, menus, several layers at once, and long undo."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QMenu

from pnn_studio.app.session.selection import LayerItem, NeuronItem
from pnn_studio.storage.project_open import read_project
from pnn_studio.ui.design_bar.alpha_slider import AlphaSlider
from tests.gui.conftest import ScriptedWorker
from tests.gui.layout.test_canvas import ALT, CTRL, LEFT, SHIFT, click, hidden, place, press
from tests.support.runs import sample_dataset


@pytest.fixture
def window(open_window):
    window = open_window(lambda: ScriptedWorker(lambda job: []), (1440, 900))
    session = window.studio.session
    session.choose_data(replace(sample_dataset(), classes=np.arange(30) // 3 % 3))
    window.studio.edit(replace(session.recipe, hidden=(2, 3, 4)))
    return window


def canvas_of(window):
    return window.layout_tab.canvas


def menu_at(window, qtbot, at):
    """Open the context menu as a right click does, and return it."""
    canvas = canvas_of(window)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, canvas.viewport().mapToGlobal(at))
    QApplication.sendEvent(canvas.viewport(), event)
    qtbot.waitUntil(lambda: canvas.findChildren(QMenu) != [])
    return canvas.findChildren(QMenu)[-1]


def pick(qtbot, menu, text):
    action = next(each for each in menu.actions() if each.text().startswith(text))
    assert action.isEnabled(), text
    qtbot.mouseClick(menu, LEFT, pos=menu.actionGeometry(action).center())


def test_the_menu_of_a_right_click_does_what_it_says_to_what_is_under_it(window, qtbot):
    pick(qtbot, menu_at(window, qtbot, place(window, LayerItem(2))), "Move right")
    assert hidden(window) == (2, 4, 3)
    pick(qtbot, menu_at(window, qtbot, place(window, LayerItem(1))), "Copy")
    pick(qtbot, menu_at(window, qtbot, place(window, LayerItem(3))), "Paste after it")
    assert hidden(window) == (2, 4, 3, 2)
    pick(qtbot, menu_at(window, qtbot, place(window, NeuronItem(2, 1))), "Remove")
    assert hidden(window) == (2, 3, 3, 2)
    pick(qtbot, menu_at(window, qtbot, place(window, LayerItem(2))), "Insert a layer after it")
    assert hidden(window) == (2, 3, 3, 3, 2)
    pick(qtbot, menu_at(window, qtbot, place(window, LayerItem(5))), "Cut")
    assert hidden(window) == (2, 3, 3, 3)
    pick(qtbot, menu_at(window, qtbot, QPoint(12, 12)), "Select all layers")
    assert len(window.studio.selection.items) == 4
    # each was one step: move, paste, remove, insert, cut
    for _ in range(5):
        window.commands["undo"].trigger()
    assert hidden(window) == (2, 3, 4)


def test_an_own_menu_of_a_layer_leaves_alone_what_was_selected_with_it(window, qtbot):
    click(qtbot, window, LayerItem(1))
    click(qtbot, window, LayerItem(3), CTRL)
    pick(qtbot, menu_at(window, qtbot, place(window, LayerItem(3))), "Remove")
    assert hidden(window) == (3,)


def test_several_layers_are_cut_and_pasted_as_two_steps_with_their_names(window, qtbot):
    window.studio.edit(
        replace(window.studio.session.recipe, names=(("1", "front"), ("2.1", "middle")))
    )
    before = window.studio.session.settings
    click(qtbot, window, LayerItem(1))
    click(qtbot, window, LayerItem(2), SHIFT)
    press(qtbot, window, Qt.Key.Key_X, CTRL)
    assert hidden(window) == (4,)
    press(qtbot, window, Qt.Key.Key_V, CTRL)
    assert hidden(window) == (4, 2, 3)
    assert window.studio.session.recipe.names == (("2", "front"), ("3.1", "middle"))
    window.commands["undo"].trigger()
    window.commands["undo"].trigger()
    assert window.studio.session.settings == before


def test_layers_are_moved_by_keys_too(window, qtbot):
    click(qtbot, window, LayerItem(1))
    press(qtbot, window, Qt.Key.Key_Right, ALT)
    press(qtbot, window, Qt.Key.Key_Right, ALT)
    assert hidden(window) == (3, 4, 2)
    assert window.studio.selection.item == LayerItem(3)


def test_a_drag_on_free_ground_pans_and_the_wheel_zooms_about_the_pointer(window, qtbot):
    canvas = canvas_of(window)
    viewport = canvas.viewport()
    at = place(window, NeuronItem(2, 1))
    before = canvas.mapToScene(at)
    qtbot.mouseMove(viewport, at)  # where the pointer of an earlier test was left does not count
    for _ in range(4):
        wheel = QWheelEvent(
            QPointF(at), QPointF(viewport.mapToGlobal(at)), QPoint(), QPoint(0, 240),
            Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase,
            False,
        )  # fmt: skip
        QApplication.sendEvent(viewport, wheel)
    assert canvas.scale_now > 1.5
    # to the sides; from top to bottom all of it was in view, and stays in the middle as long
    assert abs(canvas.mapToScene(at).x() - before.x()) < 2
    # a place where nothing is drawn
    free = next(
        QPoint(x, y)
        for y in range(40, viewport.height() - 60, 10)
        for x in range(60, viewport.width() - 60, 10)
        if canvas.item_at(QPointF(x, y)) is None and canvas._part_at(QPointF(x, y)) is None
    )
    left, top = canvas.horizontalScrollBar().value(), canvas.verticalScrollBar().value()
    qtbot.mousePress(viewport, LEFT, pos=free)
    qtbot.mouseMove(viewport, free + QPoint(30, 20))
    qtbot.mouseMove(viewport, free + QPoint(50, 40))
    qtbot.mouseRelease(viewport, LEFT, pos=free + QPoint(50, 40))
    moved = left - canvas.horizontalScrollBar().value(), top - canvas.verticalScrollBar().value()
    assert moved == (50, 40)
    qtbot.keyClick(canvas, Qt.Key.Key_0)
    shown = canvas.mapToScene(viewport.rect()).boundingRect()
    assert shown.contains(canvas.sceneRect())


def test_a_double_click_renames_a_neuron_where_it_is(window, qtbot):
    canvas = canvas_of(window)
    qtbot.mouseDClick(canvas.viewport(), LEFT, pos=place(window, NeuronItem(2, 1)))
    qtbot.keyClicks(canvas.name, "sweet")
    qtbot.keyClick(canvas.name, Qt.Key.Key_Return)
    assert dict(window.studio.session.recipe.names) == {"2.1": "sweet"}


def test_more_than_200_edits_are_taken_back_one_by_one_also_after_saving(window, qtbot, tmp_path):
    session, start = window.studio.session, window.studio.session.settings
    window.tabs.setCurrentIndex(3)  # nothing is drawn meanwhile
    for step in range(210):
        window.studio.set_neurons(1, 4 + step)
    path = tmp_path / "long.pnn"
    window.studio.project.save_as(path)
    qtbot.waitUntil(path.is_file)
    window.commands["undo"].trigger()
    window.commands["redo"].trigger()
    taken = 0
    while session.settings != start:
        window.commands["undo"].trigger()
        taken += 1
    assert taken == 210
    qtbot.waitUntil(lambda: read_project(path).settings == start)


def test_a_drag_of_the_slider_is_one_step(window, qtbot):
    slider = window.alpha_bar.findChild(AlphaSlider)
    before = window.studio.session.settings
    y = slider.height() // 2
    qtbot.mousePress(slider, LEFT, pos=QPoint(slider.width() // 2, y))
    for x in range(slider.width() // 2, slider.width() - 20, 12):
        qtbot.mouseMove(slider, QPoint(x, y))
    qtbot.mouseRelease(slider, LEFT, pos=QPoint(slider.width() - 20, y))
    assert window.studio.session.shown.alpha > before.shown.alpha
    window.commands["undo"].trigger()
    assert window.studio.session.settings == before
