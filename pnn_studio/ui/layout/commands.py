"""What can be done to the selection on the layout canvas, by key and by context menu."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from pnn_studio.app.session import layout_edits
from pnn_studio.app.session.messages import Message
from pnn_studio.app.session.selection import Item, LayerItem, NeuronItem
from pnn_studio.domain.layout import MAX_HIDDEN_LAYERS, MAX_NEURONS
from pnn_studio.domain.settings import Recipe
from pnn_studio.domain.units import count_of
from pnn_studio.ui.controllers.studio import Studio

Entry = tuple[str, Callable[[], None], bool]


class LayoutCommands(QObject):
    """Edits of the selected layers and neurons; each one step of undo.

    Notes
    -----
    Signal `wants_name` (item) where a name is to be typed.
    """

    wants_name = Signal(object)

    def __init__(self, studio: Studio, parent: QObject) -> None:
        super().__init__(parent)
        self._studio = studio
        self._copied: tuple[layout_edits.HiddenLayer, ...] = ()

    @property
    def _hidden(self) -> tuple[int, ...]:
        return self._studio.session.recipe.hidden

    def is_hidden(self, layer: int) -> bool:
        """Whether a stage is a hidden layer, which can be edited."""
        return 1 <= layer <= len(self._hidden)

    def is_neuron(self, item: Item | None) -> bool:
        """Whether an item is a neuron of a hidden layer, neither bias nor ground."""
        return (
            isinstance(item, NeuronItem)
            and self.is_hidden(item.layer)
            and item.index < self._hidden[item.layer - 1]
        )

    def selected_layers(self) -> list[int]:
        """Hidden layers that are selected, counted from 0."""
        items = self._studio.selection.items
        return sorted(
            each.layer - 1
            for each in items
            if isinstance(each, LayerItem) and self.is_hidden(each.layer)
        )

    def selected_neurons(self) -> list[tuple[int, int]]:
        """Neurons of hidden layers that are selected, as (layer from 0, index)."""
        items = self._studio.selection.items
        return [
            (each.layer - 1, each.index)
            for each in items
            if isinstance(each, NeuronItem) and self.is_neuron(each)
        ]

    def delete(self) -> None:
        """Take the selected layers or neurons out."""
        layers, neurons = self.selected_layers(), self.selected_neurons()
        recipe = self._studio.session.recipe
        if layers:
            self._edit(layout_edits.remove_layers(recipe, layers))
        elif neurons:
            self._edit(layout_edits.remove_neurons(recipe, neurons))
        elif self._studio.selection.items:
            text = "Inputs and outputs follow from the data; only hidden layers can be removed."
            self._studio.message.emit(Message("note", text))

    def _edit(self, recipe: Recipe) -> None:
        before = self._studio.session.recipe
        self._studio.edit(recipe)
        if self._studio.session.recipe is not before:
            self._studio.selection.select()

    def insert(self) -> None:
        """Add a neuron to the layer of the selection; after a selected layer, a layer."""
        item, recipe = self._studio.selection.item, self._studio.session.recipe
        if isinstance(item, LayerItem):
            at = min(item.layer, len(recipe.hidden))
            self._studio.add_layer(at)
            self._studio.selection.select(LayerItem(at + 1))
        elif isinstance(item, NeuronItem) and self.is_hidden(item.layer):
            count = recipe.hidden[item.layer - 1]
            self._studio.set_neurons(item.layer - 1, count + 1)
            self._studio.selection.select(NeuronItem(item.layer, count))
        else:
            self._studio.add_layer()
            self._studio.selection.select(LayerItem(len(self._hidden)))

    def rename(self) -> None:
        """Ask for the name of the selected layer or neuron."""
        item = self._studio.selection.item
        if self.is_neuron(item) or (isinstance(item, LayerItem) and self.is_hidden(item.layer)):
            self.wants_name.emit(item)

    def take_name(self, item: Item, name: str) -> None:
        """Give a layer or a neuron its name."""
        recipe = self._studio.session.recipe
        if isinstance(item, LayerItem):
            self._studio.edit(layout_edits.rename(recipe, item.layer - 1, None, name))
        elif isinstance(item, NeuronItem):
            self._studio.edit(layout_edits.rename(recipe, item.layer - 1, item.index, name))

    def move(self, by_layer: int, by_neuron: int) -> None:
        """Move the selected layer to the left or right, or the neuron up or down."""
        item = self._studio.selection.item
        if by_layer and isinstance(item, LayerItem):
            self.move_layer(item.layer, item.layer + by_layer)
        elif by_neuron and isinstance(item, NeuronItem):
            self.move_neuron(item, item.index + by_neuron)

    def move_layer(self, layer: int, to: int) -> None:
        """Make hidden layer `layer` (1 is the first) the one of number `to`."""
        if self.is_hidden(layer) and self.is_hidden(to) and layer != to:
            recipe = self._studio.session.recipe
            self._studio.edit(layout_edits.move_layer(recipe, layer - 1, to - 1))
            self._studio.selection.select(LayerItem(to))

    def move_neuron(self, item: NeuronItem, to: int) -> None:
        """Give a neuron of a hidden layer another place in it."""
        target = NeuronItem(item.layer, to)
        if self.is_neuron(item) and self.is_neuron(target) and to >= 0 and to != item.index:
            recipe = self._studio.session.recipe
            self._studio.edit(layout_edits.move_neuron(recipe, item.layer - 1, item.index, to))
            self._studio.selection.select(target)

    def copy(self) -> None:
        """Copy the selected layers."""
        layers = layout_edits.hidden_layers(self._studio.session.recipe)
        chosen = tuple(layers[at] for at in self.selected_layers())
        if chosen:
            self._copied = chosen
            what = count_of(len(chosen), "layer")
            self._studio.status.emit(f"Copied {what}")

    def cut(self) -> None:
        """Copy the selected layers and take them out."""
        self.copy()
        if self.selected_layers():
            self.delete()

    def paste(self) -> None:
        """Insert the copied layers after the selected layer, or before the outputs."""
        if not self._copied:
            return
        item, recipe = self._studio.selection.item, self._studio.session.recipe
        at = len(recipe.hidden)
        if isinstance(item, LayerItem | NeuronItem):
            at = min(item.layer, at)
        self._studio.edit(layout_edits.insert_layers(recipe, at, self._copied))

    def select_all(self) -> None:
        """Select all neurons of the selected layer, or else all hidden layers."""
        item = self._studio.selection.item
        if isinstance(item, NeuronItem) and self.is_hidden(item.layer):
            count = self._hidden[item.layer - 1]
            self._studio.selection.select(
                *(NeuronItem(item.layer, index) for index in range(count))
            )
        else:
            self._studio.selection.select(
                *(LayerItem(each + 1) for each in range(len(self._hidden)))
            )

    def step(self, by_layer: int, by_neuron: int) -> None:
        """Go with the selection to the neighbour at the left, right, above or below."""
        layout, item = self._studio.session.layout, self._studio.selection.item
        if layout is None:
            return
        last = len(layout.sizes) - 1
        if isinstance(item, LayerItem):
            if by_neuron > 0:
                self._studio.selection.select(NeuronItem(item.layer, 0))
            else:
                self._studio.selection.select(LayerItem(min(max(item.layer + by_layer, 0), last)))
            return
        if not isinstance(item, NeuronItem):
            self._studio.selection.select(NeuronItem(min(1, last), 0))
            return
        if by_neuron < 0 and item.index == 0:
            self._studio.selection.select(LayerItem(item.layer))
            return
        layer = min(max(item.layer + by_layer, 0), last)
        most = layout.sizes[layer] - 1 + (2 if layer < last else 0)
        self._studio.selection.select(NeuronItem(layer, min(max(item.index + by_neuron, 0), most)))

    def menu_for(self, item: Item | None) -> list[Entry]:
        """List what applies to an item: text, what it does, whether it can be done."""
        if isinstance(item, LayerItem) and self.is_hidden(item.layer):
            layer, count = item.layer, len(self._hidden)
            return [
                ("Rename layer\tF2", self.rename, True),
                ("Insert a layer after it\tIns", self.insert, count < MAX_HIDDEN_LAYERS),
                ("Move left\tAlt+Left", lambda: self.move(-1, 0), layer > 1),
                ("Move right\tAlt+Right", lambda: self.move(1, 0), layer < count),
                ("Copy\tCtrl+C", self.copy, True),
                ("Cut\tCtrl+X", self.cut, count > 1),
                ("Paste after it\tCtrl+V", self.paste, bool(self._copied)),
                ("Remove\tDel", self.delete, count > 1),
            ]
        if isinstance(item, NeuronItem) and self.is_neuron(item):
            size = self._hidden[item.layer - 1]
            return [
                ("Rename neuron\tF2", self.rename, True),
                ("Add a neuron\tIns", self.insert, size < MAX_NEURONS),
                ("Move up\tAlt+Up", lambda: self.move(0, -1), item.index > 0),
                ("Move down\tAlt+Down", lambda: self.move(0, 1), item.index < size - 1),
                ("Remove\tDel", self.delete, size > 1),
            ]
        return [
            ("Add a layer\tIns", self.insert, len(self._hidden) < MAX_HIDDEN_LAYERS),
            ("Paste layers\tCtrl+V", self.paste, bool(self._copied)),
            ("Select all layers\tCtrl+A", self.select_all, True),
        ]
