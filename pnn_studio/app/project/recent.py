"""Projects that were open lately: where they are, when that was, and what was in them."""

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pnn_studio.domain.project import Project
from pnn_studio.domain.units import count_of
from pnn_studio.errors import PnnError
from pnn_studio.storage.files import read_limited, write_atomically

MOST_RECENT = 8
_MAX_LIST, _MOST_WORDS = 1 << 20, 200


def project_words(project: Project) -> str:
    """Say in a line what is in a project: its latest run, else its data; empty for nothing."""
    runs = [
        run.head
        for number, run in enumerate(project.runs)
        if number not in project.settings.shown.deleted_runs
    ]
    if runs:
        return f"{runs[-1].title}, {count_of(runs[-1].plan.designs, 'design')}"
    chosen = [each for each in project.datasets if each.reference == project.settings.recipe.data]
    return f"{chosen[0].title}, not trained yet" if chosen else ""


@dataclass(frozen=True)
class RecentProject:
    """A line of the list.

    Attributes
    ----------
    path : Path
        Where it was.
    opened : datetime or None
        When it was open last; None where that is not known.
    words : str
        What was in it then.
    there : bool
        Whether it is still there.
    """

    path: Path
    opened: datetime | None
    words: str
    there: bool


def when(moment: datetime | None, now: datetime) -> str:
    """Write when something was, shortly.

    Examples
    --------
    >>> now = datetime(2026, 5, 7, 18, 0)
    >>> when(datetime(2026, 5, 7, 9, 5), now), when(datetime(2026, 5, 6, 9, 5), now)
    ('today, 09:05', 'yesterday, 09:05')
    >>> when(datetime(2026, 1, 2), now), when(datetime(2025, 1, 2), now), when(None, now)
    ('2 Jan', '2 Jan 2025', '')
    """
    if moment is None:
        return ""
    days = (now.date() - moment.date()).days
    if days in (0, 1):
        return f"{'yesterday' if days else 'today'}, {moment:%H:%M}"
    return f"{moment.day} {moment:%b}" + (f" {moment.year}" if moment.year != now.year else "")


class RecentProjects:
    """The list as a file in the user's folder; one that is broken is not worth a word."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def list(self) -> tuple[RecentProject, ...]:
        """List them, the latest first; those that are gone, too: their disk may come back."""
        try:
            found = json.loads(read_limited(self._path, _MAX_LIST))
        except (PnnError, ValueError, RecursionError):
            return ()  # nothing was open yet, or the list is broken
        read = map(_read, found if isinstance(found, list) else [])
        return tuple(each for each in read if each is not None)[:MOST_RECENT]

    def remember(self, path: Path, words: str) -> None:
        """Put a project at the head of the list."""
        path = path.absolute()
        now = datetime.now().astimezone()
        self._write((RecentProject(path, now, words, there=True), *self._others(path)))

    def forget(self, path: Path) -> None:
        """Take a project off the list; its file stays."""
        self._write(self._others(path.absolute()))

    def _others(self, path: Path) -> tuple[RecentProject, ...]:
        return tuple(each for each in self.list() if each.path != path)

    def _write(self, listed: tuple[RecentProject, ...]) -> None:
        entries = [
            {
                "path": str(each.path),
                "opened": each.opened.isoformat() if each.opened is not None else "",
                "words": each.words[:_MOST_WORDS],
            }
            for each in listed[:MOST_RECENT]
        ]
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(self._path, json.dumps(entries).encode())
        except (OSError, PnnError):
            pass  # the project itself is what counts


def _read(entry: object) -> RecentProject | None:
    values = entry if isinstance(entry, dict) else {"path": entry}  # as the first version wrote
    name, words = values.get("path"), values.get("words")
    if not isinstance(name, str) or not name or "\0" in name:
        return None
    path = Path(name)
    text = words[:_MOST_WORDS] if isinstance(words, str) else ""
    try:
        opened = datetime.fromisoformat(str(values.get("opened"))).astimezone()
    except (ValueError, OverflowError):
        opened = None
    try:
        there = path.is_file()
    except OSError:
        there = False  # a folder that may not be looked into, or a name that is too long
    return RecentProject(path, opened, text, there)
