"""Component values of the nonlinear circuits of one design, from raw parameters and back.

Counterpart of `OmegaMap`. Cells are numbered by circuit (activation, negation), then by group.
"""

import math

import numpy as np

from pnn_studio.physics.kernels import arrays as a
from pnn_studio.physics.kernels.arithmetic import compiled
from pnn_studio.physics.kernels.arrays import AnyWork, Floats, Number

LANES = 8
_ONE = np.float32(1.0)
_ZERO = np.float32(0.0)
# constraints are strict; this keeps them so after rounding
_STRICT = np.float32(0.999)


@compiled
def cell_row(work: AnyWork, cell: int) -> Number:
    """Return where a cell begins in `small`."""
    return work.ints[a.SMALL, a.CELLS] + cell * a.CELL_ROWS


@compiled
def find_components(work: AnyWork, parameters: Floats, at: int, cell: int) -> None:
    """Printable component values: through a sigmoid into their range, then by the constraints."""
    ints, nets, small = work.ints, work.nets, work.small
    circuit = cell // ints[a.SIZES, a.GROUPS]
    row, learned = cell_row(work, cell), ints[a.SIZES, a.COLUMNS] + cell
    share, relaxed, omega = row + a.SHARE, row + a.RELAXED, row + a.OMEGA
    limits = ints[a.NETS, a.LIMITS] + 4 * circuit
    for c in range(LANES):
        # not through tanh: near its ends a share needs its relative precision
        part = _ONE / (_ONE + np.float32(math.exp(-parameters[at, learned, c])))
        value = nets[limits + a.LOW, c] + part * nets[limits + a.SPAN, c]
        if nets[limits + a.IS_LOG, c] > _ZERO:
            ratio = np.float32(math.exp(nets[limits + a.LOG_RATIO, c] * part))
            value = nets[limits + a.LOW, c] * ratio
        small[share, c] = part
        small[relaxed, c] = value
        small[omega, c] = value
    first = ints[a.SIZES, a.RULES]
    for rule in range(first, first + ints[a.SIZES, a.RULE_COUNT]):
        if ints[rule, 0] == circuit:
            top, under, less, less_under = (
                ints[rule, 1],
                ints[rule, 2],
                ints[rule, 3],
                ints[rule, 4],
            )
            bound = small[omega, top]
            if under >= 0:
                bound = bound / small[omega, under]
            if less_under >= 0:
                bound = bound * small[omega, less_under]
            small[omega, less] = min(small[omega, less], _STRICT * bound)
    for c in range(LANES):
        small[row + a.LOG, c] = np.float32(math.log(small[omega, c]))
        small[row + a.INVERSE, c] = _ONE / small[omega, c]


@compiled
def components_backward(work: AnyWork, cell: int) -> None:
    """Turn the gradient of the component values, `BY_OMEGA`, into that of the raw parameters."""
    ints, nets, small = work.ints, work.nets, work.small
    row = cell_row(work, cell)
    gradient = ints[a.SMALL, a.BY_PARAMETERS] + ints[a.SIZES, a.COLUMNS] + cell
    limits = ints[a.NETS, a.LIMITS] + 4 * (cell // ints[a.SIZES, a.GROUPS])
    for c in range(LANES):
        share = small[row + a.SHARE, c]
        slope = nets[limits + a.SPAN, c]
        if nets[limits + a.IS_LOG, c] > _ZERO:
            slope = small[row + a.RELAXED, c] * nets[limits + a.LOG_RATIO, c]
        small[gradient, c] = small[row + a.BY_OMEGA, c] * slope * share * (_ONE - share)
