"""Power of the ideal model of one design, from mean squares, and the gradient through it."""

import numpy as np

from pnn_studio.physics.kernels import arrays as a
from pnn_studio.physics.kernels.arithmetic import compiled
from pnn_studio.physics.kernels.arrays import Floats, Number, Work
from pnn_studio.physics.kernels.printed import (
    count_negations,
    layer_row,
    negation_of,
    ptanh_of,
    relax_negations,
)

_ONE = np.float32(1.0)
_TWO = np.float32(2.0)
_ZERO = np.float32(0.0)


@compiled
def price_squares(work: Work, parameters: Floats, at: int, layer: int, watt: float) -> None:
    """Find what each mean square counts, the derivative of ``watt x P_C``, and weights' factors."""
    ints, small, table = work.ints, work.small, layer_row(layer)
    rows, first = ints[table, a.INPUTS] + 2, ints[table, a.COLUMN]
    plain = ints[a.SMALL, a.ROW_VALUES] + layer * a.ROW_KINDS + a.BY_PLAIN
    negated = plain + a.BY_NEGATED - a.BY_PLAIN
    price = np.float32(watt)
    for m in range(rows):
        small[plain, m] = _ZERO
        small[negated, m] = _ZERO
    for c in range(first, first + ints[table, a.OUTPUTS]):
        size, column = ints[a.SMALL, a.SIZE] + c, ints[a.SMALL, a.COLUMN_VALUES] + c
        scale = small[column, a.SCALE] * price
        small[column, a.FACTOR] = _ONE / small[column, a.SUM]
        small[column, a.BY_SQUARE] = -scale * small[column, a.SUM]
        for m in range(rows - 1):
            if parameters[at, c, m] < _ZERO:
                small[negated, m] += scale * small[size, m]
            else:
                small[plain, m] += scale * small[size, m]


@compiled
def square_bias(work: Work, layer: int) -> None:
    """Take the squares of the bias row's voltages, which are the same for all samples."""
    small, row = work.small, work.ints[layer_row(layer), a.INPUTS]
    bias = work.nets[a.TECHNOLOGY, a.BIAS]
    negated = small[negation_of(work, layer) + a.CURVE, a.AT_BIAS]
    kinds = work.ints[a.SMALL, a.ROW_VALUES] + layer * a.ROW_KINDS
    small[kinds + a.PLAIN_SQUARE, row] = bias * bias
    small[kinds + a.NEGATED_SQUARE, row] = negated * negated


@compiled
def _lost(work: Work, parameters: Floats, at: int, layer: int, c: int) -> Number:
    """Power of a column per unit of its scale: because z is the weighted mean, sum g (u2 - z2)."""
    ints, small = work.ints, work.small
    size, column = ints[a.SMALL, a.SIZE] + c, ints[a.SMALL, a.COLUMN_VALUES] + c
    plain = ints[a.SMALL, a.ROW_VALUES] + layer * a.ROW_KINDS + a.PLAIN_SQUARE
    negated = plain + a.NEGATED_SQUARE - a.PLAIN_SQUARE
    lost = -small[column, a.SUM] * small[column, a.SQUARE]
    for m in range(ints[layer_row(layer), a.INPUTS] + 1):
        square = small[negated, m] if parameters[at, c, m] < _ZERO else small[plain, m]
        lost += small[size, m] * square
    return lost


@compiled
def power_of(work: Work, parameters: Floats, at: int) -> Number:
    """Find the power by layer and part from the mean squares; return their sum in watt."""
    ints, small, total = work.ints, work.small, _ZERO
    for layer in range(ints[a.SIZES, a.LAYERS]):
        table = layer_row(layer)
        outputs, first, crossbar = ints[table, a.OUTPUTS], ints[table, a.COLUMN], _ZERO
        for c in range(first, first + outputs):
            lost = _lost(work, parameters, at, layer, c)
            crossbar += small[ints[a.SMALL, a.COLUMN_VALUES] + c, a.SCALE] * lost
        count = count_negations(work, parameters, at, layer)
        activation = np.float32(outputs) * small[ptanh_of(work, layer) + a.CURVE, a.POWER]
        negation = count * small[negation_of(work, layer) + a.CURVE, a.POWER]
        watts = ints[a.SMALL, a.WATTS] + layer
        small[watts, 0] = crossbar
        small[watts, 1] = activation
        small[watts, 2] = negation
        total += crossbar + activation + negation
    return total


@compiled
def printed_backward(work: Work, parameters: Floats, at: int, layer: int, watt: float) -> None:
    """Turn the gradients by weight into those of theta_raw.

    On entry the dots of a column hold the derivatives with respect to the weights of the inputs,
    in the sign that each has. Also adds what the layer's circuits get through power, the count of
    negations and the bias row.
    """
    ints, small, table = work.ints, work.small, layer_row(layer)
    rows, first = ints[table, a.INPUTS] + 1, ints[table, a.COLUMN]
    plain = ints[a.SMALL, a.ROW_VALUES] + layer * a.ROW_KINDS + a.PLAIN_SQUARE
    negated = plain + a.NEGATED_SQUARE - a.PLAIN_SQUARE
    ptanh, negation = ptanh_of(work, layer), negation_of(work, layer)
    bias, negated_bias = work.nets[a.TECHNOLOGY, a.BIAS], small[negation + a.CURVE, a.AT_BIAS]
    price = np.float32(watt)
    count = count_negations(work, parameters, at, layer)
    small[ptanh + a.BY_CURVE, a.POWER] += price * np.float32(ints[table, a.OUTPUTS])
    small[negation + a.BY_CURVE, a.POWER] += price * count
    by_negated = plain + a.BY_NEGATED - a.PLAIN_SQUARE
    by_bias = _TWO * small[by_negated, rows - 1] * negated_bias
    for c in range(first, first + ints[table, a.OUTPUTS]):
        size, column = ints[a.SMALL, a.SIZE] + c, ints[a.SMALL, a.COLUMN_VALUES] + c
        dot, gradient = ints[a.SMALL, a.DOT] + c, ints[a.SMALL, a.BY_PARAMETERS] + c
        inverse, by_offset = _ONE / small[column, a.SUM], small[column, a.BY_OFFSET]
        if parameters[at, c, rows - 1] < _ZERO:
            small[dot, rows - 1] = by_offset * negated_bias
            by_bias += by_offset * small[size, rows - 1] * inverse
        else:
            small[dot, rows - 1] = by_offset * bias
        drawn = _ZERO
        for m in range(rows):
            drawn += small[dot, m] * small[size, m]
        scale = small[column, a.SCALE] * price
        common = -drawn * inverse * inverse - scale * small[column, a.SQUARE]
        for m in range(rows):
            raw = parameters[at, c, m]
            square = small[negated, m] if raw < _ZERO else small[plain, m]
            by = common + small[dot, m] * inverse + square * scale
            small[gradient, m] = -by if raw < _ZERO else by
        small[gradient, rows] = -common if parameters[at, c, rows] < _ZERO else common
        # the smallest entry sets the scale of its column
        by = -scale * _lost(work, parameters, at, layer, c) / small[column, a.SMALLEST]
        m = work.places[ints[a.PLACES, a.COLUMN_PLACES] + c, a.SMALLEST_AT]
        small[gradient, m] += -by if parameters[at, c, m] < _ZERO else by
    small[negation + a.BY_CURVE, a.AT_BIAS] += by_bias
    if price > _ZERO:
        for m in range(rows):
            small[by_negated, m] = small[negation + a.CURVE, a.POWER]
        relax_negations(work, parameters, at, layer, by_negated, price)
