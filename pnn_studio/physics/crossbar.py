"""The crossbar: column voltages, power and the count of negation circuits, batched over designs.

Shapes: D designs, N columns (outputs), M inputs, S samples. A crossbar's theta_raw is
(D, N, M + 2): the inputs, then bias, then ground. Equations: Zhao et al., ICCAD 2023.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from pnn_studio.domain.layout import Crossbar
from pnn_studio.domain.technology import Technology
from pnn_studio.physics.nonlinear import straight_through


@dataclass(frozen=True, eq=False)
class Printed:
    """What is printed for given theta_raw.

    Attributes
    ----------
    size : Tensor, shape (D, N, M + 2)
        ``|theta|`` after thresholding, 0 where nothing is printed; its gradient with respect to
        theta_raw is the sign of theta_raw everywhere, also where nothing is printed.
    negative : bool Tensor, shape (D, N, M + 2)
        Sign of theta_raw (also where nothing is printed).
    column_sum : Tensor, shape (D, N, 1)
        Sum of `size` over the rows.
    scale : Tensor, shape (D, N)
        Siemens per unit of theta: g_min over the smallest printed size of the column.
    """

    size: Tensor
    negative: Tensor
    column_sum: Tensor
    scale: Tensor


def print_crossbar(theta_raw: Tensor, technology: Technology) -> Printed:
    """Threshold theta_raw: what is below theta_min is not printed.

    The entry of largest size in a column is always printed, at least at theta_min, so that no
    column floats.
    """
    negative = theta_raw < 0
    relaxed = torch.where(negative, -theta_raw, theta_raw)
    with torch.no_grad():
        largest = relaxed.argmax(dim=-1, keepdim=True)
        exact = torch.where(relaxed >= technology.theta_min, relaxed, 0.0)
        exact.scatter_(-1, largest, relaxed.gather(-1, largest).clamp_(min=technology.theta_min))
        smallest = torch.where(exact > 0, exact, torch.inf).argmin(dim=-1, keepdim=True)
    size = straight_through(exact, relaxed)
    scale = technology.g_min / size.gather(-1, smallest).squeeze(-1)
    return Printed(size, negative, size.sum(dim=-1, keepdim=True), scale)


def column_voltages(
    printed: Printed, inputs: Tensor, negated: Tensor, bias: float, negated_bias: Tensor
) -> Tensor:
    """``z_n = sum_m |theta_mn| u_mn / sum_m |theta_mn|``.

    Parameters
    ----------
    printed : Printed
        The crossbar.
    inputs, negated : Tensors, shape (D or 1, M, S) and (D, M, S)
        Voltages of the plain rows and what their negation circuits give.
    bias : float
        Voltage of the bias row.
    negated_bias : Tensor, shape (D,)
        What the negation circuit of the bias row gives.

    Returns
    -------
    Tensor, shape (D, N, S)
        Column voltages.
    """
    weight = printed.size / printed.column_sum
    rows = inputs.shape[1]
    on_inputs, on_bias = weight[..., :rows], weight[..., rows : rows + 1]
    negative = printed.negative[..., :rows]
    positive_part = torch.where(negative, 0.0, on_inputs)
    negative_part = torch.where(negative, on_inputs, 0.0)
    offset = on_bias * torch.where(
        printed.negative[..., rows : rows + 1], negated_bias[:, None, None], bias
    )
    z = torch.baddbmm(offset, positive_part, inputs.expand(len(weight), -1, -1))
    return torch.baddbmm(z, negative_part, negated)


def crossbar_power(
    printed: Printed,
    inputs_square: Tensor,
    negated_square: Tensor,
    bias: float,
    negated_bias: Tensor,
    z: Tensor,
) -> Tensor:
    """``P_C = mean over samples of sum_mn g_mn (u_mn - z_n)^2`` for each design.

    Because z is the weighted mean of the row voltages, the sum over rows equals
    ``sum_m g_mn u_mn^2 - (sum_m g_mn) z_n^2``: no tensor of rows x columns x samples is formed.

    Parameters
    ----------
    printed : Printed
        The crossbar.
    inputs_square, negated_square : Tensors, shape (D or 1, M) and (D, M)
        Means over samples of the squared voltages of plain and negated rows.
    bias, negated_bias
        As in `column_voltages`.
    z : Tensor, shape (D, N, S)
        Column voltages.

    Returns
    -------
    Tensor, shape (D,)
        Watt.
    """
    rows = inputs_square.shape[1]
    size, negative = printed.size, printed.negative
    on_inputs = torch.where(
        negative[..., :rows], negated_square[:, None, :], inputs_square[:, None, :]
    )
    on_bias = torch.where(negative[..., rows], negated_bias[:, None] ** 2, bias**2)
    rows_square = (size[..., :rows] * on_inputs).sum(dim=-1) + size[..., rows] * on_bias
    lost = rows_square - printed.column_sum.squeeze(-1) * z.square().mean(dim=-1)
    return (printed.scale * lost).sum(dim=-1)


def negation_count(theta_raw: Tensor, printed: Printed, crossbar: Crossbar) -> Tensor:
    """Count negation circuits, exact in value and relaxed in gradient.

    modified: rows (inputs and bias) with at least one printed negative theta; relaxed to the
    largest ``1 - sigmoid(theta)`` over the row's negative entries.
    original: printed negative entries outside the ground row; relaxed to the sum of
    ``1 - sigmoid(theta)`` over the negative entries.

    Returns
    -------
    Tensor, shape (D,)
    """
    raw, negative = theta_raw[..., :-1], printed.negative[..., :-1]
    with torch.no_grad():
        exact = negative & (printed.size[..., :-1] > 0)
        count = exact.any(dim=1).sum(dim=-1) if crossbar == "modified" else exact.sum(dim=(1, 2))
    relaxed = torch.where(negative, torch.sigmoid(-raw), 0.0)
    total = relaxed.amax(dim=1).sum(dim=-1) if crossbar == "modified" else relaxed.sum(dim=(1, 2))
    return straight_through(count.to(total.dtype), total)
