"""The paper's table: sweeps over data sets, simulated in ngspice, beside what was published."""

import csv
import io
import json
import math
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from pnn_studio.app.analysis import summaries
from pnn_studio.app.commands.front_run import Check, check_designs
from pnn_studio.app.commands.in_ngspice import Aim, FamilyInNgspice
from pnn_studio.app.commands.models import Models, load_models
from pnn_studio.app.commands.own_data import load_data
from pnn_studio.app.commands.reproduction_report import (
    TITLE,
    Reproduced,
    Trained,
    environment,
    numbers,
    report,
)
from pnn_studio.app.commands.train import train_or_load, with_model
from pnn_studio.app.jobs.transport import Transport
from pnn_studio.circuit.ngspice import find_ngspice
from pnn_studio.domain.circuit_model import MODELS, ModelName
from pnn_studio.domain.dataset import Dataset
from pnn_studio.domain.family import Family
from pnn_studio.domain.layout import Crossbar, Layout
from pnn_studio.domain.reading import first_bytes
from pnn_studio.domain.run import FamilyPlan, Schedule
from pnn_studio.errors import DatasetError, PnnError, ProjectFileError
from pnn_studio.storage.files import make_folder, read_limited, write_atomically
from pnn_studio.storage.tradeoff_figure import Published, tradeoff_svg

_HIDDEN = (3,)
_MAX_BYTES = 16 << 20

Follow = Callable[[str, int], Any]
# made for a title; gives what is told how many of how many are done, and what is asked to stop
FollowChecks = Callable[
    [str], AbstractContextManager[tuple[Callable[[int, int], None], Callable[[], bool]]]
]


@dataclass(frozen=True)
class Asked:
    """What is trained of each data set.

    Attributes
    ----------
    alphas, seeds : int
        Size of the sweeps with the modified crossbar; the original one takes a fifth of the alphas.
    schedule : Schedule
        For all.
    models : tuple of str
        Circuit models; what others do in ngspice is compared with the first one.
    """

    alphas: int
    seeds: int
    schedule: Schedule
    models: tuple[ModelName, ...] = tuple(MODELS)


