"""Arrays as the bytes of an ``.npy`` file; what a stranger's header claims is checked first."""

import io
import math
import re
from typing import Any

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

_MAGIC = b"\x93NUMPY\x01\x00"
_START = len(_MAGIC) + 2
# what numpy writes for numbers, and nothing else: no text of a stranger is evaluated
_HEADER = re.compile(
    rb"\{'descr': '(?P<dtype>[<>|][fiub](?:1|2|4|8))', 'fortran_order': (?P<fortran>True|False), "
    rb"'shape': \((?P<shape>(?:\d{1,12}, ?){0,7}\d{0,12})\), \} *\n\Z"
)


def array_bytes(array: NDArray[Any]) -> bytes:
    """Write an array of numbers as numpy's own file format has it."""
    stream = io.BytesIO()
    npy.write_array(stream, np.ascontiguousarray(array).reshape(array.shape), allow_pickle=False)
    return stream.getvalue()


def array_of(content: bytes) -> NDArray[Any]:
    """Read an array without copying it.

    Raises
    ------
    ValueError
        Where it is no array of numbers, or its header does not fit what follows.
    """
    start = _START + int.from_bytes(content[len(_MAGIC) : _START], "little")
    header = _HEADER.match(content[_START:start]) if content[: len(_MAGIC)] == _MAGIC else None
    if header is None or start > len(content):
        raise ValueError("is no array of numbers in numpy's file format 1.0")
    dtype = np.dtype(header["dtype"].decode())
    shape = tuple(int(each) for each in header["shape"].split(b",") if each.strip())
    if math.prod(shape) * dtype.itemsize != len(content) - start:
        raise ValueError(
            f"claims the shape {shape} of {dtype}, which {len(content) - start} bytes do not fill"
        )
    array = np.frombuffer(content, dtype, offset=start)
    return array.reshape(shape, order="F" if header["fortran"] == b"True" else "C")
