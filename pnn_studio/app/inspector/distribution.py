"""How the values of an input are distributed, which is known before anything is trained."""

import numpy as np

from pnn_studio.app.inspector.sheet import HistogramFigure, Line, SheetSection
from pnn_studio.domain.dataset import SPLITS, Dataset
from pnn_studio.domain.units import count_of

_BINS = 24


def input_distribution(dataset: Dataset, index: int) -> SheetSection:
    """Draw the values of an input of all samples, in the unit of the data.

    Parameters
    ----------
    dataset : Dataset
        The chosen data.
    index : int
        Which input.
    """
    low, high = float(dataset.low[index]), float(dataset.high[index])
    bottom, top = dataset.volts
    values = low + (dataset.voltages[:, index] - bottom) / (top - bottom) * (high - low)
    edges = np.linspace(low, high, _BINS + 1)
    counts = np.array(
        [np.histogram(values[dataset.split == number], edges)[0] for number, _ in enumerate(SPLITS)]
    )
    ends = f"{bottom:g} V and {top:g} V"
    at_ends = int(np.sum((values <= low) | (values >= high)))
    lines = (
        Line("smallest, largest", f"{values.min():.4g}, {values.max():.4g}"),
        Line("median", f"{np.median(values):.4g}"),
        Line("different values", str(len(np.unique(values)))),
        Line(f"at {ends}", f"{at_ends} of {len(values)}"),
    )
    figure = HistogramFigure(edges, counts, f"{low:.4g} is {bottom:g} V, {high:.4g} is {top:g} V")
    return SheetSection("Distribution", count_of(len(values), "sample"), figure, lines)
