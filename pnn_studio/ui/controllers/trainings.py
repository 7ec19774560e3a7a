"""What trains: gives the runs of the session to the training worker, one after the other."""

import time
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QObject, Signal, Slot

from pnn_studio.app.jobs.protocol import Control, Done, Failed, Job, Keeping, Train
from pnn_studio.app.session import history
from pnn_studio.app.session.messages import Message, of_interruption, of_keeping
from pnn_studio.app.session.session import Session
from pnn_studio.domain.design_ref import RunId
from pnn_studio.domain.family import Family
from pnn_studio.domain.run import EpochRecord, FamilyPlan
from pnn_studio.domain.settings import Recipe
from pnn_studio.errors import PnnError, TrainingLost
from pnn_studio.ui.controllers.project import ProjectController
from pnn_studio.ui.jobs.bridge import JobBridge


class Trainings(QObject):
    """Starts, queues, pauses, stops and resumes runs, and takes what their training says.

    The queue is the session's: the worker is given one run at a time, and answers name theirs.

    Notes
    -----
    Signals: `message` (a `Message`, or None to clear), `recalled` (a `Message` that holds no more),
    `status` (one line), `finished` (id of a run that was trained to its end).
    """

    message = Signal(object)
    recalled = Signal(object)
    status = Signal(str)
    finished = Signal(int)

    def __init__(
        self, session: Session, bridge: JobBridge, project: ProjectController, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._session, self._bridge, self._project = session, bridge, project
        self.cluster = ""  # whose workers train; empty for this machine
        self._warning: Message | None = None  # that the state of the training cannot be kept
        project.moved.connect(self._keep_elsewhere)
        bridge.started.connect(self._take_start)
        bridge.record.connect(self._take_record)
        bridge.family.connect(self._take_family)
        bridge.keeping.connect(self._take_keeping)
        bridge.told.connect(self.status)
        bridge.done.connect(self._take_done)
        bridge.failed.connect(self._take_failure)
        bridge.lost.connect(self._take_loss)

    @property
    def _active(self) -> Train | None:
        """The training that the worker is at."""
        running = self._bridge.running
        return next((job for job in running if isinstance(job, Train)), None)

    @property
    def _next(self) -> Train | None:
        """The training that the worker begins as soon as it is ready."""
        waiting = self._bridge.waiting
        return next((job for job in waiting if isinstance(job, Train)), None)

    @property
    def is_busy(self) -> bool:
        """Whether a run trains, is paused or waits for its turn."""
        return self._session.is_training or bool(self._session.queue)

    @property
    def is_paused(self) -> bool:
        """Whether the run that trains is paused."""
        run = self._session.training
        return run is not None and run.state == "paused"

    # --- commands ------------------------------------------------------------------------------

    def train(self) -> RunId | None:
        """Train what the recipe asks for, after the runs that train or wait; returns the run."""
        if self._session.dataset is None:
            return None
        try:
            plan = self._session.plan()
        except PnnError as error:
            self.message.emit(Message("error", str(error)))
            return None
        self.message.emit(None)
        run = self._session.queue_run(plan)
        self._begin(run)
        return run

    def queue(self, plan: FamilyPlan, recipe: Recipe) -> RunId:
        """Train a plan of another recipe than that of now, likewise."""
        run = self._session.change_runs(lambda runs: runs.queue_new(plan, recipe))
        self._begin(run)
        return run

    def resume(self, *runs: RunId) -> None:
        """Go on with runs that were interrupted, one after the other, before those that wait."""
        runs = tuple(each for each in runs if each in self._session.resumable)
        if runs:
            self.message.emit(None)
            self._session.resume_runs(*runs)
            self._begin(runs[0])

    def _begin(self, run: RunId) -> None:
        """Say whether a run that was queued begins now or waits."""
        waits = self._active is not None or self._session.queue[0] != run
        what = f"Training {self._session.runs[run].plan.layout}"
        self._give_next()
        self.status.emit(f"{what} waits for the run that trains." if waits else f"{what}…")

    def _give_next(self) -> None:
        """Give the worker the run that is first in the session's queue, the only one there is."""
        queue, given = self._session.queue, self._next
        if given is not None and (not queue or given.run != queue[0]):
            self._bridge.withdraw(given)
            given = None
        if queue and given is None and self._active is None:
            self._bridge.submit(self._job(queue[0]))

    def _job(self, run: RunId) -> Train:
        found = self._session.runs[run]
        dataset = self._session.data_of_run(found)
        assert dataset is not None  # else it could be neither queued nor resumed
        checkpoint, process = self._project.checkpoint(run + 1), found.recipe.print_process
        known = history.known_designs(self._session, found)
        return Train(
            *(found.plan, dataset, process, checkpoint),
            run=run,
            known=known,
            cluster=self.cluster,
        )

    def toggle_pause(self) -> None:
        """Pause the training after its epoch, or go on."""
        job, run, paused = self._active, self._session.training, self.is_paused
        if job is None or run is None:
            return
        self._bridge.control(job, Control("resume" if paused else "pause"))
        self._session.set_run_state("running" if paused else "paused", job.run)
        latest = run.curves.latest
        epoch = f" at epoch {latest.epoch}" if latest else ""
        self.status.emit("Training…" if paused else f"Paused{epoch}")

    def stop(self) -> None:
        """End the run that trains and keep what it has; without one, the next does not begin."""
        job = self._active
        if job is not None:
            self._bridge.control(job, Control("stop"))
            self.status.emit("Stopping after this epoch…")
        elif self._session.queue:
            self.remove(self._session.queue[0])

    def move(self, run: RunId, by: int) -> None:
        """Let a run that waits come so many places later, or earlier where that is negative."""
        self._session.change_runs(lambda runs: runs.move_in_queue(run, by))
        self._give_next()

    def remove(self, run: RunId) -> None:
        """Take a run out of the queue; it stays in the history as one that did not begin."""
        if run in self._session.queue:
            self._session.set_run_state("interrupted", run)
            self._give_next()
            self.status.emit(f"{self._session.runs[run].caption} waits no more.")

    # --- answers -------------------------------------------------------------------------------

    @Slot(object)
    def _take_start(self, job: Job) -> None:
        if isinstance(job, Train):
            self._session.set_run_state("running", job.run)
            self._keep_elsewhere()

    @Slot()
    def _keep_elsewhere(self) -> None:
        """Have the state of the training kept beside the project, also once that was moved."""
        job = self._active
        path = "" if job is None else self._project.checkpoint(job.run + 1)
        if job is not None and path and job.checkpoint != path:
            self._bridge.control(job, Control("keep", path))

    @Slot(object, object)
    def _take_record(self, job: Train, record: EpochRecord) -> None:
        self._session.take_record(record, job.run)

    @Slot(object, object)
    def _take_family(self, job: Train, family: Family) -> None:
        self._session.take_family(family, job.run)

    @Slot(object, object)
    def _take_keeping(self, job: Train, keeping: Keeping) -> None:
        if self._warning is not None:
            self.recalled.emit(self._warning)
            self._warning = None
        if keeping.trouble:
            self._warning = of_keeping(keeping)
            self.message.emit(self._warning)
        else:
            self.status.emit("The state of the training is kept again")

    @Slot(object, object)
    def _take_done(self, job: Job | None, done: Done) -> None:
        if not isinstance(job, Train):
            return
        self._session.set_run_state("stopped" if done.stopped else "finished", job.run)
        run = self._session.runs[job.run]
        kept = f"{run.plan.designs} designs"
        self.status.emit(history.stopped_line(run) if done.stopped else done.outcome)
        if run.diverged:
            text = f"{run.diverged} of {kept} diverged and are left out."
            self.message.emit(Message("note", text))
        if not done.stopped:
            self.finished.emit(job.run)
        self._give_next()

    @Slot(object, object)
    def _take_failure(self, job: Job | None, failed: Failed) -> None:
        if isinstance(job, Train):
            lost = failed.kind == TrainingLost.__name__
            self._break_off(job.run, "interrupted" if lost else "failed", failed)
            self._give_next()

    @Slot(object, str)
    def _take_loss(self, job: Job | None, text: str) -> None:
        if not isinstance(job, Train):
            return
        runs: tuple[RunId, ...] = (job.run,)
        if job.run in self._session.queue:  # the worker cannot even be started, for none of them
            runs = self._session.queue
        for run in runs:
            self._break_off(run, "interrupted", Failed("", text))
        self._give_next()

    def _break_off(self, run: RunId, state: Literal["interrupted", "failed"], why: Failed) -> None:
        self._session.set_run_state(state, run)
        path, broken = self._project.checkpoint(run + 1), self._session.runs[run]
        checkpoint = Path(path) if path else None
        self.message.emit(
            of_interruption(why.message, why.details, broken, checkpoint, time.time())
        )
        self.status.emit(f"{broken.caption}: {state}")
