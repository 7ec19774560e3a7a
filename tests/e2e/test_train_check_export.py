"""From data to a netlist that plain ngspice runs."""

import csv
import json
import re
import subprocess
from xml.etree import ElementTree

import numpy as np
import pytest

from pnn_studio.app.commands.own_data import load_data
from pnn_studio.domain.formats import EXPORTS
from pnn_studio.domain.technology import load_technology
from tests.support.command_line import Finished, pnn_studio_here
from tests.support.technologies import copy_surrogates, write_technology

SPLITS = {"train", "valid", "test"}


@pytest.fixture(scope="module")
def checked(workshop):
    return pnn_studio_here("check", "d.json", "--json", cwd=workshop)


@pytest.fixture
def exported(here, workshop, tmp_path):
    for each in EXPORTS:
        out = tmp_path / f"d.{each}"
        done = here("export", "d.json", "--format", each, "--out", out, cwd=workshop)
        assert done == Finished(0, f"Wrote {out}\n", "")
    return tmp_path


def printed_outputs(netlist):
    """Run a netlist as anyone would, and read what it prints of the output layer."""
    done = subprocess.run(
        ["ngspice", "-b", netlist], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    found = re.findall(r"^v\(l(\d+)_h(\d+)\) = (\S+)$", done.stdout, re.MULTILINE)
    last = max(layer for layer, _, _ in found)
    volts = {int(index): float(value) for layer, index, value in found if layer == last}
    return np.array([volts[index] for index in sorted(volts)])


def test_training_answers_with_what_it_measured(workshop):
    answer = json.loads((workshop / "train.json").read_text())
    assert set(answer["accuracy"]) == set(answer["measurable_accuracy"]) == SPLITS
    assert all(0 <= share <= 1 for share in answer["accuracy"].values())
    power = answer["power_w"]
    assert set(power) == {"total", "crossbar", "activation", "negation"}
    parts = power["crossbar"] + power["activation"] + power["negation"]
    assert power["total"] == pytest.approx(parts)
    assert set(answer["negations"]) == {"modified", "original"}
    assert answer["negations"]["modified"] <= answer["negations"]["original"]
    assert answer["epochs"] == 150
    assert answer["clipped"] == load_data("iris", load_technology()).clipped
    assert answer["seconds"] > 0


def test_a_design_file_is_json_that_states_technology_and_data(workshop):
    entry = json.loads((workshop / "d.json").read_text())
    assert entry["format"] == "pnn-design"
    assert (entry["version"], entry["model"]) == (3, "loaded")
    assert entry["technology"]["id"] == "negt"
    assert entry["data"]["source"] == "iris"
    assert entry["layout"]["hidden"] == [3]
    assert [len(layer["theta"]) for layer in entry["layers"]] == [6, 5]


def test_the_check_compares_model_and_ngspice_on_the_whole_test_split(workshop, checked):
    answer = checked.answer
    assert checked.err == ""
    assert answer["samples"] == 30
    for both in (answer["accuracy"], answer["power_w"], answer["outputs"]):
        assert set(both) == {"model", "spice"}
    outputs = {key: np.array(value) for key, value in answer["outputs"].items()}
    assert outputs["model"].shape == outputs["spice"].shape == (30, 3)
    same = outputs["model"].argmax(axis=1) == outputs["spice"].argmax(axis=1)
    assert answer["agreement"] == pytest.approx(same.mean())
    assert [set(each) for each in answer["node_error_v"]] == [{"rms", "max"}] * 2
    difference = outputs["spice"] - outputs["model"]
    assert answer["node_error_v"][-1]["max"] == pytest.approx(np.abs(difference).max())
    assert answer["node_error_v"][-1]["rms"] == pytest.approx(np.sqrt(np.mean(difference**2)))
    assert answer["seconds"] > 0


def test_the_check_finds_accuracy_and_power_that_training_stated(workshop, checked):
    trained = json.loads((workshop / "train.json").read_text())
    assert checked.answer["accuracy"]["model"] == pytest.approx(trained["accuracy"]["test"])
    assert checked.answer["power_w"]["model"] == pytest.approx(
        trained["power_w"]["total"], rel=1e-6
    )


@pytest.mark.parametrize("sample", [0, 17, 29])
def test_plain_ngspice_gives_the_outputs_that_the_check_reports(
    here, workshop, checked, tmp_path, sample
):
    out = tmp_path / "d.cir"
    where = ("--sample", sample, "--out", out)
    done = here("export", "d.json", "--format", "netlist", *where, cwd=workshop)
    assert done.code == 0, done.err
    expected = checked.answer["outputs"]["spice"][sample]
    assert np.abs(printed_outputs(out) - expected).max() < 1e-5


def test_the_schematic_is_svg_with_component_values(exported):
    text = (exported / "d.svg").read_text("utf-8")
    assert ElementTree.fromstring(text).tag == "{http://www.w3.org/2000/svg}svg"
    assert re.search(r"\d MΩ|\d kΩ", text)


def test_the_component_table_lists_every_part_of_the_netlist(exported):
    with (exported / "d.csv").open(newline="") as file:
        parts = list(csv.DictReader(file))
    netlist = (exported / "d.netlist").read_text()
    crossbar = [part for part in parts if part["belongs_to"] == "crossbar"]
    assert crossbar
    for part in crossbar:
        assert re.search(rf"^{part['ref']} ", netlist, re.MULTILINE)
    assert sum(part["kind"] == "transistor" for part in parts) > 0


def test_an_exported_design_is_the_design(workshop, exported):
    assert (exported / "d.design").read_bytes() == (workshop / "d.json").read_bytes()


def test_a_design_comes_out_of_a_sweep_as_it_was_measured(here, workshop, tmp_path):
    sweep = json.loads((workshop / "sweep.json").read_text())
    out = tmp_path / "d.json"
    chosen = ("--from", workshop / "s.npz", "--alpha", "0.5", "--seed", "1")
    done = here("export", *chosen, "--format", "design", "--out", out, "--json", cwd=tmp_path)
    assert done.answer == {"file": str(out), "format": "design", "alpha": 0.5, "seed": 1}
    metrics = json.loads(out.read_text())["metrics"]
    row = sweep["alphas"].index(0.5)
    assert metrics["accuracy"]["test"] == pytest.approx(sweep["test_accuracy"][row][1])
    assert metrics["power_w"]["total"] == pytest.approx(sweep["power_w"][row][1])


def test_a_csv_file_with_its_own_split_and_label(here, tmp_path):
    rng = np.random.default_rng(0)
    rows = ["height,kind,split,width"]
    for index in range(60):
        x, y = rng.uniform(10, 20, 2)
        split = ("train", "train", "train", "valid", "test")[index % 5]
        rows.append(f"{x},{'tall' if x > y else 'wide'},{split},{y}")
    (tmp_path / "leaves.csv").write_text("\n".join(rows))
    wanted = ("train", "leaves.csv", "--label", "kind", "--epochs", "30", "--hidden", "4,3")
    done = here(*wanted, "--out", "d.json", "--json", cwd=tmp_path)
    assert done.answer["epochs"] == 30
    entry = json.loads((tmp_path / "d.json").read_text())
    assert entry["input_names"] == ["height", "width"]
    assert entry["class_names"] == ["tall", "wide"]
    assert entry["layout"]["hidden"] == [4, 3]
    checked = here("check", "d.json", "--json", cwd=tmp_path)
    assert checked.answer["samples"] == 12


def test_the_same_seed_gives_the_same_design_in_another_process(here, workshop, tmp_path):
    again = ("train", "iris", "--alpha", "0.3", "--epochs", "150", "--out", "d.json")
    assert here(*again, cwd=tmp_path).code == 0
    one, two = (json.loads((each / "d.json").read_text()) for each in (workshop, tmp_path))
    assert one["layers"] == two["layers"]


def test_another_print_process_trains_sweeps_checks_and_exports(here, tmp_path):
    # a higher bias and a narrower R1: a design of this print process differs from one of ours
    write_technology(tmp_path / "lab.toml", **{"high = 25e3": "high = 20e3"})
    copy_surrogates(tmp_path / "lab")
    lab = ("--technology", "lab.toml", "--surrogates", "lab")
    few = ("--epochs", "20", "--json")
    assert here("train", "iris", *few, *lab, "--out", "d.json", cwd=tmp_path).code == 0
    entry = json.loads((tmp_path / "d.json").read_text())
    assert entry["technology"]["id"] == "lab"
    assert entry["layers"][0]["ptanh"]["omega"]["R1"] < 20e3
    sweep = ("sweep", "iris", "--alphas", "2", "--seeds", "1")
    assert here(*sweep, *few, *lab, "--out", "s.npz", cwd=tmp_path).answer["alphas"] == [0, 1]
    checked = here("check", "d.json", "--json", *lab, cwd=tmp_path)
    assert checked.answer["samples"] == 30
    out = ("--format", "netlist", "--out", "d.cir")
    assert here("export", "d.json", *out, *lab[:2], cwd=tmp_path).code == 0
    assert len(printed_outputs(tmp_path / "d.cir")) == 3
