"""The jobs of the worker that need torch or the circuit; they load what takes a second to load."""

import time
from pathlib import Path

from pnn_studio.app import commands
from pnn_studio.app.family_run import FamilyRun
from pnn_studio.app.netlists import sample_netlist
from pnn_studio.app.protocol import (
    Check,
    Control,
    Done,
    Export,
    Keeping,
    NetlistText,
    Train,
    WriteNetlist,
)
from pnn_studio.app.steering import Say, Steering, progress
from pnn_studio.domain.dataset import DataReference
from pnn_studio.domain.run import EpochRecord
from pnn_studio.domain.verification import samples_of_check
from pnn_studio.training.datasets import load_dataset

_FAMILY_EVERY_S = 1.0


def do(job: Train | Check | WriteNetlist | Export, steering: Steering, say: Say) -> None:
    """Do a job; `say` sends its replies to the window.

    Raises
    ------
    PnnError
        Where it cannot be done.
    """
    if isinstance(job, Train):
        _train(job, steering, say)
    elif isinstance(job, Check):
        _check(job, steering, say)
    elif isinstance(job, WriteNetlist):
        technology = commands.technology_of(job.design, job.technology)
        dataset = job.data or commands.data_of(job.design, technology)
        say(NetlistText(sample_netlist(job.design, technology, dataset, job.sample)))
        say(Done("Written"))
    else:
        _export(job, say)


def _check(job: Check, steering: Steering, say: Say) -> None:
    technology = commands.technology_of(job.design, job.technology)
    dataset = job.data or commands.data_of(job.design, technology)
    follow = progress(steering, say)
    samples = samples_of_check(dataset)
    verification = commands.check_design(
        job.design,
        technology,
        dataset,
        cancelled=steering.stopped.is_set,
        samples=lambda done: follow(done / samples),
    )
    say(verification)
    say(Done("Checked"))


def _export(job: Export, say: Say) -> None:
    technology = commands.technology_of(job.design, job.technology)
    dataset = None
    if job.format in ("netlist", "svg"):
        dataset = job.data or commands.data_of(job.design, technology)
    path = Path(job.path)
    commands.export_design(
        job.design, technology, job.format, path, dataset=dataset, sample=job.sample
    )
    say(Done(f"Wrote {path.name}"))


def _train(job: Train, steering: Steering, say: Say) -> None:
    models = commands.load_models(job.kit)
    dataset = job.data
    if isinstance(dataset, DataReference):
        dataset = load_dataset(dataset, models.technology)
    checkpoint = Path(job.checkpoint) if job.checkpoint else None
    training = FamilyRun(job.plan, dataset, models, checkpoint=checkpoint, processes=job.processes)
    last_family, told = 0.0, ""

    def on_record(record: EpochRecord, training: FamilyRun) -> bool:
        nonlocal last_family, told
        now = time.monotonic()
        say(record)
        if training.trouble != told:
            told = training.trouble
            say(Keeping(told))
        if now - last_family >= _FAMILY_EVERY_S:
            last_family = now
            say(training.family())
        if steering.paused:
            training.control(Control("pause"))
            steering.wait_while_paused()
            training.control(Control("resume"))
        going = not steering.stopped.is_set()
        if steering.checkpoint is not None:  # said before the stop, if both were
            training.keep_at(steering.checkpoint)
        return going

    say(training.run(on_record))
    stopped = steering.stopped.is_set()
    say(Done("Stopped" if stopped else "Trained", stopped=stopped))
