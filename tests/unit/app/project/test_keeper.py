import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from pnn_studio.app.project.keeper import ProjectKeeper
from pnn_studio.app.project.opening import open_kept, remove_unsaved
from pnn_studio.app.project.places import Places, sidecar, sidecars
from pnn_studio.domain.project import Project, ProjectRun
from pnn_studio.domain.settings import Settings, Shown
from pnn_studio.errors import ProjectFileError
from pnn_studio.storage.project_lock import ProjectLock, ProjectLocked
from pnn_studio.storage.project_open import create_project, read_project
from pnn_studio.storage.project_schema import VERSION
from tests.support.projects import full_project
from tests.support.runs import sample_family, small_plan
from tests.support.values import same
from tests.support.write_protected import write_protected
from tests.unit.storage.test_project_file import older_project

ROOT = Path(__file__).resolve().parents[4]


@pytest.fixture
def places(tmp_path):
    return Places(tmp_path / "user")


@pytest.fixture
def news():
    return []


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "p.pnn"
    create_project(path, full_project()).close()
    return path


@pytest.fixture
def opened(path, places, news):
    opened = open_kept(path, places, news.append)
    yield opened
    opened.keeper.close()


def edited(project, alpha=0.125):
    return replace(project, steps=(*project.steps, Settings(shown=Shown(alpha=alpha))), current=3)


def wait_until(holds, seconds=10):
    begin = time.monotonic()
    while not holds():
        assert time.monotonic() - begin < seconds
        time.sleep(0.02)


def test_an_edit_is_on_the_disk_within_seconds_and_the_window_does_not_wait(opened, path):
    waits = []
    for step in range(5):
        changed = edited(opened.project, 0.125 * step)
        begin = time.monotonic()
        opened.keeper.keep(changed)
        waits.append(time.monotonic() - begin)
    assert min(waits) < 0.01  # each may wait for a core, but none for the disk
    wait_until(lambda: same(read_project(path), changed))  # 5 s at most where nothing else runs


def test_the_designs_of_a_running_training_are_saved_every_few_seconds(opened, path):
    plan, project = small_plan(), opened.project
    head = replace(project.runs[0].head, plan=plan, state="running")

    def with_family(seed):
        return replace(project, runs=(ProjectRun(head, sample_family(plan, seed=seed)),))

    for seed in range(4):  # the first is written at once
        opened.keeper.keep(with_family(seed))
        time.sleep(0.2)
    wait_until(lambda: same(read_project(path), with_family(3)), 5)


def test_what_is_left_is_written_when_the_window_closes(path, places, news):
    opened = open_kept(path, places, news.append)
    opened.keeper.keep(edited(opened.project))
    assert opened.keeper.close()
    assert same(read_project(path), edited(opened.project))
    ProjectLock(path).release()
    assert news == []


def test_a_project_without_a_name_appears_with_the_first_change(places, news):
    keeper = ProjectKeeper.untitled(places, news.append)
    keeper.keep(Project())
    assert keeper.flush()
    assert not places.unsaved_folder.exists()
    keeper.keep(full_project())
    assert keeper.flush()
    assert same(read_project(keeper.path), full_project())
    assert keeper.path.parent == places.unsaved_folder
    assert places.abandoned() == ()  # it is open
    keeper.close()
    assert [each.path for each in places.abandoned()] == [keeper.path]
    remove_unsaved(keeper.path)
    assert list(places.unsaved_folder.iterdir()) == []


def test_saving_a_nameless_project_moves_it_with_the_state_of_its_training(places, news, tmp_path):
    keeper = ProjectKeeper.untitled(places, news.append)
    running = full_project()
    keeper.keep(running)
    keeper.flush()
    keeper.checkpoint(2).write_bytes(b"state")
    named = keeper.save_as(tmp_path / "n.pnn", running)
    assert named.named
    assert not keeper.path.exists()
    assert same(read_project(tmp_path / "n.pnn"), running)
    assert sidecar(tmp_path / "n.pnn", 2).read_bytes() == b"state"
    named.keep(edited(running))
    named.close()
    assert same(read_project(tmp_path / "n.pnn"), edited(running))
    assert list(places.unsaved_folder.iterdir()) == []


def test_saving_under_another_name_leaves_the_first_file_as_it_is(opened, path, tmp_path):
    other = opened.keeper.save_as(tmp_path / "other.pnn", opened.project)
    other.keep(edited(opened.project))
    other.close()
    assert same(read_project(path), full_project())
    assert same(read_project(tmp_path / "other.pnn"), edited(opened.project))


def test_a_project_that_is_open_elsewhere_is_not_written_over(opened, path, places, news, tmp_path):
    keeper = ProjectKeeper.untitled(places, news.append)
    with pytest.raises(ProjectLocked, match="another window"):
        keeper.save_as(path, Project())
    keeper.close()
    assert same(read_project(path), full_project())


def test_a_second_window_may_look_and_says_why(opened, path, places, news):
    second = open_kept(path, places, news.append)
    assert f"process {os.getpid()}" in second.read_only
    assert same(second.project, full_project())
    second.keeper.keep(second.project)
    assert second.keeper.flush()
    assert not places.unsaved_folder.exists()  # looking at it makes no copy
    second.keeper.keep(edited(second.project))
    assert second.keeper.flush()
    assert same(read_project(path), full_project())
    assert same(read_project(second.keeper.path), edited(second.project))
    second.keeper.close()


