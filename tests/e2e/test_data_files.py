"""Files in the styles of the wild: imported as they were meant, or told exactly what to change.

All of them in tests/data/csv say the same 30 samples, each in its own way.
"""

import subprocess
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from pnn_studio.data.datasets import load_dataset, preview_dataset
from pnn_studio.domain.dataset import DataReference
from pnn_studio.domain.importing import Category, ImportOptions
from pnn_studio.domain.technology import load_technology
from pnn_studio.errors import DatasetError
from pnn_studio.storage.project_open import read_project
from tests.support.command_line import refusal
from tests.support.pace import slowness
from tests.support.workbooks import xlsx_members, zipped

FILES = Path(__file__).parents[1] / "data" / "csv"
NEGT = load_technology("negt")

SAMPLES = 30
LENGTH = np.array([round(4.5 + 0.1 * i, 1) for i in range(SAMPLES)])
WIDTH = np.array([round((i * 7) % 10 + 0.25, 2) for i in range(SAMPLES)])
COLOUR = np.arange(SAMPLES) % 3
RIPE = np.arange(SAMPLES) % 5 < 2
THOUSANDS = LENGTH * 1000
NAMES, CLASSES = ("length", "width"), ("Kürbis", "Möhre")
PLAIN = {
    "encoding": "utf-8", "delimiter": ",", "decimal": ".", "thousands": "", "header": True,
    "skip_lines": 0, "comment": "none",
}  # fmt: skip

# file: how it is read where that is not plain, names of inputs, values, classes
READ = {
    "plain.csv": ({}, NAMES, (LENGTH, WIDTH), CLASSES),
    "semicolon_decimal_comma.csv": (
        {"delimiter": ";", "decimal": ","}, NAMES, (LENGTH, WIDTH), CLASSES,
    ),
    "bom_crlf.csv": ({}, NAMES, (LENGTH, WIDTH), CLASSES),
    "utf16_excel.txt": (
        {"encoding": "utf-16", "delimiter": "\t"}, NAMES, (LENGTH, WIDTH), CLASSES,
    ),
    "utf16_no_bom.csv": ({"encoding": "utf-16-be"}, NAMES, (LENGTH, WIDTH), CLASSES),
    "latin1.csv": (
        {"encoding": "cp1252", "delimiter": ";", "decimal": ","},
        ("Länge", "Höhe"), (LENGTH, WIDTH), CLASSES,
    ),
    "mac.csv": (
        {"encoding": "mac-roman", "delimiter": ";", "decimal": ","},
        ("Länge", "Breite"), (LENGTH, WIDTH), CLASSES,
    ),
    "cyrillic.csv": (
        {"encoding": "cp1251"}, ("длина", "ширина"), (LENGTH, WIDTH), ("сосна", "берёза"),
    ),
    "quoted_newlines.csv": (
        {}, ("length\n(cm)", "width, cm"), (LENGTH, WIDTH), ("Kürbis\nrot", "Möhre\nrot"),
    ),
    "no_header.csv": ({"header": False}, ("column 1", "column 2"), (LENGTH, WIDTH), CLASSES),
    "trailing_commas.csv": ({}, NAMES, (LENGTH, WIDTH), CLASSES),
    "trailing_commas_below.csv": ({}, NAMES, (LENGTH, WIDTH), CLASSES),
    "empty_lines.csv": ({}, NAMES, (LENGTH, WIDTH), CLASSES),
    "thousands.csv": ({"thousands": ","}, NAMES, (THOUSANDS, WIDTH), CLASSES),
    "thousands_european.csv": (
        {"delimiter": ";", "decimal": ",", "thousands": "."}, NAMES, (THOUSANDS, WIDTH), CLASSES,
    ),
    "thousands_spaces.csv": (
        {"delimiter": ";", "decimal": ",", "thousands": " "}, NAMES, (THOUSANDS, WIDTH), CLASSES,
    ),
    "thousands_swiss.csv": ({"thousands": "'"}, NAMES, (THOUSANDS, WIDTH), CLASSES),
    "quoted_decimal_comma.csv": ({"decimal": ","}, NAMES, (LENGTH, WIDTH), CLASSES),
    "tabs.tsv": ({"delimiter": "\t"}, NAMES, (LENGTH, WIDTH), CLASSES),
    "pipes.csv": ({"delimiter": "|"}, NAMES, (LENGTH, WIDTH), CLASSES),
    "sep_line.csv": (
        {"delimiter": ";", "decimal": ",", "skip_lines": 1}, NAMES, (LENGTH, WIDTH), CLASSES,
    ),
    "categories.csv": (
        {},
        ("colour=green", "colour=red", "colour=yellow", "ripe", *NAMES),
        (COLOUR == 0, COLOUR == 1, COLOUR == 2, RIPE, LENGTH, WIDTH), CLASSES,
    ),
    "units.csv": (
        {"delimiter": ";", "decimal": ",", "skip_lines": 1, "comment": "#"},
        ("Länge", "Breite"), (LENGTH, WIDTH), CLASSES,
    ),
    "weka.arff": (
        {},  # the categories in the order of their declaration
        ("length", "the width", "colour=green", "colour=dark red", "colour=yellow"),
        (LENGTH, WIDTH, COLOUR == 0, COLOUR == 1, COLOUR == 2), CLASSES,
    ),
    "row_numbers.csv": (
        {}, ("column 1", *NAMES), (np.arange(SAMPLES), LENGTH, WIDTH), CLASSES,
    ),
    "hostile_names.csv": (
        {},
        ("=cmd('calc')!A1", "x\n.control\nshell touch owned\n.endc"), (LENGTH, WIDTH),
        ("<script>alert(1)</script>", "@SUM(1)"),
    ),
}  # fmt: skip

