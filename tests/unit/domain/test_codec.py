import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from pnn_studio.domain.codec import decode, encode
from pnn_studio.domain.project import DesignCheck, RunHead
from pnn_studio.domain.settings import Settings, Shown
from tests.support.projects import families, full_project, settings
from tests.support.values import same


@dataclass(frozen=True)
class Inner:
    number: int = 3


@dataclass(frozen=True)
class Newer:
    number: int = field(default=3, metadata={"missing": 1})


@dataclass(frozen=True, eq=False)
class Outer:
    array: NDArray[np.float64]
    by_name: Mapping[str, Inner]
    pair: tuple[int, str]
    choice: Literal["a", 1] | None = None


OUTER = Outer(np.arange(3.0), {"x y": Inner(4)}, (1, "two"), "a")


def travelled(value):
    tree, arrays = encode(value)
    return decode(json.loads(json.dumps(tree)), arrays, type(value))


@given(settings)
def test_any_settings_come_back(value):
    assert travelled(value) == value


@given(families())
def test_any_family_comes_back_bit_by_bit(family):
    assert same(travelled(family), family)


@pytest.mark.parametrize("value", [OUTER, full_project().runs[0].head, full_project().checks[0]])
def test_nested_values_come_back(value):
    assert isinstance(value, Outer | RunHead | DesignCheck)
    assert same(travelled(value), value)


def test_what_an_older_file_does_not_say_is_what_it_meant_not_what_is_new():
    assert decode({"$type": "Newer"}, {}, Newer) == Newer(1)
    assert travelled(Newer()) == Newer(3)


def test_arrays_are_named_by_their_place():
    assert set(encode(full_project().runs[0].family)[1]) >= {
        "theta.0",
        "omega.ptanh",
        "history.loss",
    }


def test_an_entry_that_is_younger_than_the_data_has_its_default():
    tree, arrays = encode(Settings(shown=Shown(alpha=0.25)))
    del tree["shown"]["pins"]
    assert decode(tree, arrays, Settings) == Settings(shown=Shown(alpha=0.25))


@pytest.mark.parametrize(
    ("place", "value", "words"),
    [
        ("pair", [1], "pair must have 2 entries, not 1"),
        ("pair", ["1", "two"], r"pair\.0 must be a whole number, not '1'"),
        ("pair", [True, "two"], r"pair\.0 must be a whole number, not True"),
        ("pair", {}, "pair must be a list, not a table"),
        ("choice", "b", "choice must be 'a' or 1, not 'b'"),
        ("choice", True, "choice must be 'a' or 1, not True"),
        ("array", {"$array": "none"}, "array must be an array"),
        ("array", {"$array": ["array"]}, "array must be an array"),
        ("array", 3, "array must be an array, not 3"),
        ("by_name", {"x": {"$type": "Outer"}}, r"by_name\.x must be a Inner"),
        ("by_name", {"x": {"$type": "Inner", "number": 1.5}}, "number must be a whole number"),
        ("$type", "Inner", "must be a Outer"),
    ],
)
def test_what_does_not_fit_is_named_with_its_place(place, value, words):
    tree, arrays = encode(OUTER)
    with pytest.raises(ValueError, match=words):
        decode(tree | {place: value}, arrays, Outer)


def test_an_array_of_other_numbers_is_refused():
    tree, _ = encode(OUTER)
    with pytest.raises(ValueError, match="array must be an array of float64, not of int64"):
        decode(tree, {"array": np.arange(3)}, Outer)


def test_an_entry_that_is_missing_is_named():
    with pytest.raises(ValueError, match="pair is missing"):
        decode({"$type": "Outer", "array": {"$array": "a"}, "by_name": {}}, {"a": np.eye(1)}, Outer)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda each: (
        st.lists(each, max_size=3) | st.dictionaries(st.text(max_size=5), each, max_size=3)
    ),
)


@given(st.sampled_from(sorted(encode(Settings())[0])), json_values)
def test_whatever_stands_in_an_entry_there_is_a_value_or_a_reason(name, value):
    tree, arrays = encode(Settings())
    try:
        decode(tree | {name: value}, arrays, Settings)
    except ValueError as error:
        assert str(error)  # noqa: PT017 - either is right
