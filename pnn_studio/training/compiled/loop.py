"""Epochs of one design, compiled: Adam, schedule, race of starts, power limits, history.

Counterpart of `FamilyTraining` and `Batch`, with their names and rules, whatever the model is.
"""

import numpy as np

from pnn_studio.domain.run import DIVERGED, FINISHED, IMPROVING
from pnn_studio.physics.kernels import arrays as a
from pnn_studio.physics.kernels.arithmetic import compiled, spliced
from pnn_studio.physics.kernels.arrays import AnyWork, Number
from pnn_studio.training.batch import (
    BETA1,
    BETA2,
    EPSILON,
    EXCESS_COST,
    MARGIN,
    MULTIPLIER_EVERY,
    STIFFNESS,
)
from pnn_studio.training.compiled import design as d
from pnn_studio.training.compiled.design import Design
from pnn_studio.training.recorder import POINTS

_ZERO = np.float32(0.0)
_ONE = np.float32(1.0)
_LARGEST = np.float32(3e38)


@compiled
def racers_of(design: Design) -> Number:
    """Return how many starts train."""
    return design.starts.shape[0] if design.clock[d.RACING] > 0 else 1


@spliced
def advance(design: Design) -> None:
    """Note that all starts have trained for an epoch; say whether the design is done."""
    clock, setup, starts = design.clock, design.setup, design.starts
    _record(design)
    clock[d.EPOCH] += 1
    last = clock[d.EPOCH] >= setup[d.MAX_EPOCHS]
    if clock[d.RACING] > 0:
        if clock[d.EPOCH] < setup[d.START_EPOCHS] and not last:
            return
        _choose_start(design)
    if starts[0, d.DONE] != IMPROVING:
        clock[d.STATUS] = DIVERGED if starts[0, d.DONE] == DIVERGED else FINISHED
    elif last:
        clock[d.STATUS] = FINISHED


@compiled
def note_split(design: Design, start: int, split: int, loss: Number, hits: Number) -> None:
    """Keep loss and accuracy of a split."""
    figures = design.starts
    figures[start, d.FIGURES + split], figures[start, d.FIGURES + 2 + split] = loss, hits


@compiled
def note_watts(work: AnyWork, design: Design, start: int, share: Number, more: bool) -> None:
    """Keep the power of the training split by part, a share of it; or add `more`."""
    for part in range(3):
        watts = _ZERO
        for layer in range(work.ints[a.SIZES, a.LAYERS]):
            watts += work.small[work.ints[a.SMALL, a.WATTS] + layer, part]
        watts *= share
        field = d.FIGURES + 4 + part
        design.starts[start, field] = watts + (design.starts[start, field] if more else _ZERO)


@spliced
def step(work: AnyWork, design: Design, start: int, power: Number) -> None:
    """Judge the state, of so many watt on the validation split, and take a step."""
    design.starts[start, d.POWER] = power
    design.clock[d.WORK] += 1
    objective = _objective(design, start)
    if design.setup[d.LIMIT] > 0:
        _note_power(design, start)
    reload = _look(design, start, objective)
    moved = _move(work, design, start, reload)
    # a comparison, for a number that is none must not pass
    if not moved or not abs(objective) < _LARGEST:
        design.starts[start, d.DONE] = DIVERGED


@compiled
def tile_of(work: AnyWork, split: int, number: int) -> tuple[int, int]:
    """First row of a tile of data, and the samples in it."""
    before = work.ints[a.DATA, a.TILES] if split == 1 else 0
    width = work.tiles.shape[1]
    length = min(width, work.ints[a.DATA, a.SAMPLES + split] - number * width)
    return (before + number) * work.ints[a.DATA, a.TILE_ROWS], length


# --- what is minimised ---------------------------------------------------------------------------


@compiled
def _excess(design: Design, power: float) -> Number:
    """Relative excess over the limit, a little below which training aims."""
    return power / ((1.0 - MARGIN) * design.setup[d.LIMIT]) - 1.0


@compiled
def power_weight(design: Design, start: int) -> Number:
    """Return what a watt counts: ``alpha / P_ref``, and the price that a limit sets on top."""
    weight = design.setup[d.ALPHA] / design.setup[d.REFERENCE]
    if design.setup[d.LIMIT] > 0:
        # the power of the epoch before; there is none yet in the first
        known = design.starts[start, d.POWER] if design.clock[d.EPOCH] > 0 else 0.0
        price = design.starts[start, d.MULTIPLIER] + STIFFNESS * _excess(design, known)
        weight += max(price, 0.0) / design.setup[d.LIMIT]
    return weight


@compiled
def _objective(design: Design, start: int) -> Number:
    """Return what decides which state is the best, in volt: `objective_of`."""
    alpha, power = design.setup[d.ALPHA], design.starts[start, d.POWER]
    objective = (1.0 - alpha) * design.starts[start, d.FIGURES + 1]
    objective += alpha * power / design.setup[d.REFERENCE]
    if design.setup[d.LIMIT] > 0:
        objective += EXCESS_COST * max(_excess(design, power), 0.0)
    return objective


@compiled
def _note_power(design: Design, start: int) -> None:
    if design.clock[d.EPOCH] % MULTIPLIER_EVERY == 0:
        excess = _excess(design, design.starts[start, d.POWER])
        multiplier = design.starts[start, d.MULTIPLIER] + STIFFNESS * excess
        design.starts[start, d.MULTIPLIER] = max(multiplier, 0.0)


