"""Where results may be written: never over what they are made of, and elsewhere on a full disk."""

import tempfile
from collections.abc import Callable
from pathlib import Path

from pnn_studio.domain.dataset import DataReference
from pnn_studio.errors import ProjectFileError
from pnn_studio.storage.files import check_writable


def check_spares(path: Path | None, data: DataReference) -> None:
    """Refuse, before any work, an output that cannot be written or would overwrite the data."""
    check_output(path, data.source if data.is_file else None)


def check_output(path: Path | None, *inputs: str | Path | None) -> None:
    """Refuse, before any work, an output that cannot be written or would overwrite an input."""
    if path is None:
        return
    check_writable(path)
    for each in inputs:
        if each and (_is_same(path, Path(each)) or _is_surrogate(path, Path(each))):
            raise ProjectFileError(f"{path} is read, and would be overwritten; give another --out.")


def write_result(path: Path, write: Callable[[Path], None], or_else: str) -> None:
    """Write what took long to work out; where it cannot be written, to a temporary folder.

    Parameters
    ----------
    path : Path
        Where to.
    write : callable
        Writes it to a path.
    or_else : str
        What helps where it can be written nowhere, as a sentence.

    Raises
    ------
    ProjectFileError
        Where it is not at `path`, and where it is instead.
    """
    try:
        write(path)
    except ProjectFileError as error:
        raise ProjectFileError(f"{error} {_elsewhere(path.name, write) or or_else}") from error


def _elsewhere(name: str, write: Callable[[Path], None]) -> str:
    try:
        other = Path(tempfile.mkdtemp(prefix="pnn-studio-")) / name
        write(other)
    except (OSError, ProjectFileError):
        return ""
    return f"The result is in {other}; move it to where there is room."


def _is_surrogate(path: Path, folder: Path) -> bool:
    """Whether a path is that of a card or of weights in a folder of surrogates."""
    try:
        inside = path.resolve().is_relative_to(folder.resolve()) and folder.is_dir()
    except (OSError, ValueError):
        return False
    return inside and (path.name == "card.json" or path.suffix == ".safetensors")


def _is_same(path: Path, other: Path) -> bool:
    try:
        return path.samefile(other)
    except (OSError, ValueError):
        return False  # one of them is not there, or can be no file at all
