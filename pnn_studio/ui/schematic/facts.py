"""What a symbol of the schematic stands for, and what is said of it: pure functions."""

from typing import TYPE_CHECKING

from pnn_studio.app.session.selection import (
    CircuitItem,
    Item,
    NeuronItem,
    NodeItem,
    ResistorItem,
    owner_of,
)
from pnn_studio.domain.design import TrainedDesign
from pnn_studio.domain.evaluation import LayerEvaluation
from pnn_studio.domain.nodes import NodeNames
from pnn_studio.domain.schematic import Symbol
from pnn_studio.domain.units import MINUS, format_si
from pnn_studio.ui.widgets.hover_card import Facts

if TYPE_CHECKING:
    from pnn_studio.domain.cells import CellRole


def item_of(symbol: Symbol, layer: int) -> Item | None:
    """Return what a symbol of layer 1, 2 ... stands for; None for a terminal."""
    row, column = symbol.row, symbol.column
    if symbol.kind == "resistor" and row is not None and column is not None:
        return ResistorItem(layer, row, column)
    if symbol.kind == "activation" and column is not None:
        return CircuitItem(layer, "activation", column)
    if symbol.kind == "negation" and row is not None:
        return CircuitItem(layer, "negation", row, column)
    return None


def stands_for(symbol: Symbol, layer: int, item: Item) -> bool:
    """Whether an item is drawn as this symbol of layer 1, 2 ..."""
    if isinstance(item, NodeItem):
        owner = owner_of(item.node)
        return owner is not None and stands_for(symbol, layer, owner)
    drawn = item_of(symbol, layer)
    if isinstance(item, NeuronItem):
        return drawn == CircuitItem(item.layer, "activation", item.index)
    if isinstance(item, CircuitItem) and isinstance(drawn, CircuitItem):
        same = (drawn.layer, drawn.circuit, drawn.index) == (item.layer, item.circuit, item.index)
        return same and (None in (drawn.column, item.column) or drawn.column == item.column)
    return drawn is not None and drawn == item


def facts(
    design: TrainedDesign,
    layer_index: int,
    state: LayerEvaluation | None,
    sample: int,
    symbol: Symbol,
    names: NodeNames,
) -> Facts:
    """Tell value, voltage, current and power of a component for one sample."""
    layer = design.layers[layer_index]
    row, column = symbol.row, symbol.column
    if symbol.kind == "resistor" and row is not None and column is not None:
        place = names.resistor(layer_index + 1, row, column)
        if not symbol.ref:
            return Facts("not printed", place, ())
        values, source = [format_si(symbol.value, "Ω")], ""
        if state is not None:
            told = (state.across, "V"), (state.current, "A"), (state.dissipated, "W")
            values += [format_si(float(of(row, column)[sample]), unit) for of, unit in told]
            source = f"sample {sample + 1}, {design.model}"
        return Facts(symbol.ref, place, tuple(values), source)
    role: CellRole = "activation" if symbol.kind == "activation" else "negation"
    kind, watts = layer.kind(role), layer.cell(role).power
    item = item_of(symbol, layer_index + 1)
    if state is not None and isinstance(item, CircuitItem):
        watts = state.circuits.of(item.circuit, item.index, item.column)
    values = [f"{format_si(watts, 'W')} on average"]
    if state is not None and symbol.kind == "activation" and column is not None:
        values += [
            f"z {format_si(float(state.columns[sample, column]), 'V')}",
            f"out {format_si(float(state.outputs[sample, column]), 'V')}",
        ]
    elif state is not None and row is not None:
        values += [
            f"in {format_si(float(state.rows[sample, row]), 'V')}",
            f"out {format_si(float(state.negation_output(row, column)[sample]), 'V')}",
        ]
    index = column if role == "activation" else row
    assert index is not None
    single = column if role == "negation" else None
    name = names.cell(layer_index + 1, role, index, single, brief=kind.name)
    source = f"sample {sample + 1}, {design.model}" if state is not None else design.model
    if role == "negation":
        source += f"; its gain is not exactly {MINUS}1"
    return Facts(symbol.ref, name, tuple(values), source)
