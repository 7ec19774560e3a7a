"""``scripts/cuda``: whether a CUDA device trains what the processor trains, and how fast."""

import itertools
import sys

import numpy as np
import torch

from pnn_studio.app.commands.models import load_models
from pnn_studio.app.commands.own_data import load_data
from pnn_studio.domain.circuit_model import MODELS
from pnn_studio.domain.layout import Layout
from pnn_studio.domain.run import MAX_DESIGNS, FamilyPlan
from pnn_studio.training.compiled.training import CompiledTraining
from pnn_studio.training.engine import FamilyTraining
from tests.benchmark.engine import STEADY

WITHIN = 1e-4
COMPARED = ((torch.float32, 2), (torch.float64, 10))
MEASURED = 20
SIZES = (510, 5_100, 51_000)


def figures(plan, dataset, models, device, precision, epochs):
    """Losses and powers of all designs after some epochs."""
    training = FamilyTraining(
        plan,
        dataset,
        models.technology,
        models.surrogates,
        dtype=precision,
        device=torch.device(device),
    )
    *_, record = itertools.islice(training.run(0.0), epochs)
    return {name: getattr(record, name) for name in ("train_loss", "valid_loss", "power")}


def compare(dataset, models):
    """Return the largest difference of a figure, relative to the largest, over both models.

    A step of Adam turns the last bit of a gradient near 0 into its sign, and in single precision a
    theta that passes 0 an epoch later on one of them has another negation circuit: what many
    epochs do is compared in double precision.
    """
    worst = 0.0
    for model, (precision, epochs) in itertools.product(MODELS, COMPARED):
        plan = FamilyPlan.grid(Layout(4, (3,), 3), 5, 4, STEADY, model)
        here, there = (
            figures(plan, dataset, models, each, precision, epochs) for each in ("cpu", "cuda")
        )
        for name, values in here.items():
            apart = float(np.max(np.abs(values - there[name])) / np.abs(values).max())
            print(f"{model}, {name}, {precision}: {apart:.1e} apart after {epochs} epochs")
            worst = max(worst, apart)
    return worst


def steady(designs, model):
    """Make a plan of one hidden layer of 3 whose designs all go on while they are measured."""
    alphas = tuple(float(each) for each in np.linspace(0, 1, designs))
    return FamilyPlan(Layout(4, (3,), 3), alphas, (0,) * designs, STEADY, model=model)


def pace(run, first, last):
    """Design-epochs and seconds between two records."""
    first = next(itertools.islice(run, first, None))
    last = next(itertools.islice(run, last - 1, None))
    return last.design_epochs - first.design_epochs, last.seconds - first.seconds


def speed(dataset, models, designs, model):
    """Design-epochs per second on the device; more than a plan may have take turns."""
    epochs = seconds = 0
    turns = -(-designs // MAX_DESIGNS)
    for _ in range(turns):
        training = FamilyTraining(
            steady(designs // turns, model),
            dataset,
            models.technology,
            models.surrogates,
            device=torch.device("cuda"),
        )
        # what is compiled on the way is by the fifth epoch
        trained, taken = pace(training.run(0.0), 4, MEASURED)
        epochs, seconds = epochs + trained, seconds + taken
    return epochs / seconds


def speed_here(dataset, models, designs, model):
    """Design-epochs per second of the compiled engine on all processors."""
    training = CompiledTraining(
        steady(designs, model), dataset, models.technology, models.surrogates
    )
    trained, taken = pace(training.run(0.5), 1, 6)
    return trained / taken


def main():
    """Compare and measure; 1 where values are apart."""
    if not torch.cuda.is_available():
        print("PyTorch sees no CUDA device here: nothing was compared, and nothing measured.")
        return 0
    print(f"{torch.cuda.get_device_name()}, torch {torch.__version__}")
    models = load_models()
    dataset = load_data("iris", models.technology)
    worst = compare(dataset, models)
    print(f"{'within' if worst <= WITHIN else 'NOT within'} {WITHIN:g}: {worst:.1e}")
    for model in MODELS:
        for designs in SIZES:
            torch.cuda.reset_peak_memory_stats()
            found = speed(dataset, models, designs, model)
            taken = torch.cuda.max_memory_allocated() / 2**30
            print(f"{model}, {designs} designs: {found:,.0f} design-epochs/s, {taken:.1f} GiB")
        found = speed_here(dataset, models, SIZES[0], model)
        print(f"{model}, {SIZES[0]} designs on the processors: {found:,.0f} design-epochs/s")
    return int(worst > WITHIN)


if __name__ == "__main__":
    sys.exit(main())
