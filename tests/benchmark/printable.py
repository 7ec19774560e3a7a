"""Measures what printable values cost: accuracy in ngspice before and after rounding.

For each data set: one design of each of ten seeds at one alpha, as it is trained and in printable
values (E24, 5 µm steps in the shipped technology), over the test split in ngspice.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from pnn_studio.app.analysis.family_plan import with_model
from pnn_studio.app.commands.front_run import check_designs
from pnn_studio.app.commands.models import Models, load_models
from pnn_studio.app.commands.own_data import load_data
from pnn_studio.app.commands.train import train_family
from pnn_studio.app.prints.printable import printable_design
from pnn_studio.domain.dataset import Dataset
from pnn_studio.domain.design import TrainedDesign
from pnn_studio.domain.printable import violations
from pnn_studio.domain.run import FamilyPlan, Schedule
from pnn_studio.domain.verification import Verification
from tests.benchmark.data import SHARED, versions
from tests.benchmark.engine import layout_of

ALPHA, SEEDS = 0.3, 10


@dataclass(frozen=True)
class Cost:
    """What rounding does to the designs of one data set.

    Attributes
    ----------
    before, after : float
        Mean accuracy in ngspice on test samples.
    power_ratio : float
        Mean power after, by that before.
    off_grid : int
        Values of rounded designs that cannot be printed.
    designs : int
        How many ngspice could simulate in both forms.
    """

    before: float
    after: float
    power_ratio: float
    off_grid: int
    designs: int


def simulated(
    designs: Sequence[TrainedDesign], models: Models, dataset: Dataset
) -> dict[int, Verification]:
    """Check all, one after the other of each core; those that fail are left out."""
    makers = {number: lambda it=it: it for number, it in enumerate(designs)}
    found = check_designs(makers, models.technology, dataset)
    return {number: it for number, it in found if isinstance(it, Verification)}


def cost(dataset: Dataset, models: Models) -> Cost:
    """Train, round and simulate the designs of one data set."""
    technology = models.technology
    plan = FamilyPlan(layout_of(dataset), (ALPHA,) * SEEDS, tuple(range(SEEDS)), Schedule())
    family = train_family(with_model(plan, "loaded", technology), dataset, models)
    drawn = [family.design(index) for index in range(plan.designs)]
    rounded = [printable_design(each, technology, dataset) for each in drawn]
    first, second = (simulated(each, models, dataset) for each in (drawn, rounded))
    both = sorted(set(first) & set(second))
    return Cost(
        float(np.mean([first[each].spice_accuracy for each in both])),
        float(np.mean([second[each].spice_accuracy for each in both])),
        float(
            np.mean([second[each].spice_power.total for each in both])
            / np.mean([first[each].spice_power.total for each in both])
        ),
        sum(len(violations(each, technology)) for each in rounded),
        len(both),
    )


def measure(tell: Callable[[str], None]) -> dict[str, object]:
    """Measure all data sets that are here; `tell` gets a line for each."""
    models = load_models()
    results: dict[str, object] = {}
    for path in sorted(SHARED.glob("*.csv"), key=lambda path: path.stat().st_size):
        found = cost(load_data(str(path), models.technology), models)
        results[path.stem] = vars(found)
        tell(
            f"{path.stem}: ngspice {found.before:.4f} -> {found.after:.4f} "
            f"({found.after - found.before:+.4f}), power x {found.power_ratio:.3f}, "
            f"{found.off_grid} values off the grid, {found.designs} designs"
        )
    return {"printable": results, "versions": versions("torch", "numpy")}
