import contextlib
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pnn_studio.data.datasets import load_dataset
from pnn_studio.domain.dataset import SHIPPED_DATASETS, DataReference
from pnn_studio.domain.technology import load_technology
from pnn_studio.errors import DatasetError

NEGT = load_technology("negt")


def shipped(name, split_seed=0):
    return load_dataset(DataReference(name, None, split_seed), NEGT)


@pytest.fixture
def from_text(tmp_path):
    """Load what stands in a CSV file."""

    def load(text, label=None, technology=NEGT, split_seed=0):
        path = tmp_path / "data.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
        return load_dataset(DataReference(str(path), label, split_seed), technology)

    return load


def rows(count=30, header="a,b,label", row="{i},{j},{c}", classes="xy"):
    """Write a small CSV file with `count` samples of every class."""
    lines = [
        row.format(i=i % 7, j=i % 5, c=classes[i % len(classes)])
        for i in range(count * len(classes))
    ]
    return "\n".join([header, *lines]) + "\n"


# --- data sets that ship: figures of the UCI Machine Learning Repository -----------------------


@pytest.mark.parametrize(
    ("name", "inputs", "counts"),
    [
        ("iris", 4, {"setosa": 50, "versicolor": 50, "virginica": 50}),
        ("wine", 13, {"class_0": 59, "class_1": 71, "class_2": 48}),
        ("breast-cancer", 30, {"malignant": 212, "benign": 357}),
        ("balance-scale", 4, {"left": 288, "balanced": 49, "right": 288}),
        ("tic-tac-toe", 9, {"x wins": 626, "x does not win": 332}),
    ],
)
def test_a_data_set_that_ships_has_the_samples_that_uci_counts(name, inputs, counts):
    data = shipped(name)
    assert data.title == SHIPPED_DATASETS[name]
    assert data.voltages.shape == (sum(counts.values()), inputs)
    assert Counter(data.class_names[index] for index in data.classes) == counts
    assert len(data.input_names) == inputs


def test_no_tic_tac_toe_board_comes_twice_and_all_are_over():
    boards = shipped("tic-tac-toe").voltages
    assert len({tuple(board) for board in boards}) == len(boards)
    for board in boards:
        x, o = (board == 1).sum(), (board == 0).sum()
        assert x - o in (0, 1)
        assert x + o >= 5


def test_the_scale_falls_to_the_side_of_the_larger_torque():
    data = shipped("balance-scale")
    left, right = (data.voltages[:, i] * 4 + 1 for i in (0, 2))
    far_left, far_right = (data.voltages[:, i] * 4 + 1 for i in (1, 3))
    side = np.sign(np.round(left * far_left - right * far_right)).astype(int)
    names = {1: "left", 0: "balanced", -1: "right"}
    assert [data.class_names[i] for i in data.classes] == [names[each] for each in side]


def test_values_that_are_voltages_already_stay():
    board = shipped("tic-tac-toe")
    assert set(np.unique(board.voltages)) == {0, 0.5, 1}
    assert board.clipped == 0


# --- split and scaling -------------------------------------------------------------------------


@pytest.mark.parametrize("name", SHIPPED_DATASETS)
@pytest.mark.parametrize("split_seed", [0, 7])
def test_the_split_is_60_20_20_in_every_class(name, split_seed):
    data = shipped(name, split_seed)
    for index in range(len(data.class_names)):
        split = data.split[data.classes == index]
        shares = [np.sum(split == part) for part in range(3)]
        wanted = [len(split) * share for share in (0.6, 0.2, 0.2)]
        assert np.abs(np.subtract(shares, wanted)).max() <= 1.5


def test_the_split_follows_its_seed_alone():
    assert np.array_equal(shipped("iris").split, shipped("iris").split)
    assert not np.array_equal(shipped("iris").split, shipped("iris", 1).split)
    assert shipped("iris").reference.fingerprint != shipped("iris", 1).reference.fingerprint


