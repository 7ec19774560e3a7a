"""Spreadsheets: a sheet is read as the table that it shows, and none takes more than it holds."""

import contextlib
import io
import subprocess
import sys
import zipfile

import numpy as np
import pytest

from pnn_studio.data.datasets import load_dataset, preview_dataset
from pnn_studio.domain.dataset import DataReference
from pnn_studio.domain.importing import ImportOptions
from pnn_studio.domain.technology import load_technology
from pnn_studio.errors import DatasetError
from tests.support.workbooks import ods_members, xlsx_members, zipped

NEGT = load_technology("negt")
LENGTH = [round(4 + 0.11 * i, 2) for i in range(30)]
WIDTH = [float(1 + i * 7 % 10) for i in range(30)]
CLASS = ["AB"[i % 2] for i in range(30)]
ROWS = [["length", "width", "kind"], *map(list, zip(LENGTH, WIDTH, CLASS, strict=True))]
OTHER = [["x", "kind"], *([i, "pqr"[i % 3]] for i in range(45))]
MEMBERS = {"xlsx": xlsx_members, "ods": ods_members}


@pytest.fixture
def reference(tmp_path):
    def of(content, name="t.xlsx", **options):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else zipped(content))
        return DataReference(str(path), options=ImportOptions(**options))

    return of


@pytest.mark.parametrize("kind", MEMBERS)
def test_the_first_sheet_is_read_or_the_chosen_one(reference, kind):
    members = MEMBERS[kind]({"first": ROWS, "<b>2": OTHER})
    data = load_dataset(reference(members), NEGT)
    assert data.input_names == ("length", "width")
    values = data.low + data.voltages * (data.high - data.low)
    wanted = np.clip(np.array([LENGTH, WIDTH]).T, data.low, data.high)
    np.testing.assert_allclose(values, wanted, atol=1e-12)
    assert [data.class_names[index] for index in data.classes] == CLASS
    preview = preview_dataset(reference(members), NEGT)
    assert (preview.sheets, preview.options.sheet) == (("first", "<b>2"), "first")
    for choice in ("<b>2", "2"):
        other = load_dataset(reference(members, sheet=choice), NEGT)
        assert other.class_names == ("p", "q", "r")
    with pytest.raises(DatasetError, match="no sheet '3'; its sheets are first, <b>2"):
        load_dataset(reference(members, sheet="3"), NEGT)


@pytest.mark.parametrize("kind", MEMBERS)
def test_a_title_and_blank_rows_stand_above_a_table_and_lines_are_those_of_the_sheet(
    reference, kind
):
    sheet = [["Measured in lab 2", None, None], [None] * 3, *ROWS]
    sheet[9] = [None, 3.0, "A"]
    preview = preview_dataset(reference(MEMBERS[kind]({"s": sheet})), NEGT)
    assert preview.options.skip_lines == 1
    assert [str(each).split(";")[0] for each in preview.problems] == [
        "line 1: 1 line above the table is not read",
        "line 10, column length: the value is missing",
    ]
    counted = preview_dataset(reference(MEMBERS[kind]({"s": sheet}), skip_lines=2), NEGT)
    assert [each.line for each in counted.problems] == [10]


def test_cells_become_what_a_spreadsheet_saves_as_text(reference):
    rows = [["n", "yes", "day", "kind"]]
    rows += [[i % 5, i % 3 == 0, "2024-01-0" + str(i % 9 + 1), i % 2] for i in range(40)]
    preview = preview_dataset(reference(xlsx_members({"s": rows}), left_out=("day",)), NEGT)
    assert preview.rows[0] == ("0", "TRUE", "2024-01-01", "0")
    assert [each.kind for each in preview.columns] == ["number", "category", "left out", "label"]
    assert dict(preview.classes) == {"0": 20, "1": 20}


# --- hostile ones --------------------------------------------------------------------------------


def broken(kind, old, new):
    members = MEMBERS[kind]({"s": ROWS})
    name = "xl/worksheets/sheet1.xml" if kind == "xlsx" else "content.xml"
    assert old in members[name]
    return members | {name: members[name].replace(old, new, 1)}


def far(place):
    return broken("xlsx", "</sheetData>", f'<row><c r="{place}"><v>1</v></c></row></sheetData>')


def cell(inside):
    return broken("xlsx", "</sheetData>", f"{inside}</sheetData>")


def repeated(rows, attributes):
    row = (
        f'<table:table-row table:number-rows-repeated="{rows}"><table:table-cell {attributes} '
        'office:value-type="float" office:value="1"/></table:table-row></table:table>'
    )
    return broken("ods", "</table:table>", row)


