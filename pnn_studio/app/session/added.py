"""What was trained elsewhere and is added from a file: a sweep, or a design as a run of its own."""

from dataclasses import replace

from pnn_studio.app.session.session import Session
from pnn_studio.domain.dataset import Dataset
from pnn_studio.domain.design import TrainedDesign
from pnn_studio.domain.design_ref import RunId
from pnn_studio.domain.family import Family
from pnn_studio.domain.print_process import process_of
from pnn_studio.domain.project import ProjectRun, RunHead, RunState
from pnn_studio.domain.run import IMPROVING
from pnn_studio.domain.settings import Recipe


def run_of_sweep(family: Family, now: Recipe) -> ProjectRun:
    """Make a run of a sweep from a file; what it does not say is as in the recipe of now."""
    layout = family.plan.layout
    recipe = replace(
        now,
        data=family.data,
        hidden=layout.hidden,
        print_process=process_of(family.technology, family.g_min, now.print_process),
        crossbar=layout.crossbar,
        sharing=layout.sharing,
        model=family.plan.model,
        variation=family.plan.variation.choice if family.plan.variation else None,
    )
    state: RunState = "stopped" if (family.status == IMPROVING).any() else "finished"
    head = RunHead(family.plan, recipe, f"added: {family.data.title} {layout}", state)
    return ProjectRun(head, family)


def add_trained(session: Session, item: Family | TrainedDesign, dataset: Dataset | None) -> RunId:
    """Put a sweep or a design into the history, with its data where they are at hand.

    Returns
    -------
    int
        Id of the run that it is now.
    """
    if dataset is not None:
        session.keep_data(dataset)
    trained = run_of_sweep(item, session.recipe) if isinstance(item, Family) else item
    return session.change_runs(lambda runs: runs.add(trained))
