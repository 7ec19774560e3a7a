"""Projects on the command line, and the window's program on them."""

import json
import sqlite3
from dataclasses import replace

import pytest

from pnn_studio.domain.print_process import SHIPPED_PROCESS, PrintProcess
from pnn_studio.storage.design_file import load_design
from pnn_studio.storage.project_open import create_project, read_project
from pnn_studio.storage.sweep_file import load_sweep
from tests.support.command_line import refusal
from tests.support.killing import project_for, start, unlike
from tests.support.projects import NASTY, full_project
from tests.support.technologies import copy_surrogates, edit_card, write_technology
from tests.support.values import same


def test_sweeps_and_designs_go_into_a_project_and_come_out_unchanged(workshop, here, tmp_path):
    sweep, design = workshop / "s.npz", workshop / "d.json"
    assert here("project", "new", "p.pnn", "--data", "iris", "--json", cwd=tmp_path).answer == {
        "file": "p.pnn",
        "data": "Iris",
        "model": "loaded",
    }
    added = here("project", "add", "p.pnn", sweep, design, "--json", cwd=tmp_path).answer
    assert added["added"] == ["run-1", "design-1"]
    info = here("project", "info", "p.pnn", "--json", cwd=tmp_path).answer
    assert [each["name"] for each in info["runs"] + info["designs"]] == ["run-1", "design-1"]
    assert info["data"][0]["samples"] == 150
    assert here("project", "check", "p.pnn", "--json", cwd=tmp_path).answer["intact"]
    for name, file in (("run-1", sweep), ("design-1", design)):
        done = here("project", "extract", "p.pnn", name, "--out", "out", "--json", cwd=tmp_path)
        assert done.answer["name"] == name
        assert (tmp_path / "out").read_bytes() == file.read_bytes()


def test_a_project_is_shown_to_people(here, tmp_path):
    create_project(tmp_path / "p.pnn", full_project()).close()
    shown = here("project", "info", "p.pnn", cwd=tmp_path)
    assert shown.code == 0
    assert "run-1     Iris 4-3-3: 6 designs, ideal, finished" in shown.out
    assert "  model     loaded: Each circuit is computed with the load" in shown.out


def test_a_project_is_made_for_a_model_and_says_which_it_trains_with(here, tmp_path):
    lab = write_technology(tmp_path / "lab.toml", transistor=False)

    def made(name, *more):
        new = here("project", "new", name, *more, "--json", cwd=tmp_path)
        info = here("project", "info", name, "--json", cwd=tmp_path).answer
        assert info["settings"]["model"] == new.answer["model"]
        return new.answer["model"], new.err

    assert made("a.pnn") == ("loaded", "")
    assert made("b.pnn", "--model", "ideal") == ("ideal", "")
    model, told = made("c.pnn", "--technology", lab)
    assert model == "ideal"
    assert told.startswith("The technology 'lab' has surrogates alone and states no transistor")
    asked = ("--technology", lab, "--model", "loaded")
    assert "states no transistor" in refusal(here("project", "new", "d.pnn", *asked, cwd=tmp_path))
    assert not (tmp_path / "d.pnn").exists()


def test_a_title_cannot_steer_the_terminal(here, tmp_path):
    create_project(tmp_path / "p.pnn", full_project()).close()
    connection = sqlite3.connect(tmp_path / "p.pnn")
    (text,) = connection.execute("SELECT value FROM runs WHERE number = 1").fetchone()
    head = json.loads(text) | {"title": NASTY}
    connection.execute("UPDATE runs SET value = ? WHERE number = 1", (json.dumps(head),))
    connection.commit()
    connection.close()
    shown = here("project", "info", "p.pnn", cwd=tmp_path)
    assert "\x1b" not in shown.out
    assert "\n.control" not in shown.out


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "does not exist"),
        (b"", "it is empty"),
        (b"SQLite format 3\x00" + bytes(5000), "not a project"),
        (bytes(range(256)) * 40, "not a project"),
    ],
)
@pytest.mark.parametrize("command", ["info", "check", "add", "extract"])
def test_what_is_no_project_is_told_in_one_line(here, workshop, tmp_path, content, words, command):
    if content is not None:
        (tmp_path / "p.pnn").write_bytes(content)
    more = {"add": [workshop / "d.json"], "extract": ["run-1", "--out", "out"]}.get(command, [])
    assert words in refusal(here("project", command, "p.pnn", *more, cwd=tmp_path))
    assert content is None or (tmp_path / "p.pnn").read_bytes() == content
    assert not (tmp_path / "out").exists()


