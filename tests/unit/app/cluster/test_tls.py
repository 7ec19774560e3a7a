"""A cluster that asks for certificates works for who has them, and says so to who has not."""

import shutil
import subprocess

import pytest
import torch

from pnn_studio.app.cli.clusters import cluster_of
from pnn_studio.app.cluster import connection, there
from pnn_studio.app.cluster.dealing import deal_out
from pnn_studio.app.cluster.work import Result
from pnn_studio.errors import ClusterError, UsageError


def certificate(folder, name):
    """Make a key, and a certificate which vouches for itself alone."""
    key, cert = folder / f"{name}.key", folder / f"{name}.pem"
    curve = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
    names = ("-subj", f"/CN={name}", "-days", "2", "-keyout", key, "-out", cert)
    command = ["openssl", "req", "-x509", *curve, *names]
    subprocess.run(list(map(str, command)), check=True, capture_output=True)
    return cert, cert, key


@pytest.fixture
def threads():
    before = torch.get_num_threads()  # the worker is a thread of this process
    yield
    torch.set_num_threads(before)


@pytest.mark.skipif(shutil.which("openssl") is None, reason="needs the program openssl")
def test_a_cluster_with_certificates_takes_who_has_one_and_nobody_else(
    tmp_path, monkeypatch, threads
):
    distributed = pytest.importorskip("distributed")
    ours, stranger = certificate(tmp_path, "ours"), certificate(tmp_path, "stranger")
    monkeypatch.setitem(there.UNITS, "stub", lambda _tell, content: content[::-1])
    monkeypatch.setattr(connection, "_PATIENCE_S", 1.0)
    security = distributed.Security(
        require_encryption=True,
        tls_ca_file=str(ours[0]),
        **{f"tls_{role}_cert": str(ours[1]) for role in ("client", "scheduler", "worker")},
        **{f"tls_{role}_key": str(ours[2]) for role in ("client", "scheduler", "worker")},
    )
    with distributed.LocalCluster(
        n_workers=1,
        threads_per_worker=1,
        processes=False,
        protocol="tls://",
        host="127.0.0.1",
        dashboard_address=None,
        security=security,
    ) as running:
        address = running.scheduler_address
        assert address.startswith("tls://127.0.0.1:")
        with cluster_of(address, ours) as cluster:
            told = deal_out(cluster, range(1), lambda *_: ("stub", [], b"abc"))
            results = [each for some in told for _, each in some if isinstance(each, Result)]
        assert [each.content for each in results] == [b"cba"]
        with (
            pytest.raises(UsageError, match="certificate: give --cluster-tls CA CERT KEY"),
            cluster_of(address, None),
        ):
            pass
        for wrong, tls in ((address, stranger), (address.replace("tls", "tcp"), None)):
            with (
                pytest.raises(ClusterError, match="whether address, network and certificates"),
                cluster_of(wrong, tls),
            ):
                pass
    with pytest.raises(UsageError, match=r"gone.pem is not there: --cluster-tls takes the files"):
        connection.seen(address, connection.Tls(tmp_path / "gone.pem", *ours[1:]))
