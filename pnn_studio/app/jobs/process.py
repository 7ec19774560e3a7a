"""The worker process, seen from the window: start it, give it a job, read what it says.

Never imports the worker: it is started as ``python -m pnn_studio.app.worker``, so that the window
process loads neither torch nor PySpice. No Qt here; the window's job bridge reads in a thread.
"""

import os
import signal
import subprocess
import sys
import threading
from typing import Any, Protocol

from pnn_studio.app.jobs.protocol import Control, Job, read_message, write_message

_GRACE_S = 1.0


class WorkerGone(Exception):
    """The worker process ended; `code` is its exit code, negative for a signal."""

    def __init__(self, code: int | None) -> None:
        super().__init__(f"The worker process ended (exit code {code}).")
        self.code = code


class Worker(Protocol):
    """What a queue of jobs needs of a worker process."""

    @property
    def pid(self) -> int:
        """Process number."""

    def send(self, message: Job | Control) -> None:
        """Give it a job, or steer the one that runs."""

    def receive(self) -> Any:
        """Wait for its next reply; raises `WorkerGone` when there is none to come."""

    def hang_up(self) -> None:
        """Tell it that nothing more comes, so that it ends by itself."""

    def close(self) -> None:
        """End it."""


class WorkerProcess:
    """One worker process.

    `send` and `control` are called by the window, `receive` by one reading thread.
    """

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "pnn_studio.app.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            # a group of its own: ngspice children end with it, and Ctrl-C goes to the window alone
            start_new_session=True,
        )
        self._writing = threading.Lock()

    @property
    def pid(self) -> int:
        """Process number of the worker."""
        return self._process.pid

    def send(self, message: Job | Control) -> None:
        """Give the worker a job, or steer the one that runs.

        Raises
        ------
        WorkerGone
            Where the process has ended.
        """
        stream = self._process.stdin
        assert stream is not None
        try:
            with self._writing:
                write_message(stream, message)  # type: ignore[arg-type]  # IO[bytes] is a BinaryIO
        except (OSError, ValueError) as error:
            raise WorkerGone(self._process.poll()) from error

    def receive(self) -> Any:
        """Wait for the next reply.

        Raises
        ------
        WorkerGone
            Where the process has ended.
        """
        stream = self._process.stdout
        assert stream is not None
        try:
            return read_message(stream)  # type: ignore[arg-type]  # IO[bytes] is a BinaryIO
        except (EOFError, OSError, ValueError) as error:
            stream.close()
            raise WorkerGone(self._process.wait()) from error

    def hang_up(self) -> None:
        """Say that nothing more comes: the worker ends when it has nobody to listen to."""
        if self._process.stdin is not None:
            try:
                self._process.stdin.close()
            except OSError:
                pass  # it was gone already

    def close(self) -> None:
        """End the worker and all that it started, within about a second."""
        self.hang_up()
        try:
            self._process.wait(_GRACE_S)
        except subprocess.TimeoutExpired:
            pass  # killed below
        self._kill_group()
        self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()  # a reader that waits has come to its end by now

    def _kill_group(self) -> None:
        if sys.platform == "win32":
            self._process.kill()
            return
        try:
            os.killpg(self._process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass  # nobody left
