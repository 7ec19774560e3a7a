"""The model that trains what ngspice will say: loaded crossbars, cells by their own equations.

Parameters as in the ideal network: theta_raw of every layer, then the raw component values of the
ptanh and of the negation circuits. What is small (what is printed, the curves of the circuits) goes
through autograd; what runs over samples is done by hand in blocks of designs (`layer_pass`).
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from pnn_studio.domain.cells import COMPONENTS, CircuitName
from pnn_studio.domain.layout import Layout
from pnn_studio.domain.technology import Technology
from pnn_studio.physics.loaded.cells import CIRCUITS
from pnn_studio.physics.loaded.conductances import Conductances, print_conductances
from pnn_studio.physics.loaded.curves import CellCurves, SolvedCells
from pnn_studio.physics.loaded.layer import Entry, Figures, Layer
from pnn_studio.physics.loaded.layer_pass import LayerPass
from pnn_studio.physics.loaded.nodes import Inputs, Nodes
from pnn_studio.physics.loaded.power import BiasRow, layer_power, layer_weights
from pnn_studio.physics.loaded.printed import PrintedNetworks
from pnn_studio.physics.loaded.tables import CELLS, Lookup, Table, edges
from pnn_studio.physics.model import Judge, Measured
from pnn_studio.physics.nonlinear import OmegaMap
from pnn_studio.physics.samples import Samples

# upper end of theta of the inputs in the second start, and how much wider each further one is
_SPREAD, _WIDER = 0.2, 2.5
# steps towards the column voltages after the first guess, and to the adjoint system's solution
_STEPS, _ADJOINT_STEPS = 2, 1
# bytes of one tensor of a block: a handful of them fit a core's cache together, and larger ones are
# mapped anew by the allocator each time
_BLOCK_BYTES = 1 << 18


@dataclass(frozen=True, eq=False)
class LoadedNetworks:
    """What does not depend on samples: printed crossbars, circuits, and layers made of both.

    Attributes
    ----------
    conductances : tuple of Conductances
        By layer.
    omega : mapping of circuit to Tensor, shape (designs, groups, components)
        Component values; one group for the whole network, or one a layer.
    layers : tuple of Layer
        What meets samples.
    outputs : Table
        The last layer's ptanh.
    bias : tuple of BiasRow
        By layer.
    entry_power : Tensor, shape (designs, nodes)
        Watt of a first layer's negation at the Chebyshev nodes.
    """

    conductances: tuple[Conductances, ...]
    omega: Mapping[CircuitName, Tensor]
    layers: tuple[Layer, ...]
    outputs: Table
    bias: tuple[BiasRow, ...]
    entry_power: Tensor

    @property
    def theta(self) -> tuple[Tensor, ...]:
        """The printed, signed theta of each layer, shape (designs, inputs + 2, outputs)."""
        return tuple(each.theta.transpose(1, 2) for each in self.conductances)


class LoadedNetwork:
    """The loaded model of one layout in one technology; a `CircuitModel`.

    Parameters
    ----------
    layout : Layout
        Sizes, crossbar structure, sharing of circuits.
    technology : Technology
        Limits, circuits and the transistor.
    dtype : torch.dtype
        Precision of all tensors.
    device : torch.device, optional
        Where they lie.
    cells : CellCurves, optional
        Gives the circuits' curves; by default the technology's equations do.
    adjoint_steps : int
        Steps of the adjoint system after the first.
    """

    def __init__(
        self,
        layout: Layout,
        technology: Technology,
        dtype: torch.dtype = torch.float32,
        device: torch.device | None = None,
        *,
        cells: CellCurves | None = None,
        adjoint_steps: int = _ADJOINT_STEPS,
    ) -> None:
        self.layout, self.technology = layout, technology
        self.dtype, self.device = dtype, device
        self.steps, self._adjoint_steps = _STEPS, adjoint_steps
        self._cells = cells or SolvedCells(technology, dtype)
        self._maps = {name: OmegaMap(technology.circuit(name), dtype, device) for name in CIRCUITS}
        self._groups = len(layout.shapes) if layout.sharing == "layer" else 1
        self._sizes = [rows * columns for rows, columns in layout.shapes]
        self.theta_parameters = sum(self._sizes)
        self.parameters = self.theta_parameters + sum(
            self._groups * len(COMPONENTS[name]) for name in CIRCUITS
        )
        self._own = layout.crossbar == "original"
        self._nodes = Nodes(technology.input_low, technology.input_high)
        self._grid = edges(dtype, device)
        # what a negation is asked besides its table: the input range, and the bias voltage
        asked = [self._nodes.volts, self._nodes.volts.new_tensor([technology.bias])]
        self._asked = torch.cat([self._grid, torch.cat(asked).to(self._grid)])
        self._known: dict[int, Inputs] = {}

    # --- parameters --------------------------------------------------------------------------

    def initial(self, seeds: tuple[int, ...], start: int = 0) -> Tensor:
        """Draw initial parameters, shape (designs, parameters), from each seed and start alone.

        As for the ideal network: theta of the inputs small, or spread wider in further starts, the
        ground row near theta_max, and the bias row such that z starts where the default ptanh is
        half way between its lowest and its highest output.
        """
        technology = self.technology
        default = {name: self._maps[name].raw_starts() for name in CIRCUITS}
        omega = self._maps["ptanh"](default["ptanh"])
        curve = self._cells.curves("ptanh", omega[None], self._grid).voltage[0]
        half = (curve - (curve[0] + curve[-1]) / 2).abs()
        centre = float(self._grid[half.argmin()])
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
            row += [default[name].repeat(self._groups) for name in CIRCUITS]
            made[seed] = torch.cat(row)
        return torch.stack([made[seed] for seed in seeds])

    def clamp_(self, flat: Tensor) -> None:
        """Clamp theta_raw to [-theta_max, theta_max] in place, as after each step of training."""
        limit = self.technology.theta_max
        flat[:, : self.theta_parameters].clamp_(-limit, limit)

    def samples(self, voltages: Tensor, classes: Tensor) -> Samples:
        """Take samples, voltages of shape (inputs, samples), to this network's precision."""
        technology = self.technology
        volts = voltages.to(self._grid)
        return Samples(volts, classes.to(volts.device), technology.input_low, technology.input_high)

    # --- what does not depend on samples -------------------------------------------------------

    def prepare(self, flat: Tensor) -> LoadedNetworks:
        """Print the crossbars and solve the circuits of parameters (designs, parameters)."""
        with torch.no_grad():
            return self._prepare(flat)

    def print_networks(self, flat: Tensor) -> PrintedNetworks:
        """Print parameters (designs, parameters) for the exact solve."""
        omega = {
            name: each.detach().double().cpu().numpy() for name, each in self._omega(flat).items()
        }
        technology = self.technology
        return PrintedNetworks.of_theta(
            self.layout.crossbar,
            self.print_theta(flat),
            omega,
            technology.g_min,
            technology.bias,
        )

    def print_theta(self, flat: Tensor) -> tuple[NDArray[np.float64], ...]:
        """Return what is printed of theta, as in `Family`."""
        return tuple(
            print_conductances(theta, self.technology, self.layout.crossbar)
            .theta.transpose(1, 2)
            .double()
            .cpu()
            .numpy()
            for theta in self._thetas(flat)
        )

    def _omega(self, flat: Tensor) -> dict[CircuitName, Tensor]:
        raw = flat[:, self.theta_parameters :]
        sizes = [self._groups * len(COMPONENTS[name]) for name in CIRCUITS]
        return {
            name: self._maps[name](part.unflatten(-1, (self._groups, -1)))
            for name, part in zip(CIRCUITS, raw.split(sizes, dim=-1), strict=True)
        }

    def _thetas(self, flat: Tensor) -> list[Tensor]:
        """Theta_raw by layer, (designs, outputs, inputs + 2)."""
        parts = flat[:, : self.theta_parameters].split(self._sizes, dim=-1)
        return [
            theta.unflatten(-1, shape[::-1])
            for theta, shape in zip(parts, self.layout.shapes, strict=True)
        ]

    def _prepare(self, flat: Tensor) -> LoadedNetworks:
        omega = self._omega(flat)
        ptanh = [
            Table.of(self._cells.curves("ptanh", omega["ptanh"][:, group], self._grid))
            for group in range(self._groups)
        ]
        negation = [
            self._cells.curves("negation", omega["negation"][:, group], self._asked)
            for group in range(self._groups)
        ]
        conductances, layers, bias = [], [], []
        for number, theta in enumerate(self._thetas(flat)):
            group, before = (number, number - 1) if self._groups > 1 else (0, 0)
            printed = print_conductances(theta, self.technology, self.layout.crossbar)
            curves, nodes = negation[group], slice(CELLS + 1, -1)
            row = BiasRow.of(printed, curves, self.technology.bias, own=self._own)
            circuits: Entry | Table
            if number == 0:
                parts = (curves.voltage[:, nodes], curves.resistance[:, nodes])
                circuits = Entry(*parts, curves.floor, curves.share)
            else:
                circuits = Table.of(curves)
            layers.append(
                Layer(
                    printed.plain[..., :-1],
                    printed.negated[..., :-1],
                    row.matrix(printed),
                    row.offset(printed),
                    printed.count[:, :-1].detach() * curves.inward,
                    circuits,
                    ptanh[before] if number > 0 else None,
                )
            )
            conductances.append(printed)
            bias.append(row)
        entry_power = negation[0].power[:, CELLS + 1 : -1]
        return LoadedNetworks(
            tuple(conductances), omega, tuple(layers), ptanh[-1], tuple(bias), entry_power
        )

    # --- over samples ------------------------------------------------------------------------

    def _inputs(self, samples: Samples) -> Inputs:
        known = self._known.get(id(samples))
        if known is None or known.samples is not samples:
            known = self._known[id(samples)] = Inputs(samples, self._nodes)
        return known

    def measure(self, prepared: LoadedNetworks, samples: Samples, judge: Judge) -> Measured:
        """Let `judge` look at the outputs, and measure the power."""
        with torch.no_grad():
            verdict, figures, watts, _ = self._sweep(prepared, samples, judge, None)
            return Measured(verdict, self._power(prepared, figures, watts, samples))

    def learn(
        self, flat: Tensor, samples: Samples, judge: Judge, power_weight: Tensor
    ) -> tuple[LoadedNetworks, Measured, Tensor]:
        """Measure, and find the gradient of what is to be minimised; see `CircuitModel.learn`."""
        leaf = flat.detach().requires_grad_()
        prepared = self._prepare(leaf)
        with torch.no_grad():
            verdict, figures, last, gradients = self._sweep(prepared, samples, judge, power_weight)
        power = self._power(prepared, figures, last, samples)
        watts = (power.sum(dim=(1, 2)) * power_weight).sum()
        pairs: list[tuple[Tensor, Tensor | None]] = [(watts, None)]
        tensors = [tensor for layer in prepared.layers for tensor in layer.tensors]
        tensors += prepared.outputs.tensors
        pairs += [
            (tensor, by) for tensor, by in zip(tensors, gradients, strict=True)
            if tensor.requires_grad
        ]  # fmt: skip
        (gradient,) = torch.autograd.grad([out for out, _ in pairs], leaf, [by for _, by in pairs])
        return prepared, Measured(verdict, power.detach()), gradient

    def _power(
        self,
        prepared: LoadedNetworks,
        figures: Sequence[Figures],
        watts: Tensor,
        samples: Samples,
    ) -> Tensor:
        """Watt by layer and part, shape (designs, layers, 3)."""
        parts = []
        for number, figure in enumerate(figures):
            circuits = figure.circuits
            if number == 0:
                circuits = prepared.entry_power @ self._inputs(samples).means
            activation = figures[number + 1].drivers if number + 1 < len(figures) else watts
            crossbar, negation = layer_power(
                prepared.conductances[number], prepared.bias[number], figure, circuits
            )
            parts.append(torch.stack([crossbar, activation, negation], dim=1))
        return torch.stack(parts, dim=1)

    def _sweep(
        self,
        prepared: LoadedNetworks,
        samples: Samples,
        judge: Judge,
        power_weight: Tensor | None,
    ) -> tuple[Tensor, list[Figures], Tensor, list[Tensor]]:
        """Run all samples through all designs, block by block.

        Returns the verdict, figures by layer, watts of the last ptanh (designs,), and, with a
        `power_weight`, the gradients of all tensors of the layers and of the outputs.
        """
        designs = len(prepared.outputs.voltage)
        shapes = self.layout.shapes
        widths = [max(rows - 2, columns) for rows, columns in shapes]
        if self._own:
            widths = [(rows - 2) * columns for rows, columns in shapes]
        one = max(widths) * samples.count * self._grid.element_size()
        blocks = min(math.ceil(designs * one / _BLOCK_BYTES), designs)
        length = math.ceil(designs / blocks)
        done = [
            self._block(prepared, samples, judge, power_weight, slice(start, start + length))
            for start in range(0, designs, length)
        ]
        figures = [
            Figures(*map(_joined, zip(*(vars(each).values() for each in parts), strict=True)))
            for parts in zip(*(each[1] for each in done), strict=True)
        ]
        gradients = [_joined(parts) for parts in zip(*(each[3] for each in done), strict=True)]
        watts = torch.cat([each[2] for each in done])
        return torch.cat([each[0] for each in done]), figures, watts, gradients

    def _block(
        self,
        prepared: LoadedNetworks,
        samples: Samples,
        judge: Judge,
        power_weight: Tensor | None,
        of: slice,
    ) -> tuple[Tensor, list[Figures], Tensor, list[Tensor]]:
        rail, inputs = self.technology.negation.vss, self._inputs(samples)
        passes: list[LayerPass] = []
        figures: list[Figures] = []
        z = samples.voltages
        for number, layer in enumerate(prepared.layers):
            one = LayerPass(layer.block(of), self._own, rail)
            if number == 0:
                z = one.first(z, inputs.interpolation, self.steps)
            else:
                z = one.later(z, self.steps)
            figures.append(one.figures())
            passes.append(one)
        table = prepared.outputs.block(of)
        outputs = Lookup(table, z)
        verdict, by_outputs = judge(outputs.voltage, samples, of, power_weight is not None)
        watts = outputs.power.flatten(1).sum(dim=1) / samples.count
        if power_weight is None:
            return verdict, figures, watts, []
        assert by_outputs is not None  # it was asked for
        watt = power_weight[of]
        each = (watt / samples.count)[:, None, None]
        by_table = outputs.into_table(by_outputs, None, each)
        by_z = outputs.backward(by_outputs, None, each)
        gradients = [*by_table, *(torch.zeros_like(each) for each in table.tensors[6:])]
        for number in reversed(range(len(passes))):
            printed, row = prepared.conductances[number], prepared.bias[number]
            weights = layer_weights(printed, row, figures[number], watt, of)
            before, own = passes[number].backward(by_z, weights, self._adjoint_steps)
            gradients = own + gradients
            if before is not None:
                by_z = before
        return verdict, figures, watts, gradients


def _joined(parts: Sequence[Tensor]) -> Tensor:
    """Join blocks along the design axis."""
    return parts[0] if len(parts) == 1 else torch.cat(list(parts))
