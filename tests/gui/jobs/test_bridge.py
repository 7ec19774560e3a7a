"""The job bridge: two lanes, one job at a time in each, and workers that may die."""

import os
import signal
import time

import pytest
import shiboken6
from PySide6.QtCore import QObject, Slot

from pnn_studio.app.jobs.process import WorkerProcess
from pnn_studio.app.jobs.protocol import Control, Done, Failed, LoadData, Train
from pnn_studio.domain.dataset import DataReference
from pnn_studio.ui.jobs.bridge import JobBridge
from tests.gui.conftest import ScriptedWorker, wait_for_end, worker_pids
from tests.support.runs import REFERENCE, sample_dataset, sample_family, sample_record, small_plan

LOAD = LoadData(DataReference("iris"))
TRAIN, NEXT = Train(small_plan(), REFERENCE), Train(small_plan(), REFERENCE)


class Listener(QObject):
    """Keeps what the bridge tells."""

    def __init__(self, bridge):
        super().__init__()
        self.told = []
        bridge.record.connect(self.take_record)
        bridge.family.connect(self.take_family)
        bridge.dataset.connect(self.take_dataset)
        bridge.done.connect(self.take_done)
        bridge.failed.connect(self.take_failed)
        bridge.lost.connect(self.take_lost)
        bridge.started.connect(self.take_started)

    def names(self):
        return [name for name, *_ in self.told]

    def all(self, name):
        return [rest for told, *rest in self.told if told == name]

    @Slot(object, object)
    def take_record(self, job, record):
        self.told.append(("record", job, record))

    @Slot(object, object)
    def take_family(self, job, family):
        self.told.append(("family", job, family))

    @Slot(object, object)
    def take_dataset(self, job, dataset):
        self.told.append(("dataset", job, dataset))

    @Slot(object, object)
    def take_done(self, job, done):
        self.told.append(("done", job, done))

    @Slot(object, object)
    def take_failed(self, job, failed):
        self.told.append(("failed", job, failed))

    @Slot(object, str)
    def take_lost(self, job, text):
        self.told.append(("lost", job, text))

    @Slot(object)
    def take_started(self, job):
        self.told.append(("started", job))


@pytest.fixture
def bridge_over(application):
    """Return what makes a bridge over workers, one after the other; all are closed at the end."""
    made = []

    def make(*workers, start_worker=None):
        waiting = list(workers)
        bridge = JobBridge(start_worker or (lambda: waiting.pop(0)))
        listener = Listener(bridge)
        made.append((bridge, listener))
        return bridge, listener

    yield make
    for bridge, listener in made:
        bridge.close()
        shiboken6.delete(listener)
        shiboken6.delete(bridge)


def test_a_job_is_sent_once_the_worker_is_ready_and_its_answers_come_back_in_order(
    bridge_over, qtbot
):
    worker = ScriptedWorker(lambda job: [sample_dataset(), Done("Loaded")], ready=False)
    bridge, listener = bridge_over(worker)
    bridge.submit(LOAD)
    qtbot.wait(50)
    assert worker.sent == []
    worker.say(ScriptedWorker().receive())
    qtbot.waitUntil(lambda: "done" in listener.names())
    assert listener.names() == ["started", "dataset", "done"]
    assert bridge.jobs == ()


def test_a_training_waits_for_the_one_that_runs(bridge_over, qtbot):
    worker = ScriptedWorker(lambda job: [])
    bridge, _ = bridge_over(worker)
    assert bridge.submit(TRAIN)
    qtbot.waitUntil(lambda: bridge.running == (TRAIN,))
    assert not bridge.submit(NEXT)
    qtbot.wait(50)
    assert worker.jobs == [TRAIN]
    assert bridge.waiting == (NEXT,)
    worker.say(Done())
    qtbot.waitUntil(lambda: bridge.running == (NEXT,))
    assert worker.jobs == [TRAIN, NEXT]


def test_short_jobs_do_not_wait_for_a_training(bridge_over, qtbot):
    training, short = ScriptedWorker(lambda job: []), ScriptedWorker()
    bridge, listener = bridge_over(training, short)
    bridge.submit(TRAIN)
    assert bridge.submit(LOAD)
    qtbot.waitUntil(lambda: "done" in listener.names())
    assert listener.all("done")[0][0] is LOAD
    assert bridge.jobs == (TRAIN,)
    assert (training.jobs, short.jobs) == ([TRAIN], [LOAD])


def test_a_job_can_be_put_before_those_that_wait(bridge_over, qtbot):
    worker = ScriptedWorker()
    bridge, _ = bridge_over(worker)
    first = Train(small_plan(), REFERENCE)
    bridge.submit(TRAIN)
    bridge.submit(NEXT)
    bridge.submit(first, first=True)
    qtbot.waitUntil(lambda: bridge.jobs == ())
    assert worker.jobs == [first, TRAIN, NEXT]


