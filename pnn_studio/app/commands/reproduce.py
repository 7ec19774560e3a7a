"""The paper's table: sweeps over data sets, compared with what was published."""

import csv
import io
import platform
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from pnn_studio.app.analysis import summaries
from pnn_studio.app.commands.models import load_models
from pnn_studio.app.commands.own_data import load_data
from pnn_studio.app.commands.train import train_or_load
from pnn_studio.domain.dataset import Dataset
from pnn_studio.domain.family import Family
from pnn_studio.domain.layout import Crossbar, Layout
from pnn_studio.domain.pareto import Best95, best95, seed_means
from pnn_studio.domain.run import DIVERGED, FamilyPlan, Schedule
from pnn_studio.domain.units import format_percent, format_si
from pnn_studio.errors import DatasetError
from pnn_studio.storage.files import make_folder, read_limited, write_atomically
from pnn_studio.storage.tradeoff_figure import Published, tradeoff_svg

_SHOWN_ALPHAS = (0.0, 0.24, 0.5, 0.74, 1.0)
_HIDDEN = (3,)
# accuracy may fall this far short of the published mean before it counts as a miss
_TOLERANCE = 0.01
_MAX_BYTES = 16 << 20

Follow = Callable[[str, int], Any]


@dataclass(frozen=True, eq=False)
class Reproduced:
    """One data set: its sweeps, and what was published of it."""

    name: str
    dataset: Dataset
    modified: Family
    original: Family
    published: Published | None

    @property
    def best(self) -> Best95 | None:
        """Our 95 % point."""
        return best95(*seed_means(self.modified))

    @property
    def published_best(self) -> Best95 | None:
        """The published 95 % point, found the same way."""
        known = self.published
        return None if known is None else best95(known.alphas, known.accuracy, known.power)

    def at(self, family: Family, alpha: float) -> tuple[float, float]:
        """Return mean test accuracy and power (watt) at the alpha nearest to `alpha`."""
        alphas, accuracy, power = seed_means(family)
        row = int(np.argmin(np.abs(alphas - alpha)))
        return float(accuracy[row]), float(power[row])

    def published_at(self, alpha: float) -> tuple[float, float] | None:
        """Return published mean accuracy and power (watt) at the alpha nearest to `alpha`."""
        if self.published is None:
            return None
        row = int(np.argmin(np.abs(self.published.alphas - alpha)))
        return float(self.published.accuracy[row]), float(self.published.power[row])


def read_published(path: Path) -> dict[str, Published]:
    """Read published results: columns dataset, alpha, test_accuracy_mean/std, power_mW_mean/std.

    Raises
    ------
    DatasetError
        Where a column is missing or holds no number.
    """
    text = read_limited(path, _MAX_BYTES).decode("utf-8", "replace")
    rows: dict[str, list[tuple[float, ...]]] = {}
    columns = ("alpha", "test_accuracy_mean", "test_accuracy_std", "power_mW_mean", "power_mW_std")
    try:
        for row in csv.DictReader(io.StringIO(text)):
            rows.setdefault(row["dataset"], []).append(tuple(float(row[each]) for each in columns))
    except (KeyError, TypeError, ValueError) as error:
        raise DatasetError(
            f"{path.name}: published results need the columns dataset, {', '.join(columns)} "
            f"({error})."
        ) from error
    published = {}
    for name, values in rows.items():
        alphas, accuracy, accuracy_std, power, power_std = np.array(sorted(values)).T
        published[name] = Published(alphas, accuracy, accuracy_std, power * 1e-3, power_std * 1e-3)
    return published


