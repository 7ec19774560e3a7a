"""A family that is larger than the memory it may take, trained chunk by chunk."""

from collections.abc import Iterator, Mapping
from typing import Any

import torch
from numpy.typing import NDArray

from pnn_studio.domain.dataset import Dataset
from pnn_studio.domain.family import Family, merge_families
from pnn_studio.domain.run import EpochRecord, FamilyPlan, merge_records
from pnn_studio.domain.technology import Technology
from pnn_studio.physics.surrogate import Surrogates
from pnn_studio.training.engine import CPU, FamilyTraining

MEMORY_BUDGET = 2 << 30
# float32 numbers that are held at once for each parameter of each start: parameters, their best,
# gradient, two moments and what the crossbars keep of them; measured with 5,100 designs
_COPIES = 40


def bytes_needed(plan: FamilyPlan) -> int:
    """Estimate what the designs of a plan take; samples come in blocks and add little."""
    components = 13 * (len(plan.layout.shapes) if plan.layout.sharing == "layer" else 1)
    parameters = plan.layout.resistor_sites + components
    return plan.designs * plan.schedule.starts * parameters * _COPIES * 4


class ChunkedTraining:
    """Like `FamilyTraining`, within a memory budget; designs are dealt out to chunks in turn.

    Parameters
    ----------
    plan, dataset, technology, surrogates
        As for `FamilyTraining`.
    budget : int
        Bytes that designs may take at a time.
    device : torch.device
        Where.
    """

    def __init__(
        self,
        plan: FamilyPlan,
        dataset: Dataset,
        technology: Technology,
        surrogates: Surrogates,
        budget: int = MEMORY_BUDGET,
        device: torch.device = CPU,
    ) -> None:
        self.plan = plan
        self._models, self._device = (dataset, technology, surrogates), device
        count = min(max(1, -(-bytes_needed(plan) // budget)), plan.designs)
        self._designs = [tuple(range(number, plan.designs, count)) for number in range(count)]
        self._begun = [self._training(0)]

    @property
    def chunks(self) -> int:
        """How many chunks are trained one after the other."""
        return len(self._designs)

    def _training(self, chunk: int) -> FamilyTraining:
        return FamilyTraining(
            self.plan.part(self._designs[chunk]), *self._models, device=self._device
        )

    def run(self, report_every: float = 0.05) -> Iterator[EpochRecord]:
        """Train to the end; see `FamilyTraining.run`."""
        records: list[EpochRecord] = [training.record() for training in self._begun]
        for chunk in range(len(self._begun) - 1, self.chunks):
            if chunk == len(self._begun):
                self._begun.append(self._training(chunk))
                records.append(self._begun[chunk].record())
            for record in self._begun[chunk].run(report_every):
                records[chunk] = record
                yield merge_records(
                    self.plan.designs, list(zip(self._designs, records, strict=False))
                )

    def family(self) -> Family:
        """Return the best designs so far; those of chunks to come as they will begin."""
        waiting = range(len(self._begun), self.chunks)
        families = [each.family() for each in self._begun]
        families += [self._training(chunk).family() for chunk in waiting]
        return merge_families(self.plan, list(zip(self._designs, families, strict=True)))

    def state(self) -> dict[str, NDArray[Any]]:
        """Return all that it takes to go on; see `FamilyTraining.state`."""
        return {
            f"{chunk}_{name}": array
            for chunk, training in enumerate(self._begun)
            for name, array in training.state().items()
        }

    def restore(self, state: Mapping[str, NDArray[Any]]) -> None:
        """Go on from what `state` returned; see `FamilyTraining.restore`."""
        begun = 1 + max((int(name.partition("_")[0]) for name in state), default=0)
        self._begun = []
        for chunk in range(min(begun, self.chunks)):
            training = self._training(chunk)
            prefix = f"{chunk}_"
            training.restore(
                {
                    name.removeprefix(prefix): array
                    for name, array in state.items()
                    if name.startswith(prefix)
                }
            )
            self._begun.append(training)

    @property
    def epoch(self) -> int:
        """Epochs that the first chunk has trained so far."""
        return self._begun[0].record().epoch
