"""The panel at the left: what will be trained, with what, and for how long."""

from dataclasses import replace

import numpy as np
import pytest

from pnn_studio.app.protocol import Done
from pnn_studio.domain.run import FINISHED
from tests.gui.conftest import ScriptedWorker
from tests.support.runs import sample_dataset, sample_family, sample_record


def trained(job):
    """Train at once: 900 epochs of every design in a second."""
    plan = job.plan
    record = sample_record(plan, 900, 1.0)
    status = np.full(plan.designs, FINISHED, np.int8)
    record = replace(record, seconds=1.0, status=status)
    return [record, sample_family(plan), Done("Trained")]


@pytest.fixture
def window(open_window):
    window = open_window(lambda: ScriptedWorker(trained), (1280, 720))
    window.studio.session.choose_data(sample_dataset())
    return window


def family(window):
    return window.panel.family


def test_the_time_that_train_will_take_is_said_and_learned(window, qtbot):
    window.studio.edit(replace(window.studio.session.settings, alphas=3, seeds=2))
    line = family(window).designs
    assert line.text().startswith("6 designs, at most ")
    window.commands["train"].trigger()
    qtbot.waitUntil(lambda: "about" in line.text())
    assert line.text() == "6 designs, about 2 s"
    assert "all its epochs" in line.toolTip()
    # the next window knows it, too
    assert window.studio.clock.estimate().basis == "same data"


def test_more_designs_than_are_trained_at_once_have_no_time(window):
    window.studio.edit(replace(window.studio.session.settings, alphas=201, seeds=100))
    assert family(window).designs.text() == "20100 designs"
