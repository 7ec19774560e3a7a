"""The network for KiCad 6 and newer: one ``.kicad_sch`` with its symbols inside.

Crossbar resistors and nonlinear circuits are symbols, the component values of a circuit are fields.
Nets carry the names of the netlist. Format after the developers' documentation "Schematic File
Format" of KiCad 6 (version 20211123): symbols have their y axis upwards, sheets downwards.
"""

from collections.abc import Iterator, Sequence
from uuid import NAMESPACE_URL, uuid5

from pnn_studio.domain.tool_sheet import PINS, SymbolName, ToolPart, ToolSheet
from pnn_studio.domain.units import exponent_number

UNIT = 1.27
_MARGIN, _TITLE = 20, 30  # units; the title block stands below all
_LIBRARY = "pnn_studio"
_FONT = "(effects (font (size 1.27 1.27)){})"
_STROKE = "(stroke (width {}) (type default) (color 0 0 0 0))"
_DIRECTIONS = {(-1, 0): 0, (0, 1): 90, (1, 0): 180, (0, -1): 270}  # from a pin to its symbol
_COMMENTS = 9  # that a title block has
_REACH = 2.3  # of the rails of a negation, down to its slanting side


def kicad_schematic(sheet: ToolSheet, title: str, provenance: Sequence[str] = ()) -> str:
    """Write a network.

    Parameters
    ----------
    sheet : ToolSheet
        What is drawn.
    title : str
        Of the sheet.
    provenance : sequence of str
        Where it comes from, one line each; comments of the title block.
    """
    return "\n".join(_lines(sheet, title, provenance)) + "\n"


def _lines(sheet: ToolSheet, title: str, provenance: Sequence[str]) -> Iterator[str]:
    width = (sheet.width + 2 * _MARGIN) * UNIT
    height = (sheet.height + 2 * _MARGIN + _TITLE) * UNIT
    yield "(kicad_sch (version 20211123) (generator pnn_studio)"
    yield f"(uuid {_uuid('sheet', title)})"
    yield f'(paper "User" {_number(width)} {_number(height)})'
    yield f"(title_block (title {_text(title)})"
    comments = [*provenance[: _COMMENTS - 1], "; ".join(provenance[_COMMENTS - 1 :])]
    for number, line in enumerate(filter(None, comments), start=1):
        yield f"(comment {number} {_text(line)})"
    yield ")"
    yield "(lib_symbols"
    for name in PINS:
        yield from _symbol(name)
    yield ")"
    for x, y in sheet.joints:
        yield f"(junction (at {_at(x, y)}) (diameter 0) (color 0 0 0 0) (uuid {_uuid('j', x, y)}))"
    for net, start, end in sheet.wires:
        points = f"(pts (xy {_at(*start)}) (xy {_at(*end)}))"
        yield f"(wire {points} {_STROKE.format(0)} (uuid {_uuid('w', net, start, end)}))"
    for x, y, text in sheet.notes:
        effects = _FONT.format(" (justify left bottom)")
        yield f"(text {_text(text)} (at {_at(x, y)} 0) {effects} (uuid {_uuid('t', x, y)}))"
    for label in sheet.labels:
        angle, side = (180, "right") if label.leftwards else (0, "left")
        effects = _FONT.format(f" (justify {side} bottom)")
        place = f"(at {_at(label.x, label.y)} {angle})"
        yield f"(label {_text(label.net)} {place} {effects} (uuid {_uuid('l', label)}))"
    for part in sheet.parts:
        yield from _placed(part)
    yield '(sheet_instances (path "/" (page "1")))'
    yield "(symbol_instances"
    for part in sheet.parts:
        said = f"(reference {_text(part.label)}) (unit 1) (value {_text(_value(part))})"
        yield f'(path "/{_uuid("s", part.ref)}" {said} (footprint ""))'
    yield "))"


