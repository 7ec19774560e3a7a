"""What a report of a fault needs: versions, ngspice, display, cores, folders; nothing private."""

import locale
import os
import platform
import shutil
import sys
import tempfile
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import platformdirs

from pnn_studio.circuit.ngspice import PROGRAM_VARIABLE, find_ngspice, simulator_version
from pnn_studio.domain.engine import cores
from pnn_studio.domain.locations import shipped_folder
from pnn_studio.errors import PnnError

_PACKAGES = (
    *("numpy", "torch", "numba", "llvmlite", "scikit-learn", "PySpice", "matplotlib"),
    *("PySide6_Essentials", "pyqtgraph", "safetensors", "click", "rich"),
)
# of the environment only what changes how the program runs, and no more than that it is there
_TOLD = ("QT_QPA_PLATFORM", "QT_SCALE_FACTOR", "OMP_NUM_THREADS", "NUMBA_NUM_THREADS")
_DISPLAYS = ("DISPLAY", "WAYLAND_DISPLAY")


def diagnosis() -> dict[str, Any]:
    """Look at this machine, without loading what takes long and without writing anything.

    Returns
    -------
    dict
        Texts and numbers by what they are, in groups. The home folder is written ``~``.
    """
    return {
        "versions": {"pnn-studio": _version("pnn-studio"), "Python": platform.python_version()}
        | {name: _version(name) for name in _PACKAGES},
        "machine": {
            "system": f"{platform.system()} {platform.release()} {platform.machine()}",
            "cores": cores(),
            "memory_gib": _memory(),
            "encoding": f"{locale.getencoding()}, files {sys.getfilesystemencoding()}",
        },
        "ngspice": _ngspice(),
        "display": {name: "is there" if os.environ.get(name) else "none" for name in _DISPLAYS}
        | {name: os.environ[name] for name in _TOLD if name in os.environ},
        "folders": {
            "program": _folder(shipped_folder("resources").parent),
            "projects without a name": _folder(_user("data")),
            "configuration": _folder(_user("config")),
            "compiled code": _folder(_user("cache")),
            "temporary files": _folder(_temporary()),
        },
    }


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"


def _memory() -> float | None:
    try:
        pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):
        return None
    return round(pages / (1 << 30), 1)


def _ngspice() -> dict[str, str]:
    named = {"named by": PROGRAM_VARIABLE} if os.environ.get(PROGRAM_VARIABLE) else {}
    try:
        program = find_ngspice()
        return named | {"program": _home_hidden(program), "version": simulator_version(program)}
    except PnnError as error:
        return named | {"trouble": _home_hidden(str(error))}


def _user(kind: str) -> Path:
    folders = {
        "data": platformdirs.user_data_path,
        "config": platformdirs.user_config_path,
        "cache": platformdirs.user_cache_path,
    }
    return folders[kind]("pnn-studio", appauthor=False)


def _temporary() -> Path | None:
    try:
        return Path(tempfile.gettempdir())
    except OSError:
        return None


def _folder(path: Path | None) -> str:
    """Say where a folder is, whether it can be written, and how much room there is."""
    if path is None:
        return "none can be written"
    there = next((each for each in (path, *path.parents) if each.is_dir()), None)
    if there is None:
        return f"{_home_hidden(str(path))}: cannot be made"
    rights = "can be written" if os.access(there, os.W_OK) else "is read-only"
    made = "" if there == path else ", not there yet"
    free = shutil.disk_usage(there).free / (1 << 30)
    return f"{_home_hidden(str(path))}: {rights}{made}, {free:.1f} GiB free"


def _home_hidden(text: str) -> str:
    try:
        home = str(Path.home())
    except RuntimeError:
        return text  # there is none
    return text.replace(home, "~") if len(home) > 1 else text
