"""The design file: JSON that names everything with units, checked entry by entry on loading."""

import json
from pathlib import Path
from typing import Any

import numpy as np

from pnn_studio.domain.bounds import (
    BIAS,
    COMPONENT,
    CONDUCTANCE,
    ETA,
    POWER,
    THETA,
    floats,
    theta_fits,
)
from pnn_studio.domain.cells import COMPONENTS, ROLES, CircuitName, in_roles
from pnn_studio.domain.dataset import SPLITS
from pnn_studio.domain.design import Cell, LayerDesign, Metrics, Power, TrainedDesign
from pnn_studio.domain.fields import Fields
from pnn_studio.domain.reading import is_number, parse_json
from pnn_studio.errors import LayoutError, ProjectFileError
from pnn_studio.storage.entries import (
    MOST_SECONDS,
    VERSION,
    check_version,
    data_entry,
    engine_entry,
    model_entry,
    origin_entry,
    read_data_reference,
    read_engine,
    read_layout,
    read_model,
    read_origin,
    read_scaling,
    read_variation,
    variation_entry,
    version_for,
)
from pnn_studio.storage.files import check_size, read_limited, write_atomically

FORMAT = "pnn-design"
# the largest layout has 800,000 thetas
_MAX_BYTES, _MAX_VALUES = 32 << 20, 2_000_000


def power_entry(power: Power) -> dict[str, float]:
    """Return power by part in watt, as it stands in JSON."""
    return {
        "total": power.total,
        "crossbar": power.crossbar,
        "activation": power.activation,
        "negation": power.negation,
    }


def metrics_entry(design: TrainedDesign) -> dict[str, Any]:
    """Return what a design was measured to do, as it stands in JSON."""
    metrics = design.metrics
    return {
        "accuracy": dict(metrics.accuracy),
        "measurable_accuracy": dict(metrics.measurable_accuracy),
        "power_w": power_entry(metrics.power),
        "negations": {
            "modified": design.count_negations("modified"),
            "original": design.count_negations("original"),
        },
        "epochs": metrics.epochs,
        "seconds": metrics.seconds,
    }


def _cell_entry(cell: Cell) -> dict[str, Any]:
    return {"omega": dict(cell.omega), "eta": list(cell.eta), "power_w": cell.power}


def design_json(design: TrainedDesign) -> str:
    """Write a design as JSON text."""
    layout, data = design.layout, design.data
    entry = {
        "format": FORMAT,
        "version": version_for(data, design.model),
        **model_entry(design.model, design.power_reference),
        **variation_entry(design.variation),
        "technology": {"id": design.technology, "fingerprint": design.technology_fingerprint},
        "layout": {
            "inputs": layout.inputs,
            "hidden": list(layout.hidden),
            "outputs": layout.outputs,
            "crossbar": layout.crossbar,
            "sharing": layout.sharing,
        },
        "g_min_s": design.g_min,
        "bias_v": design.bias,
        **engine_entry(design.engine),
        **origin_entry(design.origin),
        "alpha": design.alpha,
        "seed": design.seed,
        "input_names": list(design.input_names),
        "class_names": list(design.class_names),
        "scaling": {"low": list(design.low), "high": list(design.high)},
        "data": data_entry(data),
        "metrics": metrics_entry(design),
        "layers": [
            {"theta": layer.theta.tolist()}
            | {layer.kind(role).name: _cell_entry(layer.cell(role)) for role in ROLES}
            for layer in design.layers
        ],
    }
    # in ASCII, because a path may hold bytes that are no text
    return json.dumps(entry, indent=1, allow_nan=False) + "\n"


def save_design(path: Path, design: TrainedDesign) -> None:
    """Write a design file, whole or not at all."""
    write_atomically(path, check_size(path, design_json(design).encode(), _MAX_BYTES))


