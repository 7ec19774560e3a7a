"""A project: all that a person chose, trained and checked, as one frozen value."""

from dataclasses import dataclass
from typing import Literal

from pnn_studio.domain.dataset import Dataset
from pnn_studio.domain.design import TrainedDesign
from pnn_studio.domain.design_ref import DesignRef
from pnn_studio.domain.family import Family
from pnn_studio.domain.run import FamilyPlan
from pnn_studio.domain.settings import Recipe, Settings
from pnn_studio.domain.verification import Verification

# "interrupted": the program ended while it ran; it goes on from its checkpoint
RunState = Literal["running", "paused", "finished", "stopped", "failed", "interrupted"]


@dataclass(frozen=True)
class RunHead:
    """A training, without what it found.

    Attributes
    ----------
    plan : FamilyPlan
        What was asked for.
    recipe : Recipe
        What was chosen at its start.
    title : str
        For example ``Iris 4-3-3``.
    state : str
        How it stands.
    """

    plan: FamilyPlan
    recipe: Recipe
    title: str
    state: RunState = "running"


@dataclass(frozen=True, eq=False)
class ProjectRun:
    """A training and the best designs that it has found so far; None before there are any."""

    head: RunHead
    family: Family | None = None


@dataclass(frozen=True, eq=False)
class DesignCheck:
    """What ngspice said of a design.

    Attributes
    ----------
    design : str
        Its `key`: exactly this state of it.
    ref : DesignRef
        Which design of which run it was.
    verification : Verification
        What was found.
    """

    design: str
    ref: DesignRef
    verification: Verification


@dataclass(frozen=True)
class View:
    """How the window stands towards a project: nothing of it is a step of undo.

    Attributes
    ----------
    tab : int
        Number of the open tab.
    sample : int
        Sample of the test split.
    compares : bool
        Whether the pinned designs stand side by side in place of the trade-off.
    retrains : bool
        Whether it trains anew by itself after an edit, where that takes a moment.
    """

    tab: int = 0
    sample: int = 0
    compares: bool = False
    retrains: bool = True


@dataclass(frozen=True, eq=False)
class Project:
    """Everything that a project file keeps.

    Attributes
    ----------
    steps : tuple of Settings
        Old settings, the current ones, and those that were taken back.
    current : int
        Index of the current ones: undo goes to the one before, redo to the next.
    datasets : tuple of Dataset
        Data as imported: a project needs their files no more.
    runs : tuple of ProjectRun
        Trainings, the latest one last.
    checks : tuple of DesignCheck
        What was simulated.
    designs : tuple of TrainedDesign
        Designs that were added from design files.
    view : View
        What the window shows.
    """

    steps: tuple[Settings, ...] = (Settings(),)
    current: int = 0
    datasets: tuple[Dataset, ...] = ()
    runs: tuple[ProjectRun, ...] = ()
    checks: tuple[DesignCheck, ...] = ()
    designs: tuple[TrainedDesign, ...] = ()
    view: View = View()

    @property
    def settings(self) -> Settings:
        """The current settings."""
        return self.steps[self.current]

    @property
    def is_empty(self) -> bool:
        """Whether nothing was done yet that would be worth keeping."""
        return self.steps == (Settings(),) and not (self.runs or self.designs or self.datasets)

    @property
    def bytes(self) -> int:
        """About how many bytes it takes: those of its data and of the designs of its runs."""
        families = [run.family for run in self.runs if run.family is not None]
        return (
            sum(each.voltages.nbytes for each in self.datasets)
            + sum(theta.nbytes for family in families for theta in family.theta)
            + sum(4 * family.history.loss.nbytes for family in families)
        )
