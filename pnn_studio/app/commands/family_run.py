"""Training a whole plan on all cores, with checkpoints.

A design does not depend on its companions, so the plan is dealt out: one share trains in this
process, the others in worker processes, which speak the protocol of the window's worker.
"""

import hashlib
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch

from pnn_studio.app.analysis.training_time import processes_for
from pnn_studio.app.commands.models import Models
from pnn_studio.app.jobs.protocol import Control, Train
from pnn_studio.app.jobs.transport import POLL_S, LocalTransport, Transport
from pnn_studio.domain.dataset import Dataset
from pnn_studio.domain.family import Family, merge_families
from pnn_studio.domain.run import EpochRecord, FamilyPlan, merge_records
from pnn_studio.domain.technology import Technology
from pnn_studio.errors import DatasetError, ProjectFileError, TrainingFailed
from pnn_studio.storage.checkpoint import load_checkpoint, save_checkpoint
from pnn_studio.training.chunks import ChunkedTraining

# the first one comes soon, so that a training that ends early can go on, too
FIRST_CHECKPOINT_S, CHECKPOINT_EVERY_S = 1.0, 4.0


class FamilyRun:
    """One training of a plan.

    Parameters
    ----------
    plan, dataset, models
        What to train, on what, and with which models.
    checkpoint : Path or None
        Where the state is kept while it trains. A training of the same plan, data and models that
        left its state there goes on from it, and ends with the same numbers. Where it cannot be
        written the training goes on without; see `trouble`.
    processes : int
        How many may work; 0 for as many as there are cores.
    transport : Transport, optional
        Takes all shares but the first to who trains them; processes of this machine do by default.
    """

    def __init__(
        self,
        plan: FamilyPlan,
        dataset: Dataset,
        models: Models,
        *,
        checkpoint: Path | None = None,
        processes: int = 0,
        transport: Transport | None = None,
    ) -> None:
        _check_inputs(dataset, models.technology)
        count = processes or processes_for(plan.designs)
        self.plan, self._dataset, self._models = plan, dataset, models
        self._checkpoint = checkpoint
        self._shares = [tuple(range(number, plan.designs, count)) for number in range(count)]
        own = plan.part(self._shares[0])
        self._fingerprint = _fingerprint(own, dataset, models)
        self._training = ChunkedTraining(own, dataset, models.technology, models.surrogates)
        state = load_checkpoint(checkpoint, self._fingerprint) if checkpoint else None
        if state is not None:
            self._training.restore(state)
        self.resumed = state is not None
        self._trouble = ""
        transport = transport or LocalTransport()
        self._others = [
            transport.train(
                Train(plan.part(self._shares[number]), dataset, models.print_process),
                number,
                checkpoint,
            )
            for number in range(1, count)
        ]

    @property
    def chunks(self) -> int:
        """How many chunks each process trains one after the other, for want of memory."""
        return self._training.chunks

    def run(self, on_record: Callable[[EpochRecord, "FamilyRun"], bool] | None = None) -> Family:
        """Train to the end, or until `on_record` returns False; return what there is.

        Raises
        ------
        TrainingFailed, TrainingLost
            Where another process failed or died; what the others have is kept for the next time.
        """
        # one thread: on tensors of this size two are no faster, and the other core has its share
        torch.set_num_threads(1)
        try:
            for record in self._records():
                if on_record is not None and not on_record(record, self):
                    self._save()
                    self.control(Control("stop"))
                    break
            for each in self._others:
                each.finish()
            return self.family()
        except TrainingFailed:
            self._save()
            self.control(Control("stop"))
            raise
        finally:
            for each in self._others:
                each.close()

    def control(self, control: Control) -> None:
        """Steer the other processes; the caller of `run` steers this one."""
        for each in self._others:
            each.control(control)

    def keep_at(self, checkpoint: Path) -> None:
        """Keep the state in another file from now on; what lies in the one before stays there."""
        if checkpoint == self._checkpoint:
            return
        self._checkpoint = checkpoint
        self._save()
        for each in self._others:
            each.keep_at(checkpoint)

    def _records(self) -> Iterator[EpochRecord]:
        due = time.monotonic() + FIRST_CHECKPOINT_S
        own = None
        for own in self._training.run():
            yield self._joined(own)
            if time.monotonic() > due:
                self._save()
                due = time.monotonic() + CHECKPOINT_EVERY_S
        self._save()
        assert own is not None  # a training yields a record at its end at least
        while any(each.busy for each in self._others):
            time.sleep(POLL_S)
            yield self._joined(own)

    def _joined(self, own: EpochRecord) -> EpochRecord:
        parts = [(self._shares[0], own)]
        for share, each in zip(self._shares[1:], self._others, strict=True):
            each.listen()
            if each.record is not None:
                parts.append((share, each.record))
        return merge_records(self.plan.designs, parts)

    def _save(self) -> None:
        if self._checkpoint is None:
            return
        try:
            save_checkpoint(self._checkpoint, self._fingerprint, self._training.state())
        except ProjectFileError as error:
            self._trouble = str(error)  # it is tried again; meanwhile there is the state in memory
        else:
            self._trouble = ""

    @property
    def trouble(self) -> str:
        """Why the state cannot be kept at present; empty where it can."""
        troubles = (self._trouble, *(each.trouble for each in self._others))
        return next((each for each in troubles if each), "")

    def forget(self) -> None:
        """Remove the checkpoints, once the result is safe elsewhere."""
        if self._checkpoint is not None:
            self._checkpoint.unlink(missing_ok=True)
        for each in self._others:
            each.forget()

    def family(self) -> Family:
        """Return the best designs so far; those that nothing is known of yet as they begin."""
        families = [self._training.family()]
        for share, each in zip(self._shares[1:], self._others, strict=True):
            each.listen()
            families.append(each.family or self._untrained(share))
        return merge_families(self.plan, list(zip(self._shares, families, strict=True)))

    def _untrained(self, share: tuple[int, ...]) -> Family:
        models = self._models
        return ChunkedTraining(
            self.plan.part(share), self._dataset, models.technology, models.surrogates
        ).family()


def _check_inputs(dataset: Dataset, technology: Technology) -> None:
    """Refuse data that were scaled for other input voltages, as those of a project may be."""
    (low, high), bottom, top = dataset.volts, technology.input_low, technology.input_high
    if (low, high) != (bottom, top):
        raise DatasetError(
            f"{dataset.title} was read for inputs of {low:g}..{high:g} V, but {technology.id} "
            f"takes {bottom:g}..{top:g} V. Choose the data anew in the project, or name them "
            "instead of it."
        )


def _plan_entry(plan: FamilyPlan) -> dict[str, Any]:
    """Return all of a plan; one of before there were models says nothing of them, as ever."""
    entry = asdict(plan)
    if (plan.model, plan.power_reference) == ("ideal", None):
        del entry["model"], entry["power_reference"]
    return entry


def _fingerprint(plan: FamilyPlan, dataset: Dataset, models: Models) -> str:
    """Say of which training a checkpoint is: plan, data, technology, surrogates and torch."""
    cards = {name: surrogate.card for name, surrogate in models.surrogates.items()}
    text = json.dumps(
        [
            _plan_entry(plan),
            dataset.reference.fingerprint,
            models.technology.fingerprint,
            models.technology.g_min,
            cards,
            torch.__version__,
        ],
        sort_keys=True,
    )
    return hashlib.sha256(text.encode()).hexdigest()
