"""Where a neuron or a layer that is dragged on the layout canvas would go."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF

from pnn_studio.app.session.selection import Item, LayerItem, NeuronItem
from pnn_studio.ui.layout.commands import LayoutCommands
from pnn_studio.ui.layout.items import ColumnItem, NodeItem

_BESIDE = 120.0


def drop_target(
    item: Item | None,
    at: QPointF,
    commands: LayoutCommands,
    nodes: Sequence[NodeItem],
    columns: Sequence[ColumnItem],
) -> int | None:
    """Return the index to which a neuron or a layer is dragged; None where it cannot be."""
    if isinstance(item, LayerItem) and commands.is_hidden(item.layer):
        drawn = [each.column for each in columns if each.column]
        inner = [each for each in drawn if commands.is_hidden(each.stage)]
        return min(inner, key=lambda each: abs(each.x - at.x())).stage
    if isinstance(item, NeuronItem) and commands.is_neuron(item):
        same = [each.node for each in nodes if each.node]
        same = [node for node in same if node.stage == item.layer and node.kind == "neuron"]
        return min(same, key=lambda node: abs(node.y - at.y())).index
    return None


def drop_line(drawn: ColumnItem | NodeItem, side: int) -> tuple[QPointF, QPointF]:
    """Return the ends of a line before (-1), at (0) or after (1) what is drawn there."""
    at = drawn.pos()
    if isinstance(drawn, ColumnItem):
        x, foot = at.x() + _BESIDE * side, drawn.column.foot if drawn.column else 0
        return QPointF(x, 4), QPointF(x, foot)
    half = drawn.node.pitch / 2 if drawn.node else 36.0
    y = at.y() + half * side
    return QPointF(at.x() - 44, y), QPointF(at.x() + 44, y)
