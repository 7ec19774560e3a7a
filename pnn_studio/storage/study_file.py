"""The file of a study: TOML, of a person or a stranger."""

import tomllib
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from pnn_studio.domain.circuit_model import MODELS, ModelName
from pnn_studio.domain.codec import decode
from pnn_studio.domain.dataset import SHIPPED_DATASETS, DataReference
from pnn_studio.domain.fields import Fields
from pnn_studio.domain.importing import DETECT, ImportOptions
from pnn_studio.domain.print_process import SHIPPED_PROCESS, PrintProcess
from pnn_studio.domain.reading import is_number, read_regular
from pnn_studio.domain.run import MAX_DESIGNS, FamilyPlan, Schedule
from pnn_studio.domain.study import LayoutChoice, Study
from pnn_studio.domain.technology import shipped_technology
from pnn_studio.domain.variation import VariationChoice
from pnn_studio.errors import PnnError, UsageError

MOST_BYTES = 256 << 10
# a table in a table in a table ... takes the parser's time by the square of its depth
_MOST_DOTS, _MOST_NAMED = 2_000, 1_000
_KEYS = (
    *("title", "data", "layouts", "models", "technologies"),
    *("alphas", "seeds", "schedule", "epochs", "variations"),
)


def load_study(path: Path) -> Study:
    """Read the file of a study.

    Raises
    ------
    UsageError
        Naming the file, the entry and what it must be.
    """
    return parse_study(read_regular(path, MOST_BYTES, UsageError, "the study"), path)


