"""Runs are renamed, tagged, filtered, compared as fronts in one plot, and queued."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QFileDialog, QMenu

from pnn_studio.app.jobs.control import JobControl
from pnn_studio.app.jobs.protocol import Check, Predict, SavePredictions
from pnn_studio.app.session import compared, history
from pnn_studio.app.worker import files
from pnn_studio.domain.layout import Layout
from pnn_studio.domain.project import ProjectRun, RunHead
from pnn_studio.domain.units import format_percent, format_si
from pnn_studio.storage.project_open import read_project
from pnn_studio.ui.controllers.waiting import waiting
from pnn_studio.ui.shell.main_window import TRADEOFF_TAB
from tests.gui.conftest import ScriptedWorker, settle
from tests.support.runs import sample_dataset, sample_family, sample_verification, small_plan

LEFT = Qt.MouseButton.LeftButton
SHIFT = Qt.KeyboardModifier.ShiftModifier


def answer(job):
    """Do what needs no training as the worker does it; all else waits for ever."""
    replies = []
    if isinstance(job, Predict | SavePredictions):
        files.do(job, JobControl(), replies.append)
    return replies


def add_run(session, hidden=(3,), model="loaded", seed=0, accuracy=None):
    plan = replace(small_plan(layout=Layout(4, hidden, 3)), model=model)
    recipe = replace(session.recipe, hidden=hidden, model=model)
    head = RunHead(plan, recipe, f"Iris {plan.layout}", "finished")
    family = sample_family(plan, seed=seed)
    power = family.power * (1 + 0.2 * np.arange(plan.designs)[:, None]) * (1 + seed)
    shown = family.accuracy if accuracy is None else np.full_like(family.accuracy, accuracy)
    run = ProjectRun(head, replace(family, power=power, accuracy=shown))
    return session.change_runs(lambda runs: runs.add(run))


@pytest.fixture
def window(open_window):
    window = open_window(lambda: ScriptedWorker(answer), (1440, 900))
    session = window.studio.session
    session.choose_data(sample_dataset())
    for seed, (hidden, model) in enumerate(
        (((3,), "loaded"), ((3,), "ideal"), ((2,), "loaded"), ((5,), "loaded"), ((6,), "loaded"))
    ):
        add_run(session, hidden, model, seed)
    window.tabs.setCurrentIndex(TRADEOFF_TAB)
    window.activateWindow()
    return window


def titles(window):
    runs = window.runs.list
    return [runs.item(row).text() for row in range(runs.count())]


def type_in(qtbot, text):
    field = QApplication.focusWidget()
    qtbot.keyClicks(field, text)
    qtbot.keyClick(field, Qt.Key.Key_Return)


def name_file(dialog, path):
    """Choose a file, as the system's own dialog does, which is not ours to be tested."""
    dialog.fileSelected.emit(str(path))
    dialog.reject()


def press(qtbot, key, modifiers=Qt.KeyboardModifier.NoModifier):
    qtbot.keyClick(QApplication.focusWidget(), key, modifiers)


def plotted(window):
    """Name the runs that the plot draws, the one that is shown first."""
    plot = window.tradeoff_tab.plot
    return [plot.run_name, *(each.run.name for each in plot.others.runs)]


def test_a_name_and_tags_are_typed_undone_and_kept_with_the_project(window, qtbot, tmp_path):
    session, runs = window.studio.session, window.runs
    press(qtbot, Qt.Key.Key_F6)
    assert runs.is_open
    assert not window.dock.is_open  # the runs stand alone, under the inspector
    assert QApplication.focusWidget() is runs.list
    press(qtbot, Qt.Key.Key_F2)
    assert runs.list.name.text() == "Iris 4-6-3, loaded"
    type_in(qtbot, "wide")
    assert QApplication.focusWidget() is runs.list
    press(qtbot, Qt.Key.Key_F2, SHIFT)
    type_in(qtbot, "paper,  baseline , Paper")
    assert session.run.name == "wide"
    assert session.run.tags == ("paper", "baseline")
    assert runs.list.item(0).toolTip().startswith("wide, paper, baseline: trained on Iris, ")
    assert window.toolbar._title.toolTip() == "wide"  # wherever the run is named
    window.commands["undo"].trigger()
    assert (session.run.name, session.run.tags) == ("wide", ())
    window.commands["undo"].trigger()
    assert session.run.name == "Iris 4-6-3, loaded"
    window.commands["redo"].trigger()
    window.commands["redo"].trigger()
    path = tmp_path / "named.pnn"
    window.studio.project.save_as(path)
    window.studio.project.open_file(path)
    assert (session.run.name, session.run.tags) == ("wide", ("paper", "baseline"))
    assert read_project(path).settings.shown.labels == session.shown.labels
    # an empty name is the one that it was given
    press(qtbot, Qt.Key.Key_F6)
    press(qtbot, Qt.Key.Key_F2)
    QApplication.focusWidget().clear()
    press(qtbot, Qt.Key.Key_Return)
    assert session.run.name == "Iris 4-6-3, loaded"


