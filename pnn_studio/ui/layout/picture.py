"""Where everything of a layout is drawn: a pure value, made anew at every edit."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Literal

import numpy as np

from pnn_studio.app.session.technologies import input_range
from pnn_studio.domain.dataset import Dataset
from pnn_studio.domain.design import LayerDesign, TrainedDesign
from pnn_studio.domain.evaluation import Evaluation
from pnn_studio.domain.layout import Layout
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
class Node:
    """An input, a neuron, a supply row, or the sign that some are not drawn.

    `negated` says that the row has a negation circuit (modified crossbar); `curve` is the ptanh
    over -1..1 V; `largest` marks the output that decides.
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

    nodes: tuple[Node, ...]
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
    names: Mapping[str, str] = MappingProxyType({}),
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
    names : mapping of str to str
        Names that layers (``1``) and neurons (``1.0``) were given.
    technology : Technology, optional
        Gives the voltages of inputs and bias; without one they are not written.
    """
    sizes = layout.sizes
    spans = []
    for stage, count in enumerate(sizes):
        pitch, _ = _pitch(count, stage)
        spans.append((len(_drawn(count)) - 1) * pitch)
    tallest = max(spans)
    bias_y = _TOP + tallest + 102
    ground_y = bias_y + 42
    nodes: list[Node] = []
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
                nodes.append(Node("gap", stage, -1, x, y, 0.0, "", more))
                continue
            here[index] = (x, y, radius)
            node = _node(layout, dataset, design, evaluation, sample, (stage, index), here[index])
            given = names.get(f"{stage}.{index}") if node.kind == "neuron" else None
            nodes.append(replace(node, name=given, short=given) if given else node)
        if stage < last:
            here[count], here[count + 1] = (x, bias_y, 14.0), (x, ground_y, 14.0)
            bias = technology.bias if technology else None
            nodes.extend(_supplies(layout, design, stage, bias, here[count], here[count + 1]))
        places.append(here)
        volts = input_range(technology) if technology else ""
        column = _column(layout, design, stage, volts, x, top + spans[stage] + 62)
        given = names.get(f"{stage}") if 0 < stage < last else None
        columns.append(replace(column, title=given) if given else column)
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
    layout: Layout,
    dataset: Dataset,
    design: TrainedDesign | None,
    evaluation: Evaluation | None,
    sample: int,
    place: tuple[int, int],
    at: tuple[float, float, float],
) -> Node:
    stage, index = place
    last = len(layout.sizes) - 1
    negated = _has_negation(layout, design, stage, index)
    layers = evaluation.layers if evaluation is not None else ()
    if stage == 0:
        volts = format_si(float(layers[0].rows[sample, index]), "V") if layers else ""
        name = dataset.input_names[index]
        return Node("input", stage, index, *at, f"x{index}", name, volts, negated)
    curve: tuple[float, ...] = ()
    if design is not None:
        cell = design.layers[stage - 1].ptanh
        curve = tuple(float(v) for v in cell.tanh(np.linspace(-1.0, 1.0, _CURVE_POINTS)))
    volts, largest = "", False
    if layers:
        outputs = layers[stage - 1].outputs[sample]
        volts = format_si(float(outputs[index]), "V")
        largest = stage == last and int(np.argmax(outputs)) == index
    if stage == last:
        name = dataset.class_names[index]
        return Node("output", stage, index, *at, f"y{index}", name, volts, False, curve, largest)
    short = f"h{index}" if last == 2 else f"h{stage}.{index}"  # noqa: PLR2004 - one hidden layer
    return Node("neuron", stage, index, *at, short, short, volts, negated, curve)


def _supplies(
    layout: Layout,
    design: TrainedDesign | None,
    stage: int,
    bias_v: float | None,
    bias: tuple[float, float, float],
    ground: tuple[float, float, float],
) -> tuple[Node, Node]:
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
        Node("bias", stage, rows, *bias, volts, names[0], "", negated),
        Node("ground", stage, rows + 1, *ground, "0 V", names[1]),
    )


def _column(
    layout: Layout, design: TrainedDesign | None, stage: int, volts: str, x: float, foot: float
) -> Column:
    last = len(layout.sizes) - 1
    if stage == 0:
        told = f"{volts}, rows of layer 1" if volts else "rows of layer 1"
        return Column(stage, x, "Inputs", told, foot, resizable=False)
    rows, columns = layout.shapes[stage - 1]
    sites = rows * columns
    title = f"Layer {stage}, outputs" if stage == last else f"Layer {stage}"
    if design is None:
        subtitle = f"{columns} ptanh, {sites} resistor sites"
    else:
        printed = int(design.layers[stage - 1].printed.sum())
        subtitle = f"{columns} ptanh, {printed} of {sites} resistors"
    return Column(stage, x, title, subtitle, foot, resizable=stage < last)


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
