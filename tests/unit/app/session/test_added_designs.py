"""Designs and sweeps that were added to a project from files, as the session shows them."""

from dataclasses import replace

import numpy as np
import pytest

from pnn_studio.app.analysis.design_choice import why_no_slider
from pnn_studio.app.inspector.results import inspect
from pnn_studio.app.session import history, pins
from pnn_studio.app.session.selection import RunItem
from pnn_studio.app.session.session import Session
from pnn_studio.domain.design import Cell
from pnn_studio.domain.design_ref import DesignRef
from pnn_studio.domain.family import family_of_design
from pnn_studio.domain.layout import Layout
from pnn_studio.domain.project import Project
from pnn_studio.domain.settings import Settings
from tests.support.designs import sample_design
from tests.support.runs import REFERENCE, sample_dataset, sample_family, small_plan, start_run
from tests.support.values import same


@pytest.fixture
def session():
    """Open a project with a run of a 4-3-3 layout and two designs, the second of 4-5-3."""
    session = Session()
    session.choose_data(sample_dataset())
    session.edit(replace(session.recipe, alphas=2, seeds=2))
    start_run(session, session.plan())
    session.take_family(sample_family(session.plan()))
    session.set_run_state("finished")
    designs = (
        replace(sample_design(seed=4), data=REFERENCE),
        replace(sample_design(hidden=(5,), crossbar="original", seed=7), data=REFERENCE),
    )
    session.restore(replace(session.project(), designs=designs))
    return session


@pytest.mark.parametrize("sharing", ["network", "layer"])
def test_a_family_of_one_design_gives_the_same_design_back(sharing):
    design = sample_design(hidden=(3, 2))
    layout = replace(design.layout, sharing=sharing)
    other = Cell({**design.layers[1].activation.omega, "R1": 7e3}, (0.1, 0.2, 0.3, 4.0), 1e-3)
    layers = (design.layers[0], replace(design.layers[1], activation=other), design.layers[2])
    design = replace(design, layout=layout, layers=layers)
    assert same(family_of_design(design).design(0), design)


def test_added_designs_stand_under_the_runs_with_alpha_and_seed(session):
    entries = history.entries(session)
    assert [each.title for each in entries] == [
        "Iris 4-3-3, loaded", "added: Iris 4-5-3, ideal", "added: Iris 4-3-3, ideal",
    ]  # fmt: skip
    assert entries[1].detail == "α 0.50, seed 7, original"
    assert [each.shown for each in entries] == [True, False, False]


def test_a_chosen_design_is_the_one_that_the_window_shows_with_its_layout(session):
    before = session.settings
    session.edit(history.show(session, -2))
    assert same(session.design, session.project().designs[1])
    assert session.layout == Layout(4, (5,), 3, "original")
    assert (session.shown.alpha, session.shown.seed) == (0.5, 7)
    assert "added alone" in why_no_slider(session.run.family, session.run.id)
    assert session.evaluation(session.design) is not None
    session.undo()
    assert session.settings == before


def test_a_project_of_added_designs_alone_shows_the_latest(session):
    alone = Session()
    alone.restore(Project(designs=session.project().designs))
    assert same(alone.design, session.project().designs[1])
    assert [each.shown for each in history.entries(alone)] == [True, False]
    assert alone.project().designs == session.project().designs


def test_a_deleted_design_comes_back_by_undo(session):
    session.edit(history.show(session, -2))
    session.edit(session.shown.without_run(-2))
    assert [each.run for each in history.entries(session)] == [0, -1]
    assert session.run is session.runs[0]
    session.undo()
    assert same(session.design, session.project().designs[1])


def test_added_designs_are_pinned_and_inspected_like_others(session):
    session.edit(history.show(session, -1))
    session.edit(pins.toggle_current(session))
    (found,) = pins.pinned(session)
    assert found.ref == DesignRef(-1, 0)
    assert same(found.family.design(found.design), session.project().designs[0])
    sheet = inspect(session, RunItem(-1), 0)
    assert (sheet.kicker, sheet.title) == ("Added design", "Iris 4-3-3")
    assert [step.text for step in sheet.steps] == ["Delete"]


def test_data_that_are_not_at_hand_are_named_and_layout_and_data_stay(session):
    stranger = replace(
        session.project().designs[1], data=replace(REFERENCE, source="/far/away.csv")
    )
    session.restore(replace(session.project(), designs=(stranger,)))
    assert history.missing_data(session, -1) == stranger.data
    before = session.recipe
    session.edit(history.show(session, -1))
    assert same(session.design, stranger)
    assert session.recipe.hidden == before.hidden
    assert session.recipe.data == before.data
    assert session.evaluation(session.design) is None


def test_an_older_run_of_another_layout_brings_its_layout_back(session):
    session.edit(replace(session.recipe, hidden=(6, 2), names=(("1", "mine"),)))
    start_run(session, session.plan())
    session.take_family(sample_family(session.plan()))
    session.edit(history.show(session, 0))
    assert session.recipe.hidden == (3,)
    assert session.recipe.names == ()
    session.edit(history.show(session, 1))
    assert session.recipe.hidden == (6, 2)
    assert session.recipe.names == (("1", "mine"),)


def test_the_slider_does_not_go_through_power_limits():
    plan = small_plan(1, 2)
    family = sample_family(replace(plan, alphas=(0.0, 0.0), limits=(1e-3, 2e-3)))
    assert "power limits" in why_no_slider(family, 0)
    assert why_no_slider(sample_family(plan), 0) == ""
    assert why_no_slider(None, 0) == ""


def test_without_data_an_added_design_is_shown_by_its_measured_figures():
    design = sample_design()
    session = Session()
    session.restore(Project(steps=(Settings(),), designs=(design,)))
    assert session.layout is None
    assert session.design.metrics == design.metrics
    assert np.isnan(session.run.family.valid_loss).all()
