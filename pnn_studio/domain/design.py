"""A trained design: all that is printed, and what it was measured to do.

Netlist, schematic, component table and power figure derive from this one value.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray

from pnn_studio.domain.cells import CELLS, CellKind, CellRole, CircuitName
from pnn_studio.domain.circuit_model import ModelName
from pnn_studio.domain.dataset import DataReference, Split
from pnn_studio.domain.engine import Engine, Origin
from pnn_studio.domain.layout import Crossbar, Layout
from pnn_studio.domain.variation import Variation
from pnn_studio.errors import ProjectFileError


@dataclass(frozen=True)
class Cell:
    """A nonlinear circuit as it is printed, and its curve in short.

    The ideal model computes with eta and power. For the loaded one they are a summary: it computes
    with the circuit itself.

    Attributes
    ----------
    omega : mapping of str to float
        Component values in ohm and metre.
    eta : tuple of four floats
        Parameters of ``eta1 + eta2 tanh((v - eta3) eta4)``; volts, volts, volts, 1/volt.
    power : float
        Mean static power in watt over inputs of 0..1 V.
    """

    omega: Mapping[str, float]
    eta: tuple[float, float, float, float]
    power: float

    def tanh(self, volts: NDArray[np.float64]) -> NDArray[np.float64]:
        """Evaluate the tanh form at `volts`; a negation is minus this."""
        eta1, eta2, eta3, eta4 = self.eta
        return np.asarray(eta1 + eta2 * np.tanh((volts - eta3) * eta4))


@dataclass(frozen=True, eq=False)
class LayerDesign:
    """One crossbar with the circuits around it.

    Attributes
    ----------
    theta : array, shape (inputs + 2, outputs)
        Signed, dimensionless; rows are the inputs, bias, ground. Exactly 0 is not printed.
    activation, negation : Cell
        The nonlinear circuits of this layer.
    activation_circuit, negation_circuit : str
        Which circuits these are.
    """

    theta: NDArray[np.float64]
    activation: Cell = field(metadata={"formerly": "ptanh"})
    negation: Cell
    activation_circuit: CircuitName = "ptanh"
    negation_circuit: CircuitName = "negation"

    def __post_init__(self) -> None:
        """Make theta read-only and refuse a floating column."""
        self.theta.setflags(write=False)
        if not np.all(np.isfinite(self.theta)) or np.any(~np.any(self.theta, axis=0)):
            raise ProjectFileError(
                "A column of the crossbar has no printed resistor; it would float."
            )

    def cell(self, role: CellRole) -> Cell:
        """Return the circuit of a role as it is printed."""
        return self.activation if role == "activation" else self.negation

    def kind(self, role: CellRole) -> CellKind:
        """Return what the circuit of a role is made of."""
        return CELLS[self.activation_circuit if role == "activation" else self.negation_circuit]

    @property
    def printed(self) -> NDArray[np.bool_]:
        """Which resistors are printed, shape (inputs + 2, outputs)."""
        return np.asarray(self.theta != 0)

    @property
    def negated(self) -> NDArray[np.bool_]:
        """Which printed resistors hang on a negated row; the ground row is 0 V either way."""
        negated = self.theta < 0
        negated[-1] = False
        return np.asarray(negated)

    @property
    def negated_rows(self) -> tuple[int, ...]:
        """Rows with a negation circuit of their own in the modified crossbar."""
        return tuple(int(row) for row in np.flatnonzero(self.negated.any(axis=1)))

    def negations(self, crossbar: Crossbar) -> int:
        """Count the negation circuits that either structure needs."""
        return len(self.negated_rows) if crossbar == "modified" else int(self.negated.sum())

    def conductances(self, g_min: float) -> NDArray[np.float64]:
        """Return printed conductances in siemens, shape (inputs + 2, outputs); 0: not printed.

        Each column is as high-ohmic as printing allows: its smallest printed theta becomes `g_min`
        (Zhao et al., ICCAD 2023, over the printed rows only).
        """
        size = np.abs(self.theta)
        return np.asarray(size * g_min / np.where(size > 0, size, np.inf).min(axis=0))


@dataclass(frozen=True)
class Power:
    """Mean static power in watt, by part."""

    crossbar: float
    activation: float
    negation: float

    @property
    def total(self) -> float:
        """All parts together."""
        return self.crossbar + self.activation + self.negation

    def __add__(self, other: "Power") -> "Power":
        """Add part by part."""
        return Power(
            self.crossbar + other.crossbar,
            self.activation + other.activation,
            self.negation + other.negation,
        )


@dataclass(frozen=True)
class Metrics:
    """What training measured of a design.

    Attributes
    ----------
    accuracy, measurable_accuracy : mapping of split to float
        Shares of right answers; measurable ones also reach T at the right output with all others
        at or below 0.
    power : Power
        Mean over the test split, with the circuits of the design's crossbar structure.
    epochs : int
        Epochs that were trained.
    seconds : float
        Time that the whole family took.
    """

    accuracy: Mapping[Split, float]
    measurable_accuracy: Mapping[Split, float]
    power: Power
    epochs: int
    seconds: float


@dataclass(frozen=True, eq=False)
class TrainedDesign:
    """A network that can be printed.

    Attributes
    ----------
    layout : Layout
        Sizes, crossbar structure, sharing of circuits.
    layers : tuple of LayerDesign
        From the inputs to the outputs.
    g_min, bias : float
        Conductance of the most resistive printed element (siemens) and voltage of the bias row.
    technology, technology_fingerprint : str
        Identifier and SHA-256 of the technology that it was trained for.
    input_names, class_names : tuple of str
        As in the data.
    data : DataReference
        What it was trained on.
    low, high : tuple of float
        Raw values of each input that become the ends of the input voltage range.
    alpha : float
        Weight of power in the loss.
    seed : int
        Seed of its initialisation.
    metrics : Metrics
        What it was measured to do.
    model : str
        The circuit model that it was trained with, and that its metrics are of.
    power_reference : float or None
        P_ref of its loss in watt; None, as in older designs, for that of the technology.
    engine : Engine or None
        What trained it; older designs do not say.
    origin : Origin or None
        When that was; older ones do not say.
    variation : Variation or None
        The prints that it was trained for; None for those that print as drawn.
    """

    layout: Layout
    layers: tuple[LayerDesign, ...]
    g_min: float
    bias: float
    technology: str
    technology_fingerprint: str
    input_names: tuple[str, ...]
    class_names: tuple[str, ...]
    data: DataReference
    low: tuple[float, ...]
    high: tuple[float, ...]
    alpha: float
    seed: int
    metrics: Metrics
    model: ModelName = "ideal"
    power_reference: float | None = None
    engine: Engine | None = None
    origin: Origin | None = None
    variation: Variation | None = None

    def __post_init__(self) -> None:
        """Hold shapes and names together."""
        shapes = tuple(layer.theta.shape for layer in self.layers)
        if shapes != self.layout.shapes:
            raise ProjectFileError(
                f"The crossbars have shapes {shapes}, but the layout {self.layout} "
                f"needs {self.layout.shapes}."
            )
        if (
            len(self.input_names) != self.layout.inputs
            or len(self.class_names) != self.layout.outputs
        ):
            raise ProjectFileError("Names of inputs and classes do not match the layout in number.")

    @cached_property
    def key(self) -> str:
        """Name it by what it is: SHA-256 over the fingerprint of its data, model and theta."""
        digest = sha256(self.data.fingerprint.encode())
        if self.model != "ideal":  # before there was a choice, nothing was said of it
            digest.update(self.model.encode())
        for layer in self.layers:
            digest.update(layer.theta.tobytes())
        return digest.hexdigest()

    @property
    def trained_for(self) -> str:
        """The prints that it was trained for: ``as drawn``, or ``10 % variation``."""
        return "as drawn" if self.variation is None else self.variation.words

    @property
    def negations(self) -> int:
        """Negation circuits of the design's own crossbar structure."""
        return self.count_negations(self.layout.crossbar)

    def count_negations(self, crossbar: Crossbar) -> int:
        """Negation circuits of the whole network in either structure."""
        return sum(layer.negations(crossbar) for layer in self.layers)
