"""A layer of 64 inputs and 32 neurons: a map, symbols, values; headings stay; it pans fluently."""

import time
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage

from pnn_studio.app.session.selection import CircuitItem, NeuronItem, ResistorItem
from pnn_studio.circuit.schematic import layer_schematic
from pnn_studio.ui.schematic.map import map_image, strengths
from pnn_studio.ui.shell.main_window import SCHEMATIC_TAB
from pnn_studio.ui.widgets.theme import DARK, LIGHT
from tests.gui.conftest import ScriptedWorker
from tests.support.designs import sample_design
from tests.support.pace import slowness
from tests.support.runs import sample_dataset, sample_family, start_run

LEFT = Qt.MouseButton.LeftButton
DESIGN = sample_design(64, (32,), 3)


def trained(open_window, inputs, hidden, size=(1440, 900)):
    window = open_window(lambda: ScriptedWorker(lambda job: []), size)
    session = window.studio.session
    session.choose_data(sample_dataset(inputs))
    window.studio.edit(replace(session.recipe, alphas=1, seeds=1, hidden=hidden))
    plan = session.plan()
    start_run(session, plan)
    session.take_family(sample_family(plan))
    session.set_run_state("finished")
    window.tabs.setCurrentIndex(SCHEMATIC_TAB)
    return window


@pytest.fixture
def window(open_window, qtbot):
    window = trained(open_window, 64, (32,))
    qtbot.wait(30)
    return window


def printed(window, kind="resistor"):
    view = window.schematic_tab.view
    return next(s for s in view.item.symbols if s.kind == kind and s.row == 40)


def test_the_map_has_one_cell_a_site_in_the_colour_of_its_sign():
    layer = DESIGN.layers[0]
    values = strengths(layer_schematic(DESIGN, 0))
    assert values.shape == layer.theta.shape
    printed = layer.theta != 0
    assert np.array_equal(values != 0, printed)
    # ground has 0 V either way, so its negative conductances are plain
    assert np.array_equal(values < 0, layer.negated)
    g = layer.conductances(DESIGN.g_min)
    order = np.argsort(g[printed])
    assert np.all(np.diff(np.abs(values[printed])[order]) >= -1e-12)
    for theme in (LIGHT, DARK):
        image = map_image(values, theme)
        largest = np.unravel_index(np.argmax(np.abs(values)), values.shape)
        row, column = (int(at) for at in largest)
        sign = "positive" if values[largest] > 0 else "negative"
        assert image.pixelColor(column, row) == theme.color(f"{sign}_fill")
        row, column = (int(at) for at in np.argwhere(~printed)[0])
        assert image.pixelColor(column, row) == theme.color("grid")


def test_it_opens_as_a_map_and_a_double_click_shows_that_cell_at_100_percent(window, qtbot):
    view = window.schematic_tab.view
    assert view.level == "map"
    symbol = printed(window)
    place = view.place_of(symbol).center().toPoint()
    qtbot.mouseDClick(view.viewport(), LEFT, pos=place)
    assert view.level == "full"
    assert view.scale_now == pytest.approx(1.0)
    middle = view.mapToScene(view.viewport().rect().center())
    row = next(r for r in view.item._schematic.rows if r.index == symbol.row)
    assert abs(middle.y() - row.y) < 60
    assert abs(middle.x() - view.item._schematic.columns[symbol.column].x) < 100
    view.fit()
    assert view.level == "map"


def test_names_and_feet_stay_at_their_rows_and_columns_at_every_level(window, qtbot):
    view = window.schematic_tab.view
    for scale in (0.2, 0.5, 1.0):
        view._zoom_to(scale, QPointF(view.viewport().rect().center()), (30, 15))
        qtbot.wait(10)
        assert view.names.isVisible()
        assert view.feet.isVisible()
        assert view.names.width() == 136
        assert view.feet.height() == 64
        symbol = next(s for s in view.item.symbols if s.kind == "resistor" and s.row == 30)
        y = view._y_of_row(30)
        qtbot.mouseClick(view.names, LEFT, pos=QPoint(60, int(y)))
        assert window.studio.selection.item == NeuronItem(0, 30)
        x = view._x_of_column(15)
        qtbot.mouseClick(view.feet, LEFT, pos=QPoint(int(x), 30))
        assert window.studio.selection.item == CircuitItem(1, "activation", 15)
        assert view.level == "map" or symbol.y > view.mapToScene(0, 0).y()
        window.grab()


