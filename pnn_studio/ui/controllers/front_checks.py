"""The check of a whole front: gives its designs to ngspice one after the other, and picks one."""

from collections import deque

from PySide6.QtCore import QObject, Signal, Slot

from pnn_studio.app.analysis.front_check import FrontCheck, front_candidates
from pnn_studio.app.jobs.protocol import Check, Done, Failed, Job
from pnn_studio.app.session.messages import Message, Remedy
from pnn_studio.app.session.runs import Run
from pnn_studio.app.session.session import Session
from pnn_studio.domain.design_ref import DesignRef
from pnn_studio.domain.verification import samples_of_check
from pnn_studio.ui.jobs.bridge import JobBridge


class FrontChecks(QObject):
    """Checks the front of the family that is shown, one design at a time.

    So what the person asks for meanwhile comes next, and what is done is kept wherever it ends.

    Notes
    -----
    Signals: `status` (one line), `moved` (how many designs are done), `message` (a `Message` that
    offers the picked design, or None to clear), `finished` (a `FrontCheck`; before the message, so
    that a design which is shown then is not offered).
    """

    status = Signal(str)
    moved = Signal()
    message = Signal(object)
    finished = Signal(object)
    _run: Run | None = None  # whose front is checked

    def __init__(self, session: Session, bridge: JobBridge, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._bridge = session, bridge
        self._left: deque[int] = deque()
        self._designs = 0
        self._failed: dict[int, str] = {}
        self._stopped = False
        self._current: tuple[int, Check] | None = None
        bridge.done.connect(self._take_done)
        bridge.lost.connect(self._take_loss)

    @property
    def job(self) -> Check | None:
        """The check that runs or waits for its turn; None while no front is checked."""
        return None if self._current is None else self._current[1]

    @property
    def progress(self) -> tuple[int, int] | None:
        """Which design is being checked (the first is 1), of how many; None while none is."""
        if self._current is None:
            return None
        return self._designs - len(self._left), self._designs

    @property
    def can_check(self) -> bool:
        """Whether there is a family to check that does not change, and none is being checked."""
        run = self._session.run
        ready = run is not None and run.family is not None and not run.goes_on
        return ready and self._session.design is not None and self._current is None

    def check(self) -> None:
        """Simulate what is not checked yet of the front that is shown."""
        session = self._session
        run = session.run
        if not self.can_check or run is None or run.family is None:
            return
        family = run.family
        known = session.checks.of_run(run)
        data = session.data_of(family.design(0))
        samples = 1 if data is None else samples_of_check(data)
        self._run = run
        self._left = deque(
            each
            for each in front_candidates(family, samples)
            if each not in known or known[each].seen_accuracy is None
        )
        self._designs, self._failed, self._stopped = len(self._left), {}, False
        self.message.emit(None)
        self._next()

    def stop(self) -> None:
        """End it, and keep what is checked."""
        if self._current is None:
            return
        job = self._current[1]
        self._stopped = True
        self._left.clear()
        if not self._bridge.cancel(job):
            self._end()

    def take_failure(self, job: Job | None, failed: Failed) -> bool:
        """Go on after a design that ngspice cannot simulate; returns whether nobody need tell."""
        if self._current is None or job is not self._current[1]:
            return False
        if failed.kind != "SimulationFailed":
            self._give_up()
            return False
        self._failed[self._current[0]] = failed.message
        self._next()
        return True

    def _next(self) -> None:
        run = self._run
        assert run is not None
        assert run.family is not None
        if not self._left:
            self._end()
            return
        index = self._left.popleft()
        design = run.family.design(index)
        technology, ref = run.recipe.print_process.technology, DesignRef(run.id, index)
        job = Check(design, technology, self._session.data_of(design), ref)
        self._current = index, job
        at, designs = self._designs - len(self._left), self._designs
        self.status.emit(f"Checking the front, {at} of {designs} designs")
        self._bridge.submit(job)
        self.moved.emit()

    def _give_up(self) -> None:
        self._left.clear()
        self._stopped = True
        self._end()

    def _end(self) -> None:
        run, self._run, self._current = self._run, None, None
        self.moved.emit()
        if run is None or run.family is None:
            return
        family, session = run.family, self._session
        known = session.checks.of_run(run)
        front = FrontCheck(family, known, self._failed, stopped=self._stopped)
        self.status.emit(front.words)
        self.finished.emit(front)
        is_shown = session.run is not None and session.run.family is family
        if front.design is None or (is_shown and session.design_index == front.design):
            return
        show = Remedy("Show", "show", design=DesignRef(run.id, front.design))
        self.message.emit(Message("note", f"{front.words}.", remedies=(show,)))

    @Slot(object, object)
    def _take_done(self, job: Job | None, done: Done) -> None:
        if self._current is None or job is not self._current[1]:
            return
        self._stopped = self._stopped or done.stopped
        self._next()

    @Slot(object, str)
    def _take_loss(self, job: Job | None, _text: str) -> None:
        if self._current is not None and job is self._current[1]:
            self._give_up()
