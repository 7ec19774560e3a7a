"""Tables as people have them: each is read as it is meant, and what was found out is said."""

import re

import numpy as np
import pytest

from pnn_studio.data.datasets import load_dataset, preview_dataset
from pnn_studio.domain.dataset import DataReference
from pnn_studio.domain.importing import ImportOptions, InputColumn
from pnn_studio.domain.technology import load_technology
from pnn_studio.errors import DatasetError

NEGT = load_technology("negt")
NUMBERS = range(30)
LENGTH = [round(4 + 0.11 * i, 2) for i in NUMBERS]
WIDTH = [round(1 + (i * 7 % 10) / 3, 2) for i in NUMBERS]
CLASS = ["ABC"[i % 3] for i in NUMBERS]
SAMPLES = list(zip(LENGTH, WIDTH, CLASS, strict=True))


def joined(rows, sep=","):
    return "\n".join(sep.join(map(str, row)) for row in rows) + "\n"


PLAIN = "length,width,kind\n" + joined(SAMPLES)
NAMED = ("length", "width")
NUMBERED = ("column 1", "column 2")
ALIGNED = "".join(f"{a:<8}  {b:>6.2f}\t {c}   \n" for a, b, c in SAMPLES)


def arff(kinds, rows):
    head = "\n".join(f"@attribute {kind}" for kind in kinds)
    return f"@relation t\n{head}\n@data\n{rows}"


NUMERIC = ("length numeric", "width numeric", "class {A,B,C}")

# what: text, inputs, what is said (one piece a note), and options where they are needed
READ = {
    "runs of blanks": (ALIGNED, NUMBERED, []),
    "blanks before the rows": (
        "".join(f"   {line}\n" for line in ALIGNED.splitlines()), NUMBERED, [],
    ),
    "two tabs here and there": (
        joined(SAMPLES, "\t").replace("\tA\n", "\t\tA\n"), NUMBERED, [],
    ),
    "a title": (f"Measured in lab 2\n{PLAIN}", NAMED, ["1 line above the table is not read"]),
    "a preamble of an instrument": (
        f"Instrument,4200-SCS\nDate,2024-05-01\nOperator,lab 2\n\n{PLAIN}",
        NAMED, ["3 lines above the table are not read"],
    ),
    "a preamble that a spreadsheet filled up": (
        f"Instrument,4200-SCS,\n,,\nOperator,,\n{PLAIN}", NAMED,
        ["3 lines above the table are not read"],
    ),
    "a preamble that was counted": (f"Instrument,4200\n\n\n{PLAIN}", NAMED, [], {"skip_lines": 2}),
    "a note before bare rows": (
        "|1x3 Cross validator\n" + joined(SAMPLES), NUMBERED, ["1 line above the table"],
    ),
    "comments": (
        PLAIN.replace("4.55,", "# broken\n#4.5,1,A\n4.55,"), NAMED,
        ["2 lines that begin with # are comments (lines 7, 8)"],
    ),
    "comments with another sign": (f"!a\n{PLAIN}!b\n", NAMED, [], {"comment": "!"}),
    "NumPy's header": (
        "# length width kind\n" + joined(SAMPLES, " "), NAMED,
        ["named by this comment", "begins with # and is a comment"],
    ),
    "a header behind a sign": (
        PLAIN.replace("length", "#length"), NAMED, ["named by this comment", "is a comment"],
    ),
    "R's names of rows": (
        '"length" "width" "kind"\n'
        + "".join(f'"{i}" {a} {b} "{c}"\n' for i, (a, b, c) in enumerate(SAMPLES)),
        NAMED, ["which holds the names of the rows"],
    ),
    "R's names of rows with a blank above": (
        ',length,width,kind\n' + joined([(f"car {i}", *row) for i, row in enumerate(SAMPLES)]),
        NAMED, ["which holds the names of the rows"],
    ),
    "a name too many": (
        PLAIN.replace("kind", "kind,remarks"), NAMED,
        ["4 names, but every row has 3 values: the last name, 'remarks'"],
    ),
    "Orange": (
        "length\twidth\tkind\tnote\ncontinuous\tcontinuous\tdiscrete\tstring\n\t\tclass\tmeta\n"
        + joined([(*row, f"n{i}") for i, row in enumerate(SAMPLES)], "\t"),
        NAMED, ["as Orange writes them"],
    ),
    "Orange with the class in front": (
        "kind\tlength\twidth\nA B C\tcontinuous\tcontinuous\nclass\n"
        + joined([(c, a, b) for a, b, c in SAMPLES], "\t"),
        NAMED, ["as Orange writes them"],
    ),
    "weights and comments in declarations": (
        arff(("length numeric {0.5} % in cm", "width real %", "class {A,B,C} % three kinds"),
             joined(SAMPLES)),
        NAMED, ["weights of attributes or rows"],
    ),
    "weights of rows": (
        arff(NUMERIC, joined([(*row, " {0.5}") for row in SAMPLES])),
        NAMED, ["weights of attributes or rows"],
    ),
    "ARFF with blanks": (arff(NUMERIC, joined(SAMPLES, " ")), NAMED, []),
    "ARFF with blanks and commas and tabs": (arff(NUMERIC, joined(SAMPLES, " ,\t")), NAMED, []),
    "ARFF with comments behind rows": (
        arff(NUMERIC, joined([(*row, "% as measured") for row in SAMPLES])), NAMED, [],
    ),
    "ARFF with quotes of either kind": (
        arff((*NUMERIC[:2], "class {'A','B','C'}"),
             "".join(f"{a}, {b}, \"{c}\"\n{a},{b},'{c}'\n" for a, b, c in SAMPLES)),
        NAMED, [],
    ),
    "sparse rows": (
        arff(("length numeric", "width numeric", "class {A,B,C}"),
             "".join(f"{{0 {a}, 1 {b}, 2 {c}}}\n" for a, b, c in SAMPLES)),
        NAMED, ["rows are sparse"],
    ),
}  # fmt: skip


