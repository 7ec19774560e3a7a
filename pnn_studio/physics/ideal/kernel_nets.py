"""Technology and surrogates as rows of `Work.nets`, with their tables for `Work.ints`."""

from typing import Any

import numpy as np
import torch
from numpy.typing import DTypeLike, NDArray
from torch import Tensor

from pnn_studio.domain.technology import Technology
from pnn_studio.physics.kernels import arrays as a
from pnn_studio.physics.kernels.constants import LANES, limits_of, round_up, technology_row
from pnn_studio.physics.surrogate import Mlp, Surrogates

Numbers = NDArray[Any]

_GROUP = 4  # inputs of a stage that are read at a time
# as in `kernel_cells`
_ACTIVATIONS = {"tanh": 0, "sigmoid": 1, "relu": 2, "prelu": 3, "linear": 4}


class Nets:
    """Constants and surrogates of both circuits.

    Parameters
    ----------
    technology, surrogates
        As for `Network`.
    cells : int
        How many cells a design has: of each surrogate of each of them the acts are kept.
    dtype : dtype
        Of all numbers: single precision to train in, double to evaluate.

    Attributes
    ----------
    rows : array, shape (rows, widest stage)
        `Work.nets`.
    places : list of int
        ``ints[NETS]``.
    """

    def __init__(
        self,
        technology: Technology,
        surrogates: Surrogates,
        cells: int,
        dtype: DTypeLike = np.float32,
    ) -> None:
        self._dtype = dtype
        self._mlps: list[Mlp] = []
        for name in technology.circuit_names:
            self._mlps += [surrogates[name].eta, surrogates[name].power_model]
        widths = [round_up(len(bias), LANES) for mlp in self._mlps for bias in mlp.biases]
        widths += [round_up(len(mlp.features), LANES) for mlp in self._mlps]
        self._width = max(LANES, *widths)
        self._blocks: list[Numbers] = []
        self._row = 0
        self._add(technology_row(technology))
        limits = self._add(limits_of(technology))
        finish = self._add(np.concatenate([_finish(mlp) for mlp in self._mlps]))
        scaling = [torch.stack([mlp.offset, mlp.factor], dim=1) for mlp in self._mlps]
        first_scaling = self._add(_floats(torch.cat(scaling)))
        self._tables(first_scaling)
        depth = 1 + max(len(mlp.weights) for mlp in self._mlps)
        acts = self._row
        count = 2 * cells * depth
        self._add(np.zeros((2 * count, self._width)))
        self.places = [0] * a.INT_FIELDS
        self.places[a.SCALING], self.places[a.FINISH] = first_scaling, finish
        self.places[a.LIMITS], self.places[a.ACTS] = limits, acts
        self.places[a.SLOPES], self.places[a.DEPTH] = acts + count, depth
        self.rows = np.concatenate(self._blocks)

    def _add(self, block: Numbers) -> int:
        """Append rows, and return the first."""
        first, whole = self._row, np.zeros((len(block), self._width), self._dtype)
        whole[:, : block.shape[1]] = block
        self._blocks.append(whole)
        self._row += len(block)
        return first

    def _tables(self, scaling: int) -> None:
        """Append the weights; make the tables of stages and features."""
        self._stages: list[list[int]] = []
        self._features: list[list[int]] = []
        self._heads: list[list[int]] = []
        for mlp in self._mlps:
            head = [0] * a.INT_FIELDS
            head[a.FEATURE], head[a.FEATURES] = len(self._features), len(mlp.features)
            head[a.STAGE], head[a.STAGES] = len(self._stages), len(mlp.weights)
            head[a.OUTS] = len(mlp.out_log)
            self._heads.append(head)
            for feature in mlp.features:
                entry = [0] * a.INT_FIELDS
                entry[a.NUMERATOR], entry[a.LOGARITHM] = feature.numerator, int(feature.log)
                entry[a.DENOMINATOR] = -1 if feature.denominator is None else feature.denominator
                entry[a.SCALE_AT] = scaling + len(self._features)
                self._features.append(entry)
            self._add_stages(mlp)

    def _add_stages(self, mlp: Mlp) -> None:
        """Append the weights of each stage, then a row of biases and one of slopes.

        A row of weights belongs to an input; in the last stage, which is narrow, to an output.
        """
        ins, last = round_up(len(mlp.features), _GROUP), len(mlp.weights) - 1
        for number, (weight, bias, activation, slope) in enumerate(
            zip(mlp.weights, mlp.biases, mlp.activations, mlp.slopes, strict=True)
        ):
            above, below = weight.shape
            rows = _GROUP if number == last else ins
            block = np.zeros((rows + 2, self._width), np.float64)
            if number == last:
                block[:above, :below] = _floats(weight)
            else:
                block[:below, :above] = _floats(weight).T
            block[rows, :above] = _floats(bias)
            if slope is not None:
                block[rows + 1, :above] = _floats(slope)
            entry = [0] * a.INT_FIELDS
            entry[a.WEIGHT] = self._add(block)
            entry[a.BELOW] = entry[a.WEIGHT] + rows
            entry[a.INS], entry[a.WIDTH] = ins, round_up(above, LANES)
            entry[a.ACTIVATION] = _ACTIVATIONS[activation]
            self._stages.append(entry)
            ins = round_up(above, LANES)

    def tables(self, first: int) -> list[list[int]]:
        """Return the rows of surrogates, stages and features, to lie in `ints` from `first` on."""
        stages = first + len(self._heads)
        features = stages + len(self._stages)
        heads = [list(head) for head in self._heads]
        for head in heads:
            head[a.STAGE] += stages
            head[a.FEATURE] += features
        return heads + self._stages + self._features


def _floats(tensor: Tensor) -> Numbers:
    return np.asarray(tensor.detach().cpu().numpy(), np.float64)


def _finish(mlp: Mlp) -> Numbers:
    """Factor, offset, and 1 where the logarithm is given, of each output."""
    rows, outs = np.zeros((3, LANES)), len(mlp.out_log)
    rows[0, :outs], rows[1, :outs] = _floats(mlp.out_factor), _floats(mlp.out_offset)
    rows[2, :outs] = mlp.out_log
    return rows
