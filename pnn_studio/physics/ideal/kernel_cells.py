"""The surrogates of one design's circuits: component values to curves and power, and back.

Counterpart of `Mlp`. Cells are numbered by circuit (activation, negation), then by group.
"""

import math

import numpy as np

from pnn_studio.physics.kernels import arrays as a
from pnn_studio.physics.kernels.arithmetic import compiled, sigmoid, tanh
from pnn_studio.physics.kernels.arrays import Floats, Number, Work
from pnn_studio.physics.kernels.components import (
    LANES,
    cell_row,
    components_backward,
    find_components,
)

TANH, SIGMOID, RELU, PRELU, LINEAR = 0, 1, 2, 3, 4
_ONE = np.float32(1.0)
_ZERO = np.float32(0.0)


@compiled
def evaluate_cells(work: Work, parameters: Floats, at: int) -> None:
    """Find component values, curve and power of all cells.

    Parameters
    ----------
    work : Work
        See `arrays`.
    parameters : array, shape (kinds, parameter rows, row length)
        Of which kind `at` is read.
    """
    small, groups = work.small, work.ints[a.SIZES, a.GROUPS]
    bias = work.nets[a.TECHNOLOGY, a.BIAS]
    for cell in range(2 * groups):
        circuit, row = cell // groups, cell_row(work, cell)
        find_components(work, parameters, at, cell)
        for which in range(2):
            _surrogate(work, cell, 2 * circuit + which)
        if circuit == 1:
            curve = row + a.CURVE
            swing = tanh((bias - small[curve, 2]) * small[curve, 3])
            small[curve, a.AT_BIAS] = -small[curve, 0] - small[curve, 1] * swing


@compiled
def _act_row(work: Work, cell: int, mlp: int) -> Number:
    """Row of a surrogate's features among the acts; its stages follow."""
    return work.ints[a.NETS, a.ACTS] + (2 * cell + mlp % 2) * work.ints[a.NETS, a.DEPTH]


@compiled
def _read_features(work: Work, cell: int, mlp: int, row: int) -> None:
    """Write the scaled features of a surrogate into a row of acts."""
    ints, nets, small = work.ints, work.nets, work.small
    table, values = ints[a.SIZES, a.MLPS] + mlp, cell_row(work, cell)
    for f in range(ints[table, a.FEATURES]):
        feature = ints[table, a.FEATURE] + f
        top, under = ints[feature, a.NUMERATOR], ints[feature, a.DENOMINATOR]
        if ints[feature, a.LOGARITHM] > 0:
            value = small[values + a.LOG, top]
            if under >= 0:
                value -= small[values + a.LOG, under]
        else:
            value = small[values + a.OMEGA, top]
            if under >= 0:
                value *= small[values + a.INVERSE, under]
        scaling = ints[feature, a.SCALE_AT]
        nets[row, f] = (value - nets[scaling, 0]) * nets[scaling, 1]
    # padding, into which numbers of a design that diverged must not pass
    for f in range(ints[table, a.FEATURES], ints[ints[table, a.STAGE], a.INS]):
        nets[row, f] = _ZERO


@compiled
def _surrogate(work: Work, cell: int, mlp: int) -> None:
    """Evaluate one surrogate, and keep what the way back needs."""
    ints, nets, small = work.ints, work.nets, work.small
    table, row = ints[a.SIZES, a.MLPS] + mlp, _act_row(work, cell, mlp)
    slopes = ints[a.NETS, a.SLOPES] - ints[a.NETS, a.ACTS]
    _read_features(work, cell, mlp, row)
    last = ints[table, a.STAGES] - 1
    for number in range(last + 1):
        stage = ints[table, a.STAGE] + number
        for j in range(ints[stage, a.WIDTH]):
            nets[row + 1, j] = nets[ints[stage, a.BELOW], j]
        if number == last:
            _narrow_stage(work, stage, row)
        else:
            _wide_stage(work, stage, row)
        if ints[stage, a.ACTIVATION] != LINEAR:
            _activate(work, stage, row + 1, slopes)
        row += 1
    place, curve = a.POWER if mlp % 2 == 1 else 0, cell_row(work, cell) + a.CURVE
    finish = ints[a.NETS, a.FINISH] + 3 * mlp
    for k in range(ints[table, a.OUTS]):
        value = nets[row, k] * nets[finish, k] + nets[finish + 1, k]
        if nets[finish + 2, k] > _ZERO:
            value = np.float32(math.exp(value))
        small[curve, place + k] = value


