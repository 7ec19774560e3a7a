"""The circuit model is chosen like a technology: with undo, and kept with what was trained."""

from dataclasses import replace

import numpy as np
import pytest

from pnn_studio.app.session import history
from pnn_studio.app.session.session import Session
from pnn_studio.domain.print_process import PrintProcess
from pnn_studio.domain.project import Project
from pnn_studio.domain.run import IMPROVING
from pnn_studio.domain.settings import Recipe, Settings
from pnn_studio.errors import NotSolved
from pnn_studio.physics.evaluate import evaluate_design
from tests.support.designs import sample_design
from tests.support.runs import sample_dataset, sample_family, start_run
from tests.support.technologies import write_technology


@pytest.fixture
def session():
    session = Session()
    session.choose_data(sample_dataset())
    session.edit(replace(session.recipe, alphas=3, seeds=2))
    return session


def choose(session, model):
    session.edit(replace(session.recipe, model=model))


def train(session):
    """Train what is chosen, at once."""
    plan = session.plan()
    start_run(session, plan)
    session.take_family(sample_family(plan))
    session.set_run_state("finished")


def test_a_switch_of_the_model_is_one_step_of_undo(session):
    before = session.settings
    choose(session, "ideal")
    assert session.plan().model == "ideal"
    assert session.settings.shown == before.shown
    session.undo()
    assert session.settings == before
    assert session.plan().model == "loaded"
    session.redo()
    assert session.plan().model == "ideal"


def test_a_design_of_another_model_than_the_chosen_one_is_not_the_one_that_is_drawn(session):
    train(session)
    assert session.drawn_design is session.design
    choose(session, "ideal")
    assert session.design is not None
    assert session.drawn_design is None
    session.undo()
    assert session.drawn_design is session.design


def test_with_surrogates_alone_the_ideal_design_is_drawn_though_loaded_is_wanted(session, tmp_path):
    lab = write_technology(tmp_path / "lab.toml", transistor=False)
    session.edit(replace(session.recipe, print_process=PrintProcess(str(lab))))
    train(session)
    assert (session.recipe.model, session.design.model) == ("loaded", "ideal")
    assert session.drawn_design is session.design
    # with the other technology again, new work is what it was
    session.edit(replace(session.recipe, print_process=PrintProcess()))
    assert session.plan().model == "loaded"


def test_showing_a_run_chooses_its_model(session):
    for model in ("ideal", "loaded"):
        choose(session, model)
        train(session)
    assert [each.title for each in history.entries(session)] == [
        "Iris 4-3-3, loaded",
        "Iris 4-3-3, ideal",
    ]
    session.edit(history.show(session, 0))
    assert (session.recipe.model, session.drawn_design.model) == ("ideal", "ideal")


def test_an_added_design_is_of_the_model_it_was_trained_with():
    dataset = sample_dataset()
    loaded = replace(sample_design(), model="loaded", power_reference=0.2, data=dataset.reference)
    session = Session()
    session.restore(Project(steps=(Settings(),), datasets=(dataset,), designs=(loaded,)))
    assert (session.run.recipe.model, session.run.plan.power_reference) == ("loaded", 0.2)
    assert session.run.name == "added: Iris 4-3-3, loaded"
    assert session.design.model == "loaded"


def test_the_same_with_loaded_is_the_recipe_of_the_run_with_the_other_model_alone(session):
    choose(session, "ideal")
    train(session)
    ran = session.run.recipe
    session.edit(replace(session.recipe, hidden=(7, 5), alphas=9, model="ideal"))
    chosen = history.again_loaded(session)
    assert chosen.recipe == replace(ran, model="loaded")
    assert chosen.shown == session.shown


def test_the_same_is_not_offered_where_it_cannot_be_trained(session, tmp_path):
    assert history.again_loaded(session) is None  # nothing is trained
    train(session)
    assert history.again_loaded(session) is None  # it is loaded
    lab = write_technology(tmp_path / "lab.toml", transistor=False)
    session.edit(replace(session.recipe, print_process=PrintProcess(str(lab))))
    train(session)
    assert session.design.model == "ideal"
    assert history.again_loaded(session) is None  # it would be ideal again
    lab.unlink()
    assert history.again_loaded(session) is None


def test_an_added_ideal_design_is_trained_again_as_large_as_is_chosen_now():
    dataset = sample_dataset()
    design = replace(sample_design(hidden=(4,)), data=dataset.reference)
    now = Recipe(alphas=5, seeds=2, max_epochs=90)
    session = Session()
    session.restore(Project(steps=(Settings(now),), datasets=(dataset,), designs=(design,)))
    recipe = history.again_loaded(session).recipe
    assert (recipe.data, recipe.hidden, recipe.model) == (dataset.reference, (4,), "loaded")
    assert (recipe.alphas, recipe.seeds, recipe.max_epochs) == (5, 2, 90)


def test_a_run_that_was_stopped_says_how_many_designs_are_unfinished(session):
    plan = session.plan()
    start_run(session, plan)
    family = sample_family(plan)
    family.status[:4] = IMPROVING
    session.take_family(family)
    session.set_run_state("stopped")
    again = Session()
    again.restore(session.project())
    for each in (session, again):
        (entry,) = history.entries(each)
        assert entry.detail == "6 designs, modified, stopped, 4 unfinished"
        assert history.stopped_line(each.run) == "Stopped, 4 of 6 designs unfinished"
    finished = sample_family(plan)
    session.take_family(replace(finished, design_epochs=family.design_epochs + 1))
    assert history.state_of(session.run) == "stopped"
    assert history.stopped_line(session.run) == "Stopped, 6 designs kept"


def test_a_circuit_that_cannot_be_solved_has_no_voltages(session, monkeypatch):
    def fail(*_):
        raise NotSolved("the design", 1, 0, "Newton did not end.")

    train(session)
    monkeypatch.setattr("pnn_studio.app.session.checks.evaluate_design", fail)
    assert session.evaluation(session.design) is None


def test_what_the_slider_comes_by_again_is_not_evaluated_again(session, monkeypatch):
    asked = []

    def look(design, technology, volts):
        asked.append(design.alpha)
        return evaluate_design(design, technology, volts)

    train(session)
    monkeypatch.setattr("pnn_studio.app.session.checks.evaluate_design", look)

    def go_by(*alphas):
        for alpha in alphas:
            session.edit(replace(session.shown, alpha=alpha))
            found = session.evaluation(session.design)
            own = evaluate_design(session.design, session.technology, volts)
            assert np.array_equal(found.layers[-1].outputs, own.layers[-1].outputs)

    volts = session.dataset.part("test")[0]
    go_by(0.0, 1.0, 0.0, 1.0)
    assert asked == [0.0, 1.0]
    # what is remembered has an end: with room for one of them, the other is forgotten
    numbers = sum(each.numbers for each in session.evaluation(session.design).layers)
    monkeypatch.setattr("pnn_studio.app.session.checks._MOST_NUMBERS", numbers)
    session.restore(session.project())
    asked.clear()
    go_by(0.0, 0.0, 1.0, 1.0, 0.0)
    assert asked == [0.0, 1.0, 0.0]