def reproduce(
    sources: Sequence[str],
    published: Mapping[str, Published],
    out: Path,
    *,
    alphas: int,
    seeds: int,
    schedule: Schedule,
    follow: Follow,
) -> list[Reproduced]:
    """Run the sweeps of all data sets and write the report into `out`.

    Parameters
    ----------
    sources : sequence of str
        Data sets as `load_data` takes them; a CSV file is looked up in `published` by its
        name without ending.
    published : mapping
        As `read_published` returns it.
    out : Path
        Folder; sweep files are kept there, so that an interrupted reproduction goes on.
    alphas, seeds : int
        Size of the sweeps with the modified crossbar; the original one takes a fifth of the alphas.
    schedule : Schedule
        For all.
    follow : callable
        Gives a context manager that shows a training; called with a title and its designs.
    """
    make_folder(out)
    models = load_models()
    datasets = {Path(each).stem: load_data(each, models.technology) for each in sources}
    results = []
    for name, dataset in datasets.items():

        def train(crossbar: Crossbar, count: int, data: Dataset = dataset) -> Family:
            inputs, classes = data.voltages.shape[1], len(data.class_names)
            layout = Layout(inputs, _HIDDEN, classes, crossbar)
            plan = FamilyPlan.grid(layout, count, seeds, schedule)
            with follow(f"{name}, {crossbar}", plan.designs) as on_record:  # noqa: B023 - used at once
                kept = out / f"{name}-{crossbar}.npz"  # noqa: B023 - used at once
                return train_or_load(plan, data, models, kept, on_record)

        modified = train("modified", alphas)
        original = train("original", max(2, (alphas - 1) // 5 + 1))
        result = Reproduced(name, dataset, modified, original, published.get(name))
        figure = tradeoff_svg(name, modified, original, result.published)
        write_atomically(out / f"{name}.svg", figure.encode())
        results.append(result)
        # written after each data set: an interrupted reproduction leaves a report of what there is
        write_atomically(out / "report.md", report(results, schedule).encode())
        numbers = {each.name: _numbers(each) for each in results} | {"environment": environment()}
        write_atomically(out / "results.json", (summaries.json_text(numbers) + "\n").encode())
    return results


def environment() -> dict[str, str]:
    """Return what was used: versions of Python, torch and numpy, and the machine."""
    return {
        "python": platform.python_version(),
        "torch": version("torch"),
        "numpy": version("numpy"),
        "pnn_studio": version("pnn-studio"),
        "machine": f"{platform.system()} {platform.machine()}",
    }


def _numbers(result: Reproduced) -> dict[str, Any]:
    alphas, accuracy, power = seed_means(result.modified)
    best, published_best = result.best, result.published_best
    return {
        "alphas": alphas.tolist(),
        "accuracy": accuracy.tolist(),
        "power_w": power.tolist(),
        "best95": vars(best) if best else None,
        "published_best95": vars(published_best) if published_best else None,
        "original_alpha_0": list(result.at(result.original, 0.0)),
        "seconds": {"modified": result.modified.seconds, "original": result.original.seconds},
        "diverged": int(np.sum(result.modified.status == DIVERGED)),
    }


# --- the report ------------------------------------------------------------------------------


def report(results: Sequence[Reproduced], schedule: Schedule) -> str:
    """Write the report as Markdown."""
    first = results[0].modified
    alphas, seeds = len(first.alphas), first.plan.designs // len(first.alphas)
    used = environment()
    sections = [
        "# The paper's table, reproduced",
        "Zhao, Pal, Hefenbrock, Beigl, Tahoori, *Power-Aware Training for Energy-Efficient Printed "
        "Neuromorphic Circuits*, ICCAD 2023 (10.1109/ICCAD57390.2023.10323917).",
        f"{alphas} values of alpha times {seeds} seeds, one hidden layer of 3, the authors' "
        "splits; "
        f"means over seeds on the test split. Schedule: {schedule}. "
        "Powers are those of the open technology nEGT and of the technology of the paper: savings "
        "and accuracies compare, absolute powers do not. A saving is how many times less power "
        "95 % of the accuracy at alpha 0 takes.",
        _overview(results),
        "## Accuracy and power over alpha",
        _over_alpha(results),
        "## Structure and training",
        "The paper credits both the shared negations and the training. Mean power of the original "
        "crossbar at alpha 0 (one negation for each negative weight, trained for it), of the "
        "modified one at alpha 0, and of the modified one at 95 % of its accuracy.",
        _ablation(results),
        "## Misses",
        _misses(results),
        "## Figures",
        *(f"![{result.name}]({result.name}.svg)" for result in results),
        f"Made with pnn_studio {used['pnn_studio']}, torch {used['torch']}, numpy {used['numpy']}, "
        f"Python {used['python']} on {used['machine']}.",
    ]
    return "\n\n".join(sections) + "\n"


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    rule = ["---"] + ["---:"] * (len(header) - 1)
    return "\n".join("| " + " | ".join(cells) + " |" for cells in (header, rule, *rows))


def _times(best: Best95 | None) -> str:
    return "" if best is None else f"{best.saving:.2f}"


def _overview(results: Sequence[Reproduced]) -> str:
    rows = []
    for result in results:
        accuracy, power = result.at(result.modified, 0.0)
        known, best = result.published_at(0.0), result.best
        rows.append(
            [
                result.name,
                format_percent(accuracy),
                format_percent(known[0]) if known else "",
                format_si(power, "W"),
                format_si(best.power, "W") if best else "",
                format_percent(best.accuracy) if best else "",
                _times(best),
                _times(result.published_best),
            ]
        )
    savings = [result.best.saving for result in results if result.best]
    powers = [result.best.power for result in results if result.best]
    header = ["data set", "accuracy, alpha 0", "published", "power, alpha 0", "power, 95 %",
              "accuracy there", "saving", "published"]  # fmt: skip
    median = (
        f"Median over data sets: saving {np.median(savings):.2f}, "
        f"power at 95 % {format_si(float(np.median(powers)), 'W')}."
    )
    return f"{_table(header, rows)}\n\n{median}"


def _over_alpha(results: Sequence[Reproduced]) -> str:
    rows = []
    for result in results:
        for alpha in _SHOWN_ALPHAS:
            accuracy, power = result.at(result.modified, alpha)
            known = result.published_at(alpha)
            rows.append(
                [
                    result.name if alpha == _SHOWN_ALPHAS[0] else "",
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
        best = result.best
        rows.append(
            [
                result.name,
                *(
                    f"{format_si(power, 'W')} ({format_percent(accuracy)})"
                    for accuracy, power in (
                        result.at(result.original, 0.0),
                        result.at(result.modified, 0.0),
                    )
                ),
                f"{format_si(best.power, 'W')} ({format_percent(best.accuracy)})" if best else "",
            ]
        )
    return _table(["data set", "original, alpha 0", "modified, alpha 0", "modified, 95 %"], rows)


def _misses(results: Sequence[Reproduced]) -> str:
    lines = []
    for result in results:
        known, best, published_best = result.published_at(0.0), result.best, result.published_best
        accuracy, _ = result.at(result.modified, 0.0)
        if known and accuracy < known[0] - _TOLERANCE:
            seeds = result.modified.test_accuracy[result.modified.goals == 0.0]
            lines.append(
                f"- {result.name}: accuracy at alpha 0 is {format_percent(accuracy)}, published "
                f"{format_percent(known[0])}; the seeds reach {format_percent(float(seeds.min()))} "
                f"to {format_percent(float(seeds.max()))}."
            )
        if best and published_best and best.saving < published_best.saving:
            lines.append(
                f"- {result.name}: saving {best.saving:.2f}, published {published_best.saving:.2f}."
            )
    return "\n".join(lines) if lines else "None: no accuracy and no saving falls behind the paper."
