"""A design as it can be printed, with its figures."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from pnn_studio.domain.dataset import SPLITS, Dataset, Split
from pnn_studio.domain.design import TrainedDesign
from pnn_studio.domain.technology import Technology
from pnn_studio.physics.evaluate import evaluate_design
from pnn_studio.physics.variation.rounding import Samples, round_design
from pnn_studio.training.compiled.warm_up import warm_up_exact


def printable_design(
    design: TrainedDesign,
    technology: Technology,
    dataset: Dataset,
    summed_up: Callable[[TrainedDesign], TrainedDesign] | None = None,
    follow: Callable[[float], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> TrainedDesign:
    """Round a design to values that can be printed, and measure what it does then.

    Parameters
    ----------
    design, technology, dataset
        The design, and what it was trained for and on.
    summed_up : callable, optional
        Takes the curves of its circuits, in short, from surrogates.
    follow, cancelled : callables, optional
        As for `round_design`.

    Raises
    ------
    DatasetError, TechnologyError, UsageError
        Where data or technology are not those of the design, or state too little.
    """
    dataset.check_unchanged(design.data)
    warm_up_exact(technology)
    train, valid = Samples(dataset.part("train")[0]), Samples(dataset.part("valid")[0])
    rounded = round_design(design, technology, train, valid, follow, cancelled)
    if summed_up is not None:
        rounded = summed_up(rounded)
    accuracy: dict[Split, float] = {}
    readable: dict[Split, float] = {}
    for split in SPLITS:
        voltages, classes = dataset.part(split)
        found = evaluate_design(rounded, technology, voltages)
        outputs, samples = found.outputs, np.arange(len(classes))
        others = outputs.copy()
        others[samples, classes] = -np.inf
        best, rest = outputs[samples, classes], others.max(axis=1)
        accuracy[split] = float(np.mean(outputs.argmax(axis=1) == classes))
        is_readable = (best > rest) & (best >= technology.measurable) & (rest <= 0)
        readable[split] = float(np.mean(is_readable))
    metrics = replace(
        rounded.metrics, accuracy=accuracy, measurable_accuracy=readable, power=found.power
    )
    return replace(rounded, metrics=metrics)
