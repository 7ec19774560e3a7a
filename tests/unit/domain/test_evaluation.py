"""What a design does over samples, held against Ohm and Kirchhoff."""

from dataclasses import replace

import numpy as np
import pytest

from pnn_studio.domain.evaluation import CircuitPower
from pnn_studio.domain.operating_point import circuit_power, operating_point
from tests.support.designs import NEGATION_POWER, PTANH_POWER, sample_design, sample_voltages

CROSSBARS = ("modified", "original")


@pytest.fixture(params=CROSSBARS)
def case(request):
    design = sample_design(4, (3, 5), 3, request.param)
    return design, operating_point(design, sample_voltages(design))


def test_a_resistor_obeys_ohm_s_law_in_every_sample(case):
    design, evaluation = case
    for layer, state in zip(design.layers, evaluation.layers, strict=True):
        g = layer.conductances(design.g_min)
        for row, column in np.argwhere(layer.theta).tolist():
            across = state.row_end(row, column) - state.columns[:, column]
            np.testing.assert_array_equal(state.across(row, column), across)
            np.testing.assert_allclose(state.current(row, column), across * g[row, column])
            np.testing.assert_allclose(state.dissipated(row, column), across**2 * g[row, column])
            mean = np.mean(state.dissipated(row, column))
            assert state.resistor_power[row, column] == pytest.approx(mean, rel=1e-12)


def test_the_currents_into_a_column_sum_to_none(case):
    _, evaluation = case
    for state in evaluation.layers:
        rows, columns = state.conductances.shape
        for column in range(columns):
            currents = [state.current(row, column) for row in range(rows)]
            np.testing.assert_allclose(sum(currents), 0, atol=1e-18)


def test_a_resistor_that_is_not_printed_dissipates_nothing(case):
    design, evaluation = case
    for layer, state in zip(design.layers, evaluation.layers, strict=True):
        np.testing.assert_array_equal(state.resistor_power == 0, layer.theta == 0)


def test_the_power_of_the_network_is_that_of_all_resistors_and_circuits(case):
    design, evaluation = case
    resistors = sum(float(state.resistor_power.sum()) for state in evaluation.layers)
    assert evaluation.power.crossbar == pytest.approx(resistors)
    neurons = sum(shape[1] for shape in design.layout.shapes)
    assert evaluation.power.activation == pytest.approx(neurons * PTANH_POWER)
    assert evaluation.power.negation == pytest.approx(design.negations * NEGATION_POWER)
    parts = [state.power.total for state in evaluation.layers]
    assert evaluation.power.total == pytest.approx(sum(parts))


def test_there_is_a_voltage_for_each_negation_of_either_structure():
    for crossbar, circuits in (("modified", 1), ("original", 3)):
        design = sample_design(4, (3,), 3, crossbar)
        state = operating_point(design, sample_voltages(design, 5)).layers[0]
        assert state.negated.shape == (5, 6, circuits)
        assert state.circuits.negation.shape == (6, circuits)
        power = state.circuits.negation
        assert np.count_nonzero(power) == design.layers[0].negations(crossbar)
        expected = -design.layers[0].negation.tanh(state.rows[:, 1])
        np.testing.assert_array_equal(state.negation_output(1, 2), expected)


def test_a_negation_with_a_load_of_its_own_is_read_by_its_resistor():
    design = sample_design(4, (3,), 3, "original")
    state = operating_point(design, sample_voltages(design, 5)).layers[0]
    row, column = (int(each) for each in np.argwhere(design.layers[0].negated)[-1])
    negated = state.negated.copy()
    negated[:, row, column] += 0.1
    loaded = replace(state, negated=negated)
    moved = loaded.across(row, column) - state.across(row, column)
    np.testing.assert_allclose(moved, 0.1)
    changed = loaded.resistor_power != state.resistor_power
    assert np.argwhere(changed).tolist() == [[row, column]]


def test_a_circuit_is_asked_for_by_its_place():
    power = CircuitPower(np.array([1.0, 2.0]), np.array([[3.0, 5.0], [0.0, 7.0], [0.0, 0.0]]))
    assert power.of("activation", 1) == 2
    assert power.of("negation", 0, 1) == 5
    assert power.of("negation", 0) == 4
    assert power.of("negation", 1) == 7
    assert power.of("negation", 2) == 0
    rows = CircuitPower(np.array([1.0]), np.array([[3.0], [0.0]]))
    assert rows.of("negation", 0, 2) == 3


def test_what_either_structure_would_need_is_known_without_samples():
    design = sample_design(4, (3,), 3)
    for layer in design.layers:
        for crossbar in CROSSBARS:
            expected = layer.negations(crossbar) * layer.negation.power
            assert circuit_power(layer, crossbar).negation.sum() == pytest.approx(expected)


def test_an_evaluation_cannot_be_changed_in_place(case):
    state = case[1].layers[0]
    for array in (state.rows, state.negated, state.columns, state.outputs, state.conductances):
        with pytest.raises(ValueError, match="read-only"):
            array[0, 0] = 1
