from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import trapezoid
from scipy.optimize import least_squares

from pnn_studio.circuit.characterise import characterise
from pnn_studio.circuit.sampling import sample_components
from pnn_studio.circuit.table_file import load_table, save_table
from pnn_studio.circuit.tanh_fit import fit_tanh
from pnn_studio.domain.technology import Constraint
from pnn_studio.errors import (
    Cancelled,
    SimulationFailed,
    SimulatorMissing,
    SurrogateError,
    TechnologyError,
)
from tests.support import closed_form

CELLS = ("ptanh", "negation")


@pytest.fixture(scope="module")
def tables(technology):
    return {name: characterise(technology, name, 24, seed=3) for name in CELLS}


@pytest.fixture(scope="module")
def whole(tables, tmp_path_factory):
    path = tmp_path_factory.mktemp("broken") / "whole.npz"
    save_table(path, tables["ptanh"])
    return path


def tanh_form(eta, v):
    return eta[0] + eta[1] * np.tanh((v - eta[2]) * eta[3])


# samples


@pytest.mark.parametrize("name", CELLS)
def test_samples_lie_in_the_ranges_and_meet_the_constraints(technology, name):
    circuit = technology.circuit(name)
    omega, _ = sample_components(circuit, 500, seed=0)
    values = {each.name: omega[:, k] for k, each in enumerate(circuit.components)}
    assert omega.shape == (500, len(circuit.components))
    for each in circuit.components:
        assert np.all((values[each.name] >= each.low) & (values[each.name] <= each.high))
    for constraint in circuit.constraints:
        assert np.all(constraint.holds(values))


def test_ptanh_samples_reach_into_the_corners_of_their_ranges(technology):
    omega, near_default = sample_components(technology.activation, 500, seed=0)
    assert not near_default.any()
    for k, each in enumerate(technology.activation.components):
        reach = (each.high - each.low) * 0.05
        assert omega[:, k].min() < each.low + reach
        assert omega[:, k].max() > each.high - reach


def test_every_other_negation_is_drawn_around_the_default_one(technology):
    omega, near_default = sample_components(technology.negation, 400, seed=0)
    assert near_default.tolist() == [False, True] * 200
    default = np.array(list(technology.negation.defaults.values()))
    spread = np.std(np.log(omega / default), axis=0)
    # the constraint R3 > R4 cuts half of what is drawn around the default, so less than 0.2 there
    assert np.all(np.std(np.log(omega[near_default] / default), axis=0) < 0.21)
    assert np.median(spread) > 0.3


