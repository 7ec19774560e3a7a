import subprocess
import sys
from collections import Counter
from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pnn_studio.circuit.components import component_table
from pnn_studio.circuit.schematic import layer_schematic, shorten
from pnn_studio.domain.operating_point import operating_point
from pnn_studio.domain.technology import load_technology
from pnn_studio.domain.units import format_si
from tests.support.designs import sample_design, sample_voltages

TECHNOLOGY = load_technology()
EPS = 1e-9
LONG = "the mean of the concave points of all cells"
SHAPES = [(1, 1), (4, 3), (10, 8), (19, 3), (6, 10)]


def drawn(inputs, columns, crossbar="modified", seed=0, *, voltages=True, last=False):
    """Return a layer of that size with long names, its schematic, and its voltages."""
    hidden, outputs = ((2,), columns) if last else ((columns,), 2)
    design = sample_design(
        inputs if not last else 3,
        hidden if not last else (inputs,),
        outputs,
        crossbar,
        seed,
        input_names=(LONG,) * (inputs if not last else 3),
        class_names=(LONG,) * outputs,
    )
    index = int(last)
    state = operating_point(design, sample_voltages(design, 3)).layers[index]
    schematic = layer_schematic(design, index, state=state if voltages else None, sample=1)
    return design.layers[index], design, schematic, state


def box(symbol):
    half_width, half_height = symbol.width / 2, symbol.height / 2
    return (
        symbol.x - half_width,
        symbol.y - half_height,
        symbol.x + half_width,
        symbol.y + half_height,
    )


def text_box(text):
    width = 6.2 * len(text.text) * text.size / 11
    left = text.x - {"start": 0.0, "middle": 0.5, "end": 1.0}[text.anchor] * width
    return (left, text.y - 0.8 * text.size, left + width, text.y + 0.25 * text.size)


def overlap(a, b):
    return a[0] < b[2] - EPS and b[0] < a[2] - EPS and a[1] < b[3] - EPS and b[1] < a[3] - EPS


def segments(schematic):
    """Give every straight piece of wire as (wire, x0, y0, x1, y1) with x0 <= x1 and y0 <= y1."""
    for wire in schematic.wires:
        for (xa, ya), (xb, yb) in pairwise(wire.points):
            assert xa == xb or ya == yb, "wires are horizontal or vertical"
            yield wire, min(xa, xb), min(ya, yb), max(xa, xb), max(ya, yb)


def ends(schematic):
    return [point for wire in schematic.wires for point in (wire.points[0], wire.points[-1])]


sizes = st.one_of(
    st.tuples(st.integers(1, 19), st.integers(1, 3)),
    st.tuples(st.integers(1, 6), st.integers(1, 10)),
)
drawings = st.builds(
    lambda size, *rest: drawn(*size, *rest[:2], voltages=rest[2])[2],
    sizes,
    st.sampled_from(["modified", "original"]),
    st.integers(0, 1000),
    st.booleans(),
)


@settings(max_examples=30)
@given(drawings)
def test_nothing_overlaps(schematic):
    symbols = [box(symbol) for symbol in schematic.symbols]
    texts = [text_box(text) for text in schematic.texts]
    for a, b in combinations([*symbols, *texts], 2):
        assert not overlap(a, b)
    for area in (*symbols, *texts):
        assert area[0] >= 0
        assert area[1] >= 0
        assert area[2] <= schematic.width
        assert area[3] <= schematic.height


@settings(max_examples=30)
@given(drawings)
def test_no_wire_runs_through_a_text_or_a_component(schematic):
    areas = [box(s) for s in schematic.symbols] + [text_box(t) for t in schematic.texts]
    for _, *wire in segments(schematic):
        # a wire may touch the edge of a component
        assert not any(overlap(wire, area) for area in areas)