def read_published(path: Path) -> dict[str, Published]:
    """Read published results: columns dataset, alpha, test_accuracy_mean/std, power_mW_mean/std.

    Raises
    ------
    DatasetError
        Where a column is missing or holds no number.
    """
    content = read_limited(path, _MAX_BYTES)
    rows: dict[str, list[tuple[float, ...]]] = {}
    columns = ("alpha", "test_accuracy_mean", "test_accuracy_std", "power_mW_mean", "power_mW_std")
    try:
        table = csv.DictReader(io.StringIO(content.decode("utf-8-sig")))
        if missing := {"dataset", *columns} - set(table.fieldnames or ()):
            raise ValueError(f"there is no {min(missing)}")
        for row in table:
            point = tuple(float(row[each]) for each in columns)
            if not all(map(math.isfinite, point)):
                raise ValueError(f"{row['dataset']!r:.40} has a number that is not finite")
            rows.setdefault(row["dataset"], []).append(point)
    except (KeyError, TypeError, ValueError, csv.Error) as error:
        raise DatasetError(
            f"{path.name}: published results are UTF-8 text and need the columns dataset, "
            f"{', '.join(columns)} ({error})."
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
    asked: Asked,
    *,
    follow: Follow,
    follow_checks: FollowChecks,
    check: Check = check_designs,
    transport: Transport | None = None,
) -> list[Reproduced]:
    """Run the sweeps of all data sets, simulate what is told of them, and write the report.

    Parameters
    ----------
    sources : sequence of str
        Data sets as `load_data` takes them; a CSV file is looked up in `published` by its
        name without ending.
    published : mapping
        As `read_published` returns it.
    out : Path
        Folder; sweep files and what ngspice said are kept there, so that an interrupted
        reproduction goes on.
    asked : Asked
        What is trained of each.
    follow : callable
        Gives a context manager that shows a training; called with a title and its designs.
    follow_checks : callable
        Gives one that shows how far simulations are, and may stop them; called with a title.
    check : callable
        Simulates designs, as `check_designs` does.
    transport : Transport, optional
        Takes the sweeps to who trains them.

    Raises
    ------
    Cancelled
        Where a person stopped it; the same call goes on from there.
    """
    make_folder(out)
    _check_ours(out, [Path(each).stem for each in sources], asked.models)
    find_ngspice()  # asked before hours of training
    parts = load_models()
    datasets = {Path(each).stem: load_data(each, parts.technology) for each in sources}
    results: list[Reproduced] = []
    for name, dataset in datasets.items():
        sweeps = _Sweeps(out / name, dataset, parts, asked, follow, transport)
        trained: list[Trained] = []
        for model in asked.models:
            modified = sweeps.train(model, "modified", asked.alphas)
            original = sweeps.train(model, "original", max(2, (asked.alphas - 1) // 5 + 1))
            kept = out / f"{name}-{model}-ngspice.json"
            with follow_checks(f"{name}, {model}, in ngspice") as (tell, cancelled):
                spice = FamilyInNgspice(
                    modified,
                    parts.technology,
                    dataset,
                    kept,
                    check=check,
                    cancelled=cancelled,
                    follow=tell,
                )
                aim: Aim | None = trained[0].spice.aim if trained else None
                trained.append(Trained(model, modified, original, spice.measure(aim)))
            figure = tradeoff_svg(f"{name}, {model}", modified, original, published.get(name))
            write_atomically(out / f"{name}-{model}.svg", figure.encode())
        results.append(Reproduced(name, tuple(trained), published.get(name)))
        # written after each data set: an interrupted reproduction leaves a report of what there is
        write_atomically(out / "report.md", report(results, asked.schedule).encode())
        figures = {each.name: numbers(each) for each in results} | {"environment": environment()}
        write_atomically(out / "results.json", (summaries.json_text(figures) + "\n").encode())
    return results


def _check_ours(out: Path, names: Sequence[str], models: Sequence[ModelName]) -> None:
    """Refuse to write over reports that are somebody else's.

    Raises
    ------
    ProjectFileError
        Naming the first of them.
    """
    told = {out / "results.json": "environment"} | {
        out / f"{name}-{model}-ngspice.json": "family" for name in names for model in models
    }
    foreign = [path for path, key in told.items() if path.exists() and not _has(path, key)]
    report_file = out / "report.md"
    if report_file.exists():
        title = TITLE.encode()
        foreign += [] if first_bytes(report_file, len(title)) == title else [report_file]
    if foreign:
        raise ProjectFileError(
            f"{foreign[0]} was not written by a reproduction, and would be overwritten; move it "
            "away, or give another --out."
        )


def _has(path: Path, key: str) -> bool:
    try:
        found = json.loads(read_limited(path, _MAX_BYTES))
    except (PnnError, ValueError, RecursionError):
        return False
    return isinstance(found, Mapping) and key in found


class _Sweeps:
    """The sweeps of one data set, each trained once and kept."""

    def __init__(
        self,
        stem: Path,
        dataset: Dataset,
        models: Models,
        asked: Asked,
        follow: Follow,
        transport: Transport | None,
    ) -> None:
        self._stem, self._dataset, self._models = stem, dataset, models
        self._asked, self._follow, self._transport = asked, follow, transport

    def train(self, model: ModelName, crossbar: Crossbar, alphas: int) -> Family:
        """Train a sweep, or load what was trained before."""
        data, asked = self._dataset, self._asked
        inputs, classes = data.voltages.shape[1], len(data.class_names)
        layout = Layout(inputs, _HIDDEN, classes, crossbar)
        plan = FamilyPlan.grid(layout, alphas, asked.seeds, asked.schedule)
        plan = with_model(plan, model, self._models.technology)
        kept = self._stem.with_name(f"{self._stem.name}-{model}-{crossbar}.npz")
        with self._follow(f"{self._stem.name}, {model}, {crossbar}", plan.designs) as on_record:
            return train_or_load(plan, data, self._models, kept, on_record, self._transport)
