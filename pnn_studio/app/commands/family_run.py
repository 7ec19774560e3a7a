"""Training a whole plan on all cores, with checkpoints."""

import hashlib
import json
import time
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path

import torch

from pnn_studio.app.commands.grown import GrownTraining, known_in, known_of
from pnn_studio.app.commands.models import Models
from pnn_studio.app.jobs.transport import Transport
from pnn_studio.domain.dataset import Dataset
from pnn_studio.domain.engine import Engine, Origin
from pnn_studio.domain.family import Family
from pnn_studio.domain.provenance import this_program
from pnn_studio.domain.run import EpochRecord, FamilyPlan
from pnn_studio.domain.technology import Technology
from pnn_studio.domain.training import Training
from pnn_studio.errors import DatasetError, ProjectFileError, TrainingLost
from pnn_studio.storage.checkpoint import load_checkpoint, save_checkpoint
from pnn_studio.training.compiled.training import CompiledTraining
from pnn_studio.training.identity import compiled_engine

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
    threads : int
        How many may work; 0 for as many as there are cores.
    transport : Transport, optional
        Takes the plan to who trains it; threads of this process do by default.
    known : Family, optional
        Designs of the plan that it has and that the same engine trained on the same data, for the
        same technology, are not trained again.
    """

    def __init__(
        self,
        plan: FamilyPlan,
        dataset: Dataset,
        models: Models,
        *,
        checkpoint: Path | None = None,
        threads: int = 0,
        transport: Transport | None = None,
        known: Family | None = None,
    ) -> None:
        # one thread: sums of torch, by which designs are evaluated, depend on how many add them up,
        # and on tensors of this size two are slower
        torch.set_num_threads(1)
        _check_inputs(dataset, models.technology)
        self.plan, self._checkpoint = plan, checkpoint
        engine = compiled_engine() if transport is None else transport.engine
        self._fingerprint = _fingerprint(plan, dataset, models, engine)
        self.known = 0  # designs that need no training
        # why a state that lies there is not taken up; empty where it is, or there is none
        self.outdated = ""

        def begin(plan: FamilyPlan) -> Training:
            if transport is not None:
                return transport.take(plan, dataset, models.print_process)
            return CompiledTraining(
                plan, dataset, models.technology, models.surrogates, threads=threads
            )

        def whole(known: Family | None) -> Training:
            if known is None:
                return begin(plan)
            found = known_of(plan, known, dataset, models.technology, engine)
            self.known = len(found)
            if not found:
                return begin(plan)
            return GrownTraining(plan, known, found, begin)

        resumed = self._resumed(checkpoint, whole) if checkpoint is not None else None
        self.resumed = resumed is not None
        self._training: Training = whole(known) if resumed is None else resumed
        # why the state cannot be kept at present; empty where it can
        self.trouble = ""

    def _resumed(
        self, checkpoint: Path, begin: Callable[[Family | None], Training]
    ) -> Training | None:
        """Take up a state that lies there; None where there is none that is whole and fits."""
        try:
            state = load_checkpoint(checkpoint, self._fingerprint)
            if state is not None:
                training = begin(known_in(state, checkpoint))
                training.restore(state)
                return training
        except ProjectFileError:
            self.outdated = "is damaged"
        else:
            if checkpoint.is_file():
                self.outdated = "is of another plan, another version or another kind of processor"
        return None

    @property
    def chunks(self) -> int:
        """How many parts are trained one after the other, for want of memory."""
        return self._training.chunks

    def run(self, on_record: Callable[[EpochRecord, "FamilyRun"], bool] | None = None) -> Family:
        """Train to the end, or until `on_record` returns False; return what there is."""
        due = time.monotonic() + FIRST_CHECKPOINT_S
        try:
            for record in self._training.run():
                if on_record is not None and not on_record(record, self):
                    break
                if time.monotonic() > due:
                    self._save()
                    due = time.monotonic() + CHECKPOINT_EVERY_S
        except TrainingLost:
            self._save()
            raise
        self._save()
        return self.family()

    def keep_at(self, checkpoint: Path) -> None:
        """Keep the state in another file from now on; what lies in the one before stays there."""
        if checkpoint == self._checkpoint:
            return
        self._checkpoint = checkpoint
        self._save()

    def _save(self) -> None:
        if self._checkpoint is None:
            return
        try:
            save_checkpoint(self._checkpoint, self._fingerprint, self._training.state())
        except ProjectFileError as error:
            self.trouble = str(error)  # it is tried again; meanwhile there is the state in memory
        else:
            self.trouble = ""

    def forget(self) -> None:
        """Remove the checkpoint, once the result is safe elsewhere."""
        if self._checkpoint is not None:
            self._checkpoint.unlink(missing_ok=True)

    def family(self) -> Family:
        """Return the best designs so far; those that nothing is known of yet as they begin."""
        origin = Origin(date.today().isoformat(), this_program())
        return replace(self._training.family(), origin=origin)


def _check_inputs(dataset: Dataset, technology: Technology) -> None:
    """Refuse data that were scaled for other input voltages, as those of a project may be."""
    (low, high), bottom, top = dataset.volts, technology.input_low, technology.input_high
    if (low, high) != (bottom, top):
        raise DatasetError(
            f"{dataset.title} was read for inputs of {low:g}..{high:g} V, but {technology.id} "
            f"takes {bottom:g}..{top:g} V. Choose the data anew in the project, or name them "
            "instead of it."
        )


def _fingerprint(plan: FamilyPlan, dataset: Dataset, models: Models, engine: Engine) -> str:
    """Say of which training a checkpoint is: plan, data, technology, surrogates and engine."""
    cards = {name: surrogate.card for name, surrogate in models.surrogates.items()}
    fields = asdict(plan)
    if plan.variation is None:  # before there was a choice, nothing was said of it
        del fields["variation"]
    text = json.dumps(
        [
            fields,
            dataset.reference.fingerprint,
            models.technology.fingerprint,
            models.technology.g_min,
            cards,
            asdict(engine),
        ],
        sort_keys=True,
    )
    return hashlib.sha256(text.encode()).hexdigest()
