"""The demo: iris from data to a design that ngspice picks, exported, without asking anything."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pnn_studio.app.analysis import summaries
from pnn_studio.app.analysis.front_check import FrontCheck
from pnn_studio.app.commands.export import export_design
from pnn_studio.app.commands.front_run import check_front
from pnn_studio.app.commands.models import load_models
from pnn_studio.app.commands.own_data import load_data
from pnn_studio.app.commands.train import OnRecord, train_family
from pnn_studio.circuit.ngspice import find_ngspice
from pnn_studio.domain.design import TrainedDesign
from pnn_studio.domain.formats import EXPORTS
from pnn_studio.domain.layout import Layout
from pnn_studio.domain.run import FamilyPlan, Schedule
from pnn_studio.domain.verification import Verification
from pnn_studio.errors import PnnError
from pnn_studio.storage.files import make_folder, write_atomically
from pnn_studio.storage.sweep_file import save_sweep

_ALPHAS, _SEEDS = 11, 3
DESIGNS = _ALPHAS * _SEEDS


@dataclass(frozen=True, eq=False)
class DemoResult:
    """What the demo made."""

    folder: Path
    files: tuple[Path, ...]
    front: FrontCheck
    design: TrainedDesign
    verification: Verification

    def summary(self) -> dict[str, Any]:
        """Summarise as ``demo --json`` prints it."""
        return {
            "files": [str(path) for path in self.files],
            "sweep": summaries.sweep_summary(self.front.family),
            "front": summaries.front_summary(self.front),
            "design": summaries.design_summary(self.design),
            "check": summaries.check_summary(self.design, self.verification),
        }


def run(folder: Path, on_record: OnRecord) -> DemoResult:
    """Train iris, check its front, take the design that ngspice picks and write every format.

    Raises
    ------
    PnnError
        Where a step fails; nothing is left undone silently.
    """
    make_folder(folder)
    find_ngspice()  # asked before a quarter of a minute of training
    models = load_models()
    dataset = load_data("iris", models.technology)
    layout = Layout(dataset.voltages.shape[1], (3,), len(dataset.class_names))
    plan = FamilyPlan.grid(layout, _ALPHAS, _SEEDS, Schedule())
    family = train_family(plan, dataset, models, on_record)
    front = check_front(family, models.technology, dataset)
    if front.design is None:
        raise PnnError("ngspice simulated no design; please report this with your versions.")
    design, verification = family.design(front.design), front.checked[front.design]
    names = {each.id: f"iris{each.endings[0]}" for each in EXPORTS.values()}
    names["csv"] = "iris-parts.csv"
    for file_format, name in names.items():
        export_design(design, models.technology, file_format, folder / name, dataset=dataset)
    save_sweep(folder / "iris-sweep.npz", family)
    report = summaries.json_text(summaries.check_summary(design, verification))
    write_atomically(folder / "iris-check.json", report.encode())
    written = (*names.values(), "iris-sweep.npz", "iris-check.json")
    files = tuple(folder / name for name in written)
    return DemoResult(folder, files, front, design, verification)
