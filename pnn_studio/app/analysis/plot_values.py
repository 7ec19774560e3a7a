"""What the plots of an exported design show, and the same numbers as tables."""

import math
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from pnn_studio.app.analysis.front_check import pick_of_family
from pnn_studio.domain.dataset import SPLITS
from pnn_studio.domain.export_subject import ExportSubject
from pnn_studio.domain.family import Family
from pnn_studio.domain.nodes import nodes_by_net
from pnn_studio.domain.pareto import pareto_front
from pnn_studio.domain.plots import (
    Array,
    CheckPlot,
    CurvesPlot,
    FrontPlot,
    FrontPoints,
    Origin,
    YieldPlot,
)
from pnn_studio.domain.run import DIVERGED, IMPROVING
from pnn_studio.domain.verification import Verification
from pnn_studio.errors import UsageError

Row = tuple[str | float, ...]


def _family(subject: ExportSubject) -> Family:
    if subject.family is None:
        raise UsageError(
            "A design file knows of no other designs; take the trade-off of a sweep or a project."
        )
    return subject.family


def front_plot(subject: ExportSubject) -> FrontPlot:
    """Work out the trade-off of the family that a design is of.

    Raises
    ------
    UsageError
        Where only the design is known, or every design diverged.
    """
    family, checked = _family(subject), dict(subject.checks)
    # a design that still trains is no offer yet, unless there is no other
    usable = (family.status != DIVERGED) & (family.epochs > 0)
    done = usable & (family.status != IMPROVING)
    designs = np.flatnonzero(done if done.any() else usable)
    if not len(designs):
        raise UsageError("Every design diverged; there is no trade-off to show.")
    points = [_points("model", designs, family.total_power[designs], family.test_accuracy[designs])]
    if checked:
        known = np.array(sorted(checked), dtype=np.int64)
        points.append(
            _points(
                "ngspice",
                known,
                np.array([checked[int(each)].spice_power.total for each in known]),
                np.array([checked[int(each)].spice_accuracy for each in known]),
            )
        )
    plan = family.plan
    return FrontPlot(
        title=f"{family.data.title} {plan.layout}",
        model=plan.model,
        goal="alpha" if plan.limits is None else "limit_w",
        goals=family.goals,
        seeds=plan.seeds,
        points=tuple(points),
        chosen=subject.index,
        picked=pick_of_family(family, checked),
    )


def _points(
    source: Origin, designs: NDArray[np.int64], power: Array, accuracy: Array
) -> FrontPoints:
    return FrontPoints(source, designs, power, accuracy, pareto_front(power, accuracy))


def curves_plot(subject: ExportSubject) -> CurvesPlot:
    """Take the curves of a design out of the history of its family, as far as it trained.

    Raises
    ------
    UsageError
        Where no curves are known.
    """
    family, index = subject.family, subject.index
    if family is None or index is None or not len(family.history.epochs):
        raise UsageError(
            "Of this design no curves are known; take them of a sweep or a project that trained it."
        )
    history, last = family.history, int(family.epochs[index])
    rows = np.flatnonzero(history.epochs < last)
    after = rows[-1] + 1 if len(rows) else 0
    rows = np.append(rows, min(after, len(history.epochs) - 1))
    rows = np.unique(rows)
    return CurvesPlot(
        title=subject.title,
        model=family.plan.model,
        epochs=np.minimum(history.epochs[rows], last),
        loss=history.loss[rows, index].astype(float),
        accuracy=history.accuracy[rows, index].astype(float),
        power=history.power[rows, index].astype(float),
    )


def check_plot(subject: ExportSubject) -> CheckPlot:
    """Compare every node of a design as ngspice and the model have it.

    Raises
    ------
    UsageError
        Where it was not checked.
    """
    found, design = subject.verification, subject.design
    if found is None:
        raise UsageError(
            "This design is not checked yet; check it first (Check with ngspice, or export "
            "--check)."
        )
    known = nodes_by_net(design.layout)
    nodes = [
        (number, known[net])
        for number, net in enumerate(found.nodes)
        if net in known and known[net].layer > 0
    ]
    columns = [number for number, _ in nodes]
    powers = (found.model_power, found.spice_power)
    return CheckPlot(
        title=subject.title,
        model=design.model,
        simulator=found.simulator,
        names=tuple(found.nodes[number] for number in columns),
        layers=np.array([node.layer for _, node in nodes], dtype=np.int64),
        kinds=tuple(node.kind for _, node in nodes),
        model_v=found.model[:, columns],
        spice_v=found.spice[:, columns],
        power=np.array([[each.crossbar, each.activation, each.negation] for each in powers]),
        accuracy=(found.model_accuracy, found.spice_accuracy),
        answers_equal=round(found.agreement * found.samples),
    )


