"""Samples as the first crossbar sees them: the same for every design.

What differs between designs is only the curve of their negation circuit. Expanded over the input
range in Chebyshev polynomials, ``neg(a) = sum_k c_k T_k(t)``, it turns the negated part of the
first layer, ``sum_m W_nm neg(a_m)``, of all designs into one matrix product with a right-hand side
that is computed once per data set, and ``mean neg(a_m)^2`` into a quadratic form in c.
"""

import math

import torch
from torch import Tensor

# beyond this degree the curve is taken sample by sample instead
MAX_DEGREE = 48


def degree_needed(eta2: float, eta4: float, half_range: float, tolerance: float) -> int:
    """Degree that expands ``eta2 tanh(eta4 (v - eta3))`` on the inputs within `tolerance` volt.

    The poles of tanh lie ``pi / (2 eta4)`` off the real axis; the coefficients fall as ``rho^-k``
    on the largest Bernstein ellipse that leaves them out (Trefethen, Approximation Theory and
    Approximation Practice, theorem 8.2). Rounded up to an even number: so it changes rarely.
    """
    height = math.pi / (2 * max(abs(eta4), 1e-6) * half_range)
    rho = height + math.sqrt(1 + height * height)
    error_at_zero = 2 * max(abs(eta2), 1e-6) * rho / (rho - 1)
    degree = math.log(max(error_at_zero / tolerance, 2.0)) / math.log(rho)
    return 2 * math.ceil(max(degree, 2.0) / 2)


class Samples:
    """Input voltages of one split and what can be computed of them beforehand.

    Parameters
    ----------
    voltages : Tensor, shape (inputs, samples)
        Inputs in volt, within `low`..`high`.
    classes : int64 Tensor, shape (samples,)
        Right classes.
    low, high : float
        Input range of the technology in volt.
    """

    def __init__(self, voltages: Tensor, classes: Tensor, low: float, high: float) -> None:
        self.voltages = voltages
        self.classes = classes
        self._is_right: Tensor | None = None
        self.middle, self.half_range = (low + high) / 2, (high - low) / 2
        self.mean_square = voltages.square().mean(dim=-1)
        self._position = (voltages - self.middle) / self.half_range
        self._bases: dict[int, Tensor] = {}
        self._grams: dict[int, Tensor] = {}

    @property
    def count(self) -> int:
        """Number of samples."""
        return self.voltages.shape[1]

    def is_right(self, classes: int) -> Tensor:
        """1 at the right class of every sample and 0 elsewhere, shape (classes, samples)."""
        if self._is_right is None or len(self._is_right) != classes:
            zeros = self.voltages.new_zeros(classes, self.count)
            self._is_right = zeros.scatter_(0, self.classes[None], 1.0)
        return self._is_right

    def basis(self, degree: int) -> Tensor:
        """``T_1 .. T_degree`` of every input, shape (inputs x degree, samples)."""
        if degree not in self._bases:
            t = self._position.double()
            polynomials = [torch.ones_like(t), t]
            while len(polynomials) <= degree:
                polynomials.append(2 * t * polynomials[-1] - polynomials[-2])
            stacked = torch.stack(polynomials[1:], dim=1).to(self.voltages.dtype)
            self._bases[degree] = stacked.flatten(0, 1).contiguous()
        return self._bases[degree]

    def gram(self, degree: int) -> Tensor:
        """Mean over samples of ``T_k T_l``, k, l = 0..degree: (inputs, degree + 1, degree + 1)."""
        if degree not in self._grams:
            inputs = self.voltages.shape[0]
            rows = self.basis(degree).double().view(inputs, degree, -1)
            whole = torch.cat([torch.ones_like(rows[:, :1]), rows], dim=1)
            gram = whole @ whole.transpose(1, 2) / self.count
            self._grams[degree] = gram.to(self.voltages.dtype)
        return self._grams[degree]


def chebyshev_nodes(degree: int, low: float, high: float) -> tuple[Tensor, Tensor]:
    """Return nodes and the matrix that makes coefficients of the values there.

    Returns
    -------
    Tensor, shape (degree + 1,)
        Chebyshev nodes between `low` and `high`, float64.
    Tensor, shape (degree + 1, degree + 1)
        ``c = values @ matrix``.
    """
    count = degree + 1
    angle = (torch.arange(count, dtype=torch.float64) + 0.5) * math.pi / count
    order = torch.arange(count, dtype=torch.float64)
    matrix = 2 / count * torch.cos(angle[:, None] * order)
    matrix[:, 0] /= 2
    return (low + high) / 2 + (high - low) / 2 * torch.cos(angle), matrix
