"""Results as they stand in JSON, for ``--json`` and for report files."""

import json
import math
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import numpy as np

from pnn_studio.app.analysis.design_choice import goal_of
from pnn_studio.app.analysis.front_check import FrontCheck
from pnn_studio.domain.design import TrainedDesign
from pnn_studio.domain.family import Family
from pnn_studio.domain.figures import Value, figures_in, figures_of
from pnn_studio.domain.importing import Preview
from pnn_studio.domain.layout import Crossbar
from pnn_studio.domain.pareto import best95
from pnn_studio.domain.prediction import Predictions
from pnn_studio.domain.run import DIVERGED
from pnn_studio.domain.variation import Variation
from pnn_studio.domain.verification import Verification
from pnn_studio.storage.design_file import metrics_entry


def design_summary(design: TrainedDesign) -> dict[str, Any]:
    """Summarise a design as ``train --json`` prints it."""
    named = {"alpha": design.alpha, "seed": design.seed}
    trained = {"model": design.model} | _variation(design.variation)
    return named | metrics_entry(design) | trained | _more(design)


def _variation(variation: Variation | None) -> dict[str, Any]:
    """Return the spread that was trained for, a share or ``technology``; nothing where none was."""
    return {} if variation is None else {"variation": variation.choice}


def _more(design: TrainedDesign) -> dict[str, Value]:
    """Return the figures that no design file states among its metrics, by key."""
    return {each.figure.key: each.value for each in figures_of(design, "summary")}


def finish_summary(family: Family) -> dict[str, Any]:
    """Say whether a training came to its end, and how many designs did not.

    A design that took all the epochs it was given is finished; one that was stopped is not.
    """
    return {"finished": family.unfinished == 0, "unfinished": family.unfinished}


def sweep_summary(family: Family) -> dict[str, Any]:
    """Summarise a family as ``sweep --json`` prints it; nan where a design diverged.

    Rows are values of alpha, or power limits, columns are seeds.
    """
    diverged = family.status == DIVERGED
    test_accuracy = np.where(diverged, np.nan, family.test_accuracy)
    power = np.where(diverged, np.nan, family.total_power)
    summary: dict[str, Any] = {
        "seconds": family.seconds,
        "design_epochs": family.design_epochs,
        "design_epochs_per_s": family.design_epochs / max(family.seconds, 1e-9),
        "diverged": int(diverged.sum()),
        "model": family.plan.model,
        **_variation(family.plan.variation),
        **finish_summary(family),
    }
    if family.plan.limits is None:
        best = best95(family)
        shape = (len(family.alphas), -1)
        summary["alphas"] = family.alphas.tolist()
        summary["best95"] = vars(best) if best is not None else None
    else:
        limits = np.asarray(family.plan.limits, dtype=float)
        shape = (len(np.unique(limits)), -1)
        summary["limit_w"] = np.unique(limits).tolist()
        summary["limit_met"] = (power <= limits).reshape(shape).tolist()
    return summary | {
        "test_accuracy": test_accuracy.reshape(shape).tolist(),
        "power_w": power.reshape(shape).tolist(),
        **_more_of_all(family, power.reshape(shape).shape[1]),
    }


def _more_of_all(family: Family, seeds: int) -> dict[str, list[list[Value]]]:
    """Return those figures of every design, a row for each `seeds` designs; nan as above."""
    rows: dict[str, list[list[Value]]] = {}
    for figure in figures_in("summary"):
        values = [
            math.nan if status == DIVERGED else figure.value(family.design(index))
            for index, status in enumerate(family.status)
        ]
        rows[figure.key] = [values[at : at + seeds] for at in range(0, len(values), seeds)]
    return rows


def limit_summary(design: TrainedDesign, limit: float | None) -> dict[str, Any]:
    """Say whether a design stays within its power limit, as ``train --json`` prints it."""
    if limit is None:
        return {}
    return {"limit_w": limit, "limit_met": design.metrics.power.total <= limit}


