"""The window's project: saved all the time, opened, reverted, and asked about in plain words."""

import time
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction

from pnn_studio.app.jobs.protocol import Done, Train
from pnn_studio.app.project.places import Places
from pnn_studio.domain.dataset import Dataset
from pnn_studio.domain.project import ProjectRun, RunHead, View
from pnn_studio.domain.settings import Settings
from pnn_studio.storage.project_open import create_project, read_project
from tests.gui.conftest import ScriptedWorker
from tests.support.projects import full_project
from tests.support.runs import (
    sample_dataset,
    sample_family,
    sample_record,
    sample_verification,
    small_plan,
)
from tests.support.values import same


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "mine.pnn"
    create_project(path, full_project()).close()
    return path


@pytest.fixture
def window(open_window):
    workers = []

    def start():
        workers.append(ScriptedWorker(trained))
        return workers[-1]

    window = open_window(start)
    window.workers = workers
    return window


def trained(job):
    if not isinstance(job, Train):
        return [Done()]
    return [sample_record(job.plan, 5), sample_family(job.plan), Done("Trained")]


def answers(window):
    """Return the words on the buttons of the notice bar."""
    bar = window.notices
    return [] if bar.isHidden() else [each.text() for each in bar.answers if not each.isHidden()]


def answer(window, text):
    next(each for each in window.notices.answers if each.text() == text).click()


def test_what_is_done_is_saved_and_comes_back_after_a_crash_with_a_plain_question(
    window, open_window, qtbot, user_folder
):
    window.studio.session.choose_data(sample_dataset())
    window.studio.edit(replace(window.studio.session.recipe, hidden=(5, 4)))
    saved = Places().unsaved_folder
    qtbot.waitUntil(lambda: list(saved.glob("*.pnn")) != [])
    qtbot.waitUntil(lambda: window.studio.project._keeper.flush())
    # what a crash leaves: the file, and a lock that its holder no longer has
    window.studio.project.close()
    second = open_window(lambda: ScriptedWorker())
    second.studio.project.start()
    assert "was never saved under a name. Open it again?" in second.notices.text.text()
    assert answers(second) == ["Open it", "Delete it"]
    answer(second, "Open it")
    assert second.studio.session.recipe.hidden == (5, 4)
    assert second.studio.session.can_undo
    assert second.studio.session.dataset is not None
    assert answers(second) == []
    assert second.windowTitle().startswith("Untitled")


def test_an_unsaved_project_goes_when_the_answer_says_so(open_window, user_folder):
    unsaved = Places().new_unsaved()
    unsaved.parent.mkdir(parents=True)
    create_project(unsaved, full_project()).close()
    window = open_window(lambda: ScriptedWorker())
    window.studio.project.start()
    answer(window, "Delete it")
    assert window.notices.isHidden()
    assert list(unsaved.parent.iterdir()) == []


def test_a_window_in_which_nothing_was_done_leaves_nothing(window, user_folder):
    window.tabs.setCurrentIndex(1)
    window.close()
    assert not user_folder.exists()


def test_a_project_is_opened_saved_under_a_name_and_listed(window, path, tmp_path):
    project, session = window.studio.project, window.studio.session
    project.open_file(path)
    assert window.windowTitle().startswith("mine \N{EM DASH} ")
    assert same(session.project().runs[0].family, full_project().runs[0].family)
    assert window.tabs.currentIndex() == full_project().view.tab
    project.save_as(tmp_path / "other")
    assert window.windowTitle().startswith("other \N{EM DASH} ")
    window.studio.edit(replace(session.recipe, hidden=(7,)))
    project._keeper.flush()
    assert read_project(tmp_path / "other.pnn").settings.recipe.hidden == (7,)
    assert read_project(path).settings.recipe.hidden == (3,)
    assert [each.path for each in project.recent] == [tmp_path / "other.pnn", path]
    window.toolbar.project.menu_.aboutToShow.emit()
    assert [each.text() for each in window.toolbar.project.recent.actions()] == [
        "other.pnn",
        "mine.pnn",
    ]


def test_a_new_project_is_empty_and_the_old_one_is_saved(window, path):
    window.studio.project.open_file(path)
    window.studio.edit(replace(window.studio.session.recipe, hidden=(6,)))
    window.findChild(QAction, "project-new").trigger()
    assert window.studio.session.settings == Settings()
    assert window.studio.session.runs == ()
    assert not window.studio.session.can_undo
    assert window.windowTitle().startswith("Untitled")
    assert read_project(path).settings.recipe.hidden == (6,)


def test_revert_goes_back_to_what_was_opened_and_can_be_taken_back(window, path):
    project, session = window.studio.project, window.studio.session
    project.open_file(path)
    opened = session.project()
    window.studio.edit(replace(session.recipe, hidden=(8,)))
    edited = session.project()
    window.findChild(QAction, "project-revert").trigger()
    assert same(session.project(), opened)
    project._keeper.flush()
    assert read_project(path).settings.recipe.hidden == (3,)
    answer(window, "Take back")
    assert same(session.project(), edited)
    assert window.notices.isHidden()


def test_a_revert_cannot_be_taken_back_over_what_was_done_since(window, path):
    window.studio.project.open_file(path)
    window.studio.edit(replace(window.studio.session.recipe, hidden=(8,)))
    window.findChild(QAction, "project-revert").trigger()
    assert answers(window) == ["Take back"]
    window.studio.edit(replace(window.studio.session.recipe, hidden=(5,)))
    assert window.notices.isHidden()


