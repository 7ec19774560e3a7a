"""Compiling, or loading what was compiled, before anybody waits for it."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from pnn_studio.domain.circuit_model import ModelName
from pnn_studio.domain.layout import Layout
from pnn_studio.domain.run import FamilyPlan, Schedule
from pnn_studio.domain.technology import Technology
from pnn_studio.physics.ideal.exact import evaluate
from pnn_studio.physics.ideal.kernel_packing import IdealPacking
from pnn_studio.physics.kernels.packing import Packing
from pnn_studio.physics.loaded.kernel.exact import solve_design
from pnn_studio.physics.loaded.kernel.packing import LoadedPacking
from pnn_studio.physics.loaded.kernel.solver import ExactSolver
from pnn_studio.physics.loaded.printed import PrintedNetworks
from pnn_studio.physics.surrogate import Surrogates
from pnn_studio.training.compiled.cache import call_cached, usual_folders
from pnn_studio.training.compiled.design import Design, fresh_design, setup_of
from pnn_studio.training.compiled.ideal import train_ideal
from pnn_studio.training.compiled.loaded import train_loaded

_PLAN = FamilyPlan(Layout(2, (1,), 2), (0.5,), (0,), Schedule(starts=1))
_SPLIT = np.zeros((2, 2)), np.zeros(2, np.int64)


def warm_up(
    model: ModelName,
    technology: Technology,
    surrogates: Surrogates,
    folders: Sequence[Path] | None = None,
) -> bool:
    """Make sure that compiled training starts at once; return whether nothing was compiled.

    Takes a while the first time on a machine, and a moment in each process that follows. It may
    run beside other work: other threads go on.

    Parameters
    ----------
    model : {"loaded", "ideal"}
        Whose code.
    technology, surrogates
        Any that the model can be trained with: what is compiled is the same for all.
    folders : sequence of Path, optional
        Where compiled code is kept, see `cache`.
    """
    functions, call = _ideal(technology, surrogates) if model == "ideal" else _loaded(technology)
    return call_cached(functions, usual_folders() if folders is None else tuple(folders), call)


def _design(packing: Packing) -> Design:
    ones = np.ones((1, packing.parameter_rows, packing.width), np.float32)
    return fresh_design(ones, setup_of(_PLAN, 0, 1.0))


def _ideal(
    technology: Technology, surrogates: Surrogates
) -> tuple[Sequence[Any], Callable[[], None]]:
    packing = IdealPacking(_PLAN.layout, technology, surrogates, [_SPLIT] * 2)

    def call() -> None:
        train_ideal(packing.work(), _design(packing), 1)
        shape = packing.parameter_rows, packing.width
        evaluate(packing.exact([_SPLIT] * 3), np.ones(shape), 0.1)

    return (train_ideal, evaluate), call


def _loaded(technology: Technology) -> tuple[Sequence[Any], Callable[[], None]]:
    packing = LoadedPacking(_PLAN.layout, technology, [_SPLIT] * 2)

    def call() -> None:
        train_loaded(packing.work(), _design(packing), 1)
        theta = [np.ones((1, *shape)) for shape in _PLAN.layout.shapes]
        omega = {
            each.name: np.array([[list(each.defaults.values())]]) for each in technology.circuits
        }
        printed = PrintedNetworks.of_theta(
            _PLAN.layout.crossbar, theta, omega, technology.g_min, technology.bias
        )
        ExactSolver(technology, _PLAN.layout).solve(printed, 0, _SPLIT[0])

    return (train_loaded, solve_design), call
