"""Designs that were added to a project, in the window."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt

from pnn_studio.app.jobs.protocol import Done, LoadData
from pnn_studio.app.session.selection import RunItem
from pnn_studio.domain.circuit_model import MODELS
from pnn_studio.domain.project import Project
from pnn_studio.domain.settings import Recipe, Settings
from pnn_studio.ui.shell.main_window import CHECK_TAB, LAYOUT_TAB, SCHEMATIC_TAB, TRADEOFF_TAB
from tests.gui.conftest import ScriptedWorker
from tests.support.designs import sample_design
from tests.support.runs import REFERENCE, sample_dataset

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def window(open_window):
    def answer(job):
        return [sample_dataset(), Done()] if isinstance(job, LoadData) else [Done()]

    return open_window(lambda: ScriptedWorker(answer), (1440, 900))


def project(**changes):
    designs = (
        replace(sample_design(seed=3), data=REFERENCE),
        replace(sample_design(hidden=(5,), seed=7), data=REFERENCE),
    )
    return replace(Project(designs=designs), **changes)


def click_run(window, qtbot, row):
    runs = window.runs.list
    rect = runs.visualItemRect(runs.item(row))
    qtbot.mouseClick(runs.viewport(), LEFT, pos=rect.center())


def test_a_click_on_an_added_design_shows_it_in_the_whole_window(window, qtbot):
    dataset = sample_dataset()
    settings = Settings(Recipe(data=dataset.reference))
    window.studio.session.restore(project(datasets=(dataset,), steps=(settings,)))
    window.tabs.setCurrentIndex(LAYOUT_TAB)
    qtbot.wait(30)
    assert window.runs.list.item(0).text() == "added: Iris 4-5-3, ideal"
    click_run(window, qtbot, 1)
    session, bar = window.studio.session, window.alpha_bar
    assert session.design.seed == 3
    assert window.studio.selection.item == RunItem(-1)
    assert window.inspector.view.sheet.kicker == "Added design"
    assert not bar._slider.isEnabled()
    assert "added alone" in bar._slider.toolTip()
    assert bar.negations.value.text().startswith(f"{session.design.negations} of")
    for tab in (LAYOUT_TAB, SCHEMATIC_TAB, TRADEOFF_TAB, CHECK_TAB):
        window.tabs.setCurrentIndex(tab)
        qtbot.wait(30)
        window.grab()
    assert len(window.tradeoff_tab.plot.view.cloud.designs) == 1
    click_run(window, qtbot, 0)
    assert session.layout.hidden == (5,)
    window.commands["undo"].trigger()
    assert session.design.seed == 3


def test_data_that_ship_are_loaded_for_a_design_that_comes_without(window, qtbot):
    window.studio.session.restore(project())
    qtbot.waitUntil(lambda: bool(window.studio.simulator))
    click_run(window, qtbot, 0)
    qtbot.waitUntil(lambda: window.studio.session.dataset is not None)
    session = window.studio.session
    assert session.layout == session.design.layout
    assert session.evaluation(session.design) is not None


def test_a_file_that_only_the_design_names_is_not_read(window, qtbot):
    stranger = replace(sample_design(), data=replace(REFERENCE, source="/far/away.csv"))
    told = []
    window.studio.status.connect(told.append)
    window.studio.session.restore(Project(designs=(stranger,)))
    click_run(window, qtbot, 0)
    assert told[-1] == "away.csv is not in this project: open it to see voltages."
    assert window.studio.session.dataset is None


def test_the_bar_says_that_a_design_is_over_the_power_limit(window, qtbot):
    dataset = sample_dataset()
    settings = Settings(Recipe(data=dataset.reference))
    window.studio.session.restore(project(datasets=(dataset,), steps=(settings,)))
    hints = []
    window.studio.hint.connect(hints.append)
    least = window.studio.session.design.metrics.power.total
    window.studio.edit(replace(window.studio.session.shown, limit=least / 2))
    power = window.alpha_bar.power
    assert power.caption.text() == "power, over limit"
    assert power.toolTip().startswith("No design stays within")
    window.studio.edit(replace(window.studio.session.shown, limit=least * 2))
    assert power.caption.text() == "power"
    assert power.tag.source == "ideal"
    assert power.tag.toolTip() == f"Not checked in ngspice. {MODELS['ideal']}"
