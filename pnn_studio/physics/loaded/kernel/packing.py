"""Layout, technology and samples as the arrays of the compiled loaded model."""

import math
from collections.abc import Sequence

import numpy as np
import torch

from pnn_studio.domain.layout import Layout
from pnn_studio.domain.technology import Technology
from pnn_studio.domain.variation import Variation
from pnn_studio.physics.kernels import arrays as a
from pnn_studio.physics.kernels.arrays import Floats, aligned_zeros
from pnn_studio.physics.kernels.constants import LANES, limits_of, technology_row
from pnn_studio.physics.kernels.packing import Packing, SplitData
from pnn_studio.physics.loaded.curves import HIGH, LOW, PtanhStarts, spline_matrix
from pnn_studio.physics.loaded.device import transistor_of
from pnn_studio.physics.loaded.kernel import arrays as k
from pnn_studio.physics.loaded.kernel.arrays import LoadedWork
from pnn_studio.physics.samples import chebyshev_nodes

# rows of the tiles that do not last, beside one for each column
_SPARE_ROWS = 6


class LoadedPacking(Packing):
    """The arrays of one layout and its data.

    Parameters
    ----------
    layout, technology, splits
        As for `Packing`.
    variation : Variation, optional
        The prints that are learned from, once `use_prints` says so.
    """

    row_kinds = k.ROW_KINDS

    def __init__(
        self,
        layout: Layout,
        technology: Technology,
        splits: Sequence[SplitData],
        variation: Variation | None = None,
    ) -> None:
        super().__init__(layout, technology, splits)
        self.spare_rows = _SPARE_ROWS + max(layout.sizes[1:])
        self._variation = variation
        # a negation for each row and bias
        self._negations = sum(layout.sizes[:-1]) + len(layout.shapes)
        self._curve_rows = self._cells * k.CURVE_ROWS + k.EXTRA_ROWS
        places = [0] * a.INT_FIELDS
        places[a.LIMITS] = k.SPREAD + 1
        if variation is not None:
            places[k.PRINTS], places[k.JUDGES] = variation.prints, variation.judges
            places[k.PRINT_CURVES] = self._curve_rows
            places[k.SENSED] = self._curve_rows + self._columns + self._negations
            senses = self._groups * (k.PTANH_SENSES + k.NEGATION_SENSES) + k.NEGATION_SENSES
            self._curve_rows = places[k.SENSED] + senses
        self._ints = self._tabulate(places, [])
        nodes, from_nodes = chebyshev_nodes(
            k.NODES - 1, technology.input_low, technology.input_high
        )
        self._nodes, self._from_nodes = nodes.numpy(), from_nodes.numpy()
        starts = PtanhStarts.of(technology, torch.float32)
        self._starts = np.ascontiguousarray(starts.table.numpy())
        self._nets = self._constants(starts)
        self._known, self._means = self._points(), self._means_of()

    def _layer_rows(self, number: int, below: int, above: int) -> list[tuple[int, int]]:
        kinds = k.KINDS if number > 0 else k.FIRST_KINDS
        by_column = (a.VOLTAGE, k.MULTIPLIER, a.GRADIENT)
        return [(k.ROWS, kinds * (below + 1)), *((at, above) for at in by_column)]

    def _constants(self, starts: PtanhStarts) -> Floats:
        """Make `nets`."""
        technology, device = self._technology, transistor_of(self._technology)
        spread = 2 * device.n * device.ut
        rows = np.zeros((3, LANES))
        rows[0, [k.VT, k.PER_A, k.LAM]] = device.vt, 1 / spread, device.lam
        rows[0, k.GAIN] = 0.5 * device.kp * spread**2
        rows[0, [k.PTANH_VDD, k.PTANH_VSS]] = technology.activation.vdd, technology.activation.vss
        rows[0, [k.NEGATION_VDD, k.NEGATION_VSS]] = technology.negation.vdd, technology.negation.vss
        low, high = technology.input_low, technology.input_high
        rows[1, [k.MIDDLE, k.PER_HALF]] = (low + high) / 2, 2 / (high - low)
        rows[1, [k.KAPPA_LOW, k.PER_KAPPA]] = starts.low, starts.per_kappa
        rows[1, [k.GATE_LOW, k.PER_GATE]] = starts.first, starts.per_volt
        if (found := self._variation) is not None:
            rows[2, [k.OHMS, k.SIZES]] = found.resistor, found.size
            rows[2, [k.BOTH, k.THRESHOLD]] = math.hypot(found.resistor, found.size), found.vt
            rows[2, k.COMMON] = found.common
        whole = [technology_row(technology), rows, limits_of(technology)]
        return np.concatenate(whole).astype(np.float32)

    def _points(self) -> Floats:
        """Make `known`."""
        volts = np.full(k.POINTS, self._technology.bias)
        volts[: k.EDGES] = np.linspace(LOW, HIGH, k.EDGES)
        volts[k.EDGES : k.AT_BIAS] = self._nodes
        few = np.linspace(volts.min(), volts.max() + 1e-9, k.FEW)
        known = aligned_zeros(k.KNOWN_ROWS, k.POINTS)
        known[k.VOLTS] = volts
        known[k.FEW_VOLTS, : k.FEW] = few
        known[k.FROM_FEW : k.FROM_FEW + k.FEW] = spline_matrix(few, volts)
        known[k.FROM_NODES : k.FROM_NODES + k.NODES, : k.NODES] = self._from_nodes
        return known

    def _means_of(self) -> Floats:
        """Make `means`."""
        technology, found = self._technology, np.zeros((2 * k.NODES, self.width), np.float32)
        low, high = technology.input_low, technology.input_high
        for split, (volts, _) in enumerate(self._splits):
            t = (volts - (low + high) / 2) * 2 / (high - low)
            orders = [np.ones_like(t), t]
            while len(orders) < k.NODES:
                orders.append(2 * t * orders[-1] - orders[-2])
            mean = np.stack(orders).mean(axis=1)
            of = slice(split * k.NODES, (split + 1) * k.NODES)
            found[of, : self._layout.inputs] = self._from_nodes @ mean
        return found

    def work(self) -> LoadedWork:
        """Make what one thread works in."""
        widest, layers = max(self._layout.sizes[1:]), len(self._layout.shapes)
        return LoadedWork(
            self._ints.copy(),
            self._nets.copy(),
            self._small(),
            self._list_places(),
            self._tiles(),
            aligned_zeros(self._curve_rows, k.POINTS),
            self._known,
            self._starts,
            np.zeros((widest * (layers + 1), 2 * widest), np.float32),
            self._means,
            np.ones((self._columns, self.width), np.float32),
            self._prints(),
        )

    def _prints(self) -> Floats:
        """Make `prints`; all factors are 1 where nothing is varied."""
        prints = aligned_zeros(k.NEGATION_NORMALS * self._columns + self._negations + 1, self.width)
        prints[: self._columns] = 1.0
        return prints
