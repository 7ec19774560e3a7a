"""Who trains the shares of a family that this process does not train itself.

A `Transport` takes a share somewhere: `LocalTransport` to another process of this machine. A run
only knows the two protocols, so that another transport (to other machines) changes nothing in it.
"""

import contextlib
import queue
import threading
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from pnn_studio.app.jobs.process import WorkerGone, WorkerProcess
from pnn_studio.app.jobs.protocol import Control, Done, Failed, Keeping, Reply, Train
from pnn_studio.domain.family import Family
from pnn_studio.domain.run import EpochRecord
from pnn_studio.errors import TrainingFailed, TrainingLost

POLL_S = 0.05


class Share(Protocol):
    """A share of a family that is trained elsewhere.

    Attributes
    ----------
    record : EpochRecord or None
        How it stands, as far as was heard.
    family : Family or None
        Its best designs so far.
    trouble : str
        Why its state cannot be kept at present; empty where it can.
    busy : bool
        Whether it is still at work.
    """

    record: EpochRecord | None
    family: Family | None
    trouble: str
    busy: bool

    def listen(self, timeout: float = 0.0) -> None:
        """Take what has come in, waiting `timeout` seconds for it.

        Raises
        ------
        TrainingFailed, TrainingLost
            Where it failed, or is gone.
        """

    def control(self, control: Control) -> None:
        """Pause, resume or stop it."""

    def keep_at(self, checkpoint: Path) -> None:
        """Keep its state beside another file of the run from now on."""

    def forget(self) -> None:
        """Remove the state that was kept of it."""

    def finish(self) -> None:
        """Wait until it is done; raises as `listen` does."""

    def close(self) -> None:
        """End it."""


class Transport(Protocol):
    """Takes shares to who trains them."""

    def train(self, job: Train, number: int, checkpoint: Path | None) -> Share:
        """Begin to train a share.

        Parameters
        ----------
        job : Train
            The share: plan, data and print process.
        number : int
            Which share of the run it is, from 1; the run trains the first one itself.
        checkpoint : Path or None
            File in which the run keeps the state of its own share. A share keeps its own where the
            same transport finds it again; none where the run keeps none.
        """


class LocalTransport:
    """Trains each share in a process of its own on this machine."""

    def train(self, job: Train, number: int, checkpoint: Path | None) -> Share:
        """See `Transport`; the state lies beside `checkpoint`, with the number in its name."""
        return _ShareProcess(job, number, checkpoint)


class _ShareProcess:
    """A process that trains a share; see `Share`."""

    def __init__(self, job: Train, number: int, checkpoint: Path | None) -> None:
        self.record: EpochRecord | None = None
        self.family: Family | None = None
        self.trouble = ""
        self.busy = True
        self._number = number
        self._file = self._beside(checkpoint)
        self._worker = WorkerProcess()
        self._news: queue.Queue[Reply | WorkerGone] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()
        self._send(replace(job, checkpoint=str(self._file or ""), processes=1))

    def _beside(self, checkpoint: Path | None) -> Path | None:
        if checkpoint is None:
            return None
        return checkpoint.with_name(f"{checkpoint.name}.{self._number}")

    def _read(self) -> None:
        while True:
            try:
                self._news.put(self._worker.receive())
            except WorkerGone as gone:
                self._news.put(gone)
                return

    def listen(self, timeout: float = 0.0) -> None:
        """See `Share`."""
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
        """See `Share`."""
        self._send(control)

    def keep_at(self, checkpoint: Path) -> None:
        """See `Share`."""
        self._file = self._beside(checkpoint)
        self._send(Control("keep", str(self._file)))

    def forget(self) -> None:
        """See `Share`."""
        if self._file is not None:
            self._file.unlink(missing_ok=True)

    def _send(self, message: Train | Control) -> None:
        with contextlib.suppress(WorkerGone):  # `listen` will notice
            self._worker.send(message)

    def finish(self) -> None:
        """See `Share`."""
        while self.busy:
            self.listen(POLL_S)

    def close(self) -> None:
        """See `Share`."""
        self._worker.close()