@pytest.mark.parametrize("name", ["iris", "wine", "breast-cancer", "balance-scale"])
def test_the_training_split_spans_the_input_range_and_nothing_leaves_it(name):
    data = shipped(name)
    scaled = (data.low != 0) | (data.high != 1)  # the others lie in 0..1 as they are
    train = data.part("train")[0][:, scaled]
    assert scaled.any()
    np.testing.assert_allclose(train.min(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(train.max(axis=0), 1, atol=1e-12)
    assert data.voltages.min() >= 0
    assert data.voltages.max() <= 1


@given(
    low=st.floats(-1e6, 1e6),
    span=st.floats(1e-3, 1e6),
    ends=st.tuples(st.floats(-2, 0), st.floats(0.5, 3)),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_scaling_can_be_undone_and_what_is_clipped_is_counted(from_text, low, span, ends):
    technology = replace(NEGT, input_low=ends[0], input_high=ends[1])
    inner = np.linspace(low, low + span, 12)
    outside = [low - span, low + 2 * span]
    lines = [f"{float(value)!r},{'xy'[i % 2]},train" for i, value in enumerate(inner)]
    lines += [f"{outside[0]!r},x,valid", f"{outside[1]!r},x,test"]
    data = from_text("a,label,split\n" + "\n".join(lines), technology=technology)
    fits = ends[0] <= inner.min() and inner.max() <= ends[1]
    if fits:
        assert (data.low[0], data.high[0]) == ends
    else:
        assert data.clipped == 2
        assert data.voltages[-2:, 0] == pytest.approx(ends)
    share = (data.voltages[:12, 0] - ends[0]) / (ends[1] - ends[0])
    back = data.low[0] + share * (data.high[0] - data.low[0])
    np.testing.assert_allclose(back, inner, rtol=0, atol=1e-9 * (abs(low) + span))


@pytest.mark.parametrize("value", ["5", "-3", "1e17", "-1e17", "1e99"])
def test_a_constant_column_carries_nothing(from_text, value):
    data = from_text(rows(row=value + ",{j},{c}"))
    assert np.all(data.voltages[:, 0] == 0)
    assert data.high[0] > data.low[0]


def test_arrays_of_a_data_set_cannot_be_changed():
    with pytest.raises(ValueError, match="read-only"):
        shipped("iris").voltages[0, 0] = 5


# --- CSV ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_csv_file_may_come_from_anywhere(from_text, delimiter, end):
    plain = from_text(rows())
    text = rows().replace(",", delimiter).replace("\n", end)
    other = from_text(b"\xef\xbb\xbf" + text.encode() + end.encode() * 2)
    assert other.input_names == plain.input_names == ("a", "b")
    assert np.array_equal(other.voltages, plain.voltages)


def test_a_quoted_name_may_hold_the_delimiter_and_a_line(from_text):
    text = rows(header='"width, cm","two\nlines",label')
    assert from_text(text).input_names == ("width, cm", "two\nlines")
    with pytest.raises(DatasetError, match="line 3, column two lines"):
        from_text(text.replace("\n0,0,x", "\n0,oops,x", 1))


@pytest.mark.parametrize(
    ("header", "label", "inputs"),
    [
        ("label,a,b", None, ("a", "b")),
        ("a,Class,b", None, ("a", "b")),
        ("a,TARGET,b", None, ("a", "b")),
        ("a,b,kind", None, ("a", "b")),
        ("a,kind,label", "kind", ("a", "label")),
    ],
)
def test_the_label_column_is_asked_for_or_guessed(from_text, header, label, inputs):
    names = header.split(",")
    chosen = next((i for i, n in enumerate(names) if n == label), None)
    if chosen is None:
        small = [n.lower() for n in names]
        chosen = next((i for i, n in enumerate(small) if n in ("label", "class", "target")), 2)
    cells = ["{i}", "{i}", "{i}"]
    cells[chosen] = "{c}"
    row = ",".join(cells)
    assert from_text(rows(header=header, row=row), label).input_names == inputs


def test_the_last_column_is_the_label_even_where_split_comes_after_it(from_text):
    lines = [f"{i},{'xy'[i % 2]},{('train', 'valid', 'test')[i % 3]}" for i in range(12)]
    data = from_text("a,kind,Split\n" + "\n".join(lines))
    assert data.class_names == ("x", "y")
    assert data.split.tolist() == [i % 3 for i in range(12)]


def test_split_names_may_be_spelled_out(from_text):
    names = ("Training", "validation", "VAL", "test")
    lines = [f"{i},{'xy'[i % 2]},{names[i % 4]}" for i in range(16)]
    assert from_text("a,label,split\n" + "\n".join(lines)).split.tolist() == [0, 1, 1, 2] * 4


@pytest.mark.parametrize(
    ("classes", "order"),
    [
        (("10", "9", "-1"), ("-1", "9", "10")),
        (("b", "a", "10"), ("10", "a", "b")),
        (("2", "1", "inf"), ("1", "2", "inf")),
        (("1.0", "1", "0"), ("0", "1", "1.0")),
        (("Größe", "大小"), ("Größe", "大小")),
    ],
)
def test_classes_are_in_order_of_value_or_letter(from_text, classes, order):
    assert from_text(rows(classes=classes)).class_names == order


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "empty"),
        ("\n\n", "empty"),
        ("a,b,label\n", "empty"),
        ("a,a,label\n1,2,x\n", "column 'a' stands there twice"),
        ("label\nx\ny\n", "no input column"),
        ("a,b,label\n1,2\n", "line 2: 2 values, but the header names 3"),
        ("a,b,label\n1,2,x\n1,2,x,4\n", "line 3: 4 values"),
        ("a,b,label\n1,2,x\n\n1,two,x\n", "line 4, column b: 'two' is not a number"),
        ("a,b,label\n1,nan,x\n", "line 2, column b: 'nan' is not a number"),
        ("a,b,label\n1,inf,x\n", "line 2, column b: 'inf' is too large"),
        ("a,b,label\n1,-1e200,x\n", "line 2, column b: '-1e200' is too large"),
        ("a,b,label\n1,,x\n", "line 2, column b: the value is missing"),
        ("a,b,label\n1,2,\n", "line 2, column label: the label is missing"),
        ("a;b;label\n1,5;2.5;x\n1,5;2;y", "line 2, column b: '2.5' is not a number"),
        ("a,label,split\n1,x,train\n2,y,later\n", "line 3, column split: 'later'"),
        ("a,label,split\n1,x,train\n2,y,train\n", "no valid samples"),
        ("a,label,split\n1,x,train\n2,y,valid\n", "no test samples"),
        ("a,label\n1,x\n2,x\n", "one class only, 'x'"),
        ("a,label\n" + "1,x\n" * 9 + "2,y\n" * 4, "class 'y' has 4 samples"),
        ("a,label\n" + "".join(f"1,{i}\n" for i in range(300)), "300 classes"),
        (",".join(f"c{i}" for i in range(1030)) + "\n" + "1," * 1029 + "1\n", "1029 input"),
        ('a,label\n"1,x\n', "data.csv, line"),
        (b"a,label\n\xff,x\n", "line 2, column a: 'ÿ' is not a number"),
        (b"\xff\xfea\x00,\x00", "empty"),
        (b"\xff\xfea\x00,\x00x", "line 1: byte 6 is not utf-16"),
        (b"a,label\n\x00,x\n", "null characters"),
        (b"PK\x03\x04", "is a ZIP file that cannot be unpacked"),
        ("a,label\n" + "1" * 200_000 + ",x\n", "line"),
    ],
)
def test_a_bad_file_is_told_with_line_column_and_reason(from_text, text, told):
    with pytest.raises(DatasetError) as error:
        from_text(text)
    assert told in str(error.value)
    assert len(str(error.value)) < 300


