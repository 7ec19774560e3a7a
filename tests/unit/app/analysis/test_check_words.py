"""What a check says of nodes, on checks made by hand."""

from dataclasses import replace

import numpy as np
import pytest

from pnn_studio.app.analysis.check_words import (
    agreement_sentence,
    ideal_sentence,
    node_sentence,
    short_cause,
)
from pnn_studio.domain.nodes import NodeNames
from pnn_studio.domain.technology import load_technology
from tests.support.designs import sample_design
from tests.support.runs import sample_verification

DESIGN = sample_design()
NAMES = NodeNames.of(DESIGN)


def differing(**millivolts):
    """Make a check in which ngspice differs at these nodes alone, at the fourth sample."""
    found = sample_verification(DESIGN, samples=10, shift=0.0)
    spice = found.spice.copy()
    for net, each in millivolts.items():
        spice[3, found.nodes.index(net)] += each * 1e-3
    return replace(found, spice=spice)


def with_cause(found, net, form, load):
    """Say what makes the difference at a node, in millivolt; what is left over is the rest."""
    causes = np.zeros((len(found.nodes), 3))
    node = found.nodes.index(net)
    causes[node] = form * 1e-3, load * 1e-3, found.differences[node] - (form + load) * 1e-3
    return replace(found, causes=causes), node


def test_where_no_node_differs_by_more_than_a_tenth_of_a_millivolt_all_agree():
    found = differing(l1_h0=0.02, l2_h1=-0.09)
    for model in ("loaded", "ideal"):
        said = agreement_sentence(found, model, NAMES)
        assert said == "All 21 nodes agree within 0.1 mV; 90.0 µV is the most."
        assert {short_cause(found, model, node) for node in range(21)} == {"agrees"}
    assert node_sentence(found, "loaded", NAMES, 0) == "−x0 agrees within 0.1 mV"


@pytest.mark.parametrize(
    ("form", "load", "words"),
    [(60, 20, "both"), (75, 5, "form"), (-10, 90, "load"), (60, 19, "ngspice")],
)
def test_of_an_ideal_design_the_node_and_what_makes_its_difference_are_named(form, load, words):
    found, node = with_cause(differing(l1_h0=80, l2_h1=5), "l1_h0", form, load)
    assert short_cause(found, "ideal", node) == words
    said = agreement_sentence(found, "ideal", NAMES)
    assert said.startswith(
        "2 of 21 nodes differ by more than 0.1 mV; h1.0 differs by +80.0 mV at test sample 4 of "
        f"10: {'+' if form > 0 else '−'}{abs(form):.1f} mV from the tanh form "
    )
    assert ("+1.00 mV from what ngspice alone finds" in said) == (words == "ngspice")


def test_of_a_loaded_design_the_first_node_that_differs_is_named():
    found = differing(l1_h2=0.5, l2_z0=2.0)
    nodes = [found.nodes.index(net) for net in ("l1_h2", "l2_z0")]
    assert [short_cause(found, "loaded", node) for node in nodes] == ["ngspice", "follows"]
    said = agreement_sentence(found, "loaded", NAMES)
    assert "z2.0 differs by +2.00 mV" in said
    assert "as does h1.2, which comes before it" in said
    assert "h1.2 differs by +500 µV" in node_sentence(found, "loaded", NAMES, nodes[0])
    assert "the first node to do so" in node_sentence(found, "loaded", NAMES, nodes[0])


def test_an_older_check_does_not_know_the_cause():
    found = differing(l1_h0=80)
    assert short_cause(found, "ideal", found.nodes.index("l1_h0")) == "unknown"
    assert agreement_sentence(found, "ideal", NAMES).endswith("; the cause was not worked out.")


def test_what_is_wrong_with_the_ideal_model_is_said_with_the_remedy_where_there_is_one():
    technology = load_technology("negt")
    found = sample_verification(DESIGN, samples=10, shift=0.05)
    said = ideal_sentence([found], technology)
    assert said.count(". ") == 0, "one sentence"
    assert "promises a test accuracy of 100 % where ngspice finds 100 %" in said
    assert "50.0 mV off" in said
    assert said.endswith("train again with --model loaded.")
    assert "mean test accuracy" in ideal_sentence([found, found], technology)
    bare = replace(technology, transistor=None)
    assert "--model" not in ideal_sentence([found], bare)
