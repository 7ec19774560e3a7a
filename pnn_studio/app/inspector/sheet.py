"""What the inspector shows of an item: a pure value of texts and figures."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from pnn_studio.app.session.selection import Item
from pnn_studio.domain.cells import CellKind
from pnn_studio.domain.design import Power

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

    kind: CellKind
    values: tuple[tuple[str, str], ...]
    rails: tuple[str, str]
    v_in: tuple[str, str]
    v_out: tuple[str, str]


@dataclass(frozen=True)
class Burner:
    """One thing that dissipates power.

    Attributes
    ----------
    name : str
        What it is.
    part : str
        Which part of the power it belongs to.
    watts : float
        Mean power.
    item : Item or None
        What is selected to see it; None where nothing is.
    """

    name: str
    part: Literal["negation", "activation", "crossbar"]
    watts: float
    item: Item | None


@dataclass(frozen=True)
class PowerBar:
    """Burners side by side.

    Attributes
    ----------
    name, total : str
        What it is of, and the sum with its unit.
    burners : tuple of Burner
        From left to right.
    share : float
        Length over that of the longest bar of the figure.
    """

    name: str
    total: str
    burners: tuple[Burner, ...]
    share: float = 1.0


@dataclass(frozen=True)
class PowerFigure:
    """Power by part, and where they are known bars of what burns it."""

    power: Power
    bars: tuple[PowerBar, ...] = ()


@dataclass(frozen=True, eq=False)
class PairsFigure:
    """Model and ngspice at one node, every sample, sorted by the model; volts."""

    model: NDArray[np.float64]
    spice: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class HistogramFigure:
    """How the values of an input are distributed.

    Attributes
    ----------
    edges : array, shape (bins + 1,)
        In the unit of the data.
    counts : int array, shape (3, bins)
        Training, validation and test samples in each bin.
    scale : str
        Which values are the ends of the input range.
    """

    edges: NDArray[np.float64]
    counts: NDArray[np.int64]
    scale: str


Figure = CurveFigure | CircuitFigure | PowerFigure | PairsFigure | HistogramFigure


@dataclass(frozen=True, eq=False)
class SheetSection:
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
    sections: tuple[SheetSection, ...] = ()
    steps: tuple[Step, ...] = ()


EMPTY = Sheet(
    "",
    "Inspector",
    sections=(
        SheetSection(
            text="Nothing selected. Click a layer, neuron, resistor or design to see its values "
            "here."
        ),
    ),
)