@compiled
def _wide_stage(work: Work, stage: int, row: int) -> None:
    """Add what a row of acts gives to the row after it, four inputs at a time."""
    ints, nets = work.ints, work.nets
    w, width, after = ints[stage, a.WEIGHT], ints[stage, a.WIDTH], row + 1
    for i in range(0, ints[stage, a.INS], 4):
        x0, x1, x2, x3 = nets[row, i], nets[row, i + 1], nets[row, i + 2], nets[row, i + 3]
        for j in range(width):
            nets[after, j] += (
                x0 * nets[w + i, j]
                + x1 * nets[w + i + 1, j]
                + x2 * nets[w + i + 2, j]
                + x3 * nets[w + i + 3, j]
            )


@compiled
def _narrow_stage(work: Work, stage: int, row: int) -> None:
    """Do the same for the last stage, of four outputs at most."""
    ints, nets = work.ints, work.nets
    w, after = ints[stage, a.WEIGHT], row + 1
    y0, y1, y2, y3 = _ZERO, _ZERO, _ZERO, _ZERO
    for i in range(ints[stage, a.INS]):
        x = nets[row, i]
        y0 += x * nets[w, i]
        y1 += x * nets[w + 1, i]
        y2 += x * nets[w + 2, i]
        y3 += x * nets[w + 3, i]
    nets[after, 0] += y0
    nets[after, 1] += y1
    nets[after, 2] += y2
    nets[after, 3] += y3


@compiled
def _activate(work: Work, stage: int, row: int, slopes: int) -> None:
    """Apply an activation to a row of acts, and keep its slopes."""
    ints, nets = work.ints, work.nets
    kind, width = ints[stage, a.ACTIVATION], ints[stage, a.WIDTH]
    if kind == TANH:
        for j in range(width):
            y = tanh(nets[row, j])
            nets[row, j] = y
            nets[row + slopes, j] = _ONE - y * y
        return
    # slopes of a prelu follow the biases; those of a relu are zeros
    below = ints[stage, a.BELOW] + 1
    for j in range(width):
        x, slope = nets[row, j], _ONE
        y = x
        if kind == SIGMOID:
            y = sigmoid(x)
            slope = y * (_ONE - y)
        elif x < _ZERO:
            slope = nets[below, j]
            y = x * slope
        nets[row, j] = y
        nets[row + slopes, j] = slope


@compiled
def cells_backward(work: Work) -> None:
    """Turn the gradients of curves and powers, `BY_CURVE`, into those of the raw parameters."""
    ints, nets, small = work.ints, work.nets, work.small
    groups, bias = ints[a.SIZES, a.GROUPS], nets[a.TECHNOLOGY, a.BIAS]
    for cell in range(2 * groups):
        circuit, row = cell // groups, cell_row(work, cell)
        curve, by_curve, by_omega = row + a.CURVE, row + a.BY_CURVE, row + a.BY_OMEGA
        if circuit == 1:
            by = small[by_curve, a.AT_BIAS]
            eta2, eta3, eta4 = small[curve, 1], small[curve, 2], small[curve, 3]
            swing = tanh((bias - eta3) * eta4)
            steep = by * eta2 * (_ONE - swing * swing)
            small[by_curve, 0] -= by
            small[by_curve, 1] -= by * swing
            small[by_curve, 2] += steep * eta4
            small[by_curve, 3] -= steep * (bias - eta3)
        for c in range(LANES):
            small[by_omega, c] = _ZERO
        for which in range(2):
            _surrogate_backward(work, cell, 2 * circuit + which)
        components_backward(work, cell)


