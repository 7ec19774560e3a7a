"""What a design was made of, and what else is done with own data: nothing here loads torch."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from pnn_studio.data.datasets import load_dataset, preview_dataset
from pnn_studio.data.new_rows import read_new_rows
from pnn_studio.domain.dataset import DataReference, Dataset
from pnn_studio.domain.design import TrainedDesign
from pnn_studio.domain.importing import DETECT, ImportOptions, Preview
from pnn_studio.domain.prediction import Predictions
from pnn_studio.domain.technology import Technology, load_technology, shipped_technology
from pnn_studio.errors import DatasetError, TechnologyError
from pnn_studio.physics.evaluate import evaluate_design
from pnn_studio.storage.files import write_atomically
from pnn_studio.storage.tables import predictions_csv

Follow = Callable[[float], None]


def data_reference(
    source: str,
    label: str | None = None,
    split_seed: int = 0,
    choices: ImportOptions = DETECT,
) -> DataReference:
    """Name a shipped data set or a file; a file is remembered by its absolute path."""
    reference = DataReference(source, label, split_seed, options=choices)
    if reference.is_file:
        reference = replace(reference, source=str(Path(source).absolute()))
    return reference


def preview(
    reference: DataReference, technology: Technology, follow: Follow | None = None
) -> Preview:
    """Tell how a file would be imported, and what stands in the way."""
    return preview_dataset(reference, technology, follow)


def predict(
    design: TrainedDesign,
    path: Path,
    technology: Technology,
    reading: ImportOptions,
    follow: Follow | None = None,
) -> Predictions:
    """Classify new rows with a design, coded and scaled as its training data were.

    Parameters
    ----------
    design : TrainedDesign
        The network, with the choices of the import stored in it.
    path : Path
        A table; it needs no label.
    technology : Technology
        The one that it was trained for.
    reading : ImportOptions
        How this file is written, where that is chosen; else it is as in the training data, or
        detected.
    follow : callable, optional
        Told the share that is read.

    Raises
    ------
    DatasetError
        Naming the line, the column and the reason of what cannot be scored.
    """
    stored = design.data.options
    options = replace(
        stored,
        encoding=reading.encoding,  # of one file alone
        delimiter=reading.delimiter or stored.delimiter,
        decimal=reading.decimal or stored.decimal,
        thousands=reading.thousands or stored.thousands,
        header=stored.header if reading.header is None else reading.header,
        skip_lines=reading.skip_lines,  # of one file alone
        comment=reading.comment or stored.comment,
        sheet=reading.sheet or stored.sheet,
        unreadable="refuse",  # no row goes without an answer in silence
    )
    rows = read_new_rows(path, design, technology, options, follow)
    return Predictions(
        title=rows.title,
        lines=rows.lines,
        class_names=design.class_names,
        outputs=evaluate_design(design, technology, rows.voltages).outputs,
        threshold=technology.measurable,
        clipped=rows.clipped,
    )


def save_predictions(path: Path, predictions: Predictions) -> None:
    """Write predictions as CSV, whole or not at all."""
    write_atomically(path, predictions_csv(predictions).encode("utf-8", "backslashreplace"))


def load_data(
    source: str,
    technology: Technology,
    label: str | None = None,
    split_seed: int = 0,
    choices: ImportOptions = DETECT,
    follow: Callable[[float], None] | None = None,
) -> Dataset:
    """Load a shipped data set or a file; `follow` is told the share of a file that is read."""
    reference = data_reference(source, label, split_seed, choices)
    return load_dataset(reference, technology, follow)


def technology_of(design: TrainedDesign, technology: str = "") -> Technology:
    """Load the technology of a design, from `technology` (identifier or file) where it is given."""
    if not technology and shipped_technology(design.technology) is None:
        raise TechnologyError(
            f"The design was made for the technology {design.technology!r:.40}, which does not "
            "ship; give its file with --technology."
        )
    loaded = load_technology(technology or design.technology)
    if not loaded.accepts(design.technology_fingerprint):
        raise TechnologyError(
            f"The design was trained for {design.technology!r:.40} as it was then, not for this "
            f"{loaded.id}; give the file that it was trained with (--technology), or train it "
            "again."
        )
    return loaded


def data_of(design: TrainedDesign, technology: Technology, data: str = "") -> Dataset:
    """Load the data that a design was trained on, from `data` where the file has moved."""
    reference = design.data
    if data:
        reference = replace(reference, source=data)
    try:
        dataset = load_dataset(reference, technology)
    except DatasetError as error:
        hint = "" if data else " If the file has moved, give it with --data."
        raise DatasetError(f"{error}{hint}") from error
    if dataset.reference.fingerprint != design.data.fingerprint:
        raise DatasetError(
            f"{dataset.title} is not what the design was trained on: its values, classes or split "
            "have changed."
        )
    return dataset
