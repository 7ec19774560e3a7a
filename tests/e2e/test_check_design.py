"""The check of a design: its model, the other crossbar, what is said of nodes, and failures."""

import shutil
from dataclasses import replace

import numpy as np
import pytest

from pnn_studio.app.commands.check import in_crossbar
from pnn_studio.app.commands.own_data import data_of
from pnn_studio.circuit.network import check_netlist
from pnn_studio.circuit.ngspice import find_ngspice, run_netlist
from pnn_studio.domain.technology import load_technology
from pnn_studio.physics.loaded import exact
from pnn_studio.storage.design_file import load_design, save_design
from tests.support.command_line import refusal, stub


@pytest.fixture(scope="module")
def folder(workshop, tmp_path_factory):
    """Make a folder with the same design as one of either model."""
    place = tmp_path_factory.mktemp("check")
    design = load_design(workshop / "d.json")
    for model in ("ideal", "loaded"):
        save_design(place / f"{model}.json", replace(design, model=model))
    return place


def test_the_model_of_a_loaded_design_is_the_circuit_in_either_structure(here, folder):
    technology, design = load_technology("negt"), load_design(folder / "loaded.json")
    voltages = data_of(design, technology).part("test")[0]
    found = {}
    for crossbar in ("modified", "original"):
        words = ("check", "loaded.json", "--crossbar", crossbar, "--json")
        found[crossbar] = told = here(*words, cwd=folder).answer
        assert (told["model"], told["crossbar"]) == ("loaded", crossbar)
        assert max(layer["max"] for layer in told["node_error_v"]) < 1e-4
        wired = in_crossbar(design, crossbar)
        flat = run_netlist(check_netlist(wired, technology, voltages), 60).values
        outputs = np.stack([flat[f"l2_h{index}"] for index in range(3)], axis=1)
        np.testing.assert_allclose(told["outputs"]["model"], outputs, rtol=0, atol=1e-4)
        assert told["power_w"]["model"] == pytest.approx(told["power_w"]["spice"], rel=1e-4)
    own = here("check", "loaded.json", "--json", cwd=folder).answer
    assert own["outputs"] == found[design.layout.crossbar]["outputs"]
    powers = [each["power_parts_w"]["spice"]["negation"] for each in found.values()]
    assert powers[1] > powers[0], "a negation for each negative weight"


def test_people_are_told_that_all_nodes_agree_or_why_not_and_what_helps(here, folder):
    told = here("check", "loaded.json", cwd=folder).out
    assert "nodes agree within 0.1 mV" in told
    assert "ideal" not in told
    told = here("check", "ideal.json", cwd=folder).out
    assert "nodes differ by more than 0.1 mV; " in told
    assert "mV from the tanh form that the model takes for circuits, " in told
    assert "from the load that it leaves out.\n" in told
    assert told.rstrip().endswith("train again with --model loaded.")
    assert "--model" not in here("check", "ideal.json", "--json", cwd=folder).out


def test_what_ngspice_failed_at_is_kept_and_named(here, folder, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", stub(tmp_path / "bin", "echo 'Error: no such luck'; exit 1"))
    shutil.copy(folder / "ideal.json", tmp_path / "d.json")
    told = refusal(here("check", "d.json", cwd=tmp_path))
    assert "no such luck" in told
    assert told.endswith("Its netlist is kept in d.failed.cir.")
    monkeypatch.undo()
    text = (tmp_path / "d.failed.cir").read_text()
    assert ".dc Vindex" in text
    assert text.endswith(".end\n")
    # in a folder where somebody else has a file of that name; what was kept there before goes
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports/d.failed.cir").write_text("mine\n")
    monkeypatch.setenv("PATH", stub(tmp_path / "bin2", "echo 'Error: no such luck'; exit 1"))
    for _ in range(2):
        told = refusal(here("check", "d.json", "--out", "reports/r.json", cwd=tmp_path))
        assert told.endswith("Its netlist is kept in reports/d.failed-2.cir.")
    names = sorted(each.name for each in (tmp_path / "reports").iterdir())
    assert names == ["d.failed-2.cir", "d.failed.cir"]
    assert (tmp_path / "reports/d.failed.cir").read_text() == "mine\n"


def test_of_a_front_each_netlist_that_failed_is_kept(here, workshop, tmp_path, monkeypatch):
    shutil.copy(workshop / "s.npz", tmp_path)
    script = f"""case "$*" in *--version*) ;; *)
    mkdir {tmp_path}/first 2>/dev/null && echo 'Error: no such luck' && exit 1;; esac
    exec {find_ngspice()} "$@" """
    monkeypatch.setenv("PATH", stub(tmp_path / "bin", script))
    told = here("check", "s.npz", "--json", cwd=tmp_path).answer
    (failed,) = told["failed"]
    assert failed["netlist"] == f"s-alpha{failed['alpha']:g}-seed{failed['seed']}.failed.cir"
    assert ".dc Vindex" in (tmp_path / failed["netlist"]).read_text()
    assert "no such luck" in failed["reason"]
    (tmp_path / "first").rmdir()
    out = here("check", "s.npz", cwd=tmp_path).out
    assert "could not be simulated: ngspice failed: Error: no such luck" in out
    assert ".failed.cir." in out


def test_a_circuit_that_has_no_solution_is_named_with_layer_and_sample(here, folder, monkeypatch):
    monkeypatch.setattr(exact, "_MOST_STEPS", 1)
    told = refusal(here("check", "loaded.json", cwd=folder))
    design = load_design(folder / "loaded.json")
    name = f"the design of alpha {design.alpha:g}, seed {design.seed},"
    assert told.startswith(f"Layer 1 of {name} has no solution at sample ")