# file: what is told, and the choice that helps
TOLD = {
    "dates.csv": (
        "dates.csv, line 2, column day: '2024-03-01' is a date or time, not a number "
        "(and 29 more rows); leave the column out (--leave-out) or write it as a number.",
        {"left_out": ("day",)},
    ),
    "missing.csv": (
        "missing.csv, line 6, column length: the value is missing; drop such rows or fill in the "
        "median (--missing drop or --missing median). There are 1 problems more.",
        {"missing": "drop"},
    ),
    "typing_errors.csv": (
        "typing_errors.csv, line 7, column length: '5.0o' is not a number (and 1 more row); "
        "correct it, choose how numbers are written (--decimal, --thousands), or drop such rows "
        "(--unreadable drop).",
        {"unreadable": "drop"},
    ),
    "ragged.csv": (
        "ragged.csv, line 4: 5 values, but the header names 3 columns (and 1 more row); complete "
        "the line, put cells that hold the delimiter in quotes, choose another delimiter "
        "(--delimiter), or drop such rows (--unreadable drop).",
        {"unreadable": "drop"},
    ),
    "spreadsheet.csv": (
        "spreadsheet.csv is a damaged spreadsheet, Cannot detect file format; save it as CSV text "
        "in UTF-8.",
        None,
    ),
}


def reference(name, label=None, **options):
    return DataReference(str(FILES / name), label, options=ImportOptions(**options))


def raw_values(data):
    """Undo the scaling."""
    return data.low + data.voltages * (data.high - data.low)


def test_every_file_has_an_expected_outcome():
    names = {path.name for path in FILES.iterdir() if not path.name.startswith(".")}
    assert names == READ.keys() | TOLD.keys()
    assert len(names) >= 20


