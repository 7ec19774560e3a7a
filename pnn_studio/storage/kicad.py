"""The network for KiCad 6 and newer: a ``.kicad_sch`` with its symbols inside, and its circuits.

Crossbar resistors are symbols, nonlinear circuits are sheets of a hierarchy: circuits with the same
component values share a file, which lies beside that of the network and goes down to the
transistors. Nets carry the names of the netlist; the rails of the circuits are global ones. Format
after the developers' documentation "Schematic File Format" of KiCad 6 (version 20211123): symbols
have their y axis upwards, sheets downwards.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import NAMESPACE_URL, uuid5

from pnn_studio.domain.cell_plans import GATE, PIN, PLANS, PlannedPart
from pnn_studio.domain.cells import CELLS, CircuitName, ResistorPart
from pnn_studio.domain.tool_sheet import PINS, Label, Spot, ToolPart, ToolSheet
from pnn_studio.domain.units import exponent_number

UNIT = 1.27
ENDING = ".kicad_sch"
_MARGIN, _TITLE = 20, 30  # units; the title block stands below all
_LIBRARY = "pnn_studio"
_NO_WORD = re.compile(r"[^\w.-]+")  # KiCad puts in variables for some signs in the name of a file
_STROKE = "(stroke (width {}) (type default) (color 0 0 0 0))"
_COMMENTS = 9  # that a title block has
_HALF = 4  # of a sheet in the network; its pins lie on its border
_SIDES = {(1, 0): 0, (0, -1): 90, (-1, 0): 180, (0, 1): 270}  # of a sheet, by where its pins lie
_MICRO = 1e-6
_CIRCUIT_PAPER, _CIRCUIT_AT = "A5", (68, 24)

Symbol = Literal["lying", "upright", "transistor"]
# pins with the direction towards the body, y downwards
_PINS: Mapping[Symbol, tuple[tuple[str, Spot, int], ...]] = {
    "lying": (("p", (-PIN, 0), 0), ("n", (PIN, 0), 180)),
    "upright": (("p", (0, -PIN), 270), ("n", (0, PIN), 90)),
    "transistor": (("d", (0, -PIN), 270), ("g", (-GATE, 0), 0), ("s", (0, PIN), 90)),
}


@dataclass(frozen=True)
class _Circuit:
    """Circuits with the same values: what is drawn once, in a file of its own."""

    file: str
    name: CircuitName
    values: Mapping[str, float]
    rails: tuple[str, ...]
    labels: tuple[str, ...]

    @property
    def title(self) -> str:
        """Of its sheet."""
        first, *more = self.labels
        return f"{self.name} circuit: {first}" + (f" to {more[-1]}" if more else "")


def kicad_files(
    sheet: ToolSheet, title: str, name: str, provenance: Sequence[str] = ()
) -> dict[str, str]:
    """Write a network.

    Parameters
    ----------
    sheet : ToolSheet
        What is drawn.
    title : str
        Of the sheet.
    name : str
        Of the schematic, ending in ``.kicad_sch``.
    provenance : sequence of str
        Where it comes from, one line each; comments of the title blocks.

    Returns
    -------
    dict of str to str
        Files by name, the network first.
    """
    circuits = _circuits(sheet, _NO_WORD.sub("_", name.removesuffix(ENDING)))
    files = {name: _text_of(_network(sheet, circuits, title, provenance))}
    for circuit in circuits.values():
        files.setdefault(circuit.file, _text_of(_drawn(circuit, provenance)))
    return files


def _text_of(lines: Iterable[str]) -> str:
    return "\n".join(lines) + "\n"


def _circuits(sheet: ToolSheet, stem: str) -> dict[str, _Circuit]:
    """Return the circuit of each part that is one, by its reference."""
    alike: dict[tuple[object, ...], list[ToolPart]] = {}
    for part in sheet.parts:
        if part.symbol != "resistor":
            alike.setdefault((part.symbol, *part.values.values()), []).append(part)
    found: dict[str, _Circuit] = {}
    counts: dict[str, int] = {}
    for parts in alike.values():
        kind = parts[0].symbol
        assert kind != "resistor"
        counts[kind] = counts.get(kind, 0) + 1
        file = f"{stem}-{kind}-{counts[kind]}{ENDING}"
        labels = tuple(part.label for part in parts)
        circuit = _Circuit(file, kind, parts[0].values, parts[0].nets[2:], labels)
        found |= {part.ref: circuit for part in parts}
    return found


# files


def _network(
    sheet: ToolSheet, circuits: Mapping[str, _Circuit], title: str, provenance: Sequence[str]
) -> Iterator[str]:
    width = (sheet.width + 2 * _MARGIN) * UNIT
    height = (sheet.height + 2 * _MARGIN + _TITLE) * UNIT
    yield from _head(title, f'"User" {_number(width)} {_number(height)}', title, provenance)
    yield from _library("lying")
    for spot in sheet.joints:
        yield _junction(_moved(spot), *spot)
    for net, start, end in sheet.wires:
        yield _wire(net, _moved(start), _moved(end))
    for note in sheet.notes:
        yield _note(note)
    rails = dict.fromkeys(rail for circuit in circuits.values() for rail in circuit.rails)
    said = f"Rails of the circuits are global nets: {', '.join(rails)}"
    yield _note(Label(said, 2, sheet.height + _TITLE // 2, leftwards=False))
    for label in sheet.labels:
        if label.text not in rails:
            yield _label(label.text, _moved((label.x, label.y)), leftwards=label.leftwards)
    for part in sheet.parts:
        if part.ref in circuits:
            yield from _sheet(part, circuits[part.ref])
        else:
            yield from _resistor(part)
    yield from _instances(sheet, circuits)
    yield ")"


def _instances(sheet: ToolSheet, circuits: Mapping[str, _Circuit]) -> Iterator[str]:
    """Give each sheet its number, and every part on it the name that it has in the network."""
    yield "(sheet_instances"
    yield '(path "/" (page "1"))'
    inside = [part for part in sheet.parts if part.ref in circuits]
    for number, part in enumerate(inside, start=2):
        yield f'(path "/{_uuid("s", part.ref)}" (page "{number}"))'
    yield ")"
    yield "(symbol_instances"
    for part in sheet.parts:
        circuit = circuits.get(part.ref)
        if circuit is None:
            yield _instance(_uuid("s", part.ref), part.label, exponent_number(part.values["R"]))
            continue
        for each in PLANS[circuit.name].parts:
            path = f"{_uuid('s', part.ref)}/{_uuid('s', circuit.file, each.name)}"
            yield _instance(path, f"{part.label}.{each.name}", _values(circuit, each)["Value"])
    yield ")"


def _drawn(circuit: _Circuit, provenance: Sequence[str]) -> Iterator[str]:
    """Write the file of a circuit: parts, wires, and where it hangs in the network."""
    plan, kind = PLANS[circuit.name], CELLS[circuit.name]

    def at(spot: tuple[float, float]) -> str:
        return _place(spot, _CIRCUIT_AT)

    yield from _head(circuit.file, f'"{_CIRCUIT_PAPER}"', circuit.title, provenance)
    yield from _library(*dict.fromkeys(part.way for part in plan.parts))
    for dot in plan.dots:
        yield _junction(at(dot), circuit.file, *dot)
    for net, start, end in plan.pieces():
        yield _wire(f"{circuit.file} {net}", at(start), at(end))
    for node, spot in plan.named(kind.inner_nodes):
        yield _label(node, at(spot), leftwards=False)
    nets = ("a", "y", *circuit.rails)
    for net, (node, spot) in zip(nets, plan.terminals, strict=True):
        kind_of = "hierarchical_label" if net == node else "global_label"
        side, angle = ("left", 0) if node == "y" else ("right", 180)
        place = f"(at {at(spot)} {angle}) {_effects(side)}"
        uuid = _uuid("h", circuit.file, node)
        yield f"({kind_of} {_text(net)} (shape {_shape(node)}) {place} (uuid {uuid}))"
    for part in plan.parts:
        uuid = _uuid("s", circuit.file, part.name)
        yield from _placed(part.way, at((part.x, part.y)), uuid, len(_PINS[part.way]))
        across, upper, lower, anchor = part.text
        justify = {"start": "left bottom", "end": "right bottom", "middle": "bottom"}[anchor]
        said = {"Reference": part.name, **_values(circuit, part)}
        heights = {"Reference": upper, "Value": lower}
        for number, (key, value) in enumerate(_fields(said)):
            place = at((part.x + across, part.y + heights.get(key, lower)))
            effects = _effects(justify, 0.9, hidden=key not in heights)
            yield _property(key, value, number, place, effects)
        yield ")"
    yield ")"


def _head(key: str, paper: str, title: str, provenance: Sequence[str]) -> Iterator[str]:
    yield "(kicad_sch (version 20211123) (generator pnn_studio)"
    yield f"(uuid {_uuid('sheet', key)})"
    yield f"(paper {paper})"
    yield f"(title_block (title {_text(title)})"
    comments = [*provenance[: _COMMENTS - 1], "; ".join(provenance[_COMMENTS - 1 :])]
    for number, line in enumerate(filter(None, comments), start=1):
        yield f"(comment {number} {_text(line)})"
    yield ")"


# symbols


def _library(*symbols: Symbol) -> Iterator[str]:
    yield "(lib_symbols"
    for each in symbols:
        yield from _symbol(each)
    yield ")"


def _symbol(name: Symbol) -> Iterator[str]:
    letter, lead = ("T", 1.8) if name == "transistor" else ("R", 1.0)
    hidden = "(pin_numbers hide) (pin_names (offset 0.5) hide) (in_bom yes) (on_board yes)"
    yield f'(symbol "{_LIBRARY}:{name}" {hidden}'
    for number, (key, value) in enumerate(_fields({"Reference": letter, "Value": name})):
        yield _property(key, value, number, "0 0", _effects(hidden=number > 1))
    yield f'(symbol "{name}_0_1"'
    yield from _body(name)
    yield ")"
    yield f'(symbol "{name}_1_1"'
    for number, (pin, (x, y), way) in enumerate(_PINS[name], start=1):
        place = f"(at {_number(x * UNIT)} {_number(-y * UNIT)} {way})"
        said = f'(name "{pin}" {_effects()}) (number "{number}" {_effects()})'
        yield f"(pin passive line {place} (length {_number(lead * UNIT)}) {said})"
    yield "))"


def _body(name: Symbol) -> Iterator[str]:
    look = "(fill (type none))"

    def line(*points: tuple[float, float], width: float = 0.254) -> str:
        pairs = " ".join(f"(xy {_number(x * UNIT)} {_number(-y * UNIT)})" for x, y in points)
        return f"(polyline (pts {pairs}) {_STROKE.format(width)} {look})"

    if name == "transistor":
        yield line((-2.2, -1.2), (-2.2, 1.2))
        yield line((-1.6, -1.7), (-1.6, 1.7), width=0.4)
        yield line((-1.6, -1.2), (0, -1.2))
        yield line((-1.6, 1.2), (0, 1.2))
    else:
        a, b = (2.0, 0.8) if name == "lying" else (0.8, 2.0)
        yield line((-a, -b), (a, -b), (a, b), (-a, b), (-a, -b))


# what is placed


def _resistor(part: ToolPart) -> Iterator[str]:
    yield from _placed("lying", _moved((part.x, part.y)), _uuid("s", part.ref), 2)
    said = {"Reference": part.label, "Value": exponent_number(part.values["R"]), "Name": part.ref}
    heights = {"Reference": -2, "Value": 2}
    for number, (key, value) in enumerate(_fields(said)):
        spot = (part.x, part.y + heights.get(key, 0))
        yield _property(key, value, number, _moved(spot), _effects(hidden=key not in heights))
    yield ")"


def _placed(symbol: Symbol, at: str, uuid: str, pins: int) -> Iterator[str]:
    yield f'(symbol (lib_id "{_LIBRARY}:{symbol}") (at {at} 0) (unit 1)'
    yield f"(in_bom yes) (on_board yes) (uuid {uuid})"
    for number in range(1, pins + 1):
        yield f'(pin "{number}" (uuid {_uuid("p", uuid, number)}))'


def _sheet(part: ToolPart, circuit: _Circuit) -> Iterator[str]:
    """Place a circuit: a sheet whose pins lie where those of a symbol would."""
    size = _number(2 * _HALF * UNIT)
    yield f"(sheet (at {_moved((part.x - _HALF, part.y - _HALF))}) (size {size} {size})"
    yield "(stroke (width 0.1524) (type solid) (color 0 0 0 0)) (fill (color 0 0 0 0.0))"
    yield f"(uuid {_uuid('s', part.ref)})"
    shown = {"Sheet name": part.label, "Sheet file": circuit.file,
             "Circuit": circuit.name, "Name": part.ref}  # fmt: skip
    pins = PINS[part.symbol][:2]  # without its rails
    # where neither a wire nor a name of a pin is
    places = {"Sheet name": (-0.6, -_HALF - 0.5), "Circuit": (0, 0 if pins[0][1][1] else 2)}
    for number, (key, value) in enumerate(shown.items()):
        x, y = places.get(key, (0, 0))
        effects = _effects("right bottom" if y < 0 else "", hidden=key not in places)
        yield _property(key, value, number, _moved((part.x + x, part.y + y)), effects)
    for pin, (x, y) in pins:
        angle = _SIDES[(x // _HALF, 0) if abs(x) == _HALF else (0, y // _HALF)]
        place = f"(at {_moved((part.x + x, part.y + y))} {angle})"
        effects = _effects("left" if angle in (180, 270) else "right")
        uuid = _uuid("p", part.ref, pin)
        yield f"(pin {_text(pin)} {_shape(pin)} {place} {effects} (uuid {uuid}))"
    yield ")"


def _shape(node: str) -> str:
    return {"a": "input", "y": "output"}.get(node, "passive")


def _values(circuit: _Circuit, part: PlannedPart) -> dict[str, str]:
    """Return value and further fields of a part of a circuit."""
    described = CELLS[circuit.name].part(part.name)
    if isinstance(described, ResistorPart):
        return {"Value": exponent_number(circuit.values[part.name])}
    width, length = (circuit.values[each] for each in (described.width, described.length))
    return {
        "Value": "/".join(f"{each / _MICRO:.3g}" for each in (width, length)) + " µm",
        "W": exponent_number(width),
        "L": exponent_number(length),
    }


def _instance(path: str, reference: str, value: str) -> str:
    said = f"(reference {_text(reference)}) (unit 1) (value {_text(value)})"
    return f'(path "/{path}" {said} (footprint ""))'


def _fields(said: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Give reference and value, the two that KiCad has behind them, and what more is said."""
    first, second, *more = said.items()
    yield from (first, second, ("Footprint", ""), ("Datasheet", ""), *more)


