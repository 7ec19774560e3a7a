"""The check of many designs on all cores, and of a front, as command line and window run it."""

import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed

from pnn_studio.app.analysis.front_check import FrontCheck, front_candidates
from pnn_studio.app.commands.check import CHECK_TIMEOUT_S, check_design
from pnn_studio.circuit.ngspice import find_ngspice, simulator_version
from pnn_studio.domain.dataset import Dataset
from pnn_studio.domain.design import TrainedDesign
from pnn_studio.domain.engine import cores
from pnn_studio.domain.family import Family
from pnn_studio.domain.technology import Technology
from pnn_studio.domain.verification import Verification, samples_of_check
from pnn_studio.errors import Cancelled, NotSolved, SimulationFailed, UsageError

# what of one design does not keep the others from being checked
Failure = SimulationFailed | NotSolved
# as `check_designs`
Check = Callable[..., Iterator[tuple[int, Verification | Failure]]]


def check_designs(
    designs: Mapping[int, Callable[[], TrainedDesign]],
    technology: Technology,
    dataset: Dataset,
    *,
    timeout_s: float = CHECK_TIMEOUT_S,
    cancelled: Callable[[], bool] | None = None,
    at_once: int = 0,
) -> Iterator[tuple[int, Verification | Failure]]:
    """Simulate designs side by side, and yield each when it is done.

    Threads do: most of the time is that of ngspice, a process of its own. What is found of a design
    does not depend on the others, only the order in which they come does. Closing the iterator ends
    what is under way.

    Parameters
    ----------
    designs : mapping of int to callable
        What makes each design, by any number; they begin in this order.
    technology, dataset
        What they were trained for and on.
    timeout_s : float
        Time that ngspice may take for one of them.
    cancelled : callable, optional
        Asked every 50 ms whether to end.
    at_once : int
        How many are simulated at a time; 0 for as many as there are cores.

    Raises
    ------
    Cancelled
        Where `cancelled` returned True, after what was done by then.
    PnnError
        Where ngspice is missing, or data or technology are others.
    """
    over = threading.Event()
    simulator = simulator_version(find_ngspice())

    def ended() -> bool:
        return over.is_set() or (cancelled is not None and cancelled())

    def check(make: Callable[[], TrainedDesign]) -> Verification:
        if ended():
            raise Cancelled("The check was cancelled.")
        return check_design(
            make(), technology, dataset, timeout_s=timeout_s, cancelled=ended, simulator=simulator
        )

    was_cancelled = False
    with ThreadPoolExecutor(at_once or cores()) as pool:
        number_of = {pool.submit(check, make): number for number, make in designs.items()}
        try:
            for future in as_completed(number_of):
                try:
                    yield number_of[future], future.result()
                except Cancelled:
                    was_cancelled = True
                except (SimulationFailed, NotSolved) as failure:
                    yield number_of[future], failure
        finally:
            over.set()  # ngspice is killed before the pool waits for its threads
            pool.shutdown(cancel_futures=True)
    if was_cancelled:
        raise Cancelled("The check was cancelled.")


def check_front(
    family: Family,
    technology: Technology,
    dataset: Dataset,
    *,
    timeout_s: float = CHECK_TIMEOUT_S,
    change: Callable[[TrainedDesign], TrainedDesign] | None = None,
    cancelled: Callable[[], bool] | None = None,
    follow: Callable[[int, int], None] | None = None,
    check: Check = check_designs,
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
    check : callable
        Simulates designs, as `check_designs` does.

    Raises
    ------
    UsageError
        Where the family has no design to check.
    SimulationFailed, NotSolved
        Where none of them can be simulated: that of the first one.
    PnnError
        Where ngspice is missing, or data or technology are others.
    """
    candidates = front_candidates(family, samples_of_check(dataset))
    if not candidates:
        raise UsageError("No design of this sweep was trained to anything; there is none to check.")

    def maker(index: int) -> Callable[[], TrainedDesign]:
        return lambda: change(family.design(index)) if change else family.design(index)

    found: dict[int, Verification | Failure] = {}
    stopped = False
    try:
        if follow is not None:
            follow(0, len(candidates))
        for index, result in check(
            {index: maker(index) for index in candidates},
            technology,
            dataset,
            timeout_s=timeout_s,
            cancelled=cancelled,
        ):
            found[index] = result
            if follow is not None:
                follow(len(found), len(candidates))
    except Cancelled:
        stopped = True
    ordered = {index: found[index] for index in candidates if index in found}
    failed = {each: what for each, what in ordered.items() if not isinstance(what, Verification)}
    if len(failed) == len(candidates):
        raise failed[candidates[0]]
    return FrontCheck(
        family,
        {each: what for each, what in ordered.items() if isinstance(what, Verification)},
        {each: str(why) for each, why in failed.items()},
        stopped,
        {each: why.netlist for each, why in failed.items() if isinstance(why, SimulationFailed)},
    )
