"""One whole session in the window, by mouse and keyboard, with the real worker and ngspice."""

import shlex
import subprocess
import sys
import time

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QAbstractButton, QAbstractSpinBox, QMenu

from pnn_studio.app.cli.export_source import Which, load_subject
from pnn_studio.domain.export_kinds import KINDS
from pnn_studio.main import run
from pnn_studio.ui.export.dialog import ExportDialog
from pnn_studio.ui.shell.main_window import CHECK_TAB, SCHEMATIC_TAB
from tests.gui.conftest import wait_for_end, worker_pids
from tests.support.pace import slowness
from tests.support.values import same

LEFT = Qt.MouseButton.LeftButton


def button(window, name):
    """Find the button with that accessible name that can be seen."""
    return next(
        each
        for each in window.findChildren(QAbstractButton)
        if each.accessibleName() == name and each.isVisible()
    )


def click(qtbot, window, name):
    qtbot.wait(20)  # a row that was just made is shown by the event loop
    found = button(window, name)
    assert found.isEnabled(), name
    qtbot.mouseClick(found, LEFT)


def choose_iris(qtbot, window):
    """Open the list of data sets and take its first entry, by keyboard."""
    combo = window.panel.data.combo
    combo.setFocus()
    qtbot.keyClick(combo, Qt.Key.Key_Space)
    view = combo.view()
    qtbot.waitUntil(view.isVisible)
    qtbot.keyClick(view, Qt.Key.Key_Home)
    qtbot.keyClick(view, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.studio.session.dataset is not None, timeout=60_000)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)


def type_number(qtbot, spin, number):
    spin.setFocus()
    spin.selectAll()
    qtbot.keyClicks(spin, str(number))
    qtbot.keyClick(spin, Qt.Key.Key_Tab)
    assert spin.value() == number


def spin_named(window, name):
    return next(
        each
        for each in window.panel.findChildren(QAbstractSpinBox)
        if each.accessibleName() == name
    )


def export_as_the_command_line_does(qtbot, window, kind, formats, folder):
    """Take an entry of the Export menu, export, and compare with what the command shown writes."""
    menu = window.toolbar.export.menu()
    assert isinstance(menu, QMenu)
    menu.popup(window.mapToGlobal(QPoint(200, 60)))
    action = menu.actions()[list(KINDS).index(kind)]
    qtbot.mouseClick(menu, LEFT, pos=menu.actionGeometry(action).center())
    qtbot.waitUntil(lambda: window.findChildren(ExportDialog) != [])
    (dialog,) = window.findChildren(ExportDialog)
    for name, box in dialog.choices.formats.items():
        if box.isChecked() != (name in formats):
            qtbot.mouseClick(box, LEFT)
    ours, again = folder / "window" / kind, folder / "terminal" / kind
    for each in (ours, again):
        each.mkdir(parents=True)
    dialog.foot.folder.selectAll()
    qtbot.keyClicks(dialog.foot.folder, str(ours))
    words = shlex.split(dialog.foot.command.toolTip())
    ended = []
    window.studio.exports.written.connect(ended.append)
    window.studio.exports.failed.connect(ended.append)
    qtbot.keyClick(dialog, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: ended != [])
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: window.findChildren(ExportDialog) == [])
    qtbot.waitUntil(lambda: window.studio.bridge.jobs == ())
    assert words.pop(0) == "pnn-studio"
    words[-1] = words[-1].replace(str(ours), str(again))
    with pytest.raises(SystemExit) as end:
        run(words)
    assert end.value.code == 0
    written = {each.name: each.read_bytes() for each in ours.iterdir()}
    assert written, ended
    for name, content in written.items():
        assert (again / name).read_bytes() == content, name
    assert {each.name for each in again.iterdir()} == set(written)
    return list(written.values())


def test_a_person_clicks_through_a_whole_session_and_exports_what_the_command_line_does(
    open_window, qtbot, tmp_path
):
    window = open_window()
    studio, session = window.studio, window.studio.session

    choose_iris(qtbot, window)
    assert str(session.layout) == "4-3-3"

    click(qtbot, window, "One neuron more in layer 1")
    assert str(session.layout) == "4-4-3"
    qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert str(session.layout) == "4-3-3"

    type_number(qtbot, spin_named(window, "Number of alphas"), 3)
    type_number(qtbot, spin_named(window, "Number of seeds"), 2)
    type_number(qtbot, spin_named(window, "Epochs at most"), 20)
    click(qtbot, window, "Train")
    qtbot.waitUntil(
        lambda: session.run is not None and session.run.state == "finished", timeout=60_000
    )
    assert session.run.curves.latest.epoch == 20
    assert window.layout_tab.canvas.trained
    window.dock.draw()
    assert window.dock.plots.isVisible()

    qtbot.keyClick(window, Qt.Key.Key_2, Qt.KeyboardModifier.AltModifier)
    assert window.tabs.currentIndex() == SCHEMATIC_TAB
    shown = window.schematic_tab.view.accessibleDescription()
    assert shown.startswith("Layer 1 of 2: 4 inputs, 3 outputs")
    qtbot.mouseClick(window.schematic_tab.layers.buttons()[1], LEFT)
    shown = window.schematic_tab.view.accessibleDescription()
    assert shown.startswith("Layer 2 of 2: 3 inputs, 3 outputs")

    qtbot.keyClick(window, Qt.Key.Key_F7)
    qtbot.waitUntil(lambda: session.verification(session.design) is not None, timeout=60_000)
    qtbot.keyClick(window, Qt.Key.Key_4, Qt.KeyboardModifier.AltModifier)
    assert window.tabs.currentIndex() == CHECK_TAB
    assert "30 test samples" in window.check_tab.summary.toolTip()
    qtbot.waitUntil(lambda: window.alpha_bar.chip.title.toolTip().startswith("Checked, "))

    studio.set_sample(5)
    studio.project.save_as(tmp_path / "iris.pnn")
    qtbot.waitUntil(lambda: studio.project.path is not None)
    for kind, formats in (("front", {"svg", "csv"}), ("netlist", {"cir"}), ("report", {"html"})):
        files = export_as_the_command_line_does(qtbot, window, kind, formats, tmp_path)
        assert all(len(each) > 100 for each in files)
    # whatever else there is, the same functions make of the same value
    here, (file, run_name) = studio.exports.subject(), studio.exports.source()
    asked = Which(run_name, alpha=here.design.alpha, seed=here.design.seed)
    assert same(load_subject(file, asked), here)

    pids = worker_pids(studio.bridge)
    assert len(pids) == 2
    window.close()
    for pid in pids:
        wait_for_end(pid)


