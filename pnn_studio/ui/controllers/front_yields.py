"""Yields of the designs of a front, the third axis of the trade-off."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from pnn_studio.app.analysis.front_check import front_candidates
from pnn_studio.app.jobs.print_job import ComputePrints, ComputeYields, FoundYield
from pnn_studio.app.jobs.protocol import Done, Failed, Job
from pnn_studio.app.session.runs import Run
from pnn_studio.app.session.session import Session
from pnn_studio.domain.design import TrainedDesign
from pnn_studio.domain.design_ref import DesignRef
from pnn_studio.domain.print_report import DesignYield, PrintReport, YieldPlan
from pnn_studio.domain.units import count_of
from pnn_studio.ui.jobs.bridge import JobBridge

if TYPE_CHECKING:
    from pnn_studio.domain.family import Family

PRINTS = 500
# of each printed resistor, W and L, where the technology states no spread
_SHARE = 0.1


class FrontYields(QObject):
    """Computes prints of the designs of the front that is shown, and keeps their yields.

    They are kept as long as the window is open and the family is the same.

    Notes
    -----
    Signals: `status` (one line), `moved` (something is known, begun or ended).
    """

    status = Signal(str)
    moved = Signal()

    def __init__(self, session: Session, bridge: JobBridge, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._bridge = session, bridge
        self._known: dict[int, tuple[Family, dict[int, DesignYield]]] = {}
        self._job: ComputeYields | None = None
        self._done = 0
        bridge.yielded.connect(self._take_yield)
        bridge.printed.connect(self._take_report)
        bridge.done.connect(self._take_end)
        bridge.failed.connect(self._take_end)
        bridge.lost.connect(self._take_end)

    @property
    def runs(self) -> bool:
        """Whether yields are computed, or wait for their turn."""
        return self._job is not None

    @property
    def can_run(self) -> bool:
        """Whether there is a front of designs that do not change, or a run to end."""
        run = self._session.run
        return self.runs or (run is not None and run.family is not None and not run.goes_on)

    def of_run(self, run: Run) -> Mapping[int, DesignYield]:
        """Return what is known of the designs of a run, by their index."""
        family, known = self._known.get(run.id, (None, {}))
        return known if family is run.family else {}

    def toggle(self) -> None:
        """Compute what is not known yet of the front that is shown; or end that."""
        if self._job is not None:
            if not self._bridge.cancel(self._job):
                self._end("No yield was computed")
            return
        run = self._session.run
        if run is None or run.family is None or run.goes_on:
            return
        known = self.of_run(run)
        left = tuple(each for each in front_candidates(run.family) if each not in known)
        if not left:
            self.status.emit("The yields of this front are known")
            return
        designs = tuple(run.family.design(each) for each in left)
        refs = tuple(DesignRef(run.id, each) for each in left)
        plan = self._plan(run, designs[0])
        source, data = run.recipe.print_process.technology, self._session.data_of(designs[0])
        self._known[run.id] = (run.family, dict(known))
        self._job, self._done = ComputeYields(designs, refs, plan, source, data), 0
        self._bridge.submit(self._job)
        self._tell()

    def _plan(self, run: Run, design: TrainedDesign) -> YieldPlan:
        """Ask for the spread of the technology, or for a usual one where it states none."""
        technology = self._session.technologies.of_design(design, run.recipe.print_process)
        stated = technology is not None and technology.printing is not None
        return YieldPlan(PRINTS, variation=None if stated else _SHARE)

    def _tell(self) -> None:
        if self._job is not None:
            whole = count_of(len(self._job.designs), "design")
            self.status.emit(f"Yield of the front, {self._done} of {whole}")
        self.moved.emit()

    def _end(self, text: str) -> None:
        self._job = None
        self.status.emit(text)
        self.moved.emit()

    @Slot(object, object)
    def _take_yield(self, job: ComputeYields, found: FoundYield) -> None:
        self._known[found.ref.run][1][found.ref.index] = found.found
        self._done += 1
        self._tell()

    @Slot(object, object)
    def _take_report(self, job: ComputePrints, report: PrintReport) -> None:
        """Take what the Yield tab found of the design at the slider, if it asked for the same."""
        session, ref = self._session, self._session.design_ref
        run = None if ref is None else session.find_run(ref.run)
        if ref is None or run is None or run.family is None or session.design is None:
            return
        plan = self._plan(run, job.design)
        same = (job.plan.variation, job.plan.limit) == (plan.variation, plan.limit)
        if same and session.design.key == job.design.key:
            found = DesignYield(report.test.share, report.test.prints, report.variation)
            self._known[run.id] = (run.family, {**self.of_run(run), ref.index: found})
            self.moved.emit()

    @Slot(object, object)
    def _take_end(self, job: Job | None, _how: Done | Failed | str) -> None:
        if self._job is not None and job is self._job:
            whole = count_of(len(self._job.designs), "design")
            self._end(f"Yields of {self._done} of {whole} of the front, {PRINTS} prints each")
