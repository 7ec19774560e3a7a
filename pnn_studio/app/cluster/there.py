"""What workers of a cluster do: bytes and plain values come, bytes and plain values go.

What the units of a run share is read once in each worker.
"""

import contextlib
import functools
import os
import platform
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from pnn_studio.app.cluster.facts import Facts
from pnn_studio.app.commands.check import check_design
from pnn_studio.app.commands.models import Models, load_models
from pnn_studio.app.jobs.frames import pack_value, unpack_value
from pnn_studio.circuit.characterise import simulate_circuits
from pnn_studio.circuit.ngspice import find_ngspice, simulator_version
from pnn_studio.domain.archive import unpack_arrays
from pnn_studio.domain.cells import CircuitName
from pnn_studio.domain.circuit_model import ModelName
from pnn_studio.domain.dataset import Dataset
from pnn_studio.domain.design import TrainedDesign
from pnn_studio.domain.print_process import PrintProcess, technology_file
from pnn_studio.domain.printing import Spread
from pnn_studio.domain.run import FamilyPlan
from pnn_studio.domain.technology import Technology
from pnn_studio.domain.verification import Verification
from pnn_studio.errors import NotSolved, PnnError, SimulationFailed, SimulatorMissing
from pnn_studio.physics.variation.monte_carlo import Lot, run_prints
from pnn_studio.storage.sweep_file import pack_sweep
from pnn_studio.training.compiled.training import CompiledTraining
from pnn_studio.training.compiled.warm_up import is_warm, warm_up, warm_up_exact
from pnn_studio.training.identity import compiled_engine

if sys.platform != "win32":
    import fcntl

# told that a unit is alive, or with bytes how it stands
Tell = Callable[..., None]
# names and contents of files: a technology and its surrogates; the largest resistor or None
Parts = tuple[tuple[tuple[str, bytes], ...], float | None]

_ALIVE_S = 2.0
_TECHNOLOGY = "technology.toml"


@functools.cache
def facts() -> Facts:
    """Return what this process computes with."""
    return Facts(version("pnn-studio"), compiled_engine())


def plain_facts() -> dict[str, Any]:
    """Return the same as plain values."""
    return facts().plain


# --- what the units of a run share -------------------------------------------------------------

# by names that say what they are; the oldest go first
_CONTENTS: dict[str, Any] = {}
_MOST_CONTENTS = 32


def lacking(names: list[str]) -> list[str]:
    """Return those contents that this worker does not have."""
    return [name for name in names if name not in _CONTENTS]


def keep(name: str, content: Any) -> None:
    """Keep a content for the units that come."""
    while len(_CONTENTS) >= _MOST_CONTENTS:
        _CONTENTS.pop(next(iter(_CONTENTS)))
    _CONTENTS[name] = content


# --- technology and surrogates -------------------------------------------------------------------


def parts_of(print_process: PrintProcess) -> Parts:
    """Read the files that make up a technology and its surrogates.

    Raises
    ------
    PnnError
        Where they cannot be loaded here.
    """
    technology = load_models(print_process).technology
    folder = print_process.surrogate_folder(technology)
    files = {_TECHNOLOGY: technology_file(print_process.technology).read_bytes()}
    for circuit in technology.circuit_names:
        for file in sorted((folder / circuit).iterdir()):
            if file.suffix in (".json", ".safetensors"):
                files[f"{circuit}/{file.name}"] = file.read_bytes()
    return tuple(files.items()), print_process.largest_r


@functools.lru_cache(maxsize=8)
def _models_of(parts: str) -> Models:
    """Load what `parts_of` read."""
    files, largest_r = _CONTENTS[parts]
    with tempfile.TemporaryDirectory(prefix="pnn-parts-") as folder:
        for name, file in files:
            path = Path(folder) / name
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(file)
        return load_models(PrintProcess(str(Path(folder) / _TECHNOLOGY), folder, largest_r))


@functools.lru_cache(maxsize=8)
def _dataset_of(dataset: str) -> Dataset:
    found = unpack_value(_CONTENTS[dataset], Dataset)
    assert isinstance(found, Dataset)  # it is what was asked for
    return found


# --- units ---------------------------------------------------------------------------------------


def do_unit(
    topic: str,
    wanted: str,
    number: int,
    call: str,
    shared: list[str],
    given: tuple[Any, ...],
) -> tuple[str, Any]:
    """Do a unit of work in a worker, which tells under a topic that it lives and how it stands.

    A unit of less than two seconds has nothing to tell.

    Parameters
    ----------
    topic : str
        What is told goes to who listens to that.
    wanted : str
        What must be computed with: the fingerprint of its `Facts`.
    number : int
        Of the unit.
    call : str
        What is done, one of `UNITS`.
    shared : list of str
        Names of contents that it needs.
    given
        The rest that it is given.

    Returns
    -------
    tuple of str and what it says of
        "done" with the worker's address, how long it took there in seconds, and what came of it;
        "failed" with the kind of an expected failure and its message; "other" with the worker's
        address, where it would compute other bits; "lacks" with that and the names of what is
        shared, which it must be brought first.
    """
    # a worker has it
    from distributed import get_worker

    worker = get_worker()

    def tell(how: bytes = b"") -> None:
        worker.log_event(topic, [number, worker.address, how])

    if facts().fingerprint != wanted:
        return "other", worker.address
    if lacking(shared):
        return "lacks", (worker.address, shared)
    torch.set_num_threads(1)  # as in a run here: sums depend on how many add them up
    begun = time.monotonic()
    try:
        done = UNITS[call](tell, *shared, *given)
        return "done", (worker.address, time.monotonic() - begun, done)
    except PnnError as error:
        return "failed", (type(error).__name__, str(error))


