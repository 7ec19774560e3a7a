"""What training minimises and what it reports, batched over designs.

Equations: Zhao et al., ICCAD 2023. Outputs are (designs, classes, samples) in volt.
"""

import torch
from torch import Tensor

from pnn_studio.domain.technology import Technology


def _right_and_best_other(outputs: Tensor, classes: Tensor) -> tuple[Tensor, Tensor]:
    """Output of the right class and the largest of the others, each (designs, samples)."""
    index = classes[None, None, :].expand(len(outputs), 1, -1)
    right = outputs.gather(1, index).squeeze(1)
    others = outputs.scatter(1, index, -torch.inf).amax(dim=1)
    return right, others


def measurable_loss(outputs: Tensor, classes: Tensor, technology: Technology) -> Tensor:
    """``L = mean(max(0, m + T - f_y) + max(0, m + max_{j != y} f_j))``.

    Parameters
    ----------
    outputs : Tensor, shape (designs, classes, samples)
        Volts.
    classes : int64 Tensor, shape (samples,)
        Right classes.
    technology : Technology
        Gives T (measurable threshold) and m (margin) in volt.

    Returns
    -------
    Tensor, shape (designs,)
        Volts.
    """
    right, others = _right_and_best_other(outputs, classes)
    margin, threshold = technology.margin, technology.measurable
    return (torch.relu(margin + threshold - right) + torch.relu(margin + others)).mean(dim=1)


def power_aware_loss(loss: Tensor, power: Tensor, alpha: Tensor, technology: Technology) -> Tensor:
    """``L' = (1 - alpha) L + alpha P / P_ref``, shape (designs,), for power in watt."""
    return (1 - alpha) * loss + alpha * power / technology.power_reference


def accuracy(outputs: Tensor, classes: Tensor) -> Tensor:
    """Share of samples whose right class has the largest output, shape (designs,)."""
    return (outputs.argmax(dim=1) == classes).to(outputs.dtype).mean(dim=1)


def measurable_accuracy(outputs: Tensor, classes: Tensor, technology: Technology) -> Tensor:
    """Share of samples that a comparator can read, shape (designs,).

    The right output reaches T and every other output is at most 0 (the paper's second metric).
    """
    right, others = _right_and_best_other(outputs, classes)
    readable = (right >= technology.measurable) & (others <= 0)
    return readable.to(outputs.dtype).mean(dim=1)
