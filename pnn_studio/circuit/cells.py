"""The two nonlinear circuits as SPICE subcircuits, and how a netlist is written out.

``ptanh a y vdd vss``
    Two common-source stages. R1 and T1 set the centre eta3; R2 and T2 set swing, floor and output
    resistance (about R2).
``negation a y vdd vss``
    R1/R2 bias the source (linearity), R4/R3 attenuate and shift the gate, R5 and T1 set the gain;
    R5 is about the output resistance, R3 + R4 the input resistance.

Both after Zhao et al., ICCAD 2023; component names are those of the technology file, in lower case.
"""

from collections.abc import Iterable, Mapping

from PySpice.Spice.Netlist import Circuit as SpiceCircuit
from PySpice.Spice.Netlist import SubCircuit

from pnn_studio.circuit.devices import FUNCTIONS, TRANSISTOR, transistor_subcircuit
from pnn_studio.domain.netlist import Netlist
from pnn_studio.domain.technology import COMPONENTS, Circuit, CircuitName, Technology
from pnn_studio.domain.units import spice_number
from pnn_studio.errors import ProjectFileError

# 1e-3, the default of ngspice, costs 0.7 mV
OPTIONS = ".options reltol=1e-5"
CELL_NODES = ("a", "y", "vdd", "vss")


def instance_parameters(name: CircuitName, omega: Mapping[str, float]) -> dict[str, str]:
    """Write component values (ohm, metre) as the parameters of one instance of a cell.

    Raises
    ------
    ProjectFileError
        Where a value is missing or not a positive finite number.
    """
    parameters = {}
    for component in COMPONENTS[name]:
        value = omega.get(component, 0.0)
        if not 0 < value < float("inf"):
            raise ProjectFileError(
                f"{component} of the {name} circuit needs a positive value, not {value}."
            )
        parameters[component.lower()] = spice_number(value)
    return parameters


def _ptanh(circuit: Circuit) -> SubCircuit:
    cell = SubCircuit("ptanh", *CELL_NODES, **instance_parameters("ptanh", circuit.defaults))
    cell.R("1", "vdd", "m", raw_spice="{r1}")
    cell.X("T1", TRANSISTOR, "m", "a", "vss", w="{w1}", l="{l1}")
    cell.R("2", "vdd", "y", raw_spice="{r2}")
    cell.X("T2", TRANSISTOR, "y", "m", "vss", w="{w2}", l="{l2}")
    return cell


def _negation(circuit: Circuit) -> SubCircuit:
    cell = SubCircuit("negation", *CELL_NODES, **instance_parameters("negation", circuit.defaults))
    cell.R("1", "vdd", "s", raw_spice="{r1}")
    cell.R("2", "s", "vss", raw_spice="{r2}")
    cell.R("4", "a", "g", raw_spice="{r4}")
    cell.R("3", "g", "vss", raw_spice="{r3}")
    cell.R("5", "vdd", "y", raw_spice="{r5}")
    cell.X("T1", TRANSISTOR, "y", "g", "s", w="{w}", l="{l}")
    return cell


def new_circuit(title: str, technology: Technology, cells: Iterable[CircuitName]) -> SpiceCircuit:
    """Start a netlist with the device library and the named cells.

    Parameters
    ----------
    title : str
        A fixed text of the program; never text from a file.
    technology : Technology
        Gives transistor parameters and default component values.
    cells : iterable of {"ptanh", "negation"}
        Which cells the netlist uses.

    Raises
    ------
    SimulatorMissing
        Where the technology has no transistor.
    """
    circuit = SpiceCircuit(title)
    circuit.raw_spice = FUNCTIONS
    circuit.subcircuit(transistor_subcircuit(technology))
    for name in cells:
        circuit.subcircuit(
            _ptanh(technology.ptanh) if name == "ptanh" else _negation(technology.negation)
        )
    return circuit


def add_voltage(circuit: SpiceCircuit, name: str, node: str, volts: float) -> None:
    """Add the DC source ``V{name}`` from ground to `node`."""
    circuit.V(name, node, 0, raw_spice=f"dc {spice_number(volts)}")


def add_cell(
    circuit: SpiceCircuit,
    name: str,
    cell: CircuitName,
    nodes: tuple[str, str, str, str],
    omega: Mapping[str, float],
) -> None:
    """Add ``X{name}``, an instance of `cell` with component values `omega` (ohm, metre).

    Its nodes are input, output, positive and negative rail.
    """
    parameters = instance_parameters(cell, omega)
    instance = circuit.X(name, cell, *nodes)
    # PySpice would sort them by name
    instance.raw_spice = " ".join(f"{key}={value}" for key, value in parameters.items())


def write_out(
    circuit: SpiceCircuit, cards: Iterable[str], comments: Mapping[str, str] | None = None
) -> str:
    """Write `circuit` as text, followed by the options, `cards` and ``.end``.

    Parameters
    ----------
    circuit : PySpice circuit
        PySpice puts its title first; the blank lines that it leaves go.
    cards : iterable of str
        Lines of the analysis.
    comments : mapping of str to str, optional
        Lines to be written before an element, by the element's name.
    """
    comments = comments or {}
    body = []
    for line in str(circuit).splitlines():
        name = line.partition(" ")[0]
        if name in comments:
            body.append(comments[name])
        if name:
            body.append(line)
    return "\n".join([*body, OPTIONS, *cards, ".end"]) + "\n"


def cell_netlist(
    technology: Technology, name: CircuitName, v_in: tuple[float, float, float]
) -> Netlist:
    """Make the test bench of one cell with its default component values.

    Parameters
    ----------
    technology : Technology
        Gives rails, transistor and component values.
    name : {"ptanh", "negation"}
        Which cell.
    v_in : tuple of float
        First and last input voltage and the step between, in volt.

    Returns
    -------
    Netlist
        Records ``v_in`` and ``v_out``.

    Raises
    ------
    SimulatorMissing
        Where the technology has no transistor.
    """
    circuit = new_circuit(f"{name} circuit", technology, [name])
    rails = technology.circuit(name)
    add_voltage(circuit, "in", "x", 0.0)
    add_voltage(circuit, "dd", "vdd", rails.vdd)
    add_voltage(circuit, "ss", "vss", rails.vss)
    add_cell(circuit, "1", name, ("x", "y", "vdd", "vss"), rails.defaults)
    sweep = " ".join(spice_number(value) for value in v_in)
    text = write_out(circuit, [".save v(x) v(y)", f".dc Vin {sweep}"])
    return Netlist(text, {"v_in": "v(x)", "v_out": "v(y)"})
