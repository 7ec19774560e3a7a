"""Every command is found by typing; an example leads to a checked design; pictures are taken."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QPushButton

from pnn_studio.app.analysis.design_choice import design95
from pnn_studio.app.analysis.example import EXAMPLES, pick
from pnn_studio.app.analysis.front_check import front_candidates
from pnn_studio.app.jobs.protocol import Check, Checked, CheckSome, Done, LoadData, Train
from pnn_studio.domain.dataset import DataReference
from pnn_studio.domain.pareto import best95
from pnn_studio.domain.settings import Shown
from pnn_studio.ui.shell.commands import COMMANDS
from pnn_studio.ui.shell.main_window import CHECK_TAB, TRADEOFF_TAB
from pnn_studio.ui.widgets.command_palette import PaletteEntry, matching
from tests.gui.conftest import ScriptedWorker
from tests.support.runs import (
    sample_dataset,
    sample_family,
    sample_record,
    sample_verification,
    small_plan,
)

LEFT = Qt.MouseButton.LeftButton
DATA = replace(sample_dataset(), reference=DataReference("iris"))


def answer(job):
    """Answer a job as the worker would, at once."""
    match job:
        case LoadData():
            return [DATA, Done("Loaded")]
        case Train():
            family = sample_family(job.plan, DATA.reference)
            return [sample_record(job.plan, 10, 1.0), family, Done("Trained")]
        case Check():
            return [sample_verification(job.design), Done("Checked")]
        case CheckSome():
            pairs = zip(job.refs, job.designs, strict=True)
            found = [Checked(ref, sample_verification(design)) for ref, design in pairs]
            return [*found, Done("Checked")]
    return [Done()]


# the program itself, with an example that is trained in a moment
QUICK_PICTURES = """
from dataclasses import replace
from pnn_studio.main import run
from pnn_studio.ui.shell import screenshots
screenshots.EXAMPLES = (replace(screenshots.EXAMPLES[0], alphas=5, seeds=2, max_epochs=500),)
run()
"""


@pytest.fixture
def window(open_window, qtbot):
    workers = []

    def start():
        workers.append(ScriptedWorker(answer))
        return workers[-1]

    window = open_window(start, (1440, 900))
    qtbot.waitUntil(lambda: window.studio.simulator != "")
    window.workers = workers
    window.activateWindow()
    return window


def test_one_click_on_an_example_leads_to_a_trained_and_checked_design(window, qtbot):
    session = window.studio.session
    card = window.findChild(QPushButton, "example-0")
    qtbot.mouseClick(card, LEFT)
    finished = window.layout_tab.start.runner.finished
    with qtbot.waitSignal(finished):
        qtbot.waitUntil(lambda: session.design is not None)
    assert session.run.plan.designs == EXAMPLES[0].alphas * EXAMPLES[0].seeds
    assert window.tabs.currentIndex() == TRADEOFF_TAB
    assert window.alpha_bar.chip.title.toolTip().startswith("Checked")
    shown = session.design_index
    assert shown == design95(session.run.family)
    assert session.shown.seed == "best"
    # the others follow behind it, and what is shown stays
    front = window.studio.checks.front
    qtbot.waitUntil(lambda: front.job is None and len(session.checks.of_run(session.run)) > 1)
    checked = session.checks.of_run(session.run)
    assert set(front_candidates(session.run.family, 30)) | {shown} == set(checked)
    assert session.design_index == shown
    assert f"{len(checked)} designs checked; least power" in window._status.toolTip()
    jobs = [job for worker in window.workers for job in worker.jobs]
    asked = [job.ref.index for job in jobs if isinstance(job, Check)]
    assert asked == [shown]
    asked += [ref.index for job in jobs if isinstance(job, CheckSome) for ref in job.refs]
    assert len(asked) == len(set(asked)), "what is checked already is not simulated again"
    window.commands["undo"].trigger()
    assert session.design_index != shown


def test_the_example_picks_the_best_seed_at_the_95_percent_point():
    family = sample_family(small_plan(5, 4))
    rng = np.random.default_rng(3)
    family = replace(family, power=family.power * rng.uniform(0.3, 2, (20, 1)))
    picked = pick(Shown(seed=2), family)
    assert picked.alpha == best95(family).alpha
    assert picked.seed == "best"


def test_a_command_is_found_by_some_of_its_letters_and_run_by_return(window, qtbot):
    qtbot.keyClick(window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    palette = window.palette_
    assert palette.isVisible()
    qtbot.keyClicks(palette.field, "go check")
    assert palette.list.count() == 1
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert not palette.isVisible()
    assert window.tabs.currentIndex() == CHECK_TAB


def test_data_are_loaded_and_trained_from_the_palette_alone(window, qtbot):
    session = window.studio.session
    for typed in ("load iris", "train a"):
        qtbot.keyClick(window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
        qtbot.keyClicks(window.palette_.field, typed.split()[0])
        for word in typed.split()[1:]:
            qtbot.keyClicks(window.palette_.field, f" {word}" if len(word) > 1 else "")
        qtbot.keyClick(window.palette_.field, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: session.dataset is not None)
    qtbot.waitUntil(lambda: session.design is not None)


def test_escape_and_a_click_elsewhere_close_it(window, qtbot):
    window.palette_.search()
    qtbot.keyClick(window.palette_.field, Qt.Key.Key_Escape)
    assert not window.palette_.isVisible()
    window.palette_.search()
    window.panel.data.combo.setFocus()
    assert not window.palette_.isVisible()


def test_f1_lists_every_shortcut_and_those_of_the_canvases_are_only_told(window, qtbot):
    qtbot.keyClick(window, Qt.Key.Key_F1)
    palette = window.palette_
    assert all(entry.keys for entry in palette.entries)
    told = {entry.text: entry for entry in palette.entries}
    for action in window.commands.values():
        if not action.shortcut().isEmpty():
            assert told[action.command.name].keys == action.shortcut().toString()
    qtbot.keyClicks(palette.field, "rename")
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert palette.isVisible()
    palette.grab()


def test_no_two_commands_have_the_same_name_or_the_same_keys():
    names = [name for each in COMMANDS for name in {each.id, each.name}]
    keys = [key for each in COMMANDS for key in each.keys]
    assert len(set(names)) == len(names)
    assert len(set(keys)) == len(keys)
    assert all(each.told or each.run is not None for each in COMMANDS)


def test_a_command_that_cannot_be_done_now_is_offered_as_such_and_its_keys_do_nothing(
    window, qtbot
):
    entries = {each.text: each for each in window.entries()}
    assert not entries["Export: Netlist…"].enabled
    assert not entries["Add a layer"].enabled
    qtbot.keyClick(window, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    assert window.studio.session.layout is None
    qtbot.keyClick(window, Qt.Key.Key_F8)
    assert not window.dock.is_open


def test_entries_that_begin_as_typed_come_first():
    entries = [PaletteEntry("Go to Check"), PaletteEntry("Check with ngspice", "F7")]
    assert matching(entries, "check") == [1, 0]
    assert matching(entries, "f7") == [1]
    assert matching(entries, "") == [0, 1]


@pytest.mark.slow
def test_pictures_of_every_view_are_taken_without_a_display(tmp_path):
    import os  # the pictures are taken in a process of their own
    import subprocess
    import sys

    environment = {name: value for name, value in os.environ.items() if name != "DISPLAY"}
    environment.pop("QT_QPA_PLATFORM", None)
    command = [sys.executable, "-c", QUICK_PICTURES, "--screenshot", str(tmp_path)]
    command += ["--size", "1280x720"]
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, check=False, timeout=280
    )
    assert done.returncode == 0, done.stderr
    names = {"start", "training", "layout", "schematic", "tradeoff", "check", "yield", "compare",
             "import"}  # fmt: skip
    pictures = {path.stem: QImage(str(path)) for path in tmp_path.glob("*.png")}
    assert set(pictures) == {f"{name}-{theme}" for name in names for theme in ("light", "dark")}
    for name, picture in pictures.items():
        if not name.startswith("import"):
            assert (picture.width(), picture.height()) == (1280, 720)
