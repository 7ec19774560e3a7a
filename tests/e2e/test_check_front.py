"""The check of a sweep's front on the command line."""

import csv
import io
import json
import signal
import subprocess
import time
from pathlib import Path

import numpy as np
import pytest

from pnn_studio.app.analysis.design_choice import goal_of
from pnn_studio.app.analysis.front_check import lucky_designs
from pnn_studio.circuit.ngspice import find_ngspice
from pnn_studio.storage.sweep_file import load_sweep
from tests.support.command_line import COMMAND, environment, pnn_studio_here, stub
from tests.support.process_tree import is_running


@pytest.fixture(scope="module")
def front(workshop, tmp_path_factory):
    out = tmp_path_factory.mktemp("front") / "front.json"
    done = pnn_studio_here("check", "s.npz", "--json", "--out", out, cwd=workshop)
    assert done.err == ""
    assert json.loads(out.read_text()) == done.answer
    return done.answer


@pytest.fixture(scope="module")
def family(workshop):
    return load_sweep(workshop / "s.npz")


def test_the_pick_is_the_one_of_least_power_within_95_percent_in_ngspice(front, family):
    # 3 alphas with 2 seeds: one a value of alpha, and perhaps more on the front
    designs = front["designs"]
    assert {each["alpha"] for each in designs} == {0, 0.5, 1}
    powers = [each["power_w"]["spice"] for each in designs]
    assert powers == sorted(powers)
    lucky = {goal_of(family.plan, each) for each in lucky_designs(family)}
    sound = [each for each in designs if (each["alpha"], each["seed"]) not in lucky]
    best = max(each["seen_accuracy"] for each in sound)
    good = [each for each in sound if each["seen_accuracy"] >= 0.95 * best - 1e-9]
    assert front["picked"] == good[0]
    assert front["best95_spice"] == {
        "alpha": good[0]["alpha"],
        "accuracy": good[0]["accuracy"]["spice"],
        "power_w": good[0]["power_w"]["spice"],
    }
    assert front["samples"] == 30
    assert front["failed"] == []
    assert not front["stopped"]
    assert front["model"] == family.plan.model
    assert front["crossbar"] == "modified"


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
    assert (checked["model"], checked["crossbar"]) == (front["model"], front["crossbar"])
    outputs = (np.array(checked["outputs"][name]) for name in ("spice", "model"))
    missed = np.subtract(*outputs)
    assert picked["output_error_v"]["rms"] == pytest.approx(np.sqrt(np.mean(missed**2)))
    assert picked["output_error_v"]["max"] == pytest.approx(np.abs(missed).max())
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
        assert float(row["output_error_max_v"]) == pytest.approx(design["output_error_v"]["max"])


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks into /proc")
def test_ctrl_c_ends_the_check_of_a_front_at_once_and_keeps_what_is_done(workshop, tmp_path):
    calls = tmp_path / "calls"
    calls.mkdir()
    # two designs are simulated, the others hang
    script = f"""case "$*" in *--version*) exec {find_ngspice()} "$@";; esac
    if mkdir {calls}/first 2>/dev/null || mkdir {calls}/second 2>/dev/null
    then touch {calls}/$$.real; exec {find_ngspice()} "$@"; fi
    touch {calls}/$$.hangs; exec sleep 100"""
    process = subprocess.Popen(
        [*COMMAND, "check", "s.npz"],
        cwd=workshop,
        env=environment(PATH=stub(tmp_path / "bin", script)),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )

    def running(kind):
        return [is_running(int(each.stem)) for each in calls.glob(f"*.{kind}")]

    patience = time.monotonic() + 60
    while running("real").count(False) < 2 or not any(running("hangs")):
        assert time.monotonic() < patience
        time.sleep(0.05)
    time.sleep(1)  # until what was simulated is compared, too
    begin = time.monotonic()
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert time.monotonic() - begin < 3
    assert process.returncode == 0
    assert err.strip() == "Stopping, and keeping what there is."
    assert "Stopped, 2 designs checked" in out
    assert not any(running("hangs"))
