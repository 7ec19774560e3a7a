"""The ideal model of one design, compiled: a tile of samples forward and backward.

Counterpart of `network` and `signals`, with their names. What a circuit gives is kept as the tanh
alone, ``y = eta1 + eta2 t``: the factors go into the coefficients of who reads it. Of a column only
printed entries are read, of a layer only those negations computed that someone asks for.
"""

import numpy as np

from pnn_studio.physics.kernels import arrays as a
from pnn_studio.physics.kernels.arithmetic import compiled, tanh
from pnn_studio.physics.kernels.arrays import Floats, Number, Work
from pnn_studio.physics.kernels.cells import cells_backward, evaluate_cells
from pnn_studio.physics.kernels.printed import (
    layer_row,
    negation_of,
    print_layer,
    printed_backward,
    ptanh_of,
    square_bias,
)

_ONE = np.float32(1.0)
_TWO = np.float32(2.0)
_ZERO = np.float32(0.0)


@compiled
def prepare(work: Work, parameters: Floats, at: int, watt: float) -> None:
    """Do all that no sample has a part in, for both splits.

    Parameters
    ----------
    work : Work
        See `arrays`.
    parameters : array, shape (kinds, parameter rows, row length)
        Of which kind `at` is read.
    watt : float
        What a watt counts.
    """
    evaluate_cells(work, parameters, at)
    for layer in range(work.ints[a.SIZES, a.LAYERS]):
        print_layer(work, parameters, at, layer, watt)
        square_bias(work, layer)
        _coefficients(work, parameters, at, layer)


@compiled
def _plain_form(work: Work, layer: int) -> tuple[Number, Number]:
    """Return offset and factor that make volts of the rows that a layer reads."""
    if layer == 0:
        return _ZERO, _ONE
    curve = ptanh_of(work, layer - 1) + a.CURVE
    return work.small[curve, 0], work.small[curve, 1]


@compiled
def _source_row(work: Work, layer: int, tile: int) -> Number:
    """First row of what a layer reads."""
    return tile if layer == 0 else work.ints[layer_row(layer - 1), a.ACTIVATED]


