"""Labels stand where least is covered."""

import numpy as np
import pytest

from pnn_studio.ui.plots.label_places import FreeSpace


def overlaps(one, two):
    (a, b, c, d), (e, f, g, h) = one, two
    return a < e + g and e < a + c and b < f + h and f < b + d


def test_a_label_covers_no_point_where_there_is_room():
    space = FreeSpace(0, 0, 600, 400)
    rng = np.random.default_rng(0)
    x, y = rng.normal(300, 30, 400), rng.normal(200, 30, 400)
    space.add_points(x, y)
    left, top, width, height = space.place(300, 200, (120, 17), None)
    inside = (x > left) & (x < left + width) & (y > top) & (y < top + height)
    assert not inside.any()


@pytest.mark.parametrize("at", [(5, 5), (595, 5), (5, 395), (595, 395)])
def test_a_label_of_a_point_in_a_corner_stays_inside(at):
    left, top, width, height = FreeSpace(0, 0, 600, 400).place(*at, (150, 47), None)
    assert left >= 0
    assert top >= 0
    assert left + width <= 600
    assert top + height <= 400


def test_two_labels_of_one_point_do_not_overlap_each_other_or_the_line():
    space = FreeSpace(0, 0, 600, 400)
    space.add_line([0, 600], [200, 200], 5.0)
    first = space.place(300, 200, (150, 47), None)
    second = space.place(302, 201, (150, 17), None)
    assert not overlaps(first, second)
    for _, top, _, height in (first, second):
        assert top > 200 or top + height < 200


def test_a_label_stays_where_it_was_as_long_as_that_is_nearly_as_good():
    space = FreeSpace(0, 0, 600, 400)
    left, top, _, _ = space.place(300, 200, (80, 17), (16.0, 12.0))
    assert (left, top) == (316.0, 212.0)


def test_the_line_to_a_label_does_not_run_over_another_label():
    space = FreeSpace(0, 0, 600, 400)
    space.add_rect((0, 0, 600, 180))  # no room above
    first = space.place(300, 200, (150, 47), None)
    left, top, width, height = space.place(310, 195, (150, 17), None)
    near = np.array([np.clip(310, left, left + width), np.clip(195, top, top + height)])
    for share in np.linspace(0.2, 1.0, 20):
        x, y = (1 - share) * np.array([310, 195]) + share * near
        assert not (first[0] < x < first[0] + first[2] and first[1] < y < first[1] + first[3])


def test_the_line_to_a_label_does_not_run_along_the_front():
    space = FreeSpace(0, 0, 600, 400)
    space.add_line([300, 300, 600], [400, 60, 60], 2.0)  # a step of a front, over the point
    left, _, width, _ = space.place(300, 200, (100, 47), None)
    assert not left <= 300 <= left + width
