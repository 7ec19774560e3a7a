"""The inputs of a first layer in Chebyshev polynomials, since all designs have the same inputs.

What a negation does over the input range is known at a few nodes; a matrix takes it to every
sample, and another one to means over samples.

Shapes: D designs, M inputs, S samples, K the degree.
"""

import torch

from pnn_studio.physics.samples import Samples, chebyshev_nodes

# of the polynomials that give the first layer's negations over the input range: trained negations
# err by 0.4 mV rms
DEGREE = 12


class Nodes:
    """Chebyshev nodes of the input range and the way from values there to coefficients.

    Attributes
    ----------
    volts : Tensor, shape (K + 1,)
        Nodes, float64.
    matrix : Tensor, shape (K + 1, K + 1)
        ``coefficients = values @ matrix``, float64.
    """

    def __init__(self, low: float, high: float) -> None:
        self.volts, self.matrix = chebyshev_nodes(DEGREE, low, high)


class Inputs:
    """What is known of the inputs of one split before any design is.

    Attributes
    ----------
    samples : Samples
        The split.
    interpolation : Tensor, shape (K + 1, M x S)
        From values at the nodes to every input.
    means : Tensor, shape (K + 1, M)
        From values at the nodes to means over samples.
    """

    def __init__(self, samples: Samples, nodes: Nodes) -> None:
        like, inputs = samples.voltages, samples.voltages.shape[0]
        order = samples.basis(DEGREE).double().view(inputs, DEGREE, -1)
        whole = torch.cat([torch.ones_like(order[:, :1]), order], dim=1)
        found = torch.einsum("ck,mks->cms", nodes.matrix.to(whole), whole)
        self.samples = samples
        self.interpolation = found.flatten(1).to(like)
        self.means = found.mean(dim=-1).to(like)
