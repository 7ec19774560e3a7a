"""Where everything of a layout is drawn: a pure value, made anew at every edit."""

from dataclasses import dataclass
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

NodeKind = Literal["input", "neuron", "output", "bias", "ground", "gap"]

_COLUMN_PITCH = 280
_TOP = 76
_DENSE, _ELIDED = 12, 24
_FIRST, _LAST = 10, 2
_CURVE_POINTS = 17
# Room for names beside the first and the last column.
_SIDE = 150


@dataclass(frozen=True)
class DrawnNode:
    """An input, a neuron, a supply row, or the sign that some are not drawn.

    `short` and `full` are its names everywhere (`domain.nodes`), `name` is what stands beside it
    where `short` stands inside. `negated` says that the row has a negation circuit (modified
    crossbar); `curve` is the activation over -1..1 V; `largest` marks the output that decides.
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
    """A stage of the network, with its titles, and where its buttons stand."""

    stage: int
    x: float
    title: str
    subtitle: str
    foot: float
    resizable: bool


@dataclass(frozen=True)
class LayoutPicture:
    """Nodes, edges and titles in scene units."""

    nodes: tuple[DrawnNode, ...]
    edges: tuple[Edge, ...]
    columns: tuple[Column, ...]
    width: float
    height: float


def _drawn(count: int) -> list[int]:
    """Choose the indices that are drawn; -1 stands for those left out."""
    if count <= _ELIDED:
        return list(range(count))
    return [*range(_FIRST), -1, *range(count - _LAST, count)]


def _pitch(count: int, stage: int) -> tuple[float, float]:
    if count > _DENSE:
        return 32.0, 12.0
    return (64.0 if stage == 0 else 80.0), 20.0


def layout_picture(
    layout: Layout,
    dataset: Dataset,
    design: TrainedDesign | None = None,
    evaluation: Evaluation | None = None,
    sample: int = 0,
    names: NodeNames | None = None,
    technology: Technology | None = None,
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
    """
    sizes = layout.sizes
    names = names or NodeNames(layout, dataset.input_names, dataset.class_names)
    spans = []
    for stage, count in enumerate(sizes):
        pitch, _ = _pitch(count, stage)
        spans.append((len(_drawn(count)) - 1) * pitch)
    tallest = max(spans)
    bias_y = _TOP + tallest + 102
    ground_y = bias_y + 42
    nodes: list[DrawnNode] = []
    columns: list[Column] = []
    places: list[dict[int, tuple[float, float, float]]] = []
    last = len(sizes) - 1
    for stage, count in enumerate(sizes):
        x = _SIDE + stage * _COLUMN_PITCH
        pitch, radius = _pitch(count, stage)
        top = _TOP + (tallest - spans[stage]) / 2
        here: dict[int, tuple[float, float, float]] = {}
        for slot, index in enumerate(_drawn(count)):
            y = top + slot * pitch
            if index < 0:
                more = f"… {count - _FIRST - _LAST} more"
                nodes.append(DrawnNode("gap", stage, -1, x, y, 0.0, "", more))
                continue
            here[index] = (x, y, radius)
            nodes.append(_node(names, design, evaluation, sample, (stage, index), here[index]))
        if stage < last:
            here[count], here[count + 1] = (x, bias_y, 14.0), (x, ground_y, 14.0)
            bias = technology.bias if technology else None
            nodes.extend(_supplies(layout, design, stage, bias, here[count], here[count + 1]))
        places.append(here)
        columns.append(_column(names, design, technology, stage, x, top + spans[stage] + 62))
    edges: list[Edge] = []
    for index in range(last):
        layer = design.layers[index] if design else None
        neurons = {
            column: at for column, at in places[index + 1].items() if column < sizes[index + 1]
        }
        edges.extend(_edges(places[index], neurons, layer, index + 1))
    width = 2 * _SIDE + last * _COLUMN_PITCH
    return LayoutPicture(tuple(nodes), tuple(edges), tuple(columns), width, ground_y + 28)


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
