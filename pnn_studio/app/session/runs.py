"""The trainings of a session: those that ran, the one that runs, and those that wait for it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from pnn_studio.app.session.curves import Curves
from pnn_studio.domain.design import TrainedDesign
from pnn_studio.domain.family import Family, family_of_design
from pnn_studio.domain.print_process import SHIPPED_KIT, kit_of
from pnn_studio.domain.project import ProjectRun, RunHead, RunState
from pnn_studio.domain.run import DIVERGED, EpochRecord, FamilyPlan
from pnn_studio.domain.settings import Settings

State = RunState | Literal["queued"]


@dataclass(frozen=True, eq=False)
class Run:
    """One training in the history of the session.

    Attributes
    ----------
    plan : FamilyPlan
        What was asked for.
    settings : Settings
        Settings when it was asked for.
    title : str
        For example ``iris 4-3-3``.
    curves : Curves
        Its curves so far; the buffer grows in place.
    family : Family or None
        The best so far, or the outcome.
    state : str
        As in `RunHead`, or "queued" while it waits for its turn.
    """

    plan: FamilyPlan
    settings: Settings
    title: str
    curves: Curves
    family: Family | None = None
    state: State = "running"

    @property
    def head(self) -> RunHead:
        """The run without what it found; a project knows no queue, and can go on with both."""
        state = "interrupted" if self.state == "queued" else self.state
        return RunHead(self.plan, self.settings, self.title, state)

    @property
    def goes_on(self) -> bool:
        """Whether it trains or is paused."""
        return self.state in ("running", "paused")

    @property
    def diverged(self) -> int:
        """Number of its designs that diverged."""
        return 0 if self.family is None else int(np.sum(self.family.status == DIVERGED))

    @property
    def is_open(self) -> bool:
        """Whether it ended before its time and can go on."""
        return self.state in ("interrupted", "failed")


class Runs:
    """All runs, in the order in which they were asked for; a run keeps its place for ever."""

    def __init__(
        self, saved: tuple[ProjectRun, ...] = (), designs: tuple[TrainedDesign, ...] = ()
    ) -> None:
        self.all: tuple[Run, ...] = tuple(_restored(run) for run in saved)
        self.added: tuple[Run, ...] = tuple(_added(design) for design in designs)
        self.queue: tuple[int, ...] = ()

    def add(self, run: Run) -> int:
        """Append a run; returns its place. One that is queued comes last."""
        place = len(self.all)
        self.all = (*self.all, run)
        if run.state == "queued":
            self.queue = (*self.queue, place)
        return place

    def requeue(self, places: Sequence[int]) -> None:
        """Let runs that were interrupted be the next ones."""
        for place in places:
            self._put(place, replace(self.all[place], state="queued"))
        self.queue = (*places, *self.queue)

    def set_state(self, place: int, state: RunState) -> None:
        """Note how a run stands; it waits no more."""
        self.queue = tuple(each for each in self.queue if each != place)
        self._put(place, replace(self.all[place], state=state))
        if state in ("finished", "stopped"):
            self.all[place].curves.settle()

    def take_record(self, place: int, record: EpochRecord) -> None:
        """Append a point to the curves of a run."""
        self.all[place].curves.append(record)

    def take_family(self, place: int, family: Family) -> bool:
        """Take the best designs so far; False where those at hand were trained for longer.

        A run that goes on from an earlier state has nothing new to show before it is past the
        point where it was.
        """
        known = self.all[place].family
        if known is not None and known.design_epochs > family.design_epochs:
            return False
        self._put(place, replace(self.all[place], family=family))
        return True

    @property
    def current(self) -> int | None:
        """Place of the run that trains or is paused."""
        return next((place for place, run in enumerate(self.all) if run.goes_on), None)

    def _put(self, place: int, run: Run) -> None:
        self.all = (*self.all[:place], run, *self.all[place + 1 :])


def _added(design: TrainedDesign) -> Run:
    """Return a design that was added from a file as a run of that one design."""
    layout = design.layout
    settings = Settings(
        data=design.data, hidden=layout.hidden, crossbar=layout.crossbar, sharing=layout.sharing,
        alpha=design.alpha, seed=design.seed,
        kit=kit_of(design.technology, design.g_min, SHIPPED_KIT),
    )  # fmt: skip
    family = family_of_design(design)
    title = f"added: {design.data.title} {layout}"
    return Run(family.plan, settings, title, Curves.of_family(family), family, "finished")


def _restored(run: ProjectRun) -> Run:
    head, family = run.head, run.family
    curves = Curves(head.plan.designs) if family is None else Curves.of_family(family)
    state = "interrupted" if head.state in ("running", "paused") else head.state
    return Run(head.plan, head.settings, head.title, curves, family, state)
