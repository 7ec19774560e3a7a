from dataclasses import replace

import numpy as np
import pytest

from pnn_studio.circuit.check import dissipated, verify
from pnn_studio.circuit.network import check_netlist
from pnn_studio.circuit.ngspice import run_netlist
from pnn_studio.circuit.wiring import wire_up
from pnn_studio.domain.operating_point import operating_point
from pnn_studio.domain.verification import AGREES_WITHIN, samples_of_check, samples_to_choose_by
from pnn_studio.errors import (
    Cancelled,
    DatasetError,
    SimulationFailed,
    SimulatorMissing,
    TechnologyError,
)
from tests.support import closed_form
from tests.support.command_line import stub
from tests.support.designs import sample_design, sample_voltages

CROSSBARS = ("modified", "original")


@pytest.mark.parametrize("crossbar", CROSSBARS)
@pytest.mark.parametrize("g_min", [1e-7, 1e-5])
def test_the_parts_of_the_power_sum_to_what_all_sources_deliver(technology, crossbar, g_min):
    design = replace(sample_design(5, (4, 3), 3, crossbar), g_min=g_min)
    voltages = sample_voltages(design, 7)
    values = run_netlist(check_netlist(design, technology, voltages), 30).values
    delivered = -design.bias * values["Vbias"]
    for index in range(5):
        delivered = delivered - voltages[:, index] * values[f"Bx{index}"]
    for name in technology.circuit_names:
        rails = technology.circuit(name)
        delivered = delivered - rails.vdd * values[f"Vvdd_{name}"]
        delivered = delivered - rails.vss * values[f"Vvss_{name}"]
    power = dissipated(wire_up(design), technology, values)
    assert power.total == pytest.approx(np.mean(delivered), rel=1e-6)
    assert min(power.crossbar, power.activation, power.negation) > 0


@pytest.mark.parametrize("crossbar", CROSSBARS)
def test_a_high_ohmic_design_behaves_as_its_model(technology, dataset_of, crossbar):
    design = sample_design(4, (3,), 3, crossbar)
    voltages = sample_voltages(design, 20)
    told = []
    found = verify(
        design, technology, dataset_of(design, voltages), timeout_s=60, progress=told.append
    )
    ideal = operating_point(design, voltages)
    assert found.samples == 20
    assert found.classes.tolist() == [(index + 2) % 3 for index in range(20)]
    np.testing.assert_array_equal(found.model_outputs, ideal.outputs)
    np.testing.assert_array_equal(
        found.model[:, found.nodes.index("l1_z2")], ideal.layers[0].columns[:, 2]
    )
    assert found.model_power == ideal.power
    # the form of the tanh alone costs some 20 to 40 mV rms
    assert len(found.layer_errors) == 2
    for error in found.layer_errors:
        assert 0 < error.rms < 0.06
        assert error.rms <= error.max < 0.15
    last = found.spice_outputs - found.model_outputs
    assert found.layer_errors[-1].max == pytest.approx(np.abs(last).max())
    assert found.layer_errors[-1].rms == pytest.approx(np.sqrt(np.mean(last**2)))
    assert found.spice_power.negation == pytest.approx(found.model_power.negation, rel=0.15)
    assert found.simulator.startswith("ngspice ")
    assert found.seconds > 0
    assert len(told) == 3


@pytest.mark.parametrize(
    ("crossbar", "negations"),
    [("modified", ["l1_n1", "l1_n4"]), ("original", ["l1_n1_0", "l1_n1_1", "l1_n4_0"])],
)
def test_every_node_is_compared_under_its_name_in_the_netlist(
    technology, dataset_of, crossbar, negations
):
    design = sample_design(4, (3,), 3, crossbar)
    found = verify(design, technology, dataset_of(design, sample_voltages(design, 3)), timeout_s=60)
    columns = [f"l1_{kind}{index}" for kind in "zh" for index in range(3)]
    assert [node for node in found.nodes if node.startswith("l1")] == negations + columns
    assert found.model.shape == found.spice.shape == (3, len(found.nodes))


@pytest.mark.parametrize("crossbar", CROSSBARS)
def test_the_difference_of_an_ideal_design_is_that_of_its_tanh_form_and_of_its_load(
    technology, dataset_of, crossbar
):
    design = replace(sample_design(4, (3,), 3, crossbar), g_min=1e-6)
    voltages = sample_voltages(design, 12)
    found = verify(design, technology, dataset_of(design, voltages), timeout_s=60)
    form, load, rest = found.causes.T
    np.testing.assert_allclose(form + load + rest, found.differences, atol=1e-12)
    assert np.abs(rest).max() < 1e-4
    assert np.abs(load).max() > 1e-3
    # an input is an ideal source: what a negation of it gives unloaded is known in closed form
    for node, net in enumerate(found.nodes):
        if net.startswith("l1_n") and not net.startswith("l1_n4"):
            volts = voltages[found.worst_samples[node], int(net[4])]
            cell = design.layers[0].negation
            real, _ = closed_form.negation(technology, cell.omega, float(volts))
            assert form[node] == pytest.approx(real + float(cell.tanh(volts)), abs=1e-6)
    light = replace(design, g_min=1e-10)
    found = verify(light, technology, dataset_of(light, voltages), timeout_s=60)
    first = [net.startswith(("l1_n", "l1_z")) for net in found.nodes]
    # from there on negations load what comes before them, through their input
    assert np.abs(found.causes[first, 1]).max() < 1e-4, "what hardly conducts is no load"


