"""The project of the window: new, open, save as, revert, and what there is to ask about it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeVar

from PySide6.QtCore import QObject, Qt, Signal, Slot

from pnn_studio.app.project.keeper import News, ProjectKeeper
from pnn_studio.app.project.opening import Opened, open_kept, remove_unsaved
from pnn_studio.app.project.places import Places, Unsaved
from pnn_studio.app.project.recent import RecentProject, project_words
from pnn_studio.app.session.history import what_was_interrupted
from pnn_studio.app.session.session import Session
from pnn_studio.domain.project import Project
from pnn_studio.errors import PnnError
from pnn_studio.storage.project_open import SUFFIX
from pnn_studio.ui.jobs.background import BackgroundTask
from pnn_studio.ui.widgets.last_folders import LastFolders

_T = TypeVar("_T")
_AT_ONCE = 2_000_000  # bytes; so much is read or written before anybody sees that it takes time

# in the order in which they are shown
Topic = Literal["failed", "moved", "read-only", "interrupted", "reverted", "migrated", "unsaved"]


@dataclass(frozen=True, eq=False)
class Answer:
    """What can be done about a notice: a word on a button and what it does."""

    text: str
    run: Callable[[], None]


@dataclass(frozen=True, eq=False)
class Notice:
    """A question or a fact that stays until it is answered or closed."""

    tone: Literal["error", "note"]
    text: str
    answers: tuple[Answer, ...] = ()


class ProjectController(QObject):
    """Keeps the session's project on the disk, and asks in plain words what only a person knows.

    Parameters
    ----------
    session : Session
        What is kept.
    places : Places
        Where unsaved projects and the list of recent ones lie.

    Notes
    -----
    Signals: `changed` (title, notices or recent projects), `failed` (one line), `said` (one line
    for the status bar), `resume_wanted`, `moved` once the project lies in another file.
    """

    changed = Signal()
    failed = Signal(str)
    said = Signal(str)
    resume_wanted = Signal()
    moved = Signal()
    _arrived = Signal(object)

    def __init__(self, session: Session, places: Places, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.folders = LastFolders(self)
        self._session, self._places = session, places
        self._notices: dict[str, Notice] = {}
        self._keeper = ProjectKeeper.untitled(places, self._arrived.emit)
        self._opened = Project()
        self._read_only: Path | None = None
        self._restoring = False
        self.task = BackgroundTask(self)
        self.task.changed.connect(self.changed)
        self.task.changed.connect(self._catch_up)
        self.is_busy: Callable[[], bool] = lambda: False
        self._arrived.connect(self._take_news, Qt.ConnectionType.QueuedConnection)

    # --- what is shown -------------------------------------------------------------------------

    @property
    def title(self) -> str:
        """Name of the project for the title bar."""
        if self._read_only is not None:
            return f"{self._read_only.stem} (read-only)"
        return self._keeper.path.stem if self._keeper.named else "Untitled"

    @property
    def path(self) -> Path | None:
        """File of the project; None before it was saved under a name."""
        return self._keeper.path if self._keeper.named else None

    @property
    def file(self) -> Path:
        """File that holds the project, also where nobody has named it yet."""
        return self._read_only or self._keeper.path

    @property
    def notices(self) -> tuple[Notice, ...]:
        """What is to be shown, the most urgent first."""
        order: tuple[Topic, ...] = (
            *("failed", "moved", "read-only", "interrupted", "reverted", "migrated", "unsaved"),
        )
        return tuple(self._notices[topic] for topic in order if topic in self._notices)

    @property
    def recent(self) -> tuple[RecentProject, ...]:
        """Projects that were open lately, also those that are gone."""
        return self._places.recents.list()

    def forget(self, path: Path) -> None:
        """Take a project off the list of recent ones; its file stays."""
        self._places.recents.forget(path)
        self.changed.emit()

    def _remember(self) -> None:
        if self.path is not None:
            self._places.recents.remember(self.path, project_words(self._session.project()))

    def dismiss(self, notice: Notice) -> None:
        """Take a notice away without answering it."""
        self._notices = {key: each for key, each in self._notices.items() if each is not notice}
        self.changed.emit()

    def _tell(self, topic: Topic, notice: Notice | None) -> None:
        if notice is None:
            self._notices.pop(topic, None)
        else:
            self._notices[topic] = notice
        self.changed.emit()

    # --- keeping -------------------------------------------------------------------------------

    def note(self, change: str) -> None:
        """Have what has changed in the session written."""
        if change == "records" or self._restoring:
            return
        self._catch_up()
        session = self._session
        # what was done since makes the answers old: to take a revert back would lose it
        if "reverted" in self._notices and change != "view":
            self._tell("reverted", None)
        goes_on = session.is_training or session.queue or not session.interrupted
        if "interrupted" in self._notices and goes_on:
            self._tell("interrupted", None)

    @Slot()
    def _catch_up(self) -> None:
        """Have the session written; what is done during an errand waits for its end."""
        if not self.task.words:
            self._keeper.keep(self._session.project())

    def checkpoint(self, run: int) -> str:
        """Name the file for the state of an unfinished run; empty where there can be none."""
        self.task.finish()  # beside the project that it belongs to then
        try:
            return str(self._keeper.checkpoint(run))
        except PnnError:
            return ""  # that nothing can be saved there is told when the project is saved

    def start(self) -> None:
        """Ask about projects that were never saved."""
        self._ask_about_unsaved()

    def close(self) -> None:
        """Write what is left and let go of the file."""
        self.task.finish()
        self._remember()
        self._keeper.close()

    @Slot(object)
    def _take_news(self, news: News) -> None:
        if news.kind == "recovered":
            self._tell("failed", None)
            self.said.emit(news.text)
        elif news.kind == "failed":
            self._tell("failed", Notice("error", news.text))
        else:
            self._tell("failed", None)
            self._tell("moved", Notice("error", news.text))
            self.moved.emit()

    # --- commands ------------------------------------------------------------------------------

    def new(self) -> None:
        """Begin an empty project."""
        if not self._is_free("a new project"):
            return
        self._remember()
        self._keeper.close()
        self._keeper = ProjectKeeper.untitled(self._places, self._arrived.emit)
        self._take(Project(), None)

    def open_file(self, path: str | Path, *, named: bool = True) -> None:
        """Open a project in place of the current one, which is saved."""
        path = Path(path)
        if not self._is_free(path.name) or path == self.path:
            return
        self._do(
            f"Opening {path.name}…",
            _size(path),
            lambda: open_kept(path, self._places, self._arrived.emit, named=named),
            lambda opened: self._take_opened(opened, path, named=named),
        )

    def _take_opened(self, opened: Opened, path: Path, *, named: bool) -> None:
        if not self._is_free(path.name):
            opened.keeper.close()  # something was begun while it was read
            return
        self._remember()
        self._keeper.keep(self._session.project())  # what was done while the other one was read
        self._keeper.close()
        self._keeper = opened.keeper
        self._take(opened.project, path if opened.read_only else None)
        if named:
            self._places.recents.remember(path, project_words(opened.project))
            self.changed.emit()
        self._tell_how(opened, path)

    def _do(
        self, words: str, size: int, work: Callable[[], _T], done: Callable[[_T], None]
    ) -> None:
        """Do what waits for the disk: at once where little is read or written, else in a thread."""
        if size > _AT_ONCE:
            self.said.emit(words)
            self.task.run(words, work, done, self._fail)
            return
        try:
            outcome = work()
        except PnnError as error:
            self._fail(error)
        else:
            done(outcome)

    def _fail(self, error: PnnError) -> None:
        self.failed.emit(str(error))

    def _tell_how(self, opened: Opened, path: Path) -> None:
        if opened.read_only:
            text = (
                f"Opened to look at: {opened.read_only} What you change goes into a project of its "
                "own; Save As gives it a name."
            )
            self._tell("read-only", Notice("note", text))
        elif self._session.interrupted:
            answer = Answer("Go on", self.resume_wanted.emit)
            text = what_was_interrupted(self._session)
            self._tell("interrupted", Notice("note", text, (answer,)))
        if opened.original is not None:
            text = f"{path.name} was of an older version; the original is {opened.original.name}."
            self._tell("migrated", Notice("note", text))
        self.said.emit(f"Opened {path.name}")

    def save_as(self, path: str | Path) -> None:
        """Save the project to a file of another name, and go on with that one."""
        path = Path(path)
        if path.suffix != SUFFIX:
            path = path.with_name(path.name + SUFFIX)
        if self.task.words:
            self.failed.emit(f"{self.task.words} Wait for it before you save as {path.name}.")
            return
        project, keeper = self._session.project(), self._keeper
        self._do(
            f"Saving {path.name}…",
            project.bytes,
            lambda: keeper.save_as(path, project),
            lambda kept: self._take_saved(kept, project),
        )

    def _take_saved(self, keeper: ProjectKeeper, project: Project) -> None:
        self._keeper, path = keeper, keeper.path
        self._opened, self._read_only = project, None
        for topic in ("read-only", "moved", "failed"):
            self._notices.pop(topic, None)
        self._remember()
        self.moved.emit()
        self.said.emit(f"Saved {path.name}; every change is saved there from now on")
        self.changed.emit()

    def revert(self) -> None:
        """Go back to the project as it was opened, or saved last under a new name."""
        if not self._is_free("the project as it was opened"):
            return
        before = self._session.project()
        self._restore(self._opened)

        def take_back() -> None:
            self._restore(before)

        text = "The project is as it was when it was opened."
        self._tell("reverted", Notice("note", text, (Answer("Take back", take_back),)))

    def _is_free(self, wanted: str) -> bool:
        if self.task.words:
            self.failed.emit(f"{self.task.words} Wait for it before you open {wanted}.")
            return False
        if self.is_busy():
            self.failed.emit(f"Something is being computed; stop it before you open {wanted}.")
            return False
        return True

    def _take(self, project: Project, read_only: Path | None) -> None:
        self._opened, self._read_only = project, read_only
        self._notices.clear()
        self._restore(project)
        self._ask_about_unsaved()

    def _restore(self, project: Project) -> None:
        self._restoring = (
            True  # views look at the session one after the other; one snapshot will do
        )
        try:
            self._session.restore(project)
        finally:
            self._restoring = False
        self._notices.pop("reverted", None)
        self._keeper.keep(self._session.project())
        self.changed.emit()

    # --- projects that were never saved --------------------------------------------------------

    def _ask_about_unsaved(self) -> None:
        found = [each for each in self._places.abandoned() if each.path != self._keeper.path]
        self._tell("unsaved", self._question(found) if found else None)

    def _question(self, found: list[Unsaved]) -> Notice:
        latest = found[0]
        more = f" ({len(found) - 1} older ones wait, too.)" if len(found) > 1 else ""
        text = (
            f"A project of {latest.changed:%d %b, %H:%M} was never saved under a name. "
            f"Open it again?{more}"
        )

        def open_it() -> None:
            self.open_file(latest.path, named=False)

        def delete_it() -> None:
            try:
                remove_unsaved(latest.path)
            except PnnError as error:
                self.failed.emit(str(error))
            self._ask_about_unsaved()

        return Notice("note", text, (Answer("Open it", open_it), Answer("Delete it", delete_it)))


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0  # that it cannot be read is told when it is
