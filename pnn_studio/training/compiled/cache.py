"""Compiled code on disk: the first training ever waits for the compiler, all others do not.

numba keeps machine code in files, but takes any file it finds for whole, looks at the source of
one function only, and needs a folder that it can write. So it works in a folder of its own here,
filled from one archive whose name tells what it was compiled from and for and which is checked as
it is read. A missing, damaged or read-only archive costs the time to compile, and nothing else.
Like the files beside it from which Python itself starts, the archive is code: it lies with the
program, or with the person's own cache files.
"""

import contextlib
import hashlib
import io
import os
import platform
import tempfile
import threading
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import llvmlite.binding
import numba
import platformdirs

_PACKAGE = Path(__file__).resolve().parents[2]
# whose contents make up the compiled code
_SOURCES = (
    "domain/run.py",
    "physics/ideal",
    "physics/kernels",
    "physics/loaded/curves.py",
    "physics/loaded/kernel",
    "physics/loaded/nodes.py",
    "physics/loaded/tables.py",
    "training/batch.py",
    "training/compiled",
    "training/recorder.py",
)
_PREFIX = "compiled-"
_ONE_AT_A_TIME = threading.Lock()
# archives that are kept in a folder: of other versions, or another kind of machine
_KEPT = 4


def usual_folders() -> tuple[Path, ...]:
    """Return where archives are looked for and written: beside the program, or with the user."""
    beside = _PACKAGE / "physics" / "kernels" / "__pycache__"
    return beside, platformdirs.user_cache_path("pnn-studio", appauthor=False)


def sources() -> list[Path]:
    """Return the files that make up the compiled code."""
    paths = [_PACKAGE / name for name in _SOURCES]
    return [file for path in paths for file in (sorted(path.glob("*.py")) or [path])]


def archive_name() -> str:
    """Return the name of the archive of this code on this machine with these versions."""
    told = hashlib.sha256()
    for file in sources():
        # numba asks for the times, too
        told.update(f"{file} {file.stat().st_mtime}".encode())
        told.update(file.read_bytes())
    machine = (
        platform.python_version(),
        numba.__version__,
        llvmlite.__version__,
        llvmlite.binding.get_process_triple(),
        llvmlite.binding.get_host_cpu_name(),
        llvmlite.binding.get_host_cpu_features().flatten(),
    )
    told.update(repr(machine).encode())
    return f"{_PREFIX}{told.hexdigest()[:24]}.zip"


@contextlib.contextmanager
def cached(functions: Sequence[Any], folders: Sequence[Path]) -> Iterator[None]:
    """While this is open, compiled functions come from an archive, or make one.

    Parameters
    ----------
    functions : sequence of compiled entries
        All that are called.
    folders : sequence of Path
        Where an archive is looked for, and the first that can be written gets one.
    """
    with tempfile.TemporaryDirectory(prefix="pnn-compiled-", ignore_cleanup_errors=True) as own:
        name = archive_name()
        found = any(_unpack(folder / name, Path(own)) for folder in folders)
        settings: Any = numba.config  # they are made as numba starts
        before, settings.CACHE_DIR = settings.CACHE_DIR, own
        try:
            for each in functions:
                each.enable_caching()
        finally:
            settings.CACHE_DIR = before
        yield
        if not found or any(each.stats.cache_misses for each in functions):
            _pack(Path(own), name, folders)


def _unpack(archive: Path, into: Path) -> bool:
    """Copy what an archive has; False, and nothing, where it is not there or not whole."""
    try:
        with zipfile.ZipFile(io.BytesIO(archive.read_bytes())) as opened:
            contents = {name: opened.read(name) for name in opened.namelist()}
    except (OSError, zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError):
        return False
    for name, content in contents.items():
        path = (into / name).resolve()
        if not path.is_relative_to(into.resolve()):
            return False
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return bool(contents)


def _pack(folder: Path, name: str, folders: Sequence[Path]) -> None:
    """Write an archive of all files below `folder` where that can be done; else let it be."""
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(folder.rglob("*")):
            if file.is_file():
                archive.write(file, file.relative_to(folder).as_posix())
    for place in folders:
        with contextlib.suppress(OSError):
            place.mkdir(parents=True, exist_ok=True)
            descriptor, part = tempfile.mkstemp(prefix=_PREFIX, suffix=".part", dir=place)
            with os.fdopen(descriptor, "wb") as opened:
                opened.write(memory.getvalue())
            Path(part).replace(place / name)
            _thin(place)
            return


def _thin(folder: Path) -> None:
    """Remove the oldest archives."""

    def age(path: Path) -> float:
        return -path.stat().st_mtime

    for old in sorted(folder.glob(f"{_PREFIX}*.zip"), key=age)[_KEPT:]:
        old.unlink(missing_ok=True)


def call_cached(
    functions: Sequence[Any], folders: Sequence[Path], call: Callable[[], None]
) -> bool:
    """Call compiled functions for the first time; return whether they had been compiled before.

    One thread at a time: another waits, and finds them compiled.
    """
    with _ONE_AT_A_TIME:
        if all(each.signatures for each in functions):
            return True
        with cached(functions, folders):
            call()
        return not any(each.stats.cache_misses for each in functions)
