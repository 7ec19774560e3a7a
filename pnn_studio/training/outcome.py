"""What a training found: its designs as they are printed, and their figures over all splits."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from queue import SimpleQueue
from typing import Any, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from pnn_studio.domain.cells import CircuitName
from pnn_studio.domain.dataset import SPLITS, Dataset, Split
from pnn_studio.domain.engine import Engine, cores
from pnn_studio.domain.family import Family, History
from pnn_studio.domain.run import DIVERGED, IMPROVING, FamilyPlan
from pnn_studio.domain.technology import Technology
from pnn_studio.physics.ideal.network import Network
from pnn_studio.physics.loaded.kernel.solver import ExactSolver
from pnn_studio.physics.loaded.network import LoadedNetwork
from pnn_studio.physics.loaded.printed import PrintedNetworks
from pnn_studio.physics.model import CircuitModel, Judge
from pnn_studio.physics.power_reference import open_power
from pnn_studio.physics.samples import Samples
from pnn_studio.physics.surrogate import Surrogates
from pnn_studio.training.batch import objective_of
from pnn_studio.training.objective import MarginLoss, accuracy, measurable_accuracy

Array = NDArray[np.float64]
# outputs (samples, classes) and power (layers, parts); None where there is no solution
Solved = tuple[Array, Array] | None

# designs whose outputs are held together
_SETTLED_AT_ONCE = 256


@dataclass(frozen=True, eq=False)
class Outcome:
    """Designs and their figures; arrays lead with the design axis, units as in `Family`.

    Attributes
    ----------
    theta, omega, eta, cell_power, accuracy, measurable_accuracy, power
        As in `Family`.
    valid_loss : array, shape (designs,)
        Objective on the validation split in volt.
    unsolved : bool array, shape (designs,)
        Designs whose circuit has no solution.
    """

    theta: tuple[Array, ...]
    omega: Mapping[CircuitName, Array]
    eta: Mapping[CircuitName, Array]
    cell_power: Mapping[CircuitName, Array]
    accuracy: Array
    measurable_accuracy: Array
    power: Array
    valid_loss: Array
    unsolved: NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Progress:
    """How far a training is.

    Attributes
    ----------
    status, epochs : arrays, shape (designs,)
        As in `Family`.
    seconds : float
        That it took.
    design_epochs : int
        Epochs of all starts of all designs.
    history : History
        The curves so far.
    """

    status: NDArray[np.int8]
    epochs: NDArray[np.int64]
    seconds: float
    design_epochs: int
    history: History


def family_of(
    plan: FamilyPlan,
    dataset: Dataset,
    technology: Technology,
    found: Outcome,
    progress: Progress,
    engine: Engine,
) -> Family:
    """Put together what a training by that engine found."""
    return Family(
        plan=plan,
        data=dataset.reference,
        technology=technology.id,
        technology_fingerprint=technology.fingerprint,
        g_min=technology.g_min,
        bias=technology.bias,
        input_names=dataset.input_names,
        class_names=dataset.class_names,
        low=tuple(float(each) for each in dataset.low),
        high=tuple(float(each) for each in dataset.high),
        theta=found.theta,
        omega=found.omega,
        eta=found.eta,
        cell_power=found.cell_power,
        accuracy=found.accuracy,
        measurable_accuracy=found.measurable_accuracy,
        power=found.power,
        valid_loss=found.valid_loss,
        epochs=progress.epochs.copy(),
        status=np.where(found.unsolved, DIVERGED, progress.status).astype(np.int8),
        seconds=progress.seconds,
        design_epochs=progress.design_epochs,
        history=progress.history,
        engine=engine,
    )


class Evaluator(Protocol):
    """Makes the outcome of the states that a training kept."""

    def outcome(
        self, best: Tensor, kept: Tensor, loss: Tensor, status: NDArray[np.int8]
    ) -> Outcome:
        """Evaluate designs.

        Parameters
        ----------
        best : Tensor, shape (designs, parameters)
            States of the best objective.
        kept : Tensor, shape (designs, states, parameters)
            Earlier states that were the best at their time.
        loss : Tensor, shape (designs,)
            Objective of the best in volt.
        status : int8 array, shape (designs,)
            IMPROVING, FINISHED or DIVERGED.
        """


def make_model(
    plan: FamilyPlan,
    technology: Technology,
    surrogates: Surrogates,
    dtype: torch.dtype,
    device: torch.device,
) -> CircuitModel[Any]:
    """Make the circuit model that a plan names."""
    if plan.model == "loaded":
        return LoadedNetwork(plan.layout, technology, dtype, device)
    return Network(plan.layout, technology, surrogates, dtype, device)


def make_evaluator(
    plan: FamilyPlan,
    dataset: Dataset,
    technology: Technology,
    surrogates: Surrogates,
    device: torch.device,
) -> Evaluator:
    """Make what evaluates the designs of a plan."""
    kind = LoadedEvaluator if plan.model == "loaded" else IdealEvaluator
    return kind(plan, dataset, technology, surrogates, device)


def part_of(dataset: Dataset, split: Split, model: CircuitModel[Any]) -> Samples:
    """Take a split to a model."""
    voltages, classes = dataset.part(split)
    return model.samples(torch.from_numpy(voltages.T.copy()), torch.from_numpy(classes))


def _judge(technology: Technology) -> Judge:
    def judge(
        outputs: Tensor, samples: Samples, _of: slice, _backward: bool
    ) -> tuple[Tensor, None]:
        shares = accuracy(outputs, samples), measurable_accuracy(outputs, samples, technology)
        return torch.stack(shares, dim=1), None

    return judge


def _numpy(tensors: Mapping[CircuitName, Tensor]) -> dict[CircuitName, Array]:
    return {name: each.double().cpu().numpy() for name, each in tensors.items()}


class IdealEvaluator:
    """Evaluates by the equations of the ideal model in float64."""

    def __init__(
        self,
        plan: FamilyPlan,
        dataset: Dataset,
        technology: Technology,
        surrogates: Surrogates,
        device: torch.device,
    ) -> None:
        self._technology = technology
        self._model = Network(plan.layout, technology, surrogates, torch.float64, device)
        self._parts = [part_of(dataset, split, self._model) for split in SPLITS]

    def outcome(
        self, best: Tensor, kept: Tensor, loss: Tensor, status: NDArray[np.int8]
    ) -> Outcome:
        """See `Evaluator`; the best state is taken, whatever else was kept."""
        prepared = self._model.prepare(best.double())
        shares, readable = [], []
        for part in self._parts:
            measured = self._model.measure(prepared, part, _judge(self._technology))
            share, readable_share = measured.verdict.cpu().numpy().T
            shares.append(share)
            readable.append(readable_share)
        circuits = prepared.circuits
        return Outcome(
            theta=tuple(each.cpu().numpy() for each in prepared.theta),
            omega=_numpy(circuits.omega),
            eta=_numpy(circuits.eta),
            cell_power=_numpy(circuits.power),
            accuracy=np.stack(shares, axis=1),
            measurable_accuracy=np.stack(readable, axis=1),
            power=measured.power.sum(dim=1).cpu().numpy(),  # SPLITS ends with test
            valid_loss=loss.double().cpu().numpy(),
            unsolved=np.zeros(len(best), dtype=bool),
        )


class LoadedEvaluator:
    """Evaluates designs that are done by the exact solve, which is what ngspice solves.

    Of the few states of a design that were kept, that of the least objective on the validation
    split is taken, by the exact solve, too. Designs that still improve are shown as the training
    model sees them; that costs a fraction.

    Where prints were trained for, the state of the least mean over prints is taken, and that is its
    validation loss: the exact solve of the design as drawn says nothing of its prints.
    """

    def __init__(
        self,
        plan: FamilyPlan,
        dataset: Dataset,
        technology: Technology,
        surrogates: Surrogates,
        device: torch.device,
    ) -> None:
        self._plan, self._dataset, self._technology = plan, dataset, technology
        self._surrogates = {
            name: surrogates[name].to(torch.float64, device) for name in technology.circuit_names
        }
        # the curves of the circuits are summed up by the parameters of the tanh form
        self._model = LoadedNetwork(plan.layout, technology, torch.float32, device)
        self._printer = LoadedNetwork(plan.layout, technology, torch.float64, device)
        self._solvers: SimpleQueue[ExactSolver] = SimpleQueue()  # one a thread
        for _ in range(min(cores(), plan.designs)):
            self._solvers.put(ExactSolver(technology, plan.layout))
        self._parts = [part_of(dataset, split, self._model) for split in SPLITS]
        self._precise = [part_of(dataset, split, self._printer) for split in SPLITS]
        self._state = torch.zeros(0)  # of each design that is settled, the state that was taken
        designs = plan.designs
        self._settled = np.zeros(designs, dtype=bool)
        self._unsolved = np.zeros(designs, dtype=bool)
        self._shares = np.zeros((designs, len(SPLITS)))
        self._readable = np.zeros((designs, len(SPLITS)))
        self._power = np.zeros((designs, 3))
        self._loss = np.full(designs, np.inf)

    def outcome(
        self, best: Tensor, kept: Tensor, loss: Tensor, status: NDArray[np.int8]
    ) -> Outcome:
        """See `Evaluator`."""
        if not len(self._state):
            self._state = best.double()
        if self._plan.variation is not None:
            kept = kept[:, :0]
        improving = np.flatnonzero((status == IMPROVING) & ~self._settled)
        if len(improving):
            self._look(improving, best, loss)
        done = np.flatnonzero((status != IMPROVING) & ~self._settled)
        if len(done):
            usable = done[status[done] != DIVERGED]
            self._settled[done] = True
            if len(usable):
                self._settle(usable, best, kept)
            if self._plan.variation is not None:
                solved = usable[~self._unsolved[usable]]
                self._loss[solved] = loss[torch.from_numpy(solved)].double().cpu().numpy()
        printed = self._printer.print_networks(self._state)
        names = self._technology.circuit_names
        return Outcome(
            theta=self._printer.print_theta(self._state),
            omega=printed.omega,
            eta={name: self._eta(name, printed.omega[name]) for name in names},
            cell_power={
                name: open_power(self._technology, name, printed.omega[name]) for name in names
            },
            accuracy=self._shares.copy(),
            measurable_accuracy=self._readable.copy(),
            power=self._power.copy(),
            valid_loss=self._loss.copy(),
            unsolved=self._unsolved.copy(),
        )

    def _eta(self, name: CircuitName, omega: Array) -> Array:
        """Sum the curves up, design by design: last bits of a product depend on its size."""
        found = [self._surrogates[name].eta(each[None]) for each in torch.from_numpy(omega)]
        return torch.cat(found).double().cpu().numpy()

    def _look(self, designs: NDArray[np.int64], best: Tensor, loss: Tensor) -> None:
        """Take the figures of designs that still improve from the training model."""
        rows = torch.from_numpy(designs)
        self._state[rows] = best[rows].double()
        self._loss[designs] = loss[rows].double().cpu().numpy()
        prepared = self._model.prepare(best[rows])
        for number, part in enumerate(self._parts):
            measured = self._model.measure(prepared, part, _judge(self._technology))
            shares = measured.verdict.double().cpu().numpy()
            self._shares[designs, number], self._readable[designs, number] = shares.T
        self._power[designs] = measured.power.sum(dim=1).double().cpu().numpy()

    def _settle(self, designs: NDArray[np.int64], best: Tensor, kept: Tensor) -> None:
        """Choose between the states of designs that are done, and evaluate the chosen ones."""
        for begin in range(0, len(designs), _SETTLED_AT_ONCE):
            some = designs[begin : begin + _SETTLED_AT_ONCE]
            rows = torch.from_numpy(some)
            states = torch.cat([best[rows, None], kept[rows]], dim=1).double()
            printed = self._printer.print_networks(states.flatten(0, 1))
            count = states.shape[1]
            valid = self._solve_all(printed, range(len(some) * count), "valid")
            chosen = []
            for number, design in enumerate(some.tolist()):
                first = number * count
                objectives = [
                    self._objective(each, design) for each in valid[first : first + count]
                ]
                state = int(np.argmin(objectives))
                self._state[design] = states[number, state]
                self._loss[design] = objectives[state]
                self._unsolved[design] = not np.isfinite(objectives[state])
                if not self._unsolved[design]:
                    chosen.append((design, first + state))
            solved = [row for _, row in chosen]
            others = {split: self._solve_all(printed, solved, split) for split in ("train", "test")}
            for number, (design, row) in enumerate(chosen):
                parts = (others["train"][number], valid[row], others["test"][number])
                self._note(design, parts)

    def _solve_all(
        self, printed: PrintedNetworks, rows: Sequence[int], split: Split
    ) -> list[Solved]:
        """Solve designs over a split in as many threads as there are cores."""
        volts = self._dataset.part(split)[0]

        def solve(row: int) -> Solved:
            solver = self._solvers.get()
            try:
                return solver.solve(printed, row, volts)
            finally:
                self._solvers.put(solver)

        if len(rows) == 1:  # not worth a thread
            return [solve(rows[0])]
        with ThreadPoolExecutor(self._solvers.qsize()) as pool:
            return list(pool.map(solve, rows))

    def _objective(self, solved: Solved, design: int) -> float:
        """Objective on the validation split by the exact solve; inf where there is no solution."""
        if solved is None:
            return np.inf
        plan, technology = self._plan, self._technology
        outputs, power = solved
        judge = MarginLoss(technology, torch.ones(1).double(), with_accuracy=False)
        verdict, _ = judge(
            torch.from_numpy(outputs.T[None].copy()), self._precise[1], slice(None), False
        )
        limit = None if plan.limits is None else plan.limits[design]
        reference = plan.power_reference or technology.power_reference
        watts, alpha, most = (
            torch.tensor([each], dtype=torch.float64)
            for each in (power.sum(), plan.alphas[design], np.inf if limit is None else limit)
        )
        return float(objective_of(verdict[:, 0], watts, alpha, most, reference))

    def _note(self, design: int, parts: Sequence[Solved]) -> None:
        """Take the figures of a design from the exact solve, by split."""
        for number, solved in enumerate(parts):
            if solved is None:
                self._unsolved[design] = True
                return
            outputs = torch.from_numpy(solved[0].T[None].copy())
            verdict, _ = _judge(self._technology)(
                outputs, self._precise[number], slice(None), False
            )
            self._shares[design, number], self._readable[design, number] = verdict[0].tolist()
            self._power[design] = solved[1].sum(axis=0)
