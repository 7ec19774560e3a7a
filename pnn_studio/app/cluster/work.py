"""Units of work on a cluster: each is done once, whatever becomes of the worker that has it."""

import asyncio
import contextlib
import queue
import time
import uuid
from collections.abc import Coroutine
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from pnn_studio import errors
from pnn_studio.app.cluster.connection import Cluster
from pnn_studio.app.cluster.entry import run_unit
from pnn_studio.errors import PnnError, TrainingFailed, TrainingLost

# without a word of it for so long a unit is done elsewhere, too
SILENCE_S = 30.0
# without a word of the scheduler it is taken for dead, and without workers nobody waits for longer
_SCHEDULER_S, _WORKERS_S = 30.0, 120.0
_WATCH_EVERY_S = 2.0
# a unit that has cost as many workers their lives (each thrice, by Dask) is at fault itself
_MOST_TRIES = 5
# so long do units of that many workers wait for each other, to be sent and to be fetched together,
# and the less the fewer there are: a scheduler of few has time
_TOGETHER_S, _MANY = 0.2, 64
# results that are not fetched together by then are fetched each by itself
_FETCH_S = 5.0


@dataclass(frozen=True)
class Told:
    """How a unit stands, in the words of what does it."""

    number: int
    content: bytes


@dataclass(frozen=True)
class Result:
    """What came of a unit, and how long it took there, in seconds."""

    number: int
    content: bytes
    seconds: float


@dataclass(eq=False)
class _Unit:
    call: str
    shared: list[str]
    given: tuple[Any, ...]
    signed: float  # when the last sign of it came, or it was sent
    worker: str = ""  # that told of it last
    place: str = ""  # that has it, as far as is known
    tries: int = 0
    futures: list[Any] = field(default_factory=list)


