"""Networks of any size are shown in windows of any size: every text is whole, or told whole."""

from itertools import product

import pytest

from pnn_studio.app.session.selection import NeuronItem
from pnn_studio.ui.shell.main_window import CHECK_TAB, LAYOUT_TAB, SCHEMATIC_TAB
from pnn_studio.ui.widgets.theme import DARK, LIGHT
from tests.gui.conftest import ScriptedWorker, settle
from tests.support.painted_text import is_cut, is_lost, overlapping, painted_texts
from tests.support.sized_projects import SIZES, check_shown, sized_project

WINDOWS = ((1280, 720), (1440, 900), (2560, 1440))
TABS = (LAYOUT_TAB, SCHEMATIC_TAB, CHECK_TAB)
# as trained and checked in ngspice it is shown, light and dark, in test_legibility
SHOWN_ELSEWHERE = ("4-3-3", WINDOWS[0])


def views(name):
    """List what is looked at: all in light; in dark one tab at each size, another one each time.

    A theme has colours of its own and no sizes, so that what dark shows has been looked at.
    """
    own = [size for size in WINDOWS if (name, size) != SHOWN_ELSEWHERE]
    turn = list(SIZES).index(name)
    dark = [(DARK, size, TABS[(turn + at) % len(TABS)]) for at, size in enumerate(own)]
    return [(LIGHT, size, tab) for size, tab in product(own, TABS)] + dark


@pytest.mark.parametrize("name", SIZES)
def test_no_text_is_cut_covered_or_lost_whatever_the_size(open_window, qtbot, name):
    window = open_window(ScriptedWorker, WINDOWS[0])
    window.studio.session.restore(sized_project(*SIZES[name]))
    check_shown(window.studio.session)
    seen = {}
    for theme, size, tab in views(name):
        window.appearance.use(theme)
        window.resize(*size)
        window.tabs.setCurrentIndex(tab)
        window.studio.selection.select(NeuronItem(0 if tab == LAYOUT_TAB else 1, 1))
        settle(qtbot, window)
        texts = painted_texts(window)
        where = f"{name} at {size}, {window.tabs.tabText(tab)}, {theme.name}"
        assert len(texts) > 60, where
        before = seen.get((size, tab))
        seen[size, tab] = [(each.widget, each.text, each.ink) for each in texts]
        if seen[size, tab] == before:  # as it was found to be in light
            continue
        assert [each for each in texts if is_cut(each)] == [], where
        assert [each for each in texts if is_lost(each)] == [], where
        assert overlapping(texts, window) == [], where
