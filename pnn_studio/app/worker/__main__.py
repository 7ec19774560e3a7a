"""The worker process: does the jobs of the window and reports frozen values through its stdout.

Started by `jobs.WorkerProcess` as ``python -m pnn_studio.app.worker``; ends when its stdin closes.
"""

import contextlib
import os
import queue
import sys
import threading
import traceback
from pathlib import Path
from typing import BinaryIO

from pnn_studio.app.jobs.control import JobControl, progress
from pnn_studio.app.jobs.ends import Ended, ending_tidily
from pnn_studio.app.jobs.protocol import (
    Control,
    Done,
    Failed,
    Job,
    LoadData,
    PreviewData,
    Ready,
    Reply,
    UseSimulator,
    read_message,
    write_message,
)
from pnn_studio.app.jobs.streams import open_streams
from pnn_studio.circuit.ngspice import PROGRAM_VARIABLE, find_ngspice, simulator_version
from pnn_studio.data.datasets import load_dataset, preview_dataset
from pnn_studio.domain.technology import load_technology
from pnn_studio.errors import Cancelled, PnnError, SimulationFailed, SimulatorMissing

_IDLE_S, _LONG_IDLE_S = 0.1, 3.0
_NICE = 5


class _Listener:
    """Reads what the window says: jobs go to a queue, a control to the job that came before it."""

    def __init__(self) -> None:
        # each job has its own control, so that a control which overtakes its start is not lost
        self.jobs: queue.Queue[tuple[Job, JobControl] | None] = queue.Queue()
        self.for_training = threading.Event()  # whether trainings are what is to come
        self.idle = threading.Event()  # whether there is no job to end first
        self._latest = JobControl()

    def listen(self, stream: BinaryIO) -> None:
        """Read until the window is gone, then end the job and the process."""
        while True:
            try:
                message = read_message(stream)
            except (EOFError, OSError, ValueError):
                break
            if isinstance(message, Control) and message.action == "prepare":
                self.for_training.set()
            elif isinstance(message, Control):
                self._latest.obey(message)
            else:
                self._latest = JobControl()
                self.jobs.put((message, self._latest))
        if self.idle.is_set():
            os._exit(0)  # a library that is being loaded cannot be told to stop
        self._latest.obey(Control("stop"))
        self.jobs.put(None)


class JobRunner:
    """Runs one job after the other."""

    def __init__(self, replies: BinaryIO, heard: _Listener) -> None:
        self._replies = replies
        self._jobs, self._for_training, self._idle = heard.jobs, heard.for_training, heard.idle
        # what is loaded while nothing is asked for, and how long that has to be so before
        self._ahead = [(_IDLE_S, _load_reading), (_LONG_IDLE_S, _load_training)]
        self._ahead_of_training = [(0.0, _load_training), (0.0, _compile_training)]

    def say(self, reply: Reply) -> None:
        """Send one reply to the window."""
        write_message(self._replies, reply)

    def work(self) -> None:
        """Say that we are ready, and do jobs until there is nobody to do them for."""
        self.say(Ready(_simulator()))
        while (next_job := self._next_job()) is not None:
            self._idle.clear()
            try:
                self._do(*next_job)
            except Cancelled:
                self.say(Done("Stopped", stopped=True))
            except SimulationFailed as error:
                details = f"{error.log}\n\n{error.netlist}"
                self.say(
                    Failed(
                        type(error).__name__,
                        str(error),
                        details,
                        netlist=error.netlist,
                        log=error.log,
                    )
                )
            except PnnError as error:
                self.say(Failed(type(error).__name__, str(error)))
            # The job boundary: a bug must reach the window as a report, not end the worker.
            except Exception as error:  # noqa: BLE001
                message = f"Unexpected {type(error).__name__}: {error}"
                self.say(
                    Failed(type(error).__name__, message, traceback.format_exc(), expected=False)
                )

    def _next_job(self) -> "tuple[Job, JobControl] | None":
        """Wait for a job; meanwhile load what it will need, so that nobody waits for that then."""
        self._idle.set()
        if self._for_training.is_set() and self._ahead_of_training:
            self._ahead, self._ahead_of_training = self._ahead_of_training, []
        while self._ahead:
            patience, load = self._ahead.pop(0)
            try:
                return self._jobs.get(timeout=patience)
            except queue.Empty:
                with contextlib.suppress(ImportError):  # told of by the job that needs it
                    load()
        return self._jobs.get()

    def _do(self, job: Job, control: JobControl) -> None:
        if isinstance(job, LoadData):
            technology = load_technology(job.technology)
            self.say(load_dataset(job.reference, technology, progress(control, self.say)))
            self.say(Done("Loaded"))
        elif isinstance(job, PreviewData):
            technology = load_technology(job.technology)
            self.say(preview_dataset(job.reference, technology, progress(control, self.say)))
            self.say(Done("Read"))
        elif isinstance(job, UseSimulator):
            self._use_simulator(job.path)
        else:
            # torch takes a second to load, which those who wait for data need not wait for
            from pnn_studio.app.worker.jobs import do

            do(job, control, self.say)

    def _use_simulator(self, path: str) -> None:
        version = simulator_version(find_ngspice(path))
        if not any(each.isdigit() for each in version):
            raise SimulatorMissing(f"{path} is not ngspice: it does not tell its version.")
        os.environ[PROGRAM_VARIABLE] = path  # where `find_ngspice` looks first
        self.say(Ready(version))
        self.say(Done("Found"))


def _load_reading() -> None:
    # it takes most of a second, and only what reads data needs it
    import sklearn.datasets
    import sklearn.model_selection  # noqa: F401 - loaded for later


def _load_training() -> None:
    # as in `_do`, before it is asked for
    import pnn_studio.app.worker.jobs  # noqa: F401 - loaded for later


def _compile_training() -> None:
    # as in `_do`
    from pnn_studio.app.worker.jobs import compile_ahead

    compile_ahead()


def _simulator() -> str:
    try:
        return simulator_version(find_ngspice())
    except (SimulatorMissing, SimulationFailed):
        return ""


def _stand_back() -> None:
    """Let the window come first where both want a core."""
    if hasattr(os, "nice"):
        os.nice(_NICE)
    # a session of its own, as this process is, Linux weighs as a whole: nice counts within it only
    with contextlib.suppress(OSError):  # no Linux, or one that does not weigh sessions
        Path("/proc/self/autogroup").write_text(str(_NICE), encoding="ascii")


def main() -> None:
    """Serve the window that holds the other ends of stdin and stdout."""
    open_streams()
    _stand_back()
    # a library that prints must not break the protocol: what it prints goes to stderr
    replies = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    listener = _Listener()
    threading.Thread(target=listener.listen, args=(sys.stdin.buffer,), daemon=True).start()
    try:
        with ending_tidily():
            JobRunner(replies, listener).work()
    except (BrokenPipeError, Ended):
        pass  # the window is gone, and with it whoever wanted to know
    os._exit(0)  # all is written; to take torch apart would only keep the window waiting


if __name__ == "__main__":
    main()
