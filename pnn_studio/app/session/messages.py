"""What the window tells a person, as values: what happened, and what can be done about it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pnn_studio.app.jobs.protocol import Failed, Job, Keeping, LoadData, PreviewData
from pnn_studio.app.session.faults import Fault
from pnn_studio.app.session.runs import Run
from pnn_studio.domain.dataset import SHIPPED_DATASETS
from pnn_studio.domain.design_ref import DesignRef, RunId
from pnn_studio.domain.settings import Recipe


@dataclass(frozen=True, eq=False)
class Remedy:
    """Something that helps, offered as a button.

    Attributes
    ----------
    text : str
        What stands on the button.
    do : {"retry", "resume", "save-as", "look", "other-file", "simulator", "read", "edit", "show"}
        Give `job` to a worker again, let the run `run` go on, save the project elsewhere, look at
        the file of `job` before it is imported, choose another one, choose an ngspice and do `job`
        with it, read `content`, take `recipe`, or show `design`.
    job : Job or None
        What failed.
    run : int or None
        Id of a run.
    content : str
        A netlist, or what ngspice said.
    recipe : Recipe or None
        What an edit makes of the recipe.
    design : DesignRef or None
        A design.
    """

    text: str
    do: Literal[
        "retry", "resume", "save-as", "look", "other-file", "simulator", "read", "edit", "show"
    ]
    job: Job | None = None
    run: RunId | None = None
    content: str = ""
    recipe: Recipe | None = None
    design: DesignRef | None = None


@dataclass(frozen=True, eq=False)
class Message:
    """What the message bar shows.

    Attributes
    ----------
    tone : {"error", "note"}
        Whether something failed.
    text : str
        One line.
    details : str
        What a report needs; offered for copying.
    remedies : tuple of Remedy
        What can be done about it, the best one first.
    """

    tone: Literal["error", "note"]
    text: str
    details: str = ""
    remedies: tuple[Remedy, ...] = ()


def of_failure(job: Job | None, failed: Failed) -> Message:
    """Tell of a job that failed, with what helps: files and what ngspice said can be looked at."""
    remedies = again(job)
    if failed.netlist or failed.log:
        read = (("Open netlist", failed.netlist), ("Open log", failed.log))
        remedies = (*(Remedy(text, "read", content=each) for text, each in read if each), *remedies)
    is_file = isinstance(job, LoadData) and job.reference.source not in SHIPPED_DATASETS
    if is_file and failed.kind == "DatasetError":
        remedies = (
            Remedy("Look at the file", "look", job),
            Remedy("Choose another file", "other-file"),
        )
    if failed.kind == "SimulatorMissing":
        remedies = (Remedy("Choose ngspice", "simulator", job),)
    return Message("error", failed.message, failed.details, remedies)


def of_fault(fault: Fault) -> Message:
    """Tell what is wrong with a layout, with what helps."""
    cure = fault.cure
    remedies = () if cure is None else (Remedy(cure.text, "edit", recipe=cure.recipe),)
    return Message("error", fault.reason, remedies=remedies)


def again(job: Job | None) -> tuple[Remedy, ...]:
    """Offer to do a job once more; what looks at a file has a panel of its own."""
    if job is None or isinstance(job, PreviewData):
        return ()
    return (Remedy("Try again", "retry", job),)


def of_interruption(
    what: str, details: str, run: Run, checkpoint: Path | None, now: float
) -> Message:
    """Tell that a training broke off, what is kept of it, and from where it can go on.

    Parameters
    ----------
    what : str
        What happened, as a sentence.
    details : str
        What a report needs.
    run : Run
        Which one.
    checkpoint : Path or None
        File with its state; it need not be there.
    now : float
        Time in seconds, as file systems count it.
    """
    kept = "The best designs so far are kept" if run.family else "Nothing was trained yet"
    try:
        age = None if checkpoint is None else max(0, round(now - checkpoint.stat().st_mtime))
    except OSError:
        age = None
    where = f"goes on from {age} s before" if age is not None else "begins it anew"
    resume = Remedy("Resume", "resume", run=run.id)
    return Message("error", f"{what} {kept}; Resume {where}.", details, (resume,))


def of_keeping(keeping: Keeping) -> Message:
    """Tell that the state of a training cannot be written, and what can be done."""
    text = (
        f"{keeping.trouble} The training goes on and is kept in memory; make room there, or save "
        "the project elsewhere."
    )
    return Message("error", text, remedies=(Remedy("Save As…", "save-as"),))
