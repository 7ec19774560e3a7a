"""``project new``, ``info``, ``check``, ``add`` and ``extract``."""

from pathlib import Path
from typing import Any

import click

from pnn_studio.app.cli import options
from pnn_studio.app.cli.import_choices import import_choices
from pnn_studio.domain.circuit_model import (
    MODELS,
    ModelName,
    check_model,
    model_for,
    why_not_loaded,
)
from pnn_studio.domain.dataset import SHIPPED_DATASETS, DataReference, Dataset
from pnn_studio.domain.importing import ImportOptions
from pnn_studio.domain.print_process import PrintProcess
from pnn_studio.domain.settings import Recipe
from pnn_studio.domain.technology import DEFAULT_TECHNOLOGY
from pnn_studio.storage.files import check_writable


@click.group(no_args_is_help=False)  # what is missing is told in one line, as everywhere
def project() -> None:
    """Make a project file, look into it, put sweeps and designs in and take them out."""


@project.command()
@click.argument("file", type=options.FILE)
@click.option("--data", default="", metavar="DATA", help="Data to begin with, as for train.")
@click.option("--label", metavar="COLUMN", help="Label column of a file.")
@click.option("--split-seed", type=options.SEEDS, default=0, help="Seed of the split [0].")
@import_choices
@options.technology
@options.model
@options.as_json
def new(
    file: Path,
    data: str,
    label: str | None,
    split_seed: int,
    choices: ImportOptions,
    technology: str,
    model: ModelName | None,
    as_json: bool,
) -> None:
    """Make a project."""
    # loads NumPy, which --help does not need
    from pnn_studio.app.commands import project_items

    check_writable(file)
    dataset, print_process = None, PrintProcess(technology or DEFAULT_TECHNOLOGY)
    loaded = print_process.load()
    chosen = model or Recipe().model
    if model is not None:
        check_model(model, loaded)
    elif reason := why_not_loaded(loaded):
        click.echo(reason, err=True)
    if data:
        # loads torch, which an empty project does not need
        from pnn_studio.app.commands.own_data import load_data

        dataset = load_data(data, loaded, label, split_seed, choices)
    project_items.new_project(file, dataset, print_process.absolute, chosen)
    title = dataset.title if dataset is not None else None
    answer = {"file": str(file), "data": title, "model": model_for(chosen, loaded)}
    options.answer(answer, as_json, lambda: click.echo(f"Made {file}"))


@project.command()
@click.argument("file", type=options.FILE)
@options.as_json
def info(file: Path, as_json: bool) -> None:
    """List what a project holds."""
    # loads NumPy, which --help does not need
    from pnn_studio.app.commands import project_items

    summary = project_items.project_summary(file)
    options.answer(summary, as_json, lambda: _show_info(summary))


@project.command()
@click.argument("file", type=options.FILE)
@options.as_json
def check(file: Path, as_json: bool) -> None:
    """Check a project file, every page and value of it."""
    # loads NumPy, which --help does not need
    from pnn_studio.app.commands import project_items

    summary = project_items.check_project(file)
    options.answer(summary, as_json, lambda: click.echo(f"{file} is intact"))


@project.command()
@click.argument("file", type=options.FILE)
@click.argument("items", type=options.FILE, nargs=-1, required=True, metavar="SWEEP|DESIGN...")
@options.as_json
def add(file: Path, items: tuple[Path, ...], as_json: bool) -> None:
    """Put sweep and design files into a project, all of them or none."""
    # loads NumPy, which --help does not need
    from pnn_studio.app.commands import project_items

    names, original = project_items.add_files(file, list(items), _load_shipped)
    answer = {
        "file": str(file),
        "added": list(names),
        "original": str(original) if original is not None else None,
    }
    options.answer(answer, as_json, lambda: click.echo(f"Added {', '.join(names)} to {file}"))


@project.command()
@click.argument("file", type=options.FILE)
@click.argument("item", metavar="NAME")
@click.option("--out", type=options.FILE, required=True, help="File to write.")
@options.as_json
def extract(file: Path, item: str, out: Path, as_json: bool) -> None:
    """Write run-1 as a sweep file, or design-1 as a design file; `info` lists the names."""
    # loads NumPy, which --help does not need
    from pnn_studio.app.commands import project_items

    check_writable(out)
    project_items.extract(file, item, out)
    answer = {"file": str(out), "name": item}
    options.answer(answer, as_json, lambda: click.echo(f"Wrote {out}"))


def _load_shipped(reference: DataReference) -> Dataset | None:
    """Load data that ship; a file that only a design names is not read."""
    if reference.source not in SHIPPED_DATASETS:
        return None
    # scikit-learn, only where data miss
    from pnn_studio.data.datasets import load_dataset

    return load_dataset(reference, PrintProcess().load())


def _show_info(summary: dict[str, Any]) -> None:
    model = summary["settings"]["model"]
    lines = [f"{summary['file']}, format {summary['version']}"]
    lines += [f"  model     {model}: {MODELS[model]}"]
    for each in summary["data"]:
        size = f"{each['samples']} samples, {each['inputs']} inputs, {each['classes']} classes"
        lines.append(f"  data      {each['title']}: {size}")
    for each in summary["runs"]:
        what = f"{each['designs']} designs, {each['model']}, {each['state']}"
        lines.append(f"  {each['name']:<9} {each['title']}: {what}")
    for each in summary["designs"]:
        where = f"alpha {each['alpha']:g}, seed {each['seed']}, {each['model']}"
        lines.append(f"  {each['name']:<9} {each['title']}: {where}")
    counts = f"{summary['checks']} checks, {summary['pins']} pins, {summary['undo']} undo steps"
    for line in (*lines, f"  {counts}"):
        # titles are a stranger's: what could steer a terminal is written as an escape
        click.echo("".join(each if each.isprintable() else ascii(each)[1:-1] for each in line))
