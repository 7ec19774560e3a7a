"""What the command line shows to people: progress on stderr, results as words and tables."""

import contextlib
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

import numpy as np
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from pnn_studio.app.analysis.check_words import agreement_sentence
from pnn_studio.app.analysis.design_choice import design_name, goal_of
from pnn_studio.app.analysis.front_check import FrontCheck
from pnn_studio.app.jobs.ends import INTERRUPTIONS
from pnn_studio.domain.cells import CircuitName
from pnn_studio.domain.circuit_model import ModelName
from pnn_studio.domain.dataset import SPLITS
from pnn_studio.domain.design import TrainedDesign
from pnn_studio.domain.family import Family
from pnn_studio.domain.figures import figures_of
from pnn_studio.domain.nodes import NodeNames
from pnn_studio.domain.pareto import best95, seed_means
from pnn_studio.domain.run import DIVERGED, IMPROVING, EpochRecord
from pnn_studio.domain.units import format_percent, format_si, rough_duration
from pnn_studio.domain.verification import Verification

if TYPE_CHECKING:  # they load torch, which looking at data does not need
    from pnn_studio.app.commands.demo import DemoResult
    from pnn_studio.app.commands.family_run import FamilyRun

Follow = Callable[[EpochRecord, "FamilyRun"], bool]
_REDRAW_S = 0.25
_PARTS = ("total", "crossbar", "activation", "negation")  # of the power, as columns


def _progress() -> Progress:
    console = Console(stderr=True)
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:3.0f} %"),
        TimeElapsedColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,  # in a log it would only be an empty line
    )


@contextlib.contextmanager
def _interruptible() -> Iterator[threading.Event]:
    """Let Ctrl-C set an event, so that a training keeps what it has; the second one ends it.

    So does what else asks a process to end, unless whoever started this had it ignored.
    """
    interrupted = threading.Event()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        if interrupted.is_set():
            raise KeyboardInterrupt
        interrupted.set()
        _tell("Stopping, and keeping what there is.")

    asked = [each for each in INTERRUPTIONS if signal.getsignal(each) != signal.SIG_IGN]
    before = {each: signal.signal(each, stop) for each in asked}
    try:
        yield interrupted
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


def _tell(text: str, console: Console | None = None) -> None:
    """Say something on stderr, if anybody reads it: the work goes on anyway."""
    with contextlib.suppress(OSError):
        (console or Console(stderr=True)).print(text)


@contextlib.contextmanager
def training_progress(title: str, designs: int, model: ModelName | None = None) -> Iterator[Follow]:
    """Show how a training goes, on stderr where that is a terminal; Ctrl-C stops and keeps.

    Of a `model` that is named it says first where it has to be compiled.
    """
    # loads torch, as whatever trains does
    from pnn_studio.training.compiled.warm_up import is_warm

    with _progress() as progress, _interruptible() as interrupted:
        if model is not None and not is_warm(model):
            _tell("Compiling the training, only this once: a minute or so.", progress.console)
        task = progress.add_task(title, total=1.0)
        drawn, warned = 0.0, False

        def follow(record: EpochRecord, training: "FamilyRun") -> bool:
            nonlocal drawn, warned
            told = [] if drawn else [*_openings(record, training)]
            if training.trouble and not warned:
                warned = True
                told.append(f"{training.trouble} The training goes on without.")
            for each in told:
                _tell(each, progress.console)
            if time.monotonic() - drawn >= _REDRAW_S or record.progress >= 1:
                drawn = time.monotonic()
                finished = int(np.sum(record.status != IMPROVING))
                words = f"{title}: {finished} of {designs} designs, epoch {record.epoch}"
                left = record.seconds * (1 - record.progress) / max(record.progress, 1e-3)
                if 0.05 < record.progress < 1:  # noqa: PLR2004 - an estimate needs a beginning
                    words += f", about {max(left, 1):.0f} s left"
                progress.update(task, completed=record.progress, description=words)
            return not interrupted.is_set()

        yield follow


def _openings(record: EpochRecord, training: "FamilyRun") -> Iterator[str]:
    """Say with the first record what a training begins with."""
    if training.resumed:
        yield f"Going on from epoch {record.epoch}."
    if training.outdated:
        yield f"Begun anew: what an earlier training left {training.outdated}."
    if training.known:
        yield f"{training.known} of {training.plan.designs} designs are trained."
    if training.chunks > 1:
        yield f"Trained in {training.chunks} chunks, for want of memory."


@contextlib.contextmanager
def checking_progress(
    title: str = "Checking the front",
) -> Iterator[tuple[Callable[[int, int], None], Callable[[], bool]]]:
    """Show how the check of a front goes, likewise; yields what is told of it, and asked to stop.

    It is told how many designs are done, of how many.
    """
    with _progress() as progress, _interruptible() as interrupted:
        task = progress.add_task(title, total=1.0)

        def follow(done: int, designs: int) -> None:
            words = f"{title}, {done} of {designs} designs"
            progress.update(task, completed=done / designs, description=words)

        yield follow, interrupted.is_set


