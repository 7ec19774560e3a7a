"""What ngspice says of a design, beside what the model says."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pnn_studio.domain.design import Power


@dataclass(frozen=True)
class NodeError:
    """Difference between ngspice and model at one node, or at the nodes of one layer, in volt."""

    rms: float
    max: float


@dataclass(frozen=True, eq=False)
class Verification:
    """A design simulated whole over the test split.

    Attributes
    ----------
    classes : int array, shape (samples,)
        The right answers.
    nodes : tuple of str
        Names of the compared nodes, as in the netlist: ``l1_n2`` (negation), ``l1_z0`` (column),
        ``l1_h0`` (ptanh).
    model, spice : arrays, shape (samples, nodes)
        Voltages of those nodes.
    model_outputs, spice_outputs : arrays, shape (samples, classes)
        Voltages of the output layer.
    layer_errors : tuple of NodeError
        Over each layer's ptanh outputs, the output layer last.
    model_power, spice_power : Power
        Mean over the samples. In ngspice the crossbar is the loss in its resistors, activation and
        negation are what is lost inside those circuits (in from supplies and inputs, less what
        leaves into the crossbars); together they are what all sources deliver.
    seconds : float
        Time that ngspice took.
    simulator : str
        Name and version, for example ``ngspice 39``.
    """

    classes: NDArray[np.int64]
    nodes: tuple[str, ...]
    model: NDArray[np.float64]
    spice: NDArray[np.float64]
    model_outputs: NDArray[np.float64]
    spice_outputs: NDArray[np.float64]
    layer_errors: tuple[NodeError, ...]
    model_power: Power
    spice_power: Power
    seconds: float
    simulator: str

    @property
    def samples(self) -> int:
        """Number of test samples."""
        return len(self.classes)

    @property
    def model_accuracy(self) -> float:
        """Share of right answers of the ideal model."""
        return float(np.mean(self.model_outputs.argmax(axis=1) == self.classes))

    @property
    def spice_accuracy(self) -> float:
        """Share of right answers of the simulated circuit."""
        return float(np.mean(self.spice_outputs.argmax(axis=1) == self.classes))

    @property
    def agreement(self) -> float:
        """Share of samples on which both give the same answer, right or wrong."""
        same = self.model_outputs.argmax(axis=1) == self.spice_outputs.argmax(axis=1)
        return float(np.mean(same))
