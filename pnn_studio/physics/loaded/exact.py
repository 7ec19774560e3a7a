"""The circuit of printed networks solved exactly: what ngspice solves, batched over designs.

Layer after layer, for the gates of the next transistors draw no current: given the column voltages
of the layer before, the unknowns of a layer are the outputs ``a`` of the circuits that drive its
rows, the outputs ``y`` of its negations and its column voltages ``z``. Newton's method moves all at
once. What belongs to one circuit is eliminated first, so that the linear system that is left is
that of the columns. Everything is NumPy in float64; the window may import this module.

Shapes: D designs, M inputs, N columns, S samples, samples innermost. Negations lie along an axis Q:
one for each of M + 1 rows (inputs, bias) in the modified crossbar, one for each of (M + 1) x N
entries, row by row, in the original one; where none is printed there are zeros.
"""

import numpy as np
from numpy.typing import NDArray

from pnn_studio.domain.technology import Technology
from pnn_studio.errors import NotSolved
from pnn_studio.physics.loaded.cells import Negation, Ptanh, rising_root
from pnn_studio.physics.loaded.printed import PrintedNetworks
from pnn_studio.physics.loaded.solution import Evaluated, LayerSolution

Floats = NDArray[np.float64]

# volt by which the last step of Newton's method may move a node: what is left is its square
_TOLERANCE = 1e-9
# where to begin: the solution without loads
_ROUGH = 1e-3
_MOST_STEPS = 40
# Columns from which on all samples of a design share one matrix, the mean of theirs, in the first
# steps: to make and to solve one for each sample costs more than a few steps.
_SHARED_FROM, _SHARED_STEPS = 6, 12
# numbers of one array of a chunk: a handful of them fit a core's cache together
_CHUNK = 1 << 15


def solve(
    printed: PrintedNetworks, technology: Technology, voltages: Floats
) -> tuple[LayerSolution, ...]:
    """Find every node of every design at every sample.

    Parameters
    ----------
    printed : PrintedNetworks
        Designs.
    technology : Technology
        Rails and transistor.
    voltages : array, shape (S, inputs)
        Input voltages, ideal sources.

    Returns
    -------
    tuple of LayerSolution
        From the inputs to the outputs.

    Raises
    ------
    NotSolved
        Naming design, layer and sample where Newton's method does not converge.
    TechnologyError
        Where the technology states no transistor.
    """
    return _solve(printed, technology, voltages, (0, 0))


