"""Workers of a cluster are killed at random while a study trains, and its scheduler once."""

import contextlib
import os
import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from distributed import Client

from pnn_studio.app.cluster.connection import connected
from pnn_studio.app.cluster.training import ClusterTransport
from pnn_studio.app.commands.study.run import StudyRun
from pnn_studio.errors import TrainingLost
from pnn_studio.storage.study_file import parse_study
from tests.support.killing import family_tree, unlike

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


def kill(process):
    for pid in reversed(family_tree(process.pid)):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    process.wait()


def kill_workers(client, chance, over, killed):
    """Kill a worker at random moments, as long as there are any to kill."""
    while not over.wait(chance.uniform(2, 12)) and len(killed) < KILLS:
        with contextlib.suppress(Exception):
            pid = chance.choice([*client.run(os.getpid, on_error="ignore").values()])
            os.kill(pid, signal.SIGKILL)
            killed.append(pid)


@pytest.mark.slow
@pytest.mark.timeout(7200)
@pytest.mark.skipif(not KILLS, reason="takes many minutes; scripts/soak --cluster does it")
@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks into /proc")
def test_killed_workers_and_a_killed_scheduler_change_no_number(tmp_path, record_property):
    seeds, epochs = max(2, 3 * KILLS // 2), 2000
    study = parse_study(STUDY.format(seeds=seeds, epochs=epochs).encode(), tmp_path / "s.toml")
    here, there = tmp_path / "here", tmp_path / "there"
    here.mkdir()
    there.mkdir()
    chance, over, killed = random.Random(1), threading.Event(), []
    begun = time.monotonic()
    kept = 0
    # the scheduler dies once half of all is trained, and everything is started again
    with cluster_processes() as scheduler, connected(ADDRESS) as cluster:

        def follow(done, designs, _share):
            if done >= designs / 2 and scheduler.poll() is None:
                kill(scheduler)

        killer = threading.Thread(target=kill_workers, args=(cluster.client, chance, over, killed))
        killer.start()
        run = StudyRun(study, there, transport=ClusterTransport(cluster), at_once=2, follow=follow)
        with pytest.raises(TrainingLost, match="is gone"):
            run.run()
        over.set()
        killer.join()
        kept = sum(each.family.plan.designs - each.family.unfinished for each in run.sweeps)
    assert kept > study.designs / 4  # of half, but for units under way
    over.clear()
    with cluster_processes(), connected(ADDRESS) as cluster:
        killer = threading.Thread(target=kill_workers, args=(cluster.client, chance, over, killed))
        killer.start()
        again = StudyRun(study, there, transport=ClusterTransport(cluster), at_once=2)
        again.run()
        over.set()
        killer.join()
    assert again.new == study.designs - kept
    undisturbed = StudyRun(study, here)
    undisturbed.run()
    for one, other in zip(again.sweeps, undisturbed.sweeps, strict=True):
        assert unlike(one.family, other.family) == []
    record_property(
        "figures",
        f"{len(killed)} workers killed, the scheduler once, {study.designs} designs in "
        f"{time.monotonic() - begun:.0f} s, {kept} kept when it died; numbers are those of no kill",
    )
