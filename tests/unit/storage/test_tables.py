import csv
import io

import pytest

from pnn_studio.domain.components import PrintedPart
from pnn_studio.storage.tables import parts_csv

NAN = float("nan")


def resistor(ref: str = "R1_x0_1", nodes: tuple[str, ...] = ("x0", "l1_z1")) -> PrintedPart:
    return PrintedPart(ref, "resistor", 1, "crossbar", None, nodes, 731e3, NAN, NAN, nodes, "R1.12")


TRANSISTOR = PrintedPart(
    "A1_0.T1",
    "transistor",
    1,
    "A1_0",
    "ptanh",
    ("A1_0.m", "l1_z0", "vss_ptanh"),
    NAN,
    60e-6,
    55e-6,
    ("A1_0.m", "z1.0", "vss_ptanh"),
    "A1.1.T1",
)


def test_the_header_states_the_units():
    assert parts_csv([]).split("\r\n")[0] == (
        "ref,kind,layer,belongs_to,circuit,node_1,node_2,node_3,resistance_ohm,width_m,length_m,"
        "name_1,name_2,name_3,label"
    )


def test_a_cell_is_empty_where_a_part_has_no_such_value():
    _, first, second, end = parts_csv([resistor(), TRANSISTOR]).split("\r\n")
    assert first == "R1_x0_1,resistor,1,crossbar,,x0,l1_z1,,731000,,,x0,l1_z1,,R1.12"
    assert second == (
        "A1_0.T1,transistor,1,A1_0,ptanh,A1_0.m,l1_z0,vss_ptanh,,6e-05,5.5e-05,"
        "A1_0.m,z1.0,vss_ptanh,A1.1.T1"
    )
    assert end == ""


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_cell_is_read_as_a_formula(text):
    rows = list(csv.reader(io.StringIO(parts_csv([resistor(text, (text, "0"))]), newline="")))
    assert rows[1][0] == rows[1][5] == rows[1][11] == f"'{text}"


def test_commas_quotes_and_line_ends_in_a_name_stay_in_their_cell():
    name = 'a,"b"\r\nc'
    rows = list(csv.reader(io.StringIO(parts_csv([resistor(name)]), newline="")))
    assert len(rows) == 2
    assert rows[1][0] == name


@pytest.mark.parametrize("text", ["a;=cmd|'/C calc'!A0", ";=1", "a; +1", "a\t=1"])
def test_no_cell_is_a_formula_where_cells_are_divided_at_semicolons_or_tabs(text):
    written = parts_csv([resistor("R", (text, "0"))])
    assert next(csv.reader(io.StringIO(written, newline="").readlines()[1:]))[5].replace(
        "'", ""
    ) == text.replace("'", "")
    for line in written.splitlines():
        for cell in line.replace("\t", ";").split(";"):
            assert not cell.lstrip(' "').startswith(("=", "+", "-", "@"))
    assert f'"{text[:1]}' in written  # in quotes


def test_what_steers_a_terminal_or_turns_letters_is_an_escape():
    written = parts_csv([resistor("R", ("\x1b[2J\x9bm", "a\u202eb\udcff"))])
    assert "\\x1b[2J\\x9bm" in written
    assert "a\\u202eb\\udcff" in written
    written.encode()


def test_numbers_are_no_formulas():
    assert "R,resistor,1,crossbar,,x0,0,,731000" in parts_csv([resistor("R", ("x0", "0"))])
