"""What a person chooses: the value that undo steps through and that a project keeps.

What is trained and what is shown are chosen apart: a `Recipe` makes a run, and stays with it; what
is `Shown` says nothing of how anything was trained.
"""

import math
from dataclasses import dataclass, field, replace
from typing import Literal

from pnn_studio.domain.circuit_model import ModelName
from pnn_studio.domain.dataset import DataReference, Dataset
from pnn_studio.domain.design_ref import DesignRef, RunId
from pnn_studio.domain.layout import Crossbar, Layout, Sharing
from pnn_studio.domain.print_process import SHIPPED_PROCESS, PrintProcess
from pnn_studio.domain.run import Schedule, check_grid
from pnn_studio.domain.run_label import RunLabel
from pnn_studio.domain.variation import VariationChoice
from pnn_studio.errors import UsageError

# best validation loss, the middle one, or the seed of that number
SeedChoice = int | Literal["best", "median"]


@dataclass(frozen=True)
class Recipe:
    """What is trained, and what its parts are called.

    Attributes
    ----------
    data : DataReference or None
        Data set; None before one is chosen.
    hidden : tuple of int
        Neurons of the hidden layers.
    print_process : PrintProcess
        What it is printed with.
    crossbar, sharing : str
        As in `Layout`.
    model : str
        The circuit model that is trained with. New work is loaded wherever the technology states
        its transistor's equation, else ideal (`circuit_model.model_for`); what was made before
        there was a choice, and so says nothing, is ideal.
    alphas, seeds : int
        Size of the family.
    power_limit : float or None
        Watt that no design may need: then a design for each seed is trained at alpha 0, for the
        best accuracy within it, and `alphas` says nothing.
    max_epochs : int
        Bound for each design.
    variation : float, "technology" or None
        The spread of the prints that are trained for, where the model is loaded; None: the design
        as drawn.
    names : tuple of (str, str)
        Names that layers (``1``) and neurons (``1.0``) were given. They belong to the layers, and
        so move with them and stay with what was trained.
    """

    data: DataReference | None = None
    hidden: tuple[int, ...] = (3,)
    print_process: PrintProcess = SHIPPED_PROCESS
    crossbar: Crossbar = "modified"
    sharing: Sharing = "network"
    model: ModelName = field(default="loaded", metadata={"missing": "ideal"})
    alphas: int = 51
    seeds: int = 10
    power_limit: float | None = None
    max_epochs: int = Schedule().max_epochs
    variation: VariationChoice = None
    names: tuple[tuple[str, str], ...] = ()

    @property
    def designs(self) -> int:
        """Number of designs of the family."""
        return self.seeds * (self.alphas if self.power_limit is None else 1)

    def check(self) -> None:
        """Refuse what can be trained on no data.

        Raises
        ------
        LayoutError, UsageError
            Where no circuit can be like that, or there are too many designs.
        """
        Layout(1, self.hidden, 2, self.crossbar, self.sharing)
        check_grid(self.alphas if self.power_limit is None else 1, self.seeds)
        if isinstance(self.variation, float) and not 0 <= self.variation <= 1:
            raise UsageError("A spread to train for lies within 0 % to 100 %.")
        limit = self.power_limit
        if limit is not None and not 0 < limit < math.inf:
            raise UsageError(f"A power limit is a positive number of watts, not {limit:g}.")

    def layout(self, dataset: Dataset) -> Layout:
        """Return the layout for the inputs and classes of `dataset`.

        Raises
        ------
        LayoutError
            Where no circuit can be like that.
        """
        inputs, outputs = dataset.voltages.shape[1], len(dataset.class_names)
        return Layout(inputs, self.hidden, outputs, self.crossbar, self.sharing)


@dataclass(frozen=True)
class TradeoffSwitches:
    """What the trade-off draws.

    Attributes
    ----------
    designs, means, front, best95 : bool
        Which kinds of points and lines.
    checked : bool
        Only the designs that ngspice has simulated as they are now.
    within : bool
        Only the designs within the power limit.
    y : {"test", "valid", "ngspice"} or None
        Split whose accuracy stands at the left, or accuracy and power in ngspice. None before one
        is chosen: the validation split while something trains, and the test split after.
    """

    designs: bool = True
    means: bool = True
    front: bool = True
    best95: bool = True
    checked: bool = False
    within: bool = False
    y: Literal["test", "valid", "ngspice"] | None = None


@dataclass(frozen=True)
class Shown:
    """What is shown of what was trained.

    Attributes
    ----------
    alpha : float
        Where the slider stands; in a family of power limits a limit in watt.
    seed : int, "best" or "median"
        Which seed the window shows there.
    limit : float or None
        Power limit of the trade-off in watt.
    pins : tuple of DesignRef
        Designs that are compared.
    run : int or None
        Id of the run that is shown; None for the latest.
    deleted_runs : tuple of int
        Ids of the runs that the history shows no more.
    tradeoff : TradeoffSwitches
        What the trade-off draws.
    labels : tuple of RunLabel
        What runs are called, and their tags.
    compared : tuple of int
        Ids of the runs whose fronts are drawn beside that of the one that is shown.
    """

    alpha: float = 0.5
    seed: SeedChoice = "best"
    limit: float | None = None
    pins: tuple[DesignRef, ...] = ()
    run: RunId | None = None
    deleted_runs: tuple[RunId, ...] = ()
    tradeoff: TradeoffSwitches = TradeoffSwitches()
    labels: tuple[RunLabel, ...] = ()
    compared: tuple[RunId, ...] = ()

    def without_run(self, run: RunId) -> "Shown":
        """Take a run out of the history."""
        gone = tuple(sorted({*self.deleted_runs, run}))
        compared = tuple(each for each in self.compared if each != run)
        shown = None if self.run == run else self.run
        return replace(self, run=shown, deleted_runs=gone, compared=compared)


@dataclass(frozen=True)
class Settings:
    """All that a person chooses; every change of it is one step of undo.

    Switches of the trade-off are steps like a move of the slider or of the limit beside them: each
    takes designs out of sight, and undo brings them back. Which tab, which sample, or whether the
    comparison is open is no choice but where somebody looks (`View`), and undo leaves it alone.
    """

    recipe: Recipe = Recipe()
    shown: Shown = Shown()

    def taking(self, part: "Settings | Recipe | Shown") -> "Settings":
        """Return settings with another recipe, with other things shown, or `part` itself."""
        if isinstance(part, Recipe):
            return replace(self, recipe=part)
        return replace(self, shown=part) if isinstance(part, Shown) else part
