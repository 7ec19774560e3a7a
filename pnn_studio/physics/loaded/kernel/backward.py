"""A tile of samples back through the loaded layers of one design: `LayerPass`, backward.

With the multipliers ``J^T l = by_z`` a row and its negation know what each volt and ampere of
theirs counts. Multipliers start from the inverse Jacobian of mean resistances, and a step brings
their error to 1e-6 of themselves.
"""

import numpy as np

from pnn_studio.physics.kernels import arrays as a
from pnn_studio.physics.kernels.arithmetic import compiled, spliced
from pnn_studio.physics.kernels.arrays import Number
from pnn_studio.physics.kernels.printed import layer_row
from pnn_studio.physics.kernels.readers import CHUNK, tile_row
from pnn_studio.physics.loaded.kernel import arrays as k
from pnn_studio.physics.loaded.kernel.arrays import LoadedWork
from pnn_studio.physics.loaded.kernel.circuits import activation_of, cell_of, curves_of
from pnn_studio.physics.loaded.kernel.crossbar import column_of
from pnn_studio.physics.loaded.kernel.own import spare_row
from pnn_studio.physics.loaded.kernel.rows_backward import clear_left, rows_backward

ADJOINT_STEPS = 1
_ONE = np.float32(1.0)
_TWO = np.float32(2.0)
_ZERO = np.float32(0.0)


@spliced
def backward(work: LoadedWork, tile: int, length: int, watt: float) -> None:
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
            if not final:
                clear_left(work, length, layer)
            rows_backward(work, tile, length, layer, price, final)
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
        voltage = activation_of(work, last, n)
        for s in range(length):
            cell, within = cell_of(tiles[z, s])
            rest, by_volt, by_watt = _ONE - within, tiles[by, s], price * tiles[counts, s]
            curves[row + k.BY_VOLTAGE, cell] += rest * by_volt
            curves[row + k.BY_VOLTAGE, cell + 1] += within * by_volt
            curves[row + k.BY_WATT, cell] += rest * by_watt
            curves[row + k.BY_WATT, cell + 1] += within * by_watt
            tiles[by, s] = k.PER_VOLT * (
                by_volt * (curves[voltage, cell + 1] - curves[voltage, cell])
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
