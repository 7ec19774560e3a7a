"""The crossbars of one design in siemens, and the gradient by siemens back to theta_raw.

Counterpart of `print_conductances`, `Layer` and `layer_power`. The bias row is a row like the
inputs', read at the bias voltage.
"""

import numpy as np

from pnn_studio.physics.kernels import arrays as a
from pnn_studio.physics.kernels.arithmetic import compiled, spliced
from pnn_studio.physics.kernels.arrays import Floats, Number
from pnn_studio.physics.kernels.printed import (
    layer_row,
    negation_of,
    print_layer,
    relax_negations,
)
from pnn_studio.physics.kernels.readers import list_readers
from pnn_studio.physics.loaded.kernel import arrays as k
from pnn_studio.physics.loaded.kernel.arrays import LoadedWork
from pnn_studio.physics.loaded.kernel.cells import curve_row

_ONE = np.float32(1.0)
_TWO = np.float32(2.0)
_ZERO = np.float32(0.0)


@compiled
def row_of(work: LoadedWork, layer: int, kind: int) -> Number:
    """Return the row of `small` that has something of each input of a layer."""
    return work.ints[a.SMALL, a.ROW_VALUES] + layer * k.ROW_KINDS + kind


@compiled
def tiles_of(work: LoadedWork, layer: int, kind: int) -> Number:
    """Return the row of the tiles where something of a layer's inputs and bias begins."""
    table = layer_row(layer)
    return work.ints[table, k.ROWS] + kind * (work.ints[table, a.INPUTS] + 1)


@compiled
def column_of(work: LoadedWork, c: int) -> Number:
    """Return the row of `small` that has a column's values."""
    return work.ints[a.SMALL, a.COLUMN_VALUES] + c


@spliced
def print_crossbars(work: LoadedWork, parameters: Floats, at: int) -> None:
    """Find all that no sample has a part in; the circuits are solved already."""
    ints, small = work.ints, work.small
    g_min = work.nets[a.TECHNOLOGY, a.G_MIN]
    for layer in range(ints[a.SIZES, a.LAYERS]):
        print_layer(work, parameters, at, layer)
        if ints[a.NETS, k.OWN_CURVES] > 0:
            _vary_layer(work, layer)
        table = layer_row(layer)
        first = ints[table, a.COLUMN]
        for c in range(first, first + ints[table, a.OUTPUTS]):
            for m in range(ints[table, a.INPUTS] + 2):
                work.signs[c, m] = -_ONE if parameters[at, c, m] < _ZERO else _ONE
            column = column_of(work, c)
            scale = g_min / small[column, a.SMALLEST]
            small[column, a.FACTOR] = scale
            small[column, k.TOTAL] = small[column, a.SUM] * scale
            bias = _ZERO
            if parameters[at, c, ints[table, a.INPUTS]] >= _ZERO:
                bias = small[ints[a.SMALL, a.SIZE] + c, ints[table, a.INPUTS]] * scale
            small[column, a.OFFSET] = bias * work.nets[a.TECHNOLOGY, a.BIAS]
        _sum_rows(work, layer)
        _list_entries(work, layer)
        list_readers(work, parameters, at, layer)
    _know_first_layer(work)


@compiled
def _vary_layer(work: LoadedWork, layer: int) -> None:
    """Multiply what is printed of a layer's theta, whose scale is that of the design as drawn."""
    ints, small, table = work.ints, work.small, layer_row(layer)
    for n in range(ints[table, a.OUTPUTS]):
        c, total = ints[table, a.COLUMN] + n, _ZERO
        size = ints[a.SMALL, a.SIZE] + c
        for m in range(ints[table, a.INPUTS] + 2):
            entry = small[size, m] * work.prints[c, m]
            small[size, m] = entry
            total += entry
        small[ints[a.SMALL, a.COLUMN_VALUES] + c, a.SUM] = total


@compiled
def _sum_rows(work: LoadedWork, layer: int) -> None:
    """Find what loads each row and its negation, and how many negations there are."""
    ints, small, table = work.ints, work.small, layer_row(layer)
    rows, first = ints[table, a.INPUTS] + 1, ints[table, a.COLUMN]
    plain, load = row_of(work, layer, k.PLAIN), row_of(work, layer, k.LOAD)
    load_n, count = row_of(work, layer, k.LOAD_N), row_of(work, layer, k.COUNT)
    flows_in = row_of(work, layer, k.FLOWS_IN)
    for m in range(rows):
        small[plain, m] = _ZERO
        small[load_n, m] = _ZERO
        small[count, m] = _ZERO
    for c in range(first, first + ints[table, a.OUTPUTS]):
        size, scale = ints[a.SMALL, a.SIZE] + c, small[column_of(work, c), a.FACTOR]
        for m in range(rows):
            siemens = small[size, m] * scale
            if work.signs[c, m] < _ZERO:
                small[load_n, m] += siemens
                small[count, m] += _ONE if siemens > _ZERO else _ZERO
            else:
                small[plain, m] += siemens
    inward = small[negation_of(work, layer) + a.CURVE, k.INWARD]
    for m in range(rows):
        if ints[a.SIZES, a.ORIGINAL] == 0:
            small[count, m] = min(small[count, m], _ONE)
        small[flows_in, m] = small[count, m] * inward
        small[load, m] = small[plain, m] + small[flows_in, m]


