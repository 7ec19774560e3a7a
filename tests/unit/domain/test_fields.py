import json
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pnn_studio.domain.fields import Fields
from pnn_studio.errors import PnnError, ProjectFileError

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=8,
)
READERS = {
    "table": lambda fields: fields.table("x"),
    "tables": lambda fields: list(fields.tables("x")),
    "sequence": lambda fields: fields.sequence("x"),
    "text": lambda fields: fields.text("x"),
    "choice": lambda fields: fields.text("x", ["a", "b"]),
    "texts": lambda fields: fields.texts("x"),
    "number": lambda fields: fields.number("x"),
    "number in range": lambda fields: fields.number("x", 0, 1),
    "integer": lambda fields: fields.integer("x"),
    "integers": lambda fields: fields.integers("x", 1, 9, 3),
    "numbers": lambda fields: fields.numbers("x", 2),
    "expect": lambda fields: fields.expect("x", "pnn-design"),
}


def fields(data):
    return Fields(data, "file.json", ProjectFileError)


def refusal(read, value):
    """Read an entry; return what is told where it is refused."""
    try:
        read(fields({"x": value}))
    except ProjectFileError as error:
        return str(error)
    return None


@given(value=json_values)
@settings(max_examples=300)
def test_any_entry_is_read_or_refused_with_its_place_by_every_reader(value):
    for name, read in READERS.items():
        told = refusal(read, value)
        assert told is None or told.startswith("file.json, x"), name


@pytest.mark.parametrize("read", READERS.values(), ids=READERS)
def test_an_entry_that_is_not_there_is_missing(read):
    with pytest.raises(ProjectFileError, match=r"file\.json, x: is missing"):
        read(fields({}))


@pytest.mark.parametrize("read", READERS.values(), ids=READERS)
def test_an_entry_nested_too_deep_to_print_is_refused_all_the_same(read):
    deep = json.loads("[" * 900 + "]" * 900)
    told = refusal(read, deep)
    assert told is None or len(told) < 200


@pytest.mark.parametrize("value", [True, "1", None, math.nan, math.inf, 10**400, -(10**400), [1]])
def test_only_finite_numbers_are_numbers(value):
    with pytest.raises(ProjectFileError, match="finite number"):
        fields({"x": value}).number("x")


@pytest.mark.parametrize("value", [True, 1.0, "1", 10**400, -1])
def test_only_whole_numbers_within_their_bounds_are_integers(value):
    with pytest.raises(ProjectFileError, match="whole number"):
        fields({"x": value}).integer("x")


def test_places_are_told_from_the_top_of_the_file():
    data = {"models": {"eta": {"inputs": [{"name": "R1"}, {"name": 7}]}}}
    second = list(fields(data).table("models").table("eta").tables("inputs"))[1]
    with pytest.raises(ProjectFileError, match=r"file.json, models.eta.inputs\[1\].name: "):
        second.text("name")


@pytest.mark.parametrize("data", [None, [], "text", 1])
def test_a_file_must_be_a_table(data):
    with pytest.raises(ProjectFileError, match="top level: must be a table"):
        fields(data)


def test_null_is_as_good_as_absent():
    assert not fields({"x": None}).has("x")
    assert fields({"x": 0}).has("x")


@given(st.text())
def test_a_message_is_one_line_that_can_be_printed(text):
    line = str(PnnError(text))
    assert line.isprintable()
    assert len(line.splitlines()) <= 1
