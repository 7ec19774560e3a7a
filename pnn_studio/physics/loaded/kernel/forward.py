"""A tile of samples through the loaded layers of one design: counterpart of `LayerPass`, forward.

Column voltages are found by steps of Newton's method with the inverse Jacobian of mean resistances;
one brings the error to 1e-3 of itself. It is found from the first tile that is learned from, and
serves all: what the steps end at does not depend on it.
"""

import numpy as np

from pnn_studio.physics.kernels import arrays as a
from pnn_studio.physics.kernels.arithmetic import compiled, spliced
from pnn_studio.physics.kernels.printed import layer_row
from pnn_studio.physics.kernels.readers import CHUNK, gather, tile_row
from pnn_studio.physics.loaded.kernel import arrays as k
from pnn_studio.physics.loaded.kernel.arrays import LoadedWork
from pnn_studio.physics.loaded.kernel.circuits import (
    curves_of,
    look_up_drivers,
    negate,
    negate_bias,
    negate_inputs,
    share_out,
)
from pnn_studio.physics.loaded.kernel.crossbar import column_of, row_of, tiles_of
from pnn_studio.physics.loaded.kernel.jacobian import invert_jacobian
from pnn_studio.physics.loaded.kernel.means import measure, put_out
from pnn_studio.physics.loaded.kernel.own import own_residual

STEPS = 2
_ONE = np.float32(1.0)
_ZERO = np.float32(0.0)


@spliced
def forward(
    work: LoadedWork,
    tile: int,
    length: int,
    learning: bool,
    begin: bool,
) -> None:
    """Take the samples of a tile through all layers, and add up the means.

    Parameters
    ----------
    work : LoadedWork
        The outputs in volt lie in the tiles from row `VOLTS` on.
    tile, length : int
        First row of the tile, and samples of it that are in use.
    learning : bool
        Whether negations are needed that are not printed: gradients pass straight through them.
    begin : bool
        Whether this is the tile that the Jacobians are made for.
    """
    flag = a.ASKED if learning else a.PRINTED
    for layer in range(work.ints[a.SIZES, a.LAYERS]):
        if layer > 0:
            _drive(work, tile, length, layer)
            negate(work, tile, length, layer, flag)
        else:
            negate_inputs(work, tile, length, flag)
        negate_bias(work, length, layer, flag)
        if begin:
            invert_jacobian(work, layer)
        _solve(work, tile, length, layer, flag)
        measure(work, tile, length, layer, flag)
    put_out(work, tile, length)


@compiled
def _drive(work: LoadedWork, tile: int, length: int, layer: int) -> None:
    """Look the ptanh of the layer before up, and find the rows near where they will be."""
    look_up_drivers(work, tile, length, layer)
    small, tiles, inputs = work.small, work.tiles, work.ints[layer_row(layer), a.INPUTS]
    volts, ohms = tiles_of(work, layer, k.VOLT), tiles_of(work, layer, k.OHM)
    _guess(work, length, layer)
    fed = tiles_of(work, layer, k.FED)
    load, flows_in = row_of(work, layer, k.LOAD), row_of(work, layer, k.FLOWS_IN)
    rail = work.nets[k.DEVICE, k.NEGATION_VSS]
    for m in range(inputs):
        _gather_or_none(work, length, layer, m, 0, fed + m)
        drawn, given = small[load, m], rail * small[flows_in, m]
        volt, ohm = volts + m, ohms + m
        less, row = tiles_of(work, layer, k.LESS) + m, tiles_of(work, layer, k.A) + m
        near = tiles_of(work, layer, k.NEAR) + m
        for s in range(length):
            resists = tiles[ohm, s]
            share = _ONE / (_ONE + resists * drawn)
            volts_at = (tiles[volt, s] + resists * (tiles[fed + m, s] + given)) * share
            tiles[less, s] = share
            tiles[row, s] = volts_at
            tiles[near, s] = volts_at


