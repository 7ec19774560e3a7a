"""Commands that are shown are read by the command line as what they were written for."""

from dataclasses import replace
from pathlib import Path

import pytest

from pnn_studio.app.analysis.command_lines import export_command, quoted, train_command
from pnn_studio.app.cli.designs import export
from pnn_studio.app.cli.import_choices import _CHOOSING_NAMES, _READING_NAMES
from pnn_studio.app.cli.training import train
from pnn_studio.domain.dataset import DataReference
from pnn_studio.domain.export_options import ExportOptions, FigureOptions
from pnn_studio.domain.export_order import ExportOrder
from pnn_studio.domain.importing import Category, ImportOptions, Limits
from pnn_studio.domain.print_report import YieldPlan
from pnn_studio.domain.run import Schedule
from pnn_studio.domain.technology import load_technology
from pnn_studio.domain.yields import Limit
from tests.support.export_subjects import full_subject
from tests.support.prints import sample_report

CHOSEN = ImportOptions(
    encoding="cp1252", delimiter="\t", decimal=",", thousands=" ", header=False,
    left_out=("no. 1", "--x"), missing="median", unreadable="drop", scaling="train",
    categories=(Category("size", "ordinal", ("S", "M")), Category("a=b", "one-hot")),
    limits=(Limits("", 0.0, 5.0), Limits("x y", -1.5, 2.0)), split_column="part",
    ratio=(50.0, 25.0, 25.0), stratified=False,
)  # fmt: skip


def parsed(command, words):
    """Read words as the command does, without doing it."""
    return command.make_context(command.name, list(words)).params


def of_data(subject, **changes):
    data = replace(subject.design.data, **changes)
    return replace(subject, design=replace(subject.design, data=data))


def test_the_command_that_trains_a_design_asks_for_exactly_that_one():
    subject = full_subject()
    schedule = Schedule(max_epochs=70)
    family = replace(subject.family, plan=replace(subject.family.plan, schedule=schedule))
    subject = of_data(replace(subject, family=family), split_seed=7)
    design, layout = subject.design, subject.design.layout
    technology = load_technology("negt")
    read = parsed(train, train_command(subject, technology)[2:])
    assert (read["data"], read["split_seed"], read["epochs"]) == ("iris", 7, 70)
    assert (read["alpha"], read["seed"], read["model"]) == (design.alpha, design.seed, "ideal")
    assert (read["hidden"], read["crossbar"]) == (layout.hidden, layout.crossbar)
    assert (read["sharing"], read["largest_r"]) == (layout.sharing, None)
    paper = replace(family, plan=replace(family.plan, schedule=Schedule.paper()))
    read = parsed(train, train_command(replace(subject, family=paper), technology)[2:])
    assert (read["schedule"], read["epochs"]) == ("paper", None)
    printed = replace(subject, design=replace(design, g_min=1 / 2e6))
    read = parsed(train, train_command(printed, technology)[2:])
    assert read["largest_r"] == pytest.approx(2e6)


def test_it_reads_a_file_as_it_was_imported():
    subject = of_data(full_subject(), source="/a b/'x'.csv", label="the label", options=CHOSEN)
    words = train_command(subject, load_technology("negt"))
    read = parsed(train, words[2:])
    assert (read["data"], read["label"]) == ("/a b/'x'.csv", "the label")
    names = (*_READING_NAMES, *_CHOOSING_NAMES)
    given = {name: read[name] for name in names if read[name] is not None}
    assert ImportOptions(**given) == CHOSEN
    assert DataReference("/a b/'x'.csv").source in quoted(words).replace("'\"'\"'", "'")


@pytest.mark.parametrize(
    "order",
    [
        ExportOrder("front", ("svg", "csv"), ExportOptions()),
        ExportOrder(
            "schematic", ("png",),
            ExportOptions("original", 4, "sample",
                          FigureOptions(None, False, "paper", 1, False, True, True, 300)),
        ),
        ExportOrder("netlist", ("cir",), ExportOptions(None, 3, "test")),
    ],
)  # fmt: skip
def test_the_command_that_exports_says_what_was_chosen_and_leaves_defaults_out(order):
    subject = full_subject()
    words = export_command(subject, order, Path("/p.pnn"), "run-2", Path("/out/x"))
    asked = {}
    read = parsed(export, words[2:])
    assert (str(read["design"]), read["run"], read["what"]) == ("/p.pnn", "run-2", order.kind)
    assert (read["alpha"], read["seed"]) == (subject.design.alpha, subject.design.seed)
    assert read["file_format"].split(",") == list(order.formats)
    figure, options = order.options.figure, order.options
    asked["bench"], asked["sample"], asked["crossbar"] = (
        options.bench, options.sample, options.crossbar,
    )  # fmt: skip
    if order.what.drawn:
        asked |= {"width": figure.width_mm, "bw": not figure.colour, "dpi": figure.dpi}
        asked |= {"style": figure.style, "no_cells": not figure.cells, "pages": figure.pages}
        asked |= {"layer": None if figure.layer is None else figure.layer + 1}
    assert {key: read[key] for key in asked} == asked
    if options == ExportOptions():
        assert words == [
            "pnn-studio", "export", "/p.pnn", "--run", "run-2", "--alpha", "0.5", "--seed", "0",
            "--what", "front", "--format", "svg,csv", "--out", "/out/x",
        ]  # fmt: skip


def test_the_command_of_a_yield_draws_the_same_prints():
    subject = full_subject()
    plan = YieldPlan(40, Limit(0.9))
    prints = replace(sample_report(subject.design, plan), variation="10 %")
    subject = replace(subject, prints=prints)
    where = (Path("p.pnn"), "run-1", Path("y"))
    words = export_command(subject, ExportOrder("yield", ("csv",)), *where)
    assert words[words.index("--prints") :][:6] == [
        "--prints", "40", "--keep", "90%", "--variation", "10%",
    ]  # fmt: skip
    assert "--prints" in export_command(subject, ExportOrder("report", ("html",)), *where)
    assert "--prints" not in export_command(subject, ExportOrder("parts", ("csv",)), *where)
