"""The window on a desktop: it opens files, takes what is dropped, and remembers how it was."""

from importlib.metadata import version
from pathlib import Path

import pytest
import shiboken6
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import QApplication, QFileDialog, QPushButton, QStyle

from pnn_studio.app.project.openable import what_to_open
from pnn_studio.app.project.places import window_settings
from pnn_studio.app.session.messages import Message
from pnn_studio.storage.project_open import create_project
from pnn_studio.ui.controllers.studio import Studio
from pnn_studio.ui.shell.arrangement import Rectangle
from pnn_studio.ui.shell.file_drop import FileDrop
from pnn_studio.ui.shell.main_window import CHECK_TAB, LAYOUT_TAB, SCHEMATIC_TAB, MainWindow
from pnn_studio.ui.shell.project_menu import ask_to_open
from pnn_studio.ui.shell.window_memory import WindowMemory
from pnn_studio.ui.widgets.theme import DARK, LIGHT, Appearance
from tests.gui.conftest import ScriptedWorker
from tests.support.projects import full_project


@pytest.fixture
def window(open_window):
    return open_window(ScriptedWorker)


@pytest.fixture
def remembering(application, qtbot):
    """Return what opens a window that remembers; each is closed before the next one opens."""
    opened = []

    def close():
        for window, studio, appearance in opened:
            window.close()
            for each in (window, studio, appearance):
                shiboken6.delete(each)
        opened.clear()

    def open_one():
        close()
        appearance, studio = Appearance(), Studio(ScriptedWorker)
        window = MainWindow(studio, appearance, WindowMemory(window_settings()))
        window.show()
        qtbot.waitExposed(window)
        opened.append((window, studio, appearance))
        return window

    yield open_one
    close()
    QGuiApplication.styleHints().unsetColorScheme()


def files(*paths):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return data