def evaluate(printed: PrintedNetworks, technology: Technology, voltages: Floats) -> Evaluated:
    """Find outputs and power of many designs, chunk by chunk; parameters as for `solve`."""
    count, layers = len(voltages), len(printed.conductances)
    width = max(_width(*each.shape[1:]) for each in printed.conductances)
    samples = max(1, min(count, _CHUNK // width))
    designs = max(1, _CHUNK // (width * samples))
    outputs = np.empty((printed.designs, printed.conductances[-1].shape[2], count))
    power = np.zeros((printed.designs, layers, 3))
    for first in range(0, printed.designs, designs):
        of = slice(first, first + designs)
        part = printed.part(of)
        for start in range(0, count, samples):
            block = voltages[start : start + samples]
            solved = _solve(part, technology, block, (first, start))
            outputs[of, :, start : start + samples] = solved[-1].outputs
            share = len(block) / count
            power[of] += share * np.stack([layer.power for layer in solved], axis=1)
    return Evaluated(outputs, power)


def _width(rows: int, columns: int) -> int:
    """Count the numbers of one sample in the largest array of a layer."""
    return max(rows, columns if columns >= _SHARED_FROM else columns**2)


def _solve(
    printed: PrintedNetworks, technology: Technology, voltages: Floats, offset: tuple[int, int]
) -> tuple[LayerSolution, ...]:
    designs, samples = printed.designs, len(voltages)
    given = np.broadcast_to(voltages.T, (designs, *voltages.T.shape))
    drivers: _Drivers | None = None
    parts: list[tuple[_Drivers, _Layer]] = []
    for number in range(len(printed.conductances)):
        layer = _Layer(printed, technology, number)
        try:
            with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
                layer.solve(given, drivers)
        except _Lost as lost:
            design, sample = lost.design + offset[0], lost.sample + offset[1]
            raise NotSolved(
                f"design {design}",
                number + 1,
                sample,
                f"Newton's method still moves a node by {lost.moved:.1e} V after {_MOST_STEPS} "
                "steps; check its component values.",
            ) from None
        drivers = _Drivers(printed, technology, number, layer.columns)
        parts.append((drivers, layer))
    assert drivers is not None  # a network has a layer
    drivers.release(samples)
    return tuple(layer.solution(driver) for driver, layer in parts)


class _Lost(Exception):
    """Newton's method did not converge."""

    def __init__(self, design: int, sample: int, moved: float) -> None:
        super().__init__()
        self.design, self.sample, self.moved = design, sample, moved


class _Drivers:
    """The ptanh circuits of one layer, which drive the rows of the next."""

    def __init__(
        self, printed: PrintedNetworks, technology: Technology, number: int, columns: Floats
    ) -> None:
        omega = printed.components("ptanh", number)[:, :, None, None]
        self.cells = Ptanh(np, technology, omega)
        rails = self.cells.rails
        low = np.full(columns.shape, rails.vss)
        high = np.full(columns.shape, rails.vdd)
        self.middles = rising_root(
            np, lambda n: self.cells.middle(n, columns), low, high, _TOLERANCE
        )
        self.unloaded = rising_root(
            np, lambda y: self.cells.output(y, self.middles), low, high, _ROUGH
        )
        self.outputs = self.unloaded
        self.drawn: Floats = np.zeros(())

    def release(self, samples: int) -> None:
        """Settle at open outputs, as the last layer's are."""
        far = np.ones(self.outputs.shape, dtype=bool)
        for _ in range(_MOST_STEPS):
            found = self.cells.output(self.outputs, self.middles)
            step = np.where(far, found.value / found.slope, 0.0)
            self.outputs = self.outputs - step
            far = np.abs(step) > _TOLERANCE
            if not far.any():
                break


class _Layer:
    """One crossbar of a few designs with its negations."""

    def __init__(self, printed: PrintedNetworks, technology: Technology, number: int) -> None:
        signed = printed.conductances[number]
        self._bias = printed.bias
        self._own = printed.crossbar == "original"
        fed = signed[:, :-1]
        self._plain = np.maximum(fed, 0.0)  # (D, M + 1, N)
        self._negated = np.maximum(-fed, 0.0)
        self._total = np.abs(signed).sum(axis=1)[..., None]  # (D, N, 1)
        designs, _, columns = fed.shape
        loads = self._negated.reshape(designs, -1) if self._own else self._negated.sum(axis=2)
        self._design, self._place = np.nonzero(loads)
        self._row = self._place // columns if self._own else self._place
        self._load = loads[self._design, self._place][:, None]
        self._circuits = loads.shape[1]
        # negations at each row, for they draw input current from it
        fan = (self._negated > 0).sum(axis=2) if self._own else loads > 0
        omega = printed.components("negation", number)
        self._inward = fan / (omega[2] + omega[3])[:, None]
        self._cells = Negation(np, technology, omega[:, self._design, None])
        ends = [technology.activation.vdd, technology.activation.vss, self._cells.rails.vdd,
                self._cells.rails.vss, printed.bias, 0.0]  # fmt: skip
        self._low, self._high = min(ends), max(ends)

    # --- sums over the crossbar ----------------------------------------------------------------

    def _spread(self, values: Floats) -> Floats:
        """Put values of the printed negations (A, S) to their places (D, Q, S)."""
        whole = np.zeros((len(self._total), self._circuits, values.shape[1]))
        whole[self._design, self._place] = values
        return whole

    def _to_negations(self, columns: Floats) -> Floats:
        """``sum g z`` over the resistors at each printed negation, (A, S), of (D, N, S)."""
        if self._own:
            at = self._place % columns.shape[1]
            return np.asarray(self._load * columns[self._design, at])
        return np.asarray((self._negated @ columns)[self._design, self._place])

    def _to_columns(self, negations: Floats) -> Floats:
        """``sum g y`` over the negations at each column, (D, N, S), of (A, S)."""
        whole = self._spread(negations)
        if self._own:
            designs, rows, columns = self._negated.shape
            whole = whole.reshape(designs, rows, columns, -1)
            return np.asarray(np.einsum("dmn,dmns->dns", self._negated, whole))
        return np.asarray(self._negated.transpose(0, 2, 1) @ whole)

    # --- Newton's method -------------------------------------------------------------------------

    def solve(self, given: Floats, drivers: _Drivers | None) -> None:
        """Find the voltages; `given` (D, M, S) are ideal sources where there are no `drivers`."""
        source = given if drivers is None else drivers.unloaded
        designs, inputs, samples = source.shape
        self.rows = np.empty((designs, inputs + 1, samples))
        self.rows[:, :-1], self.rows[:, -1] = source, self._bias
        rails = self._cells.rails
        shape = (len(self._design), samples)
        volts = self.rows[self._design, self._row]
        self.outputs = rising_root(
            np,
            lambda y: self._cells.output(y, volts),
            np.full(shape, rails.vss),
            np.full(shape, rails.vdd),
            _ROUGH,
        )
        self.columns = (self._from_rows() + self._to_columns(self.outputs)) / self._total
        shared_steps = _SHARED_STEPS if self.columns.shape[1] >= _SHARED_FROM else 0
        # a design rests once it has settled, so that its last bits depend on no other
        far = np.ones(designs, dtype=bool)
        for number in range(_MOST_STEPS):
            moved = self._step(drivers, far, shared=number < shared_steps)
            far &= ~(moved.max(axis=1) <= _TOLERANCE)  # nan is not
            if not far.any():
                break
        else:
            moved = np.where(far[:, None], np.nan_to_num(moved, nan=np.inf), 0.0)
            design, sample = np.unravel_index(moved.argmax(), moved.shape)
            raise _Lost(int(design), int(sample), float(moved.max()))
        self._settle(drivers)

    def _from_rows(self) -> Floats:
        return np.asarray(self._plain.transpose(0, 2, 1) @ self.rows)

    def _load_of_rows(self) -> tuple[Floats, Floats]:
        """Return what drivers carry: siemens (D, M, 1), and ampere fed back (D, M, S)."""
        plain = self._plain[:, :-1]
        inward = self._inward[:, :-1, None]
        load = plain.sum(axis=2)[..., None] + inward
        return load, plain @ self.columns + inward * self._cells.rails.vss

    def _step(self, drivers: _Drivers | None, far: NDArray[np.bool_], *, shared: bool) -> Floats:
        """Move all nodes of the designs that are `far`, (D,); return by how much at most, (D, S).

        With `shared` one matrix serves all samples of a design.
        """
        designs, rows, samples = self.rows.shape
        by_own = np.zeros((designs, rows, samples))  # of a row, by its own residual
        gain = np.zeros((designs, rows, samples))  # of a row, by what its columns feed into it
        if drivers is not None:
            load, fed = self._load_of_rows()
            row = drivers.cells.output(self.rows[:, :-1], drivers.middles, load, fed)
            gain[:, :-1] = 1 / row.slope
            by_own[:, :-1] = -row.value * gain[:, :-1]
        volts = self.rows[self._design, self._row]
        fed = self._to_negations(self.columns)
        cell = self._cells.output(self.outputs, volts, self._load, fed)
        follows = cell.by_input / cell.slope
        answers = cell.by_drawn / cell.slope
        moved = -cell.value / cell.slope - follows * by_own[self._design, self._row]
        short = self._from_rows() + self._to_columns(self.outputs) - self._total * self.columns
        short += self._plain.transpose(0, 2, 1) @ by_own + self._to_columns(moved)
        slopes = [gain, self._spread(answers), self._spread(follows)]
        if shared:
            slopes = [each.mean(axis=-1, keepdims=True) for each in slopes]
        matrix = self._matrix(*slopes)
        step = _eliminate(matrix, short)
        row_step = by_own + gain * (self._plain @ step)
        moved += answers * self._to_negations(step)
        moved -= follows * (row_step - by_own)[self._design, self._row]
        largest = np.abs(step).max(axis=1)
        np.maximum(largest, np.abs(row_step).max(axis=1), out=largest)
        np.maximum.at(largest, self._design, np.abs(moved))
        for nodes, change, going in (
            (self.columns, step, far[:, None, None]),
            (self.rows, row_step, far[:, None, None]),
            (self.outputs, moved, far[self._design, None]),
        ):
            np.add(nodes, change, out=nodes, where=going)
            np.clip(nodes, self._low, self._high, out=nodes)
        return np.asarray(largest)

    def _matrix(self, gain: Floats, answers: Floats, follows: Floats) -> Floats:
        """Differentiate what leaves the columns, (D, N, N, S), once all circuits have settled."""
        plain, negated = self._plain, self._negated
        designs, rows, columns = plain.shape
        samples = gain.shape[-1]
        pairs = (plain[:, :, :, None] * plain[:, :, None, :]).reshape(designs, rows, -1)
        taken = pairs.transpose(0, 2, 1) @ gain
        if self._own:
            follows = follows.reshape(designs, rows, columns, samples)
            answers = answers.reshape(designs, rows, columns, samples)
            crossed = negated[..., None] * follows * gain[:, :, None]
            taken = taken.reshape(designs, columns, columns, samples)
            taken -= np.einsum("dmns,dmk->dnks", crossed, plain, optimize=True)
            at = np.arange(columns)
            taken[:, at, at] += np.einsum("dmn,dmns->dns", negated**2, answers)
        else:
            both = (negated[:, :, :, None] * negated[:, :, None, :]).reshape(designs, rows, -1)
            taken += both.transpose(0, 2, 1) @ answers
            crossed = (negated[:, :, :, None] * plain[:, :, None, :]).reshape(designs, rows, -1)
            taken -= crossed.transpose(0, 2, 1) @ (follows * gain)
            taken = taken.reshape(designs, columns, columns, samples)
        np.negative(taken, out=taken)
        at = np.arange(columns)
        taken[:, at, at] += self._total
        return np.asarray(taken)

    def _settle(self, drivers: _Drivers | None) -> None:
        """Hand the loaded outputs back to the layer before."""
        if drivers is not None:
            load, fed = self._load_of_rows()
            drivers.outputs = self.rows[:, :-1]
            drivers.drawn = load * drivers.outputs - fed

    def solution(self, drivers: _Drivers) -> LayerSolution:
        """Take all figures together; `drivers` are this layer's own ptanh."""
        volts = self.rows[self._design, self._row]
        drawn = self._load * self.outputs - self._to_negations(self.columns)
        # columns draw nothing, hence sum g (u - z)^2 = sum g u^2 - (sum g) z^2
        lost = (self._plain.sum(axis=2)[..., None] * self.rows**2).sum(axis=1)
        lost += self._spread(self._load * self.outputs**2).sum(axis=1)
        lost -= (self._total * self.columns**2).sum(axis=1)
        return LayerSolution(
            rows=self.rows,
            negations=self._spread(self.outputs),
            columns=self.columns,
            middles=drivers.middles,
            outputs=drivers.outputs,
            crossbar_power=lost,
            activation_power=drivers.cells.power(drivers.outputs, drivers.middles, drivers.drawn),
            negation_power=self._spread(self._cells.power(self.outputs, volts, drawn)),
        )


def _eliminate(matrix: Floats, right: Floats) -> Floats:
    """Solve (D, N, N, S) systems for (D, N, S), both overwritten, by Gaussian elimination.

    Without pivoting, for the diagonal, a column's whole conductance, outweighs its row; samples
    innermost, so that each operation runs over many systems.
    """
    count = matrix.shape[1]
    for pivot in range(count - 1):
        factor = matrix[:, pivot + 1 :, pivot] / matrix[:, None, pivot, pivot]
        matrix[:, pivot + 1 :, pivot + 1 :] -= (
            factor[:, :, None] * matrix[:, None, pivot, pivot + 1 :]
        )
        right[:, pivot + 1 :] -= factor * right[:, None, pivot]
    for row in reversed(range(count)):
        known = (matrix[:, row, row + 1 :] * right[:, row + 1 :]).sum(axis=1)
        right[:, row] = (right[:, row] - known) / matrix[:, row, row]
    return right
