"""Where everything of a layout is drawn: a pure value, made anew at every edit."""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from pnn_studio.app.session.technologies import input_range
from pnn_studio.domain.dataset import Dataset
from pnn_studio.domain.design import LayerDesign, TrainedDesign
from pnn_studio.domain.evaluation import Evaluation
from pnn_studio.domain.layout import Layout
from pnn_studio.domain.nodes import NodeNames
from pnn_studio.domain.technology import Technology
from pnn_studio.domain.units import format_si
from pnn_studio.ui.layout.placing import place

NodeKind = Literal["input", "neuron", "output", "bias", "ground", "gap"]

_CURVE_POINTS = 17
_SUPPLY_RADIUS = 14.0
_ROOM = (1000.0, 700.0)


@dataclass(frozen=True)
class DrawnNode:
    """An input, a neuron, a supply row, or the sign that some are not drawn.

    `short` and `full` are its names everywhere (`domain.nodes`), `name` is what stands beside it
    where `short` stands inside. `negated` says that the row has a negation circuit (modified
    crossbar); `curve` is the activation over -1..1 V; `largest` marks the output that decides.
    `slot` is its place in the column, counted downwards, `pitch` how far the next one is, and
    `side` how much room there is beside the outer columns.
    """

    kind: NodeKind
    stage: int
    index: int
    x: float
    y: float
    radius: float
    short: str
    name: str
    detail: str = ""
    negated: bool = False
    curve: tuple[float, ...] = ()
    largest: bool = False
    full: str = ""
    slot: int = 0
    pitch: float = 80.0
    side: float = 150.0


@dataclass(frozen=True)
class Edge:
    """The crossbar resistor of `layer` 1, 2 ... at row and column.

    `weight` is its share of the column, `sign` 0 before training.
    """

    start: tuple[float, float]
    end: tuple[float, float]
    weight: float
    sign: int
    layer: int = 0
    row: int = 0
    column: int = 0


@dataclass(frozen=True)
class Column:
    """A stage of the network, with its titles (`room` for each), and where its buttons stand."""

    stage: int
    x: float
    title: str
    subtitle: str
    foot: float
    resizable: bool
    room: float = 240.0


@dataclass(frozen=True)
class LayoutPicture:
    """Nodes, edges and titles in scene units."""

    nodes: tuple[DrawnNode, ...]
    edges: tuple[Edge, ...]
    columns: tuple[Column, ...]
    width: float
    height: float


def layout_picture(
    layout: Layout,
    dataset: Dataset,
    design: TrainedDesign | None = None,
    evaluation: Evaluation | None = None,
    sample: int = 0,
    names: NodeNames | None = None,
    technology: Technology | None = None,
    room: tuple[float, float] = _ROOM,
) -> LayoutPicture:
    """Place a layout.

    Parameters
    ----------
    layout : Layout
        What is drawn.
    dataset : Dataset
        Names of inputs and classes.
    design : TrainedDesign, optional
        Of that layout: gives edges their weights.
    evaluation : Evaluation, optional
        The design over the test split.
    sample : int
        Test sample whose voltages are written.
    names : NodeNames, optional
        What the nodes are called; by the data alone if left out.
    technology : Technology, optional
        Gives the voltages of inputs and bias; without one they are not written.
    room : tuple of two floats
        Width and height in px that it is to fill.
    """
    sizes = layout.sizes
    names = names or NodeNames(layout, dataset.input_names, dataset.class_names)
    placing = place(sizes, room)
    nodes: list[DrawnNode] = []
    columns: list[Column] = []
    places: list[dict[int, tuple[float, float, float]]] = []
    last = len(sizes) - 1
    for stage, (count, drawn) in enumerate(zip(sizes, placing.stages, strict=True)):
        x = placing.side + stage * placing.column_pitch
        top = placing.top + (placing.tallest - drawn.span) / 2
        here: dict[int, tuple[float, float, float]] = {}
        for slot, index in enumerate(drawn.shown):
            y = top + slot * drawn.pitch
            if index < 0:
                more = f"… {count - len(drawn.shown) + 1} more"
                gap = DrawnNode("gap", stage, -1, x, y, 0.0, "", more)
                nodes.append(replace(gap, slot=slot, pitch=drawn.pitch))
                continue
            here[index] = (x, y, drawn.radius)
            node = _node(names, design, evaluation, sample, (stage, index), here[index])
            nodes.append(replace(node, slot=slot, pitch=drawn.pitch, side=placing.side))
        if stage < last:
            here[count] = (x, placing.bias, _SUPPLY_RADIUS)
            here[count + 1] = (x, placing.ground, _SUPPLY_RADIUS)
            bias = technology.bias if technology else None
            nodes.extend(_supplies(layout, design, stage, bias, here[count], here[count + 1]))
        places.append(here)
        foot = top + drawn.span + placing.foot
        column = _column(names, design, technology, stage, x, foot)
        columns.append(replace(column, room=placing.column_pitch - 40))
    edges: list[Edge] = []
    for index in range(last):
        layer = design.layers[index] if design else None
        neurons = {
            column: at for column, at in places[index + 1].items() if column < sizes[index + 1]
        }
        edges.extend(_edges(places[index], neurons, layer, index + 1))
    return LayoutPicture(tuple(nodes), tuple(edges), tuple(columns), placing.width, placing.height)


