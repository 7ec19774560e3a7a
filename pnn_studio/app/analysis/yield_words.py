"""What a yield run found, in JSON and in words."""

from typing import Any

from pnn_studio.domain.print_report import FAULT_WORDS, PrintReport
from pnn_studio.domain.units import format_percent, format_si
from pnn_studio.domain.yields import INTERVAL_COVERS, Yield

# parts that are told one by one
MOST_PARTS = 10


def yield_summary(report: PrintReport) -> dict[str, Any]:
    """Summarise a run as ``yield --json`` prints it."""
    test, proof = report.test, report.spice
    summary: dict[str, Any] = {
        "yield": test.share,
        "interval": list(test.interval),
        "interval_covers": INTERVAL_COVERS,
        "interval_of_prints": list(test.interval_of_prints),
        "prints": test.prints,
        "stopped": report.stopped,
        "unsolved": report.unsolved,
        "keep": {"share": test.limit.share or None, "accuracy": test.least},
        "samples": {"test": test.samples, "valid": report.valid.samples},
        "source": "loaded",
        "variation": {
            "of": report.variation,
            "spread": report.spread.words,
            "assumed": list(report.spread.assumed),
            "seed": report.seed,
        },
        "accuracy": {
            "nominal": test.nominal,
            "mean": test.mean,
            "worst": test.accuracy(test.worst),
            "worst_print": test.worst,
            "median": test.accuracy(test.median),
            "median_print": test.median,
        },
        "valid": {
            "yield": report.valid.share,
            "interval": list(report.valid.interval),
            "nominal": report.valid.nominal,
            "mean": report.valid.mean,
        },
        "power_w": report.power,
        "harm": [
            {
                "component": each.ref,
                "group": each.group,
                "share": each.share,
                "sensitivity": each.sensitivity,
            }
            for each in report.harm
        ],
        "harm_by_group": {
            group: report.group_share(group)
            for group in ("crossbar", "negation", "activation", "common")
        },
        "faults": {
            "single": len(report.faults),
            "change_no_answer": report.harmless_faults,
            "share": report.harmless_faults / max(len(report.faults), 1),
            "table": [
                {
                    "component": each.ref,
                    "fault": each.kind,
                    "changed": each.changed,
                    "accuracy": each.accuracy,
                }
                for each in report.faults
            ],
        },
        "accuracy_by_spread": [
            {
                "factor": each.factor,
                "resistor": each.resistor,
                "mean": each.mean,
                "low": each.low,
                "high": each.high,
            }
            for each in report.curve
        ],
        "spice": None,
        "seconds": report.seconds,
    }
    if proof is not None:
        summary["spice"] = {
            "prints": proof.prints,
            "failed": proof.failed,
            "yield": proof.share,
            "agreement": proof.agreement,
            "decisions": proof.decisions,
            "largest_difference_v": proof.largest,
            "seconds": proof.seconds,
        }
    return summary


def interval_words(found: Yield) -> str:
    """Say the interval, for example ``84.0 to 90.0 %``."""
    low, high = found.interval
    return f"{format_percent(low).removesuffix(' %')} to {format_percent(high)}"


def yield_sentences(report: PrintReport) -> list[str]:
    """Say what a run found, a line each."""
    test, proof = report.test, report.spice
    begun = f"Stopped after {test.prints:,} of {report.asked:,} prints. " if report.stopped else ""
    lines = [
        f"{begun}{format_percent(test.share)} of {test.prints:,} prints keep {test.limit.words} "
        f"(loaded model, {test.samples} test samples).",
        f"95 % interval {interval_words(test)}: other prints and another test set of that size.",
        f"As drawn {format_percent(test.nominal)}, so at least {format_percent(test.least)}; mean "
        f"{format_percent(test.mean)}, worst {format_percent(test.accuracy(test.worst))} "
        f"(print {test.worst}).",
        "On validation samples, by which designs are chosen: "
        f"{format_percent(report.valid.share)}.",
        f"Spread: {report.spread.words}"
        + (" (assumed, see the technology file)." if report.spread.assumed else "."),
    ]
    if proof is not None:
        lines.append(
            f"ngspice, the first {proof.prints} prints: yield {format_percent(proof.share)}, "
            f"{proof.equal:,} of {proof.decisions:,} decisions equal, outputs within "
            f"{format_si(proof.largest, 'V')}."
        )
    if report.faults:
        lines.append(
            f"Single faults: {report.harmless_faults} of {len(report.faults)} change no answer."
        )
    return lines


def fault_rows(report: PrintReport) -> list[tuple[str, str, int, int, str, float]]:
    """List single faults by group and kind: words, group, faults, harmful ones, worst, accuracy.

    The accuracy is that of the worst one, the one that changes most answers.
    """
    rows = []
    for group in ("crossbar", "negation", "activation"):
        for kind, words in FAULT_WORDS.items():
            some = [each for each in report.faults if (each.group, each.kind) == (group, kind)]
            if some:
                worst = max(some, key=lambda each: each.changed)
                harmful = sum(each.changed > 0 for each in some)
                rows.append((words, group, len(some), harmful, worst.ref,
                             worst.accuracy))  # fmt: skip
    return rows
