"""What the workers are at and what waits for them: to be looked at, reordered and dropped."""

from dataclasses import dataclass

from pnn_studio.app.analysis.design_choice import design_name
from pnn_studio.app.jobs.print_job import ComputePrints, ComputeYields, RoundDesign
from pnn_studio.app.jobs.protocol import (
    Check,
    CheckSome,
    DrawExport,
    ExportFiles,
    Job,
    LoadData,
    Train,
)
from pnn_studio.app.session.session import Session
from pnn_studio.domain.design_ref import DesignRef, RunId
from pnn_studio.domain.units import count_of
from pnn_studio.ui.controllers.studio import Studio


@dataclass(frozen=True, eq=False)
class Waiting:
    """A job that runs or waits.

    Attributes
    ----------
    words : str
        What it is, for example ``Train Iris 4-3-3, loaded``.
    turn : int
        How many come before it at its worker; 0 for the one that runs.
    run : int or None
        Id of the run that it trains.
    job : Job or None
        What it is for the worker; None for a training, which waits in the session.
    """

    words: str
    turn: int
    run: RunId | None = None
    job: Job | None = None

    @property
    def state(self) -> str:
        """When its turn is."""
        return ("runs", "next")[self.turn] if self.turn < 2 else f"place {self.turn}"  # noqa: PLR2004 - one before it


def waiting(studio: Studio) -> tuple[Waiting, ...]:
    """List what runs and waits: trainings first, then what takes seconds, each in its order.

    Empty while nothing waits: what runs alone is told elsewhere.
    """
    session, bridge = studio.session, studio.bridge
    running = session.training
    found = [] if running is None else [Waiting(f"Train {running.name}", 0, running.id)]
    turns = enumerate(session.queue, start=1)
    found += [Waiting(f"Train {session.runs[run].name}", turn, run) for turn, run in turns]
    active = [job for job in bridge.running if not isinstance(job, Train)]
    others = [job for job in bridge.waiting if not isinstance(job, Train)]
    found += [Waiting(_words(session, job), 0, job=job) for job in active]
    found += [
        Waiting(_words(session, job), turn, job=job) for turn, job in enumerate(others, start=1)
    ]
    return tuple(found) if any(each.turn for each in found) else ()


def move(studio: Studio, entry: Waiting, by: int) -> bool:
    """Let what waits come so many places later, or earlier; returns whether it can be moved."""
    if not entry.turn:
        studio.status.emit("What runs cannot be moved.")
        return False
    if entry.job is not None:
        studio.bridge.move(entry.job, by)
    elif entry.run is not None:
        studio.trainings.move(entry.run, by)
    return True


def drop(studio: Studio, entry: Waiting) -> None:
    """Take what waits out of its queue."""
    if not entry.turn:
        studio.status.emit("It runs already; stop it instead.")
    elif entry.run is not None:
        studio.trainings.remove(entry.run)
    elif entry.job is studio.checks.front.job:
        studio.checks.front.stop()
    elif entry.job is not None:
        studio.bridge.withdraw(entry.job)
        studio.status.emit(f"Dropped: {entry.words}")


def _words(  # noqa: PLR0911 - one answer a kind of job
    session: Session, job: Job
) -> str:
    match job:
        case Check(ref=DesignRef() as ref):
            return f"Check {_named(session, ref)}"
        case CheckSome():
            run = session.find_run(job.refs[0].run)
            of = f" of {run.name}" if run is not None else ""
            return f"Check the front{of}, {count_of(len(job.designs), 'design')}"
        case ExportFiles():
            return f"Export {', '.join(order.what.name.lower() for order, _ in job.orders)}"
        case DrawExport():
            return f"Draw {job.order.what.name.lower()}"
        case ComputePrints():
            return f"Compute {count_of(job.plan.prints, 'print')}"
        case ComputeYields():
            return f"Compute yields, {count_of(len(job.designs), 'design')}"
        case RoundDesign():
            return "Round a design to printable values"
        case LoadData():
            return f"Read {job.reference.source.rpartition('/')[2]}"
    return "Read or write a file"


def _named(session: Session, ref: DesignRef) -> str:
    run = session.find_run(ref.run)
    return "a design" if run is None else f"{design_name(run.plan, ref.index)} of {run.name}"
