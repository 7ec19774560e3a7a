"""A yield run and a rounding of a design on real data, as the commands make them."""

from dataclasses import replace

import pytest

from pnn_studio.app.analysis.yield_words import yield_sentences, yield_summary
from pnn_studio.app.commands.own_data import load_data
from pnn_studio.app.prints.printable import printable_design
from pnn_studio.app.prints.yield_run import run_yield
from pnn_studio.domain.codec import decode, encode
from pnn_studio.domain.layout import Layout
from pnn_studio.domain.print_report import PrintReport, YieldPlan
from pnn_studio.domain.printable import violations
from pnn_studio.domain.technology import load_technology
from pnn_studio.errors import DatasetError, TechnologyError
from pnn_studio.physics.evaluate import evaluate_design
from pnn_studio.storage.design_file import load_design, save_design
from tests.support.random_networks import random_design

TECHNOLOGY = load_technology("negt")


@pytest.fixture(scope="module")
def iris():
    return load_data("iris", TECHNOLOGY)


@pytest.fixture(scope="module")
def design(iris):
    made = random_design(Layout(4, (3,), 3), TECHNOLOGY, 5)
    return replace(made, model="loaded", data=iris.reference)


def test_a_run_tells_what_the_issue_of_json_names(design, iris):
    told = []
    plan = YieldPlan(prints=64, spice=2)
    report = run_yield(design, TECHNOLOGY, iris, plan, tell=lambda *what: told.append(what))
    answer = yield_summary(report)
    assert answer["prints"] == 64
    low, high = answer["interval"]
    assert low <= answer["yield"] <= high
    assert {"nominal", "mean", "worst"} <= set(answer["accuracy"])
    assert answer["spice"]["agreement"] == 1
    assert answer["spice"]["largest_difference_v"] < 5e-4
    assert answer["faults"]["single"] == len(report.faults)
    shares = sum(each["share"] for each in answer["harm"])
    assert shares == pytest.approx(1 if answer["yield"] < 1 else 0)
    assert {what for what, _ in told} >= {"prints", "components", "ngspice"}
    assert any("ngspice" in line for line in yield_sentences(report))
    # as it travels to the window
    again = decode(*encode(report), PrintReport)
    assert yield_summary(again) == answer


def test_what_cannot_be_computed_is_refused(design, iris):
    plan = YieldPlan(prints=1)
    with pytest.raises(TechnologyError, match="--variation 10%"):
        run_yield(design, replace(TECHNOLOGY, printing=None), iris, plan)
    other = replace(design, data=replace(design.data, fingerprint="0" * 64))
    with pytest.raises(DatasetError, match="changed"):
        run_yield(other, TECHNOLOGY, iris, plan)


def test_a_rounded_design_is_on_the_grid_and_answers_nearly_the_same(design, iris, tmp_path):
    assert violations(design, TECHNOLOGY)
    rounded = printable_design(design, TECHNOLOGY, iris)
    path = tmp_path / "rounded.json"
    save_design(path, rounded)
    rounded = load_design(path)
    assert violations(rounded, TECHNOLOGY) == ()
    volts, _ = iris.part("test")
    before, after = (evaluate_design(each, TECHNOLOGY, volts) for each in (design, rounded))
    assert abs(before.outputs - after.outputs).max() < 0.1
    changed = (before.outputs.argmax(axis=1) != after.outputs.argmax(axis=1)).mean()
    assert changed <= 0.1


def test_a_resistor_out_of_range_is_named(design):
    small = replace(TECHNOLOGY, g_max=2e-7)
    first = violations(design, small)[0]
    assert first.is_outside
    assert first.ref.startswith("R")
    assert "below what can be printed" in str(first)
