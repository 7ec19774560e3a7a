"""The power that alpha weighs against, for a layout in a technology."""

import numpy as np

from pnn_studio.domain.layout import Layout
from pnn_studio.domain.technology import Technology
from pnn_studio.physics.loaded.cells import Negation, Ptanh, rising_root

# P_ref of the layout that the paper trains on iris, and that layout
_WATT, _LIKE = 0.15, Layout(4, (3,), 3)
_POINTS = 101
_TOLERANCE = 1e-9


def power_reference(layout: Layout, technology: Technology) -> float:
    """Return P_ref of the loss in watt: ``0.15 W x P_full(layout) / P_full(4-3-3)``.

    P_full is the power of all ptanh and of one negation for every row (inputs and bias, the same
    for both crossbars), default cells, mean over inputs of 0..1 V, crossbars left out. So alpha
    means the same for layouts of any size.

    Raises
    ------
    TechnologyError
        Where the technology states no transistor.
    """
    ptanh, negation = cell_powers(technology)
    return _WATT * _full(layout, ptanh, negation) / _full(_LIKE, ptanh, negation)


def _full(layout: Layout, ptanh: float, negation: float) -> float:
    sizes = layout.sizes
    return sum(sizes[1:]) * ptanh + sum(size + 1 for size in sizes[:-1]) * negation


def cell_powers(technology: Technology) -> tuple[float, float]:
    """Return the mean power of the default ptanh and negation in watt, open, inputs 0..1 V."""
    volts = np.linspace(0.0, 1.0, _POINTS)
    ptanh = Ptanh(np, technology, np.array(list(technology.activation.defaults.values()))[:, None])
    low, high = np.full(_POINTS, ptanh.rails.vss), np.full(_POINTS, ptanh.rails.vdd)
    n = rising_root(np, lambda n: ptanh.middle(n, volts), low, high, _TOLERANCE)
    y = rising_root(np, lambda y: ptanh.output(y, n), low, high, _TOLERANCE)
    first = float(ptanh.power(y, n).mean())
    omega = np.array(list(technology.negation.defaults.values()))[:, None]
    negation = Negation(np, technology, omega)
    low, high = np.full(_POINTS, negation.rails.vss), np.full(_POINTS, negation.rails.vdd)
    y = rising_root(np, lambda y: negation.output(y, volts), low, high, _TOLERANCE)
    return first, float(negation.power(y, volts).mean())
