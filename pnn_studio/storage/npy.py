"""Arrays as the bytes of an ``.npy`` file; what a stranger's header claims is checked first."""

import io
import math
from typing import Any

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

_MAX_HEADER = 4096
_MAX_AXES = 8


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
    stream = io.BytesIO(content)
    try:
        version = npy.read_magic(stream)
        if version != (1, 0):
            raise ValueError(f"version {version}")
        shape, fortran, dtype = npy.read_array_header_1_0(stream, max_header_size=_MAX_HEADER)
    except (ValueError, TypeError, SyntaxError, EOFError, RecursionError, MemoryError) as error:
        raise ValueError(f"is no array in numpy's file format ({error})") from error
    if (
        dtype.kind not in "fiub"
        or dtype.fields
        or len(shape) > _MAX_AXES
        or min(shape, default=0) < 0
    ):
        raise ValueError(f"must hold numbers, not {dtype} of shape {shape}")
    start = stream.tell()
    if math.prod(shape) * dtype.itemsize != len(content) - start:
        raise ValueError(
            f"claims the shape {shape} of {dtype}, which {len(content) - start} bytes do not fill"
        )
    array = np.frombuffer(content, dtype, offset=start)
    return array.reshape(shape, order="F" if fortran else "C")