# --- the step ------------------------------------------------------------------------------------


@compiled
def _look(design: Design, start: int, objective: float) -> Number:
    """Keep the best state, and lower the rate where it waited too long: then reload it."""
    starts, setup, numbers = design.starts, design.setup, design.numbers
    if objective < starts[start, d.BEST_LOSS]:
        starts[start, d.BEST_LOSS] = objective
        flat, best = start * d.KINDS + d.FLAT, start * d.KINDS + d.BEST
        for row in range(numbers.shape[1]):
            for k in range(numbers.shape[2]):
                numbers[best, row, k] = numbers[flat, row, k]
    mark = starts[start, d.MARK]
    if objective < mark - setup[d.LEAST_GAIN] * min(abs(mark), 1.0):
        starts[start, d.MARK] = objective
        starts[start, d.WAITED] = 0.0
    else:
        starts[start, d.WAITED] += 1.0
    stuck = starts[start, d.WAITED] > setup[d.PATIENCE]
    if stuck:
        starts[start, d.RATE] *= setup[d.FACTOR]
        starts[start, d.WAITED] = 0.0
        best, earlier = start * d.KINDS + d.BEST, start * d.KINDS + d.EARLIER
        for row in range(numbers.shape[1]):
            for k in range(numbers.shape[2]):
                numbers[earlier + 1, row, k] = numbers[earlier, row, k]
                numbers[earlier, row, k] = numbers[best, row, k]
    if starts[start, d.RATE] < setup[d.STOP_RATE]:
        starts[start, d.DONE] = FINISHED
    return stuck


@compiled
def _move(work: AnyWork, design: Design, start: int, reload: bool) -> Number:
    """Take a step of Adam, or reload the best state; return whether all numbers are finite."""
    numbers, small, starts = design.numbers, work.small, design.starts
    gradient = work.ints[a.SMALL, a.BY_PARAMETERS]
    flat, best = start * d.KINDS + d.FLAT, start * d.KINDS + d.BEST
    moment1, moment2 = start * d.KINDS + d.MOMENT1, start * d.KINDS + d.MOMENT2
    starts[start, d.STEP] += 1.0
    step, limit = starts[start, d.STEP], work.nets[a.TECHNOLOGY, a.THETA_MAX]
    rate = np.float32(starts[start, d.RATE] / (1.0 - BETA1**step))
    spread = np.float32(1.0 / np.sqrt(1.0 - BETA2**step))
    keep1, keep2, epsilon = np.float32(BETA1), np.float32(BETA2), np.float32(EPSILON)
    lost, width, crossbars = 0, numbers.shape[2], work.ints[a.SIZES, a.COLUMNS]
    for row in range(numbers.shape[1]):
        end = limit if row < crossbars else _LARGEST
        for k in range(width):
            g = small[gradient + row, k]
            m = keep1 * numbers[moment1, row, k] + (_ONE - keep1) * g
            v = keep2 * numbers[moment2, row, k] + (_ONE - keep2) * g * g
            value = numbers[flat, row, k] - rate * m / (np.sqrt(v) * spread + epsilon)
            lost += 0 if abs(value) < _LARGEST and abs(g) < _LARGEST else 1
            numbers[moment1, row, k] = m
            numbers[moment2, row, k] = v
            numbers[flat, row, k] = min(max(value, -end), end)
    if reload or lost > 0:
        # the gradient belongs to the weights that are left
        starts[start, d.STEP] = 0.0
        for row in range(numbers.shape[1]):
            for k in range(width):
                numbers[flat, row, k] = numbers[best, row, k]
                numbers[moment1, row, k] = _ZERO
                numbers[moment2, row, k] = _ZERO
    return lost == 0


# --- starts and history --------------------------------------------------------------------------


@compiled
def _best_of(design: Design, racers: int) -> int:
    best = 0
    for start in range(1, racers):
        if design.starts[start, d.BEST_LOSS] < design.starts[best, d.BEST_LOSS]:
            best = start
    return best


@compiled
def _choose_start(design: Design) -> None:
    """Go on with the start of the best validation objective; it moves to the front."""
    starts, numbers = design.starts, design.numbers
    for start in range(starts.shape[0]):
        if starts[start, d.DONE] == DIVERGED:
            starts[start, d.BEST_LOSS] = np.inf
    best = _best_of(design, starts.shape[0])
    for field in range(starts.shape[1]):
        starts[0, field] = starts[best, field]
    for kind in range(d.KINDS):
        for row in range(numbers.shape[1]):
            for k in range(numbers.shape[2]):
                numbers[kind, row, k] = numbers[best * d.KINDS + kind, row, k]
    design.clock[d.RACING] = 0


@compiled
def _record(design: Design) -> None:
    """Keep the figures of an epoch at a stride, which doubles where the buffer is full."""
    clock, history = design.clock, design.history
    if clock[d.EPOCH] % clock[d.STRIDE] > 0:
        return
    best = _best_of(design, racers_of(design))
    for k in range(d.FIGURE_COUNT):
        history[clock[d.KEPT], k] = design.starts[best, d.FIGURES + k]
    clock[d.KEPT] += 1
    if clock[d.KEPT] > POINTS:
        clock[d.KEPT] = (clock[d.KEPT] + 1) // 2
        clock[d.STRIDE] *= 2
        for point in range(1, clock[d.KEPT]):
            for k in range(d.FIGURE_COUNT):
                history[point, k] = history[2 * point, k]
