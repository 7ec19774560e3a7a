"""Two to four designs side by side: every figure of each, and in which they differ."""

from dataclasses import dataclass
from pathlib import Path

from pnn_studio.app.analysis.confusion import Confusion, confusion
from pnn_studio.app.analysis.design_choice import design_name
from pnn_studio.app.session.pins import Pinned, pinned
from pnn_studio.app.session.session import Session
from pnn_studio.domain.design import Power, TrainedDesign
from pnn_studio.domain.figures import GROUPS, FigureValue, Group, Source, Value, figures_of
from pnn_studio.domain.run import IMPROVING
from pnn_studio.domain.units import MINUS
from pnn_studio.domain.verification import (
    POWER_DIFFERS,
    Verification,
    power_difference,
    what_differs,
)
from pnn_studio.storage.files import write_atomically
from pnn_studio.storage.tables import rows_csv

LEAST = 2  # designs that can be compared


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
    figures : tuple of FigureValue
        What is compared of it.
    confusion : Confusion or None
        Its answers on the test split, in ngspice where it is checked; None while neither its data
        nor a check are at hand.
    """

    pinned: Pinned
    name: str
    design: TrainedDesign
    verification: Verification | None
    figures: tuple[FigureValue, ...]
    confusion: Confusion | None

    @property
    def source(self) -> Source:
        """What its accuracy on test samples, its answers and its power are of."""
        return self.design.model if self.verification is None else "ngspice"

    @property
    def power(self) -> Power:
        """Power in ngspice where it is checked, else that of its model."""
        found = self.verification
        return self.design.metrics.power if found is None else found.spice_power


@dataclass(frozen=True)
class ComparedFigure:
    """One figure of every design.

    Attributes
    ----------
    group, name : str
        Heading that it stands under, and what it is called there.
    key : str
        What a table for machines calls it, with its unit.
    cells : tuple of str
        As people read it.
    values : tuple of str, int or float
        As machines read it.
    sources : tuple of str or None
        The model, or ngspice, that each is of, as in `FigureValue`.
    help : str
        What it is, where its name does not say so.
    """

    group: Group
    name: str
    key: str
    cells: tuple[str, ...]
    values: tuple[Value, ...]
    sources: tuple[Source | None, ...]
    help: str = ""

    @property
    def differs(self) -> bool:
        """Whether a reader sees a difference."""
        return len(set(self.cells)) > 1


@dataclass(frozen=True, eq=False)
class Comparison:
    """The designs, their figures, and what must be known to compare them."""

    columns: tuple[Column, ...]
    figures: tuple[ComparedFigure, ...]
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
    parts: list[object] = [session.shown.pins, session.checks.all]
    for each in pinned(session):
        parts += [each.ref, each.family, session.data_of_run(each.run)]
    return tuple(parts)


def _column(session: Session, each: Pinned) -> Column:
    design = each.family.design(each.design)
    verification, dataset = session.verification(design), session.data_of(design)
    answers = None
    if verification is not None:
        answers = confusion(verification.classes, verification.spice_outputs)
    elif dataset is not None and (evaluation := session.evaluation(design)) is not None:
        answers = confusion(dataset.part("test")[1], evaluation.outputs)
    name = design_name(each.run.plan, each.design)
    figures = figures_of(design, "comparison", checked=verification)
    return Column(each, name, design, verification, figures, answers)


def _notes(session: Session, columns: tuple[Column, ...]) -> tuple[str, ...]:
    notes = []
    if len({column.design.data for column in columns}) > 1:
        notes.append(
            "The data differ: each accuracy is that on its own test split, so they do not compare."
        )
    if len({column.design.technology_fingerprint for column in columns}) > 1:
        notes.append("The technologies differ: power is that of different circuits.")
    if len({column.design.model for column in columns}) > 1:
        notes.append("The models differ: figures of ideal leave out the load of each circuit.")
    for source in dict.fromkeys(column.source for column in columns):
        if source != "ngspice" and any(column.source != source for column in columns):
            which = [column.pinned.letter for column in columns if column.source == source]
            verb = "is" if len(which) == 1 else "are"
            notes.append(
                f"{', '.join(which)} {verb} not checked: figures of {source} stand beside others."
            )
    improving = [
        column.pinned.letter
        for column in columns
        if column.pinned.family.status[column.pinned.design] == IMPROVING
    ]
    if improving:
        notes.append(f"Still improving: {', '.join(improving)}.")
    gone = len(session.shown.pins) - len(columns)
    if gone:
        what = "1 pinned design is" if gone == 1 else f"{gone} pinned designs are"
        notes.append(f"{what} of a run that was deleted or trained anew.")
    return tuple(notes)


def _verdict(verification: Verification | None) -> str:
    if verification is None:
        return "not checked"
    differs = what_differs(verification)
    if differs == POWER_DIFFERS:
        return f"power {power_difference(verification) * 100:+.1f} %".replace("-", MINUS)
    return differs or "agrees"


def _figures(columns: tuple[Column, ...]) -> tuple[ComparedFigure, ...]:
    """List every figure with its values, group by group; ngspice's answer is one of the circuit."""
    rows = [
        ComparedFigure(
            values[0].figure.group,
            values[0].figure.under or values[0].figure.name,
            values[0].figure.key,
            tuple(each.text for each in values),
            tuple(each.value for each in values),
            tuple(each.source for each in values),
            values[0].figure.help,
        )
        for values in zip(*(column.figures for column in columns), strict=True)
    ]
    said = tuple(_verdict(column.verification) for column in columns)
    sources: tuple[Source | None, ...] = tuple(
        None if column.verification is None else "ngspice" for column in columns
    )
    rows.append(ComparedFigure("Circuit", "ngspice", "checked", said, said, sources))
    return tuple(sorted(rows, key=lambda row: GROUPS.index(row.group)))


def comparison_csv(comparison: Comparison) -> str:
    """Write a comparison as CSV, a line a figure, a column a design; SI units are in the names."""
    head = ("figure", *(f"{each.pinned.letter} {each.name}" for each in comparison.columns))
    runs = ("run", *(each.pinned.run.name for each in comparison.columns))
    lines: list[tuple[Value, ...]] = [head, runs]
    for each in comparison.figures:
        lines.append((each.key, *each.values))
        if each.group in ("Accuracy", "Power"):
            lines.append((f"{each.key}_source", *map(str, each.sources)))
    return rows_csv(lines)


def save_comparison(path: Path, comparison: Comparison) -> None:
    """Write a comparison to a CSV file, whole or not at all.

    Raises
    ------
    ProjectFileError
        Where it cannot be written.
    """
    write_atomically(path, comparison_csv(comparison).encode())
