"""The job that computes prints, one of `protocol.Job`."""

from dataclasses import dataclass

from pnn_studio.domain.dataset import Dataset
from pnn_studio.domain.design import TrainedDesign
from pnn_studio.domain.print_report import YieldPlan


@dataclass(frozen=True, eq=False)
class ComputePrints:
    """Job: compute prints of a design; answered by Progress, a PrintReport and Done.

    What is computed when it is stopped is reported. Its data are read again unless they are given.
    """

    design: TrainedDesign
    plan: YieldPlan
    technology: str = "negt"
    data: Dataset | None = None