@pytest.mark.parametrize("name", READ)
def test_a_file_is_read_as_it_was_meant(name):
    reading, inputs, values, classes = READ[name]
    before = (FILES / name).read_bytes()
    preview = preview_dataset(reference(name), NEGT)
    assert {key: vars(preview.options)[key] for key in PLAIN} == PLAIN | reading
    assert preview.importable
    data = load_dataset(reference(name), NEGT)
    assert data.input_names == inputs
    assert data.class_names == tuple(sorted(classes))
    assert [data.class_names[index] for index in data.classes] == list(classes) * (SAMPLES // 2)
    spans = np.ptp(np.asarray(values, dtype=float), axis=1)
    inside = raw_values(data).T
    # what lies beyond the training values is clipped
    low = np.where(data.low < data.high, data.low, 0)[:, None]
    wanted = np.clip(np.asarray(values, dtype=float), low, data.high[:, None])
    np.testing.assert_allclose(inside, wanted, rtol=0, atol=1e-9 * spans.max())
    assert preview.inputs == len(inputs)
    assert dict(preview.classes) == dict.fromkeys(classes, SAMPLES // 2)
    assert (FILES / name).read_bytes() == before


@pytest.mark.parametrize("name", TOLD)
def test_a_file_that_cannot_be_read_says_exactly_what_to_change(name):
    told, help_with = TOLD[name]
    with pytest.raises(DatasetError) as error:
        load_dataset(reference(name), NEGT)
    assert str(error.value) == told
    if help_with is not None:
        assert load_dataset(reference(name, **help_with), NEGT).voltages.shape[0] > 0


def test_a_file_without_the_blemish_gives_the_same_bits_as_the_plain_one():
    plain = load_dataset(reference("plain.csv"), NEGT).reference.fingerprint
    for name in ("semicolon_decimal_comma.csv", "bom_crlf.csv", "utf16_excel.txt", "latin1.csv"):
        assert load_dataset(reference(name), NEGT).reference.fingerprint == plain


def test_missing_values_are_dropped_or_filled_with_the_median_of_the_training_split():
    dropped = load_dataset(reference("missing.csv", missing="drop"), NEGT)
    assert (len(dropped.classes), dropped.dropped) == (SAMPLES - 3, 3)
    filled = load_dataset(reference("missing.csv", missing="median"), NEGT)
    assert (len(filled.classes), filled.dropped) == (SAMPLES, 0)
    known = np.delete(np.arange(SAMPLES), [9, 11])
    train = known[filled.split[known] == 0]
    assert raw_values(filled)[9, 1] == pytest.approx(np.median(WIDTH[train]))
    assert filled.reference.columns[1].fill == np.median(WIDTH[train])


def test_the_order_of_categories_can_be_given():
    order = Category("colour", "ordinal", ("red", "yellow", "green"))
    data = load_dataset(reference("categories.csv", categories=(order,)), NEGT)
    assert data.input_names == ("colour", "ripe", *NAMES)
    assert raw_values(data)[:3, 0].tolist() == [2, 0, 1]


def test_what_stands_in_a_file_runs_nowhere_and_reaches_no_terminal(here, tmp_path):
    shown = here("data", FILES / "hostile_names.csv", cwd=tmp_path)
    assert shown.code == 0
    assert "\n.control" not in shown.out
    design = tmp_path / "d.json"
    trained = here(
        "train", FILES / "hostile_names.csv", "--epochs", "3", "--out", design, cwd=tmp_path
    )
    assert trained.code == 0, trained.err
    assert here("check", design, cwd=tmp_path).code == 0
    for kind in ("netlist", "svg", "csv"):
        done = here("export", design, "--format", kind, "--out", f"d.{kind}", cwd=tmp_path)
        assert done.code == 0
        text = (tmp_path / f"d.{kind}").read_text()
        assert "<script>" not in text
        assert not any(line.startswith("shell") for line in text.splitlines())
        assert not any(line.startswith(("=", "@")) for line in text.splitlines())
    ngspice = ["ngspice", "-b", "d.netlist"]
    subprocess.run(ngspice, cwd=tmp_path, capture_output=True, timeout=60, check=True)
    out = tmp_path / "p.csv"
    scored = here("predict", design, FILES / "hostile_names.csv", "--out", out, cwd=tmp_path)
    assert scored.code == 0
    answers = {line.split(",")[1] for line in out.read_text("utf-8").splitlines()[1:]}
    assert answers <= {"<script>alert(1)</script>", "'@SUM(1)"}
    assert not (tmp_path / "owned").exists()


def test_the_command_says_how_a_table_was_read_and_takes_what_is_chosen(here, tmp_path):
    shown = here("data", FILES / "units.csv", cwd=tmp_path)
    first = "units.csv: utf-8, delimiter ;, decimal ,, thousands none, with header, 1 line skipped,"
    assert " ".join(shown.out.split()).startswith(f"{first} comments begin with #")
    plain = here("data", FILES / "units.csv", "--comment", "none", cwd=tmp_path)
    assert "It cannot be imported so." in plain.out
    rows = [["a", "kind"], *([i % 7, "xy"[i % 2]] for i in range(40))]
    (tmp_path / "b.xlsx").write_bytes(zipped(xlsx_members({"notes": [["none"]], "data": rows})))
    book = here("data", "b.xlsx", "--sheet", "data", cwd=tmp_path)
    assert book.out.startswith("b.xlsx: sheet data (1 sheet more, --sheet), decimal .,")
    made = here("project", "new", "p.pnn", "--data", "b.xlsx", "--sheet", "2", cwd=tmp_path)
    assert made.code == 0, made.err
    kept = read_project(tmp_path / "p.pnn").datasets[0]
    assert kept.reference.options == ImportOptions(sheet="2")


def test_the_command_shows_everything_as_json_too(here, tmp_path):
    answer = here("data", FILES / "missing.csv", "--json", cwd=tmp_path).answer
    assert answer["options"]["delimiter"] == ","
    assert [column["missing"] for column in answer["columns"]] == [1, 2, 0]
    assert [(each["line"], each["column"], each["rows"]) for each in answer["problems"]] == [
        (6, "length", 1),
        (11, "width", 2),
    ]
    assert answer["importable"] is False
    helped = here("data", FILES / "missing.csv", "--missing", "median", "--json", cwd=tmp_path)
    assert helped.answer["importable"] is True


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--decimal", "x"), "--decimal"),
        (("--delimiter", "ab"), "no delimiter"),
        (("--decimal", ",", "--thousands", ","), "cannot stand both"),
        (("--ratio", "60/40"), "60/20/20"),
        (("--ratio", "60/0/40"), "three positive numbers"),
        (("--ratio", "98/1/1"), "30 samples cannot be split 98/1/1"),
        (("--limits", "5..1"), "the lower one first"),
        (("--limits", "wide"), "not of the form"),
        (("--limits", "x=0..1"), "no column 'x' to scale; its columns are length, width, kind"),
        (("--limits", "0..1", "--limits", "0..2"), "two entries of limits"),
        (("--category", "kind"), "COLUMN=one-hot"),
        (("--category", "x=ordinal"), "no column 'x' to code"),
        (("--category", "length=ordinal:a,a"), "twice"),
        (("--category", "length=ordinal:a,b"), "'4.5' is not among the categories a, b"),
        (("--leave-out", "x"), "no column 'x' to leave out"),
        (("--leave-out", "kind", "--label", "kind"), "cannot be left out"),
        (("--leave-out", "length", "--leave-out", "width"), "no input column beside the label"),
        (("--split-column", "x"), "no column 'x' to split by"),
        (("--split-column", "length"), "line 2, column length: '4.5' is not train, valid or test"),
        (("--encoding", "utf-16"), "utf-16"),
        (("--encoding", "rot13"), "--encoding"),
    ],
    ids=" ".join,
)
def test_a_choice_that_cannot_be_is_told_in_one_line(here, tmp_path, options, told):
    line = refusal(here("train", FILES / "plain.csv", *options, cwd=tmp_path))
    assert told in line


