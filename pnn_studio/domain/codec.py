"""One codec for frozen values: what is small as JSON, arrays beside it as they are.

The pipe to the worker and the project file share it. Decoding follows the annotations of the
wanted type and checks every entry against them: data can fill the values that are asked for, and
never name anything else to be made.
"""

from collections.abc import Iterator, Mapping
from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import numpy as np
from numpy.typing import NDArray

from pnn_studio.domain.reading import shown

Arrays = Mapping[str, NDArray[Any]]

# an array of such numbers may stand where an array of the key's kind is annotated
_KINDS = {"f": "f", "i": "iu", "u": "iu", "b": "b"}
_LARGEST = float(np.finfo(float).max)


def encode(value: Any) -> tuple[Any, dict[str, NDArray[Any]]]:
    """Take a frozen value apart.

    Parameters
    ----------
    value : dataclass, mapping, sequence, array, text, number or None
        What to encode, nested as it likes.

    Returns
    -------
    tree : JSON value
        An array stands in it as ``{"$array": name}``, a dataclass with its ``$type``.
    arrays : dict of str to array
        By their place in the value, for example ``history.loss`` or ``theta.0``.

    Examples
    --------
    >>> from pnn_studio.domain.run import Schedule
    >>> tree, arrays = encode(Schedule(patience=7))
    >>> tree["$type"], tree["patience"], decode(tree, arrays, Schedule).patience
    ('Schedule', 7, 7)
    """
    arrays: dict[str, NDArray[Any]] = {}
    return _encode(value, "", arrays), arrays


def _encode(value: Any, place: str, arrays: dict[str, NDArray[Any]]) -> Any:
    if isinstance(value, np.ndarray):
        arrays[place] = np.ascontiguousarray(value).reshape(value.shape)
        return {"$array": place}
    if is_dataclass(value):
        return {"$type": type(value).__name__} | {
            field.name: _encode(getattr(value, field.name), _below(place, field.name), arrays)
            for field in fields(value)
        }
    if isinstance(value, Mapping):
        return {
            str(key): _encode(each, _below(place, str(key)), arrays) for key, each in value.items()
        }
    if isinstance(value, tuple | list):
        return [_encode(each, _below(place, number), arrays) for number, each in enumerate(value)]
    return value


def _below(place: str, name: object) -> str:
    return f"{place}.{name}" if place else str(name)


def decode(tree: Any, arrays: Arrays, kind: Any, place: str = "") -> Any:
    """Put a value together again.

    Parameters
    ----------
    tree, arrays
        As `encode` returned them, perhaps from a stranger.
    kind : type
        What is wanted: a dataclass or any annotation that one may have.
    place : str
        Where in the whole this is, for messages.

    Raises
    ------
    ValueError
        Naming the place and what must stand there.
    PnnError
        Where a value refuses itself.
    """
    origin = get_origin(kind)
    read: Any = _plain
    if origin in (Union, UnionType):
        read = _one_of
    elif origin is Literal:
        read = _literal
    elif origin is tuple:
        read = _tuple
    elif origin is np.ndarray:
        read = _array
    elif isinstance(origin, type) and issubclass(origin, Mapping):
        read = _mapping
    elif is_dataclass(kind):
        read = _dataclass
    return read(tree, arrays, kind, place)


def _wrong(tree: Any, place: str, wanted: str) -> ValueError:
    return ValueError(f"{place or 'top level'} must be {wanted}, not {shown(tree)}")


def _one_of(tree: Any, arrays: Arrays, kind: Any, place: str) -> Any:
    choices = get_args(kind)
    if isinstance(tree, dict) and "$type" in tree:
        for each in choices:
            if is_dataclass(each) and getattr(each, "__name__", "") == tree["$type"]:
                return decode(tree, arrays, each, place)
    errors = []
    for each in choices:
        try:
            return decode(tree, arrays, each, place)
        except ValueError as error:
            errors.append(error)
    raise errors[0]


