"""The check of a sweep's front on the command line."""

import csv
import io
import json

import numpy as np
import pytest

from tests.support.command_line import pnn_studio_here


@pytest.fixture(scope="module")
def front(workshop, tmp_path_factory):
    out = tmp_path_factory.mktemp("front") / "front.json"
    done = pnn_studio_here("check", "s.npz", "--json", "--out", out, cwd=workshop)
    assert done.err == ""
    assert json.loads(out.read_text()) == done.answer
    return done.answer


def test_the_pick_is_the_one_of_least_power_within_95_percent_in_ngspice(front):
    # 3 alphas with 2 seeds: one a value of alpha, and perhaps more on the front
    designs = front["designs"]
    assert {each["alpha"] for each in designs} == {0, 0.5, 1}
    powers = [each["power_w"]["spice"] for each in designs]
    assert powers == sorted(powers)
    best = max(each["seen_accuracy"] for each in designs)
    good = [each for each in designs if each["seen_accuracy"] >= 0.95 * best - 1e-9]
    assert front["picked"] == good[0]
    assert front["samples"] == 30
    assert front["failed"] == []
    assert not front["stopped"]


def test_each_design_of_the_front_says_what_its_own_check_says(front, here, workshop, tmp_path):
    picked = front["picked"]
    which = ("--alpha", picked["alpha"], "--seed", picked["seed"])
    out = ("--format", "design", "--out", tmp_path / "d.json")
    assert here("export", "--from", "s.npz", *which, *out, cwd=workshop).code == 0
    report = tmp_path / "check.json"
    checked = here("check", tmp_path / "d.json", "--json", "--out", report, cwd=tmp_path).answer
    assert json.loads(report.read_text()) == checked
    for key in ("accuracy", "seen_accuracy", "agreement", "power_w"):
        assert picked[key] == checked[key]
    with np.load(workshop / "s.npz") as file:
        at = (file["alpha"] == picked["alpha"]) & (file["seed"] == picked["seed"])
        assert picked["power_w"]["model"] == pytest.approx(file["power_w"][at].sum())


def test_people_get_a_table_and_a_csv(front, here, workshop, tmp_path):
    done = here("check", "s.npz", "--out", tmp_path / "front.csv", cwd=workshop)
    assert done.code == 0
    count = len(front["designs"])
    assert f"{count} designs checked; least power within 95 % in ngspice: α " in done.out
    assert done.out.count(" picked") == 1
    assert "Wrote" in done.out
    rows = list(csv.DictReader(io.StringIO((tmp_path / "front.csv").read_text())))
    assert len(rows) == count
    for row, design in zip(rows, front["designs"], strict=True):
        assert float(row["alpha"]) == design["alpha"]
        assert int(row["seed"]) == design["seed"]
        assert float(row["ngspice_accuracy"]) == pytest.approx(design["accuracy"]["spice"])
        assert float(row["ngspice_power_w"]) == pytest.approx(design["power_w"]["spice"])
        assert (row["picked"] == "yes") == (design == front["picked"])
