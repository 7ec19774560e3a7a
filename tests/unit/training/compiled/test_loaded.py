"""One epoch of the compiled loaded model, held to `LoadedNetwork` in double precision."""

import numpy as np
import pytest
import torch

from pnn_studio.app.commands.models import load_models
from pnn_studio.domain.layout import Layout
from pnn_studio.domain.run import DIVERGED, IMPROVING, FamilyPlan, Schedule
from pnn_studio.physics.kernels import arrays as a
from pnn_studio.physics.loaded.kernel.packing import LoadedPacking
from pnn_studio.physics.loaded.network import LoadedNetwork
from pnn_studio.training.compiled import design as d
from pnn_studio.training.compiled.loaded import train_loaded
from pnn_studio.training.compiled.warm_up import warm_up
from pnn_studio.training.objective import MarginLoss

LAYOUTS = [
    Layout(4, (3,), 3),
    Layout(2, (1,), 2, "original"),
    Layout(4, (3,), 3, "original", "layer"),
    Layout(5, (4, 3), 2, "modified", "layer"),
    Layout(3, (2, 3, 2), 4, "original"),
    Layout(37, (13,), 5),
    Layout(2, (2,), 19, "modified", "layer"),
]
LIMIT, REFERENCE = 0.01, 0.15


@pytest.fixture(scope="module")
def technology():
    models = load_models()
    warm_up("loaded", models.technology, models.surrogates)
    return models.technology


def random_parameters(network, layout, seed, least):
    """Thetas of both signs, some of them not printed, and circuits off the default."""
    draw = np.random.default_rng(seed)
    flat = network.initial((0,))
    count = network.theta_parameters
    size = 10 ** draw.uniform(least, 0.8, count)
    few = draw.random(count) < 0.2
    size[few] = draw.uniform(0.001, 0.009, few.sum())
    flat[0, :count] = torch.as_tensor(size * draw.choice([-1, 1], count))
    flat[0, count:] += torch.as_tensor(draw.normal(0, 0.5, flat.shape[1] - count))
    # a row of the first layer that is wholly unprinted
    first = flat[0, : layout.shapes[0][0] * layout.shapes[0][1]].view(layout.shapes[0][::-1])
    first[:, 0] = -torch.as_tensor(draw.uniform(0.001, 0.009, len(first)))
    return flat.float()


def samples_of(layout, seed, counts=(150, 41)):
    """Draw a training split of more than one tile, and a validation split."""
    draw = np.random.default_rng(100 + seed)
    return [
        (draw.random((count, layout.inputs)), draw.integers(0, max(layout.outputs - 1, 2), count))
        for count in counts
    ]


def fresh(packing, flat, alpha, limit=None):
    limits = None if limit is None else (limit,)
    plan = FamilyPlan(Layout(2, (1,), 2), (alpha,), (0,), Schedule(starts=1), limits)
    return d.fresh_design(packing.matrices(flat), d.setup_of(plan, 0, REFERENCE))


def check_epoch(technology, layout, seed, alpha, limit=None, least=-0.9, tolerance=1e-4):
    parts = samples_of(layout, seed)
    # as many steps as it takes to be exact: the compiled model takes fewer
    network = LoadedNetwork(layout, technology, torch.float64, adjoint_steps=8)
    network.steps = 8
    flat = random_parameters(network, layout, seed, least)
    packing = LoadedPacking(layout, technology, parts)
    work, design = packing.work(), fresh(packing, flat.numpy(), alpha, limit)
    design.starts[0, d.MULTIPLIER] = 0.0 if limit is None else 3.0
    assert train_loaded(work, design, 1) == 1
    first = work.ints[a.SMALL, a.BY_PARAMETERS]
    gradient = packing.flat(work.small[first : first + packing.parameter_rows][None])[0]
    # a power limit prices a watt; before the first epoch there is no power to exceed it by
    watt = alpha / REFERENCE + (0 if limit is None else 2.0 / limit)
    train_split, valid_split = (
        network.samples(torch.from_numpy(volts.T.copy()), torch.from_numpy(classes))
        for volts, classes in parts
    )
    judge = MarginLoss(technology, torch.tensor([1 - alpha]).double())
    prepared, learned, expected = network.learn(
        flat.double(), train_split, judge, torch.tensor([watt]).double()
    )
    valid = network.measure(prepared, valid_split, judge)
    figures, one = design.starts[0, d.FIGURES :], 1.5 / len(parts[1][1])
    assert figures[0] == pytest.approx(float(learned.verdict[0, 0]), rel=1e-4)
    assert figures[1] == pytest.approx(float(valid.verdict[0, 0]), rel=1e-4)
    assert figures[2] == pytest.approx(float(learned.verdict[0, 1]), abs=one)
    assert figures[3] == pytest.approx(float(valid.verdict[0, 1]), abs=one)
    total = float(learned.power.sum())
    np.testing.assert_allclose(figures[4:], learned.power[0].sum(dim=0), rtol=0, atol=1e-4 * total)
    assert design.starts[0, d.POWER] == pytest.approx(float(valid.power.sum()), rel=1e-4)
    expected = expected[0].numpy()
    circuits = slice(network.theta_parameters, None)
    for of in (slice(None), circuits):
        scale = np.abs(expected[of]).max()
        np.testing.assert_allclose(gradient[of], expected[of], rtol=0, atol=tolerance * scale)


@pytest.mark.parametrize("layout", LAYOUTS, ids=str)
@pytest.mark.parametrize("alpha", [0.0, 0.4, 1.0])
def test_an_epoch_agrees_with_torch_in_figures_and_gradient(technology, layout, alpha):
    # where power alone counts, the multipliers begin without it, and err by more
    tolerance = 1e-4 if alpha < 1 else 5e-4
    for seed in (0, 1):
        check_epoch(technology, layout, seed, alpha, tolerance=tolerance)


@pytest.mark.parametrize("layout", [LAYOUTS[0], LAYOUTS[4]], ids=str)
def test_an_epoch_within_a_power_limit_agrees_with_torch(technology, layout):
    check_epoch(technology, layout, 3, 0.2, LIMIT)


@pytest.mark.parametrize("layout", LAYOUTS[:5], ids=str)
def test_where_columns_load_their_circuits_heavily_the_gradient_errs_by_a_thousandth(
    technology, layout
):
    for seed in range(4):
        check_epoch(technology, layout, seed, 0.4, least=-2.0, tolerance=2e-3)


def test_a_design_of_no_numbers_diverges_and_leaves_nothing_behind(technology):
    layout = LAYOUTS[3]
    network = LoadedNetwork(layout, technology, torch.float64)
    packing = LoadedPacking(layout, technology, samples_of(layout, 0))
    flat = random_parameters(network, layout, 0, -1.0).numpy()

    def after(work, spoiled):
        for place in spoiled:
            sick = fresh(packing, flat, 0.3)
            sick.numbers[d.FLAT][place] = np.nan
            train_loaded(work, sick, 5)
            assert sick.clock[d.STATUS] == DIVERGED
            assert sick.clock[d.EPOCH] == 1
        healthy = fresh(packing, flat, 0.3)
        train_loaded(work, healthy, 5)
        assert healthy.clock[d.STATUS] == IMPROVING
        return healthy

    columns = sum(layout.sizes[1:])
    # theta of an input, of a ground row; a component of each kind of circuit
    places = [(0, 1), (4, 5), (columns, 0), (columns + 3, 3)]
    alone, beside = after(packing.work(), []), after(packing.work(), places)
    np.testing.assert_array_equal(alone.numbers, beside.numbers)
    np.testing.assert_array_equal(alone.starts, beside.starts)
