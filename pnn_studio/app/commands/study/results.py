"""Writes what a study found: table, fronts and report, beside its sweep files."""

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from pnn_studio.app.analysis.study_fronts import (
    COLUMNS,
    Group,
    Point,
    SweepOfStudy,
    answer_words,
    groups_of,
    rows,
)
from pnn_studio.domain.provenance import this_program
from pnn_studio.domain.run import IMPROVING
from pnn_studio.domain.study import STUDY_FILE, Study
from pnn_studio.domain.units import format_percent, format_si
from pnn_studio.errors import ProjectFileError
from pnn_studio.storage import html
from pnn_studio.storage.files import make_folder, read_limited, write_atomically, write_together
from pnn_studio.storage.study_figure import Line, Panel, study_figure
from pnn_studio.storage.study_file import MOST_BYTES
from pnn_studio.storage.tables import rows_csv

_TABLES = ("study.csv", "study.parquet", "fronts.svg", "fronts.pdf", "report.html")


def claim(out: Path, content: bytes) -> None:
    """Make the folder of a study and keep its file there.

    Raises
    ------
    ProjectFileError
        Where the folder cannot be written, or has files of somebody else.
    """
    make_folder(out)
    kept = out / STUDY_FILE
    foreign = [out / name for name in _TABLES if (out / name).exists()]
    if foreign and not kept.is_file():
        raise ProjectFileError(
            f"{foreign[0]} was not written by a study, and would be overwritten; move it away, or "
            "give another --out."
        )
    if not kept.is_file() or read_limited(kept, MOST_BYTES) != content:
        write_atomically(kept, content)


def write_results(
    out: Path, study: Study, sweeps: Sequence[SweepOfStudy]
) -> tuple[tuple[Group, ...], tuple[Path, ...]]:
    """Write table, figures and report of what there is, all or none; return what was written."""
    groups = groups_of(sweeps)
    table = list(rows(groups))
    files = {"study.csv": rows_csv([COLUMNS, *table]).encode()}
    if (packed := _parquet(table)) is not None:
        files["study.parquet"] = packed
    svg = study_figure(panels_of(groups), "svg")
    files |= {
        "fronts.svg": svg,
        "fronts.pdf": study_figure(panels_of(groups), "pdf"),
        "report.html": _report(study, groups, svg.decode()).encode(),
    }
    return groups, write_together((out / name, content) for name, content in files.items())


def _parquet(table: Sequence[tuple[str | float, ...]]) -> bytes | None:
    """Return the table as Parquet; None where pyarrow is not installed."""
    try:
        # it comes with pnn-studio[cluster], and loads for a while
        import pyarrow
        import pyarrow.parquet
    except ImportError:
        return None
    columns: dict[str, list[Any]] = {
        name: [row[at] for row in table] for at, name in enumerate(COLUMNS)
    }
    for name, kind in (("seed", int), ("epochs", int), ("on_front", bool)):
        columns[name] = [kind(each) for each in columns[name]]
    stream = io.BytesIO()
    pyarrow.parquet.write_table(pyarrow.table(columns), stream)
    return stream.getvalue()


def panels_of(groups: Sequence[Group]) -> list[Panel]:
    """Return what the figure shows."""

    def line(title: str, points: Sequence[Point]) -> Line:
        power, accuracy = (np.array([getattr(each, name) for each in points], float)
                           for name in ("power", "accuracy"))  # fmt: skip
        return Line(title, power, accuracy)

    return [
        Panel(
            group.title,
            [line(sweep.title, group.front_of(at)) for at, sweep in enumerate(group.sweeps)],
            line("front of all", [group.points[each] for each in group.front]),
        )
        for group in groups
    ]


def trained(study: Study, sweeps: Sequence[SweepOfStudy]) -> int:
    """Count the designs of a study that are trained; its files may have more."""
    asked = {(alpha, None, seed) for alpha in study.alphas for seed in study.seeds}
    return sum(
        status != IMPROVING and aim in asked
        for sweep in sweeps
        for aim, status in zip(sweep.family.plan.aims, sweep.family.status, strict=True)
    )


def summary(study: Study, groups: Sequence[Group]) -> dict[str, Any]:
    """Say what was found as ``study --json`` prints it."""

    def entry(group: Group, point: Point) -> dict[str, Any]:
        cell = group.sweeps[point.sweep].cell
        return {
            "sweep": f"{cell.name}.npz",
            "hidden": list(cell.layout.hidden),
            "crossbar": cell.layout.crossbar,
            "circuits": cell.layout.sharing,
            "variation": cell.variation,
            "alpha": point.alpha,
            "power_w": point.power,
            "seen_accuracy": point.seen,
            "test_accuracy": point.accuracy,
        }

    return {
        "title": study.title,
        "designs": study.designs,
        "sweeps": study.sweeps,
        "groups": [
            {
                "title": group.title,
                "front": [entry(group, group.points[each]) for each in group.front],
                "least_power_within_95": None
                if group.frugal is None
                else entry(group, group.frugal),
            }
            for group in groups
        ],
    }


def _report(study: Study, groups: Sequence[Group], svg: str) -> str:
    sections = [
        f"<h1>{html.text(study.title)}</h1>",
        *(html.paragraph(answer_words(group)) for group in groups),
        html.paragraph(
            "Points are means over seeds, by the circuit model that is named. Which are on a "
            "front, and which layout is named, was chosen by validation samples; accuracies are "
            "those on test samples.",
            note=True,
        ),
        html.heading("Fronts"),
        html.figure(svg, "Fronts of the sweeps, and the front of all of them", "fronts-"),
    ]
    for group in groups:
        sections += [html.heading(f"Front of fronts: {group.title}"), _front_table(group)]
        sections += [html.heading(f"Sweeps: {group.title}"), _sweep_table(group)]
    sections += [html.heading("Study"), html.facts(_facts(study))]
    meta = [("generator", this_program())]
    return html.page(study.title, meta, sections)


def _front_table(group: Group) -> str:
    cells = (
        (
            group.sweeps[point.sweep].title,
            f"{point.alpha:.3g}",
            format_si(point.power, "W"),
            format_percent(point.seen),
            format_percent(point.accuracy),
        )
        for point in (group.points[each] for each in group.front)
    )
    head = ("hidden layers", "alpha", "power", "accuracy, validation", "accuracy, test")
    return html.table(head, cells, (1, 2, 3, 4))


def _sweep_table(group: Group) -> str:
    on_front = [group.points[each].sweep for each in group.front]

    def cells(number: int, sweep: SweepOfStudy) -> tuple[str, ...]:
        family = sweep.family
        return (
            sweep.title,
            str(family.plan.designs - family.unfinished),
            str(family.unfinished),
            str(on_front.count(number)),
            f"{sweep.cell.name}.npz",
        )

    head = ("hidden layers", "designs", "unfinished", "points of the front", "file")
    found = (cells(number, sweep) for number, sweep in enumerate(group.sweeps))
    return html.table(head, found, (1, 2, 3))


def _facts(study: Study) -> list[tuple[str, str]]:
    return [
        ("data", ", ".join(each.title for each in study.data)),
        ("hidden layers", ", ".join(each.title for each in study.layouts)),
        ("models", ", ".join(study.models)),
        ("technologies", ", ".join(each.technology for each in study.print_processes)),
        ("trained for", ", ".join(str(each or "as drawn") for each in study.variations)),
        ("alphas", ", ".join(f"{each:g}" for each in study.alphas)),
        ("seeds", ", ".join(map(str, study.seeds))),
        ("designs", f"{study.designs} in {study.sweeps} sweeps"),
    ]
