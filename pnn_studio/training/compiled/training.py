"""Trains a plan by compiled code: one design after the other in each of a few threads.

Each design depends on its own part of the plan and on the data, and on nothing else: not on its
companions, the number of threads, pauses or the length of slices, bit for bit.
"""

import time
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from pnn_studio.domain.circuit_model import check_model
from pnn_studio.domain.dataset import Dataset
from pnn_studio.domain.engine import cores
from pnn_studio.domain.family import Family
from pnn_studio.domain.run import IMPROVING, EpochRecord, FamilyPlan
from pnn_studio.domain.technology import Technology
from pnn_studio.physics.kernels.arrays import Floats
from pnn_studio.physics.surrogate import Surrogates
from pnn_studio.training.compiled import design as d
from pnn_studio.training.compiled.checkpoint import pack_designs, unpack_designs
from pnn_studio.training.compiled.design import Design, fresh_design, setup_of
from pnn_studio.training.compiled.engines import Work, engine_of
from pnn_studio.training.compiled.report import figures_of, history_of, share_of
from pnn_studio.training.compiled.threads import PATIENCE_S, Crew
from pnn_studio.training.compiled.warm_up import warm_up
from pnn_studio.training.engine import check_fits
from pnn_studio.training.identity import compiled_engine
from pnn_studio.training.outcome import Progress, family_of

MEMORY_BUDGET = 1 << 30
# all designs should show something within a second, but a slice has a cost of its own
_ROUND_S, _SHORTEST_S, _LONGEST_S = 0.5, 0.002, 0.02
_FIRST_EPOCHS = 2


