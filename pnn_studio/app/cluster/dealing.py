"""Numbered pieces of work, dealt out to the workers of a cluster in units of some seconds."""

import contextlib
import itertools
from collections.abc import Callable, Generator, Sequence
from typing import Any

from pnn_studio.app.cluster.connection import Cluster
from pnn_studio.app.cluster.work import SILENCE_S, Result, Told, Work

# what a unit should take: long enough that its cost does not count, short enough to be lost
_UNIT_S = 3.0
_MOST_TOGETHER = 256


def deal_out(
    cluster: Cluster,
    numbers: Sequence[int],
    unit: Callable[[list[int], int], tuple[Any, ...]],
    *,
    together: int = _MOST_TOGETHER,
    silence_s: float = SILENCE_S,
    every_s: float = 0.05,
) -> Generator[list[tuple[list[int], Told | Result]], None, None]:
    """Have numbered pieces of work done, in units of some seconds.

    Parameters
    ----------
    cluster : Cluster
        Who does it.
    numbers : sequence of int
        The pieces, in this order.
    unit : callable
        Given the pieces of a unit, and how many units are worked on at a time: what `Work.give`
        takes behind a number.
    together : int
        Most pieces of a unit.
    silence_s, every_s : float
        As for `Work`; and how long to wait for something to be told.

    Yields
    ------
    list of (pieces, Told or Result)
        What was told since, which may be nothing.

    Raises
    ------
    TrainingLost, TrainingFailed, PnnError
        As `Work.hear`.
    """
    waiting, count = list(numbers), itertools.count()
    units: dict[int, list[int]] = {}
    pace = 0.0  # seconds a piece
    with contextlib.closing(Work(cluster, silence_s)) as work:
        while waiting or units:
            slots = max(work.slots, 1)
            # each worker has its next one in reserve
            while waiting and work.under_way < slots + max(2, slots):
                # few towards the end, so that all end together
                fair = -(-len(waiting) // (2 * slots))
                size = min(int(_UNIT_S / pace), fair, together) if pace else 1
                number = next(count)
                units[number] = waiting[: max(size, 1)]
                del waiting[: max(size, 1)]
                work.give(number, *unit(units[number], slots))
            told: list[tuple[list[int], Told | Result]] = []
            for each in work.hear(every_s):
                told.append((units[each.number], each))
                if isinstance(each, Result):
                    each_s = each.seconds / len(units.pop(each.number))
                    pace = (pace + each_s) / 2 if pace else each_s
            yield told
