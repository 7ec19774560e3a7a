"""One print as a netlist: every component with the value that it came out with.

The same network as `circuit.network` writes, but no two circuits share a component value, and each
transistor has its own threshold and kp. Independent of the model that solves prints: from the draws
to the nodes nothing is shared but the values.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from pnn_studio.circuit.cells import OPTIONS
from pnn_studio.circuit.devices import DRAIN_CURRENT, FUNCTIONS, transistor_of
from pnn_studio.circuit.network import piecewise_linear
from pnn_studio.circuit.wiring import wire_up
from pnn_studio.domain.board import BIAS, RAILS, Board, BoardCell
from pnn_studio.domain.cells import CELLS, CellKind, ResistorPart
from pnn_studio.domain.design import TrainedDesign
from pnn_studio.domain.netlist import Netlist
from pnn_studio.domain.technology import Technology
from pnn_studio.domain.units import spice_number

_TRANSISTOR = "egtv"


def print_netlist(
    design: TrainedDesign,
    technology: Technology,
    board: Board,
    values: NDArray[np.float64],
    voltages: NDArray[np.float64],
) -> Netlist:
    """Make a netlist that simulates one print over all samples in one run.

    Parameters
    ----------
    design, technology
        What is printed, and on what process.
    board : Board
        Of the design.
    values : array, shape (quantities,)
        What is printed.
    voltages : array, shape (samples, inputs)
        Input voltages; a single sample is repeated, for a sweep needs two points.

    Returns
    -------
    Netlist
        Records the outputs by their nodes, from the first class to the last.

    Raises
    ------
    SimulatorMissing
        Where the technology has no transistor.
    """
    if len(voltages) == 1:
        voltages = np.repeat(voltages, 2, axis=0)
    wiring = wire_up(design)
    outputs = [cell.output.net for cell in wiring[-1].activations]
    lines = ["* one print over all samples", FUNCTIONS.rstrip(), *_transistor(technology)]
    for circuit in technology.circuits:
        lines += _cell(circuit.kind)
    lines.append("Vindex index 0 dc 0")
    for index in range(design.layout.inputs):
        lines.append(f"Bx{index} x{index} 0 v={piecewise_linear(voltages[:, index])}")
    lines += _sources(technology, values)
    resistors = {each.ref: each.place for each in board.resistors}
    cells = {each.ref: each for each in board.cells}
    for layer in wiring:
        for resistor in layer.resistors:
            ohm = spice_number(values[resistors[resistor.ref]])
            lines.append(f"{resistor.ref} {resistor.node.net} {resistor.column.net} {ohm}")
        for placed in layer.cells:
            name = placed.circuit
            nodes = f"{placed.input.net} {placed.output.net} vdd_{name} vss_{name}"
            given = _given(cells[placed.ref], values)
            lines.append(f"X{placed.ref} {nodes} {name}v {given}")
    lines.append(OPTIONS)
    lines += [f".save v({node})" for node in outputs]
    lines += [f".dc Vindex 0 {len(voltages) - 1} 1", ".end"]
    return Netlist("\n".join(lines) + "\n", {node: f"v({node})" for node in outputs})


def _transistor(technology: Technology) -> Iterator[str]:
    model = transistor_of(technology)
    yield f".subckt {_TRANSISTOR} d g s w=1u l=1u kp={spice_number(model.kp)} vto=0"
    yield (
        f".param nss={spice_number(model.n)} ut={spice_number(model.ut)} "
        f"lam={spice_number(model.lam)}"
    )
    yield ".param a={2*nss*ut} b={0.5*kp*a*a*w/l}"
    yield f"Bd d s i={DRAIN_CURRENT}"
    yield ".ends"


def _cell(kind: CellKind) -> Iterator[str]:
    names = [*kind.components, *(f"{kp}{part.name}" for part in kind.transistors
                                 for kp in ("vt", "kp"))]  # fmt: skip
    given = " ".join(f"{name.lower()}=1" for name in names)
    yield f".subckt {kind.name}v in_ out vdd vss {given}"
    for part in kind.parts:
        # a node named "in" is a trap for ngspice
        nodes = " ".join("in_" if node == "in" else node for node in part.nodes)
        if isinstance(part, ResistorPart):
            yield f"{part.name} {nodes} {{{part.name.lower()}}}"
        else:
            at = part.name.lower()
            sizes = f"w={{{part.width.lower()}}} l={{{part.length.lower()}}}"
            yield f"X{part.name} {nodes} {_TRANSISTOR} {sizes} kp={{kp{at}}} vto={{vt{at}}}"
    yield ".ends"


def _sources(technology: Technology, values: NDArray[np.float64]) -> Iterator[str]:
    rails = [f"{rail}_{kind}" for kind in technology.circuit_names for rail in ("vdd", "vss")]
    for name, volts in zip([*rails, "bias"], values[RAILS : BIAS + 1], strict=True):
        yield f"V{name} {name} 0 dc {spice_number(volts)}"


def _given(cell: BoardCell, values: NDArray[np.float64]) -> str:
    kind = CELLS[cell.circuit]
    found = {name: cell.places[name] for name in kind.components}
    for part in kind.transistors:
        found[f"vt{part.name}"] = cell.places[f"{part.name}.Vt"]
        found[f"kp{part.name}"] = cell.places[f"{part.name}.kp"]
    return " ".join(f"{name.lower()}={spice_number(values[at])}" for name, at in found.items())
