"""The sweep file: every design of a family in one compressed npz, readable with numpy alone.

Arrays lead with the design axis and are named ``theta_0``, ``omega_ptanh``, ``accuracy``, ...;
``meta`` is JSON text. Nothing is pickled.
"""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pnn_studio.domain.archive import pack_arrays, unpack_arrays
from pnn_studio.domain.bounds import BIAS, CONDUCTANCE, ETA, POWER, floats, omega_fits, theta_fits
from pnn_studio.domain.cells import CIRCUITS, COMPONENTS, CircuitName, in_roles
from pnn_studio.domain.family import Family, History
from pnn_studio.domain.fields import Fields
from pnn_studio.domain.reading import first_bytes, parse_json
from pnn_studio.domain.run import DIVERGED, FINISHED, IMPROVING, FamilyPlan, Schedule
from pnn_studio.errors import PnnError, ProjectFileError
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

FORMAT = "pnn-sweep"
_ARCHIVE = b"PK\x03\x04"
# no plan of `domain.run` has more, and what cannot be packed grows by a thousandth
_MAX_UNPACKED, _MAX_BYTES = 2 << 30, (2 << 30) + (16 << 20)
_MAX_VALUES = 1_000_000


def _arrays(family: Family) -> dict[str, np.ndarray[Any, Any]]:
    arrays: dict[str, np.ndarray[Any, Any]] = {
        "alpha": np.asarray(family.plan.alphas),
        "seed": np.asarray(family.plan.seeds, dtype=np.int64),
        "limit_w": np.array(
            [
                np.nan if limit is None else limit
                for limit in family.plan.limits or [None] * family.plan.designs
            ]
        ),
        "accuracy": family.accuracy,
        "measurable_accuracy": family.measurable_accuracy,
        "power_w": family.power,
        "valid_loss": family.valid_loss,
        "epochs": family.epochs,
        "status": family.status,
    }
    history = family.history
    arrays |= {
        "history_epochs": history.epochs,
        "history_loss_v": history.loss.astype(np.float16),
        "history_accuracy": history.accuracy.astype(np.float16),
        "history_power_mw": (history.power * 1e3).astype(np.float16),
    }
    for number, theta in enumerate(family.theta):
        arrays[f"theta_{number}"] = theta
    for circuit in family.circuits:
        arrays[f"omega_{circuit}"] = family.omega[circuit]
        arrays[f"eta_{circuit}"] = family.eta[circuit]
        arrays[f"cell_power_w_{circuit}"] = family.cell_power[circuit]
    return arrays


def is_sweep(path: Path) -> bool:
    """Whether a file is meant as a sweep: by its name, or because it begins as an archive."""
    return path.suffix == ".npz" or first_bytes(path, len(_ARCHIVE)) == _ARCHIVE


def save_sweep(path: Path, family: Family) -> None:
    """Write a sweep file, whole or not at all."""
    write_atomically(path, check_size(path, pack_sweep(family), _MAX_BYTES))


def pack_sweep(family: Family) -> bytes:
    """Return what a sweep file holds."""
    meta = {
        "format": FORMAT,
        "version": version_for(family.data, family.plan.model),
        **model_entry(family.plan.model, family.plan.power_reference),
        **variation_entry(family.plan.variation),
        "layout": asdict(family.plan.layout),
        "schedule": asdict(family.plan.schedule),
        "data": data_entry(family.data),
        "technology": {"id": family.technology, "fingerprint": family.technology_fingerprint},
        "g_min_s": family.g_min,
        "bias_v": family.bias,
        "input_names": list(family.input_names),
        "class_names": list(family.class_names),
        "low": list(family.low),
        "high": list(family.high),
        **engine_entry(family.engine),
        **origin_entry(family.origin),
        "seconds": family.seconds,
        "design_epochs": family.design_epochs,
    }
    return pack_arrays({"meta": np.array(json.dumps(meta)), **_arrays(family)}, compressed=True)


