"""How many prints of a design work, and what makes the others fail."""

import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from pnn_studio.circuit.ngspice import find_ngspice, run_netlist
from pnn_studio.circuit.prints import print_netlist
from pnn_studio.domain.dataset import Dataset
from pnn_studio.domain.design import TrainedDesign
from pnn_studio.domain.engine import cores
from pnn_studio.domain.print_report import (
    Answers,
    DesignYield,
    PartHarm,
    PrintReport,
    SpiceProof,
    SpreadPoint,
    YieldPlan,
)
from pnn_studio.domain.printing import Spread
from pnn_studio.domain.technology import Technology
from pnn_studio.domain.variation import stated_spread
from pnn_studio.domain.yields import Yield
from pnn_studio.errors import SimulationFailed, UsageError
from pnn_studio.physics.variation.dealing import Cancelled, deal
from pnn_studio.physics.variation.harm import Judged, faults_of, harm_of, sensitivity_of
from pnn_studio.physics.variation.monte_carlo import Floats, Lot, run_prints
from pnn_studio.training.compiled.warm_up import warm_up_exact

# orders of repair that the lost yield is shared out by: a share of 30 % is known to 2 points
_ORDERS = 500
# prints at each spread of the curve, and these spreads, as factors
_CURVE_PRINTS = 320
_FACTORS = (0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 2.5)
_TIMEOUT_S = 120.0

Tell = Callable[[str, float], None]
Solve = Callable[..., Answers]  # as `run_prints`


def spread_of(plan: YieldPlan, technology: Technology) -> Spread:
    """Return what prints are drawn from.

    Raises
    ------
    TechnologyError
        Where that of the technology is asked for and its file states none.
    """
    if plan.variation is not None:
        return Spread.of_share(plan.variation)
    return stated_spread(technology)


def run_yield(
    design: TrainedDesign,
    technology: Technology,
    dataset: Dataset,
    plan: YieldPlan,
    *,
    known: PrintReport | None = None,
    cancelled: Cancelled = None,
    tell: Tell | None = None,
    solve: Solve = run_prints,
) -> PrintReport:
    """Compute prints of a design by the exact solve, and what they tell.

    Parameters
    ----------
    design, technology, dataset
        The design, and what it was trained for and on.
    plan : YieldPlan
        What is asked.
    known : PrintReport, optional
        Of the same design and data: where it was ended early and drew the same, it is gone on with.
    cancelled : callable, optional
        Asked every 50 ms whether to end: what is computed is kept.
    tell : callable, optional
        Told what is done, in a word, and the share of it.
    solve : callable
        Solves prints, as `run_prints` does, here or elsewhere.

    Raises
    ------
    DatasetError, TechnologyError
        Where data or technology are not those of the design, or state too little.
    NotSolved
        Where the design as drawn has no solution.
    SimulatorMissing
        Where prints are to be simulated and there is no ngspice.
    UsageError
        Where it was ended before a print was computed.
    """
    dataset.check_unchanged(design.data)
    say = tell or (lambda _what, _share: None)
    threads = cores()
    simulator = find_ngspice() if plan.spice else ""
    valid, test = dataset.part("valid"), dataset.part("test")
    lot = Lot(
        design,
        technology,
        spread_of(plan, technology),
        np.concatenate([valid[0], test[0]]),
        plan.seed,
    )
    say("prints", 0.0)
    warm_up_exact(technology)
    drawn = lot.as_drawn()[0].argmax(axis=1)
    begun = _begun(known, lot, plan.prints)
    first = 0 if begun is None else len(begun.power)
    before = time.monotonic()
    answers = solve(
        lot,
        plan.prints - first,
        threads,
        first=first,
        cancelled=cancelled,
        follow=lambda done: say("prints", (first + done) / plan.prints),
    )
    seconds = time.monotonic() - before
    if begun is not None and known is not None:
        answers = begun.and_then(answers)
        seconds += known.seconds
    if not len(answers.chosen):
        raise UsageError("The run was ended before a print was computed; nothing is known.")
    at = len(valid[0])
    yields = [
        Yield(answers.chosen[:, of] == classes, drawn[of] == classes, plan.limit)
        for of, classes in ((slice(at), valid[1]), (slice(at, None), test[1]))
    ]
    judged = Judged(lot, test[1], slice(at, None))
    lost = np.flatnonzero(~yields[1].kept).tolist()
    say("components", 0.0)
    harm = harm_of(
        judged,
        lost,
        yields[1].least_count,
        _ORDERS,
        threads,
        cancelled,
        lambda done: say("components", done / _ORDERS),
    )
    sensitivity = [*sensitivity_of(judged, threads), 0.0]
    groups = [*(part.group for part in lot.board.parts), "common"]
    parts = [
        PartHarm(ref, group, float(share), float(change))
        for ref, group, share, change in zip(
            harm.refs, groups, harm.share, sensitivity, strict=True
        )
    ]
    parts.sort(key=lambda part: (-part.share, part.sensitivity))
    say("faults", 0.0)
    faults = faults_of(judged, threads, cancelled)
    curve = _curve(judged, threads, cancelled, solve)
    proof = None
    if plan.spice:
        proof = simulate_prints(
            judged,
            min(plan.spice, len(answers.chosen)),
            yields[1].least_count,
            answers,
            simulator,
            cancelled,
            say,
        )
    return PrintReport(
        variation=plan.spread_words,
        spread=lot.spread,
        seed=plan.seed,
        asked=plan.prints,
        test=yields[1],
        valid=yields[0],
        unsolved=answers.unsolved,
        power=float(np.nanmean(answers.power)) if answers.unsolved < len(answers.power) else 0.0,
        harm=tuple(parts),
        orders=harm.orders,
        faults=faults,
        curve=curve,
        spice=proof,
        seconds=seconds,
        answers=answers if len(answers.power) < plan.prints else None,
    )


