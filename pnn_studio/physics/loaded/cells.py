"""The two nonlinear circuits as equations in their inner voltages, for NumPy and torch alike.

==========  ================================================================================
ptanh       ``(vdd - n)/R1 = I(n, v, vss)``, then ``(vdd - y)/R2 - i = I(y, n, vss)``
negation    ``g = (v R3 + vss R4)/(R3 + R4)``, ``t = (vdd - y)/R5 - i``,
            ``s = R12 (vdd/R1 + vss/R2 + t)`` with ``R12 = R1 R2/(R1 + R2)``, ``I(y, g, s) = t``
==========  ================================================================================

``v`` is the input, ``y`` the output, ``i`` what is drawn from it, ``n`` the inner node of
ptanh, ``g`` and ``s`` gate and source of the negation, `I` the current of `device.drain`. Each line
is one scalar equation whose residual rises strictly with its unknown, so it has one solution.
Components as in the netlist's cells (`circuit.cells`), after Zhao et al., ICCAD 2023.

A power is what both rails and the input bring in, less what leaves at the output. Both circuits end
in a resistor at the upper rail, hence for either, with R its output resistance and P(0) its power
at an open output: ``P(i) = P(0) + i (floor + (vdd - floor) R/R_load - y)``.
"""

from collections.abc import Callable
from dataclasses import dataclass

from pnn_studio.domain.cells import CircuitName
from pnn_studio.domain.technology import Circuit, Technology
from pnn_studio.physics.loaded.device import Array, Drain, Maths, drain, transistor_of

# the circuits whose equations are written here, in the roles of activation and negation
CIRCUITS: tuple[CircuitName, CircuitName] = ("ptanh", "negation")

# Newton on a strictly rising function between two bounds: bisected where it would leave them
_MOST_STEPS = 60


@dataclass(frozen=True, eq=False)
class Residual:
    """How far an equation is from being met, in ampere, and its derivative by the unknown."""

    value: Array
    slope: Array


@dataclass(frozen=True, eq=False)
class NegationResidual:
    """The same for a negation; the derivatives are those of the residual.

    Attributes
    ----------
    value, slope : Arrays
        Residual in ampere; its derivative by the output voltage, with the load in it.
    by_input : Array
        Derivative by the input voltage, in siemens.
    by_drawn : Array
        Derivative by the current that is drawn from the output; dimensionless, positive.
    through, source : Arrays
        Transistor current and source voltage.
    """

    value: Array
    slope: Array
    by_input: Array
    by_drawn: Array
    through: Array
    source: Array


class Ptanh:
    """Ptanh circuits of given component values.

    Parameters
    ----------
    xp : Maths
        NumPy or torch.
    technology : Technology
        Gives the rails and the transistor.
    omega : Array, shape (6, ...)
        Component values R1, R2, W1, L1, W2, L2 in ohm and metre, in a shape that broadcasts
        against the voltages.
    """

    def __init__(self, xp: Maths, technology: Technology, omega: Array) -> None:
        self._xp, self._device = xp, transistor_of(technology)
        self.rails: Circuit = technology.activation
        R1, R2, W1, L1, W2, L2 = omega
        self._shape1, self._shape2 = W1 / L1, W2 / L2
        self.G1, self.G2 = 1 / R1, 1 / R2

    @property
    def floor(self) -> float:
        """Voltage at which the transistor's current leaves, see the module."""
        return self.rails.vss

    def middle(self, n: Array, v: Array) -> Residual:
        """Equation of the inner node `n` at input `v`."""
        found = drain(self._xp, self._device, self._shape1, n, v, self.rails.vss)
        value = found.current - (self.rails.vdd - n) * self.G1
        return Residual(value, found.by_drain + self.G1)

    def output(self, y: Array, n: Array, load: Array = 0.0, fed: Array = 0.0) -> Residual:
        """Equation of the output `y` that ``load y - fed`` ampere are drawn from."""
        found = self.end(y, n)
        value = found.current - (self.rails.vdd - y) * self.G2 + (load * y - fed)
        return Residual(value, found.by_drain + (self.G2 + load))

    def end(self, y: Array, n: Array) -> Drain:
        """Evaluate the second transistor."""
        return drain(self._xp, self._device, self._shape2, y, n, self.rails.vss)

    def power(self, y: Array, n: Array, drawn: Array = 0.0) -> Array:
        """Watt that is lost inside while `drawn` ampere leave at the output `y`."""
        vdd, vss = self.rails.vdd, self.rails.vss
        down = (vdd - n) * self.G1 + (vdd - y) * self.G2
        return (vdd - vss) * down + drawn * (vss - y)


