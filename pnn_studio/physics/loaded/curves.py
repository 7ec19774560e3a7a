"""What training asks of a nonlinear circuit: its curves over the input voltage.

A provider gives them for the component values of many designs, differentiably. The one here solves
the equations that the technology states; the network sees nothing of that.
"""

from dataclasses import dataclass
from typing import Any, Protocol

import torch
from torch import Tensor

from pnn_studio.domain.technology import CIRCUITS, CircuitName, Technology
from pnn_studio.physics.loaded.cells import (
    Negation,
    NegationResidual,
    Ptanh,
    Residual,
    rising_root,
)


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
        self._tolerance = 1e-5 if dtype == torch.float32 else 1e-12
        self._maths: Any = torch
        assert CIRCUITS == ("ptanh", "negation")

    def curves(self, circuit: CircuitName, omega: Tensor, volts: Tensor) -> Curves:
        """See `CellCurves.curves`."""
        columns = omega.T[:, :, None]
        # a design that is not finite is about to be taken out
        fixed = torch.nan_to_num(columns.detach(), nan=1.0)
        if circuit == "ptanh":
            return self._ptanh(columns, fixed, volts)
        return self._negation(columns, fixed, volts)

    def _ptanh(self, columns: Tensor, fixed: Tensor, volts: Tensor) -> Curves:
        cells = Ptanh(self._maths, self._technology, columns)
        with torch.no_grad():
            still = Ptanh(self._maths, self._technology, fixed)
            low, high = self._bounds(cells.rails.vss, cells.rails.vdd, columns, volts)
            n = rising_root(
                self._maths, lambda x: still.middle(x, volts), low, high, self._tolerance
            )
            y = rising_root(self._maths, lambda x: still.output(x, n), low, high, self._tolerance)
        n = _one_step(n, cells.middle(n, volts))
        found = cells.output(y, n)
        y = _one_step(y, found)
        resistance = 1 / cells.output(y, n).slope
        share = (cells.rails.vdd - cells.floor) * cells.G2
        floor = torch.full_like(share, cells.floor)
        return Curves(y, resistance, cells.power(y, n), floor, share, torch.zeros_like(share))

    def _negation(self, columns: Tensor, fixed: Tensor, volts: Tensor) -> Curves:
        cells = Negation(self._maths, self._technology, columns)
        with torch.no_grad():
            still = Negation(self._maths, self._technology, fixed)
            low, high = self._bounds(cells.rails.vss, cells.rails.vdd, columns, volts)
            y = rising_root(
                self._maths, lambda x: still.output(x, volts), low, high, self._tolerance
            )
        y = _one_step(y, cells.output(y, volts))
        found = cells.output(y, volts)
        resistance = found.by_drawn / found.slope
        share = (cells.rails.vdd - cells.floor) * cells.G5
        return Curves(y, resistance, cells.power(y, volts), cells.floor, share, cells.G_in)

    def _bounds(
        self, low: float, high: float, columns: Tensor, volts: Tensor
    ) -> tuple[Tensor, Tensor]:
        shape = (columns.shape[1], volts.shape[-1])
        return columns.new_full(shape, low), columns.new_full(shape, high)


def _one_step(x: Tensor, found: Residual | NegationResidual) -> Tensor:
    """Carry the gradient of the equation's parameters over to its solution."""
    return x - found.value / found.slope.detach()
