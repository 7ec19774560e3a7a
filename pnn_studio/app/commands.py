"""What can be done, one function each: the command line and the worker call the same ones.

Every function checks its arguments before any work and raises a PnnError where it cannot go on.
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

from pnn_studio.app.family_run import FamilyRun
from pnn_studio.app.models import Models, load_models, load_surrogates
from pnn_studio.app.netlists import sample_netlist
from pnn_studio.app.outputs import check_output, check_spares, write_result
from pnn_studio.app.own_data import data_reference
from pnn_studio.circuit.check import verify
from pnn_studio.circuit.components import component_table
from pnn_studio.circuit.schematic import layer_schematic
from pnn_studio.domain.dataset import Dataset
from pnn_studio.domain.design import Cell, TrainedDesign
from pnn_studio.domain.family import Family
from pnn_studio.domain.importing import DETECT, ImportOptions
from pnn_studio.domain.layout import Layout
from pnn_studio.domain.operating_point import operating_point
from pnn_studio.domain.run import DIVERGED, IMPROVING, EpochRecord, FamilyPlan, Schedule
from pnn_studio.domain.technology import (
    COMPONENTS,
    CircuitName,
    Technology,
    load_technology,
    shipped_technology,
)
from pnn_studio.domain.verification import Verification
from pnn_studio.errors import (
    Cancelled,
    DatasetError,
    TechnologyError,
    UsageError,
)
from pnn_studio.physics.surrogate import Surrogates
from pnn_studio.storage.design_file import load_design, save_design
from pnn_studio.storage.files import write_atomically
from pnn_studio.storage.svg import design_svg
from pnn_studio.storage.sweep_file import is_sweep, load_sweep, save_sweep
from pnn_studio.storage.tables import parts_csv
from pnn_studio.training.datasets import load_dataset

# the command line reaches storage and models through here
__all__ = [
    "check_output",
    "check_spares",
    "is_sweep",
    "load_design",
    "load_models",
    "load_surrogates",
    "load_sweep",
    "save_design",
    "save_sweep",
    "write_result",
]

EXPORT_FORMATS = ("netlist", "svg", "csv", "design")
CHECK_TIMEOUT_S = 120.0

# told after each record; returns False to stop and keep what there is
OnRecord = Callable[[EpochRecord, FamilyRun], bool]


def load_data(
    source: str,
    technology: Technology,
    label: str | None = None,
    split_seed: int = 0,
    choices: ImportOptions = DETECT,
    follow: Callable[[float], None] | None = None,
) -> Dataset:
    """Load a shipped data set or a file; `follow` is told the share of a file that is read."""
    reference = data_reference(source, label, split_seed, choices)
    return load_dataset(reference, technology, follow)


def schedule_of(name: str, epochs: int | None = None) -> Schedule:
    """Return the schedule ``default`` or ``paper``, with another bound on epochs if given."""
    schedule = Schedule.paper() if name == "paper" else Schedule()
    return schedule if epochs is None else replace(schedule, max_epochs=epochs)


def single_plan(
    layout: Layout,
    alpha: float,
    seed: int,
    schedule: Schedule,
    limit: float | None = None,
    family: FamilyPlan | None = None,
) -> tuple[FamilyPlan, int]:
    """Plan one design, for a weight of power or within a power limit in watt.

    Parameters
    ----------
    layout, alpha, seed, schedule, limit
        The design.
    family : FamilyPlan, optional
        Where it belongs to this one, all of it is planned: companions decide the last bits of a
        design, and with them its way after some 50 epochs.

    Returns
    -------
    FamilyPlan, int
        What to train, and the place of the design in it.
    """
    alone = FamilyPlan(layout, (alpha,), (seed,), schedule, None if limit is None else (limit,))
    if family is not None and limit is None:
        for place in range(family.designs):
            if family.part((place,)) == alone:
                return family, place
    return alone, 0


def limits_plan(
    layout: Layout,
    limits: int,
    seeds: int,
    schedule: Schedule,
    dataset: Dataset,
    models: Models,
    on_record: OnRecord | None = None,
) -> FamilyPlan:
    """Plan power limits from 20 % to 100 % of the mean power at alpha 0, each with `seeds` seeds.

    Trains `seeds` designs at alpha 0 first, to learn what that power is.
    """
    start = FamilyPlan(layout, (0.0,) * seeds, tuple(range(seeds)), schedule)
    family = train_family(start, dataset, models, on_record)
    full = float(family.total_power[family.status != DIVERGED].mean())
    shares = np.linspace(0.2, 1.0, limits) if limits > 1 else np.array([0.5])
    values = [float(f"{share * full:.6g}") for share in shares]
    return FamilyPlan(
        layout,
        (0.0,) * (limits * seeds),
        tuple(range(seeds)) * limits,
        schedule,
        tuple(value for value in values for _ in range(seeds)),
    )


def trained_design(family: Family, place: int) -> TrainedDesign:
    """Take the design at `place` of a family.

    Raises
    ------
    UsageError
        Where it diverged.
    """
    if family.status[place] == DIVERGED:
        raise UsageError(
            "The training diverged: its loss is not finite. Try another seed or alpha."
        )
    return family.design(place)


def train_family(
    plan: FamilyPlan, dataset: Dataset, models: Models, on_record: OnRecord | None = None
) -> Family:
    """Train a family to its end, or until `on_record` says stop."""
    return FamilyRun(plan, dataset, models).run(on_record)


def train_kept(
    plan: FamilyPlan,
    dataset: Dataset,
    models: Models,
    out: Path | None,
    on_record: OnRecord,
    *,
    fresh: bool = False,
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

    Raises
    ------
    ProjectFileError
        Where `out` cannot be written after all: it says where the result is, or how to go on.
    """
    checkpoint = None if out is None else out.with_name(f"{out.name}.part")
    if fresh and checkpoint is not None:
        for path in checkpoint.parent.glob(f"{checkpoint.name}*"):
            path.unlink(missing_ok=True)
    training = FamilyRun(plan, dataset, models, checkpoint=checkpoint)
    family = training.run(on_record)
    if out is not None:
        state = "Nor could its state be kept" if training.trouble else "Its state is kept"
        or_else = f"{state}: make room, and give the same command again."
        write_result(out, lambda path: save_sweep(path, family), or_else)
        if not np.any(family.status == IMPROVING):
            training.forget()
    return family


