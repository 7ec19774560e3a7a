from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from pnn_studio.domain.design import LayerDesign
from pnn_studio.domain.operating_point import operating_point
from pnn_studio.errors import ProjectFileError
from tests.support.designs import sample_design, sample_voltages

CELLS = sample_design().layers[0]
entries = st.sampled_from([0.0, 0.01, -0.01, 0.5, -0.5, 3.0, -10.0])
thetas = npst.arrays(float, st.tuples(st.integers(3, 6), st.integers(1, 4)), elements=entries)


def layer(theta):
    return LayerDesign(np.array(theta, dtype=float), CELLS.activation, CELLS.negation)


@given(thetas)
def test_a_column_floats_unless_something_is_printed(theta):
    if np.any(theta, axis=0).all():
        assert layer(theta).printed.any(axis=0).all()
    else:
        with pytest.raises(ProjectFileError, match="float"):
            layer(theta)


@given(thetas.filter(lambda theta: np.any(theta, axis=0).all()))
def test_each_column_is_printed_as_high_ohmic_as_possible(theta):
    g = layer(theta).conductances(1e-7)
    assert np.array_equal(g == 0, theta == 0)
    for column, printed in zip(g.T, theta.T, strict=True):
        assert column[column > 0].min() == pytest.approx(1e-7)
        np.testing.assert_allclose(column / column.sum(), np.abs(printed) / np.abs(printed).sum())


@given(thetas.filter(lambda theta: np.any(theta, axis=0).all()))
def test_negations_are_counted_by_row_or_by_weight_and_never_at_ground(theta):
    weights = sum(value < 0 for row in theta[:-1] for value in row)
    rows = sum(any(value < 0 for value in row) for row in theta[:-1])
    assert layer(theta).negations("original") == weights
    assert layer(theta).negations("modified") == rows


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_a_theta_that_is_not_finite_is_refused(value):
    with pytest.raises(ProjectFileError):
        layer([[1.0], [value], [1.0]])


def test_a_design_cannot_be_changed_in_place():
    design = sample_design()
    with pytest.raises(ValueError, match="read-only"):
        design.layers[0].theta[0, 0] = 1
    with pytest.raises(AttributeError):
        design.alpha = 0.1


def test_a_design_holds_its_shapes_and_names_together():
    design = sample_design()
    with pytest.raises(ProjectFileError, match="shapes"):
        replace(design, layers=design.layers[:1])
    with pytest.raises(ProjectFileError, match="Names"):
        replace(design, input_names=("one",))


@pytest.mark.parametrize("crossbar", ["modified", "original"])
def test_the_operating_point_is_that_of_the_equations_read_one_by_one(crossbar):
    # Zhao et al., ICCAD 2023, in plain loops
    design = sample_design(3, (4,), 2, crossbar)
    voltages = sample_voltages(design, 5)
    evaluation = operating_point(design, voltages)
    states, total = evaluation.layers, 0.0
    for sample, inputs in enumerate(voltages):
        before = list(inputs)
        for number, each in enumerate(design.layers):
            rows = [*before, design.bias, 0.0]
            e1, e2, e3, e4 = each.negation.eta
            inverse = [-(e1 + e2 * np.tanh((v - e3) * e4)) for v in rows[:-1]] + [0.0]
            g = each.conductances(design.g_min)
            before = []
            for n in range(each.theta.shape[1]):
                volts = [inverse[m] if each.theta[m, n] < 0 else rows[m] for m in range(len(rows))]
                z = sum(g[m, n] * volts[m] for m in range(len(rows))) / sum(g[:, n])
                total += sum(g[m, n] * (volts[m] - z) ** 2 for m in range(len(rows))) / 5
                e1, e2, e3, e4 = each.activation.eta
                before.append(e1 + e2 * np.tanh((z - e3) * e4))
                assert states[number].columns[sample, n] == pytest.approx(z)
        assert states[-1].outputs[sample] == pytest.approx(before)
    power = evaluation.power
    assert power.crossbar == pytest.approx(total)
    assert power.activation == pytest.approx(6 * CELLS.activation.power)
    assert power.negation == pytest.approx(design.negations * CELLS.negation.power)
