"""What the window says, plots and draws, without a window."""

from dataclasses import replace

import numpy as np
import pytest

from pnn_studio.domain.figures import figure_of
from pnn_studio.domain.layout import Layout
from pnn_studio.domain.nodes import NodeNames
from pnn_studio.domain.operating_point import operating_point
from pnn_studio.domain.units import format_si
from pnn_studio.ui.check.figures import node_figures, points_of, residual_bins
from pnn_studio.ui.controllers import status_texts
from pnn_studio.ui.controllers.studio import Studio
from pnn_studio.ui.layout.picture import layout_picture
from pnn_studio.ui.plots.scales import (
    decade_ticks,
    decimate,
    linear_ticks,
    nice_ceiling,
    nice_step,
)
from pnn_studio.ui.runs.curve_plots import describe_point
from pnn_studio.ui.widgets.theme import DARK, LIGHT
from tests.gui.conftest import ScriptedWorker
from tests.support.designs import sample_design, sample_voltages
from tests.support.runs import (
    sample_dataset,
    sample_family,
    sample_record,
    sample_verification,
    start_run,
)


@pytest.fixture
def studio(application):
    studio = Studio(lambda: ScriptedWorker(lambda job: []))
    yield studio
    studio.close()


def start(studio):
    session = studio.session
    session.choose_data(sample_dataset())
    studio.edit(replace(session.recipe, alphas=3, seeds=2))
    start_run(session, session.plan())
    return session


def test_the_chip_follows_a_design_from_nothing_to_its_check(studio):
    assert status_texts.chip(studio).title == "Not trained yet"
    session = start(studio)
    session.take_family(sample_family(session.run.plan))
    session.set_run_state("finished")
    assert status_texts.chip(studio).title == "Not checked"
    design = session.design
    same = sample_verification(design)
    twice = replace(same, spice_power=same.model_power)
    session.take_verification(session.design_ref, design, twice)
    assert status_texts.chip(studio).title == "Checked, agrees"
    session.take_verification(session.design_ref, design, same)  # ngspice finds twice the power
    assert status_texts.chip(studio).title == "Checked, power differs"
    other = same.model_outputs.copy()
    other[0] = -other[0]
    session.take_verification(session.design_ref, design, replace(same, spice_outputs=other))
    assert status_texts.chip(studio).title == "Checked, 1 answer differs"
    session.take_family(sample_family(session.run.plan, seed=7))
    if session.design.seed == design.seed:
        assert status_texts.chip(studio).title == "Changed since the check"


def test_the_training_line_estimates_from_the_share_that_is_done(studio):
    session = start(studio)
    assert status_texts.training_line(studio) == "starting…"
    session.take_record(sample_record(session.run.plan, 1480, progress=0.25))  # 14.8 s so far
    line = status_texts.training_line(studio)
    assert line == "0 of 6 designs, epoch 1480, 15 s so far, about 44 s left"
    session.set_run_state("paused")
    assert status_texts.training_line(studio).startswith("Paused at epoch 1480")


def test_an_alpha_that_is_not_trained_is_said(studio):
    session = start(studio)
    session.take_family(sample_family(session.run.plan))
    studio.set_alpha(0.5)
    assert status_texts.nearest_trained(studio) == ""
    studio.set_alpha(0.7)
    assert status_texts.nearest_trained(studio) == "Nearest trained: α 0.50."


def test_negations_are_counted_of_how_many_there_could_be():
    design = sample_design()
    assert figure_of(design, "negations").text == f"{design.negations} of 9"
    original = sample_design(crossbar="original")
    assert figure_of(original, "negations").text == f"{original.negations} of {5 * 3 + 4 * 3}"


def test_the_point_under_the_pointer_is_told_with_its_numbers(studio):
    session = start(studio)
    for epoch in (0, 100, 200):
        session.take_record(sample_record(session.run.plan, epoch))
    curves = session.design_curves
    told = describe_point(curves, 120.0)
    assert told.startswith("epoch 100, train and valid: ")
    assert format_si(float(curves.valid_loss[1]), "V") in told
    assert told.endswith(f"power {format_si(float(curves.power[1].sum()), 'W')}")


def _luminance(color):
    parts = [part / 255 for part in color.getRgb()[:3]]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(theme, ink, ground):
    """Compute the contrast of WCAG 2.1."""
    low, high = sorted(_luminance(theme.color(role)) for role in (ink, ground))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_every_text_colour_reaches_aa_on_every_ground(theme):
    inks = ("text", "text2", "accent", "ok", "warn", "error", "positive_ink", "negative_ink",
            "crossbar_ink", "negation_ink", "activation_ink", "wire")  # fmt: skip
    for ground in ("window", "panel", "canvas"):
        for ink in inks:
            assert contrast(theme, ink, ground) >= 4.5, (ink, ground)
    assert contrast(theme, "on_accent", "accent") >= 4.5
    assert contrast(theme, "accent", "soft") >= 4.5


def test_ticks_are_round_and_at_most_as_many_as_fit():
    assert linear_ticks(0, 12) == [(0, "0"), (5, "5"), (10, "10")]
    assert [text for _, text in linear_ticks(-1.5, 1.1)] == ["−1", "0", "1"]
    assert [text for _, text in linear_ticks(0, 0.05, step=0.025)] == ["0.000", "0.025", "0.050"]
    assert [text for _, text in decade_ticks(-3, 0)] == ["0.001", "0.01", "0.1", "1"]
    for span in (1e-4, 0.37, 8, 1640, 3e4):
        assert span / nice_step(span, 4) <= 4 + 1e-9
        assert nice_ceiling(span) >= span


