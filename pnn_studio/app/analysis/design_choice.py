"""Which design of a family is meant: by alpha and by how a seed is chosen there."""

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from pnn_studio.domain.design_ref import DesignRef, RunId
from pnn_studio.domain.family import Family
from pnn_studio.domain.pareto import best95
from pnn_studio.domain.run import FamilyPlan
from pnn_studio.domain.settings import SeedChoice as SeedChoice  # the window takes it from here
from pnn_studio.domain.settings import Shown
from pnn_studio.domain.units import format_si
from pnn_studio.errors import UsageError

LETTERS = "ABCD"  # of the pins, in the order in which they were pinned
MAX_PINS = len(LETTERS)


def choose_design(family: Family, alpha: float, seed: SeedChoice = "best") -> int | None:
    """Return the design nearest to `alpha` that `seed` means; None where all diverged.

    Parameters
    ----------
    family : Family
        All designs.
    alpha : float
        Weight of power.
    seed : int, "best" or "median"
        ``best`` is the one of the least validation loss, ``median`` the middle one (of an even
        number the better of the two). A seed that is not there, or diverged, means the best one.
    """
    near = family.at_alpha(alpha)
    if not len(near):
        return None
    ordered = near[np.argsort(family.valid_loss[near], kind="stable")]
    if seed == "median":
        return int(ordered[(len(ordered) - 1) // 2])
    if seed != "best":
        same = [each for each in ordered if family.plan.seeds[each] == seed]
        return int((same or ordered)[0])
    return int(ordered[0])


def design95(family: Family) -> int | None:
    """Return the best seed at the 95 % point; None where there is none, or all diverged.

    No test sample has a say in it: the point is chosen by validation samples, the seed by the
    validation loss.
    """
    point = best95(family)
    return None if point is None else choose_design(family, point.alpha)


def goal_of(plan: FamilyPlan, index: int) -> tuple[float, int]:
    """Return the alpha of a design (in a family of power limits its limit in watt) and its seed."""
    return plan.goals[index], plan.seeds[index]


def at_design(shown: Shown, plan: FamilyPlan, index: int) -> Shown:
    """Move the slider to a design of a family."""
    alpha, seed = goal_of(plan, index)
    return replace(shown, alpha=alpha, seed=seed)


def goal_name(plan: FamilyPlan, goal: float) -> str:
    """Name an alpha of a plan, or one of its power limits: ``α 0.50``, ``limit 4.50 mW``."""
    if plan.limits is None:
        return f"α {goal:.2f}"
    return "no limit" if math.isnan(goal) else f"limit {format_si(goal, 'W')}"


def why_no_slider(family: Family | None, run: RunId) -> str:
    """Say why the slider cannot go through the family of a run; empty: it can."""
    if run < 0:
        return "This design was added alone: there are no others of its family to go to."
    if family is not None and family.plan.limits is not None:
        return "Trained for power limits, not for values of α: choose a design in the Trade-off."
    return ""


def design_name(plan: FamilyPlan, index: int) -> str:
    """Name a design for people: ``α 0.50, seed 4``."""
    goal, seed = goal_of(plan, index)
    return f"{goal_name(plan, goal)}, seed {seed}"


def toggled(pins: Sequence[DesignRef], pin: DesignRef) -> tuple[DesignRef, ...]:
    """Add a pin, or take it away where it is; the oldest one makes room."""
    if pin in pins:
        return tuple(each for each in pins if each != pin)
    return (*pins, pin)[-MAX_PINS:]


def pick_index(
    family: Family, alpha: float | None, limit: float | None = None, seed: int | None = None
) -> int:
    """Return the design at `alpha` or `limit` (the nearest one trained) and `seed`.

    Without a seed it is the one of the best validation loss there.

    Raises
    ------
    UsageError
        Where there is no such design.
    """
    limited = family.plan.limits is not None
    setting = limit if limited else alpha
    if setting is None or (alpha if limited else limit) is not None:
        option = "--power-limit" if limited else "--alpha"
        raise UsageError(f"Say with {option} which design of this sweep is meant.")
    if not limited:
        check_alpha(setting)
    near = family.at_alpha(setting)
    if not len(near):
        raise UsageError("Every design of this sweep diverged; there is none to take.")
    chosen = near if seed is None else near[[family.plan.seeds[each] == seed for each in near]]
    if not len(chosen):
        seeds = ", ".join(str(each) for each in sorted({family.plan.seeds[each] for each in near}))
        raise UsageError(f"There is no seed {seed} there; there are {seeds}.")
    return int(chosen[np.argmin(family.valid_loss[chosen])])


def check_alpha(alpha: float) -> float:
    """Refuse a weight of power outside 0..1."""
    if not 0 <= alpha <= 1:
        raise UsageError(f"alpha weighs power and lies in 0..1, not {alpha:g}.")
    return alpha
