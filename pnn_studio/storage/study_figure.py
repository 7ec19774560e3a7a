"""The figure of a study: the fronts of its sweeps over each other, and the front of all."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from pnn_studio.storage.plot_style import (
    ACTIVATION,
    BLUE,
    CROSSBAR,
    GREEN,
    INK,
    NEGATION,
    ORANGE,
    Drawn,
    figure_of,
    file_of,
    paper_style,
)

_WIDTH_MM, _HEIGHT_MM = 181.0, 62.0
_COLUMNS = 3
_MOST_LINES = 12  # of a panel; more cannot be told apart
_INKS = (BLUE, ORANGE, GREEN, CROSSBAR, NEGATION, ACTIVATION)
_MARKERS = ("o", "s", "^", "D", "v", "P")
_DASHES = ("-", "--")


@dataclass(frozen=True, eq=False)
class Line:
    """A front: power in watt, ascending, and test accuracy as a share."""

    title: str
    power: NDArray[np.float64]
    accuracy: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Panel:
    """Fronts that may be compared, and the front of them all."""

    title: str
    lines: Sequence[Line]
    best: Line


def study_figure(panels: Sequence[Panel], drawn: Drawn) -> bytes:
    """Draw all panels, three beside each other.

    Each front has a colour, a marker and a dash of its own, and the points that make up the front
    of all lie on a broad line. Of more than twelve fronts of a panel the last are left out.
    """
    columns = min(len(panels), _COLUMNS)
    lines = -(-len(panels) // columns)
    with paper_style():
        figure = figure_of(_WIDTH_MM, lines * _HEIGHT_MM + 8.0)
        axes = figure.subplots(lines, columns, squeeze=False)
        for place, each in enumerate(axes.flat):
            if place < len(panels):
                _draw(each, panels[place])
            else:
                each.set_visible(False)
        return file_of(figure, drawn)


def _draw(axes: Axes, panel: Panel) -> None:
    axes.plot(
        panel.best.power * 1e3,
        panel.best.accuracy * 100,
        color=INK,
        alpha=0.2,
        linewidth=5.0,
        solid_capstyle="round",
        label=panel.best.title,
    )
    for number, line in enumerate(panel.lines[:_MOST_LINES]):
        axes.plot(
            line.power * 1e3,
            line.accuracy * 100,
            _DASHES[number // len(_INKS) % len(_DASHES)],
            color=_INKS[number % len(_INKS)],
            marker=_MARKERS[number % len(_MARKERS)],
            markersize=3.0,
            label=line.title,
        )
    axes.set_title(panel.title, loc="left")
    axes.set(xlabel="power, mW", ylabel="test accuracy, %")
    axes.set_xlim(left=0.0)
    axes.legend(loc="lower right")
