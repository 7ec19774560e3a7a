"""Recent projects are found again, also those that are gone for now."""

import json
from dataclasses import replace
from datetime import datetime

import pytest

from pnn_studio.app.project.recent import MOST_RECENT, RecentProjects, project_words
from pnn_studio.domain.project import Project
from tests.support.projects import full_project


@pytest.fixture
def recents(tmp_path):
    return RecentProjects(tmp_path / "user" / "recent.json")


def test_the_latest_comes_first_and_what_is_gone_is_marked(recents, tmp_path):
    assert recents.list() == ()
    for number in range(12):
        (tmp_path / f"{number}.pnn").touch()
        recents.remember(tmp_path / f"{number}.pnn", f"number {number}")
    recents.remember(tmp_path / "8.pnn", "again")
    (tmp_path / "10.pnn").unlink()
    listed = recents.list()
    assert [each.path.stem for each in listed] == ["8", "11", "10", "9", "7", "6", "5", "4"]
    assert [each.there for each in listed] == [True, True, False, *[True] * 5]
    assert len(listed) == MOST_RECENT
    assert listed[0].words == "again"
    assert abs((listed[0].opened - datetime.now().astimezone()).total_seconds()) < 60
    recents.forget(tmp_path / "10.pnn")
    assert "10" not in [each.path.stem for each in recents.list()]


@pytest.mark.parametrize(
    "text", ['{"not": ["a list"]', '{"a": 1}', "[1, null, [], {}]", '[{"path": "a\\u0000b"}]', "["]
)
def test_a_list_that_is_broken_is_as_good_as_none(recents, tmp_path, text):
    (tmp_path / "user").mkdir()
    (tmp_path / "user" / "recent.json").write_text(text)
    assert recents.list() == ()


def test_entries_of_the_first_version_and_odd_ones_are_read(recents, tmp_path):
    (tmp_path / "user").mkdir()
    odd = {"path": "/a/b.pnn", "opened": "noon", "words": 7}
    long = "/a/" + "x" * 5000
    (tmp_path / "user" / "recent.json").write_text(json.dumps(["/a/c.pnn", odd, long]))
    assert [(str(each.path), each.opened, each.words, each.there) for each in recents.list()] == [
        ("/a/c.pnn", None, "", False),
        ("/a/b.pnn", None, "", False),
        (long, None, "", False),
    ]


def test_what_is_in_a_project_is_said_by_its_latest_run_or_its_data():
    project = full_project()
    run = project.runs[-1].head
    assert project_words(project) == f"{run.title}, {run.plan.designs} designs"
    untrained = replace(project, runs=())
    assert project_words(untrained).endswith(", not trained yet")
    assert project_words(Project()) == ""
