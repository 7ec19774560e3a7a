"""The exact solve of one design, compiled, sample by sample: counterpart of `loaded.exact`.

Its equations and its method: Newton's method moves all nodes of a layer at once; what belongs to
one circuit is eliminated first, so that the linear system that is left is that of the columns.
"""

from typing import NamedTuple

from pnn_studio.physics.kernels.arithmetic import exact, exact_entry
from pnn_studio.physics.kernels.arrays import Ints, Number
from pnn_studio.physics.loaded.kernel import exact_cells as x
from pnn_studio.physics.loaded.kernel.exact_cells import Doubles

# as in `loaded.exact`
_TOLERANCE, _ROUGH, _MOST_STEPS = 1e-9, 1e-3, 40
# Columns from which on a matrix serves samples and steps until they no longer come closer: to make
# one costs more than a few steps.
_KEPT_FROM, _KEPT_STEPS = 6, 6
# fields of a layer: inputs, columns, first column
INPUTS, OUTPUTS, FIRST = 0, 1, 2
# rows of `rows`, by input and bias: voltages, inner nodes and load of what drives them, their own
# steps, gains; the negations that columns share, their steps, and what they follow and answer
_A, _MIDDLE, _LOAD, _OWN, _GAIN, _Y, _STEP, _FOLLOW, _ANSWER, _LOAD_N, _FAN = range(11)
ROW_KINDS = 11


class Circuits(NamedTuple):
    """One design and what it is solved in.

    Attributes
    ----------
    layers : int array, shape (layers, 3)
        See `INPUTS`.
    ptanh : int array, shape (columns,)
        Which cell each column feeds: circuits may share one, or have one each.
    negation : int array, shape (columns, rows)
        Which cell negates for each entry; in the modified crossbar the same for a whole row.
    siemens : array, shape (columns, rows)
        Printed conductances with the sign of theta; each row is a column of a crossbar.
    omega : array, shape (cells, 9)
        Component values, and thresholds of transistors; see `exact_cells.R1`.
    constants : array
        See `exact_cells.PER_A`, the bias voltage last.
    rows : array, shape (kinds, rows)
        Of one layer at one sample.
    own : array, shape (4 columns, rows)
        Of negations that entries have of their own: outputs, steps, follow, answer.
    columns : array, shape (3, columns)
        Voltages, what flows into them, and whole conductances.
    matrix : array, shape (columns, widest)
        Of each layer, as eliminated last.
    power : array, shape (layers, 3)
        Watt, summed over samples: crossbar, activation, negation.
    """

    layers: Ints
    ptanh: Ints
    negation: Ints
    siemens: Doubles
    omega: Doubles
    constants: Doubles
    rows: Doubles
    own: Doubles
    columns: Doubles
    matrix: Doubles
    power: Doubles


@exact_entry
def solve_design(work: Circuits, original: bool, volts: Doubles, outputs: Doubles) -> int:
    """Solve a design at volts (samples, inputs); return the samples that were solved.

    `outputs`, (samples, classes), gets the voltages; fewer samples than there are mean that one has
    no solution.
    """
    layers, last = work.layers, len(work.layers) - 1
    for layer in range(last + 1):
        for part in range(3):
            work.power[layer, part] = 0.0
        for n in range(layers[layer, OUTPUTS]):
            c, total = layers[layer, FIRST] + n, 0.0
            for m in range(layers[layer, INPUTS] + 2):
                total += abs(work.siemens[c, m])
            work.columns[2, c] = total
    for s in range(len(volts)):
        for layer in range(last + 1):
            _begin(work, original, volts, s, layer)
            if not _newton(work, original, layer, s == 0):
                return s
            _measure(work, original, layer)
        for n in range(layers[last, OUTPUTS]):
            c = layers[last, FIRST] + n
            cell, z = work.ptanh[c], work.columns[0, c]
            middle = x.root(work.constants, work.omega, cell, 0, z, _TOLERANCE)
            y = x.root(work.constants, work.omega, cell, 1, middle, _TOLERANCE)
            outputs[s, n] = y
            work.power[last, 1] += x.ptanh_watt(work.constants, work.omega, cell, y, middle, 0.0)
    return len(volts)


