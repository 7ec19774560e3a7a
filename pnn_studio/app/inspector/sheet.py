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
    """A name with its value.

    Attributes
    ----------
    name, value : str
        As people read them.
    tone : str
        How the value is written.
    source : str
        What it is of: a model, ngspice, or the design; empty for what was asked for.
    short : str
        The value where there is little room; like `value` unless given.
    help : str
        What it is, where its name does not say so.
    step : Step or None
        What a click on it does.
    """

    name: str
    value: str
    tone: Tone = "plain"
    source: str = ""
    short: str = ""
    help: str = ""
    step: "Step | None" = None


@dataclass(frozen=True)
class Row:
    """A row of a small table; selecting it selects `item`, and does `step` where there is one.

    `tip` is what it says at length.
    """

    cells: tuple[str, ...]
    tone: Tone = "plain"
    item: Item | None = None
    step: "Step | None" = None
    tip: str = ""


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
    """Power by part, and where they are known bars of what burns it.

    Attributes
    ----------
    power : Power
        By part.
    bars : tuple of PowerBar
        Of single circuits and resistors.
    source, bars_source : str
        What the parts, and what the bars are of.
    """

    power: Power
    bars: tuple[PowerBar, ...] = ()
    source: str = ""
    bars_source: str = ""


@dataclass(frozen=True, eq=False)
class PairsFigure:
    """Model and ngspice at one node, every sample, sorted by the model; volts."""

    model: NDArray[np.float64]
    spice: NDArray[np.float64]


@dataclass(frozen=True)
class IntervalFigure:
    """How sure a share of right answers is: from `low` to `high`, by so many samples."""

    low: float
    high: float
    samples: int


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


Figure = CurveFigure | CircuitFigure | PowerFigure | PairsFigure | IntervalFigure | HistogramFigure


@dataclass(frozen=True, eq=False)
class SheetSection:
    """A heading with a note, and under it any of a figure, a text, lines, a figure, and a table.

    `source` says what all figures of it are of that do not say it themselves.
    """

    title: str = ""
    note: str = ""
    figure: Figure | None = None
    lines: tuple[Line, ...] = ()
    head: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    text: str = ""
    text_tone: Tone = "muted"
    source: str = ""
    after: Figure | None = None


@dataclass(frozen=True)
class Step:
    """Something to do next: show a tab, with an item selected or a design chosen there.

    Or check `designs` of the run that is shown, train for a power `limit` in watt, or round the
    design to printable values.
    """

    text: str
    where: Literal[
        "layout", "schematic", "tradeoff", "check", "design", "rerun", "delete", "check-some",
        "train-limit", "round",
    ]  # fmt: skip
    item: Item | None = None
    designs: tuple[int, ...] = ()
    limit: float = 0.0


@dataclass(frozen=True, eq=False)
class Sheet:
    """All that the inspector shows."""

    kicker: str
    title: str
    note: str = ""
    sections: tuple[SheetSection, ...] = ()
    steps: tuple[Step, ...] = ()

    @property
    def source(self) -> str:
        """What the voltages and powers of it are of; empty where there are none."""
        return next((each.source for each in self.sections if each.source), "")


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
