"""Epochs of one design of the loaded model, compiled."""

import numpy as np

from pnn_studio.domain.run import IMPROVING
from pnn_studio.physics.kernels import arrays as a
from pnn_studio.physics.kernels.arithmetic import compiled, entry, spliced
from pnn_studio.physics.kernels.arrays import Number
from pnn_studio.physics.loaded.kernel.arrays import LoadedWork
from pnn_studio.physics.loaded.kernel.backward import backward
from pnn_studio.physics.loaded.kernel.cells import begin_cells, cells_backward, solve_cells
from pnn_studio.physics.loaded.kernel.crossbar import (
    begin_crossbars,
    begin_split,
    crossbars_backward,
    power_of,
    print_crossbars,
)
from pnn_studio.physics.loaded.kernel.forward import forward
from pnn_studio.physics.loaded.kernel.prints import (
    JUDGED,
    draw_print,
    gather_gradients,
    is_varied,
    prints_of,
    sense_cells,
    use_prints,
)
from pnn_studio.training.compiled import design as d
from pnn_studio.training.compiled.design import Design
from pnn_studio.training.compiled.loop import (
    advance,
    note_split,
    note_watts,
    power_weight,
    racers_of,
    step,
    tile_of,
)
from pnn_studio.training.compiled.loss import margin_gradient, margin_loss

_ZERO = np.float32(0.0)
_ONE = np.float32(1.0)
# epochs between two looks at the prints by which states are judged, which are more than those that
# an epoch learns from
JUDGED_EVERY = 8
# antithetic prints
PAIR = 2


@entry
def train_loaded(work: LoadedWork, design: Design, epochs: int) -> int:
    """Train a design for some epochs, or until it is done; return the epochs."""
    for trained in range(epochs):
        if design.clock[d.STATUS] != IMPROVING:
            return trained
        for start in range(racers_of(design)):
            if design.starts[start, d.DONE] == IMPROVING:
                _epoch(work, design, start)
        advance(design)
    return epochs


@compiled
def _prints_of(work: LoadedWork, design: Design, split: int) -> Number:
    """Return how many prints a split goes through: half of them tell which start is the best."""
    prints = prints_of(work, split)
    if split == 0 and design.clock[d.RACING] > 0 and prints > PAIR:
        return prints // (2 * PAIR) * PAIR
    return prints


@compiled
def _splits_of(work: LoadedWork, design: Design) -> Number:
    """Return 2 where the state is judged in this epoch, else 1: it then counts as no gain."""
    if not is_varied(work):
        return 2
    epoch = design.clock[d.EPOCH] - int(design.setup[d.DRAWN_EPOCHS])
    return 2 if epoch % JUDGED_EVERY == 0 else 1


@compiled
def _begin_epoch(work: LoadedWork, design: Design, start: int) -> None:
    """Go through the design as drawn in the first epochs, then through prints, which judge anew."""
    starts, epoch = design.starts, design.clock[d.EPOCH] - int(design.setup[d.DRAWN_EPOCHS])
    use_prints(work, epoch >= 0)
    if is_varied(work) and epoch == 0:
        starts[start, d.BEST_LOSS], starts[start, d.MARK] = np.inf, np.inf
        starts[start, d.WAITED] = 0.0


@compiled
def _draw(work: LoadedWork, design: Design, learning: bool, number: int) -> None:
    """Draw a print: anew in each epoch to learn from, always the same ones to judge by."""
    if learning:
        draw_print(work, int(design.setup[d.SEED]), design.clock[d.EPOCH], number)
    else:
        draw_print(work, 0, JUDGED, number)


@spliced
def _epoch(work: LoadedWork, design: Design, start: int) -> None:
    """Learn from the training split, judge by the validation split, take a step."""
    numbers, at, watt = design.numbers, start * d.KINDS + d.FLAT, power_weight(design, start)
    weight = _ONE - np.float32(design.setup[d.ALPHA])
    _begin_epoch(work, design, start)
    # of the prints of an epoch each counts its share; else there is one, the design as drawn
    varied, share = is_varied(work), _ONE / np.float32(_prints_of(work, design, 0))
    weight, watt = weight * share, watt * share
    solve_cells(work, numbers, at)
    if varied:
        sense_cells(work)
    begin_cells(work)
    # of the epoch before, where the state is not judged
    watts = design.starts[start, d.POWER]
    for split in range(_splits_of(work, design)):
        learning = split == 0
        loss, hits, power, prints = _ZERO, _ZERO, _ZERO, _prints_of(work, design, split)
        share = _ONE / np.float32(prints)
        for number in range(prints):
            if varied:
                _draw(work, design, learning, number)
            if varied or learning:
                print_crossbars(work, numbers, at)
                begin_crossbars(work)
            begin_split(work, split)
            for block in range(work.ints[a.DATA, a.TILES + split]):
                tile, length = tile_of(work, split, block)
                forward(work, tile, length, learning, (learning or varied) and block == 0)
                tile_loss, tile_hits = margin_loss(work, tile, length)
                loss += tile_loss
                hits += tile_hits
                if learning:
                    margin_gradient(work, tile, length, weight)
                    backward(work, tile, length, watt)
            power += share * power_of(work)
            if learning:
                crossbars_backward(work, numbers, at, watt)
                note_watts(work, design, start, share, number > 0)
                gather_gradients(work, number, prints)
        note_split(design, start, split, share * loss, share * hits)
        if learning:
            cells_backward(work)
        else:
            watts = power
    step(work, design, start, watts)
