"""The first layer folded into one matrix product, since all designs have the same inputs.

With each row's mean resistance R in place of R(x) a first layer is linear in the Chebyshev
polynomials T_k of its inputs: the loading becomes one N x N system per design, so

    ``z = J^-1 (c + g+^T a + g-^T (V(a) / (1 + R G-))) = W b``

with b the polynomials of a sample, 1 first, and W found on autograd's tape. Means over samples that
the power asks for, ``mean z b`` and ``mean z z``, follow from W and the Gram matrix of b, which is
known beforehand. So nothing of this layer but ``W b`` runs over samples.

Shapes: D designs, M inputs, N columns, S samples, K the degree.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from pnn_studio.physics.loaded.layer import Entry, Figures, Layer
from pnn_studio.physics.samples import Samples, chebyshev_nodes

# Degree of the polynomials that give the first layer's negations over the input range, and of those
# of designs that are to be judged: trained negations err by 0.4 and 0.1 mV rms.
DEGREE, FINE_DEGREE = 12, 16


class Nodes:
    """Chebyshev nodes of the input range and the way from values there to coefficients.

    Attributes
    ----------
    degree : int
        K.
    volts : Tensor, shape (K + 1,)
        Nodes, float64.
    matrix : Tensor, shape (K + 1, K + 1)
        ``coefficients = values @ matrix``, float64.
    """

    def __init__(self, degree: int, low: float, high: float) -> None:
        self.degree = degree
        self.volts, self.matrix = chebyshev_nodes(degree, low, high)


class Inputs:
    """What is known of the inputs of one split before any design is.

    Attributes
    ----------
    samples : Samples
        The split.
    degree : int
        K.
    basis : Tensor, shape (1 + M K, S)
        b: 1, then T_1 .. T_K of every input.
    gram : Tensor, shape (1 + M K, 1 + M K)
        Mean over samples of ``b b^T``.
    means : Tensor, shape (K + 1, M)
        Mean over samples of T_0 .. T_K.
    matrix : Tensor, shape (K + 1, K + 1)
        As in `Nodes`, on the samples' device in their precision.
    """

    def __init__(self, samples: Samples, nodes: Nodes) -> None:
        like, inputs = samples.voltages, samples.voltages.shape[0]
        self.degree = nodes.degree
        whole = samples.basis(self.degree).double()
        whole = torch.cat([torch.ones_like(whole[:1]), whole])
        self.samples, self._nodes = samples, nodes
        self.basis = whole.to(like)
        self.gram = (whole @ whole.T / samples.count).to(like)
        mean = whole[1:].mean(dim=-1).view(inputs, self.degree).T
        self.means = torch.cat([torch.ones_like(mean[:1]), mean]).to(like)
        self.matrix = nodes.matrix.to(like)
        self._interpolation: Tensor | None = None

    @property
    def interpolation(self) -> Tensor:
        """Interpolate from the nodes to every input: (K + 1, M x S)."""
        if self._interpolation is None:
            like, inputs = self.samples.voltages, self.samples.voltages.shape[0]
            order = self.basis[1:].view(inputs, self.degree, -1).double()
            whole = torch.cat([torch.ones_like(order[:, :1]), order], dim=1)
            basis = torch.einsum("ck,mks->cms", self._nodes.matrix.to(whole), whole)
            self._interpolation = basis.flatten(1).to(like)
        return self._interpolation

    def mean(self, values: Tensor) -> Tensor:
        """Mean over samples (D, M) of what is known at the nodes, (D, K + 1)."""
        return values @ (self.matrix @ self.means)


@dataclass(frozen=True, eq=False)
class Folded:
    """A first layer as the pass over samples takes it.

    Attributes
    ----------
    weights : Tensor, shape (D, N, 1 + M K)
        W.
    figures : Figures
        Of the layer, differentiable.
    """

    weights: Tensor
    figures: Figures

    def columns(self, inputs: Inputs, of: slice) -> Tensor:
        """Return z (D, N, S) of some designs, without a gradient."""
        weights = self.weights[of].detach()
        return (weights.flatten(0, 1) @ inputs.basis).view(*weights.shape[:2], -1)

    @staticmethod
    def backward(inputs: Inputs, by_columns: Tensor) -> Tensor:
        """Return the gradient of the weights of those designs."""
        by = by_columns.flatten(0, 1) @ inputs.basis.T
        return by.view(*by_columns.shape[:2], -1)


def fold(layer: Layer, inputs: Inputs, *, own: bool) -> Folded:
    """Fold a first layer.

    Parameters
    ----------
    layer : Layer
        On autograd's tape, or not.
    inputs : Inputs
        The split.
    own : bool
        Whether each negative weight has its own negation (original crossbar).
    """
    cells = layer.circuits
    assert isinstance(cells, Entry)
    negated, samples = layer.negated, inputs.samples
    # each negation's load: of its row (D, 1, M), or of its own weight (D, N, M)
    load = negated if own else negated.sum(dim=1, keepdim=True)
    ohm = inputs.mean(cells.resistance)[:, None]
    less = 1 / (1 + ohm * load)
    given = ohm * less
    if own:
        taken = torch.diag_embed((negated.square() * given).sum(dim=2))
    else:
        taken = torch.bmm(negated * given, negated.transpose(1, 2))
    # rows scaled to 1: conductances differ by decades between columns
    scale = layer.matrix.diagonal(dim1=1, dim2=2)[..., None]
    inverse = torch.linalg.inv_ex((layer.matrix - taken) / scale).inverse
    curve = cells.voltage @ inputs.matrix
    through = negated * less / scale
    plain = layer.plain / scale
    fed = through[..., None] * curve[:, None, None, 1:]
    fed[..., 0] += samples.half_range * plain
    rest = layer.offset[..., None] / scale + samples.middle * plain.sum(dim=2, keepdim=True)
    rest = rest + through.sum(dim=2, keepdim=True) * curve[:, :1, None]
    weights = torch.bmm(inverse, torch.cat([rest, fed.flatten(2)], dim=2))
    return Folded(weights, _figures(layer, inputs, weights, curve, [load, ohm, less], own=own))


def _figures(
    layer: Layer,
    inputs: Inputs,
    weights: Tensor,
    curve: Tensor,
    parts: Sequence[Tensor],
    *,
    own: bool,
) -> Figures:
    """Means over samples from the weights: with ``u = g- z``, ``y = (V + R u) / (1 + R G-)``."""
    load, ohm, less = parts
    cells, negated = layer.circuits, layer.negated
    designs, columns, count = negated.shape
    moments = (weights.flatten(0, 1) @ inputs.gram).view_as(weights)
    mean = moments[..., 0]
    # mean V, V^2 of every row, (D, 1, M); V z of every row and column, (D, N, M)
    volt = (curve @ inputs.means)[:, None]
    square = _mean_square(inputs, curve, count)[:, None]
    shifted = moments[..., 1:].reshape(designs, -1, inputs.degree) @ curve[:, 1:, None]
    crossed = shifted.view(designs, columns, count) + curve[:, :1, None] * mean[..., None]
    volt_fed = negated * crossed
    fed = negated * mean[..., None]
    if own:
        fed_square = negated.square() * (weights * moments).sum(dim=2)[..., None]
    else:
        pairs = torch.bmm(moments, weights.transpose(1, 2))
        fed_square = (torch.bmm(pairs, negated) * negated).sum(dim=1, keepdim=True)
        volt_fed, fed = volt_fed.sum(dim=1, keepdim=True), fed.sum(dim=1, keepdim=True)
    out = less * (volt + ohm * fed)
    out_square = less.square() * (square + 2 * ohm * volt_fed + ohm.square() * fed_square)
    out_fed = less * (volt_fed + ohm * fed_square)
    cost = (cells.floor + cells.share * ohm[:, 0])[:, None]
    loads = cost * (load * out - fed) - load * out_square + out_fed
    none = mean.new_zeros(designs)
    return Figures(
        rows=inputs.samples.mean_square.expand(designs, -1),
        columns=(weights * moments).sum(dim=2),
        negations=out_square if own else out_square[:, 0],
        mean=mean,
        drivers=none,
        circuits=none[:, None][:, :0],
        loads=loads.sum(dim=(1, 2)),
    )


def _mean_square(inputs: Inputs, curve: Tensor, count: int) -> Tensor:
    """Mean over samples of V^2 of every row, (D, M)."""
    gram = inputs.samples.gram(inputs.degree).flatten(0, 1)
    half = (curve @ gram.T).view(len(curve), count, -1)
    return (half * curve[:, None]).sum(dim=2)
