"""What the inspector says, held against the equations and the domain values it comes from."""

import re
from dataclasses import replace

import numpy as np
import pytest

from pnn_studio.app.analysis.design_choice import design_name
from pnn_studio.app.inspector.results import describe, inspect
from pnn_studio.app.inspector.sheet import EMPTY, CircuitFigure, CurveFigure, PowerFigure
from pnn_studio.app.session.selection import (
    CircuitItem,
    DesignItem,
    LayerItem,
    NeuronItem,
    NodeItem,
    ResistorItem,
    RunItem,
    layer_of,
    neuron_of,
    node_of,
    owner_of,
)
from pnn_studio.app.session.session import Session
from pnn_studio.domain.design_ref import DesignRef
from pnn_studio.domain.nodes import BIAS, activation_node, column_node, negation_node
from pnn_studio.domain.technology import load_technology
from pnn_studio.domain.units import format_si
from tests.support.runs import sample_dataset, sample_family, sample_verification, start_run


@pytest.fixture
def session():
    session = Session()
    session.choose_data(sample_dataset())
    session.edit(replace(session.recipe, alphas=3, seeds=2))
    plan = session.plan()
    start_run(session, plan)
    session.take_family(sample_family(plan))
    session.set_run_state("finished")
    return session


def lines(sheet):
    return {line.name: line.value for section in sheet.sections for line in section.lines}


def test_a_resistor_is_told_by_ohm_s_law(session):
    design = session.design
    layer = design.layers[0]
    row, column = (int(each[0]) for each in np.nonzero(layer.theta))
    told = lines(inspect(session, ResistorItem(1, row, column), 2))
    g = layer.conductances(design.g_min)[row, column]
    state = session.evaluation(design).layers[0]
    ends = state.negated[:, :, 0] if layer.theta[row, column] < 0 else state.rows
    across = ends[2, row] - state.columns[2, column]
    assert told["resistance"] == format_si(1 / g, "Ω")
    assert told["current"] == format_si(across * g, "A")
    assert told["power"] == format_si(across**2 * g, "W")


def test_a_neuron_lists_the_resistors_of_its_column_whose_weights_sum_to_one(session):
    sheet = inspect(session, NeuronItem(1, 1), 0)
    table = next(section for section in sheet.sections if section.rows)
    weights = [float(row.cells[1]) for row in table.rows if row.tone != "muted"]
    assert sum(weights) == pytest.approx(1, abs=0.003)
    assert len(table.rows) == 6
    assert [row.item for row in table.rows] == [ResistorItem(1, row, 1) for row in range(6)]
    assert any(isinstance(section.figure, CurveFigure) for section in sheet.sections)


def test_a_circuit_opens_into_its_parts_between_its_rails(session):
    technology = load_technology()
    for circuit, parts in (("activation", 4), ("negation", 6)):
        sheet = inspect(session, CircuitItem(1, circuit, 0), 0, technology)
        figure = sheet.sections[0].figure
        assert isinstance(figure, CircuitFigure)
        assert len(figure.values) == parts
        assert figure.rails[0] == "+1 V"
    assert figure.rails[1] == "−2.2 V"


def test_a_design_says_whether_it_stays_within_the_limit_and_where_to_go(session):
    assert "Within" not in describe(inspect(session, DesignItem(), 0))
    power = session.design.metrics.power.total
    session.edit(replace(session.shown, limit=power / 2))
    text = describe(inspect(session, DesignItem(), 0))
    assert "No design stays within" in text
    session.edit(replace(session.shown, limit=power * 2))
    sheet = inspect(session, DesignItem(), 0)
    assert f"Best within {format_si(power * 2, 'W')}, not checked\n6 of 6" in describe(sheet)
    assert sheet.steps[0].text == "Check 6 candidates"
    figures = [section.figure for section in sheet.sections]
    assert any(isinstance(each, PowerFigure) for each in figures)


def test_what_an_edit_took_away_is_not_selected_any_more(session):
    assert inspect(session, NeuronItem(1, 2), 0) is not EMPTY
    session.edit(replace(session.recipe, hidden=(2,)))
    assert inspect(session, NeuronItem(1, 2), 0).title == "bias" or (
        inspect(session, NeuronItem(1, 4), 0) is EMPTY
    )
    assert inspect(session, ResistorItem(1, 0, 2), 0) is EMPTY
    assert inspect(session, LayerItem(3), 0) is EMPTY
    assert inspect(session, RunItem(7), 0) is EMPTY


def test_a_limit_that_no_design_stays_within_names_the_least_and_leads_to_it(session):
    family = session.run.family
    power = family.power * np.linspace(2, 1, family.plan.designs)[:, None]
    session.take_family(replace(family, power=power))
    session.edit(replace(session.shown, limit=float(power.sum(axis=1).min()) / 2))
    sheet = inspect(session, DesignItem(), 0)
    text = describe(sheet)
    least = format_si(float(power.sum(axis=1).min()), "W")
    assert f"No design stays within {format_si(session.shown.limit, 'W')}; " in text
    assert f"the least is {least} (loaded)." in text
    train, least_one = sheet.steps[:2]
    assert (train.where, train.limit) == ("train-limit", session.shown.limit)
    assert least_one.item == DesignItem(DesignRef(0, family.plan.designs - 1))


