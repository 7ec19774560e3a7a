"""What the exact solve of printed networks finds.

Shapes: D designs, M inputs, N columns, S samples, samples innermost. Negations lie along an axis Q:
one for each of M + 1 rows (inputs, bias) in the modified crossbar, one for each of (M + 1) x N
entries, row by row, in the original one; where none is printed there are zeros.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class LayerSolution:
    """Voltages of one layer in volt, and what is lost in its circuits in watt.

    Attributes
    ----------
    rows : array, shape (D, M + 1, S)
        Row voltages as loaded: inputs, bias. The ground row is 0 V.
    negations : array, shape (D, Q, S)
        Outputs of the negations.
    columns : array, shape (D, N, S)
        Column voltages z, the inputs of ptanh.
    middles, outputs : arrays, shape (D, N, S)
        Inner node and output of ptanh, loaded by the next layer.
    crossbar_power : array, shape (D, S)
        Lost in the resistors of the crossbar.
    activation_power : array, shape (D, N, S)
        Lost in each ptanh: in from its rails, less what leaves at its output.
    negation_power : array, shape (D, Q, S)
        Lost in each negation: in from rails and input, less what leaves at its output.
    """

    rows: Floats
    negations: Floats
    columns: Floats
    middles: Floats
    outputs: Floats
    crossbar_power: Floats
    activation_power: Floats
    negation_power: Floats

    @property
    def power(self) -> Floats:
        """Mean over the samples by part, shape (D, 3): crossbar, activation, negation."""
        parts = [
            self.crossbar_power.mean(axis=-1),
            self.activation_power.sum(axis=1).mean(axis=-1),
            self.negation_power.sum(axis=1).mean(axis=-1),
        ]
        return np.stack(parts, axis=1)


@dataclass(frozen=True, eq=False)
class Evaluated:
    """What the circuits of many designs do.

    Attributes
    ----------
    outputs : array, shape (D, classes, S)
        Volt.
    power : array, shape (D, layers, 3)
        Watt, mean over the samples: crossbar, activation, negation.
    """

    outputs: Floats
    power: Floats
