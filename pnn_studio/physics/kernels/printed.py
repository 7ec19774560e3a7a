"""The crossbars of one design: what is printed of theta_raw, and the way back to it.

Counterpart of `PrintedCrossbar`, with the same straight-through rules: sign, row voltage and
``d|theta|`` come from theta_raw also where an entry is not printed.
"""

import numpy as np

from pnn_studio.physics.kernels import arrays as a
from pnn_studio.physics.kernels.arithmetic import compiled, sigmoid
from pnn_studio.physics.kernels.arrays import AnyWork, Floats, Number
from pnn_studio.physics.kernels.components import cell_row

_ONE = np.float32(1.0)
_ZERO = np.float32(0.0)
_HUGE = np.float32(1e30)


@compiled
def layer_row(layer: int) -> Number:
    """Return the row of a layer's table in `ints`."""
    return a.LAYER_TABLE + layer


@compiled
def ptanh_of(work: AnyWork, layer: int) -> Number:
    """Return where the layer's activation begins in `small`."""
    return cell_row(work, work.ints[layer_row(layer), a.GROUP])


@compiled
def negation_of(work: AnyWork, layer: int) -> Number:
    """Return where the layer's negation begins in `small`."""
    groups = work.ints[a.SIZES, a.GROUPS]
    return cell_row(work, groups + work.ints[layer_row(layer), a.GROUP])


@compiled
def print_layer(work: AnyWork, parameters: Floats, at: int, layer: int) -> None:
    """Find sizes, sums and scales of each column, and the rows that have negation circuits."""
    ints, small, places, table = work.ints, work.small, work.places, layer_row(layer)
    rows, first = ints[table, a.INPUTS] + 2, ints[table, a.COLUMN]
    least, g_min = work.nets[a.TECHNOLOGY, a.THETA_MIN], work.nets[a.TECHNOLOGY, a.G_MIN]
    printed = ints[a.PLACES, a.FLAGS] + 2 * layer + a.PRINTED
    asked = printed + a.ASKED - a.PRINTED
    for m in range(rows):
        places[printed, m] = 0
        places[asked, m] = 0
    for c in range(first, first + ints[table, a.OUTPUTS]):
        size, column = ints[a.SMALL, a.SIZE] + c, ints[a.SMALL, a.COLUMN_VALUES] + c
        largest, largest_at = -_ONE, 0
        for m in range(rows):
            raw = abs(parameters[at, c, m])
            small[size, m] = raw if raw >= least else _ZERO
            if raw > largest:
                largest, largest_at = raw, m
        small[size, largest_at] = max(largest, least)
        total, smallest, smallest_at = _ZERO, _HUGE, 0
        for m in range(rows):
            entry = small[size, m]
            total += entry
            if entry > _ZERO and entry < smallest:
                smallest, smallest_at = entry, m
        # siemens per unit of theta: each column as high-ohmic as printing allows
        scale = g_min / smallest
        small[column, a.SUM] = total
        small[column, a.SMALLEST] = smallest
        small[column, a.SCALE] = scale
        places[ints[a.PLACES, a.COLUMN_PLACES] + c, a.SMALLEST_AT] = smallest_at
        for m in range(rows - 1):
            if parameters[at, c, m] < _ZERO:
                places[asked, m] = 1
                if small[size, m] > _ZERO:
                    places[printed, m] = 1


@compiled
def count_negations(work: AnyWork, parameters: Floats, at: int, layer: int) -> Number:
    """Count rows with a printed negative theta (modified), or such entries (original)."""
    ints, table, count = work.ints, layer_row(layer), _ZERO
    rows, first = ints[table, a.INPUTS] + 1, ints[table, a.COLUMN]
    if ints[a.SIZES, a.ORIGINAL] == 0:
        printed = ints[a.PLACES, a.FLAGS] + 2 * layer + a.PRINTED
        for m in range(rows):
            if work.places[printed, m] > 0:
                count += _ONE
        return count
    for c in range(first, first + ints[table, a.OUTPUTS]):
        size = ints[a.SMALL, a.SIZE] + c
        for m in range(rows):
            if parameters[at, c, m] < _ZERO and work.small[size, m] > _ZERO:
                count += _ONE
    return count


@compiled
def relax_negations(
    work: AnyWork, parameters: Floats, at: int, layer: int, row: int, price: Number
) -> None:
    """Add the gradient of what a layer's negations cost, by their relaxed count.

    The relaxed count of a row is the largest ``1 - sigmoid(theta)`` of its negative entries
    (modified), or the sum of all (original). `row` of `small` has what a negation at each row
    costs, and `price` what a unit of that counts.
    """
    ints, small, table = work.ints, work.small, layer_row(layer)
    first, original = ints[table, a.COLUMN], ints[a.SIZES, a.ORIGINAL] > 0
    asked = ints[a.PLACES, a.FLAGS] + 2 * layer + a.ASKED
    gradient = ints[a.SMALL, a.BY_PARAMETERS]
    for m in range(ints[table, a.INPUTS] + 1):
        if work.places[asked, m] == 0:
            continue
        least_at, weight = first, price * small[row, m]
        for c in range(first, first + ints[table, a.OUTPUTS]):
            raw = parameters[at, c, m]
            if original and raw < _ZERO:
                share = sigmoid(raw)
                small[gradient + c, m] -= weight * share * (_ONE - share)
            if raw < parameters[at, least_at, m]:
                least_at = c
        if not original:
            share = sigmoid(parameters[at, least_at, m])
            small[gradient + least_at, m] -= weight * share * (_ONE - share)
