"""What the window process and the worker say to each other, and how it travels through a pipe.

A message is a frozen value of one of the listed types. It is written as a JSON header followed by
the plain bytes of its arrays: nothing is pickled, and an unknown type is refused.
"""

import json
import struct
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any, BinaryIO, Literal

import numpy as np

from pnn_studio.domain.dataset import DataReference, Dataset
from pnn_studio.domain.design import Cell, LayerDesign, Metrics, Power, TrainedDesign
from pnn_studio.domain.family import Family, History
from pnn_studio.domain.layout import Layout
from pnn_studio.domain.run import EpochRecord, FamilyPlan, Schedule
from pnn_studio.domain.verification import NodeError, Verification

ExportFormat = Literal["netlist", "svg", "csv", "design"]
_LIMIT = 1 << 31
_LENGTHS = struct.Struct("<II")


@dataclass(frozen=True)
class LoadData:
    """Job: read a data set; answered by a Dataset."""

    reference: DataReference
    technology: str = "negt"


@dataclass(frozen=True)
class Train:
    """Job: train a family; answered by EpochRecords, Family values (best so far) and Done.

    Attributes
    ----------
    plan, data, technology, surrogates
        What to train, on what, and with which models.
    checkpoint : str
        File that keeps the state of an unfinished training; empty for none.
    processes : int
        How many may work at it; 0 for as many as there are cores.
    """

    plan: FamilyPlan
    data: DataReference
    technology: str = "negt"
    surrogates: str = ""
    checkpoint: str = ""
    processes: int = 0


@dataclass(frozen=True, eq=False)
class Check:
    """Job: simulate a design in ngspice; answered by a Verification."""

    design: TrainedDesign
    technology: str = "negt"


@dataclass(frozen=True, eq=False)
class Export:
    """Job: write a design to a file; answered by Done."""

    design: TrainedDesign
    format: ExportFormat
    path: str
    sample: int = 0
    technology: str = "negt"


@dataclass(frozen=True)
class Control:
    """To the worker, at any time, for the job that runs."""

    action: Literal["pause", "resume", "stop"]


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
    """

    kind: str
    message: str
    details: str = ""
    expected: bool = True


@dataclass(frozen=True)
class Ready:
    """The worker has loaded what it needs and waits for jobs."""

    simulator: str


Job = LoadData | Train | Check | Export
Reply = Ready | Dataset | EpochRecord | Family | Verification | Done | Failed

_TYPES: Mapping[str, type] = {
    each.__name__: each
    for each in (
        LoadData,
        Train,
        Check,
        Export,
        Control,
        Done,
        Failed,
        Ready,
        DataReference,
        Dataset,
        Cell,
        LayerDesign,
        Metrics,
        Power,
        TrainedDesign,
        Layout,
        EpochRecord,
        Family,
        History,
        FamilyPlan,
        Schedule,
        NodeError,
        Verification,
    )
}


def _encode(value: Any, arrays: list[np.ndarray[Any, Any]]) -> Any:
    if isinstance(value, np.ndarray):
        arrays.append(np.ascontiguousarray(value))
        return {"$array": len(arrays) - 1, "dtype": value.dtype.str, "shape": value.shape}
    if is_dataclass(value):
        return {"$type": type(value).__name__} | {
            field.name: _encode(getattr(value, field.name), arrays) for field in fields(value)
        }
    if isinstance(value, Mapping):
        return {str(key): _encode(each, arrays) for key, each in value.items()}
    if isinstance(value, tuple | list):
        return [_encode(each, arrays) for each in value]
    return value


def _decode(value: Any, arrays: list[np.ndarray[Any, Any]]) -> Any:
    if isinstance(value, list):
        return tuple(_decode(each, arrays) for each in value)
    if not isinstance(value, dict):
        return value
    if "$array" in value:
        return arrays[value["$array"]]
    decoded = {key: _decode(each, arrays) for key, each in value.items() if key != "$type"}
    return _TYPES[value["$type"]](**decoded) if "$type" in value else decoded


def _array_headers(value: Any) -> list[dict[str, Any]]:
    """Headers of all arrays in a decoded JSON value, in the order of their bytes."""
    if isinstance(value, list):
        return [header for each in value for header in _array_headers(each)]
    if isinstance(value, dict):
        if "$array" in value:
            return [value]
        return [header for each in value.values() for header in _array_headers(each)]
    return []


def write_message(stream: BinaryIO, message: Job | Control | Reply) -> None:
    """Write one message and flush.

    Raises
    ------
    OSError
        Where the other side is gone.
    """
    arrays: list[np.ndarray[Any, Any]] = []
    header = json.dumps(_encode(message, arrays)).encode()
    payload = b"".join(array.tobytes() for array in arrays)
    stream.write(_LENGTHS.pack(len(header), len(payload)) + header + payload)
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
    """
    header_length, payload_length = _LENGTHS.unpack(_read_exactly(stream, _LENGTHS.size))
    if max(header_length, payload_length) > _LIMIT:
        raise EOFError("the other process sent a message out of bounds")
    tree = json.loads(_read_exactly(stream, header_length))
    payload = (
        memoryview(_read_exactly(stream, payload_length)) if payload_length else memoryview(b"")
    )
    arrays, position = [], 0
    for header in _array_headers(tree):
        dtype = np.dtype(header["dtype"])
        count = int(np.prod(header["shape"], dtype=np.int64))
        array = np.frombuffer(payload, dtype=dtype, count=count, offset=position)
        arrays.append(array.reshape(header["shape"]))
        position += count * dtype.itemsize
    return _decode(tree, arrays)
