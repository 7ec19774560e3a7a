"""The panel at the left: what will be trained, with what, and for how long."""

import itertools
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel

from pnn_studio.app.jobs.protocol import Check, Done, LoadData, Train
from pnn_studio.domain.print_process import PrintProcess
from pnn_studio.domain.run import FINISHED
from pnn_studio.ui.widgets.controls import ElidedLabel
from tests.gui.conftest import ScriptedWorker
from tests.support.runs import REFERENCE, sample_dataset, sample_family, sample_record, start_run
from tests.support.technologies import copy_surrogates, write_technology


def trained(job):
    """Train at once: 900 epochs of every design in a second."""
    plan = job.plan
    record = sample_record(plan, 900, 1.0)
    status = np.full(plan.designs, FINISHED, np.int8)
    record = replace(record, seconds=1.0, status=status)
    return [record, sample_family(plan), Done("Trained")]


@pytest.fixture
def window(open_window):
    window = open_window(lambda: ScriptedWorker(trained), (1280, 720))
    window.studio.session.choose_data(sample_dataset())
    return window


def family(window):
    return window.panel.family


def test_the_time_that_train_will_take_is_said_and_learned(window, qtbot):
    window.studio.edit(replace(window.studio.session.recipe, alphas=3, seeds=2))
    line = family(window).note
    assert line.text().startswith("6 designs, at most ")
    window.commands["train"].trigger()
    qtbot.waitUntil(lambda: "about" in line.text())
    assert line.text() == "6 designs, about 2 s"
    assert "all its epochs" in line.toolTip()
    # the next window knows it, too
    assert window.studio.clock.estimate().basis == "same data"


def test_a_run_of_other_data_teaches_nothing_about_these(window):
    session, plan = window.studio.session, window.studio.session.plan()
    other = replace(sample_dataset(), reference=replace(REFERENCE, fingerprint="8" * 64))
    for dataset, seconds in ((sample_dataset(), 1.0), (other, 1e5)):
        session.choose_data(dataset)
        start_run(session, plan)
        session.take_record(replace(sample_record(plan, 900, 1.0), seconds=seconds))
        session.set_run_state("finished")
    session.choose_data(sample_dataset())
    window.studio.clock.take_finished(0)
    assert window.studio.clock.estimate().seconds < 10


def pick(qtbot, combo, text):
    """Choose an entry with the keyboard alone, as its list is open."""
    combo.setFocus()
    combo.setCurrentIndex(combo.findText(text))
    combo.activated.emit(combo.currentIndex())


def test_a_technology_of_ones_own_with_other_inputs_has_the_data_read_again(
    open_window, qtbot, tmp_path
):
    path = write_technology(
        tmp_path / "lab.toml", **{"input_high = { value = 1.0": "input_high = { value = 0.8"}
    )
    other = replace(sample_dataset(), reference=replace(REFERENCE, fingerprint="8" * 64))
    asked = []

    def answer(job):
        asked.append(job)
        return [other, Done("Loaded")] if isinstance(job, LoadData) else []

    window = open_window(lambda: ScriptedWorker(answer), (1280, 720))
    session = window.studio.session
    session.choose_data(sample_dataset())
    before = session.recipe
    window.panel.technology.take_technology(str(path))
    qtbot.waitUntil(lambda: session.recipe.print_process.technology == str(path))
    assert asked[0] == LoadData(before.data, str(path))
    assert session.dataset is other
    assert window.panel.technology.technology.currentText() == "lab.toml"
    # both were one step
    window.commands["undo"].trigger()
    assert session.recipe == before
    assert window.panel.technology.technology.currentText() == "nEGT, open 1.0"
    # what was chosen once stays on offer
    assert window.panel.technology.technology.findText("lab.toml") >= 0


def test_a_technology_with_the_same_inputs_is_chosen_at_once(window, tmp_path):
    session = window.studio.session
    path = write_technology(tmp_path / "lab.toml")
    window.panel.technology.take_technology(str(path))
    assert session.recipe.print_process == PrintProcess(str(path))
    assert session.dataset is not None


def test_a_technology_that_is_none_changes_nothing_and_says_why(window, tmp_path):
    path = tmp_path / "lab.toml"
    path.write_text("format = 2", encoding="utf-8")
    before = window.studio.session.settings
    window.panel.technology.take_technology(str(path))
    assert window.studio.session.settings == before
    assert "lab.toml" in window.layout_tab.fault.text.text()
    assert window.panel.technology.technology.currentText() == "nEGT, open 1.0"