@settings(max_examples=30)
@given(drawings)
def test_wires_meet_at_a_dot_or_keep_a_gap(schematic):
    dots = {(dot.x, dot.y) for dot in schematic.dots}
    rows = [(w, *rest) for w, *rest in segments(schematic) if rest[1] == rest[3]]
    columns = [(w, *rest) for w, *rest in segments(schematic) if rest[0] == rest[2]]
    for row, x0, y, x1, _ in rows:
        for column, x, y0, _, y1 in columns:
            near = x0 - 3.5 + EPS < x < x1 + 3.5 - EPS and y0 - EPS < y < y1 + EPS
            if row is not column and near:
                assert (x, y) in dots
    # the columns that a row crosses stand in the middle of gaps of 3.5 px each side
    for (_, _, y, x1, _), (_, x0, other, _, _) in pairwise(
        sorted(rows, key=lambda r: (r[2], r[1]))
    ):
        if y == other and x0 - x1 == pytest.approx(7.0):
            middle = (x0 + x1) / 2
            assert any(x == middle and y0 <= y <= y1 for _, x, y0, _, y1 in columns)


@settings(max_examples=30)
@given(drawings)
def test_every_dot_joins_exactly_three_ways_or_is_a_corner(schematic):
    for dot in schematic.dots:
        ways = 0
        for _, x0, y0, x1, y1 in segments(schematic):
            on = x0 <= dot.x <= x1 and y0 <= dot.y <= y1
            at_end = (dot.x, dot.y) in ((x0, y0), (x1, y1))
            ways += on * (1 if at_end else 2)
        assert ways in (2, 3)


@settings(max_examples=30)
@given(drawings)
def test_no_wire_ends_in_nothing(schematic):
    dots = {(dot.x, dot.y) for dot in schematic.dots}
    gaps = Counter(ends(schematic))
    edges = [box(symbol) for symbol in schematic.symbols]
    for wire in schematic.wires:
        for x, y in (wire.points[0], wire.points[-1]):
            at_symbol = any(
                a - EPS <= x <= c + EPS and b - EPS <= y <= d + EPS for a, b, c, d in edges
            )
            across = gaps[(x + 7.0, y)] or gaps[(x - 7.0, y)]
            assert wire.dotted or at_symbol or across or (x, y) in dots


@pytest.mark.parametrize("crossbar", ["modified", "original"])
@pytest.mark.parametrize("last", [False, True])
@pytest.mark.parametrize(("inputs", "columns"), SHAPES)
def test_every_printed_resistor_appears_once_with_its_resistance(inputs, columns, crossbar, last):
    if last and columns == 1:
        columns = 2  # an output layer has one neuron a class
    layer, design, schematic, _ = drawn(inputs, columns, crossbar, last=last)
    places = {(s.row, s.column): s.value for s in schematic.symbols if s.kind == "resistor"}
    assert len(places) == sum(s.kind == "resistor" for s in schematic.symbols)
    size = np.abs(layer.theta)
    for (row, column), value in np.ndenumerate(size):
        if value == 0:
            assert (row, column) not in places
        else:
            least = min(entry for entry in size[:, column] if entry > 0)
            assert places[row, column] == pytest.approx(least / value / design.g_min)
    written = Counter(text.text for text in schematic.texts if text.text.endswith("Ω"))
    assert written == Counter(format_si(value, "Ω") for value in places.values())


@pytest.mark.parametrize("crossbar", ["modified", "original"])
@pytest.mark.parametrize(("inputs", "columns"), SHAPES)
def test_a_resistor_hangs_between_its_row_and_its_column(inputs, columns, crossbar):
    layer, _, schematic, _ = drawn(inputs, columns, crossbar)
    terminals = {(s.row, s.column): s for s in schematic.symbols if "terminal" in s.kind}
    negations = {(s.row, s.column): s for s in schematic.symbols if s.kind == "negation"}
    for symbol in schematic.symbols:
        if symbol.kind != "resistor":
            continue
        negated = layer.negated[symbol.row, symbol.column]
        shared = negated and crossbar == "modified"
        row = negations[symbol.row, None] if shared else terminals[symbol.row, None]
        tap = (symbol.x - 56, row.y)
        assert tap in [(dot.x, dot.y) for dot in schematic.dots]
        assert any(
            y0 == y1 == row.y and x0 <= tap[0] <= x1 for _, x0, y0, x1, y1 in segments(schematic)
        )
        left = symbol.x - symbol.width / 2
        if negated and not shared:
            own = negations[symbol.row, symbol.column]
            assert ((own.x + own.width / 2, symbol.y), (left, symbol.y)) in [
                wire.points for wire in schematic.wires
            ]
            left = own.x - own.width / 2
        stub = (tap, (tap[0], symbol.y), (left, symbol.y))
        assert stub in [wire.points for wire in schematic.wires]
        joint = (terminals[None, symbol.column].x, symbol.y)
        assert ((symbol.x + symbol.width / 2, symbol.y), joint) in [
            w.points for w in schematic.wires
        ]
        assert joint in [(dot.x, dot.y) for dot in schematic.dots]
        assert any(
            x0 == x1 == joint[0] and y0 <= joint[1] <= y1
            for _, x0, y0, x1, y1 in segments(schematic)
        )


