"""The crossbar: what is printed of theta, its weights, its power and its negation circuits.

Shapes: D designs, N columns (outputs), M inputs. A crossbar's theta_raw is (D, N, M + 2): the
inputs, then bias, then ground. Equations: Zhao et al., ICCAD 2023. Forward and backward are written
by hand: on tensors this small the bookkeeping of autograd, and each `torch.where`, cost several
times the arithmetic. A test holds values and gradients to the plain equations.
"""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from pnn_studio.domain.layout import Crossbar
from pnn_studio.domain.technology import Technology

# stands for a resistor that is not printed where the smallest printed one is looked for
_HUGE = 1e30


@dataclass(frozen=True, eq=False)
class MeanSquares:
    """Means over samples of squared voltages around one crossbar, in square volt.

    Attributes
    ----------
    plain, negated : Tensors, shape (D or 1, M + 1) and (D, M + 1)
        Of inputs and bias, as they come and through their negation circuit.
    columns : Tensor, shape (D, N)
        Of the column voltages z.
    """

    plain: Tensor
    negated: Tensor
    columns: Tensor


class PrintedCrossbar:
    """What is printed for given theta_raw: entries of at least theta_min.

    The entry of largest size in a column is always printed, at least at theta_min, so that no
    column floats.

    Parameters
    ----------
    theta_raw : Tensor, shape (D, N, M + 2)
        Learned, dimensionless.
    technology : Technology
        Gives theta_min and g_min.

    Attributes
    ----------
    signed : Tensor, shape (D, N, M + 2)
        Printed theta with its sign; 0 where nothing is printed.
    plain, negated : Tensors, shape (D, N, M + 1)
        Weights of inputs and bias, ``|theta| / sum |theta|``, by the sign of theta.
    """

    def __init__(self, theta_raw: Tensor, technology: Technology) -> None:
        self._raw = theta_raw
        relaxed = theta_raw.abs()
        largest, at = relaxed.max(dim=-1, keepdim=True)
        # threshold keeps what is greater: theta_min itself is printed
        below = math.nextafter(technology.theta_min, 0.0)
        self._size = torch.threshold(relaxed, below, 0.0)
        self._size.scatter_(-1, at, largest.clamp_(min=technology.theta_min))
        self._sign = torch.copysign(torch.ones_like(theta_raw), theta_raw)
        self.signed = self._size * self._sign
        self._sum = self._size.sum(dim=-1, keepdim=True)
        smallest, self._smallest_at = torch.threshold(self._size, 0.0, _HUGE).min(
            dim=-1, keepdim=True
        )
        self._smallest = smallest
        # siemens per unit of theta: each column as high-ohmic as printing allows
        self._scale = technology.g_min / smallest
        fed = self.signed[..., :-1]
        self._positive = fed.relu()
        self._negative = self._positive - fed
        self.plain, self.negated = self._positive / self._sum, self._negative / self._sum

    def power(self, squares: MeanSquares) -> Tensor:
        """``P_C = mean over samples of sum_mn g_mn (u_mn - z_n)^2`` for each design, in watt.

        Because z is the weighted mean of the row voltages, the sum over rows equals
        ``sum_m g_mn u_mn^2 - (sum_m g_mn) z_n^2``: no tensor of rows x columns x samples is formed.
        """
        return (self._scale * self._lost(squares)).sum(dim=(1, 2))

    def _lost(self, squares: MeanSquares) -> Tensor:
        """Power per unit of conductance scale, shape (D, N, 1)."""
        rows = torch.matmul(self._positive, squares.plain[..., None])
        rows = rows + torch.matmul(self._negative, squares.negated[..., None])
        return rows - self._sum * squares.columns[..., None]

    def square_weights(self, power_weight: Tensor) -> MeanSquares:
        """Return the derivative of ``power_weight x P_C`` with respect to each mean square.

        `power_weight`, shape (D,), is what a watt counts.
        """
        scale = self._scale * power_weight[:, None, None]
        by_plain, by_negated = (
            torch.bmm(scale.transpose(1, 2), each).squeeze(1)
            for each in (self._positive, self._negative)
        )
        return MeanSquares(by_plain, by_negated, -(scale * self._sum).squeeze(-1))

    def negations(self, crossbar: Crossbar) -> Tensor:
        """Count negation circuits, shape (D,).

        modified: rows (inputs and bias) with at least one printed negative theta; original: printed
        negative entries outside the ground row.
        """
        if crossbar == "modified":
            return self._negative.amax(dim=1).sign().sum(dim=-1)
        return self._negative.sign().sum(dim=(1, 2))

    def backward(
        self,
        by_plain: Tensor,
        by_negated: Tensor,
        power_weight: Tensor,
        squares: MeanSquares,
        negation_weight: Tensor,
        crossbar: Crossbar,
    ) -> Tensor:
        """Return the gradient with respect to theta_raw, shape (D, N, M + 2).

        Thresholding passes gradients straight through: sign, row voltage and ``d|theta|`` come from
        theta_raw also where nothing is printed.

        Parameters
        ----------
        by_plain, by_negated : Tensors, shape (D, N, M + 1)
            Gradients with respect to the weights; each is right for entries of that sign.
        power_weight : Tensor, shape (D,)
            What a watt of the crossbar counts.
        squares : MeanSquares
            As for `power`.
        negation_weight : Tensor, shape (D,)
            What a negation circuit counts; its number is relaxed to the largest
            ``1 - sigmoid(theta)`` of the negative entries of each row (modified), or to their sum
            (original).
        crossbar : {"modified", "original"}
            Which count.
        """
        sign, weight = self._sign[..., :-1], power_weight[:, None, None]
        scale = self._scale * weight
        # by the size: of weights ((g_m - sum_k g_k w_k) / sum), and of power (scale (u_m^2 - z^2))
        by_weight = _of_sign(by_plain, by_negated, sign)
        drawn = (by_plain * self.plain + by_negated * self.negated).sum(dim=-1, keepdim=True)
        row_square = _of_sign(squares.plain[:, None], squares.negated[:, None], sign)
        by_size = (
            (-drawn / self._sum - scale * squares.columns[..., None]).expand_as(self._raw).clone()
        )
        by_size[..., :-1].add_(by_weight / self._sum).add_(row_square * scale)
        by_smallest = -scale * self._lost(squares) / self._smallest
        by_size.scatter_add_(-1, self._smallest_at, by_smallest)
        gradient = by_size.mul_(self._sign)
        self._add_negations(gradient[..., :-1], negation_weight, crossbar)
        return gradient

    def _add_negations(self, gradient: Tensor, weight: Tensor, crossbar: Crossbar) -> None:
        """Add ``weight x d(1 - sigmoid(theta)) / d theta`` of the entries that count."""
        raw = self._raw[..., :-1]
        if crossbar == "modified":
            # the largest 1 - sigmoid of a row is that of its least theta
            raw, at = raw.min(dim=1, keepdim=True)
        share = torch.sigmoid(raw)
        slope = share * (1 - share) * (-weight[:, None, None]) * (raw < 0)
        if crossbar == "modified":
            gradient.scatter_add_(1, at, slope)
        else:
            gradient.add_(slope)


def _of_sign(plain: Tensor, negated: Tensor, sign: Tensor) -> Tensor:
    """Take `plain` where `sign` is 1 and `negated` where it is -1."""
    return ((plain + negated) + (plain - negated) * sign) / 2
