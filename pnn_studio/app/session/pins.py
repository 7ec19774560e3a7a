"""Pinned designs: which ones they are, of whatever run, and how they stand to the current one."""

from dataclasses import dataclass, replace

import numpy as np

from pnn_studio.app.analysis.design_choice import LETTERS, toggled
from pnn_studio.app.session.runs import Run
from pnn_studio.app.session.session import Session
from pnn_studio.domain.dataset import Split
from pnn_studio.domain.design import TrainedDesign
from pnn_studio.domain.design_ref import DesignRef
from pnn_studio.domain.family import Family
from pnn_studio.domain.figures import FigureValue, Group, Value, figures_in, figures_of
from pnn_studio.domain.run import DIVERGED
from pnn_studio.domain.settings import Shown
from pnn_studio.domain.verification import Verification


@dataclass(frozen=True, eq=False)
class Pinned:
    """A pinned design that is there.

    Attributes
    ----------
    letter : str
        ``A`` to ``D``.
    ref : DesignRef
        Which one it is.
    run : Run
        Its run.
    family : Family
        Of that run.
    """

    letter: str
    ref: DesignRef
    run: Run
    family: Family

    @property
    def design(self) -> int:
        """Index in the family."""
        return self.ref.index


@dataclass(frozen=True)
class PinnedRow:
    """A row of the table of pinned designs.

    Attributes
    ----------
    letter : str
        ``A`` to ``D``, empty for the current design.
    ref : DesignRef
        Which one it is.
    alpha, seed
        What it was trained with.
    other_run : str
        What its run is called where it is not the one that is shown; else empty.
    figures : tuple of FigureValue
        What the table and its copy show of it, the accuracy on the chosen split.
    to_current : float
        Power over that of the current design, less one; nan for the current one. Both in ngspice
        where both are checked, else both by their models.
    """

    letter: str
    ref: DesignRef
    alpha: float
    seed: int
    figures: tuple[FigureValue, ...]
    to_current: float
    other_run: str = ""


def pinned(session: Session) -> tuple[Pinned, ...]:
    """Return the pinned designs that are there; those of deleted runs are not."""
    found = []
    for letter, ref in zip(LETTERS, session.shown.pins, strict=False):
        run = session.find_run(ref.run)
        if run is None or run.family is None or ref.index >= run.family.plan.designs:
            continue
        if run.family.status[ref.index] != DIVERGED:
            found.append(Pinned(letter, ref, run, run.family))
    return tuple(found)


def is_pinned(session: Session) -> bool:
    """Whether the design that is shown is pinned."""
    return session.design_ref in session.shown.pins


def toggle_current(session: Session) -> Shown:
    """Pin the design that is shown, or take its pin away."""
    ref, shown = session.design_ref, session.shown
    return shown if ref is None else replace(shown, pins=toggled(shown.pins, ref))


def without(shown: Shown, pin: DesignRef) -> Shown:
    """Take a pin away."""
    return replace(shown, pins=tuple(each for each in shown.pins if each != pin))


@dataclass(frozen=True, eq=False)
class _Known:
    """A design with what ngspice says of it."""

    design: TrainedDesign
    checked: Verification | None

    def power_over(self, other: "_Known") -> float:
        """Return its power over that of another one, both from the same kind of source."""
        if self.checked is not None and other.checked is not None:
            return self.checked.spice_power.total / other.checked.spice_power.total
        return self.design.metrics.power.total / other.design.metrics.power.total


def _row(
    letter: str, ref: DesignRef, run: Run, known: _Known, split: Split, current: _Known | None
) -> PinnedRow:
    design = known.design
    return PinnedRow(
        letter,
        ref,
        design.alpha,
        design.seed,
        figures_of(design, "copy", split, known.checked),
        known.power_over(current) - 1 if letter and current is not None else np.nan,
        run.name if letter else "",
    )


def pinned_rows(session: Session, split: Split) -> tuple[PinnedRow, ...]:
    """Compare the current design (first) with the pinned ones."""
    run, current, design = session.run, session.design_ref, session.design
    rows, reference = [], None
    if run is not None and current is not None and design is not None:
        reference = _Known(design, session.verification(design))
        rows.append(_row("", current, run, reference, split, reference))
    for each in pinned(session):
        other = each.family.design(each.design)
        known = _Known(other, session.verification(other))
        row = _row(each.letter, each.ref, each.run, known, split, reference)
        rows.append(row if each.run is not run else replace(row, other_run=""))
    return tuple(rows)


def table_text(rows: tuple[PinnedRow, ...], split: Split) -> str:
    """Write pinned designs as tab-separated values with units in the head, for a spreadsheet."""
    figures = [each.copied or each.key for each in figures_in("copy", split)]
    lines = [("design", "run", *figures, "power_to_current", "accuracy_source", "power_source")]
    lines += [
        (
            row.letter or "current",
            str(row.ref.run + 1),
            *(_number(each.value) for each in row.figures),
            "" if np.isnan(row.to_current) else f"{row.to_current:.4g}",
            *(_source_of(row, group) for group in ("Accuracy", "Power")),
        )
        for row in rows
    ]
    return "\n".join("\t".join(line) for line in lines) + "\n"


def _source_of(row: PinnedRow, group: Group) -> str:
    """Say what the figures of a group are of: the model, or ngspice."""
    return next((str(each.source) for each in row.figures if each.figure.group == group), "")


def _number(value: Value) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)
