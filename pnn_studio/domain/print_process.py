"""What a network is printed with, as it is chosen: technology, surrogates and largest resistor."""

import math
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from pnn_studio.domain.locations import shipped_folder
from pnn_studio.domain.technology import (
    DEFAULT_TECHNOLOGY,
    Technology,
    load_technology,
    shipped_technology,
)
from pnn_studio.errors import TechnologyError


@dataclass(frozen=True)
class PrintProcess:
    """A technology, the surrogates of its circuits, and the largest resistor that is printed.

    Attributes
    ----------
    technology : str
        Identifier of one that ships, or the path of a TOML file.
    surrogates : str
        Folder of the surrogates; empty for those that ship for the technology.
    largest_r : float or None
        Ohm; None for what the technology says.
    """

    technology: str = DEFAULT_TECHNOLOGY
    surrogates: str = ""
    largest_r: float | None = None

    def __post_init__(self) -> None:
        """Refuse what is no resistance."""
        if self.largest_r is not None and not 0 < self.largest_r < math.inf:
            raise TechnologyError(f"The largest R must be positive, not {self.largest_r:g} Ω.")

    def load(self) -> Technology:
        """Read the technology, with this largest resistor.

        Raises
        ------
        TechnologyError
            Naming the file, the entry and what it must be.
        """
        technology = load_technology(self.technology)
        if self.largest_r is None:
            return technology
        return technology.with_largest_r(self.largest_r)

    def surrogate_folder(self, technology: Technology) -> Path:
        """Return where its surrogates lie, or would lie, for the technology that `load` returns."""
        if self.surrogates:
            return Path(self.surrogates)
        return shipped_folder("surrogates") / technology.id

    @property
    def absolute(self) -> "PrintProcess":
        """The same by absolute paths, as a project keeps it."""
        technology, surrogates = self.technology, self.surrogates
        if shipped_technology(technology) is None:
            technology = str(Path(technology).absolute())
        if surrogates:
            surrogates = str(Path(surrogates).absolute())
        return PrintProcess(technology, surrogates, self.largest_r)


@lru_cache(maxsize=64)  # the window asks a dozen times at every move of its slider
def technology_file(source: str) -> Path:
    """Return the file of a technology that ships, or of one's own."""
    return shipped_technology(source) or Path(source)


SHIPPED_PROCESS = PrintProcess()


def process_of(technology: str, g_min: float, otherwise: PrintProcess) -> PrintProcess:
    """Return what a family or a design was trained for.

    Parameters
    ----------
    technology : str
        Identifier; of one that does not ship that of `otherwise` is taken.
    g_min : float
        Siemens of the most resistive printed element.
    otherwise : PrintProcess
        What is chosen now.
    """
    source = technology if shipped_technology(technology) is not None else otherwise.technology
    try:
        found = load_technology(source)
    except TechnologyError:
        return PrintProcess(source)
    if math.isclose(found.g_min, g_min, rel_tol=1e-9):
        return PrintProcess(source)
    return PrintProcess(source, largest_r=1 / g_min)