@compiled
def _coefficients(work: Work, parameters: Floats, at: int, layer: int) -> None:
    """List the printed entries of each column with their sources, padded to groups of four."""
    ints, small, places, table = work.ints, work.small, work.places, layer_row(layer)
    inputs, first = ints[table, a.INPUTS], ints[table, a.COLUMN]
    # rows of a data tile count from its first one
    plain, negated = _source_row(work, layer, 0), ints[table, a.NEGATED]
    base, swing = _plain_form(work, layer)
    curve = negation_of(work, layer) + a.CURVE
    eta1, eta2, at_bias = small[curve, 0], small[curve, 1], small[curve, a.AT_BIAS]
    for c in range(first, first + ints[table, a.OUTPUTS]):
        size, column = ints[a.SMALL, a.SIZE] + c, ints[a.SMALL, a.COLUMN_VALUES] + c
        coefficient, source = ints[a.SMALL, a.COEFFICIENT] + c, ints[a.PLACES, a.SOURCE] + c
        everywhere = ints[a.PLACES, a.EVERYWHERE] + c
        inverse = _ONE / small[column, a.SUM]
        offset, count = _ZERO, 0
        for m in range(inputs):
            weight, is_negated = small[size, m] * inverse, parameters[at, c, m] < _ZERO
            row = negated + m if is_negated else plain + m
            places[everywhere, m] = row
            if weight > _ZERO:
                places[source, count] = row
                small[coefficient, count] = weight * (-eta2 if is_negated else swing)
                offset += weight * (-eta1 if is_negated else base)
                count += 1
        bias = at_bias if parameters[at, c, inputs] < _ZERO else work.nets[a.TECHNOLOGY, a.BIAS]
        small[column, a.OFFSET] = offset + small[size, inputs] * inverse * bias
        # at least one group, which begins the sum
        padded = max((count + 3) // 4, 1) * 4
        places[ints[a.PLACES, a.COLUMN_PLACES] + c, a.ENTRIES] = padded
        for k in range(count, padded):
            places[source, k] = places[everywhere, 0]
            small[coefficient, k] = _ZERO
        for m in range(inputs, (inputs + 3) // 4 * 4):
            places[everywhere, m] = places[everywhere, 0]


@compiled
def begin_split(work: Work, split: int) -> None:
    """Set the mean squares of a split to nothing, but for the inputs, whose are known."""
    ints, small = work.ints, work.small
    for layer in range(ints[a.SIZES, a.LAYERS]):
        plain = ints[a.SMALL, a.ROW_VALUES] + layer * a.ROW_KINDS + a.PLAIN_SQUARE
        negated = plain + a.NEGATED_SQUARE - a.PLAIN_SQUARE
        for m in range(ints[layer_row(layer), a.INPUTS]):
            small[plain, m] = small[a.INPUT_SQUARES + split, m] if layer == 0 else _ZERO
            small[negated, m] = _ZERO
    columns = ints[a.SMALL, a.COLUMN_VALUES]
    for column in range(columns, columns + ints[a.SIZES, a.COLUMNS]):
        small[column, a.SQUARE] = _ZERO


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
def forward(work: Work, tile: int, length: int, learning: bool) -> None:
    """Take the samples of a tile through all layers, and add up the mean squares.

    Parameters
    ----------
    work : Work
        See `arrays`; the outputs in volt lie in the tiles from row `VOLTS` on.
    tile : int
        Its first row.
    length : int
        Samples of it that are in use.
    learning : bool
        Whether negations are needed that are not printed: gradients pass straight through them.
    """
    ints, tiles = work.ints, work.tiles
    for layer in range(ints[a.SIZES, a.LAYERS]):
        _negate(work, tile, length, layer, a.ASKED if learning else a.PRINTED)
        _columns(work, tile, length, layer)
    last = ints[a.SIZES, a.LAYERS] - 1
    base, swing = _plain_form(work, last + 1)
    for n in range(ints[layer_row(last), a.OUTPUTS]):
        volts, activated = ints[a.DATA, a.VOLTS] + n, ints[layer_row(last), a.ACTIVATED] + n
        for s in range(length):
            tiles[volts, s] = base + swing * tiles[activated, s]


@compiled
def _negate(work: Work, tile: int, length: int, layer: int, flag: int) -> None:
    ints, small, tiles, table = work.ints, work.small, work.tiles, layer_row(layer)
    counts = tile + ints[a.LAYER_TABLE, a.INPUTS]
    base, swing = _plain_form(work, layer)
    curve, source = negation_of(work, layer) + a.CURVE, _source_row(work, layer, tile)
    eta1, eta2 = small[curve, 0], small[curve, 1]
    slope, shift = small[curve, 3] * swing, (base - small[curve, 2]) * small[curve, 3]
    plain = ints[a.SMALL, a.ROW_VALUES] + layer * a.ROW_KINDS + a.PLAIN_SQUARE
    negated = plain + a.NEGATED_SQUARE - a.PLAIN_SQUARE
    flags = ints[a.PLACES, a.FLAGS] + 2 * layer + flag
    for m in range(ints[table, a.INPUTS]):
        row, into = source + m, ints[table, a.NEGATED] + m
        if layer > 0:
            square = _ZERO
            for s in range(length):
                volt = base + swing * tiles[row, s]
                square += tiles[counts, s] * volt * volt
            small[plain, m] += square
        if work.places[flags, m] > 0:
            square = _ZERO
            for s in range(length):
                t = tanh(shift + slope * tiles[row, s])
                tiles[into, s] = t
                volt = eta1 + eta2 * t
                square += tiles[counts, s] * volt * volt
            small[negated, m] += square


@compiled
def _columns(work: Work, tile: int, length: int, layer: int) -> None:
    """Column voltages, their mean squares, and the tanh of the activations."""
    ints, small, places, tiles = work.ints, work.small, work.places, work.tiles
    table, own = layer_row(layer), ints[a.LAYER_TABLE, a.INPUTS]
    counts, curve = tile + own, ptanh_of(work, layer) + a.CURVE
    slope, shift = small[curve, 3], -small[curve, 2] * small[curve, 3]
    for n in range(ints[table, a.OUTPUTS]):
        c, z, t = (
            ints[table, a.COLUMN] + n,
            ints[table, a.VOLTAGE] + n,
            ints[table, a.ACTIVATED] + n,
        )
        coefficient, source = ints[a.SMALL, a.COEFFICIENT] + c, ints[a.PLACES, a.SOURCE] + c
        column = ints[a.SMALL, a.COLUMN_VALUES] + c
        offset = small[column, a.OFFSET]
        for k in range(0, places[ints[a.PLACES, a.COLUMN_PLACES] + c, a.ENTRIES], 4):
            w0, w1 = small[coefficient, k], small[coefficient, k + 1]
            w2, w3 = small[coefficient, k + 2], small[coefficient, k + 3]
            r0, r1 = places[source, k], places[source, k + 1]
            r2, r3 = places[source, k + 2], places[source, k + 3]
            r0 += tile if r0 < own else 0
            r1 += tile if r1 < own else 0
            r2 += tile if r2 < own else 0
            r3 += tile if r3 < own else 0
            if k == 0:
                for s in range(length):
                    tiles[z, s] = offset + (
                        w0 * tiles[r0, s]
                        + w1 * tiles[r1, s]
                        + w2 * tiles[r2, s]
                        + w3 * tiles[r3, s]
                    )
            else:
                for s in range(length):
                    tiles[z, s] += (
                        w0 * tiles[r0, s]
                        + w1 * tiles[r1, s]
                        + w2 * tiles[r2, s]
                        + w3 * tiles[r3, s]
                    )
        square = _ZERO
        for s in range(length):
            volt = tiles[z, s]
            square += tiles[counts, s] * volt * volt
            tiles[t, s] = tanh(shift + slope * volt)
        small[column, a.SQUARE] += square


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
    for n in range(ints[table, a.OUTPUTS]):
        c, z = ints[table, a.COLUMN] + n, ints[table, a.VOLTAGE] + n
        everywhere, dot = ints[a.PLACES, a.EVERYWHERE] + c, ints[a.SMALL, a.DOT] + c
        for k in range(0, ints[table, a.INPUTS], 4):
            r0, r1 = places[everywhere, k], places[everywhere, k + 1]
            r2, r3 = places[everywhere, k + 2], places[everywhere, k + 3]
            r0 += tile if r0 < own else 0
            r1 += tile if r1 < own else 0
            r2 += tile if r2 < own else 0
            r3 += tile if r3 < own else 0
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
def _gather(work: Work, length: int, layer: int, m: int, way: int) -> bool:
    """Sum ``weight x gradient`` of the columns that read input m in one way, into a spare row.

    `way` is 0 for plain and 1 for negated entries; returns whether any is printed.
    """
    ints, small, tiles, table = work.ints, work.small, work.tiles, layer_row(layer)
    into, negated, any_yet = ints[a.DATA, a.SPARE] + way, ints[table, a.NEGATED] + m, False
    for n in range(ints[table, a.OUTPUTS]):
        c, z = ints[table, a.COLUMN] + n, ints[table, a.VOLTAGE] + n
        entry = small[ints[a.SMALL, a.SIZE] + c, m]
        is_negated = work.places[ints[a.PLACES, a.EVERYWHERE] + c, m] == negated
        if is_negated == (way == 1) and entry > _ZERO:
            weight = entry / small[ints[a.SMALL, a.COLUMN_VALUES] + c, a.SUM]
            if any_yet:
                for s in range(length):
                    tiles[into, s] += weight * tiles[z, s]
            else:
                for s in range(length):
                    tiles[into, s] = weight * tiles[z, s]
            any_yet = True
    return any_yet


@compiled
def _rows_backward(work: Work, tile: int, length: int, layer: int) -> None:
    """From gradients of the column voltages to those of the layer before, and of the negation."""
    ints, small, tiles, table = work.ints, work.small, work.tiles, layer_row(layer)
    counts, negation = tile + ints[a.LAYER_TABLE, a.INPUTS], negation_of(work, layer)
    base, swing = _plain_form(work, layer)
    curve, by_curve = negation + a.CURVE, negation + a.BY_CURVE
    eta1, eta2, eta3, eta4 = small[curve, 0], small[curve, 1], small[curve, 2], small[curve, 3]
    plain, spare = ints[a.DATA, a.SPARE], ints[a.DATA, a.SPARE] + 1
    source, kinds = _source_row(work, layer, tile), ints[a.SMALL, a.ROW_VALUES]
    kinds += layer * a.ROW_KINDS
    for m in range(ints[table, a.INPUTS]):
        row, t, into = source + m, ints[table, a.NEGATED] + m, plain
        if layer > 0:
            into = ints[layer_row(layer - 1), a.GRADIENT] + m
            square = _TWO * small[kinds + a.BY_PLAIN, m]
            if _gather(work, length, layer, m, 0):
                for s in range(length):
                    volt = base + swing * tiles[row, s]
                    tiles[into, s] = tiles[plain, s] + square * tiles[counts, s] * volt
            else:
                for s in range(length):
                    tiles[into, s] = _ZERO
        if _gather(work, length, layer, m, 1):
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
        base, swing = _plain_form(work, layer)
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
