"""Where projects lie that were never saved, and where the program keeps what is the user's."""

import os
import re
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import platformdirs

from pnn_studio.app.project.recent import RecentProjects
from pnn_studio.errors import PnnError
from pnn_studio.storage.project_lock import ProjectLock
from pnn_studio.storage.project_open import SUFFIX, journal_of

_ORPHANED_S = 24 * 3600


def user_folder() -> Path:
    """Return the user's folder for data of this program; it need not exist."""
    return platformdirs.user_data_path("pnn-studio", appauthor=False)


def window_settings() -> Path:
    """Return the file of the user's configuration in which the window remembers its parts."""
    return platformdirs.user_config_path("pnn-studio", appauthor=False) / "window.ini"


def sidecars(path: Path, run: int | None = None) -> tuple[Path, ...]:
    """List the checkpoints of unfinished runs of a project, or of its run of that number."""
    number = r"[1-9]\d*" if run is None else str(run)
    # the digits at the end are those of processes that shared a training, in earlier versions
    own = re.compile(rf"{re.escape(path.name)}\.run{number}\.part\d*")
    try:
        return tuple(sorted(each for each in path.parent.iterdir() if own.fullmatch(each.name)))
    except OSError:
        return ()  # of a folder that is gone, or may not be looked into


def sidecar(path: Path, run: int) -> Path:
    """Name the checkpoint of a project's run of that number, from 1."""
    return path.with_name(f"{path.name}.run{run}.part")


def remove_project(path: Path) -> None:
    """Remove a project with all that belongs to it."""
    for each in (path, journal_of(path), *sidecars(path)):
        each.unlink(missing_ok=True)


@dataclass(frozen=True)
class Unsaved:
    """A project that was never saved under a name.

    Attributes
    ----------
    path : Path
        Where it is.
    changed : datetime
        When something was written to it last.
    """

    path: Path
    changed: datetime


class Places:
    """The user's folder: unsaved projects, and the list of recent ones.

    Parameters
    ----------
    folder : Path, optional
        Another folder than the user's own.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder or user_folder()
        self.recents = RecentProjects(self._folder / "recent.json")

    @property
    def unsaved_folder(self) -> Path:
        """Where projects are kept until they are saved."""
        return self._folder / "unsaved"

    def new_unsaved(self) -> Path:
        """Name a file for a project that has no name yet."""
        moment = datetime.now().astimezone().strftime("%Y-%m-%d-%H%M%S")
        name, number = f"{moment}-{os.getpid()}", 1
        path = self.unsaved_folder / f"{name}{SUFFIX}"
        while path.exists():
            number += 1
            path = self.unsaved_folder / f"{name}-{number}{SUFFIX}"
        return path

    def abandoned(self) -> tuple[Unsaved, ...]:
        """List unsaved projects that no window has open, the latest first.

        What belongs to none of them, and has not for a day, is removed.
        """
        if not self.unsaved_folder.is_dir():
            return ()
        found = []
        for path in self.unsaved_folder.glob(f"*{SUFFIX}"):
            try:
                ProjectLock(path).release()
                status = path.stat()
            except (PnnError, FileNotFoundError):
                continue  # open in another window, or just gone
            if status.st_size == 0:
                remove_project(path)
                continue
            found.append(Unsaved(path, datetime.fromtimestamp(status.st_mtime).astimezone()))
        self._clean_up()
        return tuple(sorted(found, key=lambda each: each.changed, reverse=True))

    def _clean_up(self) -> None:
        for path in self.unsaved_folder.glob(f"*{SUFFIX}.run*.part*"):
            project = path.with_name(path.name.partition(f"{SUFFIX}.run")[0] + SUFFIX)
            if not project.exists() and time.time() - path.stat().st_mtime > _ORPHANED_S:
                path.unlink(missing_ok=True)
