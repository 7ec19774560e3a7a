"""What a project file must hold beyond types: shapes that fit each other, and possible numbers."""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pnn_studio.domain.bounds import CONDUCTANCE, ETA, floats, omega_fits, theta_fits
from pnn_studio.domain.cells import COMPONENTS, ROLES
from pnn_studio.domain.dataset import SPLITS, Dataset
from pnn_studio.domain.design import TrainedDesign
from pnn_studio.domain.family import Family
from pnn_studio.domain.layout import Layout
from pnn_studio.domain.project import DesignCheck, RunHead
from pnn_studio.domain.run import DIVERGED, FINISHED, IMPROVING, FamilyPlan
from pnn_studio.domain.run_label import read_name, read_tags
from pnn_studio.domain.settings import Recipe, Settings, Shown
from pnn_studio.domain.verification import Verification

_MOST_EPOCHS = 10**6


def check_value(value: Any) -> None:
    """Refuse a value that has the right types and yet could not have been made by the program.

    Raises
    ------
    ValueError
        Saying what must hold.
    PnnError
        Where a layout or plan refuses itself.
    """
    match value:
        case Settings():
            _check_recipe(value.recipe)
            _check_shown(value.shown)
        case RunHead():
            _check_recipe(value.recipe)
        case Dataset():
            _check_dataset(value)
        case Family():
            _check_family(value)
        case DesignCheck():
            _check_verification(value.verification)
        case TrainedDesign():
            _check_design(value)


def _require(holds: bool | np.bool_, what: str) -> None:
    if not holds:
        raise ValueError(what)


def _check_recipe(recipe: Recipe) -> None:
    recipe.check()
    _require(1 <= recipe.max_epochs <= _MOST_EPOCHS, "max_epochs must be positive")


def _check_shown(shown: Shown) -> None:
    _require(0 <= shown.alpha <= 1, "alpha must lie in 0..1")
    limit = shown.limit
    _require(limit is None or 0 < limit < math.inf, "limit must be positive")
    _require(all(pin.index >= 0 for pin in shown.pins), "pins must name designs of a plan")
    for label in shown.labels:
        read = read_name(label.name), read_tags(",".join(label.tags))
        _require(read == (label.name, label.tags), "labels must be a name and tags on one line")


def _shaped(name: str, array: NDArray[Any], *shape: int) -> None:
    _require(array.shape == shape, f"{name} must have the shape {shape}, not {array.shape}")


def _finite(name: str, array: NDArray[Any]) -> None:
    _require(np.isfinite(array).all(), f"{name} must be finite")


def _check_dataset(data: Dataset) -> None:
    samples, inputs = len(data.classes), len(data.input_names)
    _shaped("voltages", data.voltages, samples, inputs)
    _shaped("classes", data.classes, samples)
    _shaped("split", data.split, samples)
    _shaped("low", data.low, inputs)
    _shaped("high", data.high, inputs)
    _finite("voltages", data.voltages)
    named = (data.classes >= 0) & (data.classes < len(data.class_names))
    _require(named.all(), "classes must be numbers of class names")
    _require(np.isin(data.split, range(len(SPLITS))).all(), "split must be 0, 1 or 2")
    Layout(inputs, (1,), len(data.class_names))


