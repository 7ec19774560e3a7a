"""A printing technology: component ranges, rails, transistor and the crossbar's limits.

Read from TOML (``resources/technologies/negt.toml`` is the model). Nothing of a technology is a
constant in code, and nothing of a technology file is text that a simulator would run.
"""

import hashlib
import math
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pnn_studio.domain.locations import shipped_folder
from pnn_studio.errors import TechnologyError

CircuitName = Literal["ptanh", "negation"]
CIRCUITS: tuple[CircuitName, ...] = ("ptanh", "negation")
# The two printed circuits have these components; a surrogate may read fewer.
COMPONENTS: Mapping[CircuitName, tuple[str, ...]] = {
    "ptanh": ("R1", "R2", "W1", "L1", "W2", "L2"),
    "negation": ("R1", "R2", "R3", "R4", "R5", "W", "L"),
}
_CONSTRAINT = re.compile(r"(\w+)(?:/(\w+))? > (\w+)(?:/(\w+))?$")
_IDENTIFIER = re.compile(r"[a-z][a-z0-9_-]{0,31}$")


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
        Printable range and the value training starts from, in `unit`.
    log : bool
        Sampled and learned on a logarithmic scale.
    """

    name: str
    unit: str
    low: float
    high: float
    default: float
    log: bool


@dataclass(frozen=True)
class Constraint:
    """``greater[0] / greater[1] > less[0] / less[1]``; a missing denominator is None."""

    greater: tuple[str, str | None]
    less: tuple[str, str | None]

    def holds(self, values: Mapping[str, Any]) -> Any:
        """Whether component `values` (floats, or arrays of one shape) meet the constraint."""
        sides = [values[top] / values[bottom] if bottom else values[top]
                 for top, bottom in (self.greater, self.less)]  # fmt: skip
        return sides[0] > sides[1]

    def __str__(self) -> str:
        """As it stands in the technology file."""
        texts = [f"{top}/{bottom}" if bottom else top for top, bottom in (self.greater, self.less)]
        return " > ".join(texts)


@dataclass(frozen=True)
class Circuit:
    """A nonlinear circuit (ptanh or negation): its components, their limits and its rails in volt."""

    name: CircuitName
    components: tuple[Component, ...]
    constraints: tuple[Constraint, ...]
    vdd: float
    vss: float

    @property
    def defaults(self) -> dict[str, float]:
        """The component values that training starts from."""
        return {component.name: component.default for component in self.components}


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
    ptanh, negation : Circuit
        The nonlinear circuits.
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
    ptanh: Circuit
    negation: Circuit
    transistor: Transistor | None

    def circuit(self, name: CircuitName) -> Circuit:
        """Return the nonlinear circuit of that name."""
        return self.ptanh if name == "ptanh" else self.negation


class _Reader:
    """Looks quantities up in the parsed TOML and names the place where one is wrong."""

    def __init__(self, path: Path, data: Mapping[str, Any]) -> None:
        self.path = path
        self.data = data

    def fail(self, where: str, what: str) -> TechnologyError:
        return TechnologyError(f"{self.path.name}, {where}: {what}")

    def table(self, *keys: str) -> Mapping[str, Any]:
        node: Any = self.data
        for depth, key in enumerate(keys):
            if not isinstance(node, dict) or key not in node:
                raise self.fail(".".join(keys[: depth + 1]), "is missing; see negt.toml for a model.")
            node = node[key]
        if not isinstance(node, dict):
            raise self.fail(".".join(keys), "must be a table.")
        return node

    def number(self, entry: Mapping[str, Any], key: str, where: str) -> float:
        value = entry.get(key)
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            raise self.fail(where, f"needs a finite number as {key!r}, not {value!r}.")
        return float(value)

    def quantity(self, unit: str, *keys: str) -> float:
        entry = self.table(*keys)
        if entry.get("unit") != unit:
            raise self.fail(".".join(keys), f"needs unit = {unit!r}, not {entry.get('unit')!r}.")
        return self.number(entry, "value", ".".join(keys))

    def circuit(self, name: CircuitName) -> Circuit:
        table = self.table(name)
        listed = self.table(name, "components")
        if set(listed) != set(COMPONENTS[name]):
            raise self.fail(f"{name}.components", f"must name exactly {', '.join(COMPONENTS[name])}.")
        components = tuple(self.component(name, each) for each in COMPONENTS[name])
        texts = table.get("constraints", [])
        if not isinstance(texts, list):
            raise self.fail(f"{name}.constraints", 'must be a list such as ["R1 > R2"].')
        constraints = tuple(self.constraint(name, text) for text in texts)
        vdd, vss = self.quantity("V", name, "vdd"), self.quantity("V", name, "vss")
        if not vdd > vss:
            raise self.fail(name, "vdd must lie above vss.")
        circuit = Circuit(name, components, constraints, vdd, vss)
        for constraint in constraints:
            if not constraint.holds(circuit.defaults):
                raise self.fail(name, f"the default values break the constraint {constraint}.")
        return circuit

    def component(self, circuit: CircuitName, name: str) -> Component:
        where = f"{circuit}.components.{name}"
        entry = self.table(circuit, "components", name)
        unit = "Ω" if name.startswith("R") else "m"
        default = self.quantity(unit, circuit, "components", name)
        low, high = self.number(entry, "low", where), self.number(entry, "high", where)
        if not 0 < low < high:
            raise self.fail(where, f"needs 0 < low < high, not {low:g} and {high:g}.")
        if not low <= default <= high:
            raise self.fail(where, f"the value {default:g} lies outside {low:g}..{high:g}.")
        if entry.get("scale") not in ("log", "linear"):
            raise self.fail(where, 'needs scale = "log" or "linear".')
        return Component(name, unit, low, high, default, entry["scale"] == "log")

    def constraint(self, circuit: CircuitName, text: object) -> Constraint:
        match = _CONSTRAINT.match(text) if isinstance(text, str) else None
        if match is None or {name for name in match.groups() if name} - set(COMPONENTS[circuit]):
            raise self.fail(f"{circuit}.constraints",
                            f'{text!r} is not of the form "R1 > R2" or "R1/R2 > R3/R4".')  # fmt: skip
        top, under, less, less_under = match.groups()
        return Constraint((top, under), (less, less_under))

    def transistor(self) -> Transistor | None:
        if "transistor" not in self.data:
            return None
        if self.table("transistor").get("model") != "ekv":
            raise self.fail("transistor.model", 'must be "ekv", the one model that can be simulated.')
        units = {"kp": "A/V2", "vt": "V", "n": "1", "lam": "1/V", "ut": "V"}
        values = {key: self.quantity(unit, "transistor", key) for key, unit in units.items()}
        if min(values["kp"], values["n"], values["ut"]) <= 0:
            raise self.fail("transistor", "kp, n and ut must be positive.")
        return Transistor(**values)


def load_technology(source: str | Path = "negt") -> Technology:
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
    shipped = shipped_folder("resources") / "technologies" / f"{source}.toml"
    path = shipped if _IDENTIFIER.match(str(source)) and shipped.is_file() else Path(source)
    try:
        content = path.read_bytes()
        data = tomllib.loads(content.decode("utf-8"))
    except OSError as error:
        raise TechnologyError(f"{path}: the technology cannot be read, {error.strerror}.") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise TechnologyError(f"{path}: not a TOML file, {error}.") from error
    reader = _Reader(path, data)
    identifier, title = data.get("id"), data.get("title")
    if data.get("format") != 1:
        raise reader.fail("format", f"must be 1, not {data.get('format')!r}.")
    if not isinstance(identifier, str) or not _IDENTIFIER.match(identifier):
        raise reader.fail("id", "must be a short name of small letters, digits, - and _.")
    if not isinstance(title, str) or not title.isprintable():
        raise reader.fail("title", "must be a line of text.")
    units = {"g_min": "S", "g_max": "S", "theta_min": "1", "theta_max": "1", "bias": "V",
             "input_low": "V", "input_high": "V"}  # fmt: skip
    crossbar = {key: reader.quantity(unit, "crossbar", key) for key, unit in units.items()}
    training = {key: reader.quantity(unit, "training", key)
                for key, unit in {"measurable": "V", "margin": "V", "power_reference": "W"}.items()}  # fmt: skip
    for low, high in (("g_min", "g_max"), ("theta_min", "theta_max")):
        if not 0 < crossbar[low] < crossbar[high]:
            raise reader.fail(f"crossbar.{low}", f"needs 0 < {low} < {high}.")
    if crossbar["theta_max"] / crossbar["theta_min"] > 1.001 * crossbar["g_max"] / crossbar["g_min"]:
        raise reader.fail("crossbar", "theta_max / theta_min exceeds g_max / g_min: "
                          "some weights could not be printed.")  # fmt: skip
    if training["power_reference"] <= 0:
        raise reader.fail("training.power_reference", "must be positive.")
    return Technology(
        id=identifier,
        title=title,
        fingerprint=hashlib.sha256(content).hexdigest(),
        **crossbar,
        **training,
        ptanh=reader.circuit("ptanh"),
        negation=reader.circuit("negation"),
        transistor=reader.transistor(),
    )
