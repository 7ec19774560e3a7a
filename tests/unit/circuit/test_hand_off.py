"""What leaves for a paper or another tool: one network in netlist, table, drawing and files."""

import csv
import io
from functools import cache
from itertools import pairwise

import numpy as np
import pytest

from pnn_studio.circuit.components import component_table
from pnn_studio.circuit.figure.sheets import TitleBlock, design_sheets
from pnn_studio.circuit.netlist_file import netlist_text, transistor
from pnn_studio.circuit.tool_sheet import tool_sheet
from pnn_studio.domain.dataset import Dataset
from pnn_studio.domain.export_options import FigureOptions
from pnn_studio.domain.layout import Layout
from pnn_studio.domain.letters import text_width
from pnn_studio.domain.nodes import NodeNames
from pnn_studio.domain.technology import load_technology
from pnn_studio.storage.kicad import kicad_files
from pnn_studio.storage.tables import parts_csv
from pnn_studio.storage.xschem import xschem_files
from tests.support.random_networks import random_design
from tests.support.schematic_files import flat, of_kicad, of_netlist, of_table, of_xschem
from tests.support.traced import Traced, spot

TECHNOLOGY = load_technology()
TITLE = TitleBlock("a design", (("data", ("iris",)),), "alpha 0.5")
SMALLEST, LARGEST = (2, 2, 2), (21, 8, 4)
EPS = 1e-6


def _sizes():
    rng = np.random.default_rng(0)
    sizes = [SMALLEST, LARGEST]
    while len(sizes) < 15:
        # small ones mostly: the time goes into large ones
        draw = SMALLEST + (rng.random(3) ** 2 * (np.array(LARGEST) - SMALLEST + 0.99)).astype(int)
        sizes.append(tuple(int(each) for each in draw))
    return sizes


DESIGNS = [
    (size, crossbar, seed)
    for seed, size in enumerate(_sizes())
    for crossbar in ("modified", "original")
]
every_design = pytest.mark.parametrize(("size", "crossbar", "seed"), DESIGNS)


@cache
def design_of(size, crossbar, seed):
    inputs, hidden, outputs = size
    return random_design(Layout(inputs, (hidden,), outputs, crossbar), TECHNOLOGY, seed)


def data_of(design, samples=3):
    rng = np.random.default_rng(1)
    voltages = rng.random((samples + 2, design.layout.inputs))
    return Dataset(
        reference=design.data,
        title="Hand-made",
        input_names=design.input_names,
        class_names=design.class_names,
        voltages=voltages,
        classes=np.arange(len(voltages)) % len(design.class_names),
        split=np.array([0, 1] + [2] * samples, dtype=np.int8),
        low=np.zeros(design.layout.inputs),
        high=np.ones(design.layout.inputs),
    )


@cache
def sheet_of(size, crossbar, seed, width=181.0):
    options = FigureOptions(width_mm=width, style="paper", colour=False)
    (sheet,) = design_sheets(design_of(size, crossbar, seed), TECHNOLOGY, options, TITLE)
    return sheet


def network_of(sheet):
    """Return the parts of a sheet without those of the insets."""
    return [part for part in sheet.parts if part.ref[1].isdigit()]


def traced_figure(sheet):
    """Follow the wires of a sheet; a gap with an upright wire in its middle is a crossing."""
    wires = [line.points for line in sheet.lines if line.net]
    ends = {spot(*each) for points in wires for each in (points[0], points[-1])}
    heights = sorted({y for _, y in ends})
    bridges = []
    for points in wires:
        (x, top), (other, bottom) = points[0], points[-1]
        if len(points) != 2 or x != other:
            continue
        for y in heights:
            left, right = spot(x - 0.7, y), spot(x + 0.7, y)
            if top < y < bottom and left in ends and right in ends:
                bridges.append((left, right))
    dots = [(disc.x, disc.y) for disc in sheet.discs if disc.filled and disc.net]
    labels = [(disc.net, (disc.x, disc.y)) for disc in sheet.discs if not disc.filled and disc.net]
    # what goes on in other columns is called by the negation that drives it
    driven = [part.pins[1] for part in sheet.parts if part.value == "negation"]
    labels += [(net, (x, y)) for net, x, y in driven]
    symbols = [line.points[0] for line in sheet.lines if line.net == "0"]
    labels += [("0", each) for each in symbols]
    return Traced([*wires, *bridges], dots, labels)


