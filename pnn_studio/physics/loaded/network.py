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
from torch import Tensor

from pnn_studio.domain.cells import COMPONENTS, CircuitName
from pnn_studio.domain.layout import Layout
from pnn_studio.domain.technology import Technology
from pnn_studio.physics.loaded.cells import CIRCUITS
from pnn_studio.physics.loaded.conductances import Conductances, print_conductances
from pnn_studio.physics.loaded.curves import CellCurves, SolvedCells
from pnn_studio.physics.loaded.folded import DEGREE, FINE_DEGREE, Folded, Inputs, Nodes, fold
from pnn_studio.physics.loaded.layer import Entry, Figures, Layer
from pnn_studio.physics.loaded.layer_pass import LayerPass
from pnn_studio.physics.loaded.power import BiasRow, layer_power, layer_weights
from pnn_studio.physics.loaded.tables import FINE, TRAINING, Lookup, Splines, Table
from pnn_studio.physics.model import Judge, Measured
from pnn_studio.physics.nonlinear import OmegaMap
from pnn_studio.physics.samples import Samples

# upper end of theta of the inputs in the second start, and how much wider each further one is
_SPREAD, _WIDER = 0.2, 2.5
# steps towards the column voltages after the first guess, of designs that are to be judged too: one
# leaves 0.1 mV rms more at the outputs than two, a twentieth of what mean resistances cost
_STEPS, _FINE_STEPS = 1, 2
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
    fine : bool
        As designs that are to be judged deserve: finer tables, and the first layer's negations with
        their resistance at each sample rather than its mean over samples (see `folded`).
    adjoint_steps : int
        Steps of the adjoint system after the first; 0 errs by about 1e-3 of a gradient.

    Attributes
    ----------
    outside : int or None
        How many voltages of the last pass were outside the tables, all designs, layers and samples
        together; only counted when `fine`, for it costs.
    """

    def __init__(
        self,
        layout: Layout,
        technology: Technology,
        dtype: torch.dtype = torch.float32,
        device: torch.device | None = None,
        *,
        cells: CellCurves | None = None,
        fine: bool = False,
        adjoint_steps: int = 0,
    ) -> None:
        self.layout, self.technology = layout, technology
        self.dtype, self.device = dtype, device
        self.steps, self._adjoint_steps = _FINE_STEPS if fine else _STEPS, adjoint_steps
        self._fine = fine
        self.outside: int | None = None
        self._cells = cells or SolvedCells(technology, dtype)
        self._maps = {name: OmegaMap(technology.circuit(name), dtype, device) for name in CIRCUITS}
        self._groups = len(layout.shapes) if layout.sharing == "layer" else 1
        self._sizes = [rows * columns for rows, columns in layout.shapes]
        self.theta_parameters = sum(self._sizes)
        self.parameters = self.theta_parameters + sum(
            self._groups * len(COMPONENTS[name]) for name in CIRCUITS
        )
        self._own = layout.crossbar == "original"
        degree = FINE_DEGREE if fine else DEGREE
        self._nodes = Nodes(degree, technology.input_low, technology.input_high)
        # what a negation is asked besides its table: the input range, and the bias voltage
        asked = torch.cat([self._nodes.volts, self._nodes.volts.new_tensor([technology.bias])])
        resolution = FINE if fine else TRAINING
        self._splines = {
            "ptanh": Splines("ptanh", resolution, dtype, device),
            "negation": Splines("negation", resolution, dtype, device, asked),
        }
        self._grid = self._splines["ptanh"].points
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

    def _prepare(self, flat: Tensor) -> LoadedNetworks:
        raw = flat[:, self.theta_parameters :]
        sizes = [self._groups * len(COMPONENTS[name]) for name in CIRCUITS]
        omega = {
            name: self._maps[name](part.unflatten(-1, (self._groups, -1)))
            for name, part in zip(CIRCUITS, raw.split(sizes, dim=-1), strict=True)
        }
        ptanh = [
            self._splines["ptanh"].table(
                self._cells.curves("ptanh", omega["ptanh"][:, group], self._grid)
            )
            for group in range(self._groups)
        ]
        negation = [
            self._cells.curves(
                "negation", omega["negation"][:, group], self._splines["negation"].points
            )
            for group in range(self._groups)
        ]
        others = [self._splines["negation"].others(each) for each in negation]
        thetas = flat[:, : self.theta_parameters].split(self._sizes, dim=-1)
        conductances, layers, bias = [], [], []
        for number, (theta, shape) in enumerate(zip(thetas, self.layout.shapes, strict=True)):
            group, before = (number, number - 1) if self._groups > 1 else (0, 0)
            printed = print_conductances(
                theta.unflatten(-1, shape[::-1]), self.technology, self.layout.crossbar
            )
            curves = others[group]
            row = BiasRow.of(printed, curves, self.technology.bias, own=self._own)
            circuits: Entry | Table
            if number == 0:
                nodes = (curves.voltage[:, :-1], curves.resistance[:, :-1])
                circuits = Entry(*nodes, curves.floor, curves.share)
            else:
                circuits = self._splines["negation"].table(negation[group])
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
        entry_power = others[0].power[:, :-1]
        return LoadedNetworks(
            tuple(conductances), omega, tuple(layers), ptanh[-1], tuple(bias), entry_power
        )

    # --- over samples ------------------------------------------------------------------------

    def _inputs(self, samples: Samples) -> Inputs:
        known = self._known.get(id(samples))
        if known is None or known.samples is not samples:
            known = self._known[id(samples)] = Inputs(samples, self._nodes)
        return known

    def _entry(self, prepared: LoadedNetworks, samples: Samples) -> Folded | None:
        """Fold the first layer, unless all is wanted fine."""
        if self._fine:
            return None
        return fold(prepared.layers[0], self._inputs(samples), own=self._own)

    def measure(self, prepared: LoadedNetworks, samples: Samples, judge: Judge) -> Measured:
        """Let `judge` look at the outputs, and measure the power."""
        with torch.no_grad():
            entry = self._entry(prepared, samples)
            verdict, figures, watts, _ = self._sweep(prepared, samples, judge, entry, None)
            return Measured(verdict, self._power(prepared, figures, watts, samples))

    def learn(
        self, flat: Tensor, samples: Samples, judge: Judge, power_weight: Tensor
    ) -> tuple[LoadedNetworks, Measured, Tensor]:
        """Measure, and find the gradient of what is to be minimised; see `CircuitModel.learn`."""
        leaf = flat.detach().requires_grad_()
        prepared = self._prepare(leaf)
        entry = self._entry(prepared, samples)
        with torch.no_grad():
            verdict, figures, last, gradients = self._sweep(
                prepared, samples, judge, entry, power_weight
            )
        power = self._power(prepared, figures, last, samples)
        watts = (power.sum(dim=(1, 2)) * power_weight).sum()
        pairs: list[tuple[Tensor, Tensor | None]] = [(watts, None)]
        tensors = [] if entry is None else [entry.weights]
        for layer in prepared.layers[len(tensors) :]:
            tensors += layer.tensors
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
                circuits = self._inputs(samples).mean(prepared.entry_power)
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
        entry: Folded | None,
        power_weight: Tensor | None,
    ) -> tuple[Tensor, list[Figures], Tensor, list[Tensor]]:
        """Run all samples through all designs, block by block.

        Returns the verdict, figures by layer, watts of the last ptanh (designs,), and, with a
        `power_weight`, the gradients of all tensors of the layers and of the outputs. A folded
        `entry` stands for the first layer.
        """
        designs = len(prepared.outputs.voltage)
        shapes = self.layout.shapes[0 if entry is None else 1 :]
        widths = [max(rows - 2, columns) for rows, columns in shapes]
        if self._own:
            widths = [(rows - 2) * columns for rows, columns in shapes]
        one = max([*widths, self.layout.shapes[0][1]]) * samples.count * self._grid.element_size()
        blocks = min(math.ceil(designs * one / _BLOCK_BYTES), designs)
        length = math.ceil(designs / blocks)
        self.outside = 0 if self._fine else None
        done = [
            self._block(prepared, samples, judge, entry, power_weight, slice(start, start + length))
            for start in range(0, designs, length)
        ]
        figures = [
            Figures(*map(_joined, zip(*(vars(each).values() for each in parts), strict=True)))
            for parts in zip(*(each[1] for each in done), strict=True)
        ]
        if entry is not None:
            figures.insert(0, entry.figures)
        gradients = [_joined(parts) for parts in zip(*(each[3] for each in done), strict=True)]
        watts = torch.cat([each[2] for each in done])
        return torch.cat([each[0] for each in done]), figures, watts, gradients

    def _block(
        self,
        prepared: LoadedNetworks,
        samples: Samples,
        judge: Judge,
        entry: Folded | None,
        power_weight: Tensor | None,
        of: slice,
    ) -> tuple[Tensor, list[Figures], Tensor, list[Tensor]]:
        rail, inputs = self.technology.negation.vss, self._inputs(samples)
        passes: list[LayerPass] = []
        figures: list[Figures] = []
        folded = 0 if entry is None else 1
        z = samples.voltages if entry is None else entry.columns(inputs, of)
        for number, layer in enumerate(prepared.layers[folded:], folded):
            one = LayerPass(layer.block(of), self._own, rail)
            if number == 0:
                z = one.first(z, inputs.interpolation, self.steps)
            else:
                z = one.later(z, self.steps)
            figures.append(one.figures())
            passes.append(one)
        table = prepared.outputs.block(of)
        outputs = Lookup(table, z, loaded=False, each=False)
        verdict, by_outputs = judge(outputs.voltage, samples, of, power_weight is not None)
        watts = outputs.power / samples.count
        if self.outside is not None:
            self.outside += outputs.outside + sum(each.outside for each in passes)
        if power_weight is None:
            return verdict, figures, watts, []
        assert by_outputs is not None  # it was asked for
        watt = power_weight[of]
        each = (watt / samples.count)[:, None, None]
        by_table = outputs.into_table(by_outputs, None, each)
        by_z = outputs.backward(by_outputs, each)
        gradients = [*by_table, *(torch.zeros_like(each) for each in table.tensors[5:])]
        for number in reversed(range(len(passes))):
            printed, row = prepared.conductances[folded + number], prepared.bias[folded + number]
            weights = layer_weights(printed, row, figures[number], watt, of)
            before, own = passes[number].backward(by_z, weights, self._adjoint_steps)
            gradients = own + gradients
            if before is not None:
                by_z = before
        if entry is not None:
            gradients.insert(0, entry.backward(inputs, by_z))
        return verdict, figures, watts, gradients


def _joined(parts: Sequence[Tensor]) -> Tensor:
    """Join blocks along the design axis."""
    return parts[0] if len(parts) == 1 else torch.cat(list(parts))
