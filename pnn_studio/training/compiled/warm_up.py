"""Compiling, or loading what was compiled, before anybody waits for it."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from pnn_studio.domain.layout import Layout
from pnn_studio.domain.run import FamilyPlan, Schedule
from pnn_studio.domain.technology import Technology
from pnn_studio.physics.ideal.exact import evaluate
from pnn_studio.physics.ideal.kernel_packing import IdealPacking
from pnn_studio.physics.surrogate import Surrogates
from pnn_studio.training.compiled.cache import call_cached, usual_folders
from pnn_studio.training.compiled.design import fresh_design, setup_of
from pnn_studio.training.compiled.ideal import train_ideal


def warm_up(
    technology: Technology, surrogates: Surrogates, folders: Sequence[Path] | None = None
) -> bool:
    """Make sure that compiled training starts at once; return whether nothing was compiled.

    Takes about a quarter of a minute the first time on a machine, and a quarter of a second in
    each process that follows. It may run beside other work: other threads go on.

    Parameters
    ----------
    technology, surrogates
        Any: what is compiled is the same for all.
    folders : sequence of Path, optional
        Where compiled code is kept, see `cache`.
    """
    volts, classes = np.zeros((2, 2)), np.zeros(2, np.int64)
    plan = FamilyPlan(Layout(2, (1,), 2), (0.5,), (0,), Schedule(starts=1))
    packing = IdealPacking(plan.layout, technology, surrogates, [(volts, classes)] * 2)
    shape = packing.parameter_rows, packing.width
    design = fresh_design(np.ones((1, *shape), np.float32), setup_of(plan, 0, 1.0))
    work, exact = packing.work(), packing.exact([(volts, classes)] * 3)

    def call() -> None:
        train_ideal(work, design, 1)
        evaluate(exact, np.ones(shape), 0.1)

    places = usual_folders() if folders is None else tuple(folders)
    return call_cached((train_ideal, evaluate), places, call)
