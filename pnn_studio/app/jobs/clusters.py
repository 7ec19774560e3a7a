"""How a cluster is named, and what its scheduler says: nothing here loads Dask."""

import re
from dataclasses import dataclass

from pnn_studio.domain.engine import cores
from pnn_studio.domain.units import count_of
from pnn_studio.errors import UsageError

MOST_LOCAL = 256
_LOCAL = re.compile(r"local(?::([0-9]{1,3}))?")
_REMOTE = re.compile(r"(?:tcp|tls)://[^\s/@]{1,255}:[0-9]{1,5}")


def local_workers(address: str) -> int | None:
    """Return how many workers of this machine an address names; None where it names others.

    Raises
    ------
    UsageError
        Where it is no address.

    Examples
    --------
    >>> local_workers("local:4"), local_workers("tcp://10.0.0.1:8786")
    (4, None)
    """
    if found := _LOCAL.fullmatch(address):
        count = int(found[1]) if found[1] else cores()
        if not 1 <= count <= MOST_LOCAL:
            raise UsageError(f"local:{count}: from 1 to {MOST_LOCAL} workers can be started here.")
        return count
    if not _REMOTE.fullmatch(address):
        raise UsageError(
            "A cluster is named as tcp://HOST:8786, tls://HOST:8786 or local[:N], "
            f"not {address[:80]!r}."
        )
    return None


@dataclass(frozen=True)
class AskCluster:
    """Job: ask a cluster who is there; answered by a ClusterSeen and Done."""

    address: str


@dataclass(frozen=True)
class WorkerSeen:
    """A worker, as the scheduler tells of it.

    Attributes
    ----------
    address : str
        Where it listens.
    threads : int
        How many units it works on at a time.
    trouble : str
        Why nothing can be computed there; empty where it can.
    """

    address: str
    threads: int
    trouble: str


@dataclass(frozen=True)
class ClusterSeen:
    """What a scheduler says of its workers.

    Attributes
    ----------
    address : str
        Whose.
    workers : tuple of WorkerSeen
        All that there are.
    processor : str
        What trains there, where that is another kind of processor than that of this machine.
    """

    address: str
    workers: tuple[WorkerSeen, ...]
    processor: str = ""

    @property
    def words(self) -> str:
        """Say how many there are, and first of all who cannot be used.

        Examples
        --------
        >>> ClusterSeen("", (WorkerSeen("tcp://a:1", 2, ""), WorkerSeen("tcp://b:1", 1, ""))).words
        '2 workers, 3 designs at a time'
        """
        refused = [each for each in self.workers if each.trouble]
        if refused:
            return f"{refused[0].address} {refused[0].trouble}"
        at_once = count_of(sum(each.threads for each in self.workers), "design")
        words = f"{count_of(len(self.workers), 'worker')}, {at_once} at a time"
        return f"{words}; {self.processor}: other last bits than here" if self.processor else words
