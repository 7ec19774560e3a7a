"""The check of a front, design after design, as the command line runs it."""

from collections.abc import Callable

from pnn_studio.app.analysis.front_check import FrontCheck, front_candidates
from pnn_studio.app.commands.check import CHECK_TIMEOUT_S, check_design
from pnn_studio.domain.dataset import Dataset
from pnn_studio.domain.design import TrainedDesign
from pnn_studio.domain.family import Family
from pnn_studio.domain.technology import Technology
from pnn_studio.domain.verification import Verification, samples_of_check
from pnn_studio.errors import Cancelled, SimulationFailed, UsageError


def check_front(
    family: Family,
    technology: Technology,
    dataset: Dataset,
    *,
    timeout_s: float = CHECK_TIMEOUT_S,
    change: Callable[[TrainedDesign], TrainedDesign] | None = None,
    cancelled: Callable[[], bool] | None = None,
    follow: Callable[[int, int], None] | None = None,
) -> FrontCheck:
    """Simulate the designs that `front_candidates` lists, and keep what is done when cancelled.

    Parameters
    ----------
    family, technology, dataset
        The designs, and what they were trained for and on.
    timeout_s : float
        Time that ngspice may take for one of them.
    change : callable, optional
        Makes of each design the one that is simulated.
    cancelled : callable, optional
        Asked every 50 ms whether to end.
    follow : callable, optional
        Told how many designs are done, of how many.

    Raises
    ------
    UsageError
        Where the family has no design to check.
    SimulationFailed
        Where ngspice can simulate none of them.
    PnnError
        Where ngspice is missing, or data or technology are others.
    """
    candidates = front_candidates(family, samples_of_check(dataset))
    if not candidates:
        raise UsageError("No design of this sweep was trained to anything; there is none to check.")
    checked: dict[int, Verification] = {}
    failed: dict[int, str] = {}
    for done, index in enumerate(candidates):
        if follow is not None:
            follow(done, len(candidates))
        design = family.design(index)
        try:
            checked[index] = check_design(
                change(design) if change else design,
                technology,
                dataset,
                timeout_s=timeout_s,
                cancelled=cancelled,
            )
        except Cancelled:
            return FrontCheck(family, checked, failed, stopped=True)
        except SimulationFailed as error:
            failed[index] = str(error)
            if len(failed) == len(candidates):
                raise
    return FrontCheck(family, checked, failed)
