"""Runs in one plot: the run that is shown, and those whose fronts are drawn beside it."""

from dataclasses import dataclass, replace
from typing import Literal

from pnn_studio.app.analysis.tradeoff import (
    Only,
    Shown,
    Tradeoff,
    show_only,
    tradeoff,
    tradeoff_in_ngspice,
)
from pnn_studio.app.session.runs import Run
from pnn_studio.app.session.session import Session
from pnn_studio.domain import settings
from pnn_studio.domain.design_ref import RunId

MAX_DRAWN = 4  # fronts in one plot; more are not told apart


@dataclass(frozen=True, eq=False)
class ComparedRun:
    """A run that is drawn beside the one that is shown.

    Attributes
    ----------
    run : Run
        Which one.
    place : int
        Its place among those that are drawn: 1, 2 or 3; shape and dash follow from it.
    view : Tradeoff
        Its designs, by the figures that the plot shows.
    shown : Shown
        Which of them are drawn, and their front.
    """

    run: Run
    place: int
    view: Tradeoff
    shown: Shown


def drawn(session: Session) -> tuple[Run, ...]:
    """Return the runs that the plot draws: the one that is shown, and then those beside it."""
    here = session.run
    if here is None or here.family is None:
        return ()
    found = [session.find_run(run) for run in session.shown.compared if run != here.id]
    others = (run for run in found if run is not None and run.family is not None)
    return (here, *others)[:MAX_DRAWN]


def can_draw(session: Session) -> tuple[Run, ...]:
    """Return the runs that have designs to be drawn: those that are drawn first."""
    first = drawn(session)
    found = map(session.find_run, (*session.kept_runs, *session.kept_designs))
    others = (run for run in found if run is not None and run.family is not None)
    return (*first, *(run for run in others if run not in first))


def toggled(session: Session, run: RunId) -> settings.Shown | None:
    """Draw a run beside the one that is shown, or draw it no more.

    None where there is no room for it: then `swapped` says which one goes.
    """
    shown, at_hand = session.shown, [each.id for each in drawn(session)[1:]]
    if run in at_hand:
        return replace(shown, compared=tuple(each for each in at_hand if each != run))
    if len(at_hand) >= MAX_DRAWN - 1:
        return None
    return replace(shown, compared=(*at_hand, run))


def swapped(session: Session, gone: RunId, run: RunId) -> settings.Shown:
    """Draw a run in the place of another one."""
    at_hand = (each.id for each in drawn(session)[1:])
    return replace(session.shown, compared=tuple(run if each == gone else each for each in at_hand))


def beside(session: Session, run: RunId) -> tuple[RunId, ...]:
    """Return what is drawn beside a run once it is shown: the run of now stays, if any do."""
    here, others = session.run, session.shown.compared
    if here is None or not others or here.id == run or here.family is None:
        return others
    # noted as beside itself, it would be drawn twice
    others = tuple(each for each in others if each != here.id)
    if run in others:
        return tuple(here.id if each == run else each for each in others)
    return (*others, here.id)[: MAX_DRAWN - 1]


class ComparedRuns:
    """The values of the runs beside the one that is shown; each is made once."""

    def __init__(self) -> None:
        self._made: dict[RunId, tuple[tuple[object, ...], ComparedRun]] = {}

    def of(
        self, session: Session, y: Literal["test", "valid", "ngspice"], only: Only
    ) -> tuple[ComparedRun, ...]:
        """Return them, by test or validation samples, or in ngspice."""
        found = {}
        for place, run in enumerate(drawn(session)[1:], start=1):
            if run.family is None:
                continue
            checked = session.checks.of_run(run)
            # as `session.checks` gives it: the same value as long as nothing was checked
            key = (run, place, y, only, checked if y == "ngspice" or only.checked else None)
            known = self._made.get(run.id)
            if known is not None and all(a is b or a == b for a, b in zip(known[0], key)):  # noqa: B905
                found[run.id] = known
                continue
            dataset = session.data_of_run(run)
            if y == "ngspice":
                view = tradeoff_in_ngspice(run.family, checked, dataset)
            else:
                view = tradeoff(run.family, y, dataset)
            made = ComparedRun(run, place, view, show_only(view, only, checked))
            found[run.id] = (key, made)
        self._made = found
        return tuple(made for _, made in found.values())


def note(session: Session) -> str:
    """Say what must be known to compare the runs that are drawn; empty where nothing must."""
    runs = drawn(session)
    notes = []
    if len({run.recipe.data for run in runs}) > 1:
        notes.append("The data differ: each accuracy is that on its own samples.")
    if len({run.recipe.print_process.technology for run in runs}) > 1:
        notes.append("The technologies differ: power is that of different circuits.")
    if len({run.plan.model for run in runs}) > 1:
        notes.append("The models differ: ideal leaves out the load of each circuit.")
    return " ".join(notes)
