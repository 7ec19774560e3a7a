"""The job bridge: the one place where what the workers say becomes Qt signals.

There are two queues with a worker each, so that nothing short waits for a training.
"""

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal, Slot

from pnn_studio.app.jobs.clusters import AskCluster, ClusterSeen
from pnn_studio.app.jobs.print_job import (
    ComputePrints,
    ComputeYields,
    FoundYield,
    RoundDesign,
    Rounded,
)
from pnn_studio.app.jobs.process import Worker, WorkerProcess
from pnn_studio.app.jobs.protocol import (
    Check,
    Checked,
    CheckSome,
    Control,
    Done,
    DrawExport,
    Drawing,
    ExportFiles,
    Failed,
    Job,
    Keeping,
    LoadData,
    NetlistText,
    Predict,
    PreviewData,
    Progress,
    ReadTrained,
    SavePredictions,
    Told,
    Train,
    Trained,
    UseSimulator,
    WriteNetlist,
    Writing,
)
from pnn_studio.domain.dataset import Dataset
from pnn_studio.domain.family import Family
from pnn_studio.domain.importing import Preview
from pnn_studio.domain.prediction import Predictions
from pnn_studio.domain.print_report import PrintReport
from pnn_studio.domain.run import EpochRecord
from pnn_studio.domain.verification import Verification
from pnn_studio.ui.jobs.worker_queue import WorkerQueue


