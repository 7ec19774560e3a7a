"""Every reader of files from strangers, with files to begin with, and the use that follows."""

import io
import json
import shutil
import sqlite3
import tempfile
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from pnn_studio.app.commands import own_data
from pnn_studio.app.commands.reproduce import read_published
from pnn_studio.app.jobs.protocol import Done, Progress, read_message, write_message
from pnn_studio.app.project.recent import RecentProjects
from pnn_studio.circuit.network import check_netlist
from pnn_studio.circuit.ngspice import points_written, read_raw
from pnn_studio.circuit.table_file import load_table, save_table
from pnn_studio.domain.characterisation import CircuitTable
from pnn_studio.domain.design import TrainedDesign
from pnn_studio.domain.family import Family
from pnn_studio.domain.npy import array_of
from pnn_studio.domain.run import DIVERGED
from pnn_studio.domain.study import Study
from pnn_studio.domain.technology import load_technology
from pnn_studio.errors import PnnError
from pnn_studio.physics.evaluate import evaluate_design
from pnn_studio.physics.surrogate import load_surrogate
from pnn_studio.storage.checkpoint import load_checkpoint, save_checkpoint
from pnn_studio.storage.design_file import design_json, load_design
from pnn_studio.storage.project_open import read_project
from pnn_studio.storage.study_file import load_study
from pnn_studio.storage.sweep_file import load_sweep, save_sweep
from pnn_studio.training.compiled.checkpoint import pack_designs, unpack_designs
from tests.support.runs import sample_family, small_plan
from tests.support.technologies import NEGT, SHIPPED
from tests.support.workbooks import ods_members, xlsx_members, zipped

DATA = Path(__file__).resolve().parents[1] / "data"
FINDINGS = DATA / "fuzz"


@dataclass(frozen=True)
class Reader:
    """How a kind of file is read and used, and what it ends in.

    Attributes
    ----------
    seeds : callable
        Makes the files to begin with, in a folder.
    read : callable
        Reads a file and uses what it gives; raises nothing but a refusal.
    suffix : str
        Of the file.
    refusals : tuple of types
        What a refusal may be.
    """

    seeds: Callable[[Path], list[bytes]]
    read: Callable[[Path], object]
    suffix: str
    refusals: tuple[type[Exception], ...] = (PnnError,)


def _old(*names: str) -> Callable[[Path], list[bytes]]:
    return lambda _folder: [(DATA / "old" / name).read_bytes() for name in names]


def _use_design(design: TrainedDesign) -> None:
    """Do what commands do with a design that they have read."""
    design_json(design)
    technology = load_technology()
    volts = np.full((2, design.layout.inputs), 0.4)
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # what numpy complains of, a person would see on stderr
        if technology.accepts(design.technology_fingerprint):
            check_netlist(design, technology, volts)
        evaluate_design(design, technology, volts)


def _use_family(family: Family) -> None:
    for index in np.flatnonzero(family.status != DIVERGED)[:2]:
        design_json(family.design(int(index)))


def _sweeps(folder: Path) -> list[bytes]:
    save_sweep(folder / "s.npz", sample_family(small_plan(2, 2)))
    return [(folder / "s.npz").read_bytes(), *_old("sweep.npz", "limits.npz")(folder)]


def _checkpoints(folder: Path) -> list[bytes]:
    state = pack_designs([None, None]) | {"seconds": np.zeros(1)}
    save_checkpoint(folder / "c.part", "f", state)
    found = [(folder / "c.part").read_bytes()]
    save_checkpoint(folder / "c.part", "f", {"known": np.frombuffer(_sweeps(folder)[0], np.uint8)})
    return [*found, (folder / "c.part").read_bytes()]


def _use_checkpoint(path: Path) -> None:
    state = load_checkpoint(path, "f")
    if state is not None:
        unpack_designs(state, small_plan(1, 2), (6, 3), 1e-3)


def _tables(folder: Path) -> list[bytes]:
    rng, circuits, points = np.random.default_rng(0), 6, 9
    table = CircuitTable(
        circuit="ptanh", technology="negt", technology_fingerprint="f", netlist_hash="h", seed=0,
        names=("R1", "R2", "W1", "L1", "W2", "L2"), omega=1 + rng.random((circuits, 6)),
        near_default=np.zeros(circuits, bool), v_in=np.linspace(-2, 2, points),
        v_out=rng.random((circuits, points)), eta=1 + rng.random((circuits, 4)),
        power=rng.random(circuits),
    )  # fmt: skip
    save_table(folder / "t.npz", table)
    return [(folder / "t.npz").read_bytes()]


def _surrogate_with(name: str) -> Callable[[Path], object]:
    def read(path: Path) -> object:
        with tempfile.TemporaryDirectory(dir=path.parent) as folder:
            copy = Path(folder) / "ptanh"
            copy.mkdir()
            for each in (SHIPPED / "ptanh").iterdir():
                shutil.copyfile(each, copy / each.name)
            shutil.copyfile(path, copy / name)
            return load_surrogate(copy, load_technology(), "ptanh")

    return read


