"""Another process that trains a share of a family."""

import contextlib
import queue
import threading

from pnn_studio.app.jobs.process import WorkerGone, WorkerProcess
from pnn_studio.app.jobs.protocol import Control, Done, Failed, Keeping, Reply, Train
from pnn_studio.domain.family import Family
from pnn_studio.domain.run import EpochRecord
from pnn_studio.errors import TrainingFailed, TrainingLost

POLL_S = 0.05


class ShareProcess:
    """Another process that trains a share."""

    def __init__(self, job: Train) -> None:
        self.record: EpochRecord | None = None
        self.family: Family | None = None
        self.trouble = ""
        self.busy = True
        self._worker = WorkerProcess()
        self._news: queue.Queue[Reply | WorkerGone] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()
        self._send(job)

    def _read(self) -> None:
        while True:
            try:
                self._news.put(self._worker.receive())
            except WorkerGone as gone:
                self._news.put(gone)
                return

    def listen(self, timeout: float = 0.0) -> None:
        """Take what has come in."""
        while True:
            try:
                news = self._news.get(timeout=timeout) if timeout else self._news.get_nowait()
            except queue.Empty:
                return
            match news:
                case EpochRecord():
                    self.record = news
                case Family():
                    self.family = news
                case Keeping():
                    self.trouble = news.trouble
                case Done():
                    self.busy = False
                case Failed():
                    self.busy = False
                    raise TrainingFailed(news.message)
                case WorkerGone():
                    if self.busy:
                        raise TrainingLost(f"A process of the training was lost: {news}")

    def control(self, control: Control) -> None:
        """Steer it."""
        self._send(control)

    def _send(self, message: Train | Control) -> None:
        with contextlib.suppress(WorkerGone):  # `listen` will notice
            self._worker.send(message)

    def finish(self) -> None:
        """Wait until it is done."""
        while self.busy:
            self.listen(POLL_S)

    def close(self) -> None:
        """End the process."""
        self._worker.close()
