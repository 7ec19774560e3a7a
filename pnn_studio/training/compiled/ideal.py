"""Epochs of one design of the ideal model, compiled."""

import numpy as np

from pnn_studio.domain.run import IMPROVING
from pnn_studio.physics.ideal import kernel, kernel_backward
from pnn_studio.physics.ideal.kernel_power import power_of
from pnn_studio.physics.kernels import arrays as a
from pnn_studio.physics.kernels.arithmetic import entry, spliced
from pnn_studio.physics.kernels.arrays import Work
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
def train_ideal(work: Work, design: Design, epochs: int) -> int:
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
def _epoch(work: Work, design: Design, start: int) -> None:
    """Learn from the training split, judge by the validation split, take a step."""
    numbers, at, watt = design.numbers, start * d.KINDS + d.FLAT, power_weight(design, start)
    weight = _ONE - np.float32(design.setup[d.ALPHA])
    kernel.prepare(work, numbers, at, watt)
    power = _ZERO
    for split in range(2):
        learning = split == 0
        kernel.begin_split(work, split)
        if learning:
            kernel_backward.begin_backward(work)
        loss, hits = _ZERO, _ZERO
        for number in range(work.ints[a.DATA, a.TILES + split]):
            tile, length = tile_of(work, split, number)
            kernel.forward(work, tile, length, learning)
            tile_loss, tile_hits = margin_loss(work, tile, length)
            loss += tile_loss
            hits += tile_hits
            if learning:
                margin_gradient(work, tile, length, weight)
                kernel_backward.backward(work, tile, length)
        note_split(design, start, split, loss, hits)
        power = power_of(work, numbers, at)
        if learning:
            kernel_backward.finish_backward(work, numbers, at, watt)
            note_watts(work, design, start, _ONE, False)
    step(work, design, start, power)
