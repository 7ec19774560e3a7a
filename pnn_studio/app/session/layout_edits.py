"""Edits of the layout as functions from recipe to recipe; names move with what they name.

Hidden layers are counted from 0. Inputs and outputs follow from the data and are not edited.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from pnn_studio.domain.nodes import hidden_name
from pnn_studio.domain.settings import Recipe

NEW_LAYER = 3
MAX_NAME = 24


@dataclass(frozen=True)
class HiddenLayer:
    """A hidden layer as it can be copied: its title and the names of its neurons, empty if none."""

    title: str
    neurons: tuple[str, ...]


def hidden_layers(recipe: Recipe) -> tuple[HiddenLayer, ...]:
    """Return the hidden layers with their names."""
    names = dict(recipe.names)
    return tuple(
        HiddenLayer(
            names.get(f"{number}", ""),
            tuple(names.get(f"{number}.{neuron}", "") for neuron in range(count)),
        )
        for number, count in enumerate(recipe.hidden, start=1)
    )


def with_layers(recipe: Recipe, layers: Iterable[HiddenLayer]) -> Recipe:
    """Return a recipe with these hidden layers."""
    layers = tuple(layers)
    names: list[tuple[str, str]] = []
    for number, layer in enumerate(layers, start=1):
        named = [(f"{number}", layer.title)]
        named += [(f"{number}.{index}", name) for index, name in enumerate(layer.neurons)]
        names += [each for each in named if each[1]]
    return replace(recipe, hidden=tuple(len(layer.neurons) for layer in layers), names=tuple(names))


def insert_layers(recipe: Recipe, at: int, layers: Iterable[HiddenLayer] = ()) -> Recipe:
    """Insert layers (by default a new one) before hidden layer `at`."""
    new = tuple(layers) or (HiddenLayer("", ("",) * NEW_LAYER),)
    now = hidden_layers(recipe)
    return with_layers(recipe, (*now[:at], *new, *now[at:]))


def remove_layers(recipe: Recipe, layers: Iterable[int]) -> Recipe:
    """Take hidden layers out."""
    gone = set(layers)
    return with_layers(
        recipe, (each for at, each in enumerate(hidden_layers(recipe)) if at not in gone)
    )


def move_layer(recipe: Recipe, layer: int, to: int) -> Recipe:
    """Move a hidden layer so that it is the one of number `to`."""
    layers = list(hidden_layers(recipe))
    layers.insert(max(to, 0), layers.pop(layer))
    return with_layers(recipe, layers)


def resize_layer(recipe: Recipe, layer: int, neurons: int) -> Recipe:
    """Give a hidden layer another size; the last neurons come and go."""
    layers = list(hidden_layers(recipe))
    before = layers[layer]
    kept = before.neurons[: max(neurons, 0)]
    layers[layer] = replace(before, neurons=kept + ("",) * (neurons - len(kept)))
    return with_layers(recipe, layers)


def remove_neurons(recipe: Recipe, neurons: Iterable[tuple[int, int]]) -> Recipe:
    """Take neurons out, each given as (hidden layer, index)."""
    gone = set(neurons)
    return with_layers(
        recipe,
        (
            replace(
                layer,
                neurons=tuple(
                    name for index, name in enumerate(layer.neurons) if (at, index) not in gone
                ),
            )
            for at, layer in enumerate(hidden_layers(recipe))
        ),
    )


def move_neuron(recipe: Recipe, layer: int, index: int, to: int) -> Recipe:
    """Move a neuron inside its hidden layer so that it has the index `to`."""
    layers = list(hidden_layers(recipe))
    neurons = list(layers[layer].neurons)
    # one without a name takes along the name it is called by, or nothing would be seen to move
    called = [hidden_name(layer + 1, at) for at in range(len(neurons))]
    neurons = [name or at for name, at in zip(neurons, called, strict=True)]
    neurons.insert(max(to, 0), neurons.pop(index))
    pairs = zip(neurons, called, strict=True)
    plain = tuple("" if name == usual else name for name, usual in pairs)
    layers[layer] = replace(layers[layer], neurons=plain)
    return with_layers(recipe, layers)


def rename(recipe: Recipe, layer: int, neuron: int | None, name: str) -> Recipe:
    """Name a hidden layer (`neuron` None) or a neuron; an empty name is its number again."""
    name = "".join(each for each in name if each.isprintable()).strip()[:MAX_NAME]
    layers = list(hidden_layers(recipe))
    if neuron is None:
        layers[layer] = replace(layers[layer], title=name)
    else:
        neurons = list(layers[layer].neurons)
        neurons[neuron] = name
        layers[layer] = replace(layers[layer], neurons=tuple(neurons))
    return with_layers(recipe, layers)