def test_own_files_and_folders_are_asked_for_from_the_lists(window, qtbot, tmp_path):
    panel = window.panel.technology
    pick(qtbot, panel.technology, "Own file…")
    (dialog,) = panel.findChildren(QFileDialog)
    assert panel.technology.currentText() == "nEGT, open 1.0"
    folder = copy_surrogates(tmp_path / "fitted", "negt")
    dialog.reject()
    qtbot.waitUntil(lambda: not panel.findChildren(QFileDialog))
    pick(qtbot, panel.surrogates, "Own folder…")
    (dialog,) = panel.findChildren(QFileDialog)
    dialog.fileSelected.emit(str(folder))
    dialog.reject()
    assert window.studio.session.recipe.print_process.surrogates == str(folder)
    assert panel.surrogates.currentText() == "fitted"
    pick(qtbot, panel.surrogates, "negt")
    assert window.studio.session.recipe.print_process == PrintProcess()


def test_the_largest_resistor_is_typed_and_its_own_is_nothing_special(window, qtbot):
    entry, session = window.panel.technology.largest_r, window.studio.session

    def type_in(text):
        entry.setFocus()
        entry.selectAll()
        qtbot.keyClicks(entry, text)
        qtbot.keyClick(entry, Qt.Key.Key_Return)

    type_in("2M")
    assert session.recipe.print_process.largest_r == 2e6
    assert entry.text() == "2.00 MΩ"
    type_in("10M")
    assert session.recipe.print_process == PrintProcess()
    type_in("1k")
    assert "leaves nothing to print" in window.layout_tab.fault.text.toolTip()
    assert session.recipe.print_process == PrintProcess()
    type_in("-3")
    assert session.recipe.print_process == PrintProcess()
    assert entry.text() == "10.0 MΩ"


def test_a_run_is_trained_checked_and_drawn_with_the_technology_that_it_began_with(
    open_window, qtbot, tmp_path
):
    jobs = []

    def answer(job):
        jobs.append(job)
        return trained(job) if isinstance(job, Train) else []

    window = open_window(lambda: ScriptedWorker(answer), (1280, 720))
    studio = window.studio
    studio.session.choose_data(sample_dataset())
    studio.edit(
        replace(studio.session.recipe, alphas=3, seeds=2, print_process=PrintProcess(largest_r=2e6))
    )
    window.commands["train"].trigger()
    qtbot.waitUntil(lambda: studio.session.drawn_design is not None)
    assert jobs[-1].print_process == PrintProcess(largest_r=2e6)
    lab = PrintProcess(str(write_technology(tmp_path / "lab.toml")))
    studio.choose_process(lab)
    # its design is still the old one, and is not drawn as one of the new technology
    assert studio.session.design is not None
    assert studio.session.drawn_design is None
    assert studio.session.technology.id == "negt"
    window.commands["check"].trigger()
    qtbot.waitUntil(lambda: isinstance(jobs[-1], Check))
    assert jobs[-1].technology == "negt"


def cut(panel):
    """List the words that have less room than they need."""
    shown = (each for each in panel.findChildren(QLabel) if each.isVisibleTo(panel))
    short = []
    for each in shown:
        wide = each.width() if each.wordWrap() else 10**6
        needed = each.fontMetrics().boundingRect(
            0, 0, wide, 1000, Qt.TextFlag.TextWordWrap, each.text()
        )
        if not isinstance(each, ElidedLabel) and (
            each.width() < needed.width() or each.height() < needed.height()
        ):
            short.append(each.text())
    return short


def test_no_word_of_the_panel_is_cut_at_1280_x_720(window, qtbot):
    panel = window.panel
    qtbot.waitUntil(lambda: cut(panel) == [])
    # what lies below is reached by Tab, which scrolls to it
    bar = panel.verticalScrollBar()
    assert bar.maximum() > 0
    panel.data.combo.setFocus(Qt.FocusReason.TabFocusReason)
    order = [panel.data.combo]
    while len(order) < 40 and panel.isAncestorOf(QApplication.focusWidget()):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        order.append(QApplication.focusWidget())
    sections = [
        next((each for each in panel._sections if each.isAncestorOf(widget)), None)
        for widget in order
    ]
    inside = [each for each in sections if each is not None]
    assert [each for each, _ in itertools.groupby(inside)] == list(panel._sections)
    assert panel.technology.largest_r in order
    assert bar.value() > 0
