"""What printed circuits can be, in SI units: the bounds of all files, read and written.

They are wide, so that nothing that is printed is ever refused; yet within them no sum, product or
quotient of the models overflows or is a division by nothing.
"""

import numpy as np
from numpy.typing import NDArray

CONDUCTANCE = 1e-15, 1e3  # S
BIAS = -100.0, 100.0  # V
COMPONENT = 1e-9, 1e12  # ohm or m
THETA = 1e-30, 1e6  # of what is printed
ETA = 1e9  # V, of eta4 1/V
POWER = 1e6  # W
# of a technology; the least theta leaves room for a larger resistor than it has
CROSSBAR = {
    "g_min": CONDUCTANCE,
    "g_max": CONDUCTANCE,
    "theta_min": (1e-9, THETA[1]),
    "theta_max": THETA,
    "bias": BIAS,
    "input_low": BIAS,
    "input_high": BIAS,
}
LARGEST_R = 1e12  # ohm
# any other quantity of a technology, but 0
QUANTITY = 1e-18, 1e18


def theta_fits(theta: NDArray[np.float64]) -> bool:
    """Whether each theta is printable, or 0 where nothing is printed."""
    size = np.abs(theta)
    return bool(((size == 0) | ((size >= THETA[0]) & (size <= THETA[1]))).all())


def floats(theta: NDArray[np.float64]) -> bool:
    """Whether a column, along the last axis but one, has no printed resistor."""
    return not bool(np.any(theta != 0, axis=-2).all())


def omega_fits(omega: NDArray[np.float64]) -> bool:
    """Whether all are values of components."""
    return bool(((omega >= COMPONENT[0]) & (omega <= COMPONENT[1])).all())