class Negation:
    """Negation circuits of given component values.

    Parameters
    ----------
    xp : Maths
        NumPy or torch.
    technology : Technology
        Gives the rails and the transistor.
    omega : Array, shape (7, ...)
        Component values R1, R2, R3, R4, R5, W, L in ohm and metre, as for `Ptanh`.
    """

    def __init__(self, xp: Maths, technology: Technology, omega: Array) -> None:
        self._xp, self._device = xp, transistor_of(technology)
        self.rails: Circuit = technology.negation
        R1, R2, R3, R4, R5, W, L = omega
        self._shape = W / L
        self._G1, self._G2, self.G5 = 1 / R1, 1 / R2, 1 / R5
        self.R12 = 1 / (self._G1 + self._G2)
        self.G_in = 1 / (R3 + R4)
        self._share = R3 * self.G_in
        # source voltage without transistor current
        self.floor = (self.rails.vdd * self._G1 + self.rails.vss * self._G2) * self.R12

    def gate(self, v: Array) -> Array:
        """Voltage of the gate at input `v`."""
        vss = self.rails.vss
        return vss + (v - vss) * self._share

    def output(self, y: Array, v: Array, load: Array = 0.0, fed: Array = 0.0) -> NegationResidual:
        """Equation of the output `y` at input `v`; ``load y - fed`` ampere are drawn from it."""
        vdd = self.rails.vdd
        gate = self.gate(v)
        through = (vdd - y) * self.G5 - (load * y - fed)
        source = self.floor + self.R12 * through
        found = drain(self._xp, self._device, self._shape, y, gate, source)
        by_drawn = 1 - found.by_source * self.R12
        return NegationResidual(
            value=found.current - through,
            slope=found.by_drain + (self.G5 + load) * by_drawn,
            by_input=found.by_gate * self._share,
            by_drawn=by_drawn,
            through=through,
            source=source,
        )

    def input_current(self, v: Array) -> Array:
        """Ampere that flow into the input at `v`, down to the negative rail."""
        return (v - self.rails.vss) * self.G_in

    def power(self, y: Array, v: Array, drawn: Array = 0.0) -> Array:
        """Watt that is lost inside while `drawn` ampere leave at the output `y`."""
        vdd, vss = self.rails.vdd, self.rails.vss
        pulled = (vdd - y) * self.G5
        source = self.floor + self.R12 * (pulled - drawn)
        upper, lower = (vdd - source) * self._G1 + pulled, (source - vss) * self._G2
        across = v - vss
        return vdd * upper - vss * lower + across * across * self.G_in - y * drawn


def rising_root(
    xp: Maths,
    equation: Callable[[Array], Residual | NegationResidual],
    low: Array,
    high: Array,
    tolerance: float,
) -> Array:
    """Solve strictly rising scalar equations by Newton's method from their lower bounds.

    A step that would leave what is known to hold the solution is replaced by halving that, so it
    converges always; from below the cells take 5 to 7 steps. Each unknown rests once it has moved
    by no more than the tolerance, so that its last bits depend on no other.

    Parameters
    ----------
    xp : Maths
        NumPy or torch.
    equation : callable
        Residual and slope at given unknowns.
    low, high : Arrays
        Bounds of the unknowns, in the shape of the result.
    tolerance : float
        Volt by which the last step may have moved an unknown.
    """
    x, far = low, low < high
    for _ in range(_MOST_STEPS):
        found = equation(x)
        low = xp.where(found.value <= 0, x, low)
        high = xp.where(found.value >= 0, x, high)
        moved = x - found.value / found.slope
        moved = xp.where((moved >= low) & (moved <= high), moved, 0.5 * (low + high))
        moved = xp.where(far, moved, x)
        far, x = xp.abs(moved - x) > tolerance, moved
        if not bool(far.any()):
            break
    return x
