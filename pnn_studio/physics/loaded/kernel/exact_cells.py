"""The circuits' equations in double precision, one at a time: `loaded.cells`, compiled."""

import math

import numpy as np
from numpy.typing import NDArray

from pnn_studio.physics.kernels.arithmetic import exact
from pnn_studio.physics.kernels.arrays import Number

Doubles = NDArray[np.float64]

# volt squared under the root of the channel length modulation, as in `device`
_ROUNDED = 1e-4
_MOST_STEPS = 60
# places of the constants: the transistor's, then the rails
PER_A, GAIN, LAM, PTANH_VDD, PTANH_VSS, NEGATION_VDD, NEGATION_VSS = 0, 1, 2, 3, 4, 5, 6
# places of component values, as in `COMPONENTS`, and behind them the threshold of each transistor
R1, R2, W1, L1, W2, L2, VT1, VT2 = 0, 1, 2, 3, 4, 5, 7, 8
R3, R4, R5, W, L, VT = 2, 3, 4, 5, 6, 7
VALUES = 9


@exact
def _soft(x: float) -> tuple[float, float]:
    size = abs(x)
    e = math.exp(-size)
    share = 1.0 / (1.0 + e)
    return 0.5 * (x + size) + math.log1p(e), share if x > 0.0 else e * share


@exact
def drain(
    constants: Doubles, shape: float, vt: float, d: float, g: float, s: float
) -> tuple[Number, ...]:
    """Return the current into the drain, and its derivatives by drain and source."""
    forward, by_forward = _soft((g - s - vt) * constants[PER_A])
    backward, by_backward = _soft((g - d - vt) * constants[PER_A])
    across = d - s
    root = math.sqrt(across * across + _ROUNDED)
    scale = constants[GAIN] * shape
    longer = scale * (1.0 + constants[LAM] * root)
    squares = forward * forward - backward * backward
    modulation = scale * squares * (constants[LAM] * across / root)
    steep = longer * 2.0 * constants[PER_A]
    by_source = -(steep * forward * by_forward) - modulation
    return longer * squares, steep * backward * by_backward + modulation, by_source


@exact
def middle_at(
    constants: Doubles, omega: Doubles, cell: int, n: float, v: float
) -> tuple[Number, Number]:
    """Return the residual of a ptanh's inner node, and its slope."""
    vdd, vss = constants[PTANH_VDD], constants[PTANH_VSS]
    shape = omega[cell, W1] / omega[cell, L1]
    i, by_drain, _ = drain(constants, shape, omega[cell, VT1], n, v, vss)
    return i - (vdd - n) / omega[cell, R1], by_drain + 1.0 / omega[cell, R1]


@exact
def output_at(
    constants: Doubles, omega: Doubles, cell: int, y: float, n: float, load: float, fed: float
) -> tuple[Number, Number]:
    """Return the residual of a ptanh's output, and its slope; ``load y - fed`` ampere are drawn."""
    vdd, vss = constants[PTANH_VDD], constants[PTANH_VSS]
    shape = omega[cell, W2] / omega[cell, L2]
    i, by_drain, _ = drain(constants, shape, omega[cell, VT2], y, n, vss)
    value = i - (vdd - y) / omega[cell, R2] + (load * y - fed)
    return value, by_drain + (1.0 / omega[cell, R2] + load)


@exact
def negation_at(
    constants: Doubles, omega: Doubles, cell: int, y: float, v: float, load: float, fed: float
) -> tuple[Number, ...]:
    """Return a negation's residual, its slope, and its derivatives by input and drawn current."""
    vdd, vss = constants[NEGATION_VDD], constants[NEGATION_VSS]
    g1, g2 = 1.0 / omega[cell, R1], 1.0 / omega[cell, R2]
    both = 1.0 / (g1 + g2)
    share = omega[cell, R3] / (omega[cell, R3] + omega[cell, R4])
    through = (vdd - y) / omega[cell, R5] - (load * y - fed)
    source = (vdd * g1 + vss * g2) * both + both * through
    gate = vss + (v - vss) * share
    shape = omega[cell, W] / omega[cell, L]
    i, by_drain, by_source = drain(constants, shape, omega[cell, VT], y, gate, source)
    by_drawn = 1.0 - by_source * both
    slope = by_drain + (1.0 / omega[cell, R5] + load) * by_drawn
    return i - through, slope, -(by_drain + by_source) * share, by_drawn


@exact
def root(
    constants: Doubles, omega: Doubles, cell: int, which: int, given: float, tolerance: float
) -> Number:
    """Solve an inner node (0), an output (1) or a negation (2) at open output; `rising_root`."""
    rails = NEGATION_VDD if which == 2 else PTANH_VDD  # noqa: PLR2004 - the third kind
    low, high = constants[rails + 1], constants[rails]
    x = low
    for _ in range(_MOST_STEPS):
        if which == 0:
            value, slope = middle_at(constants, omega, cell, x, given)
        elif which == 1:
            value, slope = output_at(constants, omega, cell, x, given, 0.0, 0.0)
        else:
            value, slope, _, _ = negation_at(constants, omega, cell, x, given, 0.0, 0.0)
        if value <= 0.0:
            low = x
        if value >= 0.0:
            high = x
        moved = x - value / slope
        if not low <= moved <= high:
            moved = 0.5 * (low + high)
        far = abs(moved - x) > tolerance
        x = moved
        if not far:
            break
    return x


@exact
def ptanh_watt(
    constants: Doubles, omega: Doubles, cell: int, y: float, n: float, drawn: float
) -> Number:
    """Watt that is lost in a ptanh while `drawn` ampere leave at its output."""
    vdd, vss = constants[PTANH_VDD], constants[PTANH_VSS]
    down = (vdd - n) / omega[cell, R1] + (vdd - y) / omega[cell, R2]
    return (vdd - vss) * down + drawn * (vss - y)


@exact
def negation_watt(
    constants: Doubles, omega: Doubles, cell: int, y: float, v: float, drawn: float
) -> Number:
    """Watt that is lost in a negation while `drawn` ampere leave at its output."""
    vdd, vss = constants[NEGATION_VDD], constants[NEGATION_VSS]
    g1, g2 = 1.0 / omega[cell, R1], 1.0 / omega[cell, R2]
    both, pulled = 1.0 / (g1 + g2), (vdd - y) / omega[cell, R5]
    source = (vdd * g1 + vss * g2) * both + both * (pulled - drawn)
    upper, lower = (vdd - source) * g1 + pulled, (source - vss) * g2
    across = v - vss
    into = across * across / (omega[cell, R3] + omega[cell, R4])
    return vdd * upper - vss * lower + into - y * drawn
