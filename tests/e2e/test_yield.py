"""``yield``: the share of prints that work, as a script reads it, and what is refused."""

import json

import pytest

from pnn_studio.domain.board import Board
from pnn_studio.domain.technology import load_technology
from pnn_studio.storage.design_file import load_design


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


def test_two_ways_to_say_what_a_print_keeps_are_refused(here, workshop, tmp_path):
    both = ("--keep", "95%", "--least", "90%")
    done = here("yield", workshop / "d.json", *both, cwd=tmp_path)
    assert done.code == 2
    assert "give one of them" in done.err
