"""The power that alpha weighs against, for a layout in a technology; no torch."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from pnn_studio.domain.cells import CircuitName
from pnn_studio.domain.circuit_model import why_not_loaded
from pnn_studio.domain.layout import Layout
from pnn_studio.domain.technology import Technology
from pnn_studio.physics.loaded.cells import Negation, Ptanh, rising_root

# the layout that the power reference of a technology is stated for: the paper's for iris
_LIKE = Layout(4, (3,), 3)
_POINTS = 101
_TOLERANCE = 1e-9


def power_reference(layout: Layout, technology: Technology) -> float:
    """Return P_ref of the loss in watt: ``P_ref(4-3-3) x P_full(layout) / P_full(4-3-3)``.

    P_ref(4-3-3) is that of the technology. P_full is the power of all ptanh and of one negation for
    every row (inputs and bias, the same for both crossbars), with the component values that
    training starts from, mean over the input range, crossbars left out. So alpha means the same for
    layouts of any size. Where a technology states no equations all its circuits count alike.
    """
    activation, negation = 1.0, 1.0
    if not why_not_loaded(technology):
        activation, negation = (
            float(open_power(technology, each.name, np.array(list(each.starts.values()))))
            for each in technology.circuits
        )
    reference = technology.power_reference
    return reference * _full(layout, activation, negation) / _full(_LIKE, activation, negation)


def _full(layout: Layout, activation: float, negation: float) -> float:
    sizes = layout.sizes
    return sum(sizes[1:]) * activation + sum(size + 1 for size in sizes[:-1]) * negation


def open_power(
    technology: Technology, circuit: CircuitName, omega: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the mean power of a circuit at an open output over the input range, in watt.

    Parameters
    ----------
    technology : Technology
        Rails and transistor.
    circuit : {"ptanh", "negation"}
        Which one.
    omega : array, shape (..., components)
        Component values in ohm and metre.

    Raises
    ------
    TechnologyError
        Where the technology states no transistor.
    """
    volts = np.linspace(technology.input_low, technology.input_high, _POINTS)
    values = np.moveaxis(np.asarray(omega, dtype=float), -1, 0)[..., None]
    shape = np.broadcast_shapes(values.shape[1:], volts.shape)
    cells: Any
    if circuit == "ptanh":
        cells = Ptanh(np, technology, values)
    else:
        cells = Negation(np, technology, values)
    low, high = np.full(shape, cells.rails.vss), np.full(shape, cells.rails.vdd)
    if circuit == "ptanh":
        inner = rising_root(np, lambda n: cells.middle(n, volts), low, high, _TOLERANCE)
    else:
        inner = np.broadcast_to(volts, shape)  # the gate follows the input at once
    output = rising_root(np, lambda y: cells.output(y, inner), low, high, _TOLERANCE)
    return np.asarray(cells.power(output, inner).mean(axis=-1))
