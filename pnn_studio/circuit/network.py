"""The whole network as one flat netlist, simulated over many samples by the check.

Nodes and references are those of `circuit.wiring`, built from indices alone. The rails
``vdd_ptanh`` ... are those of all circuits of a kind, so that their power can be told apart.
"""

import numpy as np
from numpy.typing import NDArray
from PySpice.Spice.Netlist import Circuit as SpiceCircuit

from pnn_studio.circuit.cells import add_cell, add_voltage, new_circuit, write_out
from pnn_studio.circuit.wiring import LayerWiring, wire_up
from pnn_studio.domain.design import TrainedDesign
from pnn_studio.domain.netlist import Netlist
from pnn_studio.domain.nodes import Node
from pnn_studio.domain.technology import Technology
from pnn_studio.domain.units import spice_number
from pnn_studio.errors import DatasetError, TechnologyError

_PAIRS_PER_LINE = 4


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
    hold_together(design, technology, voltages)
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
    return Netlist(write_out(circuit, [*saved, sweep]), probes, len(voltages))


def compared_nodes(layer: LayerWiring) -> tuple[Node, ...]:
    """Return the nodes of a layer in the order of a check: negations, columns, activations."""
    return (
        *(cell.output for cell in layer.negations),
        *(cell.input for cell in layer.activations),
        *(cell.output for cell in layer.activations),
    )


def hold_together(
    design: TrainedDesign, technology: Technology, voltages: NDArray[np.float64]
) -> None:
    """Refuse a technology that is not that of the design, and voltages that do not fit it.

    Raises
    ------
    DatasetError, TechnologyError
        Saying which.
    """
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
    for wiring in wire_up(design):
        for resistor in wiring.resistors:
            ohm = spice_number(resistor.resistance)
            circuit.R(resistor.ref[1:], *resistor.nets, raw_spice=ohm)
        for cell in wiring.cells:
            add_cell(circuit, cell.ref, cell.circuit, cell.nets, cell.values(technology))
    return sources


def piecewise_linear(volts: NDArray[np.float64]) -> str:
    """Write a function of the sample's index, folded into lines that an editor can show."""
    pairs = [f"{index},{spice_number(float(value))}" for index, value in enumerate(volts)]
    lines = [
        ",".join(pairs[at : at + _PAIRS_PER_LINE]) for at in range(0, len(pairs), _PAIRS_PER_LINE)
    ]
    return "pwl(v(index)," + ",\n+ ".join(lines) + ")"
