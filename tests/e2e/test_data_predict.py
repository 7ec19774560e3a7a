"""New rows are scored as the design's own data were, whatever their file looks like."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from pnn_studio.data.datasets import load_dataset
from pnn_studio.domain.technology import load_technology
from pnn_studio.physics.evaluate import evaluate_design
from pnn_studio.storage.design_file import load_design
from tests.support.command_line import refusal
from tests.support.workbooks import xlsx_members, zipped

FILES = Path(__file__).parents[1] / "data" / "csv"
NEGT = load_technology("negt")


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """Make a folder for designs, which are trained once each."""
    return tmp_path_factory.mktemp("designs")


@pytest.fixture
def design_for(here, trained):
    """Train a design on a file of the wild, with options."""

    def train(name, *options):
        path = trained / f"{name}{''.join(options)}.json".replace("/", "")
        if not path.exists():
            few = ("--epochs", "60", "--split-seed", "3", "--out", path)
            done = here("train", FILES / name, *few, *options, cwd=trained)
            assert done.code == 0, done.err
        return path

    return train


@pytest.fixture
def predict(here, tmp_path):
    def run(*arguments):
        return here("predict", *arguments, cwd=tmp_path)

    return run


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("plain.csv", ()),
        ("semicolon_decimal_comma.csv", ("--limits", "0..10")),
        ("categories.csv", ("--category", "colour=ordinal:red,yellow,green")),
        ("weka.arff", ("--scaling", "train")),
        ("missing.csv", ("--missing", "median")),
        ("no_header.csv", ()),
        ("utf16_excel.txt", ("--leave-out", "width", "--ratio", "70/15/15", "--no-stratified")),
        ("thousands_european.csv", ()),
        ("units.csv", ()),
    ],
)
def test_the_training_file_itself_gets_the_outputs_of_the_design(
    design_for, predict, name, options
):
    path = design_for(name, *options)
    design = load_design(path)
    data = load_dataset(design.data, NEGT)
    assert data.reference == design.data  # all that was chosen came back
    wanted = evaluate_design(design, NEGT, data.voltages).outputs
    answer = predict(path, FILES / name, "--json").answer
    np.testing.assert_array_equal(answer["outputs_v"], wanted)
    names = [design.class_names[index] for index in wanted.argmax(axis=1)]
    assert answer["classes"] == names
    largest = np.sort(wanted, axis=1)
    assert (
        answer["measurable"]
        == ((largest[:, -1] >= NEGT.measurable) & (largest[:, -2] <= 0)).tolist()
    )
    assert answer["clipped"] == data.clipped


def test_rows_need_no_label_and_their_file_may_be_written_in_another_style(
    design_for, predict, tmp_path
):
    path = design_for("semicolon_decimal_comma.csv")
    new = tmp_path / "new.csv"
    new.write_text("note,width,length\nfirst,1.25,5.1\nsecond,9,9\n")
    answer = predict(path, new, "--json").answer
    design = load_design(path)
    raw = np.array([[5.1, 1.25], [9, 9]])
    volts = (raw - design.low) / (np.array(design.high) - design.low)
    wanted = evaluate_design(design, NEGT, np.clip(volts, 0, 1)).outputs
    np.testing.assert_array_equal(answer["outputs_v"], wanted)
    assert answer["lines"] == [2, 3]
    assert answer["clipped"] == 1  # a length of 9 was never trained


def test_rows_without_a_header_are_taken_in_the_order_of_the_design(design_for, predict, tmp_path):
    path = design_for("plain.csv")
    named, nameless = tmp_path / "named.csv", tmp_path / "nameless.csv"
    named.write_text("width,length\n1.25,5.1\n3.25,6.1\n")
    nameless.write_text("5.1,1.25\n6.1,3.25\n")
    outputs = [predict(path, file, "--json").answer["outputs_v"] for file in (named, nameless)]
    assert outputs[0] == outputs[1]


def test_a_missing_value_gets_the_median_only_where_the_design_learned_one(
    design_for, predict, tmp_path
):
    new = tmp_path / "new.csv"
    new.write_text("length,width\n5.1,\n5.2,NA\n")
    told = refusal(predict(design_for("plain.csv"), new))
    assert "new.csv, line 2, column width: the value is missing (and 1 more row)" in told
    path = design_for("missing.csv", "--missing", "median")
    fill = load_design(path).data.columns[1].fill
    filled = predict(path, new, "--json").answer["outputs_v"]
    new.write_text(f"length,width\n5.1,{fill!r}\n5.2,{fill!r}\n")
    assert predict(path, new, "--json").answer["outputs_v"] == filled


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("length\n5\n", "no column 'colour'; the design reads colour, ripe, length, width"),
        ("colour,ripe,length,width\nblue,yes,5,1\n", "line 2, column colour: 'blue' is not among"),
        ("colour,ripe,length,width\nred,yes,5,x\n", "line 2, column width: 'x' is not a number"),
        ("colour,ripe,length,width\nred,yes,5,1e999\n", "column width: '1e999'"),
        ("colour,ripe,length,width\nred,yes,5\n", "line 2: 3 values"),
        ("colour,ripe,length,width\n", "empty"),
        ("1,2\n", "empty"),
    ],
)
def test_rows_that_cannot_be_scored_are_told_with_their_place(
    design_for, predict, tmp_path, text, told
):
    new = tmp_path / "new.csv"
    new.write_text(text)
    assert told in refusal(predict(design_for("categories.csv"), new))


def test_answers_are_written_as_a_table_and_never_over_an_input(design_for, predict, tmp_path):
    path = design_for("plain.csv")
    out = tmp_path / "answers.csv"
    assert predict(path, FILES / "plain.csv", "--out", out).code == 0
    with out.open(encoding="utf-8", newline="") as file:
        table = list(csv.DictReader(file))
    answer = predict(path, FILES / "plain.csv", "--json").answer
    assert [row["class"] for row in table] == answer["classes"]
    assert [row["line"] for row in table] == [str(line) for line in range(2, 32)]
    np.testing.assert_allclose(
        [[float(row[f"output_v {name}"]) for name in ("Kürbis", "Möhre")] for row in table],
        answer["outputs_v"],
        rtol=1e-8,
    )
    copy = tmp_path / "copy.csv"
    copy.write_bytes((FILES / "plain.csv").read_bytes())
    assert "overwritten" in refusal(predict(path, copy, "--out", copy))


def test_a_design_on_data_that_ship_scores_rows_too(workshop, predict, tmp_path):
    new = tmp_path / "iris.csv"
    names = "sepal length,sepal width,petal length,petal width"
    new.write_text(f"{names}\n5.1,3.5,1.4,0.2\n6.3,3.3,6.0,2.5\n")
    answer = predict(workshop / "d.json", new, "--json").answer
    assert answer["classes"] == ["setosa", "virginica"]


def test_a_design_whose_columns_do_not_give_its_inputs_is_refused(design_for, predict, tmp_path):
    entry = json.loads(design_for("categories.csv").read_text())
    entry["data"]["import"]["columns"].pop()
    broken = tmp_path / "d.json"
    broken.write_text(json.dumps(entry))
    assert "do not match its inputs" in refusal(predict(broken, FILES / "categories.csv"))


def test_new_rows_may_come_as_a_spreadsheet_and_need_the_units_of_the_training_data(
    design_for, predict, tmp_path
):
    design, lines = design_for("plain.csv"), (FILES / "plain.csv").read_text().splitlines()
    rows = [lines[0].split(","), *([*map(float, r.split(",")[:2]), "?"] for r in lines[1:])]
    (tmp_path / "new.xlsx").write_bytes(zipped(xlsx_members({"s": [["new ones", None], *rows]})))
    wanted = predict(design, FILES / "plain.csv", "--json").answer
    assert predict(design, "new.xlsx", "--json").answer["outputs_v"] == wanted["outputs_v"]
    (tmp_path / "bare.csv").write_text("Länge;Breite\n4,5;0,25\n")
    told = refusal(predict(design_for("units.csv"), "bare.csv"))
    assert "line 2, column Länge: '4,5' is not a number with the unit mm, which the" in told
