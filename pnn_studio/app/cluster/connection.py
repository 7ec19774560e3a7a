"""Workers of a Dask cluster: which there are, and whether what they train has the bits of here.

Dask is loaded where a cluster is asked for, and nowhere else in the program. It pickles the calls
that it sends; what they are given are bytes and plain values of ours.
"""

import asyncio
import contextlib
import logging
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from pnn_studio.app.cluster import there
from pnn_studio.app.cluster.facts import Facts, why_not
from pnn_studio.app.jobs.clusters import ClusterSeen, WorkerSeen, local_workers
from pnn_studio.errors import ClusterError, UsageError

_PATIENCE_S = 15.0
# workers that are asked whether they are reached from here, and for how long
_ASKED, _NEAR_S = 4, 3.0


@dataclass(frozen=True)
class Tls:
    """Files by which scheduler, workers and we know each other (PEM)."""

    authorities: Path
    certificate: Path
    key: Path


class Cluster:
    """Workers that are connected, and all of one kind.

    Parameters
    ----------
    client : distributed.Client
        Connected.
    title : str
        Its address, for people.

    Attributes
    ----------
    facts : Facts
        What all of its workers compute with.
    is_near : bool
        Whether workers are reached from here, and not by the scheduler alone.
    """

    def __init__(self, client: Any, title: str) -> None:
        self.client, self.title = client, title
        self._shared: dict[str, Any] = {}
        self.facts, workers = workers_of(client)
        if not workers:
            raise ClusterError(
                f"The scheduler at {title} has no workers. Start some, for example with "
                f"dask worker {title} --nthreads 1, and give the command again."
            )
        for each in workers:
            if each.trouble:
                raise ClusterError(f"{each.address} {each.trouble}")
        self.is_near = bool(client.sync(_is_near, client, [each.address for each in workers]))

    @property
    def is_like_here(self) -> bool:
        """Whether this machine would train the same bits."""
        return self.facts.engine == there.facts().engine

    @property
    def slots(self) -> int:
        """How many units are worked on at a time, as long as nobody comes or leaves."""
        return max(sum(self.threads().values()), 1)

    def threads(self) -> dict[str, int]:
        """Return how many units each worker takes at a time, by its address."""
        return _threads(self.client)

    def shared(self, kind: str, content: Any) -> str:
        """Have a content ready for units, which name it; it goes to each worker once.

        Parameters
        ----------
        kind : str
            What it is.
        content : bytes or tuple
            Plain values.

        Returns
        -------
        str
            A name, by kind and content.
        """
        packed = content if isinstance(content, bytes) else repr(content).encode()
        name = f"{kind}-{sha256(packed).hexdigest()}"
        self._shared[name] = content
        return name

    def bring(self, worker: str, names: list[str]) -> None:
        """Send a worker what it lacks of contents; blocks until it has them."""
        lacking = self.client.run(there.lacking, names, workers=[worker]).get(worker, names)
        for name in lacking:
            self.client.run(there.keep, name, self._shared[name], workers=[worker])


def _security(address: str, tls: Tls | None) -> Any:
    """Return what Dask is given for TLS."""
    # as in `_dask`
    from distributed.security import Security

    if tls is None:
        configured = Security()
        if address.startswith("tls://") and not configured.tls_client_cert:
            raise UsageError(
                f"{address} answers nobody without a certificate: give --cluster-tls "
                "CA CERT KEY, or name those files in Dask's configuration under "
                "distributed.comm.tls."
            )
        return configured
    for path in (tls.authorities, tls.certificate, tls.key):
        if not path.is_file():
            raise UsageError(f"{path} is not there: --cluster-tls takes the files CA CERT KEY.")
    names = str(tls.authorities), str(tls.certificate), str(tls.key)
    return Security(
        require_encryption=True,
        tls_ca_file=names[0],
        tls_client_cert=names[1],
        tls_client_key=names[2],
    )


def _dask() -> Any:
    try:
        # a second to load, for those alone who compute on a cluster
        import distributed
    except ImportError as error:
        raise ClusterError(
            "Dask is not installed, by which clusters are reached: pip install "
            "'pnn-studio[cluster]', or leave out --cluster."
        ) from error
    return distributed


