"""A tile of samples back through the loaded layers of one design: `LayerPass`, backward.

With the multipliers ``J^T l = by_z`` a row and its negation know what each volt and ampere of
theirs counts. Multipliers start from the inverse Jacobian of mean resistances, and one step brings their
error to 1e-6 of themselves.
"""

import numpy as np

from pnn_studio.physics.kernels import arrays as a
from pnn_studio.physics.kernels.arithmetic import compiled, spliced
from pnn_studio.physics.kernels.arrays import Floats, Number
from pnn_studio.physics.kernels.printed import layer_row, negation_of, ptanh_of
from pnn_studio.physics.kernels.readers import CHUNK, gather, tile_row
from pnn_studio.physics.loaded.kernel import arrays as k
from pnn_studio.physics.loaded.kernel.arrays import LoadedWork
from pnn_studio.physics.loaded.kernel.cells import extra_row
from pnn_studio.physics.loaded.kernel.crossbar import column_of, row_of, tiles_of
from pnn_studio.physics.loaded.kernel.forward import cell_of, curves_of

ADJOINT_STEPS = 1
_ONE = np.float32(1.0)
_TWO = np.float32(2.0)
_ZERO = np.float32(0.0)


@compiled
def spare_row(work: LoadedWork, which: int) -> Number:
    """Return a row of the tiles for what does not last; the one before the first stays zero."""
    return work.ints[a.DATA, a.SPARE] + 1 + which


@spliced
def backward(
    work: LoadedWork, parameters: Floats, at: int, tile: int, length: int, watt: float
) -> None:
    """Take the gradients of the outputs back through all layers, and add those of all else up.

    `watt` is what a watt counts.
    """
    price = np.float32(watt)
    _outputs_backward(work, tile, length, price)
    for layer in range(work.ints[a.SIZES, a.LAYERS] - 1, -1, -1):
        _columns_backward(work, tile, length, layer, price)
        for number in range(ADJOINT_STEPS + 1):
            _multiply(work, length, layer, number > 0)
            final = number == ADJOINT_STEPS
            _rows_backward(work, parameters, at, tile, length, layer, price, final)
            if not final:
                _remainder(work, tile, length, layer)
        _entries_backward(work, tile, length, layer)


@compiled
def _outputs_backward(work: LoadedWork, tile: int, length: int, price: Number) -> None:
    """From gradients of the outputs to those of the last column voltages, in their place."""
    ints, tiles, curves = work.ints, work.tiles, work.curves
    last = ints[a.SIZES, a.LAYERS] - 1
    table, counts = layer_row(last), tile + ints[a.LAYER_TABLE, a.INPUTS]
    row = curves_of(work, last, 0)
    for n in range(ints[table, a.OUTPUTS]):
        z, by = ints[table, a.VOLTAGE] + n, ints[table, a.GRADIENT] + n
        for s in range(length):
            cell, within = cell_of(tiles[z, s])
            rest, by_volt, by_watt = _ONE - within, tiles[by, s], price * tiles[counts, s]
            curves[row + k.BY_VOLTAGE, cell] += rest * by_volt
            curves[row + k.BY_VOLTAGE, cell + 1] += within * by_volt
            curves[row + k.BY_WATT, cell] += rest * by_watt
            curves[row + k.BY_WATT, cell + 1] += within * by_watt
            tiles[by, s] = k.PER_VOLT * (
                by_volt * (curves[row + k.VOLTAGE, cell + 1] - curves[row + k.VOLTAGE, cell])
                + by_watt * (curves[row + k.WATT, cell + 1] - curves[row + k.WATT, cell])
            )


@compiled
def _columns_backward(work: LoadedWork, tile: int, length: int, layer: int, price: Number) -> None:
    """Add what the crossbar's power makes of the column voltages."""
    ints, tiles, table = work.ints, work.tiles, layer_row(layer)
    counts = tile + ints[a.LAYER_TABLE, a.INPUTS]
    for n in range(ints[table, a.OUTPUTS]):
        z, by = ints[table, a.VOLTAGE] + n, ints[table, a.GRADIENT] + n
        column = column_of(work, ints[table, a.COLUMN] + n)
        square = -_TWO * price * work.small[column, k.TOTAL]
        for s in range(length):
            tiles[by, s] += square * tiles[counts, s] * tiles[z, s]