def test_a_name_that_is_left_by_escape_or_as_it_was_is_no_step(window, qtbot):
    session = window.studio.session
    press(qtbot, Qt.Key.Key_F6)
    before = session.settings
    for key in (Qt.Key.Key_Escape, Qt.Key.Key_Return):
        press(qtbot, Qt.Key.Key_F2)
        press(qtbot, key)
        assert session.settings is before
        assert QApplication.focusWidget() is window.runs.list
    press(qtbot, Qt.Key.Key_F2, SHIFT)
    type_in(qtbot, ",".join("abcdefghi"))
    assert session.settings is before
    assert "at most 8 tags" in window.messages.text.text()


def test_the_filter_finds_names_and_tags_hides_rows_only_and_escape_shows_all(window, qtbot):
    studio, runs = window.studio, window.runs
    studio.edit(history.tagged(studio.session, 1, "paper"))
    studio.edit(replace(studio.session.shown, compared=(2,)))
    drawn = plotted(window)
    press(qtbot, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert QApplication.focusWidget() is runs.filter
    qtbot.keyClicks(runs.filter, "PAPER")
    assert titles(window) == ["Iris 4-3-3, ideal"]
    assert runs.count.text() == "1 of 5"
    runs.filter.clear()
    qtbot.keyClicks(runs.filter, "4-3-3")
    assert runs.count.text() == "2 of 5"
    qtbot.keyClicks(runs.filter, " none")
    assert runs.count.text() == "0 of 5"
    assert plotted(window) == drawn
    press(qtbot, Qt.Key.Key_Escape)
    assert (len(titles(window)), runs.count.text(), runs.filter.text()) == (5, "5", "")


def test_check_boxes_and_chips_are_one_state_and_the_fifth_asks_which_one_goes(window, qtbot):
    session, runs, tab = window.studio.session, window.runs, window.tradeoff_tab
    window.workbench.show_runs()
    settle(qtbot, window)

    def tick(row):
        item = runs.list.item(row)
        runs.list.scrollToItem(item)
        place = runs.list.visualItemRect(item).topLeft() + QPoint(20, 14)
        qtbot.mouseClick(runs.list.viewport(), LEFT, pos=place)

    tick(4)
    assert plotted(window) == ["Iris 4-6-3, loaded", "Iris 4-3-3, loaded"]
    chips = tab.beside.legend.chips
    assert [chip.isChecked() for chip in chips] == [True, True, False, False, False]
    assert chips[1].toolTip() == "Iris 4-3-3, loaded, trained on Iris, 4-3-3"
    qtbot.mouseClick(chips[1], LEFT)
    assert plotted(window) == ["Iris 4-6-3, loaded"]
    assert runs.list.item(4).data(Qt.ItemDataRole.AccessibleTextRole).endswith("finished")
    for row in (4, 3, 2):
        tick(row)
    assert len(plotted(window)) == compared.MAX_DRAWN
    tick(0)  # the one that is shown
    tick(1)
    assert len(plotted(window)) == compared.MAX_DRAWN
    (menu,) = window.runs.findChildren(QMenu)
    title, *others = menu.actions()
    assert "Hide one" in title.text()
    assert [each.text() for each in others] == plotted(window)[1:]
    others[0].trigger()
    menu.close()
    assert plotted(window)[1] == "Iris 4-5-3, loaded"
    window.commands["undo"].trigger()
    assert plotted(window)[1] == "Iris 4-3-3, loaded"
    assert session.shown.run is None


def test_a_run_that_is_shown_changes_places_with_the_one_before(window, qtbot):
    studio = window.studio
    studio.edit(replace(studio.session.shown, compared=(0, 1)))
    window.runs.show_run(1)
    assert plotted(window) == ["Iris 4-3-3, ideal", "Iris 4-3-3, loaded", "Iris 4-6-3, loaded"]
    window.runs.show_run(3)
    assert plotted(window)[0] == "Iris 4-5-3, loaded"
    assert len(plotted(window)) == compared.MAX_DRAWN


def test_fronts_are_those_of_their_own_designs_and_a_click_shows_one(window, qtbot):
    studio, tab = window.studio, window.tradeoff_tab
    studio.edit(replace(studio.session.shown, compared=(1,)))
    settle(qtbot, window)
    (other,) = tab.plot.others.runs
    family = studio.session.runs[1].family
    accuracy, power = family.accuracy[:, 2], family.total_power
    beaten = [
        any(
            (accuracy[each] >= accuracy[design]) & (power[each] <= power[design])
            for each in range(family.plan.designs)
            if each != design
        )
        for design in range(family.plan.designs)
    ]
    front = other.view.cloud.designs[other.shown.front]
    assert sorted(front) == [each for each in range(family.plan.designs) if not beaten[each]]
    assert "models differ" in tab.beside.legend._note.text()
    # axes reach to the designs of either
    (_, right), _ = tab.plot.ranges
    assert right >= power.max() * 1e3
    design = int(power.argmax())
    point = int(np.flatnonzero(other.view.cloud.designs == design)[0])
    place = tab.plot.at(float(power[design]), float(accuracy[design])).toPoint()
    qtbot.mouseMove(tab.plot, place)
    assert f"of {other.run.name}: " in window._hint.toolTip()
    qtbot.mouseClick(tab.plot, LEFT, pos=place)
    assert studio.session.run.id == 1
    assert studio.session.design_index == int(other.view.cloud.designs[point])


def test_a_counted_mark_of_another_run_lists_its_designs(window, qtbot):
    studio, tab = window.studio, window.tradeoff_tab
    added = add_run(studio.session, (7,), accuracy=0.42)
    window.runs.show_run(1)
    studio.edit(replace(studio.session.shown, compared=(added,)))
    settle(qtbot, window)
    plot, (other,) = tab.plot, tab.plot.others.runs
    plot.set_ranges((-500.0, 500.0), (30.0, 110.0))  # so far away that its designs are one mark
    points = plot.others.at_one_mark(plot, other, 0)
    designs = other.view.cloud.designs[list(points)]
    assert sorted(designs) == list(range(len(other.view.cloud.designs)))
    place = plot.at(float(other.view.cloud.power[points[0]]), 0.42).toPoint()
    qtbot.mouseMove(plot, place)
    told = f"{len(points)} designs of {other.run.name}: 42.0 %, loaded; click lists them"
    assert window._hint.toolTip() == told
    qtbot.mouseClick(plot, LEFT, pos=place)
    menu = tab.beside.menu
    assert len(menu.actions()) == len(points)
    qtbot.keyClick(menu, Qt.Key.Key_Down)
    qtbot.keyClick(menu, Qt.Key.Key_Return)
    assert studio.session.run.id == added
    assert studio.session.design_index == int(designs[1])


def test_a_run_whose_model_leaves_the_load_out_is_marked_until_ngspice_has_looked(window):
    session = window.studio.session
    window.studio.edit(replace(session.shown, run=1))
    assert session.design.model == "ideal"

    def cautious():
        return [each.run for each in history.entries(session) if each.caution]

    assert cautious() == [1]
    assert window.alpha_bar.chip.title.toolTip() == "ideal: not checked"
    found = sample_verification(session.design, 10)
    session.take_verification(session.design_ref, session.design, found)
    assert cautious() == []
    assert window.alpha_bar.chip.title.toolTip().startswith("Checked")


def test_a_limit_is_answered_for_each_run_that_is_drawn_with_its_source(window, qtbot):
    session = window.studio.session
    limit = 1.3 * float(session.runs[1].family.total_power.min())
    window.studio.edit(replace(session.shown, run=0, compared=(1, 4), limit=limit))
    settle(qtbot, window)
    section = next(
        each for each in window.inspector.view.sheet.sections if each.title.startswith("Each run")
    )
    assert [line.name for line in section.lines] == [session.runs[at].name for at in (0, 1, 4)]
    family = session.runs[1].family
    within = [each for each in range(family.plan.designs) if family.total_power[each] <= limit]
    best = max(within, key=lambda each: (family.accuracy[each, 1], -family.total_power[each]))
    wanted = (
        f"{format_percent(family.accuracy[best, 2])}, {format_si(family.total_power[best], 'W')}"
    )
    assert section.lines[1].value == wanted
    assert [line.source for line in section.lines[:2]] == ["loaded", "ideal"]
    assert section.lines[2].value == "none within"


def test_two_data_sets_in_one_plot_are_told_of(window):
    studio, session = window.studio, window.studio.session
    wine = replace(sample_dataset(), title="Wine")
    wine = replace(wine, reference=replace(wine.reference, source="wine", fingerprint="a" * 64))
    session.choose_data(wine)
    run = add_run(session)
    session.choose_data(sample_dataset())
    studio.edit(replace(session.shown, run=0, compared=(run,)))
    assert "The data differ" in window.tradeoff_tab.beside.legend._note.text()
    entry = next(each for each in history.entries(session) if each.run == run)
    assert entry.line.startswith("Wine, 6 designs")


def test_what_waits_is_listed_moved_and_dropped(window, qtbot):
    studio, session, queue = window.studio, window.studio.session, window.runs.queue
    studio.edit(replace(session.recipe, alphas=3, seeds=2))
    window.workbench.show_runs()
    for neurons in (3, 4, 5, 6):
        studio.set_neurons(0, neurons)
        window.commands["train"].trigger()
    qtbot.waitUntil(lambda: session.is_training)
    assert not queue.isHidden()
    assert [each.words for each in waiting(studio)] == [
        f"Train Iris 4-{neurons}-3, loaded" for neurons in (3, 4, 5, 6)
    ]
    window.runs.list.setFocus()
    press(qtbot, Qt.Key.Key_Tab, SHIFT)
    assert QApplication.focusWidget() is queue
    queue.setCurrentRow(3)
    for _ in range(2):
        press(qtbot, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert queue.currentRow() == 1
    last = len(session.runs) - 1
    assert session.queue == (last, last - 2, last - 1)
    press(qtbot, Qt.Key.Key_Delete)
    assert session.queue == (last - 2, last - 1)
    assert session.runs[last].state == "interrupted"
    queue.setCurrentRow(0)
    press(qtbot, Qt.Key.Key_Delete)
    assert session.is_training
    assert "runs already" in window._status.toolTip()


def test_checks_wait_in_the_queue_too(window, qtbot):
    studio, queue = window.studio, window.runs.queue
    window.workbench.show_runs()
    studio.check()
    qtbot.waitUntil(lambda: any(isinstance(job, Check) for job in studio.bridge.running))
    window.tradeoff_tab.choose(0)
    studio.check()
    window.tradeoff_tab.choose(5)
    studio.check()
    studio.check()  # once is enough
    first, second, third = waiting(studio)
    assert (first.state, second.state, third.state) == ("runs", "next", "place 2")
    assert third.words.startswith("Check α ")
    assert third.words.endswith("of Iris 4-6-3, loaded")
    queue.setCurrentRow(2)
    queue.move_by(-1)
    assert [each.words for each in waiting(studio)][1:] == [third.words, second.words]
    queue.drop()
    assert [each.words for each in waiting(studio)] == [first.words, second.words]


def test_renaming_comparing_and_predicting_need_no_mouse(window, qtbot, tmp_path):
    studio, session = window.studio, window.studio.session
    table, out = tmp_path / "new.csv", tmp_path / "answers.csv"
    table.write_text("input 0,input 1,input 2,input 3\n0.1,0.2,0.3,0.4\n0.9,0.8,0.7,0.6\n")
    press(qtbot, Qt.Key.Key_F6)
    press(qtbot, Qt.Key.Key_Down)
    press(qtbot, Qt.Key.Key_F2)
    type_in(qtbot, "five")
    press(qtbot, Qt.Key.Key_Space)
    assert plotted(window) == ["Iris 4-6-3, loaded", "five"]
    press(qtbot, Qt.Key.Key_Return)
    assert session.run.name == "five"
    assert plotted(window) == ["five", "Iris 4-6-3, loaded"]
    press(qtbot, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    (dialog,) = window.findChildren(QFileDialog)
    name_file(dialog, table)
    qtbot.waitUntil(lambda: window.files.latest is not None)
    (shown,) = window.prediction_dialogs
    assert shown.table.model().rowCount() == 2
    assert "five" in shown.source.text()
    assert shown.source.text().endswith(", computed by loaded.")
    qtbot.keyClick(shown, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    (dialog,) = shown.findChildren(QFileDialog)
    name_file(dialog, out)
    qtbot.waitUntil(out.exists)
    qtbot.waitUntil(lambda: not studio.bridge.jobs)
    assert out.read_text().startswith("line,class,measurable,output_v class 0")
    qtbot.keyClick(shown, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not window.prediction_dialogs)
