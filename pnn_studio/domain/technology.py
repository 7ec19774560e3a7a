"""A printing technology: component ranges, rails, transistor and the crossbar's limits.

Read from TOML (``resources/technologies/negt.toml`` is the model). Nothing of a technology is a
constant in code, and nothing of a technology file is text that a simulator would run.
"""

import hashlib
import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from pnn_studio.domain import bounds
from pnn_studio.domain.cells import CELLS, COMPONENTS, CellKind, CellRole, CircuitName, circuits_of
from pnn_studio.domain.fields import Fields
from pnn_studio.domain.locations import shipped_folder
from pnn_studio.domain.printing import Printing, read_printing
from pnn_studio.domain.reading import read_regular
from pnn_studio.domain.units import format_si
from pnn_studio.errors import TechnologyError

_CONSTRAINT = re.compile(r"(\w+)(?:/(\w+))? > (\w+)(?:/(\w+))?\Z")
_FINGERPRINT = re.compile(r"[0-9a-f]{64}\Z")
_IDENTIFIER = re.compile(r"[a-z][a-z0-9_-]{0,31}\Z")


@dataclass(frozen=True)
class Component:
    """A resistor or a transistor dimension of a nonlinear circuit.

    Attributes
    ----------
    name : str
        As in the netlist, for example ``"R1"``.
    unit : str
        ``"Ω"`` or ``"m"``.
    low, high, default : float
        Printable range, and the value of the circuit that the file describes, in `unit`.
    start : float
        The value that training starts from; that of the described circuit unless the file says.
    log : bool
        Sampled and learned on a logarithmic scale.
    """

    name: str
    unit: str
    low: float
    high: float
    default: float
    start: float
    log: bool


@dataclass(frozen=True)
class Constraint:
    """``greater[0] / greater[1] > less[0] / less[1]``; a missing denominator is None."""

    greater: tuple[str, str | None]
    less: tuple[str, str | None]

    def holds(self, values: Mapping[str, Any]) -> Any:
        """Whether component `values` (floats, or arrays of one shape) meet the constraint."""
        sides = [
            values[top] / values[bottom] if bottom else values[top]
            for top, bottom in (self.greater, self.less)
        ]
        return sides[0] > sides[1]

    def __str__(self) -> str:
        """As it stands in the technology file."""
        texts = [f"{top}/{bottom}" if bottom else top for top, bottom in (self.greater, self.less)]
        return " > ".join(texts)


@dataclass(frozen=True)
class Circuit:
    """A nonlinear circuit as it is printed: components, their limits and the rails in volt."""

    name: CircuitName
    components: tuple[Component, ...]
    constraints: tuple[Constraint, ...]
    vdd: float
    vss: float

    @property
    def kind(self) -> CellKind:
        """What it is made of."""
        return CELLS[self.name]

    @property
    def defaults(self) -> dict[str, float]:
        """The component values of the circuit that the file describes."""
        return {component.name: component.default for component in self.components}

    @property
    def starts(self) -> dict[str, float]:
        """The component values that training starts from."""
        return {component.name: component.start for component in self.components}


@dataclass(frozen=True)
class Transistor:
    """Parameters of the EKV-like n-type transistor; ``a = 2 n ut``."""

    kp: float
    vt: float
    n: float
    lam: float
    ut: float


