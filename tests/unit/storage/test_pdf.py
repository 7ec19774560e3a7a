"""Schematics are printed: a page of A4 a layer, text as text, and never another file for the same.

No library that reads PDF is asked: boxes are read where they stand, and what is written by
matplotlib's own objects before they become one.
"""

import os
import re
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.backends.backend_pdf import PdfPages
from matplotlib.font_manager import fontManager
from pnn_studio.storage.pdf import design_pdf

from pnn_studio.circuit.schematic import layer_schematic
from pnn_studio.domain.operating_point import operating_point
from pnn_studio.domain.schematic import Schematic, Symbol, Text
from tests.support.designs import sample_design, sample_voltages

_A4 = (595, 842)
ODD = ('$x^2$ & <b>"', "b\n\tc\x00\x1b", "\ud800\U0010ffff", "Θερμοκρασία")


def layers(design):
    states = operating_point(design, sample_voltages(design)).layers
    return [layer_schematic(design, i, state=each, sample=3) for i, each in enumerate(states)]


def pages(content):
    """Return width and height of every page in points."""
    boxes = re.findall(rb"/MediaBox ?\[ ?0 0 ([\d.]+) ([\d.]+) ?\]", content)
    return [(round(float(width)), round(float(height))) for width, height in boxes]


@pytest.fixture
def figures(monkeypatch):
    """Gather what becomes the pages."""
    kept = []
    save = PdfPages.savefig

    def keep(self, figure, **options):
        kept.append(figure)
        save(self, figure, **options)

    monkeypatch.setattr(PdfPages, "savefig", keep)
    return kept


def test_21_rows_and_3_columns_are_one_upright_page():
    upright, lying = pages(design_pdf(layers(sample_design(19, (3,), 3))))
    assert upright == pytest.approx(_A4, abs=1)
    assert lying == pytest.approx(_A4[::-1], abs=1)


def test_every_layer_has_a_page_of_its_own():
    assert len(pages(design_pdf(layers(sample_design(4, (3, 2, 3), 3))))) == 4


def test_everything_that_is_placed_is_written_on_paper_and_nothing_overlaps(figures):
    schematics = layers(sample_design(19, (3,), 3))
    design_pdf(schematics)
    for schematic, figure in zip(schematics, figures, strict=True):
        written = [text.get_text() for text in figure.texts]
        assert written[0] == schematic.title
        assert {text.text for text in schematic.texts} <= set(written)
        boxes = [text.get_window_extent() for text in figure.texts]
        paper = figure.bbox
        for at, box in enumerate(boxes):
            assert paper.x0 <= box.x0 < box.x1 <= paper.x1, written[at]
            assert paper.y0 <= box.y0 < box.y1 <= paper.y1, written[at]
            # ascenders and descenders of neighbours may share a pixel
            inner = box.shrunk(0.98, 0.8)
            others = [
                written[k] for k, each in enumerate(boxes) if k != at and inner.overlaps(each)
            ]
            assert others == [], written[at]


def test_values_and_names_are_6_points_high_at_least_where_all_is_small(figures):
    schematics = layers(sample_design(19, (3,), 3))
    design_pdf(schematics)
    named = {text.text for text in schematics[0].texts}
    sizes = [text.get_fontsize() for text in figures[0].texts if text.get_text() in named]
    assert min(sizes) >= 5.9


def test_its_fonts_are_inside_and_no_time_is():
    content = design_pdf(layers(sample_design()))
    assert content.count(b"/FontFile2") >= 1
    assert b"CreationDate" not in content
    assert b"ModDate" not in content


def test_another_process_writes_the_same_bytes(tmp_path):
    code = (
        "import sys; from tests.unit.storage.test_pdf import layers, sample_design, design_pdf;"
        "sys.stdout.buffer.write(design_pdf(layers(sample_design(4, (3,), 3))))"
    )
    done = subprocess.run(  # sets have another order there
        [sys.executable, "-c", code],
        env=os.environ | {"PYTHONHASHSEED": "1"},
        capture_output=True,
        check=True,
    )
    assert done.stdout == design_pdf(layers(sample_design(4, (3,), 3)))
    assert done.stderr == b""


def test_names_are_no_formulas_and_control_characters_no_lines(figures):
    design_pdf(layers(sample_design(4, (3,), 3, input_names=ODD, class_names=ODD[:3])))
    written = {text.get_text() for figure in figures for text in figure.texts}
    assert 'x0 $x^2$ & <b>"' in written
    assert "x3 Θερμοκρασία" in written
    assert not any("\n" in text or not text.isprintable() for text in written)


def test_letters_that_no_font_has_are_replaced(figures, monkeypatch):
    monkeypatch.setattr(fontManager, "ttflist", [])
    design_pdf([Schematic("花", 100, 100, (), (), (), ())])
    assert figures[0].texts[0].get_text() == "\N{REPLACEMENT CHARACTER}"


texts = st.text(
    st.characters(codec=None, max_codepoint=0x2FF) | st.sampled_from("\ud800\uffff\u200e🖨")
)


# several in one file, for what takes its time is the file
@settings(max_examples=8, deadline=None)
@given(st.lists(texts, min_size=1, max_size=8))
def test_any_texts_give_a_file(texts):
    symbols = tuple(
        Symbol("ptanh", text, 50, 50, 72, 40, "activation", curve=(-1.0, 0.0, 1.0))
        for text in texts
    )
    labels = tuple(Text(0, 0, text) for text in texts)
    schematic = Schematic(texts[0], 100, 100, symbols, (), (), labels)
    assert design_pdf([schematic]).endswith(b"%%EOF\n")