@compiled
def _guess(work: LoadedWork, length: int, layer: int) -> None:
    """Guess column voltages: no loads, and straight lines in place of the negations' curves."""
    ints, small, tiles, curves = work.ints, work.small, work.tiles, work.curves
    table, row = layer_row(layer), curves_of(work, layer, 1) + k.VOLTAGE
    slope = (curves[row, k.EDGES - 2] - curves[row, 0]) / (k.LAST_CELL / k.PER_VOLT)
    zero = curves[row, 0] - k.BOTTOM * slope
    volts, inputs = tiles_of(work, layer, k.VOLT), ints[table, a.INPUTS]
    weights = row_of(work, layer, k.START_WEIGHT)
    for j in range(inputs, (inputs + 3) // 4 * 4):
        small[weights, j] = _ZERO
    for n in range(ints[table, a.OUTPUTS]):
        c, z = ints[table, a.COLUMN] + n, ints[table, a.VOLTAGE] + n
        size, column = ints[a.SMALL, a.SIZE] + c, column_of(work, c)
        share, offset = small[column, a.FACTOR] / small[column, k.TOTAL], small[column, a.OFFSET]
        offset /= small[column, k.TOTAL]
        for m in range(inputs):
            weight = small[size, m] * share
            if work.signs[c, m] < _ZERO:
                offset += weight * zero
                weight *= slope
            small[weights, m] = weight
        if work.signs[c, inputs] < _ZERO:
            offset += small[size, inputs] * share * curves[row, k.AT_BIAS]
        for s in range(length):
            tiles[z, s] = offset
        for m in range(0, inputs, 4):
            w0, w1 = small[weights, m], small[weights, m + 1]
            w2, w3 = small[weights, m + 2], small[weights, m + 3]
            r0, r1, r2, r3 = volts + m, volts + m + 1, volts + m + 2, volts + m + 3
            for s in range(length):
                tiles[z, s] += (
                    w0 * tiles[r0, s] + w1 * tiles[r1, s] + w2 * tiles[r2, s] + w3 * tiles[r3, s]
                )


@compiled
def _gather_or_none(work: LoadedWork, length: int, layer: int, m: int, way: int, into: int) -> None:
    """As `gather` of the column voltages; zeros where there are none."""
    if not gather(work, length, layer, m, way, into, 0):
        for s in range(length):
            work.tiles[into, s] = _ZERO


@compiled
def _solve(
    work: LoadedWork,
    tile: int,
    length: int,
    layer: int,
    flag: int,
) -> None:
    """Take steps towards the column voltages, and leave all rows as they are with them."""
    ints, tiles, table = work.ints, work.tiles, layer_row(layer)
    outputs, z, left = ints[table, a.OUTPUTS], ints[table, a.VOLTAGE], ints[table, k.MULTIPLIER]
    if layer == 0:
        for n in range(outputs):
            for s in range(length):
                tiles[z + n, s] = _ZERO
    for number in range(STEPS):
        _follow(work, length, layer, flag, number > 0)
        _residual(work, tile, length, layer)
        first = ints[a.SIZES, k.WIDEST] * layer
        for n in range(outputs):
            into = z + n
            for j in range(outputs):
                weight, row = work.square[first + n, j], left + j
                for s in range(length):
                    tiles[into, s] += weight * tiles[row, s]
    _follow(work, length, layer, flag, True)


@compiled
def _follow(work: LoadedWork, length: int, layer: int, flag: int, moved: bool) -> None:
    """Find rows, and negations that columns share, for the column voltages.

    Rows are known already where the columns have not `moved`.
    """
    ints, small, tiles, places = work.ints, work.small, work.tiles, work.places
    inputs, own = ints[layer_row(layer), a.INPUTS], ints[a.SIZES, a.ORIGINAL] > 0
    flags = ints[a.PLACES, a.FLAGS] + 2 * layer + flag
    rail = work.nets[k.DEVICE, k.NEGATION_VSS]
    for m in range(inputs + 1):
        opened, driven = tiles_of(work, layer, k.OPEN) + m, layer > 0 and m < inputs
        if driven and moved:
            fed, row = tiles_of(work, layer, k.FED) + m, tiles_of(work, layer, k.A) + m
            volt, ohm = tiles_of(work, layer, k.VOLT) + m, tiles_of(work, layer, k.OHM) + m
            less, slope = tiles_of(work, layer, k.LESS) + m, tiles_of(work, layer, k.SLOPE) + m
            given = rail * small[row_of(work, layer, k.FLOWS_IN), m]
            _gather_or_none(work, length, layer, m, 0, fed)
            if places[flags, m] > 0:
                ohm_n, bend = tiles_of(work, layer, k.OHM_N) + m, tiles_of(work, layer, k.OHM_SLOPE)
                bend += m
                for s in range(length):
                    found = tiles[volt, s] + tiles[ohm, s] * (tiles[fed, s] + given)
                    found *= tiles[less, s]
                    moved_by = found - tiles[row, s]
                    tiles[opened, s] += tiles[slope, s] * moved_by
                    tiles[ohm_n, s] += tiles[bend, s] * moved_by
                    tiles[row, s] = found
                share_out(work, length, layer, m)
            else:
                for s in range(length):
                    found = tiles[volt, s] + tiles[ohm, s] * (tiles[fed, s] + given)
                    tiles[row, s] = found * tiles[less, s]
        if places[flags, m] > 0 and not own:
            u, y = tiles_of(work, layer, k.U) + m, tiles_of(work, layer, k.Y) + m
            ohm, less = tiles_of(work, layer, k.OHM_N) + m, tiles_of(work, layer, k.LESS_N) + m
            if layer == 0 and not moved:
                # the columns of a first layer begin at nothing
                for s in range(length):
                    tiles[y, s] = tiles[opened, s] * tiles[less, s]
                continue
            _gather_or_none(work, length, layer, m, 1, u)
            for s in range(length):
                tiles[y, s] = (tiles[opened, s] + tiles[ohm, s] * tiles[u, s]) * tiles[less, s]


@compiled
def _residual(work: LoadedWork, tile: int, length: int, layer: int) -> None:
    """Find what flows into each column, in ampere."""
    ints, small, places, tiles = work.ints, work.small, work.places, work.tiles
    table, own = layer_row(layer), ints[a.LAYER_TABLE, a.INPUTS]
    outputs, left = ints[table, a.OUTPUTS], ints[table, k.MULTIPLIER]
    for n in range(outputs):
        column, into = column_of(work, ints[table, a.COLUMN] + n), left + n
        z, offset, total = (
            ints[table, a.VOLTAGE] + n,
            small[column, a.OFFSET],
            small[column, k.TOTAL],
        )
        for s in range(length):
            tiles[into, s] = offset - total * tiles[z, s]
    for begin in range(0, ints[table, a.INPUTS] + 1, CHUNK):
        for n in range(outputs):
            c, into = ints[table, a.COLUMN] + n, left + n
            coefficient, source = ints[a.SMALL, a.COEFFICIENT] + c, ints[a.PLACES, a.SOURCE] + c
            entries = places[ints[a.PLACES, a.COLUMN_PLACES] + c, a.ENTRIES]
            for j in range(begin, min(begin + CHUNK, entries), 4):
                w0, w1 = small[coefficient, j], small[coefficient, j + 1]
                w2, w3 = small[coefficient, j + 2], small[coefficient, j + 3]
                r0 = tile_row(places[source, j], own, tile)
                r1 = tile_row(places[source, j + 1], own, tile)
                r2 = tile_row(places[source, j + 2], own, tile)
                r3 = tile_row(places[source, j + 3], own, tile)
                for s in range(length):
                    tiles[into, s] += (
                        w0 * tiles[r0, s]
                        + w1 * tiles[r1, s]
                        + w2 * tiles[r2, s]
                        + w3 * tiles[r3, s]
                    )
    if ints[a.SIZES, a.ORIGINAL] > 0:
        for n in range(outputs):
            own_residual(work, length, layer, n)
