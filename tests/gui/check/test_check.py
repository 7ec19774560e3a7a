"""The Check tab: layers and outputs, progress and cancelling, netlists to look at and to copy."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from pnn_studio.app.jobs.protocol import (
    Check,
    Control,
    Done,
    Failed,
    NetlistText,
    Progress,
    Train,
    WriteNetlist,
)
from pnn_studio.app.session.selection import NodeItem
from pnn_studio.domain.nodes import nodes_by_net
from pnn_studio.domain.print_process import PrintProcess
from pnn_studio.ui.controllers import status_texts
from pnn_studio.ui.shell.main_window import CHECK_TAB
from pnn_studio.ui.widgets.text_dialog import TextDialog
from tests.gui.conftest import ScriptedWorker
from tests.support.runs import sample_dataset, sample_family, sample_verification, start_run
from tests.support.technologies import write_technology

LEFT = Qt.MouseButton.LeftButton
SPICE = "* a netlist\nR1 a 0 1k\nR2 a 0 2k\n.end\n"


def answer(job):
    return [NetlistText(SPICE), Done("Written")] if isinstance(job, WriteNetlist) else []


@pytest.fixture
def open_check(open_window, qtbot):
    """Return what opens a window on a trained and checked design with these hidden layers."""

    def open_one(hidden=(3,), checked=True, **more):
        workers = []

        def start():
            workers.append(ScriptedWorker(answer))
            return workers[-1]

        window = open_window(start, (1440, 900))
        qtbot.waitUntil(lambda: window.studio.simulator != "")
        session = window.studio.session
        session.choose_data(sample_dataset())
        window.studio.edit(replace(session.recipe, alphas=1, seeds=1, hidden=hidden, **more))
        plan = session.plan()
        start_run(session, plan)
        session.take_family(sample_family(plan))
        session.set_run_state("finished")
        if checked:
            check = sample_verification(session.design)
            session.take_verification(session.design_ref, session.design, check)
        window.tabs.setCurrentIndex(CHECK_TAB)
        qtbot.wait(20)
        return window, workers

    return open_one


@pytest.mark.parametrize("hidden", [(3,), (3, 2), (3, 2, 3), (3, 2, 3, 2)])
def test_every_layer_has_a_scatter_of_its_nodes(open_check, hidden):
    window, _ = open_check(hidden)
    scatters = [each for each in window.check_tab.plots.scatters if not each.isHidden()]
    assert len(scatters) == len(hidden) + 1
    assert scatters[-1].title.text() == f"Layer {len(hidden) + 1}, outputs"
    nodes = sum(len(each._shown[1]) for each in scatters)
    verification = window.studio.session.verification(window.studio.session.design)
    assert nodes == len(verification.nodes)
    assert window.check_tab.table.model().rowCount() == nodes


def test_the_outputs_alone_are_shown_at_a_switch(open_check, qtbot):
    window, _ = open_check()
    tab = window.check_tab
    qtbot.mouseClick(tab.which.buttons()[1], LEFT)
    names = [tab.table.model().index(row, 1).data() for row in range(3)]
    assert tab.table.model().rowCount() == 3
    assert sorted(names) == ["class 0", "class 1", "class 2"]
    assert "3 of 21 nodes" in tab.summary.toolTip()
    assert [each.isHidden() for each in tab.plots.scatters] == [False]
    qtbot.mouseClick(tab.which.buttons()[0], LEFT)
    assert tab.table.model().rowCount() == 21


def test_the_worst_nodes_say_why_they_differ(open_check):
    window, _ = open_check(model="ideal")
    session, tab = window.studio.session, window.check_tab
    found = session.verification(session.design)
    causes = np.tile([0.04, 0.01, 0.0], (len(found.nodes), 1))
    session.take_verification(session.design_ref, session.design, replace(found, causes=causes))
    table = tab.table.model()
    column = 4
    assert table.headerData(column, Qt.Orientation.Horizontal) == "cause"
    causes = {table.index(row, column).data() for row in range(table.rowCount())}
    assert causes == {"form"}
    told = table.index(0, 0).data(Qt.ItemDataRole.ToolTipRole)
    assert "+40.0 mV from the tanh form" in told
    assert tab.why.toolTip().startswith("21 of 21 nodes differ by more than 0.1 mV; ")
    agreed = replace(found, spice=found.model, causes=None)
    session.take_verification(session.design_ref, session.design, agreed)
    assert tab.why.toolTip().startswith("All 21 nodes agree within 0.1 mV")


def test_the_weights_are_looked_at_in_the_other_structure_and_the_check_stays(open_check, qtbot):
    window, workers = open_check()
    session, tab = window.studio.session, window.check_tab
    design = session.design
    own = session.verification(design)
    modified, original = tab.structure.buttons()
    assert (modified.isChecked(), original.isChecked()) == (True, False)
    qtbot.mouseClick(original, LEFT)
    qtbot.waitUntil(lambda: isinstance(workers[0].jobs[-1], Check))
    job = workers[0].jobs[-1]
    assert (job.design, job.crossbar) == (design, "original")
    assert modified.isChecked(), "until it is simulated"
    wired = replace(design, layout=replace(design.layout, crossbar="original"))
    other = replace(sample_verification(wired), nodes=nets(wired), seconds=7.0)
    for reply in (other, Done("Checked")):
        workers[0].say(reply)
    qtbot.waitUntil(original.isChecked)
    assert "7.00 s" in tab.summary.toolTip()
    names = [tab.table.model().index(row, 0).data() for row in range(21)]
    assert "−x0 to h1.0" in names
    tab.table.chosen.emit(next(each for each in tab._figures if each.name == "−x0 to h1.0"))
    assert window.studio.selection.item is None, "the design has no such node"
    assert session.verification(design) is own
    assert [each.verification for each in session.project().checks] == [own]
    jobs = len(workers[0].jobs)
    qtbot.mouseClick(modified, LEFT)
    assert "60.0 ms" in tab.summary.toolTip()
    qtbot.mouseClick(original, LEFT)
    assert "7.00 s" in tab.summary.toolTip()
    assert len(workers[0].jobs) == jobs, "it is known"


def test_a_look_at_the_other_structure_that_is_cancelled_or_left_ends(open_check, qtbot):
    window, workers = open_check()
    session, tab = window.studio.session, window.check_tab
    modified, original = tab.structure.buttons()
    qtbot.mouseClick(original, LEFT)
    qtbot.waitUntil(lambda: isinstance(workers[0].jobs[-1], Check))
    qtbot.mouseClick(tab.cancel, LEFT)
    workers[0].say(Done("Stopped", stopped=True))
    qtbot.waitUntil(lambda: not window.studio.is_checking)
    assert modified.isChecked()
    assert tab._elsewhere is None
    session.checks.take_elsewhere(session.design, "original", sample_verification(session.design))
    qtbot.mouseClick(original, LEFT)
    assert original.isChecked()
    session.take_family(sample_family(session.run.plan, seed=5))
    assert session.checks.of(session.design, "original") is None
    check = sample_verification(session.design)
    session.take_verification(session.design_ref, session.design, check)
    assert modified.isChecked()


def nets(design):
    """Name 21 nodes of the original structure: negations of weights, columns, activations."""
    known = list(nodes_by_net(design.layout))
    return tuple([each for each in known if each.startswith(("l1_", "l2_"))][:21])


def test_a_click_on_a_point_goes_to_its_node(open_check):
    window, _ = open_check()
    tab = window.check_tab
    scatter = tab.plots.scatters[0]
    verification, nodes = scatter._shown
    node = nodes[4]
    told = []
    window.studio.hint.connect(told.append)
    place = verification.model[2, node.index], verification.spice[2, node.index]
    scatter.pointed.emit(*place)
    assert told[-1].startswith(f"{node.name} at sample 3: model")
    scatter.clicked.emit(*place)
    assert window.studio.selection.item == NodeItem(node.node)
    rows = tab.table.selectionModel().selectedRows()
    assert tab._figures[rows[0].row()] == node
    rect = tab.table.visualRect(rows[0])
    assert tab.table.viewport().rect().intersects(rect), "the row is scrolled into view"
    scatter.clicked.emit(-1.4, 1.0)  # nothing is there
    assert window.studio.selection.item == NodeItem(node.node)


def test_a_check_tells_how_many_samples_are_done_and_can_be_cancelled(open_check, qtbot):
    window, workers = open_check(checked=False)
    tab, studio = window.check_tab, window.studio
    studio.check()
    qtbot.waitUntil(lambda: isinstance(workers[0].jobs[-1], Check))
    assert tab.busy.isVisible()
    workers[0].say(Progress(0.42))
    qtbot.waitUntil(lambda: tab.busy_line.toolTip() == "Checking, 13 of 30 samples")
    assert status_texts.chip(studio).title == "Checking, 13 of 30 samples"
    assert tab.progress.value() == 13
    qtbot.mouseClick(tab.cancel, LEFT)
    assert workers[0].sent[-1] == Control("stop")
    workers[0].say(Done("Stopped", stopped=True))
    qtbot.waitUntil(lambda: not studio.is_checking)
    assert tab.busy.isHidden()
    assert tab._empty.text.text() == status_texts.NOT_CHECKED


def test_a_design_that_changed_since_its_check_says_so(open_check):
    window, _ = open_check()
    session = window.studio.session
    session.take_family(sample_family(session.run.plan, seed=5))
    assert status_texts.chip(window.studio).title == "Changed since the check"
    assert "Changed since the check" in window.check_tab._empty.text.text()


def test_an_ideal_design_says_what_is_wrong_and_a_click_trains_the_same_with_loaded(
    open_check, qtbot
):
    window, workers = open_check(model="ideal")
    tab, studio, session = window.check_tab, window.studio, window.studio.session
    assert tab.ideal.isVisible()
    assert "leaves out loads and misses curves, so ngspice differs" in tab.ideal.words.text()
    studio.edit(replace(session.recipe, hidden=(7,)))  # drawn since, and not what was trained
    before = session.settings
    ran = session.run
    qtbot.mouseClick(tab.ideal.train, LEFT)
    qtbot.waitUntil(lambda: any(isinstance(each, Train) for each in workers[-1].jobs))
    job = next(each for each in workers[-1].jobs if isinstance(each, Train))
    assert (job.plan.model, job.plan.layout) == ("loaded", ran.plan.layout)
    assert session.recipe == replace(ran.recipe, model="loaded")
    window.commands["undo"].trigger()
    assert session.settings == before


def test_a_loaded_design_has_no_such_line_and_surrogates_alone_no_such_button(open_check, tmp_path):
    window, _ = open_check()
    assert window.check_tab.ideal.isHidden()
    lab = write_technology(tmp_path / "lab.toml", transistor=False)
    window, _ = open_check(print_process=PrintProcess(str(lab)))
    assert window.check_tab.ideal.isVisible()
    assert window.check_tab.ideal.train.isHidden()


def test_the_netlist_is_copied_and_shown_with_what_is_searched(open_check, qtbot):
    window, workers = open_check()
    window.studio.set_sample(2)
    window.studio.copy_netlist()
    clipboard = QGuiApplication.clipboard()
    qtbot.waitUntil(lambda: clipboard.text() == SPICE)
    assert workers[0].jobs[-1].sample == 2
    window.studio.show_netlist()
    qtbot.waitUntil(lambda: window.findChild(TextDialog) is not None)
    dialog = window.findChild(TextDialog)
    assert dialog.isVisible()
    assert dialog.text.isReadOnly()
    qtbot.keyClicks(dialog.words, "r")
    assert dialog.found.text() == "2 places"
    qtbot.keyClicks(dialog.words, "2")
    assert dialog.text.textCursor().selectedText() == "R2"
    dialog.copy()
    assert clipboard.text() == "R2"
    qtbot.keyClicks(dialog.words, "x")
    assert dialog.found.text() == "not found"
    dialog.close()
    qtbot.waitUntil(lambda: window.findChild(TextDialog) is None)


def test_what_ngspice_was_given_and_said_can_be_opened_where_it_fails(open_check, qtbot):
    window, workers = open_check(checked=False)
    window.studio.check()
    qtbot.waitUntil(lambda: isinstance(workers[0].jobs[-1], Check))
    failure = "ngspice failed: no convergence"
    workers[0].say(Failed("SimulationFailed", failure, "x", netlist=SPICE, log="<b>Error</b>"))
    bar = window.messages
    qtbot.waitUntil(bar.isVisible)
    shown = [each.text() for each in bar.remedies if not each.isHidden()]
    assert shown == ["Open netlist", "Open log", "Try again"]
    for number, text in enumerate((SPICE, "<b>Error</b>")):
        bar.remedies[number].click()
        dialog = window.findChild(TextDialog)
        assert dialog.text.toPlainText() == text
        dialog.close()
        qtbot.waitUntil(lambda: window.findChild(TextDialog) is None)
    checks = len(workers[0].jobs)
    bar.remedies[2].click()
    qtbot.waitUntil(lambda: len(workers[0].jobs) == checks + 1)
    assert isinstance(workers[0].jobs[-1], Check)


def test_both_netlist_commands_are_in_the_palette(open_check):
    window, _ = open_check()
    entries = {each.text: each for each in window.entries()}
    assert entries["Show netlist"].enabled
    assert entries["Copy as SPICE"].enabled
    assert not entries["Cancel the check"].enabled


def test_square_plots_stay_square_however_narrow_they_are(open_check, qtbot):
    window, _ = open_check((3, 2, 3))
    qtbot.wait(30)
    for scatter in window.check_tab.plots.scatters:
        assert np.isclose(scatter.pixels, scatter.pixels_high, atol=8)
