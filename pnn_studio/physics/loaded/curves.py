"""What training asks of a nonlinear circuit: its curves over the input voltage.

A provider gives them for the component values of many designs, differentiably. The one here solves
the equations that the technology states; the network sees nothing of that.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import torch
from torch import Tensor

from pnn_studio.domain.cells import CircuitName
from pnn_studio.domain.technology import Circuit, Technology
from pnn_studio.physics.loaded.cells import (
    Negation,
    NegationResidual,
    Ptanh,
    Residual,
)

# Newton steps from the low rail, before the one that carries the gradient. At the corners of all
# ranges they leave 0.2 uV and 24 uV, of which that last one leaves nothing.
_STEPS = {"ptanh": 4, "negation": 6}
_MORE_IN_DOUBLE = 2
# numbers of one tensor of a block: a handful of them fit a core's cache together
_BLOCK = 1 << 13


@dataclass(frozen=True, eq=False)
class Curves:
    """Curves of one circuit with open output, at given input voltages.

    While i ampere leave at the output, its voltage is ``y = voltage - i resistance``, and inside
    ``power + i (floor + share resistance - y)`` is lost (see `cells`).

    Attributes
    ----------
    voltage, resistance, power : Tensors, shape (D, points)
        Output voltage, output resistance in ohm, and watt that is lost inside, input included.
    floor, share : Tensors, shape (D, 1)
        Volt and ampere.
    inward : Tensor, shape (D, 1)
        Input conductance in siemens, to the circuit's negative rail.
    """

    voltage: Tensor
    resistance: Tensor
    power: Tensor
    floor: Tensor
    share: Tensor
    inward: Tensor


class CellCurves(Protocol):
    """Gives the curves of both circuits."""

    def curves(self, circuit: CircuitName, omega: Tensor, volts: Tensor) -> Curves:
        """Evaluate a circuit.

        Parameters
        ----------
        circuit : {"ptanh", "negation"}
            Which.
        omega : Tensor, shape (D, components)
            Component values in ohm and metre.
        volts : Tensor, shape (points,)
            Input voltages.
        """


class SolvedCells:
    """Curves by solving the equations of the circuits and of the technology's transistor.

    Solved without a gradient; one step of Newton's method at the solution then carries it (implicit
    function theorem: ``dx = -dF / F_x``).

    Parameters
    ----------
    technology : Technology
        Must state a transistor.
    dtype : torch.dtype
        Precision.
    """

    def __init__(self, technology: Technology, dtype: torch.dtype) -> None:
        self._technology = technology
        self._maths: Any = torch
        self._more = _MORE_IN_DOUBLE if dtype == torch.float64 else 0

    def curves(self, circuit: CircuitName, omega: Tensor, volts: Tensor) -> Curves:
        """See `CellCurves.curves`."""
        solve = self._ptanh if circuit == "ptanh" else self._negation
        # blocks of designs whose tensors stay in the cache
        blocks = [
            solve(each.T[:, :, None], volts) for each in omega.split(max(1, _BLOCK // len(volts)))
        ]
        if len(blocks) == 1:
            return blocks[0]
        columns = zip(*(vars(each).values() for each in blocks), strict=True)
        return Curves(*(torch.cat(parts) for parts in columns))

    def _ptanh(self, columns: Tensor, volts: Tensor) -> Curves:
        cells = Ptanh(self._maths, self._technology, columns)
        with torch.no_grad():
            still = Ptanh(self._maths, self._technology, columns)
            n = self._newton(still.middle, volts, still.rails, columns)
            y = self._newton(still.output, n, still.rails, columns)
        n = _one_step(n, cells.middle(n, volts))
        y = _one_step(y, cells.output(y, n))
        resistance = 1 / cells.output(y, n).slope
        share = (cells.rails.vdd - cells.floor) * cells.G2
        floor = torch.full_like(share, cells.floor)
        return Curves(y, resistance, cells.power(y, n), floor, share, torch.zeros_like(share))

    def _negation(self, columns: Tensor, volts: Tensor) -> Curves:
        cells = Negation(self._maths, self._technology, columns)
        with torch.no_grad():
            still = Negation(self._maths, self._technology, columns)
            y = self._newton(still.output, volts, still.rails, columns)
        y = _one_step(y, cells.output(y, volts))
        found = cells.output(y, volts)
        resistance = found.by_drawn / found.slope
        share = (cells.rails.vdd - cells.floor) * cells.G5
        return Curves(y, resistance, cells.power(y, volts), cells.floor, share, cells.G_in)

    def _newton(
        self,
        equation: Callable[[Tensor, Tensor], Residual | NegationResidual],
        given: Tensor,
        rails: Circuit,
        columns: Tensor,
    ) -> Tensor:
        """Solve an equation at all points, from the low rail, in a fixed number of steps.

        A number that depended on the batch would make a design train otherwise among others.
        """
        x = columns.new_full((columns.shape[1], given.shape[-1]), rails.vss)
        for _ in range(_STEPS[rails.name] + self._more):
            found = equation(x, given)
            x = (x - found.value / found.slope).clamp_(rails.vss, rails.vdd)
        return x


def _one_step(x: Tensor, found: Residual | NegationResidual) -> Tensor:
    """Carry the gradient of the equation's parameters over to its solution."""
    moved: Tensor = x - found.value / found.slope.detach()
    return moved
