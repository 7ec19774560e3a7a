"""Families of which some designs are trained already: what they become is what they would be."""

from dataclasses import replace

import numpy as np
import pytest

from pnn_studio.app.commands import family_run
from pnn_studio.app.commands.family_run import FamilyRun
from pnn_studio.app.commands.grown import check_extendable, extended_plan
from pnn_studio.app.commands.models import load_models
from pnn_studio.app.commands.own_data import load_data
from pnn_studio.app.commands.train import limits_plan, train_family
from pnn_studio.domain.layout import Layout
from pnn_studio.domain.run import IMPROVING, FamilyPlan, Schedule
from pnn_studio.errors import UsageError
from pnn_studio.storage.sweep_file import load_sweep, save_sweep
from tests.support.killing import unlike
from tests.support.values import same

SCHEDULE = Schedule(max_epochs=60, starts=2, start_epochs=10)


@pytest.fixture(scope="module")
def models():
    return load_models()


@pytest.fixture(scope="module")
def iris(models):
    return load_data("iris", models.technology)


def plan_of(model, alphas, seeds, schedule=SCHEDULE):
    return FamilyPlan.grid(Layout(4, (3,), 3), alphas, seeds, schedule, model, 0.2)


@pytest.mark.parametrize("model", ["ideal", "loaded"])
def test_a_family_that_grew_is_the_one_that_was_trained_at_once(models, iris, model, tmp_path):
    small = train_family(plan_of(model, 3, 2), iris, models)
    save_sweep(tmp_path / "s.npz", small)
    plan = extended_plan(load_sweep(tmp_path / "s.npz"), 5, 3)
    assert plan == plan_of(model, 5, 3)
    training = FamilyRun(plan, iris, models, known=load_sweep(tmp_path / "s.npz"), threads=1)
    assert training.known == 6
    records = []
    grown = training.run(lambda record, _: records.append(record) or True)
    assert unlike(grown, train_family(plan, iris, models)) == []
    last = records[-1]
    assert np.isfinite(last.valid_loss).all()
    assert (last.status != IMPROVING).all()
    # time and work are told of what was trained
    assert last.design_epochs == grown.design_epochs - small.design_epochs


def test_what_is_all_known_is_not_trained(models, iris):
    plan = plan_of("ideal", 5, 2)
    family = train_family(plan, iris, models)
    smaller = FamilyRun(plan_of("ideal", 3, 1), iris, models, known=family)
    assert smaller.known == 3
    found = smaller.run()
    for index, aim in enumerate(smaller.plan.aims):
        mine, its = found.design(index), family.design(plan.aims.index(aim))
        metrics = replace(mine.metrics, seconds=its.metrics.seconds)
        assert same(replace(mine, metrics=metrics), its)


def test_a_training_that_grows_and_is_interrupted_goes_on_without_the_family_it_grew_from(
    models, iris, tmp_path, monkeypatch
):
    monkeypatch.setattr(family_run, "FIRST_CHECKPOINT_S", 0.0)
    small = train_family(plan_of("ideal", 2, 1), iris, models)
    plan, state = plan_of("ideal", 4, 3), tmp_path / "s.part"
    FamilyRun(plan, iris, models, checkpoint=state, known=small).run(lambda record, _: False)
    again = FamilyRun(plan, iris, models, checkpoint=state)
    assert (again.resumed, again.known) == (True, 2)
    assert unlike(again.run(), train_family(plan, iris, models)) == []


@pytest.mark.parametrize(
    "change",
    [
        {"engine": None},
        {"technology_fingerprint": "other"},
        {"g_min": 2e-7},
        {"plan": plan_of("loaded", 2, 1)},
        {"plan": plan_of("ideal", 2, 1, Schedule(max_epochs=61, starts=2, start_epochs=10))},
    ],
    ids=lambda change: next(iter(change)),
)
def test_designs_of_another_kind_are_trained_anew(models, iris, change):
    small = replace(train_family(plan_of("ideal", 2, 1), iris, models), **change)
    assert FamilyRun(plan_of("ideal", 2, 2), iris, models, known=small).known == 0


def test_designs_that_were_stopped_are_trained_anew(models, iris):
    stopped = FamilyRun(plan_of("ideal", 2, 1), iris, models).run(lambda *_: False)
    status = stopped.status.copy()
    status[0] = IMPROVING
    training = FamilyRun(
        plan_of("ideal", 2, 1), iris, models, known=replace(stopped, status=status)
    )
    assert training.known <= 1


def test_what_cannot_be_extended_says_why(models, iris):
    family = train_family(plan_of("ideal", 2, 1), iris, models)
    technology = models.technology
    check_extendable(family, iris, technology)
    other = replace(family, data=replace(family.data, fingerprint="other", source="leaves.csv"))
    with pytest.raises(UsageError, match=r"other data \(leaves.csv\)"):
        check_extendable(other, iris, technology)
    with pytest.raises(UsageError, match="--largest-r"):
        check_extendable(replace(family, g_min=2e-7), iris, technology)
    old = replace(family.engine, name="compiled 0")
    with pytest.raises(UsageError, match=r"compiled 0 with numba .*: the same design would end"):
        check_extendable(replace(family, engine=old), iris, technology)
    with pytest.raises(UsageError, match="does not name"):
        check_extendable(replace(family, engine=None), iris, technology)
    start = FamilyPlan(Layout(4, (3,), 3), (0.0,), (0,), SCHEDULE)
    limits = limits_plan(start, 2, iris, models)
    with pytest.raises(UsageError, match="power limits"):
        extended_plan(replace(family, plan=limits), 5, 3)


def test_the_grid_of_an_extension_has_all_values_of_both(models, iris):
    family = train_family(plan_of("ideal", 3, 2), iris, models)
    plan = extended_plan(family, 4, None)
    assert sorted(set(plan.alphas)) == [0.0, 0.333333, 0.5, 0.666667, 1.0]
    assert sorted(set(plan.seeds)) == [0, 1]
    assert plan.designs == 10