@pytest.mark.parametrize("fate", ["deleted", "replaced"])
def test_a_file_that_goes_while_it_is_open_takes_nothing_with_it(opened, path, news, fate):
    stranger = b"of another program"
    path.unlink()
    if fate == "replaced":
        path.write_bytes(stranger)
    opened.keeper.keep(edited(opened.project))
    wait_until(lambda: news)
    assert [each.kind for each in news] == ["moved"]
    assert "deleted or replaced" in news[0].text
    assert same(read_project(opened.keeper.path), edited(opened.project))
    assert not path.exists() if fate == "deleted" else path.read_bytes() == stranger


def test_the_checkpoint_of_a_run_goes_when_its_outcome_is_saved(opened, path):
    for run in (1, 2):
        opened.keeper.checkpoint(run).write_bytes(b"state")
    head, other = full_project().runs[0].head, full_project().runs[0]
    running = ProjectRun(replace(head, state="running"), other.family)
    opened.keeper.keep(replace(opened.project, runs=(running, running)))
    assert opened.keeper.flush()
    assert len(sidecars(path)) == 2
    done = ProjectRun(replace(head, state="finished"), other.family)
    opened.keeper.keep(replace(opened.project, runs=(running, done)))
    assert opened.keeper.flush()
    assert sidecars(path) == (sidecar(path, 1),)


def test_an_older_project_is_brought_up_and_the_copy_is_named(tmp_path, places, news):
    path = tmp_path / "old.pnn"
    older_project(path, VERSION - 1)
    opened = open_kept(path, places, news.append)
    assert opened.original.name == f"old.format-{VERSION - 1}.pnn"
    opened.keeper.close()


def test_a_file_that_is_no_project_leaves_nothing_behind(tmp_path, places, news):
    path = tmp_path / "p.pnn"
    path.write_bytes(b"nothing of the kind")
    for _ in range(2):
        with pytest.raises(ProjectFileError, match="is not a project"):
            open_kept(path, places, news.append)
    assert [each.name for each in tmp_path.iterdir()] == ["p.pnn"]


FULL = """
import resource, sys, time
from pathlib import Path
from pnn_studio.app.project.opening import open_kept
from pnn_studio.app.project.places import Places
from tests.support.projects import full_project
from tests.unit.app.project.test_keeper import edited
path, limit = Path(sys.argv[1]), int(sys.argv[2])
news = []
opened = open_kept(path, Places(path.parent / "user"), news.append)
if limit:  # as a full disk, where there is none: no file may grow beyond this
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
larger = full_project()
for each in range(14):
    larger = edited(larger)
    larger = type(larger)(**{**vars(larger), "runs": larger.runs * 2})
opened.keeper.keep(larger)
while not news: time.sleep(0.02)
print(news[0].kind, news[0].text)
opened.keeper.keep(edited(opened.project))  # what fits is saved as soon as it may
if limit:
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
while len(news) < 2: time.sleep(0.02)
print(news[1].kind, news[1].text)
opened.keeper.close()
"""


def save_without_space(path, limit):
    done = subprocess.run(
        [sys.executable, "-c", FULL, str(path), str(limit)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    failed, recovered = done.stdout.splitlines()
    assert failed.startswith(f"failed {path} cannot be written: ")
    assert "kept in memory" in failed
    assert recovered.startswith("recovered")
    assert same(read_project(path), edited(full_project()))
    return failed


def test_a_file_that_may_not_grow_is_told_and_nothing_saved_is_lost(path):
    save_without_space(path, path.stat().st_size + 8192)


def test_a_full_disk_is_told_and_nothing_saved_is_lost(small_disk):
    path = small_disk / "p.pnn"
    create_project(path, full_project()).close()
    assert "no space left on the disk" in save_without_space(path, 0)


def test_a_file_system_that_is_read_only_lets_one_look(small_disk, tmp_path, news):
    path = small_disk / "p.pnn"
    create_project(path, full_project()).close()
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    opened = open_kept(path, Places(tmp_path / "user"), news.append)
    assert "write-protected" in opened.read_only or "takes no lock" in opened.read_only
    assert same(opened.project, full_project())
    opened.keeper.close()


def test_a_folder_that_is_read_only_lets_one_look(open_folder, news):
    path = open_folder / "p.pnn"
    create_project(path, full_project()).close()
    path.chmod(0o644)
    with write_protected(open_folder):
        opened = open_kept(path, Places(open_folder / "user"), news.append)
        assert "takes no lock" in opened.read_only
        assert same(opened.project, full_project())
        opened.keeper.close()
    assert [each.name for each in open_folder.iterdir()] == ["p.pnn"]


@pytest.mark.parametrize("jump", [-400 * 86400, 400 * 86400])
def test_a_clock_that_jumps_loses_nothing_and_says_no_nonsense(places, news, monkeypatch, jump):
    keeper = ProjectKeeper.untitled(places, news.append)
    keeper.keep(full_project())
    assert keeper.flush()
    state = keeper.checkpoint(2)
    state.write_bytes(b"state")
    now = time.time() + jump
    monkeypatch.setattr(time, "time", lambda: now)
    assert places.abandoned() == ()  # tidies up, but nothing of what is open
    assert state.exists()
    keeper.keep(edited(full_project()))
    assert keeper.flush(), "it waits by a clock that does not jump"
    keeper.close()
    assert same(read_project(keeper.path), edited(full_project()))
