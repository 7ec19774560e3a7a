"""The ideal model of one design, compiled: a tile of samples backward, and the gradient."""

import numpy as np

from pnn_studio.physics.ideal.kernel import plain_form, source_row
from pnn_studio.physics.ideal.kernel_cells import cells_backward
from pnn_studio.physics.ideal.kernel_power import printed_backward
from pnn_studio.physics.kernels import arrays as a
from pnn_studio.physics.kernels.arithmetic import compiled
from pnn_studio.physics.kernels.arrays import Floats, Work
from pnn_studio.physics.kernels.printed import layer_row, negation_of, ptanh_of
from pnn_studio.physics.kernels.readers import CHUNK, gather, tile_row

_ONE = np.float32(1.0)
_TWO = np.float32(2.0)
_ZERO = np.float32(0.0)


@compiled
def begin_backward(work: Work) -> None:
    """Set to nothing what the tiles of the training split add up."""
    ints, small = work.ints, work.small
    for c in range(ints[a.SIZES, a.COLUMNS]):
        dot = ints[a.SMALL, a.DOT] + c
        small[ints[a.SMALL, a.COLUMN_VALUES] + c, a.BY_OFFSET] = _ZERO
        for m in range(small.shape[1]):
            small[dot, m] = _ZERO
    for cell in range(2 * ints[a.SIZES, a.GROUPS]):
        row = ints[a.SMALL, a.CELLS] + cell * a.CELL_ROWS + a.BY_CURVE
        for k in range(small.shape[1]):
            small[row, k] = _ZERO


@compiled
def backward(work: Work, tile: int, length: int) -> None:
    """Take the gradients of the last layer's outputs back through all layers, and add them up."""
    for layer in range(work.ints[a.SIZES, a.LAYERS] - 1, -1, -1):
        _columns_backward(work, tile, length, layer)
        _dots(work, tile, length, layer)
        _rows_backward(work, tile, length, layer)


@compiled
def _columns_backward(work: Work, tile: int, length: int, layer: int) -> None:
    """From gradients of the activations to those of the column voltages, in their place."""
    ints, small, tiles, table = work.ints, work.small, work.tiles, layer_row(layer)
    counts, ptanh = tile + ints[a.LAYER_TABLE, a.INPUTS], ptanh_of(work, layer)
    curve, by_curve = ptanh + a.CURVE, ptanh + a.BY_CURVE
    eta2, eta3, eta4 = small[curve, 1], small[curve, 2], small[curve, 3]
    for n in range(ints[table, a.OUTPUTS]):
        z, t = ints[table, a.VOLTAGE] + n, ints[table, a.ACTIVATED] + n
        by, column = ints[table, a.GRADIENT] + n, ints[table, a.COLUMN] + n
        column += ints[a.SMALL, a.COLUMN_VALUES]
        square = _TWO * small[column, a.BY_SQUARE]
        by1, by2, steep, moment, offset = _ZERO, _ZERO, _ZERO, _ZERO, _ZERO
        for s in range(length):
            g, activated, volt = tiles[by, s], tiles[t, s], tiles[z, s]
            by1 += g
            by2 += g * activated
            r = g * (_ONE - activated * activated) * eta2
            steep += r
            moment += r * volt
            by_z = r * eta4 + square * tiles[counts, s] * volt
            tiles[z, s] = by_z
            offset += by_z
        small[by_curve, 0] += by1
        small[by_curve, 1] += by2
        small[by_curve, 2] -= eta4 * steep
        small[by_curve, 3] += moment - eta3 * steep
        small[column, a.BY_OFFSET] += offset


