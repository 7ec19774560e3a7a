"""What is shown belongs to a project: kept in it, undone like other choices, gone with it."""

from dataclasses import replace

import pytest

from pnn_studio.app.jobs.protocol import Control, Done, Train
from pnn_studio.app.session.messages import Message
from pnn_studio.app.session.selection import DesignItem, NeuronItem, NodeItem
from pnn_studio.domain.dataset import Dataset
from pnn_studio.domain.design_ref import DesignRef
from pnn_studio.domain.nodes import activation_node
from pnn_studio.domain.project import Project, ProjectRun, RunHead, View
from pnn_studio.domain.settings import Recipe, Settings, Shown, TradeoffSwitches
from pnn_studio.storage.project_open import create_project, read_project
from pnn_studio.ui.shell.main_window import CHECK_TAB, LAYOUT_TAB, SCHEMATIC_TAB, TRADEOFF_TAB
from tests.gui.conftest import ScriptedWorker
from tests.support.runs import sample_dataset, sample_family, sample_verification, small_plan


def project(dataset: Dataset, **changed):
    recipe = Recipe(data=dataset.reference, alphas=3, seeds=2)
    run = ProjectRun(
        RunHead(small_plan(), recipe, "a run", "finished"),
        sample_family(small_plan(), dataset.reference),
    )
    steps = (Settings(recipe), Settings(recipe, Shown(limit=5e-3)))
    return Project(steps, 1, (dataset,), (run,), **changed)


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "mine.pnn"
    create_project(path, project(sample_dataset(samples=60))).close()
    return path


@pytest.fixture
def window(open_window, path):
    window = open_window(lambda: ScriptedWorker(lambda job: []))
    window.studio.project.open_file(path)
    return window


def use_all_of_it(window):
    """Select, check, compare, look at another sample, and be told something."""
    studio, session = window.studio, window.studio.session
    for index in (1, 4):
        design = session.run.family.design(index)
        session.take_verification(DesignRef(0, index), design, sample_verification(design))
    studio.edit(replace(session.shown, pins=(DesignRef(0, 1), DesignRef(0, 4))))
    window.tradeoff_tab.choose(4)
    window.tabs.setCurrentIndex(CHECK_TAB)
    assert window.check_tab.table.model().rowCount()
    window.commands["compare"].trigger()
    assert window.tradeoff_tab.comparison.isVisible()
    studio.set_sample(7)
    studio.message.emit(Message("error", "Something failed."))
    studio.hint.emit("under the pointer")
    studio.selection.select(NodeItem(activation_node(1, 0)))


def assert_nothing_is_left(window):
    studio, session = window.studio, window.studio.session
    assert studio.selection.items == ()
    assert (studio.sample, session.view) == (0, View())
    assert window.messages.isHidden()
    assert window._hint.toolTip() == ""
    assert not window.tradeoff_tab.comparison.isVisible()
    assert window.tradeoff_tab.comparison.comparison is None
    view = window.tradeoff_tab.view
    assert view is None or view.family is session.run.family
    assert session.checks.all == ()
    assert session.shown == Shown()
    assert window.check_tab.table.model().rowCount() == 0
    assert window.check_tab.summary.toolTip() == ""
    assert window.tabs.currentIndex() == LAYOUT_TAB
    assert not studio.faults.has_refused


def test_a_new_project_leaves_nothing_of_the_old_one(window):
    use_all_of_it(window)
    window.studio.project.new()
    assert_nothing_is_left(window)


def test_opening_another_project_leaves_nothing_of_the_old_one(window, tmp_path):
    other = replace(project(sample_dataset()), steps=(Settings(),), current=0)
    create_project(tmp_path / "other.pnn", other).close()
    use_all_of_it(window)
    window.studio.project.open_file(tmp_path / "other.pnn")
    assert_nothing_is_left(window)
    window.tabs.setCurrentIndex(CHECK_TAB)
    assert window.check_tab.table.model().rowCount() == 0
    assert not window.check_tab.table.isVisible()