def test_zooming_keeps_the_cell_under_the_pointer_across_levels(window):
    view = window.schematic_tab.view
    view._zoom_to(0.42, QPointF(300, 300), (20, 10))
    at = QPointF(420, 300)
    cell = view._cell_of(view.mapToScene(at.toPoint()))
    for factor in (1.3, 1.5, 1.2, 1 / 1.7, 1.5, 1 / 2.0):
        view._anchor = at
        view._zoom(factor)
        row, column = view._cell_of(view.mapToScene(at.toPoint()))
        assert abs(row - cell[0]) < 0.35
        assert abs(column - cell[1]) < 0.35


def test_a_cell_of_the_map_tells_and_selects_its_resistor(window, qtbot):
    tab = window.schematic_tab
    view = tab.view
    symbol = printed(window)
    place = view.place_of(symbol).center().toPoint()
    qtbot.mouseMove(view.viewport(), place - QPoint(2, 0))
    qtbot.mouseMove(view.viewport(), place)
    qtbot.waitUntil(lambda: tab.card.isVisible())
    qtbot.mouseClick(view.viewport(), LEFT, pos=place)
    assert window.studio.selection.item == ResistorItem(1, symbol.row, symbol.column)
    assert view.marked == {symbol.ref}


def test_arrows_reach_components_that_are_out_of_view(window, qtbot):
    view = window.schematic_tab.view
    view._zoom_to(1.0, QPointF(300, 300), (0, 0))
    view.setFocus()
    for _ in range(30):
        qtbot.keyClick(view, Qt.Key.Key_Down)
    symbol = next(each for each in view.item.symbols if each.ref in view.marked)
    place = view.place_of(symbol)
    assert 0 <= place.center().y() <= view.viewport().height() - 64
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    assert view.marked == frozenset()


@pytest.mark.parametrize("scale", [0.15, 0.5, 1.0])
def test_a_layer_of_64_by_32_pans_at_30_frames_a_second(window, capsys, scale):
    view = window.schematic_tab.view
    view._zoom_to(scale, QPointF(view.viewport().rect().center()), (30, 15))
    across, down = view.horizontalScrollBar(), view.verticalScrollBar()
    took = []
    for step in range(30):
        across.setValue(across.value() + (9 if step % 10 < 5 else -9))
        down.setValue(down.value() + (6 if step % 10 < 5 else -6))
        begin = time.thread_time()  # other programs must not be counted
        view.viewport().repaint()
        view.names.repaint()
        view.feet.repaint()
        took.append(1e3 * (time.thread_time() - begin))
    median = float(np.median(took))
    with capsys.disabled():
        print(f"\npan of 64 x 32 at {scale:.0%}: median {median:.1f} ms, max {max(took):.1f} ms")
    assert median < 60 * slowness()  # 33 ms are the target where nothing else runs


def test_21_rows_open_with_legible_names_and_show_values_on_demand(open_window, qtbot):
    window = trained(open_window, 19, (3,), (1280, 720))
    qtbot.wait(30)
    view = window.schematic_tab.view
    assert view.level == "symbols"
    assert not view.item.values
    symbol = next(s for s in view.item.symbols if s.kind == "resistor" and s.row == 1)
    before = view.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    qtbot.mouseMove(view.viewport(), view.place_of(symbol).center().toPoint())
    qtbot.waitUntil(lambda: view.item.hovered is not None)
    assert view.grab().toImage().convertToFormat(QImage.Format.Format_RGB32) != before
