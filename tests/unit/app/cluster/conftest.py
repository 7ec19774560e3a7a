"""Two workers, started once for all tests of the cluster: each of them loads torch."""

import pytest


@pytest.fixture(scope="package")
def cluster():
    pytest.importorskip("distributed")
    from pnn_studio.app.cluster.connection import connected

    with connected("local:2") as cluster:
        yield cluster
