"""A family as a grid of alphas (or power limits) and seeds: how each design stands.

A pure value, no Qt.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pnn_studio.app.analysis.design_choice import design_name, goal_name
from pnn_studio.domain.run import DIVERGED, FINISHED, IMPROVING, EpochRecord, FamilyPlan
from pnn_studio.domain.units import format_percent, format_si


@dataclass(frozen=True, eq=False)
class FamilyGrid:
    """How the designs of a family stand after an epoch.

    Attributes
    ----------
    plan : FamilyPlan
        Of the family.
    goals : tuple of float
        Columns, ascending: alphas, or in a family of power limits these in watt.
    seeds : tuple of int
        Rows, ascending.
    designs : int array, shape (seeds, goals)
        Which design of the plan; -1 where there is none.
    record : EpochRecord
        Figures of the designs.
    """

    plan: FamilyPlan
    goals: tuple[float, ...]
    seeds: tuple[int, ...]
    designs: NDArray[np.int64]
    record: EpochRecord

    @staticmethod
    def of(plan: FamilyPlan, record: EpochRecord) -> "FamilyGrid":
        """Put the designs of a plan in their cells."""
        goals, column = np.unique(np.asarray(plan.goals), return_inverse=True)
        seeds, row = np.unique(np.asarray(plan.seeds), return_inverse=True)
        designs = np.full((len(seeds), len(goals)), -1, dtype=np.int64)
        designs[row, column] = np.arange(plan.designs)
        return FamilyGrid(
            plan,
            tuple(float(goal) for goal in goals),
            tuple(int(seed) for seed in seeds),
            designs,
            record,
        )

    @property
    def shares(self) -> NDArray[np.float64]:
        """Accuracy on the validation split between the worst (0) and the best (1) of the family.

        Shape (designs,); nan where a design diverged or has not begun.
        """
        accuracy = np.where(self.record.status == DIVERGED, np.nan, self.record.valid_accuracy)
        known = accuracy[np.isfinite(accuracy)]
        if not len(known):
            return accuracy
        low, high = float(known.min()), float(known.max())
        return np.asarray((accuracy - low) / max(high - low, 1e-9))

    @property
    def range(self) -> tuple[float, float]:
        """Least and largest accuracy of the designs that have one; 0 and 1 where none has."""
        accuracy = self.record.valid_accuracy[self.record.status != DIVERGED]
        known = accuracy[np.isfinite(accuracy)]
        return (float(known.min()), float(known.max())) if len(known) else (0.0, 1.0)

    def cell_of(self, design: int) -> tuple[int, int] | None:
        """Return row and column of a design."""
        found = np.argwhere(self.designs == design)
        return (int(found[0, 0]), int(found[0, 1])) if len(found) else None

    def describe(self, design: int) -> str:
        """Say which design that is and how it stands."""
        if self.cell_of(design) is None:
            return ""
        record = self.record
        name = design_name(self.plan, design)
        status = int(record.status[design])
        if status == DIVERGED:
            return f"{name}: diverged"
        accuracy = float(record.valid_accuracy[design])
        if not np.isfinite(accuracy):
            return f"{name}: not begun"
        state = {IMPROVING: "still improving", FINISHED: "finished"}[status]
        watts = format_si(float(record.power[design].sum()), "W")
        return (
            f"{name}: {format_percent(accuracy)} valid, {watts}, {state} at epoch "
            f"{int(record.epochs[design])}"
        )

    @property
    def axis(self) -> str:
        """What the columns are."""
        return "α" if self.plan.limits is None else "limit"

    def short_name(self, column: int) -> str:
        """Name a column beside its curve, where there is little room: ``α 0.5``, or ``4.5 mW``."""
        goal = self.goals[column]
        if self.plan.limits is None:
            return f"α {goal:.1f}"
        if math.isnan(goal):
            return "no limit"
        number, unit = format_si(goal, "W").split(" ")
        return f"{float(number):.{0 if float(number) >= 10 else 1}f} {unit}"  # noqa: PLR2004

    def mark(self, column: int) -> str:
        """Name a column at the axis: ``0.50``, or ``4.50 mW``."""
        return goal_name(self.plan, self.goals[column]).removeprefix(f"{self.axis} ")

    def weight(self, column: int) -> float:
        """How much power weighs in a column, from 0 to 1; in limits by their order."""
        if self.plan.limits is None:
            return self.goals[column]
        return 1 - column / max(len(self.goals) - 1, 1)

    @property
    def counts(self) -> tuple[int, int, int]:
        """How many designs are finished, still improve, diverged."""
        status = self.record.status
        finished, improving, diverged = (
            int((status == each).sum()) for each in (FINISHED, IMPROVING, DIVERGED)
        )
        return finished, improving, diverged
