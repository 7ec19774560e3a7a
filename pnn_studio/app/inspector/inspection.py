"""What is known of a selected part of the network: layer, neuron, resistor, circuit."""

from dataclasses import replace

import numpy as np

from pnn_studio.app.inspector.power_breakdown import layer_bars
from pnn_studio.app.inspector.sheet import (
    CircuitFigure,
    CurveFigure,
    Line,
    PowerFigure,
    Row,
    Sheet,
    SheetSection,
    Step,
    Tone,
)
from pnn_studio.app.inspector.subject import Subject
from pnn_studio.app.session.selection import (
    CircuitItem,
    LayerItem,
    NeuronItem,
    ResistorItem,
    node_of,
)
from pnn_studio.domain.cells import CellKind, CircuitName
from pnn_studio.domain.design import Cell, LayerDesign, TrainedDesign
from pnn_studio.domain.layout import Crossbar
from pnn_studio.domain.nodes import column_node
from pnn_studio.domain.technology import Technology
from pnn_studio.domain.units import MINUS, format_si

_CURVE = np.linspace(-1.0, 1.0, 101)
_NOT_EXACTLY = (
    f"The {MINUS}1 in its symbol names its task. The gain of the printed circuit is not exactly "
    f"{MINUS}1, and training reckons with what it is."
)


def _volts(value: float) -> str:
    return format_si(float(value), "V")


