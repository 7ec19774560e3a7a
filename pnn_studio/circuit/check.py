"""The check of a design: the whole network in ngspice beside its model, node by node."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from pnn_studio.circuit.network import check_netlist
from pnn_studio.circuit.ngspice import find_ngspice, run_netlist, simulator_version
from pnn_studio.circuit.wiring import LayerWiring, wire_up
from pnn_studio.domain.circuit_model import why_not_loaded
from pnn_studio.domain.dataset import Dataset
from pnn_studio.domain.design import Power, TrainedDesign
from pnn_studio.domain.evaluation import Evaluation
from pnn_studio.domain.nodes import NodeNames, nodes_by_net
from pnn_studio.domain.technology import Circuit, Technology
from pnn_studio.domain.verification import NodeError, Verification, samples_to_choose_by
from pnn_studio.errors import DatasetError, NotSolved, SimulationFailed
from pnn_studio.physics.evaluate import evaluate_design, evaluate_unloaded

Signals = Mapping[str, NDArray[np.float64]]


def verify(
    design: TrainedDesign,
    technology: Technology,
    dataset: Dataset,
    *,
    timeout_s: float,
    cancelled: Callable[[], bool] | None = None,
    progress: Callable[[str], None] | None = None,
    samples: Callable[[int], None] | None = None,
    simulator: str = "",
) -> Verification:
    """Simulate a design over the whole test split in one ngspice run and compare every node.

    The same run takes the samples that designs are chosen by (`samples_to_choose_by`), of which the
    accuracy alone is kept.

    Parameters
    ----------
    design : TrainedDesign
        The network, in its own crossbar structure.
    technology : Technology
        The one that it was trained for.
    dataset : Dataset
        The data that it was trained on.
    timeout_s : float
        Time that ngspice may take.
    cancelled : callable or None
        Asked every 50 ms; when it returns True ngspice is killed.
    progress : callable or None
        Told in a few words what begins.
    samples : callable or None
        Told how many samples are simulated, of as many as `samples_of_check` counts.
    simulator : str
        What `simulator_version` says, where that is known already.

    Raises
    ------
    DatasetError
        Where the data are not those of the design.
    TechnologyError
        Where the technology is not that of the design.
    SimulatorMissing
        Where there is no ngspice, or the technology has no transistor.
    SimulationFailed
        Where ngspice fails or takes too long; names sample and node where it does.
    NotSolved
        Where the loaded model has no solution; names design, layer and sample.
    Cancelled
        Where `cancelled` returned True.
    """
    if dataset.voltages.shape[1] != design.layout.inputs:
        raise DatasetError(
            f"The data have {dataset.voltages.shape[1]} inputs, but the design has "
            f"{design.layout.inputs}; choose the data that it was trained on."
        )
    dataset.check_unchanged(design.data)
    voltages, classes = dataset.part("test")
    seen = samples_to_choose_by(dataset)
    driven = np.concatenate([voltages, dataset.voltages[seen]])
    tell = progress or (lambda phase: None)
    tell("writing the netlist")
    netlist = check_netlist(design, technology, driven)
    executable = find_ngspice()
    tell(f"simulating {len(driven)} samples in ngspice")
    try:
        result = run_netlist(
            netlist, timeout_s, cancelled=cancelled, progress=samples, executable=executable
        )
    except SimulationFailed as failure:
        raise _named(failure, design, len(voltages), seen) from failure
    tell("comparing every node")
    signals = {name: values[: len(voltages)] for name, values in result.values.items()}
    evaluated = evaluate_design(design, technology, voltages)
    wiring = wire_up(design)
    model = _signals(wiring, evaluated)
    outputs = [[cell.output.net for cell in layer.activations] for layer in wiring]
    rest = {name: values[len(voltages) :] for name, values in result.values.items()}
    answers = _table(rest, outputs[-1]).argmax(axis=1)
    both = _table(model, model), _table(signals, model)
    return Verification(
        classes=classes,
        nodes=tuple(model),
        model=both[0],
        spice=both[1],
        model_outputs=_table(model, outputs[-1]),
        spice_outputs=_table(signals, outputs[-1]),
        layer_errors=tuple(
            _error(_table(signals, nodes) - _table(model, nodes)) for nodes in outputs
        ),
        model_power=evaluated.power,
        spice_power=dissipated(wiring, technology, signals),
        seconds=result.seconds,
        simulator=simulator or simulator_version(executable, timeout_s),
        seen_accuracy=float(np.mean(answers == dataset.classes[seen])),
        causes=_causes(design, technology, voltages, *both),
    )


def _named(
    failure: SimulationFailed, design: TrainedDesign, tests: int, seen: NDArray[np.int64]
) -> SimulationFailed:
    """Say where ngspice failed as the design and its data call it."""
    if failure.point is None:
        return failure
    point = min(failure.point, tests + len(seen) - 1)
    where = (
        f"test sample {point + 1} of {tests}"
        if point < tests
        else f"sample {seen[point - tests] + 1} of the data"
    )
    node = nodes_by_net(design.layout).get(failure.node)
    name = "" if node is None else f" ({NodeNames.of(design).full(node)})"
    at = f", node {failure.node}{name}" if failure.node else ""
    return SimulationFailed(
        f"ngspice does not converge at {where}{at}: {failure}",
        failure.netlist,
        failure.log,
        failure.point,
        failure.node,
    )


def _causes(
    design: TrainedDesign,
    technology: Technology,
    voltages: NDArray[np.float64],
    model: NDArray[np.float64],
    spice: NDArray[np.float64],
) -> NDArray[np.float64] | None:
    """Take the largest difference of each node of an ideal design apart, see `Cause`."""
    if design.model != "ideal" or why_not_loaded(technology):
        return None
    worst = np.abs(spice - model).argmax(axis=0)
    # few samples are the worst of some node
    samples, row = np.unique(worst, return_inverse=True)
    try:
        loaded = evaluate_design(replace(design, model="loaded"), technology, voltages[samples])
    except NotSolved:
        return None
    unloaded = evaluate_unloaded(design, technology, voltages[samples])
    wiring, nodes = wire_up(design), np.arange(model.shape[1])
    stages = [model[worst, nodes]]
    for evaluation in (unloaded, loaded):
        signals = _signals(wiring, evaluation)
        stages.append(_table(signals, signals)[row, nodes])
    return np.diff([*stages, spice[worst, nodes]], axis=0).T


def dissipated(wiring: tuple[LayerWiring, ...], technology: Technology, signals: Signals) -> Power:
    """Split the simulated power by where it is lost, mean over the samples.

    Parameters
    ----------
    wiring : tuple of LayerWiring
        What is printed.
    technology : Technology
        Gives the rails.
    signals : mapping of str to array
        What `check_netlist` records, each of shape (samples,).

    Returns
    -------
    Power
        Watt. Crossbar: the loss in its resistors. Activation and negation: what rails and inputs
        bring into those circuits, less what leaves from their outputs. By Kirchhoff's laws they sum
        to what all sources deliver.
    """
    voltage = dict(signals) | {"0": np.zeros_like(signals["bias"])}
    drawn = {node: np.zeros_like(volts) for node, volts in voltage.items()}  # by loads, in ampere
    crossbar = 0.0
    for layer in wiring:
        for resistor in layer.resistors:
            across = voltage[resistor.node.net] - voltage[resistor.column.net]
            current = resistor.conductance * across
            drawn[resistor.node.net] += current
            crossbar += float(np.mean(across * current))
        for cell in layer.cells:
            if cell.input_current:
                drawn[cell.input.net] += signals[cell.ref]
    lost = {
        each.kind.role: float(np.mean(_rails_deliver(each, signals)))
        for each in technology.circuits
    }
    for layer in wiring:
        for cell in layer.cells:
            leaves = voltage[cell.output.net] * drawn[cell.output.net]
            lost[cell.role] -= float(np.mean(leaves))
            if cell.input_current:
                enters = voltage[cell.input.net] * signals[cell.ref]
                lost[cell.role] += float(np.mean(enters))
    return Power(crossbar, lost["activation"], lost["negation"])


def _rails_deliver(circuit: Circuit, signals: Signals) -> NDArray[np.float64]:
    """Power out of the two rails of a kind of circuit, shape (samples,)."""
    high, low = signals[f"Vvdd_{circuit.name}"], signals[f"Vvss_{circuit.name}"]
    # a source's current counts from + through the source to -, hence the minus
    return np.asarray(-circuit.vdd * high - circuit.vss * low)


def _signals(wiring: tuple[LayerWiring, ...], evaluation: Evaluation) -> Signals:
    """Voltages of a model by node: per layer the negations, the columns, the activations."""
    model = {}
    for layer, state in zip(wiring, evaluation.layers, strict=True):
        for cell in layer.negations:
            model[cell.output.net] = state.negation_output(cell.line, cell.column)
        for cell in layer.activations:
            model[cell.input.net] = state.columns[:, cell.line]
        for cell in layer.activations:
            model[cell.output.net] = state.outputs[:, cell.line]
    return model


def _table(signals: Signals, names: Iterable[str]) -> NDArray[np.float64]:
    return np.stack([signals[name] for name in names], axis=1)


def _error(difference: NDArray[np.float64]) -> NodeError:
    return NodeError(
        rms=float(np.sqrt(np.mean(difference**2))), max=float(np.max(np.abs(difference)))
    )