@dataclass(frozen=True)
class Technology:
    """All that a printed network needs to know of how it is printed. SI units throughout.

    Attributes
    ----------
    id, title : str
        File-safe identifier and the name that people read.
    fingerprint : str
        SHA-256 of the TOML file, kept in designs.
    g_min, g_max : float
        Least and largest printable conductance in siemens.
    theta_min, theta_max : float
        Threshold below which nothing is printed, and the clamp; dimensionless.
    bias, input_low, input_high : float
        Voltage of the bias row and the range of the inputs.
    measurable, margin : float
        T and m of the loss, in volt.
    power_reference : float
        P_ref of the loss in watt.
    activation, negation : Circuit
        The nonlinear circuits, one for each role.
    same_circuits : tuple of str
        Fingerprints of earlier versions of the file that describe the same circuits: what differs
        is where training starts, or a comment. A file lists them with the sum of the values that
        they share (`values_hash`), so that a copy with other values is none of them.
    printing : Printing or None
        Grid and spread of what is printed; None where the file states neither.
    transistor : Transistor or None
        None where the technology has no netlists: it trains, but cannot be simulated.
    """

    id: str
    title: str
    fingerprint: str
    g_min: float
    g_max: float
    theta_min: float
    theta_max: float
    bias: float
    input_low: float
    input_high: float
    measurable: float
    margin: float
    power_reference: float
    activation: Circuit
    negation: Circuit
    transistor: Transistor | None
    same_circuits: tuple[str, ...] = ()
    printing: Printing | None = None

    def accepts(self, fingerprint: str) -> bool:
        """Whether designs and surrogates of a technology of that fingerprint are of this one."""
        return fingerprint in (self.fingerprint, *self.same_circuits)

    @property
    def circuits(self) -> tuple[Circuit, Circuit]:
        """The activation and the negation."""
        return self.activation, self.negation

    @property
    def circuit_names(self) -> tuple[CircuitName, CircuitName]:
        """Which circuits play the roles of activation and negation."""
        return self.activation.name, self.negation.name

    def circuit(self, name: CircuitName) -> Circuit:
        """Return the nonlinear circuit of that name.

        Raises
        ------
        TechnologyError
            Where the technology describes none.
        """
        for circuit in self.circuits:
            if circuit.name == name:
                return circuit
        raise TechnologyError(
            f"The technology {self.id} describes no {name} circuit, but "
            f"{' and '.join(self.circuit_names)}; give one that does."
        )

    def with_largest_r(self, largest_r: float) -> "Technology":
        """Return the technology with another largest resistor, in ohm.

        The threshold of theta moves along: the ratio of the largest to the smallest printed weight
        stays that of the conductances (Zhao et al., ICCAD 2023).

        Raises
        ------
        TechnologyError
            Where nothing lies between it and the smallest resistor, or none is that large.
        """
        if not 0 < largest_r <= bounds.LARGEST_R:
            raise TechnologyError(
                f"The largest R is a resistance of at most {format_si(bounds.LARGEST_R, 'Ω')}, not "
                f"{largest_r:g} Ω; write for example 2M."
            )
        g_min = 1 / largest_r
        theta_min = self.theta_min * g_min / self.g_min
        if not (g_min < self.g_max and theta_min < self.theta_max):
            least = max(1 / self.g_max, self.theta_min / (self.g_min * self.theta_max))
            raise TechnologyError(
                f"The largest R of {format_si(largest_r, 'Ω')} leaves nothing to print; it must "
                f"lie above {format_si(least, 'Ω')}."
            )
        return replace(self, g_min=g_min, theta_min=theta_min)


def _quantity(table: Fields, key: str, unit: str) -> float:
    """Read a number with its unit; the unit must be the one that the model counts in."""
    entry = table.table(key)
    entry.text("unit", [unit])
    return entry.quantity("value")


def _circuit(role: CellRole, root: Fields) -> Circuit:
    """Read the circuit that plays a role: the one that the file describes."""
    able = circuits_of(role)
    found = [each for each in able if root.has(each)]
    if len(found) > 1:
        raise root.fail(found[1], f"is a second {role} circuit beside {found[0]}; keep one.")
    name = found[0] if found else able[0]
    table = root.table(name)
    listed = table.table("components")
    if set(listed.keys()) != set(COMPONENTS[name]):
        raise listed.fail("", f"must name exactly {', '.join(COMPONENTS[name])}.")
    components = tuple(_component(each, listed) for each in COMPONENTS[name])
    constraints = tuple(_constraint(name, text, table) for text in table.texts("constraints"))
    vdd, vss = _quantity(table, "vdd", "V"), _quantity(table, "vss", "V")
    if not vdd > vss:
        raise table.fail("vdd", "must lie above vss.")
    circuit = Circuit(name, components, constraints, vdd, vss)
    for constraint in constraints:
        for what, values in (("default", circuit.defaults), ("start", circuit.starts)):
            if not constraint.holds(values):
                raise table.fail("constraints", f"the {what} values break {constraint}.")
    return circuit


def _component(name: str, listed: Fields) -> Component:
    unit = "Ω" if name.startswith("R") else "m"
    default, entry = _quantity(listed, name, unit), listed.table(name)
    low, high = (entry.number(each, *bounds.COMPONENT) for each in ("low", "high"))
    if not 0 < low < high:
        raise entry.fail("low", f"needs 0 < low < high, not {low:g} and {high:g}.")
    start = entry.number("start") if entry.has("start") else default
    for key, value in (("value", default), ("start", start)):
        if not low <= value <= high:
            raise entry.fail(key, f"{value:g} lies outside {low:g}..{high:g}.")
    log = entry.text("scale", ["log", "linear"]) == "log"
    return Component(name, unit, low, high, default, start, log)


def _constraint(circuit: CircuitName, text: str, table: Fields) -> Constraint:
    match = _CONSTRAINT.match(text)
    if match is None or {name for name in match.groups() if name} - set(COMPONENTS[circuit]):
        raise table.fail(
            "constraints", f'{text!r:.60} is not of the form "R1 > R2" or "R1/R2 > R3/R4".'
        )
    top, under, less, less_under = match.groups()
    return Constraint((top, under), (less, less_under))


