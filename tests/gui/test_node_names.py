"""A node has one name: in Layout, Schematic, Check, inspector, netlist, SVG and component table."""

import csv
import io
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from pnn_studio.app.commands.exporting.export_order import make_files
from pnn_studio.app.jobs.protocol import Done, ExportFiles, WriteNetlist
from pnn_studio.app.session.selection import LayerItem, NeuronItem, NodeItem
from pnn_studio.circuit.netlist_file import sample_netlist
from pnn_studio.domain.export_order import ExportOrder
from pnn_studio.domain.nodes import (
    Node,
    NodeNames,
    activation_node,
    column_node,
    negation_node,
    nodes_by_net,
)
from pnn_studio.domain.technology import load_technology
from pnn_studio.domain.units import MINUS
from pnn_studio.ui.shell.main_window import CHECK_TAB, LAYOUT_TAB, SCHEMATIC_TAB
from tests.gui.conftest import ScriptedWorker
from tests.support.runs import sample_dataset, sample_family, sample_verification, start_run

SVG = "{http://www.w3.org/2000/svg}"
NEURON = NeuronItem(1, 0)


@pytest.fixture
def workers():
    return []


@pytest.fixture
def window(open_window, workers):
    def start():
        workers.append(ScriptedWorker(lambda job: [Done("Written")]))
        return workers[-1]

    window = open_window(start, (1440, 900))
    session = window.studio.session
    session.choose_data(sample_dataset())
    window.studio.edit(replace(session.recipe, alphas=3, seeds=2, hidden=(3, 2)))
    start_run(session, session.plan())
    session.take_family(sample_family(session.plan()))
    session.set_run_state("finished")
    check = sample_verification(session.design)
    session.take_verification(session.design_ref, session.design, check)
    return window


def rename(window):
    window.layout_tab.canvas.commands.take_name(NEURON, "edge")
    window.layout_tab.canvas.commands.take_name(LayerItem(1), "sensors")


def in_layout(window):
    """Return short and full names by node."""
    window.tabs.setCurrentIndex(LAYOUT_TAB)
    drawn = (each.node for each in window.layout_tab.canvas._nodes)
    nodes = [each for each in drawn if each.kind in ("input", "neuron", "output")]
    names = {
        Node(0, "input", each.index)
        if each.stage == 0
        else activation_node(each.stage, each.index): (each.short, each.full)
        for each in nodes
    }
    assert len(names) == 4 + 3 + 2 + 3
    return names


def in_schematic(window, layer):
    """Return texts of a layer's drawing, and names of its symbols."""
    window.tabs.setCurrentIndex(SCHEMATIC_TAB)
    window.schematic_tab._take_layer(layer - 1)
    schematic = window.schematic_tab.view.item._schematic
    return {text.text for text in schematic.texts}, {each.name for each in schematic.symbols}


def in_check(window):
    """Return names by node, as the table writes them."""
    window.tabs.setCurrentIndex(CHECK_TAB)
    model = window.check_tab.table.model()
    written = [model.data(model.index(row, 0)) for row in range(model.rowCount())]
    return {each.node: name for each, name in zip(model.rows, written, strict=True)}


def in_inspector(window, node):
    window.studio.selection.select(NodeItem(node))
    return window.inspector.view.sheet.title


def sent(qtbot, workers, kind, count=1):
    """Return the job of a kind that was sent last, once there are as many."""

    def jobs():
        return [job for worker in workers for job in worker.jobs if isinstance(job, kind)]

    qtbot.waitUntil(lambda: len(jobs()) == count)
    return jobs()[-1]


def in_files(window, qtbot, workers, folder):
    """Return the texts of netlist, SVG and component table, as the worker writes them."""
    texts, exports = {}, window.studio.exports
    kinds = (("svg", "schematic", "svg"), ("csv", "parts", "csv"), ("netlist", "netlist", "cir"))
    for count, (name, kind, ending) in enumerate(kinds, start=1):
        exports.write(exports.subject(), ((ExportOrder(kind, (ending,)), folder / name),))
        job = sent(qtbot, workers, ExportFiles, count)
        ((order, _),) = job.orders
        texts[name] = make_files(job.subject, order, order.files[0], name)[name].decode()
    return texts


