"""What training minimises and what it reports, batched over designs.

Equations: Zhao et al., ICCAD 2023. Outputs are (designs, classes, samples) in volt.
"""

import torch
from torch import Tensor

from pnn_studio.domain.technology import Technology
from pnn_studio.physics.samples import Samples

# below any voltage, so that the right class is never the largest of the others
_NEVER = -1e4


def _right_and_others(outputs: Tensor, samples: Samples) -> tuple[Tensor, Tensor, Tensor]:
    """Output of the right class and the largest of the others, each (designs, samples).

    The third is `outputs` with the right class far below all others.
    """
    is_right = samples.is_right(outputs.shape[1])
    right = (outputs * is_right).sum(dim=1)
    masked = torch.add(outputs, is_right, alpha=_NEVER)
    return right, masked.amax(dim=1), masked


class MarginLoss:
    """``L = mean(max(0, m + T - f_y) + max(0, m + max_{j != y} f_j))``, judged block by block.

    Reports L in volt and the accuracy; its gradient is that of ``weight x L``.

    Parameters
    ----------
    technology : Technology
        Gives T (measurable threshold) and m (margin) in volt.
    weight : Tensor, shape (designs,)
        What the loss of each design counts.
    with_accuracy : bool
        Whether the accuracy is wanted; it costs as much as the loss.
    """

    def __init__(
        self, technology: Technology, weight: Tensor, *, with_accuracy: bool = True
    ) -> None:
        self._reach = technology.margin + technology.measurable
        self._margin = technology.margin
        self._weight = weight
        self._with_accuracy = with_accuracy

    def __call__(
        self, outputs: Tensor, samples: Samples, of: slice, backward: bool
    ) -> tuple[Tensor, Tensor | None]:
        """See `signals.Judge`."""
        right, others, masked = _right_and_others(outputs, samples)
        short, over = (self._reach - right).relu_(), (others + self._margin).relu_()
        columns = [short.mean(dim=1) + over.mean(dim=1)]
        if self._with_accuracy:
            columns.append((right > others).to(outputs.dtype).mean(dim=1))
        verdict = torch.stack(columns, dim=1)
        if not backward:
            return verdict, None
        share = (self._weight[of] / samples.count)[:, None]
        # sign is -1 for all but the largest other output, for which it is 0
        by_over = over.sign_().mul_(share)[:, None]
        gradient = masked.sub_(others[:, None]).sign_().mul_(by_over).add_(by_over)
        by_right = short.sign_().mul_(-share)[:, None]
        return verdict, gradient.addcmul_(samples.is_right(outputs.shape[1]), by_right)


def accuracy(outputs: Tensor, samples: Samples) -> Tensor:
    """Share of samples whose right class has the largest output, shape (designs,)."""
    return (outputs.argmax(dim=1) == samples.classes).to(outputs.dtype).mean(dim=1)


def measurable_accuracy(outputs: Tensor, samples: Samples, technology: Technology) -> Tensor:
    """Share of samples that a comparator can read, shape (designs,).

    The right output reaches T and every other output is at most 0 (the paper's second metric).
    """
    right, others, _ = _right_and_others(outputs, samples)
    readable = (right >= technology.measurable) & (others <= 0)
    return readable.to(outputs.dtype).mean(dim=1)
