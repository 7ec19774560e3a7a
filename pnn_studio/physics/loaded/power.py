"""Power of a layer from means over its samples, and the bias row with its negation.

The bias rail is ideal and the same at every sample, so its negation is eliminated from the layer's
equations: with ``g`` the negative conductances from the bias row and ``T`` their sum (in the
original crossbar each ``g`` for itself) its output is ``y = (V + R sum g z) / (1 + R T)``.

Shapes: D designs, N columns.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from pnn_studio.physics.loaded.conductances import Conductances
from pnn_studio.physics.loaded.curves import Curves
from pnn_studio.physics.loaded.layer import Figures, Weights


@dataclass(frozen=True, eq=False)
class BiasRow:
    """The bias row of one layer.

    Attributes
    ----------
    volts : float
        Of the bias rail.
    own : bool
        Whether each negative weight has its own negation.
    negated : Tensor, shape (D, N)
        Siemens from the negation to the columns.
    voltage, resistance, power, floor, share : Tensors, shape (D, 1)
        The negation at the bias voltage, as in `Curves`.
    """

    volts: float
    own: bool
    negated: Tensor
    voltage: Tensor
    resistance: Tensor
    power: Tensor
    floor: Tensor
    share: Tensor

    @staticmethod
    def of(printed: Conductances, curves: Curves, volts: float, *, own: bool) -> "BiasRow":
        """Take the last point of a negation's curves, which is that at the bias voltage."""
        return BiasRow(
            volts,
            own,
            printed.negated[..., -1],
            curves.voltage[:, -1:],
            curves.resistance[:, -1:],
            curves.power[:, -1:],
            curves.floor,
            curves.share,
        )

    def block(self, of: slice) -> "BiasRow":
        """Return some of the designs, detached."""
        tensors = list(vars(self).values())[2:]
        return BiasRow(self.volts, self.own, *(each[of].detach() for each in tensors))

    def _sum(self, values: Tensor) -> Tensor:
        return values if self.own else values.sum(dim=1, keepdim=True)

    @property
    def _less(self) -> Tensor:
        return 1 / (1 + self.resistance * self._sum(self.negated))

    def matrix(self, printed: Conductances) -> Tensor:
        """Return what a column's voltage takes out of each column, (D, N, N) in siemens."""
        given = self.resistance * self._less
        if self.own:
            return torch.diag_embed(printed.total - given * self.negated.square())
        pairs = self.negated[:, :, None] * self.negated[:, None]
        return torch.diag_embed(printed.total) - given[..., None] * pairs

    def offset(self, printed: Conductances) -> Tensor:
        """Return what the bias row brings into each column, (D, N) in ampere."""
        return printed.plain[..., -1] * self.volts + self.negated * self.voltage * self._less

    def _state(self, mean: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Output voltage, drawn current, and watt inside for each ampere of it."""
        fed = self._sum(self.negated * mean)
        y = (self.voltage + self.resistance * fed) * self._less
        drawn = self._sum(self.negated) * y - fed
        return y, drawn, self.floor + self.share * self.resistance - y

    def lost(self, mean: Tensor) -> tuple[Tensor, Tensor]:
        """Crossbar's sum of g u^2 over the bias row, and what loads add in its negation, (D,).

        `mean`, shape (D, N), are the mean column voltages: they move y by far less than they vary.
        """
        y, drawn, cost = self._state(mean)
        return (self._sum(self.negated) * y * y).sum(dim=1), (drawn * cost).sum(dim=1)

    def by_mean(self, mean: Tensor) -> Tensor:
        """Differentiate the sum of both by `mean`, (D, N)."""
        y, drawn, cost = self._state(mean)
        load = self._sum(self.negated)
        by_y = 2 * load * y + load * cost - drawn
        return self.negated * (self.resistance * self._less * by_y - cost)


def layer_power(
    printed: Conductances, row: BiasRow, figures: Figures, circuits: Tensor
) -> tuple[Tensor, Tensor]:
    """Return what is lost in crossbar and negations, (D,) each.

    Because columns draw nothing, ``sum g (u - z)^2 = sum g u^2 - (sum g) z^2``.

    Parameters
    ----------
    printed, row, figures
        Of the layer; gradients reach the figures' factors, not the figures.
    circuits : Tensor, shape (D, M)
        Watt of an open negation at each row; a row's negation costs that.
    """
    plain, negated = printed.plain[..., :-1], printed.negated[..., :-1]
    squares = figures.negations if row.own else figures.negations[:, None]
    crossbar = (plain * figures.rows[:, None]).sum(dim=(1, 2))
    crossbar = crossbar + (negated * squares).sum(dim=(1, 2))
    crossbar = crossbar + printed.plain[..., -1].sum(dim=1) * row.volts**2
    crossbar = crossbar - (printed.total * figures.columns).sum(dim=1)
    squared, loads = row.lost(figures.mean)
    negation = (printed.count[:, :-1] * circuits).sum(dim=1) + figures.loads + loads
    negation = negation + printed.count[:, -1] * row.power[:, 0]
    return crossbar + squared, negation


def layer_weights(
    printed: Conductances, row: BiasRow, figures: Figures, watt: Tensor, of: slice
) -> Weights:
    """Differentiate ``watt x P`` of one layer by its figures, for some of the designs."""
    plain, negated = printed.plain[of, :, :-1].detach(), printed.negated[of, :, :-1].detach()
    loads = negated if row.own else negated.sum(dim=1)
    return Weights(
        rows=watt[:, None] * plain.sum(dim=1),
        columns=-watt[:, None] * printed.total[of].detach(),
        negations=watt.view(-1, *[1] * (loads.ndim - 1)) * loads,
        mean=watt[:, None] * row.block(of).by_mean(figures.mean),
        circuits=watt[:, None] * printed.count[of, :-1].detach(),
        watt=watt,
    )
