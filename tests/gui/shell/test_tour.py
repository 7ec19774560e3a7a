"""The tour points at the parts of the window, waits for nobody, and stays away once dismissed."""

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QPushButton

from pnn_studio.app.project.places import window_settings
from pnn_studio.ui.shell.window_memory import WindowMemory
from pnn_studio.ui.widgets.callouts import beside
from pnn_studio.ui.widgets.theme import DARK
from tests.gui.conftest import ScriptedWorker

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def window(open_window, qtbot):
    window = open_window(ScriptedWorker, (1280, 720))
    window.activateWindow()
    qtbot.wait(20)
    return window


def on_window(window, widget):
    return QRect(widget.mapTo(window, QPoint()), widget.size())


def test_it_is_not_shown_unless_asked_for(window):
    assert not window.tour.isVisible()
    assert not window.tour.ring.isVisible()


def test_it_points_at_data_layout_train_slider_views_and_export_in_turn(window, qtbot):
    tour = window.tour
    tour.start()
    parts = [
        window.panel.data,
        window.layout_tab,
        window.toolbar.train,
        window.alpha_bar,
        window.tabs,
        window.toolbar.export,
    ]
    for number, part in enumerate(parts, start=1):
        assert tour.count.text() == f"{number} of {len(parts)}"
        assert tour.ring.geometry().contains(on_window(window, part) & window.rect().adjusted(
            4, 4, -4, -4))  # fmt: skip
        assert window.rect().contains(tour.geometry())
        assert tour.words.height() >= tour.words.heightForWidth(tour.words.width())
        qtbot.keyClick(window.focusWidget(), Qt.Key.Key_Space)
    assert not tour.isVisible()
    assert not tour.ring.isVisible()


def test_the_window_works_on_behind_it(window, qtbot):
    window.tour.start()
    qtbot.keyClick(window, Qt.Key.Key_2, Qt.KeyboardModifier.AltModifier)
    assert window.tabs.currentIndex() == 1
    qtbot.mouseClick(window.tour.next, LEFT)
    window.appearance.use(DARK)
    window.resize(1024, 700)
    assert window.rect().contains(window.tour.geometry())
    assert window.tour.isVisible()


@pytest.mark.parametrize("way", ["escape", "dismiss", "through"])
def test_every_way_out_is_for_good_and_the_palette_shows_it_again(window, qtbot, way):
    memory = WindowMemory(window_settings())
    window.tour.ended.connect(memory.keep_tour_seen)
    assert not memory.tour_seen
    window.tour.start()
    if way == "escape":
        qtbot.keyClick(window.focusWidget(), Qt.Key.Key_Escape)
    elif way == "dismiss":
        qtbot.mouseClick(window.tour.dismiss, LEFT)
    else:
        for _ in range(6):
            qtbot.mouseClick(window.tour.next, LEFT)
    assert not window.tour.isVisible()
    assert WindowMemory(window_settings()).tour_seen
    qtbot.keyClick(window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClicks(window.palette_.field, "tour")
    qtbot.keyClick(window.palette_.field, Qt.Key.Key_Return)
    assert window.tour.count.text() == "1 of 6"
    assert window.tour.isVisible()


def test_the_help_menu_offers_shortcuts_the_tour_and_colours(window):
    menu = window.toolbar.help.menu()
    menu.aboutToShow.emit()
    shortcuts, tour, colours = menu.actions()
    shortcuts.trigger()
    assert window.palette_.isVisible()
    window.palette_.hide()
    tour.trigger()
    assert window.tour.isVisible()
    assert [each.isChecked() for each in colours.menu().actions()] == [True, False, False]


def test_a_callout_never_covers_what_it_points_at_where_there_is_room():
    window, size = QRect(0, 0, 1000, 700), QRect(0, 0, 300, 120)
    for target in (QRect(0, 0, 90, 30), QRect(900, 660, 90, 30), QRect(0, 0, 200, 700)):
        place = QRect(beside(target, size, window), size.size())
        assert window.contains(place)
        assert not place.intersects(target)


def test_return_goes_on_as_space_does_and_the_layout_comes_into_view(window, qtbot):
    window.tabs.setCurrentIndex(2)
    window.tour.start()
    qtbot.keyClick(window.focusWidget(), Qt.Key.Key_Return)
    assert window.tour.count.text() == "2 of 6"
    assert window.layout_tab.isVisible()


def test_it_makes_room_for_an_example_which_leaves_the_focus_on_no_control(window, qtbot):
    window.tour.start()
    card = window.findChild(QPushButton, "example-0")
    qtbot.mouseClick(card, LEFT)
    assert not window.tour.isVisible()
    assert window.focusWidget() is window
