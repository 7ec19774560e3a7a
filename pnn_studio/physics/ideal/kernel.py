"""The ideal model of one design, compiled: what is prepared, and a tile of samples forward.

Counterpart of `network` and `signals`, with their names. What a circuit gives is kept as the tanh
alone, ``y = eta1 + eta2 t``: the factors go into the coefficients of who reads it. Of a column only
printed entries are read, of a layer only those negations computed that someone asks for.
"""

import numpy as np

from pnn_studio.physics.ideal.kernel_cells import evaluate_cells
from pnn_studio.physics.ideal.kernel_power import price_squares, square_bias
from pnn_studio.physics.kernels import arrays as a
from pnn_studio.physics.kernels.arithmetic import compiled, tanh
from pnn_studio.physics.kernels.arrays import Floats, Number, Work
from pnn_studio.physics.kernels.printed import layer_row, negation_of, print_layer, ptanh_of
from pnn_studio.physics.kernels.readers import CHUNK, list_readers, tile_row

_ONE = np.float32(1.0)
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
        print_layer(work, parameters, at, layer)
        price_squares(work, parameters, at, layer, watt)
        square_bias(work, layer)
        _coefficients(work, parameters, at, layer)
        list_readers(work, parameters, at, layer)


@compiled
def plain_form(work: Work, layer: int) -> tuple[Number, Number]:
    """Return offset and factor that make volts of the rows that a layer reads."""
    if layer == 0:
        return _ZERO, _ONE
    curve = ptanh_of(work, layer - 1) + a.CURVE
    return work.small[curve, 0], work.small[curve, 1]


@compiled
def source_row(work: Work, layer: int, tile: int) -> Number:
    """First row of what a layer reads."""
    return tile if layer == 0 else work.ints[layer_row(layer - 1), a.ACTIVATED]


@compiled
def _coefficients(work: Work, parameters: Floats, at: int, layer: int) -> None:
    """List the printed entries of each column with their sources, padded to groups of four."""
    ints, small, places, table = work.ints, work.small, work.places, layer_row(layer)
    inputs, first = ints[table, a.INPUTS], ints[table, a.COLUMN]
    # rows of a data tile count from its first one
    plain, negated = source_row(work, layer, 0), ints[table, a.NEGATED]
    base, swing = plain_form(work, layer)
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
    base, swing = plain_form(work, last + 1)
    for n in range(ints[layer_row(last), a.OUTPUTS]):
        volts, activated = ints[a.DATA, a.VOLTS] + n, ints[layer_row(last), a.ACTIVATED] + n
        for s in range(length):
            tiles[volts, s] = base + swing * tiles[activated, s]


@compiled
def _negate(work: Work, tile: int, length: int, layer: int, flag: int) -> None:
    ints, small, tiles, table = work.ints, work.small, work.tiles, layer_row(layer)
    counts = tile + ints[a.LAYER_TABLE, a.INPUTS]
    base, swing = plain_form(work, layer)
    curve, source = negation_of(work, layer) + a.CURVE, source_row(work, layer, tile)
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
    for begin in range(0, ints[table, a.INPUTS], CHUNK):
        for n in range(ints[table, a.OUTPUTS]):
            c, z = ints[table, a.COLUMN] + n, ints[table, a.VOLTAGE] + n
            coefficient, source = ints[a.SMALL, a.COEFFICIENT] + c, ints[a.PLACES, a.SOURCE] + c
            offset = small[ints[a.SMALL, a.COLUMN_VALUES] + c, a.OFFSET]
            entries = places[ints[a.PLACES, a.COLUMN_PLACES] + c, a.ENTRIES]
            for k in range(begin, min(begin + CHUNK, entries), 4):
                w0, w1 = small[coefficient, k], small[coefficient, k + 1]
                w2, w3 = small[coefficient, k + 2], small[coefficient, k + 3]
                r0 = tile_row(places[source, k], own, tile)
                r1 = tile_row(places[source, k + 1], own, tile)
                r2 = tile_row(places[source, k + 2], own, tile)
                r3 = tile_row(places[source, k + 3], own, tile)
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
    _activate(work, tile, length, layer)


@compiled
def _activate(work: Work, tile: int, length: int, layer: int) -> None:
    """Mean squares of the column voltages, and the tanh of their activations."""
    ints, small, tiles, table = work.ints, work.small, work.tiles, layer_row(layer)
    counts, curve = tile + ints[a.LAYER_TABLE, a.INPUTS], ptanh_of(work, layer) + a.CURVE
    slope, shift = small[curve, 3], -small[curve, 2] * small[curve, 3]
    for n in range(ints[table, a.OUTPUTS]):
        column, t = ints[table, a.COLUMN] + n, ints[table, a.ACTIVATED] + n
        z, square = ints[table, a.VOLTAGE] + n, _ZERO
        for s in range(length):
            volt = tiles[z, s]
            square += tiles[counts, s] * volt * volt
            tiles[t, s] = tanh(shift + slope * volt)
        small[ints[a.SMALL, a.COLUMN_VALUES] + column, a.SQUARE] += square
