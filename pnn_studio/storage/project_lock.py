"""One writer a project: a lock that the system takes back when its holder dies."""

import json
import os
import socket
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from pnn_studio.errors import ProjectFileError

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl


class ProjectLocked(ProjectFileError):
    """Another window or command has the project open."""


class ProjectLock:
    """The right to write a project, kept until `release` or the end of the process.

    The lock is held on a file beside the project: on the project itself closing any other
    descriptor of this process would give up the locks of SQLite.

    Parameters
    ----------
    path : Path
        Project file.

    Raises
    ------
    ProjectLocked
        Saying who has it.
    ProjectFileError
        Where the folder takes no lock.
    """

    def __init__(self, path: Path) -> None:
        target = Path(os.path.realpath(path))
        self._file = target.with_name(f".{target.name}.lock")
        try:
            self._descriptor = self._take(path)
        except OSError as error:
            raise ProjectFileError(
                f"{path} cannot be written: its folder takes no lock ({error.strerror})."
            ) from error

    def _take(self, path: Path) -> int:
        while True:
            descriptor = os.open(self._file, os.O_RDWR | os.O_CREAT, 0o666)
            try:
                _lock(descriptor)
                if not self._is_current(descriptor):
                    os.close(descriptor)  # its last holder has just taken the file away
                    continue
                holder = {"pid": os.getpid(), "host": socket.gethostname(), "since": _now()}
                os.truncate(descriptor, 0)
                os.write(descriptor, json.dumps(holder).encode())
            except BlockingIOError as error:
                content = os.read(descriptor, 1000)
                os.close(descriptor)
                raise ProjectLocked(f"{path} is open in {_holder(content)}.") from error
            except BaseException:
                os.close(descriptor)
                raise
            return descriptor

    def _is_current(self, descriptor: int) -> bool:
        try:
            return os.path.samestat(os.fstat(descriptor), self._file.stat())
        except FileNotFoundError:
            return False

    def release(self) -> None:
        """Give the project free."""
        self._file.unlink(missing_ok=True)
        os.close(self._descriptor)


def _now() -> str:
    return datetime.now().astimezone().isoformat(timespec="seconds")


def _lock(descriptor: int) -> None:
    if sys.platform == "win32":
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except PermissionError as error:
            raise BlockingIOError from error
    else:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _holder(content: bytes) -> str:
    """Say who holds a lock; the file may be empty for a moment, or a stranger's."""
    try:
        found: Any = json.loads(content)
        since = datetime.fromisoformat(found["since"]).strftime("%H:%M on %d %b")
        return f"another window (process {int(found['pid'])} on {found['host']}, since {since})"
    except (ValueError, TypeError, KeyError):
        return "another window"