@exact
def _begin(work: Circuits, original: bool, volts: Doubles, s: int, layer: int) -> None:
    """Begin with the solution without loads."""
    layers, rows, constants = work.layers, work.rows, work.constants
    inputs, first = layers[layer, INPUTS], layers[layer, FIRST]
    outputs = layers[layer, OUTPUTS]
    for m in range(inputs + 1):
        rows[_OWN, m] = 0.0
        rows[_GAIN, m] = 0.0
        if m == inputs:
            rows[_A, m] = constants[len(constants) - 1]
        elif layer == 0:
            rows[_A, m] = volts[s, m]
        else:
            driver = layers[layer - 1, FIRST] + m
            z, before = work.columns[0, driver], work.ptanh[driver]
            middle = x.root(constants, work.omega, before, 0, z, _TOLERANCE)
            rows[_MIDDLE, m] = middle
            rows[_A, m] = x.root(constants, work.omega, before, 1, middle, _ROUGH)
        load, load_n, flows_in = 0.0, 0.0, 0.0
        rows[_Y, m] = 0.0
        for c in range(first, first + outputs):
            load += max(work.siemens[c, m], 0.0)
            if work.siemens[c, m] < 0.0:
                # one for each of them, or one for all
                if original or load_n == 0.0:
                    cell = work.negation[c, m]
                    flows_in += 1.0 / (work.omega[cell, x.R3] + work.omega[cell, x.R4])
                    rows[_Y, m] = x.root(constants, work.omega, cell, 2, rows[_A, m], _ROUGH)
                work.own[4 * c, m] = rows[_Y, m]
                load_n -= work.siemens[c, m]
        rows[_LOAD, m], rows[_LOAD_N, m], rows[_FAN, m] = load + flows_in, load_n, flows_in
    for c in range(first, first + outputs):
        fed = 0.0
        for m in range(inputs + 1):
            g = work.siemens[c, m]
            fed += g * rows[_A, m] if g > 0.0 else -g * work.own[4 * c, m]
        work.columns[0, c] = fed / work.columns[2, c]


@exact
def _newton(work: Circuits, original: bool, layer: int, first_sample: bool) -> bool:
    """Move all nodes until they rest; return whether they do."""
    outputs = work.layers[layer, OUTPUTS]
    for number in range(_MOST_STEPS):
        _look_at_rows(work, original, layer)
        fresh = outputs < _KEPT_FROM or (number == 0 and first_sample)
        if fresh or number % _KEPT_STEPS == _KEPT_STEPS - 1:
            _make_matrix(work, original, layer)
        _substitute(work, layer)
        if _move(work, original, layer) <= _TOLERANCE:
            return True
    return False


@exact
def _look_at_rows(work: Circuits, original: bool, layer: int) -> None:
    """Eliminate each circuit by itself, and sum up what flows into the columns."""
    layers, rows, siemens, columns = work.layers, work.rows, work.siemens, work.columns
    inputs, first = layers[layer, INPUTS], layers[layer, FIRST]
    outputs = layers[layer, OUTPUTS]
    for c in range(first, first + outputs):
        columns[1, c] = -columns[2, c] * columns[0, c]
    for m in range(inputs + 1):
        if layer > 0 and m < inputs:
            _look_at_driver(work, layer, m)
        if rows[_LOAD_N, m] > 0.0 and not original:
            fed = 0.0
            for c in range(first, first + outputs):
                fed -= min(siemens[c, m], 0.0) * columns[0, c]
            value, slope, by_input, by_drawn = x.negation_at(
                work.constants,
                work.omega,
                work.negation[first, m],
                rows[_Y, m],
                rows[_A, m],
                rows[_LOAD_N, m],
                fed,
            )
            follow = by_input / slope
            rows[_FOLLOW, m], rows[_ANSWER, m] = follow, by_drawn / slope
            rows[_STEP, m] = -value / slope - follow * rows[_OWN, m]
        for c in range(first, first + outputs):
            g = siemens[c, m]
            if g > 0.0:
                columns[1, c] += g * (rows[_A, m] + rows[_OWN, m])
            elif g < 0.0 and not original:
                columns[1, c] -= g * (rows[_Y, m] + rows[_STEP, m])
            elif g < 0.0:
                columns[1, c] -= g * _look_at_own(work, c, m)


