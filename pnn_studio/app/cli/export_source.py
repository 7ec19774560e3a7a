"""What the command line exports: a design of a design file, of a sweep or of a project."""

from dataclasses import dataclass, replace
from pathlib import Path

from pnn_studio.app.analysis.design_choice import choose_design, design95, pick_index
from pnn_studio.app.commands.own_data import data_of, technology_of
from pnn_studio.app.session.export_subject import subject_of
from pnn_studio.app.session.session import Session
from pnn_studio.domain.dataset import Dataset
from pnn_studio.domain.export_subject import ExportSubject
from pnn_studio.errors import DatasetError, UsageError
from pnn_studio.storage.design_file import load_design
from pnn_studio.storage.project_open import SUFFIX, read_project
from pnn_studio.storage.sweep_file import is_sweep, load_sweep


@dataclass(frozen=True)
class Which:
    """Which design of a file is meant.

    Attributes
    ----------
    run : str
        ``run-1`` or ``design-1`` of a project; empty for the one that is shown there.
    alpha, limit : float or None
        Weight of power, or power limit in watt: the nearest that was trained. None for the design
        that a project shows, or of a sweep the most frugal one within 95 % of the accuracy.
    seed : int or None
        None for the one of the best validation loss.
    """

    run: str = ""
    alpha: float | None = None
    limit: float | None = None
    seed: int | None = None

    @property
    def is_open(self) -> bool:
        """Whether nothing is asked for."""
        return self == Which()


def load_subject(
    path: Path, which: Which, *, technology: str = "", data: str = ""
) -> ExportSubject:
    """Read what is to be exported.

    Parameters
    ----------
    path : Path
        Design file, sweep file or project.
    which : Which
        Which design of it.
    technology : str
        Identifier or file of its technology, where it does not ship.
    data : str
        Where its data are now, if they moved.

    Raises
    ------
    PnnError
        Where there is no such design, or a file cannot be read.
    """
    if path.suffix == SUFFIX:
        subject = _of_project(path, which)
    elif is_sweep(path):
        subject = _of_sweep(path, which)
    elif which.is_open:
        subject = ExportSubject(load_design(path))
    else:
        raise UsageError(
            "--run, --alpha, --power-limit and --seed choose from a sweep or a project; a design "
            "file holds one design."
        )
    subject = replace(subject, technology=technology or subject.technology)
    if data or subject.data is None:
        subject = replace(subject, data=_data_at_hand(subject, data))
    return subject


def _data_at_hand(subject: ExportSubject, data: str) -> Dataset | None:
    """Read the data of a design; None where they are not where they were."""
    technology = technology_of(subject.design, subject.technology)
    try:
        return data_of(subject.design, technology, data)
    except DatasetError:
        if data:
            raise
        return None


def _of_sweep(path: Path, which: Which) -> ExportSubject:
    if which.run:
        raise UsageError("--run chooses from a project; a sweep file holds one run.")
    family = load_sweep(path)
    if which.alpha is None and which.limit is None and which.seed is None:
        # of power limits there is no 95 % point, and the largest one is the best design
        limits = family.plan.limits is not None
        goal = float(family.goals[-1]) if limits else 0.0
        index = None if limits else design95(family)
        index = choose_design(family, goal) if index is None else index
        if index is None:
            raise UsageError("Every design of this sweep diverged; there is none to take.")
    else:
        index = pick_index(family, which.alpha, which.limit, which.seed)
    return ExportSubject(family.design(index), family, index)


def _of_project(path: Path, which: Which) -> ExportSubject:
    """Put the slider of the project where the window would have it."""
    session = Session()
    session.restore(read_project(path))
    if which.run:
        session.edit(replace(session.shown, run=_run_of(session, which.run)))
    goal = which.alpha if which.limit is None else which.limit
    if goal is not None:
        family = session.run.family if session.run is not None else None
        if family is None:
            raise UsageError(f"{path.name} holds no design there yet; train it first.")
        index = pick_index(family, which.alpha, which.limit, which.seed)
        alpha, seed = float(family.goals[index]), family.plan.seeds[index]
        session.edit(replace(session.shown, alpha=alpha, seed=seed))
    elif which.seed is not None:
        session.edit(replace(session.shown, seed=which.seed))
    subject = subject_of(session)
    if subject is None:
        raise UsageError(f"{path.name} holds no design yet; train one first.")
    return subject


def _run_of(session: Session, name: str) -> int:
    """Return the id of ``run-1`` or ``design-1``, as `project info` lists them."""
    kind, _, number = name.partition("-")
    known = [f"run-{each + 1}" for each in reversed(session.kept_runs)]
    known += [f"design-{-each}" for each in reversed(session.kept_designs)]
    if name not in known:
        there = ", ".join(known) or "none"
        raise UsageError(f"There is no {name!r:.30} in this project; there are {there}.")
    return int(number) - 1 if kind == "run" else -int(number)
