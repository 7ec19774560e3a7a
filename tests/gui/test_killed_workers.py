"""Real workers are killed while they train: the window keeps what there is and goes on."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from pnn_studio.app.commands.family_run import FamilyRun
from pnn_studio.app.commands.models import load_models
from pnn_studio.app.commands.own_data import load_data
from pnn_studio.domain.export_order import ExportOrder
from pnn_studio.ui.shell.main_window import TRADEOFF_TAB
from tests.gui.conftest import wait_for_end, worker_pids
from tests.support.killing import family_tree, unlike

# over in a few seconds
SIZE = {"alphas": 6, "seeds": 10, "max_epochs": 1000}


@pytest.fixture(scope="module")
def dataset():
    return load_data("iris", load_models().technology)


@pytest.fixture
def training(open_window, qtbot, dataset):
    """Return what opens a window in which a family trains with real processes."""

    def begin(**size):
        window = open_window()
        session = window.studio.session
        session.choose_data(dataset)
        window.studio.edit(replace(session.recipe, **(SIZE | size)))
        window.commands["train"].trigger()
        qtbot.waitUntil(lambda: session.is_training, timeout=60_000)
        return window

    return begin


def trainer(window):
    """Process number of the worker that trains."""
    return worker_pids(window.studio.bridge)[1]


def wait_for_loss(window, qtbot, text):
    """Wait until the window says what broke off, and keeps it so that it can be resumed."""
    session, messages = window.studio.session, window.messages
    qtbot.waitUntil(messages.isVisible)
    assert text in messages.text.text()
    assert session.run.state == "interrupted"
    assert not session.is_training
    assert [each.text() for each in messages.remedies if each.isVisible()] == ["Resume"]


def has_begun(family):
    """Whether every design has trained for a while."""
    return family is not None and bool((family.epochs > 0).all())


def resume(window, qtbot):
    window.messages.remedies[0].click()
    qtbot.waitUntil(lambda: window.studio.session.is_training, timeout=60_000)


def test_a_training_whose_process_is_killed_goes_on_and_ends_with_the_same_numbers(
    training, dataset, qtbot
):
    window = training()
    session = window.studio.session
    os.kill(trainer(window), signal.SIGKILL)  # before it has kept anything
    wait_for_loss(window, qtbot, "")
    resume(window, qtbot)
    state = Path(window.studio.project.checkpoint(1))
    qtbot.waitUntil(lambda: state.exists() and has_begun(session.run.family), timeout=60_000)
    os.kill(trainer(window), signal.SIGKILL)
    wait_for_loss(window, qtbot, "The best designs so far are kept; Resume goes on from ")
    window.studio.set_alpha(0.8)
    assert session.design.alpha == 0.8  # at once
    resume(window, qtbot)
    qtbot.waitUntil(lambda: session.run.state == "finished", timeout=60_000)
    assert len(session.runs) == 1
    undisturbed = FamilyRun(session.run.plan, dataset, load_models()).run()
    assert unlike(session.run.family, undisturbed) == []


@pytest.mark.alone
def test_a_check_and_an_export_are_done_within_seconds_while_a_family_trains(
    training, qtbot, tmp_path
):
    window = training(alphas=11, max_epochs=5000)
    studio = window.studio
    session = studio.session
    qtbot.waitUntil(lambda: session.design is not None, timeout=60_000)
    window.tabs.setCurrentIndex(TRADEOFF_TAB)
    checked = session.design
    begin = time.monotonic()
    window.commands["check"].trigger()
    order = ExportOrder("parts", ("csv",))
    studio.exports.write(studio.exports.subject(), ((order, tmp_path / "d"),))
    qtbot.waitUntil((tmp_path / "d.csv").exists, timeout=30_000)
    took = time.monotonic() - begin
    assert session.verification(checked) is not None
    assert session.is_training
    print(f"a check and an export while 110 designs train: {took:.2f} s")
    assert took < 10  # 2 s at most on two idle cores; here other tests may run beside


def test_no_process_is_left_of_a_window_that_was_killed(tmp_path, dataset):
    code = """
import sys
from pnn_studio.app.jobs.process import WorkerProcess
from pnn_studio.app.jobs.protocol import Control, EpochRecord, Train
from pnn_studio.domain.dataset import DataReference
from pnn_studio.domain.layout import Layout
from pnn_studio.domain.run import FamilyPlan
training = WorkerProcess()
training.send(Train(FamilyPlan.grid(Layout(4, (3,), 3), 6, 10), DataReference("iris")))
while not isinstance(training.receive(), EpochRecord):
    pass
training.send(Control("pause"))
print("training", flush=True)
sys.stdin.read()
"""
    window = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert window.stdout.readline() == b"training\n"
    workers = family_tree(window.pid)[1:]
    assert len(workers) == 1
    window.kill()
    window.communicate()
    for pid in workers:
        wait_for_end(pid)
