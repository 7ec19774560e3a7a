"""How long a training will take, said before it starts. No torch: the window asks at every edit.

The time of an epoch of one design was measured on one core, over 150 to 2,400 samples, 4 to 64
inputs and one to three hidden layers of 3 to 32 neurons, and fitted by least squares. How long it
takes here is learned from the trainings that end on this machine.
"""

import contextlib
import json
import math
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from pnn_studio.domain.circuit_model import ModelName
from pnn_studio.domain.codec import decode
from pnn_studio.domain.engine import cores
from pnn_studio.domain.layout import Layout
from pnn_studio.domain.run import EpochRecord, FamilyPlan, Schedule
from pnn_studio.errors import PnnError
from pnn_studio.storage.files import read_limited, write_atomically


@dataclass(frozen=True)
class _Costs:
    """Seconds that an epoch of a design takes on one core of the machine of the fit.

    Attributes
    ----------
    design, site : float
        In itself, and for each resistor site.
    neuron, product : float
        For each sample and neuron, and for each sample and product.
    """

    design: float
    site: float
    neuron: float
    product: float


_COSTS: Mapping[ModelName, _Costs] = {
    "ideal": _Costs(7.8e-6, 1.6e-8, 3.5e-9, 2.0e-10),
    "loaded": _Costs(2.7e-5, 2.2e-7, 2.3e-8, 7.7e-10),
}
# epochs of a design on average: 890 to 1,140 with iris, wine and balance scale
_USUAL_EPOCHS = 1000.0
# what nobody has measured yet is taken to be this much slower
_CAUTION = 1.5
# of `machine_seconds` on the machine of the fit
_REFERENCE_S = 2.4e-3

_KEPT, _RECENT, _MAX_FILE = 64, 5, 1 << 20


def threads_for(designs: int) -> int:
    """Return how many threads train a family of that many designs."""
    return min(cores(), designs)


def _spread(designs: int) -> float:
    """Epochs of the slowest of `designs` designs, in those of the average one."""
    return 1.2 + 0.08 * math.log2(designs)


def machine_seconds() -> float:
    """Measure this machine: small and large array operations, as an epoch has them; 2 ms in all."""
    small, large = np.ones(64, np.float32), np.linspace(-3, 3, 1 << 15, dtype=np.float32)
    into, best = np.empty_like(large), math.inf
    for _ in range(5):
        begin = time.perf_counter()
        for _ in range(400):
            small * small
        for _ in range(20):
            np.tanh(large, out=into)
        best = min(best, time.perf_counter() - begin)
    return best


@dataclass(frozen=True)
class PastRun:
    """What a training on this machine took.

    Attributes
    ----------
    data : str
        Fingerprint of its data.
    designs : int
        Size of its family.
    mean_epochs, most_epochs : float
        Of its designs.
    modelled, seconds : float
        What is modelled for such epochs on as many threads, and what they took.
    model : str
        The circuit model of its designs; entries of older versions name none.
    """

    data: str
    designs: int
    mean_epochs: float
    most_epochs: float
    modelled: float
    seconds: float
    model: ModelName = "ideal"

    def __post_init__(self) -> None:
        """Refuse what no training can have taken."""
        numbers = (self.mean_epochs, self.most_epochs, self.modelled, self.seconds, self.designs)
        if not all(0 < each < math.inf for each in numbers):
            raise ValueError("a past run has positive numbers")


@dataclass(frozen=True)
class Estimate:
    """How long a training will take.

    Attributes
    ----------
    seconds : float
        What is expected.
    bound : float
        What it takes where every design trains to its last epoch.
    basis : {"same data", "this machine", "nothing"}
        Whether it was learned from trainings on these data, from others on this machine, or not at
        all: then the bound alone can be relied on.
    """

    seconds: float
    bound: float
    basis: Literal["same data", "this machine", "nothing"]


