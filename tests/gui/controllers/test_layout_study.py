"""Which layout should I draw: asked, cancelled and resumed by clicks; and where it is computed."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt

from pnn_studio.app.jobs.clusters import AskCluster, ClusterSeen, WorkerSeen
from pnn_studio.app.jobs.protocol import Control, Done, Train
from pnn_studio.app.project.openable import what_to_open
from pnn_studio.storage.sweep_file import save_sweep
from pnn_studio.ui.shell.parts import TRADEOFF_TAB
from tests.gui.conftest import ScriptedWorker, settle
from tests.support.runs import REFERENCE, sample_dataset, sample_family, sample_record, small_plan


class Workers:
    """Workers that answer when they are told to."""

    def __init__(self):
        self.all = []

    def __call__(self):
        self.all.append(ScriptedWorker(lambda job: []))
        return self.all[-1]

    @property
    def sent(self):
        return [message for worker in self.all for message in worker.sent]

    def latest(self, kind):
        return [each for each in self.sent if isinstance(each, kind)][-1]

    def say(self, job, *replies):
        worker = next(each for each in self.all if job in each.sent)
        for reply in replies:
            worker.say(reply)


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


def trains(qtbot, workers, count, hidden):
    """Wait until so many trainings were given to a worker; return the last, of that layout."""
    jobs = [each for each in workers.sent if isinstance(each, Train)]
    qtbot.waitUntil(lambda: len([e for e in workers.sent if isinstance(e, Train)]) == count)
    job = workers.latest(Train)
    assert job.plan.layout.hidden == (hidden,)
    assert len(jobs) <= count
    return job


def train(workers, job, seed):
    family = sample_family(job.plan, REFERENCE, seed)
    record = replace(sample_record(job.plan, 100, 1.0), status=family.status)
    workers.say(job, record, family, Done("Trained"))


def test_layouts_are_trained_cancelled_and_resumed_by_clicks(window, workers, qtbot):
    which, session = window.panel.layers.which, window.studio.session
    assert which.text() == "Which layout should I draw?"
    qtbot.mouseClick(which, Qt.MouseButton.LeftButton)
    train(workers, trains(qtbot, workers, 1, 2), 0)
    second = trains(qtbot, workers, 2, 3)
    workers.say(second, sample_record(second.plan, 20))
    assert which.text() == "Stop training layouts"

    qtbot.mouseClick(which, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: workers.latest(Control).action == "stop")
    workers.say(second, Done("Stopped", stopped=True))
    qtbot.waitUntil(lambda: not window.studio.is_training)
    qtbot.waitUntil(lambda: which.text() == "Which layout should I draw?")
    assert [session.runs[run].state for run in range(4)] == [
        *("finished", "stopped", "interrupted", "interrupted")
    ]

    qtbot.mouseClick(which, Qt.MouseButton.LeftButton)
    left = {3, 5, 8}
    for count, seed in zip((3, 4, 5), (1, 2, 3), strict=True):
        qtbot.waitUntil(lambda: len([e for e in workers.sent if isinstance(e, Train)]) == count)  # noqa: B023
        job = workers.latest(Train)
        left.remove(job.plan.layout.hidden[0])
        train(workers, job, seed)
    assert not left
    qtbot.waitUntil(lambda: len(session.shown.compared) == 3)
    settle(qtbot, window)
    assert "It keeps 95 % of the best accuracy" in window.messages.text.text()
    assert window.tabs.currentIndex() == TRADEOFF_TAB
    # nothing is left to train: the answer is there at once
    sent = len(workers.sent)
    qtbot.mouseClick(which, Qt.MouseButton.LeftButton)
    assert len(workers.sent) == sent


def test_the_panel_says_who_computes_and_who_is_refused_by_name(window, workers, qtbot):
    section = window.panel.technology
    section.computing.setText("tcp://10.0.0.5:8786")
    section.computing.editingFinished.emit()
    qtbot.waitUntil(lambda: any(isinstance(each, AskCluster) for each in workers.sent))
    job = workers.latest(AskCluster)
    fits, old = (WorkerSeen(f"tcp://10.0.0.{each}:1", 8, "") for each in (6, 7))
    workers.say(job, ClusterSeen(job.address, (fits, old)), Done("Asked"))
    words = section._computing_words
    qtbot.waitUntil(lambda: words.text() == "2 workers, 16 designs at a time")
    refused = replace(old, trouble="has numba 0.61.2, and here is 0.62.0: end that worker.")
    window.studio.computing.choose(job.address)
    qtbot.waitUntil(lambda: workers.latest(AskCluster) is not job)
    again = workers.latest(AskCluster)
    workers.say(again, ClusterSeen(job.address, (fits, refused)), Done("Asked"))
    qtbot.waitUntil(lambda: words.text().startswith("tcp://10.0.0.7:1 has numba 0.61.2"))
    section.computing.setText("no address")
    section.computing.editingFinished.emit()
    assert words.text().startswith("A cluster is named as tcp://HOST:8786")
    window.studio.train()
    qtbot.waitUntil(lambda: any(isinstance(each, Train) for each in workers.sent))
    assert workers.latest(Train).cluster == "tcp://10.0.0.5:8786"


def test_the_folder_of_a_study_opens_as_a_list_of_runs(window, workers, qtbot, tmp_path):
    folder = tmp_path / "layouts"
    folder.mkdir()
    assert what_to_open([str(folder)]).kind == ""
    for name in ("a", "b"):
        save_sweep(folder / f"{name}.npz", sample_family(small_plan(2, 2)))
    (folder / "study.toml").write_text("")
    for path in (folder, folder / "study.toml"):
        said = what_to_open([str(path)])
        assert (said.kind, said.path) == ("study", folder)
        assert said.words == "Open 2 sweeps of the study layouts"
    window.take_files(said)
    qtbot.waitUntil(
        lambda: any(getattr(e, "path", "") == str(folder / "a.npz") for e in workers.sent)
    )
