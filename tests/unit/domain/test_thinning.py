from hypothesis import given
from hypothesis import strategies as st

from pnn_studio.domain.thinning import thinned


@given(st.integers(0, 5000), st.integers(1, 600))
def test_what_is_kept_is_evenly_spaced_begins_at_the_first_and_is_no_more_than_wanted(points, most):
    rows, step = thinned(points, most)
    assert len(rows) <= most
    assert rows.tolist() == list(range(0, points, step))
    assert step == 1 or len(range(0, points, step - 1)) > most
