"""The model that trains beside the exact solve, and its gradients beside finite differences."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from pnn_studio.domain.layout import Layout
from pnn_studio.domain.technology import load_technology
from pnn_studio.physics.loaded import conductances, layer_pass
from pnn_studio.physics.loaded.cells import CIRCUITS
from pnn_studio.physics.loaded.conductances import print_conductances
from pnn_studio.physics.loaded.curves import SolvedCells
from pnn_studio.physics.loaded.exact import evaluate
from pnn_studio.physics.loaded.network import LoadedNetwork
from pnn_studio.physics.loaded.printed import PrintedNetworks
from pnn_studio.physics.nonlinear import OmegaMap
from pnn_studio.training.objective import MarginLoss
from tests.support import closed_form
from tests.support.random_networks import random_omega

LAYOUTS = [
    Layout(4, (3,), 3),
    Layout(4, (3,), 3, "original"),
    Layout(5, (4, 3), 3, "modified", "layer"),
    Layout(3, (3, 3, 2), 2, "original", "layer"),
]
DOUBLE = torch.float64


@pytest.fixture(scope="module")
def technology():
    """Training starts from the circuits that the file describes, as the bounds below were set."""
    technology = load_technology("negt")

    def described(circuit):
        components = tuple(replace(each, start=each.default) for each in circuit.components)
        return replace(circuit, components=components)

    return replace(
        technology,
        activation=described(technology.activation),
        negation=described(technology.negation),
    )


def random_parameters(network, designs, seed, least=-1.8):
    """Thetas of both signs over their range, component values off the default."""
    draw = np.random.default_rng(seed)
    flat = network.initial(tuple(range(designs)))
    count = network.theta_parameters
    size = 10 ** draw.uniform(least, 0.9, (designs, count))
    flat[:, :count] = torch.as_tensor(size * draw.choice([-1, 1], size.shape))
    spread = draw.normal(0, 0.4, (designs, flat.shape[1] - count))
    flat[:, count:] += torch.as_tensor(spread)
    return flat


def look_at(outputs, _samples, _of, _backward):
    return outputs.flatten(1).clone(), None


def exactly(network, prepared, voltages):
    theta = [each.double().numpy() for each in prepared.theta]
    omega = {name: each.double().numpy() for name, each in prepared.omega.items()}
    technology = network.technology
    printed = PrintedNetworks.of_theta(
        network.layout.crossbar, theta, omega, technology.g_min, technology.bias
    )
    return evaluate(printed, technology, voltages)


@pytest.mark.parametrize("circuit", CIRCUITS)
def test_solved_curves_are_those_of_the_closed_form(technology, circuit):
    volts = np.array([-0.9, -0.1, 0.2, 0.5, 1.0])
    omega = random_omega(technology, circuit, (3,), np.random.default_rng(4))
    curves = SolvedCells(technology, DOUBLE).curves(
        circuit, torch.as_tensor(omega), torch.as_tensor(volts)
    )
    names = [each.name for each in technology.circuit(circuit).components]
    solve = closed_form.ptanh if circuit == "ptanh" else closed_form.negation
    for design, values in enumerate(omega.tolist()):
        wanted = [solve(technology, dict(zip(names, values, strict=True)), v) for v in volts]
        volt, watt = np.array(wanted).T
        np.testing.assert_allclose(curves.voltage[design], volt, atol=1e-9)
        np.testing.assert_allclose(curves.power[design], watt, rtol=1e-8)


@pytest.mark.parametrize("circuit", CIRCUITS)
def test_gradients_of_cells_are_those_of_finite_differences(technology, circuit):
    cells = SolvedCells(technology, DOUBLE)
    volts = torch.linspace(-1.0, 1.0, 9, dtype=DOUBLE)
    draw = np.random.default_rng(8)
    omega = torch.as_tensor(random_omega(technology, circuit, (4,), draw))
    weights = torch.as_tensor(draw.normal(size=(3, 4, 9)))
    scales = torch.tensor([1.0, 1e-4, 1e3], dtype=DOUBLE)  # volt, ohm, watt

    def value(logs):
        found = cells.curves(circuit, logs.exp(), volts)
        parts = torch.stack([found.voltage, found.resistance, found.power])
        return (parts * weights * scales[:, None, None]).sum(dim=(0, 2))

    logs = omega.log().requires_grad_()
    (gradient,) = torch.autograd.grad(value(logs).sum(), logs)
    step = 1e-5
    for component in range(omega.shape[1]):
        shift = torch.zeros_like(omega)
        shift[:, component] = step
        with torch.no_grad():
            wanted = (value(logs + shift) - value(logs - shift)) / (2 * step)
        largest = float(gradient.abs().max())
        torch.testing.assert_close(gradient[:, component], wanted, rtol=1e-6, atol=1e-6 * largest)


@pytest.mark.parametrize("circuit", CIRCUITS)
def test_curves_in_single_precision_are_those_in_double_precision(technology, circuit):
    omega = torch.as_tensor(random_omega(technology, circuit, (500,), np.random.default_rng(2)))
    volts = torch.linspace(-1.05, 1.05, 49, dtype=DOUBLE)
    wanted = SolvedCells(technology, DOUBLE).curves(circuit, omega, volts)
    single = SolvedCells(technology, torch.float32)
    found = single.curves(circuit, omega.float(), volts.float())
    error = found.voltage.double() - wanted.voltage
    assert float(error.square().mean().sqrt()) < 5e-5
    ratio = found.resistance.double() / wanted.resistance - 1
    assert float(ratio.square().mean().sqrt()) < 1e-3
    torch.testing.assert_close(found.power.double(), wanted.power, rtol=5e-3, atol=0)


@pytest.mark.parametrize("layout", LAYOUTS, ids=str)
def test_gradients_of_loading_and_power_are_those_of_finite_differences(
    technology, layout, monkeypatch
):
    # clipped component values and counts of negations pass gradients straight through
    monkeypatch.setattr(OmegaMap, "_clip", lambda _self, values: values)
    through = conductances.straight_through
    monkeypatch.setattr(
        conductances,
        "straight_through",
        lambda exact, soft: exact if exact.ndim == 2 else through(exact, soft),
    )
    network = LoadedNetwork(layout, technology, DOUBLE, adjoint_steps=8)
    network.steps = 10
    draw = np.random.default_rng(0)
    flat = random_parameters(network, 2, 1)
    samples = network.samples(
        torch.as_tensor(draw.random((layout.inputs, 12))), torch.zeros(12, dtype=torch.int64)
    )
    by_outputs = torch.as_tensor(draw.normal(size=(2, layout.outputs, 12))) / 12
    weight = torch.tensor([0.0, 50.0], dtype=DOUBLE)

    def judge_of(factors):
        def judge(outputs, _samples, of, _backward):
            return (outputs * factors[of]).sum(dim=(1, 2))[:, None], factors[of].clone()

        return judge

    gradient = network.learn(flat, samples, judge_of(by_outputs), weight)[2]
    for design, row in enumerate(flat):
        errors = []
        # resistances step between cells of a table: a shift may cross one, a smaller one does not
        for step in (1e-6, 1e-7):
            shifts = step * torch.eye(flat.shape[1], dtype=DOUBLE)
            # all shifts of a design at once, as designs of their own
            shifted = torch.cat([row + shifts, row - shifts])
            factors = by_outputs[design].expand(len(shifted), -1, -1)
            found = network.measure(network.prepare(shifted), samples, judge_of(factors))
            value = found.verdict[:, 0] + weight[design] * found.power.sum(dim=(1, 2))
            upper, lower = value.chunk(2)
            errors.append((gradient[design] - (upper - lower) / (2 * step)).abs())
        allowed = 1e-6 * (gradient[design].abs() + gradient[design].abs().max())
        assert bool((errors[0] <= allowed).double().mean() > 0.9)
        assert bool((torch.minimum(*errors) <= 5 * allowed).all())


@pytest.mark.parametrize("layout", LAYOUTS, ids=str)
def test_one_adjoint_step_is_close_to_the_whole_gradient(technology, layout):
    gradients = []
    for steps in (1, 8):
        network = LoadedNetwork(layout, technology, DOUBLE, adjoint_steps=steps)
        flat = random_parameters(network, 6, 2)
        draw = np.random.default_rng(3)
        samples = network.samples(
            torch.as_tensor(draw.random((layout.inputs, 30))),
            torch.as_tensor(draw.integers(0, layout.outputs, 30)),
        )
        judge = MarginLoss(technology, torch.ones(6, dtype=DOUBLE))
        weight = torch.full((6,), 5.0, dtype=DOUBLE)
        gradients.append(network.learn(flat, samples, judge, weight)[2])
    cosine = torch.nn.functional.cosine_similarity(*gradients, dim=1)
    assert float(cosine.min()) > 0.99999


@pytest.mark.parametrize("layout", LAYOUTS, ids=str)
def test_the_training_model_stays_close_to_the_exact_solve(technology, layout):
    network = LoadedNetwork(layout, technology)
    flat = random_parameters(network, 40, 5, least=-2.4)
    voltages = np.random.default_rng(6).random((40, layout.inputs))
    samples = network.samples(torch.as_tensor(voltages.T), torch.zeros(40, dtype=torch.int64))
    prepared = network.prepare(flat)
    found = network.measure(prepared, samples, look_at)
    wanted = exactly(network, prepared, voltages)
    error = np.abs(found.verdict.double().numpy().reshape(wanted.outputs.shape) - wanted.outputs)
    assert np.sqrt((error**2).mean()) < 5e-3
    assert np.quantile(error, 0.999) < 45e-3
    total = wanted.power.sum(axis=(1, 2))
    mine = found.power.double().numpy()
    np.testing.assert_allclose(mine.sum(axis=(1, 2)), total, rtol=6e-3)
    assert (np.abs(mine - wanted.power).max(axis=(1, 2)) < 6e-3 * total).all()


@pytest.mark.parametrize("crossbar", ["modified", "original"])
def test_a_design_learns_alone_as_it_does_among_others(technology, crossbar, monkeypatch):
    layout = Layout(4, (3,), 3, crossbar)
    network = LoadedNetwork(layout, technology)
    flat = random_parameters(network, 9, 5)
    draw = np.random.default_rng(3)
    samples = network.samples(
        torch.as_tensor(draw.random((4, 30))), torch.as_tensor(draw.integers(0, 3, 30))
    )
    results = []
    for rows in (slice(0, 9), slice(4, 5)):
        length = len(flat[rows])
        judge = MarginLoss(technology, torch.ones(length))
        weight = torch.full((length,), 5.0)
        results.append(network.learn(flat[rows], samples, judge, weight))
    torch.testing.assert_close(results[0][2][4], results[1][2][0], rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(results[0][1].power[4], results[1][1].power[0])


def test_blocks_of_designs_change_nothing(technology, monkeypatch):
    layout = Layout(4, (3, 2), 3, "original", "layer")
    network = LoadedNetwork(layout, technology, DOUBLE)
    flat = random_parameters(network, 7, 5)
    draw = np.random.default_rng(3)
    samples = network.samples(
        torch.as_tensor(draw.random((4, 30))), torch.as_tensor(draw.integers(0, 3, 30))
    )
    judge = MarginLoss(technology, torch.ones(7, dtype=DOUBLE))
    weight = torch.full((7,), 5.0, dtype=DOUBLE)
    _, whole, gradient = network.learn(flat, samples, judge, weight)
    monkeypatch.setattr("pnn_studio.physics.loaded.network._BLOCK_BYTES", 5000)
    _, blocks, by_blocks = network.learn(flat, samples, judge, weight)
    torch.testing.assert_close(gradient, by_blocks)
    torch.testing.assert_close(whole.power, blocks.power)


def test_what_is_not_printed_conducts_nothing_but_passes_its_gradient(technology):
    raw = torch.tensor([[[0.5, -0.004, 0.003, 2.0]]], dtype=DOUBLE, requires_grad=True)
    printed = print_conductances(raw, technology, "modified")
    assert printed.plain.tolist() == [[[pytest.approx(1e-7), 0.0, 0.0]]]
    assert printed.negated.tolist() == [[[0.0, 0.0, 0.0]]]
    assert printed.count.tolist() == [[0.0, 0.0, 0.0]]
    (gradient,) = torch.autograd.grad(printed.negated.sum() + printed.plain[..., 1:].sum(), raw)
    # siemens per unit of theta, by the sign of theta_raw
    assert gradient[0, 0, 1] == pytest.approx(-2e-7)
    assert gradient[0, 0, 2] == pytest.approx(2e-7)


def test_no_module_of_the_exact_solve_loads_torch():
    from pnn_studio.physics.loaded import cells, device, exact, printed

    for module in (cells, device, exact, printed):
        assert "torch" not in vars(module)
    assert "torch" in vars(layer_pass)
