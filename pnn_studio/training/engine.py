"""The engine: trains all designs of a family at once, each as if it were alone."""

import time
from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from pnn_studio.domain.circuit_model import check_model
from pnn_studio.domain.dataset import SPLITS, Dataset
from pnn_studio.domain.family import Family
from pnn_studio.domain.run import DIVERGED, FINISHED, IMPROVING, EpochRecord, FamilyPlan
from pnn_studio.domain.technology import Technology
from pnn_studio.errors import DatasetError, ProjectFileError, UsageError
from pnn_studio.physics.model import Measured
from pnn_studio.physics.surrogate import Surrogates
from pnn_studio.training.batch import Batch
from pnn_studio.training.identity import torch_engine
from pnn_studio.training.objective import MarginLoss
from pnn_studio.training.outcome import (
    Progress,
    family_of,
    make_evaluator,
    make_model,
    part_of,
)
from pnn_studio.training.recorder import Recorder

# earlier best states between which the exact solve decides in the end, where there is one
_STATES = 2
# the batch is packed anew when this share of it is done
_PACK_BELOW = 0.85

CPU = torch.device("cpu")

State = Mapping[str, NDArray[Any]]


def check_fits(plan: FamilyPlan, dataset: Dataset) -> None:
    """Refuse data of another number of inputs or classes than the plan's layout has."""
    needs = (plan.layout.inputs, plan.layout.outputs)
    has = (dataset.voltages.shape[1], len(dataset.class_names))
    if needs != has:
        raise DatasetError(
            f"{dataset.title} has {has[0]} inputs and {has[1]} classes, "
            f"but the layout {plan.layout} needs {needs[0]} and {needs[1]}."
        )


