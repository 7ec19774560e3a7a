"""Rounds a design to printable values, and adds what comes of it to the history."""

from dataclasses import replace

from PySide6.QtCore import QObject, Signal, Slot

from pnn_studio.app.jobs.print_job import RoundDesign, Rounded
from pnn_studio.app.session import history
from pnn_studio.app.session.added import add_trained
from pnn_studio.app.session.runs import Run
from pnn_studio.app.session.session import Session
from pnn_studio.domain.design_ref import DesignRef, RunId
from pnn_studio.domain.family import Family
from pnn_studio.domain.settings import Shown
from pnn_studio.domain.units import format_percent, format_si
from pnn_studio.ui.jobs.bridge import JobBridge

_MOST = 60  # letters of a name that are kept


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
        at_once = self._bridge.submit(job)
        what = "Rounding to printable values"
        self.status.emit(f"{what}…" if at_once else f"{what} waits for the job that runs.")

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
