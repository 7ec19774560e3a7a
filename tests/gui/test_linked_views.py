"""What is selected in one view is selected in all; runs of the history come back by undo."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt

from pnn_studio.app.analysis.confusion import confusions
from pnn_studio.app.inspector.sheet import CircuitFigure
from pnn_studio.app.session.selection import (
    CircuitItem,
    NeuronItem,
    NodeItem,
    ResistorItem,
    node_of,
)
from pnn_studio.domain.nodes import activation_node, negation_node
from pnn_studio.domain.project import Project, ProjectRun, RunHead
from pnn_studio.domain.settings import Recipe
from pnn_studio.ui.shell.main_window import CHECK_TAB, LAYOUT_TAB, SCHEMATIC_TAB
from tests.gui.conftest import ScriptedWorker
from tests.support.runs import (
    REFERENCE,
    sample_dataset,
    sample_family,
    sample_verification,
    small_plan,
    start_run,
)

LEFT = Qt.MouseButton.LeftButton


def train(window, seed=0):
    session = window.studio.session
    plan = session.plan()
    start_run(session, plan)
    session.take_family(sample_family(plan, seed=seed))
    session.set_run_state("finished")


@pytest.fixture
def window(open_window):
    window = open_window(lambda: ScriptedWorker(lambda job: []), (1440, 900))
    session = window.studio.session
    session.choose_data(sample_dataset())
    window.studio.edit(replace(session.recipe, alphas=3, seeds=2))
    train(window)
    check = sample_verification(session.design)
    session.take_verification(session.design_ref, session.design, check)
    return window


def symbol(window, kind, column):
    symbols = window.schematic_tab.view.item.symbols
    return next(each for each in symbols if each.kind == kind and each.column == column)


def test_a_circuit_clicked_in_the_schematic_opens_and_is_found_everywhere(window, qtbot):
    window.tabs.setCurrentIndex(SCHEMATIC_TAB)
    qtbot.wait(30)
    view = window.schematic_tab.view
    found = symbol(window, "activation", 1)
    qtbot.mouseClick(view.viewport(), LEFT, pos=view.mapFromScene(found.x, found.y))
    assert window.studio.selection.item == CircuitItem(1, "activation", 1)
    assert view.item.picked == {found.ref}
    figure = window.inspector.view.sheet.sections[0].figure
    assert isinstance(figure, CircuitFigure)
    window.tabs.setCurrentIndex(CHECK_TAB)
    rows = window.check_tab.table.selectionModel().selectedRows()
    assert window.check_tab._figures[rows[0].row()].name == "h1.1"
    window.tabs.setCurrentIndex(LAYOUT_TAB)
    canvas = window.layout_tab.canvas
    assert canvas._drawn(NeuronItem(1, 1)).is_selected
    window.grab()


def test_a_worst_node_leads_to_its_layer_of_the_schematic(window, qtbot):
    window.tabs.setCurrentIndex(CHECK_TAB)
    qtbot.wait(30)
    table, tab = window.check_tab.table, window.check_tab
    row = next(at for at, each in enumerate(tab._figures) if each.name == "y0")
    index = table.model().index(row, 0)
    table.scrollTo(index)
    qtbot.mouseClick(table.viewport(), LEFT, pos=table.visualRect(index).center())
    assert window.studio.selection.item == NodeItem(activation_node(2, 0))
    qtbot.mouseClick(window.inspector.buttons[0], LEFT)
    assert window.tabs.currentIndex() == SCHEMATIC_TAB
    assert window.schematic_tab.view.accessibleDescription().startswith("Layer 2")
    assert window.schematic_tab.view.item.picked == {symbol(window, "activation", 0).ref}


def test_components_are_reached_by_arrows(window, qtbot):
    window.tabs.setCurrentIndex(SCHEMATIC_TAB)
    qtbot.wait(30)
    view = window.schematic_tab.view
    view.setFocus()
    qtbot.keyClick(view, Qt.Key.Key_Down)
    first = window.studio.selection.item
    assert first is not None
    for _ in range(12):
        qtbot.keyClick(view, Qt.Key.Key_Down)
    assert isinstance(window.studio.selection.item, CircuitItem)
    qtbot.keyClick(view, Qt.Key.Key_Right)
    assert window.studio.selection.item != first
    window.workbench.toggle_inspector()
    assert window.inspector.isHidden()
    qtbot.keyClick(view, Qt.Key.Key_Return)
    assert window.inspector.isVisible()
    assert window.inspector.view.sheet.kicker == "Circuit in layer 1"
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    assert window.studio.selection.item is None


def test_either_structure_tells_what_its_negations_cost(window, qtbot):
    window.tabs.setCurrentIndex(SCHEMATIC_TAB)
    qtbot.wait(30)
    design = window.studio.session.design
    layer = design.layers[0]
    told = window.schematic_tab.costs.toolTip()
    assert f"modified {layer.negations('modified')} for" in told
    qtbot.mouseClick(window.schematic_tab.structure.buttons()[1], LEFT)
    negations = [s for s in window.schematic_tab.view.item.symbols if s.kind == "negation"]
    assert len(negations) == layer.negations("original")


def test_confusion_matrices_count_every_sample_once_and_their_trace_is_the_accuracy(window):
    verification = window.studio.session.verification(window.studio.session.design)
    model, spice = confusions(verification)
    assert model.counts.sum() == spice.counts.sum() == verification.samples
    assert model.accuracy == verification.model_accuracy
    assert spice.accuracy == verification.spice_accuracy
    by_hand = np.bincount(verification.classes, minlength=3)
    assert model.counts.sum(axis=1).tolist() == by_hand.tolist()


def test_runs_are_shown_deleted_brought_back_and_trained_again(window, qtbot):
    session, runs = window.studio.session, window.runs
    window.studio.set_neurons(0, 4)
    train(window, seed=1)
    assert runs.list.count() == 2
    assert session.run is session.runs[1]
    place = runs.list.visualItemRect(runs.list.item(1)).center()
    qtbot.mouseClick(runs.list.viewport(), LEFT, pos=place)
    assert session.run is session.runs[0]
    assert session.design.layout.hidden == (3,)
    assert window.inspector.view.sheet.kicker == "Run"
    runs.list.setFocus()
    qtbot.keyClick(runs.list, Qt.Key.Key_Delete)
    assert runs.list.count() == 1
    assert session.run is session.runs[1]
    window.commands["undo"].trigger()
    assert runs.list.count() == 2
    window._train_again(0)
    assert session.recipe.hidden == (3,)


def test_every_item_of_a_network_names_at_most_one_node():
    items = (NeuronItem(1, 0), CircuitItem(1, "negation", 2), ResistorItem(1, 0, 0))
    expected = [activation_node(1, 0), negation_node("modified", 1, 2, 0), None]
    assert [node_of(each) for each in items] == expected


@pytest.mark.parametrize("tab", range(4))
def test_a_sample_that_the_run_shown_next_has_not_is_left(window, tab):
    few = replace(sample_dataset(samples=9), reference=replace(REFERENCE, source="wine"))
    runs = []
    for dataset in (sample_dataset(samples=60), few):
        head = RunHead(small_plan(), Recipe(data=dataset.reference), "a run", "finished")
        runs.append(ProjectRun(head, sample_family(small_plan(), dataset.reference)))
    studio = window.studio
    datasets = (sample_dataset(samples=60), few)
    studio.session.restore(Project(datasets=datasets, runs=tuple(runs)))
    window.tabs.setCurrentIndex(tab)
    window.runs.show_run(0)
    studio.set_sample(15)
    assert studio.sample == 15
    studio.train()  # what is shown until it has designs is the latest run
    assert studio.session.run.id == 1
    assert studio.sample == 0