@compiled
def _multiply(work: LoadedWork, length: int, layer: int, more: bool) -> None:
    """Find the multipliers from the gradients, or add those of what is left of these.

    What is left lies in the first spare rows.
    """
    ints, tiles, table = work.ints, work.tiles, layer_row(layer)
    outputs, first = ints[table, a.OUTPUTS], ints[a.SIZES, k.WIDEST] * layer
    source = spare_row(work, 2) if more else ints[table, a.GRADIENT]
    for n in range(outputs):
        into = ints[table, k.MULTIPLIER] + n
        if not more:
            for s in range(length):
                tiles[into, s] = _ZERO
        for j in range(outputs):
            weight, row = work.square[first + j, n], source + j
            for s in range(length):
                tiles[into, s] += weight * tiles[row, s]


@compiled
def _remainder(work: LoadedWork, tile: int, length: int, layer: int) -> None:
    """Find the gradient of the column voltages that the multipliers leave over."""
    ints, small, places, tiles = work.ints, work.small, work.places, work.tiles
    table, own, none = layer_row(layer), ints[a.LAYER_TABLE, a.INPUTS], ints[a.DATA, a.SPARE]
    shift = k.TO_CURRENT * (ints[table, a.INPUTS] + 1)
    for n in range(ints[table, a.OUTPUTS]):
        c, into = ints[table, a.COLUMN] + n, spare_row(work, 2) + n
        multiplier, by = ints[table, k.MULTIPLIER] + n, ints[table, a.GRADIENT] + n
        total = small[column_of(work, c), k.TOTAL]
        # negations of an entry's own are in it already
        for s in range(length):
            tiles[into, s] += tiles[by, s] - total * tiles[multiplier, s]
        coefficient, source = ints[a.SMALL, a.COEFFICIENT] + c, ints[a.PLACES, a.SOURCE] + c
        for j in range(0, places[ints[a.PLACES, a.COLUMN_PLACES] + c, a.ENTRIES], 4):
            w0, w1 = small[coefficient, j], small[coefficient, j + 1]
            w2, w3 = small[coefficient, j + 2], small[coefficient, j + 3]
            r0 = _current_row(places[source, j], own, none, shift)
            r1 = _current_row(places[source, j + 1], own, none, shift)
            r2 = _current_row(places[source, j + 2], own, none, shift)
            r3 = _current_row(places[source, j + 3], own, none, shift)
            for s in range(length):
                tiles[into, s] -= (
                    w0 * tiles[r0, s] + w1 * tiles[r1, s] + w2 * tiles[r2, s] + w3 * tiles[r3, s]
                )


@compiled
def _current_row(row: int, own: int, none: int, shift: int) -> Number:
    """Return where the gradient of the current lies that an entry's row gives; inputs have none."""
    return none if row < own or row == none else row + shift


# --- rows and negations --------------------------------------------------------------------------


@compiled
def _rows_backward(
    work: LoadedWork,
    parameters: Floats,
    at: int,
    tile: int,
    length: int,
    layer: int,
    price: Number,
    final: bool,
) -> None:
    """Find what currents count, and, once the multipliers are `final`, circuits and rows."""
    ints, tiles, table = work.ints, work.tiles, layer_row(layer)
    inputs, own = ints[table, a.INPUTS], ints[a.SIZES, a.ORIGINAL] > 0
    flags, left = ints[a.PLACES, a.FLAGS] + 2 * layer + a.ASKED, spare_row(work, 2)
    if not final:
        for n in range(ints[table, a.OUTPUTS]):
            for s in range(length):
                tiles[left + n, s] = _ZERO
    by_open, by_ohm = spare_row(work, 0), spare_row(work, 1)
    for m in range(inputs + 1):
        negated = work.places[flags, m] > 0
        if negated:
            if own:
                _own_backward(work, parameters, at, tile, length, layer, m, price, final)
            else:
                _shared_backward(work, tile, length, layer, m, price, final)
            if final:
                _negation_backward(work, tile, length, layer, m, price)
        if layer > 0 and m < inputs:
            if not negated:
                for s in range(length):
                    tiles[by_open, s] = _ZERO
                    tiles[by_ohm, s] = _ZERO
            _row_backward(work, tile, length, layer, m, price, negated, final)


