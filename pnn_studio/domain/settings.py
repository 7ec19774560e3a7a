"""What a person chooses: the value that undo steps through and that a project keeps."""

from dataclasses import dataclass
from typing import Literal

from pnn_studio.domain.dataset import DataReference, Dataset
from pnn_studio.domain.layout import Crossbar, Layout, Sharing
from pnn_studio.domain.print_process import SHIPPED_KIT, Kit
from pnn_studio.domain.run import FamilyPlan, Schedule, check_grid

# best validation loss, the middle one, or the seed of that number
SeedChoice = int | Literal["best", "median"]
# alpha (or power limit in watt), seed, and place of the run name a design; projects of older
# versions name no run, and mean the one that is shown
Pin = tuple[float, int] | tuple[float, int, int]


@dataclass(frozen=True)
class Settings:
    """All that a person chooses before training; every change of it is one step of undo.

    Attributes
    ----------
    data : DataReference or None
        Data set; None before one is chosen.
    hidden : tuple of int
        Neurons of the hidden layers.
    kit : Kit
        What it is printed with.
    crossbar, sharing : str
        As in `Layout`.
    alphas, seeds : int
        Size of the family.
    max_epochs : int
        Bound for each design.
    alpha : float
        Where the slider stands.
    seed : int, "best" or "median"
        Which seed the window shows there.
    limit : float or None
        Power limit of the trade-off in watt.
    pins : tuple of (alpha, seed, run)
        Designs that are compared.
    names : tuple of (str, str)
        Names that layers (``1``) and neurons (``1.0``) were given, by their place.
    run : int or None
        Run of the history that is shown, by its place; None for the latest.
    deleted_runs : tuple of int
        Runs that were taken out of the history, by their places.
    """

    data: DataReference | None = None
    hidden: tuple[int, ...] = (3,)
    kit: Kit = SHIPPED_KIT
    crossbar: Crossbar = "modified"
    sharing: Sharing = "network"
    alphas: int = 51
    seeds: int = 10
    max_epochs: int = Schedule().max_epochs
    alpha: float = 0.5
    seed: SeedChoice = "best"
    limit: float | None = None
    pins: tuple[Pin, ...] = ()
    names: tuple[tuple[str, str], ...] = ()
    run: int | None = None
    deleted_runs: tuple[int, ...] = ()

    def check(self) -> None:
        """Refuse what can be trained on no data.

        Raises
        ------
        LayoutError, UsageError
            Where no circuit can be like that, or there are too many designs.
        """
        Layout(1, self.hidden, 2, self.crossbar, self.sharing)
        check_grid(self.alphas, self.seeds)

    def layout(self, dataset: Dataset) -> Layout:
        """Return the layout for the inputs and classes of `dataset`.

        Raises
        ------
        LayoutError
            Where no circuit can be like that.
        """
        inputs, outputs = dataset.voltages.shape[1], len(dataset.class_names)
        return Layout(inputs, self.hidden, outputs, self.crossbar, self.sharing)

    def plan(self, dataset: Dataset) -> FamilyPlan:
        """Return the family that is to be trained on `dataset`.

        Raises
        ------
        LayoutError, UsageError
            Where no circuit can be like that, or there are too many designs.
        """
        schedule = Schedule(max_epochs=self.max_epochs)
        return FamilyPlan.grid(self.layout(dataset), self.alphas, self.seeds, schedule)