def _property(key: str, value: str, number: int, at: str, effects: str) -> str:
    return f"(property {_text(key)} {_text(value)} (id {number}) (at {at} 0) {effects})"


def _effects(justify: str = "", size: float = 1.27, *, hidden: bool = False) -> str:
    placed = f" (justify {justify})" if justify else ""
    return f"(effects (font (size {size:g} {size:g})){placed}{' hide' if hidden else ''})"


def _label(net: str, at: str, *, leftwards: bool) -> str:
    angle, side = (180, "right") if leftwards else (0, "left")
    effects = _effects(f"{side} bottom")
    return f"(label {_text(net)} (at {at} {angle}) {effects} (uuid {_uuid('l', net, at, angle)}))"


def _note(note: Label) -> str:
    effects = _effects(f"{'right' if note.leftwards else 'left'} bottom")
    place = f"(at {_moved((note.x + (0 if note.leftwards else 1), note.y))} 0)"
    return f"(text {_text(note.text)} {place} {effects} (uuid {_uuid('t', note.x, note.y)}))"


def _wire(net: str, start: str, end: str) -> str:
    points = f"(pts (xy {start}) (xy {end}))"
    return f"(wire {points} {_STROKE.format(0)} (uuid {_uuid('w', net, start, end)}))"


def _junction(at: str, *key: object) -> str:
    return f"(junction (at {at}) (diameter 0) (color 0 0 0 0) (uuid {_uuid('j', *key)}))"


def _moved(spot: tuple[float, float]) -> str:
    return _place(spot, (_MARGIN, _MARGIN))


def _place(spot: tuple[float, float], origin: Spot) -> str:
    return " ".join(_number((each + by) * UNIT) for each, by in zip(spot, origin, strict=True))


def _number(value: float) -> str:
    return f"{value:.4f}".rstrip("0").rstrip(".")


def _text(text: str) -> str:
    """Quote a text; what is no letter of a line is a space."""
    line = " ".join("".join(each if each.isprintable() else " " for each in text).split())
    return '"' + line.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _uuid(*words: object) -> str:
    """Name a thing by what it is, so that the same design is the same file."""
    return str(uuid5(NAMESPACE_URL, "pnn_studio " + " ".join(map(str, words))))
