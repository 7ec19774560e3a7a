"""The circuit model in the panel: chosen, taken back, and said why where there is no choice."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from pnn_studio.app.inspector.results import inspect
from pnn_studio.app.jobs.protocol import Done, Train
from pnn_studio.app.session.selection import DesignItem, RunItem
from pnn_studio.domain.circuit_model import MODELS
from pnn_studio.domain.run import IMPROVING
from tests.gui.conftest import ScriptedWorker
from tests.support.runs import sample_dataset, sample_family, sample_record
from tests.support.technologies import write_technology

LOADED, IDEAL = range(2)


def trained(job):
    if not isinstance(job, Train):
        return []
    return [sample_record(job.plan, 300, 1.0), sample_family(job.plan), Done("Trained")]


@pytest.fixture
def window(open_window, qtbot):
    window = open_window(lambda: ScriptedWorker(trained), (1280, 720))
    qtbot.waitUntil(lambda: window.studio.simulator != "")
    session = window.studio.session
    session.choose_data(sample_dataset())
    window.studio.edit(replace(session.recipe, alphas=3, seeds=2))
    return window


def chosen(panel):
    return [each.isChecked() for each in panel.model.buttons()].index(True)


def test_the_model_is_switched_by_a_click_or_a_key_in_one_step_of_undo(window, qtbot):
    session, panel = window.studio.session, window.panel.technology
    before, buttons = session.settings, panel.model.buttons()
    assert (chosen(panel), panel._model_words.text()) == (LOADED, MODELS["loaded"])
    qtbot.mouseClick(buttons[IDEAL], Qt.MouseButton.LeftButton)
    assert session.recipe == replace(before.recipe, model="ideal")
    assert (chosen(panel), panel._model_words.text()) == (IDEAL, MODELS["ideal"])
    window.commands["undo"].trigger()
    assert session.settings == before
    assert chosen(panel) == LOADED
    # Tab reaches what is chosen, right behind the technology, and arrows choose the other one
    panel.technology.setFocus()
    qtbot.keyClick(panel.technology, Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is buttons[LOADED]
    qtbot.keyClick(buttons[LOADED], Qt.Key.Key_Right)
    assert session.recipe.model == "ideal"
    assert [each.accessibleName() for each in buttons] == ["Model: loaded", "Model: ideal"]
    assert [each.toolTip() for each in buttons] == list(MODELS.values())


def test_where_the_technology_has_surrogates_alone_a_sentence_says_so(window, tmp_path):
    session, panel = window.studio.session, window.panel.technology
    lab = write_technology(tmp_path / "lab.toml", transistor=False)
    panel.take_technology(str(lab))
    assert not panel.model.isEnabled()
    assert chosen(panel) == IDEAL
    sentence = panel._model_words.text()
    assert "has surrogates alone and states no transistor" in sentence
    assert {each.toolTip() for each in panel.model.buttons()} == {sentence}
    assert session.plan().model == "ideal"
    window.commands["undo"].trigger()
    assert panel.model.isEnabled()
    assert chosen(panel) == LOADED


def test_runs_and_designs_are_shown_with_the_model_they_are_of(window, qtbot):
    studio, session = window.studio, window.studio.session
    for model in ("ideal", "loaded"):
        studio.edit(replace(session.recipe, model=model))
        window.commands["train"].trigger()
        qtbot.waitUntil(lambda: not studio.is_training)
        assert window.toolbar._title.toolTip() == f"Iris 4-3-3, {model}"
        assert window.alpha_bar.power.tag.source == model
        for item in (DesignItem(), RunItem(session.run.id)):
            lines = [line for part in inspect(session, item, 0).sections for line in part.lines]
            assert [each.value for each in lines if each.name == "model"] == [model]
    titles = [window.runs.list.item(row).text() for row in range(window.runs.list.count())]
    assert titles == ["Iris 4-3-3, loaded", "Iris 4-3-3, ideal"]


def test_a_run_that_was_stopped_says_so_in_header_history_and_curves(open_window, qtbot):
    def stopped(job):
        if not isinstance(job, Train):
            return []
        family = sample_family(job.plan)
        family.status[2:] = IMPROVING
        record = replace(sample_record(job.plan, 300), status=family.status)
        return [record, family, Done("Stopped", stopped=True)]

    window = open_window(lambda: ScriptedWorker(stopped), (1280, 720))
    session = window.studio.session
    session.choose_data(sample_dataset())
    window.studio.edit(replace(session.recipe, alphas=3, seeds=2))
    window.commands["train"].trigger()
    qtbot.waitUntil(lambda: session.run is not None and session.run.state == "stopped")
    assert window.toolbar._subtitle.toolTip() == "6 designs, stopped, 4 unfinished"
    assert "stopped, 4 unfinished" in window.runs.list.item(0).toolTip()
    qtbot.waitUntil(
        lambda: window.dock._line.toolTip().startswith("Stopped, 4 of 6 designs unfinished")
    )
    assert window._status.toolTip() == "Stopped, 4 of 6 designs unfinished"
