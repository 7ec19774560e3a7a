import json
from dataclasses import replace

import numpy as np
import pytest
import torch

from pnn_studio.app.commands.models import load_models
from pnn_studio.app.commands.own_data import load_data
from pnn_studio.domain.layout import Layout
from pnn_studio.domain.operating_point import operating_point
from pnn_studio.domain.run import DIVERGED, FINISHED, IMPROVING, FamilyPlan, Schedule
from pnn_studio.errors import DatasetError, ProjectFileError
from pnn_studio.storage.checkpoint import load_checkpoint, save_checkpoint
from pnn_studio.training import recorder
from pnn_studio.training.chunks import ChunkedTraining
from pnn_studio.training.engine import FamilyTraining

SHORT = Schedule(max_epochs=60, starts=2, start_epochs=20)


@pytest.fixture(scope="module")
def models():
    return load_models()


@pytest.fixture(scope="module")
def iris(models):
    return load_data("iris", models.technology)


def training_of(plan, dataset, models, kind=FamilyTraining, **options):
    return kind(plan, dataset, models.technology, models.surrogates, **options)


def plan_of(alphas, seeds, schedule=SHORT, limits=None, layout=None):
    return FamilyPlan(layout or Layout(4, (3,), 3), tuple(alphas), tuple(seeds), schedule, limits)


def trained(plan, dataset, models, kind=FamilyTraining, **options):
    training = training_of(plan, dataset, models, kind, **options)
    for _ in training.run(report_every=0.0):
        pass
    return training.family()


def assert_equal_families(first, second):
    for name in ("accuracy", "measurable_accuracy", "power", "valid_loss", "epochs", "status"):
        np.testing.assert_array_equal(getattr(first, name), getattr(second, name), err_msg=name)
    for one, other in zip(first.theta, second.theta, strict=True):
        np.testing.assert_array_equal(one, other)
    for circuit in ("ptanh", "negation"):
        np.testing.assert_array_equal(first.omega[circuit], second.omega[circuit])
        np.testing.assert_array_equal(first.eta[circuit], second.eta[circuit])
    assert first.design_epochs == second.design_epochs
    for name in ("epochs", "loss", "accuracy", "power"):
        np.testing.assert_array_equal(
            getattr(first.history, name), getattr(second.history, name), err_msg=name
        )


@pytest.mark.parametrize("layout", [Layout(4, (3,), 3), Layout(4, (3, 2), 3, "original", "layer")])
def test_a_design_does_not_depend_on_its_companions(iris, models, layout):
    schedule = Schedule(max_epochs=20, starts=1)
    family = plan_of([0.0, 0.3, 0.6, 0.9] * 3, range(12), schedule, layout=layout)
    together = trained(family, iris, models).history
    for index in (0, 5, 11):
        alone = trained(family.part([index]), iris, models).history
        np.testing.assert_allclose(alone.loss[:, 0], together.loss[:, index], rtol=2e-3, atol=1e-4)


def test_the_same_plan_gives_the_same_bits(iris, models):
    plan = plan_of([0.0, 0.5, 1.0, 0.2], [0, 1, 2, 3])
    assert_equal_families(trained(plan, iris, models), trained(plan, iris, models))


def test_a_training_that_was_interrupted_ends_with_the_same_numbers(iris, models, tmp_path):
    plan = plan_of([0.0, 0.4, 0.8, 0.1], [0, 1, 2, 3], limits=(None, None, 0.004, 0.003))
    whole = trained(plan, iris, models)
    for stop_at in (5, 20, 37):
        first = training_of(plan, iris, models)
        for record in first.run(report_every=0.0):
            if record.epoch == stop_at:
                break
        path = tmp_path / "sweep.part"
        save_checkpoint(path, "this one", first.state())
        assert load_checkpoint(path, "another one") is None
        second = training_of(plan, iris, models)
        second.restore(load_checkpoint(path, "this one"))
        for _ in second.run(report_every=0.0):
            pass
        assert_equal_families(second.family(), whole)


def test_a_checkpoint_of_something_else_is_refused(iris, models):
    state = training_of(plan_of([0.5], [0]), iris, models).state()
    other = training_of(plan_of([0.5, 0.6], [0, 1]), iris, models)
    with pytest.raises(ProjectFileError, match="does not fit"):
        other.restore(state)


def test_a_checkpoint_that_was_cut_off_is_not_taken_up(tmp_path):
    path = tmp_path / "x.part"
    save_checkpoint(path, "f", {"a": np.arange(1000)})
    path.write_bytes(path.read_bytes()[:-50])
    with pytest.raises(ProjectFileError, match="damaged"):
        load_checkpoint(path, "f")


