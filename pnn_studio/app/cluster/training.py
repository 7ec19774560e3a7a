"""Trains a plan on a cluster: a few designs of it at a time, wherever a worker is free."""

import contextlib
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pnn_studio.app.cluster import there
from pnn_studio.app.cluster.connection import Cluster
from pnn_studio.app.cluster.dealing import deal_out
from pnn_studio.app.cluster.work import SILENCE_S, Result
from pnn_studio.app.commands.grown import known_state, last_record
from pnn_studio.app.commands.models import Models, load_models
from pnn_studio.app.jobs.frames import pack_value, unpack_value
from pnn_studio.domain.dataset import Dataset
from pnn_studio.domain.engine import Engine
from pnn_studio.domain.family import Family, merge_families
from pnn_studio.domain.print_process import PrintProcess
from pnn_studio.domain.run import IMPROVING, EpochRecord, FamilyPlan, merge_records
from pnn_studio.domain.training import Training
from pnn_studio.storage.sweep_file import pack_sweep, unpack_sweep
from pnn_studio.training.compiled.training import CompiledTraining

# records a second from all workers together, and seconds between those of one
_RECORDS, _SOONEST_S, _LATEST_S = 16, 0.5, 10.0

Done = tuple[list[int], Family]  # designs of the plan, and what came of them


class ClusterTransport:
    """Takes plans to the workers of a cluster.

    Parameters
    ----------
    cluster : Cluster
        Connected.
    silence_s : float
        As for `Work`.
    """

    def __init__(self, cluster: Cluster, silence_s: float = SILENCE_S) -> None:
        self._cluster, self._silence_s = cluster, silence_s

    @property
    def engine(self) -> Engine:
        """What trains there."""
        return self._cluster.facts.engine

    def take(self, plan: FamilyPlan, dataset: Dataset, print_process: PrintProcess) -> Training:
        """Begin with a plan."""
        models = load_models(print_process)
        return ClusterTraining(plan, dataset, models, self._cluster, self._silence_s)


class ClusterTraining:
    """A training of which each worker has a few designs at a time.

    What it keeps is what is done: designs under way are trained anew by who takes it up.
    """

    chunks = 1

    def __init__(
        self,
        plan: FamilyPlan,
        dataset: Dataset,
        models: Models,
        cluster: Cluster,
        silence_s: float,
    ) -> None:
        # never trained itself: it says how designs begin, and reads the state of a training here
        self._here = CompiledTraining(plan, dataset, models.technology, models.surrogates)
        self.plan, self._dataset, self._models = plan, dataset, models
        self._cluster, self._silence_s = cluster, silence_s
        self._done: list[Done] = []
        self._packed: list[bytes] = []  # the first of them, as sweep files
        self._record: tuple[list[int], EpochRecord] | None = None  # of all that are done
        self._live: dict[int, tuple[list[int], EpochRecord]] = {}  # by the first design of a unit
        self._begun: Family | None = None
        self._seconds, self._slots = 0.0, 1

    # --- the loop ----------------------------------------------------------------------------

    def run(self, report_every: float = 0.05) -> Iterator[EpochRecord]:
        """Train to the end, yielding how all stand.

        Raises
        ------
        TrainingFailed, TrainingLost
            Where a unit fails by itself, or the cluster is gone.
        """
        known = {design for designs, _ in self._done for design in designs}
        waiting = [each for each in range(self.plan.designs) if each not in known]
        shared = self._shared()
        started, before = 0.0, self._seconds

        def unit(designs: list[int], slots: int) -> tuple[Any, ...]:
            self._slots = slots
            every = min(max(slots / _RECORDS, _SOONEST_S), _LATEST_S)
            return "train", shared, pack_value(self.plan.part(designs)), every

        with contextlib.closing(
            deal_out(self._cluster, waiting, unit, silence_s=self._silence_s, every_s=report_every)
        ) as dealt:
            for told in dealt:
                if not told and not started:
                    continue
                started = started or time.monotonic()  # all is loaded there
                self._seconds = before + time.monotonic() - started
                for designs, each in told:
                    if isinstance(each, Result):
                        self._live.pop(designs[0], None)
                        self._take(designs, each)
                    else:
                        self._live[designs[0]] = designs, unpack_value(each.content, EpochRecord)
                yield self.record()

    def _shared(self) -> list[str]:
        """Have data and models ready for the workers."""
        parts = there.parts_of(self._models.print_process)
        data = self._cluster.shared("data", pack_value(self._dataset))
        return [data, self._cluster.shared("parts", parts)]

    def _take(self, designs: list[int], result: Result) -> None:
        """Keep what came of a unit."""
        family = unpack_sweep(result.content, Path("what a worker sent"))
        # their share of the time that all take, as work goes on in many places
        self._keep(designs, replace(family, seconds=result.seconds / self._slots))

    def _keep(self, designs: list[int], family: Family) -> None:
        self._done.append((designs, family))
        parts = [] if self._record is None else [self._record]
        # positions in what is done, in the order in which it was
        known = [*parts[0][0]] if parts else []
        joined = known + designs
        of = [(range(len(known)), parts[0][1])] if parts else []
        of.append((range(len(known), len(joined)), last_record(family)))
        merged = merge_records(len(joined), of)
        work = sum(each.design_epochs for _, each in self._done)
        self._record = joined, replace(merged, design_epochs=work)

    def record(self) -> EpochRecord:
        """Return how the family stands."""
        parts = [*self._live.values()]
        if self._record is not None:
            parts.append(self._record)
        return replace(merge_records(self.plan.designs, parts), seconds=self._seconds)

    # --- checkpoints and outcome ---------------------------------------------------------------

    def family(self) -> Family:
        """Return the designs that are done, and the others as they begin."""
        parts: list[Done] = list(self._done)
        known = {design for designs, _ in parts for design in designs}
        others = [each for each in range(self.plan.designs) if each not in known]
        if others:
            if self._begun is None:
                self._begun = self._here.family()
            parts.append((others, self._begun.part(others)))
        family = merge_families(self.plan, parts)
        return replace(family, seconds=self._seconds, engine=self._cluster.facts.engine)

    def state(self) -> dict[str, NDArray[Any]]:
        """Return what is done, as `known_in` reads it."""
        for _, family in self._done[len(self._packed) :]:
            self._packed.append(pack_sweep(family))
        return known_state(self._packed)

    def restore(self, state: Mapping[str, NDArray[Any]]) -> None:
        """Take what a training on this machine had finished; the others begin anew.

        Raises
        ------
        ProjectFileError
            Where it is no such state.
        """
        if not state:
            return
        self._here.restore(state)
        family = self._here.family()
        finished = np.flatnonzero(family.status != IMPROVING).tolist()
        if finished:
            self._keep(finished, family.part(finished))
            self._seconds = self._done[0][1].seconds
