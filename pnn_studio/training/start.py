"""Which engine trains a plan: compiled code on processors, torch where there is a CUDA device."""

import llvmlite.binding
import numba
import torch

from pnn_studio.domain.dataset import Dataset
from pnn_studio.domain.run import FamilyPlan
from pnn_studio.domain.technology import Technology
from pnn_studio.domain.training import Training
from pnn_studio.physics.surrogate import Surrogates
from pnn_studio.training.chunks import ChunkedTraining
from pnn_studio.training.compiled.training import CompiledTraining

# raised with every change by which the same plan ends with other numbers
_COMPILED = 1


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
