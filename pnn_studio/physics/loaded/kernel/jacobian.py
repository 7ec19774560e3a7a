"""The Jacobian of a layer at mean resistances, and its inverse."""

import numpy as np

from pnn_studio.physics.kernels import arrays as a
from pnn_studio.physics.kernels.arithmetic import compiled
from pnn_studio.physics.kernels.printed import layer_row
from pnn_studio.physics.loaded.kernel import arrays as k
from pnn_studio.physics.loaded.kernel.arrays import LoadedWork
from pnn_studio.physics.loaded.kernel.crossbar import column_of, row_of

_ONE = np.float32(1.0)
_ZERO = np.float32(0.0)


@compiled
def invert_jacobian(work: LoadedWork, layer: int) -> None:
    """Write the inverse into the layer's rows of `square`.

    What leaves the columns, differentiated by their voltages, is diagonally dominant: it is
    eliminated in the order in which it stands.
    """
    ints, small, square, table = work.ints, work.small, work.square, layer_row(layer)
    outputs, first = ints[table, a.OUTPUTS], ints[a.SIZES, k.WIDEST] * layer
    room = ints[a.SIZES, k.WIDEST] * ints[a.SIZES, a.LAYERS]
    for n in range(outputs):
        for j in range(outputs):
            square[room + n, j] = _ZERO
            square[room + n, outputs + j] = _ZERO
        square[room + n, n] = small[column_of(work, ints[table, a.COLUMN] + n), k.TOTAL]
        square[room + n, outputs + n] = _ONE
    for m in range(ints[table, a.INPUTS] + 1):
        _take_row(work, layer, m)
    _eliminate(work, outputs)
    for n in range(outputs):
        for j in range(outputs):
            square[first + n, j] = square[room + n, outputs + j]


@compiled
def _eliminate(work: LoadedWork, outputs: int) -> None:
    """Invert what lies in the room for it, by the identity that lies beside it."""
    square, room = work.square, work.ints[a.SIZES, k.WIDEST] * work.ints[a.SIZES, a.LAYERS]
    for n in range(outputs):
        inverse = _ONE / square[room + n, n]
        for j in range(2 * outputs):
            square[room + n, j] *= inverse
        for i in range(outputs):
            share = square[room + i, n]
            if i != n and share != _ZERO:
                for j in range(2 * outputs):
                    square[room + i, j] -= share * square[room + n, j]


@compiled
def _take_row(work: LoadedWork, layer: int, m: int) -> None:
    """Take out what a row and its negations give back to the columns."""
    ints, small, square, table = work.ints, work.small, work.square, layer_row(layer)
    outputs, first, own = ints[table, a.OUTPUTS], ints[table, a.COLUMN], ints[a.SIZES, a.ORIGINAL]
    room, gain = ints[a.SIZES, k.WIDEST] * ints[a.SIZES, a.LAYERS], _ZERO
    if layer > 0 and m < ints[table, a.INPUTS]:
        ohm = small[row_of(work, layer, k.MEAN_OHM), m]
        gain = ohm / (_ONE + ohm * small[row_of(work, layer, k.LOAD), m])
    both = gain * small[row_of(work, layer, k.MEAN_SLOPE), m]
    ohm, load = small[row_of(work, layer, k.MEAN_OHM_N), m], small[row_of(work, layer, k.LOAD_N), m]
    for n in range(outputs):
        siemens = small[ints[a.SMALL, a.SIZE] + first + n, m]
        siemens *= small[column_of(work, first + n), a.FACTOR]
        if siemens == _ZERO:
            continue
        by_row, by_negation = siemens * gain, _ZERO
        if work.signs[first + n, m] < _ZERO:
            follow = _ONE / (_ONE + ohm * (siemens if own > 0 else load))
            by_row, by_negation = siemens * follow * both, siemens * follow * ohm
            if own > 0:
                square[room + n, n] -= siemens * by_negation
                by_negation = _ZERO
        for j in range(outputs):
            other = small[ints[a.SMALL, a.SIZE] + first + j, m]
            other *= small[column_of(work, first + j), a.FACTOR]
            taken = by_negation if work.signs[first + j, m] < _ZERO else by_row
            square[room + n, j] -= taken * other
