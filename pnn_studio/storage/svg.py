"""Schematics as stand-alone SVG files, in the light palette and on white, fit for print."""

import re
from collections.abc import Mapping, Sequence
from xml.etree import ElementTree as ET

from pnn_studio.domain.schematic import Role, Schematic, Symbol, Text
from pnn_studio.domain.units import MINUS, format_si

FONT = "Noto Sans, DejaVu Sans, sans-serif"
WIRE = "#3A4048"
TEXT = "#1A1D21"
LABEL = "#555C66"
DISABLED = "#9AA0A9"
# lines and bodies, and text in the same hue with 4.5:1 against white
LINES: Mapping[Role, str] = {
    "plain": WIRE,
    "label": LABEL,
    "negative": "#D55E00",
    "positive": "#0072B2",
    "negation": "#8A5B00",
    "activation": "#00704F",
    "muted": DISABLED,
}
INKS: Mapping[Role, str] = {
    "plain": TEXT,
    "label": LABEL,
    "negative": "#A84900",
    "positive": "#00629A",
    "negation": "#8A5B00",
    "activation": "#00704F",
    "muted": DISABLED,
}
STROKE = "1.5"
MARGIN = 24.0
HEADING = 44.0  # above each layer, its title included
LEGEND = 76.0
LEGEND_WIDTH = 528.0
# https://www.w3.org/TR/xml/#charsets
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
DOTTED = {"stroke-dasharray": "0.1 5", "stroke-linecap": "round"}


def design_svg(schematics: Sequence[Schematic]) -> str:
    """Write the schematics of a design under one another as an SVG document.

    Parameters
    ----------
    schematics : sequence of Schematic
        One a layer, the first layer on top; at least one.

    Returns
    -------
    str
        Stand-alone SVG 1.1. Text stays text; components are groups whose ``id`` is their reference
        and whose ``title`` a viewer shows under the pointer: reference, name, value.
        Sizes are in px, 1 px a scene unit.
    """
    width = max(LEGEND_WIDTH, *(each.width for each in schematics)) + 2 * MARGIN
    height = sum(HEADING + each.height for each in schematics) + LEGEND
    root = ET.Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "width": f"{_number(width)}px",
            "height": f"{_number(height)}px",
            "viewBox": f"0 0 {_number(width)} {_number(height)}",
            "font-family": FONT,
        },
    )
    title = "; ".join(each.title for each in schematics)
    ET.SubElement(root, "title").text = _legal(title)
    _shape(root, "rect", width=width, height=height, fill="#FFFFFF")
    y = 0.0
    for schematic in schematics:
        _write(root, Text(MARGIN, y + 30, schematic.title, 13, bold=True))
        _draw(_moved(root, MARGIN, y + HEADING), schematic)
        y += HEADING + schematic.height
    _draw_legend(_moved(root, MARGIN, y))
    ET.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def draw(schematic: Schematic) -> ET.Element:
    """Return a group with the drawing of one layer, without its title.

    It is made of ``g`` that are moved, ``rect``, ``circle``, ``polyline``, ``polygon`` and ``text``
    alone, so that `storage.pdf` prints whatever is drawn here.
    """
    group = ET.Element("g")
    _draw(group, schematic)
    return group


def _draw(group: ET.Element, schematic: Schematic) -> None:
    wires = _shape(group, "g", **{"fill": "none", "stroke-width": STROKE})
    for wire in schematic.wires:
        points = " ".join(f"{_number(x)},{_number(y)}" for x, y in wire.points)
        dashes = DOTTED if wire.dotted else {}
        _shape(wires, "polyline", points=points, stroke=LINES[wire.role], **dashes)
    for dot in schematic.dots:
        _shape(group, "circle", cx=dot.x, cy=dot.y, r=3, fill=LINES[dot.role])
    for symbol in schematic.symbols:
        _draw_symbol(group, symbol)
    for text in schematic.texts:
        _write(group, text)


