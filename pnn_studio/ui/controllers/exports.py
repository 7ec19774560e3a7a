"""Exports of the window: what is asked of the worker, and how it goes."""

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from pnn_studio.app.jobs.protocol import (
    Done,
    DrawExport,
    Drawing,
    ExportFiles,
    Failed,
    Job,
    Writing,
)
from pnn_studio.app.session.export_subject import subject_of
from pnn_studio.app.session.session import Session
from pnn_studio.domain.export_order import ExportOrder
from pnn_studio.domain.export_subject import ExportSubject
from pnn_studio.ui.controllers.print_runs import PrintRuns
from pnn_studio.ui.controllers.project import ProjectController
from pnn_studio.ui.jobs.bridge import JobBridge

EXPORTING = (ExportFiles, DrawExport)  # jobs that are told of here


class ExportController(QObject):
    """Has files drawn and written by the worker for short jobs.

    Notes
    -----
    Signals: `wanted` (id of a kind) where a part of the window asks for the dialog, `drawn`
    (Drawing), `not_drawn` (why), `writing` (Writing), `written` (words), `stopped`, `failed` (why).
    """

    wanted = Signal(str)
    drawn = Signal(object)
    not_drawn = Signal(str)
    writing = Signal(object)
    written = Signal(str)
    stopped = Signal()
    failed = Signal(str)

    def __init__(
        self,
        session: Session,
        bridge: JobBridge,
        project: ProjectController,
        prints: PrintRuns,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._session, self._bridge, self._project = session, bridge, project
        self._prints = prints
        self.job: ExportFiles | None = None
        self._drawing: DrawExport | None = None
        self._next: DrawExport | None = None  # what is drawn once the worker is done with another
        bridge.drawing.connect(self._take_drawing)
        bridge.writing.connect(self._take_writing)
        bridge.done.connect(self._take_done)
        bridge.failed.connect(self._take_failure)
        bridge.lost.connect(self._take_loss)

    def subject(self) -> ExportSubject | None:
        """Return what is exported now: the design at the slider."""
        subject = subject_of(self._session)
        return subject and replace(subject, prints=self._prints.report(subject.design))

    @property
    def sample(self) -> int:
        """The sample of the test split that is shown."""
        return self._session.view.sample

    def source(self) -> tuple[Path, str]:
        """Return the project's file, and which run of it is shown, as the command line names it."""
        run = self._session.run
        number = 0 if run is None else run.id
        name = f"run-{number + 1}" if number >= 0 else f"design-{-number}"
        return self._project.file, name

    def draw(self, subject: ExportSubject, order: ExportOrder) -> None:
        """Have an order drawn; of those that come while another is drawn only the last is."""
        job = DrawExport(subject, order)
        if self._drawing is not None:
            self._next = job
        else:
            self._drawing = job
            self._bridge.submit(job, first=True)

    def forget_drawing(self) -> None:
        """Want no drawing any more."""
        self._next = None

    def write(self, subject: ExportSubject, orders: tuple[tuple[ExportOrder, Path], ...]) -> None:
        """Write the files of orders."""
        self.job = ExportFiles(subject, tuple((order, str(path)) for order, path in orders))
        self._bridge.submit(self.job, first=True)

    def stop(self) -> None:
        """Stop writing; nothing is left of it."""
        if self.job is not None and not self._bridge.cancel(self.job):
            self.job = None
            self.stopped.emit()

    @Slot(object, object)
    def _take_drawing(self, job: Job, drawing: Drawing) -> None:
        if job is self._drawing and self._next is None:
            self.drawn.emit(drawing)

    @Slot(object, object)
    def _take_writing(self, job: Job, writing: Writing) -> None:
        if job is self.job:
            self.writing.emit(writing)

    @Slot(object, object)
    def _take_done(self, job: Job | None, done: Done) -> None:
        if job is not None and job is self._drawing:
            self._draw_next()
        elif job is not None and job is self.job:
            self.job = None
            if done.stopped:
                self.stopped.emit()
            else:
                self.written.emit(done.outcome)

    @Slot(object, object)
    def _take_failure(self, job: Job | None, failed: Failed) -> None:
        self._fail(job, failed.message)

    @Slot(object, str)
    def _take_loss(self, job: Job | None, text: str) -> None:
        self._fail(job, text)

    def _fail(self, job: Job | None, why: str) -> None:
        if job is not None and job is self._drawing:
            if self._next is None:
                self.not_drawn.emit(why)
            self._draw_next()
        elif job is not None and job is self.job:
            self.job = None
            self.failed.emit(why)

    def _draw_next(self) -> None:
        self._drawing, self._next = self._next, None
        if self._drawing is not None:
            self._bridge.submit(self._drawing, first=True)
