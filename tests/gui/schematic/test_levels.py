from hypothesis import given
from hypothesis import strategies as st

from pnn_studio.circuit.schematic import layer_schematic
from pnn_studio.ui.schematic.levels import (
    CELL,
    FEET_HEIGHT,
    LEAST,
    NAMES_WIDTH,
    Extents,
    index_at,
    value_at,
)
from tests.support.designs import sample_design


def extents(inputs, columns):
    design = sample_design(inputs, (columns,), 2)
    return Extents.of(layer_schematic(design, 0))


def test_a_small_layer_opens_whole_with_its_values():
    small = extents(4, 3)
    scale = small.opening(830, 600)
    assert small.level(scale) == "full"
    assert scale == small.fitting(830, 600)
    assert scale * small.height <= 600


def test_twenty_rows_open_as_symbols_and_sixty_as_a_map_where_they_do_not_fit():
    middle, large = extents(19, 8), extents(64, 32)
    assert (middle.rows, large.rows) == (21, 66)
    assert middle.level(middle.opening(830, 600)) == "symbols"
    assert middle.level(middle.opening(4000, 4000)) == "full"
    assert large.level(large.opening(830, 600)) == "map"
    assert large.level(large.opening(40_000, 40_000)) == "full"


def test_a_cell_of_the_map_is_never_less_than_8_px():
    large = extents(64, 32)
    assert large.opening(300, 200) * CELL == LEAST * CELL == 8


@given(st.integers(1, 40), st.integers(1, 20), st.floats(300, 3000), st.floats(300, 3000))
def test_what_fits_leaves_nothing_out_and_no_larger_level_would_fit(rows, columns, width, height):
    sheet = Extents(rows + 2, columns, 500.0 + 192 * columns, 180.0 + 56 * rows, 140.0)
    scale = sheet.fitting(width, height)
    level = sheet.level(scale)
    _, _, wide, high = sheet.extent(level)
    if level != "full":
        width, height = width - NAMES_WIDTH, height - FEET_HEIGHT
    assert scale == LEAST or (scale * wide <= width + 1e-6 and scale * high <= height + 1e-6)
    if level == "map":
        _, _, wide, high = sheet.extent("symbols")
        assert 0.4 * wide > width or 0.4 * high > height


@given(
    st.lists(st.floats(1, 300), min_size=1, max_size=30),
    st.floats(-100, 6000),
)
def test_places_between_lines_are_found_again(gaps, value):
    lines = [sum(gaps[: at + 1]) for at in range(len(gaps))]
    found = value_at(lines, index_at(lines, value))
    assert len(lines) == 1 or abs(found - value) < 1e-6 * max(1.0, abs(value))
