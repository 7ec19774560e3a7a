"""Fitting surrogates on a table of simulated circuits, and writing them as an open artefact."""

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import save
from torch import Tensor

from pnn_studio.domain.cells import CELLS, COMPONENTS
from pnn_studio.domain.characterisation import CircuitTable
from pnn_studio.domain.technology import Technology
from pnn_studio.errors import SurrogateError
from pnn_studio.physics.surrogate import FORMAT, OUTPUTS, VERSION, CircuitSurrogate, Feature, Mlp

_HELD_OUT = 0.2
# Found on the negation, the harder of the two, with 1,600 circuits: without the ratios that set
# gate and source voltage R2 of eta1 and eta2 is 0.990 (0.997 with weight decay), with them 0.999.
# Wider networks only overfit.
_HIDDEN = 32
_STEPS = 8000
_RATE = 1e-2
_LEAST_CIRCUITS = 200
_ROUNDING = 1e-9


@dataclass(frozen=True)
class FitReport:
    """Errors on circuits that were never trained on.

    Attributes
    ----------
    r2 : mapping of output name to float
        Coefficient of determination of eta1..eta4 (units as in the card) and power.
    curve_rms : float
        Median over circuits of the rms difference on 0..1 V between the curve predicted through
        the surrogate and the simulated one, in volt.
    form_rms : float
        The same for the least-squares tanh itself: what that form costs at best.
    circuits : int
        Number of held-out circuits.
    """

    r2: Mapping[str, float]
    curve_rms: float
    form_rms: float
    circuits: int


@dataclass(frozen=True, eq=False)
class FittedSurrogate:
    """A surrogate, ready to be written: card, weights by file name, and its errors."""

    card: Mapping[str, Any]
    weights: Mapping[str, bytes]
    held_out: Mapping[str, FitReport]


def _features(table: CircuitTable) -> tuple[Feature, ...]:
    """Logarithms of all components, and the ratios that divide voltages or set a gain."""
    names = list(table.names)
    logs = [Feature(name, number, None, log=True) for number, name in enumerate(names)]
    pairs = [name.split("/") for name in CELLS[table.circuit].ratios]
    ratios = [
        Feature(f"{top}/{bottom}", names.index(top), names.index(bottom), log=False)
        for top, bottom in pairs
    ]
    return (*logs, *ratios)


def _split(table: CircuitTable) -> NDArray[np.bool_]:
    """Which circuits are held out; drawn by the table's seed."""
    count = len(table.omega)
    order = np.random.default_rng(table.seed).permutation(count)
    held_out = np.zeros(count, dtype=bool)
    held_out[order[: round(_HELD_OUT * count)]] = True
    return held_out


def _fit_mlp(
    table: CircuitTable,
    targets: Tensor,
    logs: tuple[bool, ...],
    train: Tensor,
    advance: Callable[[], None],
) -> Mlp:
    """Fit one network on the rows `train` by full-batch Adam with a cosine-shaped rate."""
    generator = torch.Generator().manual_seed(table.seed)
    omega = torch.tensor(table.omega, dtype=torch.float64)
    features = _features(table)
    ones = torch.ones(len(features), dtype=torch.float64)
    probe = Mlp(features, 0 * ones, ones, (), (), (), (), ones, ones, logs)
    raw = probe.features_of(omega)
    offset, spread = raw[train].mean(dim=0), raw[train].std(dim=0)
    natural = torch.stack(
        [each.log() if log else each for each, log in zip(targets.T, logs, strict=True)], dim=1
    )
    out_offset, out_spread = natural[train].mean(dim=0), natural[train].std(dim=0)

    inputs = ((raw - offset) / spread)[train].float()
    wanted = ((natural - out_offset) / out_spread)[train].float()
    sizes = (len(features), _HIDDEN, _HIDDEN, targets.shape[1])
    weights = [
        torch.randn(out, size, generator=generator) / math.sqrt(size)
        for size, out in pairwise(sizes)
    ]
    biases = [torch.zeros(size) for size in sizes[1:]]
    parameters = [each.requires_grad_() for each in (*weights, *biases)]
    optimiser = torch.optim.Adam(parameters, lr=_RATE)
    for step in range(_STEPS):
        optimiser.param_groups[0]["lr"] = (
            _RATE * 0.5 * (1 + math.cos(math.pi * step / _STEPS)) + 1e-6
        )
        hidden = inputs
        for number, (weight, bias) in enumerate(zip(weights, biases, strict=True)):
            hidden = torch.addmm(bias, hidden, weight.T)
            if number < len(weights) - 1:
                hidden = torch.tanh(hidden)
        loss = (hidden - wanted).square().mean()
        gradients = torch.autograd.grad(loss, parameters)
        for parameter, gradient in zip(parameters, gradients, strict=True):
            parameter.grad = gradient
        optimiser.step()
        if step % 100 == 99:  # noqa: PLR2004 - often enough for a progress bar
            advance()
    with torch.no_grad():
        kept = [each.detach() for each in parameters]
    return Mlp(
        features,
        offset,
        1 / spread,
        tuple(each.double() for each in kept[:3]),
        tuple(each.double() for each in kept[3:]),
        ("tanh", "tanh", "linear"),
        (None, None, None),
        out_offset,
        out_spread,
        logs,
    )


def _r2(wanted: NDArray[np.float64], found: NDArray[np.float64]) -> float:
    return float(1 - np.mean((wanted - found) ** 2) / np.var(wanted))


