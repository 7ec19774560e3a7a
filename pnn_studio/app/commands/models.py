"""A technology and the surrogates of its circuits: what a training needs beside plan and data."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch

from pnn_studio.circuit.characterise import netlist_hash
from pnn_studio.domain.cells import CellRole, CircuitName
from pnn_studio.domain.design import Cell, LayerDesign, TrainedDesign
from pnn_studio.domain.print_process import SHIPPED_PROCESS, PrintProcess
from pnn_studio.domain.technology import Technology
from pnn_studio.errors import SurrogateError
from pnn_studio.physics import surrogate
from pnn_studio.physics.surrogate import Surrogates


@dataclass(frozen=True, eq=False)
class Models:
    """A technology, the surrogates of its circuits, and where both came from.

    Attributes
    ----------
    technology, surrogates
        Loaded and checked.
    print_process : PrintProcess
        What `load_models` was given, so that another process loads the same.
    """

    technology: Technology
    surrogates: Surrogates
    print_process: PrintProcess


def load_models(print_process: PrintProcess = SHIPPED_PROCESS) -> Models:
    """Load a technology and its surrogates."""
    loaded = print_process.load()
    folder = print_process.surrogate_folder(loaded)
    if not print_process.surrogates and not folder.is_dir():
        raise SurrogateError(
            f"No surrogates ship for the technology {loaded.id!r}; give their folder with "
            "--surrogates, or make them with pnn-studio surrogates build --technology FILE."
        )
    return Models(loaded, load_surrogates(folder, loaded), print_process)


def load_surrogates(folder: Path, technology: Technology) -> Surrogates:
    """Load the surrogates of both circuits, which must be of the technology as it is now.

    Numbers that no simulation of the circuits reads, such as those of the crossbar, may differ.

    Raises
    ------
    SurrogateError
        Where an artefact cannot be used, or its card says that it was fitted to other circuits.
    """
    loaded = surrogate.load_surrogates(folder, technology)
    for circuit in technology.circuit_names:
        if not _fits(loaded[circuit].card, circuit, technology):
            raise SurrogateError(
                f"{folder / circuit / 'card.json'}: fitted to {technology.id!r} as it was before "
                "its transistor, rails, component values or input range were changed. Build the "
                "surrogates again (pnn-studio surrogates build --technology FILE --out DIR), or "
                "give the technology file that they are of."
            )
    return loaded


def _fits(card: Mapping[str, Any], circuit: CircuitName, technology: Technology) -> bool:
    """Whether a card is of these circuits, as far as it says of which it is."""
    fingerprint, netlist = card.get("technology_fingerprint"), card.get("netlist_sha256")
    if fingerprint is None or technology.accepts(fingerprint):
        return True
    inputs = (technology.input_low, technology.input_high)
    # the mean power is one over the range of the inputs
    if (card.get("input_low", inputs[0]), card.get("input_high", inputs[1])) != inputs:
        return False
    if netlist is None or technology.transistor is None:
        return netlist is not None  # nothing to compare with
    return bool(netlist == netlist_hash(technology, circuit))


def with_surrogates(design: TrainedDesign, surrogates: Surrogates) -> TrainedDesign:
    """Return the same printed design with eta and power of its circuits taken from `surrogates`."""

    def again(layer: LayerDesign, role: CellRole) -> Cell:
        cell, kind = layer.cell(role), layer.kind(role)
        name = kind.name
        omega = torch.tensor([cell.omega[each] for each in kind.components], dtype=torch.float64)
        eta1, eta2, eta3, eta4 = (float(each) for each in surrogates[name].eta(omega))
        return replace(
            cell, eta=(eta1, eta2, eta3, eta4), power=float(surrogates[name].power(omega))
        )

    layers = tuple(
        replace(layer, activation=again(layer, "activation"), negation=again(layer, "negation"))
        for layer in design.layers
    )
    return replace(design, layers=layers)