@compiled
def _dots(work: Work, tile: int, length: int, layer: int) -> None:
    """Gradients by weight, of all entries: they pass straight through what is not printed."""
    ints, small, places, tiles = work.ints, work.small, work.places, work.tiles
    table, own = layer_row(layer), ints[a.LAYER_TABLE, a.INPUTS]
    inputs = ints[table, a.INPUTS]
    for begin in range(0, inputs, CHUNK):
        for n in range(ints[table, a.OUTPUTS]):
            c, z = ints[table, a.COLUMN] + n, ints[table, a.VOLTAGE] + n
            everywhere, dot = ints[a.PLACES, a.EVERYWHERE] + c, ints[a.SMALL, a.DOT] + c
            for k in range(begin, min(begin + CHUNK, inputs), 4):
                r0 = tile_row(places[everywhere, k], own, tile)
                r1 = tile_row(places[everywhere, k + 1], own, tile)
                r2 = tile_row(places[everywhere, k + 2], own, tile)
                r3 = tile_row(places[everywhere, k + 3], own, tile)
                d0, d1, d2, d3 = _ZERO, _ZERO, _ZERO, _ZERO
                for s in range(length):
                    by = tiles[z, s]
                    d0 += by * tiles[r0, s]
                    d1 += by * tiles[r1, s]
                    d2 += by * tiles[r2, s]
                    d3 += by * tiles[r3, s]
                small[dot, k] += d0
                small[dot, k + 1] += d1
                small[dot, k + 2] += d2
                small[dot, k + 3] += d3


@compiled
def _rows_backward(work: Work, tile: int, length: int, layer: int) -> None:
    """From gradients of the column voltages to those of the layer before, and of the negation."""
    ints, small, tiles, table = work.ints, work.small, work.tiles, layer_row(layer)
    counts, negation = tile + ints[a.LAYER_TABLE, a.INPUTS], negation_of(work, layer)
    base, swing = plain_form(work, layer)
    curve, by_curve = negation + a.CURVE, negation + a.BY_CURVE
    eta1, eta2, eta3, eta4 = small[curve, 0], small[curve, 1], small[curve, 2], small[curve, 3]
    plain, spare = ints[a.DATA, a.SPARE], ints[a.DATA, a.SPARE] + 1
    source, kinds = source_row(work, layer, tile), ints[a.SMALL, a.ROW_VALUES]
    kinds += layer * a.ROW_KINDS
    for m in range(ints[table, a.INPUTS]):
        row, t, into = source + m, ints[table, a.NEGATED] + m, plain
        if layer > 0:
            into = ints[layer_row(layer - 1), a.GRADIENT] + m
            square = _TWO * small[kinds + a.BY_PLAIN, m]
            if gather(work, length, layer, m, 0, plain, 0):
                for s in range(length):
                    volt = base + swing * tiles[row, s]
                    tiles[into, s] = tiles[plain, s] + square * tiles[counts, s] * volt
            else:
                for s in range(length):
                    tiles[into, s] = _ZERO
        if gather(work, length, layer, m, 1, spare, 0):
            square = _TWO * small[kinds + a.BY_NEGATED, m]
            by1, by2, steep, moment = _ZERO, _ZERO, _ZERO, _ZERO
            for s in range(length):
                # the voltage of a negation is minus its tanh form
                swung = tiles[t, s]
                h = -tiles[spare, s] + square * tiles[counts, s] * (eta1 + eta2 * swung)
                by1 += h
                by2 += h * swung
                r = h * (_ONE - swung * swung) * eta2
                steep += r
                moment += r * (base + swing * tiles[row, s])
                tiles[spare, s] = r * eta4
            small[by_curve, 0] += by1
            small[by_curve, 1] += by2
            small[by_curve, 2] -= eta4 * steep
            small[by_curve, 3] += moment - eta3 * steep
            if layer > 0:
                for s in range(length):
                    tiles[into, s] += tiles[spare, s]


@compiled
def finish_backward(work: Work, parameters: Floats, at: int, watt: float) -> None:
    """Complete the gradient of all parameters, once all tiles have been through."""
    ints, small = work.ints, work.small
    for layer in range(ints[a.SIZES, a.LAYERS]):
        table = layer_row(layer)
        base, swing = plain_form(work, layer)
        curve, first = negation_of(work, layer) + a.CURVE, ints[table, a.COLUMN]
        eta1, eta2 = small[curve, 0], small[curve, 1]
        for c in range(first, first + ints[table, a.OUTPUTS]):
            dots = ints[a.SMALL, a.DOT] + c
            offset = small[ints[a.SMALL, a.COLUMN_VALUES] + c, a.BY_OFFSET]
            for m in range(ints[table, a.INPUTS]):
                dot = small[dots, m]
                if parameters[at, c, m] < _ZERO:
                    small[dots, m] = -eta1 * offset - eta2 * dot
                else:
                    small[dots, m] = base * offset + swing * dot
        printed_backward(work, parameters, at, layer, watt)
    cells_backward(work)
