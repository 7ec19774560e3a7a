import re
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pnn_studio.storage.svg import HEADING, INKS, LINES, MARGIN, design_svg
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

from pnn_studio.circuit.schematic import layer_schematic
from pnn_studio.domain.operating_point import operating_point
from pnn_studio.domain.schematic import Schematic, Symbol, Text
from tests.support.designs import sample_design, sample_voltages

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = '</text><script>alert("&")</script><!-- ]]> \x00\x1b\ud800'


def layers(crossbar="modified", **names):
    design = sample_design(4, (3,), 3, crossbar, **names)
    states = operating_point(design, sample_voltages(design, 2)).layers
    return tuple(layer_schematic(design, i, state=state) for i, state in enumerate(states))


def tags(text):
    return {element.tag.removeprefix(SVG) for element in ET.fromstring(text).iter()}


@pytest.mark.parametrize("crossbar", ["modified", "original"])
def test_every_component_is_a_group_named_by_its_reference(crossbar):
    schematics = layers(crossbar)
    identifiers = [
        group.get("id") for group in ET.fromstring(design_svg(schematics)).iter(f"{SVG}g")
    ]
    references = [symbol.ref for each in schematics for symbol in each.symbols if symbol.ref]
    assert sorted(filter(None, identifiers)) == sorted(references)


def test_every_text_is_text():
    schematics = layers()
    written = [text.text for text in ET.fromstring(design_svg(schematics)).iter(f"{SVG}text")]
    for each in schematics:
        assert each.title in written
        for text in each.texts:
            assert text.text in written


def test_the_size_in_px_is_that_of_the_view_box_and_holds_all_layers():
    schematics = layers()
    root = ET.fromstring(design_svg(schematics))
    width, height = root.get("width"), root.get("height")
    assert root.get("viewBox") == f"0 0 {width.removesuffix('px')} {height.removesuffix('px')}"
    assert float(width.removesuffix("px")) >= max(each.width for each in schematics)
    assert float(height.removesuffix("px")) >= sum(each.height for each in schematics)
    assert root.find(f"{SVG}title").text == "; ".join(each.title for each in schematics)


def test_the_file_needs_nothing_from_elsewhere():
    text = design_svg(layers())
    assert tags(text) == {
        "svg", "title", "g", "rect", "circle", "polyline", "polygon", "path", "text",
    }  # fmt: skip
    assert re.findall(r"https?://[^\"]+", text) == ["http://www.w3.org/2000/svg"]


def test_hostile_names_stay_text():
    schematics = layers(input_names=(HOSTILE,) * 4, class_names=(HOSTILE,) * 3)
    assert tags(design_svg(schematics)) == tags(design_svg(layers()))


@settings(max_examples=50)
@given(st.text(st.characters(codec=None)))
def test_any_text_gives_a_well_formed_file(text):
    symbols = (Symbol("activation", text, 50, 50, 72, 40, "activation", curve=(-1.0, 0.0, 1.0)),)
    schematic = Schematic(text, 100, 100, symbols, (), (), (Text(0, 0, text),))
    document = design_svg([schematic]).encode("utf-8")
    assert tags(document) <= tags(design_svg(layers()))


def contrast(colour):
    """Contrast ratio against white after WCAG 2.1."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 1.05 / (0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] + 0.05)


def test_text_can_be_read_on_white_and_lines_can_be_seen():
    for role, colour in INKS.items():
        assert contrast(colour) >= (2.5 if role == "muted" else 4.5)
    for role, colour in LINES.items():
        assert contrast(colour) >= (2.5 if role == "muted" else 3.0)


@pytest.mark.usefixtures("qapp")  # Qt's fonts need a running application
def test_another_renderer_draws_what_was_placed():
    schematic = layers()[0]
    renderer = QSvgRenderer(design_svg([schematic]).encode())
    assert renderer.isValid()
    image = QImage(renderer.defaultSize(), QImage.Format.Format_RGB32)
    image.fill(QColor("black"))
    painter = QPainter(image)
    renderer.render(painter)
    painter.end()

    def colour(x, y):
        return image.pixelColor(int(x + MARGIN), int(y + HEADING)).name().upper()

    for x, y in ((0, 0), (image.width() - 1, image.height() - 1)):
        assert image.pixelColor(x, y).name().upper() == "#FFFFFF"
    for symbol in schematic.symbols:
        if symbol.kind == "resistor":
            assert colour(symbol.x, symbol.y) == "#FFFFFF"
            # its edge lies in the middle of a pixel, and the stroke is wider than that
            assert colour(symbol.x, symbol.y - symbol.height / 2) == LINES[symbol.role]
    for dot in schematic.dots:
        assert colour(dot.x, dot.y) == LINES[dot.role]
