"""Projects of the formats 1 and 2 as they were, and how they become one of this format.

There one `Settings` held what is trained and what is shown, what is printed with was a `Kit`, a
pin was an alpha (or a power limit) and a seed, perhaps with its run, and a check named the data,
layout, alpha and seed of its design. The classes have the names that those files give them.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from pnn_studio.domain import project, settings
from pnn_studio.domain.dataset import DataReference
from pnn_studio.domain.design_ref import DesignRef, RunId
from pnn_studio.domain.layout import Crossbar, Layout, Sharing
from pnn_studio.domain.print_process import PrintProcess
from pnn_studio.domain.project import RunState
from pnn_studio.domain.run import FamilyPlan, Schedule
from pnn_studio.domain.settings import SeedChoice
from pnn_studio.domain.technology import DEFAULT_TECHNOLOGY
from pnn_studio.domain.verification import Verification

if TYPE_CHECKING:
    from pnn_studio.domain.design import TrainedDesign
    from pnn_studio.domain.family import Family

Pin = tuple[float, int] | tuple[float, int, int]
Rows = dict[int, Any]


@dataclass(frozen=True)
class Kit:
    """What is a `PrintProcess` now."""

    technology: str = DEFAULT_TECHNOLOGY
    surrogates: str = ""
    largest_r: float | None = None


@dataclass(frozen=True)
class Settings:
    """What is a `Recipe` and `Shown` now."""

    data: DataReference | None = None
    hidden: tuple[int, ...] = (3,)
    kit: Kit = Kit()
    crossbar: Crossbar = "modified"
    sharing: Sharing = "network"
    alphas: int = 51
    seeds: int = 10
    max_epochs: int = Schedule().max_epochs
    alpha: float = 0.5
    seed: SeedChoice = "best"
    limit: float | None = None
    pins: tuple[Pin, ...] = ()
    names: tuple[tuple[str, str], ...] = ()
    run: int | None = None
    deleted_runs: tuple[int, ...] = ()

    @property
    def recipe(self) -> settings.Recipe:
        """What of it is trained."""
        process = PrintProcess(self.kit.technology, self.kit.surrogates, self.kit.largest_r)
        return settings.Recipe(
            data=self.data, hidden=self.hidden, print_process=process, crossbar=self.crossbar,
            sharing=self.sharing, alphas=self.alphas, seeds=self.seeds,
            max_epochs=self.max_epochs, names=self.names, model="ideal",
        )  # fmt: skip


@dataclass(frozen=True)
class RunHead:
    """A run with all settings of its start: what was shown then is of no use any more."""

    plan: FamilyPlan
    settings: Settings
    title: str
    state: RunState = "running"


@dataclass(frozen=True, eq=False)
class DesignCheck:
    """A check with what its design had in common with others of its name."""

    design: str
    data: DataReference
    layout: Layout
    alpha: float
    seed: int
    verification: Verification


KINDS: Mapping[str, type] = {"steps": Settings, "runs": RunHead, "checks": DesignCheck}


class Conversion:
    """Makes values of this format, and finds the designs that pins and checks meant.

    Parameters
    ----------
    rows : mapping of str to rows
        All tables, as they were read.
    """

    def __init__(self, rows: Mapping[str, Rows]) -> None:
        self._designs: tuple[TrainedDesign, ...] = tuple(rows["designs"].values())
        self._families: dict[RunId, Family | None] = {}
        self._plans: dict[RunId, FamilyPlan] = {}
        self._data: dict[RunId, DataReference | None] = {}
        for run, (number, head) in enumerate(rows["runs"].items()):
            self._families[run] = rows["families"].get(number)
            self._plans[run], self._data[run] = head.plan, head.settings.data
        for number, design in enumerate(self._designs, start=1):
            plan = FamilyPlan(design.layout, (design.alpha,), (design.seed,))
            self._plans[-number], self._data[-number] = plan, design.data

    def of(self, value: Settings | RunHead | DesignCheck) -> Any:
        """Return the value of this format; None for a check of no design of the project.

        Raises
        ------
        PnnError
            Where a value refuses itself.
        """
        match value:
            case Settings():
                return settings.Settings(value.recipe, self._what_is_shown(value))
            case RunHead():
                recipe = value.settings.recipe
                return project.RunHead(value.plan, recipe, value.title, value.state)
            case DesignCheck():
                ref = self._checked(value)
                if ref is None:  # then no view could show it
                    return None
                return project.DesignCheck(value.design, ref, value.verification)

    def _what_is_shown(self, step: Settings) -> settings.Shown:
        pins = (self._pinned(step, pin) for pin in step.pins)
        return settings.Shown(
            alpha=step.alpha, seed=step.seed, limit=step.limit, run=step.run,
            pins=tuple(pin for pin in pins if pin is not None), deleted_runs=step.deleted_runs,
        )  # fmt: skip

    def _pinned(self, step: Settings, pin: Pin) -> DesignRef | None:
        """Return what a pin meant; one without a run that of the run that was shown."""
        run = pin[2] if len(pin) == 3 else self._shown_run(step)  # noqa: PLR2004 - with its run
        plan = self._plans.get(run) if run is not None else None
        if run is None or plan is None:
            return None
        goal, seed = pin[:2]
        for index, (its_goal, its_seed) in enumerate(zip(plan.goals, plan.seeds, strict=True)):
            both = math.isnan(goal) and math.isnan(its_goal)
            if its_seed == seed and (both or abs(its_goal - goal) < 1e-9):  # noqa: PLR2004
                return DesignRef(run, index)
        return None

    def _shown_run(self, step: Settings) -> RunId | None:
        kept = [run for run in self._plans if run not in step.deleted_runs]
        if step.run in kept:
            return step.run
        trained = sorted((run for run in kept if run >= 0), reverse=True)
        usable = (run for run in trained if self._families[run] is not None)
        return next(usable, next(iter((*trained, *sorted(set(kept) - set(trained)))), None))

    def _checked(self, check: DesignCheck) -> DesignRef | None:
        """Return the design of a check: exactly that one, else the latest one of its name."""
        alike = [
            DesignRef(run, int(index))
            for run, plan in self._plans.items()
            if plan.layout == check.layout and self._data[run] == check.data
            for index in np.flatnonzero(
                (np.asarray(plan.alphas) == check.alpha) & (np.asarray(plan.seeds) == check.seed)
            )
        ]
        exact = (ref for ref in alike if self._key(ref) == check.design)
        return next(exact, max(alike, key=lambda ref: ref.run, default=None))

    def _key(self, ref: DesignRef) -> str:
        if ref.run < 0:
            return self._designs[-1 - ref.run].key
        family = self._families[ref.run]
        return family.design(ref.index).key if family is not None else ""
