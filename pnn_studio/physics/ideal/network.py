"""A whole printed network, batched over designs: outputs and power from flat parameters.

All that is learned of a design lies in one row of a (designs, parameters) tensor: theta_raw of
every layer, then the raw component values of the ptanh and of the negation circuits. So the
optimiser, the best states and the checkpoints are each one tensor.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from pnn_studio.domain.cells import COMPONENTS, CircuitName
from pnn_studio.domain.layout import Layout
from pnn_studio.domain.technology import Technology
from pnn_studio.physics.crossbar import MeanSquares, PrintedCrossbar
from pnn_studio.physics.ideal.signals import Layer, Squares, sweep
from pnn_studio.physics.model import Judge, Measured
from pnn_studio.physics.nonlinear import OmegaMap, tanh_form
from pnn_studio.physics.samples import MAX_DEGREE, Samples, chebyshev_nodes, degree_needed
from pnn_studio.physics.surrogate import Surrogates

# upper end of theta of the inputs in the second start, and how much wider each further one is
_SPREAD, _WIDER = 0.2, 2.5


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
    bias : Tensor, shape (designs, groups)
        What a negation circuit gives at the bias row.
    curve : Tensor or None, shape (designs, degree + 1)
        Chebyshev coefficients of the first layer's negation over the input range.
    """

    omega: Mapping[CircuitName, Tensor]
    eta: Mapping[CircuitName, Tensor]
    power: Mapping[CircuitName, Tensor]
    bias: Tensor
    curve: Tensor | None


