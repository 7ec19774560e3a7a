"""One rule for window, projects and command line: what a recipe comes to."""

from dataclasses import replace

import pytest

from pnn_studio.app.analysis.family_plan import family_plan, with_model
from pnn_studio.app.session.session import Session
from pnn_studio.domain.print_process import PrintProcess
from pnn_studio.domain.run import FamilyPlan, Schedule
from pnn_studio.domain.settings import Recipe
from pnn_studio.domain.technology import load_technology
from pnn_studio.errors import TechnologyError, UsageError
from tests.support.runs import sample_dataset
from tests.support.technologies import write_technology

NEGT = load_technology()


@pytest.mark.parametrize("model", ["loaded", "ideal"])
def test_a_family_is_of_the_chosen_model_and_alpha_weighs_against_what_its_layout_asks_for(model):
    recipe = Recipe(hidden=(3,), alphas=3, seeds=2, max_epochs=70, model=model)
    plan = family_plan(recipe, NEGT, sample_dataset())
    assert (plan.model, plan.schedule) == (model, Schedule(max_epochs=70))
    assert (plan.alphas, plan.seeds) == ((0.0, 0.0, 0.5, 0.5, 1.0, 1.0), (0, 1) * 3)
    assert plan.power_reference == pytest.approx(0.15)  # 4-3-3, for which it is stated
    wide = family_plan(replace(recipe, hidden=(30,)), NEGT, sample_dataset())
    assert wide.power_reference > 3 * 0.15


def test_within_a_power_limit_a_design_is_planned_for_each_seed_as_train_plans_it():
    recipe = Recipe(alphas=3, seeds=4, power_limit=2e-3)
    assert recipe.designs == 4
    plan = family_plan(recipe, NEGT, sample_dataset())
    assert plan.aims == tuple((0.0, 2e-3, seed) for seed in range(4))
    assert plan.power_reference == pytest.approx(0.15)
    for wrong in (0.0, -1.0, float("nan"), float("inf")):
        with pytest.raises(UsageError, match="power limit"):
            replace(recipe, power_limit=wrong).check()


def test_new_work_is_loaded_and_ideal_where_the_technology_states_no_transistor():
    assert family_plan(Recipe(), NEGT, sample_dataset()).model == "loaded"
    bare = replace(NEGT, transistor=None)
    plan = family_plan(Recipe(), bare, sample_dataset())
    assert (plan.model, plan.power_reference) == ("ideal", pytest.approx(0.15))
    alone = FamilyPlan(plan.layout, (0.5,), (0,))
    with pytest.raises(TechnologyError, match="surrogates alone and states no transistor"):
        with_model(alone, "loaded", bare)


def test_the_window_plans_what_the_command_line_plans(tmp_path):
    session = Session()
    session.choose_data(sample_dataset())
    assert session.plan() == family_plan(session.recipe, NEGT, sample_dataset())
    lab = write_technology(tmp_path / "lab.toml", transistor=False)
    session.edit(replace(session.recipe, print_process=PrintProcess(str(lab))))
    assert session.plan() == family_plan(session.recipe, load_technology(lab), sample_dataset())
    assert session.plan().model == "ideal"
    lab.unlink()
    with pytest.raises(TechnologyError, match="cannot be read"):
        session.plan()