def load_design(path: Path) -> TrainedDesign:
    """Read a design file.

    Raises
    ------
    ProjectFileError
        Naming the file, the entry and what it must be.
    """
    content = read_limited(path, _MAX_BYTES)
    if content.startswith(b"PK"):
        raise ProjectFileError(
            f"{path} is a sweep file, not a design file; take a design out of it with "
            f"pnn-studio export --from {path} --alpha A --format design --out FILE."
        )
    try:
        data = parse_json(content, _MAX_VALUES)
    except ValueError as error:
        raise ProjectFileError(f"{path} is not a design file, or was cut off: {error}.") from error
    root = Fields(data, path.name, ProjectFileError)
    check_version(root, FORMAT, VERSION)
    try:
        return _design(root)
    except LayoutError as error:
        raise ProjectFileError(f"{path.name}, layout: {error}") from error


def _design(root: Fields) -> TrainedDesign:
    layout = read_layout(root.table("layout"))
    entries = list(root.tables("layers"))
    if len(entries) != len(layout.shapes):
        raise root.fail(
            "layers", f"holds {len(entries)} layers, the layout has {len(layout.shapes)}."
        )
    scaling, technology = root.table("scaling"), root.table("technology")
    low, high = read_scaling(scaling, layout.inputs)
    model, power_reference = read_model(root)
    return TrainedDesign(
        layout=layout,
        layers=tuple(
            _layer(entry, shape) for entry, shape in zip(entries, layout.shapes, strict=True)
        ),
        g_min=root.number("g_min_s", *CONDUCTANCE),
        bias=root.number("bias_v", *BIAS),
        technology=technology.text("id"),
        technology_fingerprint=technology.text("fingerprint"),
        input_names=root.texts("input_names"),
        class_names=root.texts("class_names"),
        data=read_data_reference(root.table("data")),
        low=low,
        high=high,
        alpha=root.number("alpha", 0, 1),
        seed=root.integer("seed"),
        metrics=_metrics(root.table("metrics")),
        model=model,
        power_reference=power_reference,
        engine=read_engine(root),
        origin=read_origin(root),
        variation=read_variation(root),
    )


def _layer(table: Fields, shape: tuple[int, int]) -> LayerDesign:
    rows, columns = shape
    values = table.sequence("theta")
    if len(values) != rows or not all(
        isinstance(row, list) and len(row) == columns for row in values
    ):
        raise table.fail("theta", f"must have {rows} rows of {columns} numbers.")
    flat = [each for row in values for each in row]
    if not all(map(is_number, flat)):
        raise table.fail("theta", "must hold finite numbers.")
    theta = np.array(flat, dtype=float).reshape(shape)
    if not theta_fits(theta):
        least, most = THETA
        raise table.fail("theta", f"must hold numbers that are 0 or of a size {least:g}..{most:g}.")
    if floats(theta):
        raise table.fail("theta", "has a column without a printed resistor; it would float.")
    activation, negation = in_roles(table.keys())
    return LayerDesign(
        theta,
        _cell(activation, table.table(activation)),
        _cell(negation, table.table(negation)),
        activation,
        negation,
    )


def _cell(circuit: CircuitName, table: Fields) -> Cell:
    omega = table.table("omega")
    values = {name: omega.number(name, *COMPONENT) for name in COMPONENTS[circuit]}
    eta1, eta2, eta3, eta4 = table.numbers("eta", 4, ETA)
    # what another laboratory's surrogate says outside its range may be below zero
    return Cell(values, (eta1, eta2, eta3, eta4), table.number("power_w", -POWER, POWER))


def _metrics(table: Fields) -> Metrics:
    power = table.table("power_w")
    shares = [
        {split: table.table(key).number(split, 0, 1) for split in SPLITS}
        for key in ("accuracy", "measurable_accuracy")
    ]
    return Metrics(
        accuracy=shares[0],
        measurable_accuracy=shares[1],
        power=Power(
            power.number("crossbar", 0, POWER),
            power.number("activation", -POWER, POWER),
            power.number("negation", -POWER, POWER),
        ),
        epochs=table.integer("epochs"),
        seconds=table.number("seconds", 0, MOST_SECONDS),
    )