def test_choices_of_reading_are_for_files_only(here, tmp_path):
    assert "files only" in refusal(here("train", "iris", "--decimal", ",", cwd=tmp_path))
    assert "nothing to choose" in refusal(here("data", "iris", cwd=tmp_path))


def write_large(path, rows=100_000, columns=50):
    """Write a large file: a thousand different rows of measured values, again and again."""
    rng = np.random.default_rng(0)
    head = ",".join(f"c{number}" for number in range(columns)) + ",label\n"
    values = rng.normal(size=(1000, columns))
    block = "".join(
        ",".join(map(repr, map(float, row))) + f",{'xyz'[i % 3]}\n" for i, row in enumerate(values)
    )
    path.write_text(head + block * (rows // 1000))
    return values


def test_the_row_of_a_problem_is_shown_however_far_down_it_is(tmp_path):
    path = tmp_path / "far.csv"
    rows = [f"{i % 7},{i % 5},{'xy'[i % 2]}" for i in range(3000)]
    rows[2500], rows[2600], rows[2700] = "1,o,y", "1,2,x,4", '"1\n",,y'
    path.write_text("a,b,label\n" + "\n".join(rows) + "\n")
    preview = preview_dataset(DataReference(str(path)), NEGT)
    told = [(each.line, each.column, each.rows, each.helps[0]) for each in preview.problems]
    assert told == [
        (2502, "b", 1, "drop unreadable"),
        (2602, "", 1, "drop unreadable"),
        (2703, "b", 1, "drop missing"),
    ]
    assert preview.lines == (*range(2, 22), 2502, 2602, 2703)
    assert preview.rows[20:] == (("1", "o", "y"), ("1", "2", "x,4"), ("1\n", "", "y"))
    options = ImportOptions(unreadable="drop", missing="drop")
    data = load_dataset(DataReference(str(path), options=options), NEGT)
    assert (len(data.classes), data.dropped) == (2997, 3)
    preview = preview_dataset(DataReference(str(path), options=options), NEGT)
    assert (preview.samples, preview.dropped, preview.importable) == (2997, 3, True)


@pytest.mark.slow
def test_100_000_rows_of_50_columns_are_imported_within_10_seconds_and_tell_how_far(tmp_path):
    path, shares = tmp_path / "large.csv", []
    values = write_large(path)
    started = time.process_time()  # other programs have the processor, too
    data = load_dataset(DataReference(str(path)), NEGT, shares.append)
    assert time.process_time() - started < 10 * slowness()
    assert data.voltages.shape == (100_000, 50)
    back = raw_values(data)[:1000]
    assert np.allclose(back, np.clip(values, data.low, data.high), rtol=0, atol=1e-9)
    assert shares == sorted(shares)
    assert len(shares) > 20
    assert shares[-1] == pytest.approx(1)


@pytest.mark.slow
def test_the_command_shows_a_large_file_within_10_seconds(here, tmp_path):
    write_large(tmp_path / "large.csv")
    started = time.process_time()
    done = here("data", "large.csv", "--json", cwd=tmp_path)
    assert time.process_time() - started < 10 * slowness()
    assert done.answer["samples"] == 100_000


def test_a_table_is_bounded_before_memory_is_taken(tmp_path, monkeypatch):
    monkeypatch.setattr("pnn_studio.data.table.MAX_CELLS", 60)
    with pytest.raises(DatasetError, match="more than 20 rows of 3 columns; at most 60 cells"):
        load_dataset(reference("plain.csv"), NEGT)
    wide = tmp_path / "wide.csv"
    wide.write_text("a," * 20_000 + "label\n")
    with pytest.raises(DatasetError, match="20001 columns; at most 16384"):
        load_dataset(DataReference(str(wide)), NEGT)
    huge = tmp_path / "huge.csv"
    with huge.open("wb") as file:
        file.truncate(257 << 20)
    with pytest.raises(DatasetError, match="larger than 256 MiB"):
        load_dataset(replace(reference("plain.csv"), source=str(huge)), NEGT)


def test_a_project_is_made_of_a_file_with_the_same_choices(here, tmp_path):
    choices = ("--unreadable", "drop", "--scaling", "train", "--ratio", "50/25/25")
    made = here("project", "new", "p.pnn", "--data", FILES / "ragged.csv", *choices, cwd=tmp_path)
    assert made.code == 0, made.err
    kept = read_project(tmp_path / "p.pnn").datasets[0]
    assert kept.reference.options == ImportOptions(
        unreadable="drop", scaling="train", ratio=(50, 25, 25)
    )
    assert kept.dropped == 2