def test_a_label_that_is_not_there_is_told_with_those_that_are(from_text):
    with pytest.raises(DatasetError, match="no column 'kind'; its columns are a, b, label"):
        from_text(rows(), "kind")
    with pytest.raises(DatasetError, match="iris brings its classes"):
        load_dataset(DataReference("iris", "species"), NEGT)


def test_what_is_no_file_is_refused(tmp_path):
    with pytest.raises(DatasetError, match="No such file"):
        load_dataset(DataReference(str(tmp_path / "missing.csv")), NEGT)
    with pytest.raises(DatasetError, match="not a file"):
        load_dataset(DataReference(str(tmp_path)), NEGT)
    with pytest.raises(DatasetError, match="not a file"):
        load_dataset(DataReference("/dev/zero"), NEGT)


def test_the_fingerprint_tells_every_change_of_the_data(from_text):
    one = from_text(rows()).reference.fingerprint
    assert from_text(rows()).reference.fingerprint == one
    assert from_text(rows().replace("3,3,y", "3,4,y", 1)).reference.fingerprint != one
    assert from_text(rows().replace("3,3,y", "3,3,x", 1)).reference.fingerprint != one


cells = st.sampled_from(
    ["1", "0.5", "-2", "x", "", '"', "nan", "1e999", "\x00", "\r", "train", "é"]
)


@given(
    st.binary(max_size=60)
    | st.lists(st.lists(cells, max_size=4).map(",".join), max_size=12).map("\n".join)
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_file_loads_or_is_refused(from_text, content):
    with contextlib.suppress(DatasetError):
        assert np.isfinite(from_text(content).voltages).all()
