"""The engine: trains all designs of a family at once, each as if it were alone."""

import time
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from pnn_studio.domain.dataset import SPLITS, Dataset, Split
from pnn_studio.domain.run import DIVERGED, FINISHED, IMPROVING, EpochRecord, Family, FamilyPlan
from pnn_studio.domain.technology import CIRCUITS, Technology
from pnn_studio.errors import DatasetError
from pnn_studio.physics.network import Measured, Network
from pnn_studio.physics.samples import Samples
from pnn_studio.physics.surrogate import Surrogates
from pnn_studio.training.objective import MarginLoss, accuracy, measurable_accuracy

_BETA1, _BETA2, _EPSILON = 0.9, 0.999, 1e-8
# the batch is packed anew when this share of it is done
_PACK_BELOW = 0.8


@dataclass(eq=False)
class _Columns:
    """State of the designs that still train: one row a design, packed as designs finish."""

    index: Tensor
    alpha: Tensor
    flat: Tensor
    best: Tensor
    best_loss: Tensor
    moment1: Tensor
    moment2: Tensor
    step: Tensor
    rate: Tensor
    waited: Tensor
    done: Tensor

    def pack(self, keep: Tensor) -> None:
        for name, value in vars(self).items():
            setattr(self, name, value[keep].clone())


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
    """

    def __init__(
        self,
        plan: FamilyPlan,
        dataset: Dataset,
        technology: Technology,
        surrogates: Surrogates,
        dtype: torch.dtype = torch.float32,
    ) -> None:
        needs = (plan.layout.inputs, plan.layout.outputs)
        has = (dataset.voltages.shape[1], len(dataset.class_names))
        if needs != has:
            raise DatasetError(
                f"{dataset.title} has {has[0]} inputs and {has[1]} classes, "
                f"but the layout {plan.layout} needs {needs[0]} and {needs[1]}."
            )
        self.plan, self.dataset, self.technology = plan, dataset, technology
        self._device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self._network = Network(plan.layout, technology, surrogates, dtype, self._device)
        self._exact = Network(plan.layout, technology, surrogates, torch.float64, self._device)
        self._parts = {split: self._part(split, self._network) for split in SPLITS[:2]}
        designs = plan.designs
        self._best = self._network.initial(plan.seeds)
        self._best_loss = torch.full((designs,), torch.inf, dtype=dtype, device=self._device)
        self._status = np.full(designs, IMPROVING, dtype=np.int8)
        self._epochs = np.zeros(designs, dtype=np.int64)
        self._shown = {
            name: np.full(designs, np.nan)
            for name in ("train_loss", "valid_loss", "train_accuracy", "valid_accuracy")
        }
        self._shown_power = np.full((designs, 3), np.nan)
        self._halvings = np.zeros(designs)
        self._epoch = 0
        self._seconds = 0.0

    def _part(self, split: Split, network: Network) -> Samples:
        voltages, classes = self.dataset.part(split)
        return network.samples(torch.from_numpy(voltages.T.copy()), torch.from_numpy(classes))

    def _columns(self) -> _Columns:
        def filled(value: float, *shape: int) -> Tensor:
            return torch.full(
                (self.plan.designs, *shape), value, dtype=self._network.dtype, device=self._device
            )

        parameters = self._network.parameters
        return _Columns(
            index=torch.arange(self.plan.designs, device=self._device),
            alpha=torch.tensor(self.plan.alphas, dtype=self._network.dtype, device=self._device),
            flat=self._best.clone(),
            best=self._best.clone(),
            best_loss=self._best_loss.clone(),
            moment1=filled(0.0, parameters),
            moment2=filled(0.0, parameters),
            step=filled(0.0),
            rate=filled(self.plan.schedule.learning_rate),
            waited=filled(0.0),
            done=filled(0.0),
        )

    # --- the loop ----------------------------------------------------------------------------

    def run(self, report_every: float = 0.05) -> Iterator[EpochRecord]:
        """Train to the end, yielding a record at most every `report_every` seconds and at the end.

        Between two records the caller may pause (the clock stops) or leave; `family` has the best
        designs so far at any time.
        """
        columns = self._columns()
        last_report = -np.inf
        while len(columns.index):
            started = time.perf_counter()
            due = self._seconds - last_report >= report_every
            self._train_epoch(columns, due)
            self._epoch += 1
            self._retire(columns)
            self._seconds += time.perf_counter() - started
            if due:
                last_report = self._seconds
                self._keep(columns)
                yield self._record()
        yield self._record()

    def _train_epoch(self, columns: _Columns, show: bool) -> None:
        judge = MarginLoss(self.technology, 1 - columns.alpha, with_accuracy=show)
        weight = columns.alpha / self.technology.power_reference
        prepared, train, gradient = self._network.learn(
            columns.flat, self._parts["train"], judge, weight
        )
        # the same parameters, so what was prepared serves both splits
        valid = self._network.measure(prepared, self._parts["valid"], judge)
        with torch.no_grad():
            power = valid.power.sum(dim=(1, 2))
            objective = (1 - columns.alpha) * valid.verdict[:, 0] + weight * power
            if show:
                self._show(columns, train, valid)
            reloaded = self._schedule(columns, objective)
            self._step(columns, gradient, objective, reloaded)

    def _schedule(self, columns: _Columns, objective: Tensor) -> Tensor:
        """Keep best states and halve the rate of designs that waited too long.

        Returns the mask (designs,) of those, whose best state is to be reloaded.
        """
        schedule = self.plan.schedule
        better = objective < columns.best_loss
        columns.best_loss = torch.where(better, objective, columns.best_loss)
        columns.best = torch.where(better[:, None], columns.flat, columns.best)
        columns.waited = torch.where(better, 0.0, columns.waited + 1)
        stuck = columns.waited > schedule.patience
        columns.rate = torch.where(stuck, columns.rate * schedule.factor, columns.rate)
        columns.waited = torch.where(stuck, 0.0, columns.waited)
        columns.done = torch.where(columns.rate < schedule.stop_rate, float(FINISHED), columns.done)
        return stuck

    def _step(
        self, columns: _Columns, gradient: Tensor, objective: Tensor, reloaded: Tensor
    ) -> None:
        """Adam, each design with its own rate and step count; a reloaded one starts afresh."""
        finite = torch.isfinite(objective) & torch.isfinite(gradient).all(dim=1)
        columns.done = torch.where(finite, columns.done, float(DIVERGED))
        gradient = torch.where(finite[:, None], gradient, 0.0)
        step = columns.step + 1
        moment1 = torch.lerp(gradient, columns.moment1, _BETA1)
        moment2 = torch.lerp(gradient.square(), columns.moment2, _BETA2)
        rate = columns.rate / (1 - _BETA1**step)
        denominator = moment2.sqrt() / (1 - _BETA2**step).sqrt()[:, None] + _EPSILON
        moved = columns.flat - rate[:, None] * moment1 / denominator
        # the gradient of a design that is reloaded belongs to the weights that it leaves
        again = reloaded[:, None]
        columns.flat = torch.where(again, columns.best, moved)
        columns.moment1 = torch.where(again, 0.0, moment1)
        columns.moment2 = torch.where(again, 0.0, moment2)
        columns.step = torch.where(reloaded, 0.0, step)
        self._network.clamp_(columns.flat)

    def _retire(self, columns: _Columns) -> None:
        """Note epochs, and take designs that are done out of the batch when it pays."""
        if self._epoch >= self.plan.schedule.max_epochs:
            columns.done = torch.where(columns.done == IMPROVING, float(FINISHED), columns.done)
        done = columns.done != IMPROVING
        index = columns.index.cpu().numpy()
        newly = done.cpu().numpy() & (self._status[index] == IMPROVING)
        self._epochs[index[(self._status[index] == IMPROVING)]] += 1
        self._status[index[newly]] = columns.done.cpu().numpy()[newly].astype(np.int8)
        remaining = int((~done).sum())
        if remaining < _PACK_BELOW * len(done) or remaining == 0:
            self._keep(columns)
            columns.pack(~done)

    def _keep(self, columns: _Columns) -> None:
        self._best[columns.index] = columns.best
        self._best_loss[columns.index] = columns.best_loss
        schedule = self.plan.schedule
        halvings = torch.log(columns.rate / schedule.learning_rate) / np.log(schedule.factor)
        self._halvings[columns.index.cpu().numpy()] = halvings.cpu().numpy()

    def _show(self, columns: _Columns, train: Measured, valid: Measured) -> None:
        """Take this epoch's figures for the next record; a design that is done keeps its last."""
        index = columns.index.cpu().numpy()
        improving = self._status[index] == IMPROVING
        index = index[improving]
        for name, measured in (("train", train), ("valid", valid)):
            loss, share = measured.verdict.double().cpu().numpy()[improving].T
            self._shown[f"{name}_loss"][index] = loss
            self._shown[f"{name}_accuracy"][index] = share
        power = train.power.double().sum(dim=1).cpu().numpy()
        self._shown_power[index] = power[improving]

    def _record(self) -> EpochRecord:
        schedule = self.plan.schedule
        halvings_in_all = np.log(schedule.stop_rate / schedule.learning_rate) / np.log(
            schedule.factor
        )
        share = np.maximum(
            self._halvings / (np.floor(halvings_in_all) + 1), self._epochs / schedule.max_epochs
        )
        share = np.where(self._status == IMPROVING, np.minimum(share, 1.0), 1.0)
        return EpochRecord(
            epoch=self._epoch,
            seconds=self._seconds,
            design_epochs=int(self._epochs.sum()),
            **{name: values.copy() for name, values in self._shown.items()},
            power=self._shown_power.copy(),
            status=self._status.copy(),
            progress=float(share.mean()),
        )

    # --- the outcome -------------------------------------------------------------------------

    def family(self) -> Family:
        """All designs in the state of their best validation loss, evaluated in float64."""
        prepared = self._exact.prepare(self._best.double())
        theta = tuple(each.cpu().numpy() for each in prepared.theta)
        shares, readable = [], []

        def judge(
            outputs: Tensor, samples: Samples, _of: slice, _backward: bool
        ) -> tuple[Tensor, None]:
            columns = (
                accuracy(outputs, samples),
                measurable_accuracy(outputs, samples, self.technology),
            )
            return torch.stack(columns, dim=1), None

        for split in SPLITS:
            measured = self._exact.measure(prepared, self._part(split, self._exact), judge)
            share, readable_share = measured.verdict.cpu().numpy().T
            shares.append(share)
            readable.append(readable_share)
        power = measured.power.sum(dim=1).cpu().numpy()  # SPLITS ends with test
        circuits, dataset = prepared.circuits, self.dataset
        return Family(
            plan=self.plan,
            data=dataset.reference,
            technology=self.technology.id,
            technology_fingerprint=self.technology.fingerprint,
            g_min=self.technology.g_min,
            bias=self.technology.bias,
            input_names=dataset.input_names,
            class_names=dataset.class_names,
            low=tuple(float(each) for each in dataset.low),
            high=tuple(float(each) for each in dataset.high),
            theta=theta,
            omega={name: circuits.omega[name].cpu().numpy() for name in CIRCUITS},
            eta={name: circuits.eta[name].cpu().numpy() for name in CIRCUITS},
            cell_power={name: circuits.power[name].cpu().numpy() for name in CIRCUITS},
            accuracy=np.stack(shares, axis=1),
            measurable_accuracy=np.stack(readable, axis=1),
            power=power,
            valid_loss=self._best_loss.double().cpu().numpy(),
            epochs=self._epochs.copy(),
            status=self._status.copy(),
            seconds=self._seconds,
        )
