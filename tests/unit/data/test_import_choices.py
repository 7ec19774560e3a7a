"""What is chosen at an import: columns, categories, missing values, scaling and split."""

import re

import numpy as np
import pytest

from pnn_studio.app.session import import_edits
from pnn_studio.data.datasets import load_dataset, preview_dataset
from pnn_studio.domain.dataset import DataReference
from pnn_studio.domain.importing import Category, ImportOptions, InputColumn, Limits, Problem
from pnn_studio.domain.technology import load_technology
from pnn_studio.errors import DatasetError

NEGT = load_technology("negt")
HEAD = "size,length,kind"
ROWS = [f"{'SML'[i % 3]},{i / 2},{'xy'[i % 2]}" for i in range(40)]


@pytest.fixture
def load(tmp_path):
    def of(rows=ROWS, head=HEAD, label=None, seed=0, name="data.csv", **options):
        path = tmp_path / name
        path.write_text("\n".join([*([head] if head else []), *rows]) + "\n")
        reference = DataReference(str(path), label, seed, options=ImportOptions(**options))
        return load_dataset(reference, NEGT)

    return of


def test_one_hot_is_one_input_a_category_and_high_where_it_applies(load):
    data = load(categories=(Category("size", "one-hot"),))
    assert data.input_names == ("size=L", "size=M", "size=S", "length")
    assert data.voltages[:3, :3].tolist() == [[0, 0, 1], [0, 1, 0], [1, 0, 0]]
    assert data.reference.columns[0] == InputColumn("size", "one-hot", ("L", "M", "S"))


def test_ordinal_counts_categories_in_their_order_over_the_whole_range(load):
    data = load(categories=(Category("size", "ordinal", ("S", "M", "L")),))
    assert data.input_names == ("size", "length")
    assert data.voltages[:3, 0].tolist() == [0, 0.5, 1]


def test_numbers_may_be_categories_too(load):
    rows = [f"{(10, 9, 100)[i % 3]},{'xy'[i % 2]}" for i in range(30)]
    data = load(rows, "code,label", categories=(Category("code", "one-hot"),))
    assert data.input_names == ("code=9", "code=10", "code=100")


def test_a_reference_that_was_loaded_loads_the_same_again(load):
    data = load(missing="median", categories=(Category("size", "ordinal"),))
    again = load_dataset(data.reference, NEGT)
    assert again.reference == data.reference
    assert np.array_equal(again.voltages, data.voltages)


def test_columns_of_numbers_alone_leave_no_trace_in_the_reference(load):
    data = load(left_out=("size",))
    assert data.reference.columns == ()
    assert data.input_names == ("length",)


def test_limits_take_the_place_of_training_values_and_what_lies_outside_is_clipped(load):
    data = load(left_out=("size",), limits=(Limits("", 0, 10),))
    assert (data.low[0], data.high[0]) == (0, 10)
    assert data.clipped == np.sum(np.arange(40) / 2 > 10)
    assert data.voltages[4, 0] == pytest.approx(0.2)
    own = load(left_out=("size",), limits=(Limits("", 0, 10), Limits("length", -20, 20)))
    assert own.voltages[4, 0] == pytest.approx(0.55)
    assert own.clipped == 0


def test_columns_that_lie_in_the_range_stay_unless_all_are_to_be_scaled(load):
    rows = [f"{0.2 + 0.01 * (i % 7)},{'xy'[i % 2]}" for i in range(70)]
    stays, scaled = load(rows, "a,label"), load(rows, "a,label", scaling="train")
    assert stays.voltages[:, 0].max() == pytest.approx(0.26)
    assert scaled.voltages[:, 0].max() == 1


@pytest.mark.parametrize("ratio", [(60, 20, 20), (3, 1, 1), (50, 25, 25), (80, 10, 10)])
def test_the_split_has_the_shares_that_were_asked_for_in_every_class(load, ratio):
    data = load(ROWS * 5, ratio=tuple(map(float, ratio)))
    for index in range(2):
        split = data.split[data.classes == index]
        shares = [np.mean(split == part) for part in range(3)]
        assert shares == pytest.approx([share / sum(ratio) for share in ratio], abs=0.02)


def test_a_split_at_random_needs_no_five_samples_of_a_class(load):
    rows = [*ROWS, "S,1,rare"]
    with pytest.raises(DatasetError, match="class 'rare' has 1 sample,"):
        load(rows)
    data = load(rows, stratified=False)
    assert data.counts == {"train": 24, "valid": 8, "test": 9}
    assert not np.array_equal(load(rows, stratified=False, seed=1).split, data.split)


def test_the_split_column_is_named_or_left_out(load):
    rows = [f"{row},{('train', 'valid', 'test')[i % 3]}" for i, row in enumerate(ROWS)]
    named = load(rows, f"{HEAD},part", label="kind", split_column="part")
    assert named.split.tolist() == [i % 3 for i in range(40)]
    left_out = load(rows, f"{HEAD},split", label="kind", left_out=("split",))
    assert left_out.counts["train"] == 24


