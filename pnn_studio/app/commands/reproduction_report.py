"""The report of a reproduction: what ngspice says first, what the models say below."""

import math
import platform
import re
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any
from urllib.parse import quote

import numpy as np

from pnn_studio.app.commands.in_ngspice import Measured, SeedMeans
from pnn_studio.domain.circuit_model import MODELS, ModelName
from pnn_studio.domain.family import Family
from pnn_studio.domain.pareto import Best95, best95, best95_by_test, seed_means
from pnn_studio.domain.run import DIVERGED, Schedule
from pnn_studio.domain.units import format_percent, format_si
from pnn_studio.errors import one_line
from pnn_studio.storage.tradeoff_figure import Published

TITLE = "# The paper's table, reproduced"
_SIGNS = re.compile(r"[\\`*_{}\[\]<>()#+!|~&$]")
_SHOWN_ALPHAS = (0.0, 0.24, 0.5, 0.74, 1.0)
# accuracy may fall this far short of the published mean before it counts as a miss
_TOLERANCE = 0.01


@dataclass(frozen=True, eq=False)
class Trained:
    """What one circuit model came to on one data set.

    Attributes
    ----------
    model : str
        Which one.
    modified, original : Family
        Its sweeps with either crossbar.
    spice : Measured
        What the designs of the modified one do in ngspice.
    """

    model: ModelName
    modified: Family
    original: Family
    spice: Measured

    @property
    def best(self) -> Best95 | None:
        """The 95 % point of the model's own figures, chosen by validation samples."""
        return best95(self.modified)

    @property
    def best_by_test(self) -> Best95 | None:
        """The same, chosen by test samples, as the paper may have done."""
        return best95_by_test(*seed_means(self.modified))

    def at(self, family: Family, alpha: float) -> tuple[float, float]:
        """Return mean test accuracy and power (watt) at the alpha nearest to `alpha`."""
        alphas, accuracy, power = seed_means(family)
        row = int(np.argmin(np.abs(alphas - alpha)))
        return float(accuracy[row]), float(power[row])


@dataclass(frozen=True, eq=False)
class Reproduced:
    """One data set: what each model came to, and what was published of it."""

    name: str
    trained: tuple[Trained, ...]
    published: Published | None

    @property
    def label(self) -> str:
        """Its name as Markdown, whatever file it comes from."""
        return _SIGNS.sub(r"\\\g<0>", one_line(self.name))

    @property
    def published_best(self) -> Best95 | None:
        """The published 95 % point; only test accuracies were published."""
        known = self.published
        return None if known is None else best95_by_test(known.alphas, known.accuracy, known.power)

    def published_at(self, alpha: float) -> tuple[float, float] | None:
        """Return published mean accuracy and power (watt) at the alpha nearest to `alpha`."""
        if self.published is None:
            return None
        row = int(np.argmin(np.abs(self.published.alphas - alpha)))
        return float(self.published.accuracy[row]), float(self.published.power[row])

    def of(self, model: ModelName) -> Trained | None:
        """Return what a model came to; None where it was not trained."""
        return next((each for each in self.trained if each.model == model), None)

    def answer(self) -> dict[str, Any]:
        """Summarise as ``reproduce --json`` prints it: the first model, and all in ngspice."""
        best = self.trained[0].best
        spice = {each.model: each.spice.summary() for each in self.trained}
        return (vars(best) if best else {}) | {"ngspice": spice}


def environment() -> dict[str, str]:
    """Return what was used: versions of Python, torch and numpy, and the machine."""
    return {
        "python": platform.python_version(),
        "torch": version("torch"),
        "numpy": version("numpy"),
        "pnn_studio": version("pnn-studio"),
        "machine": f"{platform.system()} {platform.machine()}",
    }


def numbers(result: Reproduced) -> dict[str, Any]:
    """Return all figures of a data set, by model, as ``results.json`` keeps them."""
    published = result.published_best
    return {each.model: _numbers(each) for each in result.trained} | {
        "published_best95": vars(published) if published else None
    }


def _numbers(trained: Trained) -> dict[str, Any]:
    family = trained.modified
    alphas, accuracy, power = seed_means(family)
    best, by_test = trained.best, trained.best_by_test
    return {
        "ngspice": trained.spice.summary(),
        "alphas": alphas.tolist(),
        "accuracy": accuracy.tolist(),
        "valid_accuracy": seed_means(family, "valid")[1].tolist(),
        "power_w": power.tolist(),
        "best95": vars(best) if best else None,
        "best95_by_test": vars(by_test) if by_test else None,
        "original_alpha_0": list(trained.at(trained.original, 0.0)),
        "seconds": {"modified": family.seconds, "original": trained.original.seconds},
        "diverged": int(np.sum(family.status == DIVERGED)),
    }


