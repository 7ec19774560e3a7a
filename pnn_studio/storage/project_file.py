"""The project file: one SQLite database, read as if a stranger had made it.

Writing is a difference: values that are the same objects as in what was written last are left
alone, all others go to the disk in one transaction. A crash or a full disk leaves the last state.
"""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from pnn_studio.domain.codec import decode, encode
from pnn_studio.domain.dataset import Dataset
from pnn_studio.domain.design import TrainedDesign
from pnn_studio.domain.family import Family
from pnn_studio.domain.npy import array_bytes, array_of
from pnn_studio.domain.project import DesignCheck, Project, ProjectRun, RunHead, View
from pnn_studio.domain.settings import Settings
from pnn_studio.errors import PnnError, ProjectFileError
from pnn_studio.storage import project_before_3
from pnn_studio.storage.project_checks import check_value
from pnn_studio.storage.project_database import MAX_BLOB, explained, snapshot, transaction
from pnn_studio.storage.project_schema import VERSION, create_tables, tables

MAX_ARRAYS = 2 << 30
MAX_TEXT = 64 << 20
MAX_ROWS = 100_000

# what each table holds
KINDS: dict[str, type] = {
    "steps": Settings,
    "datasets": Dataset,
    "runs": RunHead,
    "families": Family,
    "checks": DesignCheck,
    "designs": TrainedDesign,
}

Rows = dict[int, Any]


