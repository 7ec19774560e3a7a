"""The figures of a design: the one list that every table, sheet and summary of designs reads.

A new figure is one line of `FIGURES`. Unless the line says in which views it stands, it stands in
all of them: as a column of the table of pinned designs and of its copy, as a row of the comparison
and of its CSV, as a line of the inspector and of the console, and in JSON and CSV under its key.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Literal, get_args

import numpy as np

from pnn_studio.domain.circuit_model import ModelName
from pnn_studio.domain.dataset import SPLITS, Split
from pnn_studio.domain.design import TrainedDesign
from pnn_studio.domain.layout import Crossbar
from pnn_studio.domain.units import format_percent, format_si
from pnn_studio.domain.verification import Verification

Value = str | int | float
Group = Literal["Accuracy", "Power", "Circuit", "Design"]
GROUPS: tuple[Group, ...] = get_args(Group)
View = Literal["table", "copy", "comparison", "inspector", "console", "summary"]
VIEWS: frozenset[View] = frozenset(get_args(View))
# what a figure is of: a model, ngspice, or the design itself, which no model has a say in
Source = ModelName | Literal["ngspice", "design"]


@dataclass(frozen=True)
class DesignFigure:
    """What a figure is, and how it is read off a design.

    Attributes
    ----------
    key : str
        What JSON and CSV call it, with its unit (``power_total_w``).
    name : str
        What people call it where it stands alone.
    unit : str
        SI base unit, ``%`` for a share of one, empty for counts and texts.
    value : callable
        Reads it off a design, in SI units.
    group : str
        Heading that it stands under.
    views : set of str
        ``table`` of pinned designs, its ``copy``, ``comparison``, ``inspector``, ``console``, and
        ``summary`` (JSON and CSV of the command line). What a file of a design states of it as
        its metrics stands in every summary anyhow, so those figures are not in ``summary``.
    under : str
        What it is called under the heading of its group; like `name` unless given.
    head : str
        What it is called at the head of a column; like `name` unless given.
    copied : str
        What the copied table calls it; like `key` unless given.
    split : str or None
        Of which split it is, where a view shows that of the split that is chosen there.
    text : callable or None
        Writes it for people where value and unit do not say it all.
    help : str
        What it is, where its name does not say so to everybody.
    simulated : callable or None
        Reads it off what ngspice says of a design, where that is known of it.
    """

    key: str
    name: str
    unit: str
    value: Callable[[TrainedDesign], Value]
    group: Group = "Circuit"
    views: frozenset[View] = VIEWS
    under: str = ""
    head: str = ""
    copied: str = ""
    split: Split | None = None
    text: Callable[[TrainedDesign], str] | None = None
    simulated: Callable[[Verification], Value] | None = None
    help: str = ""


@dataclass(frozen=True)
class FigureValue:
    """A figure of one design.

    Attributes
    ----------
    figure : DesignFigure
        Which one.
    value : str, int or float
        As machines read it, in SI units.
    text : str
        As people read it.
    source : str or None
        The model, or ngspice, that it is of; ``design`` for what is counted in the circuit; None
        for what was asked for.
    """

    figure: DesignFigure
    value: Value
    text: str
    source: Source | None = None


def figure_of(design: TrainedDesign, key: str, checked: Verification | None = None) -> FigureValue:
    """Read one figure off a design: that of ngspice where `checked` tells it, else the model's."""
    return _read(next(each for each in FIGURES if each.key == key), design, checked)


def figures_of(
    design: TrainedDesign,
    view: View,
    split: Split | None = None,
    checked: Verification | None = None,
) -> tuple[FigureValue, ...]:
    """Read the figures of a view off a design, as `figures_in` lists them.

    Parameters
    ----------
    design : TrainedDesign
        What they are of.
    view, split
        Which figures.
    checked : Verification, optional
        What ngspice says of exactly this design: its figures then stand for those of the model,
        and say so.
    """
    return tuple(_read(each, design, checked) for each in figures_in(view, split))


def figures_in(view: View, split: Split | None = None) -> tuple[DesignFigure, ...]:
    """List the figures of a view in its order; with `split` without those of other splits."""
    listed = [
        each
        for each in FIGURES
        if view in each.views and (split is None or each.split in (None, split))
    ]
    first = {key: place for place, key in enumerate(_FIRST.get(view, ()))}
    return tuple(sorted(listed, key=lambda each: first.get(each.key, len(first))))


def _read(
    figure: DesignFigure, design: TrainedDesign, checked: Verification | None = None
) -> FigureValue:
    if checked is not None and figure.simulated is not None:
        value = figure.simulated(checked)
        return FigureValue(figure, value, write(value, figure.unit), "ngspice")
    value = figure.value(design)
    text = figure.text(design) if figure.text is not None else write(value, figure.unit)
    sources: Mapping[Group, Source] = {
        "Accuracy": design.model, "Power": design.model, "Circuit": "design",
    }  # fmt: skip
    return FigureValue(figure, value, text, sources.get(figure.group))


def write(value: Value, unit: str) -> str:
    """Write a figure for people.

    Examples
    --------
    >>> write(0.9677, "%"), write(5.379e-3, "W"), write(0.5, ""), write(7, ""), write("4-3-3", "")
    ('96.8 %', '5.38 mW', '0.50', '7', '4-3-3')
    """
    if isinstance(value, str):
        return value
    if unit == "%":
        return format_percent(value)
    if unit:
        return format_si(value, unit)
    return f"{value:.2f}" if isinstance(value, float) else str(value)


