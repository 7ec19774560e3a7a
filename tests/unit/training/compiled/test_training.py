from dataclasses import fields, replace

import numpy as np
import pytest
import torch

from pnn_studio.app.commands.models import load_models
from pnn_studio.app.commands.own_data import load_data
from pnn_studio.domain.dataset import SPLITS
from pnn_studio.domain.layout import Layout
from pnn_studio.domain.run import DIVERGED, FINISHED, IMPROVING, FamilyPlan, Schedule
from pnn_studio.errors import DatasetError, ProjectFileError
from pnn_studio.physics.ideal.network import Network
from pnn_studio.storage.checkpoint import load_checkpoint, save_checkpoint
from pnn_studio.training.compiled import design as d
from pnn_studio.training.compiled.training import CompiledTraining
from pnn_studio.training.engine import FamilyTraining
from pnn_studio.training.objective import accuracy

MODELS = ["ideal", "loaded"]
SHORT = Schedule(max_epochs=90, starts=2, start_epochs=20)


@pytest.fixture(scope="module")
def models():
    return load_models()


@pytest.fixture(scope="module")
def iris(models):
    return load_data("iris", models.technology)


def training_of(plan, dataset, models, **options):
    return CompiledTraining(plan, dataset, models.technology, models.surrogates, **options)


def plan_of(alphas, seeds, schedule=SHORT, limits=None, layout=None, model="ideal"):
    layout = layout or Layout(4, (3,), 3)
    return FamilyPlan(layout, tuple(alphas), tuple(seeds), schedule, limits, model)


def finish(training):
    records = list(training.run(report_every=0.01))
    return training.family(), records


def trained(plan, dataset, models, **options):
    return finish(training_of(plan, dataset, models, **options))[0]


def assert_same_designs(first, second, of=None):
    """All numbers of the designs `of` in the second family are those of the first, to the bit."""
    of = slice(None) if of is None else of
    for name in (
        "accuracy",
        "measurable_accuracy",
        "power",
        "valid_loss",
        "epochs",
        "status",
    ):
        np.testing.assert_array_equal(getattr(first, name), getattr(second, name)[of], err_msg=name)
    for one, other in zip(first.theta, second.theta, strict=True):
        np.testing.assert_array_equal(one, other[of])
    for name in ("omega", "eta", "cell_power"):
        for circuit, values in getattr(first, name).items():
            np.testing.assert_array_equal(values, getattr(second, name)[circuit][of], err_msg=name)
    # a longer training of a companion makes the common curves coarser, and no more
    one, other = first.history, second.history
    stride = max(one.stride, other.stride)
    points = min(int(each.epochs[-1]) // stride + 1 for each in (one, other))
    one, other = one.every(stride, points), other.every(stride, points)
    for name in ("loss", "accuracy", "power"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name)[:, of])


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("layout", [Layout(4, (3,), 3), Layout(4, (3, 2), 3, "original", "layer")])
def test_a_design_has_its_bits_whoever_trains_beside_it(iris, models, layout, model):
    alphas, seeds = [0.0, 0.3, 0.6, 0.9, 0.1], [0, 1, 2, 0, 1]
    limits = (None, None, 0.004, None, 0.003)
    plan = plan_of(alphas, seeds, limits=limits, layout=layout, model=model)
    whole = trained(plan, iris, models, threads=2)
    assert_same_designs(whole, trained(plan, iris, models, threads=1))
    for of in ([0], [3], [4], [1, 2], [4, 2, 0]):
        assert_same_designs(trained(plan.part(of), iris, models, threads=1), whole, of)


def test_a_design_has_its_bits_however_it_is_sliced(iris, models, monkeypatch):
    plan = plan_of([0.0, 0.5, 0.8], [0, 1, 2])
    whole = trained(plan, iris, models)
    monkeypatch.setattr("pnn_studio.training.compiled.training._SHORTEST_S", 1e-6)
    monkeypatch.setattr("pnn_studio.training.compiled.training._LONGEST_S", 1e-6)
    assert_same_designs(trained(plan, iris, models, threads=2), whole)


@pytest.mark.parametrize("model", MODELS)
def test_a_training_that_was_interrupted_ends_with_the_same_bits(iris, models, tmp_path, model):
    limits = (None, None, 0.004, 0.003)
    schedule = replace(SHORT, max_epochs=600)
    plan = plan_of([0.0, 0.4, 0.8, 0.1], [0, 1, 2, 3], schedule, limits, model=model)
    whole = trained(plan, iris, models)
    path = tmp_path / "sweep.part"
    save_checkpoint(path, "this one", training_of(plan, iris, models).state())
    ended = False
    for _ in range(200):
        again = training_of(plan, iris, models, threads=2)
        again.restore(load_checkpoint(path, "this one"))
        steps = again.run(report_every=0.003)
        for count, record in enumerate(steps):
            ended = not (record.status == IMPROVING).any()
            if count == 2 or ended:
                break
        save_checkpoint(path, "this one", again.state())
        steps.close()
        if ended:
            break
    assert ended
    assert_same_designs(again.family(), whole)
    assert again.family().design_epochs == whole.design_epochs


