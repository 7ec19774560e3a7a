"""Compiled code on disk: the first training ever waits for the compiler, all others do not.

numba keeps machine code in files, but takes any file it finds for whole, looks at the source of
one function only, and needs a folder that it can write. So it works in a folder of its own here,
filled from one archive whose name tells what it was compiled from and for and which is checked as
it is read. A missing, damaged or read-only archive costs the time to compile, and nothing else.
Like the files beside it from which Python itself starts, the archive is code: it lies with the
program, or with the person's own cache files.

What the compiler makes of the same source depends on what the process has compiled before and on
the order of its sets, and with it the last bits of a training. So an archive is always made by a
process that does nothing else, and every process runs code from an archive.
"""

import contextlib
import hashlib
import io
import os
import platform
import subprocess
import sys
import tempfile
import threading
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
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
_KEPT = 8


@dataclass(frozen=True, eq=False)
class Part:
    """An entry of compiled code, with all that it calls.

    Attributes
    ----------
    name : str
        Names it in the name of its archive, and for who makes that.
    function : compiled entry
        What is compiled.
    call : callable
        Calls it, on whatever.
    """

    name: str
    function: Any
    call: Callable[[], None]

    @property
    def is_ready(self) -> bool:
        """Whether it is compiled, or loaded, in this process."""
        return bool(self.function.signatures)


def usual_folders() -> tuple[Path, ...]:
    """Return where archives are looked for and written: beside the program, or with the user."""
    beside = _PACKAGE / "physics" / "kernels" / "__pycache__"
    return beside, platformdirs.user_cache_path("pnn-studio", appauthor=False)


def sources() -> list[Path]:
    """Return the files that make up the compiled code."""
    paths = [_PACKAGE / name for name in _SOURCES]
    return [file for path in paths for file in (sorted(path.glob("*.py")) or [path])]


def archive_name(part: str) -> str:
    """Return the name of the archive of a part of this code for this machine and versions."""
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
    return f"{_PREFIX}{part}-{told.hexdigest()[:24]}.zip"


@contextlib.contextmanager
def _in_folder(part: Part, folder: Path) -> Iterator[None]:
    """While this is open, functions that are called keep their code in a folder, or take it."""
    settings: Any = numba.config  # they are made as numba starts
    before, settings.CACHE_DIR = settings.CACHE_DIR, str(folder)
    try:
        part.function.enable_caching()
    finally:
        settings.CACHE_DIR = before
    yield


def write_archive(part: Part, archive: Path) -> None:
    """Compile a part by calling it, and pack what that makes into an archive.

    For a process that has compiled nothing yet.
    """
    with tempfile.TemporaryDirectory(prefix="pnn-compiled-", ignore_cleanup_errors=True) as own:
        with _in_folder(part, Path(own)):
            part.call()
        _pack(Path(own), archive)


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


def _pack(folder: Path, archive: Path) -> None:
    """Write an archive of all files below `folder`."""
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as opened:
        for file in sorted(folder.rglob("*")):
            if file.is_file():
                opened.write(file, file.relative_to(folder).as_posix())


def _made(parts: Sequence[Part], maker: Sequence[str], into: Path) -> None:
    """Have archives made, each in a process of its own, all at once; they lie in `into`."""
    environment = os.environ | {
        "PYTHONHASHSEED": "0",
        "PYTHONPATH": os.pathsep.join((str(_PACKAGE.parent), *filter(None, sys.path))),
    }
    with contextlib.ExitStack() as running:
        processes = [
            # they end with this process, to whose end of the pipe they listen
            running.enter_context(
                subprocess.Popen(
                    [sys.executable, *maker, part.name, str(into / archive_name(part.name))],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    env=environment,
                )
            )
            for part in parts
        ]
        for process in processes:
            process.wait()


def _keep(archive: Path, folders: Sequence[Path]) -> None:
    """Copy an archive to the first folder that can be written, if there is one."""
    for place in folders if archive.is_file() else ():
        with contextlib.suppress(OSError):
            place.mkdir(parents=True, exist_ok=True)
            descriptor, half = tempfile.mkstemp(prefix=_PREFIX, suffix=".part", dir=place)
            with os.fdopen(descriptor, "wb") as written:
                written.write(archive.read_bytes())
            Path(half).replace(place / archive.name)
            _thin(place)
            return


def _thin(folder: Path) -> None:
    """Remove the oldest archives."""

    def age(path: Path) -> float:
        return -path.stat().st_mtime

    for old in sorted(folder.glob(f"{_PREFIX}*.zip"), key=age)[_KEPT:]:
        old.unlink(missing_ok=True)


def is_kept(parts: Sequence[str], folders: Sequence[Path]) -> bool:
    """Whether there is an archive of each part, by their names."""
    return all(any((folder / archive_name(part)).is_file() for folder in folders) for part in parts)


def call_cached(parts: Sequence[Part], maker: Sequence[str], folders: Sequence[Path]) -> bool:
    """Call compiled code for the first time; return whether all of it had been compiled before.

    One thread at a time: another waits, and finds it compiled.

    Parameters
    ----------
    parts : sequence of Part
        What is called.
    maker : sequence of str
        Arguments for Python with which it calls `write_archive`; the name of a part and the path
        of its archive are put behind them.
    folders : sequence of Path
        Where archives are looked for, and the first that can be written gets those that are made.
    """
    with (
        _ONE_AT_A_TIME,
        tempfile.TemporaryDirectory(prefix="pnn-compiled-", ignore_cleanup_errors=True) as own,
    ):
        places = {part: Path(own) / part.name for part in parts if not part.is_ready}
        names = {part: archive_name(part.name) for part in places}
        missing = [
            part
            for part, place in places.items()
            if not any(_unpack(folder / names[part], place) for folder in folders)
        ]
        if missing:
            _made(missing, maker, Path(own))
        for part in missing:
            _unpack(Path(own) / names[part], places[part])
            _keep(Path(own) / names[part], folders)
        for part, place in places.items():
            place.mkdir(exist_ok=True)
            with _in_folder(part, place):
                part.call()
    return not missing
