"""Layout, technology, surrogates and samples as the arrays of the compiled ideal model."""

from collections.abc import Sequence

import numpy as np

from pnn_studio.domain.layout import Layout
from pnn_studio.domain.technology import Technology
from pnn_studio.physics.ideal.kernel_nets import Nets
from pnn_studio.physics.kernels import arrays as a
from pnn_studio.physics.kernels.arrays import Exact, Work, aligned_zeros
from pnn_studio.physics.kernels.packing import Packing, SplitData
from pnn_studio.physics.surrogate import Surrogates


class IdealPacking(Packing):
    """The arrays of one layout, its data and the surrogates of its circuits.

    Parameters
    ----------
    layout, technology, splits
        As for `Packing`.
    surrogates
        As for `Network`.
    """

    row_kinds = a.ROW_KINDS

    def __init__(
        self,
        layout: Layout,
        technology: Technology,
        surrogates: Surrogates,
        splits: Sequence[SplitData],
    ) -> None:
        super().__init__(layout, technology, splits)
        self._models = technology, surrogates
        self._nets = Nets(technology, surrogates, self._cells)
        first = a.LAYER_TABLE + len(layout.shapes)
        self._ints = self._tabulate(self._nets.places, self._nets.tables(first))

    def _layer_rows(self, number: int, below: int, above: int) -> list[tuple[int, int]]:
        return [(a.NEGATED, below), *((at, above) for at in (a.VOLTAGE, a.ACTIVATED, a.GRADIENT))]

    def work(self) -> Work:
        """Make what one thread works in."""
        nets = aligned_zeros(*self._nets.rows.shape)
        nets[:] = self._nets.rows
        return Work(self._ints.copy(), nets, self._small(), self._list_places(), self._tiles())

    def exact(self, splits: Sequence[SplitData]) -> Exact:
        """Make what designs are evaluated with on training, validation and test split."""
        classes = [classes for _, classes in splits]
        numbers = [np.full(len(each), number) for number, each in enumerate(classes)]
        return Exact(
            self._ints.copy(),
            Nets(*self._models, self._cells, np.float64).rows,
            np.zeros((self._small_rows, self.width)),
            np.ascontiguousarray(np.concatenate([volts for volts, _ in splits]), np.float64),
            np.concatenate(classes).astype(np.int64),
            np.concatenate(numbers).astype(np.int64),
            np.zeros((4, self.width)),
            np.zeros((3, 3)),
        )
