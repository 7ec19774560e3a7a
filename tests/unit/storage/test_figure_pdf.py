"""Figures are printed: a page as large as its sheet, text as text, and the same for the same.

pypdf reads what was written.
"""

import io
import os
import re
import struct
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.font_manager import fontManager
from pypdf import PdfReader

from pnn_studio.circuit.figure.sheets import TitleBlock, design_sheets
from pnn_studio.domain.export_options import FigureOptions
from pnn_studio.domain.sheet import Sheet, Writing
from pnn_studio.domain.technology import load_technology
from pnn_studio.errors import UsageError
from pnn_studio.storage.figure_pdf import sheets_pdf
from pnn_studio.storage.figure_png import sheet_png
from pnn_studio.storage.glyphs import Letters
from tests.support.designs import sample_design

ODD = ('$x^2$ & <b>"', "b\n\tc\x00\x1b", "\ud800\U0010ffff", "Θερμοκρασία")


def sheets(layout=(4, (3,), 3), names=None, **options):
    design = sample_design(*layout, **(names or {}))
    return design_sheets(design, load_technology(), FigureOptions(**options), TitleBlock("Iris"))


def pages(content):
    """Return width and height of every page in millimetres."""
    boxes = (page.mediabox for page in PdfReader(io.BytesIO(content)).pages)
    return [tuple(float(each) * 25.4 / 72 for each in (box.width, box.height)) for box in boxes]


def test_every_layer_and_the_circuits_have_a_page_as_large_as_what_is_on_it():
    drawn = sheets((4, (3, 2), 3), pages=True, width_mm=88.0, style="paper")
    assert [each.name for each in drawn] == [
        "layer 1 of 3", "layer 2 of 3", "layer 3 of 3", "circuits",
    ]  # fmt: skip
    sizes = [side for each in drawn for side in (each.width, each.height)]
    found = [side for page in pages(sheets_pdf(drawn, "t")) for side in page]
    assert found == pytest.approx(sizes, abs=0.05)


def test_a_layer_of_more_columns_takes_the_next_width_and_is_then_split():
    assert [each.width for each in sheets((4, (3,), 4), width_mm=88.0)] == [181.0]
    split = sheets((2, (9,), 2), width_mm=88.0, pages=True, style="paper")
    assert [each.name for each in split][:2] == [
        "layer 1 of 2, columns 1 to 7", "layer 1 of 2, columns 8 to 9",
    ]  # fmt: skip
    (free,) = sheets((2, (9,), 2), width_mm=None)
    assert free.width > 200
    assert {text.size for each in split for text in each.texts} == {7.0}


def test_its_fonts_are_inside_and_no_time_is():
    read = PdfReader(io.BytesIO(sheets_pdf(sheets(), "a title, Ω")))
    assert read.metadata == {"/Title": "a title, Ω", "/Creator": "pNN Studio"}
    fonts = [each.get_object() for each in read.pages[0]["/Resources"]["/Font"].values()]
    assert len(fonts) >= 2  # plain and bold
    for font in fonts:
        assert re.match(r"/[A-Z]{6}\+DejaVuSans", font["/BaseFont"])  # a part of it is inside
        assert font["/FontDescriptor"]["/FontFile2"].get_object().get_data()


def test_its_text_reads_as_it_was_written():
    (sheet,) = sheets(names={"input_names": ("Länge", "Θερμοκρασία", "x(1)", "b")})
    (page,) = PdfReader(io.BytesIO(sheets_pdf([sheet], "t"))).pages
    found = []
    page.extract_text(visitor_text=lambda text, *_: found.append(text.strip("\n")))
    assert [each for each in found if each.strip()] == [text.text for text in sheet.writings]


def test_another_process_writes_the_same_bytes():
    code = (
        "import sys; from tests.unit.storage.test_figure_pdf import sheets, sheets_pdf, sheet_png;"
        "sheet = sheets((1, (1,), 2), cells=False);"
        "sys.stdout.buffer.write(sheets_pdf(sheet, 't') + sheet_png(sheet[0], 72, 't'))"
    )
    done = subprocess.run(  # sets have another order there
        [sys.executable, "-c", code],
        env=os.environ | {"PYTHONHASHSEED": "1"},
        capture_output=True,
        check=True,
    )
    sheet = sheets((1, (1,), 2), cells=False)
    assert done.stdout == sheets_pdf(sheet, "t") + sheet_png(sheet[0], 72, "t")
    assert done.stderr == b""


def test_a_png_has_the_resolution_that_was_chosen():
    (sheet,) = sheets(width_mm=88.0, style="paper", layer=0)
    content = sheet_png(sheet, 254, "t")
    assert struct.unpack(">II", content[16:24]) == (880, int(sheet.height * 10))
    assert b"pHYs" + struct.pack(">IIB", 10000, 10000, 1) in content
    with pytest.raises(UsageError, match="dpi or less"):
        sheet_png(Sheet("s", 2000.0, 2000.0, True, (), (), (), ()), 600, "t")


def test_letters_that_no_font_has_are_replaced(monkeypatch):
    monkeypatch.setattr(fontManager, "ttflist", [])
    assert Letters.of(["花"]).known("花a") == "\N{REPLACEMENT CHARACTER}a"


texts = st.text(
    st.characters(codec=None, max_codepoint=0x2FF) | st.sampled_from("\ud800\uffff\u200e🖨")
)


# several in one file, for what takes its time is the file
@settings(max_examples=4, deadline=None)
@given(st.lists(texts, min_size=1, max_size=8))
def test_any_texts_give_a_file(texts):
    written = tuple(Writing(1, 5, each) for each in (*texts, *ODD))
    sheet = Sheet("s", 50.0, 20.0, True, (), (), (), written)
    assert sheets_pdf([sheet], texts[0]).endswith(b"%%EOF\n")
    assert sheet_png(sheet, 72, texts[0]).startswith(b"\x89PNG")
