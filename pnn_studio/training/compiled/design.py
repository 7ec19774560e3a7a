"""The state of one design in training, as plain arrays that a compiled loop works on."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pnn_studio.domain.run import IMPROVING, FamilyPlan
from pnn_studio.training.recorder import POINTS

# --- kinds in `Design.numbers`, six a start: parameters, those of the best objective, two that were
# the best when the rate was lowered, the latest first, and the moments of Adam --------------------
FLAT, BEST, EARLIER, MOMENT1, MOMENT2 = 0, 1, 2, 4, 5
KINDS = 6
# the best and the earlier ones, which are left of a design that is done
STATES = 3
# --- fields of `Design.starts` -------------------------------------------------------------------
BEST_LOSS, STEP, RATE, WAITED, MARK, DONE, MULTIPLIER, POWER = 0, 1, 2, 3, 4, 5, 6, 7
# train loss, valid loss, train accuracy, valid accuracy, and watt of crossbar, activation, negation
FIGURES, FIGURE_COUNT = 8, 7
START_FIELDS = FIGURES + FIGURE_COUNT
# --- fields of `Design.clock` --------------------------------------------------------------------
EPOCH, RACING, STATUS, WORK, KEPT, STRIDE = 0, 1, 2, 3, 4, 5
CLOCK_FIELDS = 6
# --- fields of `Design.setup` --------------------------------------------------------------------
# weight of power, and limit in watt (0: none); then the schedule; then P_ref; then the seed; then
# how many epochs learn from the design as drawn, where those that follow learn from prints
ALPHA, LIMIT, LEARNING_RATE, PATIENCE, FACTOR, STOP_RATE = 0, 1, 2, 3, 4, 5
MAX_EPOCHS, LEAST_GAIN, START_EPOCHS, REFERENCE, SEED, DRAWN_EPOCHS = 6, 7, 8, 9, 10, 11


class Design(NamedTuple):
    """One design in training."""

    # (starts x KINDS, parameter rows, row length); `STATES` once it is done
    numbers: NDArray[np.float32]
    starts: NDArray[np.float64]  # (starts, START_FIELDS)
    clock: NDArray[np.int64]  # (CLOCK_FIELDS,)
    setup: NDArray[np.float64]  # (fields,)
    history: NDArray[np.float32]  # (POINTS + 1, FIGURE_COUNT): every `STRIDE` epochs


def fresh_design(flat: NDArray[np.float32], setup: NDArray[np.float64]) -> Design:
    """Begin with the parameters of all starts, shape (starts, parameter rows, row length)."""
    starts = len(flat)
    numbers = np.zeros((starts * KINDS, *flat.shape[1:]), np.float32)
    for kind in range(MOMENT1):
        numbers[kind::KINDS] = flat
    table = np.zeros((starts, START_FIELDS))
    table[:, [BEST_LOSS, MARK]] = np.inf
    table[:, RATE] = setup[LEARNING_RATE]
    table[:, DONE] = IMPROVING
    table[:, FIGURES:] = np.nan
    clock = np.zeros(CLOCK_FIELDS, np.int64)
    clock[RACING], clock[STATUS], clock[STRIDE] = starts > 1, IMPROVING, 1
    return Design(numbers, table, clock, setup, np.zeros((POINTS + 1, FIGURE_COUNT), np.float32))


def setup_of(plan: FamilyPlan, index: int, reference: float) -> NDArray[np.float64]:
    """Return what a design of a plan is trained for and how, with P_ref in watt: see `ALPHA`."""
    schedule = plan.schedule
    limit = None if plan.limits is None else plan.limits[index]
    return np.array(
        [
            plan.alphas[index],
            limit or 0.0,
            schedule.learning_rate,
            schedule.patience,
            schedule.factor,
            schedule.stop_rate,
            schedule.max_epochs,
            schedule.least_gain,
            schedule.start_epochs,
            reference,
            plan.seeds[index],
            schedule.drawn_epochs,
        ],
        np.float64,
    )


def best_start(design: Design) -> int:
    """Return the start of the best validation objective."""
    return int(np.argmin(design.starts[:, BEST_LOSS]))


def states_of(design: Design) -> NDArray[np.float32]:
    """Return the best parameters, then the earlier ones: (STATES, parameter rows, row length)."""
    if len(design.numbers) == STATES:
        return design.numbers
    first = KINDS * best_start(design) + BEST
    states: NDArray[np.float32] = design.numbers[first : first + STATES]
    return states


def without_losers(design: Design) -> Design:
    """Let go of the starts that lost their race: the winner lies in front."""
    if design.clock[RACING] or len(design.starts) == 1:
        return design
    return design._replace(numbers=design.numbers[:KINDS].copy(), starts=design.starts[:1].copy())


def at_rest(design: Design) -> Design:
    """Let go of all that a design needs only to train on."""
    states = states_of(design).copy()
    return design._replace(numbers=states, history=design.history[: design.clock[KEPT]].copy())
