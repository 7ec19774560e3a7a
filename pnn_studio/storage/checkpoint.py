"""Checkpoints of unfinished trainings: plain arrays in an npz file, written whole or not at all."""

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pnn_studio.storage.files import read_limited, write_atomically

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
    """
    stream = io.BytesIO()
    np.savez(stream, allow_pickle=False, fingerprint=np.array(fingerprint), **dict(state))
    write_atomically(path, stream.getvalue())


def load_checkpoint(path: Path, fingerprint: str) -> dict[str, NDArray[Any]] | None:
    """Read the state of a training; None where there is none, or one of something else.

    A checkpoint that cannot be read is no reason to fail: the training then begins anew.
    """
    if not path.is_file():
        return None
    content = read_limited(path, _MAX_BYTES)
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as archive:
            state = {name: archive[name] for name in archive.files}
    except (zipfile.BadZipFile, ValueError, KeyError, EOFError, OSError):
        return None
    if str(state.pop("fingerprint", "")) != fingerprint:
        return None
    return state
