"""Kills the whole program at a random moment, and finds out what is left of its project."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import fields
from pathlib import Path

from pnn_studio.app.commands.family_run import FamilyRun
from pnn_studio.app.commands.models import load_models
from pnn_studio.app.commands.own_data import load_data
from pnn_studio.app.commands.project_items import check_project
from pnn_studio.app.project.places import sidecars
from pnn_studio.app.session.session import Session
from pnn_studio.domain.print_process import SHIPPED_PROCESS
from pnn_studio.domain.project import Project, View
from pnn_studio.domain.settings import Recipe, Settings
from pnn_studio.storage.project_open import create_project, read_project
from tests.support.values import same
from tests.support.window_program import state

LOST_AT_MOST_S = 5.0
ROOT = Path(__file__).resolve().parents[2]


def start(mode, path, log, seed):
    """Start the program on a project."""
    command = [sys.executable, "-m", "tests.support.window_program", mode, path, log, str(seed)]
    return subprocess.Popen(
        [str(each) for each in command],
        cwd=ROOT,
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen", "XDG_DATA_HOME": str(path.parent)},
        stdin=subprocess.DEVNULL,
    )


def family_tree(pid):
    """List a process and all that it started, and they in turn."""
    found = [pid]
    for each in found:
        for task in Path(f"/proc/{each}/task").glob("*/children"):
            try:
                found += [int(child) for child in task.read_text().split()]
            except (FileNotFoundError, ProcessLookupError):
                continue
    return found


def kill_all(process):
    """End the program with everything that it started, without a word; returns when."""
    moment = time.time()
    for pid in family_tree(process.pid):
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue
    process.wait()
    return moment


def project_for(settings):
    """Make a project with iris and these settings, and the family that it trains undisturbed."""
    models = load_models(settings.get("print_process", SHIPPED_PROCESS))
    dataset = load_data("iris", models.technology)
    settings = Settings(Recipe(**settings, data=dataset.reference))
    # edits would have other families trained, which are not compared with anything
    view = View(retrains=False)
    project = Project(steps=(settings,), datasets=(dataset,), view=view)
    session = Session()
    session.restore(project)
    return project, FamilyRun(session.plan(), dataset, models).run()


def unlike(one, two):
    """Name the parts in which two families differ; when and how long does not count."""
    return [
        field.name
        for field in fields(one)
        if field.name not in ("seconds", "origin")
        and not same(getattr(one, field.name), getattr(two, field.name))
    ]


def ordeal(folder, project, undisturbed, seed):
    """Work on a project, be killed, go on, and compare with a training that nothing disturbed.

    Returns how the run stood when all was killed, and whether there was a checkpoint of it.
    """
    chance = random.Random(seed)
    path, log = folder / "p.pnn", folder / "log"
    create_project(path, project).close()
    program = start("work", path, log, seed)
    try:
        wait_for_lines(log, program, 1 + chance.randrange(3))
        if seed // 2 % 2 == 0:  # some have something to go on from, however slow the machine is
            wait_for_checkpoint(path)
        time.sleep(chance.uniform(0, 3))
    finally:
        moment = kill_all(program)
    check_project(path)
    left = read_project(path)
    assert_nothing_old_is_lost(left, log, moment)
    how = (left.runs[-1].head.state if left.runs else "not begun", bool(sidecars(path)))
    finish = start("finish", path, log, seed)
    assert finish.wait(240) == 0
    check_project(path)
    done = read_project(path)
    assert done.runs[-1].head.state == "finished"
    others = unlike(done.runs[-1].family, undisturbed)
    assert not others, f"other numbers in {others}"
    assert sidecars(path) == ()
    assert done.settings == left.settings
    assert len(done.steps) == len(left.steps)
    return how


def wait_for_lines(log, program, count):
    """Wait until the program has made so many edits."""
    begin = time.monotonic()
    while not log.exists() or log.read_text().count("\n") < count:
        assert program.poll() is None
        assert time.monotonic() - begin < 120
        time.sleep(0.02)


def wait_for_checkpoint(path):
    """Wait until the training has kept its state beside the project."""
    begin = time.monotonic()
    while not sidecars(path):
        assert time.monotonic() - begin < 120
        time.sleep(0.02)


def assert_nothing_old_is_lost(project, log, moment):
    """Check that the saved settings are the last ones, or those of at most 5 s before."""
    entries = [json.loads(line) for line in log.read_text().splitlines()]
    saved = state(project.settings, project.current)
    there = [index for index, (_, each) in enumerate(entries) if _plain(each) == _plain(saved)]
    assert there or entries[0][0] > moment - LOST_AT_MOST_S, "the saved state was never there"
    newer = entries[there[-1] + 1 :] if there else entries
    assert all(when > moment - LOST_AT_MOST_S for when, _ in newer)


def _plain(value):
    return json.loads(json.dumps(value))
