"""What the window says about the state of a session: pure functions, tested without a window."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from pnn_studio.app.analysis.design_choice import why_no_slider
from pnn_studio.app.analysis.limit_choice import limit_answer, limit_words
from pnn_studio.app.analysis.tradeoff import Shown, Tradeoff
from pnn_studio.app.analysis.training_time import Estimate
from pnn_studio.app.session import history
from pnn_studio.app.session.runs import Run
from pnn_studio.domain.design import LayerDesign, TrainedDesign
from pnn_studio.domain.layout import Crossbar
from pnn_studio.domain.operating_point import circuit_power
from pnn_studio.domain.run import DIVERGED, IMPROVING, EpochRecord
from pnn_studio.domain.units import MINUS, count_of, format_percent, format_si, rough_duration
from pnn_studio.domain.verification import (
    Verification,
    power_difference,
    seriously,
    what_differs,
)
from pnn_studio.ui.controllers.studio import Studio

_LEAST_PROGRESS = 0.02

NOT_TRAINED = "No trained design yet. Press Train (Ctrl+T)."
NOT_CHECKED = "Not checked yet. Check with ngspice (F7) takes under a second."
NO_CURVES = "Loss, accuracy and power appear here as soon as you press Train."
CURVES_SOON = "Loss, accuracy and power appear here after the first epochs."
NO_CHECKS = (
    "No design of this family is checked yet. Check the front (Shift+F7) simulates the best ones."
)
FIRST_CHECK = "What ngspice says appears here in a moment."
NO_DATA = "No data yet."
NO_LAYERS = "Layers follow from the data."


@dataclass(frozen=True)
class Chip:
    """The state of the design at the slider, as the chip of the alpha bar says it."""

    icon: str
    tone: Literal["muted", "accent", "ok", "warn", "error"]
    title: str
    detail: str


def duration(seconds: float) -> str:
    """Write a time as people say it.

    Examples
    --------
    >>> duration(7.2), duration(70.4), duration(160)
    ('7 s', '70 s', '2 min 40 s')
    """
    whole = round(seconds)
    if whole <= 90:  # noqa: PLR2004 - up to there people say seconds
        return f"{whole} s"
    return f"{whole // 60} min {whole % 60} s"


def estimate_line(designs: int, estimate: Estimate | None) -> str:
    """Say how large a family is and how long it will take."""
    count = count_of(designs, "design")
    if estimate is None:
        return count
    if estimate.basis == "nothing":
        return f"{count}, at most {rough_duration(estimate.bound)}"
    return f"{count}, about {rough_duration(estimate.seconds)}"


def estimate_basis(estimate: Estimate) -> str:
    """Say where an estimate comes from, and its bound."""
    if estimate.basis == "nothing":
        likely = rough_duration(estimate.seconds)
        return f"Nothing was trained on this machine yet; most designs end early, then {likely}."
    whose = "these" if estimate.basis == "same data" else "other"
    bound = rough_duration(estimate.bound)
    return f"From trainings on {whose} data here. If every design takes all its epochs: {bound}."


def signed_percent(share: float) -> str:
    """Write a difference as a signed percentage.

    Examples
    --------
    >>> signed_percent(0.149), signed_percent(-0.0649)
    ('+14.9 %', '−6.5 %')
    """
    return f"{share * 100:+.1f} %".replace("-", MINUS)


def seconds_left(record: EpochRecord) -> float | None:
    """Estimate how long a training still takes; None while it is too early to say.

    At least a second, as long as it goes on.
    """
    if record.progress < _LEAST_PROGRESS:
        return None
    return max(record.seconds * (1 - record.progress) / record.progress, 1.0)


def finished(record: EpochRecord) -> int:
    """Count the designs that do not train any more."""
    return int((record.status != IMPROVING).sum())


def training_line(studio: Studio) -> str:
    """Say how far the training is."""
    session = studio.session
    run = session.training or session.run
    if run is None:
        return "starting…" if studio.is_training else "not started"
    line = _run_line(run)
    if run is not session.run:
        line = f"{run.caption}: {line}"
    waiting = len(session.queue)
    if waiting:
        line += "; 1 run waits" if waiting == 1 else f"; {waiting} runs wait"
    return line


def _run_line(run: Run) -> str:
    record = run.curves.latest
    if record is None:
        return "starting…" if run.goes_on else history.state_of(run)
    designs, took = run.plan.designs, duration(record.seconds)
    left = seconds_left(record)
    remains = f", about {duration(left)} left" if left is not None else ""
    done = f"{finished(record)} of {designs} designs"
    usable = int((record.status != DIVERGED).sum())
    return {
        "running": f"{done}, epoch {record.epoch}, {took} so far{remains}",
        "paused": f"Paused at epoch {record.epoch}, {done}",
        "stopped": f"{history.stopped_line(run)}, {took}",
        "interrupted": f"Interrupted at epoch {record.epoch}, {took}; the best so far is kept",
        "queued": f"Waits to go on at epoch {record.epoch}",
        "failed": f"Ended at epoch {record.epoch}, {took}; the best so far is kept",
        "finished": f"{usable} of {designs} designs in {took}",
    }[run.state]


def _checked(verification: Verification) -> Chip:
    samples = verification.samples
    same = round(verification.agreement * samples)
    difference = power_difference(verification)
    detail = f"classes agree {same} of {samples}, power {signed_percent(difference)}"
    differs = what_differs(verification)
    if differs:
        many = seriously(samples - same, samples)
        return Chip("warn", "error" if many else "warn", f"Checked, {differs}", detail)
    return Chip("check", "ok", "Checked, agrees", detail)


def _training(studio: Studio) -> Chip:
    run = studio.session.run
    record = run.curves.latest if run else None
    if run is None or record is None or not studio.session.is_training:
        return Chip("busy", "accent", "Training…", "starting")
    left = seconds_left(record)
    title = "Training…" if left is None else f"Training, {duration(left)} left"
    if run.state == "paused":
        title = f"Paused at epoch {record.epoch}"
    return Chip(
        "busy", "accent", title, f"{finished(record)} of {run.plan.designs} designs finished"
    )


def checking_line(studio: Studio) -> str:
    """Say how far the check of a single design is, or that of the front."""
    designs = studio.checks.front.progress
    if designs is not None and not studio.is_checking:
        return f"Checking {studio.checks.front.what}, {designs[0]} of {designs[1]} designs"
    samples = studio.checks.samples
    return "Checking…" if samples is None else f"Checking, {samples[0]} of {samples[1]} samples"


def _checking(studio: Studio) -> Chip:
    designs = studio.checks.front.progress
    if studio.is_checking or designs is None:
        return Chip("busy", "accent", checking_line(studio), "in ngspice")
    title = f"Checking, {designs[0]} of {designs[1]} designs"
    return Chip("busy", "accent", title, f"of {studio.checks.front.what}, in ngspice")


_NOT_CHECKED = Chip("info", "muted", "Not checked", "Check with ngspice (F7)")
_NOT_CHECKED_IDEAL = Chip("warn", "warn", history.IDEAL_CAUTION, _NOT_CHECKED.detail)


def chip(studio: Studio) -> Chip:
    """Say whether the design at the slider is trained, checked, and what the check found."""
    session = studio.session
    design = session.design
    verification = session.verification(design) if design is not None else None
    # the check of a front goes on behind a design that is checked
    if studio.is_checking or (verification is None and studio.checks.front.progress is not None):
        return _checking(studio)
    shown = session.run
    if studio.is_training and (shown is None or shown.goes_on or design is None):
        return _training(studio)
    if design is None:
        action = "Press Train (Ctrl+T)" if session.layout else "Choose a data set first"
        return Chip("info", "muted", "Not trained yet", action)
    if verification is not None:
        return _checked(verification)
    if session.changed_since_check:
        return Chip("warn", "warn", "Changed since the check", "Check again with F7")
    return _NOT_CHECKED_IDEAL if design.model == "ideal" else _NOT_CHECKED


def nearest_trained(studio: Studio) -> str:
    """Say which alpha the window shows where the slider's own is not trained, or not yet."""
    session = studio.session
    design, run, alpha = session.design, session.run, session.shown.alpha
    fixed = run is not None and why_no_slider(run.family, run.id)
    if design is None or fixed or round(design.alpha, 2) == round(alpha, 2):
        return ""
    text = f"Nearest trained: α {design.alpha:.2f}."
    if run is not None and run.goes_on:
        near = min(run.plan.alphas, key=lambda each: abs(each - alpha))
        if round(abs(design.alpha - alpha) - abs(near - alpha), 4) > 0:  # 0.17 is as far from both
            text += f" Training α {near:.2f} in the background."
    return text


