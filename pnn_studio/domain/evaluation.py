"""What a design does over samples: voltages, currents and powers of its nodes and parts.

A model fills this value once; views and exports read it, and none computes a voltage, a current or
a power again. `operating_point` fills it from the ideal model.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from pnn_studio.domain.cells import CellRole
from pnn_studio.domain.design import Power
from pnn_studio.domain.figures import Source

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class CircuitPower:
    """Mean power of each nonlinear circuit of a layer, in watt.

    Attributes
    ----------
    activation : array, shape (outputs,)
        Of each activation.
    negation : array, shape (inputs + 2, circuits)
        Of each negation; `circuits` is 1 in the modified crossbar, where a row has one, and the
        number of outputs in the original one, where a resistor has. 0 where none is printed.
    """

    activation: Array
    negation: Array

    def of(self, role: CellRole, index: int, column: int | None = None) -> float:
        """Return the power of an activation by its column, or of a negation by its row.

        `column` says which one of the row in the original crossbar; the mean of them without it.
        """
        if role == "activation":
            return float(self.activation[index])
        row = self.negation[index]
        if column is not None and len(row) > 1:
            return float(row[column])
        return float(row.sum() / max(np.count_nonzero(row), 1))


@dataclass(frozen=True, eq=False)
class LayerEvaluation:
    """One layer over samples. Volt, siemens, ampere and watt; arrays cannot be changed.

    Attributes
    ----------
    rows : array, shape (samples, inputs + 2)
        The plain rows: inputs, bias, ground.
    negated : array, shape (samples, inputs + 2, circuits)
        What each negation circuit gives, whether one is printed or not; ground stays 0. `circuits`
        as in `CircuitPower`: in the original crossbar each has a load of its own.
    columns : array, shape (samples, outputs)
        Column voltages z.
    outputs : array, shape (samples, outputs)
        Of the activation circuits.
    conductances : array, shape (inputs + 2, outputs)
        As printed; 0 is not printed.
    negative : bool array, shape (inputs + 2, outputs)
        Which resistors hang on the negated row.
    circuits : CircuitPower
        What the nonlinear circuits dissipate.
    """

    rows: Array
    negated: Array
    columns: Array
    outputs: Array
    conductances: Array
    negative: NDArray[np.bool_]
    circuits: CircuitPower

    def __post_init__(self) -> None:
        """Make all arrays read-only."""
        volts = self.rows, self.negated, self.columns, self.outputs
        for each in (*volts, self.conductances, self.negative):
            each.setflags(write=False)

    @property
    def numbers(self) -> int:
        """How many voltages it holds."""
        return sum(each.size for each in (self.rows, self.negated, self.columns, self.outputs))

    def negation_output(self, row: int, column: int | None = None) -> Array:
        """Voltage that a negation of a row gives, shape (samples,).

        `column` says which one of the row in the original crossbar; the first one without it.
        """
        if self.negated.shape[2] == 1:
            return np.asarray(self.negated[:, row, 0])
        if column is None:
            column = int(np.argmax(self.negative[row]))
        return np.asarray(self.negated[:, row, column])

    def row_end(self, row: int, column: int) -> Array:
        """Voltage at the row's end of a resistor, shape (samples,)."""
        if self.negative[row, column]:
            return self.negation_output(row, column)
        return np.asarray(self.rows[:, row])

    def across(self, row: int, column: int) -> Array:
        """Voltage from the row's end of a resistor to its column, shape (samples,)."""
        return np.asarray(self.row_end(row, column) - self.columns[:, column])

    def current(self, row: int, column: int) -> Array:
        """Ampere that flow through a resistor into its column, shape (samples,)."""
        return np.asarray(self.across(row, column) * self.conductances[row, column])

    def dissipated(self, row: int, column: int) -> Array:
        """Power of a resistor, shape (samples,)."""
        return np.asarray(self.across(row, column) * self.current(row, column))

    @cached_property
    def resistor_power(self) -> Array:
        """Mean power of each resistor over the samples, shape (inputs + 2, outputs)."""
        mean_square = np.empty_like(self.conductances)
        for column, negative in enumerate(self.negative.T):  # all at once would take much memory
            negated = self.negated[:, :, column if self.negated.shape[2] > 1 else 0]
            across = np.where(negative, negated, self.rows) - self.columns[:, column, None]
            mean_square[:, column] = np.mean(across**2, axis=0)
        return np.asarray(self.conductances * mean_square)

    @cached_property
    def power(self) -> Power:
        """Mean power of the layer, by part."""
        return Power(
            float(self.resistor_power.sum()),
            float(self.circuits.activation.sum()),
            float(self.circuits.negation.sum()),
        )


@dataclass(frozen=True, eq=False)
class Evaluation:
    """A design over samples.

    Attributes
    ----------
    layers : tuple of LayerEvaluation
        From the inputs to the outputs.
    source : str
        The model that it is of.
    """

    layers: tuple[LayerEvaluation, ...]
    source: Source

    @property
    def outputs(self) -> Array:
        """Output voltages of the network, shape (samples, classes)."""
        return self.layers[-1].outputs

    @cached_property
    def power(self) -> Power:
        """Mean power of the whole network, by part."""
        return sum((layer.power for layer in self.layers), start=Power(0.0, 0.0, 0.0))
