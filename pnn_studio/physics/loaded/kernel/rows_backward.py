"""Rows of a layer backward: their circuits, and what their currents count."""

import numpy as np

from pnn_studio.physics.kernels import arrays as a
from pnn_studio.physics.kernels.arithmetic import compiled
from pnn_studio.physics.kernels.arrays import Number
from pnn_studio.physics.kernels.printed import layer_row, negation_of, ptanh_of
from pnn_studio.physics.kernels.readers import gather
from pnn_studio.physics.loaded.kernel import arrays as k
from pnn_studio.physics.loaded.kernel.arrays import LoadedWork
from pnn_studio.physics.loaded.kernel.cells import extra_row
from pnn_studio.physics.loaded.kernel.circuits import activation_of, cell_of, curves_of
from pnn_studio.physics.loaded.kernel.crossbar import row_of, tiles_of
from pnn_studio.physics.loaded.kernel.own import own_backward, spare_row

_ONE = np.float32(1.0)
_ZERO = np.float32(0.0)


_TWO = np.float32(2.0)


@compiled
def clear_left(work: LoadedWork, length: int, layer: int) -> None:
    """Set to nothing what the multipliers leave over."""
    left = spare_row(work, 2)
    for n in range(work.ints[layer_row(layer), a.OUTPUTS]):
        for s in range(length):
            work.tiles[left + n, s] = _ZERO


@compiled
def rows_backward(
    work: LoadedWork,
    tile: int,
    length: int,
    layer: int,
    price: Number,
    final: bool,
) -> None:
    """Find what currents count, and, once the multipliers are `final`, circuits and rows."""
    ints, tiles, table = work.ints, work.tiles, layer_row(layer)
    inputs, own = ints[table, a.INPUTS], ints[a.SIZES, a.ORIGINAL] > 0
    flags = ints[a.PLACES, a.FLAGS] + 2 * layer + a.ASKED
    by_open, by_ohm = spare_row(work, 0), spare_row(work, 1)
    for m in range(inputs + 1):
        negated = work.places[flags, m] > 0
        if negated:
            if own:
                own_backward(work, tile, length, layer, m, price, final)
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
    # four orders at a time: of the last two the next ones are made
    for order in range(2, k.NODES, 4):
        a0, a1, a2, a3 = _ZERO, _ZERO, _ZERO, _ZERO
        b0, b1, b2, b3 = _ZERO, _ZERO, _ZERO, _ZERO
        for s in range(length):
            twice = _TWO * (tiles[x, s] - middle) * per_half
            t0 = twice * tiles[this, s] - tiles[last, s]
            t1 = twice * t0 - tiles[this, s]
            t2 = twice * t1 - t0
            t3 = twice * t2 - t1
            tiles[last, s] = t2
            tiles[this, s] = t3
            volt, ohm = tiles[by_open, s], tiles[by_ohm, s]
            a0 += volt * t0
            a1 += volt * t1
            a2 += volt * t2
            a3 += volt * t3
            b0 += ohm * t0
            b1 += ohm * t1
            b2 += ohm * t2
            b3 += ohm * t3
        # what lies behind the last order is read by nobody
        work.curves[into, order] += a0
        work.curves[into, order + 1] += a1
        work.curves[into, order + 2] += a2
        work.curves[into, order + 3] += a3
        work.curves[into + 1, order] += b0
        work.curves[into + 1, order + 1] += b1
        work.curves[into + 1, order + 2] += b2
        work.curves[into + 1, order + 3] += b3


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
        # all were followed along their slopes
        within += k.PER_VOLT * (tiles[volts, s] - tiles[near, s])
        curves[row + k.BY_RESISTANCE, cell] += (_ONE - within) * by_resistance
        curves[row + k.BY_RESISTANCE, cell + 1] += within * by_resistance
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
    row, voltage = curves_of(work, layer - 1, 0), activation_of(work, layer - 1, m)
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
            found * (curves[voltage, cell + 1] - curves[voltage, cell])
            + resists * (curves[row + k.RESISTANCE, cell + 1] - curves[row + k.RESISTANCE, cell])
            + watt * (curves[row + k.WATT, cell + 1] - curves[row + k.WATT, cell])
        )