@contextlib.contextmanager
def study_progress(
    title: str,
) -> Iterator[tuple[Callable[[int, int, float], None], Callable[[], bool]]]:
    """Show how a study goes, likewise, and how long it will take.

    It is told how many designs are trained, of how many, and the share of the work.
    """
    with _progress() as progress, _interruptible() as interrupted:
        task = progress.add_task(title, total=1.0)
        begun: list[tuple[float, float]] = []

        def follow(done: int, designs: int, share: float) -> None:
            now = time.monotonic()
            if share and not begun:
                begun.append((now, share))
            words = f"{title}, {done} of {designs} designs"
            if begun and share - begun[0][1] > 0.01 and share < 1:  # noqa: PLR2004 - as above
                pace = (now - begun[0][0]) / (share - begun[0][1])
                words += f", about {rough_duration(pace * (1 - share))} left"
            progress.update(task, completed=share, description=words)

        yield follow, interrupted.is_set


@contextlib.contextmanager
def ended_by_ctrl_c() -> Iterator[tuple[Callable[[str, float], None], Callable[[], bool]]]:
    """Show how a piece of work goes, as `work_progress`; Ctrl-C ends it and keeps what is done."""
    with _interruptible() as interrupted, work_progress() as follow:
        yield follow, interrupted.is_set


@contextlib.contextmanager
def work_progress() -> Iterator[Callable[[str, float], None]]:
    """Show how a piece of work goes, likewise: called with its name and the share of it done."""
    with _progress() as progress:
        tasks: dict[str, Any] = {}

        def follow(name: str, share: float) -> None:
            if name not in tasks:
                tasks[name] = progress.add_task(name, total=1.0)
            progress.update(tasks[name], completed=share)

        yield follow


def stdout_console() -> Console:
    """Paths and names are printed as they are: no markup in them, no line broken for the width."""
    return Console(highlight=False, markup=False, soft_wrap=True)


def plain_table(*columns: str) -> Table:
    """Make a table without lines, its first column to the left and the others to the right."""
    table = Table(box=None, pad_edge=False)
    for number, column in enumerate(columns):
        table.add_column(column, justify="right" if number else "left")
    return table


def stopped_words(family: Family) -> str:
    """Say that a training was stopped, and how much of it is unfinished; empty where it was not."""
    left, designs = family.unfinished, family.plan.designs
    if not left:
        return ""
    if designs == 1:
        return "Stopped: the design is unfinished"
    return f"Stopped: {left} of {designs} designs {'is' if left == 1 else 'are'} unfinished"


def show_design(
    design: TrainedDesign, path: Path | None, limit: float | None = None, stopped: str = ""
) -> None:
    """Print accuracy, power and circuits of a design, after what `stopped_words` says of it."""
    console, metrics = stdout_console(), design.metrics
    asked = f"alpha {design.alpha:g}" if limit is None else f"within {format_si(limit, 'W')}"
    if stopped:
        console.print(f"{stopped}, the best so far:")
    console.print(
        f"{design.layout}, {asked}, seed {design.seed}: {metrics.epochs} epochs "
        f"in {metrics.seconds:.1f} s"
        + ("" if design.variation is None else f", trained for {design.trained_for}")
    )
    told = {each.figure.key: each for each in figures_of(design, "console")}
    table = plain_table("", *SPLITS)
    for name in ("accuracy", "measurable"):
        table.add_row(name, *(told.pop(f"{name}_{split}").text for split in SPLITS))
    console.print(table)
    parts = [told.pop(f"power_{part}_w") for part in _PARTS]
    power = plain_table("", *(each.figure.name for each in parts))
    power.add_row("test", *(each.text for each in parts))
    console.print(power)
    counts = [told.pop(f"negations_{crossbar}") for crossbar in ("modified", "original")]
    words = ", ".join(f"{each.text} {each.figure.name}" for each in counts)
    console.print(f"negation circuits: {words}")
    for each in told.values():
        console.print(f"{each.figure.name}: {each.text}")
    if path is not None:
        console.print(f"Wrote {path}")
    if limit is not None and metrics.power.total > limit:
        needs = format_si(metrics.power.total, "W")
        console.print(
            f"The limit of {format_si(limit, 'W')} is missed: the design takes {needs}. Try other "
            "seeds, fewer neurons or a larger --largest-r."
        )


