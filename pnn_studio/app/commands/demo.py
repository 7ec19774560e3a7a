"""The demo: iris from data to a design that works in ngspice, exported, without asking anything."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pnn_studio.app.analysis import summaries
from pnn_studio.app.analysis.design_choice import design95
from pnn_studio.app.analysis.front_check import FrontCheck
from pnn_studio.app.commands.check import check_design
from pnn_studio.app.commands.exporting.export import Told, export_design
from pnn_studio.app.commands.front_run import check_front
from pnn_studio.app.commands.models import load_models
from pnn_studio.app.commands.own_data import load_data
from pnn_studio.app.commands.train import OnRecord, train_family, with_model
from pnn_studio.circuit.ngspice import find_ngspice
from pnn_studio.domain.circuit_model import ModelName, model_for
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


def run(folder: Path, on_record: OnRecord, model: ModelName | None = None) -> DemoResult:
    """Train iris, take the design of 95 % of the accuracy, check it and write every format.

    The design is chosen by validation samples. The rest of the front is checked after it.

    Parameters
    ----------
    folder : Path
        Where the files go.
    on_record : callable
        Told how the training goes, as by `train_family`.
    model : str, optional
        Circuit model; that of new work unless given.

    Raises
    ------
    PnnError
        Where a step fails; nothing is left undone silently.
    """
    make_folder(folder)
    find_ngspice()  # asked before any training
    models = load_models()
    dataset = load_data("iris", models.technology)
    layout = Layout(dataset.voltages.shape[1], (3,), len(dataset.class_names))
    plan = FamilyPlan.grid(layout, _ALPHAS, _SEEDS, Schedule())
    technology = models.technology
    plan = with_model(plan, model or model_for("loaded", technology), technology)
    family = train_family(plan, dataset, models, on_record)
    index = design95(family)
    if index is None:
        raise PnnError("Every design diverged; please report this with your versions.")
    design = family.design(index)
    verification = check_design(design, technology, dataset)
    names = {each.id: f"iris{each.endings[0]}" for each in EXPORTS.values()}
    names["csv"] = "iris-parts.csv"
    told = Told(verification=verification)
    files: list[Path] = []
    for file_format, name in names.items():
        path = folder / name
        files += export_design(design, technology, file_format, path, dataset=dataset, told=told)
    save_sweep(folder / "iris-sweep.npz", family)
    report = summaries.json_text(summaries.check_summary(design, verification))
    write_atomically(folder / "iris-check.json", report.encode())
    files += [folder / "iris-sweep.npz", folder / "iris-check.json"]
    front = check_front(family, technology, dataset)
    return DemoResult(folder, tuple(files), front, design, verification)
