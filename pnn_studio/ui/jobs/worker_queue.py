"""A queue of jobs for one worker process, which does one at a time.

A thread waits at the worker's pipe and hands frozen messages to the window's thread. Signals that
cross threads end only in slots of QObjects: PySide 6.8 and later crash on anything else.
"""

import time
from collections import deque
from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, QThread, Signal, Slot

from pnn_studio.app.jobs.process import Worker, WorkerGone
from pnn_studio.app.jobs.protocol import Control, Done, Failed, Job, Ready
from pnn_studio.domain.run import EpochRecord

RECORDS_PER_SECOND = 30


class _Reader(QThread):
    """Waits for replies of one worker; lets `RECORDS_PER_SECOND` epoch records a second pass."""

    arrived = Signal(object)
    gone = Signal(object)

    def __init__(self, worker: Worker, parent: QObject) -> None:
        super().__init__(parent)
        self._worker = worker

    def run(self) -> None:
        """Read until the worker is gone."""
        held: EpochRecord | None = None
        due = 0.0
        while True:
            try:
                message = self._worker.receive()
            except WorkerGone as error:
                if held is not None:
                    self.arrived.emit(held)
                self.gone.emit(error.code)
                return
            if isinstance(message, EpochRecord):
                now = time.monotonic()
                if now < due:
                    held = message  # the next one replaces it; what follows the last one sends it
                    continue
                due = now + 1 / RECORDS_PER_SECOND
            elif held is not None:
                self.arrived.emit(held)
            held = None
            self.arrived.emit(message)


class WorkerQueue(QObject):
    """One worker, one job at a time, the others in a queue.

    Parameters
    ----------
    start_worker : callable
        Starts a worker.
    opening : Control, optional
        What every worker is told first.

    Notes
    -----
    Signals: `ready` (simulator), `started` (job), `said` (job, a reply before its end), `ended`
    (job, Done or Failed), `lost` (job or None, exit code, whether a new worker is started),
    `activity` after the queue moved.
    """

    ready = Signal(str)
    started = Signal(object)
    said = Signal(object, object)
    ended = Signal(object, object)
    lost = Signal(object, object, bool)
    activity = Signal()

    def __init__(
        self,
        start_worker: Callable[[], Worker],
        parent: QObject | None = None,
        opening: Control | None = None,
    ) -> None:
        super().__init__(parent)
        self._start_worker, self._opening = start_worker, opening
        self._worker: Worker | None = None
        self._reader: _Reader | None = None
        self._queue: deque[Job] = deque()
        self._active: Job | None = None
        self._is_ready = False
        self._closed = False

    @property
    def active(self) -> Job | None:
        """The job that the worker is at."""
        return self._active

    @property
    def waiting(self) -> tuple[Job, ...]:
        """Jobs that wait for their turn."""
        return tuple(self._queue)

    def start(self) -> None:
        """Start the worker, so that it is ready when the first job comes."""
        if self._worker is not None or self._closed:
            return
        self._is_ready = False
        self._worker = self._start_worker()
        if self._opening is not None:
            self._send(self._opening)
        self._reader = _Reader(self._worker, self)
        self._reader.arrived.connect(self._take, Qt.ConnectionType.QueuedConnection)
        self._reader.gone.connect(self._take_end, Qt.ConnectionType.QueuedConnection)
        self._reader.start()

    def submit(self, job: Job, *, first: bool = False) -> bool:
        """Queue a job, before those that wait if it is to be `first`.

        Returns whether nothing comes before it.
        """
        at_once = self._active is None and (first or not self._queue)
        if first:
            self._queue.appendleft(job)
        else:
            self._queue.append(job)
        self.start()
        self._next()
        return at_once

    def withdraw(self, job: Job) -> None:
        """Take a waiting job out of the queue again."""
        self._queue = deque(each for each in self._queue if each is not job)
        self.activity.emit()

    def move(self, job: Job, by: int) -> None:
        """Let a waiting job come so many places later, or earlier where that is negative."""
        others = [each for each in self._queue if each is not job]
        if len(others) < len(self._queue):
            places = (place for place, each in enumerate(self._queue) if each is job)
            others.insert(max(next(places) + by, 0), job)
            self._queue = deque(others)
            self.activity.emit()

    def control(self, control: Control) -> None:
        """Steer the job that runs; without one there is nothing to do."""
        if self._worker is not None and self._active is not None:
            self._send(control)

    def hang_up(self) -> None:
        """Let the worker end; `close` waits for that."""
        self._closed = True
        self._queue.clear()
        self._active = None
        if self._worker is not None:
            self._worker.hang_up()

    def close(self) -> None:
        """End the worker within 2 s and join the thread that reads it."""
        self.hang_up()
        self._discard_worker()

    def _discard_worker(self) -> None:
        worker, reader = self._worker, self._reader
        self._worker = self._reader = None
        if worker is not None:
            worker.close()
        if reader is not None:
            reader.wait()  # the pipe has ended; a QThread that runs must never be destroyed
            reader.arrived.disconnect(self._take)
            reader.gone.disconnect(self._take_end)
            reader.deleteLater()

    def _next(self) -> None:
        if self._is_ready and self._active is None and self._queue:
            self._active = self._queue.popleft()
            if self._send(self._active):
                self.started.emit(self._active)
        self.activity.emit()

    def _send(self, message: Job | Control) -> bool:
        assert self._worker is not None
        try:
            self._worker.send(message)
        except WorkerGone:
            return False  # the reader sees it too, and tells
        return True

    def _finish(self) -> Job | None:
        job, self._active = self._active, None
        return job

    @Slot(object)
    def _take(self, message: object) -> None:
        if self._closed or self.sender() is not self._reader:
            return  # said before it was closed or replaced
        match message:
            case Ready():
                self._is_ready = True
                self.ready.emit(message.simulator)
            case Done() | Failed():
                self.ended.emit(self._finish(), message)
            case _:
                self.said.emit(self._active, message)
                return
        self._next()

    @Slot(object)
    def _take_end(self, code: int | None) -> None:
        if self._closed or self.sender() is not self._reader:
            return
        lost, was_ready = [self._finish()], self._is_ready
        self._is_ready = False
        self._discard_worker()
        if was_ready:
            self.start()
        else:  # one that fails before it is ready would fail again and again
            lost = [*self._queue] or lost
            self._queue.clear()
        for job in lost:
            self.lost.emit(job, code, was_ready)
        self.activity.emit()
