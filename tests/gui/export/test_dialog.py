"""The export dialog: by keyboard, with what it says, and what it asks of the worker."""

import shlex
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QContextMenuEvent, QGuiApplication
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from pnn_studio.app.jobs.protocol import (
    Control,
    Done,
    DrawExport,
    Drawing,
    ExportFiles,
    Failed,
    Writing,
)
from pnn_studio.domain.export_kinds import KINDS
from pnn_studio.ui.export.dialog import ExportDialog
from pnn_studio.ui.export.memory import ExportMemory
from tests.gui.conftest import ScriptedWorker
from tests.support.runs import sample_dataset, sample_family, sample_verification, start_run

CTRL = Qt.KeyboardModifier.ControlModifier
DRAWING = Drawing(np.zeros(0, np.uint8), "a,b\n", (0.0, 0.0), "1 line, 1 kB")


@pytest.fixture
def workers():
    return []


@pytest.fixture
def window(open_window, workers):
    """Open a window with a design; its worker draws at once, and writes when the test says so."""

    def script(job):
        if isinstance(job, DrawExport):
            return [DRAWING, Done("Drawn")]
        return [] if isinstance(job, ExportFiles) else [Done()]

    def start():
        workers.append(ScriptedWorker(script))
        return workers[-1]

    window = open_window(start, (1440, 900))
    session = window.studio.session
    session.choose_data(sample_dataset())
    window.studio.edit(replace(session.recipe, alphas=3, seeds=2, hidden=(3,)))
    start_run(session, session.plan())
    session.take_family(sample_family(session.plan()))
    session.set_run_state("finished")
    window.activateWindow()
    return window


@pytest.fixture
def dialog(window, qtbot):
    return opened(window, qtbot)


def opened(window, qtbot):
    """Open the dialog by its key."""
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    qtbot.keyClick(window, Qt.Key.Key_E, CTRL)
    qtbot.waitUntil(lambda: window.findChildren(ExportDialog) != [])
    (found,) = window.findChildren(ExportDialog)
    qtbot.waitUntil(found.isActiveWindow)
    return found


def focused(dialog):
    return dialog.focusWidget()


def press(qtbot, key, times=1):
    for _ in range(times):
        qtbot.keyClick(QApplication.focusWidget(), key)


def sent(qtbot, workers, kind):
    """Return the worker and the last job of a kind, once there is one."""

    def jobs():
        return [(each, job) for each in workers for job in each.jobs if isinstance(job, kind)]

    qtbot.waitUntil(lambda: jobs() != [])
    return jobs()[-1]


def test_it_opens_on_a_list_of_what_there_is_and_says_why_something_cannot_be_made(dialog):
    assert focused(dialog) is dialog.kinds
    assert dialog.kinds.kind == "schematic"
    told = [dialog.kinds.item(row).data(Qt.ItemDataRole.AccessibleTextRole)
            for row in range(dialog.kinds.count())]  # fmt: skip
    assert len(told) == len(KINDS)
    assert "Schematic, SVG, PDF, PNG" in told
    assert "Check, Not checked yet" in told
    dialog.kinds.choose("check")
    assert dialog.kinds.kind == "schematic"


def test_tab_goes_from_the_list_to_the_choices_the_file_and_the_buttons(dialog, qtbot):
    seen = []
    while (widget := focused(dialog)) not in seen:
        assert widget.accessibleName(), widget
        seen.append(widget)
        press(qtbot, Qt.Key.Key_Tab)
    foot = dialog.foot
    parts = [
        "list" if each is dialog.kinds
        else "choices" if dialog.choices.isAncestorOf(each)
        else "file" if each in (foot.name, foot.folder, foot.choose)
        else "buttons"
        for each in seen
    ]  # fmt: skip
    order = ["list", "choices", "file", "buttons"]
    assert [part for at, part in enumerate(parts) if at == 0 or parts[at - 1] != part] == order
    assert foot.export in seen
    assert all(box in seen for box in dialog.choices.formats.values())


