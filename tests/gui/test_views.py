"""Views of large networks: what floats covers no label, and a part tells where it is."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QPointF, QRectF, QSizeF, Qt

from pnn_studio.app.inspector.distribution import input_distribution
from pnn_studio.app.session.selection import DesignItem, NeuronItem
from pnn_studio.ui.layout.placing import place
from pnn_studio.ui.shell.main_window import LAYOUT_TAB, SCHEMATIC_TAB
from pnn_studio.ui.widgets.canvas.drawing_room import free_place
from tests.gui.conftest import ScriptedWorker, settle
from tests.support.runs import sample_dataset
from tests.support.sized_projects import SIZES, check_shown, sized_project

rects = st.builds(QRectF, *[st.integers(0, 350)] * 2, *[st.integers(5, 60)] * 2)


@settings(max_examples=60, deadline=None)
@given(rects, st.lists(rects, max_size=6))
def test_what_floats_covers_nothing_where_there_is_a_place_for_it(about, taken):
    size, ground = QSizeF(90, 40), QSizeF(400, 400)
    found = QRectF(free_place(size, about, taken, ground), size)
    assert QRectF(0, 0, 400, 400).contains(found)
    assert not found.intersects(about)
    rows = ((x, y) for x in range(4, 306, 12) for y in range(4, 356, 12))
    free = any(
        not any(
            QRectF(x, y, 90, 40).intersects(each) for each in (*taken, about.adjusted(-5, -5, 5, 5))
        )
        for x, y in rows
    )
    assert not (free and any(found.intersects(each) for each in taken))


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.integers(1, 256), min_size=2, max_size=6), st.integers(400, 2400),
    st.integers(300, 1400),
)  # fmt: skip
def test_a_layout_fills_its_canvas_in_one_direction_or_is_twice_its_size(sizes, width, height):
    placed = place(sizes, (width, height))
    scale = min((width - 16) / placed.width, (height - 16) / placed.height, 2.0)
    shown = [len(each.shown) for each in placed.stages]
    assert all(0 < few <= count for few, count in zip(shown, sizes, strict=True))
    fills = max(placed.width * scale / (width - 16), placed.height * scale / (height - 16))
    assert fills > 0.95 or scale == 2.0


@pytest.fixture
def large(open_window, qtbot):
    window = open_window(ScriptedWorker, (1440, 900))
    window.studio.session.restore(sized_project(*SIZES["30-6-10"]))
    check_shown(window.studio.session)
    settle(qtbot, window)
    return window


def test_a_part_of_a_layout_is_framed_in_its_overview_and_a_click_there_goes_there(large, qtbot):
    canvas = large.layout_tab.canvas
    assert not canvas.overview.isVisible()
    for _ in range(4):
        canvas.zoom_in()
    assert canvas.overview.isVisible()
    canvas.overview.grab()
    end = canvas.overview.rect().bottomRight() - QPoint(3, 3)
    qtbot.mouseClick(canvas.overview, Qt.MouseButton.LeftButton, pos=end)
    before = canvas.mapToScene(canvas.viewport().rect().center())
    qtbot.mouseClick(canvas.overview, Qt.MouseButton.LeftButton, pos=QPoint(3, 3))
    after = canvas.mapToScene(canvas.viewport().rect().center())
    assert after.x() < before.x() - 50
    qtbot.keyClick(canvas, Qt.Key.Key_0)
    assert not canvas.overview.isVisible()


def test_what_is_selected_is_named_where_others_give_way(large):
    canvas = large.layout_tab.canvas
    named = {each.node.index: each for each in canvas._nodes if each.node.stage == 0}
    hidden = next(at for at in range(30) if named[at].name_rect.isEmpty())
    large.studio.selection.select(NeuronItem(0, hidden))
    assert not named[hidden].name_rect.isEmpty()
    shown = sorted(
        (each.mapToScene(each.name_rect).boundingRect() for each in named.values()
         if not each.name_rect.isEmpty()),
        key=QRectF.top,
    )  # fmt: skip
    assert len(shown) > 10
    assert all(a.center().y() + 12 < b.center().y() for a, b in pairwise(shown))


def test_the_card_of_a_resistor_covers_no_text_of_the_schematic(large, qtbot):
    large.tabs.setCurrentIndex(SCHEMATIC_TAB)
    tab = large.schematic_tab
    settle(qtbot, large)
    for symbol in tab.view.item.symbols[::25]:
        tab.view.reveal(symbol)
        tab._show_card(symbol)
        card = QRectF(tab.card.geometry())
        assert not any(card.intersects(each) for each in tab.view.labels())
        assert not card.intersects(tab.view.place_of(symbol))


def test_the_inspector_shows_how_an_input_is_distributed_also_before_training(open_window, qtbot):
    window = open_window(ScriptedWorker, (1440, 900))
    dataset = sample_dataset(4, 3, 60)
    window.studio.session.choose_data(dataset)
    window.tabs.setCurrentIndex(LAYOUT_TAB)
    window.studio.selection.select(NeuronItem(0, 2))
    section = window.inspector.view.sheet.sections[0]
    assert section.title == "Distribution"
    assert section.figure.counts.sum() == 60
    assert section.figure.counts.sum(axis=1).tolist() == [20, 20, 20]
    found = input_distribution(dataset, 2)
    expected = np.histogram(dataset.voltages[dataset.split == 2, 2], 24, (0, 1))[0]
    assert found.figure.counts[2].tolist() == expected.tolist()
    window.inspector.view.grab()


def test_recall_of_every_class_stands_in_the_inspector(large):
    large.studio.selection.select(DesignItem())
    sections = {each.title: each for each in large.inspector.view.sheet.sections}
    found = sections["Recall by class"]
    assert found.head == ("class", "n", "ideal", "ngspice")
    assert [row.cells[0] for row in found.rows[:-1]] == list(
        large.studio.session.design.class_names
    )
    assert found.rows[-1].cells[0] == "balanced accuracy"
    tip = large.check_tab.answers
    large.tabs.setCurrentIndex(3)
    assert "balanced accuracy" in tip.toolTip()


def test_a_name_that_had_no_room_in_the_schematic_is_told_whole(large, qtbot):
    large.tabs.setCurrentIndex(SCHEMATIC_TAB)
    view = large.schematic_tab.view
    settle(qtbot, large)
    assert "x2 worst fractal dimension" in view.names.whole
    assert view.names._index_at(QPointF(10, view._y_of_row(2))) == 2
