"""Arrays as the bytes of an ``.npy`` file; what a stranger's header claims is checked first."""

import io
import math
import re
import sys
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
_TEXT = re.compile(
    rb"\{'descr': '(?P<dtype>[<>]U\d{1,9})', 'fortran_order': False, 'shape': \(\), \} *\n\Z"
)


def array_bytes(array: NDArray[Any]) -> bytes:
    """Write an array of numbers as numpy's own file format has it."""
    stream = io.BytesIO()
    npy.write_array(stream, np.ascontiguousarray(array).reshape(array.shape), allow_pickle=False)
    return stream.getvalue()


def array_of(content: bytes, *, texts: bool = False) -> NDArray[Any]:
    """Read an array of numbers without copying it; with `texts` also a text, of shape ().

    Raises
    ------
    ValueError
        Where it is no array of numbers, or its header does not fit what follows.
    """
    start = _START + int.from_bytes(content[len(_MAGIC) : _START], "little")
    head = content[_START:start] if content[: len(_MAGIC)] == _MAGIC else b""
    if texts and (text := _TEXT.match(head)):
        return _text(np.dtype(text["dtype"].decode()), content[start:])
    header = _HEADER.match(head)
    if header is None or start > len(content):
        raise ValueError("is no array of numbers in numpy's file format 1.0")
    try:
        dtype = np.dtype(header["dtype"].decode())
    except TypeError as error:  # of one byte there are no fractions
        raise ValueError(str(error)) from None
    shape = tuple(int(each) for each in header["shape"].split(b",") if each.strip())
    if math.prod(shape) * dtype.itemsize != len(content) - start:
        raise ValueError(
            f"claims the shape {shape} of {dtype}, which {len(content) - start} bytes do not fill"
        )
    array = np.frombuffer(content, dtype, offset=start)
    return array.reshape(shape, order="F" if header["fortran"] == b"True" else "C")


def _text(dtype: np.dtype[Any], content: bytes) -> NDArray[Any]:
    if dtype.itemsize != len(content):
        raise ValueError(f"claims a text of {dtype.itemsize} bytes, not of {len(content)}")
    if dtype.itemsize == 0:
        return np.array("")
    codes = np.frombuffer(content, dtype.str[0] + "u4")
    if codes.max() > sys.maxunicode:
        raise ValueError("holds what is no text")
    return np.frombuffer(content, dtype).reshape(())
