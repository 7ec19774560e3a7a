"""Undo: the settings of now, those before them, and those that were taken back."""

from collections.abc import Callable

from pnn_studio.domain.settings import Settings

UNDO_STEPS = 500


class Steps:
    """Old values of the settings; each step of undo is one of them.

    Parameters
    ----------
    settings : tuple of Settings
        The past, the present and what was taken back.
    now : int
        Which of them is the present.
    """

    def __init__(self, settings: tuple[Settings, ...] = (Settings(),), now: int = 0) -> None:
        self._past = list(settings[:now])
        self._future = list(reversed(settings[now + 1 :]))
        self._open: str | None = None
        self.now = settings[now]

    @property
    def all(self) -> tuple[Settings, ...]:
        """The past, the present and what was taken back."""
        return (*self._past, self.now, *reversed(self._future))

    @property
    def back(self) -> int:
        """How many steps can be undone."""
        return len(self._past)

    @property
    def ahead(self) -> int:
        """How many steps can be done again."""
        return len(self._future)

    def take(self, settings: Settings, step: str | None) -> None:
        """Take new settings; those of the same `step` that follow each other are one."""
        if step is None or step != self._open:
            self._past = [*self._past, self.now][-UNDO_STEPS:]
        self._open = step
        self._future = []
        self.now = settings

    def change(self, change: Callable[[Settings], Settings]) -> None:
        """Change all steps, past, present and taken back, as if they had been so."""
        self._past = [change(each) for each in self._past]
        self._future = [change(each) for each in self._future]
        self.now = change(self.now)

    def end(self) -> None:
        """Let the next settings be a step of their own."""
        self._open = None

    def undo(self) -> None:
        """Go one step back, where there is one."""
        if self._past:
            self._future.append(self.now)
            self.now = self._past.pop()
            self._open = None

    def redo(self) -> None:
        """Go one step forward again, where there is one."""
        if self._future:
            self._past.append(self.now)
            self.now = self._future.pop()
            self._open = None