def load_sweep(path: Path) -> Family:
    """Read a sweep file.

    Raises
    ------
    ProjectFileError
        Naming the file, the entry and what it must be.
    """
    return unpack_sweep(read_limited(path, _MAX_BYTES), path)


def unpack_sweep(content: bytes, path: Path) -> Family:
    """Read what `pack_sweep` returned, as that of a file; errors name it."""
    try:
        arrays = unpack_arrays(content, _MAX_UNPACKED)
        meta = parse_json(str(arrays.pop("meta")).encode(), _MAX_VALUES)
    except (ValueError, KeyError) as error:
        raise ProjectFileError(f"{path} is not a sweep file, or was cut off: {error}.") from error
    root = Fields(meta, path.name, ProjectFileError)
    check_version(root, FORMAT, VERSION)
    try:
        family = _family(root, arrays)
    except ProjectFileError:
        raise
    except PnnError as error:
        raise ProjectFileError(f"{path.name}: {error}") from error
    _check_values(root, family)
    return family


def _check_values(root: Fields, family: Family) -> None:
    """Refuse numbers that no training gives; a diverged design may have any."""
    if not np.isin(family.status, (IMPROVING, FINISHED, DIVERGED)).all():
        raise root.fail("status", "must be 0 (improving), 1 (finished) or 2 (diverged).")
    if family.epochs.min() < 0:
        raise root.fail("epochs", "must not be negative.")
    if (len(family.input_names), len(family.class_names)) != (
        family.plan.layout.inputs,
        family.plan.layout.outputs,
    ):
        raise root.fail("", "names of inputs and classes do not match the layout in number.")
    usable = family.status != DIVERGED
    for name, array in _arrays(family).items():
        if name in ("valid_loss", "limit_w") or name.startswith("history_"):
            continue
        if not np.isfinite(array[usable]).all():
            raise root.fail(name, "holds a value that is not finite.")
    _check_printed(root, family, usable)
    for name in ("accuracy", "measurable_accuracy"):
        shares = getattr(family, name)[usable]
        if not ((shares >= 0) & (shares <= 1)).all():
            raise root.fail(name, "must lie in 0..1.")


def _check_printed(root: Fields, family: Family, usable: NDArray[np.bool_]) -> None:
    for number, theta in enumerate(family.theta):
        if not theta_fits(theta[usable]):
            raise root.fail(f"theta_{number}", "holds what cannot be printed.")
        if floats(theta[usable]):
            raise root.fail(f"theta_{number}", "has a column without a printed resistor.")
    for circuit in family.circuits:
        if not omega_fits(family.omega[circuit][usable]):
            raise root.fail(f"omega_{circuit}", "holds what no component can have.")
        for name, array, most in (
            (f"eta_{circuit}", family.eta[circuit], ETA),
            (f"cell_power_w_{circuit}", family.cell_power[circuit], POWER),
            ("power_w", family.power, POWER),
        ):
            if not (np.abs(array[usable]) <= most).all():
                raise root.fail(name, f"must lie in {-most:g}..{most:g}.")


