"""The worker process: does the jobs of the window and reports frozen values through its stdout.

Started by `jobs.WorkerProcess` as ``python -m pnn_studio.app.worker``; ends when its stdin closes.
"""

import contextlib
import os
import queue
import sys
import threading
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from pnn_studio.app import commands
from pnn_studio.app.family_run import FamilyRun
from pnn_studio.app.netlists import sample_netlist
from pnn_studio.app.protocol import (
    Check,
    Control,
    Done,
    Export,
    Failed,
    Job,
    Keeping,
    LoadData,
    NetlistText,
    PreviewData,
    Progress,
    Ready,
    Reply,
    Train,
    UseSimulator,
    WriteNetlist,
    read_message,
    write_message,
)
from pnn_studio.circuit.ngspice import PROGRAM_VARIABLE, find_ngspice, simulator_version
from pnn_studio.domain.dataset import DataReference
from pnn_studio.domain.run import EpochRecord
from pnn_studio.domain.technology import load_technology
from pnn_studio.domain.verification import samples_of_check
from pnn_studio.errors import Cancelled, PnnError, SimulationFailed, SimulatorMissing
from pnn_studio.training.datasets import load_dataset, preview_dataset

_FAMILY_EVERY_S = 1.0
_PROGRESS_STEP = 0.05
_IDLE_S = 1.0
_NICE = 5


class _Steering:
    """What the window asked of one job."""

    def __init__(self) -> None:
        self.stopped = threading.Event()
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
        if control.action == "pause":
            self._going.clear()
        else:
            if control.action == "stop":
                self.stopped.set()
            self._going.set()


class _Listener:
    """Reads what the window says: jobs go to a queue, a control to the job that came before it."""

    def __init__(self) -> None:
        # each job has its own steering, so that a control which overtakes its start is not lost
        self.jobs: queue.Queue[tuple[Job, _Steering] | None] = queue.Queue()
        self._latest = _Steering()

    def listen(self, stream: BinaryIO) -> None:
        """Read until the window is gone, then end the job and the process."""
        while True:
            try:
                message = read_message(stream)
            except (EOFError, OSError, ValueError):
                break
            if isinstance(message, Control):
                self._latest.obey(message)
            else:
                self._latest = _Steering()
                self.jobs.put((message, self._latest))
        self._latest.obey(Control("stop"))
        self.jobs.put(None)


class Worker:
    """Runs one job after the other."""

    def __init__(
        self, replies: BinaryIO, jobs: "queue.Queue[tuple[Job, _Steering] | None]"
    ) -> None:
        self._replies = replies
        self._jobs = jobs

    def say(self, reply: Reply) -> None:
        """Send one reply to the window."""
        write_message(self._replies, reply)

    def work(self) -> None:
        """Say that we are ready, and do jobs until there is nobody to do them for."""
        self.say(Ready(_simulator()))
        next_job = self._first_job()
        while next_job is not None:
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
            next_job = self._jobs.get()

    def _first_job(self) -> "tuple[Job, _Steering] | None":
        try:
            return self._jobs.get(timeout=_IDLE_S)
        except queue.Empty:
            # nobody waits now, and whoever asks for data should not wait for it then
            import sklearn.datasets
            import sklearn.model_selection  # noqa: F401 - loaded for later

            return self._jobs.get()

    def _do(self, job: Job, steering: _Steering) -> None:
        if isinstance(job, LoadData):
            technology = load_technology(job.technology)
            self.say(load_dataset(job.reference, technology, self._progress(steering)))
            self.say(Done("Loaded"))
        elif isinstance(job, PreviewData):
            technology = load_technology(job.technology)
            self.say(preview_dataset(job.reference, technology, self._progress(steering)))
            self.say(Done("Read"))
        elif isinstance(job, UseSimulator):
            self._use_simulator(job.path)
        elif isinstance(job, Train):
            self._train(job, steering)
        elif isinstance(job, Check):
            technology = commands.technology_of(job.design, job.technology)
            dataset = job.data or commands.data_of(job.design, technology)
            follow = self._progress(steering)
            samples = samples_of_check(dataset)
            verification = commands.check_design(
                job.design,
                technology,
                dataset,
                cancelled=steering.stopped.is_set,
                samples=lambda done: follow(done / samples),
            )
            self.say(verification)
            self.say(Done("Checked"))
        elif isinstance(job, WriteNetlist):
            technology = commands.technology_of(job.design, job.technology)
            dataset = job.data or commands.data_of(job.design, technology)
            self.say(NetlistText(sample_netlist(job.design, technology, dataset, job.sample)))
            self.say(Done("Written"))
        else:
            self._export(job)

    def _use_simulator(self, path: str) -> None:
        version = simulator_version(find_ngspice(path))
        if not any(each.isdigit() for each in version):
            raise SimulatorMissing(f"{path} is not ngspice: it does not tell its version.")
        os.environ[PROGRAM_VARIABLE] = path  # where `find_ngspice` looks first
        self.say(Ready(version))
        self.say(Done("Found"))

    def _progress(self, steering: _Steering) -> Callable[[float], None]:
        """Return what tells the window how far a job is, and ends it where it is stopped."""
        told = 0.0

        def follow(share: float) -> None:
            nonlocal told
            if steering.stopped.is_set():
                raise Cancelled("It was stopped.")
            if share - told >= _PROGRESS_STEP:
                told = share
                self.say(Progress(share))

        return follow

    def _export(self, job: Export) -> None:
        technology = commands.technology_of(job.design, job.technology)
        dataset = None
        if job.format in ("netlist", "svg"):
            dataset = job.data or commands.data_of(job.design, technology)
        path = Path(job.path)
        commands.export_design(
            job.design, technology, job.format, path, dataset=dataset, sample=job.sample
        )
        self.say(Done(f"Wrote {path.name}"))

    def _train(self, job: Train, steering: _Steering) -> None:
        models = commands.load_models(job.kit)
        dataset = job.data
        if isinstance(dataset, DataReference):
            dataset = load_dataset(dataset, models.technology)
        checkpoint = Path(job.checkpoint) if job.checkpoint else None
        training = FamilyRun(
            job.plan, dataset, models, checkpoint=checkpoint, processes=job.processes
        )
        last_family, told = 0.0, ""

        def on_record(record: EpochRecord, training: FamilyRun) -> bool:
            nonlocal last_family, told
            now = time.monotonic()
            self.say(record)
            if training.trouble != told:
                told = training.trouble
                self.say(Keeping(told))
            if now - last_family >= _FAMILY_EVERY_S:
                last_family = now
                self.say(training.family())
            if steering.paused:
                training.control("pause")
                steering.wait_while_paused()
                training.control("resume")
            return not steering.stopped.is_set()

        self.say(training.run(on_record))
        stopped = steering.stopped.is_set()
        self.say(Done("Stopped" if stopped else "Trained", stopped=stopped))


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
    _stand_back()
    # a library that prints must not break the protocol: what it prints goes to stderr
    replies = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    listener = _Listener()
    threading.Thread(target=listener.listen, args=(sys.stdin.buffer,), daemon=True).start()
    try:
        Worker(replies, listener.jobs).work()
    except BrokenPipeError:
        pass  # the window is gone, and with it whoever wanted to know


if __name__ == "__main__":
    main()
