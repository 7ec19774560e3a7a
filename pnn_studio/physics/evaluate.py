"""What one design does over samples, by the model that it was trained with; no torch."""

import numpy as np
from numpy.typing import NDArray

from pnn_studio.domain.cells import CellRole
from pnn_studio.domain.design import TrainedDesign
from pnn_studio.domain.evaluation import CircuitPower, Evaluation, LayerEvaluation
from pnn_studio.domain.operating_point import operating_point
from pnn_studio.domain.technology import Technology
from pnn_studio.errors import NotSolved, TechnologyError
from pnn_studio.physics.loaded.cells import Negation, Ptanh, rising_root
from pnn_studio.physics.loaded.exact import solve
from pnn_studio.physics.loaded.printed import PrintedNetworks
from pnn_studio.physics.loaded.solution import LayerSolution

Array = NDArray[np.float64]

_TOLERANCE = 1e-9


def evaluate_design(
    design: TrainedDesign, technology: Technology | None, voltages: Array
) -> Evaluation:
    """Evaluate every node of a design.

    Parameters
    ----------
    design : TrainedDesign
        The network, with the name of its model: `ideal` by its equations, `loaded` by the exact
        solve of the circuit.
    technology : Technology or None
        The one that it was trained for; the ideal model does without.
    voltages : array, shape (samples, inputs)
        Input voltages.

    Raises
    ------
    NotSolved
        Naming design, layer and sample where the circuit has no solution.
    TechnologyError
        Where the technology states no transistor, which the loaded model needs.
    """
    if design.model == "ideal":
        return operating_point(design, voltages)
    if technology is None:
        raise TechnologyError("A design of the loaded model needs its technology to be evaluated.")
    volts = np.asarray(voltages, dtype=float)
    try:
        solved = solve(PrintedNetworks.of_design(design, technology), technology, volts)
    except NotSolved as lost:
        name = f"the design of alpha {design.alpha:g}, seed {design.seed},"
        raise NotSolved(name, lost.layer, lost.sample, lost.why) from None
    layers = zip(design.layers, solved, strict=True)
    own = design.layout.crossbar == "original"
    return Evaluation(
        tuple(
            _layer(layer.conductances(design.g_min), layer.theta < 0, each, own=own)
            for layer, each in layers
        ),
        "loaded",
    )


def evaluate_unloaded(design: TrainedDesign, technology: Technology, voltages: Array) -> Evaluation:
    """Evaluate a design whose circuits have the curves of their equations, and drive no load.

    Between the ideal model and the circuit: it differs from the one by the form of the curves
    alone, from the other by the load alone. Powers are those of the ideal model.

    Parameters
    ----------
    design, technology, voltages
        As for `evaluate_design`.

    Raises
    ------
    TechnologyError
        Where the technology states no transistor.
    """
    printed = PrintedNetworks.of_design(design, technology)

    def curve(number: int, role: CellRole, volts: Array) -> Array:
        rails = technology.negation if role == "negation" else technology.activation
        low, high = np.full(volts.shape, rails.vss), np.full(volts.shape, rails.vdd)
        if role == "negation":
            negation = Negation(np, technology, printed.components("negation", number)[..., None])
            output = rising_root(np, lambda y: negation.output(y, volts), low, high, _TOLERANCE)
            return np.asarray(output)
        ptanh = Ptanh(np, technology, printed.components("ptanh", number)[..., None])
        middle = rising_root(np, lambda n: ptanh.middle(n, volts), low, high, _TOLERANCE)
        output = rising_root(np, lambda y: ptanh.output(y, middle), low, high, _TOLERANCE)
        return np.asarray(output)

    return operating_point(design, voltages, curve)


def _layer(
    conductances: Array, negative: NDArray[np.bool_], solved: LayerSolution, *, own: bool
) -> LayerEvaluation:
    """Bring what was solved of one design to the axes of an evaluation, the ground row with it."""
    samples = solved.rows.shape[2]
    ground = np.zeros((samples, 1))
    circuits = conductances.shape[1] if own else 1
    outputs = solved.negations[0].reshape(-1, circuits, samples)
    power = solved.negation_power[0].mean(axis=-1).reshape(-1, circuits)
    return LayerEvaluation(
        rows=np.hstack([solved.rows[0].T, ground]),
        negated=np.concatenate(
            [outputs.transpose(2, 0, 1), np.zeros((samples, 1, circuits))], axis=1
        ),
        columns=solved.columns[0].T.copy(),
        outputs=solved.outputs[0].T.copy(),
        conductances=conductances,
        negative=negative,
        circuits=CircuitPower(
            solved.activation_power[0].mean(axis=-1),
            np.concatenate([power, np.zeros((1, circuits))]),
        ),
    )
