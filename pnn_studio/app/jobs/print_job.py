"""Jobs about what is printed, and their answers: some of `protocol.Job` and `protocol.Reply`."""

from dataclasses import dataclass

from pnn_studio.domain.dataset import Dataset
from pnn_studio.domain.design import TrainedDesign
from pnn_studio.domain.design_ref import DesignRef
from pnn_studio.domain.print_report import DesignYield, PrintReport, YieldPlan
from pnn_studio.domain.verification import Verification


@dataclass(frozen=True, eq=False)
class ComputePrints:
    """Job: compute prints of a design; answered by Progress, a PrintReport and Done.

    What is computed when it is stopped is reported. Its data are read again unless they are given.
    `known` is what is known of it already: where that was ended early it is gone on with.
    """

    design: TrainedDesign
    plan: YieldPlan
    technology: str = "negt"
    data: Dataset | None = None
    known: PrintReport | None = None


@dataclass(frozen=True, eq=False)
class ComputeYields:
    """Job: compute prints of designs; answered by Progress, a FoundYield for each, and Done.

    Their data are read again unless they are given. By `refs` the answers are kept.
    """

    designs: tuple[TrainedDesign, ...]
    refs: tuple[DesignRef, ...]
    plan: YieldPlan
    technology: str = "negt"
    data: Dataset | None = None


@dataclass(frozen=True, eq=False)
class FoundYield:
    """The yield of one of many designs."""

    ref: DesignRef
    found: DesignYield


@dataclass(frozen=True, eq=False)
class RoundDesign:
    """Job: round a design to values that can be printed; answered by Progress, a Rounded and Done.

    Its data are read again unless they are given.
    """

    design: TrainedDesign
    technology: str = "negt"
    data: Dataset | None = None


@dataclass(frozen=True, eq=False)
class Rounded:
    """A design as it can be printed, and what ngspice says of it and of what it was before."""

    design: TrainedDesign
    before: Verification
    after: Verification


PrintJob = ComputePrints | ComputeYields | RoundDesign
PrintReply = PrintReport | FoundYield | Rounded