class Work:
    """Units on the workers of a cluster.

    Parameters
    ----------
    cluster : Cluster
        Connected.
    silence_s : float
        How long a unit may say nothing before it is given to another worker, too.
    """

    def __init__(self, cluster: Cluster, silence_s: float = SILENCE_S) -> None:
        self._cluster, self._client, self._silence_s = cluster, cluster.client, silence_s
        self._topic = f"pnn-{uuid.uuid4().hex}"
        self._units: dict[int, _Unit] = {}
        self._silent: set[str] = set()
        self._refused: set[str] = set()  # workers that would compute other bits
        self._signs: dict[str, float] = {}  # when a worker told something last
        self._places: dict[str, str] = {}  # which worker has which unit, by their keys
        self._heard: queue.SimpleQueue[tuple[str, Any]] = queue.SimpleQueue()
        self._unsent: list[int] = []
        self._ended: list[tuple[int, Any]] = []  # units with their futures, not yet fetched
        self._threads = cluster.threads()
        self._answered = self._had_workers = self._exchanged = time.monotonic()
        self._client.subscribe_topic(self._topic, lambda event: self._heard.put(("sign", event[1])))
        self._watching = self._in_loop(self._watch())

    @property
    def slots(self) -> int:
        """How many units are worked on at a time."""
        return sum(self._threads.values())

    @property
    def under_way(self) -> int:
        """How many units are given and not done."""
        return len(self._units)

    def give(self, number: int, call: str, shared: list[str], *given: Any) -> None:
        """Have a unit done.

        Parameters
        ----------
        number : int
            Of this unit.
        call : str
            What is done, one of `there.UNITS`.
        shared : list of str
            What `Cluster.shared` has ready.
        given
            Bytes and plain values.
        """
        self._units[number] = _Unit(call, shared, given, time.monotonic())
        self._send(number)

    def _in_loop(self, what: Coroutine[Any, Any, None]) -> Any:
        """Have something run in the loop of the client."""
        return asyncio.run_coroutine_threadsafe(what, self._client.loop.asyncio_loop)

    def _send(self, number: int) -> None:
        """Have a unit sent with those that are sent next."""
        unit = self._units[number]
        if unit.tries >= _MOST_TRIES:
            raise TrainingFailed(
                f"A unit of work ended {_MOST_TRIES} workers of {self._cluster.title}, or was "
                "never done by them. See their logs; what is done is kept."
            )
        unit.tries += 1
        unit.signed, unit.worker = time.monotonic(), ""
        self._unsent.append(number)

    def _exchange(self) -> None:
        """Send what was given and fetch what is done, many at once where no worker waits for it.

        What a scheduler spends on a message counts for more than what it spends on a unit.
        """
        now = time.monotonic()
        at_work = len(self._units) - len(self._unsent) - len(self._ended)
        together = _TOGETHER_S * min(self.slots / _MANY, 1.0)
        soon = at_work < self.slots or now > self._exchanged + together
        if not (self._unsent or self._ended) or not soon:
            return
        self._exchanged = now
        # without those that were done elsewhere meanwhile
        ended = [each for each in self._ended if each[0] in self._units]
        numbers = [number for number in self._unsent if number in self._units]
        self._ended, self._unsent = [], []
        if ended:
            self._in_loop(self._fetch(ended))
        if numbers:
            self._hand_over(numbers)

    def _hand_over(self, numbers: list[int]) -> None:
        """Give units to the scheduler."""
        units = [self._units[number] for number in numbers]
        # where some are unfit the others are preferred; where all are Dask chooses
        likely = (self._likely or None) if self._silent | self._refused else None
        futures = self._client.map(
            run_unit,
            [self._topic] * len(numbers),
            [self._cluster.facts.fingerprint] * len(numbers),
            numbers,
            *zip(*((each.call, each.shared, each.given) for each in units), strict=True),
            key=[
                f"{self._topic}-{number}-{len(each.futures)}"
                for number, each in zip(numbers, units, strict=True)
            ],
            workers=likely,
            allow_other_workers=likely is not None,
            pure=False,
        )
        for number, unit, future in zip(numbers, units, futures, strict=True):
            unit.futures.append(future)
            unit.signed = time.monotonic()
            future.add_done_callback(partial(self._note_end, number))

    def _note_end(self, number: int, future: Any) -> None:
        self._heard.put(("ended", (number, future)))

    async def _fetch(self, ended: list[tuple[int, Any]]) -> None:
        """Take what came of units from where it lies; runs in the loop of the client."""
        done = {number: future for number, future in ended if future.status == "finished"}
        fetching = asyncio.ensure_future(
            self._client.gather(done, "skip", self._cluster.is_near, asynchronous=True)
        )
        # it is not cancelled: what others ask for may go along with it
        await asyncio.wait({fetching}, timeout=_FETCH_S)
        found = {}
        if fetching.done() and not (fetching.cancelled() or fetching.exception()):
            found = fetching.result()
        await asyncio.gather(
            *(self._fetch_one(number, future, found.get(number)) for number, future in ended)
        )

    async def _fetch_one(self, number: int, future: Any, found: Any) -> None:
        """Tell what came of a unit; where that is not known yet, or went wrong, ask for it."""
        try:
            if found is None:
                asked = self._client.gather([future], asynchronous=True)
                (found,) = await asyncio.wait_for(asked, self._silence_s)
            if found[0] == "lacks":
                await asyncio.to_thread(self._cluster.bring, *found[1])
        # the cause is told of it where it is known, and else the unit is done again
        except (Exception, asyncio.CancelledError) as error:  # noqa: BLE001 - there, or by Dask
            found = error
        self._heard.put(("end", (number, future, found)))

    async def _watch(self) -> None:
        """Ask the scheduler again and again who is there; runs in the loop of the client."""
        while self._client.status == "running":
            with contextlib.suppress(OSError, asyncio.TimeoutError):
                scheduler = self._client.scheduler
                threads = await asyncio.wait_for(scheduler.ncores(), _SCHEDULER_S)
                places = await asyncio.wait_for(scheduler.processing(), _SCHEDULER_S)
                self._heard.put(("workers", (threads, places)))
            await asyncio.sleep(_WATCH_EVERY_S)

    def hear(self, timeout: float) -> list[Told | Result]:
        """Wait for up to so many seconds for something to be told; return all that was.

        Raises
        ------
        TrainingLost
            Where the scheduler, or all of its workers, are gone.
        PnnError
            What a unit ended with, where that is its own fault.
        """
        heard: list[Told | Result] = []
        deadline = time.monotonic() + timeout
        self._look_after()
        self._exchange()
        while not heard and (left := deadline - time.monotonic()) > 0:
            with contextlib.suppress(queue.Empty):
                self._take(*self._heard.get(timeout=min(left, _TOGETHER_S)), heard)
            while not self._heard.empty():
                self._take(*self._heard.get(), heard)
            self._look_after()
            self._exchange()
        return heard

    def _take(self, kind: str, content: Any, heard: list[Told | Result]) -> None:
        now = time.monotonic()
        if kind == "workers":
            threads, places = content
            self._threads = {str(each): int(count) for each, count in threads.items()}
            self._places = {str(key): each for each, keys in places.items() for key in keys}
            self._answered = now
        elif kind == "sign":
            number, worker, how = content
            unit = self._units.get(number)
            self._lives(worker)
            if unit is not None:
                unit.signed, unit.worker = now, worker
                if how:
                    heard.append(Told(number, bytes(how)))
        elif kind == "ended":
            self._ended.append(content)
        else:
            number, future, found = content
            self._end(number, future, found, heard)

    def _lives(self, worker: str) -> None:
        """Take note that a worker told something."""
        self._silent.discard(worker)
        self._signs[worker] = time.monotonic()

    def _end(self, number: int, future: Any, found: Any, heard: list[Told | Result]) -> None:
        """Take note of what a unit ended with."""
        unit = self._units.get(number)
        if unit is None or future not in unit.futures:
            return  # it was done elsewhere before
        if isinstance(found, BaseException):
            if future is unit.futures[-1]:
                self._again(number, found)
            return
        how, what = found
        if how == "failed":
            raise _failure(*what)
        if how in ("lacks", "other"):  # it has what is shared by now; or it came later
            self._refused |= {what} if how == "other" else set()
            unit.tries -= 1
            self._send(number)
            return
        worker, seconds, content = what
        self._lives(worker)
        heard.append(Result(number, content, seconds))
        del self._units[number]
        for each in unit.futures:
            each.release()

    def _again(self, number: int, error: BaseException) -> None:
        """Do a unit again whose worker is gone; raise what was the fault of the unit."""
        if self._client.status != "running":
            return  # it is the scheduler that is gone
        name = type(error).__name__
        lost = isinstance(error, OSError | TimeoutError | asyncio.CancelledError)
        if lost or name in ("KilledWorker", "FutureCancelledError", "FuturesCancelledError"):
            self._send(number)
            return
        raise TrainingFailed(
            f"A worker of {self._cluster.title} failed with {name}: {error}. This is a fault of "
            "the program; please report it."
        ) from error

    def _look_after(self) -> None:
        """See to it that who is gone, or hangs, keeps nobody waiting."""
        now = time.monotonic()
        if self._client.status != "running" or now - self._answered > 2 * _SCHEDULER_S:
            raise TrainingLost(f"The scheduler at {self._cluster.title} is gone.")
        if self._likely:
            self._had_workers = now
        elif now - self._had_workers > _WORKERS_S:
            raise TrainingLost(f"No worker of {self._cluster.title} answers any more.")
        for number in self._units.keys() - set(self._unsent):
            unit = self._units[number]
            there = unit.worker in self._threads  # else Dask has given it to another one
            worker = unit.worker if there else self._places.get(unit.futures[-1].key, "")
            if worker != unit.place:
                unit.place, unit.signed = worker, now  # who has it now has its time
            # a unit that waits for its turn, with the scheduler or behind others, is not silent
            since = max(unit.signed, self._signs.get(worker, 0.0))
            if worker and now - since > self._silence_s:
                self._silent.add(worker)
                if self._likely:
                    self._send(number)

    @property
    def _likely(self) -> list[str]:
        """Workers that are there, compute the same bits and do not hang."""
        unfit = self._silent | self._refused
        return [each for each in self._threads if each not in unfit]

    def close(self) -> None:
        """Have nothing more done; what is under way ends where it is, and is forgotten."""
        self._watching.cancel()
        with contextlib.suppress(Exception):  # a scheduler that is gone need not be told
            self._client.unsubscribe_topic(self._topic)
        for unit in self._units.values():
            for each in unit.futures:
                each.release()
        self._units.clear()


def _failure(kind: str, message: str) -> PnnError:
    """Make the failure that a worker told of, as far as its kind takes no more than words."""
    found = getattr(errors, kind, PnnError)
    if not (isinstance(found, type) and issubclass(found, PnnError)):
        return PnnError(message)
    return found(message) if found.__init__ is PnnError.__init__ else PnnError(message)
