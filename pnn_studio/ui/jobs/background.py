"""One thing that takes a while, done in a thread; its outcome comes back to the window's thread."""

import threading
from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QObject, Qt, Signal, Slot

from pnn_studio.errors import PnnError

_T = TypeVar("_T")


class BackgroundTask(QObject):
    """Runs one function at a time.

    Notes
    -----
    Signal `changed` when one begins and when it has ended.
    """

    changed = Signal()
    _ended = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.words = ""  # what is being done; empty while nothing is
        self._thread: threading.Thread | None = None
        self._hand_over: Callable[[], None] | None = None
        self._ended.connect(self.finish, Qt.ConnectionType.QueuedConnection)

    def run(
        self,
        words: str,
        work: Callable[[], _T],
        done: Callable[[_T], None],
        failed: Callable[[PnnError], None],
    ) -> None:
        """Do `work` in a thread, then `done` with what it returns or `failed`, in this thread."""
        self.finish()

        def go() -> None:
            try:
                outcome = work()
            except PnnError as error:
                refusal = error
                self._hand_over = lambda: failed(refusal)
            else:
                self._hand_over = lambda: done(outcome)
            finally:
                self._ended.emit()

        self.words = words
        self._thread = threading.Thread(target=go, name="errand", daemon=True)
        self._thread.start()
        self.changed.emit()

    @Slot()
    def finish(self) -> None:
        """Wait until it has ended, and hand over its outcome."""
        if self._thread is None:
            return
        self._thread.join()
        hand_over, self._hand_over = self._hand_over, None
        self._thread, self.words = None, ""
        if hand_over is not None:
            hand_over()
        self.changed.emit()
