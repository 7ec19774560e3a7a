"""How a process ends where the system or a person asks it to: by an exception, and so tidily."""

import contextlib
import signal
from collections.abc import Iterator
from types import FrameType

# what a terminal, a queue of jobs or a shutdown sends; not every system has all
_ENDS = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name))
INTERRUPTIONS = (signal.SIGINT, *_ENDS)


class Ended(BaseException):
    """The process was told to end, by the signal `number`. No failure, as Ctrl-C is none."""

    def __init__(self, number: int) -> None:
        super().__init__(signal.Signals(number).name)
        self.number = number


def _end(number: int, _frame: FrameType | None) -> None:
    raise Ended(number)


@contextlib.contextmanager
def ending_tidily() -> Iterator[None]:
    """Have SIGTERM and SIGHUP raise `Ended`, so that files and processes are cleaned up.

    In the main thread alone; elsewhere nothing changes.
    """
    before = {}
    with contextlib.suppress(ValueError):  # not in the main thread
        for number in _ENDS:
            # whoever started this with nohup wants it to go on
            if signal.getsignal(number) != signal.SIG_IGN:
                before[number] = signal.signal(number, _end)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
