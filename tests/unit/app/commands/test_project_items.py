from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings

from pnn_studio.app.commands.project_items import add_files, check_project, extract, new_project
from pnn_studio.errors import ProjectFileError, UsageError
from pnn_studio.storage.design_file import load_design, save_design
from pnn_studio.storage.project_lock import ProjectLock
from pnn_studio.storage.project_open import create_project, read_project
from pnn_studio.storage.sweep_file import load_sweep, save_sweep
from tests.support.designs import sample_design
from tests.support.projects import NASTY, families, full_project, projects
from tests.support.runs import sample_family, small_plan
from tests.support.values import same

anything = settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@anything
@given(projects(), families())
def test_whatever_is_added_comes_out_again_value_for_value(tmp_path, project, family):
    path, sweep, design = (tmp_path / each for each in ("p.pnn", "s.npz", "d.json"))
    path.unlink(missing_ok=True)
    create_project(path, project).close()
    save_sweep(sweep, family)
    save_design(design, sample_design(seed=7))
    (run, added), _ = add_files(path, [sweep, design])
    after = read_project(path)
    assert same(after.runs[:-1], project.runs)
    assert same(after.designs[:-1], project.designs)
    assert same((after.steps, after.datasets), (project.steps, project.datasets))
    extract(path, run, tmp_path / "out.npz")
    extract(path, added, tmp_path / "out.json")
    assert same(load_sweep(tmp_path / "out.npz"), load_sweep(sweep))
    assert same(load_design(tmp_path / "out.json"), load_design(design))
    assert (tmp_path / "out.json").read_bytes() == design.read_bytes()


@anything
@given(projects())
def test_whatever_a_project_holds_makes_another_one_through_files(tmp_path, project):
    one, two = tmp_path / "one.pnn", tmp_path / "two.pnn"
    for path in (one, two):
        path.unlink(missing_ok=True)
    create_project(one, project).close()
    new_project(two)
    names = [
        *(f"run-{number}" for number, run in enumerate(project.runs, 1) if run.family is not None),
        *(f"design-{number}" for number in range(1, len(project.designs) + 1)),
    ]
    for name in names:
        extract(one, name, tmp_path / name)
    if names:
        add_files(two, [tmp_path / name for name in names])
    after = read_project(two)
    trained = [run.family for run in project.runs if run.family is not None]
    assert same(tuple(run.family for run in after.runs), tuple(trained))
    assert same(after.designs, project.designs)


def test_nothing_is_added_where_one_of_the_files_is_wrong(tmp_path):
    path, good, bad = (tmp_path / each for each in ("p.pnn", "d.json", "bad.json"))
    new_project(path)
    save_design(good, sample_design())
    bad.write_text("{")
    content = path.read_bytes()
    with pytest.raises(ProjectFileError, match=r"bad\.json is not a design file"):
        add_files(path, [good, bad])
    assert path.read_bytes() == content


def test_nothing_is_added_to_a_project_that_a_window_has_open(tmp_path):
    path, design = tmp_path / "p.pnn", tmp_path / "d.json"
    new_project(path)
    save_design(design, sample_design())
    lock = ProjectLock(path)
    with pytest.raises(ProjectFileError, match="is open in another window"):
        add_files(path, [design])
    lock.release()


def test_what_a_project_does_not_hold_is_named_with_what_it_holds(tmp_path):
    path = tmp_path / "p.pnn"
    create_project(path, full_project()).close()
    with pytest.raises(UsageError, match=r"no 'run-2'; there are design-1, run-1\."):
        extract(path, "run-2", tmp_path / "out")  # it found nothing yet
    with pytest.raises(UsageError, match="would be overwritten"):
        extract(path, "run-1", path)
    assert check_project(path)["intact"]


def test_names_that_steer_terminals_netlists_and_tables_stay_what_they_are(tmp_path):
    path = tmp_path / "p.pnn"
    new_project(path)
    family = sample_family(small_plan())
    nasty = tuple(f"{NASTY}{index}" for index in range(4))
    save_sweep(tmp_path / "s.npz", replace(family, input_names=nasty))
    add_files(path, [tmp_path / "s.npz"])
    assert read_project(path).runs[0].family.input_names == nasty