def test_decimated_curves_keep_every_extreme():
    x = np.arange(10_000.0)
    y = np.sin(x / 700)
    y[4321], y[8765] = 5.0, -5.0
    small_x, small_y = decimate(x, y, 200)
    assert len(small_x) <= 2 * 200 + 50
    assert small_y.max() == 5.0
    assert small_y.min() == -5.0
    assert np.all(np.diff(small_x) >= 0)
    assert decimate(x[:300], y[:300], 200)[0] is not None


def test_edges_of_the_layout_are_the_printed_resistors_with_their_share_of_the_column():
    design = sample_design()
    dataset = sample_dataset()
    picture = layout_picture(design.layout, dataset, design)
    printed = sum(int(layer.printed.sum()) for layer in design.layers)
    assert len(picture.edges) == printed
    assert sum(edge.weight for edge in picture.edges) == pytest.approx(3 + 3)  # one a column
    negative = sum(int((layer.theta < 0).sum()) for layer in design.layers)
    assert sum(edge.sign < 0 for edge in picture.edges) == negative
    marked = sum(node.negated for node in picture.nodes)
    assert marked == design.count_negations("modified")


def test_a_layout_that_is_not_trained_shows_every_place_of_a_resistor():
    layout = Layout(4, (3, 5), 3)
    picture = layout_picture(layout, sample_dataset())
    assert len(picture.edges) == layout.resistor_sites
    assert {edge.sign for edge in picture.edges} == {0}
    assert [column.title for column in picture.columns] == [
        "Inputs", "Layer 1", "Layer 2", "Layer 3, outputs",
    ]  # fmt: skip


def test_columns_of_many_nodes_leave_some_out_and_say_so():
    picture = layout_picture(Layout(64, (40,), 3), sample_dataset(inputs=64))
    gaps = [node.name for node in picture.nodes if node.kind == "gap"]
    assert gaps == ["… 52 more", "… 28 more"]
    assert len(picture.nodes) == (12 + 1 + 2) + (12 + 1 + 2) + 3
    assert len({(node.x, node.y) for node in picture.nodes}) == len(picture.nodes)


def test_the_output_that_decides_is_marked():
    design = sample_design()
    evaluation = operating_point(design, sample_voltages(design))
    picture = layout_picture(design.layout, sample_dataset(), design, evaluation, sample=5)
    marked = [node.index for node in picture.nodes if node.largest]
    assert marked == [int(evaluation.outputs[5].argmax())]


def test_nodes_of_a_check_are_compared_one_by_one_the_worst_first():
    verification = sample_verification(sample_design(), shift=0.05)
    spice = verification.spice.copy()
    worst = verification.nodes.index("l2_h1")
    spice[3, worst] -= 0.9
    names = NodeNames.of(sample_design())
    figures = node_figures(replace(verification, spice=spice), names, "loaded")
    assert len(figures) == len(verification.nodes)
    assert (figures[0].name, figures[0].kind, figures[0].layer) == ("y1", "activation", 2)
    assert figures[0].largest == pytest.approx(-0.85)
    assert figures[0].sample == 3
    assert figures[0].sentence.startswith("y1 differs by −850 mV at test sample 4 of 10")
    assert figures[-1].rms == pytest.approx(0.05)
    model, other = points_of(
        verification, tuple(each for each in figures if each.layer == 1), "column"
    )
    assert len(model) == 3 * verification.samples
    assert np.allclose(other - model, 0.05)


def test_residuals_are_counted_by_kind_and_those_beyond_are_counted_too():
    verification = sample_verification(sample_design(), samples=10, shift=0.05)
    figures = node_figures(verification, NodeNames.of(sample_design()), "loaded")
    kinds = ("negation", "column", "activation")
    edges, counts, beyond = residual_bins(verification, figures, kinds)
    assert counts.sum(axis=1).tolist() == [10 * (5 + 4), 10 * 6, 10 * 6]
    assert beyond == 0
    filled = np.flatnonzero(counts[0])
    assert edges[filled[0]] - 1e-9 <= 0.05 <= edges[filled[0] + 1] + 1e-9
    far = replace(verification, spice=verification.model + 0.3)
    assert residual_bins(far, figures, ("activation",))[2] == verification.model.size


def test_an_alpha_in_the_middle_is_not_told_to_train_nearer(studio):
    """0.18 - 0.17 and 0.17 - 0.16 differ in their last bit."""
    session = start(studio)
    studio.edit(replace(session.recipe, alphas=51, seeds=1))
    studio.edit(replace(session.shown, run=None))
    start_run(session, session.plan())
    session.take_family(sample_family(session.run.plan))
    for hundredths in range(1, 100, 2):
        studio.set_alpha(hundredths / 100)
        assert "background" not in status_texts.nearest_trained(studio)


def test_no_training_that_goes_on_has_no_seconds_left(studio):
    session = start(studio)
    session.take_record(sample_record(session.run.plan, 1480, progress=0.999))
    assert status_texts.training_line(studio).endswith("about 1 s left")