def show_sweep(family: Family, path: Path | None) -> None:
    """Print the trade-off of a family."""
    console = stdout_console()
    alphas, accuracy, power = seed_means(family)
    limited = family.plan.limits is not None
    table = plain_table("limit" if limited else "alpha", "test accuracy", "power")
    for row in np.unique(np.linspace(0, len(alphas) - 1, 11).astype(int)):
        goal = format_si(alphas[row], "W") if limited else f"{alphas[row]:.2f}"
        table.add_row(goal, format_percent(accuracy[row]), format_si(power[row], "W"))
    head = stopped_words(family) or f"{family.plan.designs} designs"
    console.print(
        f"{head}, {family.seconds:.1f} s, model {family.plan.trained_by}; means over seeds:"
    )
    console.print(table)
    diverged = int(np.sum(family.status == DIVERGED))
    if diverged:
        console.print(f"{diverged} of {family.plan.designs} designs diverged and are left out.")
    best = None if limited else best95(family)
    if best is not None:
        needs, saving = format_si(best.power, "W"), f"{best.saving:.1f} times less"
        console.print(
            f"95 % of the accuracy at alpha {alphas[0]:g} needs {needs} in the model "
            f"(alpha {best.alpha:.2f}, {format_percent(best.accuracy)}): {saving}. "
            "Chosen by validation samples."
        )
    if path is not None:
        console.print(f"Wrote {path}")
    if family.plan.limits is not None:
        missed = int(np.sum(family.total_power > np.array(family.plan.limits, dtype=float)))
        if missed:
            console.print(f"{missed} of {family.plan.designs} designs miss their limit.")


def show_verification(design: TrainedDesign, verification: Verification) -> None:
    """Print model against ngspice; `design` is what was simulated."""
    console = stdout_console()
    console.print(
        f"{verification.samples} test samples in {verification.simulator}, "
        f"{verification.seconds:.2f} s: {format_percent(verification.agreement)} equal answers"
    )
    table = plain_table("", "accuracy", "power", "crossbar", "activation", "negation")
    for name, share, power in (
        ("model", verification.model_accuracy, verification.model_power),
        ("ngspice", verification.spice_accuracy, verification.spice_power),
    ):
        parts = (power.total, power.crossbar, power.activation, power.negation)
        table.add_row(name, format_percent(share), *(format_si(part, "W") for part in parts))
    console.print(table)
    for number, error in enumerate(verification.layer_errors, start=1):
        rms, largest = format_si(error.rms, "V"), format_si(error.max, "V")
        console.print(f"layer {number}, activation outputs: rms {rms}, largest {largest}")
    console.print(agreement_sentence(verification, design.model, NodeNames.of(design)))


def show_front(front: FrontCheck, netlists: Mapping[int, str] | None = None) -> None:
    """Print the designs of a front in model and ngspice, and which one ngspice picks.

    `netlists` says where those are kept that ngspice failed at.
    """
    console, family = stdout_console(), front.family
    limited = family.plan.limits is not None
    names = ("accuracy", "in ngspice", "agree", "outputs off", "power", "in ngspice", "")
    table = plain_table("limit" if limited else "alpha", "seed", *names)
    for index in front.by_power:
        found = front.checked[index]
        goal, seed = goal_of(family.plan, index)
        shares = (found.model_accuracy, found.spice_accuracy, found.agreement)
        table.add_row(
            format_si(goal, "W") if limited else f"{goal:.2f}",
            str(seed),
            *(format_percent(share) for share in shares),
            format_si(found.layer_errors[-1].rms, "V"),
            *(format_si(each.total, "W") for each in (found.model_power, found.spice_power)),
            "picked" if index == front.design else "",
        )
    first = next(iter(front.checked.values()), None)
    if first is not None:
        told = f"{first.samples} test samples in {first.simulator}"
        console.print(f"{told}; outputs off: rms difference between model and ngspice")
        console.print(table)
    for index, why in front.failed.items():
        kept = (netlists or {}).get(index)
        where = f" Its netlist is kept in {kept}." if kept else ""
        console.print(f"{design_name(family.plan, index)} could not be simulated: {why}{where}")
    console.print(f"{front.words}.")
    if front.design is not None:
        console.print("Chosen by training and validation samples; its accuracy is on test samples.")


def show_surrogates(reports: Mapping[CircuitName, Mapping[str, Any]]) -> None:
    """Print held-out errors as the cards state them."""
    console = stdout_console()
    for circuit, groups in reports.items():
        if not groups:
            console.print(f"{circuit}: the card states no held-out errors")
            continue
        table = plain_table(
            f"{circuit}, held out", "circuits", "R2 eta", "R2 power", "curve", "tanh form"
        )
        for group, errors in groups.items():
            r2 = errors["r2"]
            least = min(value for name, value in r2.items() if name != "power")
            table.add_row(
                group.replace("_", " "),
                str(errors["circuits"]),
                f"{least:.4f}",
                f"{r2['power']:.5f}",
                format_si(errors["curve_rms"], "V"),
                format_si(errors["form_rms"], "V"),
            )
        console.print(table)
    console.print(
        "R2 eta is the worst of the four; curve and tanh form are median rms differences from "
        "ngspice on 0..1 V, through the surrogate and at best."
    )


def show_demo(result: "DemoResult") -> None:
    """Print what the demo did."""
    console, front = stdout_console(), result.front
    show_sweep(front.family, None)
    console.print("")
    show_design(result.design, None)
    console.print("")
    show_verification(result.design, result.verification)
    console.print("")
    console.print(f"{front.words}.")
    console.print(f"Files in {result.folder}: {', '.join(path.name for path in result.files)}")
