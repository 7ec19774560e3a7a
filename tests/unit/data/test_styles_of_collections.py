"""The styles of well-known collections: UCI's data files as they lie there, seaborn's tables.

All values here are made up; only how they are written is as in the originals.
"""

from pathlib import Path

import pytest

from pnn_studio.data.datasets import preview_dataset
from pnn_studio.domain.dataset import DataReference
from pnn_studio.domain.importing import ImportOptions
from pnn_studio.domain.technology import load_technology
from pnn_studio.errors import DatasetError

NEGT = load_technology("negt")
CASES = Path(__file__).resolve().parents[4] / "shared" / "cases"


def lines(line, count=40, end="\n"):
    return end.join(line(i) for i in range(count)) + end


def pick(texts, i):
    return texts.split()[i % len(texts.split())]


GLASS = lines(
    lambda i: f"{i + 1},1.5{i % 89:02}01,13.{i % 7}4,4.49,1.{i % 3}0,71.{i % 4},{i // 20 + 1}"
)
SONAR = lines(lambda i: f"0.0{i + 10},0.0{i + 30},0.{i + 10}28,{'RM'[i // 20]}", end="\r\n")
GERMAN = lines(
    lambda i: (
        f"A1{i % 4 + 1} {i % 30 + 6} A3{i % 4} A4{i % 3} {1169 + i * 13} A6{i % 2} {i % 2 + 1} "
    )
)
GERMAN_NUMERIC = lines(
    lambda i: f"   {i % 4 + 1}   {i % 60 + 6:>2}   4  {i % 9 + 12:>3}   {i % 2 + 1} "
)
HABERMAN = lines(lambda i: f"{30 + i % 20},{58 + i % 12},{i % 9},{i % 2 + 1}")
COLIC = lines(
    lambda i: (
        f"{i % 2 + 1} 1 53{i:04} 38.{i % 9}0 {60 + i % 30} {'?' if i % 4 == 0 else i % 4} "
        f"{'?' if i % 5 == 0 else 8.4} {i % 2 + 1} "
    )
)
PIMA = lines(
    lambda i: (
        f"{i % 7},{100 + i % 90},7{i % 5},{i % 30},{i % 3 * 40},33.{i % 9},0.{i + 100},{i % 2}"
    )
)
BANKNOTE = lines(
    lambda i: f"{i % 9 - 3.62:.4f},{8.67 - i % 7},-2.80{i % 80 + 10},-0.4{i + 400},{i // 20}"
)
ADULT = lines(
    lambda i: (
        f"{20 + i % 30}, {pick('State-gov Private ? Private', i)}, {77516 + i * 731}, "
        f"{pick('Bachelors HS-grad 11th 9th', i)}, {pick('Male Female', i)}, "
        f"{pick('<=50K >50K <=50K', i)}"
    )
)
PENGUINS = "species,island,bill_length_mm,bill_depth_mm,sex\n" + lines(
    lambda i: (
        f"{pick('Adelie Gentoo Chinstrap', i)},{pick('Torgersen Biscoe', i)},"
        + (",," if i == 3 else f"{39 + i % 9}.1,{18 - i % 5}.7,{pick('MALE FEMALE', i // 2)}")
    )
)
TITANIC = "survived,pclass,sex,age,fare,class,deck,alive,alone\n" + lines(
    lambda i: (
        f"{i % 2},{i % 3 + 1},{pick('male female', i // 2)},{'' if i % 7 == 5 else 20 + i}"
        f",7.{i + 10},{pick('First Second Third', i)},{'C' if i % 4 == 1 else ''}"
        f",{pick('no yes', i)},{pick('True False', i // 3)}"
    )
)
TIPS = "total_bill,tip,sex,smoker,day,time,size\n" + lines(
    lambda i: (
        f"{16 + i}.99,{i % 5}.01,{pick('Female Male', i)},{pick('No Yes', i // 2)},"
        f"{pick('Sun Sat Thur', i)},{pick('Dinner Lunch', i // 4)},{i % 5 + 1}"
    )
)
MPG = "mpg,cylinders,horsepower,origin,name\n" + lines(
    lambda i: (
        f"{15 + i % 20}.0,{i % 3 * 2 + 4},{'' if i == 9 else 90 + i},"
        f"{pick('usa japan europe', i)},car {i % 30} of {1970 + i}"
    )
)

