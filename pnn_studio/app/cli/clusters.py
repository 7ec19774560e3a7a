"""What ``--cluster`` comes to."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import click

from pnn_studio.domain.units import count_of
from pnn_studio.errors import UsageError

if TYPE_CHECKING:  # loads torch, which --help does not need
    from collections.abc import Iterator
    from pathlib import Path

    from pnn_studio.app.cluster.connection import Cluster
    from pnn_studio.app.cluster.pieces import ClusterWork
    from pnn_studio.app.jobs.transport import Transport

Tls = tuple["Path", "Path", "Path"]  # as --cluster-tls gives them


@contextlib.contextmanager
def cluster_of(address: str | None, tls: Tls | None) -> Iterator[Cluster | None]:
    """Connect with the cluster that was asked for, if one was, for as long as this is open."""
    if address is None:
        if tls is not None:
            raise UsageError("--cluster-tls is for --cluster tls://HOST:8786; name that, too.")
        yield None
        return
    # loads torch, which --help does not need
    from pnn_studio.app.cluster import connection

    files = None if tls is None else connection.Tls(*tls)
    with connection.connected(address, files) as cluster:
        count = count_of(len(cluster.threads()), "worker")
        told = f"{address}: {count}, {cluster.slots} at a time"
        if not cluster.is_like_here:
            told += f", {cluster.facts.engine.processor}: other last bits than here"
        click.echo(told, err=True)
        yield cluster


@contextlib.contextmanager
def both_of(
    address: str | None, tls: Tls | None
) -> Iterator[tuple[Transport | None, ClusterWork | None]]:
    """Do so, and give what takes plans there, and what does there what functions do here."""
    with cluster_of(address, tls) as cluster:
        if cluster is None:
            yield None, None
            return
        # as above
        from pnn_studio.app.cluster.pieces import ClusterWork
        from pnn_studio.app.cluster.training import ClusterTransport

        yield ClusterTransport(cluster), ClusterWork(cluster)


@contextlib.contextmanager
def transport_of(address: str | None, tls: Tls | None) -> Iterator[Transport | None]:
    """Give the first of them alone."""
    with both_of(address, tls) as (transport, _):
        yield transport


@contextlib.contextmanager
def work_of(address: str | None, tls: Tls | None) -> Iterator[ClusterWork | None]:
    """Give the second of them alone."""
    with both_of(address, tls) as (_, work):
        yield work
