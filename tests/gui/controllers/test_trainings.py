"""Runs queue, break off and go on, as a person sees it in the window."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QMenu

from pnn_studio.app.jobs.protocol import (
    Check,
    Control,
    Done,
    Failed,
    Keeping,
    LoadData,
    Ready,
    Train,
    UseSimulator,
    WriteNetlist,
)
from pnn_studio.domain.dataset import DataReference
from pnn_studio.domain.export_order import ExportOrder
from pnn_studio.ui.controllers import status_texts
from tests.gui.conftest import ScriptedWorker
from tests.support.designs import sample_design
from tests.support.runs import sample_dataset, sample_family, sample_record


class Workers:
    """All workers that a window has started."""

    def __init__(self):
        self.all = []

    def __call__(self):
        self.all.append(ScriptedWorker(lambda job: []))
        return self.all[-1]

    def of(self, kind):
        """Return the latest worker that has a job of a kind, and its latest such job."""
        for worker in reversed(self.all):
            for job in reversed(worker.jobs):
                if isinstance(job, kind):
                    return worker, job
        raise AssertionError(f"nobody has a {kind.__name__}")


@pytest.fixture
def workers():
    return Workers()


@pytest.fixture
def window(open_window, workers):
    window = open_window(workers)
    session = window.studio.session
    session.choose_data(sample_dataset())
    window.studio.edit(replace(session.recipe, alphas=3, seeds=2))
    return window


def states(window):
    return [run.state for run in window.studio.session.runs]


def train(window, qtbot):
    """Press Train, and wait until something of it is there."""
    window.commands["train"].trigger()
    qtbot.waitUntil(lambda: states(window)[-1] == "running")


def begin(window, workers, qtbot):
    """Train until there is a family."""
    train(window, qtbot)
    worker, job = workers.of(Train)
    worker.say(sample_record(job.plan, 300))
    worker.say(sample_family(job.plan))
    qtbot.waitUntil(lambda: window.studio.session.design is not None)
    return worker, job


def remedies(window):
    bar = window.messages
    return [] if bar.isHidden() else [each.text() for each in bar.remedies if not each.isHidden()]


def take_remedy(window, text):
    next(each for each in window.messages.remedies if each.text() == text).click()


def test_train_while_a_run_trains_queues_another_with_the_settings_of_now(window, workers, qtbot):
    worker, first = begin(window, workers, qtbot)
    assert window.toolbar.train.text() == "Queue run"
    assert window.toolbar.train.toolTip() == (
        "Queue 4-3-3, 6 designs, after the run that trains (Ctrl+T)"
    )
    window.studio.set_neurons(0, 5)
    window.commands["train"].trigger()
    window.studio.set_neurons(0, 2)
    assert states(window) == ["running", "queued"]
    assert window.studio.session.run.plan is first.plan  # what trains stays in view
    assert window.runs.list.item(0).toolTip() == (
        "Iris 4-5-3, loaded: trained on Iris, 6 designs, modified, queued, next"
    )
    assert status_texts.training_line(window.studio).endswith("; 1 run waits")
    worker.say(Done("Trained"))
    qtbot.waitUntil(lambda: states(window) == ["finished", "running"])
    _, second = workers.of(Train)
    assert str(second.plan.layout) == "4-5-3"
    assert second.checkpoint != first.checkpoint


def test_stop_ends_the_run_that_trains_and_the_next_one_begins(window, workers, qtbot):
    worker, _ = begin(window, workers, qtbot)
    window.commands["train"].trigger()
    window.commands["stop"].trigger()
    assert worker.sent[-1] == Control("stop")
    worker.say(Done("Stopped", stopped=True))
    qtbot.waitUntil(lambda: states(window) == ["stopped", "running"])
    assert window.studio.session.runs[0].family is not None


def test_a_run_is_taken_out_of_the_queue_and_comes_back_by_undo_as_not_started(
    window, workers, qtbot
):
    begin(window, workers, qtbot)
    window.commands["train"].trigger()
    runs = window.runs.list
    runs.setFocus()
    runs.setCurrentRow(0)
    qtbot.keyClick(runs, Qt.Key.Key_Delete)
    assert window.studio.bridge.waiting == ()
    assert runs.count() == 1
    window.commands["undo"].trigger()
    assert runs.item(0).toolTip().endswith("not started")
    window.runs.ask(1, runs.mapToGlobal(runs.rect().center()))
    (menu,) = window.runs.findChildren(QMenu)
    next(each for each in menu.actions() if each.text() == "Resume").trigger()
    menu.close()
    assert states(window) == ["running", "queued"]


def test_stop_before_a_training_has_begun_takes_it_back(open_window, qtbot):
    window = open_window(lambda: ScriptedWorker(ready=False))
    window.studio.session.choose_data(sample_dataset())
    window.commands["train"].trigger()
    assert states(window) == ["queued"]
    assert status_texts.training_line(window.studio).startswith("starting…")
    window.commands["stop"].trigger()
    assert window.studio.bridge.jobs == ()
    assert not window.studio.is_training
    assert states(window) == ["interrupted"]


def test_a_paused_training_keeps_nothing_else_waiting(window, workers, qtbot, tmp_path):
    begin(window, workers, qtbot)
    window.commands["pause"].trigger()
    assert states(window) == ["paused"]
    window.commands["check"].trigger()
    exports = window.studio.exports
    exports.write(exports.subject(), ((ExportOrder("parts", ("csv",)), tmp_path / "d"),))
    qtbot.waitUntil(lambda: len(window.studio.bridge.running) == 2)
    window.studio.load_data("wine")
    assert len(window.studio.bridge.waiting) == 2  # for the check, not for the training


def test_a_worker_that_dies_while_it_trains_loses_nothing_and_resume_goes_on(
    window, workers, qtbot
):
    worker, job = begin(window, workers, qtbot)
    window.commands["train"].trigger()  # another one waits
    worker.die(-9)
    qtbot.waitUntil(window.messages.isVisible)
    assert "(signal 9)" in window.messages.text.text()
    assert "The best designs so far are kept" in window.messages.text.text()
    assert states(window)[0] == "interrupted"
    qtbot.waitUntil(lambda: states(window) == ["interrupted", "running"])
    window.studio.edit(replace(window.studio.session.shown, run=0))
    window.studio.set_alpha(1.0)
    assert window.studio.session.design.alpha == 1.0
    assert remedies(window) == ["Resume"]
    take_remedy(window, "Resume")
    assert window.messages.isHidden()
    assert states(window) == ["queued", "running"]
    other, _ = workers.of(Train)
    other.say(Done("Trained"))
    qtbot.waitUntil(lambda: states(window) == ["running", "finished"])
    _, resumed = workers.of(Train)
    assert resumed.plan == job.plan
    assert resumed.checkpoint == job.checkpoint
    assert window.studio.session.run is window.studio.session.runs[0]


def test_a_process_of_a_training_that_dies_is_told_of_in_the_same_way(window, workers, qtbot):
    worker, _ = begin(window, workers, qtbot)
    worker.say(Failed("TrainingLost", "A process of the training was lost."))
    qtbot.waitUntil(lambda: states(window) == ["interrupted"])
    assert remedies(window) == ["Resume"]
    assert window.runs.list.item(0).toolTip().endswith("interrupted")


def test_a_state_that_cannot_be_written_is_told_once_and_taken_back(window, workers, qtbot):
    worker, job = begin(window, workers, qtbot)
    worker.say(Keeping("p.pnn cannot be written: No space left on device."))
    qtbot.waitUntil(window.messages.isVisible)
    assert "The training goes on" in window.messages.text.text()
    assert remedies(window) == ["Save As…"]
    worker.say(Keeping(""))
    qtbot.waitUntil(window.messages.isHidden)
    worker.say(sample_family(job.plan))
    worker.say(Done("Trained"))
    qtbot.waitUntil(lambda: states(window) == ["finished"])


def test_a_training_keeps_its_state_beside_the_project_also_after_save_as(
    window, workers, qtbot, tmp_path
):
    worker, job = begin(window, workers, qtbot)
    window.commands["train"].trigger()  # another one waits
    window.studio.project.save_as(tmp_path / "other.pnn")
    states_at = [str(tmp_path / f"other.pnn.run{number}.part") for number in (1, 2)]
    assert job.checkpoint != states_at[0]
    assert worker.sent[-1] == Control("keep", states_at[0])
    worker.say(Done("Trained"))
    qtbot.waitUntil(lambda: states(window) == ["finished", "running"])
    assert (worker.sent[-1].run, worker.sent[-1].checkpoint) == (1, states_at[1])


def test_a_worker_that_dies_during_a_short_job_is_replaced_and_the_job_tried_again(
    window, workers, qtbot
):
    window.studio.checks.show_netlist(sample_design(), 0)
    qtbot.waitUntil(lambda: window.studio.bridge.running != ())
    worker, job = workers.of(WriteNetlist)
    worker.die(-9)
    qtbot.waitUntil(window.messages.isVisible)
    assert "(signal 9) while it wrote the netlist" in window.messages.text.text()
    take_remedy(window, "Try again")
    qtbot.waitUntil(lambda: window.studio.bridge.running == (job,))
    assert workers.of(WriteNetlist)[0] is not worker


def test_a_file_with_faults_is_looked_at_from_its_message(window, workers, qtbot):
    window.studio.load_reference(DataReference("/tmp/no.csv"))
    qtbot.waitUntil(lambda: window.studio.bridge.running != ())
    worker, _ = workers.of(LoadData)
    worker.say(Failed("DatasetError", "no.csv, line 3: oops."))
    qtbot.waitUntil(window.messages.isVisible)
    assert remedies(window) == ["Look at the file", "Choose another file"]
    take_remedy(window, "Look at the file")
    assert window.panel.data.panel.reference.source == "/tmp/no.csv"
    window.panel.data.panel.reject()


def test_of_a_file_that_is_read_twice_the_choices_made_last_count(window, workers, qtbot):
    references = [DataReference("/tmp/a.csv", label=each) for each in ("one", "two")]
    window.studio.load_reference(references[0])
    qtbot.waitUntil(lambda: window.studio.bridge.running != ())
    window.studio.load_reference(references[1])
    for reference in references:
        qtbot.waitUntil(lambda: len(window.studio.bridge.running) == 1)
        worker, _ = workers.of(LoadData)
        worker.say(replace(sample_dataset(), reference=reference))
        worker.say(Done("Loaded"))
        qtbot.waitUntil(lambda: window.studio.bridge.waiting == ())
    qtbot.waitUntil(lambda: window.studio.loading is None)
    assert window.studio.session.recipe.data == references[1]


def test_where_ngspice_is_missing_it_is_chosen_and_the_check_is_done_with_it(
    window, workers, qtbot, application
):
    worker, _ = begin(window, workers, qtbot)
    worker.say(Done("Trained"))
    window.commands["check"].trigger()
    qtbot.waitUntil(lambda: any(isinstance(job, Check) for job in window.studio.bridge.running))
    worker, check = workers.of(Check)
    worker.say(Failed("SimulatorMissing", "ngspice was not found."))
    qtbot.waitUntil(window.messages.isVisible)
    application.setAttribute(Qt.ApplicationAttribute.AA_DontUseNativeDialogs)
    take_remedy(window, "Choose ngspice")
    (dialog,) = window.findChildren(QFileDialog)
    dialog.fileSelected.emit("/opt/ngspice")
    dialog.close()
    qtbot.waitUntil(lambda: UseSimulator("/opt/ngspice") in worker.jobs)
    worker.say(Ready("ngspice 43"))
    worker.say(Done("Found"))
    qtbot.waitUntil(lambda: worker.jobs[-1] is check)
    assert window.studio.simulator == "ngspice 43"
    worker.die(-9)  # one that is new has to be told again
    qtbot.waitUntil(lambda: workers.of(UseSimulator)[0] is not worker)


def test_a_check_that_waited_for_an_ngspice_that_is_none_is_not_done_later(
    window, workers, qtbot, application
):
    choice = window.studio.simulator_choice
    choice.remember("/opt/ngspice")
    application.setAttribute(Qt.ApplicationAttribute.AA_DontUseNativeDialogs)
    choice.ask(window, Check(sample_design()))
    (dialog,) = window.findChildren(QFileDialog)
    dialog.fileSelected.emit("/opt/other")
    dialog.close()
    qtbot.waitUntil(lambda: window.studio.bridge.running != ())
    worker, _ = workers.of(UseSimulator)
    worker.say(Failed("SimulatorMissing", "/opt/other is not ngspice."))
    qtbot.waitUntil(lambda: window.studio.bridge.running == ())
    worker.die(-9)
    qtbot.waitUntil(lambda: workers.of(UseSimulator)[0] is not worker)
    worker, told = workers.of(UseSimulator)
    assert told.path == "/opt/ngspice"
    worker.say(Done("Found"))
    qtbot.waitUntil(lambda: window.studio.bridge.running == ())
    assert worker.jobs == [told]


def test_an_alpha_that_trains_in_the_background_is_named(window, workers, qtbot):
    train(window, qtbot)
    worker, job = workers.of(Train)
    family = sample_family(job.plan)
    epochs = family.epochs.copy()
    epochs[4:] = 0  # alpha 1 has not begun
    worker.say(replace(family, epochs=epochs))
    qtbot.waitUntil(lambda: window.studio.session.design is not None)
    window.studio.set_alpha(0.9)
    assert window.studio.session.design.alpha == 0.5
    assert status_texts.nearest_trained(window.studio) == (
        "Nearest trained: α 0.50. Training α 1.00 in the background."
    )