def test_few_designs_at_a_time_end_with_the_same_bits(iris, models):
    plan = plan_of([0.0, 0.3, 0.6, 0.9, 0.1], range(5))
    whole, records = finish(training_of(plan, iris, models, budget=1))
    assert training_of(plan, iris, models, budget=1, threads=2).chunks == 3
    assert_same_designs(whole, trained(plan, iris, models))
    assert records[-1].progress == 1
    waiting = [int((record.epochs == 0).sum()) for record in records]
    assert waiting[0] > 0
    assert waiting[-1] == 0


def test_designs_that_have_not_begun_stand_at_their_start(iris, models):
    plan = plan_of([0.0, 0.5], [3, 4])
    family = training_of(plan, iris, models).family()
    network = Network(plan.layout, models.technology, models.surrogates, torch.float64)
    expected = network.prepare(network.initial(plan.seeds).float().double())
    for found, theta in zip(family.theta, expected.theta, strict=True):
        np.testing.assert_allclose(found, theta.numpy(), rtol=1e-12)
    assert np.isinf(family.valid_loss).all()
    assert family.epochs.tolist() == [0, 0]
    assert family.status.tolist() == [IMPROVING, IMPROVING]


@pytest.mark.parametrize("layout", [Layout(4, (3,), 3), Layout(4, (3, 2), 3, "original", "layer")])
def test_figures_of_designs_are_those_of_torch_in_double_precision(iris, models, layout):
    plan = plan_of([0.0, 0.5, 0.9], [0, 1, 2], layout=layout)
    training = training_of(plan, iris, models)
    family, _ = finish(training)
    network = Network(layout, models.technology, models.surrogates, torch.float64)
    best = np.stack([d.states_of(design)[0] for design in training._designs])
    prepared = network.prepare(torch.from_numpy(training._packing.flat(best)).double())
    for found, theta in zip(family.theta, prepared.theta, strict=True):
        np.testing.assert_allclose(found, theta.numpy(), rtol=1e-12)
    for name in models.technology.circuit_names:
        for found, expected in (
            (family.omega, prepared.circuits.omega),
            (family.eta, prepared.circuits.eta),
            (family.cell_power, prepared.circuits.power),
        ):
            np.testing.assert_allclose(found[name], expected[name].numpy(), rtol=1e-10)
    for number, split in enumerate(SPLITS):
        volts, classes = iris.part(split)
        samples = network.samples(torch.from_numpy(volts.T.copy()), torch.from_numpy(classes))
        measured = network.measure(
            prepared, samples, lambda outputs, data, *_: (accuracy(outputs, data)[:, None], None)
        )
        np.testing.assert_allclose(family.accuracy[:, number], measured.verdict[:, 0].numpy())
    np.testing.assert_allclose(family.power, measured.power.sum(dim=1).numpy(), rtol=1e-8)


@pytest.mark.parametrize("model", MODELS)
def test_compiled_training_reaches_what_torch_reaches(iris, models, model):
    plan = FamilyPlan.grid(Layout(4, (3,), 3), 3, 6, Schedule(max_epochs=300), model)
    compiled = trained(plan, iris, models)
    plain = FamilyTraining(plan, iris, models.technology, models.surrogates)
    for _ in plain.run(report_every=1e9):
        pass
    plain = plain.family()
    for alpha in compiled.alphas[:2]:
        of = compiled.at_alpha(alpha)
        gap = compiled.test_accuracy[of].mean() - plain.test_accuracy[of].mean()
        assert abs(gap) < 0.08
        ratio = compiled.total_power[of].mean() / plain.total_power[of].mean()
        assert 0.75 < ratio < 1.33
    assert compiled.valid_loss.mean() == pytest.approx(plain.valid_loss.mean(), rel=0.05)


def test_designs_keep_within_their_power_limit(iris, models):
    limits = (0.003, 0.005, 0.008) * 3
    family = trained(plan_of([0.0] * 9, range(9), Schedule(max_epochs=600), limits), iris, models)
    assert (family.total_power <= np.array(limits)).mean() >= 8 / 9
    assert family.test_accuracy[2::3].mean() >= 0.85


def test_the_better_start_goes_on(iris, models):
    schedule = Schedule(max_epochs=25, starts=3, start_epochs=25)
    raced = trained(plan_of([0.2] * 4, range(4), schedule), iris, models)
    alone = trained(plan_of([0.2] * 4, range(4), replace(schedule, starts=1)), iris, models)
    assert (raced.valid_loss <= alone.valid_loss).all()
    assert (raced.valid_loss < alone.valid_loss - 1e-3).any()
    assert raced.design_epochs == 3 * alone.design_epochs


