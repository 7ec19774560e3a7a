"""Measures the engine.

Speeds are design-epochs per second of a 51 x 10 family with one hidden layer of 3: forward,
backward, step and validation. The plain reference of the tests is measured in the same run, for
these machines are noisy. Data sets of the paper lie beside the checkout and are skipped where they
are not there.
"""

import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import torch

from pnn_studio.app.commands.family_run import FamilyRun
from pnn_studio.app.commands.models import load_models
from pnn_studio.app.commands.own_data import load_data
from pnn_studio.domain.circuit_model import MODELS
from pnn_studio.domain.dataset import DataReference, Dataset
from pnn_studio.domain.layout import Layout
from pnn_studio.domain.run import FamilyPlan, Schedule
from pnn_studio.training.compiled.training import CompiledTraining
from tests.benchmark.data import NAMES, SHARED, versions
from tests.reference import PlainNetwork

# no design ends while it is measured, and each has one start
STEADY = replace(Schedule.paper(), patience=10**6)
SECONDS = 6.0


def best_of(work, times: int) -> float:
    """Seconds of the fastest of several runs, after two to warm up."""
    for _ in range(2):
        work()
    taken = []
    for _ in range(times):
        started = time.perf_counter()
        work()
        taken.append(time.perf_counter() - started)
    return min(taken)


def machine() -> dict[str, float]:
    """One thread, float32: a 1530 x 230 x 1275 product, and sigmoids of an array in the cache."""
    left, right = torch.randn(1530, 230), torch.randn(230, 1275)
    product = torch.empty(1530, 1275)
    product_s = best_of(lambda: torch.mm(left, right, out=product), 20)
    values = torch.randn(1 << 16)
    results = torch.empty_like(values)
    sigmoid_s = best_of(lambda: torch.sigmoid(values, out=results), 200)
    return {
        "gemm_gflops": 2 * 1530 * 230 * 1275 / product_s / 1e9,
        "sigmoid_per_s": values.numel() / sigmoid_s,
    }


def data_of(name: str, models) -> Dataset | None:
    path = SHARED / f"{name}.csv"
    if path.is_file():
        return load_data(str(path), models.technology)
    return load_data("iris", models.technology) if name == "iris" else None


def layout_of(dataset: Dataset, hidden: tuple[int, ...] = (3,)) -> Layout:
    return Layout(dataset.voltages.shape[1], hidden, len(dataset.class_names))


def family_speed(dataset: Dataset, models, seconds: float = SECONDS, model="ideal") -> float:
    """Design-epochs per second once all are at work, on as many cores as the engine takes."""
    plan = FamilyPlan.grid(layout_of(dataset), 51, 10, STEADY, model)
    marks: list[tuple[float, int]] = []

    def watch(record, _run) -> bool:
        now = time.perf_counter()
        # all have begun when every design has figures
        if np.isfinite(record.train_loss).all():
            marks.append((now, record.design_epochs))
        return not marks or now - marks[0][0] < seconds

    FamilyRun(plan, dataset, models).run(watch)
    (began, first), (ended, last) = marks[0], marks[-1]
    return (last - first) / (ended - began)


def reference_speed(dataset: Dataset, models, seconds: float = 4.0) -> float:
    """Epochs per second of one design, resistor by resistor, with torch's Adam."""
    layout = layout_of(dataset)
    plain = PlainNetwork(layout, models.technology, models.surrogates)
    parts = {
        split: [torch.from_numpy(each.copy()) for each in dataset.part(split)]
        for split in ("train", "valid")
    }
    theta = [
        (0.5 + torch.rand(shape, dtype=torch.float64)).requires_grad_() for shape in layout.shapes
    ]
    omega = {
        name: torch.zeros(1, count, dtype=torch.float64, requires_grad=True)
        for name, count in (("ptanh", 6), ("negation", 7))
    }
    optimiser = torch.optim.Adam([*theta, *omega.values()], lr=1e-3)
    began, epochs = time.perf_counter(), 0
    while epochs < 2 or time.perf_counter() - began < seconds:
        optimiser.zero_grad()
        plain.evaluate(theta, omega, *parts["train"], alpha=0.5).objective.backward()
        optimiser.step()
        with torch.no_grad():
            plain.evaluate(theta, omega, *parts["valid"], alpha=0.5)
        epochs += 1
    return epochs / (time.perf_counter() - began)


