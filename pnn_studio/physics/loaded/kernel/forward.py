"""A tile of samples through the loaded layers of one design: counterpart of `LayerPass`, forward.

Column voltages are found by steps of Newton's method with the inverse Jacobian of mean resistances;
one brings the error to 1e-3 of itself. It is found from the first tile that is learned from, and
serves all: what the steps end at does not depend on it.
"""

import numpy as np

from pnn_studio.physics.kernels import arrays as a
from pnn_studio.physics.kernels.arithmetic import compiled, inlined, spliced
from pnn_studio.physics.kernels.arrays import Floats, Number
from pnn_studio.physics.kernels.printed import layer_row, negation_of, ptanh_of
from pnn_studio.physics.kernels.readers import CHUNK, gather, tile_row
from pnn_studio.physics.loaded.kernel import arrays as k
from pnn_studio.physics.loaded.kernel.arrays import LoadedWork
from pnn_studio.physics.loaded.kernel.cells import curve_row, extra_row
from pnn_studio.physics.loaded.kernel.crossbar import column_of, row_of, tiles_of
from pnn_studio.physics.loaded.kernel.jacobian import invert_jacobian

STEPS = 2
_ONE = np.float32(1.0)
_ZERO = np.float32(0.0)


@inlined
def cell_of(volt: Number) -> tuple[Number, Number]:
    """Return the cell of a table that a voltage lies in, and how far in it."""
    at = (volt - k.BOTTOM) * k.PER_VOLT
    held = at if at > _ZERO else _ZERO
    cell = int(held if held < k.LAST_CELL else k.LAST_CELL)
    return cell, at - np.float32(cell)


@compiled
def curves_of(work: LoadedWork, layer: int, circuit: int) -> Number:
    """Return where the curves of a layer's ptanh (0) or negation (1) begin."""
    group = work.ints[layer_row(layer), a.GROUP]
    return curve_row(group + circuit * work.ints[a.SIZES, a.GROUPS])