@compiled
def _shared_backward(
    work: LoadedWork, tile: int, length: int, layer: int, m: int, price: Number, final: bool
) -> None:
    """Gradients of a row's negation: open voltage and resistance in spare rows, current."""
    ints, small, tiles = work.ints, work.small, work.tiles
    counts, up = tile + ints[a.LAYER_TABLE, a.INPUTS], spare_row(work, 0)
    shift = ints[layer_row(layer), k.MULTIPLIER] - ints[layer_row(layer), a.VOLTAGE]
    if not gather(work, length, layer, m, 1, up, shift):
        for s in range(length):
            tiles[up, s] = _ZERO
    by_ohm, by_j = spare_row(work, 1), tiles_of(work, layer, k.BY_J) + m
    y, u = tiles_of(work, layer, k.Y) + m, tiles_of(work, layer, k.U) + m
    ohm, less = tiles_of(work, layer, k.OHM_N) + m, tiles_of(work, layer, k.LESS_N) + m
    load, constants = small[row_of(work, layer, k.LOAD_N), m], negation_of(work, layer) + a.CURVE
    floor, share = small[constants, k.FLOOR], small[constants, k.SHARE]
    by_load, by_floor, by_share = _ZERO, _ZERO, _ZERO
    for s in range(length):
        watt, volt, resists = price * tiles[counts, s], tiles[y, s], tiles[ohm, s]
        drawn = load * volt - tiles[u, s]
        cost = floor + share * resists - volt
        by_y = tiles[up, s] + watt * (load * (_TWO * volt + cost) - drawn)
        by_volt = by_y * tiles[less, s]
        current = watt * cost - resists * by_volt
        tiles[up, s] = by_volt
        tiles[by_ohm, s] = (share * watt - by_volt) * drawn
        tiles[by_j, s] = current
        by_load += current * volt
        by_floor += watt * drawn
        by_share += watt * drawn * resists
    if final:
        by = negation_of(work, layer) + a.BY_CURVE
        small[row_of(work, layer, k.BY_LOAD_N), m] += by_load
        small[by, k.FLOOR] += by_floor
        small[by, k.SHARE] += by_share


@compiled
def _own_backward(
    work: LoadedWork,
    parameters: Floats,
    at: int,
    tile: int,
    length: int,
    layer: int,
    m: int,
    price: Number,
    final: bool,
) -> None:
    """Do the same for negations that each entry has of its own."""
    ints, small, tiles, table = work.ints, work.small, work.tiles, layer_row(layer)
    counts, constants = tile + ints[a.LAYER_TABLE, a.INPUTS], negation_of(work, layer) + a.CURVE
    by_open, by_ohm, by = (
        spare_row(work, 0),
        spare_row(work, 1),
        negation_of(work, layer) + a.BY_CURVE,
    )
    opened, ohm = tiles_of(work, layer, k.OPEN) + m, tiles_of(work, layer, k.OHM_N) + m
    floor, share = small[constants, k.FLOOR], small[constants, k.SHARE]
    for s in range(length):
        tiles[by_open, s] = _ZERO
        tiles[by_ohm, s] = _ZERO
    for n in range(ints[table, a.OUTPUTS]):
        c = ints[table, a.COLUMN] + n
        if parameters[at, c, m] >= _ZERO:
            continue
        z, multiplier = ints[table, a.VOLTAGE] + n, ints[table, k.MULTIPLIER] + n
        left, load = spare_row(work, 2) + n, small[ints[a.SMALL, a.SIZE] + c, m]
        load *= small[column_of(work, c), a.FACTOR]
        dot, by_floor, by_share = _ZERO, _ZERO, _ZERO
        for s in range(length):
            watt, resists = price * tiles[counts, s], tiles[ohm, s]
            less = _ONE / (_ONE + resists * load)
            volt = (tiles[opened, s] + resists * load * tiles[z, s]) * less
            drawn = load * (volt - tiles[z, s])
            cost = floor + share * resists - volt
            by_y = load * tiles[multiplier, s] + watt * (load * (_TWO * volt + cost) - drawn)
            by_volt = by_y * less
            current = watt * cost - resists * by_volt
            tiles[by_open, s] += by_volt
            tiles[by_ohm, s] += (share * watt - by_volt) * drawn
            # of the siemens: the column's current, what is drawn, and what is lost in them
            dot += tiles[multiplier, s] * volt + current * (volt - tiles[z, s])
            dot += watt * volt * volt
            by_floor += watt * drawn
            by_share += watt * drawn * resists
            if not final:
                tiles[left, s] -= load * current
        if final:
            small[ints[a.SMALL, a.DOT] + c, m] += dot
            small[by, k.FLOOR] += by_floor
            small[by, k.SHARE] += by_share


