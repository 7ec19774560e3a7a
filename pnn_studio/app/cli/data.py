"""``data`` and ``predict``."""

from pathlib import Path
from typing import Any

import click

from pnn_studio.app.cli import options
from pnn_studio.app.cli.import_choices import import_choices, reading_choices
from pnn_studio.domain.importing import ImportOptions


@click.command()
@click.argument("file")
@click.option("--label", metavar="COLUMN", help="Label column.")
@click.option("--split-seed", type=options.SEEDS, default=0, help="Seed of the split [0].")
@import_choices
@options.technology
@options.as_json
def data(
    file: str,
    label: str | None,
    split_seed: int,
    choices: ImportOptions,
    technology: str,
    as_json: bool,
) -> None:
    """Show how a table would be imported, and every problem with its remedy.

    Tables are text with any delimiter (CSV, TSV, fixed width), ARFF, XLSX and ODS.

    The file itself is never touched. train and sweep take the same options.
    """
    # loads scikit-learn, which --help does not need
    from pnn_studio.app.analysis import summaries
    from pnn_studio.app.cli import console, console_data
    from pnn_studio.app.commands import own_data
    from pnn_studio.domain.technology import DEFAULT_TECHNOLOGY, load_technology

    chosen = load_technology(technology or DEFAULT_TECHNOLOGY)
    reference = own_data.data_reference(file, label, split_seed, choices)
    with console.work_progress() as follow:
        preview = own_data.preview(reference, chosen, lambda share: follow("Reading", share))
    answer = summaries.preview_summary(preview)
    options.answer(answer, as_json, lambda: console_data.show_preview(preview))


@click.command()
@click.argument("design", type=options.FILE)
@click.argument("file", metavar="TABLE", type=options.FILE)
@click.option("--out", type=options.FILE, help="CSV file to write.")
@reading_choices
@options.technology
@options.as_json
def predict(
    design: Path,
    file: Path,
    out: Path | None,
    choices: ImportOptions,
    technology: str,
    as_json: bool,
) -> None:
    """Classify new rows with a design: outputs in volt, class, and whether it is measurable.

    Columns are found by their names, coded and scaled as the design's training data were.
    """
    # loads torch, which --help does not need
    from pnn_studio.app.analysis import summaries
    from pnn_studio.app.cli import console, console_data
    from pnn_studio.app.commands import own_data
    from pnn_studio.app.commands.outputs import check_output, check_spares
    from pnn_studio.storage.design_file import load_design

    check_output(out, design, file, technology)
    trained = load_design(design)
    check_spares(out, trained.data)
    chosen = own_data.technology_of(trained, technology)
    with console.work_progress() as follow:
        predictions = own_data.predict(
            trained, file, chosen, choices, lambda share: follow("Reading", share)
        )
    if out is not None:
        own_data.save_predictions(out, predictions)
    answer: dict[str, Any] = summaries.predictions_summary(predictions)
    options.answer(answer, as_json, lambda: console_data.show_predictions(predictions, out))