def yield_of(
    design: TrainedDesign,
    technology: Technology,
    dataset: Dataset,
    plan: YieldPlan,
    cancelled: Cancelled = None,
) -> DesignYield | None:
    """Compute prints of one of many designs, on test samples; None where that was ended.

    Raises
    ------
    DatasetError, TechnologyError
        Where the data are not those of the design, or the technology states too little.
    NotSolved
        Where the design as drawn has no solution.
    """
    dataset.check_unchanged(design.data)
    voltages, classes = dataset.part("test")
    lot = Lot(design, technology, spread_of(plan, technology), voltages, plan.seed)
    warm_up_exact(technology)
    drawn = lot.as_drawn()[0].argmax(axis=1)
    answers = run_prints(lot, plan.prints, cores(), cancelled=cancelled)
    if len(answers.chosen) < plan.prints:
        return None
    found = Yield(answers.chosen == classes, drawn == classes, plan.limit)
    return DesignYield(found.share, found.prints, plan.spread_words)


def _begun(known: PrintReport | None, lot: Lot, prints: int) -> Answers | None:
    """Return what was computed of a lot before; None where that was of another one, or is more."""
    if known is None or known.answers is None:
        return None
    same = (known.spread, known.seed) == (lot.spread, lot.seed)
    fits = known.answers.chosen.shape[1] == len(lot.voltages)
    return known.answers if same and fits and len(known.answers.power) < prints else None


def _curve(
    judged: Judged, threads: int, cancelled: Cancelled, solve: Solve
) -> tuple[SpreadPoint, ...]:
    """Compute the accuracy of some prints at other spreads."""
    lot, points = judged.lot, []
    for factor in _FACTORS:
        spread = lot.spread.scaled(factor)
        other = replace(lot, spread=spread, voltages=lot.voltages[judged.samples])
        answers = solve(other, _CURVE_PRINTS, threads, cancelled=cancelled)
        if len(answers.chosen) < _CURVE_PRINTS:
            break  # it was ended
        accuracy = (answers.chosen == judged.classes).mean(axis=1)
        low, high = np.quantile(accuracy, (0.05, 0.95))
        mean = float(accuracy.mean())
        points.append(SpreadPoint(factor, spread.resistor, mean, float(low), float(high)))
    return tuple(points)


def simulate_prints(
    judged: Judged,
    prints: int,
    least: int,
    answers: Answers,
    simulator: str,
    cancelled: Cancelled,
    tell: Tell,
) -> SpiceProof:
    """Simulate the first prints in ngspice, from the same draws, and compare all outputs.

    Raises
    ------
    SimulationFailed
        Where ngspice simulates none of them.
    """
    lot = judged.lot
    begun = time.monotonic()
    found: list[Floats | SimulationFailed | None] = [None] * prints
    apart = np.zeros(prints)

    def work(solver: object, number: int) -> None:
        netlist = print_netlist(
            lot.design, lot.technology, lot.board, lot.printed(number), lot.driven(number)
        )
        try:
            result = run_netlist(netlist, _TIMEOUT_S, executable=simulator)
        except SimulationFailed as failure:
            found[number] = failure
            return
        outputs = np.stack(list(result.values.values()), axis=1)[: len(lot.voltages)]
        found[number] = outputs

    done = deal(
        prints,
        cores(),
        lambda: None,
        work,
        cancelled,
        lambda count: tell("ngspice", count / prints),
    )
    solver = lot.solver()
    kept = equal = decisions = failed = 0
    for number, outputs in enumerate(found[:done]):
        if outputs is None or isinstance(outputs, SimulationFailed):
            failed += 1
            continue
        chosen = outputs.argmax(axis=1)
        kept += int((chosen[judged.samples] == judged.classes).sum() >= least)
        equal += int((chosen == answers.chosen[number]).sum())
        decisions += len(chosen)
        model = solver.solve(lot.printed(number), lot.driven(number))
        apart[number] = np.inf if model is None else float(np.abs(model[0] - outputs).max())
    first = next((each for each in found if isinstance(each, SimulationFailed)), None)
    if first is not None and failed == done:
        raise first
    return SpiceProof(
        prints=done - failed,
        failed=failed,
        kept=kept,
        decisions=decisions,
        equal=equal,
        largest=float(apart.max(initial=0.0)),
        seconds=time.monotonic() - begun,
    )
