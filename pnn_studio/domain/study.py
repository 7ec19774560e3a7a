"""A study: the sweeps of a grid of data sets, layouts, models and technologies."""

import itertools
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import PurePath

from pnn_studio.domain.circuit_model import ModelName
from pnn_studio.domain.dataset import DataReference
from pnn_studio.domain.layout import Crossbar, Layout, Sharing
from pnn_studio.domain.print_process import PrintProcess
from pnn_studio.domain.run import Schedule, check_grid
from pnn_studio.domain.variation import VariationChoice
from pnn_studio.errors import UsageError

MOST_SWEEPS, MOST_DESIGNS = 1_000, 1_000_000
STUDY_FILE = "study.toml"  # in the folder of its results
_NO_NAME = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True)
class LayoutChoice:
    """A layout without what data bring: as in `Layout`."""

    hidden: tuple[int, ...]
    crossbar: Crossbar = "modified"
    sharing: Sharing = "network"

    def __post_init__(self) -> None:
        """Refuse what no circuit can have."""
        self.of(1, 2)

    def of(self, inputs: int, outputs: int) -> Layout:
        """Return the layout with so many inputs and outputs."""
        return Layout(inputs, self.hidden, outputs, self.crossbar, self.sharing)

    @property
    def title(self) -> str:
        """Name it in a few letters: ``4-3``, with what is not as usual."""
        words = ["-".join(map(str, self.hidden))]
        words += ["original"] if self.crossbar == "original" else []
        words += ["by layer"] if self.sharing == "layer" else []
        return " ".join(words)


@dataclass(frozen=True)
class Cell:
    """A sweep of a study.

    Attributes
    ----------
    data, layout, model, print_process
        What it is of.
    variation : float, "technology" or None
        The spread of the prints that it is trained for.
    """

    data: DataReference
    layout: LayoutChoice
    model: ModelName
    print_process: PrintProcess
    variation: VariationChoice = None

    @property
    def title(self) -> str:
        """What sets it apart from others of the same data, model and technology."""
        if self.variation is None:
            return self.layout.title
        spread = "technology" if self.variation == "technology" else f"{self.variation:.3g}"
        return f"{self.layout.title} for {spread}"

    @property
    def name(self) -> str:
        """Name its file, without ending: the same in every study that has this sweep."""
        data = _slug(self.data.title)
        if self.data.is_file:  # others may have the same name, or other choices of the import
            data += f"-{_digest(repr(self.data))}"
        technology = _slug(PurePath(self.print_process.technology).stem)
        if self.print_process != PrintProcess(technology):
            technology += f"-{_digest(repr(self.print_process))}"
        return f"{data}-{_slug(self.title)}-{self.model}-{technology}"


def _slug(text: str) -> str:
    return _NO_NAME.sub("-", text.lower()).strip("-")[:40] or "x"


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:8]


@dataclass(frozen=True)
class Study:
    """What is trained: every data set with every layout, model and technology.

    Attributes
    ----------
    title : str
        What people call it.
    data : tuple of DataReference
        Data sets; files by absolute paths.
    layouts : tuple of LayoutChoice
        Layouts.
    models : tuple of str
        Circuit models.
    print_processes : tuple of PrintProcess
        Technologies.
    alphas : tuple of float
        Weights of power, ascending.
    seeds : tuple of int
        Seeds, ascending; each with each alpha.
    schedule : Schedule
        For all.
    variations : tuple of float, "technology" or None
        Spreads of the prints that are trained for; None for the design as drawn.
    """

    title: str
    data: tuple[DataReference, ...]
    layouts: tuple[LayoutChoice, ...]
    models: tuple[ModelName, ...]
    print_processes: tuple[PrintProcess, ...]
    alphas: tuple[float, ...]
    seeds: tuple[int, ...]
    schedule: Schedule
    variations: tuple[VariationChoice, ...] = (None,)

    def __post_init__(self) -> None:
        """Refuse what is empty, or more than anybody means."""
        axes = (self.data, self.layouts, self.models, self.print_processes, self.variations)
        if not all((*axes, self.alphas, self.seeds)):
            raise UsageError("A study needs data, layouts, models, alphas and seeds.")
        if any(len(set(axis)) < len(axis) for axis in (*axes, self.alphas, self.seeds)):
            raise UsageError("A study names something twice.")
        check_grid(len(self.alphas), len(self.seeds))
        if self.sweeps > MOST_SWEEPS:
            raise UsageError(
                f"A study of {self.sweeps} sweeps; at most {MOST_SWEEPS} are possible."
            )
        if self.designs > MOST_DESIGNS:
            raise UsageError(f"A study of {self.designs} designs; at most {MOST_DESIGNS} are.")

    @property
    def sweeps(self) -> int:
        """How many sweeps it has."""
        axes = (self.data, self.layouts, self.models, self.print_processes, self.variations)
        return math.prod(map(len, axes))

    @property
    def designs(self) -> int:
        """How many designs it has."""
        return self.sweeps * len(self.alphas) * len(self.seeds)

    def cells(self) -> Iterator[Cell]:
        """Go through its sweeps, data set by data set."""
        for data, layout, model, print_process, variation in itertools.product(
            self.data, self.layouts, self.models, self.print_processes, self.variations
        ):
            yield Cell(data, layout, model, print_process, variation)
