"""Epochs of one design of the loaded model, compiled."""

import numpy as np

from pnn_studio.domain.run import IMPROVING
from pnn_studio.physics.kernels import arrays as a
from pnn_studio.physics.kernels.arithmetic import entry, spliced
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


@spliced
def _epoch(work: LoadedWork, design: Design, start: int) -> None:
    """Learn from the training split, judge by the validation split, take a step."""
    numbers, at, watt = design.numbers, start * d.KINDS + d.FLAT, power_weight(design, start)
    weight = _ONE - np.float32(design.setup[d.ALPHA])
    solve_cells(work, numbers, at)
    print_crossbars(work, numbers, at)
    begin_cells(work)
    begin_crossbars(work)
    power = _ZERO
    for split in range(2):
        learning = split == 0
        begin_split(work, split)
        loss, hits = _ZERO, _ZERO
        for number in range(work.ints[a.DATA, a.TILES + split]):
            tile, length = tile_of(work, split, number)
            forward(work, tile, length, learning, learning and number == 0)
            tile_loss, tile_hits = margin_loss(work, tile, length)
            loss += tile_loss
            hits += tile_hits
            if learning:
                margin_gradient(work, tile, length, weight)
                backward(work, tile, length, watt)
        note_split(design, start, split, loss, hits)
        power = power_of(work)
        if learning:
            crossbars_backward(work, numbers, at, watt)
            cells_backward(work)
            note_watts(work, design, start)
    step(work, design, start, power)
