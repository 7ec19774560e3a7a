"""What trains: gives the runs of the session to the training worker, one after the other."""

import time
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QObject, Signal, Slot

from pnn_studio.app.jobs.protocol import Control, Done, Failed, Job, Keeping, Train
from pnn_studio.app.session.messages import Message, of_interruption, of_keeping
from pnn_studio.app.session.session import Session
from pnn_studio.domain.family import Family
from pnn_studio.domain.run import EpochRecord
from pnn_studio.errors import PnnError, TrainingLost
from pnn_studio.ui.controllers.project import ProjectController
from pnn_studio.ui.jobs.bridge import JobBridge


class Trainings(QObject):
    """Starts, queues, pauses, stops and resumes runs, and takes what their training says.

    Notes
    -----
    Signals: `message` (a `Message`, or None to clear), `recalled` (a `Message` that holds no more),
    `status` (one line), `finished` (place of a run that was trained to its end).
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
        self._places: dict[Train, int] = {}  # of the jobs that are not over
        self._warning: Message | None = None  # that the state of the training cannot be kept
        project.moved.connect(self._keep_elsewhere)
        bridge.started.connect(self._take_start)
        bridge.record.connect(self._take_record)
        bridge.family.connect(self._take_family)
        bridge.keeping.connect(self._take_keeping)
        bridge.done.connect(self._take_done)
        bridge.failed.connect(self._take_failure)
        bridge.lost.connect(self._take_loss)

    @property
    def _active(self) -> Train | None:
        """The training that the worker is at."""
        running = self._bridge.running
        return next((job for job in running if isinstance(job, Train)), None)

    @property
    def is_busy(self) -> bool:
        """Whether a run trains, is paused or waits for its turn."""
        return bool(self._places)

    @property
    def is_paused(self) -> bool:
        """Whether the run that trains is paused."""
        run = self._session.training
        return run is not None and run.state == "paused"

    # --- commands ------------------------------------------------------------------------------

    def train(self) -> None:
        """Train what the settings ask for, after the runs that train or wait."""
        if self._session.dataset is None:
            return
        try:
            plan = self._session.plan()
        except PnnError as error:
            self.message.emit(Message("error", str(error)))
            return
        self.message.emit(None)
        self._submit(self._session.queue_run(plan))

    def resume(self, *places: int) -> None:
        """Go on with runs that were interrupted, one after the other, before those that wait."""
        places = tuple(each for each in places if each in self._session.resumable)
        if places:
            self.message.emit(None)
            self._session.resume_runs(*places)
            self._submit(*places, first=True)

    def _submit(self, *places: int, first: bool = False) -> None:
        waits = self._active is not None or len(self._session.queue) > len(places)
        jobs = [self._job(place) for place in places]
        self._places.update(zip(jobs, places, strict=True))
        self._bridge.submit(*jobs, first=first)
        what = f"Training {self._session.runs[places[0]].plan.layout}"
        self.status.emit(f"{what} waits for the run that trains." if waits else f"{what}…")

    def _job(self, place: int) -> Train:
        run = self._session.runs[place]
        dataset = self._session.data_of_run(run)
        assert dataset is not None  # else it could be neither queued nor resumed
        checkpoint = self._project.checkpoint(place + 1)
        return Train(run.plan, dataset, run.settings.kit, checkpoint=checkpoint)

    def toggle_pause(self) -> None:
        """Pause the training after its epoch, or go on."""
        job, run, paused = self._active, self._session.training, self.is_paused
        if job is None or run is None:
            return
        self._bridge.control(job, Control("resume" if paused else "pause"))
        self._session.set_run_state("running" if paused else "paused", self._places[job])
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

    def remove(self, place: int) -> None:
        """Take a run out of the queue; it stays in the history as one that did not begin."""
        for job in [job for job, of in self._places.items() if of == place]:
            if job is not self._active:
                self._bridge.withdraw(job)
                self._over(job)
                self._session.set_run_state("interrupted", place)
                self.status.emit(f"{self._session.runs[place].title} waits no more.")

    # --- answers -------------------------------------------------------------------------------

    def _over(self, job: Job | None) -> int | None:
        """Return the place of the run of a job that is over; None where it was no training."""
        return self._places.pop(job, None) if isinstance(job, Train) else None

    @Slot(object)
    def _take_start(self, job: Job) -> None:
        if isinstance(job, Train):
            self._session.set_run_state("running", self._places[job])
            self._keep_elsewhere()

    @Slot()
    def _keep_elsewhere(self) -> None:
        """Have the state of the training kept beside the project, also once that was moved."""
        job = self._active
        path = "" if job is None else self._project.checkpoint(self._places[job] + 1)
        if job is not None and path and job.checkpoint != path:
            self._bridge.control(job, Control("keep", path))

    @Slot(object, object)
    def _take_record(self, job: Train, record: EpochRecord) -> None:
        self._session.take_record(record, self._places[job])

    @Slot(object, object)
    def _take_family(self, job: Train, family: Family) -> None:
        self._session.take_family(family, self._places[job])

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
        place = self._over(job)
        if place is None:
            return
        self._session.set_run_state("stopped" if done.stopped else "finished", place)
        run = self._session.runs[place]
        kept = f"{run.plan.designs} designs"
        self.status.emit(f"Stopped, {kept} kept" if done.stopped else f"Trained {kept}")
        if run.diverged:
            text = f"{run.diverged} of {kept} diverged and are left out."
            self.message.emit(Message("note", text))
        if not done.stopped:
            self.finished.emit(place)

    @Slot(object, object)
    def _take_failure(self, job: Job | None, failed: Failed) -> None:
        if isinstance(job, Train):
            lost = failed.kind == TrainingLost.__name__
            self._break_off(job, "interrupted" if lost else "failed", failed)

    @Slot(object, str)
    def _take_loss(self, job: Job | None, text: str) -> None:
        if isinstance(job, Train):
            self._break_off(job, "interrupted", Failed("", text))

    def _break_off(self, job: Train, state: Literal["interrupted", "failed"], why: Failed) -> None:
        place = self._over(job)
        if place is None:
            return
        self._session.set_run_state(state, place)
        path, run = self._project.checkpoint(place + 1), self._session.runs[place]
        checkpoint = Path(path) if path else None
        self.message.emit(
            of_interruption(why.message, why.details, run, place, checkpoint, time.time())
        )
        self.status.emit(f"{run.title}: {state}")
