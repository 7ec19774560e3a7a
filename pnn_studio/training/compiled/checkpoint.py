"""Designs in training as plain arrays, to be saved and taken up again."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pnn_studio.domain.run import FamilyPlan
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
    state: Mapping[str, NDArray[Any]], plan: FamilyPlan, shape: tuple[int, int]
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

    Raises
    ------
    ProjectFileError
        Where they are of something else.
    """
    _check(state, plan, shape)
    designs: list[Design | None] = [None] * plan.designs
    limits = plan.limits or (None,) * plan.designs
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
            setup_of(plan.alphas[index], limits[index], plan.schedule),
            history,
        )
        designs[index] = d.at_rest(design) if kinds < d.KINDS else design
        kind, start, point = kind + kinds, start + starts, point + kept
    return designs


def _check(state: Mapping[str, NDArray[Any]], plan: FamilyPlan, shape: tuple[int, int]) -> None:
    """Refuse what does not fit together, or not to the plan."""

    def fail(name: str) -> ProjectFileError:
        return ProjectFileError(f"The checkpoint does not fit this training: {name} differs.")

    like = pack_designs([])
    for name, empty in {**like, "seconds": np.zeros(1)}.items():
        found = state.get(name)
        if found is None or found.dtype != empty.dtype or found.ndim != empty.ndim:
            raise fail(name)
    rows, clocks, index = state["rows"], state["clocks"], state["designs"]
    starts = plan.schedule.starts
    counts = {
        "designs": (len(index), len(np.unique(index))),
        "rows": (len(rows), len(index)),
        "numbers": (state["numbers"].shape, (int(rows[:, 0].sum()), *shape)),
        "starts": (state["starts"].shape, (int(rows[:, 1].sum()), d.START_FIELDS)),
        "clocks": (clocks.shape, (len(index), d.CLOCK_FIELDS)),
    }
    for name, (found, wanted) in counts.items():
        # an empty one has no shape to go by
        if found != wanted and not (name == "numbers" and len(index) == 0):
            raise fail(name)
    if ((index < 0) | (index >= plan.designs)).any():
        raise fail("designs")
    if not np.isin(rows[:, 1], (1, starts)).all() or (
        ~np.isin(rows[:, 0], (1, d.KINDS, d.KINDS * starts)).any()
    ):
        raise fail("rows")
    kept = clocks[:, d.KEPT]
    if (kept < 0).any() or (kept > POINTS).any() or len(state["history"]) != int(kept.sum()):
        raise fail("history")
    if state["history"].shape[1:] != (d.FIGURE_COUNT,):
        raise fail("history")
