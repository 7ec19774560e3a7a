import numpy as np
import pytest
import torch

from pnn_studio.app.commands.models import load_models
from pnn_studio.domain.layout import Layout
from pnn_studio.physics.ideal.network import Network
from pnn_studio.training.objective import MarginLoss
from tests.reference import PlainNetwork

LAYOUTS = [
    Layout(4, (3,), 3),
    Layout(2, (1,), 2, "original"),
    Layout(5, (4, 3), 2, "modified", "layer"),
    Layout(3, (2, 3, 2), 4, "original", "layer"),
    Layout(6, (3, 2, 3), 3),
]


@pytest.fixture(scope="module")
def models():
    return load_models()


def random_parameters(network: Network, layout: Layout, designs: int, seed: int) -> torch.Tensor:
    """Thetas of all signs and sizes, unprinted ones among them, and circuits off the default."""
    draw = np.random.default_rng(seed)
    flat = network.initial(tuple(range(designs)))
    count = network.theta_parameters
    size = 10 ** draw.uniform(-3.2, 0.8, (designs, count))
    theta = torch.as_tensor(size * draw.choice([-1, 1], (designs, count)), dtype=flat.dtype)
    flat[:, :count] = theta
    flat[:, count:] += torch.as_tensor(
        draw.normal(0, 1.5, (designs, flat.shape[1] - count)), dtype=flat.dtype
    )
    # a row of the first layer that is wholly unprinted, and a column with nothing above theta_min
    first = flat[0, : layout.shapes[0][0] * layout.shapes[0][1]].view(layout.shapes[0][::-1])
    first[:, 0] = 0.003
    first[0, :] = 0.004 * torch.sign(first[0, :])
    return flat


def split_for_reference(network: Network, layout: Layout, row: torch.Tensor):
    """One design's parameters as the plain reference takes them."""
    thetas, position = [], 0
    for rows, columns in layout.shapes:
        thetas.append(row[position : position + rows * columns].view(columns, rows).T)
        position += rows * columns
    groups = len(layout.shapes) if layout.sharing == "layer" else 1
    omega = {}
    for name, components in (("ptanh", 6), ("negation", 7)):
        omega[name] = row[position : position + groups * components].view(groups, components)
        position += groups * components
    assert position == network.parameters
    return thetas, omega


def outputs_of(network: Network, prepared, data) -> torch.Tensor:
    seen = []

    def look(outputs, _samples, _of, _backward):
        seen.append(outputs)
        return outputs.new_empty(len(outputs), 0), None

    network.measure(prepared, data, look)
    return torch.cat(seen)


@pytest.mark.parametrize("layout", LAYOUTS, ids=str)
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_values_and_gradients_agree_with_the_plain_reference(models, layout, seed):
    network = Network(layout, models.technology, models.surrogates, torch.float64)
    designs, samples = 3, 7
    draw = np.random.default_rng(100 + seed)
    voltages = torch.as_tensor(draw.random((samples, layout.inputs)))
    # one class is missing from the samples
    classes = torch.as_tensor(draw.integers(0, layout.outputs - 1, samples))
    alphas = torch.tensor([0.0, 0.4, 1.0], dtype=torch.float64)
    flat = random_parameters(network, layout, designs, seed)

    data = network.samples(voltages.T.contiguous(), classes)
    judge = MarginLoss(models.technology, 1 - alphas)
    weight = alphas / models.technology.power_reference
    prepared, measured, gradient = network.learn(flat, data, judge, weight)
    outputs, loss = outputs_of(network, prepared, data), measured.verdict[:, 0]

    plain = PlainNetwork(layout, models.technology, models.surrogates)
    for index in range(designs):
        row = flat[index].clone().requires_grad_()
        thetas, omega = split_for_reference(network, layout, row)
        wanted = plain.evaluate(thetas, omega, voltages, classes, float(alphas[index]))
        (wanted_gradient,) = torch.autograd.grad(wanted.objective, row)
        torch.testing.assert_close(outputs[index], wanted.outputs, rtol=1e-5, atol=1e-7)
        torch.testing.assert_close(measured.power[index], wanted.power, rtol=1e-5, atol=1e-15)
        torch.testing.assert_close(loss[index], wanted.loss, rtol=1e-5, atol=1e-9)
        scale = float(wanted_gradient.abs().max())
        torch.testing.assert_close(gradient[index], wanted_gradient, rtol=1e-5, atol=1e-5 * scale)


