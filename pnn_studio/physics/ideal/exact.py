"""The ideal model of one design in double precision, compiled: what is reported of it.

Sample by sample and without shortcuts: it is held to `Network` in float64, and a design's figures
do not depend on which others are evaluated beside it.
"""

import math

import numpy as np

from pnn_studio.physics.kernels import arrays as a
from pnn_studio.physics.kernels.arithmetic import exact, exact_entry
from pnn_studio.physics.kernels.arrays import Doubles, Exact, Number

_SIGMOID, _LINEAR, _TANH = 1, 4, 0
_LANES = 8
_STRICT = 0.999  # as in `nonlinear`


@exact_entry
def evaluate(work: Exact, parameters: Doubles, measurable: float) -> None:
    """Evaluate a design of parameters (parameter rows, row length) on all splits."""
    _cells(work, parameters)
    for layer in range(work.ints[a.SIZES, a.LAYERS]):
        _print(work, parameters, layer)
    for row in range(3):
        for k in range(3):
            work.figures[row, k] = 0.0
    counts_0, counts_1, counts_2 = 0, 0, 0
    for s in range(len(work.truth)):
        split = work.split[s]
        outputs = _forward(work, parameters, s)
        counts_0 += split == 0
        counts_1 += split == 1
        counts_2 += split == 2  # noqa: PLR2004 - the third split
        _judge(work, s, outputs, measurable)
    for row in range(2):
        work.figures[row, 0] /= max(counts_0, 1)
        work.figures[row, 1] /= max(counts_1, 1)
        work.figures[row, 2] /= max(counts_2, 1)
    _power(work, parameters, max(counts_2, 1))


@exact
def _judge(work: Exact, s: int, outputs: int, measurable: float) -> None:
    """Count a sample whose class is right, and one that a comparator can read."""
    signals, truth = work.signals, work.truth[s]
    row = work.ints[a.SIZES, a.LAYERS] % 2
    best, readable = 0, signals[row, truth] >= measurable
    for n in range(outputs):
        if signals[row, n] > signals[row, best]:
            best = n
        if n != truth and not signals[row, n] <= 0.0:
            readable = False
    if best == truth:
        work.figures[0, work.split[s]] += 1.0
    if readable:
        work.figures[1, work.split[s]] += 1.0


@exact
def _cell(work: Exact, cell: int) -> Number:
    return work.ints[a.SMALL, a.CELLS] + cell * a.CELL_ROWS


@exact
def _negation_curve(work: Exact, layer: int) -> Number:
    group = work.ints[a.LAYER_TABLE + layer, a.GROUP]
    return _cell(work, work.ints[a.SIZES, a.GROUPS] + group) + a.CURVE


@exact
def _negated(work: Exact, curve: int, volt: float) -> Number:
    small = work.small
    return -(
        small[curve, 0] + small[curve, 1] * math.tanh((volt - small[curve, 2]) * small[curve, 3])
    )


@exact
def _forward(work: Exact, parameters: Doubles, s: int) -> Number:
    """Take a sample through the layers; test samples leave their mean squares."""
    ints, small, signals = work.ints, work.small, work.signals
    on_test = work.split[s] == 2  # noqa: PLR2004 - the third split
    outputs = ints[a.LAYER_TABLE, a.INPUTS]
    for m in range(outputs):
        signals[0, m] = work.volts[s, m]
    for layer in range(ints[a.SIZES, a.LAYERS]):
        table, curve = a.LAYER_TABLE + layer, _negation_curve(work, layer)
        activation = _cell(work, ints[table, a.GROUP]) + a.CURVE
        before, after, inputs = layer % 2, (layer + 1) % 2, ints[table, a.INPUTS]
        squares = ints[a.SMALL, a.ROW_VALUES] + layer * a.ROW_KINDS
        outputs = ints[table, a.OUTPUTS]
        signals[before, inputs] = work.nets[a.TECHNOLOGY, a.BIAS]
        for m in range(inputs + 1):
            volt = signals[before, m]
            negated = _negated(work, curve, volt)
            signals[2 + before, m] = negated
            if on_test:
                small[squares + a.PLAIN_SQUARE, m] += volt * volt
                small[squares + a.NEGATED_SQUARE, m] += negated * negated
        for n in range(outputs):
            c = ints[table, a.COLUMN] + n
            size, column = ints[a.SMALL, a.SIZE] + c, ints[a.SMALL, a.COLUMN_VALUES] + c
            z = 0.0
            for m in range(inputs + 1):
                row = 2 + before if parameters[c, m] < 0.0 else before
                z += small[size, m] * signals[row, m]
            z /= small[column, a.SUM]
            if on_test:
                small[column, a.SQUARE] += z * z
            swing = math.tanh((z - small[activation, 2]) * small[activation, 3])
            signals[after, n] = small[activation, 0] + small[activation, 1] * swing
    return outputs


