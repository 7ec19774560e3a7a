"""Measures how far the exact solve is from ngspice, on designs trained for the paper's data sets.

For each data set and structure: designs of three alphas and three seeds, as they are printed and
printed as low-ohmic as the technology allows, over the test split, flat in ngspice.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from pnn_studio.app.analysis.family_plan import with_model
from pnn_studio.app.commands.models import load_models
from pnn_studio.app.commands.own_data import load_data
from pnn_studio.app.commands.train import train_family
from pnn_studio.circuit.check import dissipated
from pnn_studio.circuit.network import check_netlist
from pnn_studio.circuit.ngspice import run_netlist
from pnn_studio.circuit.wiring import wire_up
from pnn_studio.domain.design import TrainedDesign
from pnn_studio.domain.run import FamilyPlan, Schedule
from pnn_studio.domain.technology import Technology
from pnn_studio.physics.evaluate import evaluate_design
from tests.benchmark.data import SHARED, versions
from tests.benchmark.engine import layout_of

ALPHAS, SEEDS = (0.0, 0.5, 0.9), 3
# volt between the two largest outputs from which on a decision is no matter of the last digits
MARGIN = 1e-3
TIMEOUT_S = 600.0


@dataclass(frozen=True)
class Distance:
    """The exact solve against ngspice, the worst of some designs.

    Attributes
    ----------
    output_v : float
        Largest difference of an output.
    power, part : float
        Largest relative difference of the total power, and of a part as a share of the total.
    decisions : int
        Answers that differ although the margin is above `MARGIN`.
    """

    output_v: float
    power: float
    part: float
    decisions: int


def distance(design: TrainedDesign, technology: Technology, voltages: np.ndarray) -> Distance:
    """Compare one design."""
    signals = run_netlist(check_netlist(design, technology, voltages), TIMEOUT_S).values
    wiring = wire_up(design)
    outputs = np.stack([signals[cell.output.net] for cell in wiring[-1].activations], axis=1)
    power = dissipated(wiring, technology, signals)
    mine = evaluate_design(replace(design, model="loaded"), technology, voltages)
    ordered = np.sort(outputs, axis=1)
    clear = ordered[:, -1] - ordered[:, -2] > MARGIN
    differs = outputs.argmax(axis=1) != mine.outputs.argmax(axis=1)
    parts = [
        abs(getattr(mine.power, name) - getattr(power, name)) / power.total
        for name in ("crossbar", "activation", "negation")
    ]
    return Distance(
        float(np.abs(outputs - mine.outputs).max()),
        abs(mine.power.total - power.total) / power.total,
        max(parts),
        int((differs & clear).sum()),
    )


def low_ohmic(design: TrainedDesign, technology: Technology) -> TrainedDesign:
    """Print the same so that the most conductive resistor of all is as conductive as it may be."""
    most = max(layer.conductances(design.g_min).max() for layer in design.layers)
    return replace(design, g_min=design.g_min * technology.g_max / most)


def worst(found: Sequence[Distance]) -> Distance:
    """Join distances of several designs."""
    return Distance(
        max(each.output_v for each in found),
        max(each.power for each in found),
        max(each.part for each in found),
        sum(each.decisions for each in found),
    )


def measure(tell: Callable[[str], None]) -> dict[str, object]:
    """Measure all data sets that are here; `tell` gets a line for each."""
    models = load_models()
    technology = models.technology
    results: dict[str, object] = {}
    for path in sorted(SHARED.glob("*.csv")):
        dataset = load_data(str(path), technology)
        volts = dataset.part("test")[0]
        for crossbar in ("modified", "original"):
            layout = replace(layout_of(dataset), crossbar=crossbar)
            seeds = tuple(range(SEEDS)) * len(ALPHAS)
            alphas = tuple(alpha for alpha in ALPHAS for _ in range(SEEDS))
            plan = with_model(FamilyPlan(layout, alphas, seeds, Schedule()), "loaded", technology)
            family = train_family(plan, dataset, models)
            designs = [family.design(index) for index in range(plan.designs)]
            for scale, printed in (
                ("high-ohmic", designs),
                ("low-ohmic", [low_ohmic(each, technology) for each in designs]),
            ):
                found = worst([distance(each, technology, volts) for each in printed])
                results[f"{path.stem}, {crossbar}, {scale}"] = vars(found)
                tell(
                    f"{path.stem}, {crossbar}, {scale}: outputs within {found.output_v * 1e3:.4f} "
                    f"mV, power within {found.power:.1e}, parts {found.part:.1e}, "
                    f"{found.decisions} clear decisions differ"
                )
    return {"designs": results, "versions": versions("torch", "numpy")}