def test_a_waiting_job_can_be_withdrawn(bridge_over, qtbot):
    worker = ScriptedWorker(lambda job: [])
    bridge, _ = bridge_over(worker)
    bridge.submit(TRAIN)
    bridge.submit(NEXT)
    bridge.withdraw(NEXT)
    qtbot.waitUntil(lambda: bridge.running == (TRAIN,))
    worker.say(Done())
    qtbot.waitUntil(lambda: bridge.jobs == ())
    assert worker.jobs == [TRAIN]


def test_control_reaches_the_job_that_runs_and_no_other(bridge_over, qtbot):
    worker = ScriptedWorker(lambda job: [])
    bridge, _ = bridge_over(worker)
    bridge.control(TRAIN, Control("stop"))  # it does not run: nothing to steer
    bridge.submit(TRAIN)
    bridge.submit(NEXT)
    qtbot.waitUntil(lambda: bridge.running == (TRAIN,))
    bridge.control(NEXT, Control("stop"))
    bridge.control(TRAIN, Control("pause"))
    assert worker.sent == [Control("prepare"), TRAIN, Control("pause")]


def test_at_most_30_records_a_second_pass_and_the_last_one_always_does(bridge_over, qtbot):
    records = [sample_record(TRAIN.plan, epoch) for epoch in range(200)]
    worker = ScriptedWorker(lambda job: [])
    bridge, listener = bridge_over(worker)
    bridge.submit(TRAIN)
    qtbot.waitUntil(lambda: bridge.running == (TRAIN,))
    begin = time.monotonic()
    for record in records:
        worker.say(record)
        qtbot.wait(2)
    worker.say(sample_family(TRAIN.plan))
    worker.say(Done())
    qtbot.waitUntil(lambda: "done" in listener.names())
    took = time.monotonic() - begin
    passed = listener.all("record")
    assert 2 <= len(passed) <= 30 * took + 2
    assert passed[-1][1].epoch == 199
    assert listener.names()[-2:] == ["family", "done"]


def test_a_failure_ends_the_job_and_the_next_one_starts(bridge_over, qtbot):
    answers = {TRAIN: [Failed("DatasetError", "iris.csv is empty.")], NEXT: [Done()]}
    worker = ScriptedWorker(lambda job: answers[job])
    bridge, listener = bridge_over(worker)
    bridge.submit(TRAIN)
    bridge.submit(NEXT)
    qtbot.waitUntil(lambda: "done" in listener.names())
    assert listener.all("failed")[0][0] is TRAIN
    assert listener.all("done")[0][0] is NEXT


def test_a_worker_that_dies_is_told_of_and_replaced_and_the_queue_goes_on(bridge_over, qtbot):
    first, second = ScriptedWorker(lambda job: []), ScriptedWorker()
    bridge, listener = bridge_over(first, second)
    bridge.submit(TRAIN)
    bridge.submit(NEXT)
    qtbot.waitUntil(lambda: bridge.running == (TRAIN,))
    first.die(-9)
    qtbot.waitUntil(lambda: "done" in listener.names())
    job, text = listener.all("lost")[0]
    assert job is TRAIN
    assert "signal 9" in text
    assert text.endswith("during training.")  # what is kept of it is not the bridge's to say
    assert second.jobs == [NEXT]
    assert first.closed


def test_a_worker_that_dies_before_it_is_ready_is_not_started_again_and_again(bridge_over, qtbot):
    worker = ScriptedWorker(ready=False)
    bridge, listener = bridge_over(worker)  # a second start would find no worker
    bridge.submit(TRAIN)
    bridge.submit(NEXT)
    worker.die(1)
    qtbot.waitUntil(lambda: listener.names() == ["lost", "lost"])  # for either job
    assert [job for job, _ in listener.all("lost")] == [TRAIN, NEXT]
    assert "exit code 1" in listener.all("lost")[0][1]
    assert bridge.jobs == ()


def test_nothing_is_told_after_closing(bridge_over, qtbot):
    worker = ScriptedWorker(lambda job: [sample_record(TRAIN.plan, 1), Done()])
    bridge, listener = bridge_over(worker)
    bridge.submit(TRAIN)
    bridge.close()
    qtbot.wait(50)
    assert listener.told == []
    assert worker.closed


def test_killing_the_real_worker_is_told_of_and_a_new_one_works(bridge_over, qtbot):
    bridge, listener = bridge_over(start_worker=WorkerProcess)
    bridge.start()
    with qtbot.waitSignal(bridge.ready, timeout=30_000):
        pass
    (first,) = worker_pids(bridge)
    os.kill(first, signal.SIGKILL)
    qtbot.waitUntil(lambda: "lost" in listener.names())
    wait_for_end(first)
    bridge.submit(LOAD)
    qtbot.waitUntil(lambda: "dataset" in listener.names(), timeout=30_000)
    (last,) = worker_pids(bridge)
    bridge.close()
    wait_for_end(last)
