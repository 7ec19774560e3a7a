"""The window is opened and closed again and again; `scripts/soak` does it 100 times."""

import itertools
import json
import os
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest

from pnn_studio.app.commands.models import load_models
from pnn_studio.app.commands.own_data import load_data
from pnn_studio.domain.project import Project
from pnn_studio.domain.settings import Recipe, Settings
from pnn_studio.storage.project_open import create_project
from tests.support.process_tree import marked
from tests.support.window_cycles import ENDINGS, MARK

CYCLES = int(os.environ.get("PNN_SOAK_CYCLES", "10"))
ROOT = Path(__file__).resolve().parents[2]
MEGABYTE = 1 << 20
# what is loaded at first use is there after a round of all endings; then little may come on top
GROWTH_AT_ONCE, GROWTH_A_CYCLE = 6 * MEGABYTE, MEGABYTE // 8
PYTHON_OBJECTS = 300  # dictionaries and caches; a window has thousands


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """Give a project with iris, so that a cycle need not read it."""
    path = tmp_path_factory.mktemp("cycles") / "iris.pnn"
    dataset = load_data("iris", load_models().technology)
    settings = Settings(Recipe(data=dataset.reference))
    create_project(path, Project(steps=(settings,), datasets=(dataset,))).close()
    return path


@pytest.mark.slow
@pytest.mark.timeout(60 + 30 * CYCLES)
def test_a_window_that_was_closed_leaves_nothing_behind(project, tmp_path, record_property):
    mark = f"cycles-{os.getpid()}"
    done = subprocess.run(
        [sys.executable, "-m", "tests.support.window_cycles", str(CYCLES), str(project)],
        cwd=ROOT,
        env=os.environ
        | {MARK: mark, "XDG_DATA_HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    assert "Traceback" not in done.stderr
    cycles = [json.loads(line) for line in done.stdout.splitlines()]
    record_property("figures", summary(cycles))
    assert len(cycles) == CYCLES
    assert marked(MARK, mark) == []
    for cycle in cycles:
        assert (cycle["widgets"], cycle["windows"], cycle["processes"]) == (0, 0, [])
    for what in ("files", "threads"):  # Qt ends the idle threads of its pool after a while
        most = max(cycle[what] for cycle in cycles[: len(ENDINGS)])
        assert all(cycle[what] <= most for cycle in cycles), what
    for ending, same in by_ending(cycles[len(ENDINGS) :]).items():
        assert all(each["kinds"] == same[0]["kinds"] for each in same), ending
        assert max(each["python"] for each in same) - same[0]["python"] < PYTHON_OBJECTS, ending
    assert_none_keeps_its_references(cycles)
    settled = cycles[len(ENDINGS) :]
    grown = settled[-1]["bytes"] - settled[0]["bytes"]
    assert grown < GROWTH_AT_ONCE + GROWTH_A_CYCLE * len(settled)


def by_ending(cycles):
    """Sort the cycles by how they ended: each leaves what is loaded at its own first use."""
    sorted_out = defaultdict(list)
    for cycle in cycles:
        sorted_out[cycle["ending"]].append(cycle)
    return sorted_out


def assert_none_keeps_its_references(cycles):
    """Check that no cycle gives back more references to None than it took: Python would abort."""
    counts = [cycle["none"] for cycle in cycles]
    assert all(after >= before - 50 for before, after in itertools.pairwise(counts))


def summary(cycles):
    """Say what was measured, in a line."""
    first, last = cycles[min(len(ENDINGS), len(cycles) - 1)], cycles[-1]
    seconds = sorted(cycle["seconds"] for cycle in cycles)
    return (
        f"{len(cycles)} windows, {seconds[len(seconds) // 2]:.1f} s each ({seconds[-1]:.1f} s at "
        f"most); after the last: {last['widgets']} widgets, {last['objects']} objects of Qt, "
        f"{last['python']} of Python, {last['files']} files, {last['threads']} threads, "
        f"{len(last['processes'])} processes, {last['bytes'] / MEGABYTE:.1f} MB "
        f"(cycle {len(ENDINGS) + 1}: {first['bytes'] / MEGABYTE:.1f} MB), "
        f"{last['none']} references to None (at first {cycles[0]['none']})"
    )
