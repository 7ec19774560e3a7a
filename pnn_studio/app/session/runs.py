"""The trainings of a session: those that ran, the one that runs, and those that wait for it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from operator import is_not
from typing import Literal

import numpy as np

from pnn_studio.app.session.curves import Curves, DesignCurves
from pnn_studio.domain.dataset import DataReference
from pnn_studio.domain.design import TrainedDesign
from pnn_studio.domain.design_ref import DesignRef, RunId
from pnn_studio.domain.family import Family, family_of_design
from pnn_studio.domain.layout import Layout
from pnn_studio.domain.print_process import SHIPPED_PROCESS, process_of
from pnn_studio.domain.project import ProjectRun, RunHead, RunState
from pnn_studio.domain.run import DIVERGED, IMPROVING, EpochRecord, FamilyPlan
from pnn_studio.domain.run_label import RunLabel
from pnn_studio.domain.settings import Recipe, Shown
from pnn_studio.domain.units import format_si

State = RunState | Literal["queued"]
# that a run remembers one by one, beside its family
_MOST_DESIGNS = 1000


@dataclass(frozen=True, eq=False)
class Run:
    """One training in the history of the session.

    Attributes
    ----------
    id : int
        Its id in the history.
    plan : FamilyPlan
        What was asked for.
    recipe : Recipe
        What was chosen when it was asked for.
    title : str
        For example ``iris 4-3-3``.
    curves : Curves
        Its curves so far; the buffer grows in place.
    family : Family or None
        The best so far, or the outcome.
    state : str
        As in `RunHead`, or "queued" while it waits for its turn.
    label : RunLabel or None
        What a person calls it.
    """

    id: RunId
    plan: FamilyPlan
    recipe: Recipe
    title: str
    curves: Curves
    family: Family | None = None
    state: State = "running"
    label: RunLabel | None = None

    @property
    def head(self) -> RunHead:
        """The run without what it found; a project knows no queue, and can go on with both."""
        state = "interrupted" if self.state == "queued" else self.state
        return RunHead(self.plan, self.recipe, self.title, state)

    @property
    def name(self) -> str:
        """What a person calls it, else its title with its model: ``iris 4-3-3, loaded``."""
        return self._called or f"{self.title}, {self.plan.trained_by}"

    @property
    def caption(self) -> str:
        """What a person calls it, else its title alone."""
        return self._called or self.title

    @property
    def _called(self) -> str:
        return "" if self.label is None else self.label.name

    @property
    def tags(self) -> tuple[str, ...]:
        """The tags that it was given."""
        return () if self.label is None else self.label.tags

    @property
    def goes_on(self) -> bool:
        """Whether it trains or is paused."""
        return self.state in ("running", "paused")

    def curves_of(self, design: int | None, alpha: float) -> DesignCurves | None:
        """Return curves of a design; before a family those of the nearest alpha's first seed."""
        if design is None or self.family is None:
            design = int(np.argmin(np.abs(np.asarray(self.plan.alphas) - alpha)))
        return self.curves.design(design)

    def design(self, index: int) -> TrainedDesign | None:
        """Take a design out of its family; the slider comes by the same ones again and again."""
        if self.family is None:
            return None
        if index not in self._designs:
            if len(self._designs) >= _MOST_DESIGNS:
                self._designs.clear()
            self._designs[index] = self.family.design(index)
        return self._designs[index]

    @cached_property
    def _designs(self) -> dict[int, TrainedDesign]:
        return {}

    @property
    def diverged(self) -> int:
        """Number of its designs that diverged."""
        return 0 if self.family is None else int(np.sum(self.family.status == DIVERGED))

    @property
    def unfinished(self) -> int:
        """Number of its designs that were still improving when it last told."""
        found = self.family if self.curves.latest is None else self.curves.latest
        return 0 if found is None else int(np.sum(found.status == IMPROVING))

    @property
    def is_open(self) -> bool:
        """Whether it ended before its time and can go on."""
        return self.state in ("interrupted", "failed")


@dataclass(frozen=True)
class DesignName:
    """What designs of the same name have in common, though they were trained at other times.

    Attributes
    ----------
    data, layout
        Of their runs.
    aim : tuple of float, float or None, and int
        Alpha, power limit and seed.
    """

    data: DataReference | None
    layout: Layout
    aim: tuple[float, float | None, int]

    def fits(self, run: Run) -> bool:
        """Whether a design of a run may have it."""
        return self.layout == run.plan.layout and self.data == run.recipe.data