def test_keys_alone_export_two_formats_of_a_figure(dialog, window, workers, qtbot, tmp_path):
    press(qtbot, Qt.Key.Key_Down)
    assert dialog.kinds.kind == "front"
    qtbot.waitUntil(dialog.choices.formats["pdf"].isVisible)  # the event loop shows it
    press(qtbot, Qt.Key.Key_Tab, 2)
    press(qtbot, Qt.Key.Key_Space)  # PDF beside SVG
    dialog.foot.folder.setFocus()
    dialog.foot.folder.selectAll()
    qtbot.keyClicks(dialog.foot.folder, str(tmp_path))
    dialog.foot.name.setFocus()
    dialog.foot.name.selectAll()
    qtbot.keyClicks(dialog.foot.name, "fig")
    (tmp_path / "fig.svg").touch()
    press(qtbot, Qt.Key.Key_End)
    qtbot.keyClicks(dialog.foot.name, "1")
    press(qtbot, Qt.Key.Key_Backspace)
    assert dialog.foot.note.toolTip() == (
        "Writes 2 files; fig.svg exists and is replaced."
    )  # fmt: skip
    words = shlex.split(dialog.foot.command.toolTip())
    assert words[:2] == ["pnn-studio", "export"]
    assert words[-7:] == [
        "front", "--format", "svg,pdf", "--width", "88", "--out", str(tmp_path / "fig"),
    ]  # fmt: skip
    dialog.foot.copy.click()
    assert QGuiApplication.clipboard().text() == dialog.foot.command.toolTip()
    press(qtbot, Qt.Key.Key_Return)
    worker, job = sent(qtbot, workers, ExportFiles)
    ((order, path),) = job.orders
    assert (order.kind, order.formats, path) == ("front", ("svg", "pdf"), str(tmp_path / "fig"))
    assert job.subject.design is window.studio.session.design
    worker.say(Writing("fig.pdf", 1, 2))
    qtbot.waitUntil(lambda: dialog.foot.line.toolTip() == "fig.pdf, 2 of 2")
    assert (dialog.foot.progress.value(), dialog.foot.progress.maximum()) == (1, 2)
    assert focused(dialog) is dialog.foot.stop
    worker.say(Done("2 files, 12 kB"))
    qtbot.waitUntil(lambda: dialog.foot.done.toolTip() == "2 files, 12 kB")
    assert focused(dialog) is dialog.foot.close_
    press(qtbot, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.findChildren(ExportDialog) == [])
    again = opened(window, qtbot)
    assert again.kinds.kind == "front"
    assert again.choices.order.formats == ("svg", "pdf")
    assert again.foot.folder.text() == str(tmp_path)


def test_stop_and_failure_are_told_and_can_be_tried_again(dialog, workers, qtbot, tmp_path):
    dialog.foot.show_path(tmp_path / "x")
    press(qtbot, Qt.Key.Key_Return)
    worker, _ = sent(qtbot, workers, ExportFiles)
    assert not dialog.kinds.isEnabled()
    press(qtbot, Qt.Key.Key_Escape)
    assert worker.sent[-1] == Control("stop")
    worker.say(Done("Stopped", stopped=True))
    qtbot.waitUntil(lambda: dialog.foot.note.toolTip() == "Stopped; nothing was written.")
    assert dialog.isVisible()
    press(qtbot, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: dialog.foot.is_writing)
    worker.say(Failed("ProjectFileError", "x.svg cannot be written: No space left on device."))
    qtbot.waitUntil(lambda: "No space left" in dialog.foot.failed.toolTip())
    assert focused(dialog) is dialog.foot.again
    press(qtbot, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: sum(isinstance(job, ExportFiles) for job in worker.jobs) == 3)
    worker.die(-9)
    qtbot.waitUntil(lambda: "during the export" in dialog.foot.failed.toolTip())


