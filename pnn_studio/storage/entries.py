"""Entries that design and sweep files have in common."""

import math
from dataclasses import asdict
from typing import Any

from pnn_studio.domain.circuit_model import MODELS, ModelName
from pnn_studio.domain.codec import decode, encode
from pnn_studio.domain.dataset import DataReference
from pnn_studio.domain.engine import Engine, Origin
from pnn_studio.domain.fields import Fields
from pnn_studio.domain.importing import DETECT, ImportOptions, InputColumn
from pnn_studio.domain.layout import MAX_HIDDEN_LAYERS, MAX_NEURONS, Layout
from pnn_studio.domain.variation import DEVIATIONS, Variation
from pnn_studio.errors import DatasetError, ProjectFileError, UsageError

# Version 2 keeps the choices of an import, version 3 the circuit model. What has neither is still
# written as version 1, which older programs read; one of theirs would take the columns of version 2
# for what they are not, and a loaded design for one of the ideal model.
PLAIN_VERSION, IMPORT_VERSION, VERSION = 1, 2, 3
MOST_SECONDS = 1e12


def check_version(root: Fields, file_format: str, newest: int) -> None:
    """Refuse another kind of file, or one of a version that is still to come."""
    root.expect("format", file_format)
    version = root.integer("version", 1)
    if version > newest:
        raise root.fail(
            "version",
            f"the file was written by a newer version ({version}; this one reads up to {newest}). "
            "Nothing was changed.",
        )


def model_entry(model: ModelName, power_reference: float | None) -> dict[str, Any]:
    """Return the circuit model and what alpha weighs against, as they stand in JSON.

    Nothing where both are as before there was a choice, so that the file is one of that time.
    """
    if (model, power_reference) == ("ideal", None):
        return {}
    return {"model": model, "power_reference_w": power_reference}


def read_model(root: Fields) -> tuple[ModelName, float | None]:
    """Read what `model_entry` wrote; files that say nothing are of the ideal model."""
    model: ModelName = "ideal"
    if root.has("model"):
        name = root.text("model", list(MODELS))
        model = next(each for each in MODELS if each == name)
    key = "power_reference_w"
    return model, root.number(key, 1e-12, 1e12) if root.has(key) else None


def variation_entry(variation: Variation | None) -> dict[str, Any]:
    """Return the prints that were trained for, as they stand in JSON; nothing where there are none.

    The circuit is that of the loaded model with or without, so the version says nothing of it.
    """
    return {} if variation is None else {"variation": asdict(variation)}


def read_variation(root: Fields) -> Variation | None:
    """Read what `variation_entry` wrote."""
    if not root.has("variation"):
        return None
    table = root.table("variation")
    values = {name: table.number(name, 0, 1) for name in DEVIATIONS}
    named = table.value("named")
    if not isinstance(named, bool):
        raise table.fail("named", "must be true or false.")
    try:
        return Variation(**values, named=named, prints=table.integer("prints"))
    except UsageError as error:
        raise table.fail("prints", f"cannot be: {error}") from error


def engine_entry(engine: Engine | None) -> dict[str, Any]:
    """Return what trained designs, as it stands in JSON; nothing where that is not known."""
    if engine is None:
        return {}
    return {
        "engine": {
            "name": engine.name,
            "processor": engine.processor,
            "features": engine.features,
            "versions": dict(engine.versions),
        }
    }


def read_engine(root: Fields) -> Engine | None:
    """Read what `engine_entry` wrote."""
    if not root.has("engine"):
        return None
    entry = root.table("engine")
    versions = entry.table("versions")
    return Engine(
        entry.text("name"),
        entry.text("processor"),
        entry.text("features"),
        tuple((name, versions.text(name)) for name in versions.keys()),
    )


def origin_entry(origin: Origin | None) -> dict[str, Any]:
    """Return when designs were trained, as it stands in JSON; nothing where that is not known."""
    return {} if origin is None else {"trained": asdict(origin)}


def read_origin(root: Fields) -> Origin | None:
    """Read what `origin_entry` wrote."""
    if not root.has("trained"):
        return None
    entry = root.table("trained")
    try:
        return Origin(entry.text("date"), entry.text("program"))
    except ProjectFileError as error:
        raise root.fail("trained", str(error)) from error


def read_layout(table: Fields) -> Layout:
    """Read a layout."""
    return Layout(
        inputs=table.integer("inputs", 1),
        hidden=table.integers("hidden", 1, MAX_NEURONS, MAX_HIDDEN_LAYERS),
        outputs=table.integer("outputs", 1),
        crossbar="modified"
        if table.text("crossbar", ["modified", "original"]) == "modified"
        else "original",
        sharing="network" if table.text("sharing", ["network", "layer"]) == "network" else "layer",
    )


def read_scaling(table: Fields, inputs: int) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Read the values of each input that the range of input voltages stands for."""
    low, high = (table.numbers(key, inputs) for key in ("low", "high"))
    for least, most in zip(low, high, strict=True):
        if not math.isfinite(most - least):
            raise table.fail("low", f"lies too far below high: {least:g} and {most:g}.")
    return low, high


def read_data_reference(table: Fields) -> DataReference:
    """Read where data come from."""
    label = table.text("label") if table.has("label") else None
    source = table.text("source")
    options, columns = _read_import(table) if table.has("import") else (DETECT, ())
    if not source or "\0" in source:
        raise table.fail("source", "must be the name of a data set or the path of a file.")
    return DataReference(
        source,
        label,
        table.integer("split_seed"),
        table.text("fingerprint"),
        options,
        columns,
    )


def _read_import(table: Fields) -> tuple[ImportOptions, tuple[InputColumn, ...]]:
    entry = table.table("import")
    try:
        options = decode(entry.value("options"), {}, ImportOptions, "options")
        columns = decode(entry.value("columns"), {}, tuple[InputColumn, ...], "columns")
    except (ValueError, DatasetError) as error:
        raise table.fail("import", f"{str(error).removesuffix('.')}.") from error
    return options, columns


def data_entry(data: DataReference) -> dict[str, Any]:
    """Return where data come from, as it stands in JSON."""
    entry: dict[str, Any] = {
        "source": data.source,
        "label": data.label,
        "split_seed": data.split_seed,
        "fingerprint": data.fingerprint,
    }
    if version_for(data) >= IMPORT_VERSION:
        entry["import"] = {"options": encode(data.options)[0], "columns": encode(data.columns)[0]}
    return entry


def version_for(data: DataReference, model: ModelName = "ideal") -> int:
    """Return the version of a file that names these data, and this model."""
    if model != "ideal":
        return VERSION
    return PLAIN_VERSION if (data.options, data.columns) == (DETECT, ()) else IMPORT_VERSION
