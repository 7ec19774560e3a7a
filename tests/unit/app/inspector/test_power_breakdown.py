"""Segments of the power bars add up to the power of the design; each names what burns it."""

from dataclasses import replace

import numpy as np
import pytest

from pnn_studio.app.inspector.power_breakdown import (
    circuit_burners,
    design_bars,
    layer_bars,
    layer_burners,
    resistor_burners,
)
from pnn_studio.app.inspector.subject import Subject
from pnn_studio.app.session.selection import CircuitItem, LayerItem, ResistorItem
from pnn_studio.domain.nodes import NodeNames
from pnn_studio.domain.operating_point import operating_point
from tests.support.designs import sample_design, sample_voltages


def subject_of(design, samples=20):
    voltages = np.random.default_rng(0).random((samples, design.layout.inputs))
    evaluation = operating_point(design, voltages)
    return Subject(NodeNames.of(design), design, evaluation)


@pytest.mark.parametrize("crossbar", ["modified", "original"])
@pytest.mark.parametrize("hidden", [(3,), (7, 2)])
def test_all_segments_add_up_to_the_power_of_the_design(crossbar, hidden):
    design = sample_design(hidden=hidden, crossbar=crossbar)
    subject = subject_of(design)
    powers = [state.power for state in subject.evaluation.layers]
    bars = design_bars(subject, design)
    whole = sum(each.watts for bar in bars for each in bar.burners)
    assert whole == pytest.approx(sum(each.total for each in powers), rel=1e-9)
    for part in ("negation", "activation", "crossbar"):
        found = sum(each.watts for bar in bars for each in bar.burners if each.part == part)
        expected = sum(getattr(each, part) for each in powers)
        assert found == pytest.approx(expected, rel=1e-9)


def test_on_the_samples_that_it_was_measured_on_they_add_up_to_its_metrics():
    design = sample_design()
    evaluation = operating_point(design, sample_voltages(design))
    subject = replace(subject_of(design), evaluation=evaluation)
    whole = sum(each.watts for bar in design_bars(subject, design) for each in bar.burners)
    assert whole == pytest.approx(design.metrics.power.total, rel=1e-9)


def test_the_resistors_of_a_layer_add_up_to_its_crossbar_and_none_is_listed_that_is_not_printed():
    design = sample_design()
    subject = subject_of(design)
    for number, state in enumerate(subject.evaluation.layers, start=1):
        resistors = resistor_burners(subject, design, number, state)
        printed = {tuple(each) for each in np.argwhere(design.layers[number - 1].theta).tolist()}
        assert {(each.item.row, each.item.column) for each in resistors} == printed
        total = sum(each.watts for each in resistors)
        assert total == pytest.approx(state.power.crossbar, rel=1e-9)
        assert layer_burners(subject, design, number)[-1].item == LayerItem(number)


def test_one_resistor_dissipates_what_ohms_law_says():
    design = sample_design()
    subject = subject_of(design, samples=1)
    state, layer = subject.evaluation.layers[0], design.layers[0]
    found = {each.item: each.watts for each in resistor_burners(subject, design, 1, state)}
    row, column = (int(each) for each in np.argwhere(layer.theta > 0)[0])
    across = state.rows[0, row] - state.columns[0, column]
    g = layer.conductances(design.g_min)[row, column]
    assert found[ResistorItem(1, row, column)] == pytest.approx(g * across**2)


def test_every_circuit_is_listed_once_with_its_item():
    for crossbar in ("modified", "original"):
        design = sample_design(crossbar=crossbar)
        burners = circuit_burners(subject_of(design), design, 1)
        items = [each.item for each in burners]
        assert len(set(items)) == len(items)
        negations = [each for each in items if each.circuit == "negation"]
        assert len(negations) == design.layers[0].negations(crossbar)
        assert all((each.column is None) == (crossbar == "modified") for each in negations)
        assert CircuitItem(1, "activation", 2) in items


def test_many_small_resistors_are_told_as_one():
    design = sample_design(inputs=30, hidden=(10,))
    subject = subject_of(design)
    resistors = resistor_burners(subject, design, 1, subject.evaluation.layers[0])
    assert len(resistors) == 49
    assert resistors[-1].name == f"{int(design.layers[0].printed.sum()) - 48} more resistors"
    shown = [each.watts for each in resistors[:-1]]
    assert shown == sorted(shown, reverse=True)


def test_without_samples_the_crossbars_are_one_segment_of_what_was_measured():
    design = sample_design()
    subject = Subject(NodeNames.of(design), design)
    bars = design_bars(subject, design)
    assert [bar.name for bar in bars] == ["layer 1", "layer 2", "crossbars"]
    assert bars[-1].burners[0].watts == design.metrics.power.crossbar
    assert [bar.name for bar in layer_bars(subject, design, 1)] == ["circuits"]