@compiled
def _negation_backward(
    work: LoadedWork, tile: int, length: int, layer: int, m: int, price: Number
) -> None:
    """Add the gradients of a row's negation, in spare rows, to those of its curves."""
    if m == work.ints[layer_row(layer), a.INPUTS]:
        _bias_backward(work, length, layer)
    elif layer == 0:
        _inputs_backward(work, tile, length, m)
    else:
        _lookups_backward(work, tile, length, layer, m, price)


@compiled
def _bias_backward(work: LoadedWork, length: int, layer: int) -> None:
    tiles, row = work.tiles, curves_of(work, layer, 1)
    by_open, by_ohm, by_volt, by_resistance = spare_row(work, 0), spare_row(work, 1), _ZERO, _ZERO
    for s in range(length):
        by_volt += tiles[by_open, s]
        by_resistance += tiles[by_ohm, s]
    work.curves[row + k.BY_VOLTAGE, k.AT_BIAS] += by_volt
    work.curves[row + k.BY_RESISTANCE, k.AT_BIAS] += by_resistance


@compiled
def _inputs_backward(work: LoadedWork, tile: int, length: int, m: int) -> None:
    """Add to the gradients of the Chebyshev coefficients: ``sum by T_k``."""
    tiles, nets, into = work.tiles, work.nets, extra_row(work) + k.BY_COEFFICIENTS
    by_open, by_ohm, x = spare_row(work, 0), spare_row(work, 1), tile + m
    middle, per_half = nets[k.START, k.MIDDLE], nets[k.START, k.PER_HALF]
    last, this = spare_row(work, 2), spare_row(work, 3)
    by_volt, by_resistance, volt_1, resistance_1 = _ZERO, _ZERO, _ZERO, _ZERO
    for s in range(length):
        t = (tiles[x, s] - middle) * per_half
        by_volt += tiles[by_open, s]
        by_resistance += tiles[by_ohm, s]
        volt_1 += tiles[by_open, s] * t
        resistance_1 += tiles[by_ohm, s] * t
        tiles[last, s] = _ONE
        tiles[this, s] = t
    work.curves[into, 0] += by_volt
    work.curves[into + 1, 0] += by_resistance
    work.curves[into, 1] += volt_1
    work.curves[into + 1, 1] += resistance_1
    for order in range(2, k.NODES):
        by_volt, by_resistance = _ZERO, _ZERO
        for s in range(length):
            t = (tiles[x, s] - middle) * per_half
            found = _TWO * t * tiles[this, s] - tiles[last, s]
            tiles[last, s] = found
            by_volt += tiles[by_open, s] * found
            by_resistance += tiles[by_ohm, s] * found
        work.curves[into, order] += by_volt
        work.curves[into + 1, order] += by_resistance
        last, this = this, last


