"""What is printed of theta as conductances, differentiably.

Shapes: D designs, N columns, M inputs; theta_raw is (D, N, M + 2): inputs, bias, ground. Thresholds
pass gradients straight through: sign and ``d|theta|`` come from theta_raw also where nothing is
printed. The smallest printed entry sets its column's scale and passes its gradient.
"""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from pnn_studio.domain.layout import Crossbar
from pnn_studio.domain.technology import Technology
from pnn_studio.physics.nonlinear import straight_through

# stands for a resistor that is not printed where the smallest printed one is looked for
_HUGE = 1e30


@dataclass(frozen=True, eq=False)
class Conductances:
    """One crossbar as printed.

    Attributes
    ----------
    theta : Tensor, shape (D, N, M + 2)
        Printed theta with its sign; 0 where nothing is printed. Without a gradient.
    plain, negated : Tensors, shape (D, N, M + 1)
        Siemens from inputs and bias to the columns, by the sign of theta.
    total : Tensor, shape (D, N)
        Siemens of a whole column, ground included.
    count : Tensor, shape (D, M + 1)
        Negations at each row: value exact, gradient of the relaxed count, which is the largest
        ``1 - sigmoid(theta)`` of the row's negative entries (modified) or their sum (original).
    """

    theta: Tensor
    plain: Tensor
    negated: Tensor
    total: Tensor
    count: Tensor


def print_conductances(
    theta_raw: Tensor, technology: Technology, crossbar: Crossbar
) -> Conductances:
    """Print theta_raw, shape (D, N, M + 2)."""
    relaxed = theta_raw.abs()
    with torch.no_grad():
        largest, at = relaxed.max(dim=-1, keepdim=True)
        # threshold keeps what is greater: theta_min itself is printed
        below = math.nextafter(technology.theta_min, 0.0)
        exact = torch.threshold(relaxed, below, 0.0)
        exact.scatter_(-1, at, largest.clamp(min=technology.theta_min))
        least_at = torch.threshold(exact, 0.0, _HUGE).argmin(dim=-1, keepdim=True)
        sign = torch.copysign(torch.ones_like(theta_raw), theta_raw)
        negative = (theta_raw[..., :-1] < 0).to(theta_raw.dtype)
    size = straight_through(exact, relaxed)
    siemens = size * (technology.g_min / size.gather(-1, least_at))
    fed = siemens[..., :-1]
    negated = fed * negative
    with torch.no_grad():
        printed = (exact[..., :-1] * negative).sign()
        count = printed.amax(dim=1) if crossbar == "modified" else printed.sum(dim=1)
    share = (1 - torch.sigmoid(theta_raw[..., :-1])) * negative
    soft = share.amax(dim=1) if crossbar == "modified" else share.sum(dim=1)
    return Conductances(
        theta=exact * sign,
        plain=fed - negated,
        negated=negated,
        total=siemens.sum(dim=-1),
        count=straight_through(count, soft),
    )