def _literal(tree: Any, arrays: Arrays, kind: Any, place: str) -> Any:
    if not any(tree == each and type(tree) is type(each) for each in get_args(kind)):
        raise _wrong(tree, place, " or ".join(repr(each) for each in get_args(kind)))
    return tree


def _tuple(tree: Any, arrays: Arrays, kind: Any, place: str) -> tuple[Any, ...]:
    kinds = get_args(kind)
    if not isinstance(tree, list):
        raise _wrong(tree, place, "a list")
    if len(kinds) == 2 and kinds[1] is Ellipsis:  # noqa: PLR2004 - tuple[kind, ...]
        kinds = (kinds[0],) * len(tree)
    if len(kinds) != len(tree):
        raise ValueError(f"{place} must have {len(kinds)} entries, not {len(tree)}")
    return tuple(
        decode(each, arrays, kind, _below(place, number))
        for number, (each, kind) in enumerate(zip(tree, kinds, strict=True))
    )


def _mapping(tree: Any, arrays: Arrays, kind: Any, place: str) -> dict[Any, Any]:
    if not isinstance(tree, dict):
        raise _wrong(tree, place, "a table")
    names, values = get_args(kind)
    return {
        decode(key, arrays, names, place): decode(each, arrays, values, _below(place, key))
        for key, each in tree.items()
    }


def _array(tree: Any, arrays: Arrays, kind: Any, place: str) -> NDArray[Any]:
    name = tree.get("$array") if isinstance(tree, dict) else None
    array = arrays.get(name) if isinstance(name, str) else None
    if array is None:
        raise _wrong(tree, place, "an array")
    scalar = get_args(get_args(kind)[1])[0]
    wanted = "" if scalar is Any else np.dtype(scalar).kind
    if wanted and array.dtype.kind not in _KINDS[wanted]:
        raise ValueError(f"{place} must be an array of {np.dtype(scalar)}, not of {array.dtype}")
    return array


@cache
def _hints(kind: type) -> Mapping[str, Any]:
    return get_type_hints(kind)


def _dataclass(tree: Any, arrays: Arrays, kind: Any, place: str) -> Any:
    if not isinstance(tree, dict) or tree.get("$type") != kind.__name__:
        raise _wrong(tree, place, f"a {kind.__name__}")
    hints = _hints(kind)
    return kind(**dict(_entries(tree, arrays, kind, hints, place)))


def _entries(
    tree: dict[str, Any], arrays: Arrays, kind: Any, hints: Mapping[str, Any], place: str
) -> Iterator[tuple[str, Any]]:
    for field in fields(kind):
        where = _below(place, field.name)
        # older files may have it under another name, or lack it: what they mean by that is not
        # always what new work begins with
        name = field.name if field.name in tree else field.metadata.get("formerly", field.name)
        if name in tree:
            yield field.name, decode(tree[name], arrays, hints[field.name], where)
        elif "missing" in field.metadata:
            yield field.name, field.metadata["missing"]
        elif field.default is MISSING and field.default_factory is MISSING:
            raise ValueError(f"{where} is missing")


def _plain(tree: Any, arrays: Arrays, kind: Any, place: str) -> Any:
    if kind is Any:
        return tree
    if kind in (None, NoneType):
        if tree is not None:
            raise _wrong(tree, place, "null")
        return None
    if kind is float:
        is_number = isinstance(tree, int | float) and not isinstance(tree, bool)
        # compared, because float() cannot take every integer that a file may hold
        if not is_number or (isinstance(tree, int) and not -_LARGEST <= tree <= _LARGEST):
            raise _wrong(tree, place, "a number")
        return tree
    if kind in (str, int, bool):
        if type(tree) is not kind:
            wanted = {str: "a text", int: "a whole number", bool: "true or false"}[kind]
            raise _wrong(tree, place, wanted)
        return tree
    raise TypeError(f"{kind} is nothing that can be decoded")
