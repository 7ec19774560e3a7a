"""Workers of a cluster are killed at random, and its scheduler once; or are more or fewer."""

import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from distributed import Client

from pnn_studio.app.cluster import training
from pnn_studio.app.cluster.connection import connected
from pnn_studio.app.cluster.dealing import deal_out
from pnn_studio.app.cluster.pieces import ClusterWork
from pnn_studio.app.cluster.training import ClusterTransport
from pnn_studio.app.cluster.work import Result
from pnn_studio.app.commands.family_run import FamilyRun
from pnn_studio.app.commands.models import load_models
from pnn_studio.app.commands.own_data import load_data
from pnn_studio.app.commands.study.run import StudyRun
from pnn_studio.app.prints.yield_run import run_yield
from pnn_studio.domain.layout import Layout
from pnn_studio.domain.print_report import YieldPlan
from pnn_studio.domain.printing import Spread
from pnn_studio.domain.run import FamilyPlan, Schedule
from pnn_studio.errors import TrainingLost
from pnn_studio.physics.variation.monte_carlo import Lot, run_prints
from pnn_studio.storage.study_file import parse_study
from tests.support.killing import family_tree, unlike
from tests.support.places import Orders, assert_alike
from tests.support.values import same

KILLS = int(os.environ.get("PNN_SOAK_CLUSTER", "0"))
WORKERS = 2
PORT = "18787"
ADDRESS = f"tcp://127.0.0.1:{PORT}"
STUDY = """
data = ["iris"]
layouts = [2, 3]
models = ["ideal"]
alphas = 9
seeds = {seeds}
epochs = {epochs}
"""


def start(module, *arguments):
    return subprocess.Popen(
        [sys.executable, "-m", f"distributed.cli.{module}", *arguments],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


@contextlib.contextmanager
def cluster_processes():
    """Start a scheduler, and a nanny with a worker for each."""
    scheduler = start("dask_scheduler", "--no-dashboard", "--port", PORT, "--host", "127.0.0.1")
    with contextlib.ExitStack() as running:
        running.callback(kill, scheduler)
        preload = ("--preload", "pnn_studio.app.cluster.preload")
        for _ in range(WORKERS):
            nanny = start("dask_worker", ADDRESS, "--nthreads", "1", "--no-dashboard", *preload)
            running.callback(kill, nanny)
        with Client(ADDRESS, set_as_default=False) as waiting:
            waiting.wait_for_workers(WORKERS)
        yield scheduler


class Dealt:
    """Takes part in dealing out work, and counts the pieces that were sent and that came back."""

    def __init__(self):
        self.sent = self.came = 0

    def __call__(self, cluster, numbers, unit, **how):
        def counted(pieces, slots):
            self.sent += len(pieces)
            return unit(pieces, slots)

        with contextlib.closing(deal_out(cluster, numbers, counted, **how)) as dealt:
            for told in dealt:
                self.came += sum(len(of) for of, each in told if isinstance(each, Result))
                yield told


def kill(process):
    for pid in reversed(family_tree(process.pid)):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    process.wait()


class Killer:
    """Kills a worker whenever a study is as far as one of some random shares."""

    def __init__(self, kills):
        self._chance = random.Random(1)
        self._shares = sorted(self._chance.uniform(0, 0.95) for _ in range(kills))
        self.killed = 0

    def look(self, client, share):
        if self.killed < len(self._shares) and share >= self._shares[self.killed]:
            with contextlib.suppress(Exception):  # there may be none just now
                pid = self._chance.choice([*client.run(os.getpid, on_error="ignore").values()])
                os.kill(pid, signal.SIGKILL)
                self.killed += 1


@pytest.mark.slow
@pytest.mark.timeout(7200)
@pytest.mark.skipif(not KILLS, reason="takes many minutes; scripts/soak --cluster does it")
@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks into /proc")
def test_killed_workers_and_a_killed_scheduler_change_no_number(
    tmp_path, record_property, monkeypatch
):
    seeds, epochs = max(2, 3 * KILLS // 2), 2000
    study = parse_study(STUDY.format(seeds=seeds, epochs=epochs).encode(), tmp_path / "s.toml")
    here, there = tmp_path / "here", tmp_path / "there"
    here.mkdir()
    there.mkdir()
    begun, killer = time.monotonic(), Killer(KILLS)
    dealt, shown = Dealt(), []
    monkeypatch.setattr(training, "deal_out", dealt)
    # the scheduler dies once half of all is trained, and everything is started again
    with cluster_processes() as scheduler, connected(ADDRESS) as cluster:

        def follow(done, designs, share):
            shown.append(done)
            killer.look(cluster.client, share)
            if done >= designs / 2 and scheduler.poll() is None:
                kill(scheduler)

        run = StudyRun(study, there, transport=ClusterTransport(cluster), at_once=2, follow=follow)
        with pytest.raises(TrainingLost, match="is gone"):
            run.run()
        kept = sum(each.family.plan.designs - each.family.unfinished for each in run.sweeps)
    # all that came back is there, and what is not was under way
    assert kept == dealt.came
    assert shown[-1] - kept <= dealt.sent - dealt.came
    lost, dealt.sent, dealt.came = shown[-1] - kept, 0, 0
    with cluster_processes(), connected(ADDRESS) as cluster:

        def kill_more(_done, _designs, share):
            killer.look(cluster.client, share)

        transport = ClusterTransport(cluster)
        again = StudyRun(study, there, transport=transport, at_once=2, follow=kill_more)
        again.run()
    assert killer.killed == KILLS
    assert again.new == dealt.sent == dealt.came == study.designs - kept
    undisturbed = StudyRun(study, here)
    undisturbed.run()
    for one, other in zip(again.sweeps, undisturbed.sweeps, strict=True):
        assert unlike(one.family, other.family) == []
    record_property(
        "figures",
        f"{killer.killed} workers killed, the scheduler once, {study.designs} designs in "
        f"{time.monotonic() - begun:.0f} s, {kept} kept when it died; "
        f"{lost} shown as done were in units under way; numbers are those of no kill",
    )


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.skipif(not KILLS, reason="takes minutes; scripts/soak --cluster does it")
def test_one_two_and_four_workers_and_none_give_the_same_arrays(tmp_path, record_property):
    models = load_models()
    dataset = load_data("wine", models.technology)
    layout = Layout(dataset.voltages.shape[1], (3,), 3)
    plan = FamilyPlan.grid(layout, 4, 3, Schedule(max_epochs=200), model="loaded")
    study = STUDY.replace('"iris"', '"iris", "wine"').format(seeds=2, epochs=200)
    design = FamilyRun(plan.part([0]), dataset, models).run().design(0)
    lot = Lot(design, models.technology, Spread.of_share(0.05), dataset.part("valid")[0], 1)
    orders = Orders(models, dataset, plan, study, lot, 500)
    asked = YieldPlan(500, variation=0.05)

    def report(solve):
        found = run_yield(design, models.technology, dataset, asked, solve=solve)
        return replace(found, seconds=0.0)

    here, yields = orders.compute(tmp_path / "here"), report(run_prints)
    for count in (1, 2, 4):
        with connected(f"local:{count}") as cluster:
            assert cluster.slots == count
            assert_alike(orders.compute(tmp_path / str(count), cluster), here)
            assert same(report(ClusterWork(cluster).run_prints), yields)
    record_property(
        "figures",
        f"{plan.designs} designs of a sweep, those of {len(here[0]) - 1} sweeps of a study, and a "
        "yield report are the same bits on 1, 2 and 4 workers and without",
    )
