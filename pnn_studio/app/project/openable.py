"""What files can be opened in the window: projects, tables, and what was trained elsewhere."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from pnn_studio.domain.formats import IMPORTS, ImportFormat, import_of
from pnn_studio.domain.study import STUDY_FILE
from pnn_studio.domain.units import count_of
from pnn_studio.errors import one_line

MOST_SWEEPS = 100  # of a study that the window opens


@dataclass(frozen=True)
class Openable:
    """What becomes of files that are handed to the window.

    Attributes
    ----------
    kind : {"project", "data", "design", "sweep", "rows", "study", ""}
        How it is opened, by its name in `domain.formats`; a table of "rows" is predicted, the
        sweeps in the folder of a "study" are all opened, and with anything else nothing is done.
    path : Path or None
        Which file; None where nothing is done.
    words : str
        What will be done, or what could be.
    """

    kind: ImportFormat | Literal["rows", "study", ""]
    path: Path | None
    words: str


def what_to_open(paths: Sequence[str]) -> Openable:
    """Say what becomes of files, by their number and suffix; they are not looked into.

    A folder, or the file of a study in it, stands for the sweeps of that study.

    Examples
    --------
    >>> what_to_open(["/home/me/iris.CSV"]).words
    'Import iris.CSV'
    >>> what_to_open(["a.pnn", "b.pnn"]).words
    'These are 2 files. What can be opened is one project (.pnn), table \
(.csv, .tsv, .tab, .txt, .dat, .data, .prn, .arff, .xlsx, .ods), design (.json) or sweep (.npz).'
    """
    *wanted, last = (
        f"{each.name} ({', '.join(each.endings)})" for each in IMPORTS.values() if each.verb
    )
    can = f"What can be opened is one {', '.join(wanted)} or {last}."
    if len(paths) != 1 or not paths[0]:
        what = f"These are {len(paths)} files" if len(paths) > 1 else "This is no file"
        return Openable("", None, f"{what}. {can}")
    path = Path(paths[0])
    folder = path.parent if path.name == STUDY_FILE else path
    if found_in := sweeps_of(folder):
        words = f"Open {count_of(len(found_in), 'sweep')} of the study {one_line(folder.name)}"
        return Openable("study", folder, words)
    name, found = one_line(path.name), import_of(path.suffix)
    if found is None:
        return Openable("", None, f"{name} cannot be opened here. {can}")
    return Openable(found.id, path, f"{found.verb} {name}")


def sweeps_of(folder: Path) -> tuple[Path, ...]:
    """List the sweep files of the folder of a study, the first hundred; none of another folder."""
    try:
        if not (folder / STUDY_FILE).is_file():
            return ()
        found = itertools.islice(sorted(folder.glob("*.npz")), MOST_SWEEPS)
        return tuple(each for each in found if each.is_file())
    except (OSError, ValueError):
        return ()


def as_rows(found: Openable, design: str) -> Openable | None:
    """Return what else becomes of a table where there is a design: its rows are predicted.

    Parameters
    ----------
    found : Openable
        What the files are.
    design : str
        What the design is called; empty where there is none.
    """
    if found.kind != "data" or found.path is None or not design:
        return None
    return replace(found, kind="rows", words=f"Predict {one_line(found.path.name)} with {design}")
