"""Deals numbered pieces of work out among threads; what they are does not depend on who is free."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from typing import TypeVar

import numpy as np

Own = TypeVar("Own")
Cancelled = Callable[[], bool] | None
Follow = Callable[[int], None] | None

_TELL_S = 0.05


def deal(
    count: int,
    threads: int,
    owned: Callable[[], Own],
    work: Callable[[Own, int], None],
    cancelled: Cancelled = None,
    follow: Follow = None,
) -> int:
    """Do pieces 0 to `count` - 1; return how many of the first ones are done.

    Parameters
    ----------
    count, threads : int
        How many pieces, and on how many threads.
    owned : callable
        Makes what a thread works in.
    work : callable
        Does the piece of a number in that.
    cancelled : callable, optional
        Asked every 50 ms whether to end: pieces that are begun are done.
    follow : callable, optional
        Told every 50 ms how many pieces are done.
    """
    over, lock = threading.Event(), threading.Lock()
    done = np.zeros(count, dtype=bool)
    numbers = iter(range(count))

    def run() -> None:
        own = owned()
        while not over.is_set():
            with lock:
                number = next(numbers, None)
            if number is None:
                return
            work(own, number)
            done[number] = True

    threads = max(min(threads, count), 1)
    with ThreadPoolExecutor(threads, thread_name_prefix="prints") as pool:
        futures = [pool.submit(run) for _ in range(threads)]
        try:
            while wait(futures, _TELL_S).not_done:
                if follow is not None:
                    follow(int(done.sum()))
                if cancelled is not None and cancelled():
                    over.set()
        finally:
            over.set()
    for future in futures:
        future.result()
    return count if done.all() else int(np.argmin(done))