@pytest.fixture
def reference(tmp_path):
    def of(text, label=None, name="t.data", **options):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return DataReference(str(path), label, options=ImportOptions(**options))

    return of


def notes(preview):
    return [str(each) for each in preview.problems]


@pytest.mark.parametrize("what", READ)
def test_a_table_is_read_as_it_is_meant_and_what_was_found_out_is_said(reference, what):
    text, inputs, said, *options = READ[what]
    given = reference(text, **(options[0] if options else {}))
    preview = preview_dataset(given, NEGT)
    assert preview.importable
    assert len(notes(preview)) == len(said)
    for piece, note in zip(sorted(said), sorted(notes(preview), key=lambda n: n[7:]), strict=True):
        assert any(piece in each for each in notes(preview)), note
    data = load_dataset(given, NEGT)
    assert data.input_names == inputs
    values = data.low + data.voltages * (data.high - data.low)
    twice = len(data.classes) // len(SAMPLES)
    wanted = np.repeat([row[:2] for row in SAMPLES], twice, axis=0)
    np.testing.assert_allclose(values, np.clip(wanted, data.low, data.high), atol=1e-9)
    assert [data.class_names[index] for index in data.classes] == list(np.repeat(CLASS, twice))


def test_how_a_table_was_read_is_shown_and_gives_the_same_when_it_is_chosen(reference):
    given = reference(f"Instrument,4200\nBy,me\n\n{PLAIN}# end\n")
    options = preview_dataset(given, NEGT).options
    assert (options.skip_lines, options.comment, options.header) == (2, "#", True)
    chosen = DataReference(given.source, options=options)
    same = load_dataset(chosen, NEGT).reference.fingerprint
    assert same == load_dataset(given, NEGT).reference.fingerprint


