"""Building surrogates: simulate circuits, fit, write the artefacts."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import torch

from pnn_studio.circuit.characterise import Elsewhere, characterise
from pnn_studio.circuit.table_file import load_table, save_table
from pnn_studio.domain.cells import CircuitName
from pnn_studio.domain.characterisation import CircuitTable
from pnn_studio.domain.locations import shipped_folder
from pnn_studio.domain.technology import (
    DEFAULT_TECHNOLOGY,
    Technology,
    load_technology,
)
from pnn_studio.errors import SurrogateError
from pnn_studio.storage.files import make_folder
from pnn_studio.training.surrogate_fit import fit_surrogate, write_surrogate

Follow = Callable[[str, float], None]


def build(
    technology: str,
    out: Path | None,
    *,
    circuits: int,
    seed: int,
    data: Path | None,
    follow: Follow,
    elsewhere: Elsewhere | None = None,
) -> tuple[Path, Mapping[CircuitName, Any]]:
    """Characterise both circuits and fit their surrogates.

    Parameters
    ----------
    technology : str
        Identifier or TOML file; empty for the one that ships.
    out : Path or None
        Holds a folder for each circuit, such as ``ptanh/``; by default where surrogates ship.
    circuits, seed : int
        Circuits of each kind, and the seed of their samples.
    data : Path or None
        Folder of the simulated tables. A table that is there is fitted again without simulating;
        one that is not is simulated and kept there.
    follow : callable
        Told what is done and how far it is.
    elsewhere : callable, optional
        Has other machines simulate, as for `characterise`.

    Returns
    -------
    Path, dict
        Folder that was written, and held-out errors by circuit and group.
    """
    torch.set_num_threads(1)
    chosen = load_technology(technology or DEFAULT_TECHNOLOGY)
    folder = out if out is not None else shipped_folder("surrogates") / chosen.id
    make_folder(folder)
    if data is not None:
        make_folder(data)
    reports = {}
    for name in chosen.circuit_names:
        table = _table(chosen, name, circuits, seed, data, follow, elsewhere)
        fitted = fit_surrogate(table, chosen, lambda share, name=name: follow(f"Fit {name}", share))  # type: ignore[misc]  # name is bound now
        write_surrogate(folder / name, fitted)
        reports[name] = fitted.card["held_out"]
    return folder, reports


def _table(
    chosen: Technology,
    name: CircuitName,
    circuits: int,
    seed: int,
    data: Path | None,
    follow: Follow,
    elsewhere: Elsewhere | None,
) -> CircuitTable:
    path = data / f"{name}.npz" if data is not None else None
    if path is not None and path.is_file():
        table = load_table(path)
        if (table.circuit, table.technology_fingerprint) != (name, chosen.fingerprint):
            raise SurrogateError(
                f"{path} was simulated for the {table.circuit} circuit of {table.technology!r:.40} "
                f"as it was then; remove it, so that {name} of {chosen.id!r} is simulated again."
            )
        return table

    def count(done: int, of: int) -> None:
        follow(f"Simulate {name}", done / of)

    table = characterise(chosen, name, circuits, seed, progress=count, elsewhere=elsewhere)
    if path is not None:
        save_table(path, table)
    return table
