"""The whole network as one flat netlist: for the check over many samples, and for export.

Names are those of the component table (`components`), built from indices alone:

========================  =====================================================================
``x0``, ``bias``, ``0``   input 0, bias row, ground row
``l1_n2``, ``l1_n2_0``    output of the negation of row 2 of layer 1 (of its weight to column 0
                          in the original crossbar)
``l1_z0``, ``l1_h0``      column 0 of layer 1, and the output of its ptanh circuit
``vdd_ptanh`` ...         rails of all circuits of a kind, so that their power can be told apart
``R1_x3_0``               crossbar resistor between input 3 and column 0 of layer 1
``XN1_x3``, ``XA1_0``     negation of that row, ptanh of that column
========================  =====================================================================
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySpice.Spice.Netlist import Circuit as SpiceCircuit

from pnn_studio.circuit.cells import add_cell, add_voltage, new_circuit, write_out
from pnn_studio.circuit.components import (
    column_node,
    negated_node,
    negation_place,
    negation_ref,
    output_node,
    ptanh_ref,
    resistor_ref,
    row_name,
    row_node,
)
from pnn_studio.domain.dataset import Dataset
from pnn_studio.domain.design import TrainedDesign
from pnn_studio.domain.netlist import Netlist
from pnn_studio.domain.technology import CIRCUITS, CircuitName, Technology
from pnn_studio.domain.units import spice_number
from pnn_studio.errors import DatasetError, TechnologyError, UsageError

_PAIRS_PER_LINE = 4
_PLAIN_TEXT = re.compile(r"[^A-Za-z0-9 ()_-]+")
_LONGEST_NAME = 40


@dataclass(frozen=True)
class CrossbarResistor:
    """A printed resistor between `node` (a row, or a negation's output) and `column`."""

    ref: str
    node: str
    column: str
    conductance: float


@dataclass(frozen=True)
class PlacedCell:
    """A nonlinear circuit between the nodes `input` and `output`.

    `line` is the crossbar row of a negation, the column of a ptanh; `column` is that of the one
    resistor that a negation of the original crossbar serves.
    """

    ref: str
    circuit: CircuitName
    input: str
    output: str
    line: int
    column: int | None = None

    @property
    def input_current(self) -> str:
        """Name under which ngspice records what flows into the input of a negation."""
        return f"@r.x{self.ref}.r4[i]".lower()


@dataclass(frozen=True)
class LayerWiring:
    """All that is printed in one layer, and what it hangs on."""

    resistors: tuple[CrossbarResistor, ...]
    negations: tuple[PlacedCell, ...]
    activations: tuple[PlacedCell, ...]


def wire_up(design: TrainedDesign) -> tuple[LayerWiring, ...]:
    """Lay out every layer in the design's own crossbar structure."""
    return tuple(_wire_layer(design, index) for index in range(len(design.layers)))


def _wire_layer(design: TrainedDesign, index: int) -> LayerWiring:
    layer, number = design.layers[index], index + 1
    inputs = layer.theta.shape[0] - 2
    conductances = layer.conductances(design.g_min)
    resistors: list[CrossbarResistor] = []
    negations: dict[str, PlacedCell] = {}
    for row, column in np.argwhere(layer.printed).tolist():
        name, node = row_name(number, row, inputs), row_node(number, row, inputs)
        if layer.negated[row, column]:
            place = negation_place(design.layout.crossbar, row, column)
            ref, output = negation_ref(number, name, place[1]), negated_node(number, *place)
            negations[ref] = PlacedCell(ref, "negation", node, output, row, place[1])
            node = output
        ref = resistor_ref(number, name, column)
        conductance = float(conductances[row, column])
        resistors.append(CrossbarResistor(ref, node, column_node(number, column), conductance))
    activations = tuple(
        PlacedCell(
            ptanh_ref(number, column),
            "ptanh",
            column_node(number, column),
            output_node(number, column),
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
        ``Vvdd_ptanh`` ...), and what flows into each negation by its reference (``N1_x3``).

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
    circuit = new_circuit("network over all samples", technology, CIRCUITS)
    add_voltage(circuit, "index", "index", 0.0)
    sources = []
    inputs = [f"x{index}" for index in range(design.layout.inputs)]
    for index, node in enumerate(inputs):
        circuit.B(node, node, 0, v=_piecewise_linear(voltages[:, index]))
        sources.append(f"B{node}")
    sources += _add_network(circuit, design, technology)
    nodes = [*inputs, "bias"]
    negations: list[PlacedCell] = []
    for layer in wire_up(design):
        nodes += [cell.output for cell in layer.negations]
        nodes += [cell.input for cell in layer.activations]
        nodes += [cell.output for cell in layer.activations]
        negations += layer.negations
    saved = [f".save v({node})" for node in nodes]
    saved += [f".save i({source.lower()})" for source in sources]
    saved += [f".save {cell.input_current}" for cell in negations]
    probes = {node: f"v({node})" for node in nodes}
    probes |= {source: f"i({source.lower()})" for source in sources}
    probes |= {cell.ref: f"i({cell.input_current})" for cell in negations}
    sweep = f".dc Vindex 0 {len(voltages) - 1} 1"
    return Netlist(write_out(circuit, [*saved, sweep]), probes)


def export_netlist(
    design: TrainedDesign, technology: Technology, voltages: NDArray[np.float64]
) -> Netlist:
    """Make a file for people: one sample, commented; plain ``ngspice -b`` prints the outputs.

    Parameters
    ----------
    design, technology
        As for `check_netlist`.
    voltages : array, shape (inputs,)
        Input voltages of one sample.

    Returns
    -------
    Netlist
        Prints ``v(l2_h0) = ...``, one line an output. Names of inputs and classes stand in
        comments, reduced to letters, digits and a few harmless signs.

    Raises
    ------
    DatasetError, TechnologyError, SimulatorMissing
        As for `check_netlist`.
    """
    _hold_together(design, technology, np.asarray(voltages)[None])
    circuit = new_circuit(f"printed neural network {design.layout}", technology, CIRCUITS)
    for index, volts in enumerate(voltages):
        add_voltage(circuit, f"x{index}", f"x{index}", float(volts))
    sources = _add_network(circuit, design, technology)
    last = len(design.layers)
    outputs = [output_node(last, column) for column in range(design.layout.outputs)]
    comments = {
        "Vx0": "\n".join(
            ["* inputs of one sample"]
            + [f"*   x{index}: {_harmless(name)}" for index, name in enumerate(design.input_names)]
        ),
        sources[0]: "* bias row and rails",
    } | dict(_layer_comments(design))
    header = [
        f"* {design.layout.crossbar} crossbar, {design.negations} negation circuits, "
        f"technology {technology.id}",
        "* outputs, the highest one decides:",
        *(f"*   {node}: {_harmless(name)}"
          for node, name in zip(outputs, design.class_names, strict=True)),
    ]  # fmt: skip
    circuit.raw_spice = "\n".join(header) + "\n" + circuit.raw_spice
    printed = [f"print v({node})" for node in outputs]
    cards = ["* what ngspice -b runs", ".control", "op", *printed, "quit", ".endc"]
    return Netlist(write_out(circuit, cards, comments), {node: f"v({node})" for node in outputs})


def _hold_together(
    design: TrainedDesign, technology: Technology, voltages: NDArray[np.float64]
) -> None:
    if design.technology_fingerprint != technology.fingerprint:
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
    for name in CIRCUITS:
        rails = technology.circuit(name)
        for rail, volts in (("vdd", rails.vdd), ("vss", rails.vss)):
            add_voltage(circuit, f"{rail}_{name}", f"{rail}_{name}", volts)
            sources.append(f"V{rail}_{name}")
    for layer, wiring in zip(design.layers, wire_up(design), strict=True):
        for resistor in wiring.resistors:
            ohm = spice_number(1 / resistor.conductance)
            circuit.R(resistor.ref[1:], resistor.node, resistor.column, raw_spice=ohm)
        for cell in (*wiring.negations, *wiring.activations):
            omega = (layer.ptanh if cell.circuit == "ptanh" else layer.negation).omega
            # a surrogate may read fewer components; those keep their defaults
            values = technology.circuit(cell.circuit).defaults | dict(omega)
            rails_of = (f"vdd_{cell.circuit}", f"vss_{cell.circuit}")
            nodes = (cell.input, cell.output, *rails_of)
            add_cell(circuit, cell.ref, cell.circuit, nodes, values)
    return sources


def _layer_comments(design: TrainedDesign) -> Iterator[tuple[str, str]]:
    """Give the first element of each group its heading."""
    for number, wiring in enumerate(wire_up(design), start=1):
        yield wiring.resistors[0].ref, f"* layer {number}: crossbar"
        if wiring.negations:
            yield f"X{wiring.negations[0].ref}", f"* layer {number}: negation circuits"
        yield f"X{wiring.activations[0].ref}", f"* layer {number}: ptanh circuits"


def _piecewise_linear(volts: NDArray[np.float64]) -> str:
    """Write a function of the sample's index, folded into lines that an editor can show."""
    pairs = [f"{index},{spice_number(float(value))}" for index, value in enumerate(volts)]
    lines = [
        ",".join(pairs[at : at + _PAIRS_PER_LINE]) for at in range(0, len(pairs), _PAIRS_PER_LINE)
    ]
    return "pwl(v(index)," + ",\n+ ".join(lines) + ")"


def _harmless(name: str) -> str:
    """Reduce a name from a file to what cannot end a comment."""
    return " ".join(_PLAIN_TEXT.sub(" ", name).split())[:_LONGEST_NAME]


def sample_netlist(
    design: TrainedDesign, technology: Technology, dataset: Dataset, sample: int
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
    return export_netlist(design, technology, voltages[sample]).text
