"""Designs side by side: their figures are theirs, and what differs is said."""

import csv
from dataclasses import replace

import numpy as np
import pytest

from pnn_studio.app.session import history, pins
from pnn_studio.app.session.comparison import compare, comparison_csv, origin, save_comparison
from pnn_studio.app.session.session import Session
from pnn_studio.domain.dataset import DataReference
from pnn_studio.domain.design_ref import DesignRef
from pnn_studio.domain.operating_point import operating_point
from pnn_studio.errors import ProjectFileError
from tests.support.runs import sample_dataset, sample_family, sample_verification, start_run


def run_of(session, seed=0, **changes):
    plan = session.plan()
    start_run(session, plan)
    family = sample_family(plan, seed=seed)
    power = family.power * np.random.default_rng(seed).uniform(0.2, 2.0, (plan.designs, 1))
    session.take_family(replace(family, power=power, **changes))
    session.set_run_state("finished")


@pytest.fixture
def session():
    session = Session()
    session.choose_data(sample_dataset())
    session.edit(replace(session.recipe, alphas=5, seeds=4))
    run_of(session)
    return session


def pin(session, *designs):
    for design in designs:
        session.edit(history.show_design(session, DesignRef(session.run.id, design)))
        session.edit(pins.toggle_current(session))


def rows_of(comparison):
    return {figure.key: figure for figure in comparison.figures}


def test_less_than_two_designs_are_not_compared(session):
    assert compare(session) is None
    pin(session, 3)
    assert compare(session) is None


def test_the_figures_are_those_of_the_designs_themselves(session):
    pin(session, 3, 8, 13)
    family, rows = session.run.family, rows_of(compare(session))
    for place, index in enumerate((3, 8, 13)):
        design = family.design(index)
        assert rows["power_total_w"].values[place] == pytest.approx(family.power[index].sum())
        assert rows["accuracy_test"].values[place] == family.test_accuracy[index]
        assert rows["negations"].values[place] == design.negations
        sizes = [abs(layer.theta) for layer in design.layers]
        printed = sum(int((size > 0).sum()) for size in sizes)
        assert rows["resistors"].cells[place] == f"{printed} of {sum(s.size for s in sizes)}"
        smallest = min(
            float(np.min(np.where(size > 0, size, np.inf), axis=0)[column] / size[:, column].max())
            for size in sizes
            for column in range(size.shape[1])
        )
        expected = smallest / design.g_min
        assert rows["smallest_r_ohm"].values[place] == pytest.approx(expected)
        assert rows["largest_r_ohm"].values[place] == pytest.approx(1 / design.g_min)


def test_a_row_differs_where_a_reader_sees_a_difference(session):
    pin(session, 3, 8)
    rows = rows_of(compare(session))
    assert rows["power_total_w"].differs
    assert rows["alpha"].differs
    assert not rows["layout"].differs
    assert not rows["data"].differs


def test_answers_are_those_of_the_model_on_the_test_split(session):
    pin(session, 3, 8)
    design = session.run.family.design(3)
    voltages, classes = sample_dataset().part("test")
    answers = operating_point(design, voltages).outputs.argmax(axis=1)
    counts = compare(session).columns[0].confusion.counts
    assert counts.sum() == len(classes)
    assert np.trace(counts) == (answers == classes).sum()


def test_designs_of_other_layouts_and_data_are_compared_and_the_data_are_said_to_differ(session):
    pin(session, 3)
    session.edit(replace(session.recipe, hidden=(5, 4), crossbar="original"))
    run_of(session, 1, data=DataReference("other.csv", None, 0, "a" * 64))
    pin(session, 3)
    comparison = compare(session)
    rows = rows_of(comparison)
    assert rows["layout"].cells == ("4-3-3", "4-5-4-3")
    assert rows["data"].cells == ("Iris", "other")
    assert "data differ" in comparison.notes[0]


def test_a_check_is_told_and_makes_another_comparison(session):
    pin(session, 3, 8)
    before = origin(session)
    assert before == origin(session)
    design = session.run.family.design(3)
    found = sample_verification(design, shift=0.0)
    agreed = replace(found, spice_power=found.model_power)
    session.take_verification(DesignRef(0, 3), design, agreed)
    assert origin(session) != before
    assert rows_of(compare(session))["checked"].cells == ("agrees", "not checked")


def test_a_pin_of_a_deleted_run_is_said_to_be_missing(session):
    pin(session, 3)
    run_of(session, 1)
    pin(session, 4, 7)
    session.edit(session.shown.without_run(0))
    comparison = compare(session)
    assert [column.pinned.letter for column in comparison.columns] == ["B", "C"]
    assert "1 pinned design is of a run that was deleted" in comparison.notes[-1]


def test_the_table_has_a_column_a_design_and_no_cell_that_a_spreadsheet_runs(session, tmp_path):
    run_of(session, 2, data=DataReference("=cmd()", None, 0, "b" * 64))
    pin(session, 3, 8)
    comparison = compare(session)
    table = list(csv.reader(comparison_csv(comparison).splitlines()))
    assert {len(row) for row in table} == {3}
    rows = {row[0]: row[1:] for row in table}
    assert rows["data"] == ["'=cmd()", "'=cmd()"]
    assert float(rows["power_total_w"][0]) == pytest.approx(
        float(session.run.family.total_power[3]), rel=1e-8
    )
    save_comparison(tmp_path / "a.csv", comparison)
    assert (tmp_path / "a.csv").read_bytes().decode() == comparison_csv(comparison)
    with pytest.raises(ProjectFileError, match="cannot be written"):
        save_comparison(tmp_path / "none" / "a.csv", comparison)