def _transistor(root: Fields) -> Transistor | None:
    if not root.has("transistor"):
        return None
    table = root.table("transistor")
    table.text("model", ["ekv"])
    units = {"kp": "A/V2", "vt": "V", "n": "1", "lam": "1/V", "ut": "V"}
    values = {key: _quantity(table, key, unit) for key, unit in units.items()}
    if min(values["kp"], values["n"], values["ut"]) <= 0:
        raise table.fail("", "kp, n and ut must be positive.")
    return Transistor(**values)


DEFAULT_TECHNOLOGY = "negt"
_MAX_BYTES = 256 << 10
# Python's reader takes memory by the square of the parts of a dotted key; numbers have dots, too
_MAX_DOTS = 2000


def shipped_technology(identifier: str) -> Path | None:
    """Return the file of a technology that ships; None where there is none of that identifier."""
    path = shipped_folder("resources") / "technologies" / f"{identifier}.toml"
    return path if _IDENTIFIER.match(identifier) and path.is_file() else None


def load_technology(source: str | Path = DEFAULT_TECHNOLOGY) -> Technology:
    """Read a technology.

    Parameters
    ----------
    source : str or Path
        Identifier of a technology that ships (``"negt"``), or the path of a TOML file.

    Raises
    ------
    TechnologyError
        Naming the file, the entry and what it must be.
    """
    path = shipped_technology(str(source)) or Path(source)
    content = read_regular(path, _MAX_BYTES, TechnologyError, "the technology")
    if content.count(b".") > _MAX_DOTS:
        raise TechnologyError(f"{path}: more than {_MAX_DOTS} dots; it is no technology.")
    try:
        data = tomllib.loads(content.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise TechnologyError(f"{path}: not a TOML file, {error}.") from error
    root = Fields(data, path.name, TechnologyError)
    root.expect("format", 1)
    identifier, title = root.text("id"), root.text("title")
    if not _IDENTIFIER.match(identifier):
        raise root.fail("id", "must be a short name of small letters, digits, - and _.")
    if not title.isprintable():
        raise root.fail("title", "must be one line of text.")
    technology = Technology(
        id=identifier,
        title=title,
        fingerprint=hashlib.sha256(content).hexdigest(),
        **_crossbar(root.table("crossbar")),
        **_training(root.table("training")),
        activation=_circuit("activation", root),
        negation=_circuit("negation", root),
        transistor=_transistor(root),
        same_circuits=(),
        printing=read_printing(root),
    )
    return replace(technology, same_circuits=_earlier(root, technology))


def _earlier(root: Fields, technology: Technology) -> tuple[str, ...]:
    """Read of which earlier versions the file is the same, unless its values were changed since."""
    if not root.has("same_circuits"):
        return ()
    listed = root.texts("same_circuits")
    if any(_FINGERPRINT.match(each) is None for each in listed):
        raise root.fail("same_circuits", "must list SHA-256 sums of earlier versions of the file.")
    return tuple(listed) if root.text("values_sha256") == values_hash(technology) else ()


def values_hash(technology: Technology) -> str:
    """Sum up by SHA-256 what designs and surrogates depend on: all but starts and printing."""
    values = asdict(technology)
    for key in ("fingerprint", "title", "same_circuits", "printing"):
        del values[key]
    for role in ("activation", "negation"):
        for component in values[role]["components"]:
            del component["start"]
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()


def _crossbar(table: Fields) -> dict[str, float]:
    units = {
        "g_min": "S",
        "g_max": "S",
        "theta_min": "1",
        "theta_max": "1",
        "bias": "V",
        "input_low": "V",
        "input_high": "V",
    }
    values = {key: _quantity(table, key, unit) for key, unit in units.items()}
    for key, (least, most) in bounds.CROSSBAR.items():
        if not least <= values[key] <= most:
            raise table.fail(key, f"must lie in {least:g}..{most:g}, not {values[key]:g}.")
    for low, high in (("g_min", "g_max"), ("theta_min", "theta_max")):
        if not 0 < values[low] < values[high]:
            raise table.fail(low, f"needs 0 < {low} < {high}.")
    if not values["input_low"] < values["input_high"]:
        raise table.fail("input_low", "must lie below input_high.")
    if values["theta_max"] / values["theta_min"] > 1.001 * values["g_max"] / values["g_min"]:
        raise table.fail(
            "theta_max",
            "theta_max / theta_min exceeds g_max / g_min: some weights could not be printed.",
        )
    return values


def _training(table: Fields) -> dict[str, float]:
    units = {"measurable": "V", "margin": "V", "power_reference": "W"}
    values = {key: _quantity(table, key, unit) for key, unit in units.items()}
    if values["power_reference"] <= 0:
        raise table.fail("power_reference", "must be positive.")
    return values
