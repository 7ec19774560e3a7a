"""A small deterministic design for tests: everything that a real one has, and no training."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from pnn_studio.domain.dataset import DataReference, Split
from pnn_studio.domain.design import Cell, LayerDesign, Metrics, Power, TrainedDesign
from pnn_studio.domain.engine import Origin
from pnn_studio.domain.layout import Crossbar, Layout
from pnn_studio.domain.operating_point import operating_point
from pnn_studio.domain.technology import Technology, load_technology

# Least-squares fits of the default cells in ngspice 39 over -2..2 V (rms 22 and 24 mV), and what
# their supplies deliver on average over inputs of 0..1 V.
PTANH_ETA = (0.261826, 0.692051, 0.087681, 3.334183)
NEGATION_ETA = (0.121232, 1.202876, 0.134112, 0.905561)
TRAINED = Origin("2026-11-27", "pnn_studio 0.1.0")
PTANH_POWER = 0.35670e-3
NEGATION_POWER = 0.97450e-3


def sample_theta(rows: int, columns: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Draw a theta of shape (rows, columns); the last two rows are bias and ground.

    Whatever the size, one column hangs negated on the bias, the last one has a negative entry to
    ground, about a quarter is not printed, and of two or more inputs one row is not printed at all.
    """
    theta = rng.choice((-1.0, 1.0), (rows, columns)) * np.exp(
        rng.uniform(-3.0, 0.7, (rows, columns))
    )
    theta[rng.random((rows, columns)) < 0.25] = 0.0
    inputs = rows - 2
    theta[0] = np.where(theta[0] == 0, 0.05, theta[0])
    if inputs > 1:
        theta[inputs // 2] = 0.0
    theta[-2, 0] = -0.4
    theta[-1, -1] = -0.7
    return theta


def sample_design(
    inputs: int = 4,
    hidden: tuple[int, ...] = (3,),
    outputs: int = 3,
    crossbar: Crossbar = "modified",
    seed: int = 0,
    *,
    input_names: tuple[str, ...] | None = None,
    class_names: tuple[str, ...] | None = None,
    technology: Technology | None = None,
) -> TrainedDesign:
    """Build a design in the open technology; the same arguments give the same one."""
    technology = technology or load_technology("negt")
    layout = Layout(inputs, hidden, outputs, crossbar)
    rng = np.random.default_rng(seed)
    ptanh = Cell(technology.activation.defaults, PTANH_ETA, PTANH_POWER)
    negation = Cell(technology.negation.defaults, NEGATION_ETA, NEGATION_POWER)
    accuracy: dict[Split, float] = {"train": 0.97, "valid": 0.95, "test": 0.96}
    design = TrainedDesign(
        layout=layout,
        layers=tuple(
            LayerDesign(sample_theta(*shape, rng), ptanh, negation) for shape in layout.shapes
        ),
        g_min=technology.g_min,
        bias=technology.bias,
        technology=technology.id,
        technology_fingerprint=technology.fingerprint,
        input_names=input_names or tuple(f"input {index}" for index in range(inputs)),
        class_names=class_names or tuple(f"class {index}" for index in range(outputs)),
        data=DataReference("iris", None, 0, "0" * 64),
        low=(0.0,) * inputs,
        high=(1.0,) * inputs,
        alpha=0.5,
        seed=seed,
        metrics=Metrics(accuracy, accuracy, Power(0.0, 0.0, 0.0), epochs=100, seconds=1.0),
        origin=TRAINED,
    )
    power = operating_point(design, sample_voltages(design)).power
    return replace(design, metrics=replace(design.metrics, power=power))


def sample_voltages(design: TrainedDesign, samples: int = 16, seed: int = 0) -> NDArray[np.float64]:
    """Draw input voltages of shape (samples, inputs) in 0..1 V."""
    return np.random.default_rng(seed).random((samples, design.layout.inputs))