def _has_negation(layout: Layout, design: TrainedDesign | None, stage: int, row: int) -> bool:
    if design is None or layout.crossbar != "modified" or stage >= len(design.layers):
        return False
    return row in design.layers[stage].negated_rows


def _node(
    names: NodeNames,
    design: TrainedDesign | None,
    evaluation: Evaluation | None,
    sample: int,
    place: tuple[int, int],
    at: tuple[float, float, float],
) -> DrawnNode:
    stage, index = place
    last = names.last
    negated = _has_negation(names.layout, design, stage, index)
    node = names.at(stage, index)
    short, full = names.short(node), names.full(node)
    layers = evaluation.layers if evaluation is not None else ()
    if stage == 0:
        volts = format_si(float(layers[0].rows[sample, index]), "V") if layers else ""
        name = names.input_names[index]
        return DrawnNode("input", stage, index, *at, short, name, volts, negated, full=full)
    curve: tuple[float, ...] = ()
    if design is not None:
        cell = design.layers[stage - 1].activation
        curve = tuple(float(v) for v in cell.tanh(np.linspace(-1.0, 1.0, _CURVE_POINTS)))
    volts, largest = "", False
    if layers:
        outputs = layers[stage - 1].outputs[sample]
        volts = format_si(float(outputs[index]), "V")
        largest = stage == last and int(np.argmax(outputs)) == index
    if stage == last:
        name = names.class_names[index]
        return DrawnNode(
            "output", stage, index, *at, short, name, volts, False, curve, largest, full
        )
    return DrawnNode("neuron", stage, index, *at, short, short, volts, negated, curve, full=full)


def _supplies(
    layout: Layout,
    design: TrainedDesign | None,
    stage: int,
    bias_v: float | None,
    bias: tuple[float, float, float],
    ground: tuple[float, float, float],
) -> tuple[DrawnNode, DrawnNode]:
    rows = layout.sizes[stage]
    printed = [True] * (rows + 2)
    if design is not None:
        printed = [bool(row.any()) for row in design.layers[stage].printed]
    bias_v = design.bias if design else bias_v
    volts = "" if bias_v is None else f"{bias_v:g} V"
    names = [name if printed[row] else f"{name}, not printed"
             for name, row in (("bias", rows), ("ground", rows + 1))]  # fmt: skip
    negated = _has_negation(layout, design, stage, rows)
    return (
        DrawnNode("bias", stage, rows, *bias, volts, names[0], "", negated, full=names[0]),
        DrawnNode("ground", stage, rows + 1, *ground, "0 V", names[1], full=names[1]),
    )


def _column(
    names: NodeNames,
    design: TrainedDesign | None,
    technology: Technology | None,
    stage: int,
    x: float,
    foot: float,
) -> Column:
    title = names.layer(stage)
    if stage == 0:
        volts = input_range(technology) if technology else ""
        told = f"{volts}, rows of layer 1" if volts else "rows of layer 1"
        return Column(stage, x, title, told, foot, resizable=False)
    rows, columns = names.layout.shapes[stage - 1]
    sites = rows * columns
    if design is None:
        circuit = technology.activation.name if technology else "neurons"
        subtitle = f"{columns} {circuit}, {sites} resistor sites"
    else:
        layer = design.layers[stage - 1]
        printed, circuit = int(layer.printed.sum()), layer.kind("activation").name
        subtitle = f"{columns} {circuit}, {printed} of {sites} resistors"
    return Column(stage, x, title, subtitle, foot, resizable=stage < names.last)


def _edges(
    starts: dict[int, tuple[float, float, float]],
    ends: dict[int, tuple[float, float, float]],
    layer: LayerDesign | None,
    number: int,
) -> list[Edge]:
    edges = []
    for row, (x0, y0, r0) in starts.items():
        for column, (x1, y1, r1) in ends.items():
            weight, sign = 0.0, 0
            if layer is not None:
                theta = float(layer.theta[row, column])
                if theta == 0:
                    continue
                weight = abs(theta) / float(np.abs(layer.theta[:, column]).sum())
                sign = 1 if theta > 0 else -1
            start, end = (x0 + r0, y0), (x1 - r1, y1)
            edges.append(Edge(start, end, weight, sign, number, row, column))
    return edges