def _report(table: CircuitTable, surrogate: CircuitSurrogate, rows: NDArray[np.bool_]) -> FitReport:
    omega = torch.tensor(table.omega[rows], dtype=torch.float64)
    with torch.no_grad():
        eta, power = surrogate.eta(omega).numpy(), surrogate.power(omega).numpy()
    r2 = {
        name: _r2(table.eta[rows, number], eta[:, number])
        for number, (name, _) in enumerate(OUTPUTS["eta"])
    }
    r2["power"] = _r2(table.power[rows], power)
    inside = (table.v_in > -_ROUNDING) & (table.v_in < 1 + _ROUNDING)
    measured = CELLS[table.circuit].sign * table.v_out[rows][:, inside]

    def rms(of: NDArray[np.float64]) -> float:
        eta1, eta2, eta3, eta4 = of.T[:, :, None]
        curve = eta1 + eta2 * np.tanh((table.v_in[inside] - eta3) * eta4)
        return float(np.median(np.sqrt(np.mean((curve - measured) ** 2, axis=1))))

    return FitReport(r2, rms(eta), rms(table.eta[rows]), int(rows.sum()))


def _model_entry(name: str, mlp: Mlp) -> dict[str, Any]:
    def scaling(offset: Tensor, deviation: Tensor) -> dict[str, Any]:
        return {"kind": "mean-deviation", "mean": offset.tolist(), "deviation": deviation.tolist()}

    return {
        "weights": f"{name}.safetensors",
        "layers": [mlp.weights[0].shape[1], *(each.shape[0] for each in mlp.weights)],
        "activations": list(mlp.activations),
        "inputs": [
            {"name": each.name, "transform": "log" if each.log else "raw"} for each in mlp.features
        ],
        "input_scaling": scaling(mlp.offset, 1 / mlp.factor),
        "outputs": [
            {"name": each, "unit": unit, "transform": "log" if log else "raw"}
            for (each, unit), log in zip(OUTPUTS[name], mlp.out_log, strict=True)
        ],
        "output_scaling": scaling(mlp.out_offset, mlp.out_factor),
    }


def _weights(mlp: Mlp) -> bytes:
    tensors = {f"weight{number}": each.float() for number, each in enumerate(mlp.weights)}
    tensors |= {f"bias{number}": each.float() for number, each in enumerate(mlp.biases)}
    return save(tensors)


def fit_surrogate(
    table: CircuitTable, technology: Technology, progress: Callable[[float], None] | None = None
) -> FittedSurrogate:
    """Fit eta and power of one circuit.

    Two networks of 2 x 32 tanh units read the logarithms of the component values and a few ratios;
    eta is fitted as it is, power as its logarithm. A fifth of the circuits is held out and only
    reported on.

    Parameters
    ----------
    table : CircuitTable
        Simulated circuits; at least 200.
    technology : Technology
        The one that they were simulated in.
    progress : callable, optional
        Called with the share that is done, 0..1.

    Raises
    ------
    SurrogateError
        Where the table does not fit the technology or is too small.
    """
    if table.technology != technology.id or table.names != COMPONENTS[table.circuit]:
        raise SurrogateError(
            f"The table was simulated for {table.technology!r} and {', '.join(table.names)}; "
            f"it does not fit the technology {technology.id!r}."
        )
    if len(table.omega) < _LEAST_CIRCUITS:
        raise SurrogateError(
            f"The table of {table.circuit} holds {len(table.omega)} circuits; "
            f"at least {_LEAST_CIRCUITS} are needed to fit a surrogate."
        )
    done = 0

    def advance() -> None:
        nonlocal done
        done += 1
        if progress is not None:
            progress(done / (2 * _STEPS / 100))

    held_out = _split(table)
    train = torch.tensor(~held_out)
    eta = _fit_mlp(
        table, torch.tensor(table.eta, dtype=torch.float64), (False,) * 4, train, advance
    )
    power = _fit_mlp(
        table, torch.tensor(table.power, dtype=torch.float64)[:, None], (True,), train, advance
    )
    surrogate = CircuitSurrogate(table.circuit, eta, power, {})
    reports = {"all": _report(table, surrogate, held_out)}
    if table.near_default.any():
        reports["near_default"] = _report(table, surrogate, held_out & table.near_default)
    card = {
        "format": FORMAT,
        "version": VERSION,
        "technology": technology.id,
        "technology_fingerprint": technology.fingerprint,
        "input_low": technology.input_low,
        "input_high": technology.input_high,
        "circuit": table.circuit,
        "netlist_sha256": table.netlist_hash,
        "circuits": len(table.omega),
        "seed": table.seed,
        "components": [
            {"name": each.name, "unit": each.unit, "low": each.low, "high": each.high}
            for each in technology.circuit(table.circuit).components
        ],
        "models": {"eta": _model_entry("eta", eta), "power": _model_entry("power", power)},
        "held_out": {name: vars(report) for name, report in reports.items()},
    }
    weights = {"eta.safetensors": _weights(eta), "power.safetensors": _weights(power)}
    return FittedSurrogate(card, weights, reports)


def write_surrogate(folder: Path, fitted: FittedSurrogate) -> None:
    """Write card and weights into `folder`, made if need be."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in fitted.weights.items():
            (folder / name).write_bytes(content)
        text = json.dumps(fitted.card, indent=1, ensure_ascii=False)
        (folder / "card.json").write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise SurrogateError(
            f"{folder}: the surrogate cannot be written, {error.strerror}."
        ) from error