@compiled
def _lookups_backward(
    work: LoadedWork, tile: int, length: int, layer: int, m: int, price: Number
) -> None:
    """Add to the gradients of a negation's table."""
    ints, tiles, curves = work.ints, work.tiles, work.curves
    counts, row = tile + ints[a.LAYER_TABLE, a.INPUTS], curves_of(work, layer, 1)
    by_open, by_ohm = spare_row(work, 0), spare_row(work, 1)
    near, volts = tiles_of(work, layer, k.NEAR) + m, tiles_of(work, layer, k.A) + m
    watt = price * work.small[row_of(work, layer, k.COUNT), m]
    for s in range(length):
        cell, within = cell_of(tiles[near, s])
        by_volt, by_resistance = tiles[by_open, s], tiles[by_ohm, s]
        by_watt = watt * tiles[counts, s]
        curves[row + k.BY_RESISTANCE, cell] += (_ONE - within) * by_resistance
        curves[row + k.BY_RESISTANCE, cell + 1] += within * by_resistance
        # voltage and power were followed along their slopes
        within += k.PER_VOLT * (tiles[volts, s] - tiles[near, s])
        curves[row + k.BY_VOLTAGE, cell] += (_ONE - within) * by_volt
        curves[row + k.BY_VOLTAGE, cell + 1] += within * by_volt
        curves[row + k.BY_WATT, cell] += (_ONE - within) * by_watt
        curves[row + k.BY_WATT, cell + 1] += within * by_watt


@compiled
def _row_backward(
    work: LoadedWork,
    tile: int,
    length: int,
    layer: int,
    m: int,
    price: Number,
    negated: bool,
    final: bool,
) -> None:
    """Find what the current of a row counts, and the gradients of the ptanh that drives it."""
    ints, small, tiles, curves = work.ints, work.small, work.tiles, work.curves
    counts, table = tile + ints[a.LAYER_TABLE, a.INPUTS], layer_row(layer)
    fed_by, by_open, by_ohm_n = (
        spare_row(work, 2 + ints[a.SIZES, k.WIDEST]),
        spare_row(work, 0),
        spare_row(work, 1),
    )
    if not gather(
        work, length, layer, m, 0, fed_by, ints[table, k.MULTIPLIER] - ints[table, a.VOLTAGE]
    ):
        for s in range(length):
            tiles[fed_by, s] = _ZERO
    if negated:
        slope, by_watt = tiles_of(work, layer, k.SLOPE) + m, tiles_of(work, layer, k.WATT_SLOPE) + m
        by_slope, count = (
            tiles_of(work, layer, k.OHM_SLOPE) + m,
            small[row_of(work, layer, k.COUNT), m],
        )
        for s in range(length):
            tiles[fed_by, s] += (
                tiles[slope, s] * tiles[by_open, s]
                + tiles[by_slope, s] * tiles[by_ohm_n, s]
                + price * count * tiles[counts, s] * tiles[by_watt, s]
            )
    row, fed = tiles_of(work, layer, k.A) + m, tiles_of(work, layer, k.FED) + m
    ohm, less = tiles_of(work, layer, k.OHM) + m, tiles_of(work, layer, k.LESS) + m
    by_i, constants = tiles_of(work, layer, k.BY_I) + m, ptanh_of(work, layer - 1) + a.CURVE
    floor, share = small[constants, k.FLOOR], small[constants, k.SHARE]
    load, plain = small[row_of(work, layer, k.LOAD), m], small[row_of(work, layer, k.PLAIN), m]
    given = work.nets[k.DEVICE, k.NEGATION_VSS] * small[row_of(work, layer, k.FLOWS_IN), m]
    by_load, by_given, by_share, by_volt = _ZERO, _ZERO, _ZERO, by_open
    by_ohm = by_ohm_n
    for s in range(length):
        watt, volt, resists = price * tiles[counts, s], tiles[row, s], tiles[ohm, s]
        drawn = load * volt - tiles[fed, s] - given
        cost = floor + share * resists - volt
        by_a = tiles[fed_by, s] + watt * (_TWO * plain * volt - drawn + cost * load)
        found = by_a * tiles[less, s]
        current = watt * cost - resists * found
        tiles[by_i, s] = current
        tiles[by_volt, s] = found
        tiles[by_ohm, s] = (share * watt - found) * drawn
        by_load += current * volt
        by_given += current
        by_share += watt * drawn * resists
    if not final:
        return
    small[row_of(work, layer, k.BY_LOAD), m] += by_load
    small[ptanh_of(work, layer - 1) + a.BY_CURVE, k.SHARE] += by_share
    small[negation_of(work, layer) + a.BY_CURVE, k.INWARD] += small[
        row_of(work, layer, k.COUNT), m
    ] * (by_load - work.nets[k.DEVICE, k.NEGATION_VSS] * by_given)
    z, by = ints[layer_row(layer - 1), a.VOLTAGE] + m, ints[layer_row(layer - 1), a.GRADIENT] + m
    row = curves_of(work, layer - 1, 0)
    for s in range(length):
        cell, within = cell_of(tiles[z, s])
        rest, watt = _ONE - within, price * tiles[counts, s]
        found, resists = tiles[by_volt, s], tiles[by_ohm, s]
        curves[row + k.BY_VOLTAGE, cell] += rest * found
        curves[row + k.BY_VOLTAGE, cell + 1] += within * found
        curves[row + k.BY_RESISTANCE, cell] += rest * resists
        curves[row + k.BY_RESISTANCE, cell + 1] += within * resists
        curves[row + k.BY_WATT, cell] += rest * watt
        curves[row + k.BY_WATT, cell + 1] += within * watt
        tiles[by, s] = k.PER_VOLT * (
            found * (curves[row + k.VOLTAGE, cell + 1] - curves[row + k.VOLTAGE, cell])
            + resists * (curves[row + k.RESISTANCE, cell + 1] - curves[row + k.RESISTANCE, cell])
            + watt * (curves[row + k.WATT, cell + 1] - curves[row + k.WATT, cell])
        )