@pytest.mark.alone
def test_closing_during_training_ends_the_worker_within_2_seconds(open_window, qtbot):
    window = open_window()
    choose_iris(qtbot, window)
    qtbot.keyClick(window, Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier)
    session = window.studio.session
    qtbot.waitUntil(lambda: session.run is not None and len(session.run.curves) > 2, timeout=60_000)
    pids = worker_pids(window.studio.bridge)
    begin = time.monotonic()
    window.close()
    # close() returns when the workers have ended; what remains is for the kernel
    for pid in pids:
        wait_for_end(pid, 2)
    assert time.monotonic() - begin < 2 * slowness()


def test_a_number_that_is_still_being_typed_counts_when_keys_begin_a_training(open_window, qtbot):
    window = open_window()
    choose_iris(qtbot, window)
    type_number(qtbot, spin_named(window, "Number of alphas"), 2)
    type_number(qtbot, spin_named(window, "Epochs at most"), 5)
    seeds = spin_named(window, "Number of seeds")
    seeds.setFocus()
    seeds.selectAll()
    qtbot.keyClicks(seeds, "3")
    assert window.studio.session.recipe.seeds != 3
    qtbot.keyClick(seeds, Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier)
    session = window.studio.session
    qtbot.waitUntil(lambda: session.run is not None and session.run.state == "finished")
    assert session.run.plan.designs == 6


def test_pause_resume_and_stop_keep_what_is_trained(open_window, qtbot):
    window = open_window()
    choose_iris(qtbot, window)
    session = window.studio.session
    # enough for two processes, epochs that are soon over, and so many that it never ends
    type_number(qtbot, spin_named(window, "Number of alphas"), 6)
    type_number(qtbot, spin_named(window, "Number of seeds"), 10)
    type_number(qtbot, spin_named(window, "Epochs at most"), 100_000)
    click(qtbot, window, "Train")
    qtbot.waitUntil(
        lambda: session.run is not None and session.run.family is not None, timeout=60_000
    )
    click(qtbot, window, "Pause")
    assert session.run.state == "paused"
    # on a busy machine the epoch that was under way takes its time to end
    for _ in range(20):
        paused_at = session.run.curves.latest.epoch
        qtbot.wait(2000)
        if session.run.curves.latest.epoch == paused_at:
            break
    qtbot.wait(1000)
    assert session.run.curves.latest.epoch == paused_at
    click(qtbot, window, "Pause")
    qtbot.waitUntil(lambda: session.run.curves.latest.epoch > paused_at)
    click(qtbot, window, "Stop")
    qtbot.waitUntil(lambda: session.run.state == "stopped", timeout=60_000)
    assert session.design is not None


def test_a_file_that_cannot_be_read_is_told_of_in_the_message_bar_and_changes_nothing(
    open_window, qtbot, tmp_path
):
    window = open_window()
    path = tmp_path / "broken.csv"
    path.write_text("a,b,label\n1,2,x\n3,oops,y\n")
    window.studio.load_data(str(path))
    qtbot.waitUntil(window.messages.isVisible, timeout=60_000)
    assert "oops" in window.messages.text.text()
    assert window.studio.session.dataset is None
    click(qtbot, window, "Close this message")
    assert not window.messages.isVisible()


def test_the_window_process_loads_nothing_heavy_while_it_trains():
    code = """
import sys, time
from PySide6.QtCore import QEventLoop
from pnn_studio.ui.shell.app import make_application
from pnn_studio.ui.export.dialog import ExportDialog
from pnn_studio.ui.shell.main_window import MainWindow
from pnn_studio.ui.controllers.studio import Studio
from pnn_studio.ui.widgets.theme import Appearance
from dataclasses import replace
application = make_application(["test"])
studio = Studio(); window = MainWindow(studio, Appearance()); window.show()
def wait_for(condition):
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end
        application.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 50)
studio.load_data("iris")
wait_for(lambda: studio.session.dataset)
studio.edit(replace(studio.session.recipe, alphas=2, seeds=1, max_epochs=5))
studio.train()
wait_for(lambda: studio.session.design and not studio.is_training)
studio.check()
wait_for(lambda: studio.session.verification(studio.session.design))
for tab in range(4):
    window.tabs.setCurrentIndex(tab)
    application.processEvents()
window.close()
print(sorted({"torch", "PySpice", "sklearn", "scipy"} & set(sys.modules)))
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "[]"