def test_a_refused_edit_is_not_marked_in_the_next_project(window):
    window.studio.edit(replace(window.studio.session.recipe, hidden=()))
    assert window.studio.faults.has_refused
    window.studio.project.new()
    assert_nothing_is_left(window)


def test_the_switches_of_the_tradeoff_survive_reopening(window, open_window, path):
    window.tabs.setCurrentIndex(TRADEOFF_TAB)
    strip, session = window.tradeoff_tab.strip, window.studio.session
    for box in (strip.layers[0], strip.layers[2], strip.checked, strip.within):
        box.click()
    strip.split.setCurrentIndex(1)
    strip.split.activated.emit(1)
    wanted = TradeoffSwitches(designs=False, front=False, checked=True, within=True, y="valid")
    assert session.shown.tradeoff == wanted
    window.studio.project.close()
    assert read_project(path).settings.shown.tradeoff == wanted
    again = open_window(lambda: ScriptedWorker(lambda job: []))
    again.studio.project.open_file(path)
    again.tabs.setCurrentIndex(TRADEOFF_TAB)
    strip = again.tradeoff_tab.strip
    assert [box.isChecked() for box in strip.layers] == [False, True, False, True]
    assert (strip.checked.isChecked(), strip.within.isChecked()) == (True, True)
    assert strip.split.currentIndex() == 1
    assert again.tradeoff_tab.view.split == "valid"


def test_each_switch_is_a_step_of_undo_and_where_one_looks_is_none(window):
    window.tabs.setCurrentIndex(TRADEOFF_TAB)
    strip, session = window.tradeoff_tab.strip, window.studio.session
    strip.layers[1].click()
    strip.checked.click()
    before = session.settings
    window.studio.set_sample(3)
    window.tabs.setCurrentIndex(SCHEMATIC_TAB)
    assert session.settings is before
    window.tabs.setCurrentIndex(TRADEOFF_TAB)
    window.commands["undo"].trigger()
    assert (strip.layers[1].isChecked(), strip.checked.isChecked()) == (False, False)
    window.commands["undo"].trigger()
    assert strip.layers[1].isChecked()
    window.commands["redo"].trigger()
    assert not strip.layers[1].isChecked()
    assert (session.view.tab, session.view.sample) == (TRADEOFF_TAB, 3)


def test_the_comparison_is_open_again_where_it_was(window, open_window, path):
    studio = window.studio
    studio.edit(replace(studio.session.shown, pins=(DesignRef(0, 1), DesignRef(0, 4))))
    window.commands["compare"].trigger()
    studio.project.close()
    again = open_window(lambda: ScriptedWorker(lambda job: []))
    again.studio.project.open_file(path)
    assert again.tabs.currentIndex() == TRADEOFF_TAB
    assert again.tradeoff_tab.comparison.isVisible()


def test_a_project_with_a_tab_that_the_window_has_not_opens_at_the_first(window, tmp_path):
    other = project(sample_dataset(), view=View(99, 5))
    create_project(tmp_path / "other.pnn", other).close()
    window.studio.project.open_file(tmp_path / "other.pnn")
    assert window.tabs.currentIndex() == LAYOUT_TAB
    window.studio.selection.select(NeuronItem(1, 0), DesignItem())


def test_the_queue_is_the_sessions_and_the_worker_is_given_one_run_at_a_time(window, qtbot):
    studio, session = window.studio, window.studio.session
    for _ in range(3):
        studio.train()
    assert session.queue in ((1, 2, 3), (2, 3))
    qtbot.waitUntil(lambda: session.queue == (2, 3))
    trainings = [job for job in studio.bridge.jobs if isinstance(job, Train)]
    assert [job.run for job in trainings] == [1]
    studio.trainings.remove(2)
    studio.trainings.resume(2)
    assert session.queue == (2, 3)
    worker = studio.bridge._long._worker
    worker.say(Done("Trained"))
    qtbot.waitUntil(lambda: session.queue == (3,))
    assert [job.run for job in worker.sent if not isinstance(job, Control)] == [1, 2]