@pytest.mark.parametrize("crossbar", CROSSBARS)
def test_a_design_of_the_loaded_model_agrees_at_every_node(technology, dataset_of, crossbar):
    design = replace(sample_design(4, (3,), 3, crossbar), g_min=1e-5, model="loaded")
    found = verify(
        design, technology, dataset_of(design, sample_voltages(design, 12)), timeout_s=60
    )
    assert np.abs(found.differences).max() < AGREES_WITHIN
    assert found.causes is None
    assert found.spice_power.total == pytest.approx(found.model_power.total, rel=1e-4)


@pytest.mark.parametrize(
    ("point", "where"), [(7, "test sample 8 of 12"), (12, "sample 1 of the data")]
)
def test_where_ngspice_does_not_converge_sample_and_node_are_named(
    technology, dataset_of, monkeypatch, tmp_path, point, where
):
    said = f'doAnalyses: DC:  Timestep too small;  vindex = {point}: trouble with node "l1_z1"'
    script = f"""case "$*" in *--version*) ;; *) echo '{said}'; exit 1;; esac"""
    monkeypatch.setenv("PATH", stub(tmp_path / "bin", script))
    design = sample_design()
    data = dataset_of(design, sample_voltages(design, 12))
    with pytest.raises(SimulationFailed) as caught:
        verify(design, technology, data, timeout_s=60)
    assert str(caught.value).startswith(
        f"ngspice does not converge at {where}, node l1_z1 (z1.1, column of h1.1): ngspice failed: "
    )
    assert ".dc Vindex 0 13 1" in caught.value.netlist


def test_one_test_sample_is_enough(technology, dataset_of):
    design = sample_design()
    found = verify(design, technology, dataset_of(design, sample_voltages(design, 1)), timeout_s=60)
    assert found.spice_outputs.shape == (1, 3)


def test_the_data_must_be_those_of_the_design(technology, dataset_of):
    design = sample_design()
    data = dataset_of(design, sample_voltages(design, 3))
    changed = replace(data, reference=replace(data.reference, fingerprint="1" * 64))
    with pytest.raises(DatasetError, match="changed since"):
        verify(design, technology, changed, timeout_s=60)
    other = sample_design(5)
    wide = replace(dataset_of(other, sample_voltages(other, 3)), reference=design.data)
    with pytest.raises(DatasetError, match="5 inputs, but the design has 4"):
        verify(design, technology, wide, timeout_s=60)


def test_the_technology_must_be_that_of_the_design(technology, dataset_of):
    design = sample_design()
    data = dataset_of(design, sample_voltages(design, 3))
    with pytest.raises(TechnologyError, match="another technology"):
        verify(design, replace(technology, fingerprint="0" * 64), data, timeout_s=60)
    with pytest.raises(SimulatorMissing, match="nothing to simulate"):
        verify(design, replace(technology, transistor=None), data, timeout_s=60)


def test_a_check_can_be_cancelled(technology, dataset_of):
    design = sample_design()
    data = dataset_of(design, sample_voltages(design, 3))
    with pytest.raises(Cancelled):
        verify(design, technology, data, timeout_s=60, cancelled=lambda: True)


def test_what_designs_are_chosen_by_is_simulated_too_and_is_not_of_the_test_split(
    technology, dataset_of
):
    design = sample_design()
    data = dataset_of(design, sample_voltages(design, 12))
    data = replace(data, split=np.array([2, 1, 2, 0] + [1, 0, 2, 0, 1] * 2, dtype=np.int8))
    found = verify(design, technology, data, timeout_s=60)
    seen = samples_to_choose_by(data)
    assert seen.tolist() == [1, 3, 4, 5, 7, 8, 9, 10, 12, 13]
    assert samples_of_check(data) == 14
    # the same samples as a test split: ngspice must say the same of them
    other = np.where(data.split == 2, 0, 2).astype(np.int8)
    other[0] = 1
    again = verify(design, technology, replace(data, split=other), timeout_s=60)
    assert found.seen_accuracy == again.spice_accuracy
    assert found.samples == 4


def test_of_large_data_200_samples_are_chosen_evenly(dataset_of):
    design = sample_design()
    data = dataset_of(design, sample_voltages(design, 2998))
    data = replace(data, split=np.arange(3000).astype(np.int8) % 3)
    seen = samples_to_choose_by(data)
    assert len(np.unique(seen)) == 200
    assert (seen[0], seen[-1]) == (0, 2998)
    assert set(data.split[seen]) == {0, 1}
    assert np.diff(seen).max() <= 17
