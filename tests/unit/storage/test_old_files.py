"""Files that the version before wrote open with the values that they had in it."""

import hashlib
import json
import shutil
import sqlite3
from pathlib import Path

import numpy as np
import pytest

from pnn_studio.domain.design import Power
from pnn_studio.domain.design_ref import DesignRef
from pnn_studio.domain.print_process import PrintProcess
from pnn_studio.domain.project import View
from pnn_studio.domain.settings import Recipe, Shown
from pnn_studio.errors import ProjectFileError
from pnn_studio.storage.design_file import load_design
from pnn_studio.storage.project_open import migrate_project, open_project, read_project
from pnn_studio.storage.sweep_file import load_sweep
from tests.support.values import same

OLD = Path(__file__).resolve().parents[2] / "data/old"
SWEPT = {
    "theta": "daa1fd25bff69282",
    "alphas": (0.0, 0.0, 0.5, 0.5, 1.0, 1.0),
    "seeds": (0, 1, 0, 1, 0, 1),
    "accuracy": [14 / 15] * 4 + [1 / 3] * 2,
    "power": [
        0.01001495331298603, 0.00999775253598147, 0.004162403000471845,
        0.004388337511000198, 0.0008399768090724895, 0.0008399744224741393,
    ],
}  # fmt: skip
CHECKED = "1ce10ae133a7065ab65670f9be267fbf5309bcf33e4f8c7742191e0abf277abf"


def digest(thetas):
    """Tell the printed theta of all layers, to the last bit."""
    found = hashlib.sha256()
    for theta in thetas:
        found.update(np.ascontiguousarray(theta, dtype="<f8").tobytes())
    return found.hexdigest()[:16]


def figures(family):
    return {
        "theta": digest(family.theta),
        "alphas": family.plan.alphas,
        "seeds": family.plan.seeds,
        "accuracy": family.test_accuracy.tolist(),
        "power": family.total_power.tolist(),
    }


@pytest.fixture
def project():
    return read_project(OLD / "project.pnn")


@pytest.fixture
def copy(tmp_path):
    return Path(shutil.copyfile(OLD / "project.pnn", tmp_path / "p.pnn"))


def change_step(path, **changes):
    """Change settings of the present step, as another person would have chosen them."""
    connection = sqlite3.connect(path)
    (text,) = connection.execute("SELECT value FROM steps WHERE number = 6").fetchone()
    value = json.dumps(json.loads(text) | changes)
    connection.execute("UPDATE steps SET value = ? WHERE number = 6", (value,))
    connection.commit()
    connection.close()


def shown_in(path):
    return read_project(path).settings.shown


def test_what_was_chosen_is_a_recipe_and_what_is_shown(project):
    data = project.datasets[0].reference
    recipe, names = Recipe(data, (3,), model="ideal"), (("1", "hidden one"), ("1.0", "petal"))
    assert project.current == 5
    recipes = [step.recipe for step in project.steps]
    assert recipes[0] == Recipe(model="ideal")
    assert recipes[1] == recipe
    assert (recipes[2].alphas, recipes[2].seeds, recipes[2].max_epochs) == (3, 2, 300)
    assert [each.names for each in recipes] == [()] * 3 + [names] * 3
    assert recipes[5].print_process == PrintProcess("negt", "", 2e6)
    assert (recipes[5].crossbar, recipes[5].sharing) == ("original", "network")
    assert {each.print_process for each in recipes[:5]} == {PrintProcess()}
    assert [step.shown.limit for step in project.steps] == [None] * 3 + [0.005] * 3
    pins = (DesignRef(0, 2), DesignRef(0, 1))
    assert project.settings.shown == Shown(0.5, "best", 0.005, pins)
    assert project.view == View(tab=2, sample=0)