ONE = "<c><v>1</v></c>"
ENTITY = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
HOSTILE = {
    "a cell at the other end": (far("XFD1048576"), "spans 1048576 rows and 16384"),
    "a cell outside of every sheet": (far("ZZZ1048576"), "outside of every sheet"),
    "a cell that is none": (far("ZZZZZZZ9"), "is no cell"),
    "cells without places": (
        cell(f"<row>{ONE * 3000}</row>{'<row/>' * 4000}<row>{ONE}</row>"), "spans",
    ),
    "a text that there is not": (
        cell('<row r="99"><c r="A99" t="s"><v>7</v></c></row>'), "there is no text '7'",
    ),
    "rows that come again": (
        repeated(1_000_000, 'table:number-columns-repeated="50"'), "spans",
    ),
    "a text that comes again": (
        repeated(1_000_000, f'office:string-value="{"x" * 999}"'), "too long",
    ),
    "rows that come again without a number": (repeated("many", ""), "is no number of rows"),
    "entities": (broken("xlsx", "<worksheet", f"{ENTITY}<worksheet"), "declares entities"),
    "entities of an ODS": (
        broken("ods", "<office:document", f"{ENTITY}<office:document"), "declares entities",
    ),
    "no XML": (broken("xlsx", "<worksheet", "<worksheet <"), "damaged"),
    "no spreadsheet": ({"a.txt": "a"}, "no spreadsheet that can be read"),
    "no sheets": (xlsx_members({}), "has no sheet"),
    "an empty sheet": (xlsx_members({"s": []}), "sheet 's', is empty"),
    "a header alone": (xlsx_members({"s": ROWS[:1]}), "sheet 's', is empty"),
    "members without end": ({f"{i}.xml": "" for i in range(5000)}, "5000 members; at most 4096"),
}  # fmt: skip


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_spreadsheet_is_refused_in_one_line(reference, what):
    members, told = HOSTILE[what]
    with pytest.raises(DatasetError, match=told) as error:
        preview_dataset(reference(members), NEGT)
    assert len(str(error.value)) < 350


def test_what_is_unpacked_is_bounded_whatever_the_file_says_of_it(reference, monkeypatch):
    monkeypatch.setattr("pnn_studio.data.workbook.MAX_UNPACKED", 1 << 20)
    members = xlsx_members({"s": ROWS}) | {"xl/styles.xml": " " * (2 << 20)}
    with pytest.raises(DatasetError, match="larger than 1 MiB once it is unpacked"):
        load_dataset(reference(members), NEGT)
    content = zipped(members)
    lying = content.replace((2 << 20).to_bytes(4, "little"), (99).to_bytes(4, "little"))
    assert lying != content
    with pytest.raises(DatasetError, match="cannot be unpacked"):
        load_dataset(reference(lying), NEGT)
    pictures = xlsx_members({"s": ROWS}) | {"xl/media/a.png": " " * (2 << 20)}
    assert load_dataset(reference(pictures), NEGT).counts["test"] == 6  # no picture is unpacked


def test_a_text_that_many_cells_share_is_counted_for_each_of_them(reference, monkeypatch):
    monkeypatch.setattr("pnn_studio.data.workbook.MAX_TEXT", 20_000)
    members = xlsx_members({"s": ROWS})
    members["xl/sharedStrings.xml"] = f"<sst><si><t>{'x' * 1000}</t></si></sst>"
    cells = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(40, 61))
    name = "xl/worksheets/sheet1.xml"
    members[name] = members[name].replace("</sheetData>", f"{cells}</sheetData>")
    with pytest.raises(DatasetError, match="too long"):
        load_dataset(reference(members), NEGT)


def test_an_archive_with_a_password_is_refused_in_one_line(reference):
    content = bytearray(zipped(xlsx_members({"s": ROWS})))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.find(mark)
        while at >= 0:
            content[at + place] |= 1
            at = content.find(mark, at + 1)
    with pytest.raises(DatasetError, match="save it as CSV text"):
        load_dataset(reference(bytes(content)), NEGT)


def test_any_damage_to_a_spreadsheet_is_read_or_refused(reference):
    random = np.random.default_rng(5)
    plain = {kind: zipped(make({"s": ROWS[:12]})) for kind, make in MEMBERS.items()}
    with zipfile.ZipFile(io.BytesIO(plain["xlsx"])) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    for trial in range(150):
        if trial % 3:
            content = bytearray(plain["xlsx" if trial % 2 else "ods"])
            content[int(random.integers(len(content)))] ^= 1 << int(random.integers(8))
        else:  # damage that the checksums do not tell
            name = list(members)[int(random.integers(len(members)))]
            member = bytearray(members[name])
            member[int(random.integers(len(member)))] ^= 1 << int(random.integers(8))
            content = zipped(members | {name: bytes(member)})
        with contextlib.suppress(DatasetError):
            preview_dataset(reference(bytes(content)), NEGT)


def test_a_spreadsheet_is_a_matter_of_few_megabytes_above_what_it_holds(tmp_path):
    rows = [["a", "b", "kind"], *([i * 0.5, i, "xy"[i % 2]] for i in range(3000))]
    path = tmp_path / "t.xlsx"
    path.write_bytes(zipped(xlsx_members({"s": rows})))
    code = (
        "import resource, sys; from pathlib import Path;"
        "from pnn_studio.data.text_table import read_table;"
        "from pnn_studio.domain.importing import DETECT;"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss;"
        "assert 'python_calamine' not in sys.modules;"
        "read_table(Path(sys.argv[1]), DETECT);"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, path], capture_output=True, text=True, check=True
    )
    assert int(done.stdout) < 30_000  # kilobytes
