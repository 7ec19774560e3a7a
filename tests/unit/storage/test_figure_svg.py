import re
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

from pnn_studio.circuit.figure.sheets import TitleBlock, design_sheets
from pnn_studio.domain.export_options import FigureOptions
from pnn_studio.domain.letters import fitted, text_width, wrapped
from pnn_studio.domain.sheet import DrawnPart, Sheet, Writing
from pnn_studio.domain.technology import load_technology
from pnn_studio.storage.figure_ink import INKS
from pnn_studio.storage.figure_svg import sheet_svg
from pnn_studio.storage.glyphs import Letters
from tests.support.designs import sample_design

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = '</text><script>alert("&")</script><!-- ]]> \x00\x1b\ud800'
TITLE = TitleBlock("Iris 4-3-3", (("data", ("Iris, split seed 0",)),), "alpha 0.50, seed 0")


def sheet_of(crossbar="modified", names=None, **options):
    design = sample_design(4, (3,), 3, crossbar, **(names or {}))
    (sheet,) = design_sheets(design, load_technology(), FigureOptions(**options), TITLE)
    return sheet


def tags(text):
    return {element.tag.removeprefix(SVG) for element in ET.fromstring(text).iter()}


@pytest.mark.parametrize("crossbar", ["modified", "original"])
def test_every_component_is_a_group_named_by_its_reference(crossbar):
    sheet = sheet_of(crossbar)
    root = ET.fromstring(sheet_svg(sheet, "a title"))
    groups = [group for group in root.iter(f"{SVG}g") if group.get("id")]
    assert [group.get("id") for group in groups] == [part.ref for part in sheet.parts]
    assert [group.find(f"{SVG}title").text for group in groups] == [p.title for p in sheet.parts]
    assert root.find(f"{SVG}title").text == "a title"


@pytest.mark.parametrize("width", [88.0, 181.0, None])
def test_the_size_is_in_millimetres_and_all_texts_are_outlines_that_say_what_they_are(width):
    sheet = sheet_of(width_mm=width, style="paper")
    text = sheet_svg(sheet, "t")
    root = ET.fromstring(text)
    assert float(root.get("width").removesuffix("mm")) == pytest.approx(sheet.width, abs=1e-3)
    box = f"0 0 {root.get('width')} {root.get('height')}".replace("mm", "")
    assert root.get("viewBox") == box
    if width is not None:
        assert sheet.width == width
    said = [group.get("aria-label") for group in root.iter(f"{SVG}g") if group.get("aria-label")]
    texts = [*sheet.texts, *(each for part in sheet.parts for each in part.texts)]
    assert sorted(said) == sorted(each.text for each in texts)
    assert tags(text) == {"svg", "title", "defs", "path", "rect", "g", "polyline", "polygon",
                          "circle", "use"}  # fmt: skip
    # it needs nothing from elsewhere
    assert set(re.findall(r"https?://[^\"]+", text)) == {
        "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink",
    }  # fmt: skip
    used = {each.get("{http://www.w3.org/1999/xlink}href") for each in root.iter(f"{SVG}use")}
    assert used == {f"#{each.get('id')}" for each in root.find(f"{SVG}defs")}


def test_black_and_white_has_neither_colours_nor_bold_letters():
    colours = set(re.findall(r"#[0-9A-F]{6}", sheet_svg(sheet_of(colour=False), "t")))
    assert colours <= {"#000000", "#FFFFFF", "#767676"}
    assert len(set(re.findall(r"#[0-9A-F]{6}", sheet_svg(sheet_of(), "t")))) > 5


def test_a_design_document_says_what_it_is():
    texts = {each.text for each in sheet_of().texts}
    assert {"Iris 4-3-3", "sheet 1 of 1", "data", "Iris, split seed 0"} <= texts
    assert {"conductance, negated input", "joined; a gap is not joined"} <= texts
    paper = {each.text for each in sheet_of(style="paper", layer=0, cells=False).texts}
    assert "Iris 4-3-3 (layer 1 of 2); alpha 0.50, seed 0" in paper
    assert "data" not in paper


def test_hostile_names_stay_text():
    names = {"input_names": (HOSTILE,) * 4, "class_names": (HOSTILE,) * 3}
    text = sheet_svg(sheet_of(names=names), HOSTILE)
    assert tags(text) == tags(sheet_svg(sheet_of(), "t"))


def blank(*texts, parts=()):
    return Sheet(
        "s", 100.0, 50.0, True, parts, (), (), tuple(Writing(1, 5, each) for each in texts)
    )


@settings(max_examples=20)
@given(st.text(st.characters(codec=None)))
def test_any_text_gives_a_well_formed_file(text):
    part = DrawnPart(text, text, text, (0, 0, 1, 1), text, (), (), (Writing(0, 0, text),))
    document = sheet_svg(blank(text, parts=(part,)), text).encode("utf-8")
    assert tags(document) <= {"svg", "title", "desc", "defs", "path", "rect", "g", "use"}


@given(st.text(st.characters(max_codepoint=0x24F, categories=["L", "N", "P", "S", "Z"])))
def test_text_takes_no_more_room_than_it_is_given(text):
    line = fitted(text, 1000.0, 7)
    real = -Letters.of([line]).start(Writing(0, 0, line, size=7, anchor="end"))
    assert real <= text_width(line, 7) + 1e-6
    assert text_width(fitted(text, 12.0, 7), 7) <= 12.0
    assert all(text_width(each, 7) <= 12.0 for each in wrapped(text, 12.0, 7))


def contrast(colour):
    """Contrast ratio against white after WCAG 2.1."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 1.05 / (0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] + 0.05)


def test_all_that_is_drawn_can_be_read_on_white():
    assert min(contrast(colour) for colour in INKS.values()) >= 4.5


@pytest.mark.usefixtures("qapp")  # Qt's fonts need a running application
def test_another_renderer_draws_what_was_placed():
    sheet, scale = sheet_of(), 10
    renderer = QSvgRenderer(sheet_svg(sheet, "t").encode())
    assert renderer.isValid()
    width, height = round(sheet.width * scale), round(sheet.height * scale)
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor("red"))
    painter = QPainter(image)
    renderer.render(painter, QRectF(0, 0, width, height))
    painter.end()

    def dark(x, y):
        return image.pixelColor(round(x * scale), round(y * scale)).lightness() < 160

    assert image.pixelColor(width // 2, 12) != QColor("red")
    for disc in sheet.discs:
        assert dark(disc.x, disc.y) == disc.filled
    for part in sheet.parts:
        if part.ref.startswith("R"):
            left, top, right, bottom = part.box
            assert not dark((left + right) / 2, (top + bottom) / 2)
            assert dark((left + right) / 2, top)
