"""The circuit model is kept in a project; older projects knew the ideal one alone."""

from dataclasses import replace

import pytest

from pnn_studio.domain.project import ProjectRun
from pnn_studio.errors import ProjectFileError
from pnn_studio.storage.project_open import create_project, read_project
from tests.support.projects import full_project
from tests.support.runs import sample_family
from tests.support.values import same
from tests.unit.storage.test_project_print_process import change_values


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "p.pnn"
    create_project(path, full_project()).close()
    return path


def test_a_project_from_before_there_was_a_choice_is_ideal(path):
    change_values(path, lambda recipe: recipe.pop("model"))
    read = read_project(path)
    assert {each.recipe.model for each in (*read.steps, *(run.head for run in read.runs))} == {
        "ideal"
    }
    plan = read.runs[0].head.plan
    assert (plan.model, plan.power_reference) == ("ideal", None)


def test_a_model_that_is_none_is_refused_with_its_place(path):
    change_values(path, lambda recipe: recipe.update(model="quantum"))
    with pytest.raises(ProjectFileError) as error:
        read_project(path)
    assert str(error.value) == (
        "p.pnn, steps 1: recipe.model must be 'loaded' or 'ideal', not 'quantum'."
    )


def test_runs_and_their_designs_keep_model_and_power_reference(tmp_path):
    project = full_project()
    head = project.runs[0].head
    plan = replace(head.plan, model="loaded", power_reference=0.31)
    run = ProjectRun(replace(head, plan=plan), sample_family(plan))
    designs = (replace(project.designs[0], model="loaded", power_reference=0.31),)
    create_project(tmp_path / "p.pnn", replace(project, runs=(run,), designs=designs)).close()
    read = read_project(tmp_path / "p.pnn")
    assert same(read.runs, (run,))
    assert same(read.designs, designs)
    design = read.runs[0].family.design(2)
    assert (design.model, design.power_reference) == ("loaded", 0.31)
