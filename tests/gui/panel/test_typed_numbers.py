"""Numbers typed into the fields of the window, through real keys."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from pnn_studio.ui.shell.main_window import TRADEOFF_TAB
from tests.gui.conftest import ScriptedWorker
from tests.support.runs import sample_dataset, sample_family, start_run


@pytest.fixture
def window(open_window, qtbot):
    window = open_window(lambda: ScriptedWorker(lambda job: []), (1440, 900))
    session = window.studio.session
    session.choose_data(sample_dataset())
    window.studio.edit(replace(session.recipe, alphas=11, seeds=2))
    plan = session.plan()
    start_run(session, plan)
    session.take_family(sample_family(plan))
    session.set_run_state("finished")
    window.tabs.setCurrentIndex(TRADEOFF_TAB)
    qtbot.wait(30)
    return window


def type_into(field, text):
    """Type over what stands in a field, and press Return."""
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, text)
    QTest.keyClick(field, Qt.Key.Key_Return)


def told(window):
    return window.messages.text.text() if window.messages.isVisible() else ""


def test_alpha_is_read_with_comma_and_point_and_what_is_none_is_told(window):
    field, shown = window.alpha_bar._spin, lambda: window.studio.session.shown.alpha
    for text, alpha in (("0,5", 0.5), ("0.2", 0.2), (",7", 0.7), ("1", 1.0), ("3e-1", 0.3)):
        type_into(field, text)
        assert shown() == alpha
        assert field.text() == f"{alpha:.2f}"
        assert told(window) == ""
    for text, why in (("half", "half"), ("1,5", "0.00..1.00"), ("0.5.5", "0.5.5")):
        type_into(field, text)
        assert shown() == 0.3
        assert why in told(window)
        assert field.text() == "0.30"
        window.studio.message.emit(None)


def test_a_limit_and_a_resistor_are_read_alike_and_slips_are_asked_back(window):
    session = window.studio.session
    limit, resistor = window.tradeoff_tab.limit, window.panel.technology.largest_r
    for text, watts in (("5mW", 5e-3), ("4,5 mW", 4.5e-3), ("0,003", 3e-3), ("2m5", 2.5e-3)):
        type_into(limit, text)
        assert session.shown.limit == watts
    type_into(limit, "5 MW")
    assert session.shown.limit == 2.5e-3
    assert "did you mean 5 mW" in told(window)
    window.studio.message.emit(None)
    for text, ohm in (("2MEG", 2e6), ("2,5 M", 2.5e6), ("1M5", 1.5e6), ("900k", 9e5)):
        type_into(resistor, text)
        assert session.recipe.print_process.largest_r == ohm
    type_into(resistor, "2m")
    assert session.recipe.print_process.largest_r == 9e5
    assert "did you mean 2 MΩ" in told(window)


def test_counts_are_read_by_the_same_rules(window):
    family, recipe = window.panel.family, lambda: window.studio.session.recipe
    type_into(family._epochs, "2k")
    type_into(family._seeds, "3")
    assert (recipe().max_epochs, recipe().seeds) == (2000, 3)
    type_into(family._epochs, "1,500")
    assert recipe().max_epochs == 2000
    assert "1500 or 1.500" in told(window)
    type_into(family._alphas, "300")
    assert recipe().alphas == 11
    assert "Number of alphas lies in 1..201" in told(window)
