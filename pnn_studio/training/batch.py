"""The designs that still train: one row a start, with its own Adam, rate and power constraint.

All steps are in place or on tensors of (rows, parameters): nothing here depends on samples, and no
row looks at another, so a design trains alone as it does in a family.
"""

from dataclasses import dataclass, fields

import torch
from torch import Tensor

from pnn_studio.domain.run import DIVERGED, FINISHED, IMPROVING, Schedule

BETA1, BETA2, EPSILON = 0.9, 0.999, 1e-8
# Power limits, an augmented Lagrangian in the relative excess c = P / limit - 1 (Nocedal and
# Wright, Numerical Optimization, section 17.3): what c costs in volt, and how many epochs the
# multiplier stands still.
STIFFNESS = 1.0
MULTIPLIER_EVERY = 10
# for the choice of the best state: volt per relative excess, so that any state within the limit
# beats every state well outside
EXCESS_COST = 20.0
# the power on unseen samples differs a little from that on the validation split
MARGIN = 0.005


def objective_of(
    loss: Tensor, power: Tensor, alpha: Tensor, limit: Tensor, reference: float
) -> Tensor:
    """Return what decides which state of a design is the best, in volt.

    That is ``(1 - alpha) L + alpha P / P_ref``, and far more for any excess over a limit. All
    tensors lead with the design; loss in volt, power, limit (inf: none) and P_ref in watt.
    """
    weighted = (1 - alpha) * loss + alpha * power / reference
    return weighted + EXCESS_COST * _excess(power, limit).clamp_(min=0.0)


def _excess(power: Tensor, limit: Tensor) -> Tensor:
    """Relative excess over the limit, a little below which training aims; -1 without one."""
    return power / ((1 - MARGIN) * limit) - 1


@dataclass(eq=False)
class Batch:
    """State of the rows. Tensors lead with the row axis.

    Attributes
    ----------
    index : int64 Tensor, shape (rows,)
        Design of each row; several starts of one design have the same.
    alpha, limit : Tensors, shape (rows,)
        Weight of power, and power limit in watt (inf: none).
    flat, best, best_loss : Tensors, shape (rows, parameters) twice and (rows,)
        Parameters, those of the best validation objective so far, and that objective.
    kept : Tensor, shape (rows, states, parameters)
        What was the best when the rate was lowered, the latest first; none where the model that
        trains also has the last word.
    moment1, moment2, step : Tensors, shape (rows, parameters) twice and (rows,)
        Of Adam.
    rate, waited, mark, done : Tensors, shape (rows,)
        Learning rate, epochs without a gain, the objective that a gain is measured from, and
        IMPROVING, FINISHED or DIVERGED.
    multiplier, power : Tensors, shape (rows,)
        Of the power limit, in volt, and the power in watt that it was last held against.
    """

    index: Tensor
    alpha: Tensor
    limit: Tensor
    flat: Tensor
    best: Tensor
    best_loss: Tensor
    kept: Tensor
    moment1: Tensor
    moment2: Tensor
    step: Tensor
    rate: Tensor
    waited: Tensor
    mark: Tensor
    done: Tensor
    multiplier: Tensor
    power: Tensor

    @staticmethod
    def fresh(
        index: Tensor, alpha: Tensor, limit: Tensor, flat: Tensor, rate: float, states: int = 0
    ) -> "Batch":
        """Begin with parameters `flat`, shape (rows, parameters); keep `states` earlier bests."""

        def filled(value: float) -> Tensor:
            return torch.full_like(alpha, value)

        return Batch(
            index=index,
            alpha=alpha,
            limit=limit,
            flat=flat,
            best=flat.clone(),
            best_loss=filled(torch.inf),
            kept=flat[:, None].repeat(1, states, 1),
            moment1=torch.zeros_like(flat),
            moment2=torch.zeros_like(flat),
            step=filled(0.0),
            rate=filled(rate),
            waited=filled(0.0),
            mark=filled(torch.inf),
            done=filled(IMPROVING),
            multiplier=filled(0.0),
            power=filled(0.0),
        )

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.index)

    def keep(self, rows: Tensor) -> None:
        """Drop all rows but those of a mask or index."""
        for field in fields(self):
            setattr(self, field.name, getattr(self, field.name)[rows].clone())

    # --- objective ---------------------------------------------------------------------------

    def power_weight(self, reference: float) -> Tensor:
        """Return what a watt counts: ``alpha / P_ref``, and the price that a limit sets on top."""
        price = (self.multiplier + STIFFNESS * self._excess(self.power)).clamp_(min=0.0)
        return self.alpha / reference + price / self.limit

    def objective(self, loss: Tensor, power: Tensor, reference: float) -> Tensor:
        """Return what decides which state is the best; see `objective_of`."""
        return objective_of(loss, power, self.alpha, self.limit, reference)

    def _excess(self, power: Tensor) -> Tensor:
        return _excess(power, self.limit)

    def note_power(self, power: Tensor, epoch: int) -> None:
        """Take the power, shape (rows,), that a limit prices in the next epoch."""
        self.power = power
        if epoch % MULTIPLIER_EVERY == 0:
            self.multiplier = (self.multiplier + STIFFNESS * self._excess(power)).clamp_(min=0.0)

    # --- an epoch ----------------------------------------------------------------------------

    def look(self, objective: Tensor, schedule: Schedule) -> Tensor:
        """Keep best states, and lower the rate of rows that waited too long.

        Returns the mask (rows,) of those, whose best state is to be reloaded.
        """
        better = objective < self.best_loss
        self.best_loss = torch.where(better, objective, self.best_loss)
        self.best[better] = self.flat[better]
        gained = objective < self.mark - schedule.least_gain * self.mark.abs().clamp_(max=1.0)
        self.mark = torch.where(gained, objective, self.mark)
        self.waited = torch.where(gained, 0.0, self.waited + 1)
        stuck = self.waited > schedule.patience
        self.rate = torch.where(stuck, self.rate * schedule.factor, self.rate)
        self.waited = torch.where(stuck, 0.0, self.waited)
        if self.kept.shape[1] and bool(stuck.any()):
            self.kept[stuck] = torch.cat([self.best[stuck, None], self.kept[stuck, :-1]], dim=1)
        self.done = torch.where(self.rate < schedule.stop_rate, float(FINISHED), self.done)
        return stuck

    def move(self, gradient: Tensor, objective: Tensor, reloaded: Tensor) -> None:
        """Take a step of Adam; rows that are reloaded start afresh from their best state."""
        finite = torch.isfinite(objective) & torch.isfinite(gradient).all(dim=1)
        if not bool(finite.all()):
            self.done = torch.where(finite, self.done, float(DIVERGED))
            gradient = torch.where(finite[:, None], gradient, 0.0)
            reloaded = reloaded | ~finite
        self.step += 1
        self.moment1.lerp_(gradient, 1 - BETA1)
        self.moment2.mul_(BETA2).addcmul_(gradient, gradient, value=1 - BETA2)
        rate = self.rate / (1 - BETA1**self.step)
        spread = (1 - BETA2**self.step).rsqrt()
        denominator = self.moment2.sqrt().mul_(spread[:, None]).add_(EPSILON)
        self.flat.addcdiv_(self.moment1 * -rate[:, None], denominator)
        if bool(reloaded.any()):
            # the gradient of such a row belongs to the weights that it leaves
            self.flat[reloaded] = self.best[reloaded]
            self.moment1[reloaded] = 0.0
            self.moment2[reloaded] = 0.0
            self.step[reloaded] = 0.0
