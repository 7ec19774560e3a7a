"""Pinned designs: which ones they are, of whatever run, and how they stand to the current one."""

from dataclasses import dataclass, replace

import numpy as np

from pnn_studio.app.analysis.design_choice import LETTERS, Pin, design_of, setting_of, toggled
from pnn_studio.app.session.runs import Run
from pnn_studio.app.session.session import Session
from pnn_studio.domain.dataset import Split
from pnn_studio.domain.design import TrainedDesign
from pnn_studio.domain.family import Family
from pnn_studio.domain.figures import FigureValue, Value, figures_in, figures_of
from pnn_studio.domain.settings import Settings


@dataclass(frozen=True, eq=False)
class Pinned:
    """A pinned design that is there.

    Attributes
    ----------
    letter : str
        ``A`` to ``D``.
    pin : Pin
        As the settings have it.
    place : int
        Of its run in the history.
    run : Run
        Its run.
    family : Family
        Of that run.
    design : int
        Index in the family.
    """

    letter: str
    pin: Pin
    place: int
    run: Run
    family: Family
    design: int


@dataclass(frozen=True)
class PinnedRow:
    """A row of the table of pinned designs.

    Attributes
    ----------
    letter : str
        ``A`` to ``D``, empty for the current design.
    place : int
        Of its run in the history.
    design, alpha, seed
        Which one of that run it is.
    other_run : str
        What its run is called where it is not the one that is shown; else empty.
    figures : tuple of FigureValue
        What the table and its copy show of it, the accuracy on the chosen split.
    to_current : float
        Power over that of the current design, less one; nan for the current one.
    """

    letter: str
    place: int
    design: int
    alpha: float
    seed: int
    figures: tuple[FigureValue, ...]
    to_current: float
    other_run: str = ""


def pinned(session: Session) -> tuple[Pinned, ...]:
    """Return the pinned designs that are there; those of deleted runs are not."""
    found = []
    for letter, pin in zip(LETTERS, session.settings.pins, strict=False):
        place = pin[2] if len(pin) == 3 else session.shown_place  # noqa: PLR2004 - with its run
        run = session.run_at(place) if place is not None else None
        if place is None or run is None or run.family is None:
            continue
        design = design_of(run.family, pin)
        if design is not None:
            found.append(Pinned(letter, pin, place, run, run.family, design))
    return tuple(found)


def current_pin(session: Session) -> Pinned | None:
    """Return the pin of the design that is shown; None where it is not pinned."""
    run, index = session.run, session.design_index
    return next(
        (each for each in pinned(session) if each.run is run and each.design == index), None
    )


def toggle_current(session: Session) -> Settings:
    """Pin the design that is shown, or take its pin away."""
    run, index, place = session.run, session.design_index, session.shown_place
    settings = session.settings
    if run is None or run.family is None or index is None or place is None:
        return settings
    known = current_pin(session)
    pin: Pin = known.pin if known is not None else (*setting_of(run.family.plan, index), place)
    return replace(settings, pins=toggled(settings.pins, pin))


def without(settings: Settings, pin: Pin) -> Settings:
    """Take a pin away."""
    return replace(settings, pins=tuple(each for each in settings.pins if each != pin))


def _row(
    letter: str, place: int, run: Run, index: int, design: TrainedDesign, split: Split,
    reference: float,
) -> PinnedRow:  # fmt: skip
    return PinnedRow(
        letter,
        place,
        index,
        design.alpha,
        design.seed,
        figures_of(design, "copy", split),
        design.metrics.power.total / reference - 1 if letter else np.nan,
        run.title if letter else "",
    )


def pinned_rows(session: Session, split: Split) -> tuple[PinnedRow, ...]:
    """Compare the current design (first) with the pinned ones."""
    run, current, design = session.run, session.design_index, session.design
    shown, rows, reference = session.shown_place, [], np.nan
    if run is not None and current is not None and design is not None and shown is not None:
        reference = design.metrics.power.total
        rows.append(_row("", shown, run, current, design, split, reference))
    for each in pinned(session):
        other = each.family.design(each.design)
        row = _row(each.letter, each.place, each.run, each.design, other, split, reference)
        rows.append(row if each.run is not run else replace(row, other_run=""))
    return tuple(rows)


def table_text(rows: tuple[PinnedRow, ...], split: Split) -> str:
    """Write pinned designs as tab-separated values with units in the head, for a spreadsheet."""
    figures = [each.copied or each.key for each in figures_in("copy", split)]
    lines = [("design", "run", *figures, "power_to_current")]
    lines += [
        (
            row.letter or "current",
            str(row.place + 1),
            *(_number(each.value) for each in row.figures),
            "" if np.isnan(row.to_current) else f"{row.to_current:.4g}",
        )
        for row in rows
    ]
    return "\n".join("\t".join(line) for line in lines) + "\n"


def _number(value: Value) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)
