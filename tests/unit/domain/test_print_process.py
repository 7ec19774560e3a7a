"""What is printed with: the largest resistor of a technology can be chosen."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pnn_studio.domain.print_process import PrintProcess
from pnn_studio.domain.technology import load_technology
from pnn_studio.errors import TechnologyError
from tests.support.designs import sample_design
from tests.support.technologies import write_technology

NEGT = load_technology()


def test_the_usual_print_process_is_the_technology_that_ships():
    assert PrintProcess().load() == NEGT


@given(st.floats(1.1e4, 1e9))
def test_weights_keep_the_ratio_of_the_conductances(ohm):
    technology = PrintProcess(largest_r=ohm).load()
    assert technology.g_min * ohm == pytest.approx(1)
    # Zhao et al., ICCAD 2023: g_max / g_min = theta_max / theta_min
    ratio = technology.theta_max / technology.theta_min
    assert ratio == pytest.approx(technology.g_max / technology.g_min)
    assert replace(technology, g_min=NEGT.g_min, theta_min=NEGT.theta_min) == NEGT


def test_no_printed_resistor_is_larger_than_the_largest():
    layer = sample_design().layers[0]
    printed = layer.conductances(PrintProcess(largest_r=2e6).load().g_min)
    assert 1 / printed[printed > 0].min() == pytest.approx(2e6)
    # a fifth of the resistance takes five times the current, everywhere
    assert np.allclose(printed, 5 * layer.conductances(NEGT.g_min))


@pytest.mark.parametrize("ohm", [1e4, 9e3, 1e-300])
def test_a_largest_resistor_below_the_smallest_leaves_nothing_to_print(ohm):
    with pytest.raises(TechnologyError, match=r"must lie above 10\.0 kΩ"):
        PrintProcess(largest_r=ohm).load()


@pytest.mark.parametrize("ohm", [0.0, -1.0, float("nan"), float("inf")])
def test_a_resistance_is_positive_and_finite(ohm):
    with pytest.raises(TechnologyError, match="must be positive"):
        PrintProcess(largest_r=ohm)


def test_a_project_keeps_its_files_by_absolute_paths(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_technology(tmp_path / "lab.toml")
    print_process = PrintProcess("lab.toml", "fitted", 2e6).absolute
    assert print_process == PrintProcess(str(tmp_path / "lab.toml"), str(tmp_path / "fitted"), 2e6)
    assert print_process.load().id == "lab"
    assert PrintProcess().absolute == PrintProcess()
