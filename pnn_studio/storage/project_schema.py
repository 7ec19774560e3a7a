"""The tables of a project file, version by version.

A file is opened only where its schema is, word for word, the one that its version has: a table, a
view, a trigger or a check of a stranger's is never run.
"""

import sqlite3
from collections.abc import Mapping

from pnn_studio.errors import ProjectFileError

# "pnnp"
APPLICATION_ID = 0x706E6E70
VERSION = 3

# values as JSON, arrays beside them as the bytes of an npy file
_VALUES = "(number INTEGER PRIMARY KEY, value TEXT NOT NULL) STRICT"
_ARRAYS = (
    "(number INTEGER NOT NULL REFERENCES {table} ON DELETE CASCADE, name TEXT NOT NULL, "
    "npy BLOB NOT NULL, PRIMARY KEY (number, name)) STRICT"
)


def _table(name: str) -> dict[str, str]:
    return {name: f"CREATE TABLE {name} {_VALUES}"}


def _with_arrays(name: str, columns: str = _VALUES) -> dict[str, str]:
    arrays = f"{name}_arrays"
    return {
        name: f"CREATE TABLE {name} {columns}",
        arrays: f"CREATE TABLE {arrays} {_ARRAYS.format(table=name)}",
    }


_FAMILIES = (
    "(number INTEGER PRIMARY KEY REFERENCES runs ON DELETE CASCADE, value TEXT NOT NULL) STRICT"
)

# version -> what it adds, by name
ADDED: Mapping[int, Mapping[str, str]] = {
    1: {
        "project": "CREATE TABLE project (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT",
        **_table("steps"),
        **_with_arrays("datasets"),
        **_table("runs"),
        **_with_arrays("families", _FAMILIES),
        **_with_arrays("checks"),
    },
    2: _with_arrays("designs"),
    3: {},  # other values in the same tables: see `project_before_3`
}


def tables(version: int = VERSION) -> dict[str, str]:
    """Return the statements that make the tables of `version`, by name."""
    return {name: sql for each in range(1, version + 1) for name, sql in ADDED[each].items()}


def create_tables(connection: sqlite3.Connection, since: int = 0, until: int = VERSION) -> None:
    """Make the tables that versions after `since` added; called within a transaction."""
    for version in range(since + 1, until + 1):
        for sql in ADDED[version].values():
            connection.execute(sql)
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {until}")


def check_schema(connection: sqlite3.Connection, name: str) -> int:
    """Refuse what is no project file of a known version; return its version.

    Raises
    ------
    ProjectFileError
        Naming the file `name` and what is wrong.
    """
    (identifier,) = connection.execute("PRAGMA application_id").fetchone()
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if identifier != APPLICATION_ID:
        raise ProjectFileError(f"{name} is a database, but not a project of pNN Studio.")
    if version > VERSION:
        raise ProjectFileError(
            f"{name} was written by a newer version of pNN Studio (format {version}; this one "
            f"reads up to {VERSION}). Nothing was changed; open it with the newer version."
        )
    if version < 1:
        raise ProjectFileError(f"{name} is not a project of pNN Studio: it has no version.")
    wanted = tables(version)
    found = connection.execute("SELECT type, name, sql FROM sqlite_master").fetchall()
    for kind, entry, sql in found:
        automatic = kind == "index" and sql is None
        if not automatic and (kind != "table" or wanted.get(entry) != sql):
            raise ProjectFileError(
                f"{name} holds a {kind} {entry!r:.40} that no project has; it was made or changed "
                "by another program and is not opened."
            )
    missing = wanted.keys() - {entry for kind, entry, _ in found if kind == "table"}
    if missing:
        raise ProjectFileError(f"{name} is damaged: the table {sorted(missing)[0]!r} is missing.")
    return version