@spliced
def forward(
    work: LoadedWork,
    parameters: Floats,
    at: int,
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
    parameters, at
        As for `print_crossbars`.
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
            _drive(work, parameters, at, tile, length, layer)
            _negate(work, tile, length, layer, flag, learning)
        else:
            _negate_inputs(work, tile, length, flag)
        _negate_bias(work, length, layer, flag)
        if begin:
            invert_jacobian(work, parameters, at, layer)
        _solve(work, parameters, at, tile, length, layer, flag)
        _measure(work, parameters, at, tile, length, layer, flag)
    _put_out(work, tile, length)


@compiled
def _weight_of(work: LoadedWork, tile: int, length: int) -> Number:
    """Return what the samples of a tile count together."""
    counts, total = tile + work.ints[a.LAYER_TABLE, a.INPUTS], _ZERO
    for s in range(length):
        total += work.tiles[counts, s]
    return total


# --- circuits ------------------------------------------------------------------------------------


@compiled
def _drive(
    work: LoadedWork, parameters: Floats, at: int, tile: int, length: int, layer: int
) -> None:
    """Look the ptanh of the layer before up, and find the rows near where they will be."""
    ints, small, tiles, curves = work.ints, work.small, work.tiles, work.curves
    table, counts = layer_row(layer), tile + ints[a.LAYER_TABLE, a.INPUTS]
    inputs, columns = ints[table, a.INPUTS], ints[layer_row(layer - 1), a.VOLTAGE]
    voltage = curves_of(work, layer - 1, 0) + k.VOLTAGE
    resistance, power = voltage + k.RESISTANCE, voltage + k.WATT
    volts, ohms = tiles_of(work, layer, k.VOLT), tiles_of(work, layer, k.OHM)
    whole, watts = _ONE / _weight_of(work, tile, length), ints[a.SMALL, a.WATTS] + layer - 1
    for m in range(inputs):
        z, volt, ohm, mean, watt = columns + m, volts + m, ohms + m, _ZERO, _ZERO
        for s in range(length):
            cell, within = cell_of(tiles[z, s])
            low = curves[voltage, cell]
            tiles[volt, s] = low + within * (curves[voltage, cell + 1] - low)
            low = curves[resistance, cell]
            found = low + within * (curves[resistance, cell + 1] - low)
            tiles[ohm, s] = found
            mean += tiles[counts, s] * found
            low = curves[power, cell]
            watt += tiles[counts, s] * (low + within * (curves[power, cell + 1] - low))
        small[row_of(work, layer, k.MEAN_OHM), m] = mean * whole
        small[watts, k.DRIVERS] += watt
    _guess(work, parameters, at, length, layer)
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
def _guess(work: LoadedWork, parameters: Floats, at: int, length: int, layer: int) -> None:
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
            if parameters[at, c, m] < _ZERO:
                offset += weight * zero
                weight *= slope
            small[weights, m] = weight
        if parameters[at, c, inputs] < _ZERO:
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
def _negate(
    work: LoadedWork, tile: int, length: int, layer: int, flag: int, learning: bool
) -> None:
    """Look the negations of rows up."""
    ints, small, tiles, curves = work.ints, work.small, work.tiles, work.curves
    counts, inputs = tile + ints[a.LAYER_TABLE, a.INPUTS], ints[layer_row(layer), a.INPUTS]
    voltage = curves_of(work, layer, 1) + k.VOLTAGE
    resistance, power = voltage + k.RESISTANCE, voltage + k.WATT
    flags, whole = ints[a.PLACES, a.FLAGS] + 2 * layer + flag, _weight_of(work, tile, length)
    whole = _ONE / whole
    for m in range(inputs):
        small[row_of(work, layer, k.MEAN_OHM_N), m] = _ZERO
        small[row_of(work, layer, k.MEAN_SLOPE), m] = _ZERO
        if work.places[flags, m] == 0:
            continue
        near, into = tiles_of(work, layer, k.NEAR) + m, tiles_of(work, layer, k.OPEN) + m
        ohm, slope = tiles_of(work, layer, k.OHM_N) + m, tiles_of(work, layer, k.SLOPE) + m
        by_watt = tiles_of(work, layer, k.WATT_SLOPE) + m
        by_ohm = tiles_of(work, layer, k.OHM_SLOPE) + m
        mean, steep, watt = _ZERO, _ZERO, _ZERO
        for s in range(length):
            cell, within = cell_of(tiles[near, s])
            low = curves[voltage, cell]
            rise = curves[voltage, cell + 1] - low
            tiles[into, s] = low + within * rise
            tiles[slope, s] = rise * k.PER_VOLT
            steep += tiles[counts, s] * rise
            low = curves[resistance, cell]
            rise = curves[resistance, cell + 1] - low
            tiles[ohm, s] = low + within * rise
            tiles[by_ohm, s] = rise * k.PER_VOLT
            mean += tiles[counts, s] * (low + within * rise)
            low = curves[power, cell]
            rise = curves[power, cell + 1] - low
            tiles[by_watt, s] = rise * k.PER_VOLT
            watt += tiles[counts, s] * (low + within * rise)
        small[row_of(work, layer, k.MEAN_OHM_N), m] = mean * whole
        small[row_of(work, layer, k.MEAN_SLOPE), m] = steep * whole * k.PER_VOLT
        small[row_of(work, layer, k.NEGATION_WATT), m] += watt
        _share_out(work, length, layer, m)


@compiled
def _negate_bias(work: LoadedWork, length: int, layer: int, flag: int) -> None:
    """Take the bias row's negation, which is the same for all samples."""
    ints, tiles, curves = work.ints, work.tiles, work.curves
    m, row = ints[layer_row(layer), a.INPUTS], curves_of(work, layer, 1)
    ohm = row_of(work, layer, k.MEAN_OHM_N)
    work.small[ohm, m] = curves[row + k.RESISTANCE, k.AT_BIAS]
    work.small[row_of(work, layer, k.MEAN_SLOPE), m] = _ZERO
    if work.places[ints[a.PLACES, a.FLAGS] + 2 * layer + flag, m] > 0:
        volt, into = curves[row + k.VOLTAGE, k.AT_BIAS], tiles_of(work, layer, k.OPEN) + m
        resists, ohm = work.small[ohm, m], tiles_of(work, layer, k.OHM_N) + m
        for s in range(length):
            tiles[into, s] = volt
            tiles[ohm, s] = resists
        _share_out(work, length, layer, m)


@compiled
def _share_out(work: LoadedWork, length: int, layer: int, m: int) -> None:
    """How far the load of a row's negation pulls it."""
    load = work.small[row_of(work, layer, k.LOAD_N), m]
    ohm, less = tiles_of(work, layer, k.OHM_N) + m, tiles_of(work, layer, k.LESS_N) + m
    if work.ints[a.SIZES, a.ORIGINAL] == 0:
        for s in range(length):
            work.tiles[less, s] = _ONE / (_ONE + work.tiles[ohm, s] * load)


@inlined
def _series(t: Number, twice: Number, c: tuple[Number, ...]) -> Number:
    """Sum a Chebyshev series of degree 12 by Clenshaw's rule."""
    b12 = c[12]
    b11 = c[11] + twice * b12
    b10 = c[10] + twice * b11 - b12
    b9 = c[9] + twice * b10 - b11
    b8 = c[8] + twice * b9 - b10
    b7 = c[7] + twice * b8 - b9
    b6 = c[6] + twice * b7 - b8
    b5 = c[5] + twice * b6 - b7
    b4 = c[4] + twice * b5 - b6
    b3 = c[3] + twice * b4 - b5
    b2 = c[2] + twice * b3 - b4
    b1 = c[1] + twice * b2 - b3
    return c[0] + t * b1 - b2


@inlined
def _row_of_numbers(rows: Floats, row: int) -> tuple[Number, ...]:
    return (
        rows[row, 0],
        rows[row, 1],
        rows[row, 2],
        rows[row, 3],
        rows[row, 4],
        rows[row, 5],
        rows[row, 6],
        rows[row, 7],
        rows[row, 8],
        rows[row, 9],
        rows[row, 10],
        rows[row, 11],
        rows[row, 12],
    )


@compiled
def _negate_inputs(work: LoadedWork, tile: int, length: int, flag: int) -> None:
    """Evaluate the first layer's negations, whose inputs are known."""
    tiles, nets, row = work.tiles, work.nets, extra_row(work) + k.COEFFICIENTS
    voltage, resistance = _row_of_numbers(work.curves, row), _row_of_numbers(work.curves, row + 1)
    middle, per_half = nets[k.START, k.MIDDLE], nets[k.START, k.PER_HALF]
    flags = work.ints[a.PLACES, a.FLAGS] + flag
    for m in range(work.ints[a.LAYER_TABLE, a.INPUTS]):
        if work.places[flags, m] > 0:
            x, into = tile + m, tiles_of(work, 0, k.OPEN) + m
            ohm = tiles_of(work, 0, k.OHM_N) + m
            for s in range(length):
                t = (tiles[x, s] - middle) * per_half
                tiles[into, s] = _series(t, t + t, voltage)
                tiles[ohm, s] = _series(t, t + t, resistance)
            _share_out(work, length, 0, m)


# --- column voltages -----------------------------------------------------------------------------


@compiled
def _solve(
    work: LoadedWork,
    parameters: Floats,
    at: int,
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
        _residual(work, parameters, at, tile, length, layer)
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
                for s in range(length):
                    found = (tiles[volt, s] + tiles[ohm, s] * (tiles[fed, s] + given)) * tiles[
                        less, s
                    ]
                    tiles[opened, s] += tiles[slope, s] * (found - tiles[row, s])
                    tiles[row, s] = found
            else:
                for s in range(length):
                    tiles[row, s] = (
                        tiles[volt, s] + tiles[ohm, s] * (tiles[fed, s] + given)
                    ) * tiles[less, s]
        if places[flags, m] > 0 and not own:
            u, y = tiles_of(work, layer, k.U) + m, tiles_of(work, layer, k.Y) + m
            ohm, less = tiles_of(work, layer, k.OHM_N) + m, tiles_of(work, layer, k.LESS_N) + m
            _gather_or_none(work, length, layer, m, 1, u)
            for s in range(length):
                tiles[y, s] = (tiles[opened, s] + tiles[ohm, s] * tiles[u, s]) * tiles[less, s]


@compiled
def _residual(
    work: LoadedWork, parameters: Floats, at: int, tile: int, length: int, layer: int
) -> None:
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
            c, into = ints[table, a.COLUMN] + n, left + n
            z, scale = ints[table, a.VOLTAGE] + n, small[column_of(work, c), a.FACTOR]
            for m in range(ints[table, a.INPUTS] + 1):
                siemens = small[ints[a.SMALL, a.SIZE] + c, m] * scale
                if parameters[at, c, m] < _ZERO and siemens > _ZERO:
                    opened, ohm = (
                        tiles_of(work, layer, k.OPEN) + m,
                        tiles_of(work, layer, k.OHM_N) + m,
                    )
                    for s in range(length):
                        fed = tiles[opened, s] + tiles[ohm, s] * siemens * tiles[z, s]
                        tiles[into, s] += siemens * fed / (_ONE + tiles[ohm, s] * siemens)


# --- means ---------------------------------------------------------------------------------------


@compiled
def _measure(
    work: LoadedWork,
    parameters: Floats,
    at: int,
    tile: int,
    length: int,
    layer: int,
    flag: int,
) -> None:
    """Add up what the power is made of."""
    ints, small, tiles, table = work.ints, work.small, work.tiles, layer_row(layer)
    counts, inputs = tile + ints[a.LAYER_TABLE, a.INPUTS], ints[table, a.INPUTS]
    own, flags = ints[a.SIZES, a.ORIGINAL] > 0, ints[a.PLACES, a.FLAGS] + 2 * layer + flag
    constants, watts = negation_of(work, layer) + a.CURVE, ints[a.SMALL, a.WATTS] + layer
    floor, share = small[constants, k.FLOOR], small[constants, k.SHARE]
    for n in range(ints[table, a.OUTPUTS]):
        z, square = ints[table, a.VOLTAGE] + n, _ZERO
        for s in range(length):
            square += tiles[counts, s] * tiles[z, s] * tiles[z, s]
        small[column_of(work, ints[table, a.COLUMN] + n), a.SQUARE] += square
    for m in range(inputs + 1):
        if layer > 0 and m < inputs:
            _measure_row(work, tile, length, layer, m, work.places[flags, m] > 0)
        if work.places[flags, m] > 0 and not own:
            y, u = tiles_of(work, layer, k.Y) + m, tiles_of(work, layer, k.U) + m
            ohm, load = tiles_of(work, layer, k.OHM_N) + m, small[row_of(work, layer, k.LOAD_N), m]
            square, spent = _ZERO, _ZERO
            for s in range(length):
                volt = tiles[y, s]
                square += tiles[counts, s] * volt * volt
                drawn = load * volt - tiles[u, s]
                spent += tiles[counts, s] * drawn * (floor + share * tiles[ohm, s] - volt)
            small[row_of(work, layer, k.NEGATED_SQUARE), m] += square
            small[watts, k.LOADS] += spent
    if own:
        for n in range(ints[table, a.OUTPUTS]):
            c, z = ints[table, a.COLUMN] + n, ints[table, a.VOLTAGE] + n
            scale = small[column_of(work, c), a.FACTOR]
            for m in range(inputs + 1):
                siemens = small[ints[a.SMALL, a.SIZE] + c, m] * scale
                if parameters[at, c, m] < _ZERO and siemens > _ZERO:
                    opened, ohm = (
                        tiles_of(work, layer, k.OPEN) + m,
                        tiles_of(work, layer, k.OHM_N) + m,
                    )
                    square, spent = _ZERO, _ZERO
                    for s in range(length):
                        resists = tiles[ohm, s]
                        volt = tiles[opened, s] + resists * siemens * tiles[z, s]
                        volt /= _ONE + resists * siemens
                        square += tiles[counts, s] * volt * volt
                        drawn = siemens * (volt - tiles[z, s])
                        spent += tiles[counts, s] * drawn * (floor + share * resists - volt)
                    small[watts, k.OWN] += siemens * square
                    small[watts, k.LOADS] += spent


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
def _put_out(work: LoadedWork, tile: int, length: int) -> None:
    """Look the last layer's ptanh up, which drive nothing."""
    ints, tiles, curves = work.ints, work.tiles, work.curves
    last = ints[a.SIZES, a.LAYERS] - 1
    table, counts = layer_row(last), tile + ints[a.LAYER_TABLE, a.INPUTS]
    voltage = curves_of(work, last, 0) + k.VOLTAGE
    power, watt = voltage + k.WATT, _ZERO
    for n in range(ints[table, a.OUTPUTS]):
        z, into = ints[table, a.VOLTAGE] + n, ints[a.DATA, a.VOLTS] + n
        for s in range(length):
            cell, within = cell_of(tiles[z, s])
            low = curves[voltage, cell]
            tiles[into, s] = low + within * (curves[voltage, cell + 1] - low)
            low = curves[power, cell]
            watt += tiles[counts, s] * (low + within * (curves[power, cell + 1] - low))
    work.small[ints[a.SMALL, a.WATTS] + last, k.DRIVERS] += watt
