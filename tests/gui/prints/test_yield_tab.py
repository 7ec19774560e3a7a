"""The Yield tab: a run and its progress, what is found, parts that select, and a stop."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu

from pnn_studio.app.jobs.print_job import ComputePrints
from pnn_studio.app.jobs.protocol import Control, Done, Progress
from pnn_studio.app.session.selection import ResistorItem
from pnn_studio.domain.board import Board
from pnn_studio.domain.print_report import Answers
from pnn_studio.domain.technology import load_technology
from pnn_studio.domain.variation import Variation
from pnn_studio.domain.yields import Limit
from pnn_studio.ui.prints.tab import NOT_RUN
from pnn_studio.ui.shell.parts import SCHEMATIC_TAB, YIELD_TAB
from tests.gui.conftest import ScriptedWorker, settle
from tests.support.painted_text import painted_texts
from tests.support.prints import sample_report
from tests.support.runs import sample_dataset, sample_family, start_run

LEFT = Qt.MouseButton.LeftButton


def report_of(job):
    return sample_report(job.design, job.plan)


@pytest.fixture
def window(open_window, qtbot):
    workers = []

    def start():
        workers.append(ScriptedWorker(lambda job: []))
        return workers[-1]

    opened = open_window(start, (1440, 900))
    qtbot.waitUntil(lambda: opened.studio.simulator != "")
    session = opened.studio.session
    session.choose_data(sample_dataset())
    opened.studio.edit(replace(session.recipe, alphas=1, seeds=1, hidden=(3,)))
    plan = session.plan()
    start_run(session, plan)
    session.take_family(sample_family(plan))
    session.set_run_state("finished")
    opened.tabs.setCurrentIndex(YIELD_TAB)
    opened.short_worker = workers[0]
    return opened


def begun(window, qtbot):
    """Press Run, and return the job that the worker got."""
    qtbot.mouseClick(window.yield_tab.run, LEFT)
    jobs = window.short_worker.jobs
    qtbot.waitUntil(lambda: bool(jobs) or bool(window.short_worker.jobs))
    return next(job for job in window.short_worker.jobs if isinstance(job, ComputePrints))


def test_a_run_shows_how_far_it_is_and_what_it_found(window, qtbot):
    tab = window.yield_tab
    assert tab._empty.text.text() == NOT_RUN
    tab.count.setValue(2000)
    job = begun(window, qtbot)
    assert (job.plan.prints, job.plan.limit.share, job.plan.variation) == (2000, 0.95, None)
    assert tab.run.text() == "Stop"
    window.resize(1280, 720)  # with the bar of the progress every choice can still be read
    settle(qtbot, window)
    for button in tab.strip.spread.buttons():
        assert button.width() >= button.sizeHint().width()
    window.short_worker.say(Progress(0.5))
    qtbot.waitUntil(lambda: tab.line.toolTip().startswith("1,000 of 2,000")
                    or tab.line.text().startswith("1,000 of 2,000"))  # fmt: skip
    window.short_worker.say(report_of(job))
    window.short_worker.say(Done("Computed"))
    qtbot.waitUntil(lambda: tab.run.text() == "Run")
    found = report_of(job).test
    assert tab.readout.text().startswith(f"{100 * found.share:.1f} %")
    assert "another test set" in tab.readout.toolTip()
    assert tab.proof.text() == "ngspice, 40 checked: 75.0 %\nall decisions equal"
    assert tab.harm.rows[0].texts[1] == "75.0 %"
    assert [row.texts[0] for row in tab.faults.rows] == [
        "resistor open",
        "ptanh T dead",
    ]
    for drawn in (tab.histogram, tab.curve):
        assert not drawn.grab().isNull()


def test_a_row_selects_its_part_in_the_whole_window(window, qtbot):
    job = begun(window, qtbot)
    window.short_worker.say(report_of(job))
    window.short_worker.say(Done("Computed"))
    tab = window.yield_tab
    qtbot.waitUntil(lambda: bool(tab.harm.rows))
    place = tab.harm.visualRect(tab.harm.model().index(0, 0)).center()
    qtbot.mouseClick(tab.harm.viewport(), LEFT, pos=place)
    part = Board.of(job.design, load_technology("negt")).resistors[0]
    wanted = ResistorItem(part.layer + 1, part.row, part.column)
    assert window.studio.selection.item == wanted
    assert tab.faults.selectionModel().hasSelection()
    assert tab.where.picture._item.picked == {part.ref}
    qtbot.mouseClick(tab.where.picture, LEFT)
    assert window.tabs.currentIndex() == SCHEMATIC_TAB
    assert window.schematic_tab.view.item.picked == {part.ref}


def test_before_and_after_training_for_prints_stand_beside_each_other(window, qtbot):
    studio, tab = window.studio, window.yield_tab
    tab.strip.spread.buttons()[1].click()  # 10 %
    job = begun(window, qtbot)
    window.short_worker.say(report_of(job))
    window.short_worker.say(Done("Computed"))
    qtbot.waitUntil(lambda: tab.run.text() == "Run")
    assert "trained" not in tab.sentence.toolTip() + tab.sentence.text()
    qtbot.mouseClick(tab.train, LEFT)
    session = studio.session
    assert session.recipe.variation == 0.1
    assert studio.is_training
    window.runs.show_run(start_run(session, session.plan()))
    assert session.run.plan.variation == Variation.of_share(0.1)
    session.take_family(sample_family(session.run.plan, seed=3))
    session.set_run_state("finished")
    studio.changed.emit("run")
    assert session.design.trained_for == "10 % variation"
    studio.checks.prints._take_report(
        ComputePrints(session.design, job.plan), sample_report(session.design, job.plan)
    )
    words = tab.sentence.toolTip() or tab.sentence.text()
    assert words.endswith("; trained as drawn, 70.0 % do")
    drawn = [each.text for each in painted_texts(tab.curve)]
    assert {"trained as drawn", "trained for 10 % variation"} <= set(drawn)
    # a design that is judged otherwise stands beside nothing
    kept = replace(job.plan, limit=Limit(0.8))
    studio.checks.prints._take_report(
        ComputePrints(session.design, kept), sample_report(session.design, kept)
    )
    assert "trained" not in tab.sentence.toolTip() + tab.sentence.text()


def test_what_was_found_is_exported_like_every_plot(window, qtbot):
    exports, wanted = window.studio.exports, []
    action = window.commands["export-yield"]
    assert not action.isEnabled()
    job = begun(window, qtbot)
    window.short_worker.say(report_of(job))
    window.short_worker.say(Done("Computed"))
    qtbot.waitUntil(action.isEnabled)
    exports.wanted.disconnect()
    exports.wanted.connect(wanted.append)
    plot = window.yield_tab.histogram
    plot.customContextMenuRequested.emit(plot.rect().center())
    menu = plot.findChild(QMenu)
    assert [each.text() for each in menu.actions()] == ["Export yield…", "Export report…"]
    menu.actions()[0].trigger()
    menu.close()
    assert wanted == ["yield"]
    assert exports.subject().prints.test.prints == 40


def print_jobs(window):
    return [job for job in window.short_worker.jobs if isinstance(job, ComputePrints)]


def test_a_run_can_be_stopped_and_gone_on_with(window, qtbot):
    job = begun(window, qtbot)
    qtbot.mouseClick(window.yield_tab.run, LEFT)
    assert Control("stop") in window.short_worker.sent
    part = replace(report_of(job), answers=Answers(np.zeros((40, 10), np.int8), np.ones(40)))
    window.short_worker.say(part)
    window.short_worker.say(Done("Stopped", stopped=True))
    qtbot.waitUntil(lambda: window.yield_tab.run.text() == "Resume")
    window.yield_tab.strip.spread.buttons()[1].click()  # of another spread nothing is known
    assert window.yield_tab.run.text() == "Run"
    window.yield_tab.strip.spread.buttons()[0].click()
    qtbot.mouseClick(window.yield_tab.run, LEFT)
    qtbot.waitUntil(lambda: len(print_jobs(window)) == 2)
    assert print_jobs(window)[1].known is not None
    np.testing.assert_array_equal(print_jobs(window)[1].known.answers.chosen, part.answers.chosen)
