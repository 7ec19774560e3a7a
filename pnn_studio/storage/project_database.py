"""SQLite as project files use it: connections that trust nothing, and errors in plain words."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from pnn_studio.errors import ProjectFileError

# the largest array of a project; SQLite refuses larger values before it takes memory for them
MAX_BLOB = 1 << 30
_BUSY_S = 5.0
_NOT_OURS = "is not a project of pNN Studio: it is no database, or was cut off"
_REASONS = (
    ("SQLITE_FULL", "there is no space left on the disk"),
    ("SQLITE_NOTADB", _NOT_OURS),
    ("SQLITE_CORRUPT", "it is damaged or was cut off"),
    ("SQLITE_READONLY", "the file or its folder is read-only"),
    ("SQLITE_CANTOPEN", "it or its folder cannot be opened"),
    ("SQLITE_BUSY", "another program holds it"),
    ("SQLITE_IOERR", "the disk refuses, perhaps because it is full"),
    ("SQLITE_TOOBIG", "it holds a value that is too large"),
)


def connect(path: Path, *, writable: bool, locks: bool = True) -> sqlite3.Connection:
    """Open a database; nothing in it is trusted, and what is written reaches the disk.

    Only what is not `writable` may be read without `locks`.

    Raises
    ------
    sqlite3.Error
        Where it cannot be opened.
    """
    uri = f"file:{quote(bytes(path.absolute()))}?mode={'rw' if writable else 'ro'}"
    if not (locks or writable):
        uri += "&nolock=1"
    connection = sqlite3.connect(
        uri, uri=True, isolation_level=None, timeout=_BUSY_S, check_same_thread=False
    )
    try:
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MAX_BLOB)
        connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
        for setting in ("trusted_schema = OFF", "cell_size_check = ON", "mmap_size = 0"):
            connection.execute(f"PRAGMA {setting}")
        connection.execute("PRAGMA foreign_keys = ON")
        if writable:
            connection.execute("PRAGMA journal_mode = DELETE")
            connection.execute("PRAGMA synchronous = FULL")
    except BaseException:
        connection.close()
        raise
    return connection


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Do all of it or nothing."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        # a full disk may have rolled it back already
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


@contextmanager
def snapshot(connection: sqlite3.Connection) -> Iterator[None]:
    """Read a state of the file as it was at one moment, while another window may write it."""
    if connection.in_transaction:
        yield
        return
    connection.execute("BEGIN")
    try:
        yield
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")  # nothing was written


@contextmanager
def explained(path: Path, what: str) -> Iterator[None]:
    """Turn what SQLite says while a file is `what` (read, written) into one line for people."""
    try:
        yield
    except sqlite3.Error as error:
        name = getattr(error, "sqlite_errorname", "")
        reason = next((text for prefix, text in _REASONS if name.startswith(prefix)), str(error))
        if reason == _NOT_OURS:
            raise ProjectFileError(f"{path} {reason}.") from error
        raise ProjectFileError(f"{path} cannot be {what}: {reason}.") from error
    except UnicodeDecodeError as error:
        raise ProjectFileError(f"{path} cannot be {what}: a text in it is damaged.") from error
    except OSError as error:
        raise ProjectFileError(f"{path} cannot be {what}: {error.strerror}.") from error
