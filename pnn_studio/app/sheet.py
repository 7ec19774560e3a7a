"""What the inspector shows of an item: a pure value of texts and figures."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from pnn_studio.app.selection import Item
from pnn_studio.domain.design import Power
from pnn_studio.domain.technology import CircuitName

Tone = Literal["plain", "muted", "positive", "negative", "warn", "bold"]


@dataclass(frozen=True)
class Line:
    """A name with its value."""

    name: str
    value: str
    tone: Tone = "plain"


@dataclass(frozen=True)
class Row:
    """A row of a small table; selecting it selects `item`."""

    cells: tuple[str, ...]
    tone: Tone = "plain"
    item: Item | None = None


@dataclass(frozen=True, eq=False)
class CurveFigure:
    """The transfer curve of a circuit: volts in, volts out, and where the samples lie on it.

    Attributes
    ----------
    v_in, v_out : arrays, shape (points,)
        The curve.
    samples_in, samples_out : arrays, shape (samples,)
        Where the test samples lie.
    sample : int
        Which one is chosen.
    x_title : str
        What the input is.
    """

    v_in: NDArray[np.float64]
    v_out: NDArray[np.float64]
    samples_in: NDArray[np.float64]
    samples_out: NDArray[np.float64]
    sample: int
    x_title: str


@dataclass(frozen=True)
class CircuitFigure:
    """An opened circuit: texts of its parts (by name), rails and terminals."""

    circuit: CircuitName
    values: tuple[tuple[str, str], ...]
    rails: tuple[str, str]
    v_in: tuple[str, str]
    v_out: tuple[str, str]


@dataclass(frozen=True)
class PowerFigure:
    """A bar of power by part."""

    power: Power


@dataclass(frozen=True, eq=False)
class PairsFigure:
    """Model and ngspice at one node, every sample, sorted by the model; volts."""

    model: NDArray[np.float64]
    spice: NDArray[np.float64]


Figure = CurveFigure | CircuitFigure | PowerFigure | PairsFigure


@dataclass(frozen=True, eq=False)
class Section:
    """A heading with a note, and under it any of a figure, lines, a table and a text."""

    title: str = ""
    note: str = ""
    figure: Figure | None = None
    lines: tuple[Line, ...] = ()
    head: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    text: str = ""
    text_tone: Tone = "muted"


@dataclass(frozen=True)
class Step:
    """Something to do next: show a tab, with an item selected or a design chosen there."""

    text: str
    where: Literal["layout", "schematic", "tradeoff", "check", "design", "rerun", "delete"]
    item: Item | None = None


@dataclass(frozen=True, eq=False)
class Sheet:
    """All that the inspector shows."""

    kicker: str
    title: str
    note: str = ""
    sections: tuple[Section, ...] = ()
    steps: tuple[Step, ...] = ()


EMPTY = Sheet(
    "",
    "Inspector",
    sections=(
        Section(
            text="Nothing selected. Click a layer, neuron, resistor or design to see its values "
            "here."
        ),
    ),
)
