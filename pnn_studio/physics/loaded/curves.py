"""What training asks of a nonlinear circuit: its curves over the input voltage.

A provider gives them for the component values of many designs, differentiably. The one here solves
the equations that the technology states; the network sees nothing of that.
"""

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from pnn_studio.domain.cells import CircuitName
from pnn_studio.domain.technology import Circuit, Technology
from pnn_studio.physics.loaded.cells import Negation, Ptanh
from pnn_studio.physics.loaded.device import transistor_of
from pnn_studio.physics.loaded.stage import Rows, Stage, solve_stage

Doubles = npt.NDArray[np.float64]

# volt: what a table spans; the columns and rows of trained designs stay within
LOW, HIGH = -1.05, 1.05
# Newton steps where the solution is not known yet, from the low rail: few points of a negation ...
_COARSE, _FROM_RAIL = 17, 4
# ... and, in double precision, every ptanh stage of the technology over kappa and gate
_KAPPAS, _GATES, _EVER = 256, 512, 14
# Steps from what is read between those: first ptanh stage, second, negation. In single precision
# what was read serves as it is where nothing else is asked; the last step finds the ratio, too.
_STEPS = {torch.float32: (0, 1, 2), torch.float64: (4, 5, 5)}


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

    Each starts near its solution, the same whatever was solved before or beside it: a ptanh stage
    is read in a table of all that the technology can print, for only kappa and the gate matter; a
    negation is solved at few points, and a spline gives the others. `Stage` carries the gradient.

    Parameters
    ----------
    technology : Technology
        Must state a transistor.
    dtype : torch.dtype
        Precision.
    """

    def __init__(self, technology: Technology, dtype: torch.dtype) -> None:
        self._technology, self._device = technology, transistor_of(technology)
        self._steps = _STEPS.get(dtype, _STEPS[torch.float64])
        self._maths: Any = torch
        self._starts = PtanhStarts.of(technology, dtype)
        self._splines: dict[tuple[float, ...], tuple[Tensor, Tensor]] = {}

    def curves(self, circuit: CircuitName, omega: Tensor, volts: Tensor) -> Curves:
        """See `CellCurves.curves`."""
        columns = omega.T[:, :, None]
        return self._ptanh(columns, volts) if circuit == "ptanh" else self._negation(columns, volts)

    def _ptanh(self, columns: Tensor, volts: Tensor) -> Curves:
        cells = Ptanh(self._maths, self._technology, columns)
        R1, R2, W1, L1, W2, L2 = columns
        vdd, vss = cells.rails.vdd, cells.rails.vss
        floor = torch.full_like(R1, vss)
        none = torch.zeros_like(R1)
        given = volts.expand(len(R1), -1)
        first, second = (Rows(R * W / L, floor, none) for R, W, L in ((R1, W1, L1), (R2, W2, L2)))
        start = self._starts(first.kappa.detach(), given)
        n, _ = self._solved(cells.rails, first, start, given, self._steps[0], with_ratio=False)
        start = self._starts(second.kappa.detach(), n.detach())
        y, ratio = self._solved(cells.rails, second, start, n, self._steps[1])
        share = (vdd - vss) * cells.G2
        return Curves(y, R2 * ratio, cells.power(y, n), floor, share, none)

    def _solved(
        self,
        rails: Circuit,
        rows: Rows,
        start: Tensor,
        g: Tensor,
        steps: int,
        *,
        with_ratio: bool = True,
    ) -> tuple[Tensor, Tensor]:
        branch, y, q = (self._device, rails.vdd), start, start
        if steps:
            y, q = solve_stage(*branch, rows, start, g, steps, rails.vss)
        given = (rows.kappa, rows.floor, rows.rho, g)
        y, q = Stage.apply(branch, y, q if with_ratio else None, *given)  # type: ignore[no-untyped-call]
        return y, q

    def _negation(self, columns: Tensor, volts: Tensor) -> Curves:
        cells = Negation(self._maths, self._technology, columns)
        R5, W, L = columns[4:]
        rails = cells.rails
        rows = Rows(R5 * W / L, cells.floor, cells.R12 * cells.G5)
        coarse, between = self._spline(volts)
        with torch.no_grad():
            low = torch.full((len(R5), len(coarse)), rails.vss).to(R5)
            few, _ = solve_stage(
                self._device, rails.vdd, rows, low, cells.gate(coarse), _FROM_RAIL, rails.vss
            )
            start = (few @ between).clamp_(rails.vss, rails.vdd)
        y, ratio = self._solved(rails, rows, start, cells.gate(volts), self._steps[2])
        share = (rails.vdd - cells.floor) * cells.G5
        return Curves(y, R5 * ratio, cells.power(y, volts), cells.floor, share, cells.G_in)

    def _spline(self, volts: Tensor) -> tuple[Tensor, Tensor]:
        """Few points over `volts`, and the matrix from values there to values at all."""
        key = tuple(volts.tolist())
        if key not in self._splines:
            points = np.linspace(min(key), max(key) + 1e-9, _COARSE)
            matrix = spline_matrix(points, np.array(key))
            self._splines[key] = (torch.as_tensor(points).to(volts), torch.tensor(matrix).to(volts))
        return self._splines[key]


def spline_matrix(points: Doubles, between: Doubles) -> Doubles:
    """Return what a row of values at `points` is multiplied by for a cubic spline's values.

    Parameters
    ----------
    points, between : arrays, shapes (P,) and (N,)
        Where values are given, and where they are wanted.

    Returns
    -------
    array, shape (P, N)
    """
    # takes a second to load, and the ideal model never asks
    from scipy.interpolate import CubicSpline  # type: ignore[import-untyped]

    return np.asarray(CubicSpline(points, np.eye(len(points)))(between).T)


class PtanhStarts:
    """Output of every ptanh stage that the technology can print, linear between what was solved.

    Attributes
    ----------
    table : Tensor, shape (kappas, gates)
        Volt.
    low, per_kappa : float
        Logarithm of the first kappa, and rows for each unit of it.
    first, per_volt : float
        Volt of the first gate, and columns for each volt.
    """

    def __init__(self, technology: Technology, dtype: torch.dtype) -> None:
        rails, device = technology.activation, transistor_of(technology)
        ranges = {each.name: each for each in rails.components}
        bounds = [
            (
                ranges[f"R{k}"].low * ranges[f"W{k}"].low / ranges[f"L{k}"].high,
                ranges[f"R{k}"].high * ranges[f"W{k}"].high / ranges[f"L{k}"].low,
            )
            for k in (1, 2)
        ]
        self.low = math.log(min(low for low, _ in bounds))
        high = math.log(max(high for _, high in bounds))
        self.per_kappa = (_KAPPAS - 1) / max(high - self.low, 1e-6)
        self.first, last = min(rails.vss, LOW), max(rails.vdd, HIGH)
        self.per_volt = (_GATES - 1) / (last - self.first)
        kappa = torch.linspace(self.low, high, _KAPPAS, dtype=torch.float64).exp()[:, None]
        gates = torch.linspace(self.first, last, _GATES, dtype=torch.float64)
        floor = torch.full_like(kappa, rails.vss)
        y = floor.expand(-1, _GATES).contiguous()
        rows = Rows(kappa, floor, torch.zeros_like(kappa))
        solved, _ = solve_stage(device, rails.vdd, rows, y, gates.expand_as(y), _EVER, rails.vss)
        self.table = solved.to(dtype)
        self._table = self.table.flatten()

    @staticmethod
    @lru_cache(maxsize=4)  # several models of one technology begin a training together
    def of(technology: Technology, dtype: torch.dtype) -> "PtanhStarts":
        """Return the table of a technology, solved once."""
        return PtanhStarts(technology, dtype)

    def __call__(self, kappa: Tensor, g: Tensor) -> Tensor:
        """Read at kappa (D, 1) and gates g (D, P)."""
        if self._table.device != g.device:
            self._table = self._table.to(g.device)
        between = (kappa.log() - self.low) * self.per_kappa
        row = between.nan_to_num().clamp(0, _KAPPAS - 2).to(torch.int64)
        at = (g - self.first) * self.per_volt
        cell = at.nan_to_num().clamp(0, _GATES - 2).to(torch.int64)
        within = at.sub_(cell).clamp_(-1, 2)
        place = cell.add_(row * _GATES).flatten()
        corners = [0, 1, _GATES, _GATES + 1]
        a, b, c, d = (self._table.index_select(0, place + each).view_as(g) for each in corners)
        less, more = torch.lerp(a, b, within), torch.lerp(c, d, within)
        return torch.lerp(less, more, (between - row).expand_as(g))