@every_design
def test_netlist_table_xschem_and_kicad_have_the_same_parts_values_and_nets(size, crossbar, seed):
    design = design_of(size, crossbar, seed)
    netlist = netlist_text(design, TECHNOLOGY, data_of(design))
    expected = of_netlist(netlist)
    table = component_table(design, TECHNOLOGY)
    rows = list(csv.DictReader(io.StringIO(parts_csv(table), newline="")))
    assert of_table(rows) == expected
    sheet = tool_sheet(design, TECHNOLOGY, NodeNames.of(design))
    library = "\n".join(transistor(TECHNOLOGY))
    assert of_xschem(xschem_files(sheet, "d.sch", library), "d.sch") == expected
    kicad, labels, drawn = of_kicad(kicad_files(sheet, "d", "d.kicad_sch"), "d.kicad_sch")
    assert kicad == flat(netlist)
    for traced in drawn:
        assert not traced.undotted
        assert set(traced.ways().values()) == {3}
    # short designators stand beside the full ones everywhere, and are as unique
    assert len(set(labels.values())) == len(labels)
    assert labels == {row["ref"]: row["label"] for row in rows}
    assert all(f"; {label}" in netlist for label in labels.values() if label.count(".") == 1)


@every_design
def test_the_drawing_has_the_same_parts_values_and_nets(size, crossbar, seed):
    design, sheet = design_of(size, crossbar, seed), sheet_of(size, crossbar, seed)
    expected = {ref: (value, nets) for ref, value, nets in
                of_netlist(netlist_text(design, TECHNOLOGY, data_of(design)))}  # fmt: skip
    traced = traced_figure(sheet)
    parts = network_of(sheet)
    assert sorted(part.ref for part in parts) == sorted(expected)
    roots = {}
    for part in parts:
        value, nets = expected[part.ref]
        if part.ref.startswith("R"):
            assert float(part.value) == pytest.approx(value)
        else:
            assert part.value == value[0]
        for (_, x, y), net in zip(part.pins, nets, strict=False):
            assert roots.setdefault(traced.find(spot(x, y)), net) == net
    # nets are whole: what is one net in the netlist hangs together, over terminals of its name
    assert len(set(roots.values())) == len(roots)
    assert not traced.undotted
    assert set(traced.ways().values()) == {3}


def text_box(text):
    """Return what a text takes at most: from capitals down to commas."""
    width, size = text_width(text.text, text.size, bold=text.bold), text.size * 25.4 / 72
    left = text.x - {"start": 0.0, "middle": 0.5, "end": 1.0}[text.anchor] * width
    return left, text.y - 0.74 * size, left + width, text.y + 0.12 * size


def overlapping(boxes, others, distance=0.0):
    """Return pairs of boxes that overlap or come too close, found with a grid."""
    a, b = np.array(boxes), np.array(others)
    close = (
        (a[:, None, 0] < b[None, :, 2] + distance) & (b[None, :, 0] < a[:, None, 2] + distance)
        & (a[:, None, 1] < b[None, :, 3] + distance) & (b[None, :, 1] < a[:, None, 3] + distance)
    )  # fmt: skip
    return np.argwhere(close)


@every_design
def test_nothing_in_the_drawing_overlaps_and_every_pin_is_connected(size, crossbar, seed):
    sheet = sheet_of(size, crossbar, seed)
    texts = [*sheet.texts, *(text for part in sheet.parts for text in part.texts)]
    boxes = [text_box(each) for each in texts]
    twice = [pair for pair in overlapping(boxes, boxes) if pair[0] < pair[1]]
    assert [(texts[i].text, texts[j].text) for i, j in twice] == []
    for left, top, right, bottom in boxes:
        assert min(left, top) >= 0
        assert right <= sheet.width
        assert bottom <= sheet.height
    # values never touch a wire
    wires = [
        (min(a[0], b[0]), min(a[1], b[1]), max(a[0], b[0]), max(a[1], b[1]))
        for line in sheet.lines
        for a, b in pairwise(line.points)
    ]
    near = overlapping(boxes, wires, 0.45)
    assert [(texts[i].text, wires[j]) for i, j in near] == []
    bodies = [part.box for part in sheet.parts]
    inside = {text.text for part in sheet.parts for text in part.texts}
    apart = [pair for pair in overlapping(bodies, bodies) if pair[0] < pair[1]]
    assert apart == []
    outside = [each for each in texts if each.text not in inside]
    assert len(overlapping([text_box(each) for each in outside], bodies)) == 0
    ends = {spot(*each) for line in sheet.lines for each in line.points}
    assert all(spot(x, y) in ends for part in sheet.parts for _, x, y in part.pins)
    assert min(each.size for each in texts) >= 7


@pytest.mark.parametrize("rows", [2, 8])
@pytest.mark.parametrize("crossbar", ["modified", "original"])
def test_one_column_of_a_paper_holds_three_columns_at_7_points(rows, crossbar):
    sheet = sheet_of((rows - 2 or 1, 3, 3), crossbar, 5, width=88.0)
    assert sheet.width == 88
    assert {text.size for text in sheet.texts} == {7.0}
