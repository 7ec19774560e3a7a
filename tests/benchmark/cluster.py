"""``scripts/benchmark --cluster``: what a cluster costs, and whether its scheduler keeps up.

Overhead: design-epochs per second of a sweep here, on two threads, and on two workers of one
thread, in turns. Scale: 1,000 units that take a second against 64 workers, threads of a process of
their own; the scheduler is a process of its own, too, and what it takes of a core is measured.
"""

import contextlib
import subprocess
import sys
import time
from pathlib import Path

from distributed import Client

from pnn_studio.app.cluster.connection import connected
from pnn_studio.app.cluster.dealing import deal_out
from pnn_studio.app.cluster.training import ClusterTransport
from pnn_studio.app.cluster.work import Result
from pnn_studio.app.commands.family_run import FamilyRun
from pnn_studio.app.commands.models import load_models
from pnn_studio.domain.run import FamilyPlan
from tests.benchmark.engine import data_of, layout_of

ROUNDS, WORKERS, UNITS = 3, 64, 1000
# a training among so many tells every 4 s, and so nothing but that it has begun
_UNIT_S = 1.0
_SCHEDULER = (sys.executable, "-m", "distributed.cli.dask_scheduler", "--no-dashboard")
_WORKERS = """
import asyncio, sys
from distributed import Worker
import pnn_studio.app.cluster.there as there
from tests.benchmark.cluster import stub
there.UNITS["stub"] = stub
async def main():
    each = {"nthreads": 1, "dashboard_address": None}
    workers = [Worker(sys.argv[1], **each) for _ in range(int(sys.argv[2]))]
    await asyncio.gather(*workers)
    await asyncio.gather(*(each.finished() for each in workers))
asyncio.run(main())
"""


def stub(*_):
    """Stand for a unit of work; what comes of it is as large as a sweep file of some designs."""
    time.sleep(_UNIT_S)
    return b"y" * 20_000


def overhead(name, tell, rounds=ROUNDS, alphas=51, seeds=10, model="loaded"):
    """Return the speeds here and on two workers, round by round."""
    models = load_models()
    dataset = data_of(name, models)
    if dataset is None:
        return None
    plan = FamilyPlan.grid(layout_of(dataset), alphas, seeds, model=model)
    speeds = {"here": [], "cluster": []}
    with connected("local:2") as cluster:
        for number in range(rounds):
            for where, transport in (("here", None), ("cluster", ClusterTransport(cluster))):
                family = FamilyRun(plan, dataset, models, transport=transport, threads=2).run()
                speeds[where].append(family.design_epochs / family.seconds)
                tell(
                    f"{name}, round {number + 1}, {where}: {speeds[where][-1]:,.0f} design-epochs/s"
                )
    share = sum(speeds["cluster"]) / sum(speeds["here"])
    tell(f"{name}: {share:.3f} of the speed without a cluster")
    return {**speeds, "share": share}


def _cpu_seconds(pid):
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100  # ticks of 10 ms, as Linux counts


def scale(tell, workers=WORKERS, units=UNITS):
    """Return how much of a core the scheduler takes."""
    with contextlib.ExitStack() as running:
        port = "18786"
        address = f"tcp://127.0.0.1:{port}"
        scheduler = running.enter_context(
            subprocess.Popen(
                [*_SCHEDULER, "--port", port, "--host", "127.0.0.1"], stderr=subprocess.DEVNULL
            )
        )
        running.callback(scheduler.kill)
        stubs = running.enter_context(
            subprocess.Popen(
                [sys.executable, "-c", _WORKERS, address, str(workers)], stderr=subprocess.DEVNULL
            )
        )
        running.callback(stubs.kill)
        with Client(address, set_as_default=False) as waiting:
            waiting.wait_for_workers(workers)
        cluster = running.enter_context(connected(address))
        cpu, begun, done = _cpu_seconds(scheduler.pid), time.monotonic(), 0
        for told in deal_out(cluster, range(units), lambda *_: ("stub", []), together=1):
            done += sum(isinstance(each, Result) for _, each in told)
        wall, used = time.monotonic() - begun, _cpu_seconds(scheduler.pid) - cpu
    tell(
        f"{done} units of {_UNIT_S:g} s on {workers} workers: {wall:.1f} s, the least is "
        f"{units * _UNIT_S / workers:.1f} s; the scheduler took {used / wall:.1%} of a core, "
        f"{used / done * 1e3:.1f} ms a unit"
    )
    return {"seconds": wall, "scheduler_share": used / wall, "scheduler_s_unit": used / done}
