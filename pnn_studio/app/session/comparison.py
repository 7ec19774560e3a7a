"""Two to four designs side by side: every figure of each, and in which they differ."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from pnn_studio.app.analysis.confusion import Confusion, confusion
from pnn_studio.app.analysis.design_choice import design_name
from pnn_studio.app.session.pins import Pinned, pinned
from pnn_studio.app.session.session import Session
from pnn_studio.domain.dataset import SPLITS, Split
from pnn_studio.domain.design import TrainedDesign
from pnn_studio.domain.run import IMPROVING
from pnn_studio.domain.units import MINUS, format_percent, format_si
from pnn_studio.domain.verification import (
    POWER_DIFFERS,
    Verification,
    power_difference,
    what_differs,
)
from pnn_studio.storage.files import write_atomically
from pnn_studio.storage.tables import rows_csv

LEAST = 2  # designs that can be compared
Value = str | int | float


@dataclass(frozen=True, eq=False)
class Column:
    """One of the designs.

    Attributes
    ----------
    pinned : Pinned
        Which one it is.
    name : str
        For example ``α 0.50, seed 4``.
    design : TrainedDesign
        The design itself.
    verification : Verification or None
        What ngspice said of it.
    confusion : Confusion or None
        Its answers on the test split; None while neither its data nor a check are at hand.
    """

    pinned: Pinned
    name: str
    design: TrainedDesign
    verification: Verification | None
    confusion: Confusion | None


@dataclass(frozen=True)
class Figure:
    """One figure of every design.

    Attributes
    ----------
    group, name : str
        Heading that it stands under, and what it is.
    key : str
        What a table for machines calls it, with its unit.
    cells : tuple of str
        As people read it.
    values : tuple of str, int or float
        As machines read it.
    """

    group: str
    name: str
    key: str
    cells: tuple[str, ...]
    values: tuple[Value, ...]

    @property
    def differs(self) -> bool:
        """Whether a reader sees a difference."""
        return len(set(self.cells)) > 1


@dataclass(frozen=True, eq=False)
class Comparison:
    """The designs, their figures, and what must be known to compare them."""

    columns: tuple[Column, ...]
    figures: tuple[Figure, ...]
    notes: tuple[str, ...]


def compare(session: Session) -> Comparison | None:
    """Compare the pinned designs that are there; None where they are less than two."""
    found = pinned(session)
    if len(found) < LEAST:
        return None
    columns = tuple(_column(session, each) for each in found)
    return Comparison(columns, _figures(columns), _notes(session, columns))


def origin(session: Session) -> tuple[object, ...]:
    """Return what a comparison follows from: it is the same as long as this is."""
    parts: list[object] = [session.settings.pins, session.checks.all]
    for each in pinned(session):
        parts += [each.place, each.design, each.family, session.data_of_run(each.run)]
    return tuple(parts)


def _column(session: Session, each: Pinned) -> Column:
    design = each.family.design(each.design)
    verification, dataset = session.verification(design), session.data_of(design)
    answers = None
    states = session.operating_point(design)
    if dataset is not None and states is not None:
        answers = confusion(dataset.part("test")[1], states[-1].outputs)
    elif verification is not None:
        answers = confusion(verification.classes, verification.model_outputs)
    return Column(each, design_name(each.run.plan, each.design), design, verification, answers)


def _notes(session: Session, columns: tuple[Column, ...]) -> tuple[str, ...]:
    notes = []
    if len({column.design.data for column in columns}) > 1:
        notes.append(
            "The data differ: each accuracy is that on its own test split, so they do not compare."
        )
    if len({column.design.technology_fingerprint for column in columns}) > 1:
        notes.append("The technologies differ: power is that of different circuits.")
    improving = [
        column.pinned.letter
        for column in columns
        if column.pinned.family.status[column.pinned.design] == IMPROVING
    ]
    if improving:
        notes.append(f"Still improving: {', '.join(improving)}.")
    gone = len(session.settings.pins) - len(columns)
    if gone:
        what = "1 pinned design is" if gone == 1 else f"{gone} pinned designs are"
        notes.append(f"{what} of a run that was deleted or trained anew.")
    return tuple(notes)


def _resistances(design: TrainedDesign) -> tuple[int, int, float, float]:
    """Return resistors printed, their sites, and the largest and the smallest one in ohm."""
    conductances = np.concatenate(
        [layer.conductances(design.g_min).ravel() for layer in design.layers]
    )
    printed = conductances[conductances > 0]
    return len(printed), len(conductances), float(1 / printed.min()), float(1 / printed.max())


def _verdict(verification: Verification | None) -> str:
    if verification is None:
        return "not checked"
    differs = what_differs(verification)
    if differs == POWER_DIFFERS:
        return f"power {power_difference(verification) * 100:+.1f} %".replace("-", MINUS)
    return differs or "agrees"


def _figures(columns: tuple[Column, ...]) -> tuple[Figure, ...]:
    figures: list[Figure] = []

    def add(
        group: str, name: str, key: str, value: Callable[[Column], Value],
        write: Callable[[Column], str] | None = None,
    ) -> None:  # fmt: skip
        values = tuple(value(column) for column in columns)
        cells = tuple(str(each) for each in values)
        if write is not None:
            cells = tuple(write(column) for column in columns)
        figures.append(Figure(group, name, key, cells, values))

    def share(name: str, key: str, value: Callable[[Column], float]) -> None:
        add("Accuracy", name, key, value, lambda column: format_percent(value(column)))

    def quantity(
        group: str, name: str, key: str, unit: str, value: Callable[[Column], float]
    ) -> None:
        add(group, name, key, value, lambda column: format_si(value(column), unit))

    for split in reversed(SPLITS):
        share(split, f"accuracy_{split}", partial(_accuracy, split))
    share(
        "measurable, test", "measurable_test",
        lambda column: column.design.metrics.measurable_accuracy["test"],
    )  # fmt: skip
    for part in ("total", "negation", "activation", "crossbar"):
        quantity("Power", part, f"power_{part}_w", "W", partial(_power, part))
    add(
        "Circuit", "negations", "negations", lambda column: column.design.negations,
        lambda column: f"{column.design.negations} of {sum(column.design.layout.most_negations)}",
    )  # fmt: skip
    add(
        "Circuit", "resistors printed", "resistors", lambda column: _resistances(column.design)[0],
        lambda column: "{} of {}".format(*_resistances(column.design)[:2]),
    )  # fmt: skip
    quantity(
        "Circuit", "largest R", "largest_r_ohm", "Ω", lambda each: _resistances(each.design)[2]
    )
    quantity(
        "Circuit", "smallest R", "smallest_r_ohm", "Ω", lambda each: _resistances(each.design)[3]
    )
    add("Circuit", "ngspice", "checked", lambda column: _verdict(column.verification))
    add("Design", "data", "data", lambda column: column.design.data.title)
    add("Design", "layout", "layout", lambda column: str(column.design.layout))
    add("Design", "crossbar", "crossbar", lambda column: column.design.layout.crossbar)
    add("Design", "circuits shared by", "circuits", lambda column: column.design.layout.sharing)
    add(
        "Design", "α", "alpha", lambda column: column.design.alpha,
        lambda column: f"{column.design.alpha:.2f}",
    )  # fmt: skip
    add("Design", "seed", "seed", lambda column: column.design.seed)
    add("Design", "epochs", "epochs", lambda column: column.design.metrics.epochs)
    return tuple(figures)


def _accuracy(split: Split, column: Column) -> float:
    return column.design.metrics.accuracy[split]


def _power(part: str, column: Column) -> float:
    return float(getattr(column.design.metrics.power, part))


def comparison_csv(comparison: Comparison) -> str:
    """Write a comparison as CSV, a line a figure, a column a design; SI units are in the names."""
    head = ("figure", *(f"{each.pinned.letter} {each.name}" for each in comparison.columns))
    runs = ("run", *(each.pinned.run.title for each in comparison.columns))
    return rows_csv((head, runs, *((each.key, *each.values) for each in comparison.figures)))


def save_comparison(path: Path, comparison: Comparison) -> None:
    """Write a comparison to a CSV file, whole or not at all.

    Raises
    ------
    ProjectFileError
        Where it cannot be written.
    """
    write_atomically(path, comparison_csv(comparison).encode())
