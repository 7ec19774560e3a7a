"""The whole network as one flat netlist: for the check over many samples, and for export.

Nodes and references are those of `domain.nodes` and of the component table, built from indices
alone. The rails ``vdd_ptanh`` ... are those of all circuits of a kind, so that their power can be
told apart. What people call the nodes stands in comments, reduced to harmless letters.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySpice.Spice.Netlist import Circuit as SpiceCircuit

from pnn_studio.circuit.cells import add_cell, add_voltage, new_circuit, write_out
from pnn_studio.domain.cells import CELLS, CellRole, CircuitName
from pnn_studio.domain.dataset import Dataset
from pnn_studio.domain.design import TrainedDesign
from pnn_studio.domain.netlist import Netlist
from pnn_studio.domain.nodes import (
    Node,
    NodeNames,
    activation_node,
    activation_ref,
    column_node,
    negation_node,
    negation_ref,
    resistor_ref,
    row_node,
)
from pnn_studio.domain.technology import Technology
from pnn_studio.domain.units import MINUS, spice_number
from pnn_studio.errors import DatasetError, TechnologyError, UsageError

_PAIRS_PER_LINE = 4
# a dot stands inside a number alone: no word of a comment looks like a command
_NOT_PLAIN = re.compile(r"[^A-Za-z0-9 .,()_-]+|(?<!\d)\.|\.(?!\d)")
_LONGEST_NAME = 60


@dataclass(frozen=True)
class CrossbarResistor:
    """A printed resistor between `node` (a row, or a negation's output) and `column`."""

    ref: str
    node: Node
    column: Node
    conductance: float


@dataclass(frozen=True)
class PlacedCell:
    """A nonlinear circuit between the nodes `input` and `output`.

    `line` is the crossbar row of a negation, the column of an activation; `column` is that of the
    one resistor that a negation of the original crossbar serves.
    """

    ref: str
    circuit: CircuitName
    input: Node
    output: Node
    line: int
    column: int | None = None

    @property
    def role(self) -> CellRole:
        """What it is for."""
        return CELLS[self.circuit].role

    @property
    def input_current(self) -> str | None:
        """Name under which ngspice records what flows into its input; None where nothing does."""
        resistor = CELLS[self.circuit].input_resistor
        return f"@r.x{self.ref}.{resistor}[i]".lower() if resistor else None


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


def wire_up(design: TrainedDesign) -> tuple[LayerWiring, ...]:
    """Lay out every layer in the design's own crossbar structure."""
    return tuple(_wire_layer(design, index) for index in range(len(design.layers)))


def _wire_layer(design: TrainedDesign, index: int) -> LayerWiring:
    layer, number = design.layers[index], index + 1
    inputs = layer.theta.shape[0] - 2
    conductances = layer.conductances(design.g_min)
    resistors: list[CrossbarResistor] = []
    negations: dict[str, PlacedCell] = {}
    negation, activation = layer.kind("negation").name, layer.kind("activation").name
    for at, column in np.argwhere(layer.printed).tolist():
        row = node = row_node(number, at, inputs)
        if layer.negated[at, column]:
            node = negation_node(design.layout.crossbar, number, at, column)
            ref = negation_ref(number, row, node.column)
            negations[ref] = PlacedCell(ref, negation, row, node, at, node.column)
        ref = resistor_ref(number, row, column)
        conductance = float(conductances[at, column])
        resistors.append(CrossbarResistor(ref, node, column_node(number, column), conductance))
    activations = tuple(
        PlacedCell(
            activation_ref(number, column),
            activation,
            column_node(number, column),
            activation_node(number, column),
            column,
        )
        for column in range(layer.theta.shape[1])
    )
    return LayerWiring(tuple(resistors), tuple(negations.values()), activations)


def check_netlist(
    design: TrainedDesign, technology: Technology, voltages: NDArray[np.float64]
) -> Netlist:
    """Make a netlist that simulates all samples in one run.

    One swept source is the index of the sample; each input is a piecewise linear function of it.

    Parameters
    ----------
    design : TrainedDesign
        The network.
    technology : Technology
        The one that the design was trained for.
    voltages : array, shape (samples, inputs)
        Input voltages. A single sample is repeated, for a sweep needs two points.

    Returns
    -------
    Netlist
        Records every node by its name, the currents of the sources by theirs (``Vbias``, ``Bx0``,
        ``Vvdd_ptanh`` ...), and what flows into each circuit by its reference (``N1_x3``).

    Raises
    ------
    DatasetError
        Where `voltages` do not fit the network.
    TechnologyError
        Where the design was trained for another technology.
    SimulatorMissing
        Where the technology has no transistor.
    """
    _hold_together(design, technology, voltages)
    if len(voltages) == 1:
        voltages = np.repeat(voltages, 2, axis=0)
    circuit = new_circuit("network over all samples", technology, technology.circuit_names)
    add_voltage(circuit, "index", "index", 0.0)
    sources = []
    inputs = [f"x{index}" for index in range(design.layout.inputs)]
    for index, node in enumerate(inputs):
        circuit.B(node, node, 0, v=piecewise_linear(voltages[:, index]))
        sources.append(f"B{node}")
    sources += _add_network(circuit, design, technology)
    nodes = [*inputs, "bias"]
    currents: dict[str, str] = {}
    for layer in wire_up(design):
        nodes += [node.net for node in compared_nodes(layer)]
        currents |= {cell.ref: name for cell in layer.cells if (name := cell.input_current)}
    saved = [f".save v({node})" for node in nodes]
    saved += [f".save i({source.lower()})" for source in sources]
    saved += [f".save {current}" for current in currents.values()]
    probes = {node: f"v({node})" for node in nodes}
    probes |= {source: f"i({source.lower()})" for source in sources}
    probes |= {ref: f"i({current})" for ref, current in currents.items()}
    sweep = f".dc Vindex 0 {len(voltages) - 1} 1"
    return Netlist(write_out(circuit, [*saved, sweep]), probes)


def compared_nodes(layer: LayerWiring) -> tuple[Node, ...]:
    """Return the nodes of a layer in the order of a check: negations, columns, activations."""
    return (
        *(cell.output for cell in layer.negations),
        *(cell.input for cell in layer.activations),
        *(cell.output for cell in layer.activations),
    )


def export_netlist(
    design: TrainedDesign,
    technology: Technology,
    voltages: NDArray[np.float64],
    names: NodeNames | None = None,
) -> Netlist:
    """Make a file for people: one sample, commented; plain ``ngspice -b`` prints the outputs.

    Parameters
    ----------
    design, technology
        As for `check_netlist`.
    voltages : array, shape (inputs,)
        Input voltages of one sample.
    names : NodeNames, optional
        What people call the nodes; those of the data if left out.

    Returns
    -------
    Netlist
        Prints ``v(l2_h0) = ...``, one line an output. The names of the nodes stand in comments,
        reduced to letters, digits and a few harmless signs.

    Raises
    ------
    DatasetError, TechnologyError, SimulatorMissing
        As for `check_netlist`.
    """
    _hold_together(design, technology, np.asarray(voltages)[None])
    circuit = new_circuit(
        f"printed neural network {design.layout}", technology, technology.circuit_names
    )
    names = names or NodeNames.of(design)
    for index, volts in enumerate(voltages):
        add_voltage(circuit, f"x{index}", f"x{index}", float(volts))
    sources = _add_network(circuit, design, technology)
    last = len(design.layers)
    outputs = [activation_node(last, column) for column in range(design.layout.outputs)]
    inputs = [names.row(1, row) for row in range(design.layout.inputs)]
    comments = {
        "Vx0": _lines("* inputs of one sample", names, inputs),
        sources[0]: "* bias row and rails",
    } | dict(_layer_comments(design, names))
    header = [
        f"* {design.layout.crossbar} crossbar, {design.negations} negation circuits, "
        f"technology {technology.id}",
        _lines("* outputs, the highest one decides:", names, outputs),
    ]
    circuit.raw_spice = "\n".join(header) + "\n" + circuit.raw_spice
    printed = [f"print v({node.net})" for node in outputs]
    cards = ["* what ngspice -b runs", ".control", "op", *printed, "quit", ".endc"]
    return Netlist(
        write_out(circuit, cards, comments), {node.net: f"v({node.net})" for node in outputs}
    )


def _hold_together(
    design: TrainedDesign, technology: Technology, voltages: NDArray[np.float64]
) -> None:
    if not technology.accepts(design.technology_fingerprint):
        raise TechnologyError(
            f"The design was trained for another technology ({design.technology}) than this "
            f"{technology.id}; give the file that it was trained with, or train it again."
        )
    if voltages.ndim != 2 or len(voltages) == 0 or voltages.shape[1] != design.layout.inputs:  # noqa: PLR2004 - samples by inputs
        raise DatasetError(
            f"The network has {design.layout.inputs} inputs, but the data have shape "
            f"{voltages.shape}; choose the data that it was trained on."
        )
    if not np.all(np.isfinite(voltages)):
        raise DatasetError("An input voltage is not finite; correct the data.")


def _add_network(circuit: SpiceCircuit, design: TrainedDesign, technology: Technology) -> list[str]:
    """Add everything but the inputs; return the names of the sources."""
    add_voltage(circuit, "bias", "bias", design.bias)
    sources = ["Vbias"]
    for kind in technology.circuits:
        for rail, volts in (("vdd", kind.vdd), ("vss", kind.vss)):
            add_voltage(circuit, f"{rail}_{kind.name}", f"{rail}_{kind.name}", volts)
            sources.append(f"V{rail}_{kind.name}")
    for layer, wiring in zip(design.layers, wire_up(design), strict=True):
        for resistor in wiring.resistors:
            ohm = spice_number(1 / resistor.conductance)
            circuit.R(resistor.ref[1:], resistor.node.net, resistor.column.net, raw_spice=ohm)
        for cell in wiring.cells:
            omega = layer.cell(cell.role).omega
            # a surrogate may read fewer components; those keep their defaults
            values = technology.circuit(cell.circuit).defaults | dict(omega)
            rails_of = (f"vdd_{cell.circuit}", f"vss_{cell.circuit}")
            nodes = (cell.input.net, cell.output.net, *rails_of)
            add_cell(circuit, cell.ref, cell.circuit, nodes, values)
    return sources


def _layer_comments(design: TrainedDesign, names: NodeNames) -> Iterator[tuple[str, str]]:
    """Give the first element of each group its heading, and say what its nodes are called."""
    for number, wiring in enumerate(wire_up(design), start=1):
        columns = [cell.input for cell in wiring.activations]
        yield wiring.resistors[0].ref, _lines(f"* layer {number}: crossbar", names, columns)
        for cells in (wiring.negations, wiring.activations):
            if cells:
                head = f"* layer {number}: {cells[0].circuit} circuits"
                yield f"X{cells[0].ref}", _lines(head, names, [cell.output for cell in cells])


def _lines(head: str, names: NodeNames, nodes: Iterable[Node]) -> str:
    """Write a heading, and under it each node with its name."""
    named = ((node.net, _harmless(names.full(node))) for node in nodes)
    lines = (name if name.startswith(f"{net} ") else f"{net}: {name}" for net, name in named)
    return "\n".join([head, *(f"*   {line}" for line in lines)])


def piecewise_linear(volts: NDArray[np.float64]) -> str:
    """Write a function of the sample's index, folded into lines that an editor can show."""
    pairs = [f"{index},{spice_number(float(value))}" for index, value in enumerate(volts)]
    lines = [
        ",".join(pairs[at : at + _PAIRS_PER_LINE]) for at in range(0, len(pairs), _PAIRS_PER_LINE)
    ]
    return "pwl(v(index)," + ",\n+ ".join(lines) + ")"


def _harmless(name: str) -> str:
    """Reduce a name from a file to what cannot end a comment."""
    return " ".join(_NOT_PLAIN.sub(" ", name.replace(MINUS, "-")).split())[:_LONGEST_NAME]


def sample_netlist(
    design: TrainedDesign,
    technology: Technology,
    dataset: Dataset,
    sample: int,
    names: NodeNames | None = None,
) -> str:
    """Write the whole network, its inputs driven by one sample; plain ``ngspice -b`` runs it.

    Parameters
    ----------
    design : TrainedDesign
        The network.
    technology : Technology
        The one that it was trained for.
    dataset : Dataset
        The data that it was trained on.
    sample : int
        Number of the sample in the test split.
    names : NodeNames, optional
        What people call the nodes; those of the data if left out.

    Raises
    ------
    UsageError
        Where there is no such sample.
    DatasetError, TechnologyError, SimulatorMissing
        Where data or technology are not those of the design, or there is nothing to netlist.
    """
    voltages, _ = dataset.part("test")
    if not 0 <= sample < len(voltages):
        raise UsageError(
            f"There is no sample {sample}; the test split has 0 to {len(voltages) - 1}."
        )
    return export_netlist(design, technology, voltages[sample], names).text
