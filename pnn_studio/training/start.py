"""Which engine trains a plan: compiled code on processors, torch where there is a CUDA device."""

from collections.abc import Iterator, Mapping
from typing import Any, Protocol

import llvmlite.binding
import numba
import torch
from numpy.typing import NDArray

from pnn_studio.domain.dataset import Dataset
from pnn_studio.domain.family import Family
from pnn_studio.domain.run import EpochRecord, FamilyPlan
from pnn_studio.domain.technology import Technology
from pnn_studio.physics.surrogate import Surrogates
from pnn_studio.training.chunks import ChunkedTraining
from pnn_studio.training.compiled.training import CompiledTraining

# raised with every change by which the same plan ends with other numbers
_COMPILED = 1


class Training(Protocol):
    """Trains a plan; see `CompiledTraining`."""

    @property
    def chunks(self) -> int:
        """How many parts are trained one after the other, for want of memory."""

    def run(self, report_every: float = 0.05) -> Iterator[EpochRecord]:
        """Train to the end, yielding how it stands."""

    def family(self) -> Family:
        """Return the best designs so far."""

    def state(self) -> dict[str, NDArray[Any]]:
        """Return all that it takes to go on."""

    def restore(self, state: Mapping[str, NDArray[Any]]) -> None:
        """Go on from what `state` returned."""


def training_of(
    plan: FamilyPlan,
    dataset: Dataset,
    technology: Technology,
    surrogates: Surrogates,
    *,
    threads: int = 0,
) -> Training:
    """Make what trains a plan here; parameters as for `CompiledTraining`."""
    if torch.cuda.is_available():
        return ChunkedTraining(plan, dataset, technology, surrogates)
    return CompiledTraining(plan, dataset, technology, surrogates, threads=threads)


def engine_id() -> str:
    """Say which engine trains here, on which instruction set: others end with other bits."""
    if torch.cuda.is_available():
        return f"torch {torch.__version__} {torch.cuda.get_device_name()}"
    cpu = llvmlite.binding.get_host_cpu_name()
    return f"compiled {_COMPILED} numba {numba.__version__} {cpu}"
