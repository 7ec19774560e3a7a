"""The margin loss over a tile of samples, and its gradient: `MarginLoss`, without branches."""

import numpy as np

from pnn_studio.physics.kernels import arrays as a
from pnn_studio.physics.kernels.arithmetic import compiled
from pnn_studio.physics.kernels.arrays import AnyWork, Number

_ZERO = np.float32(0.0)
_ONE = np.float32(1.0)
# below any voltage, so that the right class is never the largest of the others
_NEVER = np.float32(-1e4)


@compiled
def margin_loss(work: AnyWork, tile: int, length: int) -> tuple[Number, Number]:
    """Return the tile's share of ``L`` in volt and of the right answers.

    ``L = mean(max(0, m + T - f_y) + max(0, m + max_{j != y} f_j))``
    """
    ints, tiles = work.ints, work.tiles
    volts, counts = ints[a.DATA, a.VOLTS], tile + ints[a.LAYER_TABLE, a.INPUTS]
    truth, last = counts + 1, a.LAYER_TABLE + ints[a.SIZES, a.LAYERS] - 1
    outputs = ints[last, a.OUTPUTS]
    right, others = volts + outputs, volts + outputs + 1
    for s in range(length):
        first, second = tiles[volts, s], tiles[volts + 1, s]
        is_first, is_second = tiles[truth, s] == _ZERO, tiles[truth, s] == _ONE
        tiles[right, s] = first if is_first else second
        tiles[others, s] = max(_NEVER if is_first else first, _NEVER if is_second else second)
    for n in range(2, outputs):
        this = np.float32(n)
        row = volts + n
        for s in range(length):
            value, is_right = tiles[row, s], tiles[truth, s] == this
            tiles[right, s] = value if is_right else tiles[right, s]
            other = _NEVER if is_right else value
            tiles[others, s] = max(tiles[others, s], other)
    loss, hits = _ZERO, _ZERO
    reach, margin = work.nets[a.TECHNOLOGY, a.REACH], work.nets[a.TECHNOLOGY, a.MARGIN]
    for s in range(length):
        short = max(reach - tiles[right, s], _ZERO)
        over = max(margin + tiles[others, s], _ZERO)
        loss += tiles[counts, s] * (short + over)
        hits += tiles[counts, s] if tiles[right, s] > tiles[others, s] else _ZERO
    return loss, hits


@compiled
def margin_gradient(work: AnyWork, tile: int, length: int, weight: Number) -> None:
    """Write the gradient of ``weight x L``, after `margin_loss` of the same tile."""
    ints, tiles = work.ints, work.tiles
    volts, counts = ints[a.DATA, a.VOLTS], tile + ints[a.LAYER_TABLE, a.INPUTS]
    truth, last = counts + 1, a.LAYER_TABLE + ints[a.SIZES, a.LAYERS] - 1
    outputs = ints[last, a.OUTPUTS]
    right, others = volts + outputs, volts + outputs + 1
    reach, margin = work.nets[a.TECHNOLOGY, a.REACH], work.nets[a.TECHNOLOGY, a.MARGIN]
    share = np.float32(weight)
    for n in range(outputs):
        this, row, by = np.float32(n), volts + n, ints[last, a.GRADIENT] + n
        for s in range(length):
            short = -_ONE if tiles[right, s] < reach else _ZERO
            over = _ONE if margin + tiles[others, s] > _ZERO else _ZERO
            other = over if tiles[row, s] >= tiles[others, s] else _ZERO
            sign = short if tiles[truth, s] == this else other
            tiles[by, s] = share * tiles[counts, s] * sign
