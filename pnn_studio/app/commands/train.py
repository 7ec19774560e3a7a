"""Plan and train designs and families, and pick a design of a family."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from pnn_studio.app.analysis.design_choice import check_alpha as check_alpha
from pnn_studio.app.analysis.design_choice import pick_index
from pnn_studio.app.analysis.family_plan import with_model as with_model
from pnn_studio.app.commands.family_run import FamilyRun
from pnn_studio.app.commands.models import Models
from pnn_studio.app.commands.outputs import write_result
from pnn_studio.app.jobs.transport import Transport
from pnn_studio.domain.dataset import Dataset
from pnn_studio.domain.design import TrainedDesign
from pnn_studio.domain.family import Family
from pnn_studio.domain.run import DIVERGED, EpochRecord, FamilyPlan, Schedule
from pnn_studio.errors import Cancelled, TrainingLost, UsageError
from pnn_studio.storage.sweep_file import load_sweep, save_sweep

# told after each record; returns False to stop and keep what there is
OnRecord = Callable[[EpochRecord, FamilyRun], bool]


def schedule_of(name: str, epochs: int | None = None) -> Schedule:
    """Return the schedule ``default`` or ``paper``, with another bound on epochs if given."""
    schedule = Schedule.paper() if name == "paper" else Schedule()
    return schedule if epochs is None else replace(schedule, max_epochs=epochs)


def train_family(
    plan: FamilyPlan,
    dataset: Dataset,
    models: Models,
    on_record: OnRecord | None = None,
    transport: Transport | None = None,
) -> Family:
    """Train a family to its end, or until `on_record` says stop; here, or by a transport."""
    return FamilyRun(plan, dataset, models, transport=transport).run(on_record)


def limits_plan(
    start: FamilyPlan,
    limits: int,
    dataset: Dataset,
    models: Models,
    train: Callable[[FamilyPlan, Dataset, Models], Family] = train_family,
) -> FamilyPlan:
    """Plan power limits from 20 % to 100 % of the mean power at alpha 0, each with all seeds.

    Trains `start`, a design for each seed at alpha 0, first, to learn what that power is.

    Raises
    ------
    Cancelled
        Where that was stopped: limits by half-trained designs would be none.
    """
    family = train(start, dataset, models)
    if family.unfinished:
        raise Cancelled("Stopped before the power at alpha 0 was known; no limit was trained for.")
    full = float(family.total_power[family.status != DIVERGED].mean())
    shares = np.linspace(0.2, 1.0, limits) if limits > 1 else np.array([0.5])
    values = [float(f"{share * full:.6g}") for share in shares]
    return replace(
        start,
        alphas=start.alphas * limits,
        seeds=start.seeds * limits,
        limits=tuple(value for value in values for _ in start.seeds),
    )


def trained_design(family: Family, index: int) -> TrainedDesign:
    """Take the design of that `index` of a family.

    Raises
    ------
    UsageError
        Where it diverged.
    """
    if family.status[index] == DIVERGED:
        raise UsageError(
            "The training diverged: its loss is not finite. Try another seed or alpha."
        )
    return family.design(index)


def state_of(out: Path) -> Path:
    """Name the file beside a sweep that keeps the state of its training."""
    return out.with_name(f"{out.name}.part")


def train_kept(
    plan: FamilyPlan,
    dataset: Dataset,
    models: Models,
    out: Path | None,
    on_record: OnRecord,
    *,
    fresh: bool = False,
    known: Family | None = None,
    transport: Transport | None = None,
) -> Family:
    """Train a family and write it to `out`, keeping the state beside it until all is trained.

    Parameters
    ----------
    plan, dataset, models, on_record
        As for `train_family`.
    out : Path or None
        Sweep file; None keeps nothing.
    fresh : bool
        Whether to begin anew where an earlier run of the same plan was interrupted.
    known, transport
        As for `FamilyRun`.

    Raises
    ------
    ProjectFileError
        Where `out` cannot be written after all: it says where the result is, or how to go on.
    TrainingLost
        Where machines that trained are gone: what they had done is written, and kept.
    """
    checkpoint = None if out is None else state_of(out)
    if fresh and checkpoint is not None:
        checkpoint.unlink(missing_ok=True)
    training = FamilyRun(
        plan, dataset, models, checkpoint=checkpoint, known=known, transport=transport
    )
    lost: TrainingLost | None = None
    try:
        family = training.run(on_record)
    except TrainingLost as error:
        family, lost = training.family(), error
    if out is not None:
        state = "Nor could its state be kept" if training.trouble else "Its state is kept"
        or_else = f"{state}: make room, and give the same command again."
        write_result(out, lambda path: save_sweep(path, family), or_else)
        if not family.unfinished:
            training.forget()
    if lost is not None:
        done = plan.designs - family.unfinished
        kept = "" if out is None else " and kept: the same command goes on from there"
        raise TrainingLost(f"{lost} {done} of {plan.designs} designs are trained{kept}.") from lost
    return family


def train_or_load(
    plan: FamilyPlan,
    dataset: Dataset,
    models: Models,
    kept: Path,
    on_record: OnRecord,
    transport: Transport | None = None,
) -> Family:
    """Return the family of `plan` from the sweep file `kept`, else train and keep it.

    Raises
    ------
    Cancelled
        Where `on_record` stopped the training; its state is kept and taken up next time.
    """
    if kept.is_file():
        family = load_sweep(kept)
        same = (family.plan, family.data.fingerprint, family.technology_fingerprint) == (
            plan,
            dataset.reference.fingerprint,
            models.technology.fingerprint,
        )
        if same and not family.unfinished:
            return family
    family = train_kept(plan, dataset, models, kept, on_record, transport=transport)
    if family.unfinished:
        raise Cancelled("Stopped; the same command goes on from here.")
    return family


def pick_design(
    family: Family, alpha: float | None, limit: float | None = None, seed: int | None = None
) -> TrainedDesign:
    """Take the design that `pick_index` names."""
    return family.design(pick_index(family, alpha, limit, seed))