@pytest.mark.parametrize("layout", LAYOUTS, ids=str)
def test_single_precision_stays_close_to_double(models, layout):
    results = []
    voltages = torch.as_tensor(np.random.default_rng(5).random((layout.inputs, 40)))
    exact = Network(layout, models.technology, models.surrogates, torch.float64)
    flat = random_parameters(exact, layout, 4, 3).float().double()
    for dtype in (torch.float64, torch.float32):
        network = Network(layout, models.technology, models.surrogates, dtype)
        with torch.no_grad():
            prepared = network.prepare(flat.to(dtype))
            data = network.samples(voltages, torch.zeros(40, dtype=torch.int64))
            judge = MarginLoss(models.technology, torch.ones(4, dtype=dtype))
            power = network.measure(prepared, data, judge).power
            results.append((outputs_of(network, prepared, data).double(), power.double()))
    torch.testing.assert_close(results[1][0], results[0][0], rtol=0, atol=2e-5)
    torch.testing.assert_close(results[1][1], results[0][1], rtol=2e-4, atol=1e-9)


def test_a_resistor_that_is_not_printed_dissipates_nothing(models):
    layout = Layout(2, (1,), 2)
    network = Network(layout, models.technology, models.surrogates, torch.float64)
    flat = network.initial((0,))
    voltages = torch.tensor([[0.2, 0.9], [0.5, 0.1]], dtype=torch.float64)
    powers = []
    for small in (0.0, 0.0099, -0.0099):
        flat[0, 0] = small
        data = network.samples(voltages, torch.tensor([0, 1]))
        judge = MarginLoss(models.technology, torch.ones(1, dtype=torch.float64))
        powers.append(network.measure(network.prepare(flat), data, judge).power)
    assert torch.equal(powers[0], powers[1])
    assert torch.equal(powers[0], powers[2])


def test_the_initial_network_starts_at_the_centre_of_its_activation(models):
    layout = Layout(4, (3,), 3)
    network = Network(layout, models.technology, models.surrogates, torch.float64)
    prepared = network.prepare(network.initial((0, 1)))
    eta3 = prepared.circuits.eta["ptanh"][:, 0, 2]
    share = prepared.crossbars[0].plain[..., -1]
    # the bias row alone sets z; the inputs add at most 4 x 0.02 of about 11
    torch.testing.assert_close(share, eta3[:, None].expand_as(share), rtol=0.02, atol=0)


def test_learned_component_values_keep_the_constraints_of_the_technology(models):
    layout = Layout(2, (1,), 2)
    network = Network(layout, models.technology, models.surrogates, torch.float32)
    flat = network.initial(tuple(range(200)))
    flat[:, network.theta_parameters :] += (
        torch.randn(
            200,
            flat.shape[1] - network.theta_parameters,
            generator=torch.Generator().manual_seed(0),
        )
        * 4
    )
    omega = network.prepare(flat).circuits.omega
    for name in ("ptanh", "negation"):
        circuit = models.technology.circuit(name)
        values = {
            component.name: omega[name][:, 0, number].double().numpy()
            for number, component in enumerate(circuit.components)
        }
        for constraint in circuit.constraints:
            assert constraint.holds(values).all(), str(constraint)
        for component in circuit.components:
            assert (values[component.name] <= component.high * 1.00001).all()
            assert (values[component.name] >= component.low * 0.999).all()
