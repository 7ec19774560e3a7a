"""What ngspice says of a design, beside what the model says."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from pnn_studio.domain.dataset import SPLITS, Dataset
from pnn_studio.domain.design import Power

# a share of 95 % is known to 1.5 points by as many (its standard error)
_MOST_SEEN = 200
# volt within which a node is said to agree: ten times what ngspice itself is free to err by
AGREES_WITHIN = 1e-4


@dataclass(frozen=True)
class NodeError:
    """Difference between ngspice and model at one node, or at the nodes of one layer, in volt."""

    rms: float
    max: float


@dataclass(frozen=True)
class Cause:
    """Why ngspice differs from the ideal model at a node: a difference in volt, taken apart.

    Attributes
    ----------
    form : float
        The curves of the circuits are not of the tanh form: what they do unloaded, less the model.
    load : float
        The circuits are no ideal sources: what they do as loaded, less what they do unloaded.
    rest : float
        What ngspice finds, less what the equations of the circuit say; next to nothing.
    """

    form: float
    load: float
    rest: float


@dataclass(frozen=True, eq=False)
class Verification:
    """A design simulated whole over the test split.

    Attributes
    ----------
    classes : int array, shape (samples,)
        The right answers.
    nodes : tuple of str
        The compared nodes by their names in the netlist (`Node.net`).
    model, spice : arrays, shape (samples, nodes)
        Voltages of those nodes.
    model_outputs, spice_outputs : arrays, shape (samples, classes)
        Voltages of the output layer.
    layer_errors : tuple of NodeError
        Over the outputs of each layer's activation circuits, the output layer last.
    model_power, spice_power : Power
        Mean over the samples. In ngspice the crossbar is the loss in its resistors, activation and
        negation are what is lost inside those circuits (in from supplies and inputs, less what
        leaves into the crossbars); together they are what all sources deliver.
    seconds : float
        Time that ngspice took.
    simulator : str
        Name and version, for example ``ngspice 39``.
    seen_accuracy : float or None
        Share of right answers of the simulated circuit on samples that training has seen, see
        `samples_to_choose_by`. None in checks that were made before those were simulated.
    causes : array, shape (nodes, 3), or None
        Of a design of the ideal model, `Cause` at the sample where each node differs most. None
        where the technology states too little for it, and in older checks.
    """

    classes: NDArray[np.int64]
    nodes: tuple[str, ...]
    model: NDArray[np.float64]
    spice: NDArray[np.float64]
    model_outputs: NDArray[np.float64]
    spice_outputs: NDArray[np.float64]
    layer_errors: tuple[NodeError, ...]
    model_power: Power
    spice_power: Power
    seconds: float
    simulator: str
    seen_accuracy: float | None = None
    causes: NDArray[np.float64] | None = None

    @property
    def samples(self) -> int:
        """Number of test samples."""
        return len(self.classes)

    @property
    def model_accuracy(self) -> float:
        """Share of right answers of the model that the design was trained with."""
        return float(np.mean(self.model_outputs.argmax(axis=1) == self.classes))

    @property
    def spice_accuracy(self) -> float:
        """Share of right answers of the simulated circuit."""
        return float(np.mean(self.spice_outputs.argmax(axis=1) == self.classes))

    @property
    def agreement(self) -> float:
        """Share of samples on which both give the same answer, right or wrong."""
        same = self.model_outputs.argmax(axis=1) == self.spice_outputs.argmax(axis=1)
        return float(np.mean(same))

    @cached_property
    def worst_samples(self) -> NDArray[np.int64]:
        """Sample at which each node differs most, shape (nodes,)."""
        return np.asarray(np.abs(self.spice - self.model).argmax(axis=0))

    @cached_property
    def differences(self) -> NDArray[np.float64]:
        """Largest difference of each node, ngspice less model with its sign, shape (nodes,)."""
        nodes = np.arange(len(self.nodes))
        return np.asarray((self.spice - self.model)[self.worst_samples, nodes])

    def cause(self, node: int) -> Cause | None:
        """Take the largest difference of a node apart; None where that is not known."""
        return None if self.causes is None else Cause(*map(float, self.causes[node]))


def samples_to_choose_by(dataset: Dataset) -> NDArray[np.int64]:
    """Return the samples by whose answers in ngspice one design is chosen before another.

    They are of the training and the validation split, at most 200, evenly because rows often come
    sorted. Not of the test split: the best of dozens of accuracies is a lucky one, and what is
    reported must be a figure that nothing was chosen by. Not of the validation split alone: it is
    small (30 samples of iris, where a sample is 3 points), and what ngspice finds to be different
    from the model is nothing that training could have fitted.

    Returns
    -------
    int array
        Indices into the samples of `dataset`.
    """
    seen = np.flatnonzero(dataset.split != SPLITS.index("test"))
    chosen = np.linspace(0, len(seen) - 1, min(len(seen), _MOST_SEEN))
    return np.asarray(seen[chosen.round().astype(int)])


def samples_of_check(dataset: Dataset) -> int:
    """Count the samples that a check simulates: the test split and those to choose by."""
    return dataset.counts["test"] + len(samples_to_choose_by(dataset))


# a power that differs by more is called different
POWER_TOLERANCE = 0.05
POWER_DIFFERS = "power differs"


def power_difference(verification: Verification) -> float:
    """Return how much more power ngspice finds than the model, as a share."""
    return verification.spice_power.total / verification.model_power.total - 1


def answers_that_differ(verification: Verification) -> int:
    """Count the samples on which ngspice gives another answer than the model."""
    return verification.samples - round(verification.agreement * verification.samples)


def seriously(differ: int, samples: int) -> bool:
    """Whether so many answers of so many are more than a slip: over one in twenty.

    Examples
    --------
    >>> seriously(1, 31), seriously(25, 31)
    (False, True)
    """
    return differ > samples / 20


def what_differs(verification: Verification) -> str:
    """Say in what ngspice differs from the model; empty where it agrees."""
    different = answers_that_differ(verification)
    if different:
        return "1 answer differs" if different == 1 else f"{different} answers differ"
    return POWER_DIFFERS if abs(power_difference(verification)) > POWER_TOLERANCE else ""
