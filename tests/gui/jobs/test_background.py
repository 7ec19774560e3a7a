"""Large projects are read and written in a thread: the window goes on, and nothing is lost."""

import threading
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt

from pnn_studio.app.project.keeper import ProjectKeeper
from pnn_studio.storage.project_open import create_project, read_project
from pnn_studio.ui.controllers import project as project_desk
from tests.gui.conftest import ScriptedWorker
from tests.support.projects import full_project
from tests.support.values import same


@pytest.fixture(autouse=True)
def everything_is_large(monkeypatch):
    monkeypatch.setattr(project_desk, "_AT_ONCE", -1)


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "mine.pnn"
    create_project(path, full_project()).close()
    return path


@pytest.fixture
def window(open_window):
    return open_window(ScriptedWorker)


@pytest.fixture
def gate(monkeypatch):
    """Hold reading and writing back until it is opened."""
    gate = threading.Event()
    read, write = project_desk.open_kept, ProjectKeeper.save_as

    def open_later(*arguments, **options):
        assert gate.wait(10)
        return read(*arguments, **options)

    def save_later(keeper, *arguments):
        assert gate.wait(10)
        return write(keeper, *arguments)

    monkeypatch.setattr(project_desk, "open_kept", open_later)
    monkeypatch.setattr(ProjectKeeper, "save_as", save_later)
    yield gate
    gate.set()


def ended(window):
    return lambda: not window.studio.project.task.words


def test_a_project_is_opened_while_the_window_goes_on(window, path, gate, qtbot):
    project = window.studio.project
    project.open_file(path)
    assert project.task.words == "Opening mine.pnn…"
    assert window.cursor().shape() == Qt.CursorShape.BusyCursor
    assert window.windowTitle().startswith("Untitled ")
    window.tabs.setCurrentIndex(2)
    project.new()
    assert "Wait for it before you open" in window.messages.text.text()
    gate.set()
    qtbot.waitUntil(ended(window))
    assert window.windowTitle().startswith("mine ")
    assert window.cursor().shape() != Qt.CursorShape.BusyCursor
    assert same(window.studio.session.project().runs[0].family, full_project().runs[0].family)


def test_what_is_done_to_the_old_project_meanwhile_is_kept_there(
    window, path, gate, tmp_path, qtbot
):
    old = tmp_path / "old.pnn"
    create_project(old, full_project()).close()
    gate.set()
    window.studio.project.open_file(old)
    qtbot.waitUntil(ended(window))
    gate.clear()
    window.studio.project.open_file(path)
    window.studio.edit(replace(window.studio.session.recipe, hidden=(9, 9)))
    gate.set()
    qtbot.waitUntil(ended(window))
    assert read_project(old).settings.recipe.hidden == (9, 9)
    assert window.studio.session.recipe.hidden == full_project().settings.recipe.hidden


def test_what_is_done_while_a_project_is_saved_is_in_the_new_file(
    window, path, gate, tmp_path, qtbot
):
    project = window.studio.project
    gate.set()
    project.open_file(path)
    qtbot.waitUntil(ended(window))
    gate.clear()
    project.save_as(tmp_path / "other.pnn")
    window.studio.edit(replace(window.studio.session.recipe, hidden=(7,)))
    project.save_as(tmp_path / "third.pnn")
    assert "Wait for it before you save as third.pnn" in window.messages.text.text()
    gate.set()
    qtbot.waitUntil(ended(window))
    assert window.windowTitle().startswith("other ")
    assert project._keeper.flush()
    assert read_project(tmp_path / "other.pnn").settings.recipe.hidden == (7,)
    assert read_project(path).settings.recipe.hidden == full_project().settings.recipe.hidden
    assert not (tmp_path / "third.pnn").exists()


def test_a_training_that_was_begun_meanwhile_is_not_taken_away(window, path, gate, qtbot):
    gate.set()
    window.studio.project.open_file(path)
    qtbot.waitUntil(ended(window))
    gate.clear()
    window.studio.project.open_file(path.with_name("other.pnn"))
    create_project(path.with_name("other.pnn"), full_project()).close()
    window.studio.project.is_busy = lambda: True
    gate.set()
    qtbot.waitUntil(ended(window))
    assert "stop it before you open other.pnn" in window.messages.text.text()
    assert window.windowTitle().startswith("mine ")


def test_closing_waits_for_what_is_being_saved(window, path, gate, tmp_path, qtbot):
    gate.set()
    window.studio.project.open_file(path)
    qtbot.waitUntil(ended(window))
    gate.clear()
    window.studio.project.save_as(tmp_path / "other.pnn")
    window.studio.edit(replace(window.studio.session.recipe, hidden=(6,)))
    threading.Timer(0.1, gate.set).start()
    window.close()
    assert read_project(tmp_path / "other.pnn").settings.recipe.hidden == (6,)


def test_what_is_done_while_a_file_turns_out_to_be_no_project_is_kept(
    window, path, gate, tmp_path, qtbot
):
    (tmp_path / "bad.pnn").write_bytes(b"nothing")
    gate.set()
    window.studio.project.open_file(path)
    qtbot.waitUntil(ended(window))
    gate.clear()
    window.studio.project.open_file(tmp_path / "bad.pnn")
    window.studio.edit(replace(window.studio.session.recipe, hidden=(7,)))
    gate.set()
    qtbot.waitUntil(ended(window))
    window.close()
    assert read_project(path).settings.recipe.hidden == (7,)


def test_what_cannot_be_opened_or_saved_is_told(window, tmp_path, qtbot):
    (tmp_path / "bad.pnn").write_bytes(b"nothing")
    window.studio.project.open_file(tmp_path / "bad.pnn")
    qtbot.waitUntil(ended(window))
    assert "is not a project of pNN Studio" in window.messages.text.text()
    window.studio.project.save_as(tmp_path / "no" / "folder.pnn")
    qtbot.waitUntil(ended(window))
    assert "no/folder.pnn" in window.messages.text.text()
