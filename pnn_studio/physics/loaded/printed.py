"""Printed networks as the solver takes them: conductances and component values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pnn_studio.domain.cells import COMPONENTS, CircuitName
from pnn_studio.domain.design import TrainedDesign
from pnn_studio.domain.layout import Crossbar
from pnn_studio.domain.technology import Technology
from pnn_studio.physics.loaded.cells import CIRCUITS

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class PrintedNetworks:
    """Networks of one layout, batched over designs.

    Attributes
    ----------
    crossbar : {"modified", "original"}
        One negation per row, or one per negative weight.
    conductances : tuple of arrays, shape (designs, inputs + 2, outputs)
        Siemens with the sign of theta: rows are the inputs, bias, ground. 0 is not printed.
    omega : mapping of circuit to array, shape (designs, groups, components)
        Component values in ohm and metre; one group for the whole network, or one a layer.
    bias : float
        Volt of the bias row.
    """

    crossbar: Crossbar
    conductances: tuple[Floats, ...]
    omega: Mapping[CircuitName, Floats]
    bias: float

    @property
    def designs(self) -> int:
        """Number of designs."""
        return len(self.conductances[0])

    @staticmethod
    def of_theta(
        crossbar: Crossbar,
        theta: Sequence[Floats],
        omega: Mapping[CircuitName, Floats],
        g_min: float,
        bias: float,
    ) -> "PrintedNetworks":
        """Print theta, shape (designs, inputs + 2, outputs) by layer.

        Each column is as high-ohmic as printing allows: its smallest printed theta becomes `g_min`
        (Zhao et al., ICCAD 2023, over the printed rows only).
        """
        conductances = []
        for layer in theta:
            size = np.abs(layer)
            smallest = np.where(size > 0, size, np.inf).min(axis=1, keepdims=True)
            conductances.append(np.asarray(layer * (g_min / smallest), dtype=np.float64))
        return PrintedNetworks(crossbar, tuple(conductances), omega, bias)

    @staticmethod
    def of_design(design: TrainedDesign, technology: Technology) -> "PrintedNetworks":
        """Print one design; components that its cells do not name keep the default value."""
        omega = {}
        for name in CIRCUITS:
            rows = []
            for layer in design.layers:
                cell = layer.activation if name == "ptanh" else layer.negation
                values = technology.circuit(name).defaults | dict(cell.omega)
                rows.append([values[component] for component in COMPONENTS[name]])
            omega[name] = np.array([rows])
        theta = [layer.theta[None] for layer in design.layers]
        crossbar = design.layout.crossbar
        return PrintedNetworks.of_theta(crossbar, theta, omega, design.g_min, design.bias)

    def part(self, of: slice) -> "PrintedNetworks":
        """Return some of the designs."""
        return PrintedNetworks(
            self.crossbar,
            tuple(each[of] for each in self.conductances),
            {name: values[of] for name, values in self.omega.items()},
            self.bias,
        )

    def components(self, circuit: CircuitName, layer: int) -> Floats:
        """Component values of one layer's circuits, shape (components, designs)."""
        values = self.omega[circuit]
        return np.ascontiguousarray(values[:, layer if values.shape[1] > 1 else 0].T)