def test_only_a_design_that_holds_in_ngspice_is_proposed_and_how_sure_that_is(session):
    family = session.run.family
    power = float(family.total_power[0])
    session.edit(replace(session.shown, limit=power * 1.5))
    for index, seen in ((1, 0.8), (4, 0.9), (2, 0.95)):
        design = family.design(index)
        found = sample_verification(design, 31)
        own = found.model_power
        watts = own if index != 2 else own + own  # what its model does not say takes it out
        found = replace(found, spice_power=watts, seen_accuracy=seen)
        session.take_verification(DesignRef(0, index), design, found)
    sheet = inspect(session, DesignItem(), 0)
    told = next(each for each in sheet.sections if each.title.startswith("Best within"))
    assert told.title.endswith("so far")
    assert told.note == "5 of 6"
    shown = {line.name: line for line in told.lines}
    assert shown["design"].value == design_name(family.plan, 4)
    assert shown["not checked yet"].value == "3 candidates"
    assert shown["not checked yet"].step == sheet.steps[0]
    assert shown["power"].source == shown["accuracy, test"].source == "ngspice"
    assert shown["95 % interval"].value == "89 to 100 %"  # all of 31, by Wilson
    assert sheet.steps[0].designs == tuple(
        each
        for each in np.lexsort((family.valid_loss, -family.accuracy[:, 1]))
        if each not in (1, 2, 4)
    )
    for index in (0, 3, 5):
        design = family.design(index)
        found = replace(sample_verification(design, 31), spice_power=design.metrics.power)
        session.take_verification(DesignRef(0, index), design, replace(found, seen_accuracy=0.85))
    sheet = inspect(session, DesignItem(), 0)
    told = next(each for each in sheet.sections if each.title.startswith("Best within"))
    assert told.title == f"Best within {format_si(power * 1.5, 'W')}"
    assert {line.name: line for line in told.lines}["design"].value == design_name(family.plan, 4)


def test_every_figure_of_every_sheet_says_what_it_is_of(session):
    session.take_verification(
        session.design_ref, session.design, sample_verification(session.design, 31)
    )
    session.edit(replace(session.shown, limit=1.0))
    figure = re.compile(r"[\d.]+ (?:%|[kMµmnp]?[WVA])$")
    items = [
        DesignItem(), LayerItem(1), NeuronItem(0, 0), NeuronItem(1, 0), ResistorItem(1, 0, 0),
        CircuitItem(1, "activation", 0), CircuitItem(1, "negation", 0),
    ]  # fmt: skip
    seen = 0
    for item in items:
        sheet = inspect(session, item, 0)
        for section in sheet.sections:
            if figure.search(section.note):
                assert section.source, section
            if isinstance(section.figure, PowerFigure):
                assert section.figure.source
                assert section.figure.bars_source
            for line in section.lines:
                if figure.search(re.sub(r" \(.*\)$", "", line.value)):
                    assert line.source or section.source, (item, line)
                    seen += 1
            if any(figure.search(cell) for row in section.rows for cell in row.cells):
                assert section.source or "loaded" in section.head, section
    assert seen > 10


def test_an_edited_layout_shows_no_values_of_the_design_before(session):
    session.edit(replace(session.recipe, hidden=(4,)))
    text = describe(inspect(session, NeuronItem(1, 3), 0))
    assert "Training decides" in text


def test_a_node_of_the_check_tells_its_largest_difference(session):
    family = session.run.family  # the paper's model, which has causes to differ
    session.take_family(replace(family, plan=replace(family.plan, model="ideal")))
    assert inspect(session, NodeItem(activation_node(1, 0)), 0) is EMPTY
    found = sample_verification(session.design, shift=0.05)
    session.take_verification(session.design_ref, session.design, found)
    told = lines(inspect(session, NodeItem(activation_node(1, 0)), 0))
    assert told["difference, rms"] == "50.0 mV"
    assert told["answer"] == "unchanged"
    causes = np.tile([0.04, 0.01, 0.0], (len(found.nodes), 1))
    for known, words in ((found, "Why it differs"), (replace(found, spice=found.model), "Agree")):
        known = replace(known, causes=causes)
        session.take_verification(session.design_ref, session.design, known)
        section = inspect(session, NodeItem(activation_node(1, 0)), 0).sections[-1]
        assert section.title.startswith(words)
        assert ("+40.0 mV from the tanh form" in section.text) == (known.spice is found.spice)


def test_a_run_counts_its_designs(session):
    told = lines(inspect(session, RunItem(0), 0))
    assert told["designs"] == "6"
    assert told["alphas × seeds"] == "3 × 2"


@pytest.mark.parametrize(
    ("node", "item"),
    [
        (activation_node(1, 0), CircuitItem(1, "activation", 0)),
        (negation_node("modified", 2, 3, 1), CircuitItem(2, "negation", 3)),
        (negation_node("original", 2, 3, 1), CircuitItem(2, "negation", 3, 1)),
    ],
)
def test_nodes_and_the_circuits_that_drive_them_name_each_other(node, item):
    assert owner_of(node) == item
    assert node_of(item) == node
    assert layer_of(NodeItem(node)) == item.layer


def test_a_column_is_that_of_its_neuron_and_a_negation_stands_at_its_row():
    assert owner_of(column_node(2, 1)) == NeuronItem(2, 1)
    assert neuron_of(CircuitItem(2, "negation", 3)) == NeuronItem(1, 3)
    assert neuron_of(NodeItem(column_node(2, 1))) == NeuronItem(2, 1)
    assert owner_of(BIAS) is None
