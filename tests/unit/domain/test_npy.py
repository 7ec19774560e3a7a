import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from pnn_studio.domain.npy import array_bytes, array_of
from tests.support.values import same

numbers = npst.arrays(
    st.sampled_from(["<f8", "<f4", ">f8", "<i8", "i1", "u1", "?", "<f2"]),
    npst.array_shapes(min_dims=0, max_dims=4, min_side=0),
)


@given(numbers)
def test_any_array_comes_back_and_is_what_numpy_reads(array):
    content = array_bytes(array)
    assert same(np.load(io.BytesIO(content), allow_pickle=False), array)
    assert same(array_of(content), array)
    assert array_of(content).shape == array.shape


def test_an_array_in_columns_comes_back():
    array = np.asfortranarray(np.arange(6.0).reshape(2, 3))
    stream = io.BytesIO()
    np.save(stream, array, allow_pickle=False)
    assert same(array_of(stream.getvalue()), array)


def test_an_array_that_is_read_cannot_be_changed():
    with pytest.raises(ValueError, match="read-only"):
        array_of(array_bytes(np.zeros(3)))[0] = 1


@given(st.binary(max_size=200) | st.binary(max_size=99).map(lambda each: b"\x93NUMPY\x01" + each))
def test_anything_else_is_no_array(content):
    with pytest.raises(ValueError, match="no array"):
        array_of(content)
