"""Opening a project to work on it, or only to look at it where it may not be written."""

import os
from dataclasses import dataclass
from pathlib import Path

from pnn_studio.app.project.keeper import OnNews, ProjectKeeper
from pnn_studio.app.project.places import Places, remove_project
from pnn_studio.domain.project import Project
from pnn_studio.errors import ProjectFileError
from pnn_studio.storage.project_lock import NoLocks, ProjectLock
from pnn_studio.storage.project_open import migrate_project, open_project, read_project


@dataclass(frozen=True, eq=False)
class Opened:
    """A project that was opened.

    Attributes
    ----------
    project : Project
        What is in it.
    keeper : ProjectKeeper
        Keeps it from now on.
    read_only : str
        Why its file is not written; empty where it is.
    original : Path or None
        Copy of a file of an older version that was brought up to this one.
    """

    project: Project
    keeper: ProjectKeeper
    read_only: str = ""
    original: Path | None = None


def open_kept(path: Path, places: Places, on_news: OnNews, *, named: bool = True) -> Opened:
    """Open a project to work on it; where another window has it, only to look at it.

    Raises
    ------
    ProjectFileError
        Where it is no project, or cannot be read.
    """
    if not path.exists():
        raise ProjectFileError(f"{path} cannot be opened: it does not exist.")
    if not os.access(path, os.W_OK):
        return _look_at(path, places, on_news, f"{path} is write-protected.")
    try:
        lock = ProjectLock(path)
    except ProjectFileError as error:
        reason, locks = str(error), not isinstance(error, NoLocks)
        return _look_at(path, places, on_news, reason, locks=locks)
    try:
        file = open_project(path, writable=True)
        try:
            project = file.read()
            original = migrate_project(file, project)
        except BaseException:
            file.close()
            raise
    except BaseException:
        lock.release()
        raise
    keeper = ProjectKeeper(path, places, on_news, file, lock, project, named=named)
    return Opened(project, keeper, original=original)


def _look_at(
    path: Path, places: Places, on_news: OnNews, reason: str, *, locks: bool | None = None
) -> Opened:
    project = read_project(path, locks=locks)
    keeper = ProjectKeeper.untitled(places, on_news, looked_at=True)
    return Opened(project, keeper, read_only=reason)


def remove_unsaved(path: Path) -> None:
    """Remove a project that was never saved, as the person asked for.

    Raises
    ------
    ProjectFileError
        Where it is open in another window.
    """
    lock = ProjectLock(path)
    try:
        remove_project(path)
    finally:
        lock.release()
