"""A whole printed network, batched over designs: outputs and power from flat parameters.

All that is learned of a design lies in one row of a (designs, parameters) tensor: theta_raw of
every layer, then the raw component values of the ptanh and of the negation circuits. So the
optimiser, the best states and the checkpoints are each one tensor.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from pnn_studio.domain.layout import Layout
from pnn_studio.domain.technology import CIRCUITS, COMPONENTS, CircuitName, Technology
from pnn_studio.physics.crossbar import (
    Printed,
    column_voltages,
    crossbar_power,
    negation_count,
    print_crossbar,
)
from pnn_studio.physics.nonlinear import OmegaMap, tanh_form
from pnn_studio.physics.surrogate import Surrogates


@dataclass(frozen=True, eq=False)
class Circuits:
    """The nonlinear circuits of all designs.

    Attributes
    ----------
    omega : mapping of circuit to Tensor, shape (designs, groups, components)
        Component values; one group for the whole network, or one a layer.
    eta : mapping of circuit to Tensor, shape (designs, groups, 4)
        tanh parameters.
    power : mapping of circuit to Tensor, shape (designs, groups)
        Watt of one circuit.
    """

    omega: Mapping[CircuitName, Tensor]
    eta: Mapping[CircuitName, Tensor]
    power: Mapping[CircuitName, Tensor]


@dataclass(frozen=True, eq=False)
class Prepared:
    """What does not depend on the samples: printed crossbars and circuits of all designs."""

    theta_raw: tuple[Tensor, ...]
    printed: tuple[Printed, ...]
    circuits: Circuits


@dataclass(frozen=True, eq=False)
class Evaluation:
    """Outputs and power.

    Attributes
    ----------
    outputs : Tensor, shape (designs, classes, samples)
        Volts after the last ptanh.
    power : Tensor, shape (designs, layers, 3)
        Watt: crossbar, activation, negation.
    """

    outputs: Tensor
    power: Tensor


class Network:
    """The model of one layout in one technology.

    Parameters
    ----------
    layout : Layout
        Sizes, crossbar structure, sharing of circuits.
    technology : Technology
        Limits and circuits.
    surrogates : mapping
        Of both circuits, in any precision.
    dtype : torch.dtype
        Precision of all tensors.
    device : torch.device, optional
        Where they lie.
    """

    def __init__(
        self,
        layout: Layout,
        technology: Technology,
        surrogates: Surrogates,
        dtype: torch.dtype = torch.float32,
        device: torch.device | None = None,
    ) -> None:
        self.layout = layout
        self.technology = technology
        self.dtype = dtype
        self.device = device
        self._surrogates = {name: surrogates[name].to(dtype, device) for name in CIRCUITS}
        self._maps = {name: OmegaMap(technology.circuit(name), dtype, device) for name in CIRCUITS}
        self._groups = len(layout.shapes) if layout.sharing == "layer" else 1
        self._sizes = [rows * columns for rows, columns in layout.shapes]
        self.theta_parameters = sum(self._sizes)
        self.parameters = self.theta_parameters + sum(
            self._groups * len(COMPONENTS[name]) for name in CIRCUITS
        )

    # --- parameters --------------------------------------------------------------------------

    def _split(self, flat: Tensor) -> tuple[list[Tensor], dict[CircuitName, Tensor]]:
        circuit_sizes = [self._groups * len(COMPONENTS[name]) for name in CIRCUITS]
        sizes = [*self._sizes, *circuit_sizes]
        parts = flat.split(sizes, dim=-1)
        thetas = [
            part.unflatten(-1, (columns, rows))
            for part, (rows, columns) in zip(parts, self.layout.shapes, strict=False)
        ]
        omegas = {
            name: part.unflatten(-1, (self._groups, len(COMPONENTS[name])))
            for name, part in zip(CIRCUITS, parts[len(thetas) :], strict=True)
        }
        return thetas, omegas

    def initial(self, seeds: tuple[int, ...]) -> Tensor:
        """Draw the paper's initial parameters, shape (designs, parameters), from each seed alone.

        theta of the inputs is uniform in [theta_min, theta_min + 0.01], the ground row near
        theta_max, and the bias row such that z starts at the centre eta3 of the activation.
        """
        technology = self.technology
        default = {name: self._maps[name].raw_defaults() for name in CIRCUITS}
        centre = float(self._surrogates["ptanh"].eta(self._maps["ptanh"](default["ptanh"]))[2])
        share = min(max(centre / technology.bias, 0.0), 0.9)
        made: dict[int, Tensor] = {}
        for seed in set(seeds):
            draw = np.random.default_rng(seed)
            row = []
            for rows, columns in self.layout.shapes:
                theta = technology.theta_min + 0.01 * draw.random((columns, rows))
                theta[:, -1] = technology.theta_max - theta[:, -1]
                # z = bias theta_b / sum(theta) = centre, the inputs' small part left out
                theta[:, -2] += share / (1 - share) * theta[:, -1]
                row.append(torch.as_tensor(theta.reshape(-1), dtype=self.dtype, device=self.device))
            row += [default[name].repeat(self._groups) for name in CIRCUITS]
            made[seed] = torch.cat(row)
        return torch.stack([made[seed] for seed in seeds])

    def clamp_(self, flat: Tensor) -> None:
        """Clamp theta_raw to [-theta_max, theta_max] in place, as after each step of training."""
        limit = self.technology.theta_max
        flat[:, : self.theta_parameters].clamp_(-limit, limit)

    # --- evaluation --------------------------------------------------------------------------

    def prepare(self, flat: Tensor) -> Prepared:
        """Print the crossbars and evaluate the circuits of parameters (designs, parameters)."""
        thetas, raw = self._split(flat)
        omega = {name: self._maps[name](raw[name]) for name in CIRCUITS}
        eta = {name: self._surrogates[name].eta(omega[name]) for name in CIRCUITS}
        power = {name: self._surrogates[name].power(omega[name]) for name in CIRCUITS}
        printed = tuple(print_crossbar(theta, self.technology) for theta in thetas)
        return Prepared(tuple(thetas), printed, Circuits(omega, eta, power))

    def evaluate(self, prepared: Prepared, voltages: Tensor) -> Evaluation:
        """Return outputs and power for input voltages of shape (inputs, samples)."""
        bias = self.technology.bias
        inputs = voltages[None]
        powers = []
        for layer, (theta_raw, printed) in enumerate(
            zip(prepared.theta_raw, prepared.printed, strict=True)
        ):
            group = layer if self._groups > 1 else 0
            eta = {name: prepared.circuits.eta[name][:, group] for name in CIRCUITS}
            cell = {name: prepared.circuits.power[name][:, group] for name in CIRCUITS}
            negated = -tanh_form(eta["negation"], inputs)
            negated_bias = -tanh_form(
                eta["negation"], torch.full_like(eta["negation"][:1, :1, None], bias)
            ).flatten()
            z = column_voltages(printed, inputs, negated, bias, negated_bias)
            crossbar = crossbar_power(
                printed,
                inputs.square().mean(dim=-1),
                negated.square().mean(dim=-1),
                bias,
                negated_bias,
                z,
            )
            count = negation_count(theta_raw, printed, self.layout.crossbar)
            powers.append(
                torch.stack(
                    [crossbar, theta_raw.shape[1] * cell["ptanh"], count * cell["negation"]], dim=-1
                )
            )
            inputs = tanh_form(eta["ptanh"], z)
        return Evaluation(inputs, torch.stack(powers, dim=1))

    def theta(self, prepared: Prepared) -> tuple[Tensor, ...]:
        """Return the printed, signed theta of each layer, shape (designs, inputs + 2, outputs)."""
        return tuple(
            torch.where(printed.negative, -printed.size, printed.size).transpose(1, 2)
            for printed in prepared.printed
        )