class ProjectFile:
    """A project file that is open; `project_open` makes it.

    Parameters
    ----------
    connection : sqlite3.Connection
        To the database.
    path : Path
        For messages.
    version : int
        Version of its tables.
    """

    def __init__(self, connection: sqlite3.Connection, path: Path, version: int) -> None:
        self._connection, self.path, self.version = connection, path, version

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close it."""
        self._connection.close()

    @property
    def _kinds(self) -> dict[str, type]:
        """What each table of its version holds."""
        if self.version < 3:  # noqa: PLR2004 - the format in which values changed
            return KINDS | dict(project_before_3.KINDS)
        return KINDS

    # --- reading -----------------------------------------------------------------------------

    def read(self) -> Project:
        """Read all of it.

        Raises
        ------
        ProjectFileError
            Naming the file, the table and row, and what is wrong there.
        """
        with explained(self.path, "read"), snapshot(self._connection):
            self._check_sizes()
            rows = {
                table: self._rows(table) if table in tables(self.version) else {} for table in KINDS
            }
            settings = dict(self._connection.execute("SELECT key, value FROM project"))
        if self.version < 3:  # noqa: PLR2004 - the format in which values changed
            rows = self._converted(rows)
        steps = tuple(rows["steps"].values())
        try:
            current = decode(json.loads(settings.get("current", "0")), {}, int, "current")
            view = decode(json.loads(settings["view"]), {}, View, "view")
            if not 0 <= current < len(steps):
                raise ValueError(f"current must name one of {len(steps)} steps, not {current}")
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            raise ProjectFileError(f"{self.path.name}, project: {error}.") from error
        families = rows["families"]
        return Project(
            steps=steps,
            current=current,
            datasets=tuple(rows["datasets"].values()),
            runs=tuple(
                ProjectRun(head, families.get(number)) for number, head in rows["runs"].items()
            ),
            checks=tuple(rows["checks"].values()),
            designs=tuple(rows["designs"].values()),
            view=view,
        )

    def _converted(self, rows: dict[str, Rows]) -> dict[str, Rows]:
        """Make values of this format of those of an older one."""
        conversion = project_before_3.Conversion(rows)
        changed: dict[str, Rows] = {}
        for table in project_before_3.KINDS:
            changed[table] = {}
            for number, old in rows[table].items():
                with self._named(table, number):
                    value = conversion.of(old)
                    check_value(value)
                if value is not None:
                    changed[table][number] = value
        return rows | changed

    def _check_sizes(self) -> None:
        """Refuse, before memory is taken, more than any project of ours holds."""
        whole = 0
        for table in tables(self.version):
            (rows,) = self._connection.execute(f"SELECT count(*) FROM {table}").fetchone()
            if rows > MAX_ROWS:
                raise ProjectFileError(
                    f"{self.path.name}, {table}: {rows} rows; at most {MAX_ROWS} are possible."
                )
            column, limit = ("npy", MAX_BLOB) if table.endswith("_arrays") else ("value", MAX_TEXT)
            sizes = f"SELECT max(length({column})), total(length({column})) FROM {table}"
            largest, total = self._connection.execute(sizes).fetchone()
            whole += total
            if (largest or 0) > limit or whole > MAX_ARRAYS:
                raise ProjectFileError(
                    f"{self.path.name}, {table}: an entry of {largest or 0} bytes, {whole:.0f} in "
                    f"all; at most {limit} and {MAX_ARRAYS} are read."
                )

    def _rows(self, table: str) -> Rows:
        select = f"SELECT number, value FROM {table} ORDER BY number"
        return {
            number: self._value(table, number, text)
            for number, text in self._connection.execute(select).fetchall()
        }

    def _value(self, table: str, number: int, text: str) -> Any:
        arrays = {}
        if f"{table}_arrays" in tables(self.version):
            select = f"SELECT name, npy FROM {table}_arrays WHERE number = ?"
            arrays = dict(self._connection.execute(select, (number,)))
        with self._named(table, number):
            found = {name: array_of(npy) for name, npy in arrays.items()}
            value = decode(json.loads(text), found, self._kinds[table])
            check_value(value)
        return value

    @contextmanager
    def _named(self, table: str, number: int) -> Iterator[None]:
        """Name the row in whatever is wrong with it."""
        try:
            yield
        except (ValueError, TypeError, RecursionError, PnnError) as error:
            row = f"{self.path.name}, {table} {number}"
            raise ProjectFileError(f"{row}: {str(error).rstrip('.')}.") from error

    # --- writing -----------------------------------------------------------------------------

    def write(self, project: Project, before: Project | None = None) -> None:
        """Write what differs from `before` (None: all) in one transaction.

        Raises
        ------
        ProjectFileError
            Where it cannot be written; the file is as it was.
        """
        with explained(self.path, "written"), transaction(self._connection):
            old = _tables_of(before) if before is not None else {table: {} for table in KINDS}
            for table, rows in _tables_of(project).items():
                self._write_rows(table, rows, old[table])
            for key, value in (("current", project.current), ("view", encode(project.view)[0])):
                self._connection.execute(
                    "INSERT INTO project VALUES (?, ?) "
                    "ON CONFLICT (key) DO UPDATE SET value = excluded.value",
                    (key, json.dumps(value)),
                )

    def _write_rows(self, table: str, rows: Rows, old: Rows) -> None:
        for number in old.keys() - rows.keys():
            self._connection.execute(f"DELETE FROM {table} WHERE number = ?", (number,))
        for number, value in rows.items():
            if number in old and (old[number] is value or old[number] == value):
                continue
            tree, arrays = encode(value)
            self._connection.execute(
                f"INSERT INTO {table} VALUES (?, ?) "
                "ON CONFLICT (number) DO UPDATE SET value = excluded.value",
                (number, json.dumps(tree)),
            )
            if f"{table}_arrays" not in tables():
                continue
            clear = f"DELETE FROM {table}_arrays WHERE number = ?"
            self._connection.execute(clear, (number,))
            self._connection.executemany(
                f"INSERT INTO {table}_arrays VALUES (?, ?, ?)",
                ((number, name, array_bytes(array)) for name, array in arrays.items()),
            )

    # --- whole files -------------------------------------------------------------------------

    def check_integrity(self) -> None:
        """Have SQLite check every page, index and reference.

        Raises
        ------
        ProjectFileError
            With the first thing that is wrong.
        """
        with explained(self.path, "read"):
            found = self._connection.execute("PRAGMA integrity_check").fetchone()
            lost = self._connection.execute("PRAGMA foreign_key_check").fetchone()
        if found != ("ok",) or lost is not None:
            what = found[0] if found != ("ok",) else f"a row of {lost[0]} belongs to nothing"
            raise ProjectFileError(f"{self.path} is damaged: {what}.")

    def migrate(self, project: Project) -> None:
        """Bring the file up to this version, in one transaction.

        Parameters
        ----------
        project : Project
            What was read from it.
        """
        with explained(self.path, "written"), transaction(self._connection):
            create_tables(self._connection, self.version)
            now = _tables_of(project)
            for table in project_before_3.KINDS:
                numbers = self._connection.execute(f"SELECT number FROM {table}").fetchall()
                self._write_rows(table, now[table], {number: None for (number,) in numbers})
        self.version = VERSION

    def copy_to(self, path: Path) -> None:
        """Copy the file as it is to a new one."""
        with explained(path, "written"):
            target = sqlite3.connect(path)
            try:
                self._connection.backup(target)
            finally:
                target.close()


def differ(one: Project, two: Project, *, with_view: bool = False) -> bool:
    """Whether two snapshots would be different files; by default whatever is shown of them."""
    if with_view and one.view != two.view:
        return True
    if one.current != two.current:
        return True
    ours, theirs = _tables_of(one), _tables_of(two)
    return any(not _same_rows(rows, theirs[table]) for table, rows in ours.items())


def _same_rows(ours: Rows, theirs: Rows) -> bool:
    return ours.keys() == theirs.keys() and all(
        value is theirs[number] or value == theirs[number] for number, value in ours.items()
    )


def _tables_of(project: Project) -> dict[str, Rows]:
    families = {
        number: run.family
        for number, run in enumerate(project.runs, start=1)
        if run.family is not None
    }
    return {
        "steps": _numbered(project.steps),
        "datasets": _numbered(project.datasets),
        "runs": _numbered([run.head for run in project.runs]),
        "families": families,
        "checks": _numbered(project.checks),
        "designs": _numbered(project.designs),
    }


def _numbered(values: Sequence[Any]) -> Rows:
    return dict(enumerate(values, start=1))
