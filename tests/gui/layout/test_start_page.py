"""The start page: recent projects, each one click."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolButton

from pnn_studio.app.project.places import Places
from pnn_studio.storage.project_open import create_project
from tests.gui.conftest import ScriptedWorker
from tests.support.projects import full_project
from tests.support.runs import sample_dataset

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def paths(tmp_path):
    paths = [tmp_path / f"{name}.pnn" for name in ("first & <b>bold", "gone", "last")]
    for path in paths:
        create_project(path, full_project()).close()
        Places().recents.remember(path, "Iris 4-3-3, 6 designs")
    paths[1].unlink()
    return paths


@pytest.fixture
def window(paths, open_window, qtbot):
    window = open_window(ScriptedWorker, (1280, 720))
    qtbot.wait(20)
    return window


def test_a_recent_project_is_one_click_away(window, qtbot):
    rows = window.layout_tab.start.recent.rows
    assert [each.title.text() for each in rows] == ["last", "gone", "first & <b>bold"]
    assert rows[0].facts.text() == "Iris 4-3-3, 6 designs"
    assert rows[0].moment.text().startswith("today, ")
    assert "&lt;b&gt;" in rows[2].title.toolTip()
    qtbot.mouseClick(rows[0], LEFT)
    qtbot.waitUntil(lambda: window.windowTitle().startswith("last "))


def test_a_project_that_is_gone_is_marked_and_taken_off_the_list(window, paths, qtbot):
    gone = window.layout_tab.start.recent.rows[1]
    assert not gone.isEnabled()
    assert gone.facts.text() == "not found"
    window.toolbar.project.menu_.aboutToShow.emit()
    listed = window.toolbar.project.recent.actions()
    assert [(each.text(), each.isEnabled()) for each in listed] == [
        ("last.pnn", True),
        ("gone.pnn, not found", False),
        ("first && <b>bold.pnn", True),
    ]
    qtbot.mouseClick(window.layout_tab.start.findChild(QToolButton, str(paths[1])), LEFT)
    qtbot.waitUntil(lambda: len(window.layout_tab.start.recent.rows) == 2)
    assert paths[1] not in [each.path for each in Places().recents.list()]


def test_what_is_in_a_project_is_noted_when_it_is_left(window, paths):
    window.studio.project.open_file(paths[0])
    window.studio.edit(type(window.studio.session.settings)())
    window.commands["project-new"].trigger()
    assert window.studio.project.recent[0].path == paths[0]
    assert window.studio.project.recent[0].words.startswith(full_project().runs[-1].head.title)


def test_the_start_has_the_room_of_curves_that_are_not_there_yet(window, qtbot):
    assert not window.dock.is_open
    window.studio.session.choose_data(sample_dataset())
    assert window.dock.is_open
    window.studio.undo()
    assert not window.dock.is_open
    window.dock.toggle()
    window.studio.redo()
    window.studio.undo()
    assert window.dock.is_open
