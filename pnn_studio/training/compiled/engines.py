"""What compiled training needs to know of each circuit model."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from pnn_studio.domain.dataset import SPLITS, Dataset
from pnn_studio.domain.run import FamilyPlan
from pnn_studio.domain.technology import Technology
from pnn_studio.physics.ideal.kernel_packing import IdealPacking
from pnn_studio.physics.kernels.arrays import Floats
from pnn_studio.physics.kernels.packing import Packing
from pnn_studio.physics.loaded.kernel.packing import LoadedPacking
from pnn_studio.physics.model import CircuitModel
from pnn_studio.physics.surrogate import Surrogates
from pnn_studio.training.compiled.design import Design
from pnn_studio.training.compiled.evaluation import IdealEvaluation
from pnn_studio.training.compiled.ideal import train_ideal
from pnn_studio.training.compiled.loaded import train_loaded
from pnn_studio.training.outcome import LoadedEvaluator, Outcome, make_model

# what a thread works in: its type is the model's own matter
Work = Any


@dataclass(frozen=True, eq=False)
class Engine:
    """A circuit model as compiled training takes it.

    Attributes
    ----------
    packing : Packing
        Parameters as matrices.
    work : callable
        Makes what a thread works in.
    train : callable
        Trains a design for some epochs in that; returns the epochs.
    model : CircuitModel
        Draws the starts, in double precision: what is drawn is rounded once.
    outcome : callable
        Evaluates the states that designs kept, shape (designs, states, parameter rows, row length),
        with the best objectives and the status of the designs.
    """

    packing: Packing
    work: Callable[[], Work]
    train: Callable[[Work, Design, int], int]
    model: CircuitModel[Any]
    outcome: Callable[[Floats, NDArray[np.float64], NDArray[np.int8]], Outcome]


def engine_of(
    plan: FamilyPlan, dataset: Dataset, technology: Technology, surrogates: Surrogates
) -> Engine:
    """Make the engine of the model that a plan names."""
    splits = [dataset.part(split) for split in SPLITS[:2]]
    model = make_model(plan, technology, surrogates, torch.float64, torch.device("cpu"))
    if plan.model == "ideal":
        ideal = IdealPacking(plan.layout, technology, surrogates, splits)
        evaluation = IdealEvaluation(plan, dataset, technology, ideal)
        return Engine(ideal, ideal.work, train_ideal, model, evaluation.outcome)
    loaded = LoadedPacking(plan.layout, technology, splits, plan.variation)
    evaluator = LoadedEvaluator(plan, dataset, technology, surrogates, torch.device("cpu"))

    def outcome(states: Floats, loss: NDArray[np.float64], status: NDArray[np.int8]) -> Outcome:
        flat = torch.from_numpy(np.stack([loaded.flat(each) for each in states]))
        return evaluator.outcome(flat[:, 0], flat[:, 1:], torch.from_numpy(loss), status)

    return Engine(loaded, loaded.work, train_loaded, model, outcome)