def report(results: Sequence[Reproduced], schedule: Schedule) -> str:
    """Write the report as Markdown."""
    first = results[0].trained[0].modified
    alphas, seeds = len(first.alphas), first.plan.designs // len(first.alphas)
    models = [each.model for each in results[0].trained]
    used = environment()
    sections = [
        TITLE,
        "Zhao, Pal, Hefenbrock, Beigl, Tahoori, *Power-Aware Training for Energy-Efficient Printed "
        "Neuromorphic Circuits*, ICCAD 2023 (10.1109/ICCAD57390.2023.10323917).",
        f"{alphas} values of alpha times {seeds} seeds, one hidden layer of 3, the authors' "
        "splits; "
        f"means over seeds on the test split. Schedule: {schedule}. "
        "Powers are those of the open technology nEGT and of the technology of the paper: savings "
        "and accuracies compare, absolute powers do not. A saving is how many times less power "
        "95 % of the accuracy at alpha 0 takes.",
        "Circuit models: "
        + " ".join(f"`{name}`: {MODELS[name][0].lower()}{MODELS[name][1:]}" for name in models),
        "## In ngspice",
        _how_measured(models),
        _in_ngspice(results),
        _compared(results),
        "## Misses, in ngspice",
        _misses(results),
        "## The models' own figures",
        "What each model says of its own designs. The 95 % point is chosen by validation samples, "
        "and a second time by the test samples themselves, as the paper may have done: its rule is "
        "not known. The published one can be found by test samples alone.",
        _overview(results),
        "## Accuracy and power over alpha",
        _over_alpha(results),
        "## Structure and training",
        "The paper credits both the shared negations and the training. Mean power of the original "
        "crossbar at alpha 0 (one negation for each negative weight, trained for it), of the "
        "modified one at alpha 0, and of the modified one at 95 % of its accuracy, in the model.",
        _ablation(results),
        "## Figures",
        *(
            f"![{result.label}, {each.model}]({quote(f'{result.name}-{each.model}.svg')})"
            for result in results
            for each in result.trained
        ),
        f"Made with pnn_studio {used['pnn_studio']}, torch {used['torch']}, numpy {used['numpy']}, "
        f"Python {used['python']} on {used['machine']}.",
    ]
    return "\n\n".join(each for each in sections if each) + "\n"


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    rule = ["---"] + ["---:"] * (len(header) - 1)
    return "\n".join("| " + " | ".join(cells) + " |" for cells in (header, rule, *rows))


# --- in ngspice ----------------------------------------------------------------------------------


def _how_measured(models: Sequence[ModelName]) -> str:
    whose = "`loaded` at alpha 0" if len(models) > 1 else "alpha 0"
    return (
        "Every design here was simulated whole, over its test split: mean and standard deviation "
        f"over the seeds. The power at 95 % is the least whose accuracy keeps 95 % of that of "
        f"{whose}, both in ngspice on samples of training and validation; alphas are tried by "
        "rising power, from the first that keeps 95 % in the model on validation samples."
    )


def _accuracy(found: SeedMeans) -> str:
    return f"{found.accuracy * 100:.1f} ± {found.accuracy_std * 100:.1f} %"


def _watts(found: SeedMeans) -> str:
    return f"{format_si(found.power_w, 'W')} ± {format_si(found.power_std_w, 'W')}"


def _in_ngspice(results: Sequence[Reproduced]) -> str:
    rows = []
    for result in results:
        known, published = result.published_at(0.0), result.published_best
        for each in result.trained:
            start, kept = each.spice.start, each.spice.kept
            rows.append(
                [
                    result.label,
                    each.model,
                    _accuracy(start),
                    format_percent(each.at(each.modified, 0.0)[0]),
                    format_percent(known[0]) if known else "",
                    _watts(start),
                    _watts(kept) if kept else "never",
                    _accuracy(kept) if kept else "",
                    f"{kept.alpha:.2f}" if kept else "",
                    f"{each.spice.saving:.2f}" if kept else "",
                    _times(published),
                ]
            )
    header = ["data set", "model", "accuracy, alpha 0", "promised", "published", "power, alpha 0",
              "power, 95 %", "accuracy there", "alpha", "saving", "published"]  # fmt: skip
    return _table(header, rows)