@exact
def _print(work: Exact, parameters: Doubles, layer: int) -> None:
    """Sizes, sums and scales of the columns; mean squares begin at nothing."""
    ints, small, table = work.ints, work.small, a.LAYER_TABLE + layer
    rows, least = ints[table, a.INPUTS] + 2, work.nets[a.TECHNOLOGY, a.THETA_MIN]
    squares = ints[a.SMALL, a.ROW_VALUES] + layer * a.ROW_KINDS
    for m in range(rows):
        small[squares + a.PLAIN_SQUARE, m] = 0.0
        small[squares + a.NEGATED_SQUARE, m] = 0.0
    for n in range(ints[table, a.OUTPUTS]):
        c = ints[table, a.COLUMN] + n
        size, column = ints[a.SMALL, a.SIZE] + c, ints[a.SMALL, a.COLUMN_VALUES] + c
        largest_at = 0
        for m in range(rows):
            raw = abs(parameters[c, m])
            small[size, m] = raw if raw >= least else 0.0
            if raw > abs(parameters[c, largest_at]):
                largest_at = m
        small[size, largest_at] = max(abs(parameters[c, largest_at]), least)
        total, smallest = 0.0, np.inf
        for m in range(rows):
            entry = small[size, m]
            total += entry
            if entry > 0.0:
                smallest = min(smallest, entry)
        small[column, a.SUM] = total
        small[column, a.SCALE] = work.nets[a.TECHNOLOGY, a.G_MIN] / smallest
        small[column, a.SQUARE] = 0.0


@exact
def _power(work: Exact, parameters: Doubles, samples: int) -> None:
    """Watt of the parts on the test split."""
    ints, small, figures = work.ints, work.small, work.figures
    for layer in range(ints[a.SIZES, a.LAYERS]):
        table = a.LAYER_TABLE + layer
        rows, first = ints[table, a.INPUTS] + 1, ints[table, a.COLUMN]
        squares = ints[a.SMALL, a.ROW_VALUES] + layer * a.ROW_KINDS
        count, original = 0.0, ints[a.SIZES, a.ORIGINAL] > 0
        for m in range(rows):
            in_row = 0.0
            for c in range(first, first + ints[table, a.OUTPUTS]):
                size, column = ints[a.SMALL, a.SIZE] + c, ints[a.SMALL, a.COLUMN_VALUES] + c
                negative = parameters[c, m] < 0.0
                square = small[squares + a.NEGATED_SQUARE if negative else squares, m]
                figures[2, 0] += small[column, a.SCALE] * small[size, m] * square / samples
                if negative and small[size, m] > 0.0:
                    in_row += 1.0
            count += in_row if original else min(in_row, 1.0)
        for c in range(first, first + ints[table, a.OUTPUTS]):
            column = ints[a.SMALL, a.COLUMN_VALUES] + c
            drawn = small[column, a.SUM] * small[column, a.SQUARE] / samples
            figures[2, 0] -= small[column, a.SCALE] * drawn
        activation = _cell(work, ints[table, a.GROUP]) + a.CURVE
        figures[2, 1] += ints[table, a.OUTPUTS] * small[activation, a.POWER]
        figures[2, 2] += count * small[_negation_curve(work, layer), a.POWER]


