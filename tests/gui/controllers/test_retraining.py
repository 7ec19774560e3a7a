"""After an edit of what is drawn the window trains anew by itself, where that takes a moment."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt

from pnn_studio.app.jobs.protocol import Control, Done, Train
from pnn_studio.app.session import history
from pnn_studio.ui.controllers import retraining
from pnn_studio.ui.widgets.fields import CheckBox
from tests.gui.conftest import ScriptedWorker
from tests.support.runs import sample_dataset, sample_family, sample_record


class Trainer(ScriptedWorker):
    """Trains at once, or, told to wait, when it is asked to."""

    def __init__(self, waits):
        super().__init__(lambda job: [] if self.waits else self.trained(job))
        self.waits = waits

    @staticmethod
    def trained(job):
        if not isinstance(job, Train):
            return [Done()]
        return [sample_record(job.plan, 9, 1.0), sample_family(job.plan), Done("Trained")]

    @property
    def layouts(self):
        return [str(each.plan.layout) for each in self.jobs if isinstance(each, Train)]


@pytest.fixture
def trainer():
    return Trainer(waits=False)


@pytest.fixture
def window(open_window, trainer, monkeypatch, qtbot):
    """Open a window in which a family of 4-3-3 was trained in a second."""
    monkeypatch.setattr(retraining, "QUICK_S", 5.0)
    short = ScriptedWorker()
    workers = iter((short, trainer, trainer))
    window = open_window(lambda: next(workers))
    studio = window.studio
    studio.session.choose_data(sample_dataset())
    studio.edit(replace(studio.session.recipe, alphas=3, seeds=2))
    qtbot.wait(400)
    assert trainer.layouts == [], "nothing was trained before"
    studio.train()
    qtbot.waitUntil(lambda: states(window) == ["finished"])
    return window


def states(window):
    return [run.state for run in window.studio.session.runs]


def kept(window):
    return window.studio.session.kept_runs


def test_an_edit_of_the_layout_is_answered_with_a_new_front_and_is_one_step_of_undo(
    window, trainer, qtbot
):
    studio, session = window.studio, window.studio.session
    studio.set_neurons(0, 4)
    studio.set_neurons(0, 5)
    qtbot.waitUntil(lambda: states(window) == ["finished"] * 2)
    assert trainer.layouts == ["4-3-3", "4-5-3"], "edits that follow each other are one"
    assert str(session.design.layout) == "4-5-3"
    studio.undo()
    studio.undo()
    assert str(session.layout) == "4-3-3"
    # what was trained is shown again, not trained again
    qtbot.waitUntil(lambda: str(session.design.layout) == "4-3-3")
    qtbot.wait(400)
    assert states(window) == ["finished"] * 2
    assert session.can_redo
    studio.redo()
    studio.redo()
    qtbot.waitUntil(lambda: str(session.design.layout) == "4-5-3")


def test_the_slider_names_and_the_size_of_the_family_call_for_nothing(window, trainer, qtbot):
    studio, session = window.studio, window.studio.session
    studio.set_alpha(0.2)
    studio.edit(replace(session.recipe, alphas=4, names=(("1", "first"),)))
    qtbot.wait(400)
    assert trainer.layouts == ["4-3-3"]


def test_another_edit_takes_the_place_of_what_trains_by_itself_and_that_leaves_the_history(
    window, trainer, qtbot
):
    trainer.waits = True
    studio = window.studio
    studio.set_neurons(0, 4)
    qtbot.waitUntil(lambda: states(window) == ["finished", "running"])
    trainer.waits = False
    studio.set_neurons(0, 5)
    qtbot.waitUntil(lambda: Control("stop") in trainer.sent)
    trainer.say(Done("Stopped", stopped=True))
    qtbot.waitUntil(lambda: states(window) == ["finished", "stopped", "finished"])
    assert kept(window) == (2, 0)
    studio.undo()
    assert 1 not in kept(window)


def test_to_look_at_a_run_of_the_history_trains_nothing(window, trainer, qtbot):
    studio, session = window.studio, window.studio.session
    studio.set_neurons(0, 4)
    qtbot.waitUntil(lambda: states(window) == ["finished"] * 2)
    studio.edit(replace(session.recipe, seeds=4))
    studio.edit(history.show(session, 0))
    assert str(session.layout) == "4-3-3"
    qtbot.wait(400)
    assert trainer.layouts == ["4-3-3", "4-4-3"]


def test_what_a_person_trains_is_let_be(window, trainer, qtbot):
    trainer.waits = True
    studio, session = window.studio, window.studio.session
    studio.edit(replace(session.recipe, seeds=3))
    studio.train()
    qtbot.waitUntil(lambda: states(window) == ["finished", "running"])
    studio.set_neurons(0, 4)
    qtbot.wait(400)
    assert states(window) == ["finished", "running"]
    assert Control("stop") not in trainer.sent


def test_a_person_stops_what_trains_by_itself_like_any_other_run(window, trainer, qtbot):
    trainer.waits = True
    window.studio.set_neurons(0, 4)
    qtbot.waitUntil(lambda: states(window) == ["finished", "running"])
    window.commands["stop"].trigger()
    trainer.say(Done("Stopped", stopped=True))
    qtbot.waitUntil(lambda: states(window) == ["finished", "stopped"])
    assert kept(window) == (1, 0)


def test_a_switch_in_the_panel_turns_it_off_and_is_kept_with_the_project(window, trainer, qtbot):
    studio = window.studio
    switch = next(
        each
        for each in window.panel.findChildren(CheckBox)
        if each.accessibleName() == "Train again after edits"
    )
    assert switch.isChecked()
    window.panel.ensureWidgetVisible(switch)
    qtbot.mouseClick(switch, Qt.MouseButton.LeftButton)
    assert not studio.session.project().view.retrains
    studio.set_neurons(0, 4)
    qtbot.wait(400)
    assert trainer.layouts == ["4-3-3"]


def test_after_a_training_that_took_longer_nothing_begins_by_itself(
    window, trainer, qtbot, monkeypatch
):
    monkeypatch.setattr(retraining, "QUICK_S", 0.5)  # it took one second
    window.studio.set_neurons(0, 4)
    qtbot.wait(400)
    assert trainer.layouts == ["4-3-3"]
