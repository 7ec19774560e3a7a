"""How much of a crossbar is drawn at which scale, and at which scale it opens and fits.

Three levels: everything; symbols without values, whose names stand in frozen headings; and a map
of one cell a resistor site. A map has slots of the same height as the schematic, so that a scale
means the same in both.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from pnn_studio.domain.schematic import Schematic

Level = Literal["full", "symbols", "map"]

MAP_BELOW, VALUES_FROM = 0.4, 0.75
# Few rows leave each value the room that a font of 11 px needs down to this scale.
VALUES_FROM_IF_FEW = 0.55
FEW, MANY = 20, 60
CELL = 56.0  # side of a cell of the map in scene units, as high as a slot of the schematic
LEAST = 8.0 / CELL  # where a cell is 8 px
MOST = 4.0
LARGEST_FIT = 2.0
# What headings take of the view in px.
NAMES_WIDTH, FEET_HEIGHT = 136.0, 64.0
# Left of the schematic, for names that keep 11 px while it shrinks; in scene units.
NAMES_GROWTH = 24.0
_LARGEST_SCROLLED = 1.0
_LESS = 1e-3


@dataclass(frozen=True)
class Extents:
    """The extents of a schematic at either level, in scene units, and how many rows it has."""

    rows: int
    columns: int
    width: float
    height: float
    left: float

    @staticmethod
    def of(schematic: Schematic) -> "Extents":
        """Measure a schematic."""
        return Extents(
            len(schematic.rows), len(schematic.columns), schematic.width, schematic.height,
            schematic.left,
        )  # fmt: skip

    @property
    def values_from(self) -> float:
        """Scale from which on everything is drawn."""
        return VALUES_FROM if self.rows >= FEW else VALUES_FROM_IF_FEW

    def level(self, scale: float) -> Level:
        """Return what is drawn at a scale."""
        if scale >= self.values_from:
            return "full"
        return "symbols" if scale >= MAP_BELOW else "map"

    def extent(self, level: Level) -> tuple[float, float, float, float]:
        """Return left, top, width and height of what is drawn at a level, headings left out."""
        match level:
            case "full":
                return -NAMES_GROWTH, 0.0, self.width + NAMES_GROWTH, self.height
            case "symbols":
                return self.left, 0.0, self.width - self.left, self.height
        return 0.0, 0.0, self.columns * CELL, self.rows * CELL

    def _fit(self, level: Level, width: float, height: float) -> float:
        if level != "full":
            width, height = width - NAMES_WIDTH, height - FEET_HEIGHT
        _, _, wide, high = self.extent(level)
        return min(width / wide, height / high)

    def fitting(self, width: float, height: float) -> float:
        """Return the scale at which all fits into so many px, at the largest level at which it can.

        The least scale where it does not fit at all.
        """
        whole = self._fit("full", width, height)
        if whole >= self.values_from:
            return min(whole, LARGEST_FIT)
        bare = self._fit("symbols", width, height)
        if bare >= MAP_BELOW:
            return min(bare, self.values_from - _LESS)
        return min(max(self._fit("map", width, height), LEAST), MAP_BELOW - _LESS)

    def opening(self, width: float, height: float) -> float:
        """Return the scale at which it opens: as it fits, but 60 rows and less not as a map.

        Where they do not fit without being one, they fill the width, to be scrolled downwards.
        """
        fitting = self.fitting(width, height)
        if fitting >= MAP_BELOW or self.rows >= MANY:
            return fitting
        whole = width / self.extent("full")[2]
        if whole >= self.values_from:
            return min(whole, _LARGEST_SCROLLED)
        filling = (width - NAMES_WIDTH) / self.extent("symbols")[2]
        return min(max(filling, MAP_BELOW), self.values_from - _LESS)


def index_at(lines: Sequence[float], value: float) -> float:
    """Return where a value lies among ascending lines, as a fraction of their indices.

    Examples
    --------
    >>> index_at([10, 20, 40], 30), index_at([10, 20, 40], 60), index_at([10], 60)
    (1.5, 3.0, 0.0)
    """
    if len(lines) == 1:
        return 0.0
    if value < lines[0]:
        return (value - lines[0]) / (lines[1] - lines[0])
    if value > lines[-1]:
        return len(lines) - 1 + (value - lines[-1]) / (lines[-1] - lines[-2])
    return float(np.interp(value, lines, np.arange(len(lines))))


def value_at(lines: Sequence[float], index: float) -> float:
    """Return the value at a fraction of an index; the inverse of `index_at`."""
    last = len(lines) - 1
    if last == 0:
        return lines[0]
    if index < 0:
        return lines[0] + index * (lines[1] - lines[0])
    if index > last:
        return lines[-1] + (index - last) * (lines[-1] - lines[-2])
    return float(np.interp(index, np.arange(len(lines)), lines))
