"""Yields as third axis of the trade-off, and the prints that are trained for."""

from dataclasses import replace

import pytest

from pnn_studio.app.jobs.print_job import ComputePrints, ComputeYields, FoundYield
from pnn_studio.app.jobs.protocol import Done, Progress, Train
from pnn_studio.domain.print_report import DesignYield, YieldPlan
from pnn_studio.ui.shell.main_window import TRADEOFF_TAB
from tests.gui.conftest import ScriptedWorker
from tests.support.prints import sample_report
from tests.support.runs import sample_dataset, sample_family, sample_record, start_run


def answered(job):
    if isinstance(job, ComputeYields):
        found = DesignYield(0.25, job.plan.prints, "technology")
        return [FoundYield(job.refs[0], found), FoundYield(job.refs[1], replace(found, share=0.5)),
                Progress(0.5)]  # fmt: skip
    if isinstance(job, Train):
        return [sample_record(job.plan, 300, 1.0), sample_family(job.plan), Done("Trained")]
    return []


@pytest.fixture
def window(open_window, qtbot):
    workers = []

    def start():
        workers.append(ScriptedWorker(answered))
        return workers[-1]

    window = open_window(start, (1280, 800))
    qtbot.waitUntil(lambda: window.studio.simulator != "")
    session = window.studio.session
    session.choose_data(sample_dataset())
    window.studio.edit(replace(session.recipe, alphas=6, seeds=2))
    start_run(session, session.plan())
    session.take_family(sample_family(session.run.plan))
    session.set_run_state("finished")
    window.tabs.setCurrentIndex(TRADEOFF_TAB)
    window.worker = workers[0]
    return window


def test_yields_of_the_front_are_drawn_told_and_kept_when_they_are_ended(window, qtbot):
    tab, yields = window.tradeoff_tab, window.studio.checks.yields
    assert "yield" not in tab.legend.accessibleName()
    window.commands["yield-front"].trigger()
    qtbot.waitUntil(lambda: len(tab.plot.marks.yields) == 2)
    (job,) = (each for each in window.worker.jobs if isinstance(each, ComputeYields))
    assert {design.seed for design in job.designs} <= {0, 1}
    assert len(job.designs) >= 6
    assert (job.plan.prints, job.plan.variation) == (500, None)  # that of the technology
    assert "yield, loaded" in tab.legend.accessibleName()
    point, share = tab.plot.marks.yields[0]
    assert share == 0.25
    tab.pointing.tell(point)
    assert "yield, technology 25.0 % of 500 (loaded)" in tab.pointing.card.text.told
    # the same command ends it; what is known stays, and is not computed again
    window.commands["yield-front"].trigger()
    window.worker.say(Done("Stopped", stopped=True))
    qtbot.waitUntil(lambda: not yields.runs)
    assert len(tab.plot.marks.yields) == 2
    window.commands["yield-front"].trigger()
    qtbot.waitUntil(
        lambda: len([e for e in window.worker.jobs if isinstance(e, ComputeYields)]) == 2
    )
    again = window.worker.jobs[-1]
    assert set(again.refs).isdisjoint(job.refs[:2])
    # yields are of designs as they are: another family has none
    session = window.studio.session
    session.take_family(sample_family(session.run.plan, seed=1))
    tab.refresh()
    assert tab.plot.marks.yields == ()


def test_a_yield_that_the_yield_tab_found_is_drawn_where_it_was_asked_for_the_same(window, qtbot):
    studio, tab = window.studio, window.tradeoff_tab
    design = studio.session.design
    for share, drawn in ((0.15, 0), (None, 1)):
        plan = YieldPlan(40, variation=share)
        report = sample_report(design, plan)
        studio.bridge.printed.emit(ComputePrints(design, plan), report)
        assert len(tab.plot.marks.yields) == drawn
    ((_, share),) = tab.plot.marks.yields
    assert share == report.test.share


def test_prints_to_train_for_are_chosen_in_the_panel_and_named_by_the_run(window, qtbot):
    session, panel = window.studio.session, window.panel.technology
    texts = [panel.variation.itemText(index) for index in range(panel.variation.count())]
    assert texts == ["none", "5 %", "10 %", "of the technology"]
    panel.variation.setCurrentIndex(2)
    panel.variation.activated.emit(2)
    assert session.recipe.variation == 0.1
    many = window.studio.clock.estimate().bound
    window.studio.edit(replace(session.recipe, variation=None))
    assert window.studio.clock.estimate().bound == pytest.approx(many / 8)
    window.commands["undo"].trigger()
    assert session.plan().variation.resistor == 0.1
    # the ideal model knows no prints
    window.studio.edit(replace(session.recipe, model="ideal"))
    assert not panel.variation.isEnabled()
    assert session.plan().variation is None
    window.commands["undo"].trigger()
    assert panel.variation.currentText() == "10 %"
    window.studio.train()
    qtbot.waitUntil(lambda: session.run.id == 1 and session.run.family is not None)
    assert session.run.name.endswith("loaded, 10 % variation")
