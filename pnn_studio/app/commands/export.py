"""Write a design as a file of any kind."""

from pathlib import Path

from pnn_studio.app.commands.outputs import check_spares
from pnn_studio.circuit.components import component_table
from pnn_studio.circuit.network import sample_netlist
from pnn_studio.circuit.schematic import layer_schematic
from pnn_studio.domain.dataset import Dataset
from pnn_studio.domain.design import TrainedDesign
from pnn_studio.domain.nodes import Given, NodeNames
from pnn_studio.domain.operating_point import operating_point
from pnn_studio.domain.technology import (
    Technology,
)
from pnn_studio.errors import UsageError
from pnn_studio.storage.design_file import save_design
from pnn_studio.storage.files import write_atomically
from pnn_studio.storage.svg import design_svg
from pnn_studio.storage.tables import parts_csv

EXPORT_FORMATS = ("netlist", "svg", "csv", "design")


def export_design(
    design: TrainedDesign,
    technology: Technology,
    file_format: str,
    path: Path,
    *,
    dataset: Dataset | None = None,
    sample: int = 0,
    given: Given = (),
) -> None:
    """Write a design as netlist, schematic, component table or design file.

    Parameters
    ----------
    design : TrainedDesign
        What to write.
    technology : Technology
        The one that it was trained for.
    file_format : {"netlist", "svg", "csv", "design"}
        SPICE file of one sample, schematic of every layer, component table, or JSON.
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
    voltages = None
    if dataset is not None:
        voltages = dataset.part("test")[0]
        if not 0 <= sample < len(voltages):
            raise UsageError(
                f"There is no sample {sample}; the test split has 0 to {len(voltages) - 1}."
            )
    names = NodeNames.of(design, given)
    if file_format == "design":
        save_design(path, design)
    elif file_format == "netlist":
        if dataset is None:
            raise UsageError("A netlist needs the data of the design for the voltages of a sample.")
        write_atomically(path, sample_netlist(design, technology, dataset, sample, names).encode())
    elif file_format == "csv":
        write_atomically(path, parts_csv(component_table(design, technology, names)).encode())
    elif file_format == "svg":
        evaluation = operating_point(design, voltages) if voltages is not None else None
        states = evaluation.layers if evaluation is not None else (None,) * len(design.layers)
        schematics = [
            layer_schematic(design, index, state=state, sample=sample, names=names)
            for index, state in enumerate(states)
        ]
        write_atomically(path, design_svg(schematics).encode())
    else:
        raise UsageError(
            f"{file_format!r:.20} is no export format; there are {', '.join(EXPORT_FORMATS)}."
        )
