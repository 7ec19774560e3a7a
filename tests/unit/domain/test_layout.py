from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pnn_studio.domain.layout import MAX_HIDDEN_LAYERS, MAX_INPUTS, MAX_NEURONS, Layout
from pnn_studio.errors import LayoutError

layouts = st.builds(
    Layout,
    st.integers(1, 20),
    st.lists(st.integers(1, 9), min_size=1, max_size=4).map(tuple),
    st.integers(2, 9),
)


@given(layouts)
def test_every_layer_has_a_bias_row_and_a_ground_row(layout):
    sizes = [layout.inputs, *layout.hidden, layout.outputs]
    assert list(layout.shapes) == [(before + 2, after) for before, after in pairwise(sizes)]
    assert layout.resistor_sites == sum(rows * columns for rows, columns in layout.shapes)
    assert str(layout) == "-".join(map(str, sizes))


def test_no_circuit_has_an_empty_layer():
    with pytest.raises(LayoutError, match="Layer 2 needs 1 to 256 neurons, not 0"):
        Layout(4, (3, 0), 3)
    with pytest.raises(LayoutError, match="at least one hidden layer"):
        Layout(4, (), 3)


@pytest.mark.parametrize(
    "wrong",
    [
        {"inputs": 0},
        {"inputs": MAX_INPUTS + 1},
        {"outputs": 1},
        {"outputs": MAX_NEURONS + 1},
        {"hidden": ()},
        {"hidden": (1,) * (MAX_HIDDEN_LAYERS + 1)},
        {"hidden": (MAX_NEURONS + 1,)},
        {"hidden": (-1,)},
        {"crossbar": "new"},
        {"sharing": "none"},
    ],
    ids=str,
)
def test_what_cannot_be_printed_is_refused(wrong):
    with pytest.raises(LayoutError):
        Layout(**({"inputs": 4, "hidden": (3,), "outputs": 3} | wrong))


def test_a_modified_crossbar_negates_rows_and_an_original_one_resistors():
    assert Layout(4, (3,), 2).most_negations == (5, 4)
    assert Layout(4, (3,), 2, "original").most_negations == (15, 8)
