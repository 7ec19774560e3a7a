"""A few threads that deal designs out among themselves, slice by slice.

They take a design from the front of a queue, train it for a slice and put it back at the end, so
all of a family advance together, whoever is free. What a design becomes does not depend on that.
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from typing import Generic, TypeVar

Own = TypeVar("Own")

# threads go on for so long after the one that reports was last here
PATIENCE_S = 0.1


class Crew(Generic[Own]):
    """Threads that work off slices of designs.

    Parameters
    ----------
    owned : iterable
        For each thread what it works in.
    work : callable
        Trains the design of a number for a slice in what a thread owns.
    after : callable
        Takes note of a slice; called with the lock held. Returns the designs that go to the end of
        the queue: the same one, if it is not done, and others that may begin.
    queue : iterable of int
        Designs that may begin.
    """

    def __init__(
        self,
        owned: Iterable[Own],
        work: Callable[[int, Own], None],
        after: Callable[[int], list[int]],
        queue: Iterable[int],
    ) -> None:
        self._work, self._after, self._queue = work, after, deque(queue)
        self._changed = threading.Condition()
        self._busy, self._until, self._closed = 0, 0.0, False
        self._failure: BaseException | None = None
        self._threads = [
            threading.Thread(target=self._run, args=(own,), name="training", daemon=True)
            for own in owned
        ]
        for thread in self._threads:
            thread.start()

    def _run(self, own: Own) -> None:
        while (design := self._take()) is not None:
            try:
                self._work(design, own)
                failure = None
            except BaseException as error:  # noqa: BLE001 - it is raised where the thread is waited for
                failure = error
            with self._changed:
                self._busy -= 1
                if failure is not None:
                    self._failure, self._closed = failure, True
                else:
                    self._queue.extend(self._after(design))
                self._changed.notify_all()

    def _take(self) -> int | None:
        """Wait for a design; None when it is time to go."""
        with self._changed:
            while not self._closed:
                if self._queue and time.monotonic() < self._until:
                    self._busy += 1
                    return self._queue.popleft()
                self._changed.wait()
            return None

    def go_on(self, seconds: float) -> bool:
        """Let the threads work for some time; return whether anything is left to do."""
        end = time.monotonic() + seconds
        with self._changed:
            self._until = end + PATIENCE_S
            self._changed.notify_all()
            while (self._queue or self._busy) and not self._closed:
                left = end - time.monotonic()
                if left <= 0:
                    break
                self._changed.wait(left)
            if self._failure is not None:
                raise self._failure
            return bool(self._queue or self._busy)

    def settle(self) -> None:
        """Have all slices end, and none begin until `go_on`."""
        with self._changed:
            self._until = 0.0
            while self._busy:
                self._changed.wait()

    def close(self) -> None:
        """Have the threads end, after the slices that they are at."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        for thread in self._threads:
            thread.join()