@contextlib.contextmanager
def alive(tell: Tell) -> Iterator[None]:
    """Tell again and again that a unit lives, while what it calls does not."""
    over = threading.Event()

    def run() -> None:
        while not over.wait(_ALIVE_S):
            tell()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _warm_up(model: ModelName, models: Models) -> None:
    """Load what trains a model; where it must be compiled, one process of the machine does so."""
    with _compiled_once(is_warm(model)):
        warm_up(model, models.technology, models.surrogates)


@contextlib.contextmanager
def _compiled_once(is_compiled: bool) -> Iterator[None]:
    """Wait until no other process of this machine compiles; without locks all of them do."""
    if is_compiled or sys.platform == "win32":
        yield
        return
    path = Path(tempfile.gettempdir()) / f"pnn-compiling-{os.getuid()}.lock"
    descriptor = os.open(path, os.O_CREAT | os.O_RDWR | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def train_designs(tell: Tell, dataset: str, parts: str, plan: bytes, every_s: float) -> bytes:
    """Train designs of a plan, which tells of them every so many seconds; return a sweep file."""
    asked, models = unpack_value(plan, FamilyPlan), _models_of(parts)
    with alive(tell):
        _warm_up(asked.model, models)
    training = CompiledTraining(
        asked, _dataset_of(dataset), models.technology, models.surrogates, threads=1
    )
    for record in training.run(every_s):
        tell(pack_value(record))
    with alive(tell):
        return pack_sweep(training.family())


@dataclass(frozen=True, eq=False)
class LotSent:
    """What a `Lot` is made of."""

    design: TrainedDesign
    technology: Technology
    spread: Spread
    voltages: NDArray[np.float64]
    seed: int


@functools.lru_cache(maxsize=4)
def _lot_of(lot: str) -> Lot:
    sent = unpack_value(_CONTENTS[lot], LotSent)
    return Lot(sent.design, sent.technology, sent.spread, sent.voltages, sent.seed)


def solve_prints(tell: Tell, lot: str, first: int, count: int) -> bytes:
    """Solve some prints of a lot; return their `Answers`."""
    found = _lot_of(lot)
    with alive(tell):
        with _compiled_once(is_warm("loaded")):
            warm_up_exact(found.technology)
        return pack_value(run_prints(found, count, 1, first=first))


# --- what ngspice does ---------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class CheckFound:
    """What the check of a design found, or which failure it ended with.

    Attributes
    ----------
    verification : Verification or None
        What was found.
    message, netlist, log
        As of `SimulationFailed`; all empty where it is another failure.
    design, layer, sample, why
        As of `NotSolved`.
    """

    verification: Verification | None = None
    message: str = ""
    netlist: str = ""
    log: str = ""
    design: str = ""
    layer: int = 0
    sample: int = 0
    why: str = ""


@dataclass(frozen=True, eq=False)
class CurvesFound:
    """What `simulate_circuits` returns."""

    v_in: NDArray[np.float64]
    v_out: NDArray[np.float64]
    power: NDArray[np.float64]


@functools.lru_cache(maxsize=8)
def _technology_of(technology: str) -> Technology:
    found = unpack_value(_CONTENTS[technology], Technology)
    assert isinstance(found, Technology)  # it is what was asked for
    return found


def _ngspice(wanted: str) -> str:
    """Locate ngspice, which must be of the wanted version.

    Raises
    ------
    SimulatorMissing
        Where it is missing, or another one.
    """
    program = find_ngspice()
    version = simulator_version(program)
    if version != wanted:
        raise SimulatorMissing(
            f"{platform.node()} has {version}, and here is {wanted}: install the same there, or "
            "end its workers."
        )
    return program


def check_one(
    tell: Tell, dataset: str, technology: str, design: bytes, timeout_s: float, simulator: str
) -> bytes:
    """Simulate a design whole; return a `CheckFound`."""
    _ngspice(simulator)
    with alive(tell):
        try:
            found = CheckFound(
                check_design(
                    unpack_value(design, TrainedDesign),
                    _technology_of(technology),
                    _dataset_of(dataset),
                    timeout_s=timeout_s,
                    simulator=simulator,
                )
            )
        except SimulationFailed as error:
            found = CheckFound(None, str(error), error.netlist, error.log)
        except NotSolved as error:
            found = CheckFound(
                design=error.design, layer=error.layer, sample=error.sample, why=error.why
            )
    return pack_value(found)


def simulate_piece(
    tell: Tell, technology: str, name: CircuitName, omega: bytes, simulator: str
) -> bytes:
    """Simulate some circuits; `omega` is what `pack_arrays` wrote; return `CurvesFound`."""
    program = _ngspice(simulator)
    values = unpack_arrays(omega, len(omega) + (1 << 20), compressed=False)["omega"]
    with alive(tell):
        found = simulate_circuits(_technology_of(technology), name, values, executable=program)
    return pack_value(CurvesFound(*found))


UNITS: dict[str, Callable[..., bytes]] = {
    "train": train_designs,
    "prints": solve_prints,
    "check": check_one,
    "circuits": simulate_piece,
}