# --- entries -------------------------------------------------------------------------------------


@compiled
def _entries_backward(work: LoadedWork, tile: int, length: int, layer: int) -> None:
    """Gradients by siemens of all entries, and of each column's whole conductance."""
    ints, small, places, tiles = work.ints, work.small, work.places, work.tiles
    table, own, none = layer_row(layer), ints[a.LAYER_TABLE, a.INPUTS], ints[a.DATA, a.SPARE]
    inputs = ints[table, a.INPUTS]
    shift = k.TO_CURRENT * (inputs + 1)
    for n in range(ints[table, a.OUTPUTS]):
        c, z = ints[table, a.COLUMN] + n, ints[table, a.VOLTAGE] + n
        multiplier, offset, whole = ints[table, k.MULTIPLIER] + n, _ZERO, _ZERO
        for s in range(length):
            offset += tiles[multiplier, s]
            whole += tiles[multiplier, s] * tiles[z, s]
        small[column_of(work, c), a.BY_OFFSET] += offset
        small[ints[a.SMALL, a.DOT] + c, inputs + 1] -= whole
    for begin in range(0, inputs + 1, CHUNK):
        for n in range(ints[table, a.OUTPUTS]):
            c, z = ints[table, a.COLUMN] + n, ints[table, a.VOLTAGE] + n
            everywhere, dot = ints[a.PLACES, a.EVERYWHERE] + c, ints[a.SMALL, a.DOT] + c
            multiplier = ints[table, k.MULTIPLIER] + n
            for m in range(begin, min(begin + CHUNK, inputs + 1), 2):
                r0, r1 = places[everywhere, m], places[everywhere, m + 1]
                i0 = _current_row(r0, own, none, shift)
                i1 = _current_row(r1, own, none, shift)
                r0, r1 = tile_row(r0, own, tile), tile_row(r1, own, tile)
                d0, d1 = _ZERO, _ZERO
                for s in range(length):
                    by, volt = tiles[multiplier, s], tiles[z, s]
                    d0 += by * tiles[r0, s] - volt * tiles[i0, s]
                    d1 += by * tiles[r1, s] - volt * tiles[i1, s]
                # behind the bias there are zeros
                small[dot, m] += d0
                small[dot, m + 1] += d1
