"""One transistor under one resistor, at one voltage: counterpart of `loaded.stage`, compiled.

With H the current of a transistor of W/L = 1, output y and gate g meet ``kappa H(y, g, s) + y - vdd
= 0``, ``s = floor + rho (vdd - y)``.
"""

import numpy as np

from pnn_studio.physics.kernels.arithmetic import compiled, inlined, soft
from pnn_studio.physics.kernels.arrays import Number
from pnn_studio.physics.loaded.kernel import arrays as k
from pnn_studio.physics.loaded.kernel.arrays import LoadedWork

_ONE = np.float32(1.0)
_TWO = np.float32(2.0)
# volt squared under the root of the channel length modulation, as in `device`
_ROUNDED = np.float32(1e-4)


# vt, 1/a, gain, lam, rails, then kappa, floor and rho
Stage = tuple[Number, ...]


@compiled
def stage_of(work: LoadedWork, vdd: int, kappa: Number, floor: Number, rho: Number) -> Stage:
    """Return a stage between the rails at `vdd` and `vdd` + 1 in the row `DEVICE`."""
    row = k.DEVICE
    return (
        work.nets[row, k.VT],
        work.nets[row, k.PER_A],
        work.nets[row, k.GAIN],
        work.nets[row, k.LAM],
        work.nets[row, vdd],
        work.nets[row, vdd + 1],
        kappa,
        floor,
        rho,
    )


@inlined
def current(stage: Stage, y: Number, g: Number) -> tuple[Number, ...]:
    """Return H, its derivatives by y and by the source, and ``r`` of `loaded.stage`."""
    vt, per_a, gain, lam, vdd, _vss, kappa, floor, rho = stage
    s = floor + rho * (vdd - y)
    f, f1 = soft((g - vt - s) * per_a)
    b, b1 = soft((g - vt - y) * per_a)
    across = y - s
    root = np.sqrt(across * across + _ROUNDED)
    longer = _ONE + lam * root
    squares = f * f - b * b
    bent = squares * (lam * across / root)
    steep = _TWO * per_a * longer
    h = gain * squares * longer
    h_d = gain * (bent + steep * b * b1)
    h_s = -gain * (bent + steep * f * f1)
    return h, h_d, h_s, _ONE / (_ONE + kappa * (h_d - rho * h_s))


@inlined
def improved(stage: Stage, y: Number, g: Number) -> Number:
    """Take one step of Newton's method within the rails."""
    vdd, vss, kappa = stage[4], stage[5], stage[6]
    h, _h_d, _h_s, r = current(stage, y, g)
    y += (vdd - y - kappa * h) * r
    y = vdd if y > vdd else y
    return vss if y < vss else y


@inlined
def ratio(stage: Stage, y: Number, g: Number) -> Number:
    """Return q: the output resistance by the resistor at the upper rail."""
    _h, h_d, _h_s, r = current(stage, y, g)
    return _ONE - stage[6] * h_d * r


@inlined
def back(stage: Stage, y: Number, g: Number, by_y: Number, by_q: Number) -> tuple[Number, ...]:
    """Return the gradients of kappa, floor, rho and g for those of y and q."""
    vt, per_a, gain, lam, vdd, _vss, kappa, floor, rho = stage
    over = vdd - y
    s = floor + rho * over
    f, f1 = soft((g - vt - s) * per_a)
    b, b1 = soft((g - vt - y) * per_a)
    across = y - s
    inverse = _ONE / np.sqrt(across * across + _ROUNDED)
    longer = _ONE + lam * across * across * inverse + lam * _ROUNDED * inverse
    bend = lam * across * inverse
    squares = f * f - b * b
    bent = squares * bend
    slope_b, slope_f = _TWO * per_a * b * b1, _TWO * per_a * f * f1
    h = gain * squares * longer
    h_d = gain * (bent + slope_b * longer)
    h_s = -gain * (bent + slope_f * longer)
    r = _ONE / (_ONE + kappa * (h_d - rho * h_s))
    # second derivatives: (x'^2 + x x'') with x'' = x' (1 - x')
    curved = squares * lam * _ROUNDED * inverse * inverse * inverse
    half = _TWO * per_a * per_a * longer
    twice_b, twice_f = half * b1 * (b1 + b * (_ONE - b1)), half * f1 * (f1 + f * (_ONE - f1))
    cross_b, cross_f = _TWO * slope_b * bend, _TWO * slope_f * bend
    h_ds = -gain * (np.float32(0.5) * (cross_b + cross_f) + curved)
    h_dd = gain * (cross_b - twice_b + curved)
    h_ss = gain * (cross_f + twice_f + curved)
    drain = h_d * r
    loaded = r * by_q * kappa
    taken = drain * kappa * loaded
    e_d, e_s = taken - loaded, -rho * taken
    through_s = e_d * h_ds + e_s * h_ss
    through_d = e_d * h_dd + e_s * h_ds
    whole = -(by_y - rho * through_s + through_d) * r
    by_kappa = whole * h - drain * r * by_q
    whole *= kappa
    by_g = -((h_d + h_s) * whole + through_d + through_s)
    by_s = through_s + whole * h_s
    return by_kappa, by_s, by_s * over - taken * h_s, by_g
