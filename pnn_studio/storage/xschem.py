r"""The network for xschem: schematic, symbols, and the circuits down to their transistors.

Written in the format of xschem 2.8, which newer versions read, too: symbol attributes stand in
``G {}``, and no line states a version. Symbols have the name of the schematic in front, so that
all files of a design lie beside each other in one folder. Its own netlister gives the same parts
and nets as the netlist of this program, the top level as a subcircuit without a test bench.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from pnn_studio.domain.cell_plans import PLANS
from pnn_studio.domain.cells import CELLS, CircuitName, ResistorPart
from pnn_studio.domain.tool_sheet import PINS, SymbolName, ToolPart, ToolSheet
from pnn_studio.domain.units import exponent_number
from pnn_studio.errors import UsageError

UNIT = 10
_HEAD = "V {}\nS {}\nE {}\n"
_BODY, _PIN = 4, 5  # layers of lines and of pins
_TEXT = "0.2 0.2"
_NO_WORD = re.compile(r"[^A-Za-z0-9_]")  # what the name of a subcircuit cannot have
_NO_NAME = re.compile(r"[\s{}\[\]\"$;\\]")  # it hands the name to Tcl
_ESCAPED = re.compile(r'([{}\\"])')


def xschem_files(
    sheet: ToolSheet, name: str, library: str, provenance: Sequence[str] = ()
) -> dict[str, str]:
    """Write a network.

    Parameters
    ----------
    sheet : ToolSheet
        What is drawn.
    name : str
        Of the schematic, ending in ``.sch``.
    library : str
        SPICE text of the transistor ``egt``, which the schematic carries along.
    provenance : sequence of str
        Where it comes from, one line each; a text on the sheet.

    Returns
    -------
    dict of str to str
        Files by name, the schematic first.

    Raises
    ------
    UsageError
        Where xschem cannot netlist a schematic of that name.
    """
    if _NO_NAME.search(name):
        raise UsageError(
            f"xschem cannot netlist a schematic called {name!r}; leave spaces and brackets out: "
            f"{_NO_NAME.sub('_', name)}"
        )
    stem = _NO_WORD.sub("_", name.removesuffix(".sch"))
    stem = stem if stem[:1].isalpha() else f"pnn_{stem}"
    files = {name: _network(sheet, stem, library, provenance)}
    files[f"{stem}_resistor.sym"] = _symbol(
        "resistor", 'type=resistor\nformat="@name @pinlist @value"\n'
        'template="name=R1 value=1e6"', ("@name", "@value", "@label"),
    )  # fmt: skip
    files[f"{stem}_egt.sym"] = _transistor_symbol()
    files[f"{stem}_upright.sym"] = _upright_resistor()
    files[f"{stem}_net.sym"] = _LABEL
    files[f"{stem}_in.sym"] = _port("ipin", "out")
    files[f"{stem}_out.sym"] = _port("opin", "in")
    files[f"{stem}_library.sym"] = _LIBRARY
    for circuit in sheet.circuits:
        values = next((part.values for part in sheet.parts if part.symbol == circuit), None)
        if values is not None:
            said = " ".join(
                f"{key.lower()}={exponent_number(each)}" for key, each in values.items()
            )
            passed = " ".join(f"{key.lower()}=@{key.lower()}" for key in values)
            files[f"{stem}_{circuit}.sym"] = _symbol(
                circuit, f'type=subcircuit\nformat="@name @pinlist @symname {passed}"\n'
                f'template="name=X1 {said}"', ("@name", "", "@label"),
            )  # fmt: skip
            files[f"{stem}_{circuit}.sch"] = _circuit(circuit, stem)
    return files


# the network


def _network(sheet: ToolSheet, stem: str, library: str, provenance: Sequence[str]) -> str:
    lines = ["G {}", _HEAD.rstrip()]
    for number, line in enumerate(provenance):
        lines.append(
            f"T {{{_safe(line)}}} 0 {-20 * (len(provenance) - number) - 40} 0 0 {_TEXT} {{}}"
        )
    lines += [_net(net, start, end) for net, start, end in sheet.wires]
    for part in sheet.parts:
        lines.append(_placed(part, stem))
    for number, label in enumerate(sheet.labels, start=1):
        lines.append(_label(stem, number, label.text, label.x, label.y, leftwards=label.leftwards))
    for note in sheet.notes:
        place = f"{note.x * UNIT} {note.y * UNIT - 10} 0 {1 if note.leftwards else 0}"
        lines.append(f"T {{{_safe(note.text)}}} {place} {_TEXT} {{}}")
    below = (sheet.height + 4) * UNIT
    for number, (net, output) in enumerate(sheet.ports):
        kind, at = ("out", 400) if output else ("in", 100)
        place = f"{at} {below + 30 * number} 0 0"
        lines.append(f"C {{{stem}_{kind}.sym}} {place} {{name=p{number + 1} lab={net}}}")
    text = _ESCAPED.sub(r"\\\1", library.strip())
    said = f'name=library only_toplevel=false value="\n{text}\n"'
    lines.append(f"C {{{stem}_library.sym}} 700 {below} 0 0 {{{said}}}")
    return "\n".join(lines) + "\n"


def _placed(part: ToolPart, stem: str) -> str:
    place = f"{part.x * UNIT} {part.y * UNIT} 0 0"
    if part.symbol == "resistor":
        said = f"name={part.ref} value={exponent_number(part.values['R'])}"
    else:
        said = f"name=X{part.ref} {_said(part.values)}"
    return f'C {{{stem}_{part.symbol}.sym}} {place} {{{said} label="{part.label}"}}'


def _said(values: Mapping[str, float]) -> str:
    return " ".join(f"{key.lower()}={exponent_number(each)}" for key, each in values.items())


def _net(net: str, start: tuple[int, int], end: tuple[int, int]) -> str:
    ends = " ".join(str(each * UNIT) for spot in (start, end) for each in spot)
    return f"N {ends} {{lab={net}}}"


def _label(stem: str, number: int, net: str, x: int, y: int, *, leftwards: bool) -> str:
    place = f"{x * UNIT} {y * UNIT} 0 {0 if leftwards else 1}"
    return f"C {{{stem}_net.sym}} {place} {{name=l{number} lab={net}}}"


def _safe(text: str) -> str:
    """Escape what would end a text or an attribute."""
    return _ESCAPED.sub(r"\\\1", " ".join(text.split()))


# the circuits


def _circuit(circuit: CircuitName, stem: str) -> str:
    """Write the schematic of a circuit; its component values are parameters."""
    plan, kind = PLANS[circuit], CELLS[circuit]
    lines = ["G {}", _HEAD.rstrip()]
    lines += [_net(*piece) for piece in plan.pieces()]
    for part in plan.parts:
        described = kind.part(part.name)
        place = f"{part.x * UNIT} {part.y * UNIT} 0 0"
        if isinstance(described, ResistorPart):
            symbol = "upright" if part.way == "upright" else "resistor"
            said = f"name={part.name} value=\"'{part.name.lower()}'\""
        else:
            symbol = "egt"
            said = (
                f"name=X{part.name} w=\"'{described.width.lower()}'\" "
                f"l=\"'{described.length.lower()}'\""
            )
        lines.append(f'C {{{stem}_{symbol}.sym}} {place} {{{said} label=""}}')
    for number, (node, (x, y)) in enumerate(plan.named(kind.inner_nodes), start=1):
        lines.append(_label(stem, number, node, x, y, leftwards=False))
    for number, (node, (x, y)) in enumerate(plan.terminals, start=1):
        kind_of = "out" if node == "y" else "in"
        place = f"{x * UNIT} {y * UNIT} 0 0"
        lines.append(f"C {{{stem}_{kind_of}.sym}} {place} {{name=p{number} lab={node}}}")
    return "\n".join(lines) + "\n"


# symbols


def _lines(points: Iterable[tuple[float, float]]) -> list[str]:
    return [
        f"L {_BODY} {xa:g} {ya:g} {xb:g} {yb:g} {{}}" for (xa, ya), (xb, yb) in pairwise(points)
    ]


def _pin(name: str, x: float, y: float, way: str = "inout") -> str:
    return f"B {_PIN} {x - 2.5:g} {y - 2.5:g} {x + 2.5:g} {y + 2.5:g} {{name={name} dir={way}}}"


def _symbol(name: SymbolName, attributes: str, texts: tuple[str, str, str]) -> str:
    lines = ["G {" + attributes + "}", _HEAD.rstrip()]
    pins = {pin: (x * UNIT, y * UNIT) for pin, (x, y) in PINS[name]}
    if name == "resistor":
        lines += _lines([(-20, -8), (20, -8), (20, 8), (-20, 8), (-20, -8)])
        lines += [*_lines([(-30, 0), (-20, 0)]), *_lines([(20, 0), (30, 0)])]
        above, below = -24, 12
    elif name == "ptanh":
        lines += _lines([(-30, -30), (30, -30), (30, 30), (-30, 30), (-30, -30)])
        lines += _lines([(-20, 14), (-12, 12), (-4, 0), (4, -12), (12, -14), (22, -15)])
        lines += [*_lines([(0, -40), (0, -30)]), *_lines([(0, 30), (0, 40)])]
        lines += [*_lines([(30, -20), (40, -20)]), *_lines([(30, 20), (40, 20)])]
        above, below = -44, 34
    else:
        lines += _lines([(-30, -34), (-30, 34), (30, 0), (-30, -34)])
        lines += [*_lines([(-40, 0), (-30, 0)]), *_lines([(30, 0), (40, 0)])]
        lines += [*_lines([(0, -40), (0, -17)]), *_lines([(0, 17), (0, 40)])]
        lines.append(f"T {{-1}} -22 -8 0 0 {_TEXT} {{}}")
        above, below = -52, 42
    lines += [_pin(pin, x, y) for pin, (x, y) in pins.items()]
    for text, (x, y) in zip(texts, ((-30, above), (-30, below), (34, above)), strict=True):
        if text:
            lines.append(f"T {{{text}}} {x} {y} 0 0 {_TEXT} {{}}")
    return "\n".join(lines) + "\n"


def _upright_resistor() -> str:
    lines = ['G {type=resistor\nformat="@name @pinlist @value"\ntemplate="name=R1 value=1e3"}']
    lines += [_HEAD.rstrip(), *_lines([(-8, -20), (8, -20), (8, 20), (-8, 20), (-8, -20)])]
    lines += [*_lines([(0, -30), (0, -20)]), *_lines([(0, 20), (0, 30)])]
    lines += [_pin("p", 0, -30), _pin("n", 0, 30)]
    lines += [f"T {{@name}} 14 -16 0 0 {_TEXT} {{}}", f"T {{@value}} 14 2 0 0 {_TEXT} {{}}"]
    return "\n".join(lines) + "\n"


def _transistor_symbol() -> str:
    lines = [
        'G {type=primitive\nformat="@name @pinlist egt w=@w l=@l"\n'
        'template="name=XT1 w=1e-6 l=1e-6"}',
        _HEAD.rstrip(),
        *_lines([(-40, 0), (-22, 0)]),
        *_lines([(-22, -12), (-22, 12)]),
        *_lines([(-16, -17), (-16, 17)]),
        *_lines([(-16, -12), (0, -12), (0, -30)]),
        *_lines([(-16, 12), (0, 12), (0, 30)]),
        _pin("d", 0, -30),
        _pin("g", -40, 0, "in"),
        _pin("s", 0, 30),
        f"T {{@name}} 8 -10 0 0 {_TEXT} {{}}",
        f"T {{@w / @l}} 8 8 0 0 {_TEXT} {{}}",
    ]
    return "\n".join(lines) + "\n"


def _port(kind: str, way: str) -> str:
    side = -1 if kind == "ipin" else 1
    shape = [(0, 0), (side * 6, -5), (side * 14, -5), (side * 14, 5), (side * 6, 5), (0, 0)]
    flip = 1 if side < 0 else 0
    return (
        "\n".join(
            [
                f'G {{type={kind}\nformat="*.{kind} @lab"\ntemplate="name=p1 lab=net"}}',
                _HEAD.rstrip(),
                f"B {_PIN} -0.5 -0.5 0.5 0.5 {{name=p dir={way}}}",
                *_lines(shape),
                f"T {{@lab}} {side * 20} -8 0 {flip} 0.33 0.33 {{}}",
            ]
        )
        + "\n"
    )


_LABEL = (
    'G {type=label\nformat="*.alias @lab"\ntemplate="name=l1 lab=net"}\n'
    f"{_HEAD}B {_PIN} -1.25 -1.25 1.25 1.25 {{name=p dir=in}}\n"
    "T {@lab} -7.5 -7.5 0 1 0.3 0.3 {}\n"
)
_LIBRARY = (
    'G {type=netlist_commands\nformat="\n@value\n"\n'
    'template="name=library only_toplevel=false value=none"}\n'
    f"{_HEAD}T {{transistor egt: SPICE text}} 0 0 0 0 {_TEXT} {{}}\n"
    "L 4 0 20 240 20 {}\n"
)
