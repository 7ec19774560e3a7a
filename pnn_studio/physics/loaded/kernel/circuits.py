"""The circuits of a layer at each sample of a tile: tables looked up, and series summed."""

import numpy as np

from pnn_studio.physics.kernels import arrays as a
from pnn_studio.physics.kernels.arithmetic import compiled, inlined
from pnn_studio.physics.kernels.arrays import Floats, Number
from pnn_studio.physics.kernels.printed import layer_row
from pnn_studio.physics.loaded.kernel import arrays as k
from pnn_studio.physics.loaded.kernel.arrays import LoadedWork
from pnn_studio.physics.loaded.kernel.cells import curve_row, extra_row
from pnn_studio.physics.loaded.kernel.crossbar import row_of, tiles_of

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


@compiled
def activation_of(work: LoadedWork, layer: int, n: int) -> Number:
    """Return the row of the voltage curve of a column's ptanh, which in a print is its own."""
    own = work.ints[a.NETS, k.OWN_CURVES]
    if own > 0:
        return own + work.ints[layer_row(layer), a.COLUMN] + n
    return curves_of(work, layer, 0) + k.VOLTAGE


@compiled
def negation_number(work: LoadedWork, layer: int, m: int) -> Number:
    """Count the rows and biases of the layers before, and the rows up to one."""
    if layer == 0:
        return m
    before = work.ints[a.LAYER_TABLE, a.INPUTS] + work.ints[layer_row(layer - 1), a.COLUMN]
    return before + layer + m


@compiled
def negation_of_row(work: LoadedWork, layer: int, m: int) -> Number:
    """Return the row of the voltage curve of a row's negation, which in a print is its own.

    That of an input of the first layer has coefficients.
    """
    own = work.ints[a.NETS, k.OWN_CURVES]
    if own > 0:
        return own + work.ints[a.SIZES, a.COLUMNS] + negation_number(work, layer, m)
    if layer == 0 and m < work.ints[a.LAYER_TABLE, a.INPUTS]:
        return extra_row(work) + k.COEFFICIENTS
    return curves_of(work, layer, 1) + k.VOLTAGE


@compiled
def weight_of(work: LoadedWork, tile: int, length: int) -> Number:
    """Return what the samples of a tile count together."""
    counts, total = tile + work.ints[a.LAYER_TABLE, a.INPUTS], _ZERO
    for s in range(length):
        total += work.tiles[counts, s]
    return total


@compiled
def negate(work: LoadedWork, tile: int, length: int, layer: int, flag: int) -> None:
    """Look the negations of rows up."""
    ints, small, tiles, curves = work.ints, work.small, work.tiles, work.curves
    counts, inputs = tile + ints[a.LAYER_TABLE, a.INPUTS], ints[layer_row(layer), a.INPUTS]
    drawn = curves_of(work, layer, 1)
    resistance, power = drawn + k.RESISTANCE, drawn + k.WATT
    flags, whole = ints[a.PLACES, a.FLAGS] + 2 * layer + flag, weight_of(work, tile, length)
    whole = _ONE / whole
    for m in range(inputs):
        small[row_of(work, layer, k.MEAN_OHM_N), m] = _ZERO
        small[row_of(work, layer, k.MEAN_SLOPE), m] = _ZERO
        if work.places[flags, m] == 0:
            continue
        near, into = tiles_of(work, layer, k.NEAR) + m, tiles_of(work, layer, k.OPEN) + m
        ohm, slope = tiles_of(work, layer, k.OHM_N) + m, tiles_of(work, layer, k.SLOPE) + m
        by_watt = tiles_of(work, layer, k.WATT_SLOPE) + m
        by_ohm, voltage = tiles_of(work, layer, k.OHM_SLOPE) + m, negation_of_row(work, layer, m)
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
        share_out(work, length, layer, m)


@compiled
def negate_bias(work: LoadedWork, length: int, layer: int, flag: int) -> None:
    """Take the bias row's negation, which is the same for all samples."""
    ints, tiles, curves = work.ints, work.tiles, work.curves
    m, row = ints[layer_row(layer), a.INPUTS], curves_of(work, layer, 1)
    ohm = row_of(work, layer, k.MEAN_OHM_N)
    work.small[ohm, m] = curves[row + k.RESISTANCE, k.AT_BIAS]
    work.small[row_of(work, layer, k.MEAN_SLOPE), m] = _ZERO
    if work.places[ints[a.PLACES, a.FLAGS] + 2 * layer + flag, m] > 0:
        volt = curves[negation_of_row(work, layer, m), k.AT_BIAS]
        into = tiles_of(work, layer, k.OPEN) + m
        resists, ohm = work.small[ohm, m], tiles_of(work, layer, k.OHM_N) + m
        for s in range(length):
            tiles[into, s] = volt
            tiles[ohm, s] = resists
        share_out(work, length, layer, m)


@compiled
def share_out(work: LoadedWork, length: int, layer: int, m: int) -> None:
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
def negate_inputs(work: LoadedWork, tile: int, length: int, flag: int) -> None:
    """Evaluate the first layer's negations, whose inputs are known."""
    tiles, nets, row = work.tiles, work.nets, extra_row(work) + k.COEFFICIENTS
    resistance = _row_of_numbers(work.curves, row + 1)
    middle, per_half = nets[k.START, k.MIDDLE], nets[k.START, k.PER_HALF]
    flags = work.ints[a.PLACES, a.FLAGS] + flag
    for m in range(work.ints[a.LAYER_TABLE, a.INPUTS]):
        if work.places[flags, m] > 0:
            x, into = tile + m, tiles_of(work, 0, k.OPEN) + m
            voltage = _row_of_numbers(work.curves, negation_of_row(work, 0, m))
            ohm = tiles_of(work, 0, k.OHM_N) + m
            for s in range(length):
                t = (tiles[x, s] - middle) * per_half
                tiles[into, s] = _series(t, t + t, voltage)
                tiles[ohm, s] = _series(t, t + t, resistance)
            share_out(work, length, 0, m)


@compiled
def look_up_drivers(work: LoadedWork, tile: int, length: int, layer: int) -> None:
    """Look up the ptanh circuits of the layer before, and add up what they lose unloaded."""
    ints, small, tiles, curves = work.ints, work.small, work.tiles, work.curves
    table, counts = layer_row(layer), tile + ints[a.LAYER_TABLE, a.INPUTS]
    inputs, columns = ints[table, a.INPUTS], ints[layer_row(layer - 1), a.VOLTAGE]
    drawn = curves_of(work, layer - 1, 0)
    resistance, power = drawn + k.RESISTANCE, drawn + k.WATT
    volts, ohms = tiles_of(work, layer, k.VOLT), tiles_of(work, layer, k.OHM)
    whole, watts = _ONE / weight_of(work, tile, length), ints[a.SMALL, a.WATTS] + layer - 1
    for m in range(inputs):
        z, volt, ohm, mean, watt = columns + m, volts + m, ohms + m, _ZERO, _ZERO
        voltage = activation_of(work, layer - 1, m)
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
