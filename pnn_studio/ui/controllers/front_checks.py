"""The check of a whole front: gives its designs to ngspice, a few at a time, and picks one."""

from collections import deque

from PySide6.QtCore import QObject, Signal, Slot

from pnn_studio.app.analysis.front_check import FrontCheck, front_candidates
from pnn_studio.app.jobs.protocol import Checked, CheckSome, Done, Failed, Job
from pnn_studio.app.session.messages import Message, Remedy
from pnn_studio.app.session.runs import Run
from pnn_studio.app.session.session import Session
from pnn_studio.domain.design_ref import DesignRef
from pnn_studio.domain.engine import cores
from pnn_studio.domain.verification import samples_of_check
from pnn_studio.ui.jobs.bridge import JobBridge

# designs of one job for each core: it has work to the end, and what is asked for waits little
_FOR_A_CORE = 2


class FrontChecks(QObject):
    """Checks the front of the family that is shown, a few designs at a time on all cores.

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
    what = "the front"  # whose designs are checked

    def __init__(self, session: Session, bridge: JobBridge, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._bridge = session, bridge
        self._left: deque[int] = deque()
        self._designs = 0
        self._failed: dict[int, str] = {}
        self._stopped = False
        self._current: CheckSome | None = None
        self._done = 0
        bridge.checked.connect(self._take_checked)
        bridge.done.connect(self._take_done)
        bridge.failed.connect(self._take_failure)
        bridge.lost.connect(self._take_loss)

    @property
    def job(self) -> CheckSome | None:
        """The job that runs or waits for its turn; None while no front is checked."""
        return self._current

    @property
    def progress(self) -> tuple[int, int] | None:
        """How many designs are done, of how many; None while none is checked."""
        return None if self._current is None else (self._done, self._designs)

    @property
    def can_check(self) -> bool:
        """Whether there is a family to check that does not change, and none is being checked."""
        run = self._session.run
        ready = run is not None and run.family is not None and not run.goes_on
        return ready and self._session.design is not None and self._current is None

    def check(self) -> None:
        """Simulate what is not checked yet of the front that is shown."""
        self._begin("the front", ())

    def check_some(self, designs: tuple[int, ...]) -> None:
        """Simulate what is not checked yet of some designs of the run that is shown."""
        self._begin("candidates", designs)

    def _begin(self, what: str, designs: tuple[int, ...]) -> None:
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
            for each in designs or front_candidates(family, samples)
            if each not in known or known[each].seen_accuracy is None
        )
        self._designs, self._done = len(self._left), 0
        self.what = what
        self._failed, self._stopped = {}, False
        self.message.emit(None)
        self._next()

    def stop(self) -> None:
        """End it, and keep what is checked."""
        if self._current is None:
            return
        job = self._current
        self._stopped = True
        self._left.clear()
        if not self._bridge.cancel(job):
            self._end()

    def _next(self) -> None:
        run = self._run
        assert run is not None
        assert run.family is not None
        if not self._left:
            self._end()
            return
        family = run.family
        count = min(_FOR_A_CORE * (cores()), len(self._left))
        indices = [self._left.popleft() for _ in range(count)]
        designs = tuple(family.design(index) for index in indices)
        refs = tuple(DesignRef(run.id, index) for index in indices)
        technology, data = run.recipe.print_process.technology, self._session.data_of(designs[0])
        self._current = CheckSome(designs, refs, technology, data)
        self._bridge.submit(self._current)
        self._tell()

    def _tell(self) -> None:
        self.status.emit(f"Checking {self.what}, {self._done} of {self._designs} designs")
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
        if self.what != "the front":  # the inspector proposes one of them
            return
        self.finished.emit(front)
        is_shown = session.run is not None and session.run.family is family
        if front.design is None or (is_shown and session.design_index == front.design):
            return
        show = Remedy("Show", "show", design=DesignRef(run.id, front.design))
        self.message.emit(Message("note", f"{front.words}.", remedies=(show,)))

    @Slot(object, object)
    def _take_checked(self, job: CheckSome, checked: Checked) -> None:
        found = checked.verification
        if found is not None:
            design = job.designs[job.refs.index(checked.ref)]
            self._session.take_verification(checked.ref, design, found)
        if job is not self._current:
            return  # one that is tried again
        if found is None:
            self._failed[checked.ref.index] = checked.failed
        self._done += 1
        self._tell()

    @Slot(object, object)
    def _take_done(self, job: Job | None, done: Done) -> None:
        if self._current is None or job is not self._current:
            return
        self._stopped = self._stopped or done.stopped
        self._next()

    @Slot(object, object)
    def _take_failure(self, job: Job | None, _failed: Failed) -> None:
        self._take_loss(job, "")

    @Slot(object, str)
    def _take_loss(self, job: Job | None, _text: str) -> None:
        if self._current is not None and job is self._current:
            self._give_up()
