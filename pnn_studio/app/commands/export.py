"""Write a design as a file of any kind; the window's worker and the command line do it alike."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePath

from pnn_studio.app.commands.outputs import check_spares
from pnn_studio.app.commands.own_data import data_of, technology_of
from pnn_studio.circuit.components import component_table
from pnn_studio.circuit.netlist_file import sample_netlist
from pnn_studio.circuit.schematic import layer_schematic
from pnn_studio.domain.dataset import Dataset
from pnn_studio.domain.design import TrainedDesign
from pnn_studio.domain.export_options import ExportOptions
from pnn_studio.domain.export_subject import ExportSubject
from pnn_studio.domain.formats import EXPORTS, ExportFormat
from pnn_studio.domain.nodes import Given, NodeNames
from pnn_studio.domain.provenance import Provenance
from pnn_studio.domain.schematic import Schematic
from pnn_studio.domain.technology import Technology
from pnn_studio.errors import DatasetError, UsageError
from pnn_studio.physics.evaluate import evaluate_design
from pnn_studio.storage.design_file import design_json
from pnn_studio.storage.files import write_atomically
from pnn_studio.storage.stamps import stamped
from pnn_studio.storage.svg import design_svg
from pnn_studio.storage.tables import parts_csv


@dataclass(frozen=True, eq=False)
class _Asked:
    """What a writer may use; technology and data are there if its format asks for them."""

    design: TrainedDesign
    technology: Technology | None
    dataset: Dataset | None
    sample: int
    names: NodeNames


def _netlist(asked: _Asked) -> bytes:
    if asked.dataset is None or asked.technology is None:
        raise UsageError("A netlist needs the data of the design for the voltages of a sample.")
    return sample_netlist(
        asked.design, asked.technology, asked.dataset, asked.sample, asked.names
    ).encode()


def _svg(asked: _Asked) -> bytes:
    return design_svg(_schematics(asked)).encode()


def _pdf(asked: _Asked) -> bytes:
    # matplotlib takes most of a second to load, and nothing else needs it
    from pnn_studio.storage.pdf import design_pdf

    return design_pdf(_schematics(asked))


def _table(asked: _Asked) -> bytes:
    if asked.technology is None:
        raise UsageError("A component table needs the technology of the design.")
    return parts_csv(component_table(asked.design, asked.technology, asked.names)).encode()


def _design(asked: _Asked) -> bytes:
    return design_json(asked.design).encode()


WRITERS: Mapping[ExportFormat, Callable[[_Asked], bytes]] = {
    "netlist": _netlist,
    "svg": _svg,
    "pdf": _pdf,
    "csv": _table,
    "design": _design,
}


def _schematics(asked: _Asked) -> list[Schematic]:
    """Place every layer, with the voltages of the sample where the data are at hand."""
    design, evaluation = asked.design, None
    if asked.dataset is not None and asked.technology is not None:
        voltages = asked.dataset.part("test")[0]
        evaluation = evaluate_design(design, asked.technology, voltages)
    states = evaluation.layers if evaluation is not None else (None,) * len(design.layers)
    return [
        layer_schematic(design, index, state=state, sample=asked.sample, names=asked.names)
        for index, state in enumerate(states)
    ]


def export_design(
    design: TrainedDesign,
    technology: Technology | None,
    file_format: ExportFormat,
    path: Path,
    *,
    dataset: Dataset | None = None,
    sample: int = 0,
    given: Given = (),
) -> None:
    """Write a design to a file of one of the formats of `domain.formats`.

    Parameters
    ----------
    design : TrainedDesign
        What to write.
    technology : Technology or None
        The one that it was trained for; some formats do without.
    file_format : str
        Name of the format.
    path : Path
        Where to.
    dataset : Dataset, optional
        Needed for a netlist, which drives the inputs with one sample of the test split; with it a
        schematic shows the voltages of that sample.
    sample : int
        Number of that sample in the test split.
    given : tuple of (str, str)
        Names that layers and neurons were given, see `NodeNames`.

    Raises
    ------
    UsageError, ProjectFileError, SimulatorMissing
        Where a sample does not exist, the path cannot be written, or there is nothing to netlist.
    """
    check_spares(path, design.data)
    if file_format not in WRITERS:
        raise UsageError(
            f"{file_format!r:.20} is no export format; there are {', '.join(EXPORTS)}."
        )
    if dataset is not None:
        count = len(dataset.part("test")[0])
        if not 0 <= sample < count:
            raise UsageError(f"There is no sample {sample}; the test split has 0 to {count - 1}.")
    asked = _Asked(design, technology, dataset, sample, NodeNames.of(design, given))
    write_atomically(path, WRITERS[file_format](asked))


def design_files(
    subject: ExportSubject,
    file_format: ExportFormat,
    name: str,
    options: ExportOptions,
    provenance: Provenance,
) -> dict[str, bytes]:
    """Make the file of a design in a format, with its provenance in it.

    Parameters
    ----------
    subject : ExportSubject
        The design and its data; they are read again where they are not at hand.
    file_format : str
        Name of the format.
    name : str
        Of the file, with its ending.
    options : ExportOptions
        What was chosen for it.
    provenance : Provenance
        Where it comes from.

    Returns
    -------
    dict of str to bytes
        Files by name.
    """
    design, asked = subject.design, EXPORTS[file_format]
    technology = technology_of(design, subject.technology) if asked.technology else None
    dataset = subject.data if asked.samples != "none" else None
    if dataset is None and technology is not None and asked.samples == "needed":
        dataset = data_of(design, technology)
    names = NodeNames.of(design, subject.given)
    made = WRITERS[file_format](_Asked(design, technology, dataset, subject.sample, names))
    return {name: stamped(PurePath(name).suffix, made, provenance)}


def design_drawings(
    subject: ExportSubject, options: ExportOptions, provenance: Provenance
) -> tuple[str, ...]:
    """Draw the schematic of a design as SVG documents, one a sheet."""
    files = design_files(subject, "svg", "schematic.svg", options, provenance)
    return tuple(content.decode() for content in files.values())


def export_with_its_data(
    design: TrainedDesign,
    file_format: ExportFormat,
    path: Path,
    *,
    technology: str = "",
    data: Dataset | str = "",
    sample: int = 0,
    given: Given = (),
) -> str:
    """Write a design to a file, and load for that what its format asks for.

    Parameters
    ----------
    design, file_format, path, sample, given
        As in `export_design`.
    technology : str
        Identifier or file of its technology, where it does not ship.
    data : Dataset or str
        Its data, or where they are now; empty where they did not move.

    Returns
    -------
    str
        What was left out and why, to be said after where it was written: voltages whose data
        cannot be read any more. Mostly empty.

    Raises
    ------
    PnnError
        Where it cannot be written, or not without data that cannot be read.
    """
    asked, lacks = EXPORTS[file_format], ""
    chosen = technology_of(design, technology) if asked.technology or technology else None
    dataset = data if isinstance(data, Dataset) and asked.samples != "none" else None
    if chosen is not None and dataset is None and asked.samples != "none":
        try:
            dataset = data_of(design, chosen, data if isinstance(data, str) else "")
        except DatasetError as error:
            if asked.samples == "needed" or data:
                raise
            lacks = f", without voltages: {error}"
    export_design(design, chosen, file_format, path, dataset=dataset, sample=sample, given=given)
    return lacks