# text, label and options that are needed, samples, kinds of the columns, classes, what is said
STYLES = {
    "glass": (GLASS, {}, 40, "number " * 6 + "label", 2, ["counts the rows", "same value"]),
    "sonar": (SONAR, {}, 40, "number number number label", 2, []),
    "german": (GERMAN, {}, 40, "category number category category number category label", 2, []),
    "german-numeric": (GERMAN_NUMERIC, {}, 40, "number " * 4 + "label", 2, ["the same value"]),
    "haberman": (HABERMAN, {}, 40, "number number number label", 2, []),
    "horse-colic": (
        COLIC, {"missing": "median", "left_out": ("column 3",)}, 40,
        "number number left number number number number label", 2, ["the same value"],
    ),
    "pima": (PIMA, {}, 40, "number " * 7 + "label", 2, []),
    "banknote": (BANKNOTE, {}, 40, "number " * 4 + "label", 2, []),
    "adult": (
        ADULT, {"missing": "drop"}, 30, "number category number category category label", 2, [],
    ),
    "adult.test": (
        "|1x3 Cross validator\n" + ADULT.replace("50K", "50K."), {"missing": "drop"}, 30,
        "number category number category category label", 2, ["1 line above the table"],
    ),
    "penguins": (
        PENGUINS, {"label": "species", "missing": "median"}, 40,
        "label category number number category", 3, [],
    ),
    "titanic": (
        TITANIC, {"label": "survived", "missing": "median", "left_out": ("alive", "deck")}, 40,
        "label number category number number category left left category", 2, [],
    ),
    "tips": (TIPS, {"label": "day"}, 40,
             "number number category category label category number", 3, []),
    "mpg": (MPG, {"label": "origin", "missing": "median", "left_out": ("name",)}, 40,
            "number number number label left", 3, []),
}  # fmt: skip


def reference(path, text, label=None, **options):
    path.write_bytes(text.encode())
    return DataReference(str(path), label, options=ImportOptions(**options))


@pytest.mark.parametrize("style", STYLES)
def test_the_style_of_a_collection_is_read_as_it_is_meant(tmp_path, style):
    text, choices, samples, kinds, classes, said = STYLES[style]
    preview = preview_dataset(reference(tmp_path / "t.data", text, **choices), NEGT)
    assert preview.importable, list(map(str, preview.problems))
    assert preview.samples == samples
    assert [each.kind.split()[0] for each in preview.columns] == kinds.split()
    assert len(preview.classes) == classes
    notes = list(map(str, preview.problems))
    assert len(notes) == len(said)
    assert all(any(piece in note for note in notes) for piece in said)


@pytest.mark.parametrize(
    ("text", "label", "told"),
    [
        (MPG, None, "is 'name' the label? It has 40 classes in 40 samples"),
        (MPG, "origin", "line 11, column horsepower: the value is missing"),
        (TITANIC, None, "column age: the value is missing"),
        (COLIC, None, "column 6: '?' is not a number"),
        (ADULT, None, "column 2: '?' is not a number"),
    ],
)
def test_what_a_person_has_to_say_is_asked(tmp_path, text, label, told):
    given = reference(tmp_path / "t.csv", text, label, left_out=() if label is None else ("name",))
    assert told in " ".join(map(str, preview_dataset(given, NEGT).problems))


