"""Checks and netlists: gives the designs of the session to ngspice, and tells how far it is."""

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QGuiApplication

from pnn_studio.app.jobs.protocol import Check, Done, Job, WriteNetlist
from pnn_studio.app.session.names import given_names
from pnn_studio.app.session.session import Session
from pnn_studio.domain.design import TrainedDesign
from pnn_studio.domain.layout import Crossbar
from pnn_studio.domain.verification import Verification, samples_of_check
from pnn_studio.ui.controllers.front_checks import FrontChecks
from pnn_studio.ui.controllers.front_yields import FrontYields
from pnn_studio.ui.controllers.print_runs import PrintRuns, Rounding
from pnn_studio.ui.jobs.bridge import JobBridge


class CheckController(QObject):
    """Checks the design at the slider, and writes it as SPICE to be looked at or copied.

    Notes
    -----
    Signals: `status` (one line), `moved` (how many samples are done), `shown` (title and text of
    a netlist that was asked for).
    """

    status = Signal(str)
    moved = Signal()
    shown = Signal(str, str)

    def __init__(self, session: Session, bridge: JobBridge, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._bridge = session, bridge
        self._share: tuple[Job, float] | None = None  # of the check that runs
        self._copied: set[Job] = set()
        bridge.progress.connect(self._take_progress)
        bridge.verification.connect(self._take_verification)
        bridge.netlist.connect(self._take_netlist)
        bridge.done.connect(self._take_done)
        self.front = FrontChecks(session, bridge, self)
        self.front.status.connect(self.status)
        self.front.moved.connect(self.moved)
        self.prints = PrintRuns(session, bridge, self)
        self.prints.status.connect(self.status)
        self.prints.moved.connect(self.moved)
        self.yields = FrontYields(session, bridge, self)
        self.yields.status.connect(self.status)
        self.rounding = Rounding(session, bridge, self)
        self.rounding.status.connect(self.status)

    @property
    def job(self) -> Check | None:
        """The check of a single design that runs or waits: that of the one shown, if there is."""
        ref, found = self._session.design_ref, self._jobs
        return next((job for job in found if job.ref == ref), next(iter(found), None))

    @property
    def _jobs(self) -> list[Check]:
        return [job for job in self._bridge.jobs if isinstance(job, Check)]

    @property
    def can_check(self) -> bool:
        """Whether there is a design whose check neither runs nor waits."""
        ref = self._session.design_ref
        return ref is not None and all(job.ref != ref for job in self._jobs)

    @property
    def samples(self) -> tuple[int, int] | None:
        """How many samples of the check that runs are done, of how many; None without one."""
        job = self.job
        data = job.data if job is not None else None
        if data is None:
            return None
        count = samples_of_check(data)
        share = self._share[1] if self._share is not None and self._share[0] is job else 0.0
        return min(round(share * count), count), count

    def check(self, crossbar: Crossbar | None = None) -> bool:
        """Simulate the design at the slider in ngspice; returns whether there is one to check.

        With a `crossbar` in that structure, for a look: what is kept and saved is said of its own.
        """
        design, ref = self._session.design, self._session.design_ref
        if design is None or ref is None or not self.can_check:
            return False
        technology = self._session.shown_process.technology
        job = Check(design, technology, self._session.data_of(design), ref, crossbar)
        self.status.emit(self._bridge.begin(job, "Checking with ngspice"))
        return True

    def stop(self) -> None:
        """Cancel the check of a single design that runs or waits, else that of the front."""
        job = self.job
        if job is None:
            self.front.stop()
        elif not self._bridge.cancel(job):
            self.status.emit("The check was cancelled")

    def show_netlist(self, design: TrainedDesign, sample: int) -> None:
        """Write a design as SPICE, to be shown."""
        self._bridge.submit(self._netlist(design, sample))

    def copy_netlist(self, design: TrainedDesign, sample: int) -> None:
        """Copy a design as SPICE to the clipboard."""
        job = self._netlist(design, sample)
        self._copied.add(job)
        self._bridge.submit(job)

    def _netlist(self, design: TrainedDesign, sample: int) -> WriteNetlist:
        technology = self._session.shown_process.technology
        data, given = self._session.data_of(design), given_names(self._session, design)
        return WriteNetlist(design, sample, technology, data, given)

    @Slot(object, float)
    def _take_progress(self, job: Job, share: float) -> None:
        if isinstance(job, Check):
            self._share = job, share
            self.moved.emit()

    @Slot(object, object)
    def _take_verification(self, job: Check, verification: Verification) -> None:
        if job.crossbar not in (None, job.design.layout.crossbar):
            self._session.checks.take_elsewhere(job.design, job.crossbar, verification)
            self.moved.emit()
        elif job.ref is not None:
            self._session.take_verification(job.ref, job.design, verification)
        self.status.emit(f"Checked with {verification.simulator}")

    @Slot(object, str)
    def _take_netlist(self, job: WriteNetlist, text: str) -> None:
        if job in self._copied:
            self._copied.discard(job)
            QGuiApplication.clipboard().setText(text)
            lines = text.count("\n")
            self.status.emit(f"Copied {lines} lines of SPICE, sample {job.sample + 1}")
            return
        self.shown.emit(f"Netlist of {job.design.layout}, sample {job.sample + 1}", text)

    @Slot(object, object)
    def _take_done(self, job: Job | None, done: Done) -> None:
        if isinstance(job, Check) and done.stopped:
            self.status.emit("The check was cancelled")
