"""Compiling, or loading what was compiled, before anybody waits for it."""

import os
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from pnn_studio.domain.circuit_model import ModelName
from pnn_studio.domain.layout import Layout
from pnn_studio.domain.locations import shipped_folder
from pnn_studio.domain.print_process import SHIPPED_PROCESS
from pnn_studio.domain.run import FamilyPlan, Schedule
from pnn_studio.domain.technology import Technology
from pnn_studio.physics.ideal.exact import evaluate
from pnn_studio.physics.ideal.kernel_packing import IdealPacking
from pnn_studio.physics.kernels.packing import Packing
from pnn_studio.physics.loaded.kernel.exact import solve_design
from pnn_studio.physics.loaded.kernel.packing import LoadedPacking
from pnn_studio.physics.loaded.kernel.solver import ExactSolver
from pnn_studio.physics.loaded.printed import PrintedNetworks
from pnn_studio.physics.surrogate import Surrogates, load_surrogates
from pnn_studio.training.compiled.cache import (
    Part,
    call_cached,
    is_kept,
    usual_folders,
    write_archive,
)
from pnn_studio.training.compiled.design import Design, fresh_design, setup_of
from pnn_studio.training.compiled.ideal import train_ideal
from pnn_studio.training.compiled.loaded import train_loaded

_PLAN = FamilyPlan(Layout(2, (1,), 2), (0.5,), (0,), Schedule(starts=1))
_SPLIT = np.zeros((2, 2)), np.zeros(2, np.int64)
_MAKER = ("-m", "pnn_studio.training.compiled.warm_up")
# behind the name of a model: the part that evaluates its designs
_EXACT = "-exact"


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
    found = usual_folders() if folders is None else tuple(folders)
    return call_cached(_parts(model, technology, surrogates), _MAKER, found)


def warm_up_exact(technology: Technology, folders: Sequence[Path] | None = None) -> bool:
    """Do as `warm_up` for the exact solve alone, which prints are computed with."""
    found = usual_folders() if folders is None else tuple(folders)
    return call_cached(_loaded(technology)[1:], _MAKER, found)


def is_warm(model: ModelName) -> bool:
    """Whether nothing has to be compiled before a model is trained with."""
    return is_kept((model, model + _EXACT), usual_folders())


def _parts(model: ModelName, technology: Technology, surrogates: Surrogates) -> tuple[Part, ...]:
    if model == "ideal":
        return _ideal(technology, surrogates)
    return _loaded(technology)


def _design(packing: Packing) -> Design:
    ones = np.ones((1, packing.parameter_rows, packing.width), np.float32)
    return fresh_design(ones, setup_of(_PLAN, 0, 1.0))


def _ideal(technology: Technology, surrogates: Surrogates) -> tuple[Part, ...]:
    packing = IdealPacking(_PLAN.layout, technology, surrogates, [_SPLIT] * 2)

    def train() -> None:
        train_ideal(packing.work(), _design(packing), 1)

    def judge() -> None:
        shape = packing.parameter_rows, packing.width
        evaluate(packing.exact([_SPLIT] * 3), np.ones(shape), 0.1)

    return Part("ideal", train_ideal, train), Part("ideal" + _EXACT, evaluate, judge)


def _loaded(technology: Technology) -> tuple[Part, ...]:
    packing = LoadedPacking(_PLAN.layout, technology, [_SPLIT] * 2)

    def train() -> None:
        train_loaded(packing.work(), _design(packing), 1)

    def judge() -> None:
        theta = [np.ones((1, *shape)) for shape in _PLAN.layout.shapes]
        omega = {
            each.name: np.array([[list(each.defaults.values())]]) for each in technology.circuits
        }
        printed = PrintedNetworks.of_theta(
            _PLAN.layout.crossbar, theta, omega, technology.g_min, technology.bias
        )
        ExactSolver(technology, _PLAN.layout).solve(printed, 0, _SPLIT[0])

    return Part("loaded", train_loaded, train), Part("loaded" + _EXACT, solve_design, judge)


def _end_with_the_caller() -> None:
    sys.stdin.buffer.read()
    os._exit(1)


def main(name: str = "", archive: str = "") -> None:
    """Compile one part into an archive, as the process that does only this; or all that lack."""
    technology = SHIPPED_PROCESS.load()
    surrogates = load_surrogates(shipped_folder("surrogates") / technology.id, technology)
    parts = (*_ideal(technology, surrogates), *_loaded(technology))
    if not name:
        call_cached(parts, _MAKER, usual_folders())
        return
    threading.Thread(target=_end_with_the_caller, daemon=True).start()
    write_archive(next(part for part in parts if part.name == name), Path(archive))
    os._exit(0)  # whoever waits need not wait for torch to be taken apart


if __name__ == "__main__":
    main(*sys.argv[1:])
