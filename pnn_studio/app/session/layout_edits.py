"""Edits of the layout as functions from settings to settings; names move with what they name.

Hidden layers are counted from 0. Inputs and outputs follow from the data and are not edited.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from pnn_studio.domain.nodes import hidden_name
from pnn_studio.domain.settings import Settings

NEW_LAYER = 3
MAX_NAME = 24


@dataclass(frozen=True)
class HiddenLayer:
    """A hidden layer as it can be copied: its title and the names of its neurons, empty if none."""

    title: str
    neurons: tuple[str, ...]


def hidden_layers(settings: Settings) -> tuple[HiddenLayer, ...]:
    """Return the hidden layers with their names."""
    names = dict(settings.names)
    return tuple(
        HiddenLayer(
            names.get(f"{number}", ""),
            tuple(names.get(f"{number}.{neuron}", "") for neuron in range(count)),
        )
        for number, count in enumerate(settings.hidden, start=1)
    )


def with_layers(settings: Settings, layers: Iterable[HiddenLayer]) -> Settings:
    """Return settings with these hidden layers."""
    layers = tuple(layers)
    names: list[tuple[str, str]] = []
    for number, layer in enumerate(layers, start=1):
        named = [(f"{number}", layer.title)]
        named += [(f"{number}.{index}", name) for index, name in enumerate(layer.neurons)]
        names += [each for each in named if each[1]]
    return replace(
        settings, hidden=tuple(len(layer.neurons) for layer in layers), names=tuple(names)
    )


def insert_layers(settings: Settings, at: int, layers: Iterable[HiddenLayer] = ()) -> Settings:
    """Insert layers (by default a new one) before hidden layer `at`."""
    new = tuple(layers) or (HiddenLayer("", ("",) * NEW_LAYER),)
    now = hidden_layers(settings)
    return with_layers(settings, (*now[:at], *new, *now[at:]))


def remove_layers(settings: Settings, layers: Iterable[int]) -> Settings:
    """Take hidden layers out."""
    gone = set(layers)
    return with_layers(
        settings, (each for at, each in enumerate(hidden_layers(settings)) if at not in gone)
    )


def move_layer(settings: Settings, layer: int, to: int) -> Settings:
    """Move a hidden layer so that it is the one of number `to`."""
    layers = list(hidden_layers(settings))
    layers.insert(max(to, 0), layers.pop(layer))
    return with_layers(settings, layers)


def resize_layer(settings: Settings, layer: int, neurons: int) -> Settings:
    """Give a hidden layer another size; the last neurons come and go."""
    layers = list(hidden_layers(settings))
    before = layers[layer]
    kept = before.neurons[: max(neurons, 0)]
    layers[layer] = replace(before, neurons=kept + ("",) * (neurons - len(kept)))
    return with_layers(settings, layers)


def remove_neurons(settings: Settings, neurons: Iterable[tuple[int, int]]) -> Settings:
    """Take neurons out, each given as (hidden layer, index)."""
    gone = set(neurons)
    return with_layers(
        settings,
        (
            replace(
                layer,
                neurons=tuple(
                    name for index, name in enumerate(layer.neurons) if (at, index) not in gone
                ),
            )
            for at, layer in enumerate(hidden_layers(settings))
        ),
    )


def move_neuron(settings: Settings, layer: int, index: int, to: int) -> Settings:
    """Move a neuron inside its hidden layer so that it has the index `to`."""
    layers = list(hidden_layers(settings))
    neurons = list(layers[layer].neurons)
    # one without a name takes along the name it is called by, or nothing would be seen to move
    called = [hidden_name(layer + 1, place) for place in range(len(neurons))]
    neurons = [name or place for name, place in zip(neurons, called, strict=True)]
    neurons.insert(max(to, 0), neurons.pop(index))
    pairs = zip(neurons, called, strict=True)
    plain = tuple("" if name == place else name for name, place in pairs)
    layers[layer] = replace(layers[layer], neurons=plain)
    return with_layers(settings, layers)


def rename(settings: Settings, layer: int, neuron: int | None, name: str) -> Settings:
    """Name a hidden layer (`neuron` None) or a neuron; an empty name is its number again."""
    name = "".join(each for each in name if each.isprintable()).strip()[:MAX_NAME]
    layers = list(hidden_layers(settings))
    if neuron is None:
        layers[layer] = replace(layers[layer], title=name)
    else:
        neurons = list(layers[layer].neurons)
        neurons[neuron] = name
        layers[layer] = replace(layers[layer], neurons=tuple(neurons))
    return with_layers(settings, layers)
