"""Who trains the plan of a run: a seam between the run and any machine."""

from typing import Protocol

from pnn_studio.domain.dataset import Dataset
from pnn_studio.domain.engine import Engine
from pnn_studio.domain.print_process import PrintProcess
from pnn_studio.domain.run import FamilyPlan
from pnn_studio.domain.training import Training


class Transport(Protocol):
    """Takes a plan to who trains it, whole or in shares.

    A run only asks what it gets for records, designs and state: it keeps checkpoints, pauses and
    stops as it does for a training in its own process, and knows nothing of processes or paths.
    """

    @property
    def engine(self) -> Engine:
        """What trains there: designs of another one are not taken for known."""

    def take(self, plan: FamilyPlan, dataset: Dataset, print_process: PrintProcess) -> Training:
        """Begin with a plan.

        Parameters
        ----------
        plan : FamilyPlan
            What to train.
        dataset : Dataset
            On what.
        print_process : PrintProcess
            For what; who trains loads technology and surrogates by it.

        Raises
        ------
        TrainingFailed, TrainingLost
            From the training that is returned, too, where it failed, or who trains is gone.
        """
