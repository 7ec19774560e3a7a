"""Layout, technology, surrogates and samples as the arrays of compiled training.

Every array is made here, C-contiguous, writable and of one type, so compiled functions have one
specialisation. No numba: what is packed can be looked at without compiling anything.
"""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from pnn_studio.domain.layout import Layout
from pnn_studio.domain.technology import Technology
from pnn_studio.physics.kernels import arrays as a
from pnn_studio.physics.kernels.arrays import Floats, Ints, aligned_zeros
from pnn_studio.physics.kernels.constants import LANES, round_up, rules_of, table_of

# whole turns of a loop that handles several vectors of numbers at a time
_TURN = 32
_LONGEST_TILE = 128

# voltages (samples, inputs) and classes (samples,) of one split
SplitData = tuple[NDArray[np.float64], NDArray[np.int64]]


class Packing:
    """The arrays of one layout and its data, as far as both models have them.

    Parameters
    ----------
    layout, technology
        Of the designs.
    splits : sequence of (voltages, classes)
        Training and validation split: (samples, inputs) in volt, and (samples,).

    Attributes
    ----------
    parameter_rows, width : int
        Shape of a design's parameters.
    """

    # rows of each layer in `small`, by input and bias, and rows of the tiles that do not last
    row_kinds, spare_rows = 0, 2

    def __init__(self, layout: Layout, technology: Technology, splits: Sequence[SplitData]) -> None:
        self._layout, self._technology, self._splits = layout, technology, splits
        self._groups = len(layout.shapes) if layout.sharing == "layer" else 1
        self._components = [len(circuit.components) for circuit in technology.circuits]
        self._cells = len(self._components) * self._groups
        self._columns = sum(layout.sizes[1:])
        self.width = round_up(max(LANES, *(max(shape) for shape in layout.shapes)), LANES)
        self.parameter_rows = self._columns + self._cells
        self._places = self._parameter_places()
        self._tile = self._tile_length()
        self._data = self._data_tiles()

    def _layer_rows(self, number: int, below: int, above: int) -> list[tuple[int, int]]:
        """Fields of a layer's table and how many rows of the tiles begin at each."""
        raise NotImplementedError

    def _tabulate(self, nets: list[int], tables: list[list[int]]) -> Ints:
        """Make `ints` of ``ints[NETS]`` and of tables that lie between layers and constraints."""
        rules = rules_of(self._technology)
        layers, data, self._tile_rows = self._tile_tables()
        original = int(self._layout.crossbar == "original")
        after = a.LAYER_TABLE + len(layers) + len(tables)
        widest = max(self._layout.sizes[1:])
        sizes = [len(layers), self._groups, self._columns, original]
        sizes += [a.LAYER_TABLE + len(layers), after, len(rules), widest]
        of_columns, of_rows = 4 * [self._columns], len(layers) * self.row_kinds
        of_cells = self._cells * a.CELL_ROWS
        of_readers = 2 * (self._columns + 3 * len(layers))
        small, self._small_rows = self._runs(
            [2 + of_readers, *of_columns, of_rows, of_cells, len(layers), self.parameter_rows]
        )
        places, self._place_rows = self._runs(
            [of_readers, *3 * [self._columns], 2 * len(layers), 2 * len(layers)]
        )
        return table_of(
            [sizes, data, small[1:], [*places[1:], 0, 0, 0], nets, *layers, *tables, *rules]
        )

    @staticmethod
    def _runs(counts: Sequence[int]) -> tuple[list[int], int]:
        """First row of each run of that many rows, and how many there are in all."""
        ends = np.cumsum(counts).tolist()
        return [0, *ends[:-1]], ends[-1]

    # --- tiles -------------------------------------------------------------------------------

    def _pairs(self) -> list[tuple[int, int]]:
        sizes = self._layout.sizes
        return list(pairwise(sizes))

    def _tile_length(self) -> int:
        """Find the samples of a tile: not too many for the cache, in tiles about equal."""
        largest = max(len(classes) for _, classes in self._splits)
        tiles = max(1, -(-largest // _LONGEST_TILE))
        return max(round_up(-(-largest // tiles), _TURN), _TURN)

    def _tile_tables(self) -> tuple[list[list[int]], list[int], int]:
        """Where each layer finds its parameters and its rows in the tiles."""
        row, column, layers = len(self._data), 0, []
        for number, (below, above) in enumerate(self._pairs()):
            entry = [0] * a.INT_FIELDS
            entry[a.INPUTS], entry[a.OUTPUTS], entry[a.COLUMN] = below, above, column
            entry[a.GROUP] = number if self._groups > 1 else 0
            column += above
            for field, rows in self._layer_rows(number, below, above):
                entry[field] = row
                row += rows
            layers.append(entry)
        # padded to whole turns; the padding counts nothing
        samples = [round_up(len(classes), _TURN) for _, classes in self._splits]
        outputs, data = self._layout.outputs, [0] * a.INT_FIELDS
        data[a.TILE_ROWS] = self._layout.inputs + 2
        data[a.TILES : a.TILES + 2] = [-(-count // self._tile) for count in samples]
        data[a.SAMPLES : a.SAMPLES + 2] = samples
        data[a.VOLTS], data[a.SPARE] = row, row + outputs + 2
        return layers, data, row + outputs + 2 + self.spare_rows

    def _data_tiles(self) -> Floats:
        """Lay out the samples of both splits, shape (rows, samples of a tile)."""
        inputs, blocks = self._layout.inputs, []
        for volts, classes in self._splits:
            for first in range(0, len(classes), self._tile):
                of = slice(first, first + self._tile)
                length = len(classes[of])
                block = np.zeros((inputs + 2, self._tile), np.float32)
                block[:inputs, :length] = volts[of].T
                block[inputs, :length] = 1 / len(classes)
                block[inputs + 1, :length] = classes[of]
                blocks.append(block)
        return np.concatenate(blocks)

    def _small(self) -> Floats:
        """Make `small`, with what it knows of the data."""
        small = aligned_zeros(self._small_rows, self.width)
        for split, (volts, _) in enumerate(self._splits):
            squares = np.mean(np.square(volts), axis=0, dtype=np.float64)
            small[a.INPUT_SQUARES + split, : self._layout.inputs] = squares
        return small

    def _tiles(self) -> Floats:
        """Make the tiles, the data in their first rows."""
        tiles = aligned_zeros(self._tile_rows, self._tile)
        tiles[: len(self._data)] = self._data
        return tiles

    def _list_places(self) -> Ints:
        return np.zeros((self._place_rows, self.width), np.int64)

    # --- parameters --------------------------------------------------------------------------

    def _parameter_places(self) -> Ints:
        """Place of each parameter of `Network` in a matrix of (parameter rows, width)."""
        counts = [rows for rows, columns in self._layout.shapes for _ in range(columns)]
        counts += [count for count in self._components for _ in range(self._groups)]
        places = [row * self.width + np.arange(count) for row, count in enumerate(counts)]
        return np.concatenate(places).astype(np.int64)

    def matrices(self, flat: NDArray[np.float32]) -> Floats:
        """Arrange parameters (designs, parameters) as (designs, parameter rows, width)."""
        whole = np.zeros((len(flat), self.parameter_rows * self.width), np.float32)
        whole[:, self._places] = flat
        return whole.reshape(len(flat), self.parameter_rows, self.width)

    def flat(self, matrices: NDArray[np.float32]) -> Floats:
        """Arrange (designs, parameter rows, width) as parameters (designs, parameters)."""
        return np.ascontiguousarray(matrices.reshape(len(matrices), -1)[:, self._places])