def epoch_time(
    dataset: Dataset, models, designs: int, hidden: tuple[int, ...] = (3,), model="loaded"
) -> float:
    """Seconds of an epoch of that many designs on one core."""
    layout = layout_of(dataset, hidden)
    # few seeds, as a grid has: to draw the first weights of each takes as long as many epochs
    seeds = tuple(design % 10 for design in range(designs))
    plan = FamilyPlan(layout, (0.5,) * designs, seeds, STEADY, model=model)
    training = CompiledTraining(plan, dataset, models.technology, models.surrogates, threads=1)
    paces: list[float] = []
    last: tuple[float, int] | None = None
    for record in training.run(report_every=0.25):
        if last is not None and record.design_epochs > last[1]:
            paces.append((record.seconds - last[0]) / (record.design_epochs - last[1]))
        last = (record.seconds, record.design_epochs)
        if len(paces) == 6:
            break
    return min(paces[1:]) * designs


def made_up(samples: int, inputs: int) -> Dataset:
    """Random voltages with three classes."""
    draw = np.random.default_rng(0)
    split = np.zeros(samples, dtype=np.int8)
    split[: samples // 5], split[samples // 5 : 2 * samples // 5] = 1, 2
    return Dataset(
        DataReference("made up"),
        "made up",
        tuple(f"x{number}" for number in range(inputs)),
        ("a", "b", "c"),
        draw.random((samples, inputs)),
        draw.integers(0, 3, samples),
        split,
        np.zeros(inputs),
        np.ones(inputs),
    )


def growth(models, model) -> dict[str, dict[int, float]]:
    """Milliseconds of an epoch on one core, over designs, samples, inputs, hidden neurons, layers.

    Widths are those of one hidden layer.
    """
    usual = made_up(600, 8)

    def time_of(dataset: Dataset, designs: int, hidden: tuple[int, ...] = (3,)) -> float:
        return 1e3 * epoch_time(dataset, models, designs, hidden, model)

    return {
        "designs": {n: time_of(usual, n) for n in (51, 510, 5100)},
        "samples": {n: time_of(made_up(n, 8), 51) for n in (150, 600, 2400)},
        "inputs": {n: time_of(made_up(600, n), 51) for n in (4, 16, 64, 784)},
        "hidden": {n: time_of(usual, 51, (n,)) for n in (3, 12, 48, 128)},
        "hidden layers": {n: time_of(usual, 51, (3,) * n) for n in (1, 2, 3)},
    }


def exponent(times: dict[int, float]) -> float:
    """Return the largest exponent between sizes that follow each other: 1 grows as they do."""
    sizes, taken = np.log(list(times)), np.log(list(times.values()))
    return float((np.diff(taken) / np.diff(sizes)).max())


def full_sweep(source: str) -> dict[str, float]:
    """``sweep`` 51 x 10 to its end from a cold start of the command, on its own."""
    started = time.perf_counter()
    command = [sys.executable, "-m", "pnn_studio.main", "sweep", source, "--json"]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    answer = json.loads(done.stdout)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
    return {
        "seconds": time.perf_counter() - started,
        "design_epochs": answer["design_epochs"],
        "peak_bytes_largest_process": peak,
    }


def measure(only: str | None, tell: Callable[[str], None]) -> dict[str, object]:
    """Measure all, or the speed on one data set; `tell` gets a line for each."""
    torch.set_num_threads(1)
    models = load_models()
    results: dict[str, object] = {"machine": machine(), "engine": {}, "loaded": {}}
    tell("{gemm_gflops:.0f} GFLOP/s, {sigmoid_per_s:.2g} sigmoids/s".format(**results["machine"]))
    for name in (only,) if only else NAMES:
        dataset = data_of(name, models)
        if dataset is None:
            tell(f"{name}: its data are not here")
            continue
        family, reference = family_speed(dataset, models), reference_speed(dataset, models)
        results["engine"][name] = {
            "family_per_s": family,
            "reference_per_s": reference,
            "ratio": family / reference,
        }
        loaded = family_speed(dataset, models, model="loaded")
        results["loaded"][name] = {"family_per_s": loaded, "ratio": loaded / reference}
        tell(
            f"{name}: {family:,.0f} design-epochs/s, loaded {loaded:,.0f}, "
            f"reference {reference:.1f}"
        )
    if not only:
        results["epoch_ms"] = {model: growth(models, model) for model in MODELS}
        for model, grown in results["epoch_ms"].items():
            for what, times in grown.items():
                listed = ", ".join(f"{size}: {each:.1f} ms" for size, each in times.items())
                tell(f"an epoch, {model}, over {what}: {listed}; exponent {exponent(times):.2f}")
        results["sweep"] = {"iris": full_sweep("iris")}
        tell("sweep iris: {seconds:.1f} s".format(**results["sweep"]["iris"]))
        if (SHARED / f"{NAMES[-1]}.csv").is_file():
            results["sweep"][NAMES[-1]] = full_sweep(str(SHARED / f"{NAMES[-1]}.csv"))
            tell("sweep {}: {seconds:.1f} s".format(NAMES[-1], **results["sweep"][NAMES[-1]]))
    results["versions"] = versions("torch", "numpy")
    return results
