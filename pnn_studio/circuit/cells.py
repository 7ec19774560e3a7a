"""The nonlinear circuits (`domain.cells`) as SPICE subcircuits, and how a netlist is written out.

The nodes of ``ptanh a y vdd vss`` are input, output and the rails; component names are those of the
technology file, in lower case.
"""

from collections.abc import Iterable, Mapping

from PySpice.Spice.Netlist import Circuit as SpiceCircuit
from PySpice.Spice.Netlist import SubCircuit

from pnn_studio.circuit.devices import FUNCTIONS, TRANSISTOR, transistor_subcircuit
from pnn_studio.domain.cells import COMPONENTS, PORTS, CircuitName, ResistorPart
from pnn_studio.domain.netlist import Netlist
from pnn_studio.domain.technology import Circuit, Technology
from pnn_studio.domain.units import spice_number
from pnn_studio.errors import ProjectFileError

# 1e-3, the default of ngspice, costs 0.7 mV
OPTIONS = ".options reltol=1e-5"
# of a cell in a netlist: what `domain.cells` calls in and out, and the rails
CELL_NODES = ("a", "y", "vdd", "vss")
_NODES = dict(zip(PORTS, CELL_NODES, strict=True))


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


def _subcircuit(circuit: Circuit) -> SubCircuit:
    kind = circuit.kind
    cell = SubCircuit(kind.name, *CELL_NODES, **instance_parameters(kind.name, circuit.defaults))
    for part in kind.parts:
        nodes = [_NODES.get(node, node) for node in part.nodes]
        if isinstance(part, ResistorPart):
            # PySpice puts the letter of the element in front
            cell.R(part.name[1:], *nodes, raw_spice=_parameter(part.name))
        else:
            sizes = {"w": _parameter(part.width), "l": _parameter(part.length)}
            cell.X(part.name, TRANSISTOR, *nodes, **sizes)
    return cell


def _parameter(component: str) -> str:
    """Write the value of a component as the parameter of its cell."""
    return f"{{{component.lower()}}}"


def new_circuit(title: str, technology: Technology, cells: Iterable[CircuitName]) -> SpiceCircuit:
    """Start a netlist with the device library and the named cells.

    Parameters
    ----------
    title : str
        A fixed text of the program; never text from a file.
    technology : Technology
        Gives transistor parameters and default component values.
    cells : iterable of str
        Which cells of the technology the netlist uses.

    Raises
    ------
    SimulatorMissing
        Where the technology has no transistor.
    """
    circuit = SpiceCircuit(title)
    circuit.raw_spice = FUNCTIONS
    circuit.subcircuit(transistor_subcircuit(technology))
    for name in cells:
        circuit.subcircuit(_subcircuit(technology.circuit(name)))
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
    name : str
        Which cell of the technology.
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
