"""One writer a project, or a result: a lock that the system takes back when its holder dies."""

import contextlib
import errno
import json
import os
import socket
import sys
from collections.abc import Iterator
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


class NoLocks(ProjectFileError):
    """The folder, perhaps one of another machine, takes no locks."""


# what file systems without locks say
_NO_LOCKS = (errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOTSUP, errno.ENOSYS)


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
    NoLocks
        Where the folder takes none.
    ProjectFileError
        Where the file of the lock cannot be made.
    """

    def __init__(self, path: Path) -> None:
        target = Path(os.path.realpath(path))
        self._file = target.with_name(f".{target.name}.lock")
        try:
            self._descriptor = self._take(path)
        except OSError as error:
            if error.errno in _NO_LOCKS:
                raise NoLocks(
                    f"{path} is only read: its folder takes no locks; copy it to a disk of this "
                    "machine to change it."
                ) from error
            raise ProjectFileError(
                f"{path} cannot be written: its folder takes no lock ({error.strerror})."
            ) from error

    def _taken(self, path: Path, holder: str) -> ProjectLocked:
        return ProjectLocked(f"{path} is open in another window{holder}.")

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
                raise self._taken(path, _holder(content)) from error
            except OSError:
                self._file.unlink(missing_ok=True)  # nobody can hold it, or we do
                os.close(descriptor)
                raise
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
        """Give it free."""
        self._file.unlink(missing_ok=True)
        os.close(self._descriptor)


class ResultLock(ProjectLock):
    """The right to write a result and the state of its training."""

    def _taken(self, path: Path, holder: str) -> ProjectLocked:
        return ProjectLocked(
            f"{path} is being written by another command{holder}; wait for it, or give another "
            "--out."
        )


@contextlib.contextmanager
def only_writer(path: Path | None) -> Iterator[None]:
    """Be the only command that writes a result; in a folder without locks, without knowing.

    Raises
    ------
    ProjectLocked
        Where another command does, saying which.
    """
    lock = None
    if path is not None:
        with contextlib.suppress(NoLocks):
            lock = ResultLock(path)
    try:
        yield
    finally:
        if lock is not None:
            lock.release()


def takes_no_locks(path: Path) -> bool:
    """Whether a file can be read, but lies where no locks are taken."""
    if sys.platform == "win32":
        return False
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    except (OSError, ValueError):
        return False  # whoever reads it says what is wrong
    try:
        fcntl.lockf(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError as error:
        return error.errno in _NO_LOCKS
    finally:
        os.close(descriptor)
    return False


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
        return f" (process {int(found['pid'])} on {found['host']}, since {since})"
    except (ValueError, TypeError, KeyError, RecursionError):
        return ""
