"""The netlist of one sample as text, for a file, for the clipboard or to be looked at."""

from pnn_studio.circuit.network import export_netlist
from pnn_studio.domain.dataset import Dataset
from pnn_studio.domain.design import TrainedDesign
from pnn_studio.domain.technology import Technology
from pnn_studio.errors import UsageError


def sample_netlist(
    design: TrainedDesign, technology: Technology, dataset: Dataset, sample: int
) -> str:
    """Write the whole network, its inputs driven by one sample; plain ``ngspice -b`` runs it.

    Parameters
    ----------
    design : TrainedDesign
        The network.
    technology : Technology
        The one that it was trained for.
    dataset : Dataset
        The data that it was trained on.
    sample : int
        Number of the sample in the test split.

    Raises
    ------
    UsageError
        Where there is no such sample.
    DatasetError, TechnologyError, SimulatorMissing
        Where data or technology are not those of the design, or there is nothing to netlist.
    """
    voltages, _ = dataset.part("test")
    if not 0 <= sample < len(voltages):
        raise UsageError(
            f"There is no sample {sample}; the test split has 0 to {len(voltages) - 1}."
        )
    return export_netlist(design, technology, voltages[sample]).text
