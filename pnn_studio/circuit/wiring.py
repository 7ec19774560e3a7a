"""The printed network as one list of parts: what hangs on what, under which name.

Netlists, component table, schematics and the files for other tools are all written from this list,
so that they cannot disagree. A part has two names: its reference (``R1_x3_0``, of `domain.nodes`,
fit for any netlist) and its label, short for drawings: ``R1.41`` is the resistor of layer 1 in row
4 and column 1, both counted from 1 (``R1.10,1`` from ten on), ``N1.2`` the second negation circuit
of layer 1 (in the original crossbar ``N1.41``, that of ``R1.41``), ``A1.3`` the activation circuit
of its third column. In a drawing of one layer alone the layer is left out: ``R41``.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from pnn_studio.domain.cells import CELLS, COMPONENTS, CellRole, CircuitName
from pnn_studio.domain.design import TrainedDesign
from pnn_studio.domain.nodes import (
    Node,
    activation_node,
    activation_ref,
    column_node,
    negation_node,
    negation_ref,
    resistor_ref,
    row_node,
)
from pnn_studio.domain.technology import Technology

_TWO_DIGITS = 10


@dataclass(frozen=True)
class CrossbarResistor:
    """A printed resistor between `node` (a row, or a negation's output) and `column`.

    `row` and `line` are its row and column in the crossbar, from 0 on.
    """

    ref: str
    label: str
    node: Node
    column: Node
    conductance: float
    row: int
    line: int
    negative: bool

    @property
    def resistance(self) -> float:
        """In ohm."""
        return 1 / self.conductance

    @property
    def nets(self) -> tuple[str, str]:
        """What it is connected to, in the order of its pins."""
        return self.node.net, self.column.net


@dataclass(frozen=True)
class PlacedCell:
    """A nonlinear circuit between the nodes `input` and `output`.

    `line` is the crossbar row of a negation, the column of an activation; `column` is that of the
    one resistor that a negation of the original crossbar serves. `omega` are the component values
    that were learned, in ohm and metre.
    """

    ref: str
    label: str
    circuit: CircuitName
    input: Node
    output: Node
    line: int
    omega: Mapping[str, float]
    column: int | None = None

    @property
    def role(self) -> CellRole:
        """What it is for."""
        return CELLS[self.circuit].role

    @property
    def nets(self) -> tuple[str, str, str, str]:
        """What it is connected to: input, output, and the rails of all circuits of its kind."""
        return self.input.net, self.output.net, *rails(self.circuit)

    @property
    def input_current(self) -> str | None:
        """Name under which ngspice records what flows into its input; None where nothing does."""
        resistor = CELLS[self.circuit].input_resistor
        return f"@r.x{self.ref}.{resistor}[i]".lower() if resistor else None

    def values(self, technology: Technology) -> dict[str, float]:
        """Return its component values in the order of `COMPONENTS`, in ohm and metre.

        A surrogate may read fewer components; those keep the values of the technology.
        """
        known = technology.circuit(self.circuit).defaults | dict(self.omega)
        return {name: known[name] for name in COMPONENTS[self.circuit]}


@dataclass(frozen=True)
class LayerWiring:
    """All that is printed in one layer, and what it hangs on."""

    resistors: tuple[CrossbarResistor, ...]
    negations: tuple[PlacedCell, ...]
    activations: tuple[PlacedCell, ...]

    @property
    def cells(self) -> tuple[PlacedCell, ...]:
        """All nonlinear circuits."""
        return (*self.negations, *self.activations)


def rails(circuit: CircuitName) -> tuple[str, str]:
    """Name the positive and the negative rail of all circuits of a kind."""
    return f"vdd_{circuit}", f"vss_{circuit}"


def within_layer(label: str) -> str:
    """Shorten a label for a drawing of one layer alone.

    Examples
    --------
    >>> within_layer("R1.41"), within_layer("A2.3")
    ('R41', 'A3')
    """
    return label[0] + label.partition(".")[2]


def _place(row: int, column: int) -> str:
    comma = "," if max(row, column) + 1 >= _TWO_DIGITS else ""
    return f"{row + 1}{comma}{column + 1}"


def wire_up(design: TrainedDesign) -> tuple[LayerWiring, ...]:
    """Lay out every layer in the design's own crossbar structure.

    Returns
    -------
    tuple of LayerWiring
        Resistors by row and column, negations in the order of their resistors, activations by
        column. References and labels are unique in the whole network.
    """
    return tuple(_wire_layer(design, index) for index in range(len(design.layers)))


def _wire_layer(design: TrainedDesign, index: int) -> LayerWiring:
    layer, number = design.layers[index], index + 1
    inputs = layer.theta.shape[0] - 2
    conductances = layer.conductances(design.g_min)
    resistors: list[CrossbarResistor] = []
    negations: dict[str, PlacedCell] = {}
    shared = design.layout.crossbar == "modified"
    negation, activation = layer.kind("negation").name, layer.kind("activation").name
    for at, column in np.argwhere(layer.printed).tolist():
        row = node = row_node(number, at, inputs)
        negative = bool(layer.negated[at, column])
        if negative:
            node = negation_node(design.layout.crossbar, number, at, column)
            ref = negation_ref(number, row, node.column)
            if ref not in negations:
                place = str(len(negations) + 1) if shared else _place(at, column)
                label = f"N{number}.{place}"
                negations[ref] = PlacedCell(
                    ref, label, negation, row, node, at, layer.negation.omega, node.column
                )
        resistors.append(
            CrossbarResistor(
                resistor_ref(number, row, column),
                f"R{number}.{_place(at, column)}",
                node,
                column_node(number, column),
                float(conductances[at, column]),
                at,
                column,
                negative,
            )
        )
    activations = tuple(
        PlacedCell(
            activation_ref(number, column),
            f"A{number}.{column + 1}",
            activation,
            column_node(number, column),
            activation_node(number, column),
            column,
            layer.activation.omega,
        )
        for column in range(layer.theta.shape[1])
    )
    return LayerWiring(tuple(resistors), tuple(negations.values()), activations)
