"""Training on the device that a person names, rather than on the one that is taken by itself."""

from typing import Literal

import torch

from pnn_studio.app.commands.models import load_models
from pnn_studio.domain.dataset import Dataset
from pnn_studio.domain.engine import Engine
from pnn_studio.domain.print_process import PrintProcess
from pnn_studio.domain.run import FamilyPlan
from pnn_studio.domain.training import Training
from pnn_studio.errors import UsageError
from pnn_studio.training.chunks import ChunkedTraining
from pnn_studio.training.compiled.training import CompiledTraining
from pnn_studio.training.identity import compiled_engine, torch_engine

Device = Literal["cpu", "cuda"]


class OnDevice:
    """A transport to a device of this machine.

    Parameters
    ----------
    device : {"cpu", "cuda"}
        Processors, by compiled code, or a CUDA device, by torch.

    Raises
    ------
    UsageError
        Where there is no such device.
    """

    def __init__(self, device: Device) -> None:
        if device == "cuda" and not torch.cuda.is_available():
            raise UsageError(
                "PyTorch sees no CUDA device here; leave out --device, or install PyTorch with "
                "CUDA (pytorch.org says how)."
            )
        self._device = device

    @property
    def engine(self) -> Engine:
        """What trains there."""
        if self._device == "cuda":
            return torch_engine(torch.device("cuda"))
        return compiled_engine()

    def take(self, plan: FamilyPlan, dataset: Dataset, print_process: PrintProcess) -> Training:
        """Begin with a plan."""
        models = load_models(print_process)
        kind = ChunkedTraining if self._device == "cuda" else CompiledTraining
        return kind(plan, dataset, models.technology, models.surrogates)