@pytest.mark.parametrize("model", MODELS)
def test_the_first_epochs_are_those_of_torch(iris, models, model):
    plan = plan_of([0.0, 0.4, 0.9], [0, 1, 2], Schedule(max_epochs=12, starts=1), model=model)
    compiled = trained(plan, iris, models).history
    plain = FamilyTraining(plan, iris, models.technology, models.surrogates)
    for _ in plain.run(report_every=1e9):
        pass
    plain = plain.family().history
    # one of 30 samples may lie at the border between two classes
    for name, least in (("loss", 2e-4), ("accuracy", 0.034), ("power", 2e-4)):
        np.testing.assert_allclose(
            getattr(compiled, name), getattr(plain, name), rtol=5e-3, atol=least, err_msg=name
        )


def test_history_is_thinned_by_epochs_alone(iris, models):
    plan = plan_of([0.5], [0], Schedule(max_epochs=1000, patience=2000, starts=1))
    history = trained(plan, iris, models).history
    assert len(history.epochs) <= 400
    assert history.stride == 4
    assert np.isfinite(history.power).all()


def test_progress_rises_to_one_and_epochs_are_bounded(iris, models):
    family, records = finish(training_of(plan_of([0.0, 0.5], [0, 1]), iris, models))
    assert records[-1].progress == 1
    assert records[-1].epoch == SHORT.max_epochs
    assert family.status.tolist() == [FINISHED, FINISHED]
    assert family.design_epochs == 2 * (SHORT.max_epochs + SHORT.start_epochs)


def test_a_pause_stops_threads_and_clock(iris, models):
    plan = plan_of([0.0, 0.5], [0, 1], Schedule(max_epochs=10**6, patience=10**6, starts=1))
    training = training_of(plan, iris, models, threads=2)
    steps = training.run(report_every=0.02)
    next(steps)
    first = training.state()
    second = training.state()
    np.testing.assert_array_equal(first["clocks"], second["clocks"])
    # and it goes on from there
    stood = first["clocks"][:, d.EPOCH]
    before = next(record for record in steps if (record.epochs > stood).all())
    steps.close()
    assert training.record().seconds == pytest.approx(before.seconds, abs=0.11)


def test_a_checkpoint_of_something_else_is_refused(iris, models):
    plan = plan_of([0.5, 0.6], [0, 1])
    training = training_of(plan, iris, models)
    finish(training)
    state = training.state()
    other = training_of(plan_of([0.5], [0]), iris, models)
    with pytest.raises(ProjectFileError, match="does not fit"):
        other.restore(state)
    wider = training_of(plan_of([0.5, 0.6], [0, 1], layout=Layout(4, (5,), 3)), iris, models)
    with pytest.raises(ProjectFileError, match="does not fit"):
        wider.restore(state)
    plain = FamilyTraining(plan, iris, models.technology, models.surrogates)
    with pytest.raises(ProjectFileError, match="does not fit"):
        training.restore(plain.state())
    for name in state:
        with pytest.raises(ProjectFileError, match="does not fit"):
            training.restore({key: each for key, each in state.items() if key != name})


def test_a_diverged_design_is_marked_and_touches_nobody(iris, models):
    plan = plan_of([0.3, 0.3, 0.3], [0, 1, 2], Schedule(max_epochs=30, starts=1))
    healthy = trained(plan.part([0, 2]), iris, models)
    training = training_of(plan, iris, models, threads=1)
    training._designs[1] = training._begin(1)
    training._designs[1].numbers[0] = np.nan
    family, records = finish(training)
    assert family.status.tolist() == [FINISHED, DIVERGED, FINISHED]
    assert records[-1].status[1] == DIVERGED
    assert_same_designs(healthy, family, [0, 2])


def test_a_failure_in_a_thread_is_raised_where_training_is_asked_for(iris, models, monkeypatch):
    training = training_of(plan_of([0.3] * 4, range(4)), iris, models, threads=2)

    def broken(_seed):
        raise MemoryError("no room")

    monkeypatch.setattr(training, "_draw", broken)
    with pytest.raises(MemoryError, match="no room"):
        list(training.run())


def test_a_layout_that_does_not_fit_the_data_is_refused(iris, models):
    with pytest.raises(DatasetError, match="4 inputs and 3 classes"):
        training_of(plan_of([0.5], [0], layout=Layout(5, (3,), 3)), iris, models)


def test_records_have_the_fields_of_every_other_training(iris, models):
    family, records = finish(training_of(plan_of([0.5], [0]), iris, models))
    plain = FamilyTraining(plan_of([0.5], [0]), iris, models.technology, models.surrogates)
    for one, other in ((records[-1], plain.record()), (family, plain.family())):
        for field in fields(one):
            mine, theirs = getattr(one, field.name), getattr(other, field.name)
            if isinstance(theirs, np.ndarray):
                assert (mine.dtype, mine.shape) == (theirs.dtype, theirs.shape), field.name
            else:
                assert type(mine) is type(theirs), field.name
