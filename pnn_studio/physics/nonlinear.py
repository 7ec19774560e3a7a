"""The nonlinear circuits: from learned parameters to component values, eta and power."""

import math

import torch
from torch import Tensor

from pnn_studio.domain.technology import Circuit

# constraints are strict; this keeps them so after rounding to float32
_STRICT = 0.999


def tanh_form(eta: Tensor, volts: Tensor) -> Tensor:
    """``eta1 + eta2 tanh((v - eta3) eta4)``, the paper's form of both circuits, at a few voltages.

    Parameters
    ----------
    eta : Tensor, shape (..., 4)
        Volts, volts, volts, 1/volt.
    volts : Tensor, shape (points,)
        Input of the circuits.

    Returns
    -------
    Tensor, shape (..., points)
    """
    eta1, eta2, eta3, eta4 = eta[..., None].unbind(-2)
    return eta1 + eta2 * torch.tanh((volts - eta3) * eta4)


def straight_through(exact: Tensor, relaxed: Tensor) -> Tensor:
    """Value of `exact`, gradient of `relaxed`."""
    return relaxed + (exact - relaxed).detach()


class OmegaMap:
    """Learned parameters of one circuit -> printable component values.

    Each value is ``low (high/low)^p`` (logarithmic components) or ``low + p (high - low)`` with
    ``p = sigmoid(raw)``; what breaks a constraint of the technology is clipped, straight through.
    """

    def __init__(
        self, circuit: Circuit, dtype: torch.dtype, device: torch.device | None = None
    ) -> None:
        def column(values: list[float]) -> Tensor:
            return torch.tensor(values, dtype=dtype, device=device)

        components = circuit.components
        self._names = [component.name for component in components]
        self._log = torch.tensor([component.log for component in components], device=device)
        self._low = column([c.low for c in components])
        self._span = column([c.high - c.low for c in components])
        self._log_ratio = column([math.log(c.high / c.low) if c.log else 0.0 for c in components])
        self._constraints = circuit.constraints
        self._starts = column([c.start for c in components])

    def raw_starts(self) -> Tensor:
        """Parameters of the circuit that training starts from, shape (components,)."""
        linear = (self._starts - self._low) / self._span
        share = torch.where(
            self._log, (self._starts / self._low).log() / self._log_ratio.clamp(min=1e-9), linear
        )
        return torch.logit(share.clamp(1e-4, 1 - 1e-4))

    def __call__(self, raw: Tensor) -> Tensor:
        """Component values (..., components) in ohm and metre for parameters of that shape."""
        share = torch.sigmoid(raw)
        values = torch.where(
            self._log,
            self._low * torch.exp(self._log_ratio * share),
            self._low + self._span * share,
        )
        return straight_through(self._clip(values.detach()), values)

    def _clip(self, values: Tensor) -> Tensor:
        columns = dict(zip(self._names, values.unbind(-1), strict=True))
        for constraint in self._constraints:
            (top, under), (less, less_under) = constraint.greater, constraint.less
            bound = columns[top] / columns[under] if under else columns[top]
            bound = bound * columns[less_under] if less_under else bound
            columns[less] = torch.minimum(columns[less], _STRICT * bound)
        return torch.stack([columns[name] for name in self._names], dim=-1)
