"""Networks with random weights and component values, printed at any scale."""

from dataclasses import replace

import numpy as np

from pnn_studio.domain.cells import CircuitName
from pnn_studio.domain.design import LayerDesign, TrainedDesign
from pnn_studio.domain.layout import Layout
from pnn_studio.domain.technology import Technology
from pnn_studio.physics.loaded.cells import CIRCUITS
from pnn_studio.physics.loaded.printed import PrintedNetworks
from tests.support.designs import sample_design


def random_omega(
    technology: Technology, name: CircuitName, shape: tuple[int, ...], rng, *, corners: bool = False
) -> np.ndarray:
    """Draw printable component values, shape (*shape, components), ends of ranges if `corners`."""
    circuit = technology.circuit(name)
    size = (*shape, len(circuit.components))
    share = rng.integers(0, 2, size) if corners else rng.random(size)
    low = np.array([each.low for each in circuit.components])
    high = np.array([each.high for each in circuit.components])
    logs = np.array([each.log for each in circuit.components])
    return np.where(logs, low * (high / low) ** share, low + share * (high - low))


def random_theta(shape: tuple[int, ...], rng) -> np.ndarray:
    """Draw signed theta (..., inputs + 2, outputs) over its whole range, a fifth not printed."""
    theta = rng.choice((-1.0, 1.0), shape) * 10 ** rng.uniform(-2, 1, shape)
    theta[rng.random(shape) < 0.2] = 0.0
    theta[..., -1, :] = np.where(theta[..., -1, :] == 0, 0.3, theta[..., -1, :])
    return theta


def random_design(layout: Layout, technology: Technology, seed: int) -> TrainedDesign:
    """Draw one design."""
    rng = np.random.default_rng(seed)
    like = sample_design(
        layout.inputs, layout.hidden, layout.outputs, layout.crossbar, technology=technology
    )
    groups = len(layout.shapes) if layout.sharing == "layer" else 1
    omega = {name: random_omega(technology, name, (groups,), rng) for name in CIRCUITS}

    def cell(name: CircuitName, number: int, of):
        names = [each.name for each in technology.circuit(name).components]
        values = omega[name][number if groups > 1 else 0].tolist()
        return replace(of, omega=dict(zip(names, values, strict=True)))

    layers = tuple(
        LayerDesign(
            random_theta(shape, rng),
            cell("ptanh", number, like.layers[0].activation),
            cell("negation", number, like.layers[0].negation),
        )
        for number, shape in enumerate(layout.shapes)
    )
    return replace(like, layout=layout, layers=layers)


def random_networks(
    layout: Layout, technology: Technology, designs: int, seed: int, *, corners: bool = False
) -> PrintedNetworks:
    """Draw many printed networks at once."""
    rng = np.random.default_rng(seed)
    groups = len(layout.shapes) if layout.sharing == "layer" else 1
    omega = {
        name: random_omega(technology, name, (designs, groups), rng, corners=corners)
        for name in CIRCUITS
    }
    theta = [random_theta((designs, *shape), rng) for shape in layout.shapes]
    return PrintedNetworks.of_theta(
        layout.crossbar, theta, omega, technology.g_min, technology.bias
    )


def scaled_to(printed: PrintedNetworks, largest: float) -> PrintedNetworks:
    """Print every column so that its least resistor has conductance `largest`."""
    conductances = tuple(
        each * (largest / np.abs(each).max(axis=1, keepdims=True)) for each in printed.conductances
    )
    return replace(printed, conductances=conductances)
