"""How the names of nodes are written where there is little room."""

import math
from dataclasses import dataclass

LEAST_PX = 11  # of letters on the screen, however small the drawing is
_TWO_LINES = 30.0  # px
_LEEWAY = 0.3


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
        return max(pixels, math.ceil(LEAST_PX / self.scale - _LEEWAY))


def is_detailed(pitch: float) -> bool:
    """Whether a voltage fits under each name where nodes are so many px apart."""
    return pitch >= _TWO_LINES
