"""What the window remembers is read with care: files are edited, and screens are taken away."""

from hypothesis import given
from hypothesis import strategies as st

from pnn_studio.app.project.openable import what_to_open
from pnn_studio.ui.shell.arrangement import (
    Arrangement,
    Rectangle,
    on_a_screen,
    read_arrangement,
    read_rectangle,
)

SIZES = st.integers(0, 4000)
ARRANGEMENTS = st.builds(Arrangement, *[st.booleans()] * 4, SIZES, SIZES, SIZES, SIZES)
RECTANGLES = st.builds(
    Rectangle,
    st.integers(-9000, 9000),
    st.integers(-9000, 9000),
    st.integers(1, 5000),
    st.integers(1, 5000),
)


@given(ARRANGEMENTS)
def test_an_arrangement_comes_back_as_it_was_written(arrangement):
    assert read_arrangement(arrangement.text(), Arrangement()) == arrangement


@given(st.text() | st.sampled_from(['{"dock": 1}', '{"panel_width": true}', "[]", "null", "1e9"]))
def test_what_is_no_arrangement_leaves_everything_as_it_is(text):
    assert read_arrangement(text, Arrangement()) == Arrangement()


@given(RECTANGLES)
def test_a_place_comes_back_as_it_was_written(rectangle):
    assert read_rectangle(rectangle.text()) == rectangle


@given(st.text() | st.sampled_from(["[1, 2, 3]", "[0, 0, 0, 5]", "[1.5, 0, 9, 9]", "{}"]))
def test_what_is_no_place_is_none(text):
    assert read_rectangle(text) is None


@given(RECTANGLES, st.lists(RECTANGLES, min_size=1, max_size=3))
def test_a_window_can_be_seen_and_moved_whatever_has_become_of_its_screen(window, screens):
    fitted = on_a_screen(window, screens)

    def is_on(screen):
        left, right = max(fitted.x, screen.x), min(fitted.x + fitted.width, screen.x + screen.width)
        wide = right - left >= min(120, screen.width, fitted.width)
        return wide and screen.y <= fitted.y < screen.y + screen.height

    assert any(is_on(screen) for screen in screens)
    assert any(
        fitted.width <= screen.width and fitted.height <= screen.height for screen in screens
    )


def test_one_file_of_a_kind_is_opened_and_everything_else_says_what_could_be():
    assert what_to_open(["/a/b.PNN"]).kind == "project"
    assert what_to_open(["/a/b.arff"]).kind == "data"
    assert what_to_open(["/a/b.JSON"]).kind == "design"
    assert what_to_open(["/a/b.npz"]).kind == "sweep"
    for paths in (["/a/b.png"], ["a.csv", "b.csv"], [""], [], ["/a/\x1b[2J.exe"]):
        said = what_to_open(paths)
        assert said.kind == ""
        assert said.path is None
        assert "one project (.pnn), table (.csv" in said.words
        assert said.words.isprintable()
