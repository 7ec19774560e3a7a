"""Negations that each entry has of its own, in the original crossbar: forward and backward.

Each loads its source alone, so nothing of them is kept for the way back.
"""

import numpy as np

from pnn_studio.physics.kernels import arrays as a
from pnn_studio.physics.kernels.arithmetic import compiled
from pnn_studio.physics.kernels.arrays import Number
from pnn_studio.physics.kernels.printed import layer_row, negation_of
from pnn_studio.physics.loaded.kernel import arrays as k
from pnn_studio.physics.loaded.kernel.arrays import LoadedWork
from pnn_studio.physics.loaded.kernel.crossbar import column_of, tiles_of

_ONE = np.float32(1.0)
_ZERO = np.float32(0.0)


_TWO = np.float32(2.0)


@compiled
def spare_row(work: LoadedWork, which: int) -> Number:
    """Return a row of the tiles for what does not last; the one before the first stays zero."""
    return work.ints[a.DATA, a.SPARE] + 1 + which


@compiled
def own_residual(work: LoadedWork, length: int, layer: int, n: int) -> None:
    """Add what a column's own negations give to what flows into it."""
    ints, small, tiles, table = work.ints, work.small, work.tiles, layer_row(layer)
    c, into = ints[table, a.COLUMN] + n, ints[table, k.MULTIPLIER] + n
    z, scale = ints[table, a.VOLTAGE] + n, small[column_of(work, c), a.FACTOR]
    for m in range(ints[table, a.INPUTS] + 1):
        siemens = small[ints[a.SMALL, a.SIZE] + c, m] * scale
        if work.signs[c, m] < _ZERO and siemens > _ZERO:
            opened, ohm = tiles_of(work, layer, k.OPEN) + m, tiles_of(work, layer, k.OHM_N) + m
            for s in range(length):
                fed = tiles[opened, s] + tiles[ohm, s] * siemens * tiles[z, s]
                tiles[into, s] += siemens * fed / (_ONE + tiles[ohm, s] * siemens)


@compiled
def measure_own(work: LoadedWork, tile: int, length: int, layer: int, n: int) -> None:
    """Add up what a column's own negations lose, and what is lost in their resistors."""
    ints, small, tiles, table = work.ints, work.small, work.tiles, layer_row(layer)
    counts, constants = tile + ints[a.LAYER_TABLE, a.INPUTS], negation_of(work, layer) + a.CURVE
    floor, share = small[constants, k.FLOOR], small[constants, k.SHARE]
    c, z = ints[table, a.COLUMN] + n, ints[table, a.VOLTAGE] + n
    scale, watts = small[column_of(work, c), a.FACTOR], ints[a.SMALL, a.WATTS] + layer
    for m in range(ints[table, a.INPUTS] + 1):
        siemens = small[ints[a.SMALL, a.SIZE] + c, m] * scale
        if work.signs[c, m] < _ZERO and siemens > _ZERO:
            opened, ohm = tiles_of(work, layer, k.OPEN) + m, tiles_of(work, layer, k.OHM_N) + m
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
def own_backward(
    work: LoadedWork,
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
        if work.signs[c, m] >= _ZERO:
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