def modelled_seconds(
    layout: Layout, samples: int, model: ModelName, design_epochs: float, prints: int = 1
) -> float:
    """Say how long epochs take on one core of the machine of the fit.

    Parameters
    ----------
    layout : Layout
        What is trained.
    samples : int
        Of the training and the validation split.
    model : str
        Circuit model.
    design_epochs : float
        Epochs summed over designs and their starts.
    prints : int
        That each epoch goes through.
    """
    costs, neurons = _COSTS[model], sum(layout.sizes[1:])
    products = sum((rows - 1) * columns for rows, columns in layout.shapes)
    epoch = costs.design + costs.site * layout.resistor_sites
    epoch += samples * (costs.neuron * neurons + costs.product * products)
    return design_epochs * epoch * prints


class RunTimes:
    """Learns from trainings that end, and tells how long others will take.

    Parameters
    ----------
    path : Path
        File of past trainings in the user's folder; one that is broken or cannot be written is let
        be.
    measure : callable
        Measures the machine, once, where nothing was trained on it yet.
    """

    def __init__(self, path: Path, measure: Callable[[], float] = machine_seconds) -> None:
        self._path, self._measure = path, measure
        self._past = _read(path)
        self._machine: float | None = None

    def note(self, plan: FamilyPlan, data: str, samples: int, record: EpochRecord) -> None:
        """Learn from the last record of a training that ran to its end."""
        epochs = record.epochs[record.epochs > 0]
        # a family all of which was known took no time
        if not len(epochs) or record.seconds <= 0 or record.design_epochs <= 0:
            return
        prints = 1 if plan.variation is None else plan.variation.prints
        work = (plan.layout, samples, plan.model, record.design_epochs, prints)
        modelled = modelled_seconds(*work)
        past = PastRun(
            data, plan.designs, float(epochs.mean()), float(epochs.max()),
            modelled / threads_for(plan.designs), float(record.seconds), plan.model,
        )  # fmt: skip
        self._past = (*self._past, past)[-_KEPT:]
        # where it cannot be written, what was learned is known until the window is closed
        with contextlib.suppress(OSError, PnnError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(self._path, json.dumps([asdict(each) for each in self._past]).encode())

    def estimate(
        self,
        layout: Layout,
        designs: int,
        schedule: Schedule,
        data: str,
        samples: int,
        model: ModelName = "ideal",
        prints: int = 1,
    ) -> Estimate:
        """Say how long a family of `designs` would take on data of that fingerprint."""
        past = [each for each in self._past if each.model == model]
        known = [each for each in past if each.data == data][-_RECENT:]
        mean, spread = _USUAL_EPOCHS, _spread(designs)
        if known:
            mean = float(np.median([each.mean_epochs for each in known]))
            here = [each.most_epochs / each.mean_epochs / _spread(each.designs) for each in known]
            spread *= float(np.median(here))
        pace, threads = self._pace(known, past), threads_for(designs)

        def seconds(mean: float, most: float) -> float:
            mean, most = (min(each, schedule.max_epochs) for each in (mean, most))
            race = min(schedule.start_epochs, schedule.max_epochs) * (schedule.starts - 1)
            # threads share designs, and no design: the last one keeps one of them
            design_epochs = max(designs * (mean + race) / threads, most + race)
            return pace * modelled_seconds(layout, samples, model, design_epochs, prints)

        basis: Literal["same data", "this machine", "nothing"] = "nothing"
        if self._past:
            basis = "same data" if known else "this machine"
        return Estimate(seconds(mean, mean * spread), seconds(math.inf, math.inf), basis)

    def _pace(self, known: list[PastRun], past: list[PastRun]) -> float:
        """How many times as long as modelled it takes here; `past` are those of its model."""
        recent = known or (past or list(self._past))[-_RECENT:]
        if recent:
            return float(np.median([each.seconds / each.modelled for each in recent]))
        if self._machine is None:
            self._machine = self._measure()
        return _CAUTION * self._machine / _REFERENCE_S


def _read(path: Path) -> tuple[PastRun, ...]:
    try:
        listed = json.loads(read_limited(path, _MAX_FILE))
        entries = [each | {"$type": "PastRun"} for each in listed]
        return tuple(decode(each, {}, PastRun) for each in entries)[-_KEPT:]
    except (PnnError, ValueError, TypeError, RecursionError):
        return ()  # nothing was trained here yet; a broken file is not worth a word
