"""Schematics are printed: a page of A4 a layer, also one of 21 rows."""

import re

import pytest

from pnn_studio.domain.operating_point import operating_point
from pnn_studio.errors import ProjectFileError
from pnn_studio.ui.schematic.pdf import schematics_of, write_pdf
from pnn_studio.ui.shell.actions import EXPORTS
from pnn_studio.ui.widgets.theme import Appearance
from tests.support.designs import sample_design, sample_voltages

_A4 = (595, 842)


def printed(path, design):
    evaluation = operating_point(design, sample_voltages(design))
    write_pdf(path, schematics_of(design, evaluation, 3), Appearance())
    boxes = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", path.read_bytes())
    return [(round(float(width)), round(float(height))) for width, height in boxes]


def test_21_rows_and_3_columns_are_one_upright_page(application, tmp_path):
    upright, lying = printed(tmp_path / "d.pdf", sample_design(19, (3,), 3))
    assert upright == pytest.approx(_A4, abs=1)
    assert lying == pytest.approx(_A4[::-1], abs=1)


def test_every_layer_has_a_page_of_its_own(application, tmp_path):
    assert len(printed(tmp_path / "d.pdf", sample_design(4, (3, 2, 3), 3))) == 4


def test_a_folder_that_is_missing_is_told(application, tmp_path):
    with pytest.raises(ProjectFileError, match="missing"):
        printed(tmp_path / "missing" / "d.pdf", sample_design())


def test_pdf_is_offered_for_export():
    assert "pdf" in [kind.format for kind in EXPORTS]
