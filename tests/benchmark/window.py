"""Measures what a person at the window feels, against the bounds that it shall keep.

Every scenario is a process of its own under Xvfb, where there is no screen; clicks, keys and moves
are events of Qt. The bounds hold for two cores that do nothing else: the load stands beside them.
"""

import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from pnn_studio.data.datasets import load_dataset
from pnn_studio.domain.dataset import DataReference
from pnn_studio.domain.project import Project
from pnn_studio.domain.settings import Recipe, Settings
from pnn_studio.domain.technology import load_technology
from pnn_studio.storage.project_open import create_project
from tests.benchmark.data import versions

PARTS = ("start", "train", "drag", "pace", "memory")
STARTS, TRAININGS = 10, 3
ROOT = Path(__file__).resolve().parents[2]
MEGABYTE = 1e6
SCREEN = "1920x1080x24"

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Figure:
    """One line of the table.

    Attributes
    ----------
    what, unit : str
        What was measured.
    measured, bound : float
        In that unit; the bound is what it may be at most, or nan where there is none.
    note : str
        How it came about.
    """

    what: str
    unit: str
    measured: float
    bound: float = float("nan")
    note: str = ""

    @property
    def verdict(self) -> str:
        """Whether it keeps the bound."""
        if not np.isfinite(self.bound):
            return ""
        return "ok" if self.measured <= self.bound else "OVER"

    @property
    def line(self) -> str:
        """The line as text."""
        bound = f"{self.bound:8.4g} {self.unit:3}" if np.isfinite(self.bound) else " " * 12
        measured = f"{self.measured:8.4g} {self.unit:3}"
        return f"{self.what:66} {measured}  {bound}  {self.verdict:4}  {self.note}".rstrip()


def measure(parts: tuple[str, ...], minutes: float, tell: Tell) -> dict[str, object]:
    """Measure the parts that are asked for; `tell` gets a line for each figure."""
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory() as folder, screen() as (display, name):
        bench = Bench(Path(folder), display)
        tell(f"screen: {name}; load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
        tell(f"{'':66} {'measured':12}  {'at most':12}")
        for part in parts:
            for figure in _MEASURES[part](bench, minutes):
                figures.append(figure)
                tell(figure.line)
        tell(f"load {os.getloadavg()[0]:.1f}")
    return {
        "figures": [asdict(each) | {"verdict": each.verdict} for each in figures],
        "load": os.getloadavg()[0],
        "screen": name,
        "versions": versions("PySide6_Essentials", "pyqtgraph", "numpy", "torch"),
    }


@contextlib.contextmanager
def screen() -> Iterator[tuple[dict[str, str], str]]:
    """Give the environment of a screen: the one that is there, else Xvfb, else none."""
    if os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
        yield {}, "the one that is there"
        return
    if shutil.which("Xvfb") is None:
        yield {"QT_QPA_PLATFORM": "offscreen"}, "none, Qt paints into memory"
        return
    reading, writing = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writing), "-screen", "0", SCREEN, "-nolisten", "tcp"],
        pass_fds=[writing],
        stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    try:
        with os.fdopen(reading) as answers:
            display = f":{answers.readline().strip()}"
        yield {"DISPLAY": display, "QT_QPA_PLATFORM": "xcb"}, f"Xvfb {SCREEN}"
    finally:
        server.terminate()
        server.wait()


class Bench:
    """Runs the window in processes of its own, with a folder of its own."""

    def __init__(self, folder: Path, display: dict[str, str]) -> None:
        self._folder = folder
        self._environment = os.environ | display
        self.project = folder / "iris.pnn"
        dataset = load_dataset(DataReference("iris"), load_technology())
        settings = Settings(Recipe(data=dataset.reference))
        create_project(self.project, Project(steps=(settings,), datasets=(dataset,))).close()

    def run(self, scenario: str, *, empty: bool = False, minutes: float = 0.0) -> dict[str, object]:
        """Go through a scenario with a project of iris, or with none; return what it measured."""
        with tempfile.TemporaryDirectory(dir=self._folder) as home:
            project = ""
            if not empty:
                project = str(Path(home) / self.project.name)
                shutil.copy(self.project, project)
            places = {"XDG_DATA_HOME": home, "XDG_CONFIG_HOME": home}
            command = [sys.executable, "-m", "tests.benchmark.window_use", scenario, project]
            done = subprocess.run(
                [*command, str(time.monotonic()), str(minutes)],
                cwd=ROOT,
                env=self._environment | places,
                stdout=subprocess.PIPE,
                check=True,
                text=True,
            )
        return json.loads(done.stdout.splitlines()[-1])