def _plural(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def inspect_layer(subject: Subject, item: LayerItem) -> Sheet:
    """Describe a layer, or the inputs."""
    layout, number = subject.layout, item.layer
    if number == 0:
        names = tuple(
            Row((subject.short(0, index), name), item=NeuronItem(0, index))
            for index, name in enumerate(subject.names.input_names)
        )
        return Sheet(
            "Inputs", _plural(layout.inputs, "input"), "from the data",
            (SheetSection("Inputs", head=("", "name"), rows=names),),
        )  # fmt: skip
    rows, columns = layout.shapes[number - 1]
    kicker = "Output layer" if number == subject.last else "Hidden layer"
    sizes = (
        Line("rows, with bias and ground", str(rows)),
        Line(f"neurons, each a {subject.kind(number, 'activation').name}", str(columns)),
        Line("resistor sites", str(rows * columns)),
        Line("circuits are shared", "by the layer" if layout.sharing == "layer" else "by all"),
    )
    sections = [SheetSection("Layout", lines=sizes)]
    design = subject.design
    if design is not None:
        sections += _trained_layer(subject, design, number)
    return Sheet(kicker, subject.names.layer(number), _plural(columns, "neuron"), tuple(sections))


def _trained_layer(subject: Subject, design: TrainedDesign, number: int) -> list[SheetSection]:
    layer = design.layers[number - 1]
    rows, columns = layer.theta.shape
    modified = layer.negations("modified")
    parts = (
        Line("crossbar resistors", f"{int(layer.printed.sum())} of {rows * columns}"),
        Line(f"{layer.kind('activation').name} circuits", str(columns)),
        Line("negations, modified", f"{modified} of {rows - 1}"),
        Line("negations, original", str(layer.negations("original"))),
        Line("transistors", str(_transistors(layer, design.layout.crossbar))),
    )
    sections = [SheetSection("Components", lines=parts)]
    state = subject.state(number)
    if state is not None:
        power = state.power
        model = design.model
        figure = PowerFigure(power, layer_bars(subject, design, number), model, model)
        total = format_si(power.total, "W")
        sections.append(SheetSection("Power", total, figure=figure, source=model))
    return sections


def inspect_neuron(subject: Subject, item: NeuronItem) -> Sheet:
    """Describe a neuron by the resistors of its column, or an input, bias or ground by its row."""
    size = subject.layout.sizes[item.layer]
    if item.layer == 0 or item.index >= size:
        return _row_sheet(subject, item)
    kicker = "Output" if item.layer == subject.last else f"Neuron in layer {item.layer}"
    title, note = subject.name(item.layer, item.index), f"column {item.index}"
    design = subject.design
    if design is None:
        rows, _ = subject.layout.shapes[item.layer - 1]
        sites = Line("resistor sites in its column", str(rows))
        text = "Training decides which of them are printed, and their values."
        return Sheet(kicker, title, note, (SheetSection("Layout", lines=(sites,), text=text),))
    layer = design.layers[item.layer - 1]
    activation = _activation(subject, layer, item)
    sections = [_column_section(subject, design, item), _of(design.model, activation)]
    cell, kind = layer.activation, layer.kind("activation")
    watts = subject.circuit_power(design, item.layer).of("activation", item.index)
    resistors = [part.name for part in kind.resistors]
    values = (
        Line(f"{kind.name} {', '.join(resistors)}",
             ", ".join(format_si(cell.omega[each], "Ω") for each in resistors)),
        Line("power of the circuit", format_si(watts, "W"), source=design.model),
    )  # fmt: skip
    circuit = CircuitItem(item.layer, "activation", item.index)
    steps = (Step(f"Open its {kind.name}", "schematic", circuit),)
    return Sheet(kicker, title, note, (*sections, SheetSection(lines=values)), steps)


def _column_section(subject: Subject, design: TrainedDesign, item: NeuronItem) -> SheetSection:
    layer, column = design.layers[item.layer - 1], item.index
    theta, g = layer.theta[:, column], layer.conductances(design.g_min)[:, column]
    state = subject.state(item.layer)
    total = float(np.abs(theta).sum())
    rows = []
    for row, value in enumerate(theta):
        name = subject.name(item.layer - 1, row)
        place = ResistorItem(item.layer, row, column)
        if value == 0:
            rows.append(Row((f"   {name}", "", "", "not printed"), "muted", place))
            continue
        tone: Tone = "negative" if value < 0 else "positive"
        power = ""
        if state is not None:
            power = format_si(float(state.resistor_power[row, column]), "W")
        cells = (
            f"{MINUS if value < 0 else '+'} {name}",
            f"{abs(value) / total:.3f}",
            format_si(1 / float(g[row]), "Ω"),
            power,
        )
        rows.append(Row(cells, tone, place))
    printed = f"{int((theta != 0).sum())} of {len(theta)} printed"
    head = ("from", "weight", "R", "P")
    # of all its columns only the power is of a model
    source = design.model if state is not None else ""
    return SheetSection("Column resistors", printed, head=head, rows=tuple(rows), source=source)


def _activation(subject: Subject, layer: LayerDesign, item: NeuronItem) -> SheetSection:
    state, sample = subject.state(item.layer), subject.sample
    curve = layer.activation.tanh(_CURVE)
    if state is None:
        nothing = np.zeros(0)
        figure = CurveFigure(_CURVE, curve, nothing, nothing, -1, "column voltage z, V")
        return SheetSection("Activation", figure=figure)
    z, out = state.columns[:, item.index], state.outputs[:, item.index]
    figure = CurveFigure(_CURVE, curve, z, out, sample, "column voltage z, V")
    lines = (
        Line(f"z, sample {sample + 1}", _volts(z[sample])),
        Line(f"output, sample {sample + 1}", _volts(out[sample])),
    )
    return SheetSection("Activation", f"{len(z)} test samples", figure, lines)


def _of(model: str, section: SheetSection) -> SheetSection:
    """Say that all figures of a section are of a model."""
    lines = tuple(replace(line, source=model) for line in section.lines)
    return replace(section, lines=lines, source=model)


def _row_sheet(subject: Subject, item: NeuronItem) -> Sheet:
    size, layer_number = subject.layout.sizes[item.layer], item.layer + 1
    kicker = "Input" if item.layer == 0 else f"Row of layer {layer_number}"
    if item.index >= size:
        kicker = f"Supply row of layer {layer_number}"
    title = subject.name(item.layer, item.index)
    design = subject.design
    if design is None or layer_number > subject.last:
        return Sheet(kicker, title, f"row {item.index}")
    layer = design.layers[layer_number - 1]
    g = layer.conductances(design.g_min)[item.index]
    state, sample = subject.state(layer_number), subject.sample
    lines = []
    if state is not None:
        volts = _volts(state.rows[sample, item.index])
        lines.append(Line(f"voltage, sample {sample + 1}", volts, source=design.model))
        if item.index in layer.negated_rows:
            negated = _volts(state.negation_output(item.index)[sample])
            lines.append(Line("negated", negated, "negative", design.model))
    rows = []
    for column, value in enumerate(layer.theta[item.index]):
        place = ResistorItem(layer_number, item.index, column)
        name = subject.name(layer_number, column)
        if value == 0:
            rows.append(Row((f"   {name}", "", "not printed"), "muted", place))
            continue
        share = abs(value) / float(np.abs(layer.theta[:, column]).sum())
        sign = MINUS if value < 0 else "+"
        cells = (f"{sign} {name}", f"{share:.3f}", format_si(1 / float(g[column]), "Ω"))
        rows.append(Row(cells, "negative" if value < 0 else "positive", place))
    printed = f"{int(layer.printed[item.index].sum())} of {len(rows)} printed"
    sections = [SheetSection(lines=tuple(lines))] if lines else []
    head = ("to", "weight", "R")
    sections.append(SheetSection("Row resistors", printed, head=head, rows=tuple(rows)))
    steps: tuple[Step, ...] = ()
    if item.index in layer.negated_rows and design.layout.crossbar == "modified":
        circuit = CircuitItem(layer_number, "negation", item.index)
        steps = (Step("Open its negation", "schematic", circuit),)
    return Sheet(kicker, title, f"row {item.index}", tuple(sections), steps)


def inspect_resistor(subject: Subject, item: ResistorItem) -> Sheet:
    """Describe a place of a crossbar resistor."""
    kicker = f"Resistor in layer {item.layer}"
    title = subject.names.resistor(item.layer, item.row, item.column)
    design = subject.design
    if design is None:
        return Sheet(kicker, title, "", (SheetSection(text=subject.untrained),))
    layer = design.layers[item.layer - 1]
    theta = float(layer.theta[item.row, item.column])
    if theta == 0:
        text = "Training left this resistor out: it costs neither area nor power."
        return Sheet(kicker, title, "not printed", (SheetSection(text=text),))
    g = float(layer.conductances(design.g_min)[item.row, item.column])
    weight = abs(theta) / float(np.abs(layer.theta[:, item.column]).sum())
    values = (
        Line("resistance", format_si(1 / g, "Ω")),
        Line("conductance", format_si(g, "S")),
        Line("weight in its column", f"{weight:.3f}"),
        Line("sign", f"{MINUS}, negated row" if theta < 0 else "+, plain row",
             "negative" if theta < 0 else "positive"),
        Line("theta, as learned", f"{theta:.3f}".replace("-", MINUS)),
    )  # fmt: skip
    sections = [SheetSection("Values", lines=values)]
    state, sample = subject.state(item.layer), subject.sample
    if state is not None:
        place = item.row, item.column
        mean = float(state.resistor_power[place])
        lines = (
            Line("at the row", _volts(state.row_end(*place)[sample])),
            Line(
                f"at column {_column_name(subject, item.layer, item.column)}",
                _volts(state.columns[sample, item.column]),
            ),
            Line("across", _volts(state.across(*place)[sample])),
            Line("current", format_si(float(state.current(*place)[sample]), "A")),
            Line("power", format_si(float(state.dissipated(*place)[sample]), "W")),
            Line("power, mean", format_si(mean, "W")),
        )
        sections.append(_of(design.model, SheetSection(f"Sample {sample + 1}", lines=lines)))
    steps = (Step("Show in Schematic", "schematic", item), Step("Show in Layout", "layout", item))
    return Sheet(kicker, title, "", tuple(sections), steps)


def _column_name(subject: Subject, layer: int, column: int) -> str:
    return subject.names.short(column_node(layer, column))


def _transistors(layer: LayerDesign, crossbar: Crossbar) -> int:
    """Count the transistors of a layer."""
    activations = int(layer.theta.shape[1]) * len(layer.kind("activation").transistors)
    return activations + layer.negations(crossbar) * len(layer.kind("negation").transistors)


def _part_values(kind: CellKind, cell: Cell) -> tuple[tuple[str, str], ...]:
    """Write resistances, and W/L of each transistor in µm, by the names of the parts."""
    omega = cell.omega
    values = [(part.name, format_si(omega[part.name], "Ω")) for part in kind.resistors]
    for part in kind.transistors:
        width, length = omega[part.width] * 1e6, omega[part.length] * 1e6
        values.append((part.name, f"{width:.3g}/{length:.3g}"))
    return tuple(values)


def inspect_circuit(subject: Subject, item: CircuitItem) -> Sheet:
    """Open a nonlinear circuit into its transistors and resistors."""
    design, role = subject.design, item.circuit
    activates, kind = role == "activation", subject.kind(item.layer, role)
    kicker = f"Circuit in layer {item.layer}"
    title = subject.cell(item.layer, role, item.index, item.column)
    if design is None:
        return Sheet(kicker, title, "", (SheetSection(text=subject.untrained),))
    layer = design.layers[item.layer - 1]
    cell = layer.cell(role)
    values = _part_values(kind, cell)
    watts = subject.circuit_power(design, item.layer).of(role, item.index, item.column)
    state, sample = subject.state(item.layer), subject.sample
    low, high, opened = "", "", SheetSection()
    if state is not None:
        opened = SheetSection(f"Sample {sample + 1}", source=design.model)
        low = _volts((state.columns if activates else state.rows)[sample, item.index])
        negated = state.negation_output(item.index, item.column)
        high = _volts((state.outputs[:, item.index] if activates else negated)[sample])
    names, output = subject.names, node_of(item)
    assert output is not None
    into = column_node(item.layer, item.index) if activates else names.row(item.layer, item.index)
    figure = CircuitFigure(
        kind,
        values,
        _rails(subject.technology, kind.name),
        (names.short(into), low),
        (names.short(output), high),
    )
    shared = design.layout.sharing == "layer"
    sized = {part.name for part in kind.transistors}
    lines = tuple(
        Line(f"{name}, W/L" if name in sized else name,
             f"{text.replace('/', ' µm / ')} µm" if name in sized else text)
        for name, text in values
    )  # fmt: skip
    sections = (
        replace(opened, figure=figure, text="" if activates else _NOT_EXACTLY),
        SheetSection(
            "Values",
            f"shared by the {kind.name}s of its layer" if shared else f"shared by all {kind.name}s",
            lines=(*lines, Line("power", format_si(watts, "W"), source=design.model)),
        ),
        SheetSection(f"Components of layer {item.layer}", lines=_counts(design, item.layer)),
    )
    steps = (Step("Show in Layout", "layout", item), Step("Show in Schematic", "schematic", item))
    return Sheet(kicker, title, _plural(len(kind.transistors), "transistor"), sections, steps)


def _rails(technology: Technology | None, kind: CircuitName) -> tuple[str, str]:
    if technology is None:
        return "vdd", "vss"
    circuit = technology.circuit(kind)
    return (
        f"{circuit.vdd:+g} V".replace("-", MINUS),
        f"{circuit.vss:+g} V".replace("-", MINUS),
    )


def _counts(design: TrainedDesign, number: int) -> tuple[Line, ...]:
    layer, layout = design.layers[number - 1], design.layout
    rows, columns = layer.theta.shape
    negations, most = layer.negations(layout.crossbar), layout.most_negations[number - 1]
    return (
        Line("crossbar resistors", f"{int(layer.printed.sum())} of {rows * columns}"),
        Line(f"{layer.kind('activation').name} circuits", str(columns)),
        Line("negation circuits", f"{negations} of {most}"),
        Line("transistors", str(_transistors(layer, layout.crossbar))),
    )
