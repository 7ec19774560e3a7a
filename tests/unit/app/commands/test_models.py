"""Surrogates are of the circuits that a technology describes now, or are refused."""

import pytest

from pnn_studio.app.commands.models import load_models
from pnn_studio.domain.print_process import PrintProcess
from pnn_studio.errors import SurrogateError
from tests.support.technologies import copy_surrogates, edit_card, write_technology

KP = {"kp = { value = 1.6e-4": "kp = { value = 1.7e-4"}
RAIL = {"vdd = { value = 1.0": "vdd = { value = 1.1"}
RANGE = {"input_high = { value = 1.0": "input_high = { value = 0.9"}
CROSSBAR = {"g_min = { value = 1e-7": "g_min = { value = 1e-6", "value = 0.01": "value = 0.1"}


@pytest.fixture
def folder(tmp_path):
    return copy_surrogates(tmp_path / "lab")


def print_process(tmp_path, folder, **changed):
    return PrintProcess(str(write_technology(tmp_path / "lab.toml", **changed)), str(folder))


@pytest.mark.parametrize("changed", [KP, RAIL, RANGE], ids=["transistor", "rail", "input range"])
def test_surrogates_of_circuits_that_have_changed_since_are_refused(tmp_path, folder, changed):
    with pytest.raises(SurrogateError, match="surrogates build --technology FILE --out DIR"):
        load_models(print_process(tmp_path, folder, **changed))


def test_numbers_that_no_simulation_reads_may_change(tmp_path, folder):
    assert load_models(print_process(tmp_path, folder, **CROSSBAR)).technology.g_min == 1e-6


def test_a_card_that_does_not_say_what_it_is_of_is_taken_at_its_word(tmp_path, folder):
    for circuit in ("ptanh", "negation"):
        edit_card(folder / circuit, lambda card: card.pop("technology_fingerprint"))
    assert set(load_models(print_process(tmp_path, folder, **KP)).surrogates) == {
        "ptanh",
        "negation",
    }


def test_a_card_of_another_file_and_of_no_known_netlist_is_refused(tmp_path, folder):
    edit_card(folder / "negation", lambda card: card.pop("netlist_sha256"))
    with pytest.raises(SurrogateError, match=r"negation/card\.json: fitted to 'lab'"):
        load_models(print_process(tmp_path, folder))


def test_what_ships_fits_together():
    models = load_models()
    for each in models.surrogates.values():
        assert models.technology.accepts(each.card["technology_fingerprint"])
        assert (each.card["input_low"], each.card["input_high"]) == (0.0, 1.0)