def hold(window, data, target=None):
    both = Qt.DropAction.CopyAction | Qt.DropAction.MoveAction
    event = QDragEnterEvent(
        QPoint(300, 300), both, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    QApplication.sendEvent(target or window, event)
    return event


def drop(window, data):
    hold(window, data)
    QApplication.sendEvent(
        window,
        QDropEvent(
            QPointF(300, 300),
            Qt.DropAction.CopyAction,
            data,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        ),
    )


def test_a_project_that_is_dropped_opens_and_the_window_says_so_before(window, tmp_path, qtbot):
    path = tmp_path / "mine.pnn"
    create_project(path, full_project()).close()
    cue = window.findChild(FileDrop)
    data = files(path)
    assert hold(window, data).isAccepted()
    assert cue.isVisible()
    assert cue.geometry() == window.rect()
    assert cue.shown.words == "Open mine.pnn"
    QApplication.sendEvent(window, QDragLeaveEvent())
    assert not cue.isVisible()
    drop(window, data)
    assert not cue.isVisible()
    qtbot.waitUntil(lambda: window.windowTitle().startswith("mine "))


def test_a_table_that_is_dropped_is_shown_for_import(window, tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text("a,b,label\n1,2,x\n")
    drop(window, files(path))
    assert window.panel.data.panel.reference.source == str(path)
    window.panel.data.panel.reject()


@pytest.mark.parametrize("names", [("a.csv", "b.csv"), ("picture.png",)])
def test_what_cannot_be_opened_says_what_can(window, tmp_path, names):
    data = files(*(tmp_path / name for name in names))
    hold(window, data)
    assert "one project (.pnn), table (.csv" in window.findChild(FileDrop).shown.words
    window.findChild(FileDrop).grab()
    drop(window, data)
    assert "one project (.pnn), table (.csv" in window.messages.text.text()


def test_files_are_taken_wherever_in_the_window_they_are_held(window, tmp_path):
    data = files(tmp_path / "a.csv")
    for part in (window.layout_tab.canvas.viewport(), window.dock, window.panel.data.combo):
        assert hold(window, data, part).isAccepted()
        assert window.findChild(FileDrop).isVisible()
        QApplication.sendEvent(window, QDragLeaveEvent())


def test_text_that_is_dragged_is_none_of_the_windows_business(window):
    data = QMimeData()
    data.setText("three")
    assert not hold(window, data).isAccepted()
    assert not window.findChild(FileDrop).isVisible()


def test_a_file_that_cannot_be_opened_is_told_in_the_window(window, tmp_path):
    window.take_files(what_to_open([str(tmp_path / "gone.pnn")]))
    assert "gone.pnn cannot be opened: it does not exist" in window.messages.text.text()


def test_every_tab_comes_back_as_it_was_arranged(remembering, qtbot):
    window = remembering()
    window.resize(1500, 900)
    window.dock.toggle()
    window.tabs.setCurrentIndex(SCHEMATIC_TAB)
    window.workbench.toggle_inspector()
    window.tabs.setCurrentIndex(CHECK_TAB)
    window.workbench.toggle_panel()
    window.workbench._across.setSizes([0, 900, 500])
    window.workbench._across.splitterMoved.emit(900, 2)
    wide = window.inspector.width()
    window = remembering()
    window.resize(1500, 900)  # the screen of tests is smaller, and so was it
    assert not window.dock.is_open
    assert window.inspector.isVisible()
    window.tabs.setCurrentIndex(SCHEMATIC_TAB)
    assert not window.inspector.isVisible()
    assert window.panel.isVisible()
    window.tabs.setCurrentIndex(CHECK_TAB)
    assert not window.panel.isVisible()
    assert window.inspector.width() == wide
    window.tabs.setCurrentIndex(LAYOUT_TAB)
    assert window.panel.isVisible()
    assert window.inspector.width() < wide


def test_a_window_whose_screen_is_gone_opens_on_one_that_is_there(remembering):
    window = remembering()
    memory = WindowMemory(window_settings())
    memory._settings.setValue("window/place", Rectangle(9000, 9000, 1100, 720).text())
    memory._settings.sync()
    window._memory = None
    window = remembering()
    screen = QGuiApplication.primaryScreen().availableGeometry()
    assert screen.contains(window.geometry().topLeft())
    assert window.width() <= max(screen.width(), window.minimumWidth())


def test_the_first_window_fits_its_screen_with_the_title_bar(remembering):
    window = remembering()
    screen = QGuiApplication.primaryScreen().availableGeometry()
    title = window.style().pixelMetric(QStyle.PixelMetric.PM_TitleBarHeight)
    assert title > 10
    shown = window.geometry()
    assert screen.adjusted(0, title, 0, 0).contains(shown)
    assert abs(shown.center().x() - screen.center().x()) <= 1


def test_file_dialogs_start_where_the_last_one_of_their_kind_ended(remembering, tmp_path):
    (tmp_path / "tables").mkdir()
    (tmp_path / "tables" / "x.csv").write_text("a,label\n1,2\n")

    def asked(window, what):
        what()
        return window.findChildren(QFileDialog)[-1]

    window = remembering()
    dialog = asked(window, window.panel.data.ask_for_file)
    dialog.fileSelected.emit(str(tmp_path / "tables" / "x.csv"))
    dialog.reject()
    again = remembering()
    dialog = asked(again, again.panel.data.ask_for_file)
    assert dialog.directory().absolutePath() == str(tmp_path / "tables")
    dialog.reject()
    other = asked(again, lambda: ask_to_open(again, again.studio.project))
    assert other.directory().absolutePath() != str(tmp_path / "tables")
    other.reject()
    (tmp_path / "tables" / "x.csv").unlink()
    (tmp_path / "tables").rmdir()
    dialog = asked(again, again.panel.data.ask_for_file)
    assert Path(dialog.directory().absolutePath()).is_dir()
    dialog.reject()


def test_a_settings_file_of_nonsense_is_as_if_there_was_none(remembering):
    path = window_settings()
    path.parent.mkdir(parents=True)
    path.write_bytes(b"\xff\xfe[window\nplace=@Invalid()\n[tabs]\n0={\n=\n")
    window = remembering()
    assert window.dock.is_open
    assert window.panel.isVisible()


def test_colours_follow_the_system_until_others_are_chosen(remembering, qtbot):
    window = remembering()
    hints = QGuiApplication.styleHints()
    system = window.appearance.theme
    window.appearance.choose("dark")
    assert window.appearance.theme is DARK
    window.appearance._follow(Qt.ColorScheme.Light)
    assert window.appearance.theme is DARK
    window = remembering()
    assert window.appearance.theme is DARK
    window.appearance.choose("system")
    assert window.appearance.theme is system
    for scheme, theme in ((Qt.ColorScheme.Dark, DARK), (Qt.ColorScheme.Light, LIGHT)):
        hints.colorSchemeChanged.emit(scheme)
        assert window.appearance.theme is theme


def test_every_failure_can_be_copied_with_what_a_report_needs(window, qtbot):
    for details in ("", "line 1\nline 2"):
        window.studio.message.emit(Message("error", "It failed.", details))
        copy = next(
            each
            for each in window.messages.findChildren(QPushButton)
            if each.text() == "Copy details"
        )
        assert copy.isVisible()
        qtbot.mouseClick(copy, Qt.MouseButton.LeftButton)
        text = QGuiApplication.clipboard().text()
        assert text.startswith("It failed.\n\n" + details)
        assert f"pnn-studio {version('pnn-studio')}, Qt 6." in text
