"""What is at hand to print with, each in a sentence."""

import os

import pytest

from pnn_studio.app.session.technologies import (
    Choice,
    Technologies,
    input_range,
    surrogate_choices,
    surrogate_sentence,
    technologies,
    technology_sentence,
    why_unfit,
)
from pnn_studio.domain.print_process import PrintProcess
from pnn_studio.domain.technology import load_technology
from pnn_studio.errors import TechnologyError
from tests.support.designs import sample_design
from tests.support.technologies import copy_surrogates, edit_card, write_technology

NEGT = load_technology()


def test_what_ships_is_on_offer_by_its_title():
    assert Choice("negt", "nEGT, open 1.0") in technologies()
    assert surrogate_choices(NEGT) == (Choice("", "negt"),)


def test_each_is_told_in_a_sentence(tmp_path):
    assert technology_sentence(NEGT) == "Resistors of 10 kΩ to 10 MΩ, inputs of 0…1 V."
    folder = PrintProcess().surrogate_folder(NEGT)
    assert surrogate_sentence(folder) == "Fitted to 2000 simulated circuits of either kind."
    lab = load_technology(
        write_technology(
            tmp_path / "lab.toml",
            transistor=False,
            **{"input_low = { value = 0.0": "input_low = { value = -0.5"},
        )
    )
    assert input_range(lab) == "−0.5…1 V"
    assert technology_sentence(lab).endswith(", without a check in ngspice.")
    assert surrogate_choices(lab) == ()


def test_a_technology_is_read_again_once_its_file_changes(tmp_path):
    path = write_technology(tmp_path / "lab.toml")
    at_hand, print_process = Technologies(), PrintProcess(str(path), largest_r=2e6)
    first = at_hand.technology(print_process)
    assert at_hand.technology(print_process) is first
    write_technology(path, **{"value = 0.3": "value = 0.2"})
    os.utime(path, ns=(1, 1))
    again = at_hand.technology(print_process)
    assert (first.margin, again.margin) == (0.3, 0.2)
    assert again.g_min == pytest.approx(5e-7)


def test_a_design_whose_technology_has_changed_since_has_none(tmp_path):
    at_hand, design = Technologies(), sample_design()
    design = design.__class__(**{**vars(design), "technology_fingerprint": NEGT.fingerprint})
    assert at_hand.of_design(design, PrintProcess()) == NEGT
    assert at_hand.of_design(design, PrintProcess(largest_r=2e6)).id == "negt"
    path = write_technology(tmp_path / "lab.toml")
    assert at_hand.of_design(design, PrintProcess(str(path))) is None
    path.unlink()
    assert at_hand.of_design(None, PrintProcess(str(path))) is None
    with pytest.raises(TechnologyError, match="cannot be read"):
        at_hand.technology(PrintProcess(str(path)))


def test_surrogates_that_do_not_fit_say_why(tmp_path):
    folder = copy_surrogates(tmp_path / "fitted", "lab")
    assert "made for the technology 'lab', not for negt" in why_unfit(folder, NEGT)
    edit_card(folder / "ptanh", lambda card: card.update(technology=7))
    assert "technology" in why_unfit(folder, NEGT)
    (folder / "ptanh" / "card.json").write_text("[" * 9999, encoding="utf-8")
    assert "not a JSON file" in why_unfit(folder, NEGT)
    assert "no card" in why_unfit(tmp_path / "none", NEGT)
    assert surrogate_sentence(tmp_path / "none") == (
        "They stand for the nonlinear circuits in training."
    )
