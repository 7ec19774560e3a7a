from dataclasses import replace

import numpy as np
import pytest

from pnn_studio.domain.layout import Layout
from pnn_studio.domain.technology import load_technology
from pnn_studio.physics.power_reference import open_power, power_reference


@pytest.fixture(scope="module")
def technology():
    return load_technology()


def mean_power(technology, circuit, values):
    return float(open_power(technology, circuit, np.array(list(values.values()))))


def test_circuits_take_the_power_that_ngspice_found(technology):
    assert mean_power(technology, "ptanh", technology.activation.defaults) == pytest.approx(
        0.353e-3, rel=0.01
    )
    described, start = technology.negation.defaults, technology.negation.starts
    assert mean_power(technology, "negation", described) == pytest.approx(0.97e-3, rel=0.01)
    assert mean_power(technology, "negation", start) == pytest.approx(0.574e-3, rel=0.01)


def test_the_reference_follows_the_circuits_of_the_layout_whatever_its_structure(technology):
    ptanh = mean_power(technology, "ptanh", technology.activation.starts)
    negation = mean_power(technology, "negation", technology.negation.starts)
    assert power_reference(Layout(4, (3,), 3), technology) == pytest.approx(0.15, rel=1e-12)
    wide = Layout(64, (32,), 10)
    ratio = (42 * ptanh + 98 * negation) / (6 * ptanh + 9 * negation)
    assert power_reference(wide, technology) == pytest.approx(0.15 * ratio)
    assert power_reference(replace(wide, crossbar="original"), technology) == pytest.approx(
        0.15 * ratio
    )


def test_where_no_transistor_is_stated_all_circuits_count_alike(technology):
    bare = replace(technology, transistor=None)
    assert power_reference(Layout(64, (32,), 10), bare) == pytest.approx(0.15 * 140 / 15)
