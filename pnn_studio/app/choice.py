"""Which design of a family is meant: by alpha and by how a seed is chosen there."""

from collections.abc import Sequence

import numpy as np

from pnn_studio.domain.family import Family
from pnn_studio.domain.settings import Pin as Pin  # the window takes both from here
from pnn_studio.domain.settings import SeedChoice as SeedChoice

MAX_PINS = 3


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


def design_of(family: Family, pin: Pin) -> int | None:
    """Return the design of exactly that alpha and seed; None where the family has none."""
    alpha, seed = pin
    for index in family.at_alpha(alpha):
        same = abs(family.plan.alphas[index] - alpha) < 1e-9  # noqa: PLR2004 - rounding of decimals
        if same and family.plan.seeds[index] == seed:
            return int(index)
    return None


def pin_of(family: Family, index: int) -> Pin:
    """Name a design by its alpha and its seed."""
    return family.plan.alphas[index], family.plan.seeds[index]


def toggled(pins: Sequence[Pin], pin: Pin) -> tuple[Pin, ...]:
    """Add a pin, or take it away where it is; the oldest one makes room."""
    if pin in pins:
        return tuple(each for each in pins if each != pin)
    return (*pins, pin)[-MAX_PINS:]