def parse_study(content: bytes, path: Path) -> Study:
    """Read the content of such a file; other files are named from the folder of `path`."""
    if content.count(b".") > _MOST_DOTS or content.count(b"[") > _MOST_DOTS:
        raise UsageError(f"{path}: more than {_MOST_DOTS} dots or brackets; it is no study.")
    try:
        data = tomllib.loads(content.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{path}: not a TOML file, {error}.") from error
    root = Fields(data, path.name, UsageError)
    _check_keys(root, _KEYS)
    folder = path.absolute().parent
    try:
        return Study(
            title=root.text("title") if root.has("title") else path.stem,
            data=tuple(_data(root, each, folder) for each in _list(root, "data")),
            layouts=tuple(_layout(root, each) for each in _list(root, "layouts")),
            models=_models(root),
            print_processes=_technologies(root, folder),
            alphas=_alphas(root),
            seeds=_seeds(root),
            schedule=_schedule(root),
            variations=_variations(root),
        )
    except PnnError as error:
        raise UsageError(_placed(path, error)) from error


def _placed(path: Path, error: PnnError) -> str:
    text = str(error)
    return text if text.startswith(path.name) else f"{path.name}: {text}"


def _check_keys(table: Fields, known: tuple[str, ...]) -> None:
    unknown = [each for each in table.keys() if each not in known]
    if unknown:
        raise table.fail(
            unknown[0][:60], f"is nothing that can be chosen; there is {', '.join(known)}."
        )


def _list(root: Fields, key: str) -> list[Any]:
    values = root.sequence(key)
    if not 1 <= len(values) <= _MOST_NAMED:
        raise root.fail(key, f"must name 1 to {_MOST_NAMED}.")
    return values


def _data(root: Fields, entry: Any, folder: Path) -> DataReference:
    if isinstance(entry, str):
        entry = {"source": entry}
    table = root.entry("data", entry)
    _check_keys(table, ("source", "label", "split_seed", "import"))
    source = table.text("source")
    if not source or "\0" in source:
        raise table.fail("source", "must be the name of a data set or the path of a file.")
    if source not in SHIPPED_DATASETS:
        source = str(folder / source)
    return DataReference(
        source,
        table.text("label") if table.has("label") else None,
        table.integer("split_seed") if table.has("split_seed") else 0,
        options=_import(table) if table.has("import") else DETECT,
    )


def _import(table: Fields) -> ImportOptions:
    """Read choices of an import, by the names that they have in `ImportOptions`."""
    chosen = table.table("import")
    _check_keys(chosen, tuple(field.name for field in fields(ImportOptions)))
    tree: dict[str, Any] = {"$type": "ImportOptions"}
    for field in fields(ImportOptions):
        if chosen.has(field.name):
            tree[field.name] = chosen.value(field.name)
    for key, kind in (("categories", "Category"), ("limits", "Limits")):
        if key in tree:
            tree[key] = [
                {"$type": kind} | each if isinstance(each, dict) else each
                for each in chosen.sequence(key)
            ]
    try:
        options = decode(tree, {}, ImportOptions, "import")
    except ValueError as error:
        raise table.fail("import", f"{str(error).removesuffix('.')}.") from error
    assert isinstance(options, ImportOptions)  # it is what was asked for
    return options


def _layout(root: Fields, entry: Any) -> LayoutChoice:
    """Read ``3``, ``[4, 3]`` or a table."""
    if not isinstance(entry, dict):
        entry = {"hidden": [entry] if not isinstance(entry, list) else entry}
    table = root.entry("layouts", entry)
    _check_keys(table, ("hidden", "crossbar", "circuits"))
    crossbar = table.text("crossbar", ("modified", "original")) if table.has("crossbar") else ""
    sharing = table.text("circuits", ("network", "layer")) if table.has("circuits") else ""
    return LayoutChoice(
        table.integers("hidden", 1, 256, 8),
        "original" if crossbar == "original" else "modified",
        "layer" if sharing == "layer" else "network",
    )


def _models(root: Fields) -> tuple[ModelName, ...]:
    if not root.has("models"):
        return ("loaded",)
    names = _list(root, "models")
    found = tuple(model for name in names for model in MODELS if model == name)
    if len(found) != len(names):
        raise root.fail("models", f"must name some of {', '.join(MODELS)}.")
    return found


def _technologies(root: Fields, folder: Path) -> tuple[PrintProcess, ...]:
    if not root.has("technologies"):
        return (SHIPPED_PROCESS,)
    return tuple(_technology(root, each, folder) for each in _list(root, "technologies"))


def _technology(root: Fields, entry: Any, folder: Path) -> PrintProcess:
    if isinstance(entry, str):
        entry = {"source": entry}
    table = root.entry("technologies", entry)
    _check_keys(table, ("source", "surrogates", "largest_r"))
    source = table.text("source")
    if "\0" in source or not source:
        raise table.fail("source", "must be the name of a technology or the path of a file.")
    if shipped_technology(source) is None:
        source = str(folder / source)
    surrogates = table.text("surrogates") if table.has("surrogates") else ""
    return PrintProcess(
        source,
        str(folder / surrogates) if surrogates else "",
        table.quantity("largest_r") if table.has("largest_r") else None,
    )


def _alphas(root: Fields) -> tuple[float, ...]:
    """Read a number of values, evenly spread, or the values."""
    value = root.value("alphas")
    if isinstance(value, int) and not isinstance(value, bool):
        count = root.integer("alphas", 1, MAX_DESIGNS)
        grid = FamilyPlan.grid(LayoutChoice((1,)).of(1, 2), count, 1)
        return grid.alphas
    values = _list(root, "alphas")
    if not all(is_number(each) and 0 <= each <= 1 for each in values):
        raise root.fail("alphas", "must be a number of values, or a list of values in 0..1.")
    return tuple(sorted(round(float(each), 6) for each in values))


def _seeds(root: Fields) -> tuple[int, ...]:
    value = root.value("seeds")
    if isinstance(value, list):
        return tuple(sorted(root.integers("seeds", 0, 2**31 - 1, MAX_DESIGNS)))
    return tuple(range(root.integer("seeds", 1, MAX_DESIGNS)))


def _schedule(root: Fields) -> Schedule:
    name = root.text("schedule", ("default", "paper")) if root.has("schedule") else "default"
    schedule = Schedule.paper() if name == "paper" else Schedule()
    if not root.has("epochs"):
        return schedule
    return replace(schedule, max_epochs=root.integer("epochs", 1, 10**6))


def _variations(root: Fields) -> tuple[VariationChoice, ...]:
    """Read spreads to train for: shares of each printed value, or that of the technology."""
    if not root.has("variations"):
        return (None,)
    values = _list(root, "variations")
    if not all(each == "technology" or (is_number(each) and 0 <= each <= 1) for each in values):
        raise root.fail("variations", 'must list shares in 0..1, or "technology"; 0 for none.')
    return tuple(each if each == "technology" else float(each) or None for each in values)
