"""Simulate a design whole in ngspice."""

from collections.abc import Callable
from dataclasses import replace

import torch

from pnn_studio.circuit.check import verify
from pnn_studio.domain.cells import CellRole
from pnn_studio.domain.dataset import Dataset
from pnn_studio.domain.design import Cell, LayerDesign, TrainedDesign
from pnn_studio.domain.technology import Technology
from pnn_studio.domain.verification import Verification
from pnn_studio.physics.surrogate import Surrogates

CHECK_TIMEOUT_S = 120.0


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


def check_design(
    design: TrainedDesign,
    technology: Technology,
    dataset: Dataset,
    *,
    timeout_s: float = CHECK_TIMEOUT_S,
    cancelled: Callable[[], bool] | None = None,
    samples: Callable[[int], None] | None = None,
) -> Verification:
    """Simulate a design whole in ngspice over its test split."""
    return verify(
        design, technology, dataset, timeout_s=timeout_s, cancelled=cancelled, samples=samples
    )