def yield_plot(subject: ExportSubject) -> YieldPlot:
    """Take the histogram of prints and their accuracy by spread.

    Raises
    ------
    UsageError
        Where no prints are computed.
    """
    report = subject.prints
    if report is None:
        raise UsageError("Of this design no prints are computed yet; run pnn-studio yield.")
    test, curve = report.test, report.curve
    return YieldPlot(
        title=subject.title,
        words=f"{test.prints:,} prints, spread of {report.variation}, seed {report.seed}",
        prints=np.asarray(test.histogram, dtype=np.int64),
        least_count=test.least_count,
        least=test.least,
        nominal=test.nominal,
        share=test.share,
        interval=test.interval,
        spread=np.array([0.0, *(each.resistor for each in curve)]),
        mean=np.array([test.nominal, *(each.mean for each in curve)]),
        low=np.array([test.nominal, *(each.low for each in curve)]),
        high=np.array([test.nominal, *(each.high for each in curve)]),
        at=report.spread.resistor,
    )


# --- tables --------------------------------------------------------------------------------------


def front_rows(plot: FrontPlot) -> list[Row]:
    """Return a head and a row for each design of either front, by source and ascending power."""
    rows: list[Row] = [("source", plot.goal, "seed", "power_w", "accuracy_test", "chosen")]
    for points in plot.points:
        for at in points.front:
            design = int(points.designs[at])
            rows.append(
                (
                    _source(plot, points.source),
                    float(plot.goals[design]),
                    plot.seeds[design],
                    float(points.power[at]),
                    float(points.accuracy[at]),
                    "yes" if design == plot.chosen else "no",
                )
            )
    return rows


def _source(plot: FrontPlot, source: str) -> str:
    return plot.model if source == "model" else source


def designs_rows(subject: ExportSubject) -> list[Row]:
    """Return a head and a row for every design that was trained, in the order of the plan.

    Accuracies and powers of the model stand beside those in ngspice, which are empty where a design
    was not checked. Power is that on the test split in watt.
    """
    family, checked = _family(subject), dict(subject.checks)
    plan = family.plan
    goal = ("alpha",) if plan.limits is None else ("alpha", "limit_w")
    parts = ("crossbar", "activation", "negation")
    head: Row = (
        *goal, "seed", "status", "epochs", "model", "valid_loss_v",
        *(f"accuracy_{split}" for split in SPLITS), "power_w", *(f"{part}_w" for part in parts),
        "ngspice_accuracy_test", "ngspice_power_w", "answers_equal",
        *(f"ngspice_{part}_w" for part in parts), "front_model", "front_ngspice",
    )  # fmt: skip
    fronts: dict[str, set[int]] = {"model": set(), "ngspice": set()}
    for points in front_plot(subject).points if (family.status != DIVERGED).any() else ():
        fronts[points.source] = {int(points.designs[at]) for at in points.front}
    words = {IMPROVING: "improving", DIVERGED: "diverged"}
    rows = [head]
    for index in range(plan.designs):
        known = family.status[index] != DIVERGED
        limit = () if plan.limits is None else (_or_nan(plan.limits[index]),)
        rows.append(
            (
                plan.alphas[index], *limit, plan.seeds[index],
                words.get(int(family.status[index]), "finished"), int(family.epochs[index]),
                plan.model, float(family.valid_loss[index]),
                *(float(each) if known else math.nan for each in family.accuracy[index]),
                float(family.total_power[index]) if known else math.nan,
                *(float(each) if known else math.nan for each in family.power[index]),
                *_in_ngspice(checked.get(index)),
                *("yes" if index in fronts[each] else "no" for each in ("model", "ngspice")),
            )
        )  # fmt: skip
    return rows


def _or_nan(value: float | None) -> float:
    return math.nan if value is None else value


def _in_ngspice(found: Verification | None) -> tuple[float, ...]:
    if found is None:
        return (math.nan,) * 6
    power = found.spice_power
    equal = round(found.agreement * found.samples)
    parts = (power.crossbar, power.activation, power.negation)
    return (found.spice_accuracy, power.total, equal, *parts)


def curves_rows(plot: CurvesPlot) -> list[Row]:
    """Return a head and a row for each point of the curves of a design."""
    head: Row = (
        "epoch", "loss_train_v", "loss_valid_v", "accuracy_train", "accuracy_valid", "power_w",
        "crossbar_w", "activation_w", "negation_w", "model",
    )  # fmt: skip
    return [
        head,
        *(
            (int(epoch), *loss, *accuracy, sum(power), *power, plot.model)
            for epoch, loss, accuracy, power in zip(
                plot.epochs,
                plot.loss.tolist(),
                plot.accuracy.tolist(),
                plot.power.tolist(),
                strict=True,
            )
        ),
    ]


def check_rows(plot: CheckPlot) -> Iterable[Row]:
    """Yield a head and a row for every sample of every node, by node."""
    yield ("net", "kind", "layer", "sample", f"{plot.model}_v", "ngspice_v")
    for node, name in enumerate(plot.names):
        both = zip(plot.model_v[:, node].tolist(), plot.spice_v[:, node].tolist(), strict=True)
        for sample, (model, spice) in enumerate(both):
            yield (name, plot.kinds[node], int(plot.layers[node]), sample, model, spice)


def yield_rows(plot: YieldPlot) -> list[Row]:
    """Return a head and a row for each number of right test samples."""
    samples = len(plot.prints) - 1
    head: Row = ("right", "samples", "accuracy_test", "prints", "keeps", "source")
    return [
        head,
        *(
            (right, samples, right / samples, count,
             "yes" if right >= plot.least_count else "no", "loaded")
            for right, count in enumerate(plot.prints.tolist())
        ),
    ]  # fmt: skip