class JobBridge(QObject):
    """A queue for trainings, and one for all that takes seconds.

    Parameters
    ----------
    start_worker : callable, optional
        Starts a worker.

    Notes
    -----
    Signals: `ready` (simulator), `started` (job), `progress` (job, share that is done), `preview`
    (PreviewData job, what it found), `dataset` (LoadData job, the data), `record` and `family`
    (Train job, what it said), `keeping` (Train job, whether its state can be written), `told` (what
    a job waits for), `verification` (Check job, what was found), `checked` (CheckSome job,
    Checked), `printed` (ComputePrints job, PrintReport),
    `yielded` (ComputeYields job, FoundYield), `rounded` (RoundDesign job, Rounded),
    `netlist` (job, text), `writing` (ExportFiles job, Writing), `drawing` (DrawExport job,
    Drawing), `trained` (ReadTrained job, Trained), `predictions` (Predict job, what was predicted),
    `cluster` (AskCluster job, ClusterSeen), `done` (job, Done), `failed` (job, Failed), `lost` (job
    or None, what to tell the person), `activity` after a queue moved.
    """

    ready = Signal(str)
    started = Signal(object)
    progress = Signal(object, float)
    preview = Signal(object, object)
    dataset = Signal(object, object)
    record = Signal(object, object)
    family = Signal(object, object)
    keeping = Signal(object, object)
    told = Signal(str)
    verification = Signal(object, object)
    checked = Signal(object, object)
    printed = Signal(object, object)
    yielded = Signal(object, object)
    rounded = Signal(object, object)
    netlist = Signal(object, str)
    writing = Signal(object, object)
    drawing = Signal(object, object)
    trained = Signal(object, object)
    predictions = Signal(object, object)
    cluster = Signal(object, object)
    done = Signal(object, object)
    failed = Signal(object, object)
    lost = Signal(object, str)
    activity = Signal()

    def __init__(
        self,
        start_worker: Callable[[], Worker] = WorkerProcess,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._short = WorkerQueue(start_worker, self)
        self._long = WorkerQueue(start_worker, self, Control("prepare"))
        self._prepared = False
        self._short.ready.connect(self.ready)  # the other one knows no better
        for queue in self._queues:
            queue.started.connect(self.started)
            queue.said.connect(self._pass_on)
            queue.ended.connect(self._end)
            queue.lost.connect(self._lose)
            queue.activity.connect(self.activity)

    @property
    def _queues(self) -> tuple[WorkerQueue, WorkerQueue]:
        return self._short, self._long

    def _queue_of(self, job: Job) -> WorkerQueue:
        return self._long if isinstance(job, Train) else self._short

    @property
    def running(self) -> tuple[Job, ...]:
        """The jobs that the workers are at."""
        return tuple(queue.active for queue in self._queues if queue.active is not None)

    @property
    def waiting(self) -> tuple[Job, ...]:
        """Jobs that wait for their turn."""
        return tuple(job for queue in self._queues for job in queue.waiting)

    @property
    def jobs(self) -> tuple[Job, ...]:
        """All jobs that are not over."""
        return (*self.running, *self.waiting)

    def start(self) -> None:
        """Start the worker for short jobs; the other one once there is something to train on."""
        self._short.start()

    def prepare_training(self) -> None:
        """Start the worker for trainings: until Train is pressed it is ready."""
        if not self._prepared:  # one that cannot start is not tried at every occasion
            self._prepared = True
            self._long.start()

    def submit(self, job: Job, *, first: bool = False) -> bool:
        """Queue a job, before those that wait if it is to be `first`.

        Returns whether nothing comes before it.
        """
        return self._queue_of(job).submit(job, first=first)

    def begin(self, job: Job, what: str) -> str:
        """Queue a job; return what is told of `what` it does, which may have to wait."""
        return f"{what}…" if self.submit(job) else f"{what} waits for the job that runs."

    def withdraw(self, job: Job) -> None:
        """Take a waiting job out of its queue again."""
        self._queue_of(job).withdraw(job)

    def move(self, job: Job, by: int) -> None:
        """Let a waiting job come so many places later, or earlier where that is negative."""
        self._queue_of(job).move(job, by)

    def control(self, job: Job, control: Control) -> None:
        """Steer a job; one that does not run cannot be steered."""
        queue = self._queue_of(job)
        if queue.active is job:
            queue.control(control)

    def cancel(self, job: Job) -> bool:
        """Stop a job that runs, or take it out of its queue; returns whether its end is told."""
        if job in self.running:
            self.control(job, Control("stop"))
            return True
        self.withdraw(job)
        return False

    def close(self) -> None:
        """End the workers within 2 s and join the threads that read them."""
        for queue in self._queues:
            queue.hang_up()  # both at once
        for queue in self._queues:
            queue.close()

    @Slot(object, object)
    def _pass_on(self, job: Job | None, message: object) -> None:
        """Hand over what a job says before its end."""
        passed = {
            EpochRecord: self.record,
            Family: self.family,
            Keeping: self.keeping,
            Preview: self.preview,
            Dataset: self.dataset,
            Checked: self.checked,
            PrintReport: self.printed,
            FoundYield: self.yielded,
            Rounded: self.rounded,
            Writing: self.writing,
            Drawing: self.drawing,
            Trained: self.trained,
            Predictions: self.predictions,
            ClusterSeen: self.cluster,
        }.get(type(message))
        if passed is not None:
            passed.emit(job, message)
        match message:
            case Told():
                self.told.emit(message.text)
            case Progress():
                self.progress.emit(job, message.share)
            case Verification() if isinstance(job, Check):
                self.verification.emit(job, message)
            case NetlistText():
                self.netlist.emit(job, message.text)

    @Slot(object, object)
    def _end(self, job: Job | None, how: Done | Failed) -> None:
        if isinstance(how, Done):
            self.done.emit(job, how)
        else:
            self.failed.emit(job, how)

    @Slot(object, object, bool)
    def _lose(self, job: Job | None, code: int | None, restarts: bool) -> None:
        self.lost.emit(job, _explain(job, code, restarts=restarts))


def _explain(job: Job | None, code: int | None, *, restarts: bool) -> str:
    how = f"signal {-code}" if code is not None and code < 0 else f"exit code {code}"
    during = {
        Train: " during training",
        Check: " during the check",
        CheckSome: " during the check",
        ComputePrints: " while it computed prints",
        ComputeYields: " while it computed prints",
        RoundDesign: " while it rounded a design",
        ExportFiles: " during the export",
        DrawExport: " while it drew what is exported",
        LoadData: " while it read the data",
        PreviewData: " while it read the file",
        WriteNetlist: " while it wrote the netlist",
        ReadTrained: " while it read the file",
        Predict: " while it predicted",
        SavePredictions: " while it wrote the table",
        UseSimulator: " while it looked for ngspice",
        AskCluster: " while it asked the cluster",
    }.get(type(job), "") if job is not None else ""  # fmt: skip
    text = f"The worker process ended unexpectedly ({how}){during}."
    if not restarts:
        return f"{text} Try again, or start the program anew."
    return text if isinstance(job, Train) else f"{text} A new one is starting."
