"""Which of evenly spaced things are named where there is no room for all of their names."""

import math
from collections.abc import Sequence


def named_slots(
    slots: Sequence[int], pitch: float, first: Sequence[int], line: float = 14.0
) -> frozenset[int]:
    """Choose which places of a row are named, so that no name lies on another.

    Parameters
    ----------
    slots : sequence of int
        Places in the row that have a name.
    pitch : float
        From one place to the next in px.
    first : sequence of int
        Places that are named before others, for they are pointed at or selected.
    line : float
        What a name takes, in px.

    Examples
    --------
    >>> sorted(named_slots(range(6), 20.0, ())), sorted(named_slots(range(6), 8.0, [3]))
    ([0, 1, 2, 3, 4, 5], [1, 3, 5])
    """
    stride = max(1, math.ceil(line / max(pitch, 0.1)))
    chosen: list[int] = []
    begin = first[0] % stride if first else 0
    for slot in (*first, *(each for each in slots if each % stride == begin)):
        if all(abs(slot - other) >= stride for other in chosen):
            chosen.append(slot)
    return frozenset(chosen)