def test_data_runs_and_checks_have_the_values_that_they_had(project):
    (dataset,), (run,), (check,) = project.datasets, project.runs, project.checks
    assert dataset.voltages.shape == (72, 2)
    assert dataset.voltages.sum() == 79.69137627225481
    assert dataset.counts == {"train": 43, "valid": 14, "test": 15}
    assert (run.head.title, run.head.state) == ("small 2-3-3", "finished")
    assert run.head.recipe == project.steps[2].recipe
    assert {(plan.model, plan.power_reference) for plan in (run.head.plan, run.family.plan)} == {
        ("ideal", None)
    }
    assert figures(run.family) == SWEPT
    assert run.family.history.loss.shape == (300, 6, 2)
    found = check.verification
    assert (check.design, check.ref) == (CHECKED, DesignRef(0, 2))
    assert run.family.design(2).key == CHECKED
    assert (found.simulator, found.samples, found.agreement) == ("ngspice 39", 15, 1.0)
    assert found.spice_accuracy == 14 / 15
    assert found.spice_power == Power(
        1.2316675062920957e-05, 0.0023604144950101153, 0.0026630312552198563
    )
    assert np.abs(found.spice - found.model).max() == 0.15649454501215865


def test_a_design_has_the_values_that_it_had():
    design = load_design(OLD / "design.json")
    assert (design.alpha, design.seed, design.origin) == (0.4, 0, None)
    assert digest(layer.theta for layer in design.layers) == "6d4614b220dc9228"
    assert design.key.startswith("ea169ed861a78c72")
    assert design.metrics.accuracy["test"] == 14 / 15
    assert design.metrics.power.total == 0.00469225421240622


def test_sweeps_have_the_values_that_they_had():
    assert figures(load_sweep(OLD / "sweep.npz")) == SWEPT
    limits = load_sweep(OLD / "limits.npz")
    assert limits.plan.limits == (0.00200299, 0.010015)
    assert figures(limits) == {
        "theta": "8311f280fbd781fc",
        "alphas": (0.0, 0.0),
        "seeds": (0, 0),
        "accuracy": [2 / 3, 13 / 15],
        "power": [0.0016007438876134543, 0.009880789991084856],
    }


def test_an_old_project_that_is_brought_up_is_the_same_and_is_written_anew(copy, project):
    with open_project(copy, writable=True) as file:
        migrate_project(file, file.read())
        file.check_integrity()
    with open_project(copy, writable=False) as file:
        assert file.version == 3
        assert same(file.read(), project)


def test_a_pin_of_no_run_is_of_the_one_that_was_shown(copy):
    change_step(copy, pins=[[1.0, 1], [0.5, 1]])
    assert shown_in(copy).pins == (DesignRef(0, 5), DesignRef(0, 3))


def test_pins_of_what_is_not_there_are_left_out(copy):
    change_step(copy, pins=[[0.5, 0, 3], [0.7, 0, 0], [0.5, 9, 0], [0.5, 0, -1], [0.0, 0, 0]])
    assert shown_in(copy).pins == (DesignRef(0, 0),)


def test_the_run_that_was_shown_and_deleted_ones_stay_so(copy):
    change_step(copy, run=0, deleted_runs=[-1], alpha=0.25, seed=1)
    assert shown_in(copy) == Shown(
        0.25, 1, 0.005, (DesignRef(0, 2), DesignRef(0, 1)), run=0, deleted_runs=(-1,)
    )


def test_a_check_of_no_design_of_the_project_is_left_out(copy):
    connection = sqlite3.connect(copy)
    change = "UPDATE checks SET value = replace(value, '\"alpha\": 0.5', '\"alpha\": 0.75')"
    connection.execute(change)
    connection.commit()
    connection.close()
    assert read_project(copy).checks == ()
    with open_project(copy, writable=True) as file:
        migrate_project(file, file.read())
    assert read_project(copy).checks == ()


def test_what_an_old_project_may_not_hold_is_refused_with_its_row(copy):
    change_step(copy, kit={"$type": "Kit", "technology": "negt", "surrogates": "", "largest_r": -1})
    with pytest.raises(ProjectFileError, match=r"p\.pnn, steps 6: The largest R must be positive"):
        read_project(copy)
