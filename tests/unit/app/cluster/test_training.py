"""A plan that workers of a cluster train ends with the bits that it has here, whoever dies."""

import contextlib
import os
import signal
import sys

import numpy as np
import pytest

from pnn_studio.app.cluster import facts, there, work
from pnn_studio.app.cluster.connection import Cluster, connected, workers_of
from pnn_studio.app.cluster.training import ClusterTransport
from pnn_studio.app.commands.family_run import FamilyRun
from pnn_studio.app.commands.models import load_models
from pnn_studio.app.commands.own_data import load_data
from pnn_studio.app.jobs.clusters import local_workers
from pnn_studio.domain.layout import Layout
from pnn_studio.domain.printing import Spread
from pnn_studio.domain.run import IMPROVING, FamilyPlan, Schedule
from pnn_studio.errors import ClusterError, TrainingLost, UsageError
from pnn_studio.physics.variation.monte_carlo import Lot
from pnn_studio.training.compiled.warm_up import warm_up_exact
from tests.support.killing import unlike
from tests.support.places import Orders, assert_alike
from tests.support.runs import sample_family, small_plan

STUDY = """
data = ["iris"]
layouts = [2, 3]
models = ["ideal"]
alphas = 2
seeds = 1
epochs = 20
"""
PLAN = FamilyPlan.grid(Layout(4, (3,), 3), 4, 3, Schedule(max_epochs=60), model="ideal")


@pytest.fixture(scope="module")
def models():
    return load_models()


@pytest.fixture(scope="module")
def dataset(models):
    return load_data("iris", models.technology)


@pytest.fixture(scope="module")
def orders(models, dataset):
    design = sample_family(small_plan(2, 2)).design(0)
    lot = Lot(design, models.technology, Spread.of_share(0.1), np.zeros((2, 4)), 3)
    warm_up_exact(models.technology)
    # each of two workers has prints to solve
    return Orders(models, dataset, PLAN, STUDY, lot, 64)


@pytest.fixture(scope="module")
def all_here(orders, tmp_path_factory):
    return orders.compute(tmp_path_factory.mktemp("places") / "here")


@pytest.fixture(scope="module")
def here(all_here):
    (sweep, *_), _ = all_here
    return sweep


@pytest.fixture
def pids(cluster):
    return cluster.client.run(os.getpid)


def test_two_workers_give_the_same_bits_and_tell_how_all_stand(
    cluster, orders, all_here, here, tmp_path
):
    records = []

    def follow(record, _run):
        records.append(record)
        return True

    assert_alike(orders.compute(tmp_path / "two", cluster, follow), all_here)
    assert cluster.is_like_here
    assert cluster.slots == 2
    shares = [record.progress for record in records]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert records[-1].design_epochs == here.design_epochs


@pytest.mark.skipif(sys.platform == "win32", reason="processes cannot be halted there")
def test_a_unit_whose_worker_hangs_is_done_by_another(cluster, models, dataset, here, pids):
    halted = max(pids.values())

    def follow(record, _run):
        if (record.status != IMPROVING).sum() == 1:
            os.kill(halted, signal.SIGSTOP)
        return True

    try:
        transport = ClusterTransport(cluster, silence_s=1.5)
        family = FamilyRun(PLAN, dataset, models, transport=transport).run(follow)
    finally:
        os.kill(halted, signal.SIGCONT)
    assert unlike(family, here) == []


def test_what_one_side_had_done_the_other_takes_up(cluster, models, dataset, here, tmp_path):
    transport, trained = ClusterTransport(cluster), []

    def some(record, _run):
        trained.append(int((record.status != IMPROVING).sum()))
        return trained[-1] < 5

    for first, then in ((None, transport), (transport, None), (transport, transport)):
        state = tmp_path / f"{first is None}{then is None}.part"
        FamilyRun(PLAN, dataset, models, checkpoint=state, threads=1, transport=first).run(some)
        there = FamilyRun(PLAN, dataset, models, checkpoint=state, transport=then)
        assert there.resumed
        assert not there.outdated
        assert unlike(there.run(), here) == []
        trained.clear()


def test_a_scheduler_that_dies_ends_the_run_with_what_there_is(
    cluster, models, dataset, here, tmp_path
):
    state = tmp_path / "p.part"
    client = type(cluster.client)(cluster.client.scheduler.address, set_as_default=False)
    with contextlib.closing(client):
        transport = ClusterTransport(Cluster(client, "tcp://there:8786"))

        def follow(record, _run):
            if (record.status != IMPROVING).sum() >= 5:  # some of them under way
                client.close()
            return True

        training = FamilyRun(PLAN, dataset, models, checkpoint=state, transport=transport)
        with pytest.raises(TrainingLost, match="scheduler at tcp://there:8786 is gone"):
            training.run(follow)
    family = training.family()
    assert 1 <= PLAN.designs - family.unfinished < PLAN.designs
    again = FamilyRun(PLAN, dataset, models, checkpoint=state)
    assert again.known == PLAN.designs - family.unfinished
    assert unlike(again.run(), here) == []


def test_workers_with_other_versions_are_refused_by_name(cluster, monkeypatch):
    mine = there.facts()
    engine = mine.engine
    newer = tuple((name, "99.0" if name == "numba" else of) for name, of in engine.versions)
    ours = facts.Facts(mine.program, type(engine)(engine.name, engine.processor, "", newer))
    monkeypatch.setattr(there, "facts", lambda: ours)
    wanted = dict(engine.versions)["numba"]
    with pytest.raises(ClusterError, match=rf"tcp://127.* has numba {wanted}, and here is 99.0: "):
        Cluster(cluster.client, "local")
    assert {each.threads for each in workers_of(cluster.client)[1]} == {1}


def test_one_worker_gives_the_same_bits(cluster, orders, all_here, tmp_path):
    cluster.client.retire_workers(sorted(cluster.threads())[:1])
    assert cluster.slots == 1
    assert_alike(orders.compute(tmp_path / "one", cluster), all_here)


def test_a_unit_whose_worker_is_killed_is_done_anew_by_who_follows(
    cluster, models, dataset, here, pids, monkeypatch
):
    # on a busy machine it takes long until who follows has loaded all
    monkeypatch.setattr(work, "_WORKERS_S", 600.0)
    left = [*pids.values()]

    def follow(record, _run):
        if left and (record.status != IMPROVING).sum() >= 2:
            os.kill(left.pop(), signal.SIGKILL)
        return True

    family = FamilyRun(PLAN, dataset, models, transport=ClusterTransport(cluster)).run(follow)
    assert not left
    assert unlike(family, here) == []


def test_what_is_no_address_is_refused_before_anything_is_loaded():
    assert local_workers("local:3") == 3
    assert local_workers("tls://cluster.example.org:8786") is None
    for wrong in (
        "local:0",
        "local:999",
        "local:",
        "tcp://x",
        "http://x:1",
        "tcp://a b:1",
        "x" * 9999,
    ):
        with pytest.raises(UsageError):
            local_workers(wrong)


def test_without_dask_the_remedy_is_told(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with (
        pytest.raises(ClusterError, match=r"pip install 'pnn-studio\[cluster\]'"),
        connected("local:1"),
    ):
        pass