class FamilyTraining:
    """Trains a plan; iterate over `run` and take `family` at any time.

    Parameters
    ----------
    plan : FamilyPlan
        Designs and schedule.
    dataset : Dataset
        Must have the layout's number of inputs and classes.
    technology : Technology
        Limits, circuits, T, m and P_ref.
    surrogates : mapping
        Of both nonlinear circuits.
    dtype : torch.dtype
        Precision of training; what is reported of finished designs is evaluated in float64.
    device : torch.device
        Where.
    """

    def __init__(
        self,
        plan: FamilyPlan,
        dataset: Dataset,
        technology: Technology,
        surrogates: Surrogates,
        dtype: torch.dtype = torch.float32,
        device: torch.device = CPU,
    ) -> None:
        check_fits(plan, dataset)
        if plan.variation is not None:
            raise UsageError(
                "Only the compiled engine trains for variation: train on the processor "
                "(--device cpu), or without it."
            )
        self.plan, self.dataset, self.technology = plan, dataset, technology
        self._device = device
        check_model(plan.model, technology)
        self._network = make_model(plan, technology, surrogates, dtype, self._device)
        self._evaluator = make_evaluator(plan, dataset, technology, surrogates, self._device)
        self._reference = plan.power_reference or technology.power_reference
        self._parts = {split: part_of(dataset, split, self._network) for split in SPLITS[:2]}
        designs = plan.designs
        self._batch = self._begin()
        self._best = self._batch.flat[:designs].clone()
        self._kept = self._batch.kept[:designs].clone()
        self._best_loss = torch.full((designs,), torch.inf, dtype=dtype, device=self._device)
        self._status = np.full(designs, IMPROVING, dtype=np.int8)
        self._epochs = np.zeros(designs, dtype=np.int64)
        self._design_epochs = 0
        self._recorder = Recorder(designs)
        self._share = np.zeros(designs)
        self._epoch = 0
        self._seconds = 0.0
        self._racing = plan.schedule.starts > 1

    def _begin(self) -> Batch:
        """All starts of all designs: first start of every design, then the second ..."""
        plan, starts = self.plan, range(self.plan.schedule.starts)
        limits = plan.limits or (None,) * plan.designs

        def column(values: list[float]) -> Tensor:
            filled = torch.tensor(values, dtype=self._network.dtype, device=self._device)
            return filled.repeat(len(starts))

        return Batch.fresh(
            index=torch.arange(plan.designs, device=self._device).repeat(len(starts)),
            alpha=column(list(plan.alphas)),
            limit=column([torch.inf if limit is None else limit for limit in limits]),
            flat=torch.cat([self._network.initial(plan.seeds, start) for start in starts]),
            rate=plan.schedule.learning_rate,
            states=_STATES if plan.model == "loaded" else 0,
        )

    # --- the loop ----------------------------------------------------------------------------

    def run(self, report_every: float = 0.05) -> Iterator[EpochRecord]:
        """Train to the end, yielding a record at most every `report_every` seconds and at the end.

        Between two records the caller may pause (the clock stops), take `family` or `state`, or
        leave.
        """
        last_report = -np.inf
        while len(self._batch):
            started = time.perf_counter()
            due = self._seconds - last_report >= report_every
            self._train_epoch(due)
            self._seconds += time.perf_counter() - started
            if due:
                last_report = self._seconds
                self._keep()
                yield self.record()
        yield self.record()

    def _train_epoch(self, due: bool) -> None:
        batch, schedule = self._batch, self.plan.schedule
        reference = self._reference
        show = due or self._recorder.wants(self._epoch)
        judge = MarginLoss(self.technology, 1 - batch.alpha, with_accuracy=show)
        # a limit prices power by how much there was in the epoch before
        weight = batch.power_weight(reference)
        prepared, train, gradient = self._network.learn(
            batch.flat, self._parts["train"], judge, weight
        )
        # the same parameters, so what was prepared serves both splits
        valid = self._network.measure(prepared, self._parts["valid"], judge)
        power = valid.power.sum(dim=(1, 2))
        objective = batch.objective(valid.verdict[:, 0], power, reference)
        batch.note_power(power, self._epoch)
        if show:
            self._show(train, valid)
        reloaded = batch.look(objective, schedule)
        batch.move(gradient, objective, reloaded)
        self._network.clamp_(batch.flat)
        self._epoch += 1
        self._design_epochs += len(batch)
        self._epochs[batch.index.cpu().numpy()] = self._epoch
        last = self._epoch >= schedule.max_epochs
        if self._racing:
            if self._epoch < schedule.start_epochs and not last:
                return
            self._choose_starts()
        if last:
            batch.done = torch.where(batch.done == IMPROVING, float(FINISHED), batch.done)
        self._retire()

    def _choose_starts(self) -> None:
        """Go on with the start of the best validation objective, for each design."""
        batch = self._batch
        batch.best_loss[batch.done == DIVERGED] = torch.inf
        rows = self._worst_first()
        chosen = torch.empty(self.plan.designs, dtype=torch.int64, device=self._device)
        chosen[batch.index[rows]] = rows
        batch.keep(chosen)
        self._racing = False

    def _worst_first(self) -> Tensor:
        """Rows by falling objective: what is written last for a design is its best start."""
        return torch.argsort(self._batch.best_loss, stable=True, descending=True)

    def _retire(self) -> None:
        """Note what became of designs, and take those that are done out when it pays."""
        batch = self._batch
        done = batch.done != IMPROVING
        if not bool(done.any()):
            return
        index = batch.index.cpu().numpy()
        going = self._status[index] == IMPROVING
        became = batch.done.cpu().numpy().astype(np.int8)
        self._status[index[going]] = became[going]
        remaining = int((~done).sum())
        if remaining < _PACK_BELOW * len(done) or remaining == 0:
            self._keep()
            batch.keep(~done)

    def _keep(self) -> None:
        """Take best states and progress of the rows over to the designs."""
        batch, schedule = self._batch, self.plan.schedule
        rows = self._worst_first()
        index = batch.index[rows]
        self._best[index] = batch.best[rows]
        self._kept[index] = batch.kept[rows]
        self._best_loss[index] = batch.best_loss[rows]
        steps = np.log(schedule.stop_rate / schedule.learning_rate) / np.log(schedule.factor)
        taken = torch.log(batch.rate / schedule.learning_rate) / np.log(schedule.factor)
        share = (taken + batch.waited / (schedule.patience + 1)) / (np.floor(steps) + 1)
        self._share[index.cpu().numpy()] = share[rows].cpu().numpy()

    def _show(self, train: Measured, valid: Measured) -> None:
        """Take this epoch's figures for the next record; a design that is done keeps its last."""
        rows = self._worst_first()
        index = self._batch.index[rows].cpu().numpy()
        improving = self._status[index] == IMPROVING
        rows, index = rows[torch.from_numpy(improving).to(self._device)], index[improving]
        figures = torch.cat(
            [
                torch.stack([train.verdict, valid.verdict], dim=-1).flatten(1),
                train.power.sum(dim=1),
            ],
            dim=1,
        )
        self._recorder.take(self._epoch, index, figures[rows].double().cpu().numpy())

    def record(self) -> EpochRecord:
        """Return how the family stands."""
        share = np.maximum(self._share, self._epochs / self.plan.schedule.max_epochs)
        share = np.where(self._status == IMPROVING, np.minimum(share, 1.0), 1.0)
        newest = self._recorder.newest
        return EpochRecord(
            epoch=self._epoch,
            seconds=self._seconds,
            design_epochs=self._design_epochs,
            train_loss=newest[:, 0].copy(),
            valid_loss=newest[:, 1].copy(),
            train_accuracy=newest[:, 2].copy(),
            valid_accuracy=newest[:, 3].copy(),
            power=newest[:, 4:].copy(),
            status=self._status.copy(),
            progress=float(share.mean()),
            epochs=self._epochs.copy(),
        )

    # --- checkpoints -------------------------------------------------------------------------

    def state(self) -> dict[str, NDArray[Any]]:
        """Return all that a training needs to go on exactly as it would have, as plain arrays."""
        self._keep()
        arrays = {
            f"column_{field.name}": getattr(self._batch, field.name).cpu().numpy().copy()
            for field in fields(Batch)
        }
        arrays |= {f"history_{name}": each for name, each in self._recorder.state().items()}
        arrays |= {
            "best": self._best.cpu().numpy().copy(),
            "kept": self._kept.cpu().numpy().copy(),
            "best_loss": self._best_loss.cpu().numpy().copy(),
            "status": self._status.copy(),
            "epochs": self._epochs.copy(),
            "share": self._share.copy(),
            "clock": np.array([self._epoch, self._design_epochs, self._racing, self._seconds]),
        }
        return arrays

    def restore(self, state: State) -> None:
        """Go on from what `state` returned for the same plan and data.

        Raises
        ------
        ProjectFileError
            Where it is not such a state.
        """
        free = ("column_index", "history_points")
        rows, points = (state[name].shape[0] if name in state else 0 for name in free)
        own = self.state()
        if not own["kept"].size:  # older checkpoints say nothing of earlier bests: there are none
            empty = np.empty((rows, *own["column_kept"].shape[1:]), own["column_kept"].dtype)
            state = {"kept": own["kept"], "column_kept": empty} | dict(state)
        for name, mine in own.items():
            found = state.get(name)
            length = rows if name.startswith("column_") else points
            shape = mine.shape
            if name.startswith("column_") or name == "history_points":
                shape = (length, *shape[1:])
            if found is None or found.shape != shape or found.dtype != mine.dtype:
                raise ProjectFileError(
                    f"The checkpoint does not fit this training: {name} differs."
                )
        for field in fields(Batch):
            array = state[f"column_{field.name}"].copy()
            setattr(self._batch, field.name, torch.from_numpy(array).to(self._device))
        self._best = torch.from_numpy(state["best"].copy()).to(self._device)
        self._kept = torch.from_numpy(state["kept"].copy()).to(self._device)
        self._best_loss = torch.from_numpy(state["best_loss"].copy()).to(self._device)
        history = {name: state[f"history_{name}"] for name in self._recorder.state()}
        self._recorder.restore(history)
        self._status, self._epochs = state["status"].copy(), state["epochs"].copy()
        self._share = state["share"].copy()
        epoch, worked, racing, seconds = state["clock"].tolist()
        self._epoch, self._design_epochs = int(epoch), int(worked)
        self._racing, self._seconds = bool(racing), float(seconds)

    # --- the outcome -------------------------------------------------------------------------

    def family(self) -> Family:
        """All designs in their best state, with their figures on all splits."""
        found = self._evaluator.outcome(self._best, self._kept, self._best_loss, self._status)
        progress = Progress(
            self._status,
            self._epochs,
            self._seconds,
            self._design_epochs,
            self._recorder.history(),
        )
        engine = torch_engine(self._device)
        return family_of(self.plan, self.dataset, self.technology, found, progress, engine)
