"""Keeps what ngspice was given where it failed, so that a person can run it and look."""

import contextlib
import os
from collections.abc import Iterator
from itertools import count
from pathlib import Path

from pnn_studio.app.analysis.design_choice import goal_of
from pnn_studio.app.analysis.front_check import FrontCheck
from pnn_studio.domain.reading import first_bytes
from pnn_studio.errors import ProjectFileError, SimulationFailed
from pnn_studio.storage.files import write_atomically

_HEAD = 4096  # bytes that are looked at
_MARK = b"* kept by pnn_studio, because ngspice failed at it"


def _write(netlist: str, file: Path, out: Path | None, which: str = "") -> Path:
    """Write a netlist beside the report, or where the program was started."""
    path = _free((Path() if out is None else out.parent) / f"{file.stem}{which}.failed.cir")
    title, _, rest = netlist.encode().partition(b"\n")
    write_atomically(path, b"\n".join([title, _MARK, rest]))
    return path


def _free(path: Path) -> Path:
    """Return that path, or one with a number: what was kept before goes, what is not ours stays."""
    for number in count(2):
        if not os.path.lexists(path) or _MARK in first_bytes(path, _HEAD).split(b"\n"):
            return path
        path = path.with_name(f"{path.name.partition('.failed')[0]}.failed-{number}.cir")
    raise AssertionError("there is always another number")


@contextlib.contextmanager
def netlist_kept(file: Path, out: Path | None) -> Iterator[None]:
    """Keep the netlist of a simulation that fails meanwhile, and say in its message where.

    Parameters
    ----------
    file : Path
        Design or sweep, after which it is named: ``NAME.failed.cir``.
    out : Path or None
        The report, beside which it goes.

    Raises
    ------
    SimulationFailed
        The same, which now names the file, or says why there is none.
    """
    try:
        yield
    except SimulationFailed as error:
        if not error.netlist:
            raise
        try:
            end = f"Its netlist is kept in {_write(error.netlist, file, out)}."
        except ProjectFileError as trouble:
            end = f"Its netlist is not kept: {trouble}"
        text = f"{str(error).rstrip('.')}. {end}"
        raise SimulationFailed(text, error.netlist, error.log, error.point, error.node) from error


def keep_netlists(front: FrontCheck, file: Path, out: Path | None) -> dict[int, str]:
    """Keep the netlists of all designs that ngspice failed at; return the files, by design."""
    kept = {}
    for index, netlist in front.netlists.items():
        goal, seed = goal_of(front.family.plan, index)
        name = "alpha" if front.family.plan.limits is None else "limit"
        with contextlib.suppress(ProjectFileError):  # what was found is worth more than that
            kept[index] = str(_write(netlist, file, out, f"-{name}{goal:g}-seed{seed}"))
    return kept
