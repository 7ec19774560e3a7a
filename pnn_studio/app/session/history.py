"""The history of runs: what a list shows of each, and edits of it as functions."""

import math
from dataclasses import dataclass, replace

from pnn_studio.app.analysis.design_choice import at_design, design_name
from pnn_studio.app.session.compared import beside, drawn
from pnn_studio.app.session.runs import Run
from pnn_studio.app.session.session import Session
from pnn_studio.domain.circuit_model import why_not_loaded
from pnn_studio.domain.dataset import SHIPPED_DATASETS, DataReference
from pnn_studio.domain.design_ref import DesignRef, RunId
from pnn_studio.domain.family import Family
from pnn_studio.domain.run import FamilyPlan
from pnn_studio.domain.run_label import label_of, labelled, read_name, read_tags
from pnn_studio.domain.settings import Settings, Shown
from pnn_studio.domain.units import count_of, format_si
from pnn_studio.errors import one_line

# of a run or a design: short enough for a row of the list
IDEAL_CAUTION = "ideal: not checked"


@dataclass(frozen=True)
class RunEntry:
    """A line of the history.

    Attributes
    ----------
    run : int
        Its id.
    title, detail : str
        Its name, and how many designs in which state.
    shown, running, queued, resumable : bool
        Whether it is the one that the window shows, whether it trains, whether it waits for its
        turn, and whether it ended before its time and can go on.
    data : str
        What the data are called that it was trained on.
    tags : tuple of str
        Those that a person gave it.
    place : int or None
        Its place among the runs that the plot draws; None where it is not drawn.
    drawable : bool
        Whether it has designs that can be drawn.
    caution : str
        What must be known before its figures are trusted; empty where nothing must.
    """

    run: RunId
    title: str
    detail: str
    shown: bool
    running: bool
    queued: bool = False
    resumable: bool = False
    data: str = ""
    tags: tuple[str, ...] = ()
    place: int | None = None
    drawable: bool = False
    caution: str = ""

    @property
    def line(self) -> str:
        """What stands under its name."""
        return f"{self.data}, {self.detail}" if self.data else self.detail

    @property
    def words(self) -> str:
        """All of it, as it is read out."""
        name = ", ".join((self.title, *self.tags))
        said = f"{name}: trained on {self.line}" if self.data else f"{name}: {self.detail}"
        return f"{said}; {self.caution} in ngspice" if self.caution else said


def state_of(run: Run) -> str:
    """Say how a run stands, in a few words."""
    if run.state == "stopped" and run.unfinished:
        return f"stopped, {run.unfinished} unfinished"
    if run.state == "finished" and run.curves.latest is None:
        return "not trained here"
    return "not started" if run.state == "interrupted" and run.curves.latest is None else run.state


def stopped_line(run: Run) -> str:
    """Say what there is of a run that was stopped: unfinished designs are kept as they are."""
    designs = count_of(run.plan.designs, "design")
    left = run.unfinished
    return f"Stopped, {left} of {designs} unfinished" if left else f"Stopped, {designs} kept"


def _detail(run: Run, turn: int | None) -> str:
    crossbar = run.plan.layout.crossbar
    if run.id < 0:
        return f"{design_name(run.plan, 0)}, {crossbar}"
    designs = count_of(run.plan.designs, "design")
    where = "" if turn is None else ", next" if turn == 0 else f", place {turn + 1}"
    return f"{designs}, {crossbar}, {state_of(run)}{where}"


def entries(session: Session) -> tuple[RunEntry, ...]:
    """List the runs that were not deleted, the latest first; under them the added designs."""
    shown, queue, resumable = session.run, session.queue, session.resumable
    places = {run.id: place for place, run in enumerate(drawn(session))}

    def entry(run: Run) -> RunEntry:
        turn = queue.index(run.id) if run.id in queue else None
        return RunEntry(
            run.id,
            run.name,
            _detail(run, turn),
            shown=run is shown,
            running=run.goes_on,
            queued=turn is not None,
            resumable=run.id in resumable,
            data=data_name(session, run),
            tags=run.tags,
            place=places.get(run.id),
            drawable=run.family is not None,
            caution=_caution(session, run),
        )

    runs = map(session.find_run, (*session.kept_runs, *session.kept_designs))
    return tuple(entry(run) for run in runs if run is not None)


def _caution(session: Session, run: Run) -> str:
    """Say that figures of a model that leaves the load out were not looked at in ngspice."""
    known = run.family is None or run.plan.model != "ideal" or session.checks.of_run(run)
    return "" if known else IDEAL_CAUTION


def data_name(session: Session, run: Run) -> str:
    """Name the data that a run was trained on; those that are not at hand by their source."""
    dataset, reference = session.data_of_run(run), run.recipe.data
    if dataset is not None:
        return dataset.title
    return "" if reference is None else one_line(reference.source.rpartition("/")[2])


def renamed(session: Session, run: RunId, text: str) -> Shown:
    """Call a run by another name; an empty one is that which it was given.

    Raises
    ------
    UsageError
        Where it is too long.
    """
    shown = session.shown
    label = replace(label_of(shown.labels, run), name=read_name(text))
    return replace(shown, labels=labelled(shown.labels, label))


def tagged(session: Session, run: RunId, text: str) -> Shown:
    """Give a run the tags that were typed, between commas, in place of those that it has.

    Raises
    ------
    UsageError
        Where one is too long, or there are too many.
    """
    shown = session.shown
    label = replace(label_of(shown.labels, run), tags=read_tags(text))
    return replace(shown, labels=labelled(shown.labels, label))