# file: options, samples, delimiter, header, kinds of the columns, classes, what is said
N, L, C, X = "number", "label", "category", "left out"
TABLES = {
    "aligned.data": ({"left_out": ("column 1",)}, 30, " ", False, [X, N, N, L], "ABC", []),
    "categories_no_header2.csv": (
        {}, 60, ",", False, [C, C, C, L], ["no", "yes"], ["taken for a sample"],
    ),
    "label_na.csv": ({"missing": "drop"}, 25, ",", True, [N, N, L], "ABC", []),
    "percent_de.csv": ({}, 30, ";", True, [N, N, L], "ABC", ["have the unit %"]),
    "underscore.csv": ({}, 30, ",", True, [C, N, L], "ABC", []),
    "r_table.txt": ({}, 30, " ", True, [X, N, N, L], "ABC", ["names of the rows"]),
    "preamble.csv": ({}, 30, ",", True, [N, N, L], "ABC", ["3 lines above the table"]),
    "orange.tab": ({}, 30, "\t", True, [N, N, L], "ABC", ["as Orange writes them"]),
    "label_first.csv": ({"label": "column 1"}, 30, ",", False, [L, N, N, N], "123", []),
    "id_label_second.csv": (
        {"label": "column 2"}, 30, ",", False, [N, L, N, N], "ABC", ["a number of patients"],
    ),
    "nonascii_names.csv": (
        {}, 90, ",", True, [N] * 5 + [L],
        ["versicolor & <b>", "\u05d9\u05e8\u05d5\u05e7", "\u5c71\u9cf6\u5c3e"], [],
    ),
    "semi.csv": ({}, 60, ",", True, [N, N, L], ["a;=cmd|'/C calc'!A0;", "ok"], []),
    "utf16-nobom.csv": ({}, 40, ",", True, [N, N, L], "ab", []),
    "trail_comment.arff": ({}, 30, ",", True, [N, N, L], "ABC", []),
    "space.arff": ({}, 30, ",", True, [N, N, L], "ABC", []),
    "blank_quote2.arff": (
        {}, 30, ",", True, [N, N, L], ["kind A", "kind B", "kind C"], [],
    ),
    "mixed_quote2.arff": (
        {}, 30, ",", True, [N, N, L], ["kind A", "kind C", "kind, B"], [],
    ),
    "blank_quote_input.arff": ({}, 30, ",", True, [N, C, L], "ABC", []),
    "mixed_quote_comma.arff": ({}, 30, ",", True, [N, C, C, L], "ABC", []),
}  # fmt: skip


@pytest.mark.skipif(not CASES.is_dir(), reason="the collected cases are not here")
@pytest.mark.parametrize("name", TABLES)
def test_a_collected_case_is_read_as_it_is_meant(name):
    choices, samples, delimiter, header, kinds, classes, said = TABLES[name]
    label = choices.get("label")
    options = ImportOptions(**{key: each for key, each in choices.items() if key != "label"})
    preview = preview_dataset(DataReference(str(CASES / name), label, options=options), NEGT)
    assert preview.importable, list(map(str, preview.problems))
    assert (preview.samples, preview.options.delimiter) == (samples, delimiter)
    assert preview.options.header == header
    assert [each.kind for each in preview.columns] == kinds
    assert [each for each, _ in preview.classes] == list(classes)
    notes = list(map(str, preview.problems))
    assert len(notes) == len(said)
    assert all(any(piece in note for note in notes) for piece in said)


@pytest.mark.skipif(not CASES.is_dir(), reason="the collected cases are not here")
@pytest.mark.parametrize(
    ("name", "options", "told"),
    [
        ("label_first.csv", {}, "the label? It has"),
        ("id_label_second.csv", {}, "the label? It has"),
        ("label_na.csv", {}, "'NA' says that the label is missing"),
        ("huge-1e308.csv", {}, "'1e+308' is too large"),
        ("utf16-nobom.csv", {"encoding": "utf-16"}, "byte order mark"),
    ],
)
def test_a_collected_case_is_asked_back_or_refused_in_one_line(name, options, told):
    given = DataReference(str(CASES / name), options=ImportOptions(**options))
    try:
        problems = preview_dataset(given, NEGT).problems
    except DatasetError as error:
        problems = (error,)
    assert told in " ".join(map(str, problems))