def test_only_rows_that_lack_a_value_that_is_used_are_dropped(load):
    rows = [*ROWS, ",1,x", "S,,x", "S,1,"]
    assert load(rows, missing="drop").dropped == 3
    assert load(rows, missing="drop", left_out=("size",)).dropped == 2


def test_the_most_frequent_category_stands_for_a_missing_one(load):
    rows = [f"{'SSM'[i % 3]},{i / 2},{'xy'[i % 2]}" for i in range(40)] + ["?,1,x"]
    data = load(rows, missing="median", categories=(Category("size", "one-hot"),))
    assert data.input_names == ("size=M", "size=S", "length")
    assert data.voltages[-1, :2].tolist() == [0, 1]


def test_every_row_may_not_be_dropped_and_a_label_has_no_median(load):
    with pytest.raises(DatasetError, match="every row lacks a value"):
        load(["1,,x", ",1,y"], "a,b,label", missing="drop")
    with pytest.raises(DatasetError, match="line 42, column kind: the label is missing; fill it"):
        load([*ROWS, "S,1,"], missing="median")


def test_many_one_hot_inputs_are_refused_before_memory_is_taken(load):
    names = tuple("abcde")
    rows = [",".join([f"{name}{i % 250}" for name in names] + ["xy"[i % 2]]) for i in range(500)]
    with pytest.raises(DatasetError, match="1250 input columns; at most 1024"):
        load(rows, "a,b,c,d,e,label", categories=tuple(Category(n, "one-hot") for n in names))
    rows = [f"t{i},{'xy'[i % 2]}" for i in range(300)]
    with pytest.raises(DatasetError, match="300 different texts, and 1 to 256 can be coded"):
        load(rows, "a,label", categories=(Category("a", "one-hot"),))


def test_every_problem_of_a_file_is_listed_by_line_with_its_rows(tmp_path):
    path = tmp_path / "data.csv"
    path.write_text("day,a,b,label\n2024-01-01,1,x1,k\n2024-01-02,,7,k\n2024-01-03,2,8,\n")
    problems = preview_dataset(DataReference(str(path)), NEGT).problems
    assert [(each.line, each.column, each.rows) for each in problems] == [
        (2, "day", 3),
        (2, "b", 1),
        (3, "a", 1),
        (4, "label", 1),
    ]
    assert all(each.remedy for each in problems)


@pytest.mark.parametrize(
    ("problem", "text"),
    [
        (Problem(3, "a", "wrong"), "line 3, column a: wrong."),
        (Problem(3, "column 2", "wrong", 2), "line 3, column 2: wrong (and 1 more row)."),
        (Problem(0, "", "wrong", 1, "mend it"), "wrong; mend it."),
    ],
)
def test_a_problem_is_one_sentence(problem, text):
    assert str(problem) == text


# --- ARFF --------------------------------------------------------------------------------------

ARFF = """@relation r
@attribute 'a b' numeric
@attribute c {no, 'yes, very', maybe}
@attribute class {x, y}
@data
"""


def test_an_arff_file_declares_names_and_the_order_of_categories(load):
    very = "'yes, very'"
    rows = [f"{i},{('no', very)[i % 2]},{'xy'[i % 2]}" for i in range(20)]
    data = load(["% comment", *rows, "?, no, x"], ARFF.rstrip("\n"), missing="drop")
    assert data.input_names == ("a b", "c=no", "c=yes, very", "c=maybe")
    assert (len(data.classes), data.dropped) == (20, 1)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("@relation r\n@attribute a numeric\n", "has no line @data"),
        ("@relation r\n@data\n1\n", "line 2: no @attribute stands before @data"),
        ("@relation r\n@attribute a\n@data\n1\n", "line 2: the type '' is not known"),
        ("@relation r\n@attribute a relational\n@data\n1\n", "the type 'relational'"),
        (
            "@relation r\nattribute a real\n@data\n1\n",
            "line 2: 'attribute a real' is no @attribute",
        ),
        (ARFF, "no samples follow @data"),
        (ARFF + "{0 1, 3 no}\n", "line 6: a sparse row is pairs of index, from 0 to 2"),
        (ARFF + "1,perhaps,x\n", "line 6, column c: 'perhaps' is not among the categories"),
        (ARFF + "1,no\n", "line 6: 2 values, but the header names 3"),
        (ARFF + "1,'no,x\n", "line 6"),
    ],
)
def test_a_broken_arff_file_is_told_with_its_line(load, text, told):
    with pytest.raises(DatasetError, match=re.escape(told)):
        load([], text)


# --- edits in the panel ------------------------------------------------------------------------


def test_a_column_has_one_use_at_a_time():
    options = ImportOptions()
    for use in (*import_edits.USES, ""):
        options = import_edits.with_use(options, "a", use)
        assert import_edits.use_of(options, "a") == use
    assert options == ImportOptions()


def test_limits_are_edited_as_text():
    options = import_edits.with_limits(ImportOptions(), "a", "-1.5 .. 2e3")
    assert import_edits.limits_of(options, "a") == "-1.5..2000"
    assert import_edits.with_limits(options, "a", " ") == ImportOptions()
    for text in ("1", "1..", "2..1", "a..b", "1..1"):
        with pytest.raises(DatasetError):
            import_edits.with_limits(options, "a", text)