@contextlib.contextmanager
def connected(address: str, tls: Tls | None = None) -> Iterator[Cluster]:
    """Connect with a cluster for as long as this is open; ``local`` workers end with it.

    Raises
    ------
    UsageError
        Where it is no address.
    ClusterError
        Where Dask is missing, nobody answers there, or workers are of another kind.
    """
    count = local_workers(address)
    with _quiet(_dask()) as distributed:
        if count is None:
            client = _client(distributed, address, tls)
            with contextlib.closing(client):
                yield Cluster(client, address)
        else:
            with (
                _workers_here(distributed, count) as cluster,
                contextlib.closing(distributed.Client(cluster, set_as_default=False)) as client,
            ):
                yield Cluster(client, address)


def _client(distributed: Any, address: str, tls: Tls | None) -> Any:
    try:
        return distributed.Client(
            address, timeout=_PATIENCE_S, security=_security(address, tls), set_as_default=False
        )
    except (OSError, TypeError, ValueError, RuntimeError) as error:
        raise ClusterError(
            f"No scheduler answers at {address}: {error}. Start one with dask scheduler, or see "
            "whether address, network and certificates are right."
        ) from error


@contextlib.contextmanager
def _workers_here(distributed: Any, count: int) -> Iterator[Any]:
    """Start workers of this machine, each a process of one thread, which listen to it alone."""
    with distributed.LocalCluster(
        n_workers=count,
        threads_per_worker=1,
        processes=True,
        host="127.0.0.1",
        dashboard_address="127.0.0.1:0",
        worker_dashboard_address="127.0.0.1:0",
        memory_limit=0,
        silence_logs=logging.CRITICAL,
        preload=["pnn_studio.app.cluster.preload"],
    ) as cluster:
        yield cluster


@contextlib.contextmanager
def _quiet(distributed: Any) -> Iterator[Any]:
    """Keep Dask from writing on the terminal: what matters is told by errors of ours."""
    before = {}
    for name in ("distributed", "distributed.client", "tornado.application", "asyncio"):
        logger = logging.getLogger(name)
        before[name] = logger.level
        logger.setLevel(logging.CRITICAL + 1)
    try:
        yield distributed
    finally:
        for name, level in before.items():
            logging.getLogger(name).setLevel(level)


def seen(address: str, tls: Tls | None = None) -> ClusterSeen:
    """Ask a scheduler for its workers, and whether they fit; ``local`` ones are not started.

    Raises
    ------
    UsageError, ClusterError
        As `connected`.
    """
    count = local_workers(address)
    with _quiet(_dask()) as distributed:
        if count is not None:
            return ClusterSeen(address, tuple(WorkerSeen(address, 1, "") for _ in range(count)))
        client = _client(distributed, address, tls)
        with contextlib.closing(client):
            wanted, workers = workers_of(client)
    here = there.facts().engine
    return ClusterSeen(address, workers, "" if wanted.engine == here else wanted.engine.processor)


def _threads(client: Any) -> dict[str, int]:
    return {str(address): int(count) for address, count in client.nthreads().items()}


async def _is_near(client: Any, workers: list[str]) -> bool:
    """Ask some workers themselves whether they are there."""
    asked = (asyncio.wait_for(client.rpc(each).identity(), _NEAR_S) for each in workers[:_ASKED])
    answers = await asyncio.gather(*asked, return_exceptions=True)
    return all(isinstance(each, dict) for each in answers)


def workers_of(client: Any) -> tuple[Facts, tuple[WorkerSeen, ...]]:
    """Ask all workers what they compute with; return what all must have, and who has not."""
    threads = _threads(client)
    found = client.run(there.plain_facts, on_error="return") if threads else {}
    told = {
        address: Facts.of_plain(each) for address, each in found.items() if isinstance(each, dict)
    }
    here = there.facts()
    # one kind of processor for all: the commonest, and that of here where it is as common
    kinds = Counter(each.engine for each in told.values())
    engine = max((*kinds, here.engine), key=lambda each: (kinds[each], each == here.engine))
    wanted = Facts(here.program, replace(engine, versions=here.engine.versions))

    def trouble(address: str) -> str:
        if address in told:
            return why_not(told[address], wanted)
        kind = type(found.get(address)).__name__
        return (
            f"does not have pnn-studio as it is here ({kind}): install the same version there, "
            "or end that worker."
        )

    seen = (WorkerSeen(each, count, trouble(each)) for each, count in sorted(threads.items()))
    return wanted, tuple(seen)
