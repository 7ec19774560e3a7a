"""What the window process and the worker say to each other, and how it travels through a pipe.

A message is a frozen value of one of the listed types. It is written as a JSON header (the value
and the shapes of its arrays) followed by the plain bytes of its arrays: nothing is pickled, and an
unknown type is refused.
"""

from dataclasses import dataclass
from typing import Any, BinaryIO, Literal

import numpy as np
from numpy.typing import NDArray

from pnn_studio.app.jobs.clusters import AskCluster, ClusterSeen
from pnn_studio.app.jobs.frames import LENGTHS, pack_value, value_of
from pnn_studio.app.jobs.print_job import PrintJob, PrintReply
from pnn_studio.domain.dataset import DataReference, Dataset
from pnn_studio.domain.design import TrainedDesign
from pnn_studio.domain.design_ref import DesignRef, RunId
from pnn_studio.domain.export_order import ExportOrder
from pnn_studio.domain.export_subject import ExportSubject
from pnn_studio.domain.family import Family
from pnn_studio.domain.importing import Preview
from pnn_studio.domain.layout import Crossbar
from pnn_studio.domain.nodes import Given
from pnn_studio.domain.prediction import Predictions
from pnn_studio.domain.print_process import SHIPPED_PROCESS, PrintProcess
from pnn_studio.domain.run import EpochRecord, FamilyPlan
from pnn_studio.domain.verification import Verification

_LIMIT = 1 << 31


@dataclass(frozen=True)
class LoadData:
    """Job: read a data set; answered by Progress and a Dataset."""

    reference: DataReference
    technology: str = "negt"


@dataclass(frozen=True)
class PreviewData:
    """Job: look at a file before it is imported; answered by Progress and a Preview."""

    reference: DataReference
    technology: str = "negt"


@dataclass(frozen=True, eq=False)
class Train:
    """Job: train a family; answered by EpochRecords, Family values (best so far) and Done.

    Attributes
    ----------
    plan, print_process
        What to train, and what for.
    data : DataReference or Dataset
        On what: data that are at hand need not be read again.
    checkpoint : str
        File that keeps the state of an unfinished training; empty for none.
    threads : int
        How many may work at it; 0 for as many as there are cores.
    run : int
        Whose training it is: by it answers find their run.
    known : Family or None
        Where designs of the plan are that need not be trained again, if the engine is the same.
    cluster : str
        Whose workers train it; empty for this machine.
    """

    plan: FamilyPlan
    data: DataReference | Dataset
    print_process: PrintProcess = SHIPPED_PROCESS
    checkpoint: str = ""
    threads: int = 0
    run: RunId = 0
    known: Family | None = None
    cluster: str = ""


@dataclass(frozen=True, eq=False)
class Check:
    """Job: simulate a design in ngspice; answered by Progress and a Verification.

    Its data are read again unless they are given. By `ref` the answer is kept. With a `crossbar`
    the same weights are simulated in that structure.
    """

    design: TrainedDesign
    technology: str = "negt"
    data: Dataset | None = None
    ref: DesignRef | None = None
    crossbar: Crossbar | None = None


@dataclass(frozen=True, eq=False)
class CheckSome:
    """Job: simulate designs on all cores; answered by a Checked for each as it is done, and Done.

    Their data are read again unless they are given. By `refs` the answers are kept.
    """

    designs: tuple[TrainedDesign, ...]
    refs: tuple[DesignRef, ...]
    technology: str = "negt"
    data: Dataset | None = None


@dataclass(frozen=True, eq=False)
class Checked:
    """What was found of one of many designs; `failed` says why there is nothing."""

    ref: DesignRef
    verification: Verification | None
    failed: str = ""


@dataclass(frozen=True, eq=False)
class ExportFiles:
    """Job: write the files of orders, all or none; answered by a Writing for each, and Done.

    Attributes
    ----------
    subject : ExportSubject
        What they are of; its data are read again unless they are there.
    orders : tuple of (ExportOrder, path)
        What, and where to, without an ending.
    """

    subject: ExportSubject
    orders: tuple[tuple[ExportOrder, str], ...]


@dataclass(frozen=True, eq=False)
class DrawExport:
    """Job: show what an order would write; answered by a Drawing and Done."""

    subject: ExportSubject
    order: ExportOrder


@dataclass(frozen=True)
class Writing:
    """Which file of an export is made, its number from 0, and how many there are."""

    name: str
    number: int
    count: int


@dataclass(frozen=True, eq=False)
class Drawing:
    """What a file of an export looks like.

    Attributes
    ----------
    picture : uint8 array
        Bytes of a PNG; none of a text.
    text : str
        Its beginning, where it is a text.
    size_mm : tuple of two floats
        Width and height of a picture.
    words : str
        Size in words.
    """

    picture: NDArray[np.uint8]
    text: str
    size_mm: tuple[float, float]
    words: str


