"""Opening, making and replacing project files."""

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from pnn_studio.domain.formats import IMPORTS
from pnn_studio.domain.project import Project
from pnn_studio.errors import ProjectFileError
from pnn_studio.storage.project_database import connect, explained, transaction
from pnn_studio.storage.project_file import ProjectFile
from pnn_studio.storage.project_lock import takes_no_locks
from pnn_studio.storage.project_schema import VERSION, check_schema, create_tables

SUFFIX = IMPORTS["project"].endings[0]
MAX_FILE = 4 << 30


def journal_of(path: Path) -> Path:
    """Name the file that takes an unfinished transaction back after a crash."""
    return path.with_name(f"{path.name}-journal")


def open_project(path: Path, *, writable: bool, locks: bool = True) -> ProjectFile:
    """Open a project file of any known version; its tables stay as they are.

    Without `locks` none are asked for, as a folder needs it that takes none.

    Raises
    ------
    ProjectFileError
        Saying why it is none, or cannot be opened.
    """
    with explained(path, "read"):
        if not path.is_file():
            what = "does not exist" if not path.exists() else "is no file"
            raise ProjectFileError(f"{path} cannot be opened: it {what}.")
        size = path.stat().st_size
    if not 0 < size <= MAX_FILE:
        what = f"has {size >> 20} MiB, more than {MAX_FILE >> 20}" if size else "is empty"
        raise ProjectFileError(f"{path} is not a project of pNN Studio: it {what}.")
    with explained(path, "opened"):
        connection = connect(path, writable=writable, locks=locks)
        try:
            version = check_schema(connection, str(path))
            found = connection.execute("PRAGMA quick_check(1)").fetchone()
            if found != ("ok",):
                raise ProjectFileError(f"{path} is damaged: {found[0]}.")
        except BaseException:
            connection.close()
            raise
    return ProjectFile(connection, path, version)


def create_project(path: Path, project: Project) -> ProjectFile:
    """Make a project file where there is none yet.

    Raises
    ------
    ProjectFileError
        Where there is one, or it cannot be written; nothing is left behind then.
    """
    with explained(path, "made"):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o666))
        try:
            connection = connect(path, writable=True)
            try:
                with transaction(connection):
                    create_tables(connection)
                file = ProjectFile(connection, path, VERSION)
                file.write(project)
            except BaseException:
                connection.close()
                raise
        except BaseException:
            path.unlink(missing_ok=True)
            raise
    return file


def replace_project(path: Path, project: Project) -> None:
    """Write a whole project to `path`, in place of whatever is there; whole or not at all.

    Raises
    ------
    ProjectFileError
        Where it cannot be written; what was there is kept.
    """
    target = Path(os.path.realpath(path))
    with explained(path, "written"):
        folder = Path(tempfile.mkdtemp(prefix=".pnn-", dir=target.parent))
    try:
        made = folder / target.name
        create_project(made, project).close()
        with explained(path, "written"):
            # what an interrupted program left there belongs to the file that goes
            journal_of(target).unlink(missing_ok=True)
            made.replace(target)
            _sync_folder(target.parent)
    except ProjectFileError as error:
        raise ProjectFileError(str(error).replace(str(folder / target.name), str(path))) from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _sync_folder(folder: Path) -> None:
    """Make a new name last beyond a power failure, where the system can."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def read_project(path: Path, *, locks: bool | None = None) -> Project:
    """Read a project without writing to its file or folder; see `reading`."""
    with reading(path, locks=locks) as file:
        return file.read()


@contextmanager
def reading(path: Path, *, locks: bool | None = None) -> Iterator[ProjectFile]:
    """Open a project without writing to its file or folder.

    Whether its folder takes `locks` is found out where that is not known.

    What an interrupted program left half done is finished by SQLite only where it may write: in a
    copy.

    Raises
    ------
    ProjectFileError
        As for `open_project`.
    """
    if locks is None:
        locks = not takes_no_locks(path)
    with ExitStack() as stack:
        try:
            file = stack.enter_context(open_project(path, writable=False, locks=locks))
        except ProjectFileError:
            if not journal_of(path).is_file() or path.stat().st_size > MAX_FILE:
                raise
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="pnn-"))
            copy = Path(folder) / path.name
            with explained(path, "read"):
                shutil.copyfile(path, copy)
                shutil.copyfile(journal_of(path), journal_of(copy))
            file = stack.enter_context(open_project(copy, writable=True))
        yield file


def migrate_project(file: ProjectFile, project: Project) -> Path | None:
    """Bring a file of an older version up to this one; the original is kept beside it.

    Parameters
    ----------
    file : ProjectFile
        The open file.
    project : Project
        What was read from it.

    Returns
    -------
    Path or None
        The copy of the original; None where nothing had to be done.
    """
    if file.version == VERSION:
        return None
    path = file.path
    kept = path.with_name(f"{path.stem}.format-{file.version}{path.suffix}")
    number = 2
    while kept.exists():
        kept = path.with_name(f"{path.stem}.format-{file.version}-{number}{path.suffix}")
        number += 1
    file.copy_to(kept)
    file.migrate(project)
    return kept