def _compared(results: Sequence[Reproduced]) -> str:
    """Compare the models: what the first promises less, and how much more power the other takes."""
    pairs = [
        (result.label, loaded, ideal)
        for result in results
        if (loaded := result.of("loaded")) and (ideal := result.of("ideal"))
    ]
    if not pairs:
        return ""
    short = {
        name: ideal.at(ideal.modified, 0.0)[0] - loaded.spice.start.accuracy
        for name, loaded, ideal in pairs
    }
    more = {name: ideal.spice.power / loaded.spice.power for name, loaded, ideal in pairs}
    worst, least = max(short, key=lambda each: short[each]), min(more, key=lambda each: more[each])
    median = float(np.median(list(more.values())))
    return (
        f"At alpha 0 `loaded` falls short of what `ideal` promises by {short[worst]:.3f} at most "
        f"({worst}). At 95 % designs of `ideal` take {_factor(median)} times the power of `loaded` "
        f"(median over data sets), {_factor(more[least])} at least ({least})."
    )


def _factor(times: float) -> str:
    return "infinitely many" if math.isinf(times) else f"{times:.2f}"


def _misses(results: Sequence[Reproduced]) -> str:
    lines = []
    for result in results:
        known, published = result.published_at(0.0), result.published_best
        for each in result.trained:
            start, kept = each.spice.start, each.spice.kept
            of = f"- {result.label}, {each.model}:"
            if known and start.accuracy < known[0] - _TOLERANCE:
                lines.append(
                    f"{of} accuracy at alpha 0 is {_accuracy(start)}, published "
                    f"{format_percent(known[0])}."
                )
            if kept is None:
                lines.append(f"{of} no alpha keeps 95 % of the accuracy.")
            elif published and each.spice.saving < published.saving:
                lines.append(
                    f"{of} saving {each.spice.saving:.2f}, published {published.saving:.2f}."
                )
            for found in (start, kept):
                if found is not None and found.failed:
                    lines.append(
                        f"{of} {found.failed} of {found.designs + found.failed} seeds at alpha "
                        f"{found.alpha:.2f} could not be simulated, and are left out."
                    )
    return "\n".join(lines) if lines else "None: no accuracy and no saving falls behind the paper."


# --- the models' own figures ---------------------------------------------------------------------


def _times(best: Best95 | None) -> str:
    return "" if best is None else f"{best.saving:.2f}"


def _point(best: Best95 | None) -> str:
    return f"{format_si(best.power, 'W')} ({format_percent(best.accuracy)})" if best else ""


def _overview(results: Sequence[Reproduced]) -> str:
    rows = []
    for result in results:
        for each in result.trained:
            accuracy, power = each.at(each.modified, 0.0)
            rows.append(
                [
                    result.label,
                    each.model,
                    format_percent(accuracy),
                    format_si(power, "W"),
                    _point(each.best),
                    _times(each.best),
                    _point(each.best_by_test),
                    _times(each.best_by_test),
                    _times(result.published_best),
                ]
            )
    header = ["data set", "model", "accuracy, alpha 0", "power, alpha 0", "95 %, by validation",
              "saving", "95 %, by test", "saving", "published, by test"]  # fmt: skip
    return _table(header, rows)


def _over_alpha(results: Sequence[Reproduced]) -> str:
    rows = []
    for result in results:
        for each in result.trained:
            for alpha in _SHOWN_ALPHAS:
                accuracy, power = each.at(each.modified, alpha)
                known = result.published_at(alpha)
                first = alpha == _SHOWN_ALPHAS[0]
                rows.append(
                    [
                        f"{result.label}, {each.model}" if first else "",
                        f"{alpha:.2f}",
                        format_percent(accuracy),
                        format_percent(known[0]) if known else "",
                        format_si(power, "W"),
                        format_si(known[1], "W") if known else "",
                    ]
                )
    header = ["data set", "alpha", "accuracy", "published", "power", "published, other technology"]
    return _table(header, rows)


def _ablation(results: Sequence[Reproduced]) -> str:
    rows = []
    for result in results:
        for each in result.trained:
            starts = (each.at(family, 0.0) for family in (each.original, each.modified))
            rows.append(
                [
                    f"{result.label}, {each.model}",
                    *(
                        f"{format_si(power, 'W')} ({format_percent(accuracy)})"
                        for accuracy, power in starts
                    ),
                    _point(each.best),
                ]
            )
    return _table(["data set", "original, alpha 0", "modified, alpha 0", "modified, 95 %"], rows)