def check_summary(design: TrainedDesign, verification: Verification) -> dict[str, Any]:
    """Summarise a verification as ``check --json`` prints it; `design` is what was simulated."""
    parts = {"model": verification.model_power, "spice": verification.spice_power}
    return {
        "samples": verification.samples,
        "accuracy": {"model": verification.model_accuracy, "spice": verification.spice_accuracy},
        "seen_accuracy": verification.seen_accuracy,
        "agreement": verification.agreement,
        "node_error_v": [vars(error) for error in verification.layer_errors],
        "outputs": {
            "model": verification.model_outputs.tolist(),
            "spice": verification.spice_outputs.tolist(),
        },
        "power_w": {name: power.total for name, power in parts.items()},
        "power_parts_w": {name: dict(vars(power)) for name, power in parts.items()},
        "seconds": verification.seconds,
        "simulator": verification.simulator,
        "model": design.model,
        "crossbar": design.layout.crossbar,
    }


def front_summary(
    front: FrontCheck, crossbar: Crossbar | None = None, netlists: Mapping[int, str] | None = None
) -> dict[str, Any]:
    """Summarise the check of a front as ``check SWEEP --json`` prints it.

    `crossbar` is the structure that was simulated, by default the family's own; `netlists` says
    where those are kept that ngspice failed at.
    """
    family, best = front.family, front.best95
    limited = family.plan.limits is not None

    def name(index: int) -> dict[str, Any]:
        goal, seed = goal_of(family.plan, index)
        return {"limit_w" if limited else "alpha": goal, "seed": seed}

    def entry(index: int) -> dict[str, Any]:
        design, found = family.design(index), front.checked[index]
        whole = check_summary(design, found)
        kept = ("accuracy", "seen_accuracy", "agreement", "power_w", "power_parts_w")
        stated = {key: whole[key] for key in kept}
        error = {"output_error_v": vars(found.layer_errors[-1])}
        return name(index) | stated | error | _more(design)

    first = next(iter(front.checked.values()), None)
    return {
        "designs": [entry(index) for index in front.by_power],
        "failed": [
            name(index) | {"reason": why, "netlist": (netlists or {}).get(index)}
            for index, why in front.failed.items()
        ],
        "picked": None if front.design is None else entry(front.design),
        "stopped": front.stopped,
        "samples": None if first is None else first.samples,
        "simulator": None if first is None else first.simulator,
        "model": family.plan.model,
        "crossbar": crossbar or family.plan.layout.crossbar,
        "best95_spice": None
        if best is None
        else {"alpha": best.alpha, "accuracy": best.accuracy, "power_w": best.power},
    }


def front_rows(front: FrontCheck) -> list[list[str | float]]:
    """Return a head and a row for each design, as ``check SWEEP --out`` writes them as CSV."""
    goal = "alpha" if front.family.plan.limits is None else "limit_w"
    head = (goal, "seed", "model_accuracy", "ngspice_accuracy", "ngspice_seen_accuracy")
    errors = ("output_error_rms_v", "output_error_max_v")
    more_head = (each.key for each in figures_in("summary"))
    rows: list[list[str | float]] = [
        [*head, "agreement", "model_power_w", "ngspice_power_w", "picked", *errors, *more_head]
    ]
    for index in front.by_power:
        found = front.checked[index]
        seen = math.nan if found.seen_accuracy is None else found.seen_accuracy
        accuracies = (found.model_accuracy, found.spice_accuracy, seen, found.agreement)
        powers = (found.model_power.total, found.spice_power.total)
        picked = "yes" if index == front.design else "no"
        more = _more(front.family.design(index)).values()
        error = found.layer_errors[-1]
        row = (*accuracies, *powers, picked, error.rms, error.max, *more)
        rows.append([*goal_of(front.family.plan, index), *row])
    return rows


def preview_summary(preview: Preview) -> dict[str, Any]:
    """Summarise a file as ``data --json`` prints it."""
    return asdict(preview) | {"importable": preview.importable, "classes": dict(preview.classes)}


def predictions_summary(predictions: Predictions) -> dict[str, Any]:
    """Summarise predictions as ``predict --json`` prints them."""
    names = predictions.class_names
    return {
        "file": predictions.title,
        "class_names": list(names),
        "clipped": predictions.clipped,
        "lines": list(predictions.lines),
        "classes": [names[index] for index in predictions.classes],
        "measurable": predictions.measurable.tolist(),
        "outputs_v": predictions.outputs.tolist(),
    }


def plain_json(value: Any) -> Any:
    """Make a value fit for JSON: nan becomes null, mappings and sequences are followed."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(key): plain_json(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain_json(each) for each in value]
    return value


def json_text(value: Any) -> str:
    """Write a summary as one JSON object."""
    return json.dumps(plain_json(value), allow_nan=False)
