"""The check of the front: a few designs at a time, to be cancelled, and one that is picked."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt

from pnn_studio.app.analysis.front_check import front_candidates
from pnn_studio.app.analysis.tradeoff import tradeoff
from pnn_studio.app.jobs.protocol import (
    Check,
    Checked,
    CheckSome,
    Control,
    Done,
    Failed,
    Progress,
)
from pnn_studio.domain.design import Power
from pnn_studio.domain.design_ref import DesignRef
from pnn_studio.ui.controllers import status_texts
from pnn_studio.ui.shell.main_window import CHECK_TAB, TRADEOFF_TAB
from tests.gui.conftest import ScriptedWorker
from tests.support.runs import sample_dataset, sample_family, sample_verification, start_run

LEFT = Qt.MouseButton.LeftButton


def found(design):
    """Make what ngspice says: designs under alpha 0.6 are good, and power falls with alpha."""
    power = Power(0.0, 0.0, 1e-3 * (10 - 9 * design.alpha + 0.01 * design.seed))
    seen = 1.0 if design.alpha < 0.6 else 0.5
    return replace(sample_verification(design), spice_power=power, seen_accuracy=seen)


@pytest.fixture
def window(open_window, qtbot, monkeypatch):
    monkeypatch.setattr("os.sched_getaffinity", lambda _pid: {0})  # two designs a job
    workers = []

    def start():
        workers.append(ScriptedWorker(lambda job: []))
        return workers[-1]

    window = open_window(start, (1280, 720))
    qtbot.waitUntil(lambda: window.studio.simulator != "")
    session = window.studio.session
    session.choose_data(sample_dataset())
    window.studio.edit(replace(session.recipe, alphas=6, seeds=2))
    plan = session.plan()
    start_run(session, plan)
    family = sample_family(plan)
    power = family.power * np.linspace(2, 0.3, plan.designs)[:, None]
    session.take_family(replace(family, power=power))
    session.set_run_state("finished")
    window.worker = workers[0]
    window.activateWindow()
    return window


def last(window):
    jobs = [each for each in window.worker.jobs if isinstance(each, Check | CheckSome)]
    return jobs[-1] if jobs else None


def answers(job):
    """Say of each design of a job what ngspice finds."""
    pairs = zip(job.refs, job.designs, strict=True)
    return [Checked(ref, found(design)) for ref, design in pairs]


def answer(window, qtbot, *replies):
    """Let the worker answer the job that it was given last, and wait for the next one."""
    job = last(window)
    for reply in replies or (*answers(job), Done("Checked")):
        window.worker.say(reply)
    front = window.studio.checks.front
    qtbot.waitUntil(lambda: last(window) is not job or front.job is None)


def finish(window, qtbot):
    while window.studio.checks.front.job is not None:
        answer(window, qtbot)


def begin(window, qtbot):
    qtbot.keyClick(window, Qt.Key.Key_F7, Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: last(window) is not None)


def test_shift_f7_checks_the_front_in_the_order_of_power_and_picks_by_ngspice(window, qtbot):
    studio, session = window.studio, window.studio.session
    family = session.run.family
    candidates = front_candidates(family, 30)
    assert len(candidates) >= 6
    begin(window, qtbot)
    assert status_texts.chip(studio).title == f"Checking, 0 of {len(candidates)} designs"
    assert not window.commands["check-front"].isEnabled()
    finish(window, qtbot)
    jobs = window.worker.jobs
    assert {len(each.designs) for each in jobs[:-1]} == {2}
    asked = [(each.alpha, each.seed) for job in jobs for each in job.designs]
    plan = family.plan
    assert asked == [(plan.alphas[each], plan.seeds[each]) for each in candidates]
    checked = session.checks.of_run(session.run)
    assert tuple(sorted(checked)) == tuple(sorted(candidates))
    good = [each for each in candidates if plan.alphas[each] < 0.6]
    best = min(good, key=lambda each: checked[each].spice_power.total)
    said = f"{len(candidates)} designs checked; least power within 95 % in ngspice: α 0.40"
    assert window._status.toolTip().startswith(said)
    assert window.messages.text.text().startswith(said)
    assert session.design_index != best
    qtbot.mouseClick(window.messages.remedies[0], LEFT)
    assert session.design_index == best
    assert not window.messages.isVisible()
    window.commands["undo"].trigger()
    assert session.design_index != best


def test_what_is_checked_already_is_not_simulated_again(window, qtbot):
    session = window.studio.session
    candidates = front_candidates(session.run.family, 30)
    for number, index in enumerate(candidates):
        design = session.run.family.design(index)
        old = replace(found(design), seen_accuracy=None)  # before such samples were simulated
        ref, said = DesignRef(0, index), old if number == 2 else found(design)
        session.take_verification(ref, design, said)
    begin(window, qtbot)
    assert window.studio.checks.front.progress == (0, 1)
    finish(window, qtbot)
    plan = session.run.family.plan
    (job,) = window.worker.jobs
    assert [each.alpha for each in job.designs] == [plan.alphas[candidates[2]]]
    assert window._status.toolTip().startswith(f"{len(candidates)} designs checked; least power")
    window.commands["check-front"].trigger()  # nothing is left to simulate: it is told at once
    assert window.studio.checks.front.job is None
    assert window.messages.isVisible()


def test_it_can_be_cancelled_and_keeps_what_is_done(window, qtbot):
    studio, tab = window.studio, window.check_tab
    window.tabs.setCurrentIndex(CHECK_TAB)
    begin(window, qtbot)
    answer(window, qtbot)
    designs = studio.checks.front.progress[1]
    window.worker.say(answers(last(window))[1])  # they come as they are done
    qtbot.waitUntil(lambda: studio.checks.front.progress[0] == 3)
    assert tab.busy.isVisible()
    assert tab.busy_line.toolTip() == f"Checking the front, 3 of {designs} designs"
    assert (tab.progress.value(), tab.progress.maximum()) == (3, designs)
    qtbot.mouseClick(tab.cancel, LEFT)
    assert window.worker.sent[-1] == Control("stop")
    answer(window, qtbot, Done("Stopped", stopped=True))
    assert tab.busy.isHidden()
    assert len(studio.session.checks.of_run(studio.session.run)) == 3
    assert window._status.toolTip().startswith("Stopped, 3 designs checked; least power")
    assert window.commands["check-front"].isEnabled()


def test_a_single_check_that_is_asked_for_meanwhile_comes_next(window, qtbot):
    studio = window.studio
    begin(window, qtbot)
    shown = studio.session.design
    window.commands["check"].trigger()
    assert status_texts.chip(studio).title == "Checking, 0 of 30 samples"
    answer(window, qtbot)
    assert last(window).design is shown
    window.worker.say(Progress(0.5))
    qtbot.waitUntil(lambda: status_texts.chip(studio).title == "Checking, 15 of 30 samples")
    answer(window, qtbot, found(shown), Done("Checked"))
    # the front goes on behind the design that is shown
    assert status_texts.chip(studio).title.startswith("Checked")
    assert studio.checks.front.progress[0] == 2
    finish(window, qtbot)


def test_a_design_that_ngspice_cannot_simulate_is_counted_and_the_others_go_on(window, qtbot):
    begin(window, qtbot)
    first, second = answers(last(window))
    failed = Checked(first.ref, None, "no convergence")
    answer(window, qtbot, failed, second, Done("Checked"))
    assert not window.messages.isVisible()
    finish(window, qtbot)
    assert ", 1 could not be simulated; least power" in window._status.toolTip()


def test_without_ngspice_it_ends_and_says_what_to_do(window, qtbot):
    begin(window, qtbot)
    answer(window, qtbot, Failed("SimulatorMissing", "ngspice was not found."))
    assert window.studio.checks.front.job is None
    assert window.messages.text.text() == "ngspice was not found."
    assert len(window.worker.jobs) == 1


def test_a_worker_that_dies_ends_it_and_what_is_done_is_kept(window, qtbot):
    begin(window, qtbot)
    answer(window, qtbot)
    window.worker.die(-9)
    qtbot.waitUntil(lambda: window.studio.checks.front.job is None)
    assert "ended unexpectedly" in window.messages.text.text()
    session = window.studio.session
    assert len(session.checks.of_run(session.run)) == 2
    window.commands["check-front"].trigger()
    assert window.studio.checks.front.progress[0] == 0


def test_it_waits_for_the_end_of_a_training(window):
    session = window.studio.session
    session.set_run_state("running")
    assert not window.commands["check-front"].isEnabled()
    session.set_run_state("stopped")
    assert window.commands["check-front"].isEnabled()
    assert "Check the front" in {each.text for each in window.entries()}


def test_the_tradeoff_shows_checked_designs_as_they_are_in_ngspice(window, qtbot):
    tab, session = window.tradeoff_tab, window.studio.session
    window.tabs.setCurrentIndex(TRADEOFF_TAB)
    tab.strip.split.setCurrentIndex(2)
    tab.strip.split.activated.emit(2)
    assert status_texts.NO_CHECKS in tab.plot.note
    assert tab.view.cloud.modelled.all()
    assert tab.plot.marks.current is not None  # told to be unchecked, not gone
    assert "It is not checked in ngspice." in tab.plot.accessibleDescription()
    tab.plot.grab()
    qtbot.mouseClick(tab.strip.front, LEFT)
    assert tab.strip.front.text() == "Cancel"
    assert "Checking the front" in tab.plot.note
    qtbot.waitUntil(lambda: last(window) is not None)
    finish(window, qtbot)
    assert tab.strip.front.text() == "Check front"
    family = session.run.family
    checked = session.checks.of_run(session.run)
    cloud, best = tab.view.cloud, tab.view.best95
    assert cloud.designs[~cloud.modelled].tolist() == sorted(checked)
    for point, design in enumerate(cloud.designs.tolist()):
        if design in checked:
            assert cloud.power[point] == checked[design].spice_power.total
            assert cloud.accuracy[point] == checked[design].spice_accuracy
    assert best.alpha == 0.4
    assert tab.plot.y_title == "accuracy, test (ngspice), %"
    assert "best95 in ngspice: α 0.40" in tab.plot.accessibleDescription()
    assert "best95 in ngspice" in tab.legend.accessibleName()
    at = int(np.flatnonzero(cloud.designs == sorted(checked)[1])[0])
    tab.plot.chosen.emit(int(cloud.designs[at]))
    assert session.design_index == sorted(checked)[1]
    assert tab.plot.marks.current == at
    tab.plot.grab()
    tab.strip.split.setCurrentIndex(0)
    tab.strip.split.activated.emit(0)
    assert len(tab.view.cloud.designs) == family.plan.designs
    assert tab.view.best95 == tradeoff(family, "test").best95


def test_a_check_from_the_strip_can_be_cancelled_there(window, qtbot):
    window.tabs.setCurrentIndex(TRADEOFF_TAB)
    button = window.tradeoff_tab.strip.front
    qtbot.mouseClick(button, LEFT)
    qtbot.waitUntil(lambda: last(window) is not None)
    qtbot.mouseClick(button, LEFT)
    assert window.worker.sent[-1] == Control("stop")
    answer(window, qtbot, Done("Stopped", stopped=True))
    assert button.text() == "Check front"
    assert window._status.toolTip() == "Stopped, 0 designs checked"


def test_a_few_designs_that_answer_by_chance_do_not_press_the_others_together(window, qtbot):
    window.tabs.setCurrentIndex(TRADEOFF_TAB)
    tab, session = window.tradeoff_tab, window.studio.session
    family = session.run.family
    accuracy = np.full_like(family.accuracy, 0.96)
    accuracy[-2:] = 0.08
    session.take_family(replace(family, accuracy=accuracy))
    tab.refresh()
    assert tab.plot.ranges[1][0] >= 80
    assert tab.plot.below == 2