def what_train_does(session: Session) -> str:
    """Say what pressing Train would do now; empty where it can do nothing."""
    layout, recipe = session.layout, session.recipe
    if layout is None:
        return ""
    what = f"{layout}, {count_of(recipe.designs, 'design')}"
    if recipe.power_limit is not None:
        what += f" within {format_si(recipe.power_limit, 'W')}"
    ahead = len(session.queue) + session.is_training
    if not ahead:
        return f"Train {what}"
    after = "the run that trains" if ahead == 1 else f"the {ahead} runs that train or wait"
    return f"Queue {what}, after {after}"


def what_was_interrupted(session: Session) -> str:
    """Say which trainings were under way or waited when their window was closed."""
    runs = [session.runs[run] for run in session.interrupted]
    latest = runs[0].curves.latest
    where = f" at epoch {latest.epoch}" if latest is not None else ""
    text = f"The training of {runs[0].caption} was interrupted{where}. Its state is kept."
    if len(runs) > 1:
        text += " 1 more run waits." if len(runs) == 2 else f" {len(runs) - 1} more runs wait."  # noqa: PLR2004 - one more
    return text


def show(session: Session, run: RunId) -> Settings:
    """Show a run of the history: the window goes to its layout and data, too.

    Data that are not at hand stay as they are, and so does the layout unless they can be loaded.
    """
    found, settings = session.find_run(run), session.settings
    if found is None:
        return settings
    shown = replace(settings.shown, run=run, compared=beside(session, run))
    if run < 0:
        shown = at_design(shown, found.plan, 0)
    settings = settings.taking(shown)
    layout, reference, now = found.plan.layout, found.recipe.data, settings.recipe
    missing = missing_data(session, run)
    if reference is None or (missing is not None and missing.source not in SHIPPED_DATASETS):
        return settings
    recipe = replace(
        now,
        data=now.data if missing is not None else reference,
        hidden=layout.hidden,
        print_process=found.recipe.print_process,
        crossbar=layout.crossbar,
        sharing=layout.sharing,
        model=found.recipe.model,
        variation=found.recipe.variation,
    )
    if recipe == now:
        return settings
    return settings.taking(replace(recipe, names=found.recipe.names))


def missing_data(session: Session, run: RunId) -> DataReference | None:
    """Return which data a run of the history needs that are not at hand."""
    found = session.find_run(run)
    if found is None or session.data_of_run(found) is not None:
        return None
    return found.recipe.data


def show_design(session: Session, ref: DesignRef) -> Settings:
    """Show one design of a run of the history."""
    run = session.find_run(ref.run)
    if run is None or run.family is None:
        return session.settings
    settings = show(session, ref.run)
    return settings.taking(at_design(settings.shown, run.plan, ref.index))


def known_designs(session: Session, run: Run) -> Family | None:
    """Return the designs of a run that another one has, the one that has the most; None for none.

    The engine says whether it takes them for what it would train.
    """
    wanted, chosen = set(run.plan.aims), (run.recipe.data, run.recipe.print_process)
    best: tuple[list[int], Family | None] = ([], None)
    for other in session.runs:
        family = other.family
        if other is run or family is None or family.engine is None:
            continue
        same = (other.recipe.data, other.recipe.print_process) == chosen
        if not (same and run.plan.is_like(other.plan)):
            continue
        rows = [index for index, aim in enumerate(other.plan.aims) if aim in wanted]
        if len(rows) > len(best[0]):
            best = rows, family
    rows, family = best
    return None if family is None else family.part(rows)


def last_took(session: Session) -> float:
    """Return the seconds of the last training that came to its end; infinite where none did."""
    ended = (run.family for run in reversed(session.runs) if run.state == "finished")
    return next((family.seconds for family in ended if family is not None), math.inf)


def trained_as(session: Session, plan: FamilyPlan) -> RunId | None:
    """Return the latest run of the history that trained a plan for the recipe of now."""
    chosen = (session.recipe.data, session.recipe.print_process)
    for run in map(session.runs.__getitem__, session.kept_runs):
        there = run.state == "finished" and run.family is not None
        if there and run.plan == plan and (run.recipe.data, run.recipe.print_process) == chosen:
            return run.id
    return None


def again(settings: Settings, run: Run) -> Settings:
    """Choose what a run was started with; what is shown stays, but for the run.

    An added design comes without the plan that it was trained by: as many are trained as now.
    """
    recipe, now = run.recipe, settings.recipe
    if run.id < 0:
        recipe = replace(
            recipe, alphas=now.alphas, seeds=now.seeds, max_epochs=now.max_epochs,
            power_limit=now.power_limit,
        )  # fmt: skip
    return Settings(recipe, replace(settings.shown, run=None))


def again_loaded(session: Session) -> Settings | None:
    """Choose what the run that is shown was started with, and the loaded model.

    None where it is of that model, and where it cannot be trained with it: its technology states
    too little or cannot be read, or its data are not at hand.
    """
    run = session.run
    if run is None or run.plan.model == "loaded" or session.data_of_run(run) is None:
        return None
    technology = session.technologies.of_design(None, run.recipe.print_process)
    if technology is None or why_not_loaded(technology):
        return None
    settings = again(session.settings, run)
    return settings.taking(replace(settings.recipe, model="loaded"))