@exact
def _look_at_driver(work: Circuits, layer: int, m: int) -> None:
    """Eliminate the ptanh that drives a row."""
    layers, rows = work.layers, work.rows
    fed, first = rows[_FAN, m] * work.constants[x.NEGATION_VSS], layers[layer, FIRST]
    for c in range(first, first + layers[layer, OUTPUTS]):
        fed += max(work.siemens[c, m], 0.0) * work.columns[0, c]
    value, slope = x.output_at(
        work.constants,
        work.omega,
        work.ptanh[layers[layer - 1, FIRST] + m],
        rows[_A, m],
        rows[_MIDDLE, m],
        rows[_LOAD, m],
        fed,
    )
    rows[_GAIN, m] = 1.0 / slope
    rows[_OWN, m] = -value / slope


@exact
def _look_at_own(work: Circuits, c: int, m: int) -> Number:
    """Eliminate the negation that an entry has of its own; return where it steps to."""
    rows, own, g = work.rows, work.own, work.siemens[c, m]
    value, slope, by_input, by_drawn = x.negation_at(
        work.constants,
        work.omega,
        work.negation[c, m],
        own[4 * c, m],
        rows[_A, m],
        -g,
        -g * work.columns[0, c],
    )
    own[4 * c + 2, m], own[4 * c + 3, m] = by_input / slope, by_drawn / slope
    own[4 * c + 1, m] = -value / slope - own[4 * c + 2, m] * rows[_OWN, m]
    return own[4 * c, m] + own[4 * c + 1, m]


@exact
def _make_matrix(work: Circuits, original: bool, layer: int) -> None:
    """Differentiate what leaves the columns by their voltages, ready to be substituted into."""
    layers, rows, siemens, matrix = work.layers, work.rows, work.siemens, work.matrix
    first, outputs = layers[layer, FIRST], layers[layer, OUTPUTS]
    for n in range(outputs):
        for j in range(outputs):
            matrix[first + n, j] = 0.0
        matrix[first + n, n] = work.columns[2, first + n]
    for m in range(layers[layer, INPUTS] + 1):
        for n in range(outputs):
            g = siemens[first + n, m]
            if g == 0.0:
                continue
            by_row, by_negation = g * rows[_GAIN, m], 0.0
            if g < 0.0 and original:
                by_row = g * work.own[4 * (first + n) + 2, m] * rows[_GAIN, m]
                matrix[first + n, n] -= g * g * work.own[4 * (first + n) + 3, m]
            elif g < 0.0:
                by_row = g * rows[_FOLLOW, m] * rows[_GAIN, m]
                by_negation = -g * rows[_ANSWER, m]
            for j in range(outputs):
                other = siemens[first + j, m]
                matrix[first + n, j] -= by_row * other if other > 0.0 else -by_negation * other
    _eliminate(matrix, first, outputs)


@exact
def _eliminate(matrix: Doubles, first: int, outputs: int) -> None:
    """Eliminate below the diagonal, in the order in which it stands: it dominates."""
    for n in range(outputs):
        for i in range(n + 1, outputs):
            share = matrix[first + i, n] / matrix[first + n, n]
            matrix[first + i, n] = share
            for j in range(n + 1, outputs):
                matrix[first + i, j] -= share * matrix[first + n, j]


@exact
def _substitute(work: Circuits, layer: int) -> None:
    """Solve for the steps of the columns, in the place of what flows into them."""
    matrix, columns, first = work.matrix, work.columns, work.layers[layer, FIRST]
    outputs = work.layers[layer, OUTPUTS]
    for n in range(outputs):
        for j in range(n):
            columns[1, first + n] -= matrix[first + n, j] * columns[1, first + j]
    for n in range(outputs - 1, -1, -1):
        for j in range(n + 1, outputs):
            columns[1, first + n] -= matrix[first + n, j] * columns[1, first + j]
        columns[1, first + n] /= matrix[first + n, n]


