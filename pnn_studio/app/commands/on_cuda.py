"""Training on a CUDA device, which nothing takes by itself: for few designs it is the slower one.

On one NVIDIA H200 the torch engine trained 8,000 to 12,000 design-epochs of `loaded` a second, as
compiled code does on two old cores; only thousands of designs of `ideal` were faster there.
"""

import torch

from pnn_studio.app.commands.models import load_models
from pnn_studio.domain.dataset import Dataset
from pnn_studio.domain.engine import Engine
from pnn_studio.domain.print_process import PrintProcess
from pnn_studio.domain.run import FamilyPlan
from pnn_studio.domain.training import Training
from pnn_studio.errors import UsageError
from pnn_studio.training.chunks import ChunkedTraining
from pnn_studio.training.identity import torch_engine


class OnCuda:
    """A transport to the CUDA device of this machine.

    Raises
    ------
    UsageError
        Where there is none.
    """

    def __init__(self) -> None:
        if not torch.cuda.is_available():
            raise UsageError(
                "PyTorch sees no CUDA device here; leave out --device, or install PyTorch with "
                "CUDA (pytorch.org says how)."
            )
        self._device = torch.device("cuda")

    @property
    def engine(self) -> Engine:
        """What trains there."""
        return torch_engine(self._device)

    def take(self, plan: FamilyPlan, dataset: Dataset, print_process: PrintProcess) -> Training:
        """Begin with a plan."""
        models = load_models(print_process)
        return ChunkedTraining(
            plan, dataset, models.technology, models.surrogates, device=self._device
        )
