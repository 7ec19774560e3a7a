"""Checkpoints of unfinished trainings: plain arrays in an npz file, written whole or not at all."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pnn_studio.domain.archive import pack_arrays, unpack_arrays
from pnn_studio.errors import ProjectFileError
from pnn_studio.storage.files import check_size, read_limited, write_atomically

_MAX_BYTES = 2 << 30


def save_checkpoint(path: Path, fingerprint: str, state: Mapping[str, NDArray[Any]]) -> None:
    """Write the state of a training.

    Parameters
    ----------
    path : Path
        File to write.
    fingerprint : str
        Says of which training; `load_checkpoint` takes it up for the same alone.
    state : mapping of str to array
        Plain arrays.

    Raises
    ------
    ProjectFileError
        Where it cannot be written, or would be larger than what is read.
    """
    content = pack_arrays({"fingerprint": np.array(fingerprint), **state}, compressed=False)
    write_atomically(path, check_size(path, content, _MAX_BYTES))


def load_checkpoint(path: Path, fingerprint: str) -> dict[str, NDArray[Any]] | None:
    """Read the state of a training; None where there is none, or one of something else.

    Raises
    ------
    ProjectFileError
        Where it is damaged, or no checkpoint at all. That is no reason to fail: the training then
        begins anew.
    """
    if not path.exists():
        return None
    content = read_limited(path, _MAX_BYTES)
    try:
        state = unpack_arrays(content, _MAX_BYTES, compressed=False)
    except ValueError as error:
        raise ProjectFileError(f"{path} is damaged: {error}.") from error
    if str(state.pop("fingerprint", "")) != fingerprint:
        return None
    return state