def in_table(text):
    """Return names by net in a component table."""
    names = {}
    for row in csv.DictReader(io.StringIO(text, newline="")):
        for place in "123":
            if row[f"node_{place}"]:
                names.setdefault(row[f"node_{place}"], set()).add(row[f"name_{place}"])
    return names


@pytest.mark.parametrize("renamed", [False, True])
def test_a_node_has_the_same_name_in_every_view_and_file(window, workers, qtbot, tmp_path, renamed):
    if renamed:
        rename(window)
    design = window.studio.session.design
    neuron = "edge" if renamed else "h1.0"
    assert 0 in design.layers[1].negated_rows
    expected = {
        Node(0, "input", 0): ("x0", f"x0 {design.input_names[0]}"),
        column_node(1, 0): ("z1.0", f"z1.0, column of {neuron}"),
        activation_node(1, 0): (neuron, neuron),
        negation_node("modified", 2, 0, 0): (f"{MINUS}{neuron}", f"{MINUS}{neuron}"),
        negation_node("modified", 1, 4, 0): (f"{MINUS}bias 1", f"{MINUS}bias 1"),
        activation_node(3, 0): ("y0", f"y0 {design.class_names[0]}"),
    }
    layout, check = in_layout(window), in_check(window)
    drawn = {layer: in_schematic(window, layer) for layer in (1, 2, 3)}
    files = in_files(window, qtbot, workers, tmp_path)
    table = in_table(files["csv"])
    root = ET.fromstring(files["svg"])
    texts = {each.get("aria-label") for each in root.iter(f"{SVG}g")}
    titles = [each.text for each in root.iter(f"{SVG}title")]
    for node, (short, full) in expected.items():
        if node in layout:
            assert layout[node] == (short, full)
        if node.layer > 0:
            assert check[node] == short
            assert in_inspector(window, node) == full
        written, symbols = drawn[max(node.layer, 1)]
        assert written & {short, full}
        if node.kind != "negation":  # of paper it is called by its designator
            assert texts & {short, full}
        if node.kind in ("activation", "negation"):
            assert full in symbols
            assert any(f", {full}" in title for title in titles)
        assert table[node.net] == {short}
        comments = [f"*   {line.replace(MINUS, '-')}" for line in (full, f"{node.net}: {full}")]
        assert set(comments) & set(files["netlist"].splitlines())
    assert neuron in drawn[2][0]  # what layer 1 gives layer 2 takes


def test_the_netlist_that_is_shown_has_the_names_that_were_given(window, workers, qtbot):
    rename(window)
    window.studio.show_netlist()
    job = sent(qtbot, workers, WriteNetlist)
    names = NodeNames.of(job.design, job.given)
    text = sample_netlist(job.design, load_technology(), sample_dataset(), 0, names)
    assert "*   l1_h0: edge\n" in text


def test_a_layer_is_titled_alike(window):
    rename(window)
    assert in_schematic(window, 1)
    assert window.schematic_tab.view.accessibleDescription().startswith("sensors, layer 1 of 3")
    window.tabs.setCurrentIndex(CHECK_TAB)
    assert window.check_tab.plots.scatters[0].title.text() == "sensors"
    window.studio.selection.select(LayerItem(1))
    assert window.inspector.view.sheet.title == "sensors"
    window.tabs.setCurrentIndex(LAYOUT_TAB)
    titles = [each.column.title for each in window.layout_tab.canvas._columns]
    assert titles == ["Inputs", "sensors", "Layer 2", "Layer 3, outputs"]


def test_names_are_of_one_node_each(window):
    design = window.studio.session.design
    for crossbar in ("modified", "original"):
        layout = replace(design.layout, crossbar=crossbar)
        nodes = nodes_by_net(layout).values()
        names = NodeNames(layout, design.input_names, design.class_names)
        assert len({names.short(node) for node in nodes}) == len(nodes)