def test_the_same_seed_draws_the_same_circuits(technology):
    first, again, other = (sample_components(technology.negation, 9, s)[0] for s in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


def test_constraints_that_leave_nothing_are_named(technology):
    impossible = replace(
        technology.activation, constraints=(Constraint(("L1", None), ("R1", None)),)
    )
    with pytest.raises(TechnologyError, match="L1 > R1"):
        sample_components(impossible, 4, seed=0)


# fit


def test_a_curve_of_the_tanh_form_gives_its_own_parameters():
    v = np.linspace(-2, 2, 81)
    rng = np.random.default_rng(0)
    low, high = [-0.5, 0.3, -1.2, 0.5], [0.5, 1.5, 1.2, 15.0]
    eta = rng.uniform(low, high, (200, 4))
    found = fit_tanh(v, np.stack([tanh_form(each, v) for each in eta]))
    np.testing.assert_allclose(found, eta, atol=1e-6)


@pytest.mark.parametrize("name", CELLS)
def test_the_batched_fit_is_as_good_as_that_of_scipy(tables, name):
    table = tables[name]
    sign = 1 if name == "ptanh" else -1
    for curve, eta in zip(sign * table.v_out, table.eta, strict=True):

        def residuals(p, curve=curve):
            return tanh_form(p, table.v_in) - curve

        reference = least_squares(residuals, eta * 1.02, xtol=1e-12, ftol=1e-12, gtol=1e-12)
        ours = 0.5 * np.sum(residuals(eta) ** 2)
        assert ours <= reference.cost * (1 + 1e-9) + 1e-15
        np.testing.assert_allclose(eta, reference.x, atol=1e-4)


def test_a_flat_curve_is_fitted_without_a_fuss():
    v = np.linspace(-2, 2, 81)
    eta = fit_tanh(v, np.full((1, 81), 0.7))
    np.testing.assert_allclose(tanh_form(eta[0], v), 0.7, atol=1e-8)


# simulation


@pytest.mark.parametrize("name", CELLS)
def test_curves_and_power_are_those_of_kirchhoff_and_the_transistor_equation(
    technology, tables, name
):
    table = tables[name]
    solve = closed_form.ptanh if name == "ptanh" else closed_form.negation
    for index in (0, 1, 23):
        omega = dict(zip(table.names, table.omega[index], strict=True))
        expected = [solve(technology, omega, float(v))[0] for v in table.v_in]
        np.testing.assert_allclose(table.v_out[index], expected, atol=1e-4)
        v = np.linspace(0, 1, 201)
        power = trapezoid([solve(technology, omega, float(each))[1] for each in v], v)
        assert table.power[index] == pytest.approx(power, rel=2e-3)


def test_the_sweep_covers_more_than_the_inputs(tables):
    v_in = tables["ptanh"].v_in
    assert (v_in[0], v_in[-1]) == pytest.approx((-2, 2))
    np.testing.assert_allclose(np.diff(v_in), 0.05, atol=1e-9)


def test_a_negation_is_fitted_on_its_negative(tables):
    for name in CELLS:
        assert np.all(tables[name].eta[:, [1, 3]] > 0)
    fitted = -tanh_form(tables["negation"].eta[1], tables["negation"].v_in)
    assert np.sqrt(np.mean((fitted - tables["negation"].v_out[1]) ** 2)) < 0.05


def test_the_same_seed_gives_the_same_table_whatever_the_number_of_processes(technology):
    one, two = (characterise(technology, "ptanh", 20, 5, processes) for processes in (1, 2))
    for key in ("omega", "v_out", "eta", "power"):
        np.testing.assert_array_equal(getattr(one, key), getattr(two, key))
    assert one.netlist_hash == two.netlist_hash
    assert one.technology_fingerprint == technology.fingerprint


def test_progress_counts_circuits_up_to_all_of_them(technology):
    seen = []
    characterise(technology, "negation", 40, 0, progress=lambda *counts: seen.append(counts))
    assert [total for _, total in seen] == [40, 40, 40]
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    assert seen[-1] == (40, 40)


def test_characterisation_can_be_cancelled(technology):
    with pytest.raises(Cancelled):
        characterise(technology, "ptanh", 64, 0, cancelled=lambda: True)


def test_a_run_that_fails_ends_the_characterisation(technology, tmp_path, monkeypatch):
    program = tmp_path / "ngspice"
    program.write_text("#!/bin/sh\necho Error: out of ink\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SimulationFailed, match="out of ink"):
        characterise(technology, "ptanh", 64, 0)


def test_a_technology_that_cannot_be_simulated_is_refused(technology):
    with pytest.raises(SimulatorMissing, match="no transistor"):
        characterise(replace(technology, transistor=None), "ptanh", 4, 0)
    with pytest.raises(TechnologyError, match=r"0\.\.5 V leave the simulated"):
        characterise(replace(technology, input_high=5.0), "ptanh", 4, 0)


# file


def test_a_table_survives_its_file(tables, tmp_path):
    for name, table in tables.items():
        save_table(tmp_path / "table", table)
        loaded = load_table(tmp_path / "table")
        for key in ("omega", "near_default", "v_in", "v_out", "eta", "power"):
            np.testing.assert_array_equal(getattr(loaded, key), getattr(table, key))
        for key in (
            "circuit",
            "technology",
            "technology_fingerprint",
            "netlist_hash",
            "seed",
            "names",
        ):
            assert getattr(loaded, key) == getattr(table, key)
        assert loaded.circuit == name
    assert [path.name for path in tmp_path.iterdir()] == ["table"]


@pytest.mark.parametrize("share", [0.0, 0.01, 0.5, 0.99])
def test_a_table_cut_off_is_refused(tables, tmp_path, share):
    path = tmp_path / "table.npz"
    save_table(path, tables["ptanh"])
    content = path.read_bytes()
    path.write_bytes(content[: int(share * len(content))])
    with pytest.raises(SurrogateError, match=r"table\.npz"):
        load_table(path)


@given(at=st.floats(0, 1, exclude_max=True), new=st.binary(min_size=1, max_size=8))
def test_a_table_with_broken_bytes_is_refused_or_whole(whole, at, new):
    path, content = whole.with_name("table.npz"), whole.read_bytes()
    start = int(at * len(content))
    path.write_bytes(content[:start] + new + content[start + len(new) :])
    try:
        assert load_table(path).circuit == "ptanh"
    except SurrogateError as refused:
        assert "table.npz" in str(refused)  # noqa: PT017 - either outcome is right


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"eta": np.ones((24, 3))}, "eta must hold numbers of shape"),
        ({"power": np.full(24, np.nan)}, "power holds a value that is not finite"),
        ({"omega": -np.ones((24, 6))}, "must be positive"),
        ({"near_default": np.zeros(24)}, "near_default must hold truth values"),
        ({"v_in": -np.linspace(-2, 2, 81)}, "v_in must rise"),
        ({"power": np.zeros(0)}, "at least one circuit"),
        ({"names": ("R1",)}, "its components must be R1, R2, W1"),
        ({"circuit": "relu"}, "its circuit must be one of"),
        ({"seed": "0"}, "an integer seed"),
    ],
)
def test_a_table_that_does_not_fit_together_is_refused(tables, tmp_path, change, complaint):
    save_table(tmp_path / "table.npz", replace(tables["ptanh"], **change))
    with pytest.raises(SurrogateError, match=complaint):
        load_table(tmp_path / "table.npz")


def test_what_is_no_table_is_refused(tables, tmp_path):
    path = tmp_path / "table.npz"
    with pytest.raises(SurrogateError, match="No such file"):
        load_table(path)
    np.save(tmp_path / "array.npy", np.zeros(3))
    with pytest.raises(SurrogateError, match="not a table"):
        load_table(tmp_path / "array.npy")
    np.savez(path, card=np.array([{"format": 1}], dtype=object), omega=np.zeros(3))
    with pytest.raises(SurrogateError, match="not a table"):
        load_table(path)
    with pytest.raises(SurrogateError, match="cannot be written"):
        save_table(tmp_path / "nowhere" / "table.npz", tables["ptanh"])
