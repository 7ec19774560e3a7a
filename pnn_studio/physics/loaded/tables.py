"""Curves of a circuit as tables that every sample of every design looks its voltages up in.

A table has cells of equal width over `LOW`..`HIGH`. Voltage and power are straight lines in a cell,
continued beyond both ends; the output resistance is that of the cell's middle.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from scipy.interpolate import CubicSpline  # type: ignore[import-untyped]
from torch import Tensor

from pnn_studio.domain.cells import CircuitName
from pnn_studio.physics.loaded.curves import HIGH, LOW, Curves


@dataclass(frozen=True)
class Resolution:
    """Cells of a table, and at how many points each circuit is solved for it."""

    cells: int
    solved: Mapping[CircuitName, int]


# A cubic spline gives what is not solved. Over random component values the first errs by 0.2 mV rms
# (ptanh) and 0.1 mV (negation); what a network makes of that stays below what the mean resistances
# of the first layer cost. The other one leaves a third of it, for designs that are to be judged.
TRAINING = Resolution(160, {"ptanh": 97, "negation": 49})
FINE = Resolution(512, {"ptanh": 257, "negation": 129})


class Splines:
    """Takes the curves of one circuit from the points where it is solved to all of a table.

    Parameters
    ----------
    circuit : {"ptanh", "negation"}
        Which.
    resolution : Resolution
        Of the tables.
    dtype, device
        Of the tables.
    others : Tensor, shape (others,)
        Volts of further points that are asked for.

    Attributes
    ----------
    points : Tensor, shape (points,)
        Volts where the circuit is to be solved.
    """

    def __init__(
        self,
        circuit: CircuitName,
        resolution: Resolution,
        dtype: torch.dtype,
        device: torch.device | None,
        others: Tensor | None = None,
    ) -> None:
        points = np.linspace(LOW, HIGH, resolution.solved[circuit])
        spline = CubicSpline(points, np.eye(len(points)))
        edges = np.linspace(LOW, HIGH, resolution.cells + 1)

        def tensor(values: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> Tensor:
            return torch.as_tensor(values, dtype=dtype, device=device)

        self.points = tensor(points)
        self._edges = tensor(spline(edges).T)
        self._middles = tensor(spline((edges[1:] + edges[:-1]) / 2).T)
        self._others = None if others is None else tensor(spline(others.double().numpy()).T)

    def others(self, curves: Curves) -> Curves:
        """Give the further points of curves that are given at `points`."""
        assert self._others is not None  # they were asked for
        found = (curves.voltage, curves.resistance, curves.power)
        voltage, resistance, power = (each @ self._others for each in found)
        return Curves(voltage, resistance, power, curves.floor, curves.share, curves.inward)

    def table(self, curves: Curves) -> "Table":
        """Tabulate curves that are given at `points`."""
        voltage, rise = _Cells.apply(curves.voltage @ self._edges)  # type: ignore[no-untyped-call]
        power, more = _Cells.apply(curves.power @ self._edges)  # type: ignore[no-untyped-call]
        resistance = curves.resistance @ self._middles
        return Table(voltage, rise, resistance, power, more, curves.floor, curves.share)


class _Cells(torch.autograd.Function):
    """Lower end of each cell, and the rise to its upper one, of values (D, cells + 1) at edges."""

    @staticmethod
    def forward(_ctx: Any, edges: Tensor) -> tuple[Tensor, Tensor]:
        """See the class."""
        return edges[:, :-1].contiguous(), edges[:, 1:] - edges[:, :-1]

    @staticmethod
    def backward(_ctx: Any, by_lower: Tensor, by_rise: Tensor) -> Any:
        """See the class."""
        by_edges = by_lower.new_empty(len(by_lower), by_lower.shape[1] + 1)
        torch.sub(by_lower, by_rise, out=by_edges[:, :-1])
        by_edges[:, -1] = 0
        by_edges[:, 1:] += by_rise
        return by_edges


@dataclass(frozen=True, eq=False)
class Table:
    """Curves of one circuit in each of D designs, at open output (see `Curves`).

    Attributes
    ----------
    voltage, rise : Tensors, shape (D, cells)
        Volt at the lower end of each cell, and how much more at its upper end.
    resistance : Tensor, shape (D, cells)
        Ohm.
    power, more : Tensors, shape (D, cells)
        Watt at the lower end of each cell, and how much more at its upper end.
    floor, share : Tensors, shape (D, 1)
        What a drawn ampere costs inside, as in `Curves`.
    """

    voltage: Tensor
    rise: Tensor
    resistance: Tensor
    power: Tensor
    more: Tensor
    floor: Tensor
    share: Tensor

    @property
    def tensors(self) -> list[Tensor]:
        """All tensors, in the order of the attributes."""
        return list(vars(self).values())

    def block(self, of: slice) -> "Table":
        """Return some of the designs."""
        return Table(*(each[of] for each in self.tensors))

    def straight(self) -> tuple[Tensor, Tensor]:
        """Return a straight line through both ends of the voltage: at 0 V, and slope; (D, 1)."""
        cells = self.voltage.shape[1]
        slope = (self.voltage[:, -1:] - self.voltage[:, :1]) / (HIGH - LOW) * (cells / (cells - 1))
        return self.voltage[:, :1] - LOW * slope, slope


class Lookup:
    """Curves of a block at voltages of shape (D, M, S), and the way back into the table.

    Parameters
    ----------
    table : Table
        Of the block.
    volts : Tensor, shape (D, M, S)
        Where; a voltage that is not finite may give anything.
    loaded : bool
        Whether the resistance is wanted.
    each : bool
        Whether the power is wanted at each voltage, rather than the sum over all of a design's.

    Attributes
    ----------
    voltage, resistance : Tensors, shape (D, M, S)
        At the given voltages.
    power : Tensor, shape (D, M, S) or (D,)
        Watt; the sum does not follow `move`.
    """

    resistance: Tensor

    def __init__(
        self, table: Table, volts: Tensor, *, loaded: bool = True, each: bool = True
    ) -> None:
        self._table, self._shape = table, volts.shape
        designs, cells = table.voltage.shape
        self._per_volt = cells / (HIGH - LOW)
        position = torch.add(volts, -LOW).mul_(self._per_volt)
        # int32 until the end: torch converts to it several times faster
        cell = position.to(torch.int32).clamp_(0, cells - 1)
        self._within = position.sub_(cell)
        first = torch.arange(0, designs * cells, cells, device=volts.device, dtype=torch.int32)
        self._at = cell.add_(first[:, None, None]).long().flatten()
        self._rise = self._take(table.rise)
        self.voltage = torch.addcmul(self._take(table.voltage), self._rise, self._within)
        if loaded:
            self.resistance = self._take(table.resistance)
        self._often: tuple[Tensor, Tensor] | None = None
        if each:
            self._more = self._take(table.more)
            self.power = torch.addcmul(self._take(table.power), self._more, self._within)
        else:
            # how often each cell is met, and how far in all
            often = self._put(torch.ones_like(self._within))
            far = self._put(self._within)
            self.power = (often * table.power).addcmul_(far, table.more).sum(dim=1)
            self._often = often, far

    def _take(self, values: Tensor) -> Tensor:
        return values.flatten().index_select(0, self._at).view(self._shape)

    @property
    def slope(self) -> Tensor:
        """Derivative of the voltage by the given one."""
        return self._rise * self._per_volt

    @property
    def power_slope(self) -> Tensor:
        """Derivative of the power by the given voltage."""
        return self._more * self._per_volt

    @property
    def outside(self) -> int:
        """How many of the given voltages lie outside the table, where curves go on as lines."""
        return int(((self._within < 0) | (self._within > 1)).sum())

    def move(self, by: Tensor) -> None:
        """Note that the curves were followed along their slopes to voltages higher `by`."""
        self._within.add_(by, alpha=self._per_volt)

    def backward(self, by_voltage: Tensor, by_power: Tensor) -> Tensor:
        """Return gradients of the given voltages; `by_power` need only broadcast to (D, M, S)."""
        more = self._take(self._table.more) if self._often else self._more
        return torch.mul(by_voltage, self._rise).addcmul_(more, by_power).mul_(self._per_volt)

    def into_table(
        self, by_voltage: Tensor, by_resistance: Tensor | None, by_power: Tensor
    ) -> list[Tensor]:
        """Return gradients of the table's first five tensors.

        `by_power` is (D, 1, 1) where the sum of the powers was wanted, else it broadcasts.
        """
        if self._often:
            by_powers = [each * by_power[..., 0] for each in self._often]
        else:
            each = by_power.expand(self._shape)
            by_powers = [self._put(each), self._put(each * self._within)]
        volts = [self._put(by_voltage), self._put(by_voltage * self._within)]
        return [*volts, self._put(by_resistance), *by_powers]

    def _put(self, values: Tensor | None) -> Tensor:
        into = torch.zeros_like(self._table.voltage)
        if values is not None:
            into.view(-1).scatter_add_(0, self._at, values.reshape(-1))
        return into
