"""Networks of any size are shown in windows of any size: every text is whole, or told whole."""

import pytest

from pnn_studio.app.session.selection import NeuronItem
from pnn_studio.ui.shell.main_window import CHECK_TAB, LAYOUT_TAB, SCHEMATIC_TAB
from pnn_studio.ui.widgets.theme import DARK, LIGHT
from tests.gui.conftest import ScriptedWorker, settle
from tests.support.painted_text import is_cut, is_lost, overlapping, painted_texts
from tests.support.sized_projects import SIZES, check_shown, sized_project

WINDOWS = ((1280, 720), (1440, 900), (2560, 1440))
TABS = (LAYOUT_TAB, SCHEMATIC_TAB, CHECK_TAB)


@pytest.mark.parametrize("name", SIZES)
def test_no_text_is_cut_covered_or_lost_whatever_the_size(open_window, qtbot, name):
    window = open_window(ScriptedWorker, WINDOWS[0])
    window.studio.session.restore(sized_project(*SIZES[name]))
    check_shown(window.studio.session)
    for size in WINDOWS:
        window.resize(*size)
        for tab in TABS:
            window.tabs.setCurrentIndex(tab)
            window.studio.selection.select(NeuronItem(0 if tab == LAYOUT_TAB else 1, 1))
            settle(qtbot, window)
            seen = None
            for theme in (LIGHT, DARK):
                window.appearance.use(theme)
                texts = painted_texts(window)
                where = f"{name} at {size}, {window.tabs.tabText(tab)}, {theme.name}"
                assert len(texts) > 60, where
                before, seen = seen, [(each.widget, each.text, each.ink) for each in texts]
                if seen == before:  # as it was found to be in the other theme
                    continue
                assert [each for each in texts if is_cut(each)] == [], where
                assert [each for each in texts if is_lost(each)] == [], where
                assert overlapping(texts, window) == [], where
