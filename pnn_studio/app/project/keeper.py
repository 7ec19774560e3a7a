"""Keeps a project on the disk while somebody works on it: every change within seconds, in a thread.

The window hands over frozen snapshots and goes on; what differs from the last one is written.
"""

import os
import shutil
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from pnn_studio.app.project.places import Places, sidecar, sidecars
from pnn_studio.domain.project import Project
from pnn_studio.errors import ProjectFileError
from pnn_studio.storage.project_file import ProjectFile, differ
from pnn_studio.storage.project_lock import ProjectLock
from pnn_studio.storage.project_open import create_project, open_project, replace_project

# an edit is on the disk after half a second; the designs of a running training every 3 s
_SPACING_S = 0.5
_FAMILY_EVERY_S = 3.0
_RETRY_S = 4.0
_UNFINISHED = ("running", "paused", "interrupted", "failed")


@dataclass(frozen=True)
class News:
    """What a keeper has to tell.

    Attributes
    ----------
    kind : {"failed", "recovered", "moved"}
        Nothing could be written; it can again; the file was gone, and the work is elsewhere now.
    text : str
        One line for people.
    """

    kind: Literal["failed", "recovered", "moved"]
    text: str


OnNews = Callable[[News], None]


class ProjectKeeper:
    """Writes snapshots of one project to its file; `project_opening` opens one.

    Parameters
    ----------
    path : Path
        Project file; of a project without a name it is made with the first change.
    places : Places
        Where unsaved projects go.
    on_news : callable
        Told of failures, in the keeper's thread.
    file, lock : ProjectFile and ProjectLock, or None
        The open file, and the right to write it; None before it is made.
    saved : Project or None
        What is in the file.
    named : bool
        Whether a person chose the path.
    """

    def __init__(
        self,
        path: Path,
        places: Places,
        on_news: OnNews,
        file: ProjectFile | None = None,
        lock: ProjectLock | None = None,
        saved: Project | None = None,
        *,
        named: bool = False,
    ) -> None:
        self.path, self.named = path, named
        self._places, self._on_news = places, on_news
        self._file, self._lock, self._saved = file, lock, saved
        self._identity = path.stat() if file is not None else None
        # what a project that is only looked at began with: it is copied once it differs
        self._looked_at: Project | None = None
        self._only_looked_at = False
        self._wanted: Project | None = None
        self._handled: Project | None = None
        self._failing = ""
        self._family_due = 0.0
        self._strays: tuple[Path, ...] = ()
        self._closing = False
        self._news = threading.Condition()
        self._thread: threading.Thread | None = None

    @staticmethod
    def untitled(places: Places, on_news: OnNews, *, looked_at: bool = False) -> "ProjectKeeper":
        """Keep a project without a name; nothing is written before something was done.

        `looked_at`: the first snapshot is a project that lies elsewhere and may not be written.
        """
        keeper = ProjectKeeper(places.new_unsaved(), places, on_news)
        keeper._only_looked_at = looked_at
        return keeper

    # --- what the window does ------------------------------------------------------------------

    def keep(self, project: Project) -> None:
        """Have a snapshot written soon; returns at once."""
        if self._only_looked_at and self._looked_at is None:
            self._looked_at = project
        with self._news:
            self._wanted = project
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="project", daemon=True)
                self._thread.start()
            self._news.notify_all()

    def checkpoint(self, run: int) -> Path:
        """Name the file for the state of an unfinished run, from 1; its folder exists then."""
        if not self.named:
            self._make_unsaved_folder()
        return sidecar(self.path, run)

    def flush(self, timeout: float = 10.0) -> bool:
        """Wait until the newest snapshot is written; False where it could not be."""
        with self._news:
            if self._thread is not None:
                done = self._news.wait_for(
                    lambda: self._handled is self._wanted or bool(self._failing), timeout
                )
                return done and not self._failing
        return not self._failing

    def close(self) -> bool:
        """Write what is left and let go of the file; False where that could not be written."""
        with self._news:
            self._closing = True
            self._news.notify_all()
        if self._thread is not None:
            self._thread.join()
        if self._file is not None:
            self._file.close()
        if self._lock is not None:
            self._lock.release()
        self._file = self._lock = None
        for stray in self._strays:
            for each in sidecars(stray):
                each.unlink(missing_ok=True)
        return not self._failing

    def save_as(self, path: Path, project: Project) -> "ProjectKeeper":
        """Write a project to another file, which is kept from now on in place of this one.

        Raises
        ------
        ProjectFileError
            Where that file is open elsewhere or cannot be written; this keeper goes on then.
        """
        if self.named and os.path.realpath(path) == os.path.realpath(self.path):
            self.keep(project)
            self.flush()
            return self
        lock = ProjectLock(path)
        try:
            replace_project(path, project)
            for stale in sidecars(path):
                stale.unlink(missing_ok=True)
            for each in sidecars(self.path):
                shutil.copyfile(each, path.with_name(path.name + each.name[len(self.path.name) :]))
            file = open_project(path, writable=True)
        except OSError as error:
            lock.release()
            raise ProjectFileError(f"{path} cannot be written: {error.strerror}.") from error
        except BaseException:
            lock.release()
            raise
        other = ProjectKeeper(path, self._places, self._on_news, file, lock, project, named=True)
        if not self.named:
            # a training that runs writes its state there until it has heard of the new place
            other._strays = (*self._strays, self.path)
        self.close()
        if not self.named:
            self.path.unlink(missing_ok=True)
        return other

    # --- in the thread -------------------------------------------------------------------------

    def _work(self) -> None:
        while True:
            with self._news:
                self._news.wait_for(
                    lambda: self._closing or self._wanted is not self._handled, _RETRY_S
                )
                wanted, closing = self._wanted, self._closing
            whole = True
            if wanted is not None and wanted is not self._handled:
                whole = self._try_to_save(wanted, at_once=closing)
            if closing:
                if self._failing and wanted is not None and self.named:
                    self._save_elsewhere(wanted)
                return
            with self._news:
                pause = _RETRY_S if self._failing else _SPACING_S
                if whole or self._failing:
                    self._news.notify_all()
                self._news.wait_for(lambda: self._closing, pause)

    def _try_to_save(self, wanted: Project, *, at_once: bool) -> bool:
        """Write a snapshot, of running trainings perhaps without the newest designs."""
        now = time.monotonic()
        due = at_once or now >= self._family_due
        project = wanted if due else _without_new_families(wanted, self._saved)
        try:
            self._save(project)
        except ProjectFileError as error:
            self._tell_failure(str(error))
            return False
        if self._failing:
            self._failing = ""
            self._on_news(News("recovered", f"{self.path.name} is saved again."))
        if due:
            self._family_due = time.monotonic() + _FAMILY_EVERY_S
        if project is not wanted:
            return False
        with self._news:
            self._handled = wanted
        return True

    def _tell_failure(self, text: str) -> None:
        if text != self._failing:
            self._failing = text
            again = "Your work is kept in memory and saved as soon as that is possible."
            self._on_news(News("failed", f"{text} {again}"))

    def _save_elsewhere(self, project: Project) -> None:
        """Put what cannot be saved where it is found at the next start; the last attempt."""
        path = self._places.new_unsaved()
        try:
            self._make_unsaved_folder()
            replace_project(path, project)
        except ProjectFileError:
            return  # that it cannot be saved has been told
        self._failing = ""
        self._on_news(News("moved", f"{self.path} could not be saved; your work is in {path}."))

    def _save(self, project: Project) -> None:
        if self._file is None:
            looked_at = self._looked_at
            if project.is_empty or (looked_at is not None and not differ(project, looked_at)):
                return
            self._make_unsaved_folder()
            self._make(project)
        elif not self._is_in_place():
            self._rescue(project)
        elif self._saved is None or differ(project, self._saved, with_view=True):
            self._file.write(project, self._saved)
        self._forget_finished(project)
        self._saved = project

    def _make_unsaved_folder(self) -> None:
        try:
            self._places.unsaved_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise ProjectFileError(
                f"{self._places.unsaved_folder} cannot be made: {error.strerror}."
            ) from error

    def _make(self, project: Project) -> None:
        self._lock = ProjectLock(self.path)
        try:
            self._file = create_project(self.path, project)
        except BaseException:
            self._lock.release()
            self._lock = None
            raise
        self._identity = self.path.stat()

    def _is_in_place(self) -> bool:
        try:
            found = self.path.stat()
        except OSError:
            return False
        return self._identity is not None and os.path.samestat(found, self._identity)

    def _rescue(self, project: Project) -> None:
        """Go on in another file: what stands at the path now is not ours to write over."""
        lost, file, lock = self.path, self._file, self._lock
        self._make_unsaved_folder()
        self.path, self.named = self._places.new_unsaved(), False
        try:
            self._make(project)
        except BaseException:
            self.path, self._file, self._lock = lost, file, lock
            raise
        if file is not None:
            file.close()
        if lock is not None:
            lock.release()
        text = (
            f"{lost} was deleted or replaced by another program while it was open. Nothing is "
            f"lost: your work goes on in {self.path}; choose Save As to give it a name."
        )
        self._on_news(News("moved", text))

    def _forget_finished(self, project: Project) -> None:
        """Remove the checkpoints of runs whose outcome is in the file now."""
        old = self._saved.runs if self._saved is not None else ()
        for number, run in enumerate(project.runs, start=1):
            before = old[number - 1].head.state if number <= len(old) else None
            if run.head.state not in _UNFINISHED and run.head.state != before:
                for each in sidecars(self.path, number):
                    each.unlink(missing_ok=True)


def _without_new_families(project: Project, saved: Project | None) -> Project:
    """Return `project` with the designs that are saved already of the runs that still go on."""
    if saved is None:
        return project
    runs = tuple(
        replace(run, family=saved.runs[index].family)
        if index < len(saved.runs) and run.head.state in ("running", "paused")
        else run
        for index, run in enumerate(project.runs)
    )
    if all(new.family is old.family for new, old in zip(runs, project.runs, strict=True)):
        return project
    return replace(project, runs=runs)