@compiled
def _surrogate_backward(work: Work, cell: int, mlp: int) -> None:
    """From gradients of curve or power to those of the component values."""
    ints, nets, small = work.ints, work.nets, work.small
    table, values = ints[a.SIZES, a.MLPS] + mlp, cell_row(work, cell)
    count, slopes = ints[table, a.STAGES], ints[a.NETS, a.SLOPES] - ints[a.NETS, a.ACTS]
    row, place = _act_row(work, cell, mlp) + count, a.POWER if mlp % 2 == 1 else 0
    finish, curve = ints[a.NETS, a.FINISH] + 3 * mlp, values + a.CURVE
    # from here on a row of acts holds gradients of what it held
    for j in range(ints[ints[table, a.STAGE] + count - 1, a.WIDTH]):
        nets[row, j] = _ZERO
    for k in range(ints[table, a.OUTS]):
        by = small[values + a.BY_CURVE, place + k] * nets[finish, k]
        if nets[finish + 2, k] > _ZERO:
            by *= small[curve, place + k]
        nets[row, k] = by
    for number in range(count - 1, -1, -1):
        stage = ints[table, a.STAGE] + number
        if ints[stage, a.ACTIVATION] != LINEAR:
            for j in range(ints[stage, a.WIDTH]):
                nets[row, j] *= nets[row + slopes, j]
        if number == count - 1:
            _narrow_backward(work, stage, row)
        else:
            _wide_backward(work, stage, row)
        row -= 1
    _features_backward(work, cell, mlp, row)


@compiled
def _narrow_backward(work: Work, stage: int, row: int) -> None:
    """From gradients of the last stage's outputs to those of its inputs, in the row before."""
    nets, w, before = work.nets, work.ints[stage, a.WEIGHT], row - 1
    g0, g1, g2, g3 = nets[row, 0], nets[row, 1], nets[row, 2], nets[row, 3]
    for i in range(work.ints[stage, a.INS]):
        nets[before, i] = (
            g0 * nets[w, i] + g1 * nets[w + 1, i] + g2 * nets[w + 2, i] + g3 * nets[w + 3, i]
        )


@compiled
def _wide_backward(work: Work, stage: int, row: int) -> None:
    """Do the same for any other stage."""
    nets, w, before = work.nets, work.ints[stage, a.WEIGHT], row - 1
    for i in range(0, work.ints[stage, a.INS], 4):
        y0, y1, y2, y3 = _ZERO, _ZERO, _ZERO, _ZERO
        for j in range(work.ints[stage, a.WIDTH]):
            g = nets[row, j]
            y0 += g * nets[w + i, j]
            y1 += g * nets[w + i + 1, j]
            y2 += g * nets[w + i + 2, j]
            y3 += g * nets[w + i + 3, j]
        nets[before, i] = y0
        nets[before, i + 1] = y1
        nets[before, i + 2] = y2
        nets[before, i + 3] = y3


@compiled
def _features_backward(work: Work, cell: int, mlp: int, row: int) -> None:
    """From gradients of the features, in a row of acts, to those of the component values."""
    ints, nets, small = work.ints, work.nets, work.small
    table, values = ints[a.SIZES, a.MLPS] + mlp, cell_row(work, cell)
    omega, inverses, by_omega = values + a.OMEGA, values + a.INVERSE, values + a.BY_OMEGA
    for f in range(ints[table, a.FEATURES]):
        feature = ints[table, a.FEATURE] + f
        top, under = ints[feature, a.NUMERATOR], ints[feature, a.DENOMINATOR]
        by = nets[row, f] * nets[ints[feature, a.SCALE_AT], 1]
        if ints[feature, a.LOGARITHM] > 0:
            small[by_omega, top] += by * small[inverses, top]
            if under >= 0:
                small[by_omega, under] -= by * small[inverses, under]
        elif under >= 0:
            inverse = small[inverses, under]
            small[by_omega, top] += by * inverse
            small[by_omega, under] -= by * small[omega, top] * inverse * inverse
        else:
            small[by_omega, top] += by