def _draw_symbol(parent: ET.Element, symbol: Symbol) -> None:
    colour = LINES[symbol.role]
    group = _moved(parent, symbol.x, symbol.y)
    group.attrib |= {"fill": "none", "stroke": colour, "stroke-width": STROKE}
    if symbol.ref:
        group.set("id", _legal(symbol.ref))
        value = format_si(symbol.value, "Ω") if symbol.value else ""
        words = [part for part in (symbol.ref, symbol.name, value) if part]
        ET.SubElement(group, "title").text = _legal(", ".join(words))
    if symbol.kind in ("terminal", "open_terminal"):
        _shape(group, "circle", r=symbol.width / 2, fill="#FFFFFF")
        return
    _shape(
        group,
        "rect",
        x=-symbol.width / 2,
        y=-symbol.height / 2,
        width=symbol.width,
        height=symbol.height,
        rx=0 if symbol.kind == "resistor" else 3,
        fill="#FFFFFF",
    )
    if symbol.kind == "negation":
        _draw_inverter(group, symbol)
    elif symbol.kind == "activation":
        _draw_curve(group, symbol)


def _draw_inverter(group: ET.Element, symbol: Symbol) -> None:
    """Draw a triangle and −1; the box of a single weight is half as large, and so are they."""
    large = symbol.width > 24  # noqa: PLR2004 - the box of a single weight
    left, right, half, size = (-15.0, -3.0, 7.0, 12) if large else (-9.0, -3.0, 3.5, 7)
    points = f"{_number(left)},{_number(-half)} {_number(left)},{_number(half)} {_number(right)},0"
    _shape(group, "polygon", points=points, **{"stroke-linejoin": "round"})
    baseline = round(0.36 * size, 1)
    _write(group, Text(right + 3, baseline, f"{MINUS}1", size, bold=True, role="negation"))


def _draw_curve(group: ET.Element, symbol: Symbol) -> None:
    """Draw the transfer curve in the left half of the body, the reference in the right one."""
    left, width, height = -symbol.width / 2 + 7, 22.0, 20.0
    steps = max(len(symbol.curve) - 1, 1)
    # -1..1 V over the height; a circuit that reaches further is drawn at the edge
    points = " ".join(
        f"{_number(left + width * step / steps)},{_number(-min(max(volts, -1), 1) * height / 2)}"
        for step, volts in enumerate(symbol.curve)
    )
    _shape(group, "polyline", points=points)
    _write(group, Text(15, 4, symbol.ref, 11, "middle", bold=True, role="activation"))


def _draw_legend(group: ET.Element) -> None:
    """Say what dots, gaps, colours and dotted stubs mean."""
    thin = {"fill": "none", "stroke-width": STROKE}
    places = [(column * 180.0, row * 24.0 + 16) for row in range(2) for column in range(3)]
    words = ("wires joined", "wires not joined", "not printed",
             "conductance, plain input", "conductance, negated", "negation circuit")  # fmt: skip
    samples = [_moved(group, *place) for place in places]
    for sample, word in zip(samples, words, strict=True):
        _write(sample, Text(36, 4, word, role="label"))
    joined, crossing, muted, positive, negative, negation = samples
    _shape(joined, "path", d="M0,0H28M14,-8V0", stroke=WIRE, **thin)
    _shape(joined, "circle", cx=14, r=3, fill=WIRE)
    _shape(crossing, "path", d="M0,0H10.5M17.5,0H28M14,-8V8", stroke=WIRE, **thin)
    _shape(muted, "path", d="M8,0H28", stroke=DISABLED, **thin, **DOTTED)
    _shape(muted, "circle", cx=4, r=4, stroke=DISABLED, **thin)
    for sample, colour in ((positive, LINES["positive"]), (negative, LINES["negative"])):
        _shape(sample, "path", d="M0,0H6M22,0H28M6,-4H22V4H6Z", stroke=colour, **thin)
    _draw_symbol(negation, Symbol("negation", "", 14, 0, 24, 16, "negation"))


def _write(parent: ET.Element, text: Text) -> None:
    look = {"font-size": str(text.size), "fill": INKS[text.role], "stroke": "none"}
    if text.anchor != "start":
        look["text-anchor"] = text.anchor
    if text.bold:
        look["font-weight"] = "600"
    _shape(parent, "text", x=text.x, y=text.y, **look).text = _legal(text.text)


def _moved(parent: ET.Element, x: float, y: float) -> ET.Element:
    return _shape(parent, "g", transform=f"translate({_number(x)} {_number(y)})")


def _shape(parent: ET.Element, tag: str, **attributes: str | float) -> ET.Element:
    texts = {
        name: value if isinstance(value, str) else _number(value)
        for name, value in attributes.items()
    }
    return ET.SubElement(parent, tag, texts)


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _legal(text: str) -> str:
    """Replace what XML 1.0 cannot hold even when escaped: control letters and lone surrogates."""
    return _ILLEGAL.sub("\N{REPLACEMENT CHARACTER}", " ".join(text.splitlines()))
