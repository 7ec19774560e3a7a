"""Arrays out of an npz file of a stranger: what it claims is checked before memory is taken.

numpy itself would evaluate headers and take the memory that they promise.
"""

import io
import zipfile
import zlib
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pnn_studio.domain.npy import array_of

_ENTRY = b"PK\x01\x02"  # begins each entry of the directory
_MOST_MEMBERS = 256
# no file of ours is packed more tightly than that, but for small ones
_MOST_PACKED, _SMALL = 100, 64 << 20
# what zipfile and zlib raise for a file that is something else, or broken
_BROKEN = (
    *(ValueError, KeyError, EOFError, OSError, RuntimeError, NotImplementedError, OverflowError),
    *(MemoryError, zipfile.BadZipFile, zlib.error),
)


def pack_arrays(arrays: Mapping[str, NDArray[Any]], *, compressed: bool) -> bytes:
    """Write arrays and texts as numpy's npz file has them."""
    stream = io.BytesIO()
    save = np.savez_compressed if compressed else np.savez
    save(stream, allow_pickle=False, **dict(arrays))
    return stream.getvalue()


def unpack_arrays(
    content: bytes, most_bytes: int, *, compressed: bool = True
) -> dict[str, NDArray[Any]]:
    """Read the arrays of an npz file.

    Parameters
    ----------
    content : bytes
        The file.
    most_bytes : int
        Of all arrays together, unpacked. Small files may hold less: see `_MOST_PACKED`.
    compressed : bool
        Whether its writer packs arrays; else none may be.

    Returns
    -------
    dict of str to array
        Arrays of numbers and truth values in the byte order of this machine, some read-only; texts
        as arrays of shape ().

    Raises
    ------
    ValueError
        Where it is no such file, is damaged, or unpacks to more.
    """
    if content.count(_ENTRY) > _MOST_MEMBERS:
        raise ValueError(f"it holds more than {_MOST_MEMBERS} members")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            size = sum(entry.file_size for entry in entries)
            most = min(most_bytes, max(_SMALL, _MOST_PACKED * len(content)))
            if size > most:
                raise ValueError(f"it unpacks to {_mebibytes(size)}, more than {_mebibytes(most)}")
            if not compressed and any(entry.compress_type for entry in entries):
                raise ValueError("its members are packed")
            # a member that holds more than it claims is cut off there, and so refused below
            return {
                entry.filename.removesuffix(".npy"): _native(entry.filename, archive.read(entry))
                for entry in entries
            }
    except _BROKEN as error:
        raise ValueError(str(error) or type(error).__name__) from error


def _native(name: str, content: bytes) -> NDArray[Any]:
    try:
        array = array_of(content, texts=True)
    except ValueError as error:
        raise ValueError(f"{name} {error}") from None
    return array.astype(array.dtype.newbyteorder("="), copy=False)


def _mebibytes(size: int) -> str:
    return f"{size / (1 << 20):.0f} MiB"
