"""Who reads whom: lists of the columns that read an input, and sums over them.

Rows of a tile of data count from its first one, so that one list serves all tiles.
"""

import numpy as np

from pnn_studio.physics.kernels import arrays as a
from pnn_studio.physics.kernels.arithmetic import compiled
from pnn_studio.physics.kernels.arrays import AnyWork, Floats, Number
from pnn_studio.physics.kernels.printed import layer_row

# inputs whose samples stay in the first-level cache while all columns read them
CHUNK = 16
_ZERO = np.float32(0.0)


@compiled
def tile_row(row: int, own: int, tile: int) -> Number:
    """Return the row that an entry reads: those of the `own` inputs count from the tile's first."""
    return row + tile * (row < own)


@compiled
def readers_of(work: AnyWork, layer: int, way: int) -> Number:
    """Return where a layer's lists begin among those of plain (0) or negated (1) entries."""
    length = work.ints[a.SIZES, a.COLUMNS] + 3 * work.ints[a.SIZES, a.LAYERS]
    return way * length + work.ints[layer_row(layer), a.COLUMN] + 3 * layer


@compiled
def list_readers(work: AnyWork, parameters: Floats, at: int, layer: int) -> None:
    """List for each input, and the bias, the columns that read it, by sign, in groups of four.

    Each with what is printed of theta times the column's `FACTOR`. Row k of a list has the k-th
    column of every input. Nobody asks who reads a plain input of the first layer.
    """
    ints, small, places, table = work.ints, work.small, work.places, layer_row(layer)
    rows, first = ints[table, a.INPUTS] + 1, ints[table, a.COLUMN]
    counts = ints[a.PLACES, a.READER_COUNTS] + 2 * layer
    for m in range(rows):
        places[counts, m] = 0
        places[counts + 1, m] = 0
    for n in range(ints[table, a.OUTPUTS]):
        size = ints[a.SMALL, a.SIZE] + first + n
        factor = small[ints[a.SMALL, a.COLUMN_VALUES] + first + n, a.FACTOR]
        for m in range(rows):
            way = 1 if parameters[at, first + n, m] < _ZERO else 0
            if small[size, m] > _ZERO and layer + way > 0:
                k = readers_of(work, layer, way) + places[counts + way, m]
                places[a.READERS + k, m] = ints[table, a.VOLTAGE] + n
                small[a.READER_WEIGHTS + k, m] = small[size, m] * factor
                places[counts + way, m] += 1
    for way in range(2):
        for m in range(rows):
            while places[counts + way, m] % 4 > 0:
                k = readers_of(work, layer, way) + places[counts + way, m]
                places[a.READERS + k, m] = ints[table, a.VOLTAGE]
                small[a.READER_WEIGHTS + k, m] = _ZERO
                places[counts + way, m] += 1


@compiled
def gather(
    work: AnyWork, length: int, layer: int, m: int, way: int, into: int, shift: int
) -> Number:
    """Sum ``weight x`` what lies at the columns that read input m in one way, into a row.

    `way` is 0 for plain and 1 for negated entries. What is summed lies `shift` rows behind the
    column voltages. Returns whether there are any; the row is left as it is where there are none.
    """
    small, places, tiles = work.small, work.places, work.tiles
    readers = readers_of(work, layer, way)
    count = places[work.ints[a.PLACES, a.READER_COUNTS] + 2 * layer + way, m]
    for k in range(0, count, 4):
        row, weight = a.READERS + readers + k, a.READER_WEIGHTS + readers + k
        w0, w1 = small[weight, m], small[weight + 1, m]
        w2, w3 = small[weight + 2, m], small[weight + 3, m]
        r0, r1 = places[row, m] + shift, places[row + 1, m] + shift
        r2, r3 = places[row + 2, m] + shift, places[row + 3, m] + shift
        if k == 0:
            for s in range(length):
                tiles[into, s] = (
                    w0 * tiles[r0, s] + w1 * tiles[r1, s] + w2 * tiles[r2, s] + w3 * tiles[r3, s]
                )
        else:
            for s in range(length):
                tiles[into, s] += (
                    w0 * tiles[r0, s] + w1 * tiles[r1, s] + w2 * tiles[r2, s] + w3 * tiles[r3, s]
                )
    return count > 0
