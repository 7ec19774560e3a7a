"""What the power of the loaded model is made of, added up over the samples of a tile."""

import numpy as np

from pnn_studio.physics.kernels import arrays as a
from pnn_studio.physics.kernels.arithmetic import compiled
from pnn_studio.physics.kernels.printed import layer_row, negation_of, ptanh_of
from pnn_studio.physics.loaded.kernel import arrays as k
from pnn_studio.physics.loaded.kernel.arrays import LoadedWork
from pnn_studio.physics.loaded.kernel.circuits import activation_of, cell_of, curves_of
from pnn_studio.physics.loaded.kernel.crossbar import column_of, row_of, tiles_of
from pnn_studio.physics.loaded.kernel.own import measure_own

_ONE = np.float32(1.0)
_ZERO = np.float32(0.0)


@compiled
def measure(
    work: LoadedWork,
    tile: int,
    length: int,
    layer: int,
    flag: int,
) -> None:
    """Add up what the power is made of."""
    ints, small, tiles, table = work.ints, work.small, work.tiles, layer_row(layer)
    counts, inputs = tile + ints[a.LAYER_TABLE, a.INPUTS], ints[table, a.INPUTS]
    own, flags = ints[a.SIZES, a.ORIGINAL] > 0, ints[a.PLACES, a.FLAGS] + 2 * layer + flag
    for n in range(ints[table, a.OUTPUTS]):
        z, square = ints[table, a.VOLTAGE] + n, _ZERO
        for s in range(length):
            square += tiles[counts, s] * tiles[z, s] * tiles[z, s]
        small[column_of(work, ints[table, a.COLUMN] + n), a.SQUARE] += square
    for m in range(inputs + 1):
        if layer > 0 and m < inputs:
            _measure_row(work, tile, length, layer, m, work.places[flags, m] > 0)
        if work.places[flags, m] > 0 and not own:
            _measure_shared(work, tile, length, layer, m)
    if own:
        for n in range(ints[table, a.OUTPUTS]):
            measure_own(work, tile, length, layer, n)


@compiled
def _measure_shared(work: LoadedWork, tile: int, length: int, layer: int, m: int) -> None:
    """Add up what a row's negation loses, and what is lost in its resistors."""
    ints, small, tiles = work.ints, work.small, work.tiles
    counts, constants = tile + ints[a.LAYER_TABLE, a.INPUTS], negation_of(work, layer) + a.CURVE
    floor, share = small[constants, k.FLOOR], small[constants, k.SHARE]
    y, u = tiles_of(work, layer, k.Y) + m, tiles_of(work, layer, k.U) + m
    ohm, load = tiles_of(work, layer, k.OHM_N) + m, small[row_of(work, layer, k.LOAD_N), m]
    square, spent = _ZERO, _ZERO
    for s in range(length):
        volt = tiles[y, s]
        square += tiles[counts, s] * volt * volt
        drawn = load * volt - tiles[u, s]
        spent += tiles[counts, s] * drawn * (floor + share * tiles[ohm, s] - volt)
    small[row_of(work, layer, k.NEGATED_SQUARE), m] += square
    small[ints[a.SMALL, a.WATTS] + layer, k.LOADS] += spent


@compiled
def _measure_row(
    work: LoadedWork, tile: int, length: int, layer: int, m: int, negated: bool
) -> None:
    """Add up what a row and the ptanh that drives it lose."""
    ints, small, tiles = work.ints, work.small, work.tiles
    counts, row = tile + ints[a.LAYER_TABLE, a.INPUTS], tiles_of(work, layer, k.A) + m
    constants = ptanh_of(work, layer - 1) + a.CURVE
    floor, share = small[constants, k.FLOOR], small[constants, k.SHARE]
    fed, ohm = tiles_of(work, layer, k.FED) + m, tiles_of(work, layer, k.OHM) + m
    load = small[row_of(work, layer, k.LOAD), m]
    given = work.nets[k.DEVICE, k.NEGATION_VSS] * small[row_of(work, layer, k.FLOWS_IN), m]
    square, spent, more = _ZERO, _ZERO, _ZERO
    for s in range(length):
        volt = tiles[row, s]
        square += tiles[counts, s] * volt * volt
        drawn = load * volt - tiles[fed, s] - given
        spent += tiles[counts, s] * drawn * (floor + share * tiles[ohm, s] - volt)
    if negated:
        near, by_watt = tiles_of(work, layer, k.NEAR) + m, tiles_of(work, layer, k.WATT_SLOPE) + m
        for s in range(length):
            more += tiles[counts, s] * tiles[by_watt, s] * (tiles[row, s] - tiles[near, s])
        small[row_of(work, layer, k.NEGATION_WATT), m] += more
    small[row_of(work, layer, k.ROW_SQUARE), m] += square
    small[ints[a.SMALL, a.WATTS] + layer - 1, k.DRIVERS] += spent


@compiled
def put_out(work: LoadedWork, tile: int, length: int) -> None:
    """Look the last layer's ptanh up, which drive nothing."""
    ints, tiles, curves = work.ints, work.tiles, work.curves
    last = ints[a.SIZES, a.LAYERS] - 1
    table, counts = layer_row(last), tile + ints[a.LAYER_TABLE, a.INPUTS]
    power, watt = curves_of(work, last, 0) + k.WATT, _ZERO
    for n in range(ints[table, a.OUTPUTS]):
        z, into = ints[table, a.VOLTAGE] + n, ints[a.DATA, a.VOLTS] + n
        voltage = activation_of(work, last, n)
        for s in range(length):
            cell, within = cell_of(tiles[z, s])
            low = curves[voltage, cell]
            tiles[into, s] = low + within * (curves[voltage, cell + 1] - low)
            low = curves[power, cell]
            watt += tiles[counts, s] * (low + within * (curves[power, cell + 1] - low))
    work.small[ints[a.SMALL, a.WATTS] + last, k.DRIVERS] += watt
