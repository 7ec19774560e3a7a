"""What compiled training tells of designs: figures, how far they are, and curves."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from pnn_studio.domain.family import History
from pnn_studio.domain.run import IMPROVING
from pnn_studio.training.compiled import design as d
from pnn_studio.training.compiled.design import Design
from pnn_studio.training.recorder import coarse

Doubles = NDArray[np.float64]


def figures_of(design: Design) -> Doubles:
    """Figures of the last epoch of a design's best start, see `design.FIGURES`."""
    return design.starts[d.best_start(design), d.FIGURES :].copy()


def share_of(design: Design) -> float:
    """Estimate how much of its work a design has done, from its rate and its epochs."""
    if design.clock[d.STATUS] != IMPROVING:
        return 1.0
    setup, start = design.setup, design.starts[d.best_start(design)]
    factor = np.log(setup[d.FACTOR])
    steps = np.floor(np.log(setup[d.STOP_RATE] / setup[d.LEARNING_RATE]) / factor) + 1
    taken = np.log(start[d.RATE] / setup[d.LEARNING_RATE]) / factor
    share = (taken + start[d.WAITED] / (setup[d.PATIENCE] + 1)) / steps
    return float(min(max(share, design.clock[d.EPOCH] / setup[d.MAX_EPOCHS]), 1.0))


def history_of(designs: Sequence[Design | None]) -> History:
    """Put the curves of all designs on the coarsest of their strides; None has not begun."""
    begun = [design for design in designs if design is not None and design.clock[d.KEPT] > 0]
    stride = max((int(design.clock[d.STRIDE]) for design in begun), default=1)
    last = [(design.clock[d.KEPT] - 1) * design.clock[d.STRIDE] for design in begun]
    # the last point has the last values of all, which a family that grows holds on to
    points = -(-int(max(last, default=0)) // stride) + 1
    epochs = np.arange(points, dtype=np.int64) * stride
    whole = np.full((points, len(designs), d.FIGURE_COUNT), np.nan, np.float32)
    for index, design in enumerate(designs):
        if design is not None and design.clock[d.KEPT] > 0:
            rows = np.minimum(epochs // design.clock[d.STRIDE], design.clock[d.KEPT] - 1)
            whole[:, index] = design.history[rows]
    loss, accuracy, power = whole[..., :2], whole[..., 2:4], whole[..., 4:]
    return History(epochs, coarse(loss), coarse(accuracy), coarse(power * 1e3) / 1e3)
