"""The part of the model that runs over samples, forward and backward by hand.

Everything else (what is printed, eta, power of a circuit) is small and goes through autograd; here
lie the tensors of designs x nodes x samples. They are worked off in blocks of designs that stay in
the cache, forward and backward at once, and none of rows x columns x samples is ever formed.

A circuit is ``y = eta1 + eta2 tanh((v - eta3) eta4)``, written as
``y = (eta1 - eta2) + 2 eta2 p`` with ``p = sigmoid(2 eta4 (v - eta3))``: torch computes a sigmoid
several times faster than a tanh. With ``r = g p (1 - p)`` for an incoming gradient g, the gradients
are ``4 eta2 eta4 r`` for v, and for eta1..eta4 the sums over nodes and samples of ``g``,
``g (2 p - 1)``, ``-4 eta2 eta4 r`` and ``4 eta2 r (v - eta3)``.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import torch
from torch import Tensor

from pnn_studio.physics.samples import Samples

# bytes of one tensor of a block: a handful of them fit a core's cache together
_BLOCK_BYTES = 1 << 20


@dataclass(frozen=True, eq=False)
class Layer:
    """One layer of all designs, as far as it meets samples.

    Attributes
    ----------
    plain, negated : Tensors, shape (D, N, M)
        Weights of the inputs that enter plain and through their negation circuit.
    offset : Tensor, shape (D, N)
        What the bias row adds to the column voltage.
    ptanh, negation : Tensors, shape (D, 4)
        eta of the circuits.
    curve : Tensor or None, shape (D, degree + 1)
        Chebyshev coefficients of the negation over the input range; None where the negation is
        taken sample by sample, as in all layers but the first.
    """

    plain: Tensor
    negated: Tensor
    offset: Tensor
    ptanh: Tensor
    negation: Tensor
    curve: Tensor | None

    def block(self, of: slice) -> "Layer":
        """Return some of the designs."""
        curve = None if self.curve is None else self.curve[of]
        return Layer(
            self.plain[of],
            self.negated[of],
            self.offset[of],
            self.ptanh[of],
            self.negation[of],
            curve,
        )


@dataclass(frozen=True, eq=False)
class Squares:
    """Means over samples of squared voltages in one layer in square volt, or their weights.

    Attributes
    ----------
    plain, negated : Tensors, shape (D, M)
        Of the inputs as they come, and of what their negation circuits give. In a first layer
        with a `curve` they are known beforehand and not computed here: shape (D, 0).
    columns : Tensor, shape (D, N)
        Of the column voltages z.
    """

    plain: Tensor
    negated: Tensor
    columns: Tensor


Value = TypeVar("Value", Layer, Squares)


class _Curve:
    """One kind of circuit at one place, for a block: forward, then backward."""

    def __init__(self, eta: Tensor, sign: float) -> None:
        eta1, eta2, eta3, eta4 = eta[:, :, None, None].unbind(1)
        self._eta3 = eta3
        self._slope = 2 * eta4
        self._shift = -2 * eta4 * eta3
        self._base, self._swing = sign * (eta1 - eta2), sign * 2 * eta2
        self._sign = sign

    def forward(self, volts: Tensor) -> Tensor:
        self._volts = volts
        # mul and add_: torch.addcmul with a small first operand is twice as slow
        self._p = torch.mul(volts, self._slope).add_(self._shift).sigmoid_()
        return torch.mul(self._p, self._swing).add_(self._base)

    def backward(self, gradient: Tensor, into: Tensor) -> Tensor:
        """Add the gradient of the input voltages to `into`; return that of eta, (block, 4)."""
        r = torch.ops.aten.sigmoid_backward(gradient, self._p)
        gain = self._swing * self._slope
        into.addcmul_(r, gain)
        by_eta1 = _total(gradient)
        by_eta2 = 2 * _total(self._p.mul_(gradient)) - by_eta1
        sum_r = _total(r)
        by_eta4 = (
            2 * self._swing.flatten() * (_total(r.mul_(self._volts)) - self._eta3.flatten() * sum_r)
        )
        by_eta3 = -gain.flatten() * sum_r
        return torch.stack([self._sign * by_eta1, self._sign * by_eta2, by_eta3, by_eta4], dim=1)


def _total(values: Tensor) -> Tensor:
    return values.flatten(1).sum(dim=1)


class _Pass:
    """One block of designs on its way through the layers."""

    def __init__(self, layers: Sequence[Layer], samples: Samples) -> None:
        self._layers = layers
        self._samples = samples
        self._kept: list[tuple[Tensor, Tensor, _Curve | None, Tensor, _Curve]] = []
        self.squares: list[Squares] = []

    def forward(self) -> Tensor:
        """Return the outputs, shape (block, classes, samples)."""
        signals = self._samples.voltages.expand(len(self._layers[0].plain), -1, -1)
        for layer in self._layers:
            offset = layer.offset[..., None]
            if layer.curve is not None:
                negation, negated = None, signals
                z = self._expanded(layer)
                none = layer.offset.new_empty(len(layer.offset), 0)
                plain_square = negated_square = none
            else:
                negation = _Curve(layer.negation, -1.0)
                negated = negation.forward(signals)
                z = torch.baddbmm(offset, layer.plain, signals).baddbmm_(layer.negated, negated)
                plain_square = signals.square().mean(dim=-1)
                negated_square = negated.square().mean(dim=-1)
            ptanh = _Curve(layer.ptanh, 1.0)
            self.squares.append(Squares(plain_square, negated_square, z.square().mean(dim=-1)))
            self._kept.append((signals, negated, negation, z, ptanh))
            signals = ptanh.forward(z)
        return signals

    def _expanded(self, layer: Layer) -> Tensor:
        """Column voltages of the first layer through the expansion of its negation."""
        assert layer.curve is not None
        samples, degree = self._samples, layer.curve.shape[1] - 1
        matrix = layer.negated[..., None] * layer.curve[:, None, None, 1:]
        matrix[..., 0].add_(layer.plain, alpha=samples.half_range)
        constant = layer.offset + samples.middle * layer.plain.sum(dim=-1)
        constant = constant + layer.curve[:, :1] * layer.negated.sum(dim=-1)
        flat = matrix.flatten(2).flatten(0, 1)
        z = torch.addmm(constant.view(-1, 1), flat, samples.basis(degree))
        return z.view(*layer.offset.shape, -1)

    def backward(self, gradient: Tensor, weights: Sequence[Squares]) -> list[Layer]:
        """Return the gradients with respect to each layer's tensors, as layers.

        `gradient` is that of the outputs; `weights` are those of the mean squares.
        """
        results: list[Layer] = []
        share = 2 / self._samples.count
        for number in reversed(range(len(self._layers))):
            layer, weight = self._layers[number], weights[number]
            signals, negated, negation, z, ptanh = self._kept.pop()
            by_z = z * (share * weight.columns[..., None])
            by_ptanh = ptanh.backward(gradient, by_z)
            by_offset = by_z.sum(dim=-1)
            if negation is None:
                results.append(self._expanded_backward(layer, by_z, by_offset, by_ptanh))
                continue
            assert negated is not None
            by_negated = torch.bmm(layer.negated.transpose(1, 2), by_z)
            by_negated.addcmul_(negated, share * weight.negated[..., None])
            gradient = torch.bmm(layer.plain.transpose(1, 2), by_z)
            gradient.addcmul_(signals, share * weight.plain[..., None])
            by_negation = negation.backward(by_negated, gradient)
            by_plain = torch.bmm(by_z, signals.transpose(1, 2))
            by_weight = torch.bmm(by_z, negated.transpose(1, 2))
            results.append(Layer(by_plain, by_weight, by_offset, by_ptanh, by_negation, None))
        return results[::-1]

    def _expanded_backward(
        self, layer: Layer, by_z: Tensor, by_offset: Tensor, by_ptanh: Tensor
    ) -> Layer:
        assert layer.curve is not None
        samples, (designs, columns, rows) = self._samples, layer.plain.shape
        degree = layer.curve.shape[1] - 1
        by_matrix = by_z.flatten(0, 1) @ samples.basis(degree).T
        by_matrix = by_matrix.view(designs, columns * rows, degree)
        by_plain = by_matrix[..., 0].view(layer.plain.shape) * samples.half_range
        by_plain.add_(by_offset[..., None], alpha=samples.middle)
        by_negated = torch.bmm(by_matrix, layer.curve[:, 1:, None]).view(layer.negated.shape)
        by_negated.addcmul_(by_offset[..., None], layer.curve[:, :1, None])
        by_curve = torch.bmm(layer.negated.reshape(designs, 1, -1), by_matrix).squeeze(1)
        by_first = (layer.negated.sum(dim=-1) * by_offset).sum(dim=-1, keepdim=True)
        by_curve = torch.cat([by_first, by_curve], dim=1)
        # eta of this negation acts through the curve and the bias row alone
        none = torch.zeros_like(by_ptanh)
        return Layer(by_plain, by_negated, by_offset, by_ptanh, none, by_curve)


# Judges the outputs (block, classes, samples) of a slice of designs: returns columns (block, k) to
# report and, if asked, the gradient of what is to be minimised with respect to the outputs.
Judge = Callable[[Tensor, Samples, slice, bool], tuple[Tensor, Tensor | None]]


@dataclass(frozen=True, eq=False)
class Swept:
    """Outcome of a pass over all designs.

    Attributes
    ----------
    verdict : Tensor, shape (D, k)
        What the judge reported.
    squares : list of Squares
        By layer.
    gradients : list of Layer
        Gradients with respect to each layer's tensors, if weights were given.
    """

    verdict: Tensor
    squares: list[Squares]
    gradients: list[Layer]


def sweep(
    layers: Sequence[Layer],
    samples: Samples,
    judge: Judge,
    weights: Sequence[Squares] | None = None,
) -> Swept:
    """Run all samples through all designs, block by block.

    Parameters
    ----------
    layers : sequence of Layer
        Of all designs.
    samples : Samples
        One split.
    judge : callable
        See `Judge`.
    weights : sequence of Squares, optional
        Derivative of what is to be minimised with respect to each mean square. Where it is given
        the pass also goes backward.
    """
    designs = len(layers[0].offset)
    # a first layer with a curve never holds its inputs for each design
    widths = [each.offset.shape[1] for each in layers]
    widths += [each.plain.shape[2] for each in layers if each.curve is None]
    one = max(widths) * samples.count * samples.voltages.element_size()
    blocks = min(math.ceil(designs * one / _BLOCK_BYTES), designs)
    length = math.ceil(designs / blocks)
    verdicts, squares, gradients = [], [], []
    for start in range(0, designs, length):
        of = slice(start, min(start + length, designs))
        one_pass = _Pass([layer.block(of) for layer in layers], samples)
        outputs = one_pass.forward()
        verdict, gradient = judge(outputs, samples, of, weights is not None)
        verdicts.append(verdict)
        squares.append(one_pass.squares)
        if weights is not None:
            assert gradient is not None
            parts = [Squares(w.plain[of], w.negated[of], w.columns[of]) for w in weights]
            gradients.append(one_pass.backward(gradient, parts))
    return Swept(
        torch.cat(verdicts),
        [_joined(parts) for parts in zip(*squares, strict=True)],
        [_joined(parts) for parts in zip(*gradients, strict=True)],
    )


def _joined(parts: Sequence[Value]) -> Value:
    """Join the blocks of one layer along the design axis."""
    if len(parts) == 1:
        return parts[0]
    columns: dict[str, Any] = {}
    for name in vars(parts[0]):
        values = [getattr(part, name) for part in parts]
        columns[name] = None if values[0] is None else torch.cat(values)
    return type(parts[0])(**columns)
