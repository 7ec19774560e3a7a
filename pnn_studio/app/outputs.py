"""Where results may be written: never over what they are made of."""

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
        if each and _is_same(path, Path(each)):
            raise ProjectFileError(f"{path} is read, and would be overwritten; give another --out.")


def _is_same(path: Path, other: Path) -> bool:
    try:
        return path.samefile(other)
    except (OSError, ValueError):
        return False  # one of them is not there, or can be no file at all