def test_a_name_with_a_folder_or_no_format_cannot_be_exported(dialog, qtbot):
    dialog.foot.name.setFocus()
    dialog.foot.name.selectAll()
    qtbot.keyClicks(dialog.foot.name, "../x")
    assert not dialog.foot.export.isEnabled()
    qtbot.keyClick(dialog.choices.formats["svg"], Qt.Key.Key_Space)
    assert dialog.foot.note.toolTip() == "Choose at least one format."
    assert not dialog.foot.copy.isEnabled()


def test_choices_without_a_meaning_are_disabled_and_reset_brings_the_usual_back(dialog, qtbot):
    choices = dialog.choices
    assert not choices.controls["dpi"].isEnabled()
    qtbot.keyClick(choices.formats["png"], Qt.Key.Key_Space)
    assert choices.controls["dpi"].isEnabled()
    choices.controls["colour"].buttons()[1].click()
    choices.controls["layer"].setCurrentIndex(2)
    choices.controls["layer"].activated.emit(2)
    figure = choices.order.options.figure
    assert (figure.colour, figure.layer) == (False, 1)
    choices.reset.click()
    assert choices.order.formats == ("svg",)
    assert choices.order.options.figure.colour
    dialog.kinds.choose("front")
    assert not choices.controls["width"].buttons()[2].isEnabled(), "a plot has two widths"


def test_the_preview_shows_what_the_worker_drew_last(dialog, workers, qtbot):
    qtbot.waitUntil(lambda: dialog.preview.words.toolTip() == "1 line, 1 kB")
    assert dialog.preview.text.toPlainText() == "a,b\n"
    for width in (1, 2, 1):
        dialog.choices.controls["width"].buttons()[width].click()
    _, job = sent(qtbot, workers, DrawExport)
    qtbot.waitUntil(
        lambda: sent(qtbot, workers, DrawExport)[1].order.options.figure.width_mm == 181.0
    )
    assert job.order.kind == "schematic"
    drawn = sum(isinstance(each, DrawExport) for worker in workers for each in worker.jobs)
    qtbot.keyClick(dialog.choices.formats["pdf"], Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: not dialog._later.isActive())
    count = sum(isinstance(each, DrawExport) for worker in workers for each in worker.jobs)
    assert count == drawn, "in another format it looks the same"


def right_click(widget):
    place = widget.rect().center()
    reason = QContextMenuEvent.Reason.Mouse
    event = QContextMenuEvent(reason, place, widget.mapToGlobal(place))
    QApplication.sendEvent(widget, event)


def test_a_right_click_on_a_plot_offers_its_figure(window, qtbot):
    plot = window.tradeoff_tab.plot
    window.tabs.setCurrentIndex(2)
    right_click(plot)
    menu = next(each for each in plot.findChildren(QMenu) if each.isVisible())
    texts = [action.text() for action in menu.actions()]
    assert texts == ["Export trade-off figure…", "Export all designs…"]
    menu.actions()[0].trigger()
    menu.close()
    qtbot.waitUntil(lambda: window.findChildren(ExportDialog) != [])
    (dialog,) = window.findChildren(ExportDialog)
    assert dialog.kinds.kind == "front"
    session = window.studio.session
    plots = window.check_tab.plots
    check = sample_verification(session.design)
    session.take_verification(session.design_ref, session.design, check)
    right_click(plots)
    (menu,) = plots.findChildren(QMenu)
    assert [each.isEnabled() for each in menu.actions()] == [True]
    menu.close()


def test_what_is_remembered_outlasts_the_program_and_nonsense_is_forgotten():
    memory = ExportMemory("front", "/tmp").with_order(ExportMemory().order("curves"))
    assert ExportMemory.of_text(memory.text) == memory
    for text in ("", "[]", "{", '{"$type": "ExportMemory", "kind": "x"}', memory.text[:-9]):
        assert ExportMemory.of_text(text).kind == "schematic"


def test_every_control_has_a_name(dialog):
    for each in dialog.findChildren(QWidget):
        if each.focusPolicy() & Qt.FocusPolicy.TabFocus and each.isVisible():
            assert each.accessibleName(), each
