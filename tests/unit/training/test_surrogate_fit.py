from dataclasses import replace

import numpy as np
import pytest
import torch

from pnn_studio.circuit.characterise import characterise
from pnn_studio.domain.technology import load_technology
from pnn_studio.errors import SurrogateError
from pnn_studio.physics.surrogate import load_surrogate
from pnn_studio.training import surrogate_fit
from pnn_studio.training.surrogate_fit import fit_surrogate, write_surrogate

NEGT = load_technology("negt")


@pytest.fixture(scope="module")
def table():
    return characterise(NEGT, "negation", 240, seed=1)


@pytest.fixture(scope="module", autouse=True)
def _few_steps():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(surrogate_fit, "_STEPS", 600)
        yield


@pytest.fixture(scope="module")
def fitted(table):
    """Fit the table once, for the tests that look at what comes out."""
    return fit_surrogate(table, NEGT)


def test_the_same_table_and_seed_give_the_same_artefact_and_progress_rises_to_its_end(
    table, fitted
):
    shares = []
    again = fit_surrogate(table, NEGT, shares.append)
    assert again.weights == fitted.weights
    assert again.card == fitted.card
    assert shares == sorted(shares)
    assert shares[-1] == pytest.approx(1)
    other = fit_surrogate(replace(table, seed=2), NEGT)
    assert other.weights != fitted.weights


def test_what_is_written_loads_and_says_what_was_fitted(table, fitted, tmp_path):
    write_surrogate(tmp_path / "negation", fitted)
    loaded = load_surrogate(tmp_path / "negation", NEGT, "negation")
    assert loaded.card == fitted.card
    omega = torch.tensor(table.omega)
    eta = loaded.eta(omega).numpy()
    assert 1 - np.mean((eta - table.eta) ** 2) / np.var(table.eta) > 0.95
    power = loaded.power(omega).numpy()
    assert np.median(np.abs(power / table.power - 1)) < 0.05


def test_a_fifth_is_held_out_and_reported_on(fitted):
    assert fitted.held_out["all"].circuits == 48
    assert 0 < fitted.held_out["near_default"].circuits < 48
    assert set(fitted.held_out["all"].r2) == {"eta1", "eta2", "eta3", "eta4", "power"}


def test_what_is_held_out_is_never_trained_on(table, fitted):
    held_out = surrogate_fit._split(table)
    poisoned = table.eta.copy()
    poisoned[held_out] += np.linspace(1, 1e3, held_out.sum())[:, None]
    clean = fitted.weights["eta.safetensors"]
    assert fit_surrogate(replace(table, eta=poisoned), NEGT).weights["eta.safetensors"] == clean


def test_the_form_error_is_that_of_the_best_tanh(table, fitted):
    held_out = surrogate_fit._split(table)
    inside = (table.v_in > -1e-9) & (table.v_in < 1 + 1e-9)
    eta = table.eta[held_out]
    v = table.v_in[inside]
    curve = eta[:, :1] + eta[:, 1:2] * np.tanh((v - eta[:, 2:3]) * eta[:, 3:])
    rms = np.sqrt(np.mean((curve + table.v_out[held_out][:, inside]) ** 2, axis=1))
    report = fitted.held_out["all"]
    assert report.form_rms == pytest.approx(np.median(rms))


def test_a_table_of_something_else_is_refused(table):
    with pytest.raises(SurrogateError, match="does not fit the technology"):
        fit_surrogate(replace(table, technology="lab"), NEGT)
    few = {name: getattr(table, name)[:150] for name in ("omega", "near_default", "v_out", "eta")}
    with pytest.raises(SurrogateError, match="150 circuits; at least 200"):
        fit_surrogate(replace(table, power=table.power[:150], **few), NEGT)


def test_a_place_that_cannot_be_written_is_told(fitted, tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(SurrogateError, match="cannot be written"):
        write_surrogate(tmp_path / "file" / "negation", fitted)