def _symbol(name: SymbolName) -> Iterator[str]:
    letter = {"resistor": "R", "ptanh": "A", "negation": "N"}[name]
    hidden = "(pin_numbers hide) (pin_names (offset 0.5) hide) (in_bom yes) (on_board yes)"
    yield f'(symbol "{_LIBRARY}:{name}" {hidden}'
    for number, (key, value, up) in enumerate(
        (("Reference", letter, 5.0), ("Value", name, -5.0), ("Footprint", "", 0.0),
         ("Datasheet", "", 0.0))
    ):  # fmt: skip
        effects = _FONT.format(" hide" if up == 0 else "")
        yield f'(property "{key}" "{value}" (id {number}) (at 0 {up:g} 0) {effects})'
    yield f'(symbol "{name}_0_1"'
    yield from _body(name)
    yield ")"
    yield f'(symbol "{name}_1_1"'
    for number, (pin, (x, y)) in enumerate(PINS[name], start=1):
        way = (0, 1) if x == 0 and y > 0 else (0, -1) if x == 0 else (1 if x > 0 else -1, 0)
        long = _REACH if name == "negation" and x == 0 else 1.0
        place = f"(at {_number(x * UNIT)} {_number(-y * UNIT)} {_DIRECTIONS[way]})"
        plain = _FONT.format("")
        said = f'(name "{pin}" {plain}) (number "{number}" {plain})'
        yield f"(pin passive line {place} (length {_number(long * UNIT)}) {said})"
    yield "))"


def _body(name: SymbolName) -> Iterator[str]:
    look = f"{_STROKE.format(0.254)} (fill (type none))"

    def line(*points: tuple[float, float]) -> str:
        pairs = " ".join(f"(xy {_number(x * UNIT)} {_number(y * UNIT)})" for x, y in points)
        return f"(polyline (pts {pairs}) {look})"

    if name == "resistor":
        yield line((-2, 0.8), (2, 0.8), (2, -0.8), (-2, -0.8), (-2, 0.8))
    elif name == "ptanh":
        yield line((-3, 3), (3, 3), (3, -3), (-3, -3), (-3, 3))
        yield line((-2, -1.4), (-1.2, -1.2), (-0.4, 0), (0.4, 1.2), (1.2, 1.4), (2.2, 1.5))
    else:
        yield line((-3, 3.4), (3, 0), (-3, -3.4), (-3, 3.4))
        yield line((-2.6, 0), (-1.9, 0))
        yield line((-1.4, 0.4), (-1.0, 0.7), (-1.0, -0.7))


def _placed(part: ToolPart) -> Iterator[str]:
    yield f'(symbol (lib_id "{_LIBRARY}:{part.symbol}") (at {_at(part.x, part.y)} 0) (unit 1)'
    yield f"(in_bom yes) (on_board yes) (uuid {_uuid('s', part.ref)})"
    beside = part.symbol != "resistor"
    x, above, below = (part.x + 1, -5, 6) if beside else (part.x, -2, 2)
    effects = _FONT.format(" (justify left)") if beside else _FONT.format("")
    for number, (key, value, down) in enumerate(
        (("Reference", part.label, above), ("Value", _value(part), below))
    ):
        place = f"(at {_at(x, part.y + down)} 0)"
        yield f'(property "{key}" {_text(value)} (id {number}) {place} {effects})'
    fields = {"Footprint": "", "Datasheet": "", "Name": part.ref}
    if beside:
        fields |= {key: exponent_number(value) for key, value in part.values.items()}
    place = f"(at {_at(part.x, part.y)} 0) {_FONT.format(' hide')}"
    for number, (key, value) in enumerate(fields.items(), start=2):
        yield f'(property "{key}" {_text(value)} (id {number}) {place})'
    for number in range(1, len(part.nets) + 1):
        yield f'(pin "{number}" (uuid {_uuid("p", part.ref, number)}))'
    yield ")"


def _value(part: ToolPart) -> str:
    return exponent_number(part.values["R"]) if part.symbol == "resistor" else part.symbol


def _at(x: int, y: int) -> str:
    return f"{_number((x + _MARGIN) * UNIT)} {_number((y + _MARGIN) * UNIT)}"


def _number(value: float) -> str:
    return f"{value:.4f}".rstrip("0").rstrip(".")


def _text(text: str) -> str:
    """Quote a text; what is no letter of a line is a space."""
    line = " ".join("".join(each if each.isprintable() else " " for each in text).split())
    return '"' + line.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _uuid(*words: object) -> str:
    """Name a thing by what it is, so that the same design is the same file."""
    return str(uuid5(NAMESPACE_URL, "pnn_studio " + " ".join(map(str, words))))
