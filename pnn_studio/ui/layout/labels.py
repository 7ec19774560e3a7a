"""Which nodes of a column are named where there is no room for all of their names."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

LEAST_PX = 11  # of letters on the screen, however small the drawing is
_LINE, _TWO_LINES = 14.0, 30.0  # px


@dataclass(frozen=True)
class Look:
    """How the name of a node is written.

    Attributes
    ----------
    scale : float
        Px for each scene unit.
    named, detailed : bool
        Whether its name is written, and its voltage under that.
    """

    scale: float = 1.0
    named: bool = True
    detailed: bool = True

    def letters(self, pixels: int) -> int:
        """Return the size of letters in scene units that has so many px, or is legible."""
        return max(pixels, math.ceil(LEAST_PX / self.scale))


def named_slots(slots: Sequence[int], pitch: float, first: Sequence[int]) -> frozenset[int]:
    """Choose which places of a column are named, so that no name lies on another.

    Parameters
    ----------
    slots : sequence of int
        Places of nodes in the column.
    pitch : float
        From one place to the next in px.
    first : sequence of int
        Places that are named before others, for they are pointed at or selected.

    Examples
    --------
    >>> sorted(named_slots(range(6), 20.0, ())), sorted(named_slots(range(6), 8.0, [3]))
    ([0, 1, 2, 3, 4, 5], [1, 3, 5])
    """
    stride = max(1, math.ceil(_LINE / max(pitch, 0.1)))
    chosen: list[int] = []
    begin = first[0] % stride if first else 0
    for slot in (*first, *(each for each in slots if each % stride == begin)):
        if all(abs(slot - other) >= stride for other in chosen):
            chosen.append(slot)
    return frozenset(chosen)


def is_detailed(pitch: float) -> bool:
    """Whether a voltage fits under each name where nodes are so many px apart."""
    return pitch >= _TWO_LINES