@dataclass(frozen=True, eq=False)
class Prepared:
    """What does not depend on the samples: printed crossbars, circuits, and layers made of both."""

    crossbars: tuple[PrintedCrossbar, ...]
    circuits: Circuits
    layers: tuple[Layer, ...]

    @property
    def omega(self) -> Mapping[CircuitName, Tensor]:
        """Component values, shape (designs, groups, components), in ohm and metre."""
        return self.circuits.omega

    @property
    def theta(self) -> tuple[Tensor, ...]:
        """The printed, signed theta of each layer, shape (designs, inputs + 2, outputs)."""
        return tuple(crossbar.signed.transpose(1, 2) for crossbar in self.crossbars)


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
        # of the expansion of the negation, in volt: far below what the precision itself brings
        self._tolerance = 1e-6 if dtype == torch.float32 else 1e-11
        self._bias = torch.tensor([technology.bias], dtype=dtype, device=device)
        self._nodes: dict[int, tuple[Tensor, Tensor]] = {}
        self._names = technology.circuit_names
        self._activation, self._negation = self._names
        self._surrogates = {name: surrogates[name].to(dtype, device) for name in self._names}
        self._maps = {each.name: OmegaMap(each, dtype, device) for each in technology.circuits}
        self._groups = len(layout.shapes) if layout.sharing == "layer" else 1
        self._sizes = [rows * columns for rows, columns in layout.shapes]
        self.theta_parameters = sum(self._sizes)
        self.parameters = self.theta_parameters + sum(
            self._groups * len(COMPONENTS[name]) for name in self._names
        )

    # --- parameters --------------------------------------------------------------------------

    def _thetas(self, flat: Tensor) -> list[Tensor]:
        parts = flat[:, : self.theta_parameters].split(self._sizes, dim=-1)
        return [
            part.unflatten(-1, (columns, rows))
            for part, (rows, columns) in zip(parts, self.layout.shapes, strict=True)
        ]

    def initial(self, seeds: tuple[int, ...], start: int = 0) -> Tensor:
        """Draw initial parameters, shape (designs, parameters), from each seed and start alone.

        As in the paper theta of the inputs is uniform in [theta_min, theta_min + 0.01], the ground
        row near theta_max, and the bias row such that z starts at the centre eta3 of the
        activation. From there a few seeds never leave the plateau of the majority class
        (tic-tac-toe, alpha 0: one in ten). So further starts of a seed are spread wider, up to
        0.2, 0.5, 1.25 ...; which one is best is left to the race of the schedule. Measured with 20
        seeds at alpha 0: with three equal starts, or all of one width, one to three tic-tac-toe
        seeds stay on the plateau; with these none.
        """
        technology = self.technology
        default = {name: self._maps[name].raw_starts() for name in self._names}
        omega = self._maps[self._activation](default[self._activation])
        centre = float(self._surrogates[self._activation].eta(omega)[2])
        share = min(max(centre / technology.bias, 0.0), 0.9)
        made: dict[int, Tensor] = {}
        for seed in set(seeds):
            draw = np.random.default_rng([seed, start])
            row = []
            for rows, columns in self.layout.shapes:
                theta = technology.theta_min + 0.01 * draw.random((columns, rows))
                if start > 0:
                    top = min(_SPREAD * _WIDER ** (start - 1), technology.theta_max)
                    theta[:, :-2] = draw.uniform(technology.theta_min, top, (columns, rows - 2))
                theta[:, -1] = technology.theta_max - theta[:, -1]
                # z = bias theta_b / sum(theta) = centre, the inputs' small part left out
                theta[:, -2] += share / (1 - share) * theta[:, -1]
                row.append(torch.as_tensor(theta.reshape(-1), dtype=self.dtype, device=self.device))
            row += [default[name].repeat(self._groups) for name in self._names]
            made[seed] = torch.cat(row)
        return torch.stack([made[seed] for seed in seeds])

    def clamp_(self, flat: Tensor) -> None:
        """Clamp theta_raw to [-theta_max, theta_max] in place, as after each step of training."""
        limit = self.technology.theta_max
        flat[:, : self.theta_parameters].clamp_(-limit, limit)

    # --- what does not depend on samples -------------------------------------------------------

    def prepare(self, flat: Tensor) -> Prepared:
        """Print the crossbars and evaluate the circuits of parameters (designs, parameters)."""
        with torch.no_grad():
            return self._prepare(flat, self._circuits(flat[:, self.theta_parameters :]))

    def _circuits(self, raw: Tensor) -> Circuits:
        sizes = [self._groups * len(COMPONENTS[name]) for name in self._names]
        parts = dict(zip(self._names, raw.split(sizes, dim=-1), strict=True))
        omega, eta, power = {}, {}, {}
        for name in self._names:
            shape = (self._groups, len(COMPONENTS[name]))
            omega[name] = self._maps[name](parts[name].unflatten(-1, shape))
            eta[name] = self._surrogates[name].eta(omega[name])
            power[name] = self._surrogates[name].power(omega[name])
        bias = -tanh_form(eta[self._negation], self._bias).squeeze(-1)
        return Circuits(omega, eta, power, bias, self._curve(eta[self._negation][:, 0]))

    def _prepare(self, flat: Tensor, circuits: Circuits) -> Prepared:
        crossbars, layers = [], []
        for number, theta in enumerate(self._thetas(flat)):
            group = self._group(number)
            crossbar = PrintedCrossbar(theta, self.technology)
            plain, negated = crossbar.plain, crossbar.negated
            offset = plain[..., -1] * self.technology.bias
            offset = offset + negated[..., -1] * circuits.bias[:, group, None]
            ptanh, negation = (circuits.eta[name][:, group] for name in self._names)
            curve = circuits.curve if number == 0 else None
            layers.append(Layer(plain[..., :-1], negated[..., :-1], offset, ptanh, negation, curve))
            crossbars.append(crossbar)
        return Prepared(tuple(crossbars), circuits, tuple(layers))

    def _group(self, layer: int) -> int:
        return layer if self._groups > 1 else 0

    def _curve(self, negation: Tensor) -> Tensor | None:
        """Expand the first layer's negation, (designs, degree + 1), where that pays."""
        technology = self.technology
        with torch.no_grad():
            # a design whose parameters are not finite is about to be taken out
            largest = torch.nan_to_num(negation).abs().amax(dim=0).tolist()
        half_range = (technology.input_high - technology.input_low) / 2
        degree = degree_needed(largest[1], largest[3], half_range, self._tolerance)
        if degree > MAX_DEGREE:
            return None
        if degree not in self._nodes:
            nodes, matrix = chebyshev_nodes(degree, technology.input_low, technology.input_high)
            self._nodes[degree] = (nodes.to(self._bias), matrix.to(self._bias))
        nodes, matrix = self._nodes[degree]
        return -tanh_form(negation, nodes) @ matrix

    # --- over samples ------------------------------------------------------------------------

    def samples(self, voltages: Tensor, classes: Tensor) -> Samples:
        """Take samples, voltages of shape (inputs, samples), to this network's precision."""
        technology = self.technology
        volts = voltages.to(self._bias)
        return Samples(volts, classes.to(volts.device), technology.input_low, technology.input_high)

    def measure(self, prepared: Prepared, samples: Samples, judge: Judge) -> Measured:
        """Let `judge` look at the outputs, and measure the power."""
        with torch.no_grad():
            swept = sweep(_detached(prepared.layers), samples, judge)
            squares = self._mean_squares(prepared, samples, swept.squares)
            return Measured(swept.verdict, self._power(prepared, squares))

    def learn(
        self, flat: Tensor, samples: Samples, judge: Judge, power_weight: Tensor
    ) -> tuple[Prepared, Measured, Tensor]:
        """Measure, and find the gradient of what is to be minimised.

        That is what `judge` gives the gradient of, plus ``power_weight x P``.

        Parameters
        ----------
        flat : Tensor, shape (designs, parameters)
            Parameters.
        samples : Samples
            The training split.
        judge : callable
            See `signals.Judge`; weights the loss of each design itself.
        power_weight : Tensor, shape (designs,)
            What a watt counts.

        Returns
        -------
        Prepared, Measured, Tensor
            The gradient has the shape of `flat`.
        """
        raw = flat[:, self.theta_parameters :].detach().requires_grad_()
        circuits = self._circuits(raw)
        with torch.no_grad():
            prepared = self._prepare(flat, circuits)
            weights = [each.square_weights(power_weight) for each in prepared.crossbars]
            swept = sweep(
                _detached(prepared.layers), samples, judge, self._asked(prepared, weights)
            )
            squares = self._mean_squares(prepared, samples, swept.squares)
            power = self._power(prepared, squares)
            parts, by_circuits = self._backward(
                prepared, samples, swept.gradients, squares, weights, power_weight
            )
        pairs = [(out, by) for out, by in by_circuits if out is not None]
        (by_raw,) = torch.autograd.grad([out for out, _ in pairs], raw, [by for _, by in pairs])
        return prepared, Measured(swept.verdict, power), torch.cat([*parts, by_raw], dim=1)

    def _asked(self, prepared: Prepared, weights: list[MeanSquares]) -> list[Squares]:
        """Weights of those mean squares that the pass over samples computes."""
        asked = []
        for layer, weight in zip(prepared.layers, weights, strict=True):
            rows = layer.plain.shape[2] if layer.curve is None else 0
            asked.append(Squares(weight.plain[:, :rows], weight.negated[:, :rows], weight.columns))
        return asked

    def _mean_squares(
        self, prepared: Prepared, samples: Samples, squares: list[Squares]
    ) -> list[MeanSquares]:
        """Complete the mean squares: of the inputs through the curve, and of the bias rows."""
        bias_square = self._bias.square()
        whole = []
        for number, (layer, square) in enumerate(zip(prepared.layers, squares, strict=True)):
            plain, negated = square.plain, square.negated
            if layer.curve is not None:
                plain = samples.mean_square[None]
                negated = (self._gram_curve(layer.curve, samples) * layer.curve[:, None]).sum(
                    dim=-1
                )
            bias = prepared.circuits.bias[:, self._group(number), None]
            plain = torch.cat([plain, bias_square.expand(len(plain), 1)], dim=1)
            negated = torch.cat([negated, bias.square()], dim=1)
            whole.append(MeanSquares(plain, negated, square.columns))
        return whole

    def _gram_curve(self, curve: Tensor, samples: Samples) -> Tensor:
        """Half the derivative of ``mean neg(a_m)^2``, (designs, inputs, degree + 1)."""
        gram = samples.gram(curve.shape[1] - 1)
        return (curve @ gram.flatten(0, 1).T).view(len(curve), len(gram), -1)

    def _power(self, prepared: Prepared, squares: list[MeanSquares]) -> Tensor:
        """Watt by layer and part, shape (designs, layers, 3)."""
        parts = []
        for number, (crossbar, square) in enumerate(zip(prepared.crossbars, squares, strict=True)):
            ptanh, negation = (
                prepared.circuits.power[name][:, self._group(number)] for name in self._names
            )
            count = crossbar.negations(self.layout.crossbar)
            activation = self.layout.sizes[number + 1] * ptanh
            parts.append(
                torch.stack([crossbar.power(square), activation, count * negation], dim=-1)
            )
        return torch.stack(parts, dim=1)

    def _backward(
        self,
        prepared: Prepared,
        samples: Samples,
        gradients: list[Layer],
        squares: list[MeanSquares],
        weights: list[MeanSquares],
        power_weight: Tensor,
    ) -> tuple[list[Tensor], list[tuple[Tensor | None, Tensor]]]:
        """Gradients with respect to theta by layer, and pairs of circuit tensors and theirs."""
        circuits, structure = prepared.circuits, self.layout.crossbar
        by_eta = {name: torch.zeros_like(circuits.eta[name]) for name in self._names}
        by_power = {name: torch.zeros_like(circuits.power[name]) for name in self._names}
        by_bias = torch.zeros_like(circuits.bias)
        by_thetas = []
        for number, (crossbar, by) in enumerate(zip(prepared.crossbars, gradients, strict=True)):
            group = self._group(number)
            bias, negation_power = circuits.bias[:, group], circuits.power[self._negation][:, group]
            offset = by.offset[..., None]
            by_theta = crossbar.backward(
                torch.cat([by.plain, offset * self.technology.bias], dim=-1),
                torch.cat([by.negated, offset * bias[:, None, None]], dim=-1),
                power_weight,
                squares[number],
                power_weight * negation_power,
                structure,
            )
            by_thetas.append(by_theta.flatten(1))
            by_eta[self._activation][:, group] += by.ptanh
            by_eta[self._negation][:, group] += by.negation
            by_power[self._activation][:, group] += power_weight * self.layout.sizes[number + 1]
            by_power[self._negation][:, group] += power_weight * crossbar.negations(structure)
            by_bias[:, group] += (by.offset * crossbar.negated[..., -1]).sum(dim=-1)
            by_bias[:, group] += 2 * weights[number].negated[:, -1] * bias
        pairs: list[tuple[Tensor | None, Tensor]] = [(circuits.bias, by_bias)]
        for name in self._names:
            pairs += [(circuits.eta[name], by_eta[name]), (circuits.power[name], by_power[name])]
        if circuits.curve is not None:
            by_curve = gradients[0].curve
            assert by_curve is not None
            rows = weights[0].negated[:, None, :-1]
            by_square = torch.bmm(rows, self._gram_curve(circuits.curve, samples)).squeeze(1)
            pairs.append((circuits.curve, by_curve + 2 * by_square))
        return by_thetas, pairs


def _detached(layers: Sequence[Layer]) -> list[Layer]:
    """Layers without the history of their circuits, which the pass over samples does not extend."""
    return [
        Layer(
            each.plain,
            each.negated,
            each.offset,
            each.ptanh.detach(),
            each.negation.detach(),
            None if each.curve is None else each.curve.detach(),
        )
        for each in layers
    ]
