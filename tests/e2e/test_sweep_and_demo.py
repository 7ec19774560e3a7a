"""A family of designs, and the demo that a newcomer runs first."""

import json
import os
from pathlib import Path

import numpy as np
import pytest

from pnn_studio.domain.pareto import best95
from pnn_studio.storage.sweep_file import load_sweep
from tests.support.command_line import pnn_studio
from tests.support.killing import unlike
from tests.support.pace import slowness


def test_a_sweep_answers_with_the_whole_trade_off(workshop):
    answer = json.loads((workshop / "sweep.json").read_text())
    assert answer["alphas"] == [0, 0.5, 1]
    accuracy, power = (np.array(answer[key]) for key in ("test_accuracy", "power_w"))
    assert accuracy.shape == power.shape == (3, 2)
    three_starts = 6 * 3 * 150
    assert answer["design_epochs"] == three_starts
    assert answer["design_epochs_per_s"] == pytest.approx(three_starts / answer["seconds"])
    best = answer["best95"]
    assert best == pytest.approx(vars(best95(load_sweep(workshop / "s.npz"))))
    row = answer["alphas"].index(best["alpha"])
    assert best["accuracy"] == pytest.approx(accuracy[row].mean()), "told by test samples"
    assert best["power"] == pytest.approx(power[row].mean())
    assert (answer["finished"], answer["unfinished"]) == (True, 0), "150 epochs were its bound"


def test_a_sweep_file_is_read_with_numpy_alone(workshop):
    answer = json.loads((workshop / "sweep.json").read_text())
    with np.load(workshop / "s.npz", allow_pickle=False) as file:
        assert file["alpha"].tolist() == [0, 0, 0.5, 0.5, 1, 1]
        assert file["seed"].tolist() == [0, 1] * 3
        power = file["power_w"].sum(axis=1).reshape(3, 2)
    np.testing.assert_allclose(power, answer["power_w"])


def test_a_sweep_that_is_extended_is_the_one_that_is_trained_at_once(here, tmp_path):
    for name, *size in (("s", 3, 1), ("w", 5, 2)):
        grid = ("--alphas", size[0], "--seeds", size[1], "--epochs", 20)
        assert here("sweep", "iris", *grid, "--out", f"{name}.npz", cwd=tmp_path).code == 0
    more = ("sweep", "iris", "--extend", "s.npz")
    done = here(*more, "--alphas", 5, "--seeds", 2, "--out", "s.npz", "--json", cwd=tmp_path)
    assert done.code == 0, done.err
    assert "3 of 10 designs are trained." in done.err
    assert unlike(load_sweep(tmp_path / "s.npz"), load_sweep(tmp_path / "w.npz")) == []
    for option, value in (("--model", "ideal"), ("--epochs", 30), ("--power-limits", 4)):
        refused = here(*more, option, value, cwd=tmp_path)
        assert refused.code == 2
        assert option in refused.err


@pytest.mark.slow
def test_the_demo_trains_checks_and_exports_within_a_minute(here, tmp_path):
    before = os.times()
    done = pnn_studio("demo", "--out", "demo", "--json", cwd=tmp_path)
    after = os.times()  # of one core, whatever else runs
    assert sum(after[2:4]) - sum(before[2:4]) < 60 * slowness()
    answer = done.answer
    assert answer["design"]["accuracy"]["test"] >= 0.90
    assert answer["check"]["samples"] == 30
    # it is the one that keeps 95 % at the least power, and it is right in ngspice, too
    assert answer["design"]["alpha"] == answer["sweep"]["best95"]["alpha"]
    assert answer["design"]["model"] == "loaded"
    assert answer["check"]["agreement"] == 1.0
    power = answer["check"]["power_w"]
    assert power["spice"] == pytest.approx(power["model"], rel=1e-4)
    # so is all of the front
    assert {each["agreement"] for each in answer["front"]["designs"]} == {1.0}
    names = {"iris.cir", "iris.svg", "iris.pdf", "iris.png", "iris-parts.csv", "iris.sch"}
    names |= {"iris.kicad_sch", "iris.json", "iris-sweep.npz", "iris-check.json"}
    names |= {"iris-parts.csv.provenance.json"}
    found = {path.name for path in (tmp_path / "demo").iterdir()}
    assert found == {Path(path).name for path in answer["files"]}
    # beside those the symbols and circuits of xschem and KiCad
    assert {name for name in found if "_" not in name} | {"iris.kicad_sch"} == names
    assert all((tmp_path / path).stat().st_size > 0 for path in answer["files"])
    checked = here("check", "demo/iris.json", "--json", cwd=tmp_path).answer
    for key in ("agreement", "node_error_v", "power_w", "accuracy"):
        assert checked[key] == answer["check"][key]
