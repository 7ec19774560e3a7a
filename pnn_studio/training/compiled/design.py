"""The state of one design in training, as plain arrays that a compiled loop works on."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pnn_studio.domain.run import IMPROVING, Schedule
from pnn_studio.training.recorder import POINTS

# --- kinds in `Design.numbers`, four a start -----------------------------------------------------
FLAT, BEST, MOMENT1, MOMENT2 = 0, 1, 2, 3
KINDS = 4
# --- fields of `Design.starts` -------------------------------------------------------------------
BEST_LOSS, STEP, RATE, WAITED, MARK, DONE, MULTIPLIER, POWER = 0, 1, 2, 3, 4, 5, 6, 7
# train loss, valid loss, train accuracy, valid accuracy, and watt of crossbar, activation, negation
FIGURES, FIGURE_COUNT = 8, 7
START_FIELDS = FIGURES + FIGURE_COUNT
# --- fields of `Design.clock` --------------------------------------------------------------------
EPOCH, RACING, STATUS, WORK, KEPT, STRIDE = 0, 1, 2, 3, 4, 5
CLOCK_FIELDS = 6
# --- fields of `Design.setup` --------------------------------------------------------------------
# weight of power, and limit in watt (0: none); then the schedule
ALPHA, LIMIT, LEARNING_RATE, PATIENCE, FACTOR, STOP_RATE = 0, 1, 2, 3, 4, 5
MAX_EPOCHS, LEAST_GAIN, START_EPOCHS = 6, 7, 8
SETUP_FIELDS = 9


class Design(NamedTuple):
    """One design in training."""

    # (starts x KINDS, parameter rows, row length); the best alone once it is done
    numbers: NDArray[np.float32]
    starts: NDArray[np.float64]  # (starts, START_FIELDS)
    clock: NDArray[np.int64]  # (CLOCK_FIELDS,)
    setup: NDArray[np.float64]  # (SETUP_FIELDS,)
    history: NDArray[np.float32]  # (POINTS + 1, FIGURE_COUNT): every `STRIDE` epochs


def fresh_design(
    flat: NDArray[np.float32], alpha: float, limit: float | None, schedule: Schedule
) -> Design:
    """Begin with the parameters of all starts, shape (starts, parameter rows, row length)."""
    starts = len(flat)
    numbers = np.zeros((starts * KINDS, *flat.shape[1:]), np.float32)
    numbers[FLAT::KINDS] = flat
    numbers[BEST::KINDS] = flat
    table = np.zeros((starts, START_FIELDS))
    table[:, [BEST_LOSS, MARK]] = np.inf
    table[:, RATE] = schedule.learning_rate
    table[:, DONE] = IMPROVING
    table[:, FIGURES:] = np.nan
    clock = np.zeros(CLOCK_FIELDS, np.int64)
    clock[RACING], clock[STATUS], clock[STRIDE] = starts > 1, IMPROVING, 1
    setup = setup_of(alpha, limit, schedule)
    return Design(numbers, table, clock, setup, np.zeros((POINTS + 1, FIGURE_COUNT), np.float32))


def setup_of(alpha: float, limit: float | None, schedule: Schedule) -> NDArray[np.float64]:
    """Return what a design is trained for and how: see `ALPHA` and the fields that follow."""
    return np.array(
        [
            alpha,
            limit or 0.0,
            schedule.learning_rate,
            schedule.patience,
            schedule.factor,
            schedule.stop_rate,
            schedule.max_epochs,
            schedule.least_gain,
            schedule.start_epochs,
        ],
        np.float64,
    )


def best_start(design: Design) -> int:
    """Return the start of the best validation objective."""
    return int(np.argmin(design.starts[:, BEST_LOSS]))


def best_of(design: Design, start: int) -> NDArray[np.float32]:
    """Return the best parameters of a start, shape (parameter rows, row length)."""
    best: NDArray[np.float32] = design.numbers[
        BEST + KINDS * start if len(design.numbers) > 1 else 0
    ]
    return best


def without_losers(design: Design) -> Design:
    """Let go of the starts that lost their race: the winner lies in front."""
    if design.clock[RACING] or len(design.starts) == 1:
        return design
    return design._replace(numbers=design.numbers[:KINDS].copy(), starts=design.starts[:1].copy())


def at_rest(design: Design) -> Design:
    """Let go of all that a design needs only to train on: its best parameters are left."""
    best = best_of(design, 0)[None].copy()
    return design._replace(numbers=best, history=design.history[: design.clock[KEPT]].copy())
