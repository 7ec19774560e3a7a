"""The outcome of a training: a family of designs, each in its best state, and their history."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pnn_studio.domain.cells import COMPONENTS, ROLES, CircuitName, in_roles
from pnn_studio.domain.dataset import SPLITS, DataReference
from pnn_studio.domain.design import Cell, LayerDesign, Metrics, Power, TrainedDesign
from pnn_studio.domain.engine import Engine, Origin
from pnn_studio.domain.run import DIVERGED, FINISHED, IMPROVING, FamilyPlan

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class History:
    """Curves of all designs at epochs that are multiples of one stride.

    A design that is done keeps its last values.

    Attributes
    ----------
    epochs : int array, shape (points,)
        0, stride, 2 stride ...; the last point need not be the last epoch.
    loss : array, shape (points, designs, 2)
        L in volt on the training and the validation split, without the power term.
    accuracy : array, shape (points, designs, 2)
        Shares of right answers on either.
    power : array, shape (points, designs, 3)
        Watt on the training split: crossbar, activation, negation.
    """

    epochs: NDArray[np.int64]
    loss: NDArray[np.float32]
    accuracy: NDArray[np.float32]
    power: NDArray[np.float32]

    @property
    def stride(self) -> int:
        """Epochs between two points."""
        return int(self.epochs[1]) if len(self.epochs) > 1 else 1

    def every(self, stride: int, points: int) -> "History":
        """Return `points` points at multiples of `stride`; the last is held to the end."""
        rows = np.minimum(np.arange(points) * stride // self.stride, len(self.epochs) - 1)
        epochs = np.arange(points, dtype=np.int64) * stride
        return History(epochs, self.loss[rows], self.accuracy[rows], self.power[rows])


@dataclass(frozen=True, eq=False)
class Family:
    """All designs of a plan, each in the state of its best validation loss.

    Attributes
    ----------
    plan : FamilyPlan
        What was trained.
    data : DataReference
        On what.
    technology, technology_fingerprint : str
        For which technology.
    g_min, bias : float
        Siemens and volt, as in `TrainedDesign`.
    input_names, class_names, low, high : tuples
        As in `TrainedDesign`.
    theta : tuple of arrays, shape (designs, inputs + 2, outputs)
        Printed, signed theta of each layer; 0 is not printed.
    omega : mapping of circuit to array, shape (designs, groups, components)
        Component values; one group for the whole network, or one a layer.
    eta : mapping of circuit to array, shape (designs, groups, 4)
        tanh parameters.
    cell_power : mapping of circuit to array, shape (designs, groups)
        Watt of one circuit.
    accuracy, measurable_accuracy : arrays, shape (designs, 3)
        Train, valid, test.
    power : array, shape (designs, 3)
        Watt on the test split: crossbar, activation, negation.
    valid_loss : array, shape (designs,)
        Best L' on the validation split, power included.
    epochs : int array, shape (designs,)
        Epochs of each design.
    status : int8 array, shape (designs,)
        IMPROVING, FINISHED or DIVERGED.
    seconds : float
        Training time of the family.
    design_epochs : int
        Epochs summed over designs and their starts.
    history : History
        Their curves.
    engine : Engine or None
        What trained them; families of older versions do not say.
    origin : Origin or None
        When that was; older ones do not say.
    """

    plan: FamilyPlan
    data: DataReference
    technology: str
    technology_fingerprint: str
    g_min: float
    bias: float
    input_names: tuple[str, ...]
    class_names: tuple[str, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    theta: tuple[Array, ...]
    omega: Mapping[CircuitName, Array]
    eta: Mapping[CircuitName, Array]
    cell_power: Mapping[CircuitName, Array]
    accuracy: Array
    measurable_accuracy: Array
    power: Array
    valid_loss: Array
    epochs: NDArray[np.int64]
    status: NDArray[np.int8]
    seconds: float
    design_epochs: int
    history: History
    engine: Engine | None = None
    origin: Origin | None = None

    @property
    def circuits(self) -> tuple[CircuitName, CircuitName]:
        """Which circuits play the roles of activation and negation."""
        return in_roles(self.omega)

    @property
    def test_accuracy(self) -> Array:
        """Accuracy on the test split, shape (designs,)."""
        return self.accuracy[:, SPLITS.index("test")]

    @property
    def total_power(self) -> Array:
        """Watt on the test split, shape (designs,)."""
        return np.asarray(self.power.sum(axis=1))

    @property
    def unfinished(self) -> int:
        """How many designs were stopped, or still train: what is known of them is provisional."""
        return int((self.status == IMPROVING).sum())

    @cached_property
    def alphas(self) -> Array:
        """The distinct values of alpha, ascending."""
        return np.unique(np.asarray(self.plan.alphas))

    @cached_property
    def goals(self) -> Array:
        """Alpha of each design, or its power limit in watt: what sets seeds of a kind apart."""
        return np.asarray(self.plan.goals)

    def at_alpha(self, alpha: float) -> NDArray[np.int64]:
        """Return the designs trained at the alpha nearest to `alpha`, diverged ones left out.

        While some have not begun yet, only the others count.

        In a family of power limits `alpha` is a limit in watt.

        Returns
        -------
        int array
            Indices; empty only where every design diverged.
        """
        usable = self.status != DIVERGED
        if not usable.any():
            return np.zeros(0, dtype=np.int64)
        begun = usable & (self.epochs > 0)
        usable = begun if begun.any() else usable
        distance = np.where(usable, np.abs(self.goals - alpha), np.inf)
        return np.flatnonzero(np.isclose(distance, distance.min(), rtol=0, atol=1e-9) & usable)

    def _cell(self, circuit: CircuitName, index: int, layer: int) -> Cell:
        group = layer if self.omega[circuit].shape[1] > 1 else 0
        values = self.omega[circuit][index, group]
        eta1, eta2, eta3, eta4 = (float(value) for value in self.eta[circuit][index, group])
        return Cell(
            {name: float(value) for name, value in zip(COMPONENTS[circuit], values, strict=True)},
            (eta1, eta2, eta3, eta4),
            float(self.cell_power[circuit][index, group]),
        )

    def design(self, index: int) -> TrainedDesign:
        """Take one design out of the family."""
        activation, negation = self.circuits
        layers = tuple(
            LayerDesign(
                np.asarray(theta[index], dtype=float).copy(),
                self._cell(activation, index, layer),
                self._cell(negation, index, layer),
                activation,
                negation,
            )
            for layer, theta in enumerate(self.theta)
        )
        shares = [
            dict(zip(SPLITS, (float(value) for value in each[index]), strict=True))
            for each in (self.accuracy, self.measurable_accuracy)
        ]
        power = Power(*(float(value) for value in self.power[index]))
        return TrainedDesign(
            layout=self.plan.layout,
            layers=layers,
            g_min=self.g_min,
            bias=self.bias,
            technology=self.technology,
            technology_fingerprint=self.technology_fingerprint,
            input_names=self.input_names,
            class_names=self.class_names,
            data=self.data,
            low=self.low,
            high=self.high,
            alpha=self.plan.alphas[index],
            seed=self.plan.seeds[index],
            metrics=Metrics(
                accuracy=shares[0],
                measurable_accuracy=shares[1],
                power=power,
                epochs=int(self.epochs[index]),
                seconds=self.seconds,
            ),
            model=self.plan.model,
            power_reference=self.plan.power_reference,
            engine=self.engine,
            origin=self.origin,
            variation=self.plan.variation,
        )

    def part(self, designs: Sequence[int]) -> "Family":
        """Return a family of some of the designs; of time and work their share by epochs."""
        rows = list(designs)
        share = float(self.epochs[rows].sum() / max(self.epochs.sum(), 1))

        def some(arrays: Mapping[CircuitName, Array]) -> dict[CircuitName, Array]:
            return {circuit: each[rows] for circuit, each in arrays.items()}

        history = self.history
        return replace(
            self,
            plan=self.plan.part(rows),
            theta=tuple(theta[rows] for theta in self.theta),
            omega=some(self.omega),
            eta=some(self.eta),
            cell_power=some(self.cell_power),
            accuracy=self.accuracy[rows],
            measurable_accuracy=self.measurable_accuracy[rows],
            power=self.power[rows],
            valid_loss=self.valid_loss[rows],
            epochs=self.epochs[rows],
            status=self.status[rows],
            seconds=self.seconds * share,
            design_epochs=round(self.design_epochs * share),
            history=History(
                history.epochs,
                history.loss[:, rows],
                history.accuracy[:, rows],
                history.power[:, rows],
            ),
        )


def family_of_design(design: TrainedDesign) -> Family:
    """Make a family of one design, without a history; its validation loss is not known (nan)."""
    layers, metrics = design.layers, design.metrics

    def cells(value: Callable[[Cell, CircuitName], Any]) -> dict[CircuitName, Array]:
        """Gather a value of either circuit, shape (1, layers, ...): each layer has its own."""
        return {
            name: np.array([[value(layer.cell(role), name) for layer in layers]], dtype=float)
            for role, name in ((role, layers[0].kind(role).name) for role in ROLES)
        }

    shares = [
        np.array([[each[split] for split in SPLITS]])
        for each in (metrics.accuracy, metrics.measurable_accuracy)
    ]
    power = metrics.power
    return Family(
        plan=FamilyPlan(
            design.layout,
            (design.alpha,),
            (design.seed,),
            model=design.model,
            power_reference=design.power_reference,
            variation=design.variation,
        ),
        data=design.data,
        technology=design.technology,
        technology_fingerprint=design.technology_fingerprint,
        g_min=design.g_min,
        bias=design.bias,
        input_names=design.input_names,
        class_names=design.class_names,
        low=design.low,
        high=design.high,
        theta=tuple(layer.theta[None] for layer in layers),
        omega=cells(lambda cell, circuit: [cell.omega[name] for name in COMPONENTS[circuit]]),
        eta=cells(lambda cell, _: cell.eta),
        cell_power=cells(lambda cell, _: cell.power),
        accuracy=shares[0],
        measurable_accuracy=shares[1],
        power=np.array([[power.crossbar, power.activation, power.negation]]),
        valid_loss=np.array([np.nan]),
        epochs=np.array([metrics.epochs], dtype=np.int64),
        status=np.array([FINISHED], dtype=np.int8),
        seconds=metrics.seconds,
        design_epochs=metrics.epochs,
        engine=design.engine,
        origin=design.origin,
        history=History(
            np.zeros(0, np.int64),
            np.zeros((0, 1, 2), np.float32),
            np.zeros((0, 1, 2), np.float32),
            np.zeros((0, 1, 3), np.float32),
        ),
    )


def merge_families(plan: FamilyPlan, parts: Sequence[tuple[Sequence[int], Family]]) -> Family:
    """Put a family together of parts that were trained apart.

    Parameters
    ----------
    plan : FamilyPlan
        Of the whole.
    parts : sequence of (designs, Family)
        Which designs of the whole each part has; every design once.
    """
    order = np.argsort(np.concatenate([np.asarray(designs) for designs, _ in parts]))
    families = [family for _, family in parts]
    first = families[0]

    def whole(arrays: Sequence[Array]) -> Array:
        return np.concatenate(arrays)[order]

    def by_circuit(name: str) -> dict[CircuitName, Array]:
        return {
            each: whole([getattr(family, name)[each] for family in families])
            for each in first.circuits
        }

    def joined(name: str) -> Any:
        return whole([getattr(family, name) for family in families])

    layers = range(len(first.theta))
    return replace(
        first,
        plan=plan,
        theta=tuple(whole([family.theta[layer] for family in families]) for layer in layers),
        omega=by_circuit("omega"),
        eta=by_circuit("eta"),
        cell_power=by_circuit("cell_power"),
        accuracy=joined("accuracy"),
        measurable_accuracy=joined("measurable_accuracy"),
        power=joined("power"),
        valid_loss=joined("valid_loss"),
        epochs=joined("epochs"),
        status=joined("status"),
        seconds=max(family.seconds for family in families),
        design_epochs=sum(family.design_epochs for family in families),
        history=_merge_histories([family.history for family in families], order),
    )


def _merge_histories(histories: Sequence[History], order: NDArray[np.int64]) -> History:
    stride = max(history.stride for history in histories)
    points = max(-(-int(history.epochs[-1]) // stride) + 1 for history in histories)
    aligned = [history.every(stride, points) for history in histories]

    def whole(name: str) -> NDArray[np.float32]:
        return np.concatenate([getattr(each, name) for each in aligned], axis=1)[:, order]

    return History(aligned[0].epochs, whole("loss"), whole("accuracy"), whole("power"))