@exact
def _move(work: Circuits, original: bool, layer: int) -> float:
    """Move all nodes; return by how much at most."""
    layers, rows, siemens, columns = work.layers, work.rows, work.siemens, work.columns
    inputs, first = layers[layer, INPUTS], layers[layer, FIRST]
    outputs, largest = layers[layer, OUTPUTS], 0.0
    for m in range(inputs + 1):
        step, up = 0.0, 0.0
        for c in range(first, first + outputs):
            step += max(siemens[c, m], 0.0) * columns[1, c]
            up -= min(siemens[c, m], 0.0) * columns[1, c]
        change = rows[_GAIN, m] * step
        if layer > 0 and m < inputs:
            largest = _further(largest, rows[_OWN, m] + change)
            rows[_A, m] = _held(work, rows[_A, m] + rows[_OWN, m] + change)
        if rows[_LOAD_N, m] > 0.0 and not original:
            moved = rows[_STEP, m] + rows[_ANSWER, m] * up - rows[_FOLLOW, m] * change
            largest = _further(largest, moved)
            rows[_Y, m] = _held(work, rows[_Y, m] + moved)
        if rows[_LOAD_N, m] > 0.0 and original:
            for c in range(first, first + outputs):
                g = siemens[c, m]
                if g < 0.0:
                    moved = work.own[4 * c + 1, m] - work.own[4 * c + 3, m] * g * columns[1, c]
                    moved -= work.own[4 * c + 2, m] * change
                    largest = _further(largest, moved)
                    work.own[4 * c, m] = _held(work, work.own[4 * c, m] + moved)
    for c in range(first, first + outputs):
        largest = _further(largest, columns[1, c])
        columns[0, c] = _held(work, columns[0, c] + columns[1, c])
    return largest


@exact
def _further(largest: float, moved: float) -> float:
    """Return the larger distance; a number that is none counts as far."""
    size = abs(moved)
    return size if not size <= largest else largest


@exact
def _held(work: Circuits, volt: float) -> float:
    """Hold a node between the lowest and the highest voltage that there is."""
    constants, low, high = work.constants, 0.0, 0.0
    for place in range(x.PTANH_VDD, len(constants)):
        low, high = min(low, constants[place]), max(high, constants[place])
    return min(max(volt, low), high)


@exact
def _measure(work: Circuits, original: bool, layer: int) -> None:
    """Add up what is lost at a sample, in the circuits that drive the layer's rows too."""
    layers, rows, siemens, columns = work.layers, work.rows, work.siemens, work.columns
    inputs, first = layers[layer, INPUTS], layers[layer, FIRST]
    vss = work.constants[x.NEGATION_VSS]
    for m in range(inputs + 1):
        a, plain, fed, up, load_n = rows[_A, m], 0.0, 0.0, 0.0, rows[_LOAD_N, m]
        for c in range(first, first + layers[layer, OUTPUTS]):
            g = siemens[c, m]
            plain += max(g, 0.0)
            fed += max(g, 0.0) * columns[0, c]
            up -= min(g, 0.0) * columns[0, c]
            if original and g < 0.0:
                y = work.own[4 * c, m]
                work.power[layer, 0] -= g * y * y
                cell, drawn = work.negation[c, m], -g * (y - columns[0, c])
                work.power[layer, 2] += x.negation_watt(
                    work.constants, work.omega, cell, y, a, drawn
                )
        work.power[layer, 0] += plain * a * a
        if load_n > 0.0 and not original:
            y = rows[_Y, m]
            work.power[layer, 0] += load_n * y * y
            work.power[layer, 2] += x.negation_watt(
                work.constants, work.omega, work.negation[first, m], y, a, load_n * y - up
            )
        if layer > 0 and m < inputs:
            drawn = rows[_LOAD, m] * a - fed - rows[_FAN, m] * vss
            cell = work.ptanh[layers[layer - 1, FIRST] + m]
            work.power[layer - 1, 1] += x.ptanh_watt(
                work.constants, work.omega, cell, a, rows[_MIDDLE, m], drawn
            )
    for c in range(first, first + layers[layer, OUTPUTS]):
        work.power[layer, 0] -= columns[2, c] * columns[0, c] * columns[0, c]