def _accuracy(split: Split, design: TrainedDesign) -> float:
    return design.metrics.accuracy[split]


def _measurable(split: Split, design: TrainedDesign) -> float:
    return design.metrics.measurable_accuracy[split]


def _power(part: str, design: TrainedDesign) -> float:
    return float(getattr(design.metrics.power, part))


def _power_in_ngspice(part: str, checked: Verification) -> float:
    return float(getattr(checked.spice_power, part))


def _accuracy_in_ngspice(checked: Verification) -> float:
    return checked.spice_accuracy


def _negations(crossbar: Crossbar, design: TrainedDesign) -> int:
    return design.count_negations(crossbar)


def _most_negations(design: TrainedDesign) -> int:
    return sum(design.layout.most_negations)


def _resistors(design: TrainedDesign) -> int:
    return sum(int(layer.printed.sum()) for layer in design.layers)


def _resistances(design: TrainedDesign) -> tuple[float, float]:
    """Return the smallest and the largest printed resistance in ohm."""
    every = np.concatenate([layer.conductances(design.g_min).ravel() for layer in design.layers])
    printed = every[every > 0]
    return float(1 / printed.max()), float(1 / printed.min())


def _in(*views: View) -> frozenset[View]:
    return frozenset(views)


MEASURABLE = (
    "Right answers that a meter can tell: the right output is at least as high as the technology's "
    "measurable voltage, and all others are at or below 0 V"
)
_PINNED = _in("table", "copy")
_EVERYWHERE = VIEWS - {"summary"}
_COMPARED = _in("comparison")

FIGURES: tuple[DesignFigure, ...] = (
    *(
        DesignFigure(
            f"accuracy_{split}", f"accuracy, {split}", "%", partial(_accuracy, split), "Accuracy",
            _EVERYWHERE, under=split, head=f"acc. {split}", split=split,
            simulated=_accuracy_in_ngspice if split == "test" else None,
        )
        for split in reversed(SPLITS)
    ),
    DesignFigure("measurable_test", "measurable, test", "%", partial(_measurable, "test"),
                 "Accuracy", _in("comparison", "inspector", "console"), help=MEASURABLE),
    DesignFigure("measurable_valid", "measurable, valid", "%", partial(_measurable, "valid"),
                 "Accuracy", _in("console")),
    DesignFigure("measurable_train", "measurable, train", "%", partial(_measurable, "train"),
                 "Accuracy", _in("console")),
    DesignFigure("power_total_w", "power", "W", partial(_power, "total"), "Power",
                 _PINNED | _in("comparison", "console"), under="total", copied="power_w",
                 simulated=partial(_power_in_ngspice, "total")),
    *(
        DesignFigure(
            f"power_{part}_w", part, "W", partial(_power, part), "Power",
            _PINNED | _in("comparison", "console"), copied=f"{part}_w",
            simulated=partial(_power_in_ngspice, part),
        )
        for part in ("negation", "activation", "crossbar")
    ),
    DesignFigure("negations", "negation circuits", "", lambda design: design.negations, "Circuit",
                 _PINNED | _in("comparison", "inspector"), under="negations", head="negations",
                 text=lambda design: f"{design.negations} of {_most_negations(design)}"),
    DesignFigure("most_negations", "negations, at most", "", _most_negations, views=_in("copy")),
    DesignFigure("negations_modified", "modified", "", partial(_negations, "modified"),
                 views=_in("console")),
    DesignFigure("negations_original", "original", "", partial(_negations, "original"),
                 views=_in("console")),
    DesignFigure("resistors", "resistors printed", "", _resistors, views=_COMPARED,
                 text=lambda design: f"{_resistors(design)} of {design.layout.resistor_sites}"),
    DesignFigure("largest_r_ohm", "largest R", "Ω", lambda design: _resistances(design)[1],
                 views=_COMPARED),
    DesignFigure("smallest_r_ohm", "smallest R", "Ω", lambda design: _resistances(design)[0],
                 views=_COMPARED),
    DesignFigure("data", "data", "", lambda design: design.data.title, "Design", _COMPARED),
    DesignFigure("layout", "layout", "", lambda design: str(design.layout), "Design", _COMPARED),
    DesignFigure("crossbar", "crossbar", "", lambda design: design.layout.crossbar, "Design",
                 _COMPARED),
    DesignFigure("circuits", "circuits shared by", "", lambda design: design.layout.sharing,
                 "Design", _COMPARED),
    DesignFigure("model", "model", "", lambda design: design.model, "Design",
                 _in("comparison", "inspector")),
    DesignFigure("trained_for", "trained for", "", lambda design: design.trained_for, "Design",
                 _in("comparison", "inspector")),
    DesignFigure("alpha", "α", "", lambda design: design.alpha, "Design", _PINNED | _COMPARED),
    DesignFigure("seed", "seed", "", lambda design: design.seed, "Design", _PINNED | _COMPARED),
    DesignFigure("epochs", "epochs", "", lambda design: design.metrics.epochs, "Design",
                 _in("comparison", "inspector")),
)  # fmt: skip

# What stands first where that is not the order of the list: a row begins with what tells it apart.
_ROW = (
    "alpha", "seed", *(f"accuracy_{split}" for split in SPLITS), "power_total_w",
    "power_crossbar_w",
)  # fmt: skip
_FIRST: Mapping[View, tuple[str, ...]] = {"table": _ROW, "copy": _ROW}