def _check_family(family: Family) -> None:
    layout, designs = family.plan.layout, family.plan.designs
    groups = len(layout.shapes) if layout.sharing == "layer" else 1
    _require(len(family.theta) == len(layout.shapes), "theta must have an array for each layer")
    for theta, shape in zip(family.theta, layout.shapes, strict=True):
        _shaped("theta", theta, designs, *shape)
    for name in ("omega", "eta", "cell_power"):
        _require(
            set(getattr(family, name)) == set(family.circuits), f"{name} must name both circuits"
        )
    for circuit in family.circuits:
        _shaped("omega", family.omega[circuit], designs, groups, len(COMPONENTS[circuit]))
        _shaped("eta", family.eta[circuit], designs, groups, 4)
        _shaped("cell_power", family.cell_power[circuit], designs, groups)
    for name in ("accuracy", "measurable_accuracy", "power"):
        _shaped(name, getattr(family, name), designs, 3)
    for name in ("valid_loss", "epochs", "status"):
        _shaped(name, getattr(family, name), designs)
    states = (IMPROVING, FINISHED, DIVERGED)
    _require(np.isin(family.status, states).all(), f"status must be one of {states}")
    for name in ("low", "high", "input_names"):
        _require(len(getattr(family, name)) == layout.inputs, f"{name} must have one an input")
    _require(len(family.class_names) == layout.outputs, "class_names must have one an output")
    usable = family.status != DIVERGED
    for name in ("accuracy", "measurable_accuracy", "power"):
        _finite(name, getattr(family, name)[usable])
    for theta in family.theta:
        _printed(theta[usable])
    for circuit in family.circuits:
        omega, eta = family.omega[circuit][usable], family.eta[circuit][usable]
        _require(omega_fits(omega), "omega must hold values that a component can have")
        _require((np.abs(eta) <= ETA).all(), f"eta must lie in {-ETA:g}..{ETA:g}")
        _finite("cell_power", family.cell_power[circuit][usable])
    _check_history(family)


def _printed(theta: NDArray[Any]) -> None:
    _require(theta_fits(theta), "theta must be what can be printed")
    _require(not floats(theta), "a column of theta would float")


def _check_history(family: Family) -> None:
    history, designs = family.history, family.plan.designs
    points = len(history.epochs) if history.epochs.ndim == 1 else 0
    stride = history.stride if points else 0
    even = stride >= 1 and np.array_equal(history.epochs, np.arange(points) * stride)
    _require(even, "history.epochs must be the multiples of one stride")
    _shaped("history.loss", history.loss, points, designs, 2)
    _shaped("history.accuracy", history.accuracy, points, designs, 2)
    _shaped("history.power", history.power, points, designs, 3)


def _check_design(design: TrainedDesign) -> None:
    inputs = design.layout.inputs
    _require(len(design.low) == len(design.high) == inputs, "low and high must have one an input")
    least, most = CONDUCTANCE
    _require(least <= design.g_min <= most, f"g_min must lie in {least:g}..{most:g}")
    # it is shown as a family of one
    FamilyPlan(
        design.layout,
        (design.alpha,),
        (design.seed,),
        model=design.model,
        power_reference=design.power_reference,
        variation=design.variation,
    )
    for layer in design.layers:
        _printed(layer.theta)
        for role in ROLES:
            cell, kind = layer.cell(role), layer.kind(role)
            _require(kind.role == role, f"the {role} circuit must be one")
            _require(set(cell.omega) == set(kind.components), "omega must name all components")
            omega = np.array([*cell.omega.values()], dtype=float)
            _require(omega_fits(omega), "omega must hold values that a component can have")
            _finite("eta", np.array([*cell.eta, cell.power]))
    for shares in (design.metrics.accuracy, design.metrics.measurable_accuracy):
        _require(set(shares) == set(SPLITS), "metrics must name every split")


def _check_verification(found: Verification) -> None:
    samples, nodes = len(found.classes), len(found.nodes)
    outputs = found.model_outputs.shape[-1]
    _shaped("classes", found.classes, samples)
    for name, columns in (("model", nodes), ("spice", nodes)):
        _shaped(name, getattr(found, name), samples, columns)
    for name in ("model_outputs", "spice_outputs"):
        _shaped(name, getattr(found, name), samples, outputs)
    _require(samples > 0 and outputs > 0, "a check has samples and outputs")
    seen = found.seen_accuracy
    _require(seen is None or 0 <= seen <= 1, "seen_accuracy must be a share")
    _require(len(found.layer_errors) > 0, "layer_errors must have one a layer")
    if found.causes is not None:
        _shaped("causes", found.causes, nodes, 3)
