"""What burns the power of a design: every circuit and every resistor by itself."""

from collections.abc import Iterable

import numpy as np

from pnn_studio.app.inspector.sheet import Burner, PowerBar
from pnn_studio.app.inspector.subject import Subject
from pnn_studio.app.session.selection import CircuitItem, LayerItem, ResistorItem
from pnn_studio.domain.design import TrainedDesign
from pnn_studio.domain.evaluation import LayerEvaluation
from pnn_studio.domain.units import format_si

_MOST = 48  # resistors that have a segment of their own


def circuit_burners(subject: Subject, design: TrainedDesign, number: int) -> tuple[Burner, ...]:
    """List the negation and activation circuits of layer `number` (from 1) with their power."""
    watts = subject.circuit_power(design, number)
    negations = [
        Burner(
            subject.cell(number, "negation", row, column),
            "negation",
            watts.of("negation", row, column),
            CircuitItem(number, "negation", row, column),
        )
        for row, column in _negations(design, number)
    ]
    activations = [
        Burner(
            subject.cell(number, "activation", column),
            "activation",
            watts.of("activation", column),
            CircuitItem(number, "activation", column),
        )
        for column in range(len(watts.activation))
    ]
    return (*negations, *activations)


def _negations(design: TrainedDesign, number: int) -> Iterable[tuple[int, int | None]]:
    layer = design.layers[number - 1]
    if design.layout.crossbar == "modified":
        return ((row, None) for row in layer.negated_rows)
    return ((int(row), int(column)) for row, column in np.argwhere(layer.negated))


def resistor_burners(
    subject: Subject, design: TrainedDesign, number: int, state: LayerEvaluation
) -> tuple[Burner, ...]:
    """List the printed resistors of layer `number`, the largest power first, small ones as one."""
    watts = state.resistor_power
    places = np.argwhere(design.layers[number - 1].printed)
    power = watts[tuple(places.T)]
    order = np.argsort(-power, kind="stable")
    burners = [
        Burner(
            f"resistor {subject.short(number - 1, row)} to {subject.short(number, column)}",
            "crossbar",
            float(watts[row, column]),
            ResistorItem(number, row, column),
        )
        for row, column in places[order[:_MOST]].tolist()
    ]
    rest = order[_MOST:]
    if len(rest):
        name = f"{len(rest)} more resistors"
        burners.append(Burner(name, "crossbar", float(power[rest].sum()), None))
    return tuple(burners)


def layer_burners(subject: Subject, design: TrainedDesign, number: int) -> tuple[Burner, ...]:
    """List the circuits of a layer, and its crossbar as one where its voltages are known."""
    circuits = circuit_burners(subject, design, number)
    state = subject.state(number)
    if state is None:
        return circuits
    count = int(design.layers[number - 1].printed.sum())
    crossbar = state.power.crossbar
    name = f"crossbar of layer {number}, {count} resistors"
    return (*circuits, Burner(name, "crossbar", crossbar, LayerItem(number)))


def design_bars(subject: Subject, design: TrainedDesign) -> tuple[PowerBar, ...]:
    """Draw a bar for each layer, all on one scale, with a segment for each circuit."""
    layers = [layer_burners(subject, design, number) for number in range(1, len(design.layers) + 1)]
    names = [f"layer {number}" for number in range(1, len(layers) + 1)]
    if subject.evaluation is None:
        crossbar = design.metrics.power.crossbar
        layers.append((Burner("all crossbars", "crossbar", crossbar, None),))
        names.append("crossbars")
    totals = [sum(each.watts for each in layer) for layer in layers]
    largest = max(*totals, 1e-30)
    return tuple(
        PowerBar(name, format_si(total, "W"), layer, max(total, 0.0) / largest)
        for name, total, layer in zip(names, totals, layers, strict=True)
    )


def layer_bars(subject: Subject, design: TrainedDesign, number: int) -> tuple[PowerBar, ...]:
    """Draw a bar of the circuits of a layer, and one of its resistors on a scale of its own."""
    bars = [("circuits", circuit_burners(subject, design, number))]
    state = subject.state(number)
    if state is not None:
        bars.append(("resistors", resistor_burners(subject, design, number, state)))
    return tuple(
        PowerBar(name, format_si(sum(each.watts for each in burners), "W"), burners)
        for name, burners in bars
    )
