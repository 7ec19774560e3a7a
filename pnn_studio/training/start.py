"""Which engine trains a plan: compiled code on processors, torch where there is a CUDA device."""

import torch

from pnn_studio.domain.circuit_model import ModelName
from pnn_studio.domain.dataset import Dataset
from pnn_studio.domain.run import FamilyPlan
from pnn_studio.domain.technology import Technology
from pnn_studio.domain.training import Training
from pnn_studio.physics.surrogate import Surrogates
from pnn_studio.training.chunks import ChunkedTraining
from pnn_studio.training.compiled.training import CompiledTraining
from pnn_studio.training.compiled.warm_up import is_warm


def must_compile(model: ModelName) -> bool:
    """Whether a training with a model waits for the compiler, as the first one here does."""
    return not torch.cuda.is_available() and not is_warm(model)


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
