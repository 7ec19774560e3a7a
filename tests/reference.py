"""The plain reference: the equations of a printed network for one design, written for reading.

It follows Zhao et al., ICCAD 2023, resistor by resistor, with loops where the fast code has matrix
products, and knows nothing of it but the technology and the surrogates. Values and gradients of
`pnn_studio.physics` are held to it.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from pnn_studio.domain.layout import Layout
from pnn_studio.domain.technology import Circuit, Technology
from pnn_studio.physics.surrogate import Surrogates


def exact_value_relaxed_gradient(exact, relaxed):
    return exact.detach() + relaxed - relaxed.detach()


def plain_float(value: Tensor) -> float:
    return float(value.detach())


def tanh_curve(eta: Tensor, volts: Tensor) -> Tensor:
    return eta[0] + eta[1] * torch.tanh((volts - eta[2]) * eta[3])


def component_values(circuit: Circuit, raw: Tensor) -> Tensor:
    """Return omega of one circuit from its raw parameters, constraints clipped straight through."""
    relaxed = {}
    for component, parameter in zip(circuit.components, raw, strict=True):
        share = torch.sigmoid(parameter)
        if component.log:
            relaxed[component.name] = component.low * (component.high / component.low) ** share
        else:
            relaxed[component.name] = component.low + share * (component.high - component.low)
    exact = {name: value.detach() for name, value in relaxed.items()}
    for constraint in circuit.constraints:
        (top, under), (less, less_under) = constraint.greater, constraint.less
        bound = (
            exact[top]
            / (exact[under] if under else 1.0)
            * (exact[less_under] if less_under else 1.0)
        )
        exact[less] = torch.minimum(exact[less], 0.999 * bound)
    return torch.stack(
        [exact_value_relaxed_gradient(exact[name], relaxed[name]) for name in relaxed]
    )


@dataclass
class Outcome:
    """Outputs (classes, samples), powers (layers, 3: crossbar, activation, negation) and losses."""

    outputs: Tensor
    power: Tensor
    loss: Tensor
    objective: Tensor


class PlainNetwork:
    """One design.

    theta_raw is a list of (inputs + 2, outputs); omega_raw maps a circuit to (groups, components).
    """

    def __init__(self, layout: Layout, technology: Technology, surrogates: Surrogates):
        self.layout, self.technology, self.surrogates = layout, technology, surrogates

    def printed_sizes(self, column: Tensor) -> list[Tensor]:
        """|theta| of the resistors of one column: 0 where not printed; the largest always is."""
        largest = int(column.detach().abs().argmax())
        sizes = []
        for m, raw in enumerate(column):
            relaxed = raw if raw >= 0 else -raw
            exact = relaxed.detach()
            if exact < self.technology.theta_min:
                exact = torch.full_like(exact, self.technology.theta_min if m == largest else 0.0)
            sizes.append(exact_value_relaxed_gradient(exact, relaxed))
        return sizes

    def layer(self, theta_raw, inputs, eta_ptanh, eta_negation):
        """Return outputs (columns, samples) and crossbar power; inputs are (M, samples)."""
        samples = inputs.shape[1]
        bias = torch.full((samples,), self.technology.bias, dtype=inputs.dtype)
        ground = torch.zeros(samples, dtype=inputs.dtype)
        rows = [*inputs, bias, ground]
        outputs, power = [], 0.0
        for n in range(theta_raw.shape[1]):
            sizes = self.printed_sizes(theta_raw[:, n])
            volts = []
            for m, raw in enumerate(theta_raw[:, n]):
                negated = raw < 0 and m < len(rows) - 1  # the ground row is 0 V either way
                volts.append(-tanh_curve(eta_negation, rows[m]) if negated else rows[m])
            z = sum(size * volt for size, volt in zip(sizes, volts, strict=True)) / sum(sizes)
            smallest = min((size for size in sizes if size > 0), key=plain_float)
            for size, volt in zip(sizes, volts, strict=True):
                conductance = size * self.technology.g_min / smallest
                power = power + (conductance * (volt - z) ** 2).mean()
            outputs.append(tanh_curve(eta_ptanh, z))
        return torch.stack(outputs), power

    def negations(self, theta_raw: Tensor) -> Tensor:
        """Negation circuits of one layer, exact in value, relaxed in gradient."""
        printed = torch.stack(
            [torch.stack(self.printed_sizes(column)) > 0 for column in theta_raw.T], dim=1
        )
        exact, relaxed = 0, torch.zeros((), dtype=theta_raw.dtype)
        for m in range(theta_raw.shape[0] - 1):  # without the ground row
            negative = [n for n in range(theta_raw.shape[1]) if theta_raw[m, n] < 0]
            shares = [1 - torch.sigmoid(theta_raw[m, n]) for n in negative]
            count = sum(bool(printed[m, n]) for n in negative)
            if self.layout.crossbar == "modified":
                exact += min(count, 1)
                relaxed = relaxed + (max(shares, key=plain_float) if shares else 0.0)
            else:
                exact += count
                relaxed = relaxed + sum(shares)
        return exact_value_relaxed_gradient(
            torch.tensor(float(exact), dtype=theta_raw.dtype), relaxed
        )

    def evaluate(self, theta_raw, omega_raw, voltages, classes, alpha) -> Outcome:
        """All of one design; voltages are (samples, inputs)."""
        technology = self.technology
        signals, powers = voltages.T, []
        for number, theta in enumerate(theta_raw):
            group = number if self.layout.sharing == "layer" else 0
            omega = {
                name: component_values(technology.circuit(name), omega_raw[name][group])
                for name in ("ptanh", "negation")
            }
            eta = {name: self.surrogates[name].eta(omega[name]) for name in omega}
            power_of = {name: self.surrogates[name].power(omega[name]) for name in omega}
            signals, crossbar = self.layer(theta, signals, eta["ptanh"], eta["negation"])
            activation = theta.shape[1] * power_of["ptanh"]
            negation = self.negations(theta) * power_of["negation"]
            powers.append(torch.stack([crossbar, activation, negation]))
        power = torch.stack(powers)
        loss = self.loss(signals, classes)
        objective = (1 - alpha) * loss + alpha * power.sum() / technology.power_reference
        return Outcome(signals, power, loss, objective)

    def loss(self, outputs, classes) -> Tensor:
        """mean(max(0, m + T - f_y) + max(0, m + max_{j != y} f_j))."""
        margin, threshold = self.technology.margin, self.technology.measurable
        terms = []
        for sample, right in enumerate(classes):
            others = [outputs[j, sample] for j in range(outputs.shape[0]) if j != int(right)]
            largest = max(others, key=plain_float)
            terms.append(
                torch.relu(margin + threshold - outputs[int(right), sample])
                + torch.relu(margin + largest)
            )
        return torch.stack(terms).mean()
