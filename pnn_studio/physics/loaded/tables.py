"""Curves of a circuit as tables that every sample of every design looks its voltages up in.

A table has cells of equal width over `LOW`..`HIGH`. All that it gives are straight lines in a cell,
continued beyond both ends.
"""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from pnn_studio.physics.loaded.curves import HIGH, LOW, Curves

# over random component values lines between so many edges err by 0.3 mV rms (ptanh)
CELLS = 127


def edges(dtype: torch.dtype, device: torch.device | None) -> Tensor:
    """Volts of the edges of a table's cells, (CELLS + 1,)."""
    return torch.linspace(LOW, HIGH, CELLS + 1, dtype=torch.float64).to(device, dtype)


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
    resistance, change : Tensors, shape (D, cells)
        Ohm, likewise.
    power, more : Tensors, shape (D, cells)
        Watt, likewise.
    floor, share : Tensors, shape (D, 1)
        What a drawn ampere costs inside, as in `Curves`.
    """

    voltage: Tensor
    rise: Tensor
    resistance: Tensor
    change: Tensor
    power: Tensor
    more: Tensor
    floor: Tensor
    share: Tensor

    @staticmethod
    def of(curves: Curves) -> "Table":
        """Tabulate curves whose first points are the `edges`."""
        count = CELLS + 1
        low, rise = _Cells.apply(curves.voltage[:, :count])  # type: ignore[no-untyped-call]
        ohm, change = _Cells.apply(curves.resistance[:, :count])  # type: ignore[no-untyped-call]
        watt, more = _Cells.apply(curves.power[:, :count])  # type: ignore[no-untyped-call]
        return Table(low, rise, ohm, change, watt, more, curves.floor, curves.share)

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

    Attributes
    ----------
    voltage, resistance, power : Tensors, shape (D, M, S)
        At the given voltages.
    """

    def __init__(self, table: Table, volts: Tensor) -> None:
        self._table, self._shape = table, volts.shape
        designs, cells = table.voltage.shape
        self._per_volt = cells / (HIGH - LOW)
        position = torch.add(volts, -LOW).mul_(self._per_volt)
        # int32 until the end: torch converts to it several times faster
        cell = position.to(torch.int32).clamp_(0, cells - 1)
        self._within = position.sub_(cell)
        first = torch.arange(0, designs * cells, cells, device=volts.device, dtype=torch.int32)
        self._at = cell.add_(first[:, None, None]).long().flatten()
        self._slopes = [self._take(each) for each in (table.rise, table.change, table.more)]
        self.voltage, self.resistance, self.power = (
            torch.addcmul(self._take(low), slope, self._within)
            for low, slope in zip(
                (table.voltage, table.resistance, table.power), self._slopes, strict=True
            )
        )

    def _take(self, values: Tensor) -> Tensor:
        return values.flatten().index_select(0, self._at).view(self._shape)

    @property
    def slopes(self) -> list[Tensor]:
        """Derivatives of voltage, resistance and power by the given voltage."""
        return [each * self._per_volt for each in self._slopes]

    def move(self, by: Tensor) -> None:
        """Note that the curves were followed along their slopes to voltages higher `by`."""
        self._within.add_(by, alpha=self._per_volt)

    def backward(
        self, by_voltage: Tensor, by_resistance: Tensor | None, by_power: Tensor
    ) -> Tensor:
        """Return gradients of the given voltages; `by_power` need only broadcast to (D, M, S)."""
        rise, change, more = self._slopes
        found = torch.mul(by_voltage, rise).addcmul_(more, by_power)
        if by_resistance is not None:
            found.addcmul_(change, by_resistance)
        return found.mul_(self._per_volt)

    def into_table(
        self, by_voltage: Tensor, by_resistance: Tensor | None, by_power: Tensor
    ) -> list[Tensor]:
        """Return gradients of the table's first six tensors."""
        if by_resistance is None:
            by_resistance = torch.zeros_like(by_voltage)
        found = []
        for each in (by_voltage, by_resistance, by_power.expand(self._shape)):
            found += [self._put(each), self._put(each * self._within)]
        return found

    def _put(self, values: Tensor) -> Tensor:
        into = torch.zeros_like(self._table.voltage)
        into.view(-1).scatter_add_(0, self._at, values.reshape(-1))
        return into
