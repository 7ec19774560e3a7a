"""What goes into a project from files, and comes out of one again unchanged."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from pnn_studio.app.session.added import run_of_sweep
from pnn_studio.app.session.technologies import Technologies
from pnn_studio.domain.circuit_model import ModelName
from pnn_studio.domain.dataset import DataReference, Dataset
from pnn_studio.domain.design import TrainedDesign
from pnn_studio.domain.family import Family
from pnn_studio.domain.print_process import SHIPPED_PROCESS, PrintProcess
from pnn_studio.domain.project import Project
from pnn_studio.domain.settings import Recipe, Settings
from pnn_studio.errors import UsageError
from pnn_studio.storage.design_file import load_design, save_design
from pnn_studio.storage.project_lock import ProjectLock
from pnn_studio.storage.project_open import create_project, migrate_project, open_project, reading
from pnn_studio.storage.sweep_file import is_sweep, load_sweep, save_sweep


def new_project(
    path: Path,
    dataset: Dataset | None = None,
    print_process: PrintProcess = SHIPPED_PROCESS,
    model: ModelName = "loaded",
) -> Project:
    """Make a project file where there is none, with data if they are given.

    Raises
    ------
    ProjectFileError
        Where there is one, or it cannot be written.
    """
    data = None if dataset is None else dataset.reference
    settings = Settings(Recipe(data=data, print_process=print_process, model=model))
    project = Project(steps=(settings,), datasets=() if dataset is None else (dataset,))
    create_project(path, project).close()
    return project


def add_files(
    path: Path, files: list[Path], load: Callable[[DataReference], Dataset | None] | None = None
) -> tuple[tuple[str, ...], Path | None]:
    """Put sweep and design files into a project, all or none.

    Parameters
    ----------
    path : Path
        Project.
    files : list of Path
        What is put into it.
    load : callable, optional
        Loads data that the project does not hold yet, None where that cannot be done: the window
        shows voltages of designs only with their data.

    Returns
    -------
    names : tuple of str
        What they are called in there: ``run-1``, ``design-1`` ...
    original : Path or None
        Copy of a project of an older version.

    Raises
    ------
    ProjectFileError
        Where the project is open in a window, or a file is neither a sweep nor a design.
    """
    items = [load_item(each) for each in files]
    lock = ProjectLock(path)
    try:
        with open_project(path, writable=True) as file:
            before = file.read()
            original = migrate_project(file, before)
            project, names = before, []
            for item in items:
                project, name = _with_item(project, item)
                names.append(name)
                project = _with_data(project, item.data, load)
            file.write(project, before)
    finally:
        lock.release()
    return tuple(names), original


def load_item(path: Path) -> Family | TrainedDesign:
    """Read a sweep or a design file, whichever it is."""
    if is_sweep(path):
        return load_sweep(path)
    return load_design(path)


def _with_item(project: Project, item: Family | TrainedDesign) -> tuple[Project, str]:
    if isinstance(item, TrainedDesign):
        return (
            replace(project, designs=(*project.designs, item)),
            f"design-{len(project.designs) + 1}",
        )
    runs = (*project.runs, run_of_sweep(item, project.settings.recipe))
    return replace(project, runs=runs), f"run-{len(runs)}"


def _with_data(
    project: Project,
    reference: DataReference,
    load: Callable[[DataReference], Dataset | None] | None,
) -> Project:
    if load is None or any(each.reference == reference for each in project.datasets):
        return project
    found = load(reference)
    if found is None or found.reference != reference:
        return project
    return replace(project, datasets=(*project.datasets, found))


def extract(path: Path, name: str, out: Path) -> None:
    """Write a run or a design of a project to a file of its own.

    Parameters
    ----------
    path : Path
        Project.
    name : str
        ``run-1`` for a sweep file, ``design-1`` for a design file; as `add_files` calls them.
    out : Path
        File to write.

    Raises
    ------
    UsageError
        Where there is nothing of that name.
    """
    if out.exists() and path.exists() and out.samefile(path):
        raise UsageError(f"{out} is read, and would be overwritten; give another --out.")
    with reading(path) as file:
        project = file.read()
    items: dict[str, Family | TrainedDesign] = {
        f"design-{number}": design for number, design in enumerate(project.designs, start=1)
    }
    for number, run in enumerate(project.runs, start=1):
        if run.family is not None:
            items[f"run-{number}"] = run.family
    item = items.get(name)
    if item is None:
        there = f"there are {', '.join(sorted(items))}" if items else "it holds none yet"
        raise UsageError(f"{path} holds no {name!r:.40}; {there}.")
    if isinstance(item, TrainedDesign):
        save_design(out, item)
    else:
        save_sweep(out, item)


def chosen_data(path: Path) -> tuple[Recipe, Dataset]:
    """Return what is chosen in a project, and the samples of its data.

    Raises
    ------
    ProjectFileError, UsageError
        Where it cannot be read, or no data are chosen in it.
    """
    with reading(path) as file:
        project = file.read()
    for each in project.datasets:
        if each.reference == project.settings.recipe.data:
            return project.settings.recipe, each
    raise UsageError(f"No data are chosen in {path}; open it and choose some, or name a data set.")


def project_summary(path: Path) -> dict[str, Any]:
    """Summarise a project as ``project info --json`` prints it."""
    with reading(path) as file:
        project, version = file.read(), file.version
    recipe, shown = project.settings.recipe, project.settings.shown
    return {
        "file": str(path),
        "version": version,
        "data": [
            {
                "title": each.title,
                "source": each.reference.source,
                "fingerprint": each.reference.fingerprint,
                "samples": len(each.classes),
                "inputs": len(each.input_names),
                "classes": len(each.class_names),
            }
            for each in project.datasets
        ],
        "settings": {
            "data": recipe.data.source if recipe.data else None,
            "hidden": list(recipe.hidden),
            "technology": recipe.print_process.technology,
            "surrogates": recipe.print_process.surrogates or None,
            "largest_r_ohm": recipe.print_process.largest_r,
            "crossbar": recipe.crossbar,
            "circuits": recipe.sharing,
            "model": Technologies().model_of(recipe),
            "alpha": shown.alpha,
        },
        "undo": project.current,
        "redo": len(project.steps) - project.current - 1,
        "runs": [
            {
                "name": f"run-{number}",
                "title": run.head.title,
                "state": run.head.state,
                "designs": run.head.plan.designs,
                "model": run.head.plan.model,
                "trained": run.family is not None,
            }
            for number, run in enumerate(project.runs, start=1)
        ],
        "designs": [
            {
                "name": f"design-{number}",
                "title": f"{design.data.title} {design.layout}",
                "model": design.model,
                "alpha": design.alpha,
                "seed": design.seed,
            }
            for number, design in enumerate(project.designs, start=1)
        ],
        "checks": len(project.checks),
        "pins": len(shown.pins),
    }


def check_project(path: Path) -> dict[str, Any]:
    """Have every page, reference and value of a project checked.

    Raises
    ------
    ProjectFileError
        With the first thing that is wrong.
    """
    with reading(path) as file:
        file.check_integrity()
        project, version = file.read(), file.version
    return {
        "file": str(path),
        "version": version,
        "intact": True,
        "data": len(project.datasets),
        "runs": len(project.runs),
        "designs": len(project.designs),
    }
