"""The list of figures: each is read off the design, and a new line of it stands in every view."""

import csv
from dataclasses import replace

import pytest

from pnn_studio.app.analysis.front_check import FrontCheck
from pnn_studio.app.analysis.summaries import (
    design_summary,
    front_rows,
    front_summary,
    sweep_summary,
)
from pnn_studio.app.cli.console import show_design
from pnn_studio.app.inspector.results import describe, inspect_design
from pnn_studio.app.session import history, pins
from pnn_studio.app.session.comparison import compare, comparison_csv
from pnn_studio.app.session.session import Session
from pnn_studio.domain import figures
from pnn_studio.domain.design_ref import DesignRef
from pnn_studio.domain.figures import DesignFigure, figure_of, figures_in, figures_of
from pnn_studio.storage.design_file import metrics_entry
from tests.support.designs import sample_design
from tests.support.runs import sample_dataset, sample_family, sample_verification, start_run


@pytest.fixture
def session():
    session = Session()
    session.choose_data(sample_dataset())
    session.edit(replace(session.recipe, alphas=5, seeds=4))
    plan = session.plan()
    start_run(session, plan)
    session.take_family(sample_family(plan))
    session.set_run_state("finished")
    for design in (4, 11):
        session.edit(history.show_design(session, DesignRef(0, design)))
        session.edit(pins.toggle_current(session))
    return session


def test_keys_name_one_figure_each():
    keys = [each.key for each in figures.FIGURES]
    assert len(set(keys)) == len(keys)
    for view in figures.VIEWS:
        names = [each.copied or each.key for each in figures_in(view)]
        assert len(set(names)) == len(names)


@pytest.mark.parametrize("crossbar", ["modified", "original"])
def test_figures_are_those_that_a_design_file_states(crossbar):
    design = sample_design(crossbar=crossbar)
    stated = metrics_entry(design)
    for split, share in stated["accuracy"].items():
        assert figure_of(design, f"accuracy_{split}").value == share
    for split, share in stated["measurable_accuracy"].items():
        assert figure_of(design, f"measurable_{split}").value == share
    for part, watts in stated["power_w"].items():
        assert figure_of(design, f"power_{part}_w").value == watts
    assert figure_of(design, "negations").value == stated["negations"][crossbar]
    assert figure_of(design, "epochs").value == stated["epochs"]


def test_a_figure_that_a_model_has_a_say_in_names_the_model():
    design = sample_design()
    assert figure_of(design, "power_total_w").source == "ideal"
    assert figure_of(design, "accuracy_test").source == "ideal"
    assert figure_of(design, "resistors").source == "design"
    assert figure_of(design, "layout").source is None


def test_what_ngspice_says_of_a_design_stands_for_what_its_model_says():
    design = sample_design()
    found = sample_verification(design, 20)
    for view in figures.VIEWS:
        for each in figures_of(design, view, checked=found):
            model = figure_of(design, each.figure.key)
            if each.source == "ngspice":
                assert each.figure.group in ("Accuracy", "Power")
                assert model.source == "ideal"
            else:  # of other splits ngspice says nothing
                assert each == model
    told = figure_of(design, "power_total_w", found)
    assert (told.value, told.source) == (found.spice_power.total, "ngspice")
    assert told.value == 2 * design.metrics.power.total
    assert figure_of(design, "accuracy_test", found).value == found.spice_accuracy
    assert figure_of(design, "accuracy_valid", found).source == "ideal"


def test_of_a_chosen_split_a_view_shows_its_accuracy_alone():
    shown = [each.figure.key for each in figures_of(sample_design(), "table", "valid")]
    assert [key for key in shown if key.startswith("accuracy")] == ["accuracy_valid"]
    assert shown[:4] == ["alpha", "seed", "accuracy_valid", "power_total_w"]


def test_what_the_copied_table_is_called_by_scripts_stays(session):
    head = pins.table_text(pins.pinned_rows(session, "test"), "test").splitlines()[0].split("\t")
    known = [
        "design", "run", "alpha", "seed", "accuracy_test", "power_w", "crossbar_w", "negation_w",
        "activation_w", "negations", "most_negations", "power_to_current",
    ]  # fmt: skip
    assert [name for name in head if name in known] == known


def test_what_the_comparison_is_called_by_scripts_stays(session):
    table = list(csv.reader(comparison_csv(compare(session)).splitlines()))
    known = [
        "figure", "run", "accuracy_test", "accuracy_valid", "accuracy_train", "measurable_test",
        "power_total_w", "power_negation_w", "power_activation_w", "power_crossbar_w", "negations",
        "resistors", "largest_r_ohm", "smallest_r_ohm", "checked", "data", "layout", "crossbar",
        "circuits", "alpha", "seed", "epochs",
    ]  # fmt: skip
    assert [row[0] for row in table if row[0] in known] == known


def test_summaries_state_what_scripts_read_before_what_is_new(session):
    family = session.run.family
    known = [
        "alpha", "seed", "accuracy", "measurable_accuracy", "power_w", "negations", "epochs",
        "seconds",
    ]  # fmt: skip
    assert list(design_summary(family.design(0)))[: len(known)] == known
    assert {"alphas", "best95", "test_accuracy", "power_w"} <= set(sweep_summary(family))


def test_a_new_figure_is_one_line_and_stands_in_every_view(session, monkeypatch, capsys):
    line = DesignFigure("sites_m2", "ink", "m²", lambda design: 2.0 * design.layout.resistor_sites)
    monkeypatch.setattr(figures, "FIGURES", (*figures.FIGURES, line))
    family, rows = session.run.family, pins.pinned_rows(session, "test")
    design = family.design(11)
    wanted = 2.0 * design.layout.resistor_sites
    text = figure_of(design, "sites_m2").text
    assert [each.text for each in rows[1].figures if "table" in each.figure.views][-1] == text
    head, *lines = (line.split("\t") for line in pins.table_text(rows, "test").splitlines())
    assert [float(line[head.index("sites_m2")]) for line in lines] == [wanted] * 3
    compared = {row.key: row for row in compare(session).figures}["sites_m2"]
    assert (compared.name, compared.cells) == ("ink", (text, text))
    assert f"sites_m2,{wanted:g},{wanted:g}" in comparison_csv(compare(session))
    assert f"ink: {text}" in describe(inspect_design(session))
    show_design(design, None)
    assert f"ink: {text}" in capsys.readouterr().out
    assert design_summary(design)["sites_m2"] == wanted
    assert sweep_summary(family)["sites_m2"] == [[wanted] * 4] * 5
    front = FrontCheck(family, {11: sample_verification(design)}, {})
    assert front_summary(front)["designs"][0]["sites_m2"] == wanted
    assert (front_rows(front)[0][-1], front_rows(front)[1][-1]) == ("sites_m2", wanted)
