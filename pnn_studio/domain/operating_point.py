"""The ideal model of one design, evaluated in plain numpy.

The window, the schematic and the check read voltages here, without torch. Training evaluates the
same equations batched over designs in `physics`; a test holds the two together.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pnn_studio.domain.design import LayerDesign, Power, TrainedDesign

Volts = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class LayerState:
    """Voltages of one layer, in volt.

    Attributes
    ----------
    rows : array, shape (samples, inputs + 2)
        The plain rows: inputs, bias, ground.
    negated : array, shape (samples, inputs + 2)
        What the negation circuit of each row gives (whether one is printed or not); ground stays 0.
    columns : array, shape (samples, outputs)
        Column voltages z.
    outputs : array, shape (samples, outputs)
        After ptanh.
    """

    rows: Volts
    negated: Volts
    columns: Volts
    outputs: Volts

    def row_voltages(self, layer: LayerDesign) -> Volts:
        """Voltage at the row's end of each resistor, shape (samples, inputs + 2, outputs)."""
        return np.where(layer.theta < 0, self.negated[:, :, None], self.rows[:, :, None])


def operating_point(design: TrainedDesign, voltages: Volts) -> tuple[LayerState, ...]:
    """Evaluate every node of the ideal model (Zhao et al., ICCAD 2023).

    Parameters
    ----------
    design : TrainedDesign
        The network.
    voltages : array, shape (samples, inputs)
        Input voltages.

    Returns
    -------
    tuple of LayerState
        One a layer, the output layer last.
    """
    states = []
    activations = np.asarray(voltages, dtype=float)
    for layer in design.layers:
        samples = len(activations)
        bias, ground = np.full((samples, 1), design.bias), np.zeros((samples, 1))
        rows = np.hstack([activations, bias, ground])
        negated = -layer.negation.tanh(rows)
        negated[:, -1] = 0.0
        size = np.abs(layer.theta)
        weight = size / size.sum(axis=0)
        columns = rows @ (weight * (layer.theta >= 0)) + negated @ (weight * (layer.theta < 0))
        activations = layer.ptanh.tanh(columns)
        states.append(LayerState(rows, negated, columns, activations))
    return tuple(states)


def layer_power(design: TrainedDesign, index: int, state: LayerState) -> Power:
    """Mean power of layer `index` in watt, by part: ``P_C + N_N P_N + N_A P_A``."""
    layer = design.layers[index]
    across = state.row_voltages(layer) - state.columns[:, None, :]
    crossbar = float(np.sum(layer.conductances(design.g_min) * np.mean(across**2, axis=0)))
    negations = layer.negations(design.layout.crossbar)
    return Power(
        crossbar, layer.theta.shape[1] * layer.ptanh.power, negations * layer.negation.power
    )


def network_power(design: TrainedDesign, states: tuple[LayerState, ...]) -> Power:
    """Mean power of the whole network in watt, by part."""
    total = Power(0.0, 0.0, 0.0)
    for index, state in enumerate(states):
        total += layer_power(design, index, state)
    return total
