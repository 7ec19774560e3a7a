"""Writing files so that a crash or a full disk never leaves half of one behind."""

import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from pnn_studio.domain.reading import read_regular
from pnn_studio.errors import ProjectFileError


def check_writable(path: Path) -> None:
    """Find out before any work whether `path` can be written.

    Raises
    ------
    ProjectFileError
        Naming the path and what is wrong with it.
    """
    try:
        if path.is_dir():
            raise ProjectFileError(f"{path} is a folder; give the name of a file.")
        if path.exists() and not path.is_file():
            # a result replaces what was there, which nobody means of /dev/null
            raise ProjectFileError(f"{path} is a device or a pipe; give the name of a file.")
        folder = _target(path).parent
        if not folder.is_dir():
            raise ProjectFileError(f"{path} cannot be written: the folder {folder} does not exist.")
        # os.access says yes to root everywhere, also on a read-only file system: try it
        descriptor, probe = tempfile.mkstemp(prefix=".pnn-", dir=folder)
    except OSError as error:
        raise ProjectFileError(f"{path} cannot be written: {error.strerror}.") from error
    os.close(descriptor)
    Path(probe).unlink()


def _target(path: Path) -> Path:
    """Follow a symbolic link, so that a result goes where it points and the link stays."""
    return Path(os.path.realpath(path))


def make_folder(path: Path) -> None:
    """Make an output folder, with its parents.

    Raises
    ------
    ProjectFileError
        Where it cannot be made or written to.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ProjectFileError(f"The folder {path} cannot be made: {error.strerror}.") from error
    check_writable(path / "file")


def write_atomically(path: Path, content: bytes) -> None:
    """Write `content` whole or not at all.

    Raises
    ------
    ProjectFileError
        Naming the path and the reason; what stood there before is kept.
    """
    write_together([(path, content)])


def write_together(files: Iterable[tuple[Path, bytes]]) -> tuple[Path, ...]:
    """Write several files, all of them or none: each aside as it comes, then all are renamed.

    Parameters
    ----------
    files : iterable of (Path, bytes)
        May take its time, and may raise: nothing is left behind then.

    Returns
    -------
    tuple of Path
        Where they are, in the order in which they came.

    Raises
    ------
    ProjectFileError
        Naming the path and the reason; what stood there before is kept.
    """
    aside: list[tuple[Path, Path]] = []
    # mkstemp keeps others out; a result is for the group to read like any other file
    mask = os.umask(0)
    os.umask(mask)
    try:
        for path, content in files:
            with _explained(path):
                descriptor, name = tempfile.mkstemp(prefix=".pnn-", dir=_target(path).parent)
                aside.append((Path(name), path))
                with os.fdopen(descriptor, "wb") as stream:
                    stream.write(content)
                    stream.flush()
                    os.fsync(stream.fileno())
                Path(name).chmod(0o666 & ~mask)
        for temporary, path in aside:
            with _explained(path):
                temporary.replace(_target(path))
    finally:
        for temporary, _ in aside:
            temporary.unlink(missing_ok=True)
    return tuple(path for _, path in aside)


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise ProjectFileError(f"{path} cannot be written: {error.strerror}.") from error


def read_limited(path: Path, limit: int) -> bytes:
    """Read a whole regular file of at most `limit` bytes.

    Raises
    ------
    ProjectFileError
        Where it cannot be read or is larger.
    """
    return read_regular(path, limit, ProjectFileError)


def check_size(path: Path, content: bytes, limit: int) -> bytes:
    """Refuse to write what would be refused when it is read.

    Raises
    ------
    ProjectFileError
        Where it is larger than `limit` bytes.
    """
    if len(content) > limit:
        raise ProjectFileError(
            f"{path} cannot be written: it would have {len(content) >> 20} MiB, and at most "
            f"{limit >> 20} MiB are read again."
        )
    return content
