"""Each remedy that a message of the import names is followed as it is written, and it works."""

import re

import click
import pytest

from pnn_studio.app.cli.import_choices import import_choices
from pnn_studio.app.session.import_edits import helps_for, with_help
from pnn_studio.data.datasets import load_dataset, preview_dataset
from pnn_studio.domain.dataset import DataReference
from pnn_studio.domain.technology import load_technology
from pnn_studio.errors import DatasetError
from tests.support.workbooks import xlsx_members, zipped

NEGT = load_technology("negt")


@click.command()
@click.option("--label")
@import_choices
def reading(label, choices):
    """Take the options as the command line does."""
    return label, choices


def options(text):
    arguments = [each.replace("+", " ") for each in text.split()]
    return reading.main(arguments, standalone_mode=False)


def table(head, row, count=40):
    body = "\n".join(",".join(map(str, row(i))) for i in range(count))
    return f"{head}\n{body}\n" if head else f"{body}\n"


def put(text, old, new):
    assert old in text
    return text.replace(old, new, 1)


PLAIN = table("a,b,kind", lambda i: (i % 7, i % 5 + 0.5, "xy"[i % 2]))
BARE_HEAD, BARE = "a,b,kind\n", PLAIN.partition("\n")[2]
DATES = table("day,b,kind", lambda i: (f"2024-01-{i % 28 + 1:02}", i % 5, "xy"[i % 2]))
TEXTS = table("name,b,kind", lambda i: (f"n{i}", i % 5, "xy"[i % 2]))
MANY = table("name,b,kind", lambda i: (f"n{i}", i % 5, "xy"[i % 2]), 600)
UNITS = table("a,b,kind", lambda i: (f"{i % 7} mV", i % 5, "xy"[i % 2]))
MIXED = table("a,b,kind", lambda i: (("2 mV", "3 V")[i % 2], i % 5, "xy"[i // 2 % 2]))
COUNTS = table("n,b,kind", lambda i: (i, i % 5, "xy"[i % 2]))
SAME = table("n,b,kind", lambda i: (7, i % 5, "xy"[i % 2]))
PATIENTS = table("patient,b,kind", lambda i: (i * 37 % 101, i % 5, "xy"[i % 2]))
LACKING = table("a,b,c,kind", lambda i: (("", i), (i, ""))[i % 2] + (i % 5, "xy"[i // 2 % 2]))
LABEL = table("", lambda i: (i % 3, i % 7, i % 5 + 0.25, 100 + i * 37))
SPLIT = table("a,split,kind", lambda i: (i % 7, ("train", "valid", "test")[i % 3], "xy"[i % 2]))
COMMA = table("a,kind", lambda i: (f'"1,{i:03}"', "xy"[i % 2]))
SEMICOLON = "\n".join(f"{i % 7};{i % 5};{'xy'[i % 2]}" for i in range(40)).join(
    ("a;b;kind\n", "\n")
)
RARE = PLAIN + "1,1,z\n"
WIDE = table(
    ",".join([*(f"c{i}" for i in range(1030)), "kind"]), lambda i: (*range(1030), "xy"[i % 2])
)
SHEETS = zipped(xlsx_members({"notes": [["nothing"]], "data": [["a", "kind"]] + [
    [i % 7, "xy"[i % 2]] for i in range(40)]}))  # fmt: skip
ARFF = (
    "@relation t\n@attribute a numeric\n@attribute b {p,'q r'}\n@attribute kind {x,y}\n@data\n"
    + "".join(
        f"{i % 7},{('p', chr(39) + 'q r' + chr(39))[i // 3 % 2]},{'xy'[i % 2]}\n" for i in range(40)
    )
)
CODED = "--category a=ordinal:0,1,2,3,4,5"

# what: the file, options with which it is refused, what is said, and every remedy that is named:
# options that are added, or the file as it is corrected
FOLLOWED = {
    "missing": (
        put(PLAIN, "\n1,1.5", "\n,1.5"), "", "the value is missing",
        ["--missing drop", "--missing median"],
    ),
    "missing everywhere": (
        LACKING, "", "every row lacks some value",
        ["--missing median", "--leave-out a --leave-out b"],
    ),
    "missing label": (
        put(PLAIN, ",x\n", ",\n"), "", "the label is missing",
        ["--missing drop", PLAIN],
    ),
    "sign in the label": (
        PLAIN.replace(",x\n", ",NA\n", 6), "", "'NA' says that the label is missing",
        ["--missing drop", PLAIN.replace(",x\n", ",none\n", 6)],
    ),
    "text among numbers": (
        put(PLAIN, "\n1,1.5", "\n1o,1.5"), "", "'1o' is not a number",
        ["--unreadable drop", PLAIN],
    ),
    "other decimal": (
        SEMICOLON.replace("3;", "3,5;"), "--decimal .", "'3,5' is not a number",
        ["--decimal ,", "--unreadable drop", SEMICOLON],
    ),
    "too large": (
        put(PLAIN, "\n1,1.5", "\n1e200,1.5"), "", "'1e200' is too large",
        ["--leave-out a", "--unreadable drop", PLAIN],
    ),
    "a column without a value": (
        table("a,b,c,kind", lambda i: (i % 7, i % 5, "", "xy"[i % 2])),
        "",
        "column c: the value is missing",
        ["--leave-out c"],
    ),
    "dates": (
        DATES, "", "is a date or time", ["--leave-out day", DATES.replace("2024-01-", "")],
    ),
    "texts": (TEXTS, "", "'n0' is not a number", ["--leave-out name", "--category name=one-hot"]),
    "many texts": (MANY, "", "'n0' is not a number", ["--leave-out name"]),
    "too many categories": (
        MANY, "--category name=one-hot", "600 different texts", ["--leave-out name"],
    ),
    "unknown category": (
        PLAIN, CODED, "'6' is not among the categories",
        ["--leave-out a", "--unreadable drop", f"{PLAIN}".replace("\n6,", "\n5,")],
    ),
    "unknown split": (
        put(SPLIT, "valid", "later"), "", "'later' is not train, valid or test",
        ["--leave-out split", "--unreadable drop", SPLIT],
    ),
    "uneven row": (
        put(PLAIN, "\n1,1.5,", "\n1,1,5,"),
        "",
        "4 values, but the header names 3",
        ["--unreadable drop", PLAIN],
    ),
    "uneven row, another delimiter": (
        PLAIN.replace(",", ";"), "--delimiter |", "no input column beside the label",
        ["--delimiter ;"],
    ),
    "rows of another width than the line above them": (
        f"1,2\n3,4\n{PLAIN}", "", "3 values, but", ["--skip-lines 2"],
    ),
    "short row of ARFF": (
        ARFF + "1,x\n", "", "2 values, but the header names 3",
        [ARFF + "1,p,x\n", "--unreadable drop"],
    ),
    "name twice": (
        put(PLAIN, "a,b,kind", "a,a,kind"), "", "stands there twice",
        ["--leave-out a+(2)", PLAIN],
    ),
    "ambiguous": (COMMA, "", "numbers such as 1,234 are read as 1234", ["--decimal ,"]),
    "unit": (
        UNITS, "", "its numbers have the unit mV", ["--category a=one-hot", "--leave-out a"],
    ),
    "other unit": (
        put(UNITS, "1 mV", "1 V"), "", "'1 V' is not a number with mV",
        ["--leave-out a", "--unreadable drop", UNITS],
    ),
    "units": (
        MIXED, "", "have different units", ["--leave-out a", MIXED.replace("3 V", "3000 mV")],
    ),
    "counting column": (COUNTS, "", "it counts the rows", ["--leave-out n"]),
    "constant column": (SAME, "", "every row has the same value", ["--leave-out n"]),
    "patients": (PATIENTS, "", "number of patients", ["--leave-out patient"]),
    "label": (
        LABEL, "", "is 'column 4' the label?",
        ["--label column+1", "--label column+4 --no-stratified"],
    ),
    "too many classes": (
        table("a,b", lambda i: (i % 3, i // 2), 1000), "--label b", "500 classes",
        ["--label a"],
    ),
    "rare class": (
        RARE, "", "class 'z' has 1 sample, a stratified split needs",
        ["--no-stratified", "--leave-out-class z", RARE + "1,1,z\n" * 4],
    ),
    "ratio": (
        PLAIN, "--ratio 98/1/1", "cannot be split 98/1/1",
        ["--ratio 60/20/20", BARE_HEAD + BARE * 9],
    ),
    "too many inputs": (
        WIDE, "", "1030 input columns",
        [" ".join(f"--leave-out c{i}" for i in range(10))],
    ),
    "preamble": (
        f"Lab 2,17\nBy,me\n{PLAIN}", "", "2 lines above the table are not read", ["--skip-lines 2"],
    ),
    "comments": (f"# made by me\n{PLAIN}", "", "is a comment", ["--comment none"]),
    "names in a comment": (
        "#" + PLAIN, "", "named by this comment", ["--no-header"],
    ),
    "first row is a sample": (
        table("", lambda i: ("pq"[i % 2], "rs"[i // 2 % 2], "xy"[i // 4 % 2])), "",
        "taken for a sample", ["--header"],
    ),
    "first row is taken for names": (
        "1,1.5,z\n" + BARE * 6 + "1,1.5,z\n" * 5,
        "",
        "taken for the names",
        ["--no-header"],
    ),
    "names of rows": (
        table("a,kind", lambda i: (f"r{i}", i % 7, "xy"[i % 2])), "", "holds the names of the rows",
        [table("row,a,kind", lambda i: (i * 37 % 101 + 0.5, i % 7, "xy"[i % 2]))],
    ),
    "a name too many": (
        put(PLAIN, "kind", "kind,more"), "", "the last name, 'more', is left away", [PLAIN],
    ),
    "encoding": (
        PLAIN.replace("x", "ä").encode("cp1252"), "--encoding utf-8", "is not utf-8 text",
        ["--encoding cp1252", PLAIN.replace("x", "ä").encode()],
    ),
    "null characters": (
        PLAIN.encode("utf-16-le"), "--encoding cp1252", "holds null characters",
        ["--encoding utf-16-le"],
    ),
    "no byte order mark": (
        PLAIN, "--encoding utf-16", "does not begin with a byte order mark", ["--encoding utf-8"],
    ),
    "sheet": (SHEETS, "--sheet 7", "no sheet '7'", ["--sheet data", "--sheet 2"]),
    "first sheet": (SHEETS, "", "sheet 'notes', is empty", ["--sheet data"]),
}  # fmt: skip


@pytest.fixture
def look(tmp_path):
    def at(content, given):
        path = tmp_path / "t.data"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        label, choices = options(given)
        reference = DataReference(str(path), label, options=choices)
        try:
            return reference, preview_dataset(reference, NEGT).problems, ""
        except DatasetError as error:
            return reference, (), str(error)

    return at


def named_options(words):
    return set(re.findall(r"--[a-z-]+", words))


@pytest.mark.parametrize("what", FOLLOWED)
def test_every_remedy_that_is_named_works(look, what):
    content, given, told, remedies = FOLLOWED[what]
    reference, problems, refused = look(content, given)
    said = [each for each in [*map(str, problems), refused] if told in each]
    assert said, [*map(str, problems), refused]
    first = next((each for each in problems if told in str(each)), None)
    followed = set()
    for remedy in remedies:
        typed = isinstance(remedy, str) and remedy.startswith("--")
        followed |= named_options(remedy) if typed else set()
        new = f"{given} {remedy}" if typed else given
        again, left, why = look(content if typed else remedy, new)
        assert not why
        assert not any(told in str(each) for each in left)
        assert not any(each.blocking for each in left)
        load_dataset(again, NEGT)
        look(content, given)
    # what is named is what was tried
    unlike = named_options(said[0]) - followed - {"--delimiter", "--thousands", "--decimal"}
    assert not unlike
    for chosen in helps_for(first, reference.options) if first else ():
        if chosen not in ("detect", "decimal"):
            changed = with_help(reference.options, first, chosen)
            helped = preview_dataset(
                DataReference(reference.source, reference.label, options=changed), NEGT
            )
            assert first not in helped.problems