class CompiledTraining:
    """Like `FamilyTraining`, compiled, on several threads and within a memory budget.

    Parameters
    ----------
    plan, dataset, technology, surrogates
        As for `FamilyTraining`.
    threads : int
        How many train at a time; 0 for as many as there are cores.
    budget : int
        Bytes that designs in training may take; where all of them would take more, some begin when
        others are done.
    """

    def __init__(
        self,
        plan: FamilyPlan,
        dataset: Dataset,
        technology: Technology,
        surrogates: Surrogates,
        *,
        threads: int = 0,
        budget: int = MEMORY_BUDGET,
    ) -> None:
        check_fits(plan, dataset)
        check_model(plan.model, technology)
        self.plan, self._dataset = plan, dataset
        self._technology, self._surrogates = technology, surrogates
        self._threads = max(1, min(threads or cores(), plan.designs))
        self._engine = engine_of(plan, dataset, technology, surrogates)
        self._packing = self._engine.packing
        self._reference = plan.power_reference or technology.power_reference
        self._drawn: dict[int, Floats] = {}
        self._designs: list[Design | None] = [None] * plan.designs
        size = self._packing.parameter_rows * self._packing.width * 4
        self._open = max(budget // (size * d.KINDS * plan.schedule.starts), self._threads)
        self._waiting: list[int] = []
        self._crew: Crew[Work] | None = None
        self._pace = 0.0
        self._seconds = 0.0
        self._figures = np.full((plan.designs, d.FIGURE_COUNT), np.nan)
        self._status = np.full(plan.designs, IMPROVING, np.int8)
        self._epochs = np.zeros(plan.designs, np.int64)
        self._work = np.zeros(plan.designs, np.int64)
        self._share = np.zeros(plan.designs)

    @property
    def chunks(self) -> int:
        """How many times as many designs there are as may train at a time."""
        return -(-self.plan.designs // self._open)

    @property
    def epoch(self) -> int:
        """Epochs of the design that has trained the longest."""
        return int(self._epochs.max())

    # --- the loop ----------------------------------------------------------------------------

    def run(self, report_every: float = 0.05) -> Iterator[EpochRecord]:
        """Train to the end, yielding a record every `report_every` seconds and at the end.

        Between two records the caller may pause (the threads and the clock stop soon), take
        `family` or `state`, or leave.
        """
        warm_up(self.plan.model, self._technology, self._surrogates)
        going = np.flatnonzero(self._status == IMPROVING).tolist()
        # those that have begun go on first
        going.sort(key=lambda index: self._designs[index] is None)
        begin, self._waiting = going[: self._open], going[: self._open - 1 : -1]
        works = (self._engine.work() for _ in range(self._threads))
        self._crew = Crew(works, self._slice, self._after, begin)
        try:
            left = True
            while left:
                started = time.monotonic()
                left = self._crew.go_on(report_every)
                self._seconds += time.monotonic() - started
                if left:
                    shown = time.monotonic()
                    yield self.record()
                    # the threads went on meanwhile, but not for long
                    self._seconds += min(time.monotonic() - shown, PATIENCE_S)
        finally:
            self._crew.close()
            self._crew = None
        yield self.record()

    def _slice(self, index: int, work: Work) -> None:
        """Train a design for a slice; runs in a thread."""
        design = self._designs[index]
        if design is None:
            design = self._begin(index)
        together = min(self.plan.designs, self._open)
        wanted = min(max(_ROUND_S * self._threads / together, _SHORTEST_S), _LONGEST_S)
        racers = len(design.starts)
        epochs = int(wanted / (self._pace * racers)) if self._pace else _FIRST_EPOCHS
        started = time.perf_counter()
        trained = self._engine.train(work, design, max(epochs, 1))
        self._pace = (time.perf_counter() - started) / max(trained * racers, 1)
        self._designs[index] = d.without_losers(design)

    def _begin(self, index: int) -> Design:
        """Draw the starts of a design, from its seed alone."""
        drawn = self._draw(self.plan.seeds[index])
        return fresh_design(drawn, setup_of(self.plan, index, self._reference))

    def _draw(self, seed: int) -> Floats:
        """Draw all starts of a seed, which are kept for a while."""
        drawn = self._drawn.get(seed)
        if drawn is None:
            starts = range(self.plan.schedule.starts)
            flat = torch.cat([self._engine.model.initial((seed,), start) for start in starts])
            drawn = self._packing.matrices(flat.numpy().astype(np.float32))
            # a grid has few seeds; threads may both draw the same, which is the same
            if len(self._drawn) > 2 * self._threads + 64:
                self._drawn = {}
            self._drawn[seed] = drawn
        return drawn

    def _after(self, index: int) -> list[int]:
        """Take note of a slice; called one at a time."""
        design = self._designs[index]
        assert design is not None  # it has just trained
        self._note(index, design)
        if self._status[index] == IMPROVING:
            return [index]
        self._designs[index] = d.at_rest(design)
        return [self._waiting.pop()] if self._waiting else []

    def _note(self, index: int, design: Design) -> None:
        self._figures[index] = figures_of(design)
        self._status[index] = design.clock[d.STATUS]
        self._epochs[index], self._work[index] = design.clock[d.EPOCH], design.clock[d.WORK]
        self._share[index] = share_of(design)

    def record(self) -> EpochRecord:
        """Return how the family stands."""
        figures = self._figures.copy()
        return EpochRecord(
            epoch=self.epoch,
            seconds=self._seconds,
            design_epochs=int(self._work.sum()),
            train_loss=figures[:, 0],
            valid_loss=figures[:, 1],
            train_accuracy=figures[:, 2],
            valid_accuracy=figures[:, 3],
            power=figures[:, 4:],
            status=self._status.copy(),
            progress=float(self._share.mean()),
            epochs=self._epochs.copy(),
        )

    def _settle(self) -> None:
        """Have no design change until the next record is asked for."""
        if self._crew is not None:
            self._crew.settle()

    # --- checkpoints and outcome ---------------------------------------------------------------

    def state(self) -> dict[str, NDArray[Any]]:
        """Return all that a training needs to go on exactly as it would have, as plain arrays."""
        self._settle()
        return pack_designs(self._designs) | {"seconds": np.array([self._seconds])}

    def restore(self, state: Mapping[str, NDArray[Any]]) -> None:
        """Go on from what `state` returned for the same plan and data.

        Raises
        ------
        ProjectFileError
            Where it is not such a state.
        """
        shape = (self._packing.parameter_rows, self._packing.width)
        self._designs = unpack_designs(state, self.plan, shape, self._reference)
        self._seconds = float(state["seconds"][0])
        for index, design in enumerate(self._designs):
            if design is not None:
                self._note(index, design)

    def family(self) -> Family:
        """All designs in their best state, with their figures on all splits."""
        self._settle()
        warm_up(self.plan.model, self._technology, self._surrogates)
        states, loss = [], np.full(self.plan.designs, np.inf)
        for index, design in enumerate(self._designs):
            if design is None:
                states.append(np.stack([self._draw(self.plan.seeds[index])[0]] * d.STATES))
            else:
                states.append(d.states_of(design))
                loss[index] = design.starts[d.best_start(design), d.BEST_LOSS]
        found = self._engine.outcome(np.stack(states), loss, self._status)
        progress = Progress(
            self._status,
            self._epochs,
            self._seconds,
            int(self._work.sum()),
            history_of(self._designs),
        )
        engine = compiled_engine()
        return family_of(self.plan, self._dataset, self._technology, found, progress, engine)

    def history_points(self) -> int:
        """Return how many points the curves have at present."""
        self._settle()
        return len(history_of(self._designs).epochs)