@compiled
def _list_entries(work: LoadedWork, layer: int) -> None:
    """List the printed entries of each column with the rows that they read, in groups of four.

    The plain bias is none of them, nor are negative entries with negations of their own.
    """
    ints, small, places, table = work.ints, work.small, work.places, layer_row(layer)
    inputs, first, own = ints[table, a.INPUTS], ints[table, a.COLUMN], ints[a.SIZES, a.ORIGINAL] > 0
    plain = 0 if layer == 0 else tiles_of(work, layer, k.A)
    negated, none = tiles_of(work, layer, k.Y), ints[a.DATA, a.SPARE]
    for c in range(first, first + ints[table, a.OUTPUTS]):
        size, scale = ints[a.SMALL, a.SIZE] + c, small[column_of(work, c), a.FACTOR]
        coefficient, source = ints[a.SMALL, a.COEFFICIENT] + c, ints[a.PLACES, a.SOURCE] + c
        everywhere, count = ints[a.PLACES, a.EVERYWHERE] + c, 0
        for m in range(inputs + 1):
            row = plain + m if m < inputs else none
            if work.signs[c, m] < _ZERO:
                row = none if own else negated + m
            places[everywhere, m] = row
            if small[size, m] > _ZERO and row != none:
                places[source, count] = row
                small[coefficient, count] = small[size, m] * scale
                count += 1
        padded = (count + 3) // 4 * 4
        places[ints[a.PLACES, a.COLUMN_PLACES] + c, a.ENTRIES] = padded
        for j in range(count, padded):
            places[source, j] = none
            small[coefficient, j] = _ZERO
        for m in range(inputs + 1, (inputs + 4) // 4 * 4):
            places[everywhere, m] = none


@compiled
def _know_first_layer(work: LoadedWork) -> None:
    """Mean resistances of the first layer's negations over the training split."""
    small, curves = work.small, work.curves
    inputs, row = work.ints[a.LAYER_TABLE, a.INPUTS], curve_row(work.ints[a.SIZES, a.GROUPS])
    ohm = row_of(work, 0, k.MEAN_OHM_N)
    for m in range(inputs):
        total = _ZERO
        for p in range(k.NODES):
            total += curves[row + k.RESISTANCE, k.EDGES + p] * work.means[p, m]
        small[ohm, m] = total
    small[ohm, inputs] = curves[row + k.RESISTANCE, k.AT_BIAS]


# --- means over samples --------------------------------------------------------------------------


@compiled
def begin_split(work: LoadedWork, split: int) -> None:
    """Set to nothing what the tiles of a split add up; what is known of the inputs stands."""
    ints, small, curves = work.ints, work.small, work.curves
    bias = work.nets[a.TECHNOLOGY, a.BIAS]
    for layer in range(ints[a.SIZES, a.LAYERS]):
        table, watts = layer_row(layer), ints[a.SMALL, a.WATTS] + layer
        inputs, first = ints[table, a.INPUTS], ints[table, a.COLUMN]
        square, negated = row_of(work, layer, k.ROW_SQUARE), row_of(work, layer, k.NEGATED_SQUARE)
        watt = row_of(work, layer, k.NEGATION_WATT)
        row = curve_row(ints[a.SIZES, a.GROUPS] + ints[table, a.GROUP]) + k.WATT
        for m in range(inputs):
            small[square, m] = small[a.INPUT_SQUARES + split, m] if layer == 0 else _ZERO
            small[negated, m] = _ZERO
            small[watt, m] = _ZERO
            if layer == 0:
                total = _ZERO
                for p in range(k.NODES):
                    total += curves[row, k.EDGES + p] * work.means[split * k.NODES + p, m]
                small[watt, m] = total
        small[square, inputs] = bias * bias
        small[negated, inputs] = _ZERO
        small[watt, inputs] = curves[row, k.AT_BIAS]
        for part in range(small.shape[1]):
            small[watts, part] = _ZERO
        for c in range(first, first + ints[table, a.OUTPUTS]):
            small[column_of(work, c), a.SQUARE] = _ZERO


@compiled
def power_of(work: LoadedWork) -> Number:
    """Find the power by layer and part from the means; return their sum in watt."""
    ints, small, total = work.ints, work.small, _ZERO
    for layer in range(ints[a.SIZES, a.LAYERS]):
        table, watts = layer_row(layer), ints[a.SMALL, a.WATTS] + layer
        first, crossbar, negation = (
            ints[table, a.COLUMN],
            small[watts, k.OWN],
            small[watts, k.LOADS],
        )
        plain, load_n = row_of(work, layer, k.PLAIN), row_of(work, layer, k.LOAD_N)
        square, negated = row_of(work, layer, k.ROW_SQUARE), row_of(work, layer, k.NEGATED_SQUARE)
        count, watt = row_of(work, layer, k.COUNT), row_of(work, layer, k.NEGATION_WATT)
        for m in range(ints[table, a.INPUTS] + 1):
            crossbar += small[plain, m] * small[square, m] + small[load_n, m] * small[negated, m]
            negation += small[count, m] * small[watt, m]
        for c in range(first, first + ints[table, a.OUTPUTS]):
            column = column_of(work, c)
            crossbar -= small[column, k.TOTAL] * small[column, a.SQUARE]
        small[watts, 0] = crossbar
        small[watts, 1] = small[watts, k.DRIVERS]
        small[watts, 2] = negation
        total += crossbar + small[watts, 1] + negation
    return total


# --- backward ------------------------------------------------------------------------------------


@compiled
def begin_crossbars(work: LoadedWork) -> None:
    """Set the gradients of all crossbars to nothing."""
    ints, small = work.ints, work.small
    for c in range(ints[a.SIZES, a.COLUMNS]):
        small[column_of(work, c), a.BY_OFFSET] = _ZERO
        for m in range(small.shape[1]):
            small[ints[a.SMALL, a.DOT] + c, m] = _ZERO
    for layer in range(ints[a.SIZES, a.LAYERS]):
        for m in range(ints[layer_row(layer), a.INPUTS] + 1):
            small[row_of(work, layer, k.BY_LOAD), m] = _ZERO
            small[row_of(work, layer, k.BY_LOAD_N), m] = _ZERO


@compiled
def crossbars_backward(work: LoadedWork, parameters: Floats, at: int, watt: float) -> None:
    """Turn the gradients by siemens into those of theta_raw.

    On entry the dots of a column have the derivatives by its entries as far as samples show them,
    its ground entry that by the whole column's conductance.
    """
    ints, small, price = work.ints, work.small, np.float32(watt)
    bias = work.nets[a.TECHNOLOGY, a.BIAS]
    _watts_backward(work, price)
    for layer in range(ints[a.SIZES, a.LAYERS]):
        table, own = layer_row(layer), ints[a.SIZES, a.ORIGINAL] > 0
        inputs, first = ints[table, a.INPUTS], ints[table, a.COLUMN]
        square, negated = row_of(work, layer, k.ROW_SQUARE), row_of(work, layer, k.NEGATED_SQUARE)
        by_load, by_load_n = row_of(work, layer, k.BY_LOAD), row_of(work, layer, k.BY_LOAD_N)
        for c in range(first, first + ints[table, a.OUTPUTS]):
            column, dot = column_of(work, c), ints[a.SMALL, a.DOT] + c
            size, gradient = ints[a.SMALL, a.SIZE] + c, ints[a.SMALL, a.BY_PARAMETERS] + c
            total = small[dot, inputs + 1] - price * small[column, a.SQUARE]
            if work.signs[c, inputs] >= _ZERO:
                small[dot, inputs] = small[column, a.BY_OFFSET] * bias
            scale, drawn = small[column, a.FACTOR], _ZERO
            for m in range(inputs + 2):
                by = total
                if m <= inputs:
                    if work.signs[c, m] >= _ZERO:
                        by += small[dot, m] + small[by_load, m] + price * small[square, m]
                    elif own:
                        by += small[dot, m]
                    else:
                        by += small[dot, m] + small[by_load_n, m] + price * small[negated, m]
                drawn += by * small[size, m]
                by *= scale * work.prints[c, m]
                small[gradient, m] = -by if work.signs[c, m] < _ZERO else by
            # the smallest entry sets the scale of its column
            by = -drawn * scale / small[column, a.SMALLEST]
            m = work.places[ints[a.PLACES, a.COLUMN_PLACES] + c, a.SMALLEST_AT]
            small[gradient, m] += -by if work.signs[c, m] < _ZERO else by
        if price > _ZERO:
            relax_negations(
                work, parameters, at, layer, row_of(work, layer, k.NEGATION_WATT), price
            )


@compiled
def _watts_backward(work: LoadedWork, price: Number) -> None:
    """Add what open negations cost where their inputs are known: in the first layer, and the bias.

    To the gradients of their curves; samples show that of the others.
    """
    ints, small, curves = work.ints, work.small, work.curves
    for layer in range(ints[a.SIZES, a.LAYERS]):
        table, count = layer_row(layer), row_of(work, layer, k.COUNT)
        inputs = ints[table, a.INPUTS]
        row = curve_row(ints[a.SIZES, a.GROUPS] + ints[table, a.GROUP]) + k.BY_WATT
        curves[row, k.AT_BIAS] += price * small[count, inputs]
        if layer == 0:
            for m in range(inputs):
                for p in range(k.NODES):
                    curves[row, k.EDGES + p] += price * small[count, m] * work.means[p, m]