@dataclass(frozen=True, eq=False)
class WriteNetlist:
    """Job: write a design as SPICE, driven by one test sample; answered by a NetlistText.

    Its data are read again unless they are there; `given` are the names of layers and neurons.
    """

    design: TrainedDesign
    sample: int = 0
    technology: str = "negt"
    data: Dataset | None = None
    given: Given = ()


@dataclass(frozen=True)
class ReadTrained:
    """Job: read a design or sweep file, with its data where they can be had; a Trained answers."""

    path: str


@dataclass(frozen=True, eq=False)
class Trained:
    """What a file holds, and the data that it was trained on; None where they are not at hand."""

    item: Family | TrainedDesign
    data: Dataset | None


@dataclass(frozen=True, eq=False)
class Predict:
    """Job: classify the rows of a file with a design; answered by Progress and Predictions."""

    design: TrainedDesign
    path: str
    technology: str = "negt"


@dataclass(frozen=True, eq=False)
class SavePredictions:
    """Job: write predictions to a CSV file, never over one of `inputs`; answered by Done."""

    predictions: Predictions
    path: str
    inputs: tuple[str, ...] = ()


@dataclass(frozen=True)
class UseSimulator:
    """Job: simulate with the ngspice at `path` from now on; answered by Ready and Done."""

    path: str


@dataclass(frozen=True)
class Control:
    """To the worker, at any time, for the job that runs.

    Attributes
    ----------
    action : {"prepare", "pause", "resume", "stop", "keep"}
        What to do. "prepare" is for no job: it says that trainings will come, so that what they
        need is loaded. "keep" has the state of the training kept in another file from now on.
    path : str
        Which one.
    """

    action: Literal["prepare", "pause", "resume", "stop", "keep"]
    path: str = ""


@dataclass(frozen=True)
class Done:
    """The job is over; `outcome` says how in a few words, `stopped` that the person ended it."""

    outcome: str = ""
    stopped: bool = False


@dataclass(frozen=True)
class Failed:
    """The job ended in an expected failure (or, if `expected` is false, in a bug).

    Attributes
    ----------
    kind : str
        Name of the exception.
    message : str
        One line for people.
    details : str
        Netlist and log, or the traceback: what a report needs.
    expected : bool
        False for a bug of ours.
    netlist, log : str
        What ngspice was given and what it said, where it is ngspice that failed.
    """

    kind: str
    message: str
    details: str = ""
    expected: bool = True
    netlist: str = ""
    log: str = ""


@dataclass(frozen=True)
class Progress:
    """How much of a file is read, or of the samples simulated, as a share of one."""

    share: float


@dataclass(frozen=True)
class Keeping:
    """Whether the state of the training can be written; `trouble` says why not, or is empty."""

    trouble: str = ""


@dataclass(frozen=True)
class Told:
    """What a job waits for, as one line for people."""

    text: str


@dataclass(frozen=True)
class NetlistText:
    """The text of a netlist."""

    text: str


@dataclass(frozen=True)
class Ready:
    """The worker has loaded what it needs, waits for jobs, and simulates with `simulator`."""

    simulator: str


Job = (
    LoadData
    | PreviewData
    | Train
    | Check
    | CheckSome
    | PrintJob
    | ExportFiles
    | DrawExport
    | WriteNetlist
    | ReadTrained
    | Predict
    | SavePredictions
    | UseSimulator
    | AskCluster
)
Reply = (
    Ready
    | Progress
    | Preview
    | Dataset
    | EpochRecord
    | Family
    | Keeping
    | Told
    | Verification
    | Checked
    | PrintReply
    | NetlistText
    | Writing
    | Drawing
    | Trained
    | Predictions
    | ClusterSeen
    | Done
    | Failed
)


def write_message(stream: BinaryIO, message: Job | Control | Reply) -> None:
    """Write one message and flush.

    Raises
    ------
    OSError
        Where the other side is gone.
    """
    stream.write(pack_value(message))
    stream.flush()


def _read_exactly(stream: BinaryIO, count: int) -> bytes:
    data = b""
    while len(data) < count:
        piece = stream.read(count - len(data))
        if not piece:
            raise EOFError("the other process is gone")
        data = data + piece if data else piece
    return data


def read_message(stream: BinaryIO) -> Any:
    """Read one message; blocks until it is complete.

    Raises
    ------
    EOFError
        Where the other side is gone.
    ValueError
        Where it is none of the listed messages.
    """
    header_length, payload_length = LENGTHS.unpack(_read_exactly(stream, LENGTHS.size))
    if max(header_length, payload_length) > _LIMIT:
        raise EOFError("the other process sent a message out of bounds")
    header = _read_exactly(stream, header_length)
    return value_of(header, _read_exactly(stream, payload_length), Job | Control | Reply)
