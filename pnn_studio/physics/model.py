"""What training knows of a circuit model: parameters, what they print, outputs, power, gradient.

All that is learned of a design lies in one row of a (designs, parameters) tensor, thetas first. So
the optimiser, the best states and the checkpoints are each one tensor, whatever the model.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol, TypeVar

import torch
from torch import Tensor

from pnn_studio.domain.cells import CircuitName
from pnn_studio.physics.samples import Samples

# Judges the outputs (block, classes, samples) of a slice of designs: returns columns (block, k) to
# report and, if asked, the gradient of what is to be minimised with respect to the outputs.
Judge = Callable[[Tensor, Samples, slice, bool], tuple[Tensor, Tensor | None]]


@dataclass(frozen=True, eq=False)
class Measured:
    """What was found over the samples.

    Attributes
    ----------
    verdict : Tensor, shape (designs, k)
        The judge's columns.
    power : Tensor, shape (designs, layers, 3)
        Watt: crossbar, activation, negation.
    """

    verdict: Tensor
    power: Tensor


class Printed(Protocol):
    """What does not depend on samples, made once of given parameters and used for all splits."""

    @property
    def theta(self) -> tuple[Tensor, ...]:
        """The printed, signed theta of each layer, shape (designs, inputs + 2, outputs)."""

    @property
    def omega(self) -> Mapping[CircuitName, Tensor]:
        """Component values, shape (designs, groups, components), in ohm and metre."""


Prepared = TypeVar("Prepared", bound=Printed)


class CircuitModel(Protocol[Prepared]):
    """A model of one layout in one technology, batched over designs.

    Attributes
    ----------
    dtype : torch.dtype
        Precision of all tensors.
    parameters, theta_parameters : int
        Length of a design's row, and how much of it is theta_raw, layer by layer, each (outputs,
        inputs + 2).
    """

    dtype: torch.dtype
    parameters: int
    theta_parameters: int

    def initial(self, seeds: tuple[int, ...], start: int = 0) -> Tensor:
        """Draw initial parameters, shape (designs, parameters), from each seed and start alone."""

    def clamp_(self, flat: Tensor) -> None:
        """Bring parameters back to what is allowed, in place, as after each step of training."""

    def samples(self, voltages: Tensor, classes: Tensor) -> Samples:
        """Take samples, voltages of shape (inputs, samples), to this model's precision."""

    def prepare(self, flat: Tensor) -> Prepared:
        """Print parameters (designs, parameters); no gradient."""

    def measure(self, prepared: Prepared, samples: Samples, judge: Judge) -> Measured:
        """Let `judge` look at the outputs, and measure the power."""

    def learn(
        self, flat: Tensor, samples: Samples, judge: Judge, power_weight: Tensor
    ) -> tuple[Prepared, Measured, Tensor]:
        """Measure, and find the gradient of what is to be minimised.

        That is what `judge` gives the gradient of, plus ``power_weight x P``, with `power_weight`
        of shape (designs,) what a watt counts. The gradient has the shape of `flat`.
        """


class PlainModel(Protocol[Prepared]):
    """What `learn_by_autograd` needs of a model that has no backward of its own."""

    def print_differentiably(self, flat: Tensor) -> Prepared:
        """Like `CircuitModel.prepare`, on autograd's tape."""

    def outputs_and_power(self, prepared: Prepared, samples: Samples) -> tuple[Tensor, Tensor]:
        """Find outputs (designs, classes, samples) and power (designs, layers, 3) on the tape."""


def learn_by_autograd(
    model: PlainModel[Prepared], flat: Tensor, samples: Samples, judge: Judge, power_weight: Tensor
) -> tuple[Prepared, Measured, Tensor]:
    """Find the gradient of a simple model by autograd; parameters as for `CircuitModel.learn`."""
    leaf = flat.detach().requires_grad_()
    prepared = model.print_differentiably(leaf)
    outputs, power = model.outputs_and_power(prepared, samples)
    verdict, by_outputs = judge(outputs.detach(), samples, slice(0, len(flat)), True)
    assert by_outputs is not None  # it was asked for
    (gradient,) = torch.autograd.grad(
        [outputs, (power.sum(dim=(1, 2)) * power_weight).sum()], leaf, [by_outputs, None]
    )
    return prepared, Measured(verdict, power.detach()), gradient