@pytest.mark.parametrize("crossbar", ["modified", "original"])
def test_references_are_those_of_the_component_table(crossbar):
    design = sample_design(6, (4, 3), 3, crossbar)
    table = component_table(design, TECHNOLOGY)
    expected = {p.belongs_to if p.circuit else p.ref for p in table}
    references = [
        symbol.ref
        for index in range(len(design.layers))
        for symbol in layer_schematic(design, index).symbols
        if symbol.ref
    ]
    assert sorted(references) == sorted(expected)


def test_either_structure_of_a_design_can_be_drawn_and_says_how_many_negations_it_takes():
    design = sample_design(6, (4,), 3, "modified")
    for crossbar in ("modified", "original"):
        schematic = layer_schematic(design, 0, crossbar=crossbar)
        count = sum(symbol.kind == "negation" for symbol in schematic.symbols)
        assert count == design.layers[0].negations(crossbar)
        assert f"{crossbar} crossbar, {count} negation circuit" in schematic.title


def test_a_row_without_printed_resistors_is_a_dotted_stub():
    _, _, schematic, _ = drawn(4, 3)
    terminal = next(s for s in schematic.symbols if s.kind == "open_terminal")
    assert terminal.row == 2
    wires = [wire for wire in schematic.wires if wire.points[0][1] == terminal.y]
    assert [wire.dotted for wire in wires] == [True]
    assert any("not printed" in text.text and text.role == "muted" for text in schematic.texts)


def test_the_voltages_written_are_those_of_the_sample():
    layer, _, schematic, state = drawn(4, 3)
    written = {text.text for text in schematic.texts if text.text.endswith("V")}
    printed = layer.printed.any(axis=1)
    shown = [*state.rows[1][printed], *state.columns[1], *state.outputs[1]]
    shown += [state.negated[1, row, 0] for row in layer.negated_rows]
    assert written == {format_si(float(volts), "V") for volts in shown}


def test_without_voltages_only_the_supplies_are_written():
    *_, schematic, _ = drawn(4, 3, voltages=False)
    assert {text.text for text in schematic.texts if text.text.endswith("V")} == {"1.00 V", "0 V"}


def test_the_ptanh_carries_its_own_curve():
    layer, _, schematic, _ = drawn(4, 3)
    curve = next(symbol.curve for symbol in schematic.symbols if symbol.kind == "activation")
    eta1, eta2, eta3, eta4 = layer.activation.eta
    volts = np.linspace(-1, 1, len(curve))
    assert curve == pytest.approx(eta1 + eta2 * np.tanh((volts - eta3) * eta4))


def test_outputs_carry_their_class_in_the_last_layer_only():
    design = sample_design(3, (2,), 2, class_names=("setosa", "versicolor"))
    names = [{text.text for text in layer_schematic(design, index).texts} for index in (0, 1)]
    assert {"h1.0", "h1.1"} <= names[0]
    assert {"y0 setosa", "y1 versicolor"} <= names[1]


@given(st.text(st.characters(codec=None)))
def test_a_name_from_a_file_becomes_one_short_printable_line(name):
    short = shorten(name)
    assert len(short) <= 18
    assert short.isprintable()


def test_the_window_can_place_a_schematic_without_torch_or_pyspice():
    code = (
        "import sys; import pnn_studio.circuit.schematic;"
        "sys.exit(bool({'torch', 'PySpice'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