def over_limit(studio: Studio) -> str:
    """Say by how much the design that is shown is over the power limit; empty within it."""
    session = studio.session
    limit, run, current = session.shown.limit, session.run, session.design_index
    if limit is None or run is None or run.family is None or current is None:
        return ""
    checked = session.checks.of_run(run)
    found = checked.get(current)
    power = run.family.total_power[current] if found is None else found.spice_power.total
    if float(power) <= limit:
        return ""
    return limit_words(limit_answer(run.family, limit, current, checked))


def tradeoff_line(view: Tradeoff, shown: Shown, current: int | None) -> str:
    """Describe the trade-off in words, for those who cannot see it."""
    best = view.best95
    text = f"{shown.text}, {len(shown.front)} of them on the front."
    point = view.point_of(current)
    if point is not None:
        accuracy, power = float(view.cloud.accuracy[point]), float(view.cloud.power[point])
        source = view.source_of(point)
        text += f" Current: {format_percent(accuracy)}, {format_si(power, 'W')} ({source})."
        if view.cloud.modelled[point]:
            text += " It is not checked in ngspice."
    if best is not None:
        name = "best95 in ngspice" if view.simulated else "best95"
        text += f" {name}: α {best.alpha:.2f}, {format_si(best.power, 'W')}."
    return text


def structure_costs(design: TrainedDesign, index: int) -> str:
    """Say what the negations of either structure cost, in one layer and in the network.

    By the mean power of a circuit on its own: what it drives in one structure is another load in
    the other one, of which there is no design.
    """

    def cost(name: Crossbar, layers: Sequence[LayerDesign]) -> str:
        count = sum(layer.negations(name) for layer in layers)
        watts = sum(float(circuit_power(layer, name).negation.sum()) for layer in layers)
        return f"{count} for {format_si(watts, 'W')}"

    here, whole = design.layers[index : index + 1], design.layers
    return (
        f"Negations of layer {index + 1}: modified {cost('modified', here)}, "
        f"original {cost('original', here)}; of the network: {cost('modified', whole)}, "
        f"{cost('original', whole)} (mean of a circuit without load)"
    )
