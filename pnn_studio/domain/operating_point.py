"""The ideal model of one design, evaluated in plain numpy.

The window, the schematic and the check read voltages and powers here, without torch. Training
evaluates the same equations batched over designs in `physics`; a test holds the two together.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from pnn_studio.domain.cells import CellRole
from pnn_studio.domain.design import LayerDesign, TrainedDesign
from pnn_studio.domain.evaluation import CircuitPower, Evaluation, LayerEvaluation
from pnn_studio.domain.layout import Crossbar

# number of a layer (0 is the first), role of the circuit, volt at its input -> volt at its output
Curve = Callable[[int, CellRole, NDArray[np.float64]], NDArray[np.float64]]


def operating_point(
    design: TrainedDesign, voltages: NDArray[np.float64], curve: Curve | None = None
) -> Evaluation:
    """Evaluate every node of the ideal model (Zhao et al., ICCAD 2023).

    Parameters
    ----------
    design : TrainedDesign
        The network.
    voltages : array, shape (samples, inputs)
        Input voltages.
    curve : callable, optional
        What the circuits do; the tanh form of the design's cells if left out.

    Returns
    -------
    Evaluation
        Of powers ``P_C + N_N P_N + N_A P_A``, with the circuits of the design's own structure.
    """

    def tanh_form(number: int, role: CellRole, volts: NDArray[np.float64]) -> NDArray[np.float64]:
        cell = design.layers[number].cell(role)
        return cell.tanh(volts) if role == "activation" else -cell.tanh(volts)

    curve = curve or tanh_form
    layers = []
    activations = np.asarray(voltages, dtype=float)
    for number, layer in enumerate(design.layers):
        samples = len(activations)
        bias, ground = np.full((samples, 1), design.bias), np.zeros((samples, 1))
        rows = np.hstack([activations, bias, ground])
        negated = curve(number, "negation", rows)
        negated[:, -1] = 0.0
        negative = layer.theta < 0
        size = np.abs(layer.theta)
        weight = size / size.sum(axis=0)
        columns = rows @ (weight * ~negative) + negated @ (weight * negative)
        activations = curve(number, "activation", columns)
        circuits = circuit_power(layer, design.layout.crossbar)
        # a source without a resistance gives every circuit of a row the same voltage
        each = np.broadcast_to(negated[:, :, None], (*negated.shape, circuits.negation.shape[1]))
        g = layer.conductances(design.g_min)
        layers.append(LayerEvaluation(rows, each, columns, activations, g, negative, circuits))
    return Evaluation(tuple(layers), "ideal")


def circuit_power(layer: LayerDesign, crossbar: Crossbar) -> CircuitPower:
    """Power of the circuits that a layer needs in either structure, whatever the samples are."""
    outputs, negated = layer.theta.shape[1], layer.negated
    printed = np.any(negated, axis=1, keepdims=True) if crossbar == "modified" else negated
    negation = np.where(printed, layer.negation.power, 0.0)
    return CircuitPower(np.full(outputs, layer.activation.power), negation)