def _projects(folder: Path) -> list[bytes]:
    """Give a project as it is, and with entries that a stranger has changed in SQL."""
    path = folder / "p.pnn"
    content = (DATA / "old" / "project.pnn").read_bytes()
    found = [content]
    for table, old, new in (("steps", "0.5", "1e308"), ("families", "null", "5e-324")):
        path.write_bytes(content)
        with sqlite3.connect(path) as changed:
            changed.execute(f"UPDATE {table} SET value = replace(value, ?, ?)", (old, new))
        changed.close()
        found.append(path.read_bytes())
    return found


def _raw(_folder: Path) -> list[bytes]:
    head = (
        "Title: t\nDate: d\nPlotname: p\nFlags: real\nNo. Variables: 2\nNo. Points: 3\n"
        "Variables:\n\t0\tv(a)\tvoltage\n\t1\tv(b)\tvoltage\nBinary:\n"
    )
    plot = head.encode() + np.arange(6.0).tobytes()
    return [plot, plot + plot]


def _use_raw(path: Path) -> None:
    points_written(path)
    read_raw(path.read_bytes())


def _messages(_folder: Path) -> list[bytes]:
    stream = io.BytesIO()
    for message in (Progress(0.5), Done("Trained"), sample_family(small_plan(1, 2))):
        write_message(stream, message)
    return [stream.getvalue()]


def _use_messages(path: Path) -> None:
    with path.open("rb") as stream:
        while True:
            read_message(stream)


def _csv(pattern: str) -> Callable[[Path], list[bytes]]:
    return lambda _folder: [path.read_bytes() for path in sorted((DATA / "csv").glob(pattern))]


def _workbooks(
    members_of: Callable[[Mapping[str, object]], Mapping[str, str]],
) -> Callable[[Path], list[bytes]]:
    """Give a workbook of two sheets, of one, and one as small as it gets."""
    rows: list[list[object]] = [["a", "b", "kind"]]
    rows += [[0.5 * row, None if row == 3 else -row, "xy"[row % 2]] for row in range(9)]
    sheets = ({"Data": rows, "Other": rows[:3]}, {"<&": rows}, {"": rows[:1]})
    return lambda _folder: [zipped(members_of(each)) for each in sheets]


def _preview(path: Path) -> object:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return own_data.preview(own_data.data_reference(str(path)), load_technology())


def _arrays(_folder: Path) -> list[bytes]:
    stream = io.BytesIO()
    np.save(stream, np.arange(6.0).reshape(2, 3), allow_pickle=False)
    return [stream.getvalue()]


_PUBLISHED = (
    b"dataset,alpha,test_accuracy_mean,test_accuracy_std,power_mW_mean,power_mW_std\n"
    b"iris,0.0,0.9,0.01,5.0,0.1\niris,1.0,0.8,0.02,1.6,0.1\n"
)
_RECENT = json.dumps([{"path": "/a.pnn", "opened": "2026-05-07T09:05:00+00:00", "words": "x"}])

_STUDY = b"""
title = "s"
data = ["iris", {source = "a.csv", label = "kind", import = {limits = [
    {column = "x", low = 0.0, high = 1e3}]}}]
layouts = [3, [4, 3], {hidden = [5], crossbar = "original"}]
technologies = [{source = "negt", largest_r = 2e6}]
alphas = [0, 0.5]
seeds = 2
"""


def _use_study(study: Study) -> None:
    """Do what the command does before it reads data."""
    names = [cell.name for cell in study.cells()]
    assert all(Path(name).name == name for name in names)


READERS: Mapping[str, Reader] = {
    "design": Reader(_old("design.json"), lambda path: _use_design(load_design(path)), ".json"),
    "sweep": Reader(_sweeps, lambda path: _use_family(load_sweep(path)), ".npz"),
    "checkpoint": Reader(_checkpoints, _use_checkpoint, ".part"),
    "circuits": Reader(_tables, load_table, ".npz"),
    "card": Reader(
        lambda _: [(SHIPPED / "ptanh" / "card.json").read_bytes()],
        _surrogate_with("card.json"),
        ".json",
    ),
    "weights": Reader(
        lambda _: [(SHIPPED / "ptanh" / "eta.safetensors").read_bytes()],
        _surrogate_with("eta.safetensors"),
        ".safetensors",
    ),
    "technology": Reader(lambda _: [NEGT.read_bytes()], load_technology, ".toml"),
    "project": Reader(_projects, read_project, ".pnn"),
    "raw": Reader(_raw, _use_raw, ".raw", (PnnError, ValueError)),
    "messages": Reader(_messages, _use_messages, ".bin", (PnnError, ValueError, EOFError)),
    "array": Reader(_arrays, lambda path: array_of(path.read_bytes()), ".npy", (ValueError,)),
    "published": Reader(lambda _: [_PUBLISHED], read_published, ".csv"),
    "recent": Reader(
        lambda _: [_RECENT.encode()], lambda path: RecentProjects(path).list(), ".json"
    ),
    "table": Reader(_csv("*.[ct]s*"), _preview, ".csv"),
    "study": Reader(lambda _: [_STUDY], lambda path: _use_study(load_study(path)), ".toml"),
    "arff": Reader(_csv("*.arff"), _preview, ".arff"),
    "xlsx": Reader(_workbooks(xlsx_members), _preview, ".xlsx"),
    "ods": Reader(_workbooks(ods_members), _preview, ".ods"),
}