def _start(bench: Bench, _minutes: float) -> Iterator[Figure]:
    bench.run("start", empty=True)  # what it reads is in memory then: a warm start
    runs = [bench.run("start", empty=True) for _ in range(STARTS)]
    taken = [run["painted_s"] for run in runs]
    worst = f"worst of {STARTS} {max(taken):.2f} s"
    yield Figure("process start to window painted", "s", float(np.median(taken)), 1.5, worst)
    heavy = sorted({name for run in runs for name in run["heavy"]})
    yield Figure("heavy libraries in the window process", "", len(heavy), 0, ", ".join(heavy))
    used = float(np.median([run["bytes"] for run in runs]))
    yield Figure("memory of the window process then", "MB", used / MEGABYTE)


def _train(bench: Bench, _minutes: float) -> Iterator[Figure]:
    for scenario, when in (("train_in_peace", "5 s after"), ("train_at_once", "right after")):
        runs = [bench.run(scenario) for _ in range(TRAININGS)]
        for key, what, bound in (
            ("curve_s", "click on Train to first curve", 3.0),
            ("design_s", "click on Train to first design shown", float("nan")),
            ("trained_s", "click on Train to first design trained to its end", 10.0),
            ("trained_from_start_s", "process start to the same", float("nan")),
        ):
            taken = [run[key] for run in runs]
            note = f"{runs[0]['plan']}, worst of {TRAININGS} {max(taken):.2f} s"
            yield Figure(f"{what}, {when} the start", "s", float(np.median(taken)), bound, note)

    runs = [bench.run("example", empty=True) for _ in range(TRAININGS)]
    for key, what, bound in (
        ("trained_s", "click on the iris example to all its designs trained", float("nan")),
        ("checked_s", "the same to its 95 % point checked in ngspice", float("nan")),
    ):
        taken = [run[key] for run in runs]
        note = f"{runs[0]['plan']}, right after the start, worst of {TRAININGS} {max(taken):.2f} s"
        yield Figure(what, "s", float(np.median(taken)), bound, note)


def _drag(bench: Bench, _minutes: float) -> Iterator[Figure]:
    answer = bench.run("drag")
    for when, tabs in (("while training", answer["training"]), ("trained", answer["trained"])):
        for tab, late in tabs.items():
            if not late:
                yield Figure(f"slider drag, {tab}, {when}", "ms", float("nan"), 100, "no answer")
                continue
            note = f"median {np.median(late):.0f}, max {max(late):.0f} ms, {len(late)} answers"
            p99 = float(np.percentile(late, 99))
            yield Figure(f"slider drag answered, {tab}, {when}, p99", "ms", p99, 100, note)
    later = [tab for tab, at_once in answer["at_once"].items() if not at_once]
    yield Figure("tabs that answer later than it is measured", "", len(later), 0, ", ".join(later))


def _pace(bench: Bench, _minutes: float) -> Iterator[Figure]:
    answer = bench.run("pace")
    late = np.array(answer["late_ms"])
    note = f"{answer['plan']} of iris, {answer['seconds']:.0f} s, {answer['state']}"
    yield Figure("10 ms timer late, p99", "ms", float(np.percentile(late, 99)), 16, note)
    often = ", ".join(f"{(late > limit).sum()} above {limit} ms" for limit in (16, 30, 50))
    yield Figure("10 ms timer late, max", "ms", float(late.max()), 50, often)


def _memory(bench: Bench, minutes: float) -> Iterator[Figure]:
    answer = bench.run("use", empty=True, minutes=minutes)
    at, used = np.array(answer["minutes"]), np.array(answer["bytes"]) / MEGABYTE
    note = f"{answer['rounds']} rounds: load, draw, train, drag, look, check, undo"
    what = f"memory of the window process after {at[-1]:.1f} min of use"
    yield Figure(what, "MB", float(used[-1]), 400, note)
    half = at >= at[-1] / 2
    if half.sum() > 1:
        growth = float(np.polyfit(at[half], used[half], 1)[0])
        note = f"from {used[0]:.0f} MB after the first round"
        yield Figure("its growth in the second half", "MB/min", growth, float("nan"), note)


_MEASURES: dict[str, Callable[[Bench, float], Iterator[Figure]]] = {
    "start": _start,
    "train": _train,
    "drag": _drag,
    "pace": _pace,
    "memory": _memory,
}
