"""One epoch of compiled training, held to the torch implementation in float64."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from pnn_studio.app.commands.models import load_models
from pnn_studio.domain.layout import Layout
from pnn_studio.domain.run import DIVERGED, IMPROVING, FamilyPlan, Schedule
from pnn_studio.physics.ideal.kernel_packing import IdealPacking as Packing
from pnn_studio.physics.ideal.network import Network
from pnn_studio.physics.kernels import arrays as a
from pnn_studio.training.compiled import design as d
from pnn_studio.training.compiled.ideal import train_ideal as train
from pnn_studio.training.compiled.warm_up import warm_up
from pnn_studio.training.objective import MarginLoss

LAYOUTS = [
    Layout(4, (3,), 3),
    Layout(2, (1,), 2, "original"),
    Layout(5, (4, 3), 2, "modified", "layer"),
    Layout(3, (2, 3, 2), 4, "original", "layer"),
    Layout(37, (13,), 5, "original"),
    Layout(150, (21, 4), 10),
    Layout(2, (2,), 19),
]
LIMIT, REFERENCE = 0.01, 0.15


@pytest.fixture(scope="module")
def models():
    found = load_models()
    warm_up("ideal", found.technology, found.surrogates)
    return found


def other_activations(models):
    """Surrogates of one hidden layer more, with every activation and scaling that a card allows."""

    def other(mlp):
        hidden = len(mlp.biases[0])
        middle = torch.eye(hidden, dtype=torch.float64) * 0.7
        return replace(
            mlp,
            weights=(mlp.weights[0], middle, mlp.weights[1], mlp.weights[2]),
            biases=(mlp.biases[0], torch.zeros(hidden).double(), *mlp.biases[1:]),
            activations=("prelu", "sigmoid", "relu", "linear"),
            slopes=(torch.full((hidden,), 0.2).double(), None, None, None),
        )

    return {
        name: replace(each, eta=other(each.eta), power_model=other(each.power_model))
        for name, each in models.surrogates.items()
    }


def random_parameters(network, layout, seed):
    """Thetas of all signs and sizes, unprinted ones among them, and circuits off the default."""
    draw = np.random.default_rng(seed)
    flat = network.initial((0,))
    count = network.theta_parameters
    size = 10 ** draw.uniform(-3.2, 0.8, count)
    flat[0, :count] = torch.as_tensor(size * draw.choice([-1, 1], count))
    flat[0, count:] += torch.as_tensor(draw.normal(0, 1.0, flat.shape[1] - count))
    # a row of the first layer that is wholly unprinted, and a column with nothing above theta_min
    first = flat[0, : layout.shapes[0][0] * layout.shapes[0][1]].view(layout.shapes[0][::-1])
    first[:, 0] = 0.003
    first[0, :] = 0.004 * torch.sign(first[0, :])
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


def compiled_epoch(packing, flat, alpha, limit, multiplier):
    """Figures, power on the validation split, and gradient of one epoch."""
    work = packing.work()
    design = fresh(packing, flat.numpy(), alpha, limit)
    design.starts[0, d.MULTIPLIER] = multiplier
    assert train(work, design, 1) == 1
    first = work.ints[a.SMALL, a.BY_PARAMETERS]
    gradient = work.small[first : first + packing.parameter_rows]
    return design.starts[0, d.FIGURES :], design.starts[0, d.POWER], packing.flat(gradient[None])[0]


def check_epoch(models, surrogates, layout, seed, alpha, limit):
    technology = models.technology
    parts = samples_of(layout, seed)
    network = Network(layout, technology, surrogates, torch.float64)
    flat = random_parameters(network, layout, seed)
    multiplier = 0.0 if limit is None else 3.0
    figures, power, gradient = compiled_epoch(
        Packing(layout, technology, surrogates, parts), flat, alpha, limit, multiplier
    )
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
    one = 1.5 / len(parts[1][1])  # a sample near the border may fall to either side
    assert figures[0] == pytest.approx(float(learned.verdict[0, 0]), rel=1e-4)
    assert figures[1] == pytest.approx(float(valid.verdict[0, 0]), rel=1e-4)
    assert figures[2] == pytest.approx(float(learned.verdict[0, 1]), abs=one)
    assert figures[3] == pytest.approx(float(valid.verdict[0, 1]), abs=one)
    np.testing.assert_allclose(figures[4:], learned.power[0].sum(dim=0), rtol=1e-4)
    assert power == pytest.approx(float(valid.power.sum()), rel=1e-4)
    expected = expected[0].numpy()
    # a sample at a kink of the loss changes its gradient by its whole share
    np.testing.assert_allclose(gradient, expected, rtol=0, atol=1e-4 * np.abs(expected).max())
    circuits = slice(network.theta_parameters, None)
    scale = np.abs(expected[circuits]).max()
    np.testing.assert_allclose(gradient[circuits], expected[circuits], rtol=0, atol=1e-4 * scale)


@pytest.mark.parametrize("layout", LAYOUTS, ids=str)
@pytest.mark.parametrize("alpha", [0.0, 0.4, 1.0])
def test_an_epoch_agrees_with_torch_in_figures_and_gradient(models, layout, alpha):
    for seed in (0, 1):
        check_epoch(models, models.surrogates, layout, seed, alpha, None)


@pytest.mark.parametrize("layout", LAYOUTS[:4], ids=str)
def test_a_power_limit_prices_power_as_in_torch(models, layout):
    check_epoch(models, models.surrogates, layout, 0, 0.0, LIMIT)
    check_epoch(models, models.surrogates, layout, 1, 0.3, LIMIT)


def test_surrogates_of_any_activation_agree_with_torch(models):
    check_epoch(models, other_activations(models), LAYOUTS[2], 0, 0.4, None)


def test_a_design_of_no_numbers_diverges_and_leaves_nothing_behind(models):
    layout = LAYOUTS[0]
    parts = samples_of(layout, 0)
    network = Network(layout, models.technology, models.surrogates, torch.float64)
    packing = Packing(layout, models.technology, models.surrogates, parts)
    flat = random_parameters(network, layout, 0).numpy()

    def after(work, spoiled):
        for place in spoiled:
            sick = fresh(packing, flat, 0.3)
            sick.numbers[d.FLAT][place] = np.nan
            train(work, sick, 5)
            assert sick.clock[d.STATUS] == DIVERGED
            assert sick.clock[d.EPOCH] == 1
        healthy = fresh(packing, flat, 0.3)
        train(work, healthy, 5)
        assert healthy.clock[d.STATUS] == IMPROVING
        return healthy

    # theta of an input, of a ground row; a component of each circuit
    places = [(0, 1), (4, 4), (6, 0), (7, 3)]
    alone, beside = after(packing.work(), []), after(packing.work(), places)
    np.testing.assert_array_equal(alone.numbers, beside.numbers)
    np.testing.assert_array_equal(alone.starts, beside.starts)