def train_or_load(
    plan: FamilyPlan, dataset: Dataset, models: Models, kept: Path, on_record: OnRecord
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
        if same and not np.any(family.status == IMPROVING):
            return family
    family = train_kept(plan, dataset, models, kept, on_record)
    if np.any(family.status == IMPROVING):
        raise Cancelled("Stopped; the same command goes on from here.")
    return family


def pick_design(
    family: Family, alpha: float | None, limit: float | None = None, seed: int | None = None
) -> TrainedDesign:
    """Take the design at `alpha` or `limit` (the nearest one trained) and `seed`.

    Without a seed it is the one of the best validation loss there.

    Raises
    ------
    UsageError
        Where there is no such design.
    """
    limited = family.plan.limits is not None
    setting = limit if limited else alpha
    if setting is None or (alpha if limited else limit) is not None:
        option = "--power-limit" if limited else "--alpha"
        raise UsageError(f"Say with {option} which design of this sweep is meant.")
    if not limited:
        check_alpha(setting)
    near = family.at_alpha(setting)
    if not len(near):
        raise UsageError("Every design of this sweep diverged; there is none to take.")
    chosen = near if seed is None else near[[family.plan.seeds[each] == seed for each in near]]
    if not len(chosen):
        seeds = ", ".join(str(each) for each in sorted({family.plan.seeds[each] for each in near}))
        raise UsageError(f"There is no seed {seed} there; there are {seeds}.")
    return family.design(int(chosen[np.argmin(family.valid_loss[chosen])]))


def technology_of(design: TrainedDesign, technology: str = "") -> Technology:
    """Load the technology of a design, from `technology` (identifier or file) where it is given."""
    if not technology and shipped_technology(design.technology) is None:
        raise TechnologyError(
            f"The design was made for the technology {design.technology!r:.40}, which does not "
            "ship; give its file with --technology."
        )
    loaded = load_technology(technology or design.technology)
    if loaded.fingerprint != design.technology_fingerprint:
        raise TechnologyError(
            f"The design was trained for {design.technology!r:.40} as it was then, not for this "
            f"{loaded.id}; give the file that it was trained with (--technology), or train it "
            "again."
        )
    return loaded


def data_of(design: TrainedDesign, technology: Technology, data: str = "") -> Dataset:
    """Load the data that a design was trained on, from `data` where the file has moved."""
    reference = design.data
    if data:
        reference = replace(reference, source=data)
    try:
        dataset = load_dataset(reference, technology)
    except DatasetError as error:
        hint = "" if data else " If the file has moved, give it with --data."
        raise DatasetError(f"{error}{hint}") from error
    if dataset.reference.fingerprint != design.data.fingerprint:
        raise DatasetError(
            f"{dataset.title} is not what the design was trained on: its values, classes or split "
            "have changed."
        )
    return dataset


def with_surrogates(design: TrainedDesign, surrogates: Surrogates) -> TrainedDesign:
    """Return the same printed design with eta and power of its circuits taken from `surrogates`."""

    def again(name: CircuitName, cell: Cell) -> Cell:
        omega = torch.tensor([cell.omega[each] for each in COMPONENTS[name]], dtype=torch.float64)
        eta1, eta2, eta3, eta4 = (float(each) for each in surrogates[name].eta(omega))
        return replace(
            cell, eta=(eta1, eta2, eta3, eta4), power=float(surrogates[name].power(omega))
        )

    layers = tuple(
        replace(
            layer, ptanh=again("ptanh", layer.ptanh), negation=again("negation", layer.negation)
        )
        for layer in design.layers
    )
    return replace(design, layers=layers)


def check_design(
    design: TrainedDesign,
    technology: Technology,
    dataset: Dataset,
    *,
    timeout_s: float = CHECK_TIMEOUT_S,
    cancelled: Callable[[], bool] | None = None,
    samples: Callable[[int], None] | None = None,
) -> Verification:
    """Simulate a design whole in ngspice over its test split."""
    return verify(
        design, technology, dataset, timeout_s=timeout_s, cancelled=cancelled, samples=samples
    )


def export_design(
    design: TrainedDesign,
    technology: Technology,
    file_format: str,
    path: Path,
    *,
    dataset: Dataset | None = None,
    sample: int = 0,
) -> None:
    """Write a design as netlist, schematic, component table or design file.

    Parameters
    ----------
    design : TrainedDesign
        What to write.
    technology : Technology
        The one that it was trained for.
    file_format : {"netlist", "svg", "csv", "design"}
        SPICE file of one sample, schematic of every layer, component table, or JSON.
    path : Path
        Where to.
    dataset : Dataset, optional
        Needed for a netlist, which drives the inputs with one sample of the test split; with it a
        schematic shows the voltages of that sample.
    sample : int
        Number of that sample in the test split.

    Raises
    ------
    UsageError, ProjectFileError, SimulatorMissing
        Where a sample does not exist, the path cannot be written, or there is nothing to netlist.
    """
    check_spares(path, design.data)
    voltages = None
    if dataset is not None:
        voltages = dataset.part("test")[0]
        if not 0 <= sample < len(voltages):
            raise UsageError(
                f"There is no sample {sample}; the test split has 0 to {len(voltages) - 1}."
            )
    if file_format == "design":
        save_design(path, design)
    elif file_format == "netlist":
        if dataset is None:
            raise UsageError("A netlist needs the data of the design for the voltages of a sample.")
        write_atomically(path, sample_netlist(design, technology, dataset, sample).encode())
    elif file_format == "csv":
        write_atomically(path, parts_csv(component_table(design, technology)).encode())
    elif file_format == "svg":
        states = operating_point(design, voltages) if voltages is not None else None
        schematics = [
            layer_schematic(design, index, state=states[index] if states else None, sample=sample)
            for index in range(len(design.layers))
        ]
        write_atomically(path, design_svg(schematics).encode())
    else:
        raise UsageError(
            f"{file_format!r:.20} is no export format; there are {', '.join(EXPORT_FORMATS)}."
        )


def check_alpha(alpha: float) -> float:
    """Refuse a weight of power outside 0..1."""
    if not 0 <= alpha <= 1:
        raise UsageError(f"alpha weighs power and lies in 0..1, not {alpha:g}.")
    return alpha
