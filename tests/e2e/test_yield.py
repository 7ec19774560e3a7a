"""``yield``: the share of prints that work, as a script reads it, and what is refused."""

import csv
import io
import json

import pytest

from pnn_studio.domain.board import Board
from pnn_studio.domain.technology import load_technology
from pnn_studio.domain.variation import Variation
from pnn_studio.storage.design_file import load_design
from pnn_studio.storage.sweep_file import load_sweep
from tests.support.killing import unlike


def test_prints_of_a_design_are_counted_and_lost_yield_is_shared_out(here, workshop, tmp_path):
    design, report = workshop / "d.json", tmp_path / "report.json"
    few = ("--prints", "40", "--keep", "98%", "--variation", "10%")
    answer = here("yield", design, *few, "--out", report, "--json", cwd=tmp_path).answer
    assert json.loads(report.read_text()) == answer
    assert (answer["prints"], answer["stopped"], answer["spice"]) == (40, False, None)
    low, high = answer["interval"]
    assert low <= answer["yield"] <= high
    assert answer["yield"] * 40 == round(answer["yield"] * 40)
    trained = json.loads((workshop / "train.json").read_text())
    assert answer["accuracy"]["nominal"] == trained["accuracy"]["test"]
    wanted = 0.98 * answer["accuracy"]["nominal"]
    assert answer["keep"]["accuracy"] == pytest.approx(wanted)
    parts = Board.of(load_design(design), load_technology()).parts
    assert {each["component"] for each in answer["harm"]} >= {each.ref for each in parts}


def test_prints_are_computed_for_an_export(here, workshop, tmp_path):
    few = ("--prints", "40", "--variation", "10%", "--format", "csv,json", "--out", "y")
    done = here("export", workshop / "d.json", "--what", "yield", *few, cwd=tmp_path)
    assert done.code == 0
    answer = json.loads((tmp_path / "y.json").read_text())
    assert (answer["prints"], answer["variation"]["of"]) == (40, "10.0 %")
    rows = list(csv.DictReader(io.StringIO((tmp_path / "y.csv").read_text())))
    assert sum(int(row["prints"]) for row in rows) == 40
    refused = here("export", workshop / "d.json", "--what", "parts", *few[:2], "--out", "p.csv",
                   cwd=tmp_path)  # fmt: skip
    assert refused.code == 2
    assert "are for --what yield" in refused.err


def test_two_ways_to_say_what_a_print_keeps_are_refused(here, workshop, tmp_path):
    both = ("--keep", "95%", "--least", "90%")
    done = here("yield", workshop / "d.json", *both, cwd=tmp_path)
    assert done.code == 2
    assert "give one of them" in done.err


def test_a_design_is_trained_for_prints_and_says_so_wherever_it_goes(here, tmp_path):
    quick = ("iris", "--epochs", "8", "--variation", "10%")
    answer = here("train", *quick, "--out", "d.json", "--json", cwd=tmp_path).answer
    assert answer["variation"] == 0.1
    design = load_design(tmp_path / "d.json")
    assert design.variation == Variation.of_share(0.1)
    assert design.trained_for == "10 % variation"
    # a sweep of prints is extended with prints, to the bit of what it is at once
    for name, seeds, more in (("s", 1, ()), ("w", 2, ()), ("s", 2, ("--extend", "s.npz"))):
        asked = quick if not more else ("iris",)
        size = ("--alphas", "2", "--seeds", seeds, "--out", f"{name}.npz")
        done = here("sweep", *asked, *size, *more, cwd=tmp_path)
        assert done.code == 0, done.err
    assert unlike(load_sweep(tmp_path / "s.npz"), load_sweep(tmp_path / "w.npz")) == []
    again = here("sweep", "iris", "--extend", "s.npz", "--variation", "5%", cwd=tmp_path)
    assert (again.code, "leave out --variation" in again.err) == (2, True)
    refused = here("train", *quick, "--model", "ideal", cwd=tmp_path)
    assert (refused.code, "with the model loaded, or without it" in refused.err) == (2, True)