def _family(root: Fields, arrays: dict[str, np.ndarray[Any, Any]]) -> Family:
    layout = read_layout(root.table("layout"))
    schedule, technology = root.table("schedule"), root.table("technology")
    designs = len(arrays["alpha"]) if "alpha" in arrays and arrays["alpha"].ndim == 1 else 0

    def take(name: str, *shape: int, kinds: str = "fi") -> np.ndarray[Any, Any]:
        array = arrays.get(name)
        if array is None or array.shape != (designs, *shape) or array.dtype.kind not in kinds:
            found = "nothing" if array is None else f"{array.dtype} of shape {array.shape}"
            raise root.fail(name, f"must be numbers of shape {(designs, *shape)}, found {found}.")
        return array

    groups = len(layout.shapes) if layout.sharing == "layer" else 1
    circuits = in_roles(each for each in CIRCUITS if f"omega_{each}" in arrays)

    def by_circuit(prefix: str, *last: int) -> dict[CircuitName, np.ndarray[Any, Any]]:
        return {circuit: take(f"{prefix}_{circuit}", groups, *last) for circuit in circuits}

    model, power_reference = read_model(root)
    low, high = read_scaling(root, layout.inputs)
    plan = FamilyPlan(
        layout,
        tuple(float(each) for each in take("alpha")),
        tuple(int(each) for each in take("seed", kinds="i")),
        Schedule(
            learning_rate=schedule.number("learning_rate", 0),
            patience=schedule.integer("patience"),
            factor=schedule.number("factor", 0, 1),
            stop_rate=schedule.number("stop_rate", 0),
            max_epochs=schedule.integer("max_epochs"),
            least_gain=schedule.number("least_gain", 0, 1),
            starts=schedule.integer("starts", 1, 100),
            start_epochs=schedule.integer("start_epochs"),
        ),
        _limits(take("limit_w")),
        model,
        power_reference,
        read_variation(root),
    )
    return Family(
        plan=plan,
        data=read_data_reference(root.table("data")),
        technology=technology.text("id"),
        technology_fingerprint=technology.text("fingerprint"),
        g_min=root.number("g_min_s", *CONDUCTANCE),
        bias=root.number("bias_v", *BIAS),
        input_names=root.texts("input_names"),
        class_names=root.texts("class_names"),
        low=low,
        high=high,
        theta=tuple(take(f"theta_{number}", *shape) for number, shape in enumerate(layout.shapes)),
        omega={
            circuit: take(f"omega_{circuit}", groups, len(COMPONENTS[circuit]))
            for circuit in circuits
        },
        eta=by_circuit("eta", 4),
        cell_power=by_circuit("cell_power_w"),
        accuracy=take("accuracy", 3),
        measurable_accuracy=take("measurable_accuracy", 3),
        power=take("power_w", 3),
        valid_loss=take("valid_loss"),
        epochs=take("epochs", kinds="i"),
        status=take("status", kinds="i").astype(np.int8),
        seconds=root.number("seconds", 0, MOST_SECONDS),
        design_epochs=root.integer("design_epochs", 0, 2**53),
        history=_history(root, arrays, designs),
        engine=read_engine(root),
        origin=read_origin(root),
    )


def _history(root: Fields, arrays: dict[str, np.ndarray[Any, Any]], designs: int) -> History:
    def take(name: str, *last: int) -> np.ndarray[Any, Any]:
        array = arrays.get(name)
        if array is None or array.shape != (points, designs, *last) or array.dtype.kind != "f":
            found = "nothing" if array is None else f"{array.dtype} of shape {array.shape}"
            raise root.fail(
                name, f"must be numbers of shape {(points, designs, *last)}, found {found}."
            )
        return array.astype(np.float32)

    epochs = arrays.get("history_epochs")
    if epochs is None or epochs.ndim != 1 or epochs.dtype.kind != "i" or not len(epochs):
        raise root.fail("history_epochs", "must be a list of epochs.")
    points, stride = len(epochs), int(epochs[1]) if len(epochs) > 1 else 1
    if stride < 1 or not np.array_equal(epochs, np.arange(points) * stride):
        raise root.fail("history_epochs", "must be the multiples of one stride.")
    with np.errstate(invalid="ignore"):  # of bytes that are no number at all
        power = (take("history_power_mw", 3) / 1e3).astype(np.float32)
    return History(
        epochs.astype(np.int64),
        take("history_loss_v", 2),
        take("history_accuracy", 2),
        power,
    )


def _limits(limits: np.ndarray[Any, Any]) -> tuple[float | None, ...] | None:
    if np.isnan(limits).all():
        return None
    return tuple(None if np.isnan(limit) else float(limit) for limit in limits)
