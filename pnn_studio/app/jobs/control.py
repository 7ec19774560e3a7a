"""How a job of the worker is steered while it runs."""

import threading
from collections.abc import Callable
from pathlib import Path

from pnn_studio.app.jobs.protocol import Control, Progress, Reply
from pnn_studio.errors import Cancelled

Say = Callable[[Reply], None]
_PROGRESS_STEP = 0.05


class JobControl:
    """What the window asked of one job."""

    def __init__(self) -> None:
        self.stopped = threading.Event()
        self.checkpoint: Path | None = None  # where to keep the state, once that was said
        self._going = threading.Event()
        self._going.set()

    @property
    def paused(self) -> bool:
        """Whether the job is to wait."""
        return not self._going.is_set()

    def wait_while_paused(self) -> None:
        """Return at once unless paused; a stop ends a pause."""
        self._going.wait()

    def obey(self, control: Control) -> None:
        """Follow what the window says; called by the listening thread."""
        if control.action == "keep":
            self.checkpoint = Path(control.path)
        elif control.action == "pause":
            self._going.clear()
        else:
            if control.action == "stop":
                self.stopped.set()
            self._going.set()


def progress(control: JobControl, say: Say) -> Callable[[float], None]:
    """Return what tells the window how far a job is, and ends it where it is stopped."""
    told = 0.0

    def follow(share: float) -> None:
        nonlocal told
        if control.stopped.is_set():
            raise Cancelled("It was stopped.")
        if share - told >= _PROGRESS_STEP:
            told = share
            say(Progress(share))

    return follow