def test_a_diverged_design_is_marked_and_touches_nobody(iris, models):
    plan = plan_of([0.3, 0.3, 0.3], [0, 1, 2], Schedule(max_epochs=30, starts=1))
    healthy = trained(plan.part([0, 2]), iris, models)
    training = training_of(plan, iris, models)
    state = training.state()
    state["column_flat"][1] = np.nan
    training.restore(state)
    records = list(training.run(report_every=0.0))
    family = training.family()
    assert family.status.tolist() == [FINISHED, DIVERGED, FINISHED]
    assert records[-1].status[1] == DIVERGED
    np.testing.assert_allclose(
        family.history.loss[:20, [0, 2]], healthy.history.loss[:20], rtol=2e-3, atol=1e-4
    )


def test_figures_of_a_family_are_those_of_the_plain_model(iris, models):
    plan = plan_of([0.0, 0.5, 0.9], [0, 1, 2], layout=Layout(4, (3, 2), 3, "original", "layer"))
    family = trained(plan, iris, models)
    for index in range(3):
        design = family.design(index)
        for split, share in design.metrics.accuracy.items():
            volts, classes = iris.part(split)
            outputs = operating_point(design, volts).outputs
            assert np.mean(outputs.argmax(axis=1) == classes) == pytest.approx(share)
        plain = operating_point(design, iris.part("test")[0]).power
        assert plain.total == pytest.approx(design.metrics.power.total, rel=1e-6)
        assert plain.crossbar == pytest.approx(design.metrics.power.crossbar, rel=1e-5)


def test_a_family_in_chunks_is_trained_whole(iris, models):
    plan = plan_of([0.0, 0.3, 0.6, 0.9, 0.1], range(5))
    whole = trained(plan, iris, models, ChunkedTraining)
    training = training_of(plan, iris, models, ChunkedTraining, budget=50_000)
    assert training.chunks > 1
    records = list(training.run(report_every=0.0))
    parts = training.family()
    assert records[-1].progress == 1
    assert (parts.status == FINISHED).all()
    assert parts.plan == plan
    # single precision, another batch: close, and each design in its place
    np.testing.assert_allclose(
        parts.history.loss[:20], whole.history.loss[:20], rtol=5e-3, atol=2e-4
    )
    again = training_of(plan, iris, models, ChunkedTraining, budget=50_000)
    again.restore(training.state())
    assert_equal_families(again.family(), parts)


def test_designs_keep_within_their_power_limit(iris, models):
    limits = (0.003, 0.0045, 0.006) * 2
    schedule = Schedule(max_epochs=400, starts=1)
    # six with a limit and six without; a design does not depend on its companions
    family = trained(plan_of([0.0] * 12, range(12), schedule, limits + (None,) * 6), iris, models)
    assert (family.total_power[:6] <= np.array(limits)).mean() >= 5 / 6
    assert family.total_power[6:].mean() > 0.0065
    # within the widest limit nothing is lost
    assert family.test_accuracy[2:6:3].mean() >= family.test_accuracy[6:].mean() - 0.05


def test_the_better_start_goes_on(iris, models):
    schedule = Schedule(max_epochs=25, starts=3, start_epochs=25)
    raced = trained(plan_of([0.2] * 4, range(4), schedule), iris, models)
    alone = trained(plan_of([0.2] * 4, range(4), replace(schedule, starts=1)), iris, models)
    # the first start is the same in both, and the others can only better it
    assert (raced.valid_loss <= alone.valid_loss + 1e-4).all()
    assert (raced.valid_loss < alone.valid_loss - 1e-3).any()
    assert raced.design_epochs == 3 * alone.design_epochs


def test_progress_rises_and_epochs_are_bounded(iris, models):
    training = training_of(plan_of([0.0, 0.5], [0, 1]), iris, models)
    records = list(training.run(report_every=0.0))
    progress = [record.progress for record in records]
    assert progress[-1] == 1
    assert (np.diff(progress) >= -0.5).all()
    assert records[-1].epoch == SHORT.max_epochs
    assert records[0].status.tolist() == [IMPROVING, IMPROVING]


def test_history_is_thinned_by_epochs_alone(iris, models, monkeypatch):
    monkeypatch.setattr(recorder, "POINTS", 40)
    plan = plan_of([0.5], [0], Schedule(max_epochs=100, patience=2000, starts=1))
    history = trained(plan, iris, models).history
    assert len(history.epochs) <= 40
    assert history.stride == 4
    assert np.isfinite(history.power).all()


def test_a_layout_that_does_not_fit_the_data_is_refused(iris, models):
    with pytest.raises(DatasetError, match="4 inputs and 3 classes"):
        training_of(plan_of([0.5], [0], layout=Layout(5, (3,), 3)), iris, models)


def test_training_leaves_torchs_random_state_alone(iris, models):
    before = torch.random.get_rng_state()
    trained(plan_of([0.5], [0], Schedule(max_epochs=3, starts=1)), iris, models)
    assert torch.equal(torch.random.get_rng_state(), before)


def test_a_state_is_plain_numbers(iris, models):
    state = training_of(plan_of([0.5], [0]), iris, models).state()
    assert all(array.dtype.kind in "fi" for array in state.values())
    json.dumps(sorted(state))
