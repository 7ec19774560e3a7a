"""The two cells solved from Kirchhoff's and the transistor's equations, without ngspice.

Transcribed from the technology's description for reading, one circuit and one input at a time; no
code in common with the netlists.
"""

import math
from collections.abc import Mapping

from scipy.optimize import brentq

from pnn_studio.domain.technology import Technology


def drain_current(
    technology: Technology, vg: float, vd: float, vs: float, w_over_l: float
) -> float:
    """Compute the current into the drain in ampere."""
    t = technology.transistor
    assert t is not None
    a = 2 * t.n * t.ut

    def sp(x: float) -> float:
        return max(x, 0.0) + math.log1p(math.exp(-abs(x)))

    forward, backward = sp((vg - vs - t.vt) / a), sp((vg - vd - t.vt) / a)
    lengthening = 1 + t.lam * math.sqrt((vd - vs) ** 2 + 1e-4)
    return t.kp / 2 * w_over_l * a**2 * (forward**2 - backward**2) * lengthening


def ptanh(technology: Technology, omega: Mapping[str, float], v_in: float) -> tuple[float, float]:
    """Solve an unloaded ptanh circuit for its output in volt and power in watt."""
    rails = technology.activation

    def stage(vg: float, resistance: float, w_over_l: float) -> float:
        def excess(vd: float) -> float:
            current = drain_current(technology, vg, vd, rails.vss, w_over_l)
            return (rails.vdd - vd) / resistance - current

        return float(brentq(excess, rails.vss, rails.vdd, xtol=1e-12))

    middle = stage(v_in, omega["R1"], omega["W1"] / omega["L1"])
    out = stage(middle, omega["R2"], omega["W2"] / omega["L2"])
    current = (rails.vdd - middle) / omega["R1"] + (rails.vdd - out) / omega["R2"]
    return out, (rails.vdd - rails.vss) * current


def negation(
    technology: Technology, omega: Mapping[str, float], v_in: float
) -> tuple[float, float]:
    """Solve an unloaded negation circuit for output (V) and power of rails and input (W)."""
    rails = technology.negation
    R1, R2, R3, R4, R5 = (omega[f"R{index}"] for index in range(1, 6))
    gate = (v_in * R3 + rails.vss * R4) / (R3 + R4)
    w_over_l = omega["W"] / omega["L"]

    def output(source: float) -> float:
        def excess(vd: float) -> float:
            current = drain_current(technology, gate, vd, source, w_over_l)
            return (rails.vdd - vd) / R5 - current

        return float(brentq(excess, rails.vss, rails.vdd, xtol=1e-12))

    def excess_at_source(source: float) -> float:
        through = (rails.vdd - output(source)) / R5
        return (rails.vdd - source) / R1 + through - (source - rails.vss) / R2

    source = float(brentq(excess_at_source, rails.vss, rails.vdd, xtol=1e-12))
    out = output(source)
    from_vdd = (rails.vdd - source) / R1 + (rails.vdd - out) / R5
    from_input = (v_in - rails.vss) / (R3 + R4)
    into_vss = (source - rails.vss) / R2 + from_input
    return out, rails.vdd * from_vdd + v_in * from_input - rails.vss * into_vss
