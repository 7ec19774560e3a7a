"""Surrogates: small networks that read component values and give eta or power of a circuit.

An artefact is a folder with a JSON card and weights in safetensors (``surrogates/README.md``
documents it). It may come from another laboratory, so loading checks everything that the card
claims before a single number is used; nothing is ever unpickled.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load
from torch import Tensor

from pnn_studio.domain.cells import COMPONENTS, CircuitName
from pnn_studio.domain.fields import Fields
from pnn_studio.domain.reading import parse_json, read_regular
from pnn_studio.domain.technology import Technology
from pnn_studio.errors import SurrogateError

FORMAT = "pnn-surrogate"
VERSION = 1
# what each model gives, in order, with units
OUTPUTS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "eta": (("eta1", "V"), ("eta2", "V"), ("eta3", "V"), ("eta4", "1/V")),
    "power": (("power", "W"),),
}
_MAX_WIDTH, _MAX_LAYERS = 4096, 12
_MAX_CARD, _MAX_VALUES, _MAX_WEIGHTS = 4 << 20, 100_000, 32 << 20
_MAX_DIMENSIONS = 2
_ROUNDING = 1e-6


def _identity(values: Tensor, _slope: Tensor | None) -> Tensor:
    return values


def _prelu(values: Tensor, slope: Tensor | None) -> Tensor:
    assert slope is not None  # loading refuses a prelu layer without slopes
    return torch.where(values >= 0, values, values * slope)


ACTIVATIONS: Mapping[str, Callable[[Tensor, Tensor | None], Tensor]] = {
    "linear": _identity,
    "tanh": lambda values, _: torch.tanh(values),
    "relu": lambda values, _: torch.relu(values),
    "sigmoid": lambda values, _: torch.sigmoid(values),
    "prelu": _prelu,
}


@dataclass(frozen=True)
class Feature:
    """One input of a surrogate: a component, or the ratio of two, raw or as natural logarithm."""

    name: str
    numerator: int
    denominator: int | None
    log: bool


@dataclass(frozen=True, eq=False)
class Mlp:
    """A fully connected network between two scalings.

    Attributes
    ----------
    features : tuple of Feature
        What is read from omega.
    offset, factor : Tensor, shape (features,)
        Scaled input is ``(feature - offset) * factor``.
    weights, biases : tuples of Tensor
        (out, in) and (out,) of each layer.
    activations : tuple of str
        After each layer.
    slopes : tuple of Tensor or None
        PReLU slopes, shape (1,) or (out,).
    out_offset, out_factor : Tensor, shape (outputs,)
        Output is ``value * out_factor + out_offset``.
    out_log : tuple of bool
        Outputs whose natural logarithm the network gives.
    """

    features: tuple[Feature, ...]
    offset: Tensor
    factor: Tensor
    weights: tuple[Tensor, ...]
    biases: tuple[Tensor, ...]
    activations: tuple[str, ...]
    slopes: tuple[Tensor | None, ...]
    out_offset: Tensor
    out_factor: Tensor
    out_log: tuple[bool, ...]

    def features_of(self, omega: Tensor) -> Tensor:
        """Return features (..., features) of component values (..., components), not yet scaled."""
        columns = []
        for feature in self.features:
            column = omega[..., feature.numerator]
            if feature.denominator is not None:
                column = column / omega[..., feature.denominator]
            columns.append(column.log() if feature.log else column)
        return torch.stack(columns, dim=-1)

    def __call__(self, omega: Tensor) -> Tensor:
        """Return outputs (..., outputs) for component values (..., components) in ohm and metre."""
        values = (self.features_of(omega) - self.offset) * self.factor
        for weight, bias, activation, slope in zip(
            self.weights, self.biases, self.activations, self.slopes, strict=True
        ):
            values = ACTIVATIONS[activation](values @ weight.T + bias, slope)
        values = values * self.out_factor + self.out_offset
        if all(self.out_log):
            return values.exp()
        if any(self.out_log):
            columns = values.unbind(-1)
            pairs = zip(columns, self.out_log, strict=True)
            values = torch.stack([each.exp() if log else each for each, log in pairs], dim=-1)
        return values

    def to(self, dtype: torch.dtype, device: torch.device | None = None) -> "Mlp":
        """Return the same network in another precision or place."""

        def move(each: Tensor) -> Tensor:
            return each.to(dtype=dtype, device=device)

        return Mlp(
            self.features,
            move(self.offset),
            move(self.factor),
            tuple(map(move, self.weights)),
            tuple(map(move, self.biases)),
            self.activations,
            tuple(None if slope is None else move(slope) for slope in self.slopes),
            move(self.out_offset),
            move(self.out_factor),
            self.out_log,
        )


@dataclass(frozen=True, eq=False)
class CircuitSurrogate:
    """Surrogates of one nonlinear circuit: ``eta(omega)`` and ``power(omega)``.

    `omega` has the components of `COMPONENTS` in that order along its last axis.
    """

    circuit: CircuitName
    eta: Mlp
    power_model: Mlp
    card: Mapping[str, Any]

    def power(self, omega: Tensor) -> Tensor:
        """Return static power in watt, shape (...,)."""
        return self.power_model(omega).squeeze(-1)

    def to(self, dtype: torch.dtype, device: torch.device | None = None) -> "CircuitSurrogate":
        """Return the same surrogates in another precision or place."""
        return CircuitSurrogate(
            self.circuit, self.eta.to(dtype, device), self.power_model.to(dtype, device), self.card
        )


Surrogates = Mapping[CircuitName, CircuitSurrogate]


class _Card:
    """Reads a card and the weights that it names."""

    def __init__(self, folder: Path, technology: Technology, circuit: CircuitName) -> None:
        self._folder, self._technology, self._circuit = folder, technology, circuit
        path = folder / "card.json"
        content = read_regular(path, _MAX_CARD, SurrogateError, "the card")
        try:
            self.data = parse_json(content, _MAX_VALUES)
        except ValueError as error:
            raise SurrogateError(f"{path}: not a JSON file, {error}.") from error
        self.root = Fields(self.data, str(path), SurrogateError)

    def check_head(self) -> None:
        """Refuse a card of something else, or one fitted on less than training may ask for."""
        expected = {
            "format": FORMAT,
            "version": VERSION,
            "technology": self._technology.id,
            "circuit": self._circuit,
        }
        for key, value in expected.items():
            self.root.expect(key, value)
        listed = list(self.root.tables("components"))
        if [each.text("name") for each in listed] != list(COMPONENTS[self._circuit]):
            raise self.root.fail(
                "components", f"must name {', '.join(COMPONENTS[self._circuit])} in this order."
            )
        for entry, component in zip(
            listed, self._technology.circuit(self._circuit).components, strict=True
        ):
            entry.text("unit", [component.unit])
            low, high = entry.number("low"), entry.number("high")
            if not 0 < low < high:
                raise entry.fail("low", f"needs 0 < low < high, not {low:g} and {high:g}.")
            if low > component.low * (1 + _ROUNDING) or high < component.high * (1 - _ROUNDING):
                raise entry.fail(
                    "low",
                    f"{component.name} was fitted on {low:g}..{high:g} {component.unit}, but the "
                    f"technology prints {component.low:g}..{component.high:g}.",
                )

    def check_held_out(self) -> None:
        """Refuse errors that could not be reported; a card may also state none."""
        if not self.root.has("held_out"):
            return
        groups = self.root.table("held_out")
        for name in groups.keys():
            group = groups.table(name)
            group.integer("circuits", 1)
            for key in ("curve_rms", "form_rms"):
                group.number(key, 0)
            r2 = group.table("r2")
            for outputs in OUTPUTS.values():
                for output, _ in outputs:
                    r2.number(output)

    def _features(self, model: Fields) -> tuple[Feature, ...]:
        names, result = COMPONENTS[self._circuit], []
        for entry in model.tables("inputs"):
            name = entry.text("name")
            top, _, bottom = name.partition("/")
            if top not in names or (bottom and bottom not in names) or name.endswith("/"):
                raise entry.fail(
                    "name", f"{name!r:.60} is neither a component nor a ratio of two such as R2/R1."
                )
            log = entry.text("transform", ["raw", "log"]) == "log"
            result.append(
                Feature(name, names.index(top), names.index(bottom) if bottom else None, log)
            )
        if not result:
            raise model.fail("inputs", "names no input.")
        return tuple(result)

    def _scaling(self, table: Fields, count: int) -> tuple[Tensor, Tensor]:
        """Offset and spread: natural value = scaled value * spread + offset."""

        def column(key: str) -> Tensor:
            return torch.tensor(table.numbers(key, count), dtype=torch.float64)

        if table.text("kind", ["min-max", "mean-deviation"]) == "min-max":
            offset, spread = column("min"), column("max") - column("min")
        else:
            offset, spread = column("mean"), column("deviation")
        if not bool((spread > 0).all()):
            raise table.fail("", "has a range or deviation that is not positive.")
        return offset, spread

    def _weights(self, model: Fields) -> dict[str, Tensor]:
        name = model.text("weights")
        path = self._folder / name
        if Path(name).name != name or path.suffix != ".safetensors":
            raise model.fail("weights", "must be a .safetensors file beside the card.")
        content = read_regular(path, _MAX_WEIGHTS, SurrogateError, "the weights")
        try:
            _check_weights(content)
            tensors = load(content)
        except (SafetensorError, ValueError) as error:
            raise SurrogateError(f"{path}: not a safetensors file, {error}.") from error
        for key, tensor in tensors.items():
            # widened first, because torch cannot tell of its smallest types whether they are finite
            if not tensor.is_floating_point() or not bool(torch.isfinite(tensor.double()).all()):
                raise SurrogateError(f"{path}, {key}: must hold finite floating-point numbers.")
        return {key: tensor.double() for key, tensor in tensors.items()}

    def model(self, name: str) -> Mlp:
        """Read the network ``models.<name>``."""
        model = self.root.table("models").table(name)
        features = self._features(model)
        outputs = list(model.tables("outputs"))
        if [(each.text("name"), each.text("unit")) for each in outputs] != list(OUTPUTS[name]):
            raise model.fail(
                "outputs",
                f"must be {', '.join(f'{each} in {unit}' for each, unit in OUTPUTS[name])}.",
            )
        logs = tuple(each.text("transform", ["raw", "log"]) == "log" for each in outputs)
        sizes = model.integers("layers", 1, _MAX_WIDTH, _MAX_LAYERS)
        if len(sizes) < 2 or sizes[0] != len(features) or sizes[-1] != len(outputs):  # noqa: PLR2004 - both ends
            raise model.fail(
                "layers", f"must go from {len(features)} inputs to {len(outputs)} outputs."
            )
        activations = model.texts("activations")
        if len(activations) != len(sizes) - 1 or not set(activations) <= set(ACTIVATIONS):
            raise model.fail(
                "activations",
                f"must name one of {', '.join(ACTIVATIONS)} for each of {len(sizes) - 1} layers.",
            )
        parts = self._layers(model, sizes, activations)
        offset, spread = self._scaling(model.table("input_scaling"), len(features))
        out_offset, out_spread = self._scaling(model.table("output_scaling"), len(outputs))
        return Mlp(features, offset, 1 / spread, *parts, out_offset, out_spread, logs)

    def _layers(
        self, model: Fields, sizes: Sequence[int], activations: tuple[str, ...]
    ) -> tuple[tuple[Tensor, ...], tuple[Tensor, ...], tuple[str, ...], tuple[Tensor | None, ...]]:
        tensors = self._weights(model)

        def take(name: str, *shapes: tuple[int, ...]) -> Tensor:
            found = tensors.pop(name, None)
            if found is None or tuple(found.shape) not in shapes:
                shape = "nothing" if found is None else tuple(found.shape)
                raise model.fail("weights", f"{name} must have shape {shapes[-1]}, found {shape}.")
            return found

        weights, biases, slopes = [], [], []
        for number, (inputs, outputs) in enumerate(pairwise(sizes)):
            weights.append(take(f"weight{number}", (outputs, inputs)))
            biases.append(take(f"bias{number}", (outputs,)))
            is_prelu = activations[number] == "prelu"
            slopes.append(take(f"slope{number}", (1,), (outputs,)) if is_prelu else None)
        if tensors:
            raise model.fail(
                "weights",
                f"holds tensors that the card does not name: {', '.join(sorted(tensors))}.",
            )
        return tuple(weights), tuple(biases), activations, tuple(slopes)


def _check_weights(content: bytes) -> None:
    """Refuse what torch would stumble over: tensors of more dimensions, or of no plain number.

    Raises
    ------
    ValueError
        Saying what is wrong; what is not looked at here safetensors checks.
    """
    size = int.from_bytes(content[:8], "little")
    if not 0 < size <= min(_MAX_CARD, len(content) - 8):
        raise ValueError("its header does not fit")
    entries = parse_json(content[8 : 8 + size], _MAX_VALUES)
    if not isinstance(entries, dict):
        raise ValueError("its header is no table")
    for name, entry in entries.items():
        if name == "__metadata__":
            continue
        shape = entry.get("shape") if isinstance(entry, dict) else None
        if not isinstance(shape, list) or len(shape) > _MAX_DIMENSIONS:
            raise ValueError(f"{name!r:.40} has no shape of at most {_MAX_DIMENSIONS} dimensions")
        if not all(type(each) is int and 0 <= each <= len(content) for each in shape):
            raise ValueError(f"{name!r:.40} has no shape that fits into the file")


def load_surrogate(folder: Path, technology: Technology, circuit: CircuitName) -> CircuitSurrogate:
    """Read and check one artefact.

    Parameters
    ----------
    folder : Path
        Holds ``card.json`` and the weights that it names.
    technology : Technology
        What it must fit: identifier, component names, units and ranges.
    circuit : str
        What it must model, one of `CIRCUITS`.

    Returns
    -------
    CircuitSurrogate
        In float64.

    Raises
    ------
    SurrogateError
        Naming the file, the entry and what it must be.
    """
    card = _Card(folder, technology, circuit)
    card.check_head()
    card.check_held_out()
    surrogate = CircuitSurrogate(circuit, card.model("eta"), card.model("power"), card.data)
    _check_default(surrogate, technology, card.root)
    return surrogate


def _check_default(surrogate: CircuitSurrogate, technology: Technology, card: Fields) -> None:
    """Training starts at the default circuit: there, at least, the values must make sense."""
    defaults = technology.circuit(surrogate.circuit).defaults
    omega = torch.tensor(list(defaults.values()), dtype=torch.float64)
    eta, power = surrogate.eta(omega), surrogate.power(omega)
    if not bool(torch.isfinite(eta).all()) or float(eta[3]) == 0 or float(eta[1]) == 0:
        raise card.fail("models.eta", "gives no usable tanh for the default circuit.")
    if not (bool(torch.isfinite(power)) and float(power) > 0):
        raise card.fail("models.power", "gives no positive power for the default circuit.")


def load_surrogates(folder: Path, technology: Technology) -> dict[CircuitName, CircuitSurrogate]:
    """Read the artefacts of both circuits, such as ``folder/ptanh`` and ``folder/negation``."""
    names = technology.circuit_names
    return {name: load_surrogate(folder / name, technology, name) for name in names}
