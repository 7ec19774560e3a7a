"""Designs in training as plain arrays, to be saved and taken up again."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pnn_studio.domain.run import IMPROVING, FamilyPlan
from pnn_studio.errors import ProjectFileError
from pnn_studio.training.compiled import design as d
from pnn_studio.training.compiled.design import Design, setup_of
from pnn_studio.training.recorder import POINTS


def pack_designs(designs: Sequence[Design | None]) -> dict[str, NDArray[Any]]:
    """Put all designs that have begun side by side; None has not."""
    begun = [(index, design) for index, design in enumerate(designs) if design is not None]

    def joined(arrays: list[NDArray[Any]], empty: NDArray[Any]) -> NDArray[Any]:
        return np.concatenate(arrays) if arrays else empty

    each = [design for _, design in begun]
    return {
        "designs": np.array([index for index, _ in begun], np.int64),
        "rows": np.array([[len(x.numbers), len(x.starts)] for x in each], np.int64).reshape(-1, 2),
        "numbers": joined([x.numbers for x in each], np.zeros((0, 0, 0), np.float32)),
        "starts": joined([x.starts for x in each], np.zeros((0, d.START_FIELDS))),
        "clocks": joined([x.clock[None] for x in each], np.zeros((0, d.CLOCK_FIELDS), np.int64)),
        "history": joined(
            [x.history[: x.clock[d.KEPT]] for x in each], np.zeros((0, d.FIGURE_COUNT), np.float32)
        ),
    }


def unpack_designs(
    state: Mapping[str, NDArray[Any]], plan: FamilyPlan, shape: tuple[int, int], reference: float
) -> list[Design | None]:
    """Return the designs of what `pack_designs` made for the same plan.

    Parameters
    ----------
    state : mapping of arrays
        What was saved.
    plan : FamilyPlan
        Of the training.
    shape : tuple of int
        Shape of a design's parameters.
    reference : float
        P_ref in watt.

    Raises
    ------
    ProjectFileError
        Where they are of something else.
    """
    _check(state, plan, shape)
    designs: list[Design | None] = [None] * plan.designs
    kind = start = point = 0
    for number, index in enumerate(state["designs"].tolist()):
        kinds, starts = state["rows"][number].tolist()
        clock = state["clocks"][number].copy()
        kept = int(clock[d.KEPT])
        history = np.zeros((POINTS + 1, d.FIGURE_COUNT), np.float32)
        history[:kept] = state["history"][point : point + kept]
        design = Design(
            state["numbers"][kind : kind + kinds].copy(),
            state["starts"][start : start + starts].copy(),
            clock,
            setup_of(plan, index, reference),
            history,
        )
        designs[index] = d.at_rest(design) if kinds < d.KINDS else design
        kind, start, point = kind + kinds, start + starts, point + kept
    return designs


def _check(state: Mapping[str, NDArray[Any]], plan: FamilyPlan, shape: tuple[int, int]) -> None:
    """Refuse what does not fit together, or not to the plan.

    All of it, for compiled code does not look whether an index lies within its array.
    """
    for name, like in {**pack_designs([]), "seconds": np.zeros(1)}.items():
        array = state.get(name)
        if array is None or array.dtype != like.dtype or array.ndim != like.ndim:
            raise _misfit(name)
    rows, clocks, index = state["rows"], state["clocks"], state["designs"]
    count, kept = len(index), clocks[:, d.KEPT] if clocks.size else np.zeros(0, np.int64)
    numbers = (int(rows[:, 0].sum()), *shape) if count else (0, 0, 0)
    shapes: dict[str, tuple[int, ...]] = {
        "rows": (count, 2),
        "clocks": (count, d.CLOCK_FIELDS),
        "numbers": numbers,
        "starts": (int(rows[:, 1].sum()), d.START_FIELDS),
        "history": (int(kept.sum()), d.FIGURE_COUNT),
        "seconds": (1,),
    }
    for name, wanted in shapes.items():
        if state[name].shape != wanted:
            raise _misfit(name)
    done = clocks[:, d.STATUS] != IMPROVING
    racers = np.where(clocks[:, d.RACING] > 0, plan.schedule.starts, 1)
    kinds = np.where(done, d.STATES, d.KINDS * rows[:, 1])
    least = np.array([[1, 0, 1]])  # points, epochs, stride of a design that has begun
    fits = {
        "designs": len(np.unique(index)) == count
        and bool(((index >= 0) & (index < plan.designs)).all()),
        "rows": bool((rows == np.stack([kinds, racers], axis=1)).all()),
        "clocks": bool((clocks[:, [d.KEPT, d.EPOCH, d.STRIDE]] >= least).all()),
        "history": bool((kept <= POINTS).all()),
    }
    for name, fit in fits.items():
        if not fit:
            raise _misfit(name)


def _misfit(name: str) -> ProjectFileError:
    return ProjectFileError(f"The checkpoint does not fit this training: {name} differs.")
