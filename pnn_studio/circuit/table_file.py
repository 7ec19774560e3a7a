"""Keeps a table of simulated circuits in an npz file: plain arrays and one JSON text, no pickle."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from pnn_studio.domain.archive import pack_arrays, unpack_arrays
from pnn_studio.domain.cells import CIRCUITS, COMPONENTS
from pnn_studio.domain.characterisation import CircuitTable
from pnn_studio.domain.reading import parse_json, read_regular
from pnn_studio.errors import SurrogateError

_FORMAT = 1
_TEXTS = ("circuit", "technology", "technology_fingerprint", "netlist_hash")
_ARRAYS = ("omega", "near_default", "v_in", "v_out", "eta", "power")
_MAX_BYTES, _MAX_VALUES = 256 << 20, 10_000
_CURVE_POINTS = 5  # fewer do not determine four parameters


def save_table(path: str | Path, table: CircuitTable) -> None:
    """Write `table` to the npz file `path`, which is replaced whole.

    Raises
    ------
    SurrogateError
        Where the file cannot be written.
    """
    path = Path(path)
    card = {"format": _FORMAT, "seed": table.seed, "names": list(table.names)}
    card |= {key: getattr(table, key) for key in _TEXTS}
    arrays = {key: getattr(table, key) for key in _ARRAYS}
    content = pack_arrays({"card": np.array(json.dumps(card)), **arrays}, compressed=True)
    part = path.with_name(path.name + ".part")
    try:
        part.write_bytes(content)
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise SurrogateError(
            f"{path}: the table cannot be written, {error.strerror}; choose another place."
        ) from error


def load_table(path: str | Path) -> CircuitTable:
    """Read a table of simulated circuits.

    Raises
    ------
    SurrogateError
        Where the file is no such table, or what is in it does not fit together.
    """
    path = Path(path)
    content = read_regular(path, _MAX_BYTES, SurrogateError, "the table")
    try:
        found = unpack_arrays(content, _MAX_BYTES)
        card = parse_json(str(found["card"]).encode(), _MAX_VALUES)
        arrays = {key: found[key] for key in _ARRAYS}
    except (ValueError, KeyError) as error:
        raise SurrogateError(
            f"{path}: not a table of simulated circuits; make one with surrogates build --data."
        ) from error
    # each check relies on those before it: only the first complaint is ever asked for
    complaint = next(_complaints_about_card(card), None) or next(
        _complaints_about_arrays(arrays, len(COMPONENTS[card["circuit"]])), None
    )
    if complaint:
        raise SurrogateError(f"{path}: {complaint}; simulate the table again.")
    near_default = arrays.pop("near_default")
    numbers: dict[str, Any] = {key: np.asarray(array, float) for key, array in arrays.items()}
    return CircuitTable(
        **{key: card[key] for key in _TEXTS},
        seed=card["seed"],
        names=tuple(card["names"]),
        near_default=near_default,
        **numbers,
    )


def _complaints_about_card(card: Any) -> Iterator[str]:
    if not isinstance(card, dict) or card.get("format") != _FORMAT:
        yield f"its card must be of format {_FORMAT}"
    if (
        not all(isinstance(card.get(key), str) for key in _TEXTS)
        or type(card.get("seed")) is not int
    ):
        yield f"its card must hold the texts {', '.join(_TEXTS)} and an integer seed"
    if card["circuit"] not in CIRCUITS:
        yield f"its circuit must be one of {', '.join(CIRCUITS)}"
    names = COMPONENTS[card["circuit"]]
    if card.get("names") != list(names):
        yield f"its components must be {', '.join(names)}, in this order"


def _complaints_about_arrays(
    arrays: dict[str, np.ndarray[Any, Any]], components: int
) -> Iterator[str]:
    circuits, points = arrays["power"].size, arrays["v_in"].size
    if circuits == 0 or points < _CURVE_POINTS:
        yield f"it needs at least one circuit and {_CURVE_POINTS} input voltages"
    shapes = {
        "omega": (circuits, components),
        "near_default": (circuits,),
        "v_in": (points,),
        "v_out": (circuits, points),
        "eta": (circuits, 4),
        "power": (circuits,),
    }
    for key, shape in shapes.items():
        kinds = "b" if key == "near_default" else "fiu"
        if arrays[key].shape != shape or arrays[key].dtype.kind not in kinds:
            what = "truth values" if kinds == "b" else "numbers"
            yield f"{key} must hold {what} of shape {shape}"
    for key in shapes:
        if not np.all(np.isfinite(arrays[key])):
            yield f"{key} holds a value that is not finite"
    if np.any(arrays["omega"] <= 0) or np.any(arrays["eta"][:, [1, 3]] <= 0):
        yield "component values, eta2 and eta4 must be positive"
    if np.any(np.diff(arrays["v_in"]) <= 0):
        yield "v_in must rise"
