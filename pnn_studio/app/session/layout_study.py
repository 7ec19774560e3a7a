"""Which layout to draw: the recipe of now with a hidden layer of other sizes, and their fronts."""

from collections.abc import Sequence
from dataclasses import replace

from pnn_studio.app.analysis.family_plan import family_plan
from pnn_studio.app.analysis.study_fronts import SweepOfStudy, answer_words, groups_of
from pnn_studio.app.session.compared import MAX_DRAWN
from pnn_studio.app.session.runs import Run
from pnn_studio.app.session.session import Session
from pnn_studio.domain.design_ref import RunId
from pnn_studio.domain.run import FamilyPlan
from pnn_studio.domain.settings import Recipe, Shown
from pnn_studio.domain.study import Cell, LayoutChoice
from pnn_studio.errors import LayoutError

# as many as one plot shows; a hidden layer of these sizes
_SIZES = (2, 3, 5, 8)


def wanted(session: Session) -> list[tuple[Recipe, FamilyPlan]]:
    """Return what is trained: the recipe of now with hidden layers of other sizes.

    Raises
    ------
    PnnError
        Where no data are chosen yet, or the technology cannot be read.
    """
    dataset, recipe = session.dataset, session.recipe
    if dataset is None:
        raise LayoutError("Choose a data set first: inputs and outputs follow from it.")
    technology = session.technologies.technology(recipe.print_process)
    recipes = [replace(recipe, hidden=(size,)) for size in _SIZES[:MAX_DRAWN]]
    return [(each, family_plan(each, technology, dataset)) for each in recipes]


def run_of(session: Session, recipe: Recipe, plan: FamilyPlan) -> Run | None:
    """Return the latest run of the history that is such a one, however far it came."""
    for run in map(session.runs.__getitem__, session.kept_runs):
        chosen = run.recipe.data, run.recipe.print_process
        if run.plan == plan and chosen == (recipe.data, recipe.print_process):
            return run
    return None


def is_over(run: Run) -> bool:
    """Whether a run has nothing left to train."""
    return run.state == "finished" and not run.unfinished


def side_by_side(session: Session, runs: Sequence[RunId]) -> Shown:
    """Show the first of the runs with the fronts of the others beside it."""
    first, *others = runs
    return replace(session.shown, run=first, compared=tuple(others)[: MAX_DRAWN - 1])


def answer(runs: Sequence[Run]) -> str:
    """Say which layout to draw; empty where nothing is trained."""
    sweeps = [
        SweepOfStudy(
            Cell(
                run.recipe.data,
                LayoutChoice(run.recipe.hidden, run.recipe.crossbar, run.recipe.sharing),
                run.plan.model,
                run.recipe.print_process,
                run.recipe.variation,
            ),
            run.family,
        )
        for run in runs
        if run.family is not None and run.recipe.data is not None
    ]
    return " ".join(answer_words(group) for group in groups_of(sweeps) if group.frugal is not None)