def test_a_preamble_is_no_reason_to_lose_samples(reference):
    # bare rows, the first two of which have a cell too many
    rows = joined([(*SAMPLES[0], 7), (*SAMPLES[1], 7), *SAMPLES])
    preview = preview_dataset(reference(rows), NEGT)
    assert not preview.importable
    assert any("3 values, but the first line has 4" in note for note in notes(preview))


# --- the first row ---------------------------------------------------------------------------

OLD = [("old", "young")[i % 2] for i in range(60)]
SIDE = [("left", "right", "none")[i % 3] for i in range(60)]
ANSWER = [("no", "yes")[i // 3 % 2] for i in range(60)]


def test_a_first_row_of_texts_that_come_again_is_a_sample_and_that_is_asked_back(reference):
    text = joined(zip(OLD, SIDE, ANSWER, strict=True))
    preview = preview_dataset(reference(text), NEGT)
    assert (preview.samples, preview.options.header) == (60, False)
    assert "taken for a sample" in notes(preview)[0]
    assert preview.problems[0].helps == ("header",)
    named = preview_dataset(reference(text, header=True), NEGT)
    assert (named.samples, len(notes(named))) == (59, 0)


@pytest.mark.parametrize(
    ("first", "header", "asked"),
    [
        ("age,side,answer", True, False),
        ("old,left,perhaps", False, True),  # as Nursery begins: a class that is rare
        ("old,side,answer", True, True),
        ("2019,2020,answer", True, False),
    ],
)
def test_names_of_columns_do_not_come_again_below(reference, first, header, asked):
    text = f"{first}\n" + joined(zip(OLD, SIDE, ANSWER, strict=True))
    preview = preview_dataset(reference(text, stratified=False), NEGT)
    assert preview.options.header == header
    assert bool(notes(preview)) == asked


def test_years_above_numbers_are_names_and_that_is_asked_back(reference):
    text = "2019,2020,kind\n" + joined(SAMPLES)
    preview = preview_dataset(reference(text), NEGT)
    assert preview.options.header
    assert preview.problems[0].helps == ("no header",)


# --- numbers ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sep", "write", "unit"),
    [
        (";", lambda x: f"{x:.2f} %".replace(".", ","), "%"),
        (",", lambda x: f"{x}k", "k"),
        (",", lambda x: f"{x} mV", "mV"),
        (",", lambda x: f"{x} \N{MICRO SIGN}A", "\N{MICRO SIGN}A"),
        (",", lambda x: f"${x}", "$"),
        (",", lambda x: f"{x:e} m/s^2", "m/s^2"),
    ],
)
def test_numbers_with_a_constant_unit_are_numbers_and_new_rows_must_have_it(
    reference, sep, write, unit
):
    rows = [(write(b), c) for _, b, c in SAMPLES]
    given = reference(f"width{sep}kind\n" + joined(rows, sep))
    assert f"its numbers have the unit {unit}" in notes(preview_dataset(given, NEGT))[0]
    data = load_dataset(given, NEGT)
    values = data.low + data.voltages * (data.high - data.low)
    np.testing.assert_allclose(values[:, 0], np.clip(WIDTH, data.low, data.high), atol=0.006)
    assert data.reference.columns == (InputColumn("width", unit=unit),)


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        (["1_1", "2_1", "3_2"], "category"),
        (["A1", "A2", "B1"], "category"),
        (["1.5 mV", "2 V", "3 V"], "category"),
        (["10th", "HS-grad", "Bachelors"], "category"),
        (["2024-01-02", "2024-01-03"], "date"),
        (["+", "-"], "category"),
    ],
)
def test_what_is_no_number_with_one_unit_stays_a_text(reference, cells, kind):
    text = "code,kind\n" + joined((cells[i % len(cells)], "xy"[i // 3 % 2]) for i in range(60))
    preview = preview_dataset(reference(text), NEGT)
    assert preview.columns[0].kind == kind
    different = "V" in cells[0]
    assert bool(different) == any("different units" in each for each in notes(preview))


def test_a_cell_without_the_unit_of_the_others_is_told(reference):
    text = "width,kind\n" + joined((f"{b} mV", c) for _, b, c in SAMPLES)
    text = text.replace("3.33 mV", "3.33", 1)
    preview = preview_dataset(reference(text), NEGT)
    assert "'3.33' is not a number with mV like the others" in " ".join(notes(preview))
    assert not preview.importable


def test_signs_for_missing_values_mean_the_same_in_the_label(reference):
    missing = PLAIN.replace("4.0,1.0,A", "4.0,1.0,NA").replace("7.19,2.0,C", "7.19,2.0,?")
    told = preview_dataset(reference(missing), NEGT).problems
    assert (told[0].rows, told[0].helps) == (2, ("drop missing",))
    assert "'NA' says that the label is missing" in told[0].what
    assert load_dataset(reference(missing, missing="drop"), NEGT).dropped == 2
    # plus and minus are classes (UCI's credit approval)
    signs = "x,kind\n" + joined((x, "+-"[i % 2]) for i, x in enumerate(LENGTH))
    assert load_dataset(reference(signs), NEGT).class_names == ("+", "-")


# --- the label, and numbers of patients ------------------------------------------------------


def test_a_label_with_one_sample_a_class_is_asked_back_first(reference):
    rows = joined((i % 3 + 1, a, b, 200 + i * 37 % 900) for i, (a, b, _) in enumerate(SAMPLES))
    preview = preview_dataset(reference(rows), NEGT)
    assert notes(preview)[0] == (
        "is 'column 4' the label? It has 30 classes in 30 samples, about 1 sample a class; say so, "
        "or choose another column, for example 'column 1' (--label)."
    )
    # before anything else that stands in the way
    lacking = reference(rows.replace("4.11", ""), name="lacking.csv")
    assert notes(preview_dataset(lacking, NEGT))[0].startswith("is 'column 4' the label?")
    assert load_dataset(reference(rows, label="column 1"), NEGT).class_names == ("1", "2", "3")
    # who says that it is the label is not asked again
    with pytest.raises(DatasetError, match="stratified"):
        load_dataset(reference(rows, label="column 4"), NEGT)


@pytest.mark.parametrize(
    ("name", "numbers", "told"),
    [
        ("", [842302 + 7907 * i for i in NUMBERS], True),
        ("", [9 * i + 5 for i in NUMBERS], True),
        ("patient", [(i * 37) % 101 for i in NUMBERS], True),
        ("PassengerId", [(i * 37) % 101 for i in NUMBERS], True),
        ("sample no.", [(i * 37) % 101 for i in NUMBERS], True),
        ("acid", [(i * 37) % 101 for i in NUMBERS], False),
        ("", [i * 7 % 10 for i in NUMBERS], False),
        ("id", LENGTH, False),
    ],
)
def test_a_number_of_patients_or_rows_is_pointed_out_with_one_click_to_leave_it_out(
    reference, name, numbers, told
):
    names = f"{name},width,kind\n" if name else ""
    text = names + joined(zip(numbers, WIDTH, CLASS, strict=True))
    found = [each for each in preview_dataset(reference(text), NEGT).problems if each.column]
    assert [each.helps for each in found] == [("leave out",)] * told


# --- what is refused -------------------------------------------------------------------------


def test_nobody_is_advised_to_drop_every_row(reference):
    uneven = "a,b,kind\n" + joined((1, 2, "x", i, i) for i in range(9))
    (problem,) = preview_dataset(reference(uneven), NEGT).problems
    assert "drop" not in problem.remedy
    assert "drop unreadable" not in problem.helps
    lacking = "a,b,kind\n" + joined(((i, "", "x"), ("", i, "y"))[i % 2] for i in range(40))
    for problem in preview_dataset(reference(lacking), NEGT).problems:
        assert problem.helps == ("median", "leave out") or not problem.blocking
    assert load_dataset(reference(lacking, missing="median"), NEGT).counts["test"] == 8


def test_utf_16_without_a_mark_is_read_or_refused_in_one_line(reference):
    for codec in ("utf-16-le", "utf-16-be"):
        given = reference(PLAIN.encode(codec), encoding="utf-16")
        assert preview_dataset(given, NEGT).options.encoding == codec
    with pytest.raises(DatasetError, match="does not begin with a byte order mark"):
        load_dataset(reference(PLAIN, encoding="utf-16"), NEGT)


@pytest.mark.filterwarnings("error")
def test_numbers_that_are_too_large_are_told_without_a_warning(reference):
    text = "x,kind\n" + joined((f"{'-' * (i % 2)}1e308", "ab"[i % 2]) for i in range(60))
    with pytest.raises(DatasetError, match=re.escape("'1e308' is too large")) as error:
        load_dataset(reference(text), NEGT)
    assert "drop" not in str(error.value)


def test_what_would_unfold_to_far_more_than_the_file_holds_is_refused(reference, monkeypatch):
    monkeypatch.setattr("pnn_studio.data.table.MAX_FILLED", 2000)
    monkeypatch.setattr("pnn_studio.data.arff.MAX_FILLED", 2000)
    monkeypatch.setattr("pnn_studio.data.table.MAX_LINE", 2000)
    blanks = "a,kind" + "," * 100 + "\n" + "1,x\n" * 30
    with pytest.raises(DatasetError, match="too short for its 102 columns"):
        load_dataset(reference(blanks), NEGT)
    names = [f"a{i} numeric" for i in range(100)]
    with pytest.raises(DatasetError, match="its sparse rows leave out more than 2000 values"):
        load_dataset(reference(arff(names, "{0 1}\n" * 30)), NEGT)
    with pytest.raises(DatasetError, match="line 2 has 2003 characters"):
        load_dataset(reference("a,kind\n" + "1" * 2000 + ",x\n"), NEGT)


def test_quotes_in_arff_are_undone_as_weka_does(reference):
    kinds = ("x numeric", "'a \\'b\\'' {'dark red','it\\'s, blue'}", "class {'kind A',\"B\"}")
    cells = ("'dark red'", '"it\'s, blue"')
    rows = joined((i, cells[i % 2], ("B", "'kind A'")[i // 2 % 2]) for i in range(40))
    data = load_dataset(reference(arff(kinds, rows)), NEGT)
    assert data.reference.columns[1] == InputColumn("a 'b'", "ordinal", ("dark red", "it's, blue"))
    assert data.class_names == ("B", "kind A")


def test_a_sparse_row_means_zero_and_the_first_category_by_what_it_leaves_out(reference):
    kinds = ("x numeric", "colour {red,green}", "class {A,B}")
    rows = "".join(
        ("{}\n", "{0 3, 2 B}\n", "{1 green}, {2}\n", "1,red,B\n")[i % 4] for i in range(40)
    )
    data = load_dataset(reference(arff(kinds, rows)), NEGT)
    values = data.low + data.voltages * (data.high - data.low)
    assert values[:4].tolist() == [[0, 0], [3, 0], [0, 1], [1, 0]]
    assert [data.class_names[index] for index in data.classes[:4]] == ["A", "B", "A", "B"]


@pytest.mark.parametrize("row", ["{0}", "{3 1}", "{0 1, 0 2}", "{x 1}", "{-1 2}", "{0 1 2}"])
def test_a_sparse_row_that_is_none_is_told_with_its_line(reference, row):
    with pytest.raises(DatasetError, match="line 7: a sparse row is pairs of index"):
        load_dataset(reference(arff(NUMERIC, f"1,2,A\n{row}\n")), NEGT)
