"""Prints of designs: has them computed, and designs rounded to values that can be printed.

What was found of prints is kept as long as the window is open.
"""

import time
from dataclasses import replace

from PySide6.QtCore import QObject, Signal, Slot

from pnn_studio.app.jobs.print_job import ComputePrints, RoundDesign, Rounded
from pnn_studio.app.jobs.protocol import Done, Failed, Job
from pnn_studio.app.session import history
from pnn_studio.app.session.added import add_trained
from pnn_studio.app.session.runs import Run
from pnn_studio.app.session.session import Session
from pnn_studio.domain.design import TrainedDesign
from pnn_studio.domain.design_ref import DesignRef, RunId
from pnn_studio.domain.family import Family
from pnn_studio.domain.print_report import PrintReport, YieldPlan
from pnn_studio.domain.settings import Shown
from pnn_studio.domain.units import format_percent, format_si
from pnn_studio.ui.jobs.bridge import JobBridge

# reports that are kept: of a large test set one takes some megabytes
_KEPT = 16
_MOST = 60  # letters of a name that are kept


class PrintRuns(QObject):
    """Computes prints of the design at the slider.

    Notes
    -----
    Signals: `status` (one line), `moved` (how far it is, or what was found).
    """

    status = Signal(str)
    moved = Signal()

    def __init__(self, session: Session, bridge: JobBridge, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._bridge = session, bridge
        self._reports: dict[str, tuple[TrainedDesign, PrintReport]] = {}
        self._share, self._begun = 0.0, 0.0
        bridge.started.connect(self._take_start)
        bridge.progress.connect(self._take_progress)
        bridge.printed.connect(self._take_report)
        bridge.done.connect(self._take_done)
        bridge.failed.connect(self._take_failure)

    @property
    def job(self) -> ComputePrints | None:
        """The run that goes on or waits for its turn."""
        return next((job for job in self._bridge.jobs if isinstance(job, ComputePrints)), None)

    @property
    def any_known(self) -> bool:
        """Whether prints of any design were computed."""
        return bool(self._reports)

    def report(self, design: TrainedDesign | None) -> PrintReport | None:
        """Return what is known of a design."""
        return None if design is None else self._reports.get(design.key, (None, None))[1]

    def trained_otherwise(self, design: TrainedDesign) -> tuple[TrainedDesign, PrintReport] | None:
        """Return the latest design that differs by the prints it was trained for, and its prints.

        They were drawn and judged as those of `design`, which must be known.
        """
        own = self.report(design)
        for other, report in reversed(self._reports.values()):
            asked = own is not None and (own.variation, own.test.limit) == (
                report.variation,
                report.test.limit,
            )
            if asked and _same_task(design, other) and other.trained_for != design.trained_for:
                return other, report
        return None

    @property
    def progress(self) -> tuple[int, int, float]:
        """How many prints are done, of how many, and seconds that are left (0: not known)."""
        job = self.job
        prints = 0 if job is None else job.plan.prints
        left = 0.0
        known = 0 if job is None or job.known is None else job.known.test.prints
        done = self._share - known / max(prints, 1)  # in this run
        if done > 0:
            left = (time.monotonic() - self._begun) * (1 - self._share) / done
        return round(self._share * prints), prints, left

    def goes_on(self, plan: YieldPlan) -> bool:
        """Whether a run of this plan would go on with one that was ended early."""
        known = self.report(self._session.design)
        if known is None or known.answers is None or known.test.prints >= plan.prints:
            return False
        return (plan.spread_words, plan.seed) == (known.variation, known.seed)

    def run(self, plan: YieldPlan) -> bool:
        """Compute prints of the design at the slider; returns whether there is one."""
        session = self._session
        design = session.design
        if design is None or self.job is not None:
            return False
        technology = session.shown_process.technology
        known = self.report(design) if self.goes_on(plan) else None
        job = ComputePrints(design, plan, technology, session.data_of(design), known)
        self._share, self._begun = 0.0, time.monotonic()
        self.status.emit(self._bridge.begin(job, "Computing prints"))
        return True

    def stop(self) -> None:
        """End the run; what is computed is shown."""
        job = self.job
        if job is not None and not self._bridge.cancel(job):
            self.status.emit("No print was computed")
            self.moved.emit()

    @Slot(object)
    def _take_start(self, job: Job) -> None:
        if isinstance(job, ComputePrints):
            self._share, self._begun = 0.0, time.monotonic()

    @Slot(object, float)
    def _take_progress(self, job: Job, share: float) -> None:
        if isinstance(job, ComputePrints):
            self._share = share
            self.moved.emit()

    @Slot(object, object)
    def _take_report(self, job: ComputePrints, report: PrintReport) -> None:
        self._reports.pop(job.design.key, None)
        self._reports[job.design.key] = job.design, report
        while len(self._reports) > _KEPT:
            del self._reports[next(iter(self._reports))]
        self.status.emit(f"{report.test.prints:,} prints in {report.seconds:.1f} s with the model")
        self.moved.emit()

    @Slot(object, object)
    def _take_done(self, job: Job | None, _done: Done) -> None:
        if isinstance(job, ComputePrints):
            self.moved.emit()

    @Slot(object, object)
    def _take_failure(self, job: Job | None, _failed: Failed) -> None:
        if isinstance(job, ComputePrints):
            self.moved.emit()


def _same_task(one: TrainedDesign, other: TrainedDesign) -> bool:
    """Whether two designs are of one layout, one technology and one set of data."""
    return (one.layout, one.technology_fingerprint, one.data.fingerprint) == (
        other.layout,
        other.technology_fingerprint,
        other.data.fingerprint,
    )


class Rounding(QObject):
    """Has the design at the slider rounded; what is trained stays as it is.

    Notes
    -----
    Signals: `status` (one line), `added` (id of the run that the rounded design is now).
    """

    status = Signal(str)
    added = Signal(int)

    def __init__(self, session: Session, bridge: JobBridge, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._bridge = session, bridge
        self._refs: dict[RoundDesign, DesignRef] = {}
        bridge.rounded.connect(self._take)

    @property
    def can_round(self) -> bool:
        """Whether there is a design, of a technology that states what can be printed."""
        session, technology = self._session, self._session.technology
        can_print = technology is not None and technology.printing is not None
        none_waits = not any(isinstance(job, RoundDesign) for job in self._bridge.jobs)
        return session.design is not None and can_print and none_waits

    def run(self) -> None:
        """Round the design at the slider."""
        session = self._session
        design, ref = session.design, session.design_ref
        if design is None or ref is None or not self.can_round:
            return
        technology = session.shown_process.technology
        job = RoundDesign(design, technology, session.data_of(design))
        self._refs[job] = ref
        self.status.emit(self._bridge.begin(job, "Rounding to printable values"))

    @Slot(object, object)
    def _take(self, job: RoundDesign, rounded: Rounded) -> None:
        ref, session = self._refs.pop(job, None), self._session
        run = None if ref is None else session.find_run(ref.run)
        if ref is None or run is None or run.family is None or not _holds(run.family, ref, job):
            return  # another project is there, or it was deleted
        before, after = rounded.before, rounded.after
        added = add_trained(session, rounded.design, None)
        session.checks.note_rounded(rounded.design, job.design)
        session.edit(self._named(added, run))
        session.take_verification(ref, job.design, before)
        session.take_verification(DesignRef(added, 0), rounded.design, after)
        both = before, after
        accuracy = " to ".join(format_percent(each.spice_accuracy) for each in both)
        power = " to ".join(format_si(each.spice_power.total, "W") for each in both)
        self.status.emit(f"Rounded, in ngspice: accuracy {accuracy}, power {power}")
        self.added.emit(added)

    def _named(self, added: RunId, run: Run) -> Shown:
        """Call it by what it is, and draw the run that it is of beside it."""
        shown = history.renamed(self._session, added, f"{run.caption[:_MOST]}, rounded")
        return replace(shown, compared=shown.compared or (run.id,))


def _holds(family: Family, ref: DesignRef, job: RoundDesign) -> bool:
    """Whether a family has the design of a job where it was when that was asked for."""
    known = ref.index < family.plan.designs
    return known and family.design(ref.index).key == job.design.key