def test_a_project_is_not_made_where_there_is_a_file(here, tmp_path):
    (tmp_path / "p.pnn").write_text("mine")
    assert "File exists" in refusal(here("project", "new", "p.pnn", cwd=tmp_path))
    assert (tmp_path / "p.pnn").read_text() == "mine"


@pytest.mark.parametrize(
    ("alphas", "seeds", "alpha", "model", "print_process"),
    [
        (3, 2, 1.0, "loaded", SHIPPED_PROCESS),
        (1, 1, 0.5, "ideal", PrintProcess(largest_r=2e6)),
    ],
    ids=["family", "one ideal design of a smaller largest R"],
)
def test_what_the_window_trains_equals_what_the_commands_train(
    here, tmp_path, alphas, seeds, alpha, model, print_process
):
    """From one project and with the same seeds, bit for bit: the family, and one design of it."""
    chosen = {"alphas": alphas, "seeds": seeds, "max_epochs": 40, "print_process": print_process}
    project, undisturbed = project_for(chosen | {"model": model})
    path = tmp_path / "p.pnn"
    create_project(path, project).close()
    assert start("finish", path, tmp_path / "log", 0).wait(250) == 0
    family = read_project(path).runs[0].family
    assert family.plan.model == model
    assert unlike(family, undisturbed) == []
    done = here("sweep", "p.pnn", "--out", "s.npz", "--json", cwd=tmp_path)
    assert done.code == 0, done.err
    assert unlike(load_sweep(tmp_path / "s.npz"), family) == []
    seed = seeds - 1
    which = ("--alpha", alpha, "--seed", seed)
    done = here("train", "p.pnn", *which, "--out", "d.json", "--json", cwd=tmp_path)
    assert done.code == 0, done.err
    mine = next(
        each
        for each in map(family.design, range(family.plan.designs))
        if (each.alpha, each.seed) == (alpha, seed)
    )
    design = load_design(tmp_path / "d.json")
    metrics = replace(design.metrics, seconds=mine.metrics.seconds)
    assert same(replace(design, metrics=metrics), mine)
    assert design.g_min == print_process.load().g_min


def test_a_design_that_is_not_of_a_projects_family_is_trained_alone(here, tmp_path):
    create_project(tmp_path / "p.pnn", project_for({"alphas": 3, "seeds": 1, "max_epochs": 5})[0])
    done = here("train", "p.pnn", "--alpha", 0.3, "--json", cwd=tmp_path)
    assert done.code == 0, done.err
    assert done.answer["alpha"] == 0.3


def test_data_of_a_project_are_not_trained_for_other_input_voltages(here, tmp_path):
    lab = write_technology(
        tmp_path / "lab.toml", **{"input_low = { value = 0.0": "input_low = { value = -0.5"}
    )
    folder = copy_surrogates(tmp_path / "lab")
    for circuit in ("ptanh", "negation"):
        edit_card(folder / circuit, lambda card: card.update(input_low=-0.5))
    assert here("project", "new", "p.pnn", "--data", "iris", cwd=tmp_path).code == 0
    chosen = ("--technology", lab, "--surrogates", folder, "--epochs", "2")
    told = refusal(here("train", "p.pnn", *chosen, cwd=tmp_path))
    assert "read for inputs of 0..1 V, but lab takes -0.5..1 V" in told
    assert here("train", "iris", *chosen, cwd=tmp_path).code == 0
    # nor after the file of the project's own technology was changed
    made = here("project", "new", "q.pnn", "--data", "iris", *chosen[:2], cwd=tmp_path)
    assert made.code == 0
    assert here("train", "q.pnn", *chosen[2:], cwd=tmp_path).code == 0
    lab.write_text(lab.read_text().replace("value = -0.5", "value = -0.4"))
    for circuit in ("ptanh", "negation"):
        edit_card(folder / circuit, lambda card: card.update(input_low=-0.4))
    told = refusal(here("train", "q.pnn", *chosen[2:], cwd=tmp_path))
    assert "read for inputs of -0.5..1 V, but lab takes -0.4..1 V" in told
