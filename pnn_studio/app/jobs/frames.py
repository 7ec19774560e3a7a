"""Frozen values as bytes: a JSON header, then the plain bytes of their arrays; nothing is pickled.

So they travel through a pipe and to other machines.
"""

import json
import math
import struct
from typing import Any

import numpy as np

from pnn_studio.domain.codec import decode, encode

LENGTHS = struct.Struct("<II")  # of what comes then: the header and the arrays


def pack_value(value: Any) -> bytes:
    """Write a frozen value, lengths first."""
    tree, arrays = encode(value)
    shapes = [(name, array.dtype.str, array.shape) for name, array in arrays.items()]
    header = json.dumps([tree, shapes]).encode()
    payload = b"".join(array.tobytes() for array in arrays.values())
    return LENGTHS.pack(len(header), len(payload)) + header + payload


def unpack_value(content: bytes, kind: Any) -> Any:
    """Read what `pack_value` wrote.

    Raises
    ------
    ValueError
        Where it is none of that kind.
    """
    if len(content) < LENGTHS.size:
        raise ValueError("it was cut off")
    length = LENGTHS.unpack_from(content)[0]
    at = LENGTHS.size + length
    return value_of(content[LENGTHS.size : at], content[at:], kind)


def value_of(header: bytes, payload: bytes, kind: Any) -> Any:
    """Put a value of a kind together of its header and its arrays.

    Raises
    ------
    ValueError
        Where it is none of that kind.
    """
    arrays, position = {}, 0
    try:
        tree, shapes = json.loads(header)
        for name, dtype_text, shape in shapes:
            dtype, count = np.dtype(dtype_text), math.prod(shape)
            array = np.frombuffer(payload, dtype=dtype, count=count, offset=position)
            arrays[name] = array.reshape(shape)
            position += count * dtype.itemsize
        return decode(tree, arrays, kind)
    except (TypeError, OverflowError, RecursionError) as error:
        raise ValueError(f"it is none that this program writes: {error}") from error