def test_nor_over_a_check_that_was_made_or_a_run_that_was_queued_since(open_window, path):
    window = open_window(lambda: ScriptedWorker(ready=False))
    studio = window.studio
    studio.project.open_file(path)
    revert = window.findChild(QAction, "project-revert")
    revert.trigger()
    design = studio.session.design
    studio.session.take_verification(studio.session.design_ref, design, sample_verification(design))
    assert window.notices.isHidden()
    revert.trigger()
    assert answers(window) == ["Take back"]
    studio.train()
    assert studio.session.runs[-1].state == "queued"
    assert window.notices.isHidden()


def interrupted(count):
    """Make a project of runs that were interrupted; the first one had begun."""
    project = full_project()
    heads = (RunHead(small_plan(), project.settings.recipe, "Iris", "interrupted"),) * count
    families = (sample_family(small_plan()), *(None,) * (count - 1))
    return replace(project, runs=tuple(map(ProjectRun, heads, families)), designs=())


def test_trainings_that_were_interrupted_go_on_in_the_order_in_which_they_were_asked_for(
    open_window, tmp_path, qtbot
):
    create_project(tmp_path / "three.pnn", interrupted(3)).close()
    window = open_window(lambda: ScriptedWorker(lambda job: []))
    window.studio.project.open_file(tmp_path / "three.pnn")
    window.studio.bridge.prepare_training()
    qtbot.waitUntil(lambda: window.studio.bridge._queues[1]._is_ready)
    answer(window, "Go on")
    states = [run.state for run in window.studio.session.runs]
    assert states == ["running", "queued", "queued"]
    assert window.studio.session.queue == (1, 2)
    assert window.notices.isHidden()


def test_an_interrupted_training_that_is_deleted_is_asked_about_no_more(
    open_window, tmp_path, qtbot
):
    create_project(tmp_path / "one.pnn", interrupted(1)).close()
    window = open_window(lambda: ScriptedWorker(ready=False))
    window.studio.project.open_file(tmp_path / "one.pnn")
    assert answers(window) == ["Go on"]
    window.runs.delete(0)
    assert window.notices.isHidden()


def test_a_second_window_is_read_only_and_says_why(window, open_window, path, user_folder):
    window.studio.project.open_file(path)
    second = open_window(lambda: ScriptedWorker())
    second.studio.project.open_file(path)
    assert "is open in another window (process " in second.notices.text.text()
    assert second.windowTitle().startswith("mine (read-only)")
    second.studio.edit(replace(second.studio.session.recipe, hidden=(9,)))
    second.studio.project._keeper.flush()
    assert read_project(path).settings.recipe.hidden == (3,)
    window.close()
    second.studio.project.save_as(path)
    assert read_project(path).settings.recipe.hidden == (9,)
    assert second.notices.isHidden()


def test_what_cannot_be_opened_is_told_and_the_project_stays(window, path, tmp_path):
    window.studio.project.open_file(path)
    (tmp_path / "bad.pnn").write_bytes(b"nothing")
    window.studio.project.open_file(tmp_path / "bad.pnn")
    assert "is not a project of pNN Studio" in window.messages.text.text()
    assert window.windowTitle().startswith("mine ")


def test_a_training_has_the_data_at_hand_and_a_checkpoint_beside_the_project(window, path, qtbot):
    window.studio.project.open_file(path)
    window.studio.train()
    qtbot.waitUntil(lambda: window.studio.session.runs[-1].state == "finished")
    (job,) = (job for worker in window.workers for job in worker.jobs)
    assert isinstance(job.data, Dataset)
    assert job.checkpoint == f"{path}.run3.part"
    window.studio.project._keeper.flush()
    assert read_project(path).runs[2].head.state == "finished"


def test_a_training_that_was_interrupted_goes_on(window, path, qtbot):
    project = full_project()
    (run, _) = project.runs
    running = replace(run, head=replace(run.head, state="running", recipe=project.settings.recipe))
    path.unlink()
    create_project(path, replace(project, runs=(running,), view=View())).close()
    window.studio.project.open_file(path)
    assert "was interrupted at epoch 80" in window.notices.text.text()
    answer(window, "Go on")
    qtbot.waitUntil(lambda: window.studio.session.runs[-1].state == "finished")
    assert len(window.studio.session.runs) == 1
    assert window.notices.isHidden()


def test_another_project_waits_for_the_training_that_runs(open_window, path, qtbot):
    window = open_window(lambda: ScriptedWorker(lambda job: [sample_record(job.plan, 1)]))
    window.studio.session.choose_data(sample_dataset())
    window.studio.train()
    qtbot.waitUntil(lambda: window.studio.session.is_training)
    window.studio.project.open_file(path)
    assert "stop it before you open mine.pnn" in window.messages.text.text()
    assert window.studio.session.is_training


def test_saving_a_large_project_never_keeps_the_window_waiting(window, path):
    studio, session = window.studio, window.studio.session
    studio.project.open_file(path)
    waits = []
    for step in range(300):
        session.edit(replace(session.shown, alpha=step / 300))
        begin = time.perf_counter()
        studio.project.note("settings")
        waits.append(time.perf_counter() - begin)
    # one in ten may wait for a core that others use, which is not for the disk
    assert sorted(waits)[270] < 0.01


def test_quit_closes_the_window_by_key(open_window, qtbot):
    window = open_window(ScriptedWorker)
    window.activateWindow()
    qtbot.wait(20)
    qtbot.keyClick(window, Qt.Key.Key_Q, Qt.KeyboardModifier.ControlModifier)
    assert not window.isVisible()