class Runs:
    """All runs, in the order in which they were asked for, and the one queue of those that wait.

    A run keeps its id for ever.
    """

    def __init__(
        self, saved: tuple[ProjectRun, ...] = (), designs: tuple[TrainedDesign, ...] = ()
    ) -> None:
        self.all: tuple[Run, ...] = tuple(_restored(each, run) for run, each in enumerate(saved))
        self.designs = designs
        self.added: tuple[Run, ...] = tuple(
            _added(design, -number) for number, design in enumerate(designs, start=1)
        )
        self.queue: tuple[RunId, ...] = ()
        self._labels: tuple[RunLabel, ...] = ()
        self._shown: tuple[tuple[object, ...], Run | None] | None = None

    def find(self, run: RunId) -> Run | None:
        """Return the run of that id, or the added design as a run of its own."""
        runs, index = (self.all, run) if run >= 0 else (self.added, -1 - run)
        return runs[index] if index < len(runs) else None

    def kept(self, shown: Shown) -> tuple[Run, ...]:
        """Return the runs that are in the history, the latest first."""
        return tuple(run for run in reversed(self.all) if run.id not in shown.deleted_runs)

    def kept_added(self, shown: Shown) -> tuple[Run, ...]:
        """Return the added designs in the history as runs, the latest first."""
        return tuple(run for run in reversed(self.added) if run.id not in shown.deleted_runs)

    def find_kept(self, run: RunId, shown: Shown) -> Run | None:
        """Find a run as `find` does; None where it was deleted."""
        return None if run in shown.deleted_runs else self.find(run)

    def to_show(self, shown: Shown) -> Run | None:
        """Return the run that was chosen, else the latest that has designs, else the latest.

        Every view asks at every move of the slider: found once, while nothing is replaced.
        """
        given = (shown, self.all, self.added, self.queue)
        if self._shown is None or any(map(is_not, self._shown[0], given)):
            self._shown = (given, self._find(shown))
        return self._shown[1]

    def _find(self, shown: Shown) -> Run | None:
        found = None if shown.run is None else self.find_kept(shown.run, shown)
        if found is not None:
            return found
        kept = self.kept(shown)
        usable = (run for run in kept if run.family is not None)
        begun = (run for run in kept if run.id not in self.queue)
        return next(usable, next(iter((*begun, *self.kept_added(shown))), None))

    def name_of(self, ref: DesignRef) -> DesignName | None:
        """Return the name of a design; None where there is no such design."""
        run = self.find(ref.run)
        if run is None or not 0 <= ref.index < run.plan.designs:
            return None
        return DesignName(run.recipe.data, run.plan.layout, run.plan.aims[ref.index])

    def queue_new(self, plan: FamilyPlan, recipe: Recipe) -> RunId:
        """Append a run that comes after those that wait; returns its id."""
        run = len(self.all)
        title = f"{recipe.data.title if recipe.data else ''} {plan.layout}"
        if recipe.power_limit is not None:
            title += f" within {format_si(recipe.power_limit, 'W')}"
        self.all = (*self.all, Run(run, plan, recipe, title, Curves(plan.designs), state="queued"))
        self.queue = (*self.queue, run)
        return run

    def add(self, trained: ProjectRun | TrainedDesign) -> RunId:
        """Append what was trained elsewhere, a design as a run of its own; returns its id."""
        if isinstance(trained, ProjectRun):
            run = len(self.all)
            self.all = (*self.all, _restored(trained, run))
            return run
        self.designs = (*self.designs, trained)
        run = -len(self.designs)
        self.added = (*self.added, _added(trained, run))
        return run

    def take_labels(self, labels: tuple[RunLabel, ...]) -> None:
        """Call the runs by what a person calls them now."""
        if labels is self._labels:
            return
        self._labels, by_run = labels, {label.run: label for label in labels}
        self.all = tuple(_labelled(run, by_run.get(run.id)) for run in self.all)
        self.added = tuple(_labelled(run, by_run.get(run.id)) for run in self.added)

    def move_in_queue(self, run: RunId, by: int) -> None:
        """Let a run that waits come so many places later, or earlier where that is negative."""
        others = [each for each in self.queue if each != run]
        if len(others) < len(self.queue):
            at = min(max(self.queue.index(run) + by, 0), len(others))
            self.queue = (*others[:at], run, *others[at:])

    def requeue(self, runs: Sequence[RunId]) -> None:
        """Let runs that were interrupted be the next ones."""
        for run in runs:
            self._put(replace(self.all[run], state="queued"))
        self.queue = (*runs, *self.queue)

    def set_state(self, run: RunId, state: RunState) -> None:
        """Note how a run stands; it waits no more."""
        self.queue = tuple(each for each in self.queue if each != run)
        self._put(replace(self.all[run], state=state))
        if state in ("finished", "stopped"):
            self.all[run].curves.settle()

    def take_record(self, run: RunId, record: EpochRecord) -> None:
        """Append a point to the curves of a run."""
        self.all[run].curves.append(record)

    def take_family(self, run: RunId, family: Family) -> bool:
        """Take the best designs so far; False where those at hand were trained for longer.

        A run that goes on from an earlier state has nothing new to show before it is past the
        point where it was.
        """
        known = self.all[run].family
        if known is not None and known.design_epochs > family.design_epochs:
            return False
        self._put(replace(self.all[run], family=family))
        return True

    def _put(self, run: Run) -> None:
        self.all = (*self.all[: run.id], run, *self.all[run.id + 1 :])


def _labelled(run: Run, label: RunLabel | None) -> Run:
    return run if run.label == label else replace(run, label=label)


def _added(design: TrainedDesign, run: RunId) -> Run:
    """Return a design that was added from a file as a run of that one design."""
    layout = design.layout
    recipe = Recipe(
        data=design.data, hidden=layout.hidden, crossbar=layout.crossbar, sharing=layout.sharing,
        print_process=process_of(design.technology, design.g_min, SHIPPED_PROCESS),
        model=design.model, variation=design.variation.choice if design.variation else None,
    )  # fmt: skip
    family = family_of_design(design)
    title = f"added: {design.data.title} {layout}"
    return Run(run, family.plan, recipe, title, Curves.of_family(family), family, "finished")


def _restored(saved: ProjectRun, run: RunId) -> Run:
    head, family = saved.head, saved.family
    curves = Curves(head.plan.designs) if family is None else Curves.of_family(family)
    state = "interrupted" if head.state in ("running", "paused") else head.state
    return Run(run, head.plan, head.recipe, head.title, curves, family, state)
