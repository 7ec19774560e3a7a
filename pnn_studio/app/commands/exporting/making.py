"""One go at making files: what several of them show is worked out once, and it can be stopped."""

from collections.abc import Callable, Hashable
from typing import Any

from pnn_studio.errors import Cancelled


class Making:
    """Keeps what was drawn of one subject until all of its files are made.

    Parameters
    ----------
    stopped : callable
        Whether to stop.
    """

    def __init__(self, stopped: Callable[[], bool] = lambda: False) -> None:
        self._stopped = stopped
        self._known: dict[Hashable, Any] = {}

    def go_on(self) -> None:
        """Raise `Cancelled` where it is to stop; long work calls it a few times a second."""
        if self._stopped():
            raise Cancelled("Stopped; nothing was written.")

    def once(self, key: Hashable, make: Callable[[], Any]) -> Any:
        """Return what `make` returned when it was first asked for by this key."""
        self.go_on()
        if key not in self._known:
            self._known[key] = make()
        return self._known[key]
