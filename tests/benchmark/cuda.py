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
from pnn_studio.training.engine import FamilyTraining
from tests.benchmark.engine import STEADY

WITHIN = 1e-4
EPOCHS, MEASURED = 10, 20
SIZES = (510, 5_100, 51_000)


def figures(plan, dataset, models, device):
    """Losses, accuracies and powers of all designs after some epochs."""
    training = FamilyTraining(
        plan, dataset, models.technology, models.surrogates, device=torch.device(device)
    )
    *_, record = itertools.islice(training.run(0.0), EPOCHS)
    return {name: getattr(record, name) for name in ("train_loss", "valid_loss", "power")}


def compare(dataset, models):
    """Return the largest relative difference of a figure, over both models."""
    worst = 0.0
    for model in MODELS:
        plan = FamilyPlan.grid(Layout(4, (3,), 3), 5, 4, STEADY, model)
        here, there = (figures(plan, dataset, models, each) for each in ("cpu", "cuda"))
        for name, values in here.items():
            apart = float(np.max(np.abs(values - there[name]) / np.abs(values).max()))
            print(f"{model}, {name}: {apart:.1e} apart after {EPOCHS} epochs")
            worst = max(worst, apart)
    return worst


def speed(dataset, models, designs, model):
    """Design-epochs per second; more designs than a plan may have take turns."""
    epochs = seconds = 0
    turns = -(-designs // MAX_DESIGNS)
    count = designs // turns
    for _ in range(turns):
        alphas = tuple(float(each) for each in np.linspace(0, 1, count))
        plan = FamilyPlan(Layout(4, (3,), 3), alphas, (0,) * count, STEADY, model=model)
        run = FamilyTraining(plan, dataset, models.technology, models.surrogates).run(0.0)
        first = next(itertools.islice(run, 4, None))  # what is compiled on the way is by then
        last = next(itertools.islice(run, MEASURED - 1, None))
        epochs += last.design_epochs - first.design_epochs
        seconds += last.seconds - first.seconds
    return epochs / seconds


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
            found = speed(dataset, models, designs, model)
            print(f"{model}, {designs} designs: {found:,.0f} design-epochs/s")
    return int(worst > WITHIN)


if __name__ == "__main__":
    sys.exit(main())