@exact
def _cells(work: Exact, parameters: Doubles) -> None:
    """Component values, curves and powers of all cells."""
    ints, nets, small = work.ints, work.nets, work.small
    groups = ints[a.SIZES, a.GROUPS]
    for cell in range(2 * groups):
        circuit, omega = cell // groups, _cell(work, cell) + a.OMEGA
        limits = ints[a.NETS, a.LIMITS] + 4 * circuit
        for c in range(_LANES):
            part = 1.0 / (1.0 + math.exp(-parameters[ints[a.SIZES, a.COLUMNS] + cell, c]))
            value = nets[limits + a.LOW, c] + part * nets[limits + a.SPAN, c]
            if nets[limits + a.IS_LOG, c] > 0.0:
                value = nets[limits + a.LOW, c] * math.exp(nets[limits + a.LOG_RATIO, c] * part)
            small[omega, c] = value
        first = ints[a.SIZES, a.RULES]
        for rule in range(first, first + ints[a.SIZES, a.RULE_COUNT]):
            if ints[rule, 0] == circuit:
                bound, less = small[omega, ints[rule, 1]], ints[rule, 3]
                if ints[rule, 2] >= 0:
                    bound = bound / small[omega, ints[rule, 2]]
                if ints[rule, 4] >= 0:
                    bound = bound * small[omega, ints[rule, 4]]
                small[omega, less] = min(small[omega, less], _STRICT * bound)
        _surrogate(work, cell, 2 * circuit)
        _surrogate(work, cell, 2 * circuit + 1)


@exact
def _read_features(work: Exact, cell: int, mlp: int) -> None:
    ints, nets, small = work.ints, work.nets, work.small
    table, omega = ints[a.SIZES, a.MLPS] + mlp, _cell(work, cell) + a.OMEGA
    row = ints[a.NETS, a.ACTS]
    for f in range(ints[table, a.FEATURES]):
        feature = ints[table, a.FEATURE] + f
        value, under = small[omega, ints[feature, a.NUMERATOR]], ints[feature, a.DENOMINATOR]
        if under >= 0:
            value = value / small[omega, under]
        if ints[feature, a.LOGARITHM] > 0:
            value = math.log(value)
        scaling = ints[feature, a.SCALE_AT]
        nets[row, f] = (value - nets[scaling, 0]) * nets[scaling, 1]
    for f in range(ints[table, a.FEATURES], ints[ints[table, a.STAGE], a.INS]):
        nets[row, f] = 0.0


@exact
def _activated(kind: int, x: float, slope: float) -> Number:
    if kind == _TANH:
        return math.tanh(x)
    if kind == _SIGMOID:
        return 1.0 / (1.0 + math.exp(-x))
    # the slope of a relu is 0
    return x if kind == _LINEAR or x >= 0.0 else x * slope


@exact
def _surrogate(work: Exact, cell: int, mlp: int) -> None:
    ints, nets = work.ints, work.nets
    table, row = ints[a.SIZES, a.MLPS] + mlp, ints[a.NETS, a.ACTS]
    _read_features(work, cell, mlp)
    last = ints[table, a.STAGES] - 1
    for number in range(last + 1):
        stage = ints[table, a.STAGE] + number
        w, below = ints[stage, a.WEIGHT], ints[stage, a.BELOW]
        for j in range(ints[stage, a.WIDTH] if number < last else ints[table, a.OUTS]):
            x = nets[below, j]
            for i in range(ints[stage, a.INS]):
                x += nets[row, i] * (nets[w + j, i] if number == last else nets[w + i, j])
            nets[row + 1, j] = _activated(ints[stage, a.ACTIVATION], x, nets[below + 1, j])
        row += 1
    finish, place = ints[a.NETS, a.FINISH] + 3 * mlp, a.POWER if mlp % 2 == 1 else 0
    for k in range(ints[table, a.OUTS]):
        value = nets[row, k] * nets[finish, k] + nets[finish + 1, k]
        if nets[finish + 2, k] > 0.0:
            value = math.exp(value)
        work.small[_cell(work, cell) + a.CURVE, place + k] = value
