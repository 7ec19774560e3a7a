"""The equation of the technology's transistor and its derivatives, for NumPy and torch alike.

Smooth, drain/source antisymmetric EKV-like model, one expression over all regions::

    I = kp/2 W/L a^2 (sp((Vgs - Vt)/a)^2 - sp((Vgd - Vt)/a)^2) (1 + lam sqrt(Vds^2 + 1e-4))
    a = 2 n Ut,  sp(x) = ln(1 + e^x)

after Enz, Krummenacher, Vittoz, "An analytical MOS transistor model valid in all regions of
operation", Analog Integrated Circuits and Signal Processing 8 (1995). The gate draws no current.
The same text serves the exact solve (NumPy, float64) and the tables of training (torch): each
function takes the library `xp` whose arrays it is given. This module loads neither torch nor more.
"""

from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

from pnn_studio.domain.technology import Technology, Transistor
from pnn_studio.errors import TechnologyError

# a NumPy array or a torch tensor, of one library throughout a call
Array: TypeAlias = Any
# volt squared under the root of the channel length modulation, as in the device library
_ROUNDED = 1e-4


class Maths(Protocol):
    """What is asked of NumPy or torch."""

    def exp(self, values: Array, /) -> Array:
        """Exponential."""

    def log(self, values: Array, /) -> Array:
        """Take the natural logarithm."""

    def sqrt(self, values: Array, /) -> Array:
        """Square root."""

    def abs(self, values: Array, /) -> Array:
        """Absolute value."""

    def copysign(self, sizes: Array, signs: Array, /) -> Array:
        """Give `sizes` the sign of `signs`."""

    def where(self, condition: Array, yes: Array, no: Array, /) -> Array:
        """Choose element by element."""


@dataclass(frozen=True, eq=False)
class Drain:
    """Current into the drain in ampere, and its derivatives in siemens.

    The current depends on differences of voltages alone, so the three derivatives sum to zero.
    """

    current: Array
    by_drain: Array
    by_source: Array

    @property
    def by_gate(self) -> Array:
        """Derivative with respect to the gate's voltage."""
        return -(self.by_drain + self.by_source)


def transistor_of(technology: Technology) -> Transistor:
    """Return the transistor whose equation the technology states.

    Raises
    ------
    TechnologyError
        Where it states none.
    """
    if technology.transistor is None:
        raise TechnologyError(
            f"The technology {technology.id} states no transistor, so its circuits cannot be "
            "solved; train it with the ideal model, or add a [transistor] table to its file."
        )
    return technology.transistor


def drain(
    xp: Maths, device: Transistor, shape: Array, drain: Array, gate: Array, source: Array
) -> Drain:
    """Evaluate the transistor.

    Parameters
    ----------
    xp : Maths
        NumPy or torch.
    device : Transistor
        Parameters of the equation.
    shape : Array
        W/L.
    drain, gate, source : Arrays
        Voltages, in shapes that broadcast.
    """
    a = 2 * device.n * device.ut
    forward, by_forward = _soft(xp, (gate - source - device.vt) * (1 / a))
    backward, by_backward = _soft(xp, (gate - drain - device.vt) * (1 / a))
    across = drain - source
    root = xp.sqrt(across * across + _ROUNDED)
    scale = (0.5 * device.kp * a * a) * shape
    longer = scale * (1 + device.lam * root)
    squares = forward * forward - backward * backward
    modulation = scale * squares * (device.lam * across / root)
    steep = longer * (2 / a)
    return Drain(
        longer * squares,
        steep * backward * by_backward + modulation,
        -(steep * forward * by_forward) - modulation,
    )


def _soft(xp: Maths, x: Array) -> tuple[Array, Array]:
    """``ln(1 + e^x)`` and its derivative, without overflow."""
    size = xp.abs(x)
    e = xp.exp(-size)
    more = 1 + e
    return 0.5 * (x + size) + xp.log(more), 0.5 + xp.copysign(1 / more - 0.5, x)
