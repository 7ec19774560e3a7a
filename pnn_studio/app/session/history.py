"""The history of runs: what a list shows of each, and edits of it as functions of settings."""

from dataclasses import dataclass, replace

from pnn_studio.app.analysis.design_choice import at_design, design_name
from pnn_studio.app.session.runs import Run
from pnn_studio.app.session.session import Session
from pnn_studio.domain.dataset import SHIPPED_DATASETS, DataReference
from pnn_studio.domain.settings import Settings
from pnn_studio.domain.units import count_of


@dataclass(frozen=True)
class RunEntry:
    """A line of the history.

    Attributes
    ----------
    place : int
        Place among all runs of the session; -1, -2 ... for added designs.
    title, detail : str
        Its name, and how many designs in which state.
    shown, running, queued, resumable : bool
        Whether it is the one that the window shows, whether it trains, whether it waits for its
        turn, and whether it ended before its time and can go on.
    """

    place: int
    title: str
    detail: str
    shown: bool
    running: bool
    queued: bool = False
    resumable: bool = False


def state_of(run: Run) -> str:
    """Say how a run stands, in a few words."""
    if run.state == "finished" and run.curves.latest is None:
        return "added from a file"
    return "not started" if run.state == "interrupted" and run.curves.latest is None else run.state


def _detail(run: Run, place: int, turn: int | None) -> str:
    crossbar = run.plan.layout.crossbar
    if place < 0 and run.family is not None:
        return f"{design_name(run.plan, 0)}, {crossbar}"
    designs = count_of(run.plan.designs, "design")
    where = "" if turn is None else ", next" if turn == 0 else f", place {turn + 1}"
    return f"{designs}, {crossbar}, {state_of(run)}{where}"


def entries(session: Session) -> tuple[RunEntry, ...]:
    """List the runs that were not deleted, the latest first; under them the added designs."""
    shown, queue, resumable = session.shown_place, session.queue, session.resumable

    def entry(place: int, run: Run) -> RunEntry:
        turn = queue.index(place) if place in queue else None
        return RunEntry(
            place,
            run.title,
            _detail(run, place, turn),
            shown=place == shown,
            running=run.goes_on,
            queued=turn is not None,
            resumable=place in resumable,
        )

    places = (*session.kept_runs, *session.kept_designs)
    runs = ((place, session.run_at(place)) for place in places)
    return tuple(entry(place, run) for place, run in runs if run is not None)


def what_train_does(session: Session) -> str:
    """Say what pressing Train would do now; empty where it can do nothing."""
    layout, settings = session.layout, session.settings
    if layout is None:
        return ""
    what = f"{layout}, {count_of(settings.alphas * settings.seeds, 'design')}"
    ahead = len(session.queue) + session.is_training
    if not ahead:
        return f"Train {what}"
    after = "the run that trains" if ahead == 1 else f"the {ahead} runs that train or wait"
    return f"Queue {what}, after {after}"


def what_was_interrupted(session: Session) -> str:
    """Say which trainings were under way or waited when their window was closed."""
    runs = [session.runs[place] for place in session.interrupted]
    latest = runs[0].curves.latest
    where = f" at epoch {latest.epoch}" if latest is not None else ""
    text = f"The training of {runs[0].title} was interrupted{where}. Its state is kept."
    if len(runs) > 1:
        text += " 1 more run waits." if len(runs) == 2 else f" {len(runs) - 1} more runs wait."  # noqa: PLR2004 - one more
    return text


def show(session: Session, place: int) -> Settings:
    """Show a run of the history: the window goes to its layout and data, too.

    Data that are not at hand stay as they are, and so does the layout unless they can be loaded.
    """
    run, settings = session.run_at(place), session.settings
    if run is None:
        return settings
    settings = replace(settings, run=place)
    if place < 0:
        settings = replace(settings, alpha=run.settings.alpha, seed=run.settings.seed)
    layout, reference = run.plan.layout, run.settings.data
    missing = missing_data(session, place)
    if reference is None or (missing is not None and missing.source not in SHIPPED_DATASETS):
        return settings
    data = settings.data if missing is not None else reference
    chosen = (settings.data, settings.hidden, settings.crossbar, settings.sharing, settings.kit)
    if chosen == (data, layout.hidden, layout.crossbar, layout.sharing, run.settings.kit):
        return settings
    return replace(
        settings,
        data=data,
        hidden=layout.hidden,
        kit=run.settings.kit,
        crossbar=layout.crossbar,
        sharing=layout.sharing,
        names=run.settings.names,
    )


def missing_data(session: Session, place: int) -> DataReference | None:
    """Return which data a run of the history needs that are not at hand."""
    run = session.run_at(place)
    if run is None or session.data_of_run(run) is not None:
        return None
    return run.settings.data


def show_design(session: Session, place: int, design: int) -> Settings:
    """Show one design of a run of the history."""
    run = session.run_at(place)
    if run is None or run.family is None:
        return session.settings
    return at_design(show(session, place), run.family.plan, design)


def delete(settings: Settings, place: int) -> Settings:
    """Take a run out of the history; undo brings it back."""
    run = None if settings.run == place else settings.run
    gone = tuple(sorted({*settings.deleted_runs, place}))
    return replace(settings, run=run, deleted_runs=gone)


def again(settings: Settings, run: Run) -> Settings:
    """Return what a run was started with; the history, pins and the limit stay as they are now."""
    return replace(
        run.settings,
        run=None,
        deleted_runs=settings.deleted_runs,
        pins=settings.pins,
        limit=settings.limit,
    )
